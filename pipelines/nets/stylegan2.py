"""A small StyleGAN2 (Karras et al. 2020): mapping network, modulated and demodulated convolutions, noise in every layer, a residual critic.

Sizes run from 4x4 to half the picture's side; the last doubling is folded into channels (sub-pixel convolution, Shi et al. 2016), which a
CPU calculates four times as fast. The mapping network adds to a linear map, so that the synthesis may begin as the decoder of an
autoencoder. Pixels are -1..1.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GAIN = 2**0.5


@dataclass(frozen=True)
class Shape:
    """All that fixes the networks; stored beside the weights."""

    size_px: int = 64
    latent: int = 128
    channels: tuple[int, ...] = (128, 128, 64, 32)  # at 4x4, 8x8, ... half the size
    mapping: int = 4

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shape:
        """The inverse of `as_dict`."""
        return cls(**{**values, "channels": tuple(values["channels"])})

    @property
    def layers(self) -> int:
        """How many convolutions a style is given to: one at 4x4, two at every other size."""
        return 2 * len(self.channels) - 1


def active(x: Tensor) -> Tensor:
    """Leaky ReLU that keeps the variance (Karras et al. 2020, section 2)."""
    return F.leaky_relu(x, 0.2) * GAIN


class Mapping(nn.Module):
    """z [n,latent] -> w [n,latent]: z is normalised, and layers with leaky ReLU add to a linear map of it (Karras et al. 2019, section 2).

    The linear map is the identity at first; `settle` makes it the Gaussian of an autoencoder's codes.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        width = 2 * shape.latent
        self.base = nn.Linear(shape.latent, shape.latent)
        nn.init.eye_(self.base.weight)
        nn.init.zeros_(self.base.bias)
        sizes = [shape.latent, *[width] * (shape.mapping - 1), shape.latent]
        steps = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
        for step in steps[:-1]:
            nn.init.kaiming_normal_(step.weight, 0.2)
            nn.init.zeros_(step.bias)
        nn.init.zeros_(steps[-1].weight)
        nn.init.zeros_(steps[-1].bias)
        self.steps = nn.ModuleList(steps)

    def forward(self, z: Tensor) -> Tensor:
        z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        x = z
        for i, step in enumerate(self.steps):
            x = step(x)
            if i + 1 < len(self.steps):
                x = active(x)
        return self.base(z) + x

    @torch.no_grad()
    def settle(self, mean: Tensor, covariance: Tensor) -> None:
        """Make the linear map give this Gaussian: mean [latent], covariance [latent,latent]."""
        self.base.weight.copy_(torch.linalg.cholesky(covariance))
        self.base.bias.copy_(mean)


class Modulated(nn.Module):
    """Convolution whose weights a style scales and whose outputs are brought back to unit deviation (section 2.2, equations 1 to 3).

    Scaling the inputs and the outputs is the same as scaling each picture's weights. With `up` the size doubles (transposed, 4x4).
    """

    def __init__(self, shape: Shape, a: int, b: int, kernel: int = 3, up: bool = False, demodulate: bool = True):
        super().__init__()
        self.up, self.demodulate, self.padding = up, demodulate, 0 if kernel == 1 else 1
        size = (a, b, 4, 4) if up else (b, a, kernel, kernel)
        self.weight = nn.Parameter(torch.randn(size) / (a * (4 if up else kernel**2)) ** 0.5)
        self.affine = nn.Linear(shape.latent, a)
        nn.init.normal_(self.affine.weight, std=0.5 / shape.latent**0.5)
        nn.init.ones_(self.affine.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w)
        x = x * style[:, :, None, None]
        x = (
            F.conv_transpose2d(x, self.weight, stride=2, padding=1)
            if self.up
            else F.conv2d(x, self.weight, padding=self.padding)
        )
        if not self.demodulate:
            return x
        squares = self.weight.float().square().sum((2, 3))  # [a,b] or [b,a]
        if self.up:
            squares = squares.T / 4  # each output pixel meets four of the sixteen taps
        scale = torch.rsqrt(style.float().square() @ squares.T + 1e-8)
        return x * scale.to(x.dtype)[:, :, None, None]


class Layer(nn.Module):
    """A modulated convolution, noise scaled by one learned number, bias and leaky ReLU."""

    def __init__(self, shape: Shape, a: int, b: int, up: bool = False):
        super().__init__()
        self.convolution = Modulated(shape, a, b, up=up)
        self.noise = nn.Parameter(torch.zeros(1))
        self.bias = nn.Parameter(torch.zeros(b))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """noise [n,1,s,s], or None for none."""
        x = self.convolution(x, w)
        if noise is not None:
            x = x + self.noise * noise.to(x.dtype)
        return active(x + self.bias[:, None, None])


