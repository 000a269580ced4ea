"""A blank that finds its length: the sampler against a joint distribution over lengths and texts, its bounds, and the rules."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
import torch

from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts import fill, samplers
from pipelines.infill.parts.free_length import MOST, Signs, find_lengths
from tests.pipelines.infill.test_samplers import fits, generator

MASK, EXPAND, DELETE, PAD, BEFORE, AFTER = range(6)
SIGNS = Signs(MASK, EXPAND, DELETE, PAD)
LETTERS = (6, 7)
TEXTS = [text for size in (1, 2, 3) for text in itertools.product(LETTERS, repeat=size)]  # 2 + 4 + 8


class Texts:
    """p over texts of one to three letters; as a network it knows what stands at a mask, and whether a stretch goes on."""

    def __init__(self, seed: int = 0) -> None:
        self.chances = dict(zip(TEXTS, np.random.default_rng(seed).dirichlet(np.full(len(TEXTS), 0.7))))
        self.calls = 0

    def __call__(self, tokens: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        out = []
        for row, place in at.nonzero().tolist():
            own = [piece for piece in tokens[row].tolist() if piece not in (PAD, BEFORE, AFTER)]
            out.append(self.conditional(tuple(own), place - 1))
        return torch.stack(out)

    def conditional(self, own: tuple[int, ...], place: int) -> torch.Tensor:
        """log p [8] of the answers at a place of a half-written text, by enumeration of the texts that it may become."""
        split = own.index(EXPAND) if EXPAND in own else None
        left = own if split is None else own[:split]
        right = () if split is None else own[split + 1 :]
        total = torch.full((8,), 1e-30)
        for text, chance in self.chances.items():
            rest = len(text) - len(left) - len(right)
            if rest < 0 or (split is None and rest):
                continue
            shown = (*text[: len(left)], *text[len(text) - len(right) :])
            if any(known not in (MASK, letter) for known, letter in zip((*left, *right), shown)):
                continue
            if place == split:
                total[EXPAND if rest else DELETE] += chance
            else:
                total[shown[place - (split is not None and place > split)]] += chance
        return total.log().log_softmax(0)


ROW = (BEFORE, EXPAND, AFTER)


def draw_texts(count: int, seed: int = 1, row: tuple[int, ...] = ROW, most: int = 3) -> list[tuple[int, ...]]:
    """Lengths first, then the pieces, one place at a time, the least doubtful first."""
    joint, lot, out = Texts(), generator(seed), []
    rows, _ = find_lengths(joint, [row] * count, SIGNS, generator=lot, most=most)
    for size in sorted({len(each) for each in rows}):
        tokens = torch.tensor([each for each in rows if len(each) == size])
        out += samplers.sample_in_order(
            joint, tokens, tokens == MASK, mask=MASK, steps=size, generator=lot, by="entropy"
        ).tolist()
    return [tuple(each) for each in out]


@pytest.mark.slow
def test_lengths_and_texts_follow_their_joint_distribution():
    made, found = Texts(), Counter(draw_texts(4000))
    assert set(found) <= {(BEFORE, *text, AFTER) for text in TEXTS}
    counts = np.array([found[(BEFORE, *text, AFTER)] for text in TEXTS])
    assert fits(counts, np.array([made.chances[text] for text in TEXTS])) > 1e-3


def test_one_seed_is_one_text_and_another_is_another():
    assert draw_texts(40, 5) == draw_texts(40, 5) != draw_texts(40, 6)


@pytest.mark.parametrize(("more", "size"), [(True, 4), (False, 1)])
def test_a_network_that_always_expands_or_never_does_is_bounded(more, size):
    def stubborn(tokens, at):
        out = torch.full((int(at.sum()), 8), -torch.inf)
        out[:, EXPAND], out[:, DELETE] = (0.0, -torch.inf) if more else (-torch.inf, 0.0)
        return out

    rows, sizes = find_lengths(stubborn, [ROW] * 9, SIGNS, generator=generator(), most=4)
    assert rows == [[BEFORE, *[MASK] * size, AFTER]] * 9 and sizes == [[size]] * 9


def test_fixed_text_and_masks_of_known_number_stay_where_they_are():
    def even(tokens, at):
        return torch.zeros(int(at.sum()), 8).log_softmax(-1)

    given = (BEFORE, 7, EXPAND, 6, MASK, 7, EXPAND, AFTER)
    rows, sizes = find_lengths(even, [given] * 60, SIGNS, generator=generator(), most=5)
    for row, (one, two) in zip(rows, sizes):
        assert row == [BEFORE, 7, *[MASK] * one, 6, MASK, 7, *[MASK] * two, AFTER]
        assert 1 <= one <= 5 and 1 <= two <= 5
    assert len({tuple(found) for found in sizes}) > 10


@pytest.mark.slow
def test_a_length_that_is_found_leaves_the_text_as_it_was(with_small, monkeypatch):
    asked = []
    real = fill.drafts
    monkeypatch.setattr("pipelines.infill.parts.work.drafts", lambda *a, **k: asked.append(a[5]) or real(*a, **k))
    made = diffuse(text="The man […] and ____ in the […] of it.", seed=4)
    assert made.text.startswith("The man ") and made.text.endswith(" of it.") and " and " in made.text
    assert [set(sizes) for sizes in asked[0]] == [{0, 2}] * len(asked[0]) and made.detail["lengths"] == "found"
    assert all(1 <= size <= MOST for sizes in asked[0] for size in sizes.values())
