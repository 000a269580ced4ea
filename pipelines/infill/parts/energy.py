"""Proposals by a masked network, weights by a causal model: energy-based diffusion (Xu et al. 2024, EDLM), as plain functions.

The energy of a text is E = log q(text) - log p(text), the proposal's log-probability minus the causal model's, so that q exp(-E) is
the causal model's own distribution, given the fixed pieces (EDLM, section 3.3, "EDLM-coAR"). It is drawn from by self-normalised
importance sampling: several proposals, each weighed by p / q, one drawn by weight (EDLM, algorithm 1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from pipelines.infill.parts.samplers import Scores, Watch

    LogP = Callable[[Tensor], Tensor]  # complete tokens [b,n] -> log p [b], up to a constant


def weights(log_target: Tensor, log_proposal: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Self-normalised weights [...,k] of k proposals; the estimate of log Z = log E_q[exp(-E)]; the effective sample size (Kong 1992).

    Where no proposal can stand under the target, the weights are equal and log Z is minus infinity.
    """
    import torch

    log_w = log_target - log_proposal
    log_z = log_w.logsumexp(-1) - torch.tensor(float(log_w.shape[-1])).log()
    none = torch.isneginf(log_z)
    made = torch.where(none[..., None], torch.zeros_like(log_w), log_w).softmax(-1)
    return made, log_z, 1 / made.square().sum(-1)


def mixed(log_densities: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    """log of a mixture's density, where each part's log density at the same points is known.

    Proposals drawn from any of the parts are weighed by this whole density (Owen & Zhou 2000, deterministic mixture sampling), so
    that a word which one part gives next to nothing, and another one much, has no excessive weight.
    """
    import torch

    parts = torch.stack([part + torch.tensor(share).log() for part, share in zip(log_densities, shares)])
    return parts.logsumexp(0)


def drawn(log_weights: Tensor, generator: Generator) -> Tensor:
    """One of k [...] by weights [...,k]: Gumbel maximum."""
    import torch

    noise = torch.rand(log_weights.shape, generator=generator).clamp_(1e-20, 1 - 1e-7)
    return (log_weights - (-noise.log()).log()).argmax(-1)


def energy_based(
    scores: Scores,
    tokens: Tensor,
    open: Tensor,
    *,
    log_p: LogP,
    mask: int,
    steps: int,
    generator: Generator,
    proposals: int = 16,
    window: float = 1.0,
    watch: Watch | None = None,
) -> Tensor:
    """EDLM's algorithm 1: at each step whole texts are proposed, one is drawn by weight, and some of its places are kept.

    Proposals are drawn place by place from the network's scores, q(x0 | xt) = prod_i q(x0_i | xt), and weighed by
    p(x0) / q(x0 | xt). Each masked place is then decided with chance (t - s) / t, as in `samplers.ancestral`. Proposals are weighed
    while t > 1 - window (section 4.3); later steps draw one proposal. As `proposals` grows, what is drawn follows p given the
    fixed pieces, whatever the network and the number of steps are, as long as q reaches what p does.
    """
    import torch

    tokens = tokens.clone()
    for i in range(steps):
        t = 1 - i / steps
        masked = (tokens == mask) & open
        at = masked & (torch.rand(tokens.shape, generator=generator) < 1 / (steps - i))
        if not at.any():
            continue
        log_q = scores(tokens, masked)
        k = proposals if t > 1 - window else 1
        whole = proposed(tokens, masked, log_q, log_p, k, generator)
        tokens = torch.where(at, whole, tokens)
        if watch is not None:
            watch(tokens, at, log_q[at[masked]])
    return tokens


def proposed(tokens: Tensor, masked: Tensor, log_q: Tensor, log_p: LogP, k: int, generator: Generator) -> Tensor:
    """Whole texts [b,n], one for each row: the best by weight of k that are drawn place by place from log_q [places,vocabulary]."""
    import torch

    b, n = tokens.shape
    rows = tokens.repeat_interleave(k, 0)
    there = masked.repeat_interleave(k, 0)
    which = torch.arange(len(log_q)).new_zeros(masked.shape)
    which[masked] = torch.arange(len(log_q))
    each = log_q[which.repeat_interleave(k, 0)[there]]
    said = drawn(each, generator)
    rows[there] = said
    if k == 1:
        return rows
    own = torch.zeros(rows.shape, dtype=log_q.dtype)
    own[there] = each.gather(1, said[:, None])[:, 0]
    made, _, _ = weights(log_p(rows).view(b, k), own.sum(1).view(b, k))
    pick = drawn(made.log(), generator)
    return rows.view(b, k, n)[torch.arange(b), pick]
