"""The words that may stand in a blank, with the pieces that the masked network and the causal model write them in."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.infill.parts.rules import ARTICLE_NATS, Taste, allowed
from pipelines.infill.parts.vocabulary import REST, WORD, Vocabulary, begins_sentence
from pipelines.language.lexicon import Table, Words

if TYPE_CHECKING:
    from torch import Tensor

FLOOR = -18.0  # nats: what the masked network is taken to give a word that it cannot write in two pieces
# Words that a subject does not take right after it, and that are not taken when it follows them in a plain clause.
DISAGREES = Table("writing", "disagreeing")
NO_NOUN = Words("writing", "no noun")  # never right after an article
NEEDS_NOUN = Words("writing", "needing a noun")  # never last before a mark or NO_PHRASE
SUBJECTS = Words("writing", "subjects")  # never right before an article
NEEDS_MORE = Words("writing", "needing more")  # never last before a mark that ends a clause
NO_PHRASE = Words("writing", "beginning no phrase")  # words that no phrase of a noun begins with
ASKS = Words("writing", "asking")  # a question, where a verb of VERB_FIRST comes next
MAY_ASK = Words("writing", "perhaps asking")  # "What is done is done.": seldom no question
VERB_FIRST = Words("writing", "verbs first")
MAY_ASK_NATS = 4.0
UNREAL = Words("writing", "unreal")  # "if he were", "you and I are"


@dataclass
class Lexicon:
    """`words` [n] in lower case; `first`, `second` [n] are pieces of the masked network (-1: none, first -1: more than two)."""

    vocabulary: Vocabulary
    causal: Any  # the causal model's tokenizer
    words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        v = self.vocabulary
        known = dict(v.known or _own_known())
        self.words = list(known)
        self.index = {word: i for i, word in enumerate(self.words)}
        self.counts = np.array([known[word] for word in self.words], np.float64)
        lead = " " if v.spaced else ""
        made = [e.ids for e in v.tokenizer.encode_batch([lead + w for w in self.words], add_special_tokens=False)]
        fits = [len(ids) <= 2 and v.kinds[ids[0]] == WORD and all(v.kinds[i] == REST for i in ids[1:]) for ids in made]
        self.first = np.array([ids[0] if fit else -1 for ids, fit in zip(made, fits)])
        self.second = np.array([ids[1] if fit and len(ids) == 2 else -1 for ids, fit in zip(made, fits)])
        self.pieces = [tuple(ids) for ids in made]
        self.vowels = np.array([bool(VOWEL.match(word)) for word in self.words])
        self.styles: dict[tuple[bool, bool], tuple[Tensor, Tensor]] = {}

    def surface(self, word: str, capital: bool) -> str:
        """A word as it is written: with its usual capitals, and one at a sentence's beginning."""
        shown = "I" if word == "i" else self.vocabulary.usual.get(word, word)
        shown = shown if len(shown) == len(word) else word
        return shown[:1].upper() + shown[1:] if capital else shown

    def begun(self, spaced: bool, capital: bool) -> tuple[Tensor, Tensor]:
        """The causal model's first piece of each word [n], and the log share of the word among those that begin with it.

        The share is by how often each word was read. It makes log p(first piece) + log share a density over the words.
        """
        import torch

        if (spaced, capital) not in self.styles:
            shown = [" " * spaced + self.surface(word, capital) for word in self.words]
            first = np.array([e.ids[0] for e in self.causal.encode_batch(shown, add_special_tokens=False)])
            totals = np.zeros(first.max() + 1)
            np.add.at(totals, first, self.counts)
            share = np.log(self.counts / totals[first])
            self.styles[spaced, capital] = torch.from_numpy(first), torch.from_numpy(share).float()
        return self.styles[spaced, capital]

    def by_mask(self, alone: Tensor, begin: Tensor, end: Tensor) -> Tensor:
        """log q [n] of the masked network, from its scores [v] for a whole word, and for both halves of one that has two pieces.

        How many pieces a word has is as likely as in running text; a second half is taken from those that make a word.
        """
        import torch

        share = self.vocabulary.two_piece_share
        first, second = torch.from_numpy(self.first), torch.from_numpy(self.second)
        one, two = (first >= 0) & (second < 0), second >= 0
        out = torch.full((len(self.words),), -torch.inf)
        out[one] = alone[first[one]] + np.log1p(-share)
        ends = end[second[two]].clamp(min=-60.0)
        totals = torch.zeros(len(begin)).index_add_(0, first[two], ends.exp())
        out[two] = begin[first[two]] + ends - totals[first[two]].clamp(min=1e-26).log() + float(np.log(share))
        return out

    def ruled(self, before: str, after: str, said: set[str], taste: Taste) -> Tensor:
        """What is added to the scores [n] of words between two texts: 0, minus infinity, or a few nats less."""
        import torch

        left, right = WORDS.findall(before[-80:].lower()), WORDS.findall(after[:80].lower())
        near = before.rstrip(" ")[-1:].isalnum()
        out = _may_of(tuple(self.words), self.vocabulary, taste).copy()
        if near and left and left[-1] in ("a", "an"):
            out -= ARTICLE_NATS * (self.vowels != (left[-1] == "an"))
            self._not(out, NO_NOUN)
        follows = right[0] if right and after.lstrip(" ")[:1].isalnum() else ""
        if follows:
            wrong = "a" if VOWEL.match(follows) else "an"
            self._not(out, {wrong, follows})
        if near and left:
            self._not(out, {left[-1]})
            if left[-1] in DISAGREES and not UNREAL & set(left[-3:-1]):
                self._not(out, DISAGREES[left[-1]])
        if follows:
            self._not(
                out, {who for who, wrong in DISAGREES.items() if follows in wrong and not UNREAL & set(left[-2:])}
            )
        if follows in ("a", "an", "the"):
            self._not(out, SUBJECTS | NEEDS_NOUN)
        if CLAUSE_END.match(after):
            self._not(out, NEEDS_MORE)
        elif follows in NO_PHRASE or after[:1] == ",":
            self._not(out, NEEDS_NOUN)
        if follows in VERB_FIRST and begins_sentence(before.rstrip(" ")) and STATEMENT.match(after):
            self._not(out, ASKS)
            out[[self.index[word] for word in MAY_ASK if word in self.index]] -= MAY_ASK_NATS
        for word in said:
            if len(word) > 3 and word in self.index:
                out[self.index[word]] -= taste.repetition
        return torch.from_numpy(out)

    def _not(self, out: np.ndarray, words: Collection[str]) -> None:
        out[[self.index[word] for word in words if word in self.index]] = -np.inf


@lru_cache(maxsize=8)
def _may_of(words: tuple[str, ...], vocabulary: Vocabulary, taste: Taste) -> np.ndarray:
    may = allowed(vocabulary, taste).may
    return np.where([may(word) for word in words], 0, -np.inf).astype(np.float32)


WORDS = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
CLAUSE_END = re.compile(r" ?[.!?;:]")
STATEMENT = re.compile(r"[^.!?\n]{0,300}\.(?!\w)")  # the sentence goes on to a full stop
VOWEL = re.compile(r"(?!one\b|once\b|uni(?!n|m)|us[eu]|eu|ut[ei])[aeiou]|hour|honest|hono|heir")


def _own_known() -> dict[str, int]:
    from pipelines.infill.parts.networks import own_vocabulary

    return dict(own_vocabulary().known or {})


@lru_cache(maxsize=4)
def lexicon_of(vocabulary: Vocabulary, causal: Any) -> Lexicon:
    """Made once for a masked network's vocabulary and a causal model's tokenizer."""
    return Lexicon(vocabulary, causal)
