"""What may stand where: whole words, words that are forbidden, a or an, repetition, and a topic that pulls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipelines.infill.parts.passage import ALONE, ANY, FIRST, FIXED, SECOND, Batch
from pipelines.infill.parts.vocabulary import MARK, REST, WORD, Vocabulary

if TYPE_CHECKING:
    from torch import Tensor

INNER_MARKS = (",", ";", "—")
PLAIN_CAPITALS = re.compile(
    r"I|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|(Sept|Nov|Dec)ember|October"
    r"|Christmas|Easter|God|English|French|German|Italian|Spanish|American|European|Indian"
)
ARTICLE_NATS = 20.0  # how much less likely "a apple" is made


@dataclass(frozen=True)
class Taste:
    """What a writer asks of the words, in lower case."""

    forbidden: frozenset[str] = frozenset()
    names: bool = False
    repetition: float = 1.0  # nats taken from a word for standing in the passage already


@dataclass
class Rules:
    """A network's scores under the rules of a batch; a Scores for the samplers. Rows must be those of the batch."""

    network: Callable[[Tensor, Tensor], Tensor]
    vocabulary: Vocabulary
    batch: Batch
    taste: Taste
    topic: tuple[int, ...] = ()  # pieces that stand before the passage where the topic is told
    strength: float = 0.0
    allowed: Allowed = field(init=False)

    def __post_init__(self) -> None:
        self.allowed = allowed(self.vocabulary, self.taste)

    def __call__(self, tokens: Tensor, at: Tensor) -> Tensor:
        """Log-probabilities [k,v] over what the rules leave."""
        import torch

        log_p = self.guided(tokens, at)
        for k, (row, place) in enumerate(at.nonzero().tolist()):
            log_p[k] = self.ruled(log_p[k], tokens[row], row, place)
        return torch.log_softmax(log_p, -1)

    def guided(self, tokens: Tensor, at: Tensor) -> Tensor:
        """Towards the topic: p(x | topic)^(1+g) p(x)^-g, over g = strength - 1 (Schiff et al. 2025, D-CFG, equation 6)."""
        import torch

        if not self.topic or self.strength == 0:
            return self.network(tokens, at).clone()
        lead = len(self.vocabulary.begin)
        told = torch.tensor(self.topic).expand(len(tokens), -1)
        longer = torch.cat([tokens[:, :lead], told, tokens[:, lead:]], 1)
        there = torch.cat([at[:, :lead], torch.zeros_like(told, dtype=torch.bool), at[:, lead:]], 1)
        with_topic, without = self.network(longer, there), self.network(tokens, at)
        return (without + self.strength * (with_topic - without)).nan_to_num(nan=-torch.inf, neginf=-torch.inf)

    def ruled(self, log_p: Tensor, tokens: Tensor, row: int, place: int) -> Tensor:
        """One place's log-probabilities [v], not normalised, with what the rules exclude at minus infinity."""
        import torch

        role = int(self.batch.roles[row, place])
        left = int(tokens[place - 1]) if place else -1
        right = int(tokens[place + 1]) if place + 1 < len(tokens) else -1
        log_p = log_p + self.allowed.of(role, left, right)
        if role != SECOND:
            log_p = log_p + self.allowed.article(left)
            here = self.batch.roles[row]
            others = tokens[(torch.arange(len(tokens)) != place) & (tokens != self.vocabulary.mask) & (here >= FIXED)]
            said = others[torch.from_numpy(self.allowed.content[others.numpy()])].unique()
            log_p[said] -= self.taste.repetition
            for neighbour in (left, right):
                if neighbour >= 0 and self.vocabulary.kinds[neighbour] != REST:
                    log_p[neighbour] = -torch.inf
        return log_p


@dataclass
class Allowed:
    """Which pieces may hold which role, as what is added to log-probabilities [v]: 0 or minus infinity."""

    vocabulary: Vocabulary
    taste: Taste

    def __post_init__(self) -> None:
        v = self.vocabulary
        alone = v.whole & np.array([self.may(text) for text in v.texts])
        pairs = {a: {b: n for b, n in rest.items() if self.may(v.texts[a] + v.texts[b])} for a, rest in v.pairs.items()}
        self.pairs = {a: rest for a, rest in pairs.items() if rest}
        self.partners: dict[int, set[int]] = {}
        for a, rest in self.pairs.items():
            for b in rest:
                self.partners.setdefault(b, set()).add(a)
        inner = np.array([text in INNER_MARKS for text in v.texts]) & (v.kinds == MARK)
        first, second = np.zeros(len(v), bool), np.zeros(len(v), bool)
        if v.known is None:
            first, second = v.kinds == WORD, v.kinds == REST
        first[list(self.pairs)], second[list(self.partners)] = True, True
        self.table = {
            ALONE: _nats_added(alone),
            FIRST: _nats_added(first),
            SECOND: _nats_added(second),
            ANY: _nats_added(alone | inner),
        }
        self.content = np.array([len(text) > 3 for text in v.texts]) & (v.kinds == WORD)
        ids = {text: i for i, text in enumerate(v.texts) if v.kinds[i] == WORD}
        self.a, self.an = ids.get("a", -2), ids.get("an", -2)
        self.before_a, self.before_an = (
            ARTICLE_NATS * -v.vowels.astype(np.float32),
            ARTICLE_NATS * -(~v.vowels).astype(np.float32),
        )

    def may(self, word: str) -> bool:
        """Whether the taste lets a whole word be used."""
        word = word.lower()
        if word in self.taste.forbidden:
            return False
        usual = self.vocabulary.usual.get(word)
        return self.taste.names or usual is None or PLAIN_CAPITALS.fullmatch(usual) is not None

    def of(self, role: int, left: int, right: int) -> Tensor:
        """For one place; a half of a word whose other half is decided must make a word with it."""
        import torch

        if self.vocabulary.known is not None:
            fits = None
            if role == SECOND and left != self.vocabulary.mask:
                fits = list(self.pairs.get(left, ()))
            elif role == FIRST and right != self.vocabulary.mask:
                fits = sorted(self.partners.get(right, ()))
            if fits is not None:
                out = np.full(len(self.vocabulary), -np.inf, np.float32)
                out[fits] = 0
                return torch.from_numpy(out)
        return torch.from_numpy(self.table[role])

    def article(self, left: int) -> Tensor | float:
        """After "a" no vowel, after "an" nothing else."""
        import torch

        if left == self.a:
            return torch.from_numpy(self.before_a)
        return torch.from_numpy(self.before_an) if left == self.an else 0.0


@lru_cache(maxsize=8)
def allowed(vocabulary: Vocabulary, taste: Taste) -> Allowed:
    """Made once for a vocabulary and a taste."""
    return Allowed(vocabulary, taste)


def _nats_added(may: np.ndarray) -> np.ndarray:
    return np.where(may, 0, -np.inf).astype(np.float32)


def list_words(text: str) -> list[str]:
    """Words that a visitor wrote with commas or spaces between them, in lower case."""
    return [word.lower() for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)]


def topic_pieces(words: Iterable[str], vocabulary: Vocabulary) -> tuple[int, ...]:
    """The topic as a paragraph of its own before the passage."""
    said = ", ".join(words)
    return tuple(piece.id for piece in vocabulary.encode(said + ".")) + vocabulary.paragraph if said else ()
