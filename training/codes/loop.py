"""What the trainings of the autoencoder and of the writer of codes share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pipelines.core.models import has_fast_bfloat16
from training.run import Averaged, Every, Pace, anneal, power, read, until


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    batch: int = 32
    rate: float = 3e-3
    adam_rate: float = 2e-3
    warm_pictures: int = 1_000
    ema_power: float = 6.94  # the average reaches back over 10 % of the run (Karras et al. 2024, equation 127)
    seed: int = 0
    learns: str = "all"  # or "decoder", of an autoencoder whose codes stay as they are


class Run(Averaged):
    """A network and how far it is. `loss_of(run)` draws the batch at `run.pictures`."""

    counted = ("step", "pictures", "seconds", "begun")

    def __init__(self, net: nn.Module, recipe: Recipe, loss_of: "Callable[[Run], torch.Tensor]", facts: dict[str, Any]):
        super().__init__(net, recipe, facts)
        self.loss_of = loss_of
        self.begun = 0  # pictures seen before the optimiser's state began: landed weights are gone on with, its moments are not kept
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16())  # elsewhere it is emulated

    def advance(self) -> float:
        """One step of the optimiser; the same place in the run always sees the same batch. Returns the loss."""
        begun = time.process_time()
        loss = self.loss_of(self)
        self.step += 1
        self.pictures += self.recipe.batch
        since = self.pictures - self.begun
        own = max(1, round(since / self.recipe.batch))  # steps since landed weights were gone on with
        warm = min(1.0, since / self.recipe.warm_pictures)
        value = self.descend(loss, self.anneal * warm, power(own, self.recipe.ema_power))
        self.seconds += time.process_time() - begun
        return value

    def averaged(self, net: nn.Module) -> nn.Module:
        """A fresh network of the same shape with the averaged weights."""
        net.load_state_dict({**self.net.state_dict(), **self.average})
        return net.eval().requires_grad_(False)


def averaged_tensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """The averaged weights (and what is not trained) of a checkpoint, and its facts."""
    saved = read(path)
    return saved.group("net") | saved.group("average"), saved.facts


def train(
    run: Run,
    checkpoint: Path,
    minutes: float,
    *,
    anneal_minutes: float = 0.0,
    save_minutes: float = 4.0,
    look_minutes: float = 8.0,
    look: Callable[[Run], None] | None = None,
) -> None:
    """Steps until the time is up; a line of the log every 20, checkpoints and pictures to look at on the way.

    In the last `anneal_minutes` the learning rate falls to 0 along a straight line (Hägele et al. 2024). A file NAME-stop-at beside
    the checkpoint NAME, holding seconds since 1970, moves the end: a crowded machine may want it.
    """
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        run.load(checkpoint)
    begun = time.time()
    moved = checkpoint.with_name(f"{checkpoint.stem}-stop-at")
    pace = Pace(run)

    def left_minutes() -> float:
        end = float(moved.read_text()) if moved.exists() else begun + 60 * minutes
        return (end - time.time()) / 60

    def step(_left: float) -> dict[str, float]:
        anneal(run, left_minutes(), anneal_minutes)
        return {"loss": run.advance()}

    def facts() -> dict[str, Any]:
        line = {"pictures": run.pictures, "per_processor_second": pace(), "anneal": round(run.anneal, 3)}
        return line | {"processor_minutes": round(run.seconds / 60, 2)}

    also = [Every(look_minutes, partial(look, run), min(3.0, look_minutes))] if look is not None else []
    until(
        lambda: 1 - left_minutes() / max(minutes, 1e-9),
        step,
        checkpoint.with_suffix(".jsonl"),
        facts,
        lambda: run.save(checkpoint),
        every=20,
        save_minutes=save_minutes,
        also=also,
    )
    if look is not None:
        look(run)
