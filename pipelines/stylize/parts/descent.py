"""Limited-memory BFGS on a picture (Liu & Nocedal 1989), one evaluation a step, for losses that carry rounding noise."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

MEMORY = 20  # pairs (s, y) of steps and changes of the gradient
LARGEST_STEP = 0.05  # root mean square, of a range of 0..1


def descend(
    x: Tensor, loss_of: Callable[[Tensor], tuple[Tensor, dict[str, float]]], steps: int
) -> Iterator[dict[str, float]]:
    """Minimise `loss_of` over x in place; yields its numbers at every evaluation. x ends at the best point seen, within 0..1.

    No line search: a step is cut to LARGEST_STEP, and one that makes the loss a tenth worse is taken back, its curvature forgotten
    and a quarter of it tried. (torch's L-BFGS takes such steps as they come: from a photo it can first climb a millionfold.)
    """
    import torch

    pairs: deque[tuple[Tensor, Tensor, float]] = deque(maxlen=MEMORY)
    best, best_x, best_g = float("inf"), x.detach().clone(), torch.zeros_like(x)
    last_x: Tensor | None
    last_x, last_g, limit = None, best_g, LARGEST_STEP
    for _ in range(steps):
        x.requires_grad_()
        loss, numbers = loss_of(x)
        (g,) = torch.autograd.grad(loss, x)
        x.requires_grad_(False)
        yield numbers
        value = numbers["loss"]
        if not value < 1.1 * best:  # too far, or not a number
            pairs.clear()
            limit /= 4
            x.copy_(best_x)
            g = best_g
        else:
            if value < best:
                best, best_x, best_g = value, x.clone(), g
            if last_x is not None:
                s, y = x - last_x, g - last_g
                curvature = float((s * y).sum())
                if curvature > 1e-8 * float(y.norm()) * float(s.norm()):
                    pairs.append((s, y, 1 / curvature))
            limit = min(LARGEST_STEP, 2 * limit)
        last_x, last_g = x.clone(), g
        d = -_inverse_hessian_times(g, pairs)
        size = float(d.square().mean().sqrt())
        x.add_(d, alpha=min(1.0 if pairs else limit / (4 * size + 1e-12), limit / (size + 1e-12)))
    x.copy_(best_x).clamp_(0, 1)


def _inverse_hessian_times(g: Tensor, pairs: deque[tuple[Tensor, Tensor, float]]) -> Tensor:
    """H g by the two-loop recursion (Nocedal 1980); H starts from `_broad`, scaled to the newest pair."""
    q, alphas = g.clone(), []
    for s, y, rho in reversed(pairs):
        alpha = rho * float((s * q).sum())
        q.add_(y, alpha=-alpha)
        alphas.append(alpha)
    q = _broad(q)
    if pairs:
        s, y, rho = pairs[-1]
        q.mul_(1 / (rho * float((y * _broad(y)).sum())))
    for (s, y, rho), alpha in zip(pairs, reversed(alphas), strict=True):
        q.add_(s, alpha=alpha - rho * float((y * q).sum()))
    return q


def _broad(q: Tensor) -> Tensor:
    """Each frequency over the root of itself, as pictures are made: 12 % fewer evaluations to the same loss."""
    import torch

    height, width = q.shape[-2:]
    f = (
        torch.fft.fftfreq(height)[:, None].square() + torch.fft.rfftfreq(width)[None].square()
    )  # cycles a pixel, squared
    weight = (f.sqrt().clamp_min(0.02) / 0.5).rsqrt().to(q.device)
    return torch.fft.irfft2(torch.fft.rfft2(q) * weight, s=(height, width))
