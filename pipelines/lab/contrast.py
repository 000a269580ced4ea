"""Three other ways on the same data: an adversarial network, a variational autoencoder, an energy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.facts import uses
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed
from pipelines.lab.parts import plane
from pipelines.lab.parts.plane import Data
from pipelines.lab.score import Steps
from pipelines.media import Network

if TYPE_CHECKING:
    import torch

BATCH, RATE = 128, 2e-3
SHOW_EVERY = 50
CHAIN_STEPS, CHAIN_STEP = 5, 0.01  # of Langevin, for the energy's own samples
EDGE = 2.0
Penalty = Annotated[
    float,
    Range(
        0,
        2,
        0.05,
        label="Gradient penalty R1",
        help="Of the adversarial network. Without it the generator often forgets parts of the data.",
    ),
]
Blur = Annotated[
    float,
    Range(
        0.02,
        0.5,
        0.01,
        label="Spread of the VAE's output",
        help="The standard deviation that the decoder's Gaussian has.",
    ),
]


@pipeline(models=())
def contrast(
    *,
    data: Data = "islands",
    penalty: Penalty = 0.0,
    blur: Blur = 0.15,
    steps: Steps = 1000,
    seed: Seed = 0,
    report: Report = silent,
) -> Network:
    """Trains a GAN, a VAE and an energy of the same size on the same points, side by side.

    GAN (Goodfellow et al. 2014, the generator's loss of section 3; R1 of Mescheder et al. 2018, equation 9), VAE (Kingma & Welling 2014, equation
    10, with a Gaussian output of fixed spread), energy by persistent contrastive divergence (Tieleman 2008; Du & Mordatch 2019, section
    3). Raises Refusal.
    """
    import torch

    uses("torch")
    from pipelines.lab.parts.networks import PlaneNet, Streamed, pack_networks

    points = plane.data_of(data)
    torch.manual_seed(seed)
    networks = {
        "generator": PlaneNet(2, inputs=2),
        "critic": PlaneNet(1, inputs=2),
        "encoder": PlaneNet(4, inputs=2),
        "decoder": PlaneNet(2, inputs=2),
        "energy": PlaneNet(1, inputs=2),
    }
    work = _Work(networks, torch.from_numpy(points), penalty, blur, torch.Generator().manual_seed(seed))
    stream, began = Streamed(), time.monotonic()

    def file() -> Network:
        about = {"blur": blur, "penalty": penalty, "steps": steps, "seed": seed}
        return pack_networks(networks, about | {"seconds": round(time.monotonic() - began, 2)})

    for step in range(steps):
        losses = work.step()
        if step % SHOW_EVERY == 0 or step == steps - 1:
            stream(file())
            report(Progress(step + 1, steps, f"Step {step + 1} of {steps}", work.drawn, losses))
    return file()


class _Work:
    """One step of all three, each with its own optimiser."""

    def __init__(
        self, networks: dict[str, Any], data: torch.Tensor, penalty: float, blur: float, generator: torch.Generator
    ) -> None:
        import torch

        self.networks, self.data, self.penalty, self.blur, self.random = networks, data, penalty, blur, generator
        groups = (("generator",), ("critic",), ("encoder", "decoder"), ("energy",))
        self.optimisers = [
            torch.optim.Adam(
                [p for name in group for p in networks[name].parameters()], lr=RATE, betas=(0.5 if n < 2 else 0.9, 0.99)
            )
            for n, group in enumerate(groups)
        ]
        self.chains = (torch.rand(512, 2, generator=generator) * 2 - 1) * plane.EDGE

    def real(self) -> torch.Tensor:
        import torch

        return self.data[torch.randint(len(self.data), (BATCH,), generator=self.random)]

    def noise(self) -> torch.Tensor:
        import torch

        return torch.randn(BATCH, 2, generator=self.random)

    def step(self) -> dict[str, float]:
        critic, generator = self.adversarial()
        return {"loss": critic, "generator": generator, "vae": self.variational(), "energy": self.contrastive()}

    def learn(self, number: int, loss: torch.Tensor) -> float:
        self.optimisers[number].zero_grad()
        loss.backward()
        self.optimisers[number].step()
        return float(loss.detach())

    def adversarial(self) -> tuple[float, float]:
        import torch
        from torch.nn.functional import softplus

        critic, generator = self.networks["critic"], self.networks["generator"]
        x = self.real().requires_grad_(self.penalty > 0)
        judged = critic(x)
        loss = softplus(-judged).mean() + softplus(critic(generator(self.noise()).detach())).mean()
        if self.penalty > 0:
            (slope,) = torch.autograd.grad(judged.sum(), x, create_graph=True)
            loss = loss + self.penalty / 2 * slope.square().sum(1).mean()
        first = self.learn(1, loss)
        return first, self.learn(0, softplus(-critic(generator(self.noise()))).mean())

    def variational(self) -> float:
        x = self.real()
        mean, log_spread = self.networks["encoder"](x).chunk(2, 1)
        log_spread = log_spread.clamp(-6, 3)
        z = mean + log_spread.exp() * self.noise()
        error = (self.networks["decoder"](z) - x).square().sum(1) / (2 * self.blur**2)
        divergence = 0.5 * (mean.square() + (2 * log_spread).exp() - 1 - 2 * log_spread).sum(1)
        return self.learn(2, (error + divergence).mean())

    def contrastive(self) -> float:
        import torch

        energy = self.networks["energy"]
        chosen = torch.randint(len(self.chains), (BATCH,), generator=self.random)
        x = self.chains[chosen].clone()
        fresh = torch.rand(BATCH, generator=self.random) < 0.05
        x[fresh] = (torch.rand(int(fresh.sum()), 2, generator=self.random) * 2 - 1) * plane.EDGE
        for _ in range(CHAIN_STEPS):
            x.requires_grad_(True)
            (slope,) = torch.autograd.grad(energy(x).sum(), x)
            x = (x - CHAIN_STEP * slope + (2 * CHAIN_STEP) ** 0.5 * self.noise()).detach().clamp(-EDGE, EDGE)
        self.chains[chosen] = x
        low, high = energy(self.real()), energy(x)
        return self.learn(3, (low - high).mean() + 0.02 * (low.square() + high.square()).mean())

    def drawn(self) -> Any:
        import torch

        z = torch.randn(300, 2, generator=torch.Generator().manual_seed(0))
        with torch.inference_mode():
            return plane.picture(self.networks["generator"](z).numpy(), self.data.numpy())
