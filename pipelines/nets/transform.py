"""The feed-forward painter of Johnson et al. 2016, one network per painting: photo [B,3,H,W] in 0..1 -> painted photo.

Departures from the paper, each known to look better: instance instead of batch normalisation (Ulyanov et al. 2016), reflection
padding (no borders), bilinear enlarging before a plain convolution (no checkerboard, Odena et al. 2016; with nearest-neighbour
enlarging, hundreds of steps left lines every four pixels), and the photo itself,
brought to the painting's palette by one more normalisation, added before the last tanh. Styles are trained from a `Painter` today;
networks of a visitor's own from earlier versions still paint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.core.settings import Refusal
from pipelines.nets import conditional

Moments = dict[nn.Module, tuple[Tensor, Tensor]]  # (mean, deviation) of each normalisation


class Norm(nn.Module):
    """Instance normalisation, Ulyanov et al. 2016; given `moments`, it notes its own there or uses those it finds."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:  # [B,C,h,w]
        if moments is not None and self in moments:
            mean, deviation = moments[self]
        else:
            variance, mean = torch.var_mean(x.float(), dim=(2, 3), keepdim=True, correction=0)
            deviation = (variance + 1e-5).sqrt()
            if moments is not None:
                moments[self] = (mean, deviation)
        scale = self.weight.float().view(1, -1, 1, 1) / deviation
        shift = self.bias.float().view(1, -1, 1, 1) - mean * scale
        return torch.addcmul(shift.to(x.dtype), x, scale.to(x.dtype))


class Layer(nn.Module):
    """Reflection padding, convolution, normalisation if `normalised`; `enlarge` doubles the sides first, in that manner."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, enlarge: str = "", normalised: bool = True
    ) -> None:
        super().__init__()
        self.pad, self.enlarge = kernel // 2, enlarge
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride)
        self.norm = Norm(outputs) if normalised else None

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:
        if self.enlarge:
            corners = False if self.enlarge == "bilinear" else None
            x = F.interpolate(x, scale_factor=2.0, mode=self.enlarge, align_corners=corners)
        x = self.conv(F.pad(x, [self.pad] * 4, mode="reflect"))
        return x if self.norm is None else self.norm(x, moments)


class Transformer(nn.Module):
    """Two layers down, residual blocks at a quarter of the size, two layers up. Sides must be multiples of 4 and >= 8."""

    def __init__(self, widths: tuple[int, int, int], blocks: int = 5) -> None:
        super().__init__()
        a, b, c = widths
        self.enter, self.down1, self.down2 = Layer(3, a, 9), Layer(a, b, 3, 2), Layer(b, c, 3, 2)
        self.blocks = nn.ModuleList(nn.ModuleList([Layer(c, c, 3), Layer(c, c, 3)]) for _ in range(blocks))
        self.up1, self.up2 = Layer(c, b, 3, enlarge="bilinear"), Layer(b, a, 3, enlarge="bilinear")
        self.leave = nn.Conv2d(a, 3, 9)
        self.photo = Norm(3)
        self.architecture = f"Johnson 2016, {a}-{b}-{c} channels, {blocks} blocks, instance norm"

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:  # [B,3,H,W] in 0..1 -> the same
        h = F.relu(self.enter(2 * x - 1, moments))
        h = F.relu(self.down2(F.relu(self.down1(h, moments)), moments))
        for block in self.blocks:
            h = h + block[1](F.relu(block[0](h, moments)), moments)  # type: ignore[index]
        h = F.relu(self.up2(F.relu(self.up1(h, moments)), moments))
        z = self.leave(F.pad(h, [4] * 4, mode="reflect")) + self.photo(x, moments)
        return torch.sigmoid(2 * z)  # (1 + tanh z) / 2: the paper's scaled tanh


class Painter(nn.Module):
    """The painter of Dumoulin et al. 2017 and Ghiasi et al. 2017, table 1, for one style: scales and shifts are plain weights.

    Three layers down, residual blocks, nearest-neighbour doublings. `widths` are those of the three layers down (the last is that
    of the blocks) and of the two up. Ghiasi's layers down are not normalised.
    """

    def __init__(self, widths: Sequence[int], blocks: int = 5, normalised: bool = False) -> None:
        super().__init__()
        a, b, c, d, e = widths
        down, up = partial(Layer, normalised=normalised), partial(Layer, enlarge="nearest")
        self.contract = nn.ModuleList([down(3, a, 9), down(a, b, 3, 2), down(b, c, 3, 2)])
        self.residual = nn.ModuleList(nn.ModuleList([Layer(c, c, 3), Layer(c, c, 3)]) for _ in range(blocks))
        self.expand = nn.ModuleList([up(c, d, 3), up(d, e, 3), Layer(e, 3, 9)])
        self.architecture = f"Dumoulin 2017, {a}-{b}-{c} channels down, {d}-{e} up, {blocks} blocks, instance norm"

    def layers(self) -> list[Layer]:
        """All layers in the order of the picture's way through them."""
        return [layer for layer in self.modules() if isinstance(layer, Layer)]

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:  # [B,3,H,W] in 0..1 -> the same
        for layer in self.contract:
            x = F.relu(layer(x, moments))
        for block in self.residual:
            x = x + block[1](F.relu(block[0](x, moments)), moments)  # type: ignore[index]
        for layer in self.expand[:-1]:
            x = F.relu(layer(x, moments))
        return torch.sigmoid(self.expand[-1](x, moments))


