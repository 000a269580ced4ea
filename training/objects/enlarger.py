"""Train the enlarger 64 -> 512: `python -m training.objects.enlarger --folder FOLDER --minutes 25 --anneal 25`; stop and go on at any time.

Vector drawings rendered at 512 pixels are the truth; what goes in is their 64-pixel version as it would be drawn, softened, or taken
through our own object network (noise added and denoised), so that the network's own habits are undone. `--land` writes the weights and their card.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pipelines.drawing.network import load_shipped
from pipelines.nets.enlarger import Enlarger
from pipelines.nets.object_unet import denoise, to_pixels, upright
from training.loop import Recipe, Run, averaged, card_of, command, land, train
from training.objects import data as objects_data
from training.objects.train import with_cache
from training.objects.words import CORE_STYLES

LARGE_PX, SMALL_PX, CUT_PX, DRAWINGS = 512, 64, 24, 600
RECIPE = Recipe(batch=8, rate=4e-3, adam_rate=1e-3, decay=0.0)


def render_drawings(cache: Path, folder: Path, count: int, seed: int = 3) -> np.ndarray:
    """`count` of the training drawings (no held-out pair, no judging set) at 512 px: RGBA uint8 [n,512,512,4], kept in the folder."""
    path = folder / f"large_{count}.npy"
    if not path.exists():
        drawings, _ = objects_data.prepare(cache)
        drawings = [d for d in drawings if d.style in CORE_STYLES]
        held = objects_data.hold_out(objects_data.core(drawings))
        drawings = [d for d in drawings if (d.noun, d.style) not in held]
        chosen = np.random.default_rng(seed).permutation(len(drawings))[:count]
        icons = {key: objects_data.icons_of(cache, key) for key in {d.set for d in drawings}}
        large = np.stack([objects_data.render(icons[drawings[i].set][drawings[i].icon], LARGE_PX) for i in chosen])
        np.save(path, large)
    return np.load(path, mmap_mode="r")


def small_of(large):
    """Straight RGBA 0..1 [n,4,8h,8w] -> the network's pixels of its area average [n,4,h,w]."""
    return F.avg_pool2d(to_pixels(large), LARGE_PX // SMALL_PX)


class Pairs:
    """Small and large cuts for any step; the same step always gives the same cuts."""

    def __init__(self, large: np.ndarray, redrawn=None, seed: int = 0):
        self.large, self.redrawn, self.seed = large, redrawn, seed

    def batch(self, step: int, size: int = RECIPE.batch):
        """x [n,4,24,24] and truth [n,4,192,192], both in the network's pixels."""
        generator = np.random.default_rng([self.seed, step])
        zoom = LARGE_PX // SMALL_PX
        small, truth = [], []
        for _ in range(size):
            number = int(generator.integers(len(self.large)))
            top, left = (int(generator.integers(SMALL_PX - CUT_PX + 1)) for _ in range(2))
            cut = self.large[number, zoom * top : zoom * (top + CUT_PX), zoom * left : zoom * (left + CUT_PX)]
            y = to_pixels(torch.from_numpy(cut.astype(np.float32) / 255).permute(2, 0, 1))
            x = F.avg_pool2d(y[None], zoom)[0]
            if self.redrawn is not None and generator.random() < 0.5:
                which = int(generator.integers(len(self.redrawn)))
                x = self.redrawn[which, number, :, top : top + CUT_PX, left : left + CUT_PX].float()
            elif generator.random() < 0.6:
                x = soften(x, generator)
            turns, mirrored = int(generator.integers(4)), generator.random() < 0.5
            small.append(turn_square(x, turns, mirrored))
            truth.append(turn_square(y, turns, mirrored))
        return torch.stack(small), torch.stack(truth)


def soften(x, generator: np.random.Generator):
    """Blur of up to 0.7 px and a little coarse and fine noise, as a network leaves them. x [4,h,w]."""
    sigma = generator.uniform(0.05, 0.7)
    at = torch.arange(-2, 3).float()
    kernel = torch.exp(-(at**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum())[None, None]
    x = x[:, None]
    x = F.conv2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), kernel[..., None, :])
    x = F.conv2d(x, kernel[..., None])[:, 0]
    fine = generator.normal(size=x.shape) * generator.uniform(0, 0.03)
    return x + torch.from_numpy(fine.astype(np.float32))


def turn_square(x, turns: int, mirrored: bool):
    """One of the eight ways to lay a square down. x [4,h,w]."""
    x = torch.rot90(x, turns, (-2, -1))
    return x.flip(-1) if mirrored else x


@torch.no_grad()
def redraw(weights: Path, large: np.ndarray, levels: tuple[float, ...] = (0.12, 0.3, 0.7), seed: int = 5) -> Tensor:
    """The drawings as the object network redraws them from noise of a few levels, without a caption: [levels,n,4,64,64] half."""
    net, generator = load_shipped(weights), torch.Generator().manual_seed(seed)
    drawn = torch.empty(len(levels), len(large), 4, SMALL_PX, SMALL_PX, dtype=torch.half)
    for i in range(0, len(large), 16):
        x0 = small_of(torch.from_numpy(large[i : i + 16].astype(np.float32) / 255).permute(0, 3, 1, 2))
        text, mask = torch.zeros(len(x0), 1, 384), torch.zeros(len(x0), 1, dtype=torch.bool)
        for j, level in enumerate(levels):
            x = x0 + level * torch.randn(x0.shape, generator=generator)
            sigma = torch.full((len(x0),), level)
            drawn[j, i : i + 16] = denoise(net, x, sigma, text, mask, upright(len(x0))).half()
    return drawn


def loss_of(made: Tensor, truth: Tensor) -> Tensor:
    """L1 of pixels and of their differences along both axes: where an edge lies, and how steep it is."""
    edges = sum((made.diff(dim=d) - truth.diff(dim=d)).abs().mean() for d in (-2, -1))
    return (made - truth).abs().mean() + 2 * edges


def begin(pairs: Pairs) -> Run:
    """A run that has learned nothing yet."""
    torch.manual_seed(RECIPE.seed)
    net = Enlarger().to(memory_format=torch.channels_last)

    def loss(run: Run) -> Tensor:
        x, truth = pairs.batch(run.step, run.recipe.batch)
        return loss_of(net(x), truth)

    return Run(net, RECIPE, loss, {"shape": net.shape.as_dict()})


def main() -> None:
    """Command line."""
    options = with_cache(command("training.objects.enlarger", __doc__, 25)).parse_args()
    if options.land:
        weights, facts = averaged(options.folder / "checkpoint.safetensors")
        sources = objects_data.attribute_sources({"fluent-emoji", "fluent-emoji-flat", "noto"})
        card = card_of(
            facts,
            "enlarger",
            "drawings with alpha from 64 to 512 pixels; residual blocks, then sub-pixel convolution",
            sources["licence"],
            "training.objects.enlarger --folder FOLDER --minutes MINUTES --anneal MINUTES",
            data=sources["data"],
        )
        land(options.assets, "enlarger", weights, card, card={k: card[k] for k in ("name", "what", "licence", "shape")})
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    large = render_drawings(options.cache, options.folder, DRAWINGS)
    train(begin(Pairs(large, redraw(options.assets / "objects.safetensors", large))), options)


if __name__ == "__main__":
    main()
