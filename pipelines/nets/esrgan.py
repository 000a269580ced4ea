"""Real-ESRGAN's generators: RRDBNet (Wang et al. 2018, ESRGAN) and the compact network for animation (Wang et al. 2021); read from ncnn files.

An ncnn weight file is the layers' numbers one after another: a convolution's kernel as a tag, float16 padded to four bytes, its bias as
float32; a PReLU's slopes as float32. The order is that of the network, so the graph file beside it is not needed.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

FACTOR = 4
HALF = 0x01306B47  # ncnn's tag for float16
WIDTH, GROWTH = 64, 32


class Dense(nn.Module):
    """Five convolutions, each fed by all before it; ESRGAN, section 3.1, with residual scaling 0.2."""

    def __init__(self) -> None:
        super().__init__()
        outs = [GROWTH] * 4 + [WIDTH]
        self.convs = nn.ModuleList(nn.Conv2d(WIDTH + i * GROWTH, out, 3, 1, 1) for i, out in enumerate(outs))

    def forward(self, x: Tensor) -> Tensor:
        seen = [x]
        for conv in list(self.convs)[:-1]:
            seen.append(F.leaky_relu(conv(torch.cat(seen, 1)), 0.2))
        return x + 0.2 * self.convs[-1](torch.cat(seen, 1))


class Block(nn.Module):
    """Residual in residual dense block."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.Sequential(Dense(), Dense(), Dense())

    def forward(self, x: Tensor) -> Tensor:
        return x + 0.2 * self.parts(x)


class RRDB(nn.Module):
    """RGB [n,3,h,w] in 0..1 -> [n,3,4h,4w]: dense blocks, then twice nearest neighbour and a convolution."""

    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, WIDTH, 3, 1, 1)
        self.body = nn.Sequential(*(Block() for _ in range(blocks)))
        self.after, self.up1, self.up2, self.high = (nn.Conv2d(WIDTH, WIDTH, 3, 1, 1) for _ in range(4))
        self.last = nn.Conv2d(WIDTH, 3, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x + self.after(self.body(x))
        for up in (self.up1, self.up2):
            x = F.leaky_relu(up(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.last(F.leaky_relu(self.high(x), 0.2))


class Compact(nn.Module):
    """RGB [n,3,h,w] in 0..1 -> [n,3,4h,4w]: plain convolutions and PReLU, sub-pixel at the end, added to the enlarged input."""

    def __init__(self, convolutions: int = 16) -> None:
        super().__init__()
        widths = [3] + [WIDTH] * (convolutions + 1)
        pairs = [(nn.Conv2d(a, b, 3, 1, 1), nn.PReLU(b)) for a, b in pairwise(widths)]
        self.body = nn.Sequential(
            *(layer for pair in pairs for layer in pair), nn.Conv2d(WIDTH, 3 * FACTOR**2, 3, 1, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(self.body(x), FACTOR) + F.interpolate(x, scale_factor=FACTOR, mode="nearest")


def build_network(kind: str) -> nn.Module:
    """The network called "photo" (23 blocks), "anime" (6 blocks) or "quick" (compact)."""
    return Compact() if kind == "quick" else RRDB({"photo": 23, "anime": 6}[kind])


def from_ncnn(source: Path, kept: Path, kind: str) -> None:
    """An ncnn weight file as safetensors in float16. Raises ValueError when it is not this network's."""
    import numpy as np
    from safetensors.torch import save_file

    data, at = source.read_bytes(), 0
    tensors: dict[str, Tensor] = {}

    def take(kind: str, count: int) -> Tensor:
        nonlocal at
        size = 2 if kind == "<f2" else 4
        values = np.frombuffer(data, kind, count, at)
        at += -(-count * size // 4) * 4
        return torch.from_numpy(values.copy())

    for name, layer in build_network(kind).named_modules():
        if isinstance(layer, nn.Conv2d):
            if int.from_bytes(data[at : at + 4], "little") != HALF:
                raise ValueError(f"no float16 kernel where {name} should begin")
            at += 4
            tensors[f"{name}.weight"] = take("<f2", layer.weight.numel()).reshape(layer.weight.shape)
            tensors[f"{name}.bias"] = take("<f4", layer.out_channels).half()
        elif isinstance(layer, nn.PReLU):
            tensors[f"{name}.weight"] = take("<f4", layer.num_parameters).half()
    if at != len(data):
        raise ValueError(f"{len(data) - at} bytes are left over")
    save_file(tensors, kept)


def load(path: Path, kind: str, device: str) -> nn.Module:
    """Landed weights on a device, in float32, at rest."""
    from safetensors.torch import load_file

    net = build_network(kind)
    net.load_state_dict({name: t.float() for name, t in load_file(path).items()})
    net = net.eval().requires_grad_(False).to(device)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
