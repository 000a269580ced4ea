"""What the trainings share: one form of checkpoint, what a run keeps, one loop until the time is up, one command line.

A checkpoint is a safetensors file of tensors named `group.name` (`net`, `average`, the optimiser), with plain facts as JSON in its metadata. It is
written beside and moved into place, so that a run may be stopped at any moment and goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipelines.optim.muon import Muon

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Saved:
    """A checkpoint that was read."""

    facts: dict[str, Any]
    tensors: dict[str, Tensor]

    def group(self, name: str) -> dict[str, Tensor]:
        """The tensors of one group, without its name before them."""
        return {k.removeprefix(f"{name}."): v for k, v in self.tensors.items() if k.startswith(f"{name}.")}

    @torch.no_grad()
    def into(self, held: Mapping[str, Tensor], name: str) -> None:
        """Copy a group into tensors of the same names. Raises KeyError where the checkpoint lacks one."""
        for key, value in held.items():
            value.copy_(self.tensors[f"{name}.{key}"])


def write(path: Path, groups: Mapping[str, Tensors], facts: Mapping[str, Any]) -> None:
    """Write a checkpoint beside and move it into place."""
    tensors = {
        f"{group}.{name}": torch.as_tensor(value).detach().contiguous().clone()
        for group, held in groups.items()
        for name, value in held.items()
    }
    half = path.with_suffix(".half")
    save_file(tensors, half, metadata={"facts": json.dumps(facts)})
    half.replace(path)


def read(path: Path) -> Saved:
    """A whole checkpoint."""
    with safe_open(path, "pt") as file:
        facts = json.loads(file.metadata()["facts"])
        return Saved(facts, {name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 (a safetensors file is no dict)


def weights_of(net: nn.Module) -> dict[str, Tensor]:
    """The parameters of a network by name."""
    return dict(net.named_parameters())


def moments_of(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of one of torch's optimisers, `number.what` by name."""
    return {
        f"{i}.{what}": value for i, state in optimiser.state_dict()["state"].items() for what, value in state.items()
    }


def put_back(optimiser: torch.optim.Optimizer, moments: Tensors) -> None:
    """Give an optimiser the state that `moments_of` took."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in moments.items():
        number, _, what = key.partition(".")
        state.setdefault(int(number), {})[what] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})


class Kept:
    """A run that is written down and read back: its tensors by group, what it counts, and facts that say what it is."""

    counted: tuple[str, ...] = ("step", "seconds")

    def groups(self) -> Mapping[str, Tensors]:
        """The tensors of a checkpoint; reading copies into them."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """The plain facts of a checkpoint."""
        return {name: getattr(self, name) for name in self.counted}

    def save(self, path: Path) -> None:
        """The whole state."""
        write(path, self.groups(), self.facts())

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        saved = read(path)
        for name, held in self.groups().items():
            saved.into(held, name)
        self.take(saved.facts)

    def take(self, facts: dict[str, Any]) -> None:
        """Count on from the facts of a checkpoint."""
        for name in self.counted:
            setattr(self, name, facts[name])


class Averaged(Kept):
    """A network, the running average of its weights, Muon, and how far they are."""

    counted = ("step", "pictures", "seconds")  # the second is also what landed weights were counted in

    def __init__(self, net: nn.Module, recipe: Any, about: Mapping[str, Any], **optimiser: float) -> None:
        self.net, self.recipe, self.about = net, recipe, about
        self.average = {name: p.detach().clone() for name, p in net.named_parameters()}
        self.muon = Muon(net.named_parameters(), recipe.rate, adam_rate=recipe.adam_rate, **optimiser)
        self.anneal = 1.0
        for name in self.counted:
            setattr(self, name, 0)
        self.history: list[dict[str, Any]] = []
        self.write_history()

    def write_history(self, **more: Any) -> None:
        """Note where the run is and with which recipe it goes on; the card says so."""
        here = {name: getattr(self, name) for name in self.counted[:2]}
        self.history.append({**here, "recipe": vars(self.recipe), **more})

    def descend(self, loss: Tensor, scale: float, keep: float) -> float:
        """One step of the optimiser down the loss; the average keeps this share of itself. Raises FloatingPointError."""
        loss.backward()
        self.muon.step(self.step, scale)
        self.net.zero_grad(set_to_none=True)
        self.average_weights(keep)
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss is {value} after {self.step} steps; the last checkpoint still stands")
        return value

    @torch.no_grad()
    def average_weights(self, keep: float) -> None:
        """Move the average towards the weights."""
        for name, p in self.net.named_parameters():
            self.average[name].lerp_(p, 1 - keep)

    def groups(self) -> Mapping[str, Tensors]:
        return {"net": self.net.state_dict(), "average": self.average, "muon": self.muon.state}

    def facts(self) -> dict[str, Any]:
        return {**self.about, **super().facts(), "history": self.history}

    def take(self, facts: dict[str, Any]) -> None:
        super().take(facts)
        self.history = facts["history"]
        if self.history[-1].get("recipe") != vars(self.recipe):
            self.write_history()

    @torch.no_grad()
    def begin_from(self, landed: Path) -> None:
        """Go on from landed weights where the run's own state is gone: the average stands for the weights, moments start anew."""
        tensors, card = load_file(landed), json.loads(landed.with_suffix(".json").read_text())
        for name, p in self.net.named_parameters():
            p.copy_(tensors[name].float())
            self.average[name].copy_(p)
        self.take(
            {
                "step": card["steps"],
                self.counted[1]: card[f"{self.counted[1]}_seen"],
                "seconds": card["compute"]["seconds"],
                "history": card["recipe"],
            }
        )


