"""The bound equals what enumeration gives, and is the likelihood itself where the network is exact."""

from __future__ import annotations

import math

import pytest
import torch

from pipelines.infill.parts.scoring import ordered_bound, surprises, timed_bound
from tests.pipelines.infill.toys import MASK, Joint

LETTERS = (1, 2, 1)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@pytest.mark.parametrize("wrong", [0.0, 0.4])
def test_both_bounds_are_the_enumerated_one(wrong):
    joint = Joint(seed=2, wrong=wrong)
    tokens, everything = torch.tensor([LETTERS]), torch.ones(1, 3, dtype=torch.bool)
    expected = joint.bound(LETTERS)
    ordered = ordered_bound(joint, tokens, everything, mask=MASK, generator=generator(), orders=400)
    timed, error = timed_bound(joint, tokens, everything, mask=MASK, generator=generator(), times=3000)
    assert float(ordered) == pytest.approx(expected, rel=0.02)
    assert abs(float(timed) - expected) < 4 * float(error) + 0.01
    exact = -math.log(joint.chances[LETTERS])
    if wrong:
        assert expected > exact + 0.02
    else:
        assert expected == pytest.approx(exact, rel=1e-4)
        once = ordered_bound(joint, tokens, everything, mask=MASK, generator=generator(), orders=1)
        assert float(once) == pytest.approx(exact, rel=1e-4)  # by the chain rule, whatever the order


def test_what_is_given_is_not_scored():
    joint = Joint(seed=2)
    scored = torch.tensor([[False, True, False]])
    nats = ordered_bound(joint, torch.tensor([LETTERS]), scored, mask=MASK, generator=generator(), orders=1)
    assert float(nats) == pytest.approx(-float(joint.conditional((1, MASK, 1), 1)[2]), rel=1e-5)


def test_surprise_of_one_piece_at_a_time_is_its_conditional():
    joint = Joint(seed=2)
    found = list(surprises(joint, torch.tensor([LETTERS]), torch.ones(1, 3, dtype=torch.bool), mask=MASK, stride=3))
    assert sorted(place for _, place, _, _ in found) == [0, 1, 2]
    for _, place, nats, likeliest in found:
        row = tuple(MASK if i == place else letter for i, letter in enumerate(LETTERS))
        log_p = joint.conditional(row, place)
        assert nats == pytest.approx(-float(log_p[LETTERS[place]]), rel=1e-4)
        assert likeliest[0][1] == pytest.approx(float(log_p.exp().max()), rel=1e-4)
