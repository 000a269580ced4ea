"""Teach the masked-text network to find a blank's length: `python -m training.infill.free_length --folder FOLDER --minutes 60`.

Two pieces are added, as in DreamOn (Wu et al. 2026): `expand` (a place becomes two) and `delete` (the place goes). Only low-rank changes
of the landed network, the vector of a stretch and its two answers are learned. docs/notes/infill.md says how it differs from the paper.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from pipelines.core.models import sha256_of
from pipelines.nets.free_length import DELETE, EXPAND, adapters_of, beside, features, fresh, length_logits
from pipelines.nets.masked_text import PAD, MaskedText, load
from training.infill.data import minilm, pack
from training.infill.modern import for_both_ways
from training.infill.stretches import NAME, Sentences, batch
from training.loop import Recipe, Run, averaged, card_of, command, land, train

RANK, RECIPE = 16, Recipe(batch=24, adam_rate=2e-3, warm_steps=40, longest_gradient=1.0)
LIMITS = (32, 48, 64)  # pieces of a window at most, drawn a step


def loss_of(network: MaskedText, tensors: dict[str, Tensor], tokens: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean nats of expand and delete at the stretches of tokens [b,n]."""
    at = wanted >= 0
    x = features(network, tensors["stretch"], tokens, (tokens != PAD).long())[at]
    nats = F.cross_entropy(
        length_logits(tensors, x, beside(tokens)).float(), (wanted[at] == DELETE).long(), reduction="none"
    )
    return (nats * weight[at]).sum() / weight[at].sum()


@torch.no_grad()
def begin_with_odds(run: Run, text: Sentences, batches: int = 150) -> None:
    """Set the odds of expand and delete by how many masks stand beside a stretch to what the training text has."""
    counts = torch.ones_like(run.learned["beside"])
    for k in range(batches):
        tokens, wanted, weight = batch(text, run.recipe.batch, LIMITS, np.random.default_rng((0, k)))
        index = 2 * beside(tokens) + (wanted[tokens == EXPAND] == DELETE)
        counts.view(-1).index_add_(0, index, weight[tokens == EXPAND])
    odds = counts.log() - counts.log().mean(1, keepdim=True)
    for held in (run.learned, run.average):
        held["beside"].copy_(odds)


def begin(network: MaskedText, text: Sentences, about: dict[str, str], recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet but the odds."""
    learned = {
        name: value.requires_grad_() for name, value in fresh(network.requires_grad_(False), RANK, recipe.seed).items()
    }

    def loss(run: Run) -> Tensor:
        rng = np.random.default_rng((recipe.seed, run.step))
        with adapters_of(run.learned).beside(network), run.autocast:
            return loss_of(network, run.learned, *batch(text, recipe.batch, LIMITS, rng))

    run = Run(None, recipe, loss, about, learned)
    begin_with_odds(run, text)
    return run


def main() -> None:
    """Command line."""
    options = command("training.infill.free_length", __doc__, 60).parse_args()
    folder, base = options.folder, options.assets / "infill.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{NAME}.json").exists():
        pack(folder, NAME, for_both_ways(), *minilm(folder))
    text = Sentences(folder)
    if not options.land:
        train(begin(load(base), text, {"base_sha256": sha256_of(base)}), options, NAME)
        return
    weights, facts = averaged(folder / f"{NAME}.safetensors")
    card = card_of(
        facts,
        "infill-free-length",
        "masked diffusion with expand and delete (after DreamOn, Wu et al. 2026), low-rank changes (Hu et al. 2021)",
        "Apache-2.0",
        "training.infill.free_length --folder FOLDER --minutes MINUTES --anneal MINUTES",
        **{"from": "the studio's infill network (assets/weights/infill.json), whose weights the changes are added to"},
        sources=text.told(),
        base_sha256=facts["base_sha256"],
    )
    land(options.assets, "infill-free-length", weights, card)


if __name__ == "__main__":
    main()
