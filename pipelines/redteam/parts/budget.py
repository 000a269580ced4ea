"""How far an attack may go: projections that keep a change within its budget, exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


def keep_within(x: Tensor, clean: Tensor, size: float) -> Tensor:
    """x [n,...] pulled back to within `size` of `clean` (largest change of a value), then to 0..1 (Madry et al. 2018, section 2.1). A size of 0 gives `clean`."""
    return (clean + (x - clean).clamp(-size, size)).clamp(0, 1) if size > 0 else clean.clone()


def spent(x: Tensor, clean: Tensor) -> float:
    """The largest change of a value."""
    return float((x - clean).abs().max())


def turn_noise(wanted: Tensor, noise: Tensor, most_degrees: float) -> Tensor:
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
