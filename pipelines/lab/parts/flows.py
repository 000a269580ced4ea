"""Continuous flows in the plane: from noise at t = 0 to data at t = 1 along dx/dt = v(x, t), through torchdiffeq."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torchdiffeq import odeint

from pipelines.lab.parts.networks import PlaneNet

Velocity = Callable[[Tensor, Tensor], Tensor]  # (x [n,2], t [n]) -> [n,2]


class Counted(nn.Module):
    """A velocity as torchdiffeq wants it, (t, x) -> v, which counts how often it is asked."""

    def __init__(self, velocity: Velocity) -> None:
        super().__init__()
        self.velocity = velocity
        self.evaluations = 0

    def forward(self, t: Tensor, x: Tensor) -> Tensor:
        self.evaluations += 1
        return self.velocity(x, t.to(x.dtype).expand(len(x)))


def moved(velocity: Velocity, x: Tensor, start: float, end: float, tolerance: float = 1e-5) -> tuple[Tensor, int]:
    """x [n,2] carried from time `start` to `end` by Dormand-Prince 5(4), and the number of evaluations (Chen et al. 2018, section 2)."""
    field = Counted(velocity)
    with torch.inference_mode():
        times = torch.tensor([start, end], dtype=x.dtype)
        made = odeint(field, x, times, rtol=tolerance, atol=tolerance, method="dopri5")
    return made[-1], field.evaluations


def divergence(velocity: Velocity, x: Tensor, t: Tensor, probe: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """v [n,2] and its divergence [n] at x: exactly, by both rows of the Jacobian, or with `probe` [n,2] by Hutchinson's estimate.

    FFJORD (Grathwohl et al. 2019), section 3: tr(J) = E[e^T J e] for probes e with unit covariance.
    """
    v = velocity(x, t)
    if probe is not None:
        (pulled,) = torch.autograd.grad((v * probe).sum(), x, create_graph=True)
        return v, (pulled * probe).sum(1)
    rows = [torch.autograd.grad(v[:, k].sum(), x, create_graph=True)[0][:, k] for k in range(2)]
    return v, rows[0] + rows[1]


def log_likelihood(
    velocity: Velocity, data: Tensor, *, tolerance: float = 1e-5, probes: Tensor | None = None
) -> Tensor:
    """log p [n] of data [n,2]: the flow followed backwards to a unit Gaussian, with the trace summed on the way.

    Chen et al. 2018, theorem 1 (instantaneous change of variables); with `probes` [n,2] the trace is Hutchinson's (FFJORD, equation 8).
    """

    def slope(t: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            x = state[0].detach().requires_grad_(True)
            v, gained = divergence(velocity, x, t.to(x.dtype).expand(len(x)), probes)
        return v.detach(), gained.detach()

    begin = (data, torch.zeros(len(data), dtype=data.dtype))
    times = torch.tensor([1.0, 0.0], dtype=data.dtype)
    ends, changes = odeint(slope, begin, times, rtol=tolerance, atol=tolerance, method="dopri5")
    z = ends[-1]
    return -0.5 * z.square().sum(1) - math.log(2 * math.pi) + changes[-1]


def signs(count: int, seed: int) -> Tensor:
    """Random signs [count,2] for Hutchinson's estimate."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 2, (count, 2), generator=generator).double() * 2 - 1


def mixture_velocity(means: np.ndarray, spread: float) -> Velocity:
    """The exact flow of x_t = (1-t) noise + t data for a mixture of Gaussians at `means` [m,2]: E[data - noise | x_t] (Lipman et al. 2023)."""
    mu = torch.from_numpy(means).double()

    def velocity(x: Tensor, t: Tensor) -> Tensor:
        time = t[:, None]
        variance = (1 - time) ** 2 + time**2 * spread**2
        apart = x[:, None] - time[..., None] * mu[None]
        weights = (-(apart**2).sum(-1) / (2 * variance)).softmax(1)
        slope = (time * spread**2 - (1 - time)) / variance
        return (weights[..., None] * (mu[None] + slope[..., None] * apart)).sum(1)

    return velocity


class Coupling(nn.Module):
    """RealNVP (Dinh et al. 2017, section 3): each layer scales and shifts one coordinate by a network of the other."""

    def __init__(self, layers: int, width: int) -> None:
        super().__init__()
        self.parts = nn.ModuleList([PlaneNet(2, inputs=1, width=width) for _ in range(layers)])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Data x [n,2] -> noise z [n,2] and log |det dz/dx| [n]."""
        gained = x.new_zeros(len(x))
        for k, network in enumerate(self.parts):
            kept, other = x[:, k % 2], x[:, 1 - k % 2]
            scale, shift = network(kept[:, None]).unbind(1)
            scale = 2 * torch.tanh(scale / 2)
            other = other * scale.exp() + shift
            gained = gained + scale
            x = torch.stack([kept, other] if k % 2 == 0 else [other, kept], 1)
        return x, gained

    def inverse(self, z: Tensor) -> Tensor:
        """Noise -> data."""
        for k in reversed(range(len(self.parts))):
            kept, other = z[:, k % 2], z[:, 1 - k % 2]
            scale, shift = self.parts[k](kept[:, None]).unbind(1)
            scale = 2 * torch.tanh(scale / 2)
            other = (other - shift) * (-scale).exp()
            z = torch.stack([kept, other] if k % 2 == 0 else [other, kept], 1)
        return z

    def log_likelihood(self, x: Tensor) -> Tensor:
        """log p [n] under a unit Gaussian: Dinh et al. 2017, equation 3."""
        z, gained = self(x)
        return -0.5 * z.square().sum(1) - math.log(2 * math.pi) + gained


def weights_in(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(p.numel() for p in network.parameters())


def coupling_of(weights: int, layers: int = 6) -> Coupling:
    """A RealNVP whose number of weights is nearest to `weights`."""
    widths = range(4, 128)
    return min((Coupling(layers, width) for width in widths), key=lambda made: abs(weights_in(made) - weights))
