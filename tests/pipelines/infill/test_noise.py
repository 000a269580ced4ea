"""The comparison of the two forward processes: both bounds are what they say, on a network that knows nothing and on one that learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pipelines.nets.masked_text import MaskedText
from pipelines.training import infill_noise


@pytest.mark.parametrize("kind", list(infill_noise.BOUNDS))
def test_a_network_that_knows_nothing_has_the_bound_of_a_guess(kind, monkeypatch):
    def bayes(network, z, t):
        """p(x | z_t) where all letters are equally likely: a mask says nothing, a letter is true with chance 1 - t or by luck."""
        p = torch.full((*z.shape, infill_noise.LETTERS), 1 / infill_noise.LETTERS)
        if kind == "uniform noise":
            p = p * t[:, None, None] + (1 - t)[:, None, None] * torch.nn.functional.one_hot(z, infill_noise.LETTERS)
        return p.log()

    monkeypatch.setattr(infill_noise, "scores", bayes)
    text = np.random.default_rng(0).integers(0, 27, 50_000)
    found = infill_noise.measure(kind, MaskedText(infill_noise.SHAPE), text, rows=4000)
    assert found["bits"] == pytest.approx(math.log2(27), abs=5 * found["error"])
    assert found["error"] < 0.2


@pytest.mark.parametrize("kind", list(infill_noise.BOUNDS))
def test_it_learns_which_letters_there_are(kind, monkeypatch):
    monkeypatch.setattr(infill_noise, "ROWS", 4)
    text = np.tile([5, 5, 5, 5, 1], 500)
    network = infill_noise.train(kind, text, 30)
    untrained = infill_noise.measure(kind, MaskedText(infill_noise.SHAPE), text, rows=64)
    assert infill_noise.measure(kind, network, text, rows=64)["bits"] < 0.9 * untrained["bits"]
