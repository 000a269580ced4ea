"""Continuous flows in the plane: from noise at t = 0 to data at t = 1 along dx/dt = v(x, t), through torchdiffeq."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torchdiffeq import odeint

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


def move_points(velocity: Velocity, x: Tensor, start: float, end: float, tolerance: float = 1e-5) -> tuple[Tensor, int]:
    """x [n,2] carried from time `start` to `end` by Dormand-Prince 5(4), and the number of evaluations (Chen et al. 2018, section 2)."""
    field = Counted(velocity)
    with torch.inference_mode():
        times = torch.tensor([start, end], dtype=x.dtype)
        made = odeint(field, x, times, rtol=tolerance, atol=tolerance, method="dopri5")
    return made[-1], field.evaluations


def divergence(velocity: Velocity, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """v [n,2] and its divergence [n] at x, by both rows of the Jacobian."""
    v = velocity(x, t)
    rows = [torch.autograd.grad(v[:, k].sum(), x, create_graph=True)[0][:, k] for k in range(2)]
    return v, rows[0] + rows[1]


def log_likelihood(velocity: Velocity, data: Tensor, *, tolerance: float = 1e-5) -> Tensor:
    """log p [n] of data [n,2]: the flow followed backwards to a unit Gaussian, with the trace summed on the way.

    Chen et al. 2018, theorem 1 (instantaneous change of variables).
    """

    def slope(t: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            x = state[0].detach().requires_grad_(True)
            v, gained = divergence(velocity, x, t.to(x.dtype).expand(len(x)))
        return v.detach(), gained.detach()

    begin = (data, torch.zeros(len(data), dtype=data.dtype))
    times = torch.tensor([1.0, 0.0], dtype=data.dtype)
    ends, changes = odeint(slope, begin, times, rtol=tolerance, atol=tolerance, method="dopri5")
    z = ends[-1]
    return -0.5 * z.square().sum(1) - math.log(2 * math.pi) + changes[-1]


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
