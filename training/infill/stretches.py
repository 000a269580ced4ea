"""Sentences with spans of unknown length, as `training.infill.free_length` learns them: packed text and what is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pipelines.infill.parts.networks import own_vocabulary
from pipelines.infill.parts.rules import INNER_MARKS
from pipelines.infill.parts.vocabulary import MARK, REST, WORD
from pipelines.nets.free_length import DELETE, EXPAND
from pipelines.nets.masked_text import END, MASK, PAD, START
from training.infill.data import Packed

LONGEST = 8  # words of a span; every number of words is as likely as another
HELD = 50  # every so many sentences one is kept back from training
NAME = "free_length"


@dataclass(frozen=True)
class Span:
    """Pieces [begin,end) of a window that are some whole words."""

    begin: int
    end: int


class Sentences(Packed):
    """Packed text: windows of one to three sentences, and spans of whole words in them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, NAME)
        v = own_vocabulary()
        inner = [v.kinds[i] == MARK and v.texts[i] in INNER_MARKS for i in range(len(v))]
        self.begins = (v.kinds == WORD).tolist()
        self.inside = [bool(kind in (WORD, REST)) or mark for kind, mark in zip(v.kinds.tolist(), inner)]
        self.goes_on = (v.kinds == REST).tolist()

    def window(self, rng: np.random.Generator, limit: int) -> list[int]:
        """[START, some sentences, END], at most `limit` pieces, of those that are not kept back."""
        while True:
            row = self.rows[rng.choice(len(self.rows), p=self.chance)]
            own = int(rng.integers(row["starts"] - 1))
            if own % HELD:
                break
        first = row["starts_begin"] + own
        last = min(first + int(rng.choice((1, 1, 2, 3))), row["starts_begin"] + row["starts"] - 1)
        begin, end = int(self.starts[first]), int(self.starts[last])
        found = self.pieces[begin : min(end, begin + limit - 2)].tolist()
        return [START, *found, *([] if found[-1] == END else [END])]

    def span(self, window: list[int], rng: np.random.Generator) -> Span | None:
        """One to LONGEST whole words, with the marks between them; the number of words first, then the place."""
        count = int(rng.integers(1, LONGEST + 1))
        spans = []
        for begin in (i for i, piece in enumerate(window) if self.begins[piece]):
            words, end = 0, begin
            while self.inside[window[end]]:
                words += self.begins[window[end]]
                if words > count:
                    break
                end += 1
            while end > begin and not (self.begins[window[end - 1]] or self.goes_on[window[end - 1]]):
                end -= 1  # a mark is not the last of a span
            if words >= count and sum(self.begins[piece] for piece in window[begin:end]) == count:
                spans.append(Span(begin, end))
        return spans[int(rng.integers(len(spans)))] if spans else None


def state(size: int, rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """A span whose length is being found: what stands there, and what each place is to become (-1 where it is not asked).

    Some places are there already, before and after one stretch, which is to expand where pieces are left and to go where none is.
    No piece is decided: a decided one looks like fixed text to the network, and says nothing of how much of the blank is there.
    One span in six has all its places and no stretch, as a blank of known length.
    """
    if rng.random() < 1 / 6:
        return [MASK] * size, [-1] * size
    shown = int(rng.integers(size + 1))
    left = int(rng.binomial(shown, 0.5))
    stands = [*[MASK] * left, EXPAND, *[MASK] * (shown - left)]
    return stands, [-1 if place == MASK else DELETE if shown == size else EXPAND for place in stands]


def batch(
    text: Sentences, rows: int, limits: tuple[int, ...], rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Windows with one span or two of open length, padded: tokens, what each place is to become (-1: not asked), weights; each [rows,n].

    A longer span is asked at more states, one of which is drawn, so its answer weighs as many times as there are states: then what
    is learned at a state is how many of the spans that come by it go on.
    """
    limit, windows = int(rng.choice(limits)), []
    while len(windows) < rows:
        window = text.window(rng, limit)
        spans = [text.span(window, rng) for _ in range(2)]
        chosen = sorted({span for span in spans if span}, key=lambda span: -span.begin)
        if len(chosen) == 2 and chosen[1].end >= chosen[0].begin:
            chosen = chosen[:1]
        if not chosen:
            continue
        tokens, wanted, weight = list(window), [-1] * len(window), [0.0] * len(window)
        for span in chosen:  # from the right, so that the places of the left one stay
            stands, becomes = state(span.end - span.begin, rng)
            tokens[span.begin : span.end], wanted[span.begin : span.end] = stands, becomes
            weight[span.begin : span.end] = [1.0 + span.end - span.begin] * len(stands)
        windows.append((tokens, wanted, weight))
    length = max(len(tokens) for tokens, *_ in windows)
    filled = [[row + [pad] * (length - len(row)) for row, pad in zip(one, (PAD, -1, 0.0))] for one in windows]
    columns = [torch.tensor(each) for each in zip(*filled)]
    return columns[0], columns[1], columns[2]
