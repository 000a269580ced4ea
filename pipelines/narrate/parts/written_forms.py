"""Written forms that are spoken otherwise, in English: months, abbreviations, currencies, units and signs (assets/voices/written_english.json)."""

from __future__ import annotations

import json
from typing import Any

from pipelines.core.models import ASSETS

_TABLES: dict[str, Any] = json.loads((ASSETS / "voices" / "written_english.json").read_text("utf-8"))
MONTHS: list[str] = _TABLES["months"]
SHORT_MONTHS: dict[str, str] = _TABLES["short_months"]
ABBREVIATIONS: dict[str, str] = _TABLES["abbreviations"]
NEVER_ENDS: set[str] = set(_TABLES["never_ends"])  # abbreviations after which a sentence goes on
CURRENCIES: dict[str, tuple[str, str, str, str]] = _TABLES["currencies"]
MAGNITUDES: dict[str, str] = _TABLES["magnitudes"]
UNITS: dict[str, str] = _TABLES["units"]
SYMBOLS: dict[str, str] = _TABLES["symbols"]
COUNTED: set[str] = set(_TABLES["counted"])  # nouns before a Roman number
MARKS: dict[str, str] = _TABLES["marks"]
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
PUNCTUATION = ';:,.!?—…"()“”'
