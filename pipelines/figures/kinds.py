"""Kinds of figures: what is constant about each, one file a family in `assets/figures` and one file an animal in `assets/animals`.

The file of a family says `usual` (every parameter with its usual value), `only` (parameters that some kinds alone have), `shared` (values that several kinds
share) and `kinds`: for each kind what is not as usual, and `as` whom of `shared` it takes the rest from. `like` names the family whose usual
values count before its own. An animal is `like` a family or like another animal, says what it has not from there, and some of ABOUT: its other names (`also`),
the place that `suits` it, `where` it is (swim, float or air; else on the ground) and how `tall` stories show it. Lengths of animals on four legs are in heights
of the shoulder, those of birds and fish in lengths of the body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal

FOLDER = ASSETS / "figures"
ANIMALS, PEOPLE = ASSETS / "animals", ASSETS / "people"
ABOUT = ("also", "suits", "where", "tall")
FAMILIES = ("people", "quadrupeds", "birds", "wonders", "crawlers", "insects", "swimmers", "octopuses")
HEADS = "heads"  # what all animals' heads have; a family without kinds
COLOUR = re.compile(r"#[0-9a-f]{6}")
PARTS = ("usual", "only", "shared", "kinds")
OF_ROLE = frozenset(["noun", "also", "sex", "tool"])  # what a record of `assets/people` says beside the looks
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Family:
    """One file: the usual values, those that a kind can have, what several kinds share, by its name, and each kind with all its parameters."""

    usual: Parameters
    known: Parameters
    shared: Mapping[str, Parameters]
    kinds: Mapping[str, Parameters]


@dataclass(frozen=True)
class Animal:
    """One animal: its family, all its parameters, and what its file says about it."""

    family: Family
    parameters: Parameters
    about: Parameters


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Parameters]:
    """All kinds by name, each with all its parameters."""
    people = {kind: values for name in FAMILIES for kind, values in family(name).kinds.items()}
    return people | {kind: animal(kind).parameters for kind in animals()}


@lru_cache(maxsize=1)
def animals() -> tuple[str, ...]:
    """The names of all animals."""
    return tuple(sorted(path.stem for path in ANIMALS.glob("*.json")))


@cache
def animal(name: str) -> Animal:
    """The animal of a file in `assets/animals`. Raises Refusal for a file that cannot be used."""
    return parse_animal((ANIMALS / f"{name}.json").read_bytes(), name)


def parse_animal(text: bytes, name: str) -> Animal:
    """The animal that the text of a file describes. Raises Refusal, with what is wrong."""
    try:
        record = _mapping("the file", json.loads(text, object_pairs_hook=_object))
        about = {key: record.pop(key) for key in ABOUT if key in record}
        like = record.pop("like", "")
        if like not in FAMILIES and like not in animals():
            raise ValueError(f"it is like {like!r}, which is no family and no animal")
        base = Animal(family(like), family(like).usual, {}) if like in FAMILIES else animal(like)
        values = _values(name, record, base.family.shared, base.family.known)
    except ValueError as problem:
        raise Refusal(f"assets/animals/{name}.json cannot be used: {problem}.") from None
    return Animal(base.family, {**base.parameters, **values}, about)


@lru_cache(maxsize=1)
def other_names() -> Mapping[str, str]:
    """The other names of all animals, each with its kind."""
    return {word.lower(): kind for kind in animals() for word in animal(kind).about.get("also", ())}


@cache
def family(name: str) -> Family:
    """The family of a file in `assets/figures`. Raises Refusal for a file that cannot be used."""
    more = {kind: role.looks for kind, role in roles().items()} if name == "people" else {}
    return parse_family((FOLDER / f"{name}.json").read_bytes(), name, more)


@dataclass(frozen=True)
class Role:
    """Who somebody is by what they do: a record of `assets/people`. `words` name them, the first one is their noun; at work they hold the `tool`."""

    words: tuple[str, ...]
    looks: Parameters
    sex: str = ""
    tool: str = ""


@cache
def roles() -> Mapping[str, Role]:
    """Everybody in `assets/people` by kind."""
    return {path.stem: parse_role(path.read_bytes()) for path in sorted(PEOPLE.glob("*.json"))}


def parse_role(text: bytes) -> Role:
    """Somebody as a text describes them. Raises ValueError."""
    record = _mapping("the file", json.loads(text, object_pairs_hook=_object))
    looks = {key: value for key, value in record.items() if key not in OF_ROLE}
    also, sex, tool = record.get("also", ()), record.get("sex", ""), record.get("tool", "")
    words = (record.get("noun"), *(also if isinstance(also, tuple) else [None]))
    if (
        not all(isinstance(word, str) and word for word in words)
        or sex not in ("", "f", "m")
        or not isinstance(tool, str)
    ):
        raise ValueError("'noun' and 'tool' must be words, 'also' a list of words, and 'sex' f or m")
    return Role(tuple(map(str.lower, words)), looks, sex, tool)


def parse_person(text: bytes, name: str) -> tuple[Role, Parameters]:
    """Somebody as the text of a file describes them, and all their parameters. Raises Refusal, with what is wrong."""
    try:
        role, people = parse_role(text), family("people")
        return role, {**people.usual, **_values(name, role.looks, people.shared, people.known)}
    except ValueError as problem:
        raise Refusal(f"assets/people/{name}.json cannot be used: {problem}.") from None


def parse_family(text: bytes, name: str, more: Mapping[str, Parameters] = {}) -> Family:
    """The family that the text of a file describes, with the looks of `more` kinds. Raises Refusal, with what is wrong."""
    try:
        found = _mapping("the file", json.loads(text, object_pairs_hook=_object))
        if strange := found.keys() - {"like", *PARTS}:
            raise ValueError(f"it has no use for {min(strange)!r}")
        like = family(found["like"]).usual if "like" in found else {}
        own, only, given, entries = (_mapping(part, found.get(part, {})) for part in PARTS)
        usual = {**like, **own}
        known = {**usual, **only}
        shared: dict[str, Parameters] = {}
        for key, entry in given.items():
            shared[key] = _values(key, entry, shared, known)
        kinds = {one: {**usual, **_values(one, entry, shared, known)} for one, entry in {**entries, **more}.items()}
    except ValueError as problem:
        raise Refusal(f"assets/figures/{name}.json cannot be used: {problem}.") from None
    return Family(usual, known, shared, kinds)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose lists cannot be changed."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in pairs}


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name!r} must be an object in braces")
    return value


def _values(name: str, entry: Any, shared: Mapping[str, Parameters], known: Parameters) -> Parameters:
    """What an entry says, after what it takes from others. Raises ValueError for what its family does not know."""
    own = dict(_mapping(name, entry))
    values: dict[str, Any] = {}
    others = own.pop("as", ())
    if not isinstance(others, tuple):
        raise ValueError(f"'as' of {name!r} must be a list in brackets")
    for other in others:
        if other not in shared:
            raise ValueError(f"{name!r} is as {other!r}, which stands nowhere before it")
        values.update(shared[other])
    for key, value in own.items():
        if key not in known:
            raise ValueError(f"{name!r} has a parameter {key!r}, which its family does not know")
        if not _fits(value, known[key]):
            raise ValueError(f"{key!r} of {name!r} cannot be {value!r}, because it is usually {known[key]!r}")
    return {**values, **own}


def _fits(value: Any, usual: Any) -> bool:
    """Whether a value is of the sort of the usual one: a number, a colour, a word, as many numbers. For yes or no a word may say how."""
    if isinstance(usual, tuple):
        few = isinstance(value, tuple) and (not usual or len(value) == len(usual))
        return few and all(map(_fits, value, usual))
    if isinstance(usual, str):
        return isinstance(value, str) and ("#" not in (usual[:1], value[:1]) or bool(COLOUR.fullmatch(value)))
    if isinstance(usual, dict):
        return isinstance(value, dict)
    return isinstance(value, (bool, str) if isinstance(usual, bool) else (int, float)) and (
        isinstance(usual, bool) or not isinstance(value, bool)
    )
