"""The loop and the checkpoints that all trainings share."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training import run as shared


def test_a_checkpoint_comes_back_and_a_missing_tensor_is_said(tmp_path: Path):
    path, net = tmp_path / "checkpoint.safetensors", torch.nn.Linear(3, 2)
    shared.write(path, {"net": shared.weights_of(net), "moments": {"step": torch.tensor(4)}}, {"step": 4})
    saved, fresh = shared.read(path), torch.nn.Linear(3, 2)
    saved.into(shared.weights_of(fresh), "net")
    assert torch.equal(fresh.weight, net.weight) and saved.facts == {"step": 4}
    assert int(saved.group("moments")["step"]) == 4 and list(tmp_path.iterdir()) == [path]
    with pytest.raises(KeyError):
        saved.into(shared.weights_of(net), "average")


def test_the_loop_logs_means_saves_at_the_end_and_does_what_is_due(tmp_path: Path):
    steps, saved, looked = [], [], []

    def step(left: float) -> dict[str, float]:
        steps.append(left)
        return {"loss": float(len(steps))}

    shared.until(
        lambda: len(steps) / 4,
        step,
        tmp_path / "log.jsonl",
        lambda: {"step": len(steps)},
        lambda: saved.append(len(steps)),
        every=2,
        also=[shared.Every(1e9, lambda: looked.append(len(steps)), first=-1)],
    )
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert steps == [1.0, 0.75, 0.5, 0.25] and saved == [4] and looked == [1]
    assert [(line["step"], line["loss"]) for line in lines] == [(2, 1.5), (4, 3.5)]


@pytest.mark.slow
def test_the_decoders_and_the_small_pixelcnn_go_on_where_they_stopped(tmp_path: Path, monkeypatch):
    from pipelines.nets.pixelcnn import Shape
    from training.faces import swap
    from training.pixelcnn import train as pixelcnn
    from training.pixelcnn.data import Drawings

    monkeypatch.setattr(swap, "EACH", swap.BACK + 4)
    people = np.random.default_rng(0).integers(0, 255, (2, swap.EACH, 64, 64, 3), np.uint8)
    monkeypatch.setattr(swap, "drawn", lambda folder: people)
    for steps in (1, 2):
        monkeypatch.setattr(swap, "clock", lambda minutes: iter_of(1))
        swap.train(tmp_path, 1.0)
        assert shared.read(tmp_path / "checkpoint.safetensors").facts["step"] == steps
    levels = np.zeros((2, 32, 32, 3), np.uint8)
    drawings = Drawings(levels, np.zeros((2, 384), np.float32), np.zeros(2, np.int64), ("cat", "dog"))
    run = pixelcnn.Run(Shape(channels=8), pixelcnn.Recipe(batch=1), drawings)
    run.advance(1.0)
    run.save(tmp_path / "p.safetensors")
    again = pixelcnn.Run(Shape(channels=8), pixelcnn.Recipe(batch=1, seed=5), drawings)
    again.load(tmp_path / "p.safetensors")
    assert again.step == 1 and all(torch.equal(a, run.average[k]) for k, a in again.average.items())
    assert all(torch.equal(a, run.muon.state[k]) for k, a in again.muon.state.items())


def iter_of(steps: int):
    """A clock that is over after so many steps."""
    asked = iter([0.0] * steps + [1.0])
    return lambda: next(asked)
