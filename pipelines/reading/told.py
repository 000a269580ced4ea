"""What a story says, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIGURES = ("person", "animal")


@dataclass(frozen=True)
class Entity:
    """Somebody or something of the story; its id stays the same from the first sentence to the last."""

    id: str
    kind: str  # person, animal, thing, place
    noun: str  # the head noun, singular
    said: str  # as it was first named: "lonely robot"
    name: str = ""
    gender: str = ""  # f, m or "" where nothing is known
    count: int = 1
    adjectives: tuple[str, ...] = ()
    colour: str = ""
    owner: str = ""  # id of whose it is
    group: str = ""  # id of the group that it is one of
    first: int = 0  # number of the sentence that names it first
    hair: str = ""  # what is said of it: "red hair"
    wears: str = ""  # id of what it wears since it was described so: "a mole with glasses"
    works_as: str = ""  # what somebody is besides kin or friend: "my uncle is a fireman"
    being: str = ""  # of a figure that is no living being: "robot", or the thing that speaks like a person

    @property
    def figure(self) -> bool:
        return self.kind in FIGURES


@dataclass(frozen=True)
class Where:
    """A relation and what it is to: in the forest, under a tree, home."""

    relation: str
    entity: str


@dataclass(frozen=True)
class Event:
    """Who does what. `real` is false for what is only wanted, promised or feared; `at` is where its verb stands in the story."""

    verb: str
    action: str  # what its verb asks of a body, or ""
    said: str  # the verb as written, with its particle: "rides", "flew away"
    at: int
    who: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    whom: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    how: tuple[str, ...] = ()
    expression: str = ""
    negated: bool = False
    real: bool = True
    leaves: tuple[str, ...] = ()  # who is gone after it
    likely: str = ""  # the act that is likely to show a verb which has no movement of its own


@dataclass(frozen=True)
class Speech:
    """Words in quotation marks, who says them and to whom."""

    text: str
    at: int
    who: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One sentence: what happens, who is on stage (`present`), what it names, and the setting that holds."""

    text: str
    at: int
    events: tuple[Event, ...] = ()
    speeches: tuple[Speech, ...] = ()
    takes_part: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # ids of who and what is named, but only wanted, sought, dreamt of or lost
    place: str = ""  # id of the place
    hour: str = ""
    weather: str = ""
    season: str = ""
    expressions: Mapping[str, str] | None = None  # figure -> expression


@dataclass(frozen=True)
class Story:
    """All of it."""

    title: str
    entities: tuple[Entity, ...]
    sentences: tuple[Sentence, ...]

    def entity(self, id: str) -> Entity:
        return next(one for one in self.entities if one.id == id)
