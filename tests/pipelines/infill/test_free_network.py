"""The network that knows stretches: what it answers where, and what it shares."""

from __future__ import annotations

import pytest
import torch

from pipelines.nets.free_length import DELETE, EXPAND, FreeLength, fresh
from pipelines.nets.masked_text import END, MASK, START, MaskedText, Shape

SMALL = Shape(width=24, layers=1, heads=2, hidden=48, places=64)


@pytest.fixture
def base() -> MaskedText:
    torch.manual_seed(0)
    return MaskedText(SMALL).eval()


def test_its_tables_are_the_base_networks_and_its_layers_are_not(base):
    made = FreeLength(base, fresh(base))
    assert made.network.words.weight is base.words.weight and made.network.places.weight is base.places.weight
    assert made.network.layers[0].mix.weight is not base.layers[0].mix.weight
    tokens = torch.tensor([[START, 2000, MASK, END]])
    assert torch.equal(made.network(tokens), base(tokens))


def test_a_stretch_has_two_answers_that_depend_on_what_stands_around_it(base):
    learned = fresh(base)
    learned["answers"] = torch.randn(2, SMALL.width)
    made = FreeLength(base, learned)
    tokens = torch.tensor([[START, MASK, EXPAND, 2001, END], [START, 2000, EXPAND, MASK, END]])
    found = made(tokens, None, tokens == EXPAND)
    assert found.isfinite().nonzero().tolist() == [[0, EXPAND], [0, DELETE], [1, EXPAND], [1, DELETE]]
    assert not torch.equal(found[0, [EXPAND, DELETE]], found[1, [EXPAND, DELETE]])
