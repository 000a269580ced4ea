"""Defences that clean a picture before it is judged; each is a random function of a picture [1,3,64,64] in 0..1 with a gradient."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from pipelines.redteam.parts.sampler import checkpoint_step

if TYPE_CHECKING:
    from torch import Tensor

Purifier = Callable[["Tensor", int], "Tensor"]  # picture, seed -> cleaned picture
SIDE_PX = 64


def diffpure(painter: Any, level: float, steps: int) -> Purifier:
    """DiffPure (Nie et al. 2022, section 3.1): noise of `level` is added, and the network's reverse process takes it away without a caption.

    The reverse is the probability-flow equation by Euler's steps (the paper uses the stochastic one); gradients go through all steps.
    """
    from pipelines.diffusion.sampling import generators, karras_sigmas, noise
    from pipelines.nets.object_unet import denoise, upright

    device = torch.device(painter.device)
    sigmas = karras_sigmas(steps, 0.05, level)

    def denoiser(x: Tensor, sigma: float) -> Tensor:
        none = torch.zeros(1, 1, 384, device=device), torch.zeros(1, 1, dtype=torch.bool, device=device)
        level_now = torch.full((1,), sigma, device=device)
        from pipelines.drawing.network import halves

        with torch.autocast(device.type, torch.bfloat16, enabled=halves(device.type)):
            made = denoise(painter.net, x.float().to(device), level_now, *none, upright(1).to(device))
        return made.to(x)

    def purify(picture: Tensor, seed: int) -> Tensor:
        x = opaque(picture) + level * noise((4, SIDE_PX, SIDE_PX), generators(seed, 1)).to(picture)
        for now, then in pairwise(sigmas.tolist()):
            x = checkpoint_step(_step, steps, denoiser, x, now, then)
        return seen(x)

    return purify


def _step(denoiser: Any, x: Tensor, now: float, then: float) -> Tensor:
    x0 = denoiser(x, now)
    return x0 + (then / now) * (x - x0)


def jpeg(quality: int) -> Purifier:
    """JPEG; its gradient is that of the identity (Athalye et al. 2018, backward pass differentiable approximation)."""
    from pipelines.redteam.detector import straight

    return lambda picture, seed: straight(picture, quality)


def smooth(levels: float) -> Purifier:
    """Gaussian noise of so many grey levels, then a 3x3 mean (after Cohen et al. 2019, randomised smoothing)."""

    def purify(picture: Tensor, seed: int) -> Tensor:
        draw = torch.Generator().manual_seed(seed)
        noisy = picture + levels / 255 * torch.randn(picture.shape, generator=draw, dtype=torch.float64).to(picture)
        return functional.avg_pool2d(functional.pad(noisy, (1, 1, 1, 1), mode="reflect"), 3, 1).clamp(0, 1)

    return purify


def opaque(picture: Tensor) -> Tensor:
    """RGB [n,3,s,s] in 0..1 as the drawing network's pixels [n,4,s,s]: premultiplied, alpha full."""
    return torch.cat([2 * picture - 1, torch.ones_like(picture[:, :1])], 1)


def seen(x: Tensor) -> Tensor:
    """The drawing network's pixels over white as RGB [n,3,s,s] in 0..1."""
    alpha = ((x[:, 3:] + 1) / 2).clamp(0, 1)
    return ((x[:, :3] + alpha) / 2 + (1 - alpha)).clamp(0, 1)
