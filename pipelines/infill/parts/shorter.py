"""A sentence made shorter: stretches of its parse that it can do without go, and what is left is put in order by likelihood and meaning."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.infill.parts.lexicon import VOWEL
from pipelines.infill.parts.suggest import following
from pipelines.language.lexicon import Words

if TYPE_CHECKING:
    from pipelines.infill.parts.reader import Reader

STAYING = Words(
    "facts", "staying"
)  # denials, quantities, times, and words such as "former": a sentence without them says something else
POINTING = Words("writing", "pointing")  # words that say which or where to
OPTIONAL = ("advmod", "amod", "prep", "npadvmod", "advcl", "relcl", "appos", "intj", "acl", "quantmod", "nmod")
NEEDED_BY = ("of", "to", "by", "than", "as", "at", "with")  # that a verb or an adjective often cannot do without
MOST_STRETCHES = 7  # all of whose combinations are weighed
PIECES = 96  # of a sentence that MiniLM reads
MEANING_NATS = 110.0  # nats for all of the meaning, by MiniLM's cosine
LEAST_ALIKE = 0.7  # a wording whose cosine with the original is smaller is never offered
LEAST_NATS = -14.0  # above the original: what is worse than this is never offered
AIM = 0.6  # of the original's words
WORD_NATS = 5.0  # for each word beyond the aim
APART = 2  # words by which two wordings must differ


@dataclass(frozen=True)
class Wording:
    """A shorter sentence, its nats above the original's, and its cosine with the original by MiniLM."""

    text: str
    nats: float
    alike: float


def shorten_sentence(
    sentence: str,
    before: str,
    after: str,
    locked: Sequence[tuple[int, int]],
    words: int,
    reader: Reader,
    encoder: Any,
    count: int,
) -> list[Wording]:
    """The best shorter wordings of a sentence between two texts; `words` is the length that is aimed at, 0 for the usual share.

    log p(wording, after | before) by the causal model, with the original's nats a word given back for each word, so that length is neutral;
    + MEANING_NATS times MiniLM's cosine with the original, - WORD_NATS for each word beyond the aim (after UPSA, Liu et al. 2020, section 3.1).
    """
    from pipelines.reading.english import parsed_as_written

    doc = parsed_as_written([sentence])[0]
    texts = list(dict.fromkeys([sentence, *_combinations(doc, droppable(doc, locked))]))
    vectors = encoder.sentences(texts, pieces=PIECES)
    log_p = _log_p(texts, before, after, reader)
    long = len(sentence.split())
    aim = words or round(AIM * long)

    def value(k: int) -> float:
        size = len(texts[k].split())
        meaning = MEANING_NATS * float(vectors[k] @ vectors[0])
        return log_p[k] - log_p[0] / long * size + meaning - WORD_NATS * max(0, size - aim)

    wordings = [Wording(text, value(k) - value(0), float(vectors[k] @ vectors[0])) for k, text in enumerate(texts)]
    fits = [w for w in wordings[1:] if w.nats >= LEAST_NATS and w.alike >= LEAST_ALIKE]
    kept: list[Wording] = []
    # those that are short enough come first, then by length above the aim, then by value
    for wording in sorted(fits, key=lambda w: (max(0, len(w.text.split()) - (words or long)), -w.nats)):
        apart = all(differing(wording.text, other.text) >= APART for other in kept)
        if apart and subjectless_verbs(parsed_as_written([wording.text])[0]) <= subjectless_verbs(doc):
            kept.append(wording)
        if len(kept) == count:
            break
    return kept


