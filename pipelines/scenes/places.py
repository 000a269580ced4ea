"""Places are records, a JSON a place in `assets/places`: of what it is built, what stands there, who is there. What a record may say is checked here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal

FOLDER = ASSETS / "places"
KINDS = ("floor", "walls", "window", "ground", "horizon", "light")
INDOORS, OUTDOORS = ("floor", "walls", "window"), ("ground", "horizon")
Name = Annotated[str, StringConstraints(pattern=r"^\w[\w' é-]{1,40}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Step = tuple[str, dict[str, Any]]


@lru_cache(maxsize=1)
def surfaces() -> Mapping[str, Any]:
    """How every floor, wall, window, light, ground and horizon looks, and what is built by a generator."""
    return dict(json.loads((ASSETS / "scenes" / "surfaces.json").read_text("utf-8")))


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Data):
    """A place's room for things, in fractions of the height: horizon, ground for feet (far, near), water, sky."""

    horizon: Share = 0.55
    ground: tuple[Share, Share] = (0.62, 0.93)
    water: tuple[Share, Share] | None = None
    sky: tuple[Share, Share] = (0.04, 0.36)
    shore: Share = 0.0  # how far below the horizon the ground begins
    afloat: float = 1.0  # what swims is before the ground from 2


class Spot(_Data):
    """A thing at its place; lengths in units, a hundredth of the picture's shorter side.

    `x` is where its middle is: so far to the right of the left or the right edge, of the middle, of the window's right side, or of a lamp.
    `foot` is how far its foot is below the line where the wall meets the floor, or `top` its upper end.
    """

    thing: str
    x: tuple[Literal["left", "right", "middle", "window", "lamp", "lamp2"], float]
    tall: Annotated[float, Field(ge=2, le=200)]
    foot: float | None = None
    top: float | None = None
    turn: Literal[0, 90, 180, 270] = 0
    mirrored: bool = False
    wall: bool = False  # it hangs there
    colours: tuple[str, ...] = ("",)


class Place(_Data):
    """One place. Nouns are those of `assets/things`, of generators in `surfaces.json`, or `missing`: they are left out until they are drawn."""

    place: Name
    also: tuple[Name, ...] = ()
    anywhere: tuple[Name, ...] = ()  # those of its names that mean it wherever they stand, not only after "in the"
    like: Name  # the place whose stories are told as those of this one, if it is no such place itself
    indoors: bool
    floor: str = ""
    walls: str = ""
    window: str = ""
    ground: str = ""
    horizon: str = ""
    light: str
    always: tuple[str, ...] = ()
    often: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()  # what stands far off, before the horizon
    people: tuple[str, ...] = ()
    outside: str
    sounds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    furniture: Mapping[Literal["wide", "narrow"], tuple[Spot, ...]] = {}  # in place of what is put there by itself
    colours: Mapping[str, tuple[str, ...]] = {}  # of walls and floor, where not the usual ones
    windows: Annotated[int, Field(ge=1, le=6)] = 1  # how many, in a row
    paint: tuple[Step, ...] = ()  # by which generators, in place of the usual ones
    stage: Stage | None = None
    seed: int | None = None  # a part of the random numbers; of the name where there is none

    @model_validator(mode="after")
    def _has_its_surfaces(self) -> Place:
        for kind in KINDS:
            asked = kind == "light" or kind in (INDOORS if self.indoors else OUTDOORS)
            if getattr(self, kind) not in (surfaces()[kind] if asked else ("",)):
                raise ValueError(f"{kind} cannot be {getattr(self, kind)!r}")
        return self

    @property
    def number(self) -> int:
        """A part of the random numbers of the place."""
        return self.seed if self.seed is not None else 1000 + crc32(self.place.encode()) % 2**31


def parse_place(text: str) -> Place:
    """The record in a text. Raises Refusal."""
    try:
        return Place.model_validate_json(text)
    except ValidationError as problem:
        told = "; ".join(f"{'.'.join(map(str, error['loc']))} {error['msg']}".strip() for error in problem.errors())
        raise Refusal(f"This is no record of a place: {told}") from None


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Place]:
    """All places by name, those with a seed of their own first, the others by the alphabet."""
    records = [parse_place(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return MappingProxyType(
        {
            record.place: record
            for record in sorted(records, key=lambda record: (min(record.number, 1000), record.place.lower()))
        }
    )


@lru_cache(maxsize=1)
def names() -> Mapping[str, str]:
    """Every name of a place, its other names too, and the place that it means."""
    other = {word: record.place for record in everything().values() for word in record.also}
    return MappingProxyType(other | {name: name for name in everything()})


def stage_of(record: Place) -> Stage:
    """The room for things in a place."""
    return record.stage or Stage(**surfaces()["stages"]["indoors" if record.indoors else record.horizon])


def problems(record: Place, things: Mapping[str, Any]) -> list[str]:
    """What is wrong with a record beside its form: names that nothing has."""
    known = {*things, *surfaces()["built"], *record.missing}
    places = {**names(), record.place: record.place}
    spots = [spot.thing for shape in record.furniture.values() for spot in shape]
    unknown = [noun for noun in (*record.always, *record.often, *record.middle, *spots) if noun not in known]
    found = [f"nothing is drawn as {noun!r}; if it is missing, say so in `missing`" for noun in unknown]
    found += [f"there is no place {place!r}" for place in (record.outside, record.like) if place not in places]
    taken = [word for word in (record.place, *record.also) if places.get(word, record.place) != record.place]
    return found + [f"{word!r} is a name of {places[word]!r} already" for word in taken]
