"""Words of a prompt that no picture shows by themselves: styles that the drawings do not have, and what can only be felt or thought (assets/words/unpictured.json)."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS


@lru_cache(maxsize=1)
def _known_words() -> dict[str, Any]:
    known = json.loads((ASSETS / "words" / "unpictured.json").read_text("utf-8"))
    return known | {"styles": frozenset(known["styles"])}


def is_style(phrase: str) -> bool:
    """Whether a phrase names a style that the studio's drawings do not have."""
    return phrase in _known_words()["styles"]


def styles_in(prompt: str) -> tuple[str, ...]:
    """The styles of that sort that a prompt names, the longest name of each."""
    texts: list[str] = []
    text = " ".join(re.findall(r"[a-z0-9][a-z0-9\-']*|[,;.:!?()]", prompt.lower()))
    for phrase in sorted(_known_words()["styles"], key=lambda style: (-len(style), style)):
        text, count = re.subn(rf"\b{re.escape(phrase)}\b", " ", text)
        texts += [phrase] if count else []
    return tuple(texts)


def is_carrier(word: str) -> bool:
    """Whether a word only says that something is felt or thought: "the feeling of"."""
    return word in _known_words()["carriers"]


def is_felt(word: str) -> bool:
    """Whether a word is listed as something that can only be felt or thought."""
    return is_carrier(word) or any(word in group["words"] for group in _known_words()["shown"])


def shown_by(word: str) -> list[str]:
    """Prompts of what lets somebody feel an abstract word: a mood of weather and light, or somebody who does something."""
    known = _known_words()
    return next((group["by"] for group in known["shown"] if word in group["words"]), known["otherwise"])
