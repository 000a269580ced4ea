"""A character from words and settings: a body that acts, painted by code, the same in every scene."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines import media
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text
from pipelines.figures import Character, act, draw, from_words
from pipelines.media import Accompanied

SAYS = {"": "as the words say"}
MOMENT = 1.0  # seconds since the action began
RESULTS = {"sheet": "Sheet: all sides, poses and expressions", "picture": "The character on a transparent ground"}
VIEW_NAMES = {
    "side": "from the side",
    "three_quarters": "three quarters",
    "front": "from the front",
    "back": "from behind",
}
HOURS = {"": "plain day", "day": "day", "sunset": "sunset", "dawn": "dawn", "night": "night"}


def kinds() -> Mapping[str, str]:
    """Choices of a form."""
    from pipelines.figures.kinds import everything

    return {**SAYS, **{kind: kind.replace("_", " ") for kind in everything()}}


def actions() -> Mapping[str, str]:
    """Choices of a form."""
    from pipelines.figures.actions import ACTIONS

    return ACTIONS


def expressions() -> Mapping[str, str]:
    """Choices of a form."""
    from pipelines.figures.pose import EXPRESSIONS

    return {"": "as the action has it", **{name: name.replace("_", " ") for name in EXPRESSIONS}}


def voices() -> Mapping[str, str]:
    """Choices of a form."""
    from pipelines.audio.voices import options

    return {"": "one that suits", **options()}


@pipeline()
def character(
    character: Annotated[
        media.Character | None,
        Input(
            label="Character to change",
            help="The words and looks below change them.",
            samples=False,
        ),
    ] = None,
    *,
    prompt: Annotated[
        str,
        Text(
            label="Who it is",
            help="Say age, looks and clothes.",
            placeholder="an old grandmother with round glasses and a red scarf",
            lines=3,
            max_characters=20_000,
            receives=True,
        ),
    ] = "",
    kind: Annotated[str, Choice(kinds, help="This overrides the words.")] = "",
    changes: Annotated[
        str,
        Text(
            label="Looks",
            placeholder='{"glasses": "round", "glasses_colour": "#5f9a5c"}',
            lines=3,
            max_characters=8_000,
            editor="character",
        ),
    ] = "",
    name: Annotated[str, Text(label="Name", help="Stories can call the character by it.", max_characters=80)] = "",
    result: Annotated[str, Choice(RESULTS, label="Show")] = "sheet",
    action: Annotated[str, Choice(actions)] = "stand",
    expression: Annotated[str, Choice(expressions)] = "",
    view: Annotated[str, Choice(VIEW_NAMES, label="Seen", more=True)] = "three_quarters",
    hour: Annotated[str, Choice(HOURS, label="Light", more=True)] = "",
    size: Annotated[
        int,
        Range(128, 2048, 64, label="Height", help="Of the figure, in pixels.", more=True),
    ] = 768,
    voice: Annotated[str, Choice(voices, more=True)] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[media.Character]:
    """Make a character with a body, painted by code, from words and looks.

    The words are read by rules; a body plan with parameters is posed by its joints and painted as the backdrops are; no trained model draws it. The
    result is a character that Storybook, Animate and films take. Beside the picture lie character.json, figure.svg (a layer for each part with its bone),
    walk.json (a Lottie animation), sprites.png with sprites.json, and reading.json, which says what was not understood. Raises Refusal when no kind of figure
    is named and for changes that cannot be.
    """
    from pipelines.figures import exports, sheets

    report(Progress(0.0, 1.0, "Reading who it is"))
    who, notes = _who(prompt, kind, seed, character)
    who = replace(who, voice=voice or who.voice)
    who, last = apply_changes(who, changes, name)
    facts = {
        "prompt": prompt if not prompt.lstrip().startswith("{") else "",
        "kind": who.kind,
        "notes": [*notes, *last],
        "painted": "painted by code, not by a trained model",
    }
    main = part(report, 0.02, 0.6)
    if result == "sheet":
        picture = sheets.preview(who, 1280, lambda share, label: main(Progress(share, 1.0, label)))
    else:
        picture = _single(who, action, expression, size, view, hour)
    rest = part(report, 0.6, 1.0)
    strip, places = sheets.sprites(who, tick=lambda share, label: rest(Progress(share, 1.0, label)))
    files = {
        "figure.svg": exports.svg(who),
        "walk.json": exports.lottie(who, "walk"),
        "sprites.png": strip,
        "sprites.json": places,
        "reading.json": json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True).encode(),
    }
    return Accompanied(media.Character(picture, who.to_json()), files)


def _single(who: Character, action: str, expression: str, size: int, view: str, hour: str) -> Image:
    from pipelines.painting.palette import light_of

    pose = act(who.figure, action, MOMENT, expression=expression, seed=who.seed)
    return PillowImage.fromarray(draw(who, pose, size, view, light_of(hour) if hour else None).rgba)


def apply_changes(who: Character, changes: str, name: str = "") -> tuple[Character, list[str]]:
    """The character with what an editor changed (JSON of parameters) and a name, and what is to be said about it. Raises Refusal."""
    from pipelines.figures.wardrobe import apply_changes

    notes: list[str] = []
    if changes.strip():
        try:
            parameters = json.loads(changes)
        except (ValueError, RecursionError):
            parameters = None
        if not isinstance(parameters, dict):
            raise Refusal("The looks must be JSON; change them in the editor.")
        who, notes = apply_changes(who, parameters)
    return (replace(who, name=name.strip()) if name.strip() else who), notes


def _who(prompt: str, kind: str, seed: int, given: media.Character | None = None) -> tuple[Character, list[str]]:
    """The character that is meant, and what is to be said about the reading."""
    said = prompt.strip()
    if given is not None:
        return _again(Character.from_json(given.text), said, kind)
    if said.startswith("{"):
        found = Character.from_json(said)
        if kind and kind != found.kind:
            raise Refusal(f"This character is a {found.kind.replace('_', ' ')}; leave the kind, or describe a new one.")
        return found, []
    if not said and kind:
        return Character(kind, seed=seed), []
    if len(said) > 600:
        raise Refusal("A description has at most 600 letters.")
    understood = from_words(f"{kind.replace('_', ' ')} {said}" if kind else said, seed=seed or None)
    return understood.character, list(understood.notes)


def _again(before: Character, said: str, kind: str) -> tuple[Character, list[str]]:
    """A character of the shelf with what the words say besides: "with green glasses"."""
    called = before.kind.replace("_", " ")
    if kind and kind != before.kind:
        raise Refusal(f"This character is a {called}; leave the kind, or remove the character.")
    if not said:
        return before, []
    if len(said) > 600:
        raise Refusal("A description has at most 600 letters.")
    understood = from_words(said if called in said.lower() else f"{called} {said}", seed=before.seed)
    found = understood.character
    if found.kind != before.kind:
        raise Refusal(
            f"This character is a {called}, and the words describe a {found.kind.replace('_', ' ')}; remove one."
        )
    return replace(before, changes={**before.changes, **found.changes}, name=found.name or before.name), list(
        understood.notes
    )
