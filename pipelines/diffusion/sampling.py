"""Noise schedules and samplers of the contract `denoiser(x, sigma) -> x0` (see `pipelines.diffusion.denoisers`): plain functions.

Every sampler is `(denoiser, x, sigmas, …, report, show) -> x`: x [n,c,h,w] holds noise of level sigmas[0], sigmas [steps+1] fall to the
level that is wanted, mostly 0. Where a schedule came from no sampler knows. The state is float64 whatever the network computes in.
What is random comes from one generator an item, so item i does not depend on how many others there are.

`report` hears every step and may stop the run; `show(x0 [n,c,h,w]) -> Image` makes its preview.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from PIL.Image import Image
from torch import Tensor

from pipelines.core.progress import Progress, Report, silent
from pipelines.diffusion.denoisers import Denoiser

Show = Callable[[Tensor], Image]
Generators = Sequence[torch.Generator]

# ---- noise -----------------------------------------------------------------------------------------------------------


def generators(seed: int, count: int, first: int = 0) -> list[torch.Generator]:
    """One generator an item: item i of any batch draws the same numbers."""
    made = []
    for i in range(first, first + count):
        made.append(torch.Generator().manual_seed((seed * 2_654_435_761 + i * 40_503 + 1) % 2**63))
    return made


def noise(shape: Sequence[int], of: Generators) -> Tensor:
    """Unit Gaussian noise [n,*shape] float64, item i from generator i, on the CPU so that a seed means the same everywhere."""
    return torch.stack([torch.randn(tuple(shape), generator=g, dtype=torch.float64) for g in of])


# ---- schedules: noise levels [steps+1], float64, the last 0 ----------------------------------------------------------


def karras_sigmas(steps: int, low: float = 0.02, high: float = 40.0, rho: float = 7.0) -> Tensor:
    """Karras et al. 2022, equation 5: even in sigma^(1/rho)."""
    ramp = torch.linspace(0, 1, steps, dtype=torch.float64)
    return _append_zero((high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho)


def _append_zero(sigmas: Tensor) -> Tensor:
    return torch.cat([sigmas, sigmas.new_zeros(1)])


def begun_at(sigmas: Tensor, level: float) -> Tensor:
    """The schedule from `level` on: `level` itself and what lies below it. For SDEdit and variations."""
    return torch.cat([sigmas.new_tensor([level]), sigmas[sigmas < level]])


# ---- solvers of the probability-flow ODE: dx/dsigma = (x - D(x, sigma)) / sigma ---------------------------------------


def euler(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, report: Report = silent, show: Show | None = None
) -> Tensor:
    """Euler's method, Karras et al. 2022, algorithm 1 without its correction. One evaluation a step."""
    x, sigmas = x.double(), sigmas.double()
    for i, (now, then) in enumerate(pairwise(sigmas.tolist())):
        x0 = denoiser(x, now)
        x = x0 + (then / now) * (x - x0)
        _tell(report, show, i + 1, len(sigmas) - 1, x0)
    return x


def heun(denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, report: Report = silent, show: Show | None = None) -> Tensor:
    """Heun's second-order method, Karras et al. 2022, algorithm 1. Two evaluations a step, one for the last step to 0."""
    x, sigmas = x.double(), sigmas.double()
    for i, (now, then) in enumerate(pairwise(sigmas.tolist())):
        x0 = denoiser(x, now)
        slope = (x - x0) / now
        nearer = x + (then - now) * slope
        if then > 0:
            slope = (slope + (nearer - denoiser(nearer, then)) / then) / 2
        x = x + (then - now) * slope
        _tell(report, show, i + 1, len(sigmas) - 1, x0)
    return x


def dpm_solver(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, report: Report = silent, show: Show | None = None
) -> Tensor:
    """DPM-Solver++(2M): Lu et al. 2022, algorithm 2, with lambda = -log sigma. One evaluation a step; the last is of first order."""
    x, sigmas = x.double(), sigmas.double()
    before: Tensor | None = None
    for i, (now, then) in enumerate(pairwise(sigmas.tolist())):
        x0 = denoiser(x, now)
        ahead = x0
        if before is not None and then > 0:
            r = math.log(float(sigmas[i - 1]) / now) / math.log(now / then)  # h_(i-1) / h_i
            ahead = (1 + 1 / (2 * r)) * x0 - (1 / (2 * r)) * before
        x = (then / now) * x + (1 - then / now) * ahead
        before = x0
        _tell(report, show, i + 1, len(sigmas) - 1, x0)
    return x


def _tell(report: Report, show: Show | None, done: float, total: float, x0: Tensor) -> None:
    preview = None if show is None else (lambda: show(x0))
    report(Progress(done, total, "", preview))


SAMPLERS = {"dpm": dpm_solver, "heun": heun, "euler": euler}


def sample(
    sampler: str,
    denoiser: Denoiser,
    shape: Sequence[int],
    sigmas: Tensor,
    of: Generators,
    *,
    start: Tensor | None = None,
    device: str = "cpu",
    report: Report = silent,
    show: Show | None = None,
) -> Tensor:
    """Pictures [n,*shape] by a sampler's name, from noise; or from `start` [n,*shape] with noise of level sigmas[0] added."""
    x = (noise(shape, of) * float(sigmas[0])).to(device)
    x = x if start is None else start.double() + x
    return SAMPLERS[sampler](denoiser, x, sigmas, report=report, show=show)
