"""Whether a text is English, by a plain count: how many of its words are English ones, and how many are the small words that English needs."""

from __future__ import annotations

import re

from pipelines.core.settings import Refusal
from pipelines.language.lexicon import Words
from pipelines.reading import wordnet as W

SMALL = Words("small", "english small")
ALSO = Words("small", "english also")
ONLY = Words("small", "english only")
SHORT_WORDS = 14  # a text that short may have no small word, if nearly all of it is known


def is_english(text: str) -> bool:
    """Seven of ten words are English, and one in twelve is a small word that no other language shares. Names are not counted."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)
    common = [word.lower() for n, word in enumerate(words) if word.islower() or n == 0]
    if not common:
        return not words
    small = sum(word in SMALL or word in ONLY for word in common)
    known = sum(any(word in words for words in (SMALL, ALSO, ONLY)) or _is_known(word) for word in common)
    few = len(common) <= SHORT_WORDS and known >= 0.9 * len(common)
    return known >= 0.7 * len(common) and (few or small >= len(common) / 12)


def _is_known(word: str) -> bool:
    from pipelines.reading.english import irregular

    word = word.replace("’", "'").removesuffix("'s")
    return word.isascii() and (
        any(W.base(word, kind) or W.count_of(word, kind) for kind in ("n", "v", "a", "r"))
        or word in irregular()["verb"]
        or word in irregular()["noun"]
    )


def check(text: str) -> None:
    """Raises Refusal for a text that is not English."""
    if not is_english(text):
        raise Refusal("This is not in English, and only English is read here; write it in English.")
