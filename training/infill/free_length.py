"""Teach the masked-text network to find a blank's length: `python -m training.infill.free_length --folder FOLDER --minutes 60`.

Two pieces are added, as in DreamOn (Wu et al. 2026): `expand` (a place becomes two) and `delete` (the place goes). Only low-rank changes
of the landed network, the vector of a stretch and its two answers are learned. It resumes from its checkpoint; then `--anneal
MINUTES`; then `--land ASSETS`. docs/notes/infill.md says how it differs from the paper.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.free_length import DELETE, EXPAND, FreeLength, adapters_of, answered, beside, features, fresh
from pipelines.nets.masked_text import MASK, PAD, MaskedText, load
from training.infill import trainer
from training.infill.data import MINILM
from training.infill.stretches import NAME, Sentences, batch, pack
from training.infill.trainer import AveragedAdam, stored_recipe
from training.packages import fetched


@dataclass(frozen=True)
class Recipe:
    """What decides a run; `--land` records it on the card."""

    seed: int = 1
    rank: int = 16
    rows: int = 24  # windows a step
    limits: tuple[int, ...] = (32, 48, 64)  # pieces of a window at most, drawn a step
    rate: float = 2e-3
    warm_up_steps: int = 40
    average: float = 0.99
    autocast: bool = field(default_factory=has_fast_bfloat16)


def loss_of(network: MaskedText, tensors: dict[str, Tensor], tokens: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean nats of expand and delete at the stretches of tokens [b,n]."""
    at = wanted >= 0
    x = features(network, tensors["stretch"], tokens, (tokens != PAD).long())[at]
    nats = F.cross_entropy(
        answered(tensors, x, beside(tokens)).float(), (wanted[at] == DELETE).long(), reduction="none"
    )
    return (nats * weight[at]).sum() / weight[at].sum()


class Trainer(AveragedAdam):
    """Adam over what is learned, a running average of it, and all of it in one safetensors file."""

    def __init__(self, network: MaskedText, recipe: Recipe):
        self.network = network.requires_grad_(False)
        made = fresh(network, recipe.rank, recipe.seed)
        super().__init__({name: value.requires_grad_() for name, value in made.items()}, recipe, answers=0)

    @torch.no_grad()
    def begin_with_odds(self, text: Sentences, batches: int = 150) -> None:
        """Set the odds of expand and delete by how many masks stand beside a stretch to what the training text has."""
        counts = torch.ones_like(self.weights["beside"])
        for k in range(batches):
            tokens, wanted, weight = batch(text, self.recipe.rows, self.recipe.limits, np.random.default_rng((0, k)))
            index = 2 * beside(tokens) + (wanted[tokens == EXPAND] == DELETE)
            counts.view(-1).index_add_(0, index, weight[tokens == EXPAND])
        odds = counts.log() - counts.log().mean(1, keepdim=True)
        self.weights["beside"].copy_(odds)
        self.average["beside"].copy_(odds)

    def step(self, tokens: Tensor, wanted: Tensor, weight: Tensor) -> float:
        """One update; returns the loss in nats an answer."""
        with (
            adapters_of(self.weights).beside(self.network),
            torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.autocast),
        ):
            loss = loss_of(self.network, self.weights, tokens, wanted, weight)
        self.state["answers"] += int((tokens == EXPAND).sum())
        return self.descend(loss, tokens.numel())


@torch.inference_mode()
def measure(network: FreeLength, text: Sentences, count: int = 200, longest: int = 16) -> dict[str, float]:
    """On sentences kept back: nats of a span's length in pieces, and how far the middle of what is found is off.

    `prior_nats` and `prior_off` are of the lengths' own shares, which know nothing of the sentence.
    """
    rng, found, sizes = np.random.default_rng(0), [], []
    while len(found) < count:
        window = text.window(rng, 48, held=True)
        span = text.span(window, rng)
        if span is not None and span.end - span.begin <= longest:
            found.append(lengths(network, window[: span.begin], window[span.end :], longest).numpy())
            sizes.append(span.end - span.begin)
    size, log_p = np.array(sizes), np.stack(found)
    share = np.bincount(size, minlength=longest + 1) / count
    middle = (np.exp(log_p).cumsum(1) < 0.5).sum(1)
    return {
        "length_nats": round(float(-log_p[np.arange(count), size].mean()), 4),
        "prior_nats": round(float(-np.log(share[size]).mean()), 4),
        "pieces_off": round(float(np.abs(middle - size).mean()), 3),
        "prior_off": round(float(np.abs(np.median(size) - size).mean()), 3),
    }


