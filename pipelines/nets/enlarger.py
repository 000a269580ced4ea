"""From small drawings with alpha to eight times their size: residual blocks at the small size, then sub-pixel convolution.

Shi et al. 2016 (ESPCN) gives the rearranging of channels into pixels, Lim et al. 2017 (EDSR) the blocks without normalisation. Pixels are
those of `object_unet.to_pixels`: centred, premultiplied colour and 2a-1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """All that fixes the network's shape."""

    channels: int = 40
    blocks: int = 5
    fine_channels: int = 24  # at twice the size
    fine_blocks: int = 1
    factor: int = 8

    def as_dict(self) -> dict[str, int]:
        """Plain values for JSON."""
        return asdict(self)


class Block(nn.Module):
    """Two 3x3 convolutions round a residual path. x [n,c,h,w]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        for parameter in self.second.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(x)))


class Enlarger(nn.Module):
    """x [n,4,h,w] -> [n,4,8h,8w]: bicubic enlargement and what the network adds to it."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.enter = nn.Conv2d(4, shape.channels, 3, padding=1)
        self.coarse = nn.Sequential(*(Block(shape.channels) for _ in range(shape.blocks)))
        self.grow = nn.Conv2d(shape.channels, 4 * shape.fine_channels, 3, padding=1)
        self.fine = nn.Sequential(*(Block(shape.fine_channels) for _ in range(shape.fine_blocks)))
        self.leave = nn.Conv2d(shape.fine_channels, 4 * (shape.factor // 2) ** 2, 3, padding=1)
        for parameter in self.leave.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        h = self.coarse(self.enter(x))
        h = self.fine(F.relu(F.pixel_shuffle(self.grow(h), 2)))
        plain = F.interpolate(x, scale_factor=self.shape.factor, mode="bicubic", align_corners=False)
        return plain + F.pixel_shuffle(self.leave(h), self.shape.factor // 2)


def load(path: Any, device: str = "cpu") -> Enlarger:
    """Landed weights: safetensors whose metadata hold the shape."""
    import json

    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        shape = Shape(**json.loads(file.metadata()["card"])["shape"])
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dict)
    net = Enlarger(shape)
    net.load_state_dict(weights)
    net = net.eval().requires_grad_(False).to(device)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
