"""The one loop of all trainings: an optimiser, a schedule, an average of the weights, checkpoints, a log, and the landing of weights.

A checkpoint is a safetensors file of tensors named `group.name`, with plain facts as JSON in its metadata. It is written beside and moved
into place, so that a run may be stopped at any moment and goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipelines.core.models import has_fast_bfloat16
from pipelines.optim.muon import Muon

Tensors = Mapping[str, Tensor]
LOGGED, SAVED_MINUTES = 20, 4.0  # steps between two lines of the log, minutes between two checkpoints


@dataclass(frozen=True)
class Recipe:
    """What fixes a run beside its data, its network and its loss; it stands on the card."""

    batch: int = 24
    rate: float = 3e-3  # Muon's, of hidden matrices
    adam_rate: float = 2e-3  # of everything else
    decay: float = 0.01
    warm_steps: int = 50
    average_power: float = 6.94  # the average reaches back over 10 % of the run (Karras et al. 2024, equation 127)
    longest_gradient: float = 0.0  # gradients are shortened to this length; 0 leaves them
    seed: int = 0


class Run:
    """What is learned, the running average of it, Muon, and how far the run is. `loss(run)` is of the batch at `run.seen`."""

    def __init__(
        self,
        net: Any,
        recipe: Recipe,
        loss: Callable[[Run], Tensor],
        about: Mapping[str, Any] | None = None,
        learned: Tensors | None = None,
    ) -> None:
        """`learned` stands for the network's own parameters where it stays as it is."""
        self.net, self.recipe, self.loss, self.about = net, recipe, loss, dict(about or {})
        given = learned if learned is not None else dict(net.named_parameters()) if net is not None else {}
        self.learned = {name: p for name, p in given.items() if p.requires_grad}
        self.average = {name: p.detach().clone() for name, p in self.learned.items()}
        self.muon = Muon(self.learned, recipe.rate, decay=recipe.decay, adam_rate=recipe.adam_rate)
        self.step, self.seen, self.seconds, self.scale = 0, 0, 0.0, 1.0
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16())  # elsewhere it is emulated

    def advance(self) -> dict[str, float]:
        """One step; the same place in the run always sees the same batch. Gives what the log says of it."""
        loss = self.loss(self)
        loss.backward()
        if self.recipe.longest_gradient:
            nn.utils.clip_grad_norm_(self.learned.values(), self.recipe.longest_gradient)
        self.step += 1
        self.seen += self.recipe.batch
        self.muon.step(self.step, self.scale * min(1.0, self.step / self.recipe.warm_steps))
        for p in self.learned.values():
            p.grad = None
        self.keep_average()
        return {"loss": loss.item()}

    @torch.no_grad()
    def keep_average(self) -> None:
        """Move the average towards the weights, less and less (Karras et al. 2024, equation 3)."""
        keep = (1 - 1 / self.step) ** (self.recipe.average_power + 1)
        for name, p in self.learned.items():
            self.average[name].lerp_(p, 1 - keep)

    def groups(self) -> dict[str, Tensors]:
        """The tensors of a checkpoint; reading copies into them."""
        weights = self.learned if self.net is None else {**self.net.state_dict(), **self.learned}
        return {"net": weights, "average": self.average, "muon": self.muon.state}

    def facts(self) -> dict[str, Any]:
        """The plain facts of a checkpoint."""
        counted = {"step": self.step, "seen": self.seen, "seconds": self.seconds}
        return {**self.about, **counted, "recipe": asdict(self.recipe)}

    @torch.no_grad()
    def load(self, path: Path) -> None:
        """Go on from a checkpoint. Raises ValueError if it is of another base, network or recipe."""
        facts, tensors = read(path)
        if any(facts[name] != value for name, value in json.loads(json.dumps(self.about)).items()):
            raise ValueError(f"{path} is of another run; please take another folder")
        for group, held in self.groups().items():
            for name, value in held.items():
                value.copy_(tensors[f"{group}.{name}"])
        self.step, self.seen, self.seconds = facts["step"], facts["seen"], facts["seconds"]

    @torch.no_grad()
    def begin_from(self, landed: Path, prefix: str = "") -> None:
        """Go on from landed weights: the average stands for the weights, and the optimiser begins anew."""
        tensors = load_file(landed)
        for name, p in self.learned.items():
            p.copy_(tensors[prefix + name].float())
            self.average[name].copy_(p)


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