def lengths(network: FreeLength, before: list[int], after: list[int], longest: int) -> Tensor:
    """log p [longest+1] of each length of a span between two texts, before any of it is known; half of the masks on each side."""
    rows = [[*before, *[MASK] * (k // 2), EXPAND, *[MASK] * (k - k // 2), *after] for k in range(longest + 1)]
    width = max(map(len, rows))
    tokens = torch.tensor([row + [PAD] * (width - len(row)) for row in rows])
    answers = network(tokens, (tokens != PAD).long(), tokens == EXPAND)[:, [EXPAND, DELETE]].float().log_softmax(-1)
    earlier = torch.cat([torch.zeros(1), answers[:-1, 0].cumsum(0)])
    return earlier + answers[:, 1]


def begin(folder: Path, landed: Path, recipe: Recipe | None = None) -> Trainer:
    """The checkpoint in the folder with its recipe, else nothing learned yet."""
    checkpoint = folder / f"{NAME}.safetensors"
    learner = Trainer(load(landed), stored_recipe(checkpoint, recipe or Recipe()))
    if checkpoint.exists():
        learner.load(checkpoint)
    return learner


def train(folder: Path, landed: Path, minutes: float, anneal: float = 0, every: float = 400) -> None:
    """Train for some minutes from where the folder stands; a checkpoint and a line in the log every some seconds."""
    learner, text = begin(folder, landed), Sentences(folder)
    if not learner.state["step"]:
        learner.begin_with_odds(text)

    def step(number: int) -> float:
        rng = np.random.default_rng((learner.recipe.seed, number))  # a resumed run sees what an unbroken one would
        return learner.step(*batch(text, learner.recipe.rows, learner.recipe.limits, rng))

    trainer.train(
        learner,
        step,
        folder / f"{NAME}.safetensors",
        folder / f"{NAME}.jsonl",
        minutes,
        anneal,
        every,
        lambda: measure(FreeLength(learner.network, learner.average), text, 60),
    )


def land(folder: Path, landed: Path, assets: Path) -> dict[str, Any]:
    """Write what was learned (averaged, float16) and its card into assets/weights."""
    from safetensors.torch import save_file

    learner, text = begin(folder, landed), Sentences(folder)
    target = assets / "weights" / "infill-free-length.safetensors"
    save_file({name: value.half().contiguous() for name, value in learner.average.items()}, target)
    rows = json.loads((folder / f"{NAME}.json").read_text())
    card = {
        "name": "infill-free-length",
        "licence": "Apache-2.0",
        "from": "the studio's infill network (assets/weights/infill.json), whose weights the changes are added to",
        "method": "masked diffusion with expand and delete (after DreamOn, Wu et al. 2026), low-rank changes (Hu et al. 2021)",
        "recipe": asdict(learner.recipe),
        "steps": learner.state["step"],
        "pieces_seen": learner.state["pieces"],
        "answers_seen": learner.state["answers"],
        "hours_on_one_shared_core": round(learner.state["seconds"] / 3600, 2),
        "measured on sentences kept back": measure(FreeLength(learner.network, learner.average), text, 60),
        "sources": [
            {k: row[k] for k in ("name", "package", "licence", "share", "characters", "pieces")} for row in rows
        ],
        "base_sha256": hashlib.sha256(landed.read_bytes()).hexdigest(),
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        "bytes": target.stat().st_size,
    }
    target.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    return card


def main() -> None:
    parser = trainer.command("training.infill.free_length", __doc__, 400)
    parser.add_argument("--begin-from", type=Path, default=Path("assets/weights/infill.safetensors"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{NAME}.json").exists():
        fetched(MINILM, folder / "downloads")
        pack(folder)
    if asked.land:
        print(json.dumps(land(folder, asked.begin_from, asked.land)["measured on sentences kept back"], indent=1))
    else:
        train(folder, asked.begin_from, trainer.minutes_of(asked), asked.anneal, asked.every)


if __name__ == "__main__":
    main()
