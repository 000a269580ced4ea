"""The words that descriptions of characters are made of, read from `assets/figures/words.json` when they are first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.figures.kinds import FOLDER, other_names

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


SETS = ("filler", "male", "female")


@cache
def vocabulary() -> Vocabulary:
    """The words of the file, with the other names of animals."""
    record: dict[str, Any] = json.loads((FOLDER / "words.json").read_bytes())
    values = {name: frozenset(value) if name in SETS else value for name, value in record.items()}
    return Vocabulary(**{**values, "same": {**other_names(), **values["same"]}})
