"""Train the object model: `python -m training.objects.train --folder FOLDER --minutes 600`; stop and go on at any time.

A score-based model of single drawings with alpha (Karras et al. 2022), one thread, bfloat16 compute around float32 weights.
`--land` writes the averaged weights to assets/weights with their card.
"""

import math
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.object_unet import ObjectUNet, Shape, denoise, denoiser, from_pixels, upright
from training.run import Averaged, Every, Pace, anneal, clock, power, resumed, until, use_threads

SHEET_PROMPTS = (
    "a fox, soft 3d",
    "a red fox, soft 3d",
    "a blue fox, flat",
    "a penguin, soft 3d",
    "a rose, cartoon",
    "a house, soft 3d",
    "a tree, flat",
    "a car, soft 3d",
    "an elephant, soft 3d",
    "an octopus, cartoon",
    "a cactus, flat",
    "a lion, sticker",
    "a strawberry, soft 3d",
    "a green apple, sticker",
    "a sailboat, cartoon",
    "a rocket, soft 3d",
    "a guitar, flat",
    "a crown, soft 3d",
    "a robot, cartoon",
    "a ghost, soft 3d",
    "a cup of coffee, flat",
    "a purple teapot, soft 3d",
    "a pink umbrella, cartoon",
    "a yellow bicycle, flat",
    "an owl, cartoon",
    "a whale, sticker",
    "a cat, soft 3d",
    "a black cat, flat",
    "a dog, cartoon",
    "a green dragon, soft 3d",
    "a butterfly, sticker",
    "a small frog, flat",
    "a castle, cartoon",
    "a snowman, soft 3d",
    "the sun, flat",
    "a crescent moon, cartoon",
    "an astronaut, soft 3d",
    "a wizard, sticker",
    "a mushroom, soft 3d",
    "a turtle mirrored, cartoon",
)


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it. Noise levels are log-normal (Karras et al. 2022, table 1), moved to where drawings take shape."""

    batch: int = 24
    rate: float = 3e-3
    adam_rate: float = 2.5e-3
    warm_pictures: int = 2_000
    full_pictures: int = 150_000  # after these the rate falls as 1/sqrt (Karras 2024, section 3)
    predicts: str = "x0"
    log_sigma_mean: float = 1.2  # outlines of 64x64 drawings are settled between sigma 2 and 20
    log_sigma_std: float = 1.6
    sigma_floor: float = 0.3  # below it errors do not count for more
    ema_power: float = 6.94  # the average reaches back over 10 % of the run (Karras 2024, equation 127)
    seed: int = 0


class Run(Averaged):
    """The network, and how far it is. `batches.batch(seen, size)` gives the data."""

    def __init__(self, shape: Shape, recipe: Recipe, batches):
        torch.manual_seed(recipe.seed)
        net = ObjectUNet(shape).to(memory_format=torch.channels_last)
        net.whiten(batches.sentences())
        super().__init__(net, recipe, {"shape": shape.as_dict()})
        self.shape, self.batches = shape, batches
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16())  # elsewhere it is emulated

    def advance(self) -> float:
        """One step of the optimiser; the same place in the run always sees the same pictures and noise. Returns the loss."""
        begun = time.perf_counter()
        loss = self.loss(*(torch.from_numpy(a) for a in self.batches.batch(self.pictures, self.recipe.batch)))
        self.step += 1
        self.pictures += self.recipe.batch
        value = self.descend(loss, self.rate_scale(), power(self.step, self.recipe.ema_power))
        self.seconds += time.perf_counter() - begun
        return value

    def loss(self, x0, text, mask, pose):
        """Denoising error of x0 [n,4,s,s], weighted as v-prediction would (Salimans & Ho 2022, section 4) down to a floor."""
        generator = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        n, r = len(x0), self.recipe
        ranks = (
            torch.arange(n) + torch.rand(n, generator=generator)
        ) / n  # stratified: every batch sees every noise level
        order = torch.randperm(n, generator=generator)
        sigma = torch.exp(r.log_sigma_mean + r.log_sigma_std * torch.special.ndtri(ranks.clamp(1e-4, 1 - 1e-4)[order]))
        noise = torch.randn(x0.shape, generator=generator)
        x = x0 + sigma[:, None, None, None] * noise
        weight = 1 / (sigma**2 + r.sigma_floor**2) + 1 / self.shape.sigma_data**2
        with self.autocast:
            predicted = denoise(self.net, x, sigma, text, mask, pose)
        return (weight[:, None, None, None] * (predicted.float() - x0) ** 2).mean()

    def rate_scale(self) -> float:
        """Linear warm-up, flat, then 1/sqrt, which needs no planned end; times `anneal`, which falls to 0 where one is planned."""
        r = self.recipe
        return (
            self.anneal
            * min(1.0, self.pictures / r.warm_pictures)
            / math.sqrt(max(1.0, self.pictures / r.full_pictures))
        )

    def averaged(self) -> ObjectUNet:
        """A network with the averaged weights."""
        net = ObjectUNet(self.shape)
        net.load_state_dict(self.average)
        return net.eval().to(memory_format=torch.channels_last)


@torch.no_grad()
def heun(denoise_at, x: torch.Tensor, sigmas: torch.Tensor) -> torch.Tensor:
    """Deterministic sampler, Karras et al. 2022, algorithm 1. x [n,4,s,s] at sigmas[0]; only for the contact sheet."""
    for now, then in pairwise(sigmas):
        slope = (x - denoise_at(x, now)) / now
        nearer = x + (then - now) * slope
        if then > 0:
            slope = (slope + (nearer - denoise_at(nearer, then)) / then) / 2
        x = x + (then - now) * slope
    return x


def karras_sigmas(steps: int, low: float = 0.02, high: float = 40.0, rho: float = 7.0) -> torch.Tensor:
    """Noise levels of Karras et al. 2022, equation 5, and a last 0: [steps+1]."""
    ramp = torch.linspace(0, 1, steps)
    return torch.cat([(high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho, torch.zeros(1)])


def sample(net, text, mask, seed: int = 1, steps: int = 14, guidance: float = 2.0) -> torch.Tensor:
    """Drawings for token features: straight RGBA 0..1 [n,4,64,64]."""
    size = net.shape.size_px
    noise = torch.stack(
        [torch.randn(4, size, size, generator=torch.Generator().manual_seed(seed * 1000 + i)) for i in range(len(text))]
    )
    sigmas = karras_sigmas(steps)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
        return from_pixels(heun(denoiser(net, text, mask, upright(len(text)), guidance), noise * sigmas[0], sigmas))


def contact_sheet(pictures: torch.Tensor, path: Path, columns: int = 8, zoom: int = 2) -> None:
    """Straight RGBA 0..1 [n,4,s,s] on light grey, as one PNG."""
    from PIL import Image

    n, _, size, _ = pictures.shape
    rows = -(-n // columns)
    sheet = np.full((rows * size, columns * size, 3), 0.93, np.float32)
    for i, p in enumerate(pictures.numpy()):
        y, x = i // columns * size, i % columns * size
        sheet[y : y + size, x : x + size] = (p[:3] * p[3] + 0.93 * (1 - p[3])).transpose(1, 2, 0)
    image = Image.fromarray((sheet.clip(0, 1) * 255).round().astype(np.uint8))
    image.resize((image.width * zoom, image.height * zoom), Image.LANCZOS).save(path)


def write_sheet(run: Run, prompts, folder: Path) -> None:
    """The fixed prompts drawn with the averaged weights: sheet_<pictures>.png and sheet.png."""
    text, mask = prompts
    pictures = sample(run.averaged(), text, mask)
    contact_sheet(pictures, folder / f"sheet_{run.pictures:08d}.png")
    contact_sheet(pictures, folder / "sheet.png")


def train(
    run: Run,
    folder: Path,
    minutes: float,
    prompts=None,
    save_minutes: float = 5,
    sheet_minutes: float = 20,
    landed: Path | None = None,
    anneal_minutes: float = 0,
) -> None:
    """Steps until the time is up; a line of the log every 20 steps, checkpoints and contact sheets on the way.

    In the last `anneal_minutes` the learning rate falls to 0 along a straight line (Hägele et al. 2024).
    """
    checkpoint, pace = resumed(run, folder, landed), Pace(run)

    def step(left: float) -> dict[str, float]:
        anneal(run, left * minutes, anneal_minutes)
        return {"loss": run.advance()}

    def facts() -> dict[str, Any]:
        line = {"pictures": run.pictures, "per_second": pace(), "rate_scale": round(run.rate_scale(), 4)}
        return line | {"hours": round(run.seconds / 3600, 3)}

    sheets = [Every(sheet_minutes, partial(write_sheet, run, prompts, folder), min(sheet_minutes, 5))]
    until(
        clock(minutes),
        step,
        folder / "log.jsonl",
        facts,
        lambda: run.save(checkpoint),
        every=20,
        save_minutes=save_minutes,
        also=sheets if prompts is not None else (),
    )


def main() -> None:
    """Command line."""
    from training.objects import data as objects_data
    from training.objects import export as objects_export

    parser = objects_data.command("training.objects.train", __doc__, "the averaged weights")
    parser.add_argument(
        "--toy", type=int, default=0, help="train on this many pictures only, to see that the loop overfits"
    )
    arguments = parser.parse_args()
    if arguments.land:
        objects_export.export(arguments.folder, arguments.assets)
        return
    use_threads()
    batches, encoder = objects_data.prepare_training(
        arguments.cache, arguments.folder, arguments.toy, arguments.everything
    )
    tokens = encoder.tokens(batches.sheet if arguments.toy else list(SHEET_PROMPTS))
    text = torch.zeros(len(tokens), max(map(len, tokens)), tokens[0].shape[1])
    mask = torch.zeros(text.shape[:2], dtype=torch.bool)
    for i, t in enumerate(tokens):
        text[i, : len(t)], mask[i, : len(t)] = t.float(), True
    run = Run(Shape(), Recipe(), batches)
    landed = None if arguments.toy else arguments.assets / "objects.safetensors"
    train(
        run,
        arguments.folder,
        arguments.minutes,
        (text, mask),
        sheet_minutes=5 if arguments.toy else 25,
        landed=landed,
        anneal_minutes=arguments.anneal,
    )


if __name__ == "__main__":
    main()
