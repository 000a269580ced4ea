"""What is known of a scene beside its words: what the reader found in its line, and its picture as a record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WrapValidator,
    model_serializer,
    model_validator,
)
from pydantic.dataclasses import dataclass

from pipelines.scenes.record import Actor, SceneRecord, from_json, to_json
from studio.film.fields import CONFIG, Part

MOST_PROMPT = 600
MOST_CHARACTERS = 24_000  # of the reading or the record of one scene, as JSON


def readable(otherwise: Any) -> WrapValidator:
    """Take what can be read; for anything else there is `otherwise`."""

    def check_or_drop(given: Any, check: Callable[[Any], Any]) -> Any:
        try:
            return check(given)
        except (TypeError, ValueError, RecursionError):
            return otherwise

    return WrapValidator(check_or_drop)


Word = Annotated[str, BeforeValidator(lambda value: value or "")]


class ReadEntity(BaseModel):
    """Somebody or something of a story; `called` is the word by which the pictures show it, `pictured_as` that of an older reading."""

    model_config = ConfigDict(frozen=True)
    id: str
    kind: str = ""
    noun: str = ""
    name: Word = ""
    called: Word = ""
    pictured_as: Word = ""
    gender: Word = ""
    adjectives: frozenset[str] = frozenset()
    count: Any = 1


class ReadSpeech(BaseModel):
    """A quotation and the ids of those who say it."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)
    text: str = ""
    who: tuple[str, ...] = ()


class Reading(BaseModel):
    """What a film needs of the reading of a line; the whole of it, which the page also uses, is kept as it is."""

    model_config = ConfigDict(frozen=True)
    whole: dict[str, Any]
    line: str
    shot: Annotated[str, readable("")] = ""  # of a film without records
    entities: Annotated[tuple[ReadEntity, ...], readable(())] = ()
    speeches: Annotated[tuple[ReadSpeech, ...], readable(())] = ()

    @model_validator(mode="before")
    @classmethod
    def _keep_whole(cls, given: Any) -> Any:
        if len(json.dumps(given, allow_nan=False)) > MOST_CHARACTERS:
            raise ValueError("This reading is too long.")
        return {**given, "whole": dict(given)}

    @model_serializer
    def _write(self) -> dict[str, Any]:
        return self.whole


def _scene_of(given: Any) -> SceneRecord:
    if isinstance(given, SceneRecord):
        return given
    scene = from_json(json.dumps(given, allow_nan=False))
    if len(to_json(scene)) > MOST_CHARACTERS:
        raise ValueError("This record is too long.")
    return scene


@dataclass(frozen=True, config=CONFIG)
class Recorded(Part):
    """A scene as data, and the words of picture and motion that it belongs to. What was staged by `hand` stays when the words change."""

    scene: Annotated[SceneRecord, PlainValidator(_scene_of), PlainSerializer(lambda scene: json.loads(to_json(scene)))]
    prompt: Annotated[str, Field(max_length=MOST_PROMPT)] = ""
    motion: str = ""
    hand: Annotated[bool, BeforeValidator(lambda value: value is True)] = False

    def left_out(self) -> set[str]:
        """Only of a scene that was staged by hand it is written."""
        return set() if self.hand else {"hand"}

    @cached_property
    def cast(self) -> Mapping[str, Actor]:
        """Who is in the scene, by the word by which the picture shows them (" 2" for the second of one word)."""
        cast, count = dict[str, Actor](), Counter[str]()
        for actor in self.scene.parts:
            if isinstance(actor, Actor):
                count[actor.noun] += 1
                cast[actor.noun if count[actor.noun] == 1 else f"{actor.noun} {count[actor.noun]}"] = actor
        return cast

    @property
    def speeches(self) -> list[tuple[str, str]]:
        """What is said, and the word for who says it, "" where nobody of the scene does."""
        words = {actor.id: word for word, actor in self.cast.items()}
        return [(speech.text.strip(), words.get(speech.who, "")) for speech in self.scene.speeches]
