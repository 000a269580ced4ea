"""How far an attack may go: projections that keep a change within its budget, exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import torch

if TYPE_CHECKING:
    from torch import Tensor

Norm = Literal["linf", "l2"]


def kept(x: Tensor, clean: Tensor, norm: Norm, size: float) -> Tensor:
    """x [n,...] pulled back to within `size` of `clean` (largest change of a value, or Euclidean length of an item), then to 0..1.

    Madry et al. 2018, section 2.1. Cutting to 0..1 cannot lengthen the change, because `clean` lies in 0..1. A size of 0 gives `clean`.
    """
    if size <= 0:
        return clean.clone()
    change = x - clean
    if norm == "linf":
        change = change.clamp(-size, size)
    else:
        length = change.flatten(1).norm(dim=1).clamp(min=1e-12)
        change = change * (size / length).clamp(max=1.0).reshape(-1, *[1] * (x.ndim - 1))
    return (clean + change).clamp(0, 1)


def spent(x: Tensor, clean: Tensor, norm: Norm) -> float:
    """How much of a budget the change of one item uses: its largest value, or its length."""
    change = (x - clean).flatten()
    return float(change.abs().max() if norm == "linf" else change.norm())


def steepest(gradient: Tensor, norm: Norm) -> Tensor:
    """The unit step that raises a linear function most: signs, or the direction [n,...]."""
    if norm == "linf":
        return gradient.sign()
    return gradient / gradient.flatten(1).norm(dim=1).clamp(min=1e-12).reshape(-1, *[1] * (gradient.ndim - 1))


def turned(wanted: Tensor, noise: Tensor, most_degrees: float) -> Tensor:
    """`wanted` [c,h,w] as noise: every channel with the mean and the spread of `noise`'s channel, turned away from it by `most_degrees` at most.

    A channel is its mean plus its length times a direction; only the direction changes, along the great circle towards `wanted`. So mean,
    standard deviation and norm are those of the noise, and the change of a channel is 2 sin(angle/2) of its length. 0 degrees give the noise.
    """
    if most_degrees <= 0:
        return noise.clone()
    mean = noise.mean((1, 2), keepdim=True)
    centred = noise - mean
    length = centred.flatten(1).norm(dim=1)[:, None, None]
    before = centred / length
    aim = wanted - wanted.mean((1, 2), keepdim=True)
    along = (aim * before).sum((1, 2), keepdim=True)
    across = aim - along * before
    width = across.flatten(1).norm(dim=1)[:, None, None]
    angle = torch.atan2(width, along).clamp(max=math.radians(most_degrees))
    sideways = torch.where(width > 1e-12, across / width.clamp(min=1e-12), torch.zeros_like(across))
    return mean + length * (angle.cos() * before + angle.sin() * sideways)


def degrees_between(one: Tensor, other: Tensor) -> float:
    """The largest angle between channels of two noises [c,h,w], each taken about its mean."""
    a = (one - one.mean((1, 2), keepdim=True)).flatten(1)
    b = (other - other.mean((1, 2), keepdim=True)).flatten(1)
    across = 2 * torch.atan2(
        (a / a.norm(dim=1, keepdim=True) - b / b.norm(dim=1, keepdim=True)).norm(dim=1),
        (a / a.norm(dim=1, keepdim=True) + b / b.norm(dim=1, keepdim=True)).norm(dim=1),
    )
    return math.degrees(float(across.max()))


def whole_levels(x: Tensor, clean: Tensor) -> Tensor:
    """x as a file of 8 bits can hold it: the change cut to whole levels of 255 towards `clean`, so that no value changes more than before."""
    levels = (x - clean) * 255
    return clean + torch.trunc(levels + 1e-6 * levels.sign()) / 255
