"""Drawings as an 8x8 grid of codes and back: finite scalar quantisation (Mentzer et al. 2024) between two convolutional halves.

Pixels are those of `object_unet.to_pixels`: centred, premultiplied colour and 2a-1, so that what is empty is 0, 0, 0, -1. A code is
five digits; all their combinations are the codebook, so no code can die, which a learned codebook (van den Oord et al. 2017) must guard
against.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """All that fixes the network's shape."""

    size_px: int = 64
    grid: int = 8
    levels: tuple[int, ...] = (8, 6, 5, 5, 5)
    encoder: tuple[int, ...] = (48, 96, 224)  # channels at 32x32, 16x16, 8x8
    decoder: tuple[int, ...] = (224, 144, 72)  # channels at 8x8, 16x16, 32x32
    coarse_blocks: int = 2

    @property
    def codes(self) -> int:
        """How many different codes there are."""
        return math.prod(self.levels)

    @property
    def places(self) -> int:
        """How many codes a drawing has."""
        return self.grid**2

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`, lists for tuples."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**plain)


class Quantiser(nn.Module):
    """Finite scalar quantisation (Mentzer et al. 2024, section 3): every channel bounded, then rounded to its own few levels."""

    def __init__(self, levels: tuple[int, ...]) -> None:
        super().__init__()
        sizes = torch.tensor(levels)
        self.levels = levels
        self.sizes: Tensor
        self.steps: Tensor
        self.register_buffer("sizes", sizes, persistent=False)
        self.register_buffer("steps", torch.cumprod(torch.tensor([1, *levels[:-1]]), 0), persistent=False)

    def bounded(self, z: Tensor) -> Tensor:
        """z [...,k] -> between the lowest and the highest level of every channel, whole numbers being the levels."""
        half = (self.sizes - 1) * (1 + 1e-3) / 2
        offset = torch.where(self.sizes % 2 == 0, 0.5, 0.0)
        return torch.tanh(z + torch.atanh(offset / half)) * half - offset

    def forward(self, z: Tensor) -> Tensor:
        """z [...,k] -> rounded values in about -1..1; the gradient passes as if nothing were rounded (Bengio et al. 2013)."""
        x = self.bounded(z)
        return (x + (x.round() - x).detach()) / (self.sizes // 2)

    def numbers(self, values: Tensor) -> Tensor:
        """Rounded values [...,k] -> code numbers [...], int64."""
        digits = (values * (self.sizes // 2) + self.sizes // 2).round().long()
        return (digits * self.steps).sum(-1)

    def digits(self, numbers: Tensor) -> Tensor:
        """Code numbers [...] -> their digits [...,k], each from 0 to its level's size less one."""
        return numbers[..., None] // self.steps % self.sizes

    def values(self, numbers: Tensor) -> Tensor:
        """The inverse of `numbers`: float32 [...,k]."""
        half = self.sizes // 2
        return (self.digits(numbers) - half) / half


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of every place. x [n,c,h,w]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.affine = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.permute(0, 2, 3, 1), (x.shape[1],), self.affine.to(x.dtype), 1e-5).permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two 3x3 convolutions round a residual path. x [n,c,h,w]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(self.norm(x))))


class Attention(nn.Module):
    """All places of the coarse grid see each other. x [n,c,h,w]."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = ChannelNorm(channels)
        self.asked = nn.Conv2d(channels, 3 * channels, 1)
        self.told = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.told.weight)
        nn.init.zeros_(self.told.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        q, k, v = self.asked(self.norm(x)).reshape(n, 3, self.heads, c // self.heads, h * w).transpose(-1, -2).unbind(1)
        seen = F.scaled_dot_product_attention(q, k, v)
        return x + self.told(seen.transpose(-1, -2).reshape(n, c, h, w))


class CodeAutoencoder(nn.Module):
    """`encode` pixels [n,4,64,64] to code numbers [n,8,8]; `decode` them back."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.quantiser = Quantiser(shape.levels)
        fine, middle, coarse = shape.encoder
        self.enter = nn.Conv2d(16, fine, 3, padding=1)
        self.fold = nn.Sequential(
            Block(fine),
            nn.Conv2d(fine, middle, 3, stride=2, padding=1),
            Block(middle),
            nn.Conv2d(middle, coarse, 3, stride=2, padding=1),
            Block(coarse),
            Attention(coarse),
            ChannelNorm(coarse),
        )
        self.leave_fold = nn.Conv2d(coarse, len(shape.levels), 1)
        coarse, middle, fine = shape.decoder
        self.enter_codes = nn.Conv2d(len(shape.levels), coarse, 3, padding=1)
        self.enter_places = nn.Parameter(torch.zeros(1, coarse, shape.grid, shape.grid))
        self.unfold = nn.Sequential(
            Block(coarse),
            Attention(coarse),
            *(Block(coarse) for _ in range(shape.coarse_blocks - 1)),
            nn.Conv2d(coarse, 4 * middle, 1),
            nn.PixelShuffle(2),
            Block(middle),
            Block(middle),
            nn.Conv2d(middle, 4 * fine, 1),
            nn.PixelShuffle(2),
            Block(fine),
            ChannelNorm(fine),
        )
        self.leave = nn.Conv2d(fine, 16, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """x [n,4,s,s] -> the same through the codes, with gradients."""
        return self.decode_values(self.quantiser(self.features(x)))

    def features(self, x: Tensor) -> Tensor:
        """x [n,4,s,s] -> before quantisation: float32 [n,g,g,k]."""
        return self.leave_fold(self.fold(self.enter(F.pixel_unshuffle(x, 2)))).permute(0, 2, 3, 1).float()

    def encode(self, x: Tensor) -> Tensor:
        """x [n,4,s,s] -> code numbers [n,g,g]."""
        return self.quantiser.numbers(self.quantiser(self.features(x)))

    def decode(self, numbers: Tensor) -> Tensor:
        """Code numbers [n,g,g] -> pixels [n,4,s,s]."""
        return self.decode_values(self.quantiser.values(numbers))

    def decode_values(self, values: Tensor) -> Tensor:
        """Quantised values [n,g,g,k] -> pixels [n,4,s,s]."""
        h = self.enter_codes(values.permute(0, 3, 1, 2)) + self.enter_places
        return F.pixel_shuffle(self.leave(self.unfold(h)), 2)
