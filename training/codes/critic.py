"""Train the fine half of the codes' decoder on against a patch critic: `python -m training.codes.critic --folder FOLDER --compare --steps 200`.

Encoder, codes and the coarse half of the decoder stay as they are landed. The critic (Isola et al. 2017, section 3.2.2) reads patches with the hinge
loss (Lim & Ye 2017); its weight follows the gradients of both losses at the last layer (Esser et al. 2021, equation 7). `--compare` trains
every setting for the same number of steps and measures each on drawings that are kept back; `--setting NAME` trains one, and `--land` writes it.
A run goes on from its checkpoint.
"""

import copy
import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.code_autoencoder import CodeAutoencoder, fine_names
from training.codes.autoencoder import Loss
from training.codes.data import Pictures
from training.run import Kept, Tensors, command, moments_of, put_back, read, resumed, until, use_threads

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "weights"
WIDTHS = (48, 96, 160)


@dataclass(frozen=True)
class Setting:
    """One way to train against the critic; what fixes a run."""

    weight: float = 0.8  # of the critic's gradient beside the reconstruction's; 0: there is no critic
    adaptive: bool = True  # the weight is of gradients at the last layer; otherwise it multiplies the loss itself
    alone: int = 60  # steps in which the critic learns alone, and as many more until its weight is whole
    r1: float = 0.0  # penalty of the slope at real pictures (Mescheder et al. 2018, equation 9)
    r2: float = 0.0  # the same at decoded ones (equation 10)
    lecam: float = 0.0  # penalty of the distance to running means of the other side (Tseng et al. 2021, equation 4)
    spectral: bool = False  # spectral normalisation of every convolution (Miyato et al. 2018)
    ceiling: float = 20.0  # of the adaptive factor
    batch: int = 4
    rate: float = 2e-4
    critic_rate: float = 1e-3
    penalty_every: int = 4
    seed: int = 0


SETTINGS = {
    "no critic": Setting(weight=0.0, alone=0),
    "fixed weight": Setting(weight=0.5, adaptive=False, alone=0),
    "adaptive weight": Setting(),
    "R1": Setting(r1=0.3),
    "LeCam": Setting(lecam=0.3),
    "R1 and LeCam": Setting(r1=0.3, lecam=0.3),
    "spectral norm": Setting(spectral=True),
    "R1 and R2": Setting(r1=0.3, r2=0.3),
}


class PatchCritic(nn.Module):
    """How real each patch of 40 x 40 pixels looks: [n,4,64,64] -> [n,8,8]."""

    def __init__(self, spectral: bool = False, widths: tuple[int, int, int] = WIDTHS) -> None:
        super().__init__()
        a, b, c = widths
        layers = [
            nn.Conv2d(16, a, 3, padding=1),
            nn.Conv2d(a, b, 4, stride=2, padding=1),
            nn.Conv2d(b, c, 4, stride=2, padding=1),
            nn.Conv2d(c, 1, 3, padding=1),
        ]
        self.layers = nn.ModuleList(spectral_norm(layer) if spectral else layer for layer in layers)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pixel_unshuffle(x, 2)
        for i, layer in enumerate(self.layers):
            x = layer(x if i == 0 else F.leaky_relu(x, 0.2))
        return x[:, 0].float()


