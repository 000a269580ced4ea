"""What the reader found in a scene's line, as far as a film needs it: who is in it, who speaks, and the shot that suits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

MOST_PROMPT = 600
MOST_CHARACTERS = 24_000  # of the reading of one scene, as JSON


@dataclass(frozen=True)
class ReadEntity:
    """Somebody or something of a story. `called` is the word by which the pictures show it."""

    id: str
    kind: str
    noun: str
    name: str
    called: str
    gender: str
    adjectives: frozenset[str]
    alone: bool = True  # one, not a group of several


@dataclass(frozen=True)
class ReadSpeech:
    """A quotation and the ids of those who say it."""

    text: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The reading of one scene: `written` is its whole JSON, which the page also uses; the rest is taken out of it."""

    written: str

    @cached_property
    def _values(self) -> Mapping[str, Any]:
        values = json.loads(self.written)
        return values if isinstance(values, Mapping) else {}

    @property
    def shot(self) -> str:
        """The shot that the reader found to suit, "" for none."""
        return str(self._values.get("shot", ""))

    @cached_property
    def entities(self) -> tuple[ReadEntity, ...]:
        """Whom and what the story names."""
        return tuple(_entity(one) for one in _mappings(self._values.get("entities")))

    @cached_property
    def speeches(self) -> tuple[ReadSpeech, ...]:
        """What is said, by whom."""
        return tuple(
            ReadSpeech(
                str(one.get("text", "")).strip(), tuple(id for id in _listed(one.get("who")) if isinstance(id, str))
            )
            for one in _mappings(self._values.get("speeches"))
        )

    def as_json(self) -> dict[str, Any]:
        """Return the reading as the storyboard stores it."""
        return dict(self._values)


@dataclass(frozen=True)
class Shown:
    """Somebody of a scene's record: the word by which the picture shows them (" 2" for the second of one word), and their mood."""

    word: str
    mood: str = ""


@dataclass(frozen=True)
class Recorded:
    """A scene as data (JSON, as `pipelines.scenes.record` has it), and the words of picture and motion that it belongs to.

    What was staged by `hand` stays when the words change, and so does its `shot`.
    """

    prompt: str
    motion: str
    scene: str
    hand: bool = False
    shot: str = ""

    @cached_property
    def _values(self) -> Mapping[str, Any]:
        values = json.loads(self.scene)
        return values if isinstance(values, Mapping) else {}

    @cached_property
    def cast(self) -> Mapping[str, Shown]:
        """Who is in the scene, by their ids."""
        order = {id: number for number, id in enumerate(_listed(self._values.get("order")))}
        actors = sorted(_mappings(self._values.get("actors")), key=lambda one: order.get(one["id"], len(order)))
        showns, count = dict[str, Shown](), dict[str, int]()
        for actor in actors:
            count[actor["noun"]] = count.get(actor["noun"], 0) + 1
            number = f" {count[actor['noun']]}" if count[actor["noun"]] > 1 else ""
            showns[actor["id"]] = Shown(actor["noun"] + number, actor.get("mood", ""))
        return showns

    @property
    def speeches(self) -> list[tuple[str, str]]:
        """What is said, and the word for who says it, "" where nobody of the scene does."""
        said = _mappings(self._values.get("speeches"))
        return [
            (one["text"].strip(), self.cast[one["who"]].word if one.get("who") in self.cast else "") for one in said
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the record as the storyboard stores it."""
        by_hand = {"hand": True, "shot": self.shot} if self.hand else {}
        return {"prompt": self.prompt, "motion": self.motion, "scene": json.loads(self.scene), **by_hand}


def recorded_of(given: Any, prompt: str) -> Recorded | None:
    """The record of a scene; None where there is none that can be read, or where the picture's words were changed since and nobody staged it by hand: then the words are read."""
    from pipelines.core.settings import Refusal
    from pipelines.scenes.record import from_json, to_json

    if not isinstance(given, Mapping):
        return None
    hand, motion, own = given.get("hand") is True, given.get("motion", ""), given.get("prompt", "")
    if not hand and (not prompt or own != prompt):
        return None
    try:
        written = to_json(from_json(json.dumps(given.get("scene"), allow_nan=False)))
    except (Refusal, TypeError, ValueError, RecursionError):
        return None
    if not (
        isinstance(motion, str) and isinstance(own, str) and len(own) <= MOST_PROMPT and len(written) <= MOST_CHARACTERS
    ):
        return None
    shot = given.get("shot")
    return Recorded(own, motion, written, hand, shot if hand and isinstance(shot, str) else "")


def reading_of(given: Any, line: str) -> Reading | None:
    """The reading of a scene's line; None where there is none, or where the line was changed since it was read."""
    if not isinstance(given, Mapping) or given.get("line") != line:
        return None
    try:
        written = json.dumps(given, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return Reading(written) if len(written) <= MOST_CHARACTERS else None


def _entity(one: Mapping[str, Any]) -> ReadEntity:
    return ReadEntity(
        str(one.get("id")),
        str(one.get("kind", "")),
        str(one.get("noun", "")),
        str(one.get("name") or ""),
        str(one.get("called") or one.get("pictured_as") or ""),
        str(one.get("gender") or ""),
        frozenset(str(word) for word in _listed(one.get("adjectives"))),
        one.get("count", 1) == 1,
    )


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()


def _mappings(value: Any) -> Iterable[Mapping[str, Any]]:
    return (one for one in _listed(value) if isinstance(one, Mapping))
