"""Codes written one after another: guidance, temperature, top-k, and what is kept of a drawing that is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from pipelines.core.progress import Progress, Report, silent
from pipelines.nets.code_writer import CodeWriter, Conditioning

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class How:
    """How codes are chosen: the same for all drawings."""

    top_k: int = 200
    temperature: float = 0.9
    guidance: float = 2.0


@dataclass(frozen=True)
class Kept:
    """Codes [places] of which those at `mask` [places] stay."""

    codes: Tensor
    mask: Tensor


def write(
    net: CodeWriter,
    conditioning: Conditioning,
    how: How,
    generator: torch.Generator,
    kept: Kept | None = None,
    report: Report = silent,
    show: Callable[[Tensor, Tensor], Image] | None = None,
) -> Tensor:
    """The codes of one drawing [places], row by row; what is kept is read first.

    Guidance leads from no conditioning to `conditioning` in logarithms of probability (Ho & Salimans 2022); of the outcome the
    `top_k` likeliest are sharpened by `temperature`, 0 taking the likeliest. conditioning: one item. `show` takes the codes so far and
    which of them are written.
    """
    with torch.inference_mode():
        places = net.shape.places
        codes, written = torch.zeros(places, dtype=torch.long), torch.zeros(places, dtype=torch.bool)
        if kept is not None:
            codes, written = torch.where(kept.mask, kept.codes, 0), kept.mask.clone()
        order = torch.cat([torch.nonzero(written)[:, 0], torch.nonzero(~written)[:, 0]])
        begin = int(written.sum())
        if begin == places:
            return codes
        reader = DecoderState(net, conditioning, how.guidance)
        said = reader.read(codes, order, 0, begin)
        for done in range(begin, places):
            place = int(order[done])
            codes[place], written[place] = chosen(said, how, generator), True
            preview = None if show is None else _later(show, codes.clone(), written.clone())
            report(Progress(done - begin + 1, places - begin, "", preview))
            if done + 1 < places:
                said = reader.read(codes, order, done + 1, done + 1)
        return codes


def _later(show: Callable[[Tensor, Tensor], Image], codes: Tensor, written: Tensor) -> Callable[[], Image]:
    return lambda: show(codes, written)


def chosen(tensor: Tensor, how: How, generator: torch.Generator) -> int:
    """A code drawn from guided log-probabilities [codes]."""
    if how.temperature <= 0 or how.top_k == 1:
        return int(tensor.argmax())
    best, numbers = tensor.double().topk(min(how.top_k, len(tensor)))
    shares = (best / how.temperature).softmax(0).cumsum(0)
    drawn = torch.rand(1, dtype=torch.float64, generator=generator) * shares[-1]
    return int(numbers[int(torch.searchsorted(shares, drawn).clamp_max(len(numbers) - 1))])


class DecoderState:
    """The transformer's state while one drawing is written: cached keys and values, with and without the conditioning."""

    def __init__(self, net: CodeWriter, conditioning: Conditioning, guidance: float) -> None:
        self.net, self.guidance = net, guidance
        both = conditioning if guidance == 1.0 else beside_nothing(conditioning)
        tokens, self.counts, self.canvas = net.prefix(both)
        self.kept: list[list[Tensor]] = [[] for _ in net.layers]
        self.contexts = net.head.contexts()
        mask = self.counts[:, None, None].expand(-1, 1, tokens.shape[1], -1)
        for layer, kept in zip(net.layers, self.kept, strict=True):
            tokens = layer(tokens, mask, kept)

    def read(self, codes: Tensor, order: Tensor, first: int, last: int) -> Tensor:
        """Read the tokens that ask for order[first…last], each with the code before it: guided log-probabilities [codes] for the last."""
        net, count = self.net, len(self.counts)
        asked = order[first : last + 1]
        before = order[max(first - 1, 0) : last]
        x = self._tokens(codes[before], before, asked, begins=first == 0) + self.canvas[:, asked]
        earlier = self.kept[0][0].shape[2]
        causal = torch.ones(len(asked), earlier + len(asked), dtype=torch.bool).tril(earlier)
        seen = F.pad(self.counts, (0, earlier + len(asked) - self.counts.shape[1]), value=True)
        mask = causal[None, None] & seen[:, None, None]
        for layer, kept in zip(net.layers, self.kept, strict=True):
            x = layer(x, mask, kept)
        said = net.head(net.last(x[:, -1]), self.contexts)
        return said[0] if count == 1 else said[1] + self.guidance * (said[0] - said[1])

    def _tokens(self, codes: Tensor, before: Tensor, asked: Tensor, begins: bool) -> Tensor:
        net = self.net
        read = net.enter_codes(codes) + net.enter_here[before]
        if begins:
            read = torch.cat([net.enter_here[-1:], read])
        return (read + net.enter_next[asked])[None]


def beside_nothing(wish: Conditioning) -> Conditioning:
    """A wish and empty conditioning (all rows 0) as one batch."""
    return Conditioning(*(torch.cat([part, torch.zeros_like(part)]) for part in vars(wish).values()))


def nats(net: CodeWriter, conditioning: Conditioning, codes: Tensor) -> Tensor:
    """The negative log-likelihood of codes [n,places] given their conditioning, in nats [n,places]."""
    with torch.inference_mode():
        return net(conditioning, codes, torch.arange(codes.shape[1]).expand(len(codes), -1))
