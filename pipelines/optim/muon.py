"""Muon (Jordan et al. 2024): momentum orthogonalised for matrices, AdamW (Loshchilov & Hutter 2019) for everything else."""

from functools import lru_cache

import torch
from torch import Tensor

QUINTIC = (3.4445, -4.7750, 2.0315)


def orthogonalise(g: Tensor, steps: int = 5) -> Tensor:
    """Nearest semi-orthogonal matrix by a quintic Newton-Schulz iteration. g [m,n]."""
    x = g.T if g.shape[0] > g.shape[1] else g
    x = (x / (x.norm() + 1e-7)).contiguous()  # [short,long]
    # Measured on one core: the Gram form pays from 4.5 times as long as wide in bfloat16, from 1.5 times in float32.
    longer = 4.5 if matrix_dtype() is torch.bfloat16 else 1.5
    x = (through_gram if x.shape[1] > longer * x.shape[0] else direct)(x, steps).to(g.dtype)
    return x.T if g.shape[0] > g.shape[1] else x


@lru_cache(maxsize=1)
def matrix_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it; elsewhere it is emulated, twenty times slower than float32."""
    from pipelines.core.models import has_fast_bfloat16

    return torch.bfloat16 if has_fast_bfloat16() else torch.float32


def direct(x: Tensor, steps: int) -> Tensor:
    """x <- a x + (b s + c s^2) x with s = x x^T."""
    a, b, c = QUINTIC
    x = x.to(matrix_dtype())
    for _ in range(steps):
        s = x @ x.T
        x = torch.addmm(x, torch.addmm(s, s, s, beta=b, alpha=c), x, beta=a)
    return x


def through_gram(x: Tensor, steps: int) -> Tensor:
    """The same iterates as polynomials of x x^T times x: the long side is met twice, not ten times. float32 on the short side."""
    a, b, c = QUINTIC
    gram, one = x @ x.T, torch.eye(len(x))
    product = one
    for i in range(steps):
        q = torch.addmm(gram, gram, gram, beta=b, alpha=c).add_(one, alpha=a)
        product = q @ product if i else q
        if i + 1 < steps:
            gram = q @ gram @ q
            gram = (gram + gram.T) / 2
    return product.to(matrix_dtype()) @ x.to(matrix_dtype())


def is_matrix(name: str, parameter: Tensor) -> bool:
    """Hidden matrices and convolutions; not what touches pixels, the null token, tables of words and places, or what spreads the embedding over channels and places."""
    if (
        parameter.ndim < 2
        or "affine" in name
        or "canvas" in name
        or name.startswith(("enter", "leave", "null", "words", "places"))
    ):
        return False
    return min(parameter.shape[0], parameter[0].numel()) >= 32


@torch.no_grad()
def move(p: Tensor, m: Tensor, *, rate: float, decay: float, momentum: float = 0.95) -> None:
    """One step of a matrix p with gradient and momentum m: Nesterov, orthogonalised, an entry moving by 0.2 rate (Liu et al. 2025)."""
    gradient = p.grad
    assert gradient is not None, "after backward"
    m.lerp_(gradient, 1 - momentum)
    update = orthogonalise(torch.lerp(gradient, m, momentum).flatten(1))
    update = update * (0.2 * max(update.shape) ** 0.5)
    p.mul_(1 - rate * decay).add_(update.view_as(p), alpha=-rate)


class Muon:
    """One optimiser over named parameters; its state is a flat dict of tensors, so that safetensors can hold it."""

    def __init__(self, named, rate: float = 2e-3, momentum: float = 0.95, decay: float = 0.01, adam_rate: float = 1e-3):
        self.named = dict(named)
        self.rate, self.momentum, self.decay, self.adam_rate = rate, momentum, decay, adam_rate
        self.state: dict[str, Tensor] = {}
        for name, p in self.named.items():
            self.state[f"m.{name}"] = torch.zeros_like(p)
            if not is_matrix(name, p):
                self.state[f"v.{name}"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, number: int, scale: float = 1.0) -> None:
        """Step `number` (from 1), learning rates times `scale`."""
        for name, p in self.named.items():
            if p.grad is None:
                continue
            m = self.state[f"m.{name}"]
            if is_matrix(name, p):
                move(p, m, rate=scale * self.rate, decay=self.decay, momentum=self.momentum)
            else:
                v = self.state[f"v.{name}"]
                m.lerp_(p.grad, 0.1)
                v.lerp_(p.grad.square(), 0.01)
                unbiased = m / (1 - 0.9**number)
                p.sub_(unbiased / ((v / (1 - 0.99**number)).sqrt() + 1e-8), alpha=scale * self.adam_rate)
