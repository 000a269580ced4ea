"""Why a file is not taken, as one sentence for the visitor: what the intake's child answers is a word of this table and a few numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.media.book import SENTENCES as BOOKS


class Refused(Refusal):
    """A file that is not taken; `reason` is one word for code."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


# What a child may answer instead of facts. {called}: FORMATS' word; the rest are numbers or short words.
REASONS: dict[str, str] = json.loads(Path(__file__).with_name("reasons.json").read_text("utf-8")) | BOOKS


def refusal(reason: str, called: str = "file", **values: Any) -> Refused:
    """The sentence of a reason; a value that is not what the sentence needs makes it the plain one for damage."""
    try:
        sentence = REASONS[reason].format(called=called, **values)
    except (KeyError, ValueError, TypeError):
        reason, sentence = "damaged", REASONS["damaged"].format(called=called)
    return Refused(sentence, reason)


def plain_values(values: dict[str, Any]) -> dict[str, float | str]:
    """A child's values, made harmless: numbers, or short words of plain letters."""
    plain: dict[str, float | str] = {}
    for name, value in list(values.items())[:6]:
        if isinstance(value, int | float) and abs(value) < 1e15:
            plain[name] = value
        elif isinstance(value, str):
            plain[name] = "".join(
                letter for letter in value if letter.isascii() and (letter.isalnum() or letter in " ._-")
            )[:40]
    return plain
