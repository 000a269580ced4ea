"""Attacks on pixels: what is raised is a plain function of a picture [1,3,h,w] in 0..1, so any network can be the victim.

Written here because the victims of the studio are no classifiers with labels: torchattacks, foolbox and ART expect those (docs/redteam.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from pipelines.core.progress import Progress, Report, silent
from pipelines.redteam.parts.budget import Norm, kept, steepest

if TYPE_CHECKING:
    from torch import Tensor

Goal = Callable[["Tensor"], "Tensor"]  # picture [1,3,h,w] -> one number that the attack raises
APGD_MOMENTUM, APGD_SHARE = 0.75, 0.75  # Croce & Hein 2020, section 3.1


@dataclass
class Found:
    """The best picture of an attack, and the goal after every step or question."""

    picture: Tensor
    best: float
    curve: list[float] = field(default_factory=list)
    queries: int = 0


def gradient(goal: Goal, x: Tensor) -> tuple[float, Tensor]:
    """The goal at x and its gradient there."""
    at = x.detach().requires_grad_(True)
    value = goal(at)
    (slope,) = torch.autograd.grad(value, at)
    return float(value.detach()), slope


def averaged(goal: Goal, changes: list[Callable[[Tensor], Tensor]]) -> Goal:
    """The mean of a goal over changes that the picture may go through: expectation over transformations (Athalye et al. 2018, equation 3)."""
    return lambda x: torch.stack([goal(change(x)) for change in changes]).mean()


def coarse(change: Tensor, cycles: int) -> Tensor:
    """The part of a change [n,c,h,w] with fewer than `cycles` cosine cycles over each side (Guo et al. 2019, low-frequency attacks)."""
    height, width = change.shape[-2:]
    rows, columns = _cosines(height, cycles).to(change), _cosines(width, cycles).to(change)
    return rows.T @ (rows @ change @ columns.T) @ columns


def _cosines(size: int, count: int) -> Tensor:
    """The first orthonormal rows of the cosine transform (DCT-II): [count,size]."""
    k = torch.arange(min(count, size), dtype=torch.float64)[:, None]
    rows = torch.cos(math.pi * (torch.arange(size, dtype=torch.float64) + 0.5) * k / size) * math.sqrt(2 / size)
    rows[0] /= math.sqrt(2)
    return rows


def pgd(
    goal: Goal, clean: Tensor, norm: Norm, size: float, steps: int, report: Report = silent, cycles: int = 0
) -> Found:
    """Projected gradient ascent from the clean picture (Madry et al. 2018, equation 2), steps of 2.5 budgets over their number.

    `cycles` above 0 keeps only the coarse part of every step.
    """
    x, curve = clean.clone(), []
    best, best_value = clean.clone(), -math.inf
    for step in range(steps + 1):
        value, slope = gradient(goal, x)
        curve.append(value)
        if value > best_value:
            best, best_value = x.clone(), value
        report(Progress(step, steps, "Following the gradient", numbers={"goal": value}))
        if step == steps or size <= 0:
            break
        slope = coarse(slope, cycles) if cycles else slope
        x = kept(x + 2.5 * size / steps * _step(slope, norm, bool(cycles)), clean, norm, size)
        x = _coarse_kept(x, clean, norm, size, cycles) if cycles else x
    return Found(best, best_value, curve, len(curve))


def _step(slope: Tensor, norm: Norm, whole: bool) -> Tensor:
    """A unit step; the signs of a coarse gradient would be fine again, so it is scaled instead."""
    if whole and norm == "linf":
        return slope / slope.abs().max().clamp(min=1e-12)
    return steepest(slope, norm)


def _coarse_kept(x: Tensor, clean: Tensor, norm: Norm, size: float, cycles: int) -> Tensor:
    """The coarse part of the change again after it was cut, scaled into the budget."""
    change = coarse(x - clean, cycles)
    used = change.abs().max() if norm == "linf" else change.norm()
    return kept(clean + change * min(1.0, size / max(float(used), 1e-12)), clean, norm, size)


def apgd(goal: Goal, clean: Tensor, norm: Norm, size: float, steps: int, report: Report = silent) -> Found:
    """Auto-PGD (Croce & Hein 2020, algorithm 1): momentum, and a step that halves at checkpoints where the goal no longer rises."""
    if size <= 0:
        value = float(goal(clean).detach())
        return Found(clean.clone(), value, [value], 1)
    stride, checkpoints = 2.0 * size, _checkpoints(steps)
    before, x = clean.clone(), clean.clone()
    value, slope = gradient(goal, x)
    best, best_value, best_slope, curve = x.clone(), value, slope, [value]
    since, rises, last_stride, last_best = 0, 0, stride, best_value
    for step in range(1, steps + 1):
        ahead = kept(x + stride * steepest(slope, norm), clean, norm, size)
        share = APGD_MOMENTUM if step > 1 else 1.0
        new = kept(x + share * (ahead - x) + (1 - share) * (x - before), clean, norm, size)
        before, x, old = x, new, value
        value, slope = gradient(goal, x)
        curve.append(value)
        rises += value > old
        if value > best_value:
            best, best_value, best_slope = x.clone(), value, slope
        report(Progress(step, steps, "Following the gradient", numbers={"goal": value}))
        if step in checkpoints:
            stuck = rises < APGD_SHARE * (step - since)
            still = last_stride == stride and last_best == best_value
            last_stride, last_best = stride, best_value
            if stuck or still:
                stride, x, slope, value, before = stride / 2, best.clone(), best_slope, best_value, best.clone()
            since, rises = step, 0
    return Found(best, best_value, curve, len(curve))


def _checkpoints(steps: int) -> set[int]:
    """When the step is reconsidered: Croce & Hein 2020, section 3.1, p_(j+1) = p_j + max(p_j - p_(j-1) - 0.03, 0.06)."""
    marks = [0.0, 0.22]
    while marks[-1] < 1:
        marks.append(marks[-1] + max(marks[-1] - marks[-2] - 0.03, 0.06))
    return {math.ceil(mark * steps) for mark in marks[1:] if mark <= 1}


def square(
    goal: Goal, clean: Tensor, norm: Norm, size: float, queries: int, seed: int, report: Report = silent
) -> Found:
    """Square attack (Andriushchenko et al. 2020): changes in random squares, kept where the goal rises; no gradient is asked for.

    L-infinity is its algorithm 2 with stripes at first; L2 moves the budget between two windows (algorithm 3), here with the change of
    the old window given up for a fresh one of the length that is left.
    """
    draw = torch.Generator().manual_seed(seed)
    best = clean.clone() if size <= 0 else kept(clean + _first(clean, norm, size, draw), clean, norm, size)
    first, value = float(goal(clean).detach()), float(goal(best).detach())
    if value < first:
        best, value = clean.clone(), first
    curve = [first, value]
    if size <= 0:
        return Found(clean.clone(), first, [first], 1)
    for query in range(2, queries):
        side = _side(query, queries, clean)
        tried = kept(_squared(best, clean, norm, size, side, draw), clean, norm, size)
        new = float(goal(tried).detach())
        if new > value:
            best, value = tried, new
        curve.append(value)
        report(Progress(query, queries, "Asking without gradients", numbers={"goal": value}))
    return Found(best, value, curve, len(curve))


def _first(clean: Tensor, norm: Norm, size: float, draw: torch.Generator) -> Tensor:
    """Vertical stripes of one value each, or a chequerboard of random colours of the whole length."""
    _, channels, height, width = clean.shape
    if norm == "linf":
        return size * _signs((1, channels, 1, width), draw).to(clean).expand(-1, -1, height, -1)
    tiles = _signs((1, channels, 5, 5), draw).to(clean)
    whole = torch.nn.functional.interpolate(tiles, (height, width), mode="nearest")
    return size * whole / whole.norm()


def _signs(shape: tuple[int, ...], draw: torch.Generator) -> Tensor:
    return torch.randint(0, 2, shape, generator=draw).double() * 2 - 1


def _side(query: int, queries: int, clean: Tensor) -> int:
    """The side of a square: a share of the picture that halves as in the paper's schedule, p from 0.05."""
    reached = [10, 50, 200, 1000, 2000, 4000, 6000, 8000]
    halvings = sum(10_000 * query / queries > mark for mark in reached)
    height, width = clean.shape[-2:]
    return max(1, min(height, width, round(math.sqrt(0.05 / 2**halvings * height * width))))


def _squared(best: Tensor, clean: Tensor, norm: Norm, size: float, side: int, draw: torch.Generator) -> Tensor:
    """The best picture with a fresh square."""
    _, channels, height, width = clean.shape
    top = int(torch.randint(0, height - side + 1, (1,), generator=draw))
    left = int(torch.randint(0, width - side + 1, (1,), generator=draw))
    there = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
    change = (best - clean).clone()
    signs = _signs((1, channels, 1, 1), draw).to(clean)
    if norm == "linf":
        change[there] = size * signs
        return clean + change
    change[there] = 0
    top = int(torch.randint(0, height - side + 1, (1,), generator=draw))
    left = int(torch.randint(0, width - side + 1, (1,), generator=draw))
    change[:, :, top : top + side, left : left + side] = 0
    left_over = math.sqrt(max(0.0, size**2 - float(change.norm()) ** 2))
    change[there] = left_over * signs / math.sqrt(channels) / side
    return clean + change
