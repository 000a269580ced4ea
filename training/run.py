"""What the trainings share: one form of checkpoint, and one loop until the time is up.

A checkpoint is a safetensors file of tensors named `group.name` (`net`, `average`, the optimiser), with plain facts as JSON in its metadata. It is
written beside and moved into place, so that a run may be stopped at any moment and goes on from the last one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

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


class Annealed(Protocol):
    """A run whose rate falls at the end."""

    anneal: float
    history: list[dict[str, Any]]
    pictures: int
    recipe: Any


def anneal(run: Annealed, minutes_left: float, over_minutes: float) -> None:
    """Let the rate fall to 0 along a straight line in the last minutes (Hägele et al. 2024), and note in the history when it began."""
    if not over_minutes or minutes_left >= over_minutes:
        return
    if run.anneal == 1.0:
        run.history.append({"pictures": run.pictures, "annealed_minutes": over_minutes, "recipe": vars(run.recipe)})
    run.anneal = max(0.0, minutes_left / over_minutes)
