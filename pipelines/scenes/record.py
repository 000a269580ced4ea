"""One scene as data: who and what is in it, how they stand to each other, what is said, and why. Readers write it; painters and animators read it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.scenes.settings import SEEDS

VERSION = 1
MOST_PARTS, MOST_DRAWN = 24, 60  # in one scene: kinds, and all counted
MOST_BYTES = 60_000
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
OptionalId = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9-]{0,47})?$")]
Words = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Noun = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*\w[^\x00-\x1f\x7f]*$")]
Place = Literal[("", *SEEDS)]  # type: ignore[valid-type]
Hour = Literal["", "day", "dawn", "sunset", "night"]
Weather = Literal["", "clear", "rain", "snow", "fog"]
Spot = Literal["", "left", "middle", "right", "far", "near", "sky", "row", "ground", "water"]
Size = Literal["", "tiny", "small", "big", "huge"]
Colour = Literal[
    "", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black", "white", "grey", "cream"
]
Kind = Literal[
    "left of",
    "right of",
    "above",
    "below",
    "under",
    "behind",
    "in front of",
    "on",
    "in",
    "beside",
    "between",
    "with",
    "wearing",
    "held by",
]
Share = Annotated[float, Field(ge=-0.25, le=1.25)]
Spread = Annotated[float, Field(ge=0.002, le=2.0)]
Stand = tuple[Share, Share, Spread]
Source = Literal["rule", "parser", "WordNet", "MiniLM", "model", "hand"]
Way = Literal["stay", "", "enter", "leave"]
Toward = Literal[
    "", "thing", "away", "into", "outof", "top", "under", "left", "right", "up", "down", "water", "afar", "across"
]


LEADS = ("thing", "away", "into", "outof", "top", "under")  # ways that lead to a part, or away from it


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Why(_Part):
    """Which words of the sentence a part comes from, what read it, and how sure that is (0 to 1)."""

    words: Words = ""
    by: Source = "rule"
    sure: float = Field(default=1.0, ge=0.0, le=1.0)
    note: Annotated[str, StringConstraints(max_length=300)] = ""


HAND = Why(by="hand")


class Thing(_Part):
    """What is drawn: its noun in the studio's vocabulary, its number, colour, size and state, and where it stands by itself.

    `placed` is where a hand put each of its number: the middle of the feet as shares of the width and the height, and how long a storybook metre is
    there, as a share of the picture's shorter side. `seeds` say which drawing of it is meant.
    """

    id: Id
    noun: Noun
    said: Words = ""
    count: int = Field(default=1, ge=1, le=12)
    colour: Colour = ""
    size: Size = ""
    state: Words = ""
    at: Spot = ""
    facing: OptionalId = ""  # "left", "right", or the id of whom or what it looks at
    placed: tuple[Stand, ...] = Field(default=(), max_length=12)
    seeds: tuple[Annotated[int, Field(ge=0, lt=SEED_LIMIT)], ...] = Field(default=(), max_length=12)
    why: Why = Why()


class Actor(Thing):
    """A person or an animal: also which member of the cast it is, how it looks and feels, and what it does to what."""

    cast: Words = ""
    look: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    mood: Words = ""
    act: Words = ""
    object: OptionalId = ""


class Relation(_Part):
    """`subject` is `kind` `object`; "between" has a second one, `other`. "held by", "wearing", "on" and "in" are also how one holds, wears, rides and is inside."""

    kind: Kind
    subject: Id
    object: Id
    other: OptionalId = ""
    why: Why = Why()


class Deed(_Part):
    """What is done in the scene, in its turn: by whom, with what face, to what (`object`) and to or with whom (`to`), and where that leads.

    `act` and `also` are what the whole and the upper body do, `gait` how who does it moves; `goal` is the part that `toward` leads to.
    """

    who: tuple[Id, ...] = Field(min_length=1, max_length=12)
    act: Words = "stand"
    also: Words = ""
    mood: Words = ""
    object: OptionalId = ""
    to: OptionalId = ""
    gait: Words = "still"
    way: Way = "stay"
    toward: Toward = ""
    goal: OptionalId = ""
    why: Why = Why()


class Speech(_Part):
    """What somebody says, word for word, and to whom."""

    who: OptionalId = ""
    text: Annotated[str, StringConstraints(max_length=1000)]
    to: OptionalId = ""


class LeftOut(_Part):
    """Words that the picture does not show, and the sentence that says why."""

    words: Words
    because: Annotated[str, StringConstraints(max_length=300)]


class SceneRecord(_Part):
    """A scene: its setting, its actors and things, their relations, deeds in their turns, what is said, the camera, and what is left out.

    `order` is the order in which the words name the parts, where it is not actors before things.
    """

    version: Literal[1] = 1
    sentence: Annotated[str, StringConstraints(max_length=2000)] = ""
    place: Place = ""
    plain_colour: Colour = ""
    hour: Hour = ""
    weather: Weather = ""
    season: Literal["", "autumn"] = ""
    style: Words = ""  # of earlier scenes; all is painted in one
    in_water: bool = False
    actors: tuple[Actor, ...] = Field(default=(), max_length=MOST_PARTS)
    things: tuple[Thing, ...] = Field(default=(), max_length=MOST_PARTS)
    order: tuple[Id, ...] = Field(default=(), max_length=2 * MOST_PARTS)
    relations: tuple[Relation, ...] = Field(default=(), max_length=2 * MOST_PARTS)
    deeds: tuple[Deed, ...] = Field(default=(), max_length=MOST_PARTS)
    speeches: tuple[Speech, ...] = Field(default=(), max_length=MOST_PARTS)
    shot: Literal["", "wide", "medium", "close", "over the shoulder"] = ""
    camera: Literal["", "left", "right", "in", "still", "auto"] = ""
    setting_why: Why = Why()
    left_out: tuple[LeftOut, ...] = Field(default=(), max_length=2 * MOST_PARTS)
    notes: tuple[Annotated[str, StringConstraints(max_length=400)], ...] = Field(default=(), max_length=2 * MOST_PARTS)

    @model_validator(mode="after")
    def _names_what_is_there(self) -> SceneRecord:
        ids = [part.id for part in (*self.actors, *self.things)]
        if sum(part.count for part in (*self.actors, *self.things)) > MOST_DRAWN:
            raise ValueError(f"a scene holds {MOST_DRAWN} at most, all counted")
        if len(set(ids)) < len(ids):
            raise ValueError("two parts have the same id")
        named = {
            *(actor.object for actor in self.actors),
            *(part.facing for part in (*self.actors, *self.things) if part.facing not in ("left", "right")),
            *(end for relation in self.relations for end in (relation.subject, relation.object, relation.other)),
            *(end for deed in self.deeds for end in (*deed.who, deed.object, deed.to, deed.goal)),
            *self.order,
            *(end for speech in self.speeches for end in (speech.who, speech.to)),
        } - {"", *ids}
        if named:
            raise ValueError(f"{sorted(named)[0]!r} is named, but is not in the scene")
        if any(relation.subject == relation.object for relation in self.relations):
            raise ValueError("a relation joins something to itself")
        if any(relation.kind == "between" and not relation.other for relation in self.relations):
            raise ValueError("what is between needs two things, object and other")
        if any(bool(deed.goal) != (deed.toward in LEADS) for deed in self.deeds):
            raise ValueError("a deed leads to its goal only by thing, away, into, outof, top or under")
        return self

    @property
    def parts(self) -> tuple[Actor | Thing, ...]:
        """Actors and things in the order in which the words name them."""
        place = {id: number for number, id in enumerate(self.order)}
        return tuple(sorted((*self.actors, *self.things), key=lambda part: place.get(part.id, len(place))))

    def part(self, id: str) -> Actor | Thing:
        """Return the actor or thing of that id. Raises KeyError."""
        return {part.id: part for part in (*self.actors, *self.things)}[id]


def schema() -> dict[str, Any]:
    """Return the JSON schema of a scene."""
    return SceneRecord.model_json_schema()


def from_json(text: str) -> SceneRecord:
    """Read a scene as strangers may send it. Raises Refusal with the place that can be mended."""
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise Refusal(f"A scene has at most {MOST_BYTES:,} bytes; this one has {size:,}.")
    try:
        return SceneRecord.model_validate_json(text)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Refusal(f"This is no scene: {f'{where}: ' if where else ''}{first['msg']}.") from None


def to_json(scene: SceneRecord) -> str:
    """Write a scene without what is empty, in the same order each time."""
    return json.dumps(scene.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
