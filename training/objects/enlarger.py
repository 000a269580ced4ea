"""Train the enlarger 64 -> 512: `python -m training.objects.enlarger --folder FOLDER --minutes 25`; stop and go on at any time.

Vector drawings rendered at 512 pixels are the truth; what goes in is their 64-pixel version as it would be drawn, softened, or taken
through our own object network (noise added and denoised, if --objects names a run's checkpoint), so that the network's own habits are undone.
`--land` writes the weights and their card to assets/weights.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from pipelines.nets.enlarger import Enlarger
from pipelines.nets.object_unet import to_pixels
from pipelines.optim.muon import Muon
from training.landing import halves, write_card, write_tensors
from training.objects import data as objects_data
from training.objects.export import attributed
from training.objects.words import CORE_STYLES
from training.run import Kept, Tensors, command, read, resumed, until, use_threads, weights_of

LARGE_PX, SMALL_PX, CUT_PX = 512, 64, 24
BATCH, RATE, PIXEL_RATE, WARM_STEPS = 8, 4e-3, 1e-3, 50


def rendered(cache: Path, folder: Path, count: int, seed: int = 3) -> np.ndarray:
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

    def batch(self, step: int, size: int = BATCH):
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
                x = softened(x, generator)
            turns, mirrored = int(generator.integers(4)), generator.random() < 0.5
            small.append(turned(x, turns, mirrored))
            truth.append(turned(y, turns, mirrored))
        return torch.stack(small), torch.stack(truth)


def softened(x, generator: np.random.Generator):
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


def turned(x, turns: int, mirrored: bool):
    """One of the eight ways to lay a square down. x [4,h,w]."""
    x = torch.rot90(x, turns, (-2, -1))
    return x.flip(-1) if mirrored else x


@torch.no_grad()
def redraw(checkpoint: Path, large: np.ndarray, levels=(0.12, 0.3, 0.7), seed: int = 5):
    """The drawings as the object network redraws them from noise of a few levels, without a caption: [levels,n,4,64,64] half."""
    from pipelines.nets.object_unet import ObjectUNet, denoise, upright
    from pipelines.nets.object_unet import Shape as NetShape

    saved = read(checkpoint)
    net = ObjectUNet(NetShape.from_dict(saved.facts["shape"]))
    net.load_state_dict(saved.group("average"))
    net.eval()
    generator = torch.Generator().manual_seed(seed)
    found = torch.empty(len(levels), len(large), 4, SMALL_PX, SMALL_PX, dtype=torch.half)
    for i in range(0, len(large), 16):
        part = torch.from_numpy(large[i : i + 16].astype(np.float32) / 255).permute(0, 3, 1, 2)
        x0 = small_of(part)
        text, mask = torch.zeros(len(x0), 1, 384), torch.zeros(len(x0), 1, dtype=torch.bool)
        for j, level in enumerate(levels):
            x = x0 + level * torch.randn(x0.shape, generator=generator)
            sigma = torch.full((len(x0),), level)
            found[j, i : i + 16] = denoise(net, x, sigma, text, mask, upright(len(x0))).half()
    return found


def loss_of(made, truth):
    """L1 of pixels and of their differences along both axes: where an edge lies, and how steep it is."""
    edges = sum((made.diff(dim=d) - truth.diff(dim=d)).abs().mean() for d in (-2, -1))
    return (made - truth).abs().mean() + 2 * edges


class Run(Kept):
    """Weights, their average, optimiser and step."""

    def __init__(self, pairs: Pairs, minutes: float):
        torch.manual_seed(0)
        self.net, self.pairs, self.minutes = Enlarger().to(memory_format=torch.channels_last), pairs, minutes
        self.optimiser = Muon(self.net.named_parameters(), RATE, decay=0.0, adam_rate=PIXEL_RATE)
        self.step, self.seconds = 0, 0.0

    def advance(self) -> float:
        """One step; the rate falls to 0 along a straight line over the planned minutes."""
        begun = time.process_time()
        x, truth = self.pairs.batch(self.step)
        loss = loss_of(self.net(x), truth)
        self.net.zero_grad(set_to_none=True)
        loss.backward()
        self.step += 1
        left = max(0.0, 1 - self.seconds / (60 * self.minutes))
        self.optimiser.step(self.step, min(1.0, self.step / WARM_STEPS) * left)
        self.seconds += time.process_time() - begun  # other work on the machine does not count
        return loss.item()

    def groups(self) -> Mapping[str, Tensors]:
        return {"net": weights_of(self.net), "state": self.optimiser.state}


def train(run: Run, folder: Path, save_seconds: float = 120) -> None:
    """Steps until the planned minutes of work are over; a line of the log every 100 steps."""
    checkpoint = resumed(run, folder)
    until(
        lambda: run.seconds / (60 * run.minutes),
        lambda _left: {"loss": run.advance()},
        folder / "log.jsonl",
        lambda: {"step": run.step, "seconds": round(run.seconds)},
        lambda: run.save(checkpoint),
        every=100,
        save_minutes=save_seconds / 60,
    )


def export(folder: Path, assets: Path, minutes: float) -> None:
    """Weights in float16 and the card beside them."""
    run = Run(Pairs(np.zeros((1, 8, 8, 4)), None), minutes)
    run.load(folder / "checkpoint.safetensors")
    used = {"fluent-emoji", "fluent-emoji-flat", "noto"}
    made = {
        "name": "enlarger",
        "what": "drawings with alpha from 64 to 512 pixels; residual blocks, then sub-pixel convolution",
        "licence": attributed(used)["licence"],
        "data": attributed(used)["data"],
        "shape": run.net.shape.as_dict(),
        "recipe": {"batch": BATCH, "cut_px": CUT_PX, "rate": RATE, "adam_rate": PIXEL_RATE, "minutes": minutes},
        "command": "python -m training.objects.enlarger --folder FOLDER --minutes MINUTES",
        "steps": run.step,
        "compute": {"seconds": round(run.seconds), "threads": 1, "device": "cpu"},
    }
    result = folder / "result.json"
    if result.exists():
        made["result"] = json.loads(result.read_text())
    brief = {k: made[k] for k in ("name", "what", "licence", "shape")}
    write_tensors(assets / "enlarger.safetensors", halves(weights_of(run.net)), card=brief)
    write_card(assets / "enlarger.json", made)


def main() -> None:
    """Command line."""
    parser = command("training.objects.enlarger", __doc__, None, "the weights")
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages and renders")
    parser.add_argument("--minutes", type=float, default=25, help="of work; the rate falls to 0 over them")
    parser.add_argument("--drawings", type=int, default=600)
    parser.add_argument(
        "--objects", type=Path, default=None, help="checkpoint of the object model, to learn from how it draws"
    )
    arguments = parser.parse_args()
    if arguments.land:
        export(arguments.folder, arguments.assets, arguments.minutes)
        return
    use_threads()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    large = rendered(arguments.cache, arguments.folder, arguments.drawings)
    redrawn = redraw(arguments.objects, large) if arguments.objects else None
    train(Run(Pairs(large, redrawn), arguments.minutes), arguments.folder)


if __name__ == "__main__":
    main()
