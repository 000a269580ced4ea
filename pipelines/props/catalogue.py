"""What each thing is: the facts that stand in its drawing, read when they are first asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from types import MappingProxyType
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.props.drawings import FOLDER, noun_of

LAST = 10_000
BEGIN, END = "<metadata>", "</metadata>"


@dataclass(frozen=True)
class Grip:
    """How somebody uses a thing: in which `pose`, and with which point `at` of its picture, from left and top, at which `place`.

    `place` is right (hand), left, hands (between both), chin or mouth. `turn` is in degrees to the side where the figure looks, `tall` how long the
    thing is in heights of who holds it.
    """

    pose: str = ""
    place: str = "right"
    at: tuple[float, float] = (0.5, 0.5)
    turn: float = 0.0
    tall: float = 0.0  # 0: by its own size


@dataclass(frozen=True)
class Prop:
    """One thing that stories name.

    `group` is the kind of thing; `metres` its storybook height; `colour` the tone of its main colour; `also` its other names; `seat` the share of
    its height from the top where one sits or stands on it; `holds` whether things can be in it; `grip` where a hand holds it, as shares of the
    picture from the left and from the top. Only what is `held` has a grip. Of things that fit a word equally well, the first by `order` is taken.

    What follows `turned` is of its picture in a scene, where it looks to the left.
    """

    group: str
    metres: float
    colour: str
    also: tuple[str, ...] = ()
    seat: float | None = None
    holds: bool = False
    grip: tuple[float, float] | None = None
    order: int = LAST
    suits: str = ""  # the place that a picture of it shows where none is named
    indoors: bool = False  # such a picture shows a room, whatever else is in it
    outdoors: bool = False  # it says that a scene is in the open air
    room: str = ""  # where it stands in a house
    inside: str = ""  # the place where one is who is in it
    vehicle: str = ""  # air, space, water, road or rail: as what one goes in it
    shines: str = ""  # by itself: always, at night, or in flashes
    opened: str = ""  # the noun of the drawing that shows it open
    posture: str = ""  # sit or lie, where that is what one does on it
    under: bool = False  # whether one can be under it
    hangs: bool = False  # from the hand that carries it
    where: str = ""  # sky, air or water, if it is not found on the ground
    use: Grip | None = None  # how one plays it or works with it
    sense: str | int | None = None  # a word or the number of its name's sense, where another one comes first
    read_as: str = ""  # thing or place, where the commonest sense of its name is neither
    whole: bool = False  # no single word of its name means it: a party is no party hat
    pair: bool = False  # one of it is "they"
    least: float = 0.0  # how tall it is at least, in heights of who is in or on it
    turned: bool = False  # whether its front looks to the right
    cabin: tuple[float, ...] = ()  # where riders are seen: left, right, edge from the top, how much of them it hides
    deck: tuple[float, ...] = ()  # where people stand in it: left, right
    saddle: float = 0.5  # where one sits on it, from the left
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # that acts name: where in its picture
    states: Mapping[str, str] = field(
        default_factory=dict
    )  # as which noun it is drawn when it is open, out …; "bed:front" is in its own file
    worn: str = ""  # the word of the wardrobe for it, where a figure wears it

    @property
    def held(self) -> bool:
        """Whether a person can hold it."""
        return self.grip is not None


def facts(svg: str) -> Prop:
    """The facts in the text of a drawing. Raises Refusal."""
    _, begin, rest = svg.partition(BEGIN)
    told, end, _ = rest.partition(END)
    if not (begin and end):
        raise Refusal("This drawing has no <metadata> with the facts of the thing.")
    try:
        with_tuples = _with_tuples(json.loads(unescape(told)))
        return Prop(
            **{**with_tuples, "use": Grip(**_with_tuples(with_tuples["use"])) if "use" in with_tuples else None}
        )
    except (ValueError, TypeError) as problem:
        raise Refusal(f"The facts of this drawing cannot be read: {problem}.") from None


def _with_tuples(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else _with_tuples(value) if name == "points" else value
        for name, value in dict(found).items()
    }


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Prop]:
    """All things by their noun, in their order."""
    found = {noun_of(path): facts(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.svg"))}
    return MappingProxyType(dict(sorted(found.items(), key=lambda one: one[1].order)))


class Nouns(Mapping[str, Prop]):
    """All things by their noun, or by a noun and one of its states ("bed:front"); the drawings' facts are read at the first look."""

    def __getitem__(self, noun: str) -> Prop:
        thing, colon, _ = str(noun).partition(":")
        known = everything()[thing]
        if colon and noun not in known.states.values():
            raise KeyError(noun)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(everything())

    def __len__(self) -> int:
        return len(everything())


NOUNS: Mapping[str, Prop] = Nouns()
UNKNOWN = Prop("", 0.0, "")


def record(noun: str) -> Prop:
    """The facts of a thing; UNKNOWN for a noun without a drawing."""
    return NOUNS.get(noun, UNKNOWN)
