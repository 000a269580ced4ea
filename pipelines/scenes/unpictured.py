"""Words of a prompt that no picture shows by themselves: styles that the drawings do not have, and what can only be felt or thought (assets/words/unpictured.json)."""

from __future__ import annotations

import re

from pipelines.language.lexicon import Words, lexicon

STYLES = Words("unpictured", "styles")  # that the studio's drawings do not have
CARRIERS = Words("unpictured", "carriers")  # only say that something is felt or thought: "the feeling of"


def styles_in(prompt: str) -> tuple[str, ...]:
    """The styles of that sort that a prompt names, the longest name of each."""
    texts: list[str] = []
    text = " ".join(re.findall(r"[a-z0-9][a-z0-9\-']*|[,;.:!?()]", prompt.lower()))
    for phrase in sorted(STYLES, key=lambda style: (-len(style), style)):
        text, count = re.subn(rf"\b{re.escape(phrase)}\b", " ", text)
        texts += [phrase] if count else []
    return tuple(texts)


def is_felt(word: str) -> bool:
    """Whether a word is listed as something that can only be felt or thought."""
    return word in CARRIERS or any(word in group["words"] for group in lexicon("unpictured")["shown"])


def shown_by(word: str) -> list[str]:
    """Prompts of what lets somebody feel an abstract word: a mood of weather and light, or somebody who does something."""
    known = lexicon("unpictured")
    return next((list(group["by"]) for group in known["shown"] if word in group["words"]), list(known["otherwise"]))
