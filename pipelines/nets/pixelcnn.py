"""PixelCNN: a picture written one pixel after the other, each predicted from those above and to the left.

Gated, with a vertical and a horizontal stack (van den Oord et al. 2016, "Conditional image generation with PixelCNN decoders",
section 2.2); with `blind`, one stack of masked 3x3 convolutions as in "Pixel recurrent neural networks" (2016, section 3.4), which
never sees a wedge to the right above. Each pixel is a mixture of discretised logistics (Salimans et al. 2017, section 2.1).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

INPUTS = 6  # red, green, blue, a plane of ones (so that the border is seen), row, column


@dataclass(frozen=True)
class Shape:
    """All that fixes the network; stored beside the weights."""

    size_px: int = 32
    channels: int = 48
    dilations: tuple[int, ...] = (1, 1, 2, 1, 4, 1, 2, 1)
    mixtures: int = 8
    head: int = 128
    text_width: int = 384  # MiniLM-L6
    styles: int = 3
    condition: int = 64
    blind: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`."""
        return cls(**{**values, "dilations": tuple(values["dilations"])})

    @property
    def outputs(self) -> int:
        """Numbers for one pixel: a weight, three means, three scales and three couplings of colours for each mixture."""
        return 10 * self.mixtures


def gate(x: Tensor) -> Tensor:
    """tanh(a) * sigmoid(b) of the two halves of the channels (van den Oord et al. 2016, equation 2)."""
    a, b = x.chunk(2, dim=1)
    return torch.tanh(a) * torch.sigmoid(b)


class Layer(nn.Module):
    """One gated layer. Vertical: rows up to this one (the first layer has moved them down by one); horizontal: this row up to this pixel.

    With `blind` there is no vertical stack, and the convolution sees three pixels above and those to the left.
    """

    def __init__(self, shape: Shape, dilation: int):
        super().__init__()
        c, self.dilation, self.blind = shape.channels, dilation, shape.blind
        if not shape.blind:
            self.vertical = nn.Conv2d(c, 2 * c, (2, 3), dilation=dilation)
            self.down = nn.Conv2d(2 * c, 2 * c, 1)
        else:
            self.above = nn.Conv2d(c, 2 * c, (1, 3), dilation=dilation)  # the row above, three pixels
        self.horizontal = nn.Conv2d(c, 2 * c, (1, 2), dilation=dilation)  # this pixel and the one to the left
        self.condition = nn.Linear(shape.condition, (2 if shape.blind else 4) * c)
        self.out = nn.Conv2d(c, c, 1)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)
        self.out.weight.data.mul_(0.3)

    def forward(self, v: Tensor, h: Tensor, conditioning: Tensor) -> tuple[Tensor, Tensor]:
        """v, h [n,c,s,s], conditioning [n,condition] -> the next v and h."""
        d = self.dilation
        shift = self.condition(conditioning)[:, :, None, None]
        left = self.horizontal(F.pad(h, (d, 0, 0, 0)))
        if self.blind:
            above = self.above(F.pad(h, (d, d, d, 0))[:, :, : h.shape[2]])
            return v, h + self.out(gate(left + above + shift))
        for_v, for_h = shift.chunk(2, dim=1)
        seen = self.vertical(F.pad(v, (d, d, d, 0)))
        return v + gate(seen + for_v), h + self.out(gate(left + self.down(seen) + for_h))


class PixelCNN(nn.Module):
    """Pictures [n,3,s,s] in -1..1 and their conditioning -> parameters of every pixel's distribution [n,10k,s,s]."""

    places: Tensor

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        c, s = shape.channels, shape.size_px
        ramp = torch.linspace(-1, 1, s)
        places = torch.stack([torch.ones(s, s), ramp[:, None].expand(s, s), ramp[None].expand(s, s)])
        self.register_buffer("places", places[None].clone(), persistent=False)
        self.told_text = nn.Linear(shape.text_width, shape.condition)
        self.told_style = nn.Embedding(shape.styles + 1, shape.condition)  # the last: no style told
        self.told_mix = nn.Linear(shape.condition, shape.condition)
        if not shape.blind:
            self.enter_above = nn.Conv2d(INPUTS, c, (3, 7))  # rows above only
            self.enter_left = nn.Conv2d(INPUTS, c, (1, 3))  # three pixels to the left
        else:
            self.enter_above = nn.Conv2d(INPUTS, c, (3, 7))
            self.enter_left = nn.Conv2d(INPUTS, c, (1, 3))
        self.layers = nn.ModuleList(Layer(shape, d) for d in shape.dilations)
        self.leave_in = nn.Conv2d(c, shape.head, 1)
        self.leave = nn.Conv2d(shape.head, shape.outputs, 1)
        self.leave.weight.data.mul_(0.1)

    def conditioning(self, text: Tensor, style: Tensor) -> Tensor:
        """What is asked for: text [n,384] (a unit MiniLM vector; zeros: nothing said), style [n] -> [n,condition]."""
        first = F.silu(self.told_text(text * 8) + self.told_style(style))
        return F.silu(self.told_mix(first))

    def entered(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The first layer, which does not see the pixel itself (mask A): x [n,3,s,s] -> v, h [n,c,s,s]."""
        n, _, rows, columns = x.shape
        both = torch.cat([x, self.places[:, :, :rows, :columns].expand(n, -1, -1, -1).to(x.dtype)], 1)
        above = self.enter_above(F.pad(both, (3, 3, 3, 0))[:, :, :-1])
        left = self.enter_left(F.pad(both, (3, 0, 0, 0))[:, :, :, :-1])
        return above, left + above

    def forward(self, x: Tensor, conditioning: Tensor) -> Tensor:
        v, h = self.entered(x)
        for layer in self.layers:
            v, h = layer(v, h, conditioning)
        return self.leave(F.silu(self.leave_in(F.silu(h))))
