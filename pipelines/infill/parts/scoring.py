"""How likely a text is to a masked network: the diffusion bound, drawn two ways, and the surprise of single pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

    Scores = Callable[[Tensor, Tensor], Tensor]

ROWS = 64  # windows that are read in one call


def ordered_bound(
    scores: Scores,
    tokens: Tensor,
    scored: Tensor,
    *,
    mask: int,
    generator: Generator,
    orders: int = 2,
    rows: int = ROWS,
) -> Tensor:
    """Nats [b]: an upper bound on -log p(scored places | the rest), for complete tokens [b,n] and places `scored` [b,n].

    Averaged over random orders, in each of which every place is scored once given those before it. In expectation this is MDLM's
    bound (Hoogeboom et al. 2022, "Autoregressive diffusion models", section 3), with less noise at the same number of calls where
    few places are scored. Exact for one place. All rows share their orders as far as they have equally many places.
    """
    import torch

    total = torch.zeros(len(tokens))
    longest = int(scored.sum(1).max()) if scored.any() else 0
    for _ in range(orders):
        lots = torch.rand(longest, generator=generator)
        jobs = []
        for row, own in enumerate(scored):
            places = own.nonzero()[:, 0]
            order = places[lots[: len(places)].argsort()]
            for k in range(len(order)):
                hidden = torch.zeros_like(own)
                hidden[order[k:]] = True
                jobs.append((row, int(order[k]), hidden))
        for start in range(0, len(jobs), rows):
            part = jobs[start : start + rows]
            which = torch.tensor([row for row, _, _ in part])
            places = torch.tensor([place for _, place, _ in part])
            true = tokens[which]
            at = torch.zeros_like(true, dtype=torch.bool)
            at[torch.arange(len(part)), places] = True
            log_p = scores(true.masked_fill(torch.stack([hidden for _, _, hidden in part]), mask), at)
            nats = -log_p.gather(1, true[at][:, None])[:, 0]
            total.index_add_(0, which, nats.clamp(max=60.0))
    return total / orders


def timed_bound(
    scores: Scores,
    tokens: Tensor,
    scored: Tensor,
    *,
    mask: int,
    generator: Generator,
    times: int = 32,
    rows: int = ROWS,
) -> tuple[Tensor, Tensor]:
    """Nats [b] of MDLM's bound (equation 10) on -log p(scored places | the rest), and their standard error [b].

    At each of `times` stratified t, places are masked with chance t and the nats of the masked ones weigh 1 / t.
    """
    import torch

    b = len(tokens)
    t = (torch.arange(times) + torch.rand(times, generator=generator)) / times  # one in each slice: low variance
    drawn = torch.zeros(b, times)
    jobs = [(row, i) for row in range(b) for i in range(times)]
    for start in range(0, len(jobs), rows):
        which, when = torch.tensor(jobs[start : start + rows]).unbind(1)
        at = scored[which] & (torch.rand(len(which), tokens.shape[1], generator=generator) < t[when][:, None])
        if not at.any():
            continue
        true = tokens[which]
        nats = -scores(true.masked_fill(at, mask), at).gather(1, true[at][:, None])[:, 0]
        owner = torch.arange(len(which))[:, None].expand(at.shape)[at]
        sums = torch.zeros(len(which)).index_add_(0, owner, nats.clamp(max=60.0))
        drawn[which, when] = sums / t[when]
    # the error of stratified draws, from the differences of neighbouring slices
    error = (drawn[:, 1:] - drawn[:, :-1]).square().sum(1).div(2).sqrt() / times
    return drawn.mean(1), error


def surprises(
    scores: Scores, tokens: Tensor, scored: Tensor, *, mask: int, stride: int, best: int = 3, rows: int = ROWS
) -> Iterator[tuple[int, int, float, list[tuple[int, float]]]]:
    """For each scored place of tokens [b,n]: row, place, nats of the true piece, and the `best` likeliest pieces with their chance.

    Every `stride`-th scored place is masked at once; a stride of n masks one at a time, which is the pseudo-log-likelihood of
    Salazar et al. 2020, section 2.
    """
    import torch

    rank = scored.long().cumsum(1) - 1
    jobs = [(row, phase) for row in range(len(tokens)) for phase in range(min(stride, int(scored[row].sum())))]
    for start in range(0, len(jobs), rows):
        which, phase = torch.tensor(jobs[start : start + rows]).unbind(1)
        at = scored[which] & (rank[which] % stride == phase[:, None])
        true = tokens[which]
        log_p = scores(true.masked_fill(at, mask), at)
        nats = -log_p.gather(1, true[at][:, None])[:, 0]
        top = log_p.topk(best, 1)
        for k, (job, place) in enumerate(at.nonzero().tolist()):
            likeliest = list(zip(top.indices[k].tolist(), top.values[k].exp().tolist()))
            yield int(which[job]), place, float(nats[k]), likeliest
