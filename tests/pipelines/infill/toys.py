"""A joint distribution small enough to enumerate, as the exact network of its own masked diffusion."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
import torch

MASK, LETTERS, PLACES = 0, (1, 2, 3), 3
STATES = list(itertools.product(LETTERS, repeat=PLACES))


class Joint:
    """p over three places of three letters; called as a network it gives p(letter at a place | the known letters)."""

    def __init__(self, seed: int = 0, wrong: float = 0.0):
        self.chances = dict(zip(STATES, np.random.default_rng(seed).dirichlet(np.full(len(STATES), 0.5))))
        self.wrong, self.calls = wrong, 0
        self.conditional = lru_cache(maxsize=None)(self._conditional)

    def _conditional(self, row: tuple[int, ...], place: int) -> torch.Tensor:
        totals = torch.full((len(LETTERS) + 1,), 1e-30)
        for letters, chance in self.chances.items():
            if all(known in (MASK, letter) for known, letter in zip(row, letters)):
                totals[letters[place]] += chance
        totals[MASK] = 0
        return (totals.log() + self.wrong * torch.arange(4.0) * row.count(MASK)).log_softmax(0)

    def __call__(self, tokens: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        rows = tokens.tolist()
        return torch.stack([self.conditional(tuple(rows[row]), place) for row, place in at.nonzero().tolist()])

    def bound(self, letters: tuple[int, ...]) -> float:
        """The diffusion bound by enumeration: the integral of t^(k-1) (1-t)^(n-k) is (k-1)! (n-k)! / n!."""
        total, n = 0.0, PLACES
        for hidden in itertools.product((False, True), repeat=n):
            k = sum(hidden)
            row = tuple(MASK if hide else letter for hide, letter in zip(hidden, letters))
            weight = math.factorial(k - 1) * math.factorial(n - k) / math.factorial(n) if k else 0.0
            total += sum(
                -float(self.conditional(row, place)[letters[place]]) * weight for place in range(n) if hidden[place]
            )
        return total


def open_rows(count: int, row: tuple[int, ...] = (MASK,) * PLACES) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens [count,3] and which of them are open."""
    tokens = torch.tensor([row]).repeat(count, 1)
    return tokens, tokens == MASK


def counts(tokens: torch.Tensor) -> np.ndarray:
    """How often each state stands in tokens [b,3]."""
    index = {state: i for i, state in enumerate(STATES)}
    return np.bincount([index[tuple(row)] for row in tokens.tolist()], minlength=len(STATES))
