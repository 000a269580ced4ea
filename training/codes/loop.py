"""What the trainings of the autoencoder and of the writer of codes share: weights, their average, Muon, checkpoints, a log."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pipelines.core.models import has_fast_bfloat16
from pipelines.optim.muon import Muon
from training.run import Every, anneal, read, until, write


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


class Run:
    """A network, its averaged weights, the optimiser and how far they are. `loss_of(run)` draws the batch at `run.pictures`."""

    def __init__(self, net: nn.Module, recipe: Recipe, loss_of: "Callable[[Run], torch.Tensor]", facts: dict[str, Any]):
        self.net, self.recipe, self.loss_of, self.facts = net, recipe, loss_of, facts
        self.average = {k: p.detach().clone() for k, p in net.named_parameters()}
        self.muon = Muon(net.named_parameters(), recipe.rate, adam_rate=recipe.adam_rate)
        self.step, self.pictures, self.seconds, self.anneal = 0, 0, 0.0, 1.0
        self.begun = 0  # pictures seen before the optimiser's state began: landed weights are gone on with, its moments are not kept
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16())  # elsewhere it is emulated
        self.history: list[dict[str, Any]] = [{"pictures": 0, "recipe": vars(recipe)}]

    def advance(self) -> float:
        """One step of the optimiser; the same place in the run always sees the same batch. Returns the loss."""
        begun = time.process_time()
        loss = self.loss_of(self)
        loss.backward()
        self.step += 1
        self.pictures += self.recipe.batch
        self.muon.step(self.step, self.anneal * min(1.0, (self.pictures - self.begun) / self.recipe.warm_pictures))
        self.net.zero_grad(set_to_none=True)
        own = max(
            1, round((self.pictures - self.begun) / self.recipe.batch)
        )  # steps since landed weights were gone on with
        keep = (1 - 1 / own) ** (self.recipe.ema_power + 1)  # Karras et al. 2024, equation 3
        with torch.no_grad():
            for name, p in self.net.named_parameters():
                self.average[name].lerp_(p, 1 - keep)
        self.seconds += time.process_time() - begun
        if not math.isfinite(loss.item()):
            raise FloatingPointError(
                f"the loss is {loss.item()} at {self.pictures} pictures; the last checkpoint still stands"
            )
        return loss.item()

    def averaged(self, net: nn.Module) -> nn.Module:
        """A fresh network of the same shape with the averaged weights."""
        net.load_state_dict({**self.net.state_dict(), **self.average})
        return net.eval().requires_grad_(False)

    def save(self, path: Path) -> None:
        """The whole state."""
        facts = {**self.facts, "step": self.step, "pictures": self.pictures, "seconds": self.seconds}
        facts |= {"history": self.history, "begun": self.begun}
        write(path, {"net": self.net.state_dict(), "average": self.average, "muon": self.muon.state}, facts)

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        saved = read(path)
        self.net.load_state_dict(saved.group("net"))
        saved.into(self.average, "average")
        saved.into(self.muon.state, "muon")
        facts = saved.facts
        self.step, self.pictures, self.seconds = facts["step"], facts["pictures"], facts["seconds"]
        self.history, self.begun = facts["history"], facts.get("begun", 0)
        if self.history[-1].get("recipe") != vars(self.recipe):
            self.history.append({"pictures": self.pictures, "recipe": vars(self.recipe)})


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
    since = [run.pictures, run.seconds]

    def left_minutes() -> float:
        end = float(moved.read_text()) if moved.exists() else begun + 60 * minutes
        return (end - time.time()) / 60

    def step(_left: float) -> dict[str, float]:
        anneal(run, left_minutes(), anneal_minutes)
        return {"loss": run.advance()}

    def facts() -> dict[str, Any]:
        rate = (run.pictures - since[0]) / max(1e-9, run.seconds - since[1])
        since[:] = [run.pictures, run.seconds]
        line = {"pictures": run.pictures, "per_processor_second": round(rate, 2), "anneal": round(run.anneal, 3)}
        return line | {"processor_minutes": round(run.seconds / 60, 2)}

    also = [Every(look_minutes, partial(look, run), min(3.0, look_minutes))] if look is not None else []
    until(
        lambda: 1 - left_minutes() / max(minutes, 1e-9), step, checkpoint.with_suffix(".jsonl"), facts,
        lambda: run.save(checkpoint), every=20, save_minutes=save_minutes, also=also,
    )  # fmt: skip
    if look is not None:
        look(run)
