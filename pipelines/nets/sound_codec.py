"""A sound as codes and back, by EnCodec's recipe (Défossez et al. 2022): a convolutional encoder and decoder after SEANet (Tagliasacchi et al. 2020),
and residual vector quantisation (Zeghidour et al. 2021) between them.

Mono at 24 kHz; a frame is 320 samples (75 a second). Each codebook has 1,024 vectors, so each costs 10 bits a frame or 750 bits a second.
The first stage folds 8 samples at once, so that little is computed at the full rate.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

RATE_HZ = 24_000


@dataclass(frozen=True)
class Shape:
    """All that fixes the network's shape."""

    fold: int = 8  # samples that the first convolution steps over; its window is four times as long
    strides: tuple[int, ...] = (2, 4, 5)
    channels: tuple[int, ...] = (48, 80, 112, 112)
    width: int = 32  # of the vectors that are quantised
    books: int = 8
    codes: int = 1024

    @property
    def frame(self) -> int:
        """Samples of a frame."""
        return self.fold * int(torch.tensor(self.strides).prod())

    @property
    def bits_a_second(self) -> float:
        """What one codebook costs."""
        return RATE_HZ / self.frame * (self.codes - 1).bit_length()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`, lists for tuples."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**plain)


class Unit(nn.Module):
    """A residual unit: a wide and a narrow convolution through half of the channels. x [n,c,t]."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv1d(channels, channels // 2, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv1d(channels // 2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.elu(self.first(F.elu(x))))


class Down(nn.Module):
    """A convolution that makes a row `stride` times shorter. x [n,c,t]."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.fold = nn.Conv1d(before, after, 2 * stride, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.fold(F.pad(F.elu(x), (self.stride // 2, self.stride - self.stride // 2)))


class Up(nn.Module):
    """A transposed convolution that makes a row `stride` times longer. x [n,c,t]."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.unfold = nn.ConvTranspose1d(before, after, 2 * stride, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        made = self.unfold(F.elu(x))
        return made[..., self.stride // 2 : made.shape[-1] - (self.stride - self.stride // 2)]


class ResidualQuantiser(nn.Module):
    """Codebooks one after another, each for what the ones before it left; their vectors are running means of what they stand for."""

    decay, seldom = 0.98, 0.25

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.books: Tensor
        self.counts: Tensor
        self.sums: Tensor
        self.register_buffer("books", torch.zeros(shape.books, shape.codes, shape.width))
        self.register_buffer("counts", torch.zeros(shape.books, shape.codes))
        self.register_buffer("sums", torch.zeros(shape.books, shape.codes, shape.width))

    def nearest(self, book: int, x: Tensor) -> Tensor:
        """The number of the nearest vector of a book for each row of x [m,width]."""
        vectors = self.books[book]
        return (vectors.square().sum(1) - 2 * x @ vectors.T).argmin(1)

    def forward(self, z: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """z [n,width,t] quantised by the first `kept` [n] books of each sound, the gradient passing as if it were not; and the commitment loss."""
        rows = z.transpose(1, 2).float()
        left, total, loss = rows, torch.zeros_like(rows), rows.new_zeros(())
        for book in range(len(self.books)):
            flat = left.detach().flatten(0, 1)
            if self.training and not self.counts[book].any():
                self.begin(book, flat)
            numbers = self.nearest(book, flat)
            vectors = F.embedding(numbers, self.books[book]).view_as(rows)
            used = (kept > book).to(rows.dtype)[:, None, None]
            loss = loss + ((left - vectors.detach()).square() * used).mean()
            if self.training:
                self.follow(book, flat, numbers)
            total, left = total + vectors * used, left - vectors.detach()
        return (rows + (total - rows).detach()).transpose(1, 2), loss

    @torch.no_grad()
    def begin(self, book: int, rows: Tensor) -> None:
        """Take vectors of the first batch as the book, a little apart from each other."""
        chosen = torch.arange(self.books.shape[1]) % len(rows)
        apart = 1 + 0.01 * (torch.arange(len(chosen)) // len(rows))
        self.books[book] = rows[chosen] * apart[:, None]
        self.counts[book] = 1.0
        self.sums[book] = self.books[book]

    @torch.no_grad()
    def follow(self, book: int, rows: Tensor, numbers: Tensor) -> None:
        """Move each vector towards the mean of the rows that it stood for; one that is seldom used becomes a row of this batch."""
        codes = self.books.shape[1]
        seen = torch.bincount(numbers, minlength=codes).to(rows.dtype)
        self.counts[book].mul_(self.decay).add_(seen, alpha=1 - self.decay)
        fresh = torch.zeros_like(self.sums[book]).index_add_(0, numbers, rows)
        self.sums[book].mul_(self.decay).add_(fresh, alpha=1 - self.decay)
        dead = (self.counts[book] < self.seldom * len(rows) / codes).nonzero().flatten()[: len(rows) // 8]
        if len(dead):
            taken = rows[torch.arange(len(dead)) * 7919 % len(rows)]
            self.counts[book][dead] = len(rows) / codes
            self.sums[book][dead] = taken * (len(rows) / codes)
        self.books[book] = self.sums[book] / self.counts[book][:, None].clamp_min(1e-6)

    def numbers(self, z: Tensor) -> Tensor:
        """z [n,width,t] -> code numbers [n,books,t]."""
        left, codes = z.transpose(1, 2).float(), []
        for book in range(len(self.books)):
            chosen = self.nearest(book, left.flatten(0, 1)).view(left.shape[:2])
            codes.append(chosen)
            left = left - F.embedding(chosen, self.books[book])
        return torch.stack(codes, 1)

    def vectors(self, numbers: Tensor) -> Tensor:
        """Code numbers [n,books,t], perhaps of fewer books -> their sum [n,width,t]."""
        found = [F.embedding(numbers[:, book], self.books[book]) for book in range(numbers.shape[1])]
        return torch.stack(found).sum(0).transpose(1, 2)


class SoundCodec(nn.Module):
    """`encode` sound [n,samples] to code numbers [n,books,frames]; `decode` them back."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        first, last = shape.channels[0], shape.channels[-1]
        steps = list(zip(pairwise(shape.channels), shape.strides, strict=True))
        self.enter = nn.Conv1d(1, first, 4 * shape.fold, stride=shape.fold)
        down: list[nn.Module] = []
        for (before, after), stride in steps:
            down += [Unit(before), Down(before, after, stride)]
        self.down = nn.Sequential(*down, Unit(last), Unit(last, 3))
        self.leave_fold = nn.Conv1d(last, shape.width, 3, padding=1)
        self.quantiser = ResidualQuantiser(shape)
        self.enter_codes = nn.Conv1d(shape.width, last, 3, padding=1)
        up: list[nn.Module] = []
        for (before, after), stride in reversed(steps):
            up += [Up(after, before, stride), Unit(before), Unit(before, 3)]
        self.up = nn.Sequential(Unit(last), Unit(last, 3), *up)
        self.leave = nn.ConvTranspose1d(first, 1, 4 * shape.fold, stride=shape.fold)

    def forward(self, sound: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """Sound [n,samples] through the first `kept` [n] codebooks and back, with gradients; and the commitment loss."""
        quantised, loss = self.quantiser(self.features(sound), kept)
        return self.sound(quantised), loss

    def features(self, sound: Tensor) -> Tensor:
        """Sound [n,samples], a multiple of the frame -> [n,width,frames] before quantisation."""
        edge = 3 * self.shape.fold // 2
        folded = self.enter(F.pad(sound[:, None], (edge, edge)))
        return self.leave_fold(F.elu(self.down(folded)))

    def sound(self, vectors: Tensor) -> Tensor:
        """Vectors [n,width,frames] -> sound [n,samples], float32."""
        edge = 3 * self.shape.fold // 2
        made = self.leave(F.elu(self.up(self.enter_codes(vectors))))[:, 0].float()
        return made[:, edge : made.shape[1] - edge]

    def encode(self, sound: Tensor) -> Tensor:
        """Sound [n,samples] of any length -> code numbers [n,books,frames]; the last frame is filled with silence."""
        return self.quantiser.numbers(self.features(F.pad(sound, (0, -sound.shape[1] % self.shape.frame))))

    def decode(self, numbers: Tensor) -> Tensor:
        """Code numbers [n,books,frames] -> sound [n,samples]. Fewer books give a coarser sound."""
        return self.sound(self.quantiser.vectors(numbers))
