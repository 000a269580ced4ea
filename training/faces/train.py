"""Train the small StyleGAN2 of drawn portraits: `python -m training.faces.train --folder FOLDER --warm 15 --minutes 50`; it may be stopped and goes on.

First the synthesis learns as the decoder of a variational autoencoder (`--warm` minutes), so that it begins with faces and not with noise,
and the critic begins with the encoder's trunk; then both learn against each other (non-saturating logistic loss, lazy R1 and path-length
regularisation, averaged weights: Karras et al. 2020). One thread; copies in bfloat16 around float32 weights.
`--land` writes the averaged generator and the encoder to assets/weights with their card.
"""

import copy
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.core.models import has_fast_bfloat16
from pipelines.nets.stylegan2 import Critic, Encoder, Generator, Shape, load
from pipelines.optim.muon import Muon
from training.faces import data
from training.run import (
    Every,
    Kept,
    Tensors,
    clock,
    command,
    moments_of,
    put_back,
    read,
    resumed,
    until,
    use_threads,
)


@dataclass(frozen=True)
class Recipe:
    """What fixes a run; stored beside it."""

    batch: int = 8
    warm_rate: float = 5e-3  # Muon, while it is an autoencoder
    warm_adam_rate: float = 2e-3
    divergence: float = 4e-2  # weight of the autoencoder's distance to the prior
    generator_rate: float = 4e-4  # Adam with beta 0 and 0.99 afterwards
    critic_rate: float = 6e-4
    r1: float = 0.1  # gamma of StyleGAN2-ADA: 0.0002 size^2 / batch
    r1_every: int = 16
    path: float = 2.0
    path_every: int = 8
    ema_pictures: float = 2_500
    seed: int = 0


class Fast:
    """A network in bfloat16 that follows float32 weights, and gives them its gradients."""

    def __init__(self, slow: nn.Module):
        self.slow = slow
        self.dtype = torch.bfloat16 if has_fast_bfloat16() else torch.float32
        self.net = copy.deepcopy(slow).to(self.dtype, memory_format=torch.channels_last)

    @torch.no_grad()
    def follow(self) -> None:
        """Take over the weights."""
        for p, q in zip(self.slow.parameters(), self.net.parameters(), strict=True):
            q.copy_(p)

    @torch.no_grad()
    def give(self) -> None:
        """Hand the gradients over, as float32."""
        for p, q in zip(self.slow.parameters(), self.net.parameters(), strict=True):
            p.grad = None if q.grad is None else q.grad.float()
            q.grad = None


def pyramid_distance(x: Tensor, y: Tensor) -> Tensor:
    """Mean absolute difference at full, half and quarter size, added up."""
    total = (x - y).abs().mean()
    for _ in range(2):
        x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        total = total + (x - y).abs().mean()
    return total