def power(steps: int, exponent: float) -> float:
    """What a power-function average keeps of itself after so many steps (Karras et al. 2024, equation 3)."""
    return (1 - 1 / steps) ** (exponent + 1)


def resumed(run: Any, folder: Path, landed: Path | None = None) -> Path:
    """Go on from the folder's checkpoint, else from landed weights where there are any; gives the checkpoint's path."""
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.safetensors"
    if checkpoint.exists():
        run.load(checkpoint)
    elif landed is not None and landed.exists():
        run.begin_from(landed)
    return checkpoint


def clock(minutes: float) -> Callable[[], float]:
    """How much of so many minutes from now is over: 0 to 1 and beyond."""
    begun = time.monotonic()
    return lambda: (time.monotonic() - begun) / (60 * minutes) if minutes > 0 else 1.0


class Every:
    """Something that is done again after so many minutes, the first time perhaps sooner."""

    def __init__(self, minutes: float, does: Callable[[], None], first: float | None = None) -> None:
        self.minutes, self.does = minutes, does
        self.next = time.monotonic() + 60 * (minutes if first is None else first)

    def __call__(self) -> None:
        """Do it, if it is time."""
        if time.monotonic() > self.next:
            self.does()
            self.next = time.monotonic() + 60 * self.minutes


def note(log: Path, line: Mapping[str, Any]) -> None:
    """Append one line of JSON."""
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")


def means(told: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each value over the steps that have it."""
    held: dict[str, list[float]] = {}
    for line in told:
        for name, value in line.items():
            held.setdefault(name, []).append(value)
    return {name: round(float(np.mean(values)), 5) for name, values in sorted(held.items())}


def until(
    spent: Callable[[], float],
    step: Callable[[float], Mapping[str, float]],
    log: Path,
    facts: Callable[[], Mapping[str, Any]],
    saves: Callable[[], None],
    *,
    every: int = 50,
    save_minutes: float = 4.0,
    also: Sequence[Every] = (),
) -> None:
    """Call `step` with the share that is left until `spent` reaches 1.

    After `every` steps a line goes to the log: `facts` and the means of what the steps said. `saves` writes the checkpoint every few minutes and at
    the end; `also` is done in its own time.
    """
    told: list[Mapping[str, float]] = []
    saving = Every(save_minutes, saves)
    while (over := spent()) < 1:
        told.append(step(1 - over))
        if len(told) == every:
            note(log, {**facts(), **means(told), "time": int(time.time())})
            told = []
        for one in (saving, *also):
            one()
    saves()


def anneal(run: Averaged, minutes_left: float, over_minutes: float) -> None:
    """Let the rate fall to 0 along a straight line in the last minutes (Hägele et al. 2024), and note in the history when it began."""
    if not over_minutes or minutes_left >= over_minutes:
        return
    if run.anneal == 1.0:
        run.write_history(annealed_minutes=over_minutes)
    run.anneal = max(0.0, minutes_left / over_minutes)


class Pace:
    """How much a run gets through in a second, since it was last asked."""

    def __init__(self, run: Averaged) -> None:
        self.run = run
        self.before = self._now()

    def _now(self) -> tuple[float, float]:
        return getattr(self.run, self.run.counted[1]), self.run.seconds

    def __call__(self) -> float:
        """In what the run counts, by its own seconds."""
        (seen, seconds), (before, since) = self._now(), self.before
        self.before = seen, seconds
        return round((seen - before) / max(1e-9, seconds - since), 2)


def command(module: str, about: str | None, minutes: float | None, landing: str = "") -> argparse.ArgumentParser:
    """The part of a training's command line that all have; `landing` says what --land writes."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the run lives: checkpoint, log, pictures to look at"
    )
    if minutes is not None:
        parser.add_argument("--minutes", type=float, default=minutes)
    if landing:
        parser.add_argument("--land", action="store_true", help=f"write {landing} and their card, do not train")
        parser.add_argument("--assets", type=Path, default=Path("assets/weights"))
    return parser


def use_threads() -> None:
    """Work with as many threads as OMP_NUM_THREADS says, else with one."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
