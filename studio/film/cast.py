"""The cast of a film: who is in its pictures, as characters that can be changed in one place or taken from the shelf.

A member goes by a word of the pictures' descriptions: a kind of figure ("fox") or a name. What the storyboard keeps of the cast is what was changed; everybody
else looks as the words say. A picture's call gets only those of the cast whom it shows, so a change makes exactly these pictures stale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.core.settings import Refusal, canonical
from studio.film.storyboard import Storyboard, as_json, seed_for


@lru_cache(maxsize=512)
def shown_in(prompt: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Who a description of a picture shows: their words, each with what it says of them."""
    from pipelines.scenes import performers

    phrases = performers.describe_figures(prompt).phrases
    return tuple((word, phrases.get(word, word)) for word in performers.members(prompt, names))


def members(board: Storyboard) -> list[dict[str, Any]]:
    """Everybody whom the film's pictures show, and those of the cast whom none shows: word, character, scenes, whether somebody changed them."""
    names, cast = tuple(sorted(board.cast)), {word: as_json(one) for word, one in board.cast.items()}
    scenes: dict[str, list[str]] = {}
    for scene in board.scenes:
        for word, _ in shown_in(scene.picture.prompt, names):
            scenes.setdefault(word, []).append(scene.id)
    described = _describe_cast(board)
    return [
        {
            "word": word,
            "character": cast[word]["character"] if word in cast else json.loads(described[word]),
            "artifact": cast[word]["artifact"] if word in cast else "",
            "changed": word in cast,
            "scenes": scenes.get(word, []),
        }
        for word in [*scenes, *(word for word in names if word not in scenes)]
        if word in cast or word in described
    ]


def _phrases(board: Storyboard) -> dict[str, str]:
    """What is said of everybody in the description that says most of them, in whichever scene it stands."""
    names, phrases = tuple(sorted(board.cast)), dict[str, str]()
    for prompt in board.prompts:
        for word, phrase in shown_in(prompt, names):
            if len(phrase) > len(phrases.get(word, "")):
                phrases[word] = phrase
    return phrases


def _describe_cast(board: Storyboard) -> dict[str, str]:
    """How everybody whom nobody changed looks by the words alone."""
    return {
        word: _character(word, phrase, seed_for(board, "places"))
        for word, phrase in _phrases(board).items()
        if word not in board.cast
    }


@lru_cache(maxsize=512)
def _character(word: str, phrase: str, seed: int) -> str:
    from pipelines.scenes import performers

    return performers.character_of(word, phrase, varied=seed, called=word).to_json()


def playing(board: Storyboard, prompt: str) -> str:
    """The cast of one picture, as the setting of Storybook: those who were changed, and those whom this description leaves plain and another describes.

    Empty where the description says it all.
    """
    names, described, seed = tuple(sorted(board.cast)), _describe_cast(board), seed_for(board, "places")
    cast: dict[str, Any] = {}
    for word, phrase in shown_in(prompt, names):
        if word in board.cast:
            cast[word] = as_json(board.cast[word])["character"]
        elif phrase == word and described[word] != _character(word, word, seed):
            cast[word] = json.loads(described[word])
    return canonical(cast) if cast else ""


def in_words(board: Storyboard, prompt: str) -> str:
    """A picture's description for a model that reads words only: whoever it leaves plain is described as in the scene that says most of them."""
    names, phrases = tuple(sorted(board.cast)), _phrases(board)
    plain = [
        phrases[word] for word, phrase in shown_in(prompt, names) if phrase == word and phrases.get(word, word) != word
    ]
    return ", ".join([prompt.rstrip(". "), *plain]) if plain else prompt


def voice_of(board: Storyboard, word: str) -> str:
    """The voice of a member: the one that was chosen for them, else the one that suits; "" for a word that is nobody of the film."""
    return next(
        (str(member["character"].get("voice", "")) for member in members(board) if member["word"] == word.lower()), ""
    )


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
    from dataclasses import replace

    from PIL import Image

    from pipelines.figures import VIEWS, Character, act, draw, from_words
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
    drawn = draw(who, act(who.figure, action, _awake(who.seed), expression=expression, seed=who.seed), height_px, view)
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


def _awake(seed: int) -> float:
    """A second at which somebody does not blink."""
    from pipelines.figures.actions import blink

    return next(t for n in range(40) if blink(t := 1.0 + 0.1 * n, seed) == 0)
