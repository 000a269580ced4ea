"""The cast of a film: who is in its pictures, as characters that can be changed in one place or taken from the shelf.

A member goes by the name that the story gives them, else by the word of the pictures: a kind of figure ("fox"). What the storyboard keeps of the cast is what
was changed; everybody else looks as the words say. A picture's call gets only those of the cast whom it shows, so a change makes exactly these pictures stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from pipelines.core.settings import Refusal, canonical
from pipelines.scenes.record import Actor
from studio.film.storyboard import WORD, Scene, Storyboard, as_json, seed_for


class Shown(NamedTuple):
    """Somebody in a scene: their word of the cast, their kind as the picture calls it, what is said of their looks and of who they are, their name."""

    word: str
    noun: str
    phrase: str
    who: str
    name: str


@lru_cache(maxsize=512)
def _in_prompt(prompt: str, names: tuple[str, ...]) -> list[Shown]:
    from pipelines.scenes import performers

    phrases = performers.describe_figures(prompt).phrases
    return [Shown(word, word, phrases.get(word, word), word, "") for word in performers.members(prompt, names)]


def _as_shown(actor: Actor) -> Shown:
    name = actor.cast if WORD.fullmatch(actor.cast) else ""
    return Shown(name.lower() or actor.noun, actor.noun, actor.look or actor.noun, actor.said or actor.noun, name)


def people(board: Storyboard) -> dict[str, list[Shown]]:
    """Who is in each scene, by its id: the actors of its record, else whom its description shows; a word of it that means only one actor means them."""
    from pipelines.scenes import performers

    acting = {
        scene.id: [_as_shown(actor) for actor in scene.record.cast.values() if performers.is_figure(actor.noun)]
        for scene in board.scenes
        if scene.record is not None and scene.picture.artifact is None
    }
    known = {(figure.noun, figure.word): figure for figures in acting.values() for figure in figures}
    count, names = Counter(noun for noun, _ in known), tuple(sorted(board.cast))
    meant = {noun: figure for (noun, _), figure in known.items() if count[noun] == 1 and noun not in names}
    shown = {
        scene.id: [
            meant.get(one.noun, one)._replace(phrase=one.phrase) for one in _in_prompt(scene.picture.prompt, names)
        ]
        for scene in board.scenes
    } | acting
    return {id: list({one.word: one for one in (*figures, *figures[::-1])}.values()) for id, figures in shown.items()}


def members(board: Storyboard) -> list[dict[str, Any]]:
    """Everybody who is in the film's scenes, and those of the cast who are in none: word, character, scenes, whether somebody changed them."""
    cast, shown = {word: as_json(member) for word, member in board.cast.items()}, people(board)
    looks = {
        word: {"character": json.loads(text), "artifact": ""} for word, text in _describe_cast(board).items()
    } | cast
    return [
        {
            "word": word,
            "character": looks[word]["character"],
            "artifact": looks[word]["artifact"],
            "changed": word in cast,
            "scenes": [id for id, figures in shown.items() if any(figure.word == word for figure in figures)],
        }
        for word in dict.fromkeys([*(figure.word for figures in shown.values() for figure in figures), *sorted(cast)])
    ]


def _fullest(board: Storyboard) -> dict[str, Shown]:
    """Everybody as the first scene shows them that says most of their looks."""
    figures = [figure for shown in reversed(people(board).values()) for figure in shown]
    return {figure.word: figure for figure in sorted(figures, key=lambda figure: len(figure.phrase))}


def _describe_cast(board: Storyboard) -> dict[str, str]:
    """How everybody whom nobody changed looks by the words alone."""
    seed = seed_for(board, "places")
    return {word: _character(figure, seed) for word, figure in _fullest(board).items() if word not in board.cast}


@lru_cache(maxsize=512)
def _character(figure: Shown, seed: int) -> str:
    from pipelines.scenes import performers

    who = performers.character_of(figure.noun, figure.phrase, varied=seed, called=figure.who)
    return replace(who, name=figure.name).to_json()


def playing(board: Storyboard, scene: Scene) -> str:
    """The cast of one picture, as the setting of Storybook: those who were changed, and those whom this scene leaves plain and another describes.

    Empty where the scene says it all. Who has a name is also told from somebody of their kind who was changed.
    """
    described, fullest, seed = _describe_cast(board), _fullest(board), seed_for(board, "places")
    cast: dict[str, Any] = {}
    for figure in people(board)[scene.id]:
        key, plain = figure.word if scene.record is not None else figure.noun, figure._replace(phrase=figure.noun)
        if figure.word in board.cast:
            cast[key] = as_json(board.cast[figure.word])["character"]
        elif figure.noun in board.cast or (
            figure == plain
            and fullest[figure.word].noun == figure.noun
            and described[figure.word] != _character(plain, seed)
        ):
            cast[key] = json.loads(described[figure.word])
    return canonical(cast) if cast else ""


def in_words(board: Storyboard, scene: Scene) -> str:
    """A picture's description for a model that reads words only: whoever it leaves plain is described as in the scene that says most of them."""
    prompt, fullest = scene.picture.prompt, _fullest(board)
    plain = [fullest[figure.word] for figure in people(board)[scene.id] if figure.phrase == figure.noun]
    described = [figure.phrase for figure in plain if figure.phrase != figure.noun]
    return ", ".join([prompt.rstrip(". "), *described]) if described else prompt


def try_on(
    store: Any,
    *,
    prompt: str = "",
    character: Any = None,
    changes: Any = None,
    name: str | None = None,
    voice: str = "",
    action: str = "stand",
    expression: str = "",
    view: str = "three_quarters",
    height_px: int = 320,
) -> dict[str, Any]:
    """Somebody as an editor shows them, painted in a worker: the character, its controls, what is to be said, and a picture as WebP. Raises Refusal."""
    import base64
    import io

    from PIL import Image

    from pipelines.figures import VIEWS, Character, act, draw, from_words
    from pipelines.figures.actions import blink
    from pipelines.figures.wardrobe import apply_changes, controls

    notes: list[str] = []
    if character is not None:
        who = Character.from_json(json.dumps(character))
    else:
        understood = from_words(prompt)
        who, notes = understood.character, list(understood.notes)
    if isinstance(changes, Mapping) and changes:
        who, more = apply_changes(who, changes)
        notes += more
    who = replace(who, name=who.name if name is None else str(name).strip(), voice=voice or who.voice)
    if view not in VIEWS or not isinstance(height_px, int) or not 64 <= height_px <= 640:
        raise Refusal("A character is shown from the side, the front or the back.")
    awake = next(t for n in range(40) if blink(t := 1.0 + 0.1 * n, who.seed) == 0)
    drawn = draw(who, act(who.figure, action, awake, expression=expression, seed=who.seed), height_px, view)
    buffer = io.BytesIO()
    Image.fromarray(drawn.rgba).save(buffer, "WEBP", quality=88, method=2)
    return {
        "character": json.loads(who.to_json()),
        "controls": controls(who),
        "notes": notes,
        "picture": "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode(),
        "width": drawn.rgba.shape[1],
        "height": drawn.rgba.shape[0],
    }
