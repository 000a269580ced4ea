"""Train the PixelCNN of small drawings: `python -m training.pixelcnn.train --folder FOLDER --minutes 60`; it may be stopped and goes on.

One thread, a copy of the network in bfloat16 around float32 weights. `--blind` trains the single stack with the blind spot;
`--land` writes the averaged weights to assets/weights with their card.
"""

import copy
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.logistic_mixture import bits_per_dimension
from pipelines.nets.pixelcnn import PixelCNN, Shape
from training.objects.data import default_cache
from training.pixelcnn import data
from training.run import Averaged, clock, command, note, resumed, until, use_threads


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    batch: int = 8
    rate: float = 4e-3
    adam_rate: float = 1.5e-3
    warm_pictures: int = 1_000
    ema_reach: float = 0.12  # the average reaches back over this share of the run
    seed: int = 0


class Run(Averaged):
    """The network on drawings, and how far it is."""

    def __init__(self, shape: Shape, recipe: Recipe, drawings: data.Drawings):
        torch.manual_seed(recipe.seed)
        super().__init__(PixelCNN(shape), recipe, {"shape": shape.as_dict(), "recipe": vars(recipe)})
        self.shape, self.drawings = shape, drawings
        self.dtype = torch.bfloat16 if has_fast_bfloat16() else torch.float32
        self.fast = copy.deepcopy(self.net).to(self.dtype, memory_format=torch.channels_last)

    def advance(self, left: float) -> float:
        """One step; `left` (1..0) is how much of the run is to come. Returns bits per dimension."""
        begun, r = time.perf_counter(), self.recipe
        x, text, styles = (torch.from_numpy(a) for a in data.batch(self.drawings, self.pictures, r.batch, r.seed))
        with torch.no_grad():
            for p, q in zip(self.net.parameters(), self.fast.parameters(), strict=True):
                q.copy_(p)
        narrow = x.to(self.dtype).contiguous(memory_format=torch.channels_last)
        numbers = self.fast(narrow, self.fast.conditioning(text.to(self.dtype), styles)).float()
        loss = bits_per_dimension(numbers, x).mean()
        loss.backward()
        finite = all(q.grad is None or bool(q.grad.isfinite().all()) for q in self.fast.parameters())
        for p, q in zip(self.net.parameters(), self.fast.parameters(), strict=True):
            p.grad = None if q.grad is None or not finite else q.grad.float()
            q.grad = None
        self.step += 1
        self.pictures += r.batch
        if finite:  # a step whose numbers ran over is left out
            self.muon.step(self.step, min(1.0, self.pictures / r.warm_pictures) * min(1.0, left / 0.4))
        self.average_weights(min(1 - 1 / (1 + self.step * r.ema_reach), 0.9995))
        self.seconds += time.perf_counter() - begun
        return loss.item()

    def averaged(self) -> PixelCNN:
        """A network with the averaged weights."""
        net = PixelCNN(self.shape)
        net.load_state_dict(self.average)
        return net.eval()


@torch.no_grad()
def bits(net: PixelCNN, drawings: data.Drawings, told: bool = True, limit: int | None = None) -> np.ndarray:
    """Bits per dimension of each drawing, the noun and style told or not; float32."""
    found = []
    for i in range(len(drawings.levels[:limit])):
        x = torch.from_numpy(drawings.levels[i].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1)[None]
        text = torch.from_numpy(drawings.text[i : i + 1]) * float(told)
        style = torch.tensor([int(drawings.styles[i]) if told else net.shape.styles])
        found.append(float(bits_per_dimension(net(x, net.conditioning(text, style)), x)))
    return np.array(found)


def train(
    run: Run, held: data.Drawings, folder: Path, minutes: float, pictures: int = 10**9, save_minutes: float = 4
) -> None:
    """Steps until the time is up or so many pictures are seen; a line of the log every 50 steps; a checkpoint and the bits kept back every few minutes."""
    checkpoint, log, passed = resumed(run, folder), folder / "log.jsonl", clock(minutes)

    def saves() -> None:
        run.save(checkpoint)
        kept_back = round(float(bits(run.averaged(), held, limit=30).mean()), 4)
        note(log, {"pictures": run.pictures, "kept_back": kept_back})

    until(
        lambda: max(passed(), run.pictures / pictures),
        lambda left: {"bits": run.advance(left)},
        log,
        lambda: {"pictures": run.pictures, "seconds": round(run.seconds)},
        saves,
        save_minutes=save_minutes,
    )


def main() -> None:
    """Command line."""
    parser = command("training.pixelcnn.train", __doc__, 60, "the averaged weights")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="packages and renders")
    parser.add_argument("--pictures", type=int, default=10**9, help="end after so many, whatever the time")
    parser.add_argument("--blind", action="store_true", help="one stack, with the blind spot")
    parser.add_argument("--channels", type=int, default=Shape.channels)
    parser.add_argument(
        "--rate", type=float, default=Recipe.rate, help="of the matrices; the single stack needs half of it"
    )
    parser.add_argument("--batch", type=int, default=Recipe.batch)
    arguments = parser.parse_args()
    use_threads()
    if arguments.land:
        from training.pixelcnn.export import export

        export(arguments.folder, arguments.assets, arguments.cache)
        return
    drawings, held = data.load(arguments.cache)
    shape = Shape(blind=arguments.blind, channels=arguments.channels)
    run = Run(shape, Recipe(batch=arguments.batch, rate=arguments.rate), drawings)
    train(run, held, arguments.folder, arguments.minutes, arguments.pictures)


if __name__ == "__main__":
    main()