def droppable(doc: Any, locked: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of words that a parsed sentence can do without, the longest first; none holds a locked word, a name, a number or a STAYING word."""
    staying = {t.i for t in doc if _must_stay(t) or any(a < t.idx + len(t.text) and t.idx < b for a, b in locked)}
    stretches = {
        stretch for t in doc if _may_go(t) and (stretch := _stretch(t, doc)) and not staying & {*range(*stretch)}
    }
    return sorted(stretches, key=lambda s: (s[0] - s[1], s))[:MOST_STRETCHES]


def _must_stay(token: Any) -> bool:
    from pipelines.reading.wordnet import time_named

    if token.pos_ == "NOUN" and time_named(token.lemma_.lower()):
        return True
    capital = token.i > 0 and token.text[:1].isupper() and token.text != "I" and not token.is_sent_start
    number = token.like_num or token.pos_ == "NUM" or any(sign.isdigit() for sign in token.text)
    return token.pos_ == "PROPN" or capital or number or {token.lower_, token.lemma_.lower()} & set(STAYING) != set()


def _may_go(token: Any) -> bool:
    word, verbal = token.lower_, token.head.pos_ in ("VERB", "ADJ", "AUX")
    if token.dep_ not in OPTIONAL or word in POINTING or token.tag_ in ("JJR", "JJS", "RBR", "RBS", "WRB", "RP"):
        return False
    if token.dep_ == "prep":
        return word != "of" and not (word in NEEDED_BY and verbal)
    return not (token.dep_ == "advmod" and (token.head.dep_ == "neg" or (word in ("there", "here") and verbal)))


def _stretch(token: Any, doc: Any) -> tuple[int, int] | None:
    """A word and all that hangs on it, where that is in one piece and leaves a sentence; with the commas that close it off."""
    numbers = sorted(t.i for t in token.subtree)
    a, b = numbers[0], numbers[-1] + 1
    if b - a != len(numbers):
        return None
    if a and doc[a - 1].text == "," and (b == len(doc) or doc[b].is_punct):
        a, b = a - 1, b + (b < len(doc) and doc[b].text == ",")
    return (a, b) if b - a < len(doc) - 3 else None


def _combinations(doc: Any, stretches: Sequence[tuple[int, int]]) -> list[str]:
    """The sentence without each combination of stretches."""
    chosen = itertools.product((False, True), repeat=len(stretches))
    gone = {frozenset(k for s, goes in zip(stretches, row) if goes for k in range(*s)) for row in chosen}
    return [without(doc, went) for went in sorted(gone, key=sorted) if went]


def without(doc: Any, gone: frozenset[int]) -> str:
    """A parsed sentence without some of its words, its spaces, capitals, commas and a or an put right."""
    text = ""
    for token in doc:
        word = token.text if token.i not in gone else ""
        if word.lower() in ("a", "an"):
            after = next((t.lower_ for t in doc[token.i + 1 :] if t.i not in gone), "")
            fits = "an" if VOWEL.match(after) else "a"
            word = fits.capitalize() if word[0].isupper() else fits
        text += word + token.whitespace_
    text = re.sub(r" ([,;:.!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?:, ?){1,4}([.!?;:])", r"\1", text)
    text = re.sub(r"^\W{0,3}, ?", "", re.sub(r"(?:, ?){2,4}", ", ", text))
    return text[:1].upper() + text[1:]


def _log_p(texts: Sequence[str], before: str, after: str, reader: Reader) -> list[float]:
    """log p(text, what follows | what stands before) of each text, by the causal model."""
    from pipelines.infill.parts.reader import Branch

    lead = before.rstrip(" ")
    reader.open(lead)
    space = " " if len(lead) < len(before) else ""
    branches = [Branch(reader.encode(space + text + following(after, 40))) for text in texts]
    for start in range(0, len(branches), 32):
        reader.open(lead)
        reader.weigh(branches[start : start + 32], [len(branch.pieces) for branch in branches[start : start + 32]])
    return [branch.log_p for branch in branches]


def subjectless_verbs(doc: Any) -> int:
    """How many finite verbs of a parsed sentence have no subject of their own: "their expense goes" has one more than "their expense reports"."""
    finite = sum(t.tag_ in ("VBZ", "VBP", "VBD", "MD") for t in doc)
    return finite - sum(t.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for t in doc)


def differing(text: str, other: str) -> int:
    """How many words two texts do not share at the same place of their common order (the longer's length less the longest common run)."""
    from difflib import SequenceMatcher

    a, b = text.lower().split(), other.lower().split()
    same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return max(len(a), len(b)) - same
