"""Spelling mistakes of a story: a word that English does not have is read as the commonest word one letter away."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache

from pipelines.reading import wordnet as W

SHORTEST = 5  # letters; shorter words have too many neighbours
MOST = 5  # unknown words that are looked up in one sentence; looking takes up to a tenth of a second each
COMMON = 2  # how often a word must be counted to be what was meant
WORD = re.compile(r"(?<![\w'’-])[a-z]{5,16}(?![\w'’-])")


def corrections(text: str) -> Iterator[tuple[int, str, str]]:
    """Where a misspelt word stands, the word, and the word that was meant."""
    unknown = [match for match in WORD.finditer(text) if not _frequency_of(match[0])]
    for match in unknown[:MOST]:
        meant = meant_by(match[0])
        if meant != match[0]:
            yield match.start(), match[0], meant


@lru_cache(maxsize=4000)
def meant_by(word: str) -> str:
    """The word itself where English has it or nothing near is common; else the commonest word one letter away, two letters swapped first."""
    if len(word) < SHORTEST or _frequency_of(word):
        return word
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    for near in (swapped, list(_one_away(word))):
        best = max(near, key=_frequency_of, default=word)
        if _frequency_of(best) >= COMMON:
            return best
    return word


def _one_away(word: str) -> Iterator[str]:
    """All words with a letter less, more or another; the first letter stays."""
    for at in range(1, len(word) + 1):
        if at < len(word):
            yield word[:at] + word[at + 1 :]
        for letter in string.ascii_lowercase:
            yield word[:at] + letter + word[at:]
            if at < len(word):
                yield word[:at] + letter + word[at + 1 :]


@lru_cache(maxsize=20_000)
def _frequency_of(word: str) -> int:
    """How often a word or its dictionary form was counted; 0 for no word."""
    from spacy.lang.en.stop_words import STOP_WORDS

    from pipelines.reading.english import irregular
    from pipelines.reading.language import ALSO, SMALL

    if word in SMALL or word in ALSO or word in STOP_WORDS:
        return 1000
    forms = {(form, kind) for kind in "nvar" for form in (word, W.base(word, kind)) if form}
    highest = max((W.count_of(form, kind) for form, kind in forms), default=0)
    table = irregular()
    return max(highest, 50 if word in table["verb"] or word in table["noun"] else 0)
