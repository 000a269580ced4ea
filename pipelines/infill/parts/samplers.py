"""Samplers of masked diffusion, as plain functions over one contract.

    scores(tokens [b,n] int64, at [b,n] bool) -> log-probabilities [k,vocabulary] of the k places where `at` is True

A sampler takes tokens whose open places (`open` [b,n] bool) hold the mask and gives them back filled; no other place is written.
The schedule is log-linear, alpha_t = 1 - t, and the network is not told the time (Sahoo et al. 2024, MDLM, section 4), so its
scores change only when a token does. `watch` hears of every change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Generator, Tensor

    Scores = Callable[[Tensor, Tensor], Tensor]
    Choose = Callable[[Tensor, Generator], Tensor]


class Watch(Protocol):
    """Hears that places `at` [b,n] were written (tokens are after it) from log-probabilities [k,vocabulary], or masked again (None)."""

    def __call__(self, tokens: Tensor, at: Tensor, log_p: Tensor | None) -> None: ...


def watch_nothing(tokens: Tensor, at: Tensor, log_p: Tensor | None) -> None:
    """The Watch of someone who is not looking."""


def draw(log_p: Tensor, generator: Generator, temperature: float = 1.0, top_p: float = 1.0) -> Tensor:
    """One piece [k] from each row of log-probabilities [k,v]: temperature, then the nucleus (Holtzman et al. 2020, section 3.1)."""
    import torch

    if temperature <= 0:
        return log_p.argmax(-1)
    log_p = (log_p / temperature).log_softmax(-1)
    if top_p < 1:
        ranked, order = log_p.sort(-1, descending=True)
        before = ranked.exp().cumsum(-1) - ranked.exp()
        log_p = torch.full_like(log_p, -torch.inf).scatter(-1, order, ranked.masked_fill(before >= top_p, -torch.inf))
    noise = torch.rand(log_p.shape, generator=generator).clamp_(1e-20, 1 - 1e-7)
    return (log_p - (-noise.log()).log()).argmax(-1)  # Gumbel maximum


def ancestral(
    scores: Scores,
    tokens: Tensor,
    open: Tensor,
    *,
    mask: int,
    steps: int,
    generator: Generator,
    choose: Choose = draw,
    watch: Watch = watch_nothing,
) -> Tensor:
    """From t to s each masked place is decided with chance (t - s) / t, all from the same scores (MDLM, equation 7).

    Cached (section 4.2): a step in which nothing is decided asks the network nothing.
    """
    import torch

    tokens = tokens.clone()
    for i in range(steps):
        at = (tokens == mask) & open & (torch.rand(tokens.shape, generator=generator) < 1 / (steps - i))
        if at.any():
            log_p = scores(tokens, at)
            tokens[at] = choose(log_p, generator)
            watch(tokens, at, log_p)
    return tokens


def sample_in_order(
    scores: Scores,
    tokens: Tensor,
    open: Tensor,
    *,
    mask: int,
    steps: int,
    generator: Generator,
    choose: Choose = draw,
    watch: Watch = watch_nothing,
    by: str = "confidence",
) -> Tensor:
    """The surest places first, an equal share of them a step, so that `steps` = open places decides one at a time.

    `by`: "confidence", the chance of what was drawn (Chang et al. 2022, MaskGIT, section 3.2; Nie et al. 2025, LLaDA); "entropy",
    the lowest first (Ye et al. 2025, Dream); "margin", best minus second (Kim et al. 2025, "Train for the worst", section 4).
    """
    import torch

    tokens = tokens.clone()
    for i in range(steps):
        masked = (tokens == mask) & open
        if not masked.any():
            break
        log_p = scores(tokens, masked)
        drawn = choose(log_p, generator)
        sure = torch.full(tokens.shape, -torch.inf, dtype=log_p.dtype)
        sure[masked] = sureness(log_p, drawn, by)
        share = torch.ceil(masked.sum(1, keepdim=True) / (steps - i))
        at = masked & (sure.argsort(stable=True, dim=1, descending=True).argsort(1) < share)
        tokens[at] = drawn[at[masked]]
        watch(tokens, at, log_p[at[masked]])
    return tokens


def sureness(log_p: Tensor, drawn: Tensor, by: str) -> Tensor:
    """How sure each row [k,v] is, larger is surer."""
    if by == "confidence":
        return log_p.gather(1, drawn[:, None])[:, 0]
    if by == "entropy":
        return (log_p.exp() * log_p.clamp(min=-1e4)).sum(1)
    if by == "margin":
        best = log_p.topk(2, 1).values.exp()
        return best[:, 0] - best[:, 1]
    raise ValueError(f"no order called {by!r}")
