"""Train the object model: `python -m training.objects.train --folder FOLDER --minutes 600`; stop and go on at any time.

A score-based model of single drawings with alpha (Karras et al. 2022). `--land` writes the averaged weights with their card.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from pipelines.nets.object_unet import ObjectUNet, Shape, denoise
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.objects import data as objects_data
from training.objects.batches import Batches
from training.objects.words import STYLES

RECIPE = Recipe(batch=24, rate=3e-3, adam_rate=2.5e-3, warm_steps=80)
LOG_SIGMA_MEAN, LOG_SIGMA_STD = 1.2, 1.6  # outlines of 64x64 drawings are settled between sigma 2 and 20
SIGMA_FLOOR = 0.3  # below it errors do not count for more


def loss_of(batches: Batches) -> Callable[[Run], Tensor]:
    """Denoising error of x0, weighted as v-prediction would (Salimans & Ho 2022, section 4) down to a floor; every batch sees every noise level."""

    def loss(run: Run) -> Tensor:
        x0, text, mask, pose = (torch.from_numpy(part) for part in batches.batch(run.seen, run.recipe.batch))
        dice, count = torch.Generator().manual_seed(run.recipe.seed * 1_000_003 + run.step), len(x0)
        ranks = (torch.randperm(count, generator=dice) + torch.rand(count, generator=dice)) / count
        sigma = torch.exp(LOG_SIGMA_MEAN + LOG_SIGMA_STD * torch.special.ndtri(ranks.clamp(1e-4, 1 - 1e-4)))
        x = x0 + sigma[:, None, None, None] * torch.randn(x0.shape, generator=dice)
        weight = 1 / (sigma**2 + SIGMA_FLOOR**2) + 1 / run.net.shape.sigma_data**2
        with run.autocast:
            predicted = denoise(run.net, x, sigma, text, mask, pose)
        return (weight[:, None, None, None] * (predicted.float() - x0) ** 2).mean()

    return loss


def begin(batches: Batches, shape: Shape, recipe: Recipe = RECIPE) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(recipe.seed)
    net = ObjectUNet(shape).to(memory_format=torch.channels_last)
    net.whiten(batches.sentences())
    return Run(net, recipe, loss_of(batches), {"shape": shape.as_dict()})


def export(folder: Path, assets: Path) -> None:
    """The averaged weights, the vectors of the words, and the card."""
    weights, facts = averaged(folder / "checkpoint.safetensors")
    held_out, lines, words = (json.loads((folder / f"{n}.json").read_text()) for n in ("held_out", "lines", "words"))
    nouns, drawn = {line["noun"] for line in lines}, {line["style"] for line in lines}
    styles = {known[0]: key for key, known in STYLES.items() if known[0] in drawn}
    sources = objects_data.attribute_sources({*styles.values(), "emojibase"})
    card = card_of(
        facts,
        "objects",
        "score-based model of single drawings with alpha, 64x64, conditioned on MiniLM token features",
        sources.pop("licence"),
        "training.objects.train --folder FOLDER --minutes MINUTES",
        **sources,
        styles=styles,
        style_words={known[0]: list(known) for known in STYLES.values() if known[0] in drawn},
        nouns=sorted(nouns),
        words={noun: others for noun, others in words.items() if noun in nouns and others},
        drawings=len({line["row"] for line in lines}),
        held_out=held_out,
    )
    land(assets, "objects", weights, card, card={k: card[k] for k in ("name", "what", "licence", "shape")})
    objects_data.land_words(assets, "objects", card)


def with_cache(parser: ArgumentParser) -> ArgumentParser:
    """The option of all trainings on drawings."""
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages and renders")
    return parser


def main() -> None:
    """Command line."""
    options = with_cache(command("training.objects.train", __doc__, 60)).parse_args()
    if options.land:
        export(options.folder, options.assets)
    else:
        batches = objects_data.prepare_training(options.cache, options.folder)
        train(begin(batches, Shape()), options, begin=options.assets / "objects.safetensors")


if __name__ == "__main__":
    main()
