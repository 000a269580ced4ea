"""Hostile names, addresses, bodies and files, which every door is tried with: tests/cases/hostile.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CASES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "hostile.json").read_text("utf-8"))


def text_of(value: str | list[tuple[str, int]]) -> str:
    """A text as it stands there, or pieces that are repeated so often."""
    return value if isinstance(value, str) else "".join(piece * count for piece, count in value)


def bytes_of(value: str | list[tuple[str, int]]) -> bytes:
    """The bytes of a text, a byte for each letter."""
    return text_of(value).encode("latin-1")


HUGE = "9" * 5000
NAMES, IN_ADDRESSES = ([text_of(value) for value in CASES[key]] for key in ("names", "parts of addresses"))
BODIES = [bytes_of(value) for value in CASES["bodies"]]
