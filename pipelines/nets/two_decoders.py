"""Face swapping by one encoder and two decoders: what both faces share is encoded, each decoder knows one face.

The method of the first "deepfakes" (2017), described by Rössler et al. 2019 (FaceForensics++, section 3.2): the encoder is trained on both
people and each decoder on one; a face of the first that the second's decoder draws keeps its pose and expression and takes the other identity.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """All that fixes the networks; stored beside the weights."""

    size_px: int = 64
    channels: tuple[int, ...] = (32, 64, 96, 128)  # at half, quarter, ... of the size
    code: int = 128
    people: int = 2

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`."""
        return cls(**{**values, "channels": tuple(values["channels"])})


class Decoder(nn.Module):
    """Codes [n,code] -> one person's face [n,3,s,s] in -1..1, by sub-pixel convolutions."""

    def __init__(self, shape: Shape):
        super().__init__()
        c = shape.channels[::-1]
        self.side = shape.size_px // 2 ** len(c)
        self.enter = nn.Linear(shape.code, c[0] * self.side**2)
        widths = [*c[1:], c[-1]]
        self.steps = nn.ModuleList(nn.Conv2d(a, 4 * b, 3, padding=1) for a, b in zip(c, widths, strict=True))
        self.leave = nn.Conv2d(widths[-1], 3, 3, padding=1)

    def forward(self, code: Tensor) -> Tensor:
        x = self.enter(code).unflatten(1, (-1, self.side, self.side))
        for step in self.steps:
            x = F.pixel_shuffle(F.leaky_relu(step(x), 0.1), 2)
        return self.leave(x)


class TwoDecoders(nn.Module):
    """`encode` faces of anybody [n,3,s,s]; `decode` as one of the people."""

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        c = shape.channels
        self.enter = nn.Conv2d(3, c[0], 4, stride=2, padding=1)
        self.fold = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in itertools.pairwise(c))
        side = shape.size_px // 2 ** len(c)
        self.narrow = nn.Linear(c[-1] * side**2, shape.code)
        self.decoders = nn.ModuleList(Decoder(shape) for _ in range(shape.people))

    def encode(self, x: Tensor) -> Tensor:
        """Faces [n,3,s,s] -> codes [n,code]."""
        x = F.leaky_relu(self.enter(x), 0.1)
        for step in self.fold:
            x = F.leaky_relu(step(x), 0.1)
        return self.narrow(x.flatten(1))

    def decode(self, code: Tensor, who: int) -> Tensor:
        """Codes [n,code] as one person: [n,3,s,s]."""
        return self.decoders[who](code)

    def forward(self, x: Tensor, who: int) -> Tensor:
        return self.decode(self.encode(x), who)


def load(path: Path) -> TwoDecoders:
    """Landed weights, at rest."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        net = TwoDecoders(Shape.from_dict(json.loads(file.metadata()["shape"])))
        net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    return net.eval().requires_grad_(False)
