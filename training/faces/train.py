"""Train the small StyleGAN2 of drawn portraits: `python -m training.faces.train PHASE --folder FOLDER --minutes 15`; each phase may be stopped and goes on.

warm: the synthesis learns as the decoder of a variational autoencoder, so that it begins with faces and not with noise. contest: the critic
begins with the encoder's trunk, and both learn against each other (non-saturating logistic loss, lazy R1 and path-length regularisation,
averaged weights: Karras et al. 2020). encoder: it learns to find the styles of portraits. `training.faces.data` draws the portraits first;
`--land` writes the averaged generator, the encoder and named directions of w to assets/weights with their card.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.nets.stylegan2 import Critic, Encoder, Generator, Shape
from pipelines.redteam.parts.swap_training import pyramid_distance
from training.faces import data
from training.loop import Recipe, Run, Tensors, averaged, card_of, command, land, train

WARM = Recipe(batch=8, rate=5e-3)
CONTEST = Recipe(batch=8, rate=0.0, adam_rate=4e-4, warm_steps=60)  # the generator's rate; Adam with beta 0 and 0.99
AFTER = Recipe(batch=8, rate=0.0, adam_rate=1e-3)
CRITIC_RATE = 6e-4
DIVERGENCE = 4e-2  # weight of the autoencoder's distance to the prior
R1, R1_EVERY = 0.1, 16  # gamma of StyleGAN2-ADA: 0.0002 size^2 / batch
PATH, PATH_EVERY = 2.0, 8
NAMED = {
    "turn": lambda f: f["yaw"] > 105,
    "smile": lambda f: f["expression"] == "happy" and f["strength"] > 0.6,
    "glasses": lambda f: f["glasses"] != "none",
    "beard": lambda f: f["beard"] in ("full", "long", "short"),
    "grey hair": lambda f: f["kind"].startswith("grand"),
    "dark skin": lambda f: f["skin"] in ("#7a4a30", "#5f3a28"),
    "hat": lambda f: f["hat"] != "none",
}
OPPOSITE = {
    "turn": lambda f: f["yaw"] < 75,
    "smile": lambda f: f["expression"] in ("sad", "angry") and f["strength"] > 0.5,
    "dark skin": lambda f: f["skin"] in ("#f8dcc4", "#f2c9a6"),
}


def warm(shape: Shape, pages: np.ndarray) -> Run:
    """Generator and encoder as an autoencoder that has learned nothing yet."""
    torch.manual_seed(WARM.seed)
    nets = nn.ModuleDict({"generator": Generator(shape), "encoder": Encoder(shape)})

    def loss(run: Run) -> Tensor:
        x = data.batch(pages, run.seen, run.recipe.batch)
        dice = torch.Generator().manual_seed(run.step)
        generator = nets["generator"]
        with run.autocast:
            mean, log_variance = (part.float() for part in nets["encoder"](x))
            w = mean + torch.exp(0.5 * log_variance) * torch.randn(mean.shape, generator=dice)
            made = generator.synthesis(generator.spread(w))
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        return 100 * pyramid_distance(made.float(), x) + DIVERGENCE * divergence

    return Run(nets, WARM, loss, {"shape": shape.as_dict()})


class Scaled:
    """Adam without momentum (beta 0 and 0.99), as StyleGAN2 has it; its state is a flat dict of tensors."""

    def __init__(self, learned: Tensors) -> None:
        self.learned = learned
        self.state = {name: torch.zeros_like(p) for name, p in learned.items()}

    @torch.no_grad()
    def step(self, number: int, rate: float) -> None:
        """Step `number` (from 1); gradients are taken away."""
        for name, p in self.learned.items():
            if p.grad is not None:
                square = self.state[name].lerp_(p.grad.square(), 0.01)
                p.addcdiv_(p.grad, (square / (1 - 0.99**number)).sqrt_().add_(1e-8), value=-rate)
            p.grad = None


class Contest(Run):
    """Generator and critic against each other; the average is the generator's."""

    def __init__(self, shape: Shape, pages: np.ndarray) -> None:
        self.generator, self.critic, self.pages = Generator(shape), Critic(shape), pages
        nets = nn.ModuleDict({"generator": self.generator, "critic": self.critic})
        learned = {f"generator.{name}": p for name, p in self.generator.named_parameters()}
        super().__init__(nets, CONTEST, self.generator_loss, {"shape": shape.as_dict()}, learned)
        self.sides = {"g": Scaled(learned), "d": Scaled(dict(self.critic.named_parameters()))}
        self.path_mean = torch.zeros(())

    @torch.no_grad()
    def begin_after(self, checkpoint: Path) -> None:
        """From the autoencoder to the contest: the mapping gives the Gaussian of its codes, the critic takes the encoder's trunk."""
        tensors = averaged(checkpoint)[0]
        encoder = Encoder(self.generator.shape)
        for net, name in ((self.generator, "generator"), (encoder, "encoder")):
            net.load_state_dict({k.removeprefix(f"{name}."): v for k, v in tensors.items() if k.startswith(f"{name}.")})
        batches = [encoder(data.batch(self.pages, 10**8 + i, 64)) for i in range(25)]
        means, variances = (torch.cat(part) for part in zip(*batches, strict=True))
        self.generator.mapping.settle(means.mean(0), means.T.cov() + variances.exp().mean(0).diag())
        self.critic.trunk.load_state_dict(encoder.trunk.state_dict())
        for name, p in self.learned.items():
            self.average[name].copy_(p)

    def made(self, dice: torch.Generator) -> Tensor:
        """Portraits of a fresh batch of z."""
        count = self.recipe.batch
        z = torch.randn(count, self.generator.shape.latent, generator=dice)
        return self.generator(z, self.generator.noise(count, dice)).float()

    def critic_loss(self, dice: torch.Generator) -> Tensor:
        """Logistic loss, and lazily R1 (Mescheder et al. 2018; Karras et al. 2020, section 3.1)."""
        regular = self.step % R1_EVERY == 0
        real = data.batch(self.pages, self.seen, self.recipe.batch).requires_grad_(regular)
        with self.autocast:
            with torch.no_grad():
                fake = self.made(dice)
            on_fake, on_real = self.critic(fake).float(), self.critic(real).float()
        loss = F.softplus(on_fake).mean() + F.softplus(-on_real).mean()
        if regular:
            (slope,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
            loss = loss + R1 / 2 * R1_EVERY * slope.float().square().sum((1, 2, 3)).mean()
        return loss

    def generator_loss(self, run: Run) -> Tensor:
        """What the critic says, and lazily path lengths (Karras et al. 2020, section 3.2) on half a batch."""
        dice = torch.Generator().manual_seed(2 * run.step + 1)
        with run.autocast:
            loss = F.softplus(-self.critic(self.made(dice)).float()).mean()
            if run.step % PATH_EVERY:
                return loss
            z = torch.randn(run.recipe.batch // 2, self.generator.shape.latent, generator=dice)
            w = self.generator.spread(self.generator.mapping(z))
            made = self.generator.synthesis(w, self.generator.noise(len(w), dice)).float()
        direction = torch.randn(made.shape, generator=dice) / made[0, 0].numel() ** 0.5
        (slope,) = torch.autograd.grad((made * direction).sum(), w, create_graph=True)
        lengths = slope.float().square().sum(2).mean(1).sqrt()
        self.path_mean.lerp_(lengths.mean().detach(), 0.05 if float(self.path_mean) else 1.0)
        return loss + PATH * PATH_EVERY * (lengths - self.path_mean).square().mean()

    def advance(self) -> dict[str, float]:
        """One step of the critic and one of the generator."""
        slow = self.scale * min(1.0, (self.step + 1) / self.recipe.warm_steps)
        against = self.critic_loss(torch.Generator().manual_seed(2 * self.step))
        against.backward()
        self.sides["d"].step(self.step + 1, slow * CRITIC_RATE)
        self.critic.requires_grad_(False)
        loss = self.generator_loss(self)
        loss.backward()
        self.critic.requires_grad_(True)
        self.step += 1
        self.seen += self.recipe.batch
        self.sides["g"].step(self.step, slow * self.recipe.adam_rate)
        self.keep_average()
        return {"critic": against.item(), "generator": loss.item()}

    def groups(self) -> dict[str, Tensors]:
        sides = {name: side.state for name, side in self.sides.items()}
        return {**super().groups(), **sides, "path": {"mean": self.path_mean}}


def after(generator: Generator, encoder: Encoder, pages: np.ndarray) -> Run:
    """The encoder alone: it finds the styles of made portraits, and real ones through the generator."""
    generator.eval().requires_grad_(False)

    def loss(run: Run) -> Tensor:
        dice, count = torch.Generator().manual_seed(run.step), run.recipe.batch
        with torch.no_grad():
            w = generator.mapping(torch.randn(count, generator.shape.latent, generator=dice))
            made = generator.synthesis(generator.spread(w), generator.noise(count, dice))
        real = data.batch(pages, run.seen, count)
        again = generator.synthesis(generator.spread(encoder(real)[0]))
        return (encoder(made)[0] - w).square().mean() + 5 * pyramid_distance(again, real)

    return Run(encoder, AFTER, loss, {"shape": generator.shape.as_dict()})


@torch.no_grad()
def directions(encoder: Encoder, pages: np.ndarray, facts: list[dict[str, Any]], most: int = 2400) -> dict[str, Tensor]:
    """Differences of mean w between portraits of which something is true and is not: [latent] each."""
    w = torch.cat([encoder(data.pixels(pages[i : i + 64]))[0] for i in range(0, min(most, len(pages)), 64)])
    ways = {}
    for name, true in NAMED.items():
        false = OPPOSITE.get(name, lambda f, true=true: not true(f))
        yes, no = (torch.tensor([of(f) for f in facts[: len(w)]]) for of in (true, false))
        ways[name] = w[yes].mean(0) - w[no].mean(0)
    return ways


def load_network(folder: Path, name: str, phase: str, net: nn.Module) -> tuple[Any, dict[str, Any]]:
    """A network with the averaged weights of a phase, and the facts of that phase."""
    tensors, facts = averaged(folder / f"{phase}.safetensors")
    own = {k.removeprefix(f"{name}."): v for k, v in tensors.items() if name == phase or k.startswith(f"{name}.")}
    net.load_state_dict(own)
    return net.eval(), facts


def export(folder: Path, assets: Path) -> None:
    """portraits.safetensors and portraits.json."""
    shape, pages = Shape(), data.load(folder)
    generator, facts = load_network(folder, "generator", "contest", Generator(shape))
    encoder, _ = load_network(folder, "encoder", "encoder", Encoder(shape))
    with torch.no_grad():
        z = torch.randn(4096, shape.latent, generator=torch.Generator().manual_seed(5))
        generator.mean.copy_(generator.mapping(z).mean(0))
    parts = {"generator": generator.state_dict(), "encoder": encoder.state_dict()}
    parts["directions"] = directions(encoder, pages, data.facts(folder))
    card = card_of(
        facts,
        "portraits",
        "a small StyleGAN2 of 64x64 portraits of drawn people, and an encoder into its w",
        "Apache-2.0 (trained here on pictures that this repository's code draws)",
        "training.faces.train PHASE --folder FOLDER --minutes MINUTES",
        data=f"{len(pages)} portraits of pipelines/figures/portraits.py, seeds from 0 on; the last {data.HELD_BACK} drawn were kept back",
    )
    tensors = {f"{part}.{name}": tensor for part, held in parts.items() for name, tensor in held.items()}
    land(assets, "portraits", tensors, card, shape=shape.as_dict())


def main() -> None:
    """Command line."""
    parser = command("training.faces.train", __doc__, 15)
    parser.add_argument("phase", choices=("warm", "contest", "encoder"), nargs="?", default="warm")
    options = parser.parse_args()
    folder, shape = options.folder, Shape()
    if options.land:
        export(folder, options.assets)
        return
    pages, run = data.load(folder), None
    if options.phase == "warm":
        run = warm(shape, pages)
    elif options.phase == "contest":
        run = Contest(shape, pages)
        run.begin_after(folder / "warm.safetensors")
    else:
        generator, _ = load_network(folder, "generator", "contest", Generator(shape))
        run = after(generator, load_network(folder, "encoder", "warm", Encoder(shape))[0], pages)
    train(run, options, options.phase)


if __name__ == "__main__":
    main()
