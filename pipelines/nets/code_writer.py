"""A transformer that writes a drawing's codes one after another (Ramesh et al. 2021), told a thing, a colour, a style and a pose.

What is told comes first: one token each for colour, style and pose, then MiniLM's token features of the thing's name. Every code after
it carries its own place and the place of the one to be written next, so that the codes may come in any order (Pannatier et al. 2024):
row by row for a new drawing, what is kept first for one that is completed.
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

    levels: tuple[int, ...] = (8, 6, 5, 5, 5)
    places: int = 64
    width: int = 256
    layers: int = 6
    heads: int = 4
    text: int = 384
    canvas: int = 96
    canvas_hidden: int = 512
    colours: int = 14  # row 0: not told; 1: as drawn; then the colour words
    styles: int = 5  # row 0: not told
    poses: int = 7  # row 0: not told; 1: as drawn

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`, lists for tuples."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**plain)


@dataclass(frozen=True)
class Conditioning:
    """What is asked for: names [n,t,384] with mask [n,t], and rows of colour, style and pose [n]; row 0 stands for not told."""

    names: Tensor
    mask: Tensor
    colour: Tensor
    style: Tensor
    pose: Tensor


def digits_of(codes: Tensor, levels: tuple[int, ...]) -> Tensor:
    """Code numbers [...] -> their digits [...,k], the first running fastest (as `code_autoencoder.Quantiser` numbers them)."""
    found, rest = [], codes
    for size in levels:
        found.append(rest % size)
        rest = rest // size
    return torch.stack(found, -1)


class CodeTable(nn.Module):
    """A vector for every code: the sum of one for each digit and one of its own, so that like codes begin alike."""

    def __init__(self, levels: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.levels = levels
        self.digits = nn.ParameterList(nn.Parameter(torch.randn(size, width) * 0.02) for size in levels)
        self.own = nn.Parameter(torch.zeros(math.prod(levels), width))

    def forward(self, codes: Tensor) -> Tensor:
        """codes [...] -> [...,width]"""
        digits = digits_of(codes, self.levels)
        return F.embedding(codes, self.own) + sum(F.embedding(digits[..., j], t) for j, t in enumerate(self.digits))


class DigitHead(nn.Module):
    """The logarithm of every code's probability, digit after digit: p(d1) p(d2|d1) … , each from the state and the digits before.

    A softmax over all 6,000 codes costs as much as the transformer itself; the five small ones say the same and share what like codes
    have in common.
    """

    def __init__(self, levels: tuple[int, ...], width: int, hidden: int = 256) -> None:
        super().__init__()
        self.levels = levels
        self.asked = nn.Linear(width, len(levels) * hidden)
        self.leave_before = nn.ParameterList(
            nn.Parameter(torch.randn(sum(levels[:j]), hidden) * 0.05) for j in range(1, len(levels))
        )
        self.leave_digits = nn.ModuleList(nn.Linear(hidden, size) for size in levels)

    def before(self, digits: Tensor, j: int) -> Tensor | float:
        """What the digits before digit j add to its hidden state: digits [...,k] -> [...,hidden]."""
        if j == 0:
            return 0.0
        starts = [sum(self.levels[:i]) for i in range(j)]
        return sum(F.embedding(digits[..., i] + starts[i], self.leave_before[j - 1]) for i in range(j))

    def loss(self, x: Tensor, codes: Tensor) -> Tensor:
        """Minus the logarithm of the probability of each code, in nats. x [...,width], codes [...] -> [...]."""
        asked, digits = self.asked(x).chunk(len(self.levels), -1), digits_of(codes, self.levels)
        total: Tensor | float = 0.0
        for j, leave in enumerate(self.leave_digits):
            said = leave(F.relu(asked[j] + self.before(digits, j))).float()
            total = total + F.cross_entropy(said.flatten(0, -2), digits[..., j].flatten(), reduction="none")
        return total.view(codes.shape)  # type: ignore[union-attr]

    def contexts(self) -> list[Tensor]:
        """What all digits before digit j add, in the order of their codes: [codes so far,hidden] for every j; 1,497 rows in all."""
        contexts, count = [], 1
        for j, size in enumerate(self.levels):
            digits = digits_of(torch.arange(count, device=self.asked.weight.device), self.levels)
            contexts.append(self.before(digits, j) + torch.zeros(count, 1, device=digits.device))
            count *= size
        return contexts

    def forward(self, x: Tensor, contexts: list[Tensor] | None = None) -> Tensor:
        """Log-probabilities of all codes: x [n,width] -> [n,codes]. `contexts`, where many are asked for one after another."""
        asked = self.asked(x).chunk(len(self.levels), -1)
        total = x.new_zeros(len(x), 1, dtype=torch.float32)
        for j, before in enumerate(contexts or self.contexts()):
            said = (
                self.leave_digits[j](F.relu(asked[j][:, None] + before)).float().log_softmax(-1)
            )  # [n,codes so far,level]
            total = (total[:, None] + said.transpose(1, 2)).flatten(1)  # a later digit runs slower
        return total


class Layer(nn.Module):
    """Attention with normalised queries and keys (Henry et al. 2020), then a squared ReLU (So et al. 2021). x [n,t,width]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.affine = nn.Parameter(torch.ones(2, width))
        self.asked = nn.Linear(width, 3 * width, bias=False)
        self.told = nn.Linear(width, width, bias=False)
        self.widen = nn.Linear(width, 4 * width, bias=False)
        self.narrow = nn.Linear(4 * width, width, bias=False)
        nn.init.zeros_(self.told.weight)
        nn.init.zeros_(self.narrow.weight)

    def forward(self, x: Tensor, allowed: Tensor | None, kept: list[Tensor] | None = None) -> Tensor:
        """allowed [n,1,t,s]: what each place may look at. `kept` holds keys and values of earlier calls and is added to."""
        n, t, c = x.shape
        h = F.rms_norm(x, (c,), self.affine[0].to(x.dtype), 1e-5)
        q, k, v = self.asked(h).view(n, t, 3, self.heads, c // self.heads).transpose(1, 3).unbind(2)
        q, k = F.rms_norm(q, (c // self.heads,)) * 1.5, F.rms_norm(k, (c // self.heads,))
        if kept is not None:
            if kept:
                k, v = torch.cat([kept[0], k], 2), torch.cat([kept[1], v], 2)
            kept[:] = [k, v]
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
        x = x + self.told(seen.transpose(1, 2).reshape(n, t, c))
        h = F.rms_norm(x, (c,), self.affine[1].to(x.dtype), 1e-5)
        return x + self.narrow(F.relu(self.widen(h)).square())


class CodeWriter(nn.Module):
    """`net(told, codes, order)` -> nats of the codes at places order[:, 0…], each seeing what is told and the codes before it."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter_colour = nn.Embedding(shape.colours, width)
        self.enter_style = nn.Embedding(shape.styles, width)
        self.enter_pose = nn.Embedding(shape.poses, width)
        self.enter_names = nn.Linear(shape.text, width)
        self.enter_all = nn.Linear(width, width)  # what is told, straight to every code
        self.canvas_read = nn.Linear(
            width, shape.canvas_hidden
        )  # and a picture of it in vectors, a weight for every place
        self.canvas_paint = nn.Linear(shape.canvas_hidden, shape.places * shape.canvas)
        self.canvas_hang = nn.Linear(shape.canvas, width, bias=False)
        nn.init.zeros_(self.canvas_paint.weight)
        nn.init.constant_(self.canvas_paint.bias, 0.1)
        self.null_name = nn.Parameter(torch.randn(width) * 0.02)
        self.enter_codes = CodeTable(shape.levels, width)
        self.null_code = nn.Parameter(torch.randn(width) * 0.02)  # a code that is hidden while learning
        self.enter_here = nn.Parameter(
            torch.randn(shape.places + 1, width) * 0.02
        )  # the last row: before the first code
        self.enter_next = nn.Parameter(torch.randn(shape.places, width) * 0.02)
        self.layers = nn.ModuleList(Layer(width, shape.heads) for _ in range(shape.layers))
        self.affine_last = nn.Parameter(torch.ones(width))
        self.head = DigitHead(shape.levels, width)
        self.mean: Tensor
        self.whitening: Tensor
        self.register_buffer("mean", torch.zeros(shape.text))
        self.register_buffer("whitening", torch.eye(shape.text))
        for table in (self.enter_colour, self.enter_style, self.enter_pose):
            nn.init.normal_(table.weight, std=0.05)

    @torch.no_grad()
    def whiten(self, tokens: Tensor, floor: float = 0.02) -> None:
        """Names are read less the mean of these token features [n,384] and with even variance, or all of them would look alike."""
        self.mean.copy_(tokens.mean(0))
        values, axes = torch.linalg.eigh(torch.cov(tokens.T))
        self.whitening.copy_(axes / (values + floor * values.mean()).sqrt() @ axes.T)

    def prefix(self, description: Conditioning) -> tuple[Tensor, Tensor, Tensor]:
        """What is told as tokens [n,3+t,width], which of them count [n,3+t], and what it means for every place [n,places,width].

        Without a name one token says so. What every place gets costs next to nothing beside the layers and holds most of what is learned
        by heart.
        """
        names = self.enter_names((description.names - self.mean) @ self.whitening)
        nameless = ~description.mask.any(1)
        names = torch.where(nameless[:, None, None], self.null_name.to(names.dtype), names)
        first = torch.zeros_like(description.mask)
        first[:, 0] = True
        mask = torch.where(nameless[:, None], first, description.mask)
        three = torch.stack(
            [
                self.enter_colour(description.colour),
                self.enter_style(description.style),
                self.enter_pose(description.pose),
            ],
            1,
        )
        share = mask[..., None] / mask.sum(1)[:, None, None]
        whole = three.sum(1) + (names * share).sum(1)
        seen = F.relu(self.canvas_read(F.rms_norm(whole, (whole.shape[-1],))))
        canvas = self.canvas_hang(F.relu(self.canvas_paint(seen)).unflatten(1, (self.shape.places, -1)))
        tokens = torch.cat([three.to(names.dtype), names], 1)
        return tokens, F.pad(mask, (3, 0), value=True), canvas + self.enter_all(whole)[:, None]

    def steps(self, codes: Tensor, order: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Tokens that ask for the codes at `order` [n,m], having read `codes` [n,m-1] at the places before: [n,m,width]."""
        read = self.enter_codes(codes)
        if hidden is not None:
            read = torch.where(hidden[..., None], self.null_code.to(read.dtype), read)
        here = torch.cat([self.enter_here[-1].expand(len(order), 1, -1), self.enter_here[order[:, :-1]]], 1)
        return F.pad(read, (0, 0, 1, 0)) + here + self.enter_next[order]

    def forward(self, told: Conditioning, codes: Tensor, order: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Nats of every code [n,places], in the order they are written.

        codes [n,places] by place; order [n,places]: the places as they are written; hidden [n,places-1]: codes that are asked for but
        not read, a dropout that keeps the writer from trusting a single one.
        """
        told_tokens, counts, canvas = self.prefix(told)
        written = codes.gather(1, order)
        hung = canvas.gather(1, order[..., None].expand(-1, -1, canvas.shape[-1]))
        x = torch.cat([told_tokens, (self.steps(written[:, :-1], order, hidden) + hung).to(told_tokens.dtype)], 1)
        before, total = told_tokens.shape[1], x.shape[1]
        allowed = torch.ones(total, total, dtype=torch.bool, device=x.device).tril()
        allowed[:before, :before] = True
        seen = torch.cat([counts, counts.new_ones(len(x), total - before)], 1)
        mask = allowed[None, None] & seen[:, None, None]
        for layer in self.layers:
            x = layer(x, mask)
        return self.head.loss(self.last(x[:, before:]), written)

    def last(self, x: Tensor) -> Tensor:
        """Last states [...,width] as the head reads them."""
        return F.rms_norm(x, (x.shape[-1],), self.affine_last.to(x.dtype), 1e-5)