def read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The facts and the tensors of a checkpoint."""
    with safe_open(path, "pt") as file:
        return json.loads(file.metadata()["facts"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def averaged(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The averaged weights (and what is not trained) of a checkpoint, and its facts."""
    facts, tensors = read(path)
    groups = [
        {k.removeprefix(f"{g}."): v for k, v in tensors.items() if k.startswith(f"{g}.")} for g in ("net", "average")
    ]
    return groups[0] | groups[1], facts


def train(
    run: Run, options: argparse.Namespace, name: str = "checkpoint", begin: Path | None = None, prefix: str = ""
) -> None:
    """Steps until the minutes are over, from the folder's checkpoint on, else from landed weights; in the last `anneal` minutes the rate falls to 0.

    A line of the log every 20 steps; a checkpoint every few minutes and at the end. Raises FloatingPointError where the loss is no number.
    """
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    options.folder.mkdir(parents=True, exist_ok=True)
    checkpoint, log = options.folder / f"{name}.safetensors", options.folder / f"{name}.jsonl"
    if checkpoint.exists():
        run.load(checkpoint)
    elif begin is not None and begin.exists():
        run.begin_from(begin, prefix)
    began = saved = time.monotonic()
    lines: list[dict[str, float]] = []
    while (left := options.minutes - (time.monotonic() - began) / 60) > 0:
        run.scale = min(1.0, left / options.anneal) if options.anneal else 1.0
        before = time.process_time()
        lines.append(run.advance())
        run.seconds += time.process_time() - before
        if not all(map(math.isfinite, lines[-1].values())):
            raise FloatingPointError(f"{lines[-1]} after {run.step} steps; the last checkpoint still stands")
        if len(lines) == LOGGED:
            means = {key: round(sum(line.get(key, 0) for line in lines) / LOGGED, 5) for key in lines[-1]}
            with log.open("a") as file:
                file.write(json.dumps({"step": run.step, "seconds": round(run.seconds), **means}) + "\n")
            lines = []
        if time.monotonic() - saved > 60 * SAVED_MINUTES:
            write(checkpoint, run.groups(), run.facts())
            saved = time.monotonic()
    write(checkpoint, run.groups(), run.facts())


def command(module: str, about: str | None, minutes: float) -> argparse.ArgumentParser:
    """The command line that all trainings have."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--folder", type=Path, required=True, help="where the run lives: checkpoint and log")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--anneal", type=float, default=0.0, help="in the last so many minutes the rate falls to 0")
    parser.add_argument("--land", action="store_true", help="write the averaged weights and their card, do not train")
    parser.add_argument("--assets", type=Path, default=Path("assets/weights"))
    return parser


def card_of(facts: Mapping[str, Any], name: str, what: str, licence: str, command: str, **more: Any) -> dict[str, Any]:
    """The card of landed weights: what they are, data and licences, recipe, seed, command and compute."""
    compute = {"seconds": round(facts["seconds"]), "threads": 1, "machine": platform.machine(), "device": "cpu"}
    counted = {"recipe": facts["recipe"], "steps": facts["step"], "seen": facts["seen"], "compute": compute}
    shape = {"shape": facts["shape"]} if "shape" in facts else {}
    return {
        "name": name,
        "what": what,
        "licence": licence,
        **shape,
        **more,
        "command": f"python -m {command}",
        **counted,
    }


def land(assets: Path, name: str, tensors: Tensors, card: Mapping[str, Any], /, **metadata: Any) -> None:
    """Write weights in float16 with metadata as JSON, and their card. Raises ValueError if a weight does not fit float16."""
    halves = {key: value.detach().half().contiguous() for key, value in tensors.items()}
    if not all(value.isfinite().all() for value in halves.values()):
        raise ValueError("a weight does not fit float16")
    assets.mkdir(parents=True, exist_ok=True)
    path = assets / f"{name}.safetensors"
    save_file(halves, path, metadata={key: json.dumps(value) for key, value in metadata.items()})
    path.chmod(0o644)
    path.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