class Run(Kept):
    """Generator, critic, encoder, averages, optimisers, and how far they are."""

    def __init__(self, shape: Shape, recipe: Recipe, pages: np.ndarray):
        torch.manual_seed(recipe.seed)
        self.shape, self.recipe, self.pages = shape, recipe, pages
        self.generator, self.critic, self.encoder = Generator(shape), Critic(shape), Encoder(shape)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.g, self.d, self.e = Fast(self.generator), Fast(self.critic), Fast(self.encoder)
        self.dtype = self.g.dtype
        self.dice = torch.Generator().manual_seed(recipe.seed)
        together = nn.ModuleDict({"generator": self.generator, "encoder": self.encoder})
        self.warm = Muon(together.named_parameters(), recipe.warm_rate, adam_rate=recipe.warm_adam_rate)
        self.g_adam = adam(self.generator.parameters(), recipe.generator_rate)
        self.d_adam = adam(self.critic.parameters(), recipe.critic_rate)
        self.counts = {
            "phase": 0,
            "warm_steps": 0,
            "warm_pictures": 0,
            "steps": 0,
            "pictures": 0,
            "after_steps": 0,
            "begun_at": 0,
            "seconds": 0.0,
        }
        self.path_mean = 0.0

    def real(self, seen: int) -> Tensor:
        """A batch of portraits [n,3,64,64]."""
        return torch.from_numpy(data.batch(self.pages, seen, self.recipe.batch, self.recipe.seed))

    def noises(self, count: int) -> list[Tensor]:
        """Noise maps in the dtype that the networks calculate in."""
        return [n.to(self.dtype) for n in self.generator.noise(count, self.dice)]

    def latents(self) -> Tensor:
        """z [n,latent]."""
        return torch.randn(self.recipe.batch, self.shape.latent, generator=self.dice)

    def advance_warm(self, left: float) -> dict[str, float]:
        """One step as an autoencoder; `left` is the share of this phase that is to come."""
        r = self.recipe
        x = self.real(self.counts["warm_pictures"])
        self.g.follow()
        self.e.follow()
        mean, log_variance = self.e.net(x.to(self.dtype))
        w = mean + torch.exp(0.5 * log_variance) * torch.randn(mean.shape, generator=self.dice)
        made = self.g.net.synthesis(self.g.net.spread(w.to(self.dtype)))
        distance = pyramid_distance(made.float(), x)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        (100 * distance + r.divergence * divergence).backward()
        self.g.give()
        self.e.give()
        self.counts["warm_steps"] += 1
        self.counts["warm_pictures"] += r.batch
        self.warm.step(self.counts["warm_steps"], min(1.0, self.counts["warm_steps"] / 50) * min(1.0, left / 0.5))
        return {"distance": float(distance.detach()), "divergence": float(divergence.detach())}

    def begin_contest(self) -> None:
        """From the autoencoder to the contest: the mapping gives the Gaussian of its codes, the critic takes the encoder's trunk."""
        with torch.no_grad():
            found = [self.encoder(self.real(10**8 + i)) for i in range(1600 // self.recipe.batch)]
            means, variances = (torch.cat(part) for part in zip(*found, strict=True))
            self.generator.mapping.settle(means.mean(0), means.T.cov() + variances.exp().mean(0).diag())
        self.critic.trunk.load_state_dict(self.encoder.trunk.state_dict())
        self.average.load_state_dict(self.generator.state_dict())
        self.counts["phase"] = 1

    def begin_from(self, landed: Path) -> None:
        """Go on from landed weights, of which only the averaged generator and the encoder are kept: the critic begins with the encoder's trunk."""
        generator, encoder = load(landed)
        card = json.loads(landed.with_suffix(".json").read_text())
        for net in (self.generator, self.average):
            net.load_state_dict(generator.state_dict())
        self.encoder.load_state_dict(encoder.state_dict())
        self.critic.trunk.load_state_dict(self.encoder.trunk.state_dict())
        before, contest = card["autoencoder"], card["contest"]
        self.counts |= {"phase": 1, "warm_steps": before["steps"], "warm_pictures": before["pictures"]}
        self.counts |= {"steps": contest["steps"], "pictures": contest["pictures"], "begun_at": contest["steps"]}
        self.counts["seconds"] = 3600 * card["compute"]["hours"]

    def advance(self, left: float) -> dict[str, float]:
        """One step of the critic and one of the generator; after a fresh start from landed weights the critic learns alone for 60 steps."""
        since = self.counts["steps"] - self.counts["begun_at"]
        told = self._critic_step()
        if since >= 60 or not self.counts["begun_at"]:
            told |= self._generator_step()
        for group in (*self.g_adam.param_groups, *self.d_adam.param_groups):
            group["lr"] = group["initial"] * min(1.0, left / 0.3) * min(1.0, (since + 1) / 60)
        keep = 0.5 ** (self.recipe.batch / self.recipe.ema_pictures)
        with torch.no_grad():
            for p, q in zip(self.generator.parameters(), self.average.parameters(), strict=True):
                q.lerp_(p, 1 - keep)
        self.counts["steps"] += 1
        self.counts["pictures"] += self.recipe.batch
        return told

    def _critic_step(self) -> dict[str, float]:
        r, regular = self.recipe, self.counts["steps"] % self.recipe.r1_every == 0
        self.g.follow()
        self.d.follow()
        with torch.no_grad():
            fake = self.g.net(self.latents().to(self.dtype), self.noises(r.batch))
        real = self.real(self.counts["pictures"]).to(self.dtype).requires_grad_(regular)
        on_fake, on_real = self.d.net(fake), self.d.net(real)
        loss = F.softplus(on_fake).mean() + F.softplus(-on_real).mean()
        told = {"critic": float(loss.detach()), "real": float(on_real.mean()), "fake": float(on_fake.mean())}
        if regular:  # lazy R1 (Mescheder et al. 2018; Karras et al. 2020, section 3.1)
            (slope,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
            penalty = slope.float().square().sum((1, 2, 3)).mean()
            loss = loss + r.r1 / 2 * r.r1_every * penalty
            told["r1"] = float(penalty.detach())
        loss.backward()
        self.d.give()
        self.d_adam.step()
        return told

    def _generator_step(self) -> dict[str, float]:
        r = self.recipe
        self.d.follow()
        self.d.net.requires_grad_(False)
        fake = self.g.net(self.latents().to(self.dtype), self.noises(r.batch))
        loss = F.softplus(-self.d.net(fake)).mean()
        told = {"generator": float(loss.detach())}
        loss.backward()
        if self.counts["steps"] % r.path_every == 0:  # path lengths (Karras et al. 2020, section 3.2), on half a batch
            z = self.latents()[: r.batch // 2].to(self.dtype)
            w = self.g.net.spread(self.g.net.mapping(z))
            made = self.g.net.synthesis(w, self.noises(len(w)))
            direction = torch.randn(made.shape, generator=self.dice).to(self.dtype) / made[0, 0].numel() ** 0.5
            (slope,) = torch.autograd.grad((made * direction).sum(), w, create_graph=True)
            lengths = slope.float().square().sum(2).mean(1).sqrt()
            mean = float(lengths.mean().detach())
            self.path_mean += (mean - self.path_mean) * (0.05 if self.path_mean else 1.0)
            penalty = (lengths - self.path_mean).square().mean()
            (r.path * r.path_every * penalty).backward()
            told["path"] = mean
        self.d.net.requires_grad_(True)
        self.g.give()
        self.g_adam.step()
        return told

    def advance_encoder(self, left: float) -> dict[str, float]:
        """One step of the encoder alone: it finds the styles of made portraits, and real ones through the averaged generator."""
        r = self.recipe
        if not hasattr(self, "e_adam"):
            self.e_adam = torch.optim.Adam(self.encoder.parameters(), 1e-3, betas=(0.9, 0.99))
        for group in self.e_adam.param_groups:
            group["lr"] = 1e-3 * min(1.0, left / 0.5)
        with torch.no_grad():
            w = self.average.mapping(self.latents())
            made = self.average.synthesis(self.average.spread(w), self.average.noise(r.batch, self.dice))
        found, _ = self.encoder(made)
        own = (found - w).square().mean()
        real = self.real(self.counts["pictures"] + self.counts["after_steps"] * r.batch)
        again = self.average.synthesis(self.average.spread(self.encoder(real)[0]))
        distance = pyramid_distance(again, real)
        self.encoder.zero_grad()
        (own + 5 * distance).backward()
        self.e_adam.step()
        self.counts["after_steps"] += 1
        return {"w": float(own.detach()), "distance": float(distance.detach())}

    def nets(self) -> dict[str, nn.Module]:
        """All networks by the names that they have in a checkpoint."""
        return {"generator": self.generator, "critic": self.critic, "encoder": self.encoder, "average": self.average}

    def groups(self) -> Mapping[str, Tensors]:
        nets = {name: net.state_dict() for name, net in self.nets().items()}
        return {**nets, "g_adam": moments_of(self.g_adam), "d_adam": moments_of(self.d_adam), "warm": self.warm.state}

    def facts(self) -> dict[str, Any]:
        own = {"path_mean": self.path_mean, "shape": self.shape.as_dict(), "recipe": vars(self.recipe)}
        return self.counts | own

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        saved = read(path)
        for name, net in self.nets().items():
            net.load_state_dict(saved.group(name), strict=False)  # older states have no linear map yet
        warm = saved.group("warm")
        for name, value in self.warm.state.items():
            if name in warm:
                value.copy_(warm[name])
        put_back(self.g_adam, saved.group("g_adam"))
        put_back(self.d_adam, saved.group("d_adam"))
        self.path_mean = saved.facts["path_mean"]
        self.counts |= {k: saved.facts[k] for k in self.counts if k in saved.facts}


def adam(parameters: Iterable[nn.Parameter], rate: float) -> torch.optim.Adam:
    """Adam as StyleGAN2 has it, beta 0 and 0.99."""
    made = torch.optim.Adam(parameters, rate, betas=(0.0, 0.99), eps=1e-8)
    for group in made.param_groups:
        group["initial"] = rate
    return made


def write_sheet(run: Run, path: Path, count: int = 32) -> None:
    """Portraits of fixed z by the averaged generator, and below real ones with what the autoencoder makes of them."""
    from PIL import Image

    dice = torch.Generator().manual_seed(1)
    net = run.average if run.counts["phase"] else run.generator
    with torch.no_grad():
        z = torch.randn(count, run.shape.latent, generator=dice)
        made = net(z, net.noise(count, dice) if run.counts["phase"] else None)
        real = torch.from_numpy(data.batch(run.pages, 1, 16, 99))
        again = run.generator.synthesis(run.generator.spread(run.encoder(real)[0]))
    rows = torch.cat([made, real, again]).clamp(-1, 1)
    tiles = ((rows.permute(0, 2, 3, 1) + 1) * 127.5).byte().numpy()
    sheet = np.concatenate([np.concatenate(tiles[i : i + 16], 1) for i in range(0, len(tiles), 16)])
    Image.fromarray(sheet).save(path)


def train(
    run: Run, folder: Path, lengths: tuple[float, float, float], landed: Path | None = None, save_minutes: float = 4
) -> None:
    """The three phases until their time is up; a line of the log every 50 steps, checkpoints and sheets on the way."""
    checkpoint = resumed(run, folder, landed)

    def facts() -> dict[str, Any]:
        run.pages = data.load(folder)[0]  # portraits that were drawn meanwhile
        return {**run.counts, "drawn": len(run.pages)}

    def timed(step: Callable[[float], dict[str, float]], left: float) -> dict[str, float]:
        before = time.perf_counter()
        told = step(left)
        run.counts["seconds"] += time.perf_counter() - before
        return told

    def sheet() -> None:
        write_sheet(
            run, folder / f"sheet_{run.counts['phase']}_{run.counts['warm_steps'] + run.counts['steps']:06d}.png"
        )

    steps = (run.advance_warm, run.advance, run.advance_encoder)
    for phase, (step, length) in enumerate(zip(steps, lengths, strict=True)):
        if run.counts["phase"] > phase or not length:
            continue
        if phase == 1 and run.counts["phase"] == 0:
            run.begin_contest()
        run.counts["phase"] = phase
        until(
            clock(length),
            partial(timed, step),
            folder / "log.jsonl",
            facts,
            lambda: run.save(checkpoint),
            save_minutes=save_minutes,
            also=(Every(save_minutes, sheet),),
        )


def main() -> None:
    """Command line."""
    parser = command("training.faces.train", __doc__, 55, "the averaged weights")
    parser.add_argument("--warm", type=float, default=15, help="minutes as an autoencoder")
    parser.add_argument("--after", type=float, default=4, help="minutes of the encoder alone, at the end")
    parser.add_argument(
        "--begin",
        type=Path,
        help="landed weights to begin with, where there is no checkpoint; their card lies beside them",
    )
    arguments = parser.parse_args()
    use_threads()
    if arguments.land:
        from training.faces.export import land

        land(arguments.folder, arguments.assets)
        return
    run = Run(Shape(), Recipe(), data.load(arguments.folder)[0])
    lengths = arguments.warm, arguments.minutes, arguments.after
    train(run, arguments.folder, lengths, arguments.begin)


if __name__ == "__main__":
    main()
