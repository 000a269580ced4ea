"""The words that descriptions of characters are made of, read from `assets/figures/words.json` when they are first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures.kinds import COLOUR, FOLDER, other_names

Meaning = Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """Words by what they speak of, each with what it means.

    `same` are other names of kinds, `builds` changes of parameters, `sizes` factors of the height; `filler` says nothing; `male` and `female` are kinds and nouns.
    """

    colours: Meaning
    hair_colours: Meaning
    skins: Meaning
    same: Meaning
    hairs: Meaning
    hair_styles: Meaning
    hats: Meaning
    tops: Meaning
    bottoms: Meaning
    beards: Meaning
    builds: Mapping[str, Mapping[str, float]]
    sizes: Mapping[str, float]
    ages: Meaning
    filler: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]


SHADES, SETS = ("colours", "hair_colours", "skins"), ("filler", "male", "female")


@cache
def vocabulary() -> Vocabulary:
    """The words of the file. Raises Refusal for a file that cannot be used."""
    return parse_vocabulary((FOLDER / "words.json").read_bytes())


def parse_vocabulary(text: bytes) -> Vocabulary:
    """The vocabulary that a text describes. Raises Refusal, with what is wrong."""
    try:
        record = json.loads(text)
        names = [field.name for field in fields(Vocabulary)]
        if not isinstance(record, dict) or record.keys() != set(names):
            raise ValueError(f"it must say {', '.join(names)}, and nothing else")
        for name in names:
            if not _fits(name, record[name]):
                raise ValueError(f"what it says of {name!r} has the wrong form")
    except ValueError as problem:
        raise Refusal(f"assets/figures/words.json cannot be used: {problem}.") from None
    values: dict[str, Any] = {name: frozenset(value) if name in SETS else value for name, value in record.items()}
    return Vocabulary(**{**values, "same": {**other_names(), **values["same"]}})


def _fits(name: str, value: Any) -> bool:
    if name in SETS:
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
    if not isinstance(value, dict):
        return False
    if name == "builds":
        return all(_fits("sizes", changes) for changes in value.values())
    if name == "sizes":
        return all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value.values())
    return all(isinstance(one, str) and (name not in SHADES or COLOUR.fullmatch(one)) for one in value.values())
