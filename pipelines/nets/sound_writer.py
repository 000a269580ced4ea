"""A small transformer that continues a sound, code by code, in MusicGen's delay pattern (Copet et al. 2023, section 2.2).

Column s of the pattern holds code s - k of codebook k: all codebooks of a column are written at once, and codebook k of a frame has seen codebook
k - 1 of the same frame. The layers are those of `nets/music.py`, which keep the keys and values of the columns before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets import music


@dataclass(frozen=True)
class Shape(music.Shape):
    """All that fixes the network's shape."""

    layers: int = 4
    books: int = 4  # the codec's first ones, as many as MusicGen has
    codes: int = 1024
    table: int = 48  # of the vector of each code


def delayed(codes: Tensor, nothing: int) -> Tensor:
    """Codes [n,books,frames] -> columns [n,books,frames + books - 1], `nothing` where a codebook has not begun or is over."""
    books = codes.shape[1]
    rows = [F.pad(codes[:, k], (k, books - 1 - k), value=nothing) for k in range(books)]
    return torch.stack(rows, 1)


def undelayed(columns: Tensor) -> Tensor:
    """The inverse of `delayed`, of columns [n,books,steps] or more numbers for each [n,books,steps,...]."""
    books = columns.shape[1]
    frames = columns.shape[2] - books + 1
    return torch.stack([columns[:, k, k : k + frames] for k in range(books)], 1)


class SoundWriter(nn.Module):
    """Logits of the codes of each column from the columns before it."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        wide = shape.books * shape.table
        self.vectors = nn.Parameter(torch.randn(shape.books, shape.codes + 1, shape.table) * 0.1)  # the last: nothing
        self.bias = nn.Parameter(torch.zeros(shape.books, shape.codes))
        self.enter = nn.Linear(wide, shape.width)
        self.blocks = nn.ModuleList(music.Block(shape) for _ in range(shape.layers))
        self.last = nn.RMSNorm(shape.width)
        self.leave = nn.Linear(shape.width, wide)

    @torch.no_grad()
    def begin_from(self, books: Tensor) -> None:
        """Take the codec's vectors [books,codes,d], each codebook's brought to one size, as the first numbers of the own ones."""
        size = books.flatten(1).std(1)[:, None, None].clamp_min(1e-6)
        self.vectors[:, : books.shape[1], : books.shape[2]] = 0.5 * books / size

    def forward(self, columns: Tensor, past: list[Any] | None = None) -> tuple[Tensor, list[Any]]:
        """Columns [n,books,t] in front of those asked for (the first of all holds nothing). Gives logits [n,books,t,codes], the new past."""
        shape, (n, _, t) = self.shape, columns.shape
        starts = torch.arange(shape.books, device=columns.device)[:, None] * (shape.codes + 1)
        read = F.embedding(columns + starts, self.vectors.flatten(0, 1))  # [n,books,t,table]
        x = self.enter(read.transpose(1, 2).reshape(n, t, -1))
        kept = []
        for number, block in enumerate(self.blocks):
            x, pair = block(x, past[number] if past is not None else None)
            kept.append(pair)
        asked = self.leave(self.last(x)).view(n, t, shape.books, shape.table).transpose(1, 2)
        return (asked @ self.vectors[:, : shape.codes].transpose(1, 2)).float() + self.bias[:, None], kept

    def logits(self, codes: Tensor) -> Tensor:
        """Logits [n,books,frames,codes] of every code of a sound, each from the columns before its own."""
        columns = delayed(codes, self.shape.codes)
        found, _ = self(F.pad(columns[..., :-1], (1, 0), value=self.shape.codes))
        return undelayed(found)

    def loss(self, codes: Tensor) -> Tensor:
        """Nats [n,books,frames] of every code [n,books,frames]."""
        return F.cross_entropy(self.logits(codes).flatten(0, 2), codes.flatten(), reduction="none").view(codes.shape)


@torch.inference_mode()
def continued(
    net: SoundWriter,
    given: Tensor,
    frames: int,
    *,
    temperature: float,
    chance: torch.Generator,
    cached: bool = True,
    step: Callable[[int, int], None] = lambda done, of: None,
) -> Tensor:
    """Given codes [books,g] and so many frames after them [books,g + frames]; a temperature of 0 takes the likeliest codes.

    `cached` keeps keys and values, so that a step reads one column; else every step reads all columns again. `step` hears how far it is.
    """
    books, begun = given.shape
    nothing, until = net.shape.codes, begun + frames
    columns = delayed(F.pad(given, (0, frames))[None], nothing)
    asked = F.pad(columns[..., :-1], (1, 0), value=nothing)  # the column in front of each
    past, read, last = None, 0, columns.shape[2]
    for s in range(begun, last):
        logits, kept = net(asked[..., read : s + 1], past)
        if cached:
            past, read = kept, s + 1
        chosen = drawn(logits[0, :, -1], temperature, chance)
        frame = s - torch.arange(books)
        columns[0, :, s] = torch.where((frame >= begun) & (frame < until), chosen, columns[0, :, s])
        if s + 1 < last:
            asked[..., s + 1] = columns[..., s]
        step(s + 1 - begun, last - begun)
    return undelayed(columns)[0]


def drawn(logits: Tensor, temperature: float, chance: torch.Generator, among: int = 128) -> Tensor:
    """One number for each row of logits [n,codes], drawn among the likeliest ones (Fan et al. 2018)."""
    if temperature <= 0:
        return logits.argmax(-1)
    best, numbers = logits.topk(min(among, logits.shape[-1]))
    taken = torch.multinomial((best / temperature).softmax(-1), 1, generator=chance)
    return numbers.gather(-1, taken)[..., 0]
