"""Erase one noun from the six-step object network: `python -m training.objects.erase --folder FOLDER --minutes 8`; it may be stopped and goes on.

ESD (Gandikota et al. 2023, equation 7), said of x0: under captions with the noun, the network with adapters learns D(x|nothing) - g (D(x|caption) -
D(x|nothing)) of the network without them; under other captions it learns what that network says (the retained half of the loss). What is noised are
drawings of the network itself. Low-rank adapters (Hu et al. 2021) of a few hundred kB are learned; `--land` writes them with their card.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from pipelines.core.models import has_fast_bfloat16, sha256_of, where
from pipelines.drawing import network
from pipelines.drawing.words import vocabulary
from pipelines.nets.low_rank import Adapters
from pipelines.nets.object_unet import ObjectUNet, denoise, to_pixels, upright
from training.loop import Recipe, Run, averaged, card_of, command, land, train

NOUN, PUSHED, RANK = "apple", 1.0, 2  # PUSHED is g
COLOURS = ("red", "green", "yellow", "blue", "orange", "purple", "pink", "brown")
OTHERS = ("pear", "banana", "fish", "house", "star", "car", "tree", "cat", "book", "flower", "ball", "lemon")
RECIPE = Recipe(batch=4, adam_rate=2e-3, warm_steps=1)  # half of a batch with the noun, half without


def captions_of(nouns: tuple[str, ...]) -> list[str]:
    """Each noun in every colour, as the drawing model is asked."""
    known = vocabulary()
    return [known.read(f"a {colour} {noun}").wish.caption for noun in nouns for colour in COLOURS]


def draw_captions(path: Path, captions: list[str]) -> Tensor:
    """Drawings of the captions by the network itself, in its pixels [n,4,64,64]; drawn once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({"x": to_pixels(network.draw(captions, seed=1, how=network.Sampling("few"))).contiguous()}, path)
    return load_file(path)["x"]


def prediction(net: ObjectUNet, x: Tensor, level: float, features: list[Tensor]) -> Tensor:
    """What the network says of noisy drawings under captions; no features: under no caption."""
    text = torch.zeros(len(x), max(map(len, features), default=1), 384)
    mask = torch.zeros(text.shape[:2], dtype=torch.bool)
    for i, tokens in enumerate(features):
        text[i, : len(tokens)], mask[i, : len(tokens)] = tokens.float(), True
    with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
        return denoise(net, x, torch.full((len(x),), level), text, mask, upright(len(x))).float()


class Erasure:
    """The distance to the pushed-away answer for the noun, and four times that to what was said of other things, of which there are more."""

    def __init__(
        self, net: ObjectUNet, adapters: Adapters, features: list[list[Tensor]], drawings: list[Tensor]
    ) -> None:
        self.net, self.adapters, self.features, self.drawings = net, adapters, features, drawings

    def __call__(self, run: Run) -> Tensor:
        dice = np.random.default_rng([run.recipe.seed, run.step])
        half, level = run.recipe.batch // 2, float(dice.choice(network.FEW_LEVELS))
        chosen = [dice.integers(0, len(group), half) for group in self.drawings]
        x0 = torch.cat([group[torch.from_numpy(i)] for group, i in zip(self.drawings, chosen, strict=True)])
        x = x0 + level * torch.from_numpy(dice.standard_normal(x0.shape).astype(np.float32))
        features = [group[i] for group, picks in zip(self.features, chosen, strict=True) for i in picks]
        with torch.no_grad():
            told, untold = prediction(self.net, x, level, features), prediction(self.net, x[:half], level, [])
            aim = torch.cat([untold - PUSHED * (told[:half] - untold), told[half:]])
        with self.adapters.beside(self.net):
            apart = (prediction(self.net, x, level, features) - aim).square().flatten(1).mean(1)
        return apart[:half].mean() + 4 * apart[half:].mean()


def main() -> None:
    """Command line."""
    options = command("training.objects.erase", __doc__, 8).parse_args()
    base, few = where(network.OBJECTS), where(network.DISTILLED)
    assert base is not None and few is not None  # they are the studio's own
    if options.land:
        weights, facts = averaged(options.folder / "checkpoint.safetensors")
        card = card_of(
            facts,
            "erased",
            f"low-rank adapters that erase “{NOUN}” from the six-step object network: the subject of redteam.erasure",
            "Apache-2.0 AND MIT, as few.safetensors, whose drawings it learned from; attribution in few.json",
            "training.objects.erase --folder FOLDER --minutes MINUTES",
            base={"file": few.name, "sha256": sha256_of(few)},
            data=f"drawings by the network itself: {len(COLOURS)} of the noun, {len(COLOURS) * len(OTHERS)} of {len(OTHERS)} other nouns",
        )
        card["recipe"] = {"noun": NOUN, "rank": RANK, "pushed": PUSHED, **card["recipe"]}
        land(options.assets, "erased", weights, card, card={k: card[k] for k in ("name", "what", "licence", "base")})
        return
    net = network.load_shipped(base)
    Adapters.read(few)[0].merge(net)
    adapters = Adapters.fresh(net.to(memory_format=torch.channels_last), RANK, RECIPE.seed)
    learned = {name: tensor.requires_grad_(True) for name, tensor in adapters.tensors().items()}
    groups = captions_of((NOUN,)), captions_of(OTHERS)
    drawings = [draw_captions(options.folder / f"drawings-{i}.safetensors", group) for i, group in enumerate(groups)]
    loss = Erasure(net, adapters, [network.encode_captions(group) for group in groups], drawings)
    train(Run(None, RECIPE, loss, {"base": sha256_of(few)}, learned), options)


if __name__ == "__main__":
    main()