def painter_of(layers: Sequence[conditional.Layer], style: np.ndarray) -> Painter:
    """A published painter with one style vector [s] put in for good: it paints what the graph of these layers paints with it."""
    a, b, c, *_, d, e, _ = (layer.weight.shape[0] for layer in layers)
    module = Painter((a, b, c, d, e), (len(layers) - 6) // 2, normalised=layers[0].scale is not None)
    with torch.no_grad():
        for own, layer in zip(module.layers(), layers, strict=True):
            assert own.conv.bias is not None
            own.conv.weight.copy_(torch.tensor(layer.weight))
            own.conv.bias.copy_(torch.tensor(0.0 if layer.bias is None else layer.bias))
            if own.norm is not None and layer.scale is not None and layer.shift is not None:
                own.norm.weight.copy_(torch.tensor(style @ layer.scale[0] + layer.scale[1]))
                own.norm.bias.copy_(torch.tensor(style @ layer.shift[0] + layer.shift[1]))
    return module


def tensors_of(module: nn.Module, dtype: type = np.float16) -> dict[str, np.ndarray]:
    """Weights as arrays to be saved; float16 changes a painted pixel by less than one level in 255."""
    return {name: value.detach().float().cpu().numpy().astype(dtype) for name, value in module.state_dict().items()}


def build(tensors: Mapping[str, np.ndarray]) -> Transformer | Painter:
    """The network whose weights these are, ready to paint; its kind and shape are read from them. Raises Refusal for others."""
    from pipelines.core import models

    def width(name: str) -> int:
        return tensors[f"{name}.conv.weight"].shape[0]

    def count(name: str) -> int:
        return 1 + max((int(one.split(".")[1]) for one in tensors if one.startswith(f"{name}.")), default=-1)

    try:
        module: Transformer | Painter
        if "contract.0.conv.weight" in tensors:
            names = ("contract.0", "contract.1", "contract.2", "expand.0", "expand.1")
            normalised = "contract.0.norm.weight" in tensors
            module = Painter([width(name) for name in names], count("residual"), normalised)
        else:
            module = Transformer((width("enter"), width("down1"), width("down2")), count("blocks"))
        module.load_state_dict(
            {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in tensors.items()}
        )
    except (KeyError, IndexError, ValueError, RuntimeError) as problem:
        raise Refusal("This network paints no pictures; choose one made by “Train a style”.") from problem
    return module.eval().requires_grad_(False).to(models.device()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


@torch.inference_mode()
def paint(module: nn.Module, rgb: np.ndarray) -> np.ndarray:
    """Paint a picture, uint8 [H,W,3] of any size -> the same shape."""
    return paint_part(module, rgb)


def paint_part(module: nn.Module, rgb: np.ndarray, moments: Moments | None = None) -> np.ndarray:
    """Paint one piece, uint8 [H,W,3] of any size; `moments` as in Norm."""
    height, width = rgb.shape[:2]
    to_height, to_width = max(8, -(-height // 4) * 4), max(8, -(-width // 4) * 4)
    padded = np.pad(rgb, ((0, to_height - height), (0, to_width - width), (0, 0)), mode="symmetric")
    place = next(module.parameters()).device
    x = torch.from_numpy(padded).to(place).permute(2, 0, 1)[None].float() / 255  # [1,3,H,W], channels last
    y = (module(x, moments)[0] * 255).round_().to(torch.uint8).permute(1, 2, 0)
    return y[:height, :width].contiguous().cpu().numpy()
