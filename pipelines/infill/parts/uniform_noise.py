"""Uniform noise, the other forward process of D3PM (Austin et al. 2021, section 3.1): pieces become random pieces, never a mask.

With K pieces and alpha_t = 1 - t: q(z_t | x) = alpha_t [z_t = x] + (1 - alpha_t) / K. Every place stays open to change until the end.
Here for comparison with masking, which reaches a better bound at the same size in every published comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.infill.parts.samplers import Watch, draw, unwatched

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from pipelines.infill.parts.samplers import Choose

    # tokens [b,n], at [b,n], t [b] -> log p(x at those places | z_t) [k,vocabulary]
    Denoiser = Callable[[Tensor, Tensor, Tensor], Tensor]


def noised(tokens: Tensor, open: Tensor, t: Tensor, pieces: Tensor, generator: Generator) -> Tensor:
    """q(z_t | x) at the open places of tokens [b,n] at times t [b]; `pieces` [K] are those that noise is made of."""
    import torch

    lost = open & (torch.rand(tokens.shape, generator=generator) < t[:, None])
    random = pieces[torch.randint(len(pieces), tokens.shape, generator=generator)]
    return torch.where(lost, random, tokens)


def posterior(z: Tensor, x: Tensor, t: float, s: float, pieces: Tensor, generator: Generator) -> Tensor:
    """One draw [k] of q(z_s | z_t = z, x), section 3, equation 3: two of the pieces or, rarely, any."""
    import torch

    k = len(pieces)
    a_t, a_s = 1 - t, 1 - s
    a_ts = a_t / a_s
    same = z == x
    norm = torch.where(same, a_t + (1 - a_t) / k, (1 - a_t) / k)
    # weights of: staying at z because it came from z_s; jumping to x; a random piece
    stays = a_ts * torch.where(same, a_s + (1 - a_s) / k, (1 - a_s) / k) / norm
    jumps = (1 - a_ts) / k * a_s / norm
    lots = torch.rand(z.shape, generator=generator)
    random = pieces[torch.randint(k, z.shape, generator=generator)]
    return torch.where(lots < stays, z, torch.where(lots < stays + jumps, x, random))


def uniform(
    denoiser: Denoiser,
    tokens: Tensor,
    open: Tensor,
    *,
    pieces: Tensor,
    steps: int,
    generator: Generator,
    choose: Choose = draw,
    watch: Watch = unwatched,
) -> Tensor:
    """Ancestral sampling: open places begin as random pieces; each step draws x and then z_s given both (equation 4).

    Drawing x first and then q(z_s | z_t, x) is drawing from the mixture that the paper's equation 4 writes out.
    """
    import torch

    tokens = torch.where(open, pieces[torch.randint(len(pieces), tokens.shape, generator=generator)], tokens)
    for i in range(steps):
        t, s = 1 - i / steps, 1 - (i + 1) / steps
        log_p = denoiser(tokens, open, torch.full((len(tokens),), t))
        x = choose(log_p, generator)
        z = tokens[open]
        made = x if s == 0 else posterior(z, x, t, s, pieces, generator)
        changed = torch.zeros_like(open)
        changed[open] = made != z
        tokens = tokens.clone()
        tokens[open] = made
        watch(tokens, changed, log_p[made != z])
    return tokens


def divergence(log_p: Tensor, z: Tensor, x: Tensor, t: Tensor, s: Tensor, k: int) -> Tensor:
    """KL(q(z_s | z_t, x) || p(z_s | z_t)) [n] in nats, for log p(x | z_t) [n,k], and z, x [n] numbered 0 to k - 1.

    p(z_s | z_t) is the mixture of equation 4. At s = 0 it is -log p(x | z_t), the last term of the bound.
    """
    import torch

    t, s = t[:, None], s[:, None]
    a_t, a_s = 1 - t, 1 - s
    a_ts = a_t / a_s
    is_z, is_x = torch.nn.functional.one_hot(z, k), torch.nn.functional.one_hot(x, k)
    from_s = a_ts * is_z + (1 - a_ts) / k  # q(z_t | z_s) for each z_s
    given_x = (a_s * is_x + (1 - a_s) / k) / (a_t * is_x.gather(1, z[:, None]) + (1 - a_t) / k)
    each = log_p.exp() / (a_t * is_z + (1 - a_t) / k)
    mixed = a_s * each + (1 - a_s) / k * each.sum(1, keepdim=True)
    q = from_s * given_x
    return (q * (given_x.clamp(min=1e-30).log() - mixed.clamp(min=1e-30).log())).sum(1)
