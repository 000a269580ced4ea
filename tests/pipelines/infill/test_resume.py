"""Training goes on from landed weights when its own checkpoint is gone, and after it was annealed."""

from __future__ import annotations

import json

import pytest
import torch

from pipelines.nets.masked_text import MaskedText, Shape, save
from training.infill import train as infill

TINY = Shape(vocabulary=120, width=32, layers=1, heads=4, hidden=64, places=64)
PLAIN = infill.Recipe(pieces_a_step=64, lengths=(16,), warm_up_steps=5, autocast=False, rate=0.01)
CARD = {"steps": 700, "pieces_seen": 70_000, "hours_on_one_core": 0.5}


def trainer(seed: int) -> infill.Trainer:
    torch.manual_seed(seed)
    return infill.Trainer(MaskedText(TINY), PLAIN)


def test_landed_weights_are_where_it_goes_on(tmp_path):
    landed, learner = trainer(1), trainer(2)
    save(landed.averaged(), tmp_path / "infill.safetensors")
    (tmp_path / "infill.json").write_text(json.dumps(CARD))
    learner.begin_from(tmp_path / "infill.safetensors")
    for name, value in learner.weights.items():
        torch.testing.assert_close(value.detach(), landed.weights[name].detach(), rtol=1e-3, atol=1e-3)
        assert torch.equal(value.detach(), learner.average[name])
    assert learner.state["step"] == 700 and learner.state["pieces"] == 70_000
    assert learner.rate() == pytest.approx(1 / 5)  # its moments are new, so it warms up again
    before = learner.weights["head.weight"].detach().clone()
    learner.step(torch.randint(104, 120, (4, 16)), torch.Generator().manual_seed(0))
    moved = (learner.weights["head.weight"].detach() - before).abs().max()
    assert 0 < moved <= 0.01 / 5 * 1.1  # one step of Adam is as long as its rate, not longer
    assert learner.state["step"] == 701


def test_annealing_counts_from_where_it_was_asked_for():
    learner = trainer(1)
    learner.state.update(step=800, begun_at=700, seconds=100.0, anneal_from=90.0, anneal_seconds=20.0)
    assert learner.rate() == pytest.approx(0.5)
    learner.state["seconds"] = 110.0
    assert learner.rate() == 0
