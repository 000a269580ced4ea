"""Training of a denoiser in the plane, by Gaussian noise or by the kernel of PFGM++."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pipelines.core.progress import Progress, Report
from pipelines.diffusion import sampling
from pipelines.lab.parts import plane
from pipelines.lab.parts.networks import PlaneNet, Streamed, pack_networks, precondition, scales
from pipelines.media import Network

LOW, HIGH = 0.02, 5.0  # noise levels
BATCH = 512
RATE = 4e-3
SHOW_EVERY = 50  # steps between two sets of weights that the page sees


def add_noise(y: Tensor, sigma: Tensor, dimensions: float, generator: torch.Generator) -> Tensor:
    """Data y [n,2] with noise of level sigma [n]: Gaussian, or the kernel of PFGM++ (Xu et al. 2023, algorithm 1)."""
    if math.isinf(dimensions):
        return y + sigma[:, None] * torch.randn(y.shape, generator=generator)
    # R^2 = r^2 B / (1-B) with B of Beta(N/2, D/2) and N = 2: B = 1 - U^(2/D)
    u = torch.rand(len(y), generator=generator).clamp(1e-7, 1)
    kept = u ** (2 / dimensions)
    length = sigma * math.sqrt(dimensions) * ((1 - kept) / kept).sqrt()
    angle = 2 * math.pi * torch.rand(len(y), generator=generator)
    return y + length[:, None] * torch.stack([angle.cos(), angle.sin()], 1)


def train_denoiser(
    data: np.ndarray, *, steps: int, report: Report, dimensions: float = math.inf, low: float = LOW, high: float = HIGH
) -> tuple[PlaneNet, Network]:
    """Denoising score matching (Vincent 2011; Karras et al. 2022, equation 8) on the points [n,2]; gives the network and its file.

    The noise level is even in its logarithm between `low` and `high`. Adam, its rate falling by a cosine.
    """
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    points = torch.from_numpy(data)
    spread = float(points.std())
    network, stream, began = PlaneNet(), Streamed(), time.monotonic()
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    loss_seen = 0.0

    def file() -> Network:
        known = {
            "spread": spread,
            "loss": round(loss_seen, 5),
            "seconds": round(time.monotonic() - began, 2),
            "low": low,
            "high": high,
        }
        return pack_networks({"denoiser": network}, {**known, "dimensions": dimensions, "steps": steps})

    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        y = points[torch.randint(len(points), (BATCH,), generator=generator)]
        share = torch.rand(BATCH, generator=generator)
        sigma = (math.log(low) + share * math.log(high / low)).exp()
        x = add_noise(y, sigma, dimensions, generator)
        c_in, c_skip, c_out, c_noise = scales(x, sigma, spread, dimensions)
        loss = (network(c_in * x, c_noise) - (y - c_skip * x) / c_out).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        loss_seen = float(loss.detach()) if step == 0 else 0.98 * loss_seen + 0.02 * float(loss.detach())
        if step % SHOW_EVERY == 0 or step == steps - 1:
            stream(file())
            report(
                Progress(
                    step + 1, steps, f"Step {step + 1} of {steps}", _preview(network, spread, data), {"loss": loss_seen}
                )
            )
    return network.eval(), file()


def _preview(network: PlaneNet, spread: float, data: np.ndarray) -> Any:
    """A picture of what the network makes so far, drawn only when it is asked for."""

    def draw() -> Any:
        return plane.picture(sample_points(network, spread, 300, 12, 0), data)

    return draw


def sample_points(
    network: PlaneNet,
    spread: float,
    count: int,
    steps: int,
    seed: int,
    *,
    dimensions: float = math.inf,
    low: float = LOW,
    high: float = HIGH,
) -> np.ndarray:
    """Points [count,2] from the network by Heun's method, with its own prior."""
    sigmas, x = sampling.karras_sigmas(steps, low, high), start(count, high, dimensions, seed)
    with torch.inference_mode():
        made = sampling.heun(precondition(network, spread, dimensions), x, sigmas)
    return made.float().numpy()


def start(count: int, high: float, dimensions: float, seed: int) -> Tensor:
    """The prior at the level `high`, [count,2] float64, all at once from one generator."""
    generator = torch.Generator().manual_seed(seed)
    zeros = torch.zeros(count, 2)
    return add_noise(zeros, torch.full((count,), high), dimensions, generator).double()
