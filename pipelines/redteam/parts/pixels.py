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
from pipelines.redteam.parts.budget import keep_within

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


def average_goal(goal: Goal, changes: list[Callable[[Tensor], Tensor]]) -> Goal:
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
        x = keep_within(x + 2.5 * size / steps * slope.sign(), clean, size)
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
        ahead = keep_within(x + stride * slope.sign(), clean, size)
        share = APGD_MOMENTUM if step > 1 else 1.0
        new = keep_within(x + share * (ahead - x) + (1 - share) * (x - before), clean, size)
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
