"""Samplers against distributions that can be enumerated: what they draw is what they should draw."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.infill.parts import samplers
from tests.pipelines.infill.toys import LETTERS, MASK, PLACES, STATES, Joint, counts, open_rows

pytestmark = pytest.mark.slow

ROWS = 3000
ALL = {
    "ancestral": partial(samplers.ancestral, steps=150),
    "entropy": partial(samplers.sample_in_order, steps=PLACES, by="entropy"),
    "margin": partial(samplers.sample_in_order, steps=PLACES, by="margin"),
    "confidence": partial(samplers.sample_in_order, steps=PLACES, by="confidence"),
}
EXACT = [
    name for name in ALL if name != "confidence"
]  # which chooses places by what was drawn, and so prefers likely texts


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draw_samples(
    name: str, joint: Joint, rows: int = ROWS, seed: int = 1, row: tuple[int, ...] = (MASK,) * PLACES
) -> torch.Tensor:
    return ALL[name](joint, *open_rows(rows, row), mask=MASK, generator=generator(seed))


def fits(counted: np.ndarray, expected: np.ndarray) -> float:
    """The chi-square test's p, rare states taken together."""
    from scipy import stats

    expected = expected * counted.sum()
    common = expected >= 5
    counted = np.append(counted[common], counted[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    kept = expected > 0
    return stats.chisquare(counted[kept], expected[kept] * counted.sum() / expected[kept].sum()).pvalue


@pytest.mark.parametrize("name", EXACT)
def test_samples_follow_the_joint_distribution(name):
    joint = Joint()
    assert fits(counts(draw_samples(name, joint)), np.array([joint.chances[state] for state in STATES])) > 1e-3


@pytest.mark.parametrize("name", list(ALL))
def test_a_single_blank_does_not_depend_on_the_sampler(name):
    joint, row = Joint(), (2, MASK, 3)
    letters = draw_samples(name, joint, row=row)[:, 1]
    expected = joint.conditional(row, 1).exp().numpy()[list(LETTERS)]
    assert fits(np.bincount(letters, minlength=4)[list(LETTERS)], expected) > 1e-3


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(ALL)), st.lists(st.sampled_from((MASK, *LETTERS)), min_size=3, max_size=3), st.integers(0, 99)
)
def test_fixed_tokens_never_change_and_every_blank_is_filled(name, row, seed):
    tokens = draw_samples(name, Joint(), rows=4, seed=seed, row=tuple(row))
    fixed = torch.tensor(row) != MASK
    assert (tokens[:, fixed] == torch.tensor(row)[fixed]).all()
    assert (tokens != MASK).all()


def test_nothing_is_asked_when_nothing_changes():
    joint = Joint()
    samplers.ancestral(joint, *open_rows(1), mask=MASK, steps=1000, generator=generator())
    assert joint.calls <= PLACES
    samplers.sample_in_order(joint, *open_rows(1, (1, 2, 3)), mask=MASK, steps=9, generator=generator())
    assert joint.calls <= PLACES


def test_temperature_and_nucleus():
    log_p = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log().repeat(4000, 1)
    assert set(samplers.draw(log_p[:5], generator(), temperature=0).tolist()) == {0}
    nucleus = torch.bincount(samplers.draw(log_p, generator(), top_p=0.8), minlength=4) / 4000
    np.testing.assert_allclose(nucleus, [0.625, 0.375, 0, 0], atol=0.03)
    cold = torch.bincount(samplers.draw(log_p, generator(), temperature=0.5), minlength=4) / 4000
    squared = np.array([0.5, 0.3, 0.15, 0.05]) ** 2
    np.testing.assert_allclose(cold, squared / squared.sum(), atol=0.03)