class Synthesis(nn.Module):
    """Styles [n,layers,latent] -> pictures [n,3,size,size]; every size adds its own picture to the enlarged one before (figure 7b)."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        c = shape.channels
        self.begin = nn.Parameter(torch.randn(1, c[0], 4, 4))
        self.layers = nn.ModuleList([Layer(shape, c[0], c[0])])
        for a, b in itertools.pairwise(c):
            self.layers.extend([Layer(shape, a, b, up=True), Layer(shape, b, b)])
        self.leave = nn.ModuleList(
            Modulated(shape, width, 12 if i + 1 == len(c) else 3, 1, demodulate=False) for i, width in enumerate(c)
        )

    def sides(self) -> list[int]:
        """The side of each layer's maps in pixels."""
        return [4 * 2 ** ((i + 1) // 2) for i in range(self.shape.layers)]

    def forward(self, w: Tensor, noise: list[Tensor] | None = None) -> Tensor:
        """w [n,layers,latent]; noise: one map [n or 1,1,s,s] for each layer, None for pictures without."""
        x = self.begin.to(w.dtype).expand(len(w), -1, -1, -1)
        picture = None
        for i, layer in enumerate(self.layers):
            x = layer(x, w[:, i], None if noise is None else noise[i])
            if i % 2 == 0:  # the last layer of a size
                own = self.leave[i // 2](x, w[:, i])
                if own.shape[1] == 12:
                    own = F.pixel_shuffle(own, 2)
                if picture is not None:
                    factor = own.shape[-1] // picture.shape[-1]
                    picture = F.interpolate(picture, scale_factor=factor, mode="bilinear", align_corners=False)
                picture = own if picture is None else own + picture
        assert picture is not None
        return picture


class Generator(nn.Module):
    """z -> picture: mapping, one style for all layers or one for each, synthesis. `mean` is the mean w, for truncation."""

    mean: Tensor

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        self.mapping = Mapping(shape)
        self.synthesis = Synthesis(shape)
        self.register_buffer("mean", torch.zeros(shape.latent))

    def styles(self, z: Tensor, truncation: float = 1.0) -> Tensor:
        """w of each z, brought a share of the way to the mean (Karras et al. 2019, section 2.2): [n,latent]."""
        return self.mean + truncation * (self.mapping(z) - self.mean)

    def spread(self, w: Tensor) -> Tensor:
        """One w for all layers: [n,latent] -> [n,layers,latent]."""
        return w[:, None].expand(-1, self.shape.layers, -1)

    def noise(self, count: int, generator: torch.Generator | None = None) -> list[Tensor]:
        """Fresh noise for every layer."""
        return [torch.randn(count, 1, s, s, generator=generator) for s in self.synthesis.sides()]

    def forward(self, z: Tensor, noise: list[Tensor] | None = None, truncation: float = 1.0) -> Tensor:
        return self.synthesis(self.spread(self.styles(z, truncation)), noise)


class Halving(nn.Module):
    """A residual block that halves the size: two convolutions beside a 1x1 (figure 7c)."""

    def __init__(self, a: int, b: int):
        super().__init__()
        self.first = nn.Conv2d(a, a, 3, padding=1)
        self.second = nn.Conv2d(a, b, 4, stride=2, padding=1)
        self.skip = nn.Conv2d(a, b, 1, bias=False)
        for convolution in (self.first, self.second, self.skip):
            nn.init.kaiming_normal_(convolution.weight, 0.2)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.second(F.leaky_relu(self.first(x), 0.2)), 0.2)
        return (y + self.skip(F.avg_pool2d(x, 2))) / GAIN


class Trunk(nn.Module):
    """Pictures [n,3,s,s] -> maps [n,c,4,4]; the critic and the encoder are built on one."""

    def __init__(self, shape: Shape):
        super().__init__()
        c = shape.channels[::-1]
        self.enter = nn.Conv2d(12, c[0], 1)
        self.blocks = nn.ModuleList(Halving(a, b) for a, b in itertools.pairwise(c))

    def forward(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(self.enter(F.pixel_unshuffle(x, 2)), 0.2)
        for block in self.blocks:
            x = block(x)
        return x


class Critic(nn.Module):
    """How real pictures look: [n,3,s,s] -> [n]. Knows how much a batch varies (minibatch deviation, Karras et al. 2018, section 3)."""

    def __init__(self, shape: Shape = Shape(), group: int = 4):
        super().__init__()
        self.group, c = group, shape.channels[0]
        self.trunk = Trunk(shape)
        self.join = nn.Conv2d(c + 1, c, 3, padding=1)
        self.last = nn.Linear(16 * c, c)
        self.leave = nn.Linear(c, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.trunk(x)
        n, c, h, w = x.shape
        g = self.group if n % self.group == 0 else n
        parted = x.float().reshape(g, n // g, c, h, w)
        spread = (parted.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # [n/g]
        extra = spread.repeat(g)[:, None, None, None].expand(n, 1, h, w).to(x.dtype)
        x = F.leaky_relu(self.join(torch.cat([x, extra], 1)), 0.2)
        return self.leave(F.leaky_relu(self.last(x.flatten(1)), 0.2))[:, 0].float()


class Encoder(nn.Module):
    """Pictures -> the mean and log variance of w [n,latent] (Kingma & Welling 2014); a first guess for projection."""

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.trunk = Trunk(shape)
        self.leave = nn.Linear(16 * shape.channels[0], 2 * shape.latent)
        self.leave.weight.data.mul_(0.3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.leave(self.trunk(x).flatten(1)).float().chunk(2, 1)
        return mean, log_variance.clamp(-8, 4)


def load(path: Path) -> tuple[Generator, Encoder]:
    """Generator and encoder with landed weights, at rest."""
    import json

    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        shape = Shape.from_dict(json.loads(file.metadata()["shape"]))
        found = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    generator, encoder = Generator(shape), Encoder(shape)
    generator.load_state_dict({k.removeprefix("generator."): v for k, v in found.items() if k.startswith("generator.")})
    encoder.load_state_dict({k.removeprefix("encoder."): v for k, v in found.items() if k.startswith("encoder.")})
    return generator.eval().requires_grad_(False), encoder.eval().requires_grad_(False)
