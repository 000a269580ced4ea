"""The uniform process on a joint distribution that can be enumerated."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest
import torch

from pipelines.infill.parts import uniform_noise as uniform
from tests.pipelines.infill.toys import LETTERS, MASK, STATES, Joint, counts, open_rows

pytestmark = pytest.mark.slow

PIECES = torch.tensor(LETTERS)


def exact(joint: Joint):
    """p(x at a place | z_t) by Bayes: each place of z_t kept its letter with chance 1 - t, or became any."""

    @cache
    def conditional(row: tuple[int, ...], place: int, t: float) -> torch.Tensor:
        totals = torch.full((4,), 1e-30)
        for letters, chance in joint.chances.items():
            kept = math.prod((1 - t) * (a == b) + t / 3 for a, b in zip(letters, row))
            totals[letters[place]] += chance * kept
        totals[MASK] = 0
        return totals.log().log_softmax(0)

    def denoiser(tokens, at, t):
        rows = tokens.tolist()
        return torch.stack([conditional(tuple(rows[r]), p, round(float(t[r]), 6)) for r, p in at.nonzero().tolist()])

    return denoiser


def test_samples_follow_the_joint_distribution():
    from scipy import stats

    joint = Joint(seed=3)
    tokens, open = open_rows(2000)
    out = uniform.uniform(
        exact(joint), tokens, open, pieces=PIECES, steps=40, generator=torch.Generator().manual_seed(1)
    )
    found, expected = counts(out), 2000 * np.array([joint.chances[state] for state in STATES])
    common = expected >= 5
    found = np.append(found[common], found[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    assert stats.chisquare(found, expected).pvalue > 1e-3


def test_fixed_places_are_never_written():
    tokens, _ = open_rows(50, (2, 3, 1))
    open = torch.tensor([[False, True, False]]).repeat(50, 1)
    out = uniform.uniform(
        exact(Joint()), tokens, open, pieces=PIECES, steps=10, generator=torch.Generator().manual_seed(1)
    )
    assert (out[:, 0] == 2).all() and (out[:, 2] == 1).all()


def test_a_step_back_after_a_step_forward_leaves_the_forward_process():
    """q(z_s | x) is the sum over z_t of q(z_s | z_t, x) q(z_t | x)."""
    generator = torch.Generator().manual_seed(0)
    x = torch.full((60_000, 1), 2)
    z = uniform.noised(x, torch.ones_like(x, dtype=torch.bool), torch.full((len(x),), 0.8), PIECES, generator)
    back = uniform.posterior(z[:, 0], x[:, 0], 0.8, 0.5, PIECES, generator)
    found = np.bincount(back, minlength=4)[1:] / len(x)
    np.testing.assert_allclose(found, [0.5 / 3, 0.5 + 0.5 / 3, 0.5 / 3], atol=0.01)


def test_the_divergence_is_the_enumerated_one():
    k, t, s = 3, 0.7, 0.4
    p = np.array([0.2, 0.5, 0.3])

    def q(j: int, z: int, x: int) -> float:
        def weight(i: int) -> float:
            a_ts = (1 - t) / (1 - s)
            return (a_ts * (i == z) + (1 - a_ts) / k) * ((1 - s) * (i == x) + s / k)

        return weight(j) / sum(weight(i) for i in range(k))

    for z, x in itertools.product(range(k), repeat=2):
        mixed = [sum(p[y] * q(j, z, y) for y in range(k)) for j in range(k)]
        expected = sum(q(j, z, x) * math.log(q(j, z, x) / mixed[j]) for j in range(k))
        log_p = torch.tensor(p).log()[None].float()
        found = uniform.divergence(log_p, torch.tensor([z]), torch.tensor([x]), torch.tensor([t]), torch.tensor([s]), k)
        assert abs(float(found) - expected) < 1e-5
        last = uniform.divergence(
            log_p, torch.tensor([z]), torch.tensor([x]), torch.tensor([t]), torch.tensor([0.0]), k
        )
        assert abs(float(last) + math.log(p[x])) < 1e-4