class Pool:
    """Pictures and their codes, made once and kept in a folder; the same step always sees the same ones."""

    def __init__(self, pictures: np.ndarray, codes: np.ndarray):
        self.pictures, self.codes = pictures, codes

    @classmethod
    def made(cls, folder: Path, source: Pictures, net: CodeAutoencoder, count: int) -> "Pool":
        """Read the pool of the folder, or fill it."""
        paths = folder / "pool-pictures.npy", folder / "pool-codes.npy"
        if not all(path.exists() for path in paths):
            x = np.concatenate([source.batch(start, 50) for start in range(0, count, 50)])
            with torch.no_grad():
                codes = [net.encode(torch.from_numpy(part)).numpy() for part in np.array_split(x, max(1, count // 50))]
            np.save(paths[0], x.astype(np.float16))
            np.save(paths[1], np.concatenate(codes).astype(np.int16))
        return cls(np.load(paths[0], mmap_mode="r"), np.load(paths[1]))

    def batch(self, step: int, size: int, seed: int) -> tuple[Tensor, Tensor]:
        """Pictures [n,4,64,64] and code numbers [n,8,8]."""
        rounds, place = divmod(step * size, len(self.pictures) // size * size)
        order = np.random.default_rng([seed, rounds]).permutation(len(self.pictures))[place : place + size]
        x = torch.from_numpy(self.pictures[np.sort(order)].astype(np.float32))
        return x.contiguous(memory_format=torch.channels_last), torch.from_numpy(self.codes[np.sort(order)]).long()


def moved(x: Tensor, dice: torch.Generator) -> Tensor:
    """All pictures of a batch mirrored or not and moved by up to four pixels, so that the critic cannot learn them by heart (Zhao et al. 2020)."""
    if torch.rand((), generator=dice) < 0.5:
        x = x.flip(-1)
    down, right = torch.randint(-4, 5, (2,), generator=dice).tolist()
    return x.roll((down, right), (-2, -1))


def slope_penalty(critic: nn.Module, x: Tensor) -> Tensor:
    """Mean squared length of the slope of a patch's score, patches taken as apart from each other. float32, with gradients of second order."""
    x = x.detach().requires_grad_()
    scores = critic(x)
    (slope,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return slope.square().sum() / scores.numel()


class Run(Kept):
    """Decoder, critic, averaged decoder, optimisers, and how far they are."""

    def __init__(self, net: CodeAutoencoder, setting: Setting, pool: Pool, loss: Loss):
        torch.manual_seed(setting.seed)
        self.setting, self.pool, self.loss = setting, pool, loss
        self.net = copy.deepcopy(net).requires_grad_(False).to(memory_format=torch.channels_last)
        self.learned = {name: p.requires_grad_() for name, p in self.net.named_parameters() if name in fine_names(net)}
        self.average = {name: p.detach().clone() for name, p in self.learned.items()}
        self.critic = PatchCritic(setting.spectral).to(memory_format=torch.channels_last)
        self.adams = {
            "decoder": torch.optim.Adam(self.learned.values(), setting.rate, betas=(0.5, 0.9)),
            "critic": torch.optim.Adam(self.critic.parameters(), setting.critic_rate, betas=(0.5, 0.9)),
        }
        self.autocast = partial(torch.autocast, "cpu", torch.bfloat16, enabled=has_fast_bfloat16())
        self.counts: dict[str, Any] = {"step": 0, "seconds": 0.0, "on_real": 0.0, "on_made": 0.0}

    def advance(self, left: float) -> dict[str, float]:
        """One step of the critic and one of the decoder; `left` is the share of the run that is to come. Raises FloatingPointError."""
        begun, s, step = time.process_time(), self.setting, self.counts["step"]
        dice = torch.Generator().manual_seed(s.seed * 1_000_003 + step)
        x, codes = self.pool.batch(step, s.batch, s.seed)
        learns, told = step >= s.alone, {}
        with self.autocast(), torch.set_grad_enabled(learns):
            made = self.net.decode(codes).float()
        for name, rate in (("decoder", s.rate), ("critic", s.critic_rate)):
            self.adams[name].param_groups[0]["lr"] = rate * min(1.0, left / 0.3)
        if s.weight:
            told |= self._critic_step(moved(torch.cat([x, made.detach()]), dice), step)
        if learns:
            told |= self._decoder_step(x, made, dice, s.weight * min(1.0, (step - s.alone + 1) / max(1, s.alone)))
        if not all(math.isfinite(value) for value in told.values()):
            raise FloatingPointError(f"a loss is no number after {step} steps: {told}")
        with torch.no_grad():
            for name, p in self.learned.items():
                self.average[name].lerp_(p, 0.01 if learns else 0.0)
        self.counts["step"] += 1
        self.counts["seconds"] += time.process_time() - begun
        return told

    def _critic_step(self, both: Tensor, step: int) -> dict[str, float]:
        """Hinge loss, and what keeps the critic in check. both [2n,4,64,64]: real ones, then decoded ones."""
        s, counts = self.setting, self.counts
        with self.autocast():
            real, made = self.critic(both).chunk(2)
        loss = F.relu(1 - real).mean() + F.relu(1 + made).mean()
        told = {
            "critic": float(loss.detach()),
            "real": float(real.detach().mean()),
            "made": float(made.detach().mean()),
        }
        if s.lecam:
            apart = F.relu(real - counts["on_made"]).square().mean() + F.relu(counts["on_real"] - made).square().mean()
            loss = loss + s.lecam * apart
        for name in ("real", "made"):
            counts[f"on_{name}"] += 0.05 * (told[name] - counts[f"on_{name}"])
        if step % s.penalty_every == 0:
            for name, weight, part in zip(("r1", "r2"), (s.r1, s.r2), both.chunk(2), strict=True):
                if weight:
                    slope = slope_penalty(self.critic, part)
                    loss = loss + weight / 2 * s.penalty_every * slope
                    told[name] = float(slope.detach())
        self.adams["critic"].zero_grad()
        loss.backward()
        self.adams["critic"].step()
        return told

    def _decoder_step(self, x: Tensor, made: Tensor, dice: torch.Generator, weight: float) -> dict[str, float]:
        """Reconstruction, and what the critic says, weighed by the gradients of both at the last layer."""
        s = self.setting
        seen = made.detach().requires_grad_()
        with self.autocast():
            loss = self.loss.between(seen, x, dice)
        (slope,) = torch.autograd.grad(loss, seen)
        told = {"loss": float(loss.detach())}
        if weight:
            self.critic.requires_grad_(False)
            with self.autocast():
                adversarial = -self.critic(moved(seen, dice)).mean()
            self.critic.requires_grad_(True)
            (other,) = torch.autograd.grad(adversarial, seen)
            factor = weight
            if s.adaptive:
                last = self.net.leave.weight
                lengths = [
                    float(torch.autograd.grad(made, last, g, retain_graph=True)[0].norm()) for g in (slope, other)
                ]
                factor = weight * min(s.ceiling, lengths[0] / (lengths[1] + 1e-6))
            slope = slope + factor * other
            told |= {"adversarial": float(adversarial.detach()), "factor": factor}
        self.adams["decoder"].zero_grad()
        made.backward(slope)
        self.adams["decoder"].step()
        return told

    def decoder(self) -> CodeAutoencoder:
        """The network with the averaged weights, at rest."""
        net = copy.deepcopy(self.net).eval().requires_grad_(False)
        net.load_state_dict({**net.state_dict(), **self.average})
        return net

    def groups(self) -> Mapping[str, Tensors]:
        adams = {f"{name}_adam": moments_of(optimiser) for name, optimiser in self.adams.items()}
        return {"net": self.learned, "average": self.average, "critic": self.critic.state_dict(), **adams}

    def facts(self) -> dict[str, Any]:
        return self.counts | {"setting": asdict(self.setting)}

    def load(self, path: Path) -> None:
        """Go on from a saved state. Raises ValueError if it is of another setting."""
        saved = read(path)
        if saved.facts["setting"] != asdict(self.setting):
            raise ValueError(f"{path} is of another setting; please take another folder")
        saved.into(self.learned, "net")
        saved.into(self.average, "average")
        self.critic.load_state_dict(saved.group("critic"))
        for name, optimiser in self.adams.items():
            put_back(optimiser, saved.group(f"{name}_adam"))
        self.counts |= {k: saved.facts[k] for k in self.counts}


def train(run: Run, folder: Path, steps: int) -> str:
    """Steps until there are so many, from the folder's checkpoint on; "" or how it diverged."""
    checkpoint = resumed(run, folder)
    try:
        until(
            lambda: run.counts["step"] / steps,
            run.advance,
            folder / "log.jsonl",
            lambda: dict(run.counts),
            lambda: run.save(checkpoint),
            every=20,
            save_minutes=3,
        )
    except FloatingPointError as problem:
        return str(problem)
    return ""


def main() -> None:
    """Command line."""
    from pipelines.core import models
    from pipelines.core.fetching import fetch
    from pipelines.drawing.code_network import CODES
    from pipelines.vision.perceptual import VGG16
    from training.codes import critic_results
    from training.codes.data import kept_back, prepare_codes
    from training.objects import data as objects_data

    parser = command("training.codes.critic", __doc__, None)
    parser.add_argument("--cache", type=Path, default=objects_data.default_cache(), help="packages and renders")
    parser.add_argument("--pool", type=int, default=4_000, help="how many pictures are made once and learned from")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--compare", action="store_true", help="train and measure every setting")
    parser.add_argument("--setting", choices=list(SETTINGS), help="train and measure this one")
    parser.add_argument("--clip", action="store_true", help="measure with CLIP's features too")
    parser.add_argument("--land", action="store_true", help="write its decoder and its card to assets/weights")
    arguments = parser.parse_args()
    use_threads()
    data = prepare_codes(arguments.cache, arguments.folder)
    fetch([VGG16])
    with models.load(VGG16) as vgg, models.load(CODES) as scribe:
        net = scribe.autoencoder
    source = Pictures(data)
    pool = Pool.made(arguments.folder, source, net, arguments.pool)
    judge = critic_results.Judge(kept_back(data), net, Loss(source, vgg), arguments.folder)
    for name in SETTINGS if arguments.compare else [arguments.setting] if arguments.setting else []:
        folder = arguments.folder / f"{name.replace(' ', '-')}-{arguments.steps}"
        if not (folder / "result.json").exists():
            run = Run(net, SETTINGS[name], pool, judge.loss)
            critic_results.measure(judge, run, name, train(run, folder, arguments.steps), folder, arguments.clip)
        print(json.dumps(json.loads((folder / "result.json").read_text())))
        if arguments.land and not arguments.compare:
            critic_results.land(arguments.folder, folder, ASSETS)


if __name__ == "__main__":
    main()
