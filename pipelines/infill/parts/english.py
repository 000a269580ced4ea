"""Is a text English? Told by function words of the commonest languages in Latin letters, and by words that English does not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from pipelines.infill.parts.blanks import Blank
from pipelines.infill.parts.vocabulary import Vocabulary
from pipelines.language.lexicon import Table, Words

ENGLISH_ONLY = (
    "The studio's own models write English only; in another language their words mean little. Please write in English."
)
LEAST = 3  # words that are needed to tell
STRANGE = 0.5  # share of words that English does not have, above which a text is in another language
SURE = 0.25  # share of English function words with which a text is English all the same (names, foreign dishes)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s|\n")
ENGLISH = Words("writing", "english")
OTHERS = Table("writing", "other languages")  # words of each, without those of English


def is_foreign(text: str, known: Collection[str]) -> bool:
    """Whether a text is in another language than English; of fewer than LEAST words nothing is said, unless its letters are not Latin.

    `known` are the words of English.
    """
    letters = [c for c in text if c.isalpha()]
    if sum("LATIN" not in unicodedata.name(c, "LATIN") for c in letters) > STRANGE * len(letters):
        return len(letters) >= LEAST
    words = [word.lower().replace("’", "'") for word in WORD.findall(text.replace("_", " "))]
    if len(words) < LEAST:
        return False
    strange = sum(not _is_known(word, known) for word in words)
    english = sum(word in ENGLISH for word in words)
    other = max(sum(word in its for word in words) for its in OTHERS.values())
    if other > english and (other >= 2 or strange > STRANGE * len(words)):
        return strange > 0.25 * len(words)
    return strange > STRANGE * len(words) and english < SURE * len(words)


def _is_known(word: str, known: Collection[str]) -> bool:
    """Whether English has a word, with or without its accents, its possessive or what an apostrophe leaves out."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return any(part in known for part in (bare, bare.split("'")[0])) if bare.isascii() else False


def sentence_around(before: str, after: str) -> str:
    """The sentence that holds the place between two texts, without what is in the place."""
    ends = list(SENTENCE_END.finditer(before))
    begun = before[ends[-1].end() :] if ends else before
    end = SENTENCE_END.search(after)
    return f"{begun} {after[: end.end()] if end else after}"


def foreign_near(parts: Sequence[str | Blank], known: Collection[str]) -> bool:
    """Whether a blank stands in another language than English: by its sentence, or by 600 characters to each side where that is short."""
    for number, part in enumerate(parts):
        if isinstance(part, str):
            continue
        before = " ".join(one for one in parts[:number] if isinstance(one, str))
        after = " ".join(one for one in parts[number + 1 :] if isinstance(one, str))
        own = sentence_around(before[-2000:], after[:2000])
        near = own if len(WORD.findall(own)) > LEAST else f"{before[-600:]} {after[:600]}"
        if is_foreign(near, known):
            return True
    return False


def foreign_notes(parts: Sequence[str | Blank], vocabulary: Vocabulary) -> list[str]:
    """One sentence where a blank does not stand in English, and the network knows English only."""
    return [ENGLISH_ONLY] if vocabulary.known is not None and foreign_near(parts, vocabulary.known) else []
