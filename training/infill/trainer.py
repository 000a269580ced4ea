"""What the trainings of the infill networks share: Adam with a running average, annealing, checkpoints, and the loop until the time is up."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training import run
from training.run import Kept, Tensors, clock, note, read, until


class AveragedAdam(Kept):
    """What is learned, its running average and Adam's two moments, each by name; a recipe, and how far it is."""

    def __init__(self, weights: dict[str, Tensor], recipe: Any, **counted: int) -> None:
        self.weights, self.recipe = weights, recipe
        self.average = {name: weight.detach().clone() for name, weight in weights.items()}
        self.momentum = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.square = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.state: dict[str, Any] = {
            "step": 0,
            "pieces": 0,
            "seconds": 0.0,
            "anneal_from": -1.0,
            "anneal_seconds": 0.0,
            "begun_at": 0,
            **counted,
        }

    def done(self) -> int:
        """Steps since the optimiser began: not all of them where a run goes on from landed weights."""
        return int(self.state["step"] - self.state["begun_at"])

    def rate(self) -> float:
        """Warm-up, then constant, then linearly to zero once annealing was asked for (Hägele et al. 2024, WSD)."""
        now, start = self.state["seconds"], self.state["anneal_from"]
        down = 1.0 if start < 0 else max(0.0, 1 - (now - start) / self.state["anneal_seconds"])
        return min(1.0, (self.done() + 1) / self.recipe.warm_up_steps) * down

    def ended(self) -> bool:
        """Whether the rate has come down to zero."""
        return self.state["anneal_from"] >= 0 and self.rate() == 0

    def descend(self, loss: Tensor, pieces: int) -> float:
        """One update down the loss, its gradients held to a length of 1; returns the loss."""
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        with torch.no_grad():
            self.move()
        for weight in self.weights.values():
            weight.grad = None
        self.state["step"] += 1
        self.state["pieces"] += pieces
        return loss.item()

    def move(self) -> None:
        """Adam for everything, then the average."""
        count = self.done() + 1
        self.adam(self.weights, self.rate() * self.recipe.rate)
        self.settle(min(self.recipe.average, count / (10 + count)))

    def adam(
        self,
        names: Iterable[str],
        rate: float,
        decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.98),
        epsilon: float = 1e-8,
    ) -> None:
        """Adam (Kingma & Ba 2015, algorithm 1) for the named weights; tables decay as in AdamW (Loshchilov & Hutter 2019, algorithm 2)."""
        count = self.done() + 1
        for name in names:
            weight, momentum, square = self.weights[name], self.momentum[name], self.square[name]
            assert weight.grad is not None
            momentum.lerp_(weight.grad, 1 - betas[0])
            square.mul_(betas[1]).addcmul_(weight.grad, weight.grad, value=1 - betas[1])
            if decay and weight.ndim == 2:
                weight.mul_(1 - rate * decay)
            scale = (square / (1 - betas[1] ** count)).sqrt_().add_(epsilon)
            weight.addcdiv_(momentum, scale, value=-rate / (1 - betas[0] ** count))

    def settle(self, keep: float) -> None:
        """Move the average towards the weights; it keeps this share of itself."""
        torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - keep)

    def groups(self) -> Mapping[str, Tensors]:
        return {"weights": self.weights, "average": self.average, "momentum": self.momentum, "square": self.square}

    def facts(self) -> dict[str, Any]:
        return {"state": self.state, "recipe": asdict(self.recipe)}

    def take(self, facts: dict[str, Any]) -> None:
        self.state |= facts["state"]

    @torch.no_grad()
    def begin_at(self, tensors: Mapping[str, Tensor], steps: int, pieces: int, hours: float) -> None:
        """Go on from landed weights: the average stands for the weights, the moments and the warm-up start anew, other windows are drawn."""
        for name, value in tensors.items():
            self.weights[name].copy_(value)
            self.average[name].copy_(value)
        self.state |= {"step": steps, "begun_at": steps, "pieces": pieces, "seconds": 3600.0 * hours}


def command(module: str, about: str | None, every: float) -> argparse.ArgumentParser:
    """The part of the command line that the trainings of infill networks have in common."""
    parser = run.command(module, about, 60)
    parser.add_argument("--anneal", type=float, default=0, help="minutes over which the rate falls to zero, from now")
    parser.add_argument("--every", type=float, default=every, help="seconds between checkpoints")
    parser.add_argument("--land", type=Path, help="assets folder to write the weights and the card into; no training")
    return parser


def minutes_of(asked: argparse.Namespace) -> float:
    """How long to train: an annealing comes to its end, also on a machine that grows slower."""
    return max(asked.minutes, 1.2 * asked.anneal) if asked.anneal else asked.minutes


def stored_recipe(checkpoint: Path, recipe: Any) -> Any:
    """The recipe that a checkpoint was begun with, where there is one; whether there are fast bfloat16 products is asked of this machine."""
    if not checkpoint.exists():
        return recipe
    stored = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in read(checkpoint).facts["recipe"].items()
    }
    if "autocast" in stored:
        stored["autocast"] = recipe.autocast
    return type(recipe)(**stored)


def train(
    trainer: AveragedAdam,
    step: Callable[[int], float],
    checkpoint: Path,
    log: Path,
    minutes: float,
    anneal_minutes: float,
    every_seconds: float,
    measured: Callable[[], Mapping[str, Any]] = dict,
) -> None:
    """Steps, each told its number, until the time is up or the rate is down at zero; a checkpoint and a measured line in the log as it goes.

    An annealed run goes on at the full rate, or is annealed once more.
    """
    state, passed = trainer.state, clock(minutes)
    if trainer.ended():
        state["anneal_from"] = -1.0
    if anneal_minutes and state["anneal_from"] < 0:
        state.update(anneal_from=state["seconds"], anneal_seconds=60 * anneal_minutes)

    def timed(left: float) -> dict[str, float]:
        begun = time.monotonic()
        loss = step(state["step"])
        state["seconds"] += time.monotonic() - begun
        return {"loss": loss}

    def saves() -> None:
        trainer.save(checkpoint)
        line = {**state, "rate": round(trainer.rate(), 4), **measured()}
        note(log, line)
        print(json.dumps(line), flush=True)

    until(
        lambda: 1.0 if trainer.ended() else passed(),
        timed,
        log,
        lambda: {"step": state["step"]},
        saves,
        save_minutes=every_seconds / 60,
    )
