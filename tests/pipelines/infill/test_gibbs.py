"""Gibbs sampling against a joint distribution that is enumerated."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from pipelines.infill.parts.gibbs import annealed, swept

OPTIONS = (3, 2, 1, 4)
STATES = list(itertools.product(*(range(n) for n in OPTIONS)))
INDEX = {state: k for k, state in enumerate(STATES)}


def chances(seed):
    made = np.random.default_rng(seed).dirichlet(np.full(len(STATES), 0.6)) + 2e-3
    return made / made.sum()


def target(p):
    return lambda states: [math.log(p[INDEX[state]]) for state in states]


def chain(p, sweeps, **more):
    state, generator = (0, 0, 0, 0), torch.Generator().manual_seed(1)
    for _ in range(sweeps):
        for state in swept(state, OPTIONS, target(p), generator, **more):  # noqa: B007, B020
            pass
        yield state


@pytest.mark.slow
def test_a_chain_follows_the_joint_distribution():
    from scipy import stats

    p = chances(4)
    seen = np.bincount([INDEX[state] for state in list(chain(p, 12_000))[::3]], minlength=len(STATES))
    assert stats.chisquare(seen, p * seen.sum()).pvalue > 1e-3
    assert stats.chisquare(seen, np.full(len(STATES), seen.sum() / len(STATES))).pvalue < 1e-6  # so the test can fail


def test_a_falling_temperature_ends_at_the_best():
    p = chances(5)
    state, generator, best = (0, 0, 0, 0), torch.Generator().manual_seed(2), 0.0
    for temperature in annealed(60, 3.0, 0.05):
        for state in swept(state, OPTIONS, target(p), generator, temperature=temperature):  # noqa: B020
            best = max(best, p[INDEX[state]])
    assert best == p.max() and p[INDEX[state]] > 3 / len(STATES)
    assert annealed(3, 4.0, 1.0) == [4.0, 2.0, 1.0] and annealed(1, 4.0, 1.0) == [1.0]


def test_impossible_states_are_never_taken():
    p = chances(6)
    never = lambda states: [-math.inf if state[0] == 1 else math.log(p[INDEX[state]]) for state in states]  # noqa: E731
    state, generator = (0, 0, 0, 0), torch.Generator().manual_seed(3)
    for _ in range(300):
        for state in swept(state, OPTIONS, never, generator):  # noqa: B020
            assert state[0] != 1 and state[2] == 0
