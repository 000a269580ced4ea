"""A small network of random weights over the real vocabulary, in place of the landed one."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import torch

from pipelines.infill import compare, diffuse, score
from pipelines.infill.parts import networks
from pipelines.nets.masked_text import MaskedText, Shape


@pytest.fixture(scope="session")
def small() -> networks.Masked:
    torch.manual_seed(0)
    network = MaskedText(Shape(width=16, layers=1, heads=2, hidden=32)).eval()
    network.bias.data.normal_(0, 2)
    seen: list[int] = []

    def logits(tokens, at):
        seen.append(tokens.shape[1])
        return 8 * network(tokens, (tokens != 0).long(), at=at)

    made = networks.Masked("small", networks.own_vocabulary(), logits)
    made.seen = seen  # type: ignore[attr-defined]
    return made


@pytest.fixture
def with_small(small, monkeypatch):
    """All pipelines of the family load the small network."""

    @contextmanager
    def loaded(card):
        yield small

    for module in (diffuse, score, compare):
        monkeypatch.setattr(module, "load", loaded)
    small.seen.clear()
    return small
