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
from pipelines.redteam.parts.budget import kept

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


def pgd(goal: Goal, clean: Tensor, size: float, steps: int, report: Report = silent) -> Found:
    """Projected gradient ascent from the clean picture (Madry et al. 2018, equation 2), steps of 2.5 budgets over their number."""
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
        x = kept(x + 2.5 * size / steps * slope.sign(), clean, size)
    return Found(best, best_value, curve, len(curve))


def apgd(goal: Goal, clean: Tensor, size: float, steps: int, report: Report = silent) -> Found:
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
        ahead = kept(x + stride * slope.sign(), clean, size)
        share = APGD_MOMENTUM if step > 1 else 1.0
        new = kept(x + share * (ahead - x) + (1 - share) * (x - before), clean, size)
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


def square(goal: Goal, clean: Tensor, size: float, queries: int, seed: int, report: Report = silent) -> Found:
    """Square attack (Andriushchenko et al. 2020): changes in random squares, kept where the goal rises; no gradient is asked for.

    Its algorithm 2 for L-infinity, with stripes at first.
    """
    draw = torch.Generator().manual_seed(seed)
    best = clean.clone() if size <= 0 else kept(clean + _first(clean, size, draw), clean, size)
    first, value = float(goal(clean).detach()), float(goal(best).detach())
    if value < first:
        best, value = clean.clone(), first
    curve = [first, value]
    if size <= 0:
        return Found(clean.clone(), first, [first], 1)
    for query in range(2, queries):
        side = _side(query, queries, clean)
        tried = kept(_squared(best, clean, size, side, draw), clean, size)
        new = float(goal(tried).detach())
        if new > value:
            best, value = tried, new
        curve.append(value)
        report(Progress(query, queries, "Asking without gradients", numbers={"goal": value}))
    return Found(best, value, curve, len(curve))


def _first(clean: Tensor, size: float, draw: torch.Generator) -> Tensor:
    """Vertical stripes of one value each."""
    _, channels, height, width = clean.shape
    return size * _signs((1, channels, 1, width), draw).to(clean).expand(-1, -1, height, -1)


def _signs(shape: tuple[int, ...], draw: torch.Generator) -> Tensor:
    return torch.randint(0, 2, shape, generator=draw).double() * 2 - 1


def _side(query: int, queries: int, clean: Tensor) -> int:
    """The side of a square: a share of the picture that halves as in the paper's schedule, p from 0.05."""
    reached = [10, 50, 200, 1000, 2000, 4000, 6000, 8000]
    halvings = sum(10_000 * query / queries > mark for mark in reached)
    height, width = clean.shape[-2:]
    return max(1, min(height, width, round(math.sqrt(0.05 / 2**halvings * height * width))))


def _squared(best: Tensor, clean: Tensor, size: float, side: int, draw: torch.Generator) -> Tensor:
    """The best picture with a fresh square."""
    _, channels, height, width = clean.shape
    top = int(torch.randint(0, height - side + 1, (1,), generator=draw))
    left = int(torch.randint(0, width - side + 1, (1,), generator=draw))
    changed = best.clone()
    signs = _signs((1, channels, 1, 1), draw).to(clean)
    changed[:, :, top : top + side, left : left + side] = (
        clean[:, :, top : top + side, left : left + side] + size * signs
    )
    return changed
