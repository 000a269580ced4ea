"""The feed-forward painter of Johnson et al. 2016, one network per painting: photo [B,3,H,W] in 0..1 -> painted photo.

Departures from the paper, each known to look better: instance instead of batch normalisation (Ulyanov et al. 2016), reflection
padding (no borders), bilinear enlarging before a plain convolution (no checkerboard, Odena et al. 2016; with nearest-neighbour
enlarging, hundreds of steps left lines every four pixels), and the photo itself, brought to the painting's palette by one more normalisation, added before the last tanh, so that training starts from a
recognisable picture. The small shape (16, 32, 64 channels) has 0.42 M parameters, the paper's (32, 64, 128) 1.68 M.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.settings import Refusal

SMALL = (16, 32, 64)
TILE_PX = 1024  # pictures with more than four such tiles are painted tile by tile
REACH_PX = 96  # how far a pixel's influence goes: 4 + 1 + 2 + 4*2*5 + 2 + 1 + 4 = 54, rounded up to a multiple of 32


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
    """Reflection padding, convolution, normalisation; `enlarge` doubles the sides first."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, enlarge: bool = False) -> None:
        super().__init__()
        self.pad, self.enlarge = kernel // 2, enlarge
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride)
        self.norm = Norm(outputs)

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:
        if self.enlarge:
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.norm(self.conv(F.pad(x, [self.pad] * 4, mode="reflect")), moments)


class Transformer(nn.Module):
    """Two layers down, residual blocks at a quarter of the size, two layers up. Sides must be multiples of 4 and >= 8."""

    def __init__(self, widths: tuple[int, int, int] = SMALL, blocks: int = 5) -> None:
        super().__init__()
        a, b, c = widths
        self.enter, self.down1, self.down2 = Layer(3, a, 9), Layer(a, b, 3, 2), Layer(b, c, 3, 2)
        self.blocks = nn.ModuleList(nn.ModuleList([Layer(c, c, 3), Layer(c, c, 3)]) for _ in range(blocks))
        self.up1, self.up2 = Layer(c, b, 3, enlarge=True), Layer(b, a, 3, enlarge=True)
        self.leave = nn.Conv2d(a, 3, 9)
        self.photo = Norm(3)

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:  # [B,3,H,W] in 0..1 -> the same
        h = F.relu(self.enter(2 * x - 1, moments))
        h = F.relu(self.down2(F.relu(self.down1(h, moments)), moments))
        for block in self.blocks:
            h = h + block[1](F.relu(block[0](h, moments)), moments)  # type: ignore[index]
        h = F.relu(self.up2(F.relu(self.up1(h, moments)), moments))
        z = self.leave(F.pad(h, [4] * 4, mode="reflect")) + self.photo(x, moments)
        return torch.sigmoid(2 * z)  # (1 + tanh z) / 2: the paper's scaled tanh


def fresh(seed: int, widths: tuple[int, int, int] = SMALL, blocks: int = 5) -> Transformer:
    """An untrained network; the same seed gives the same weights, whatever torch's own generator has done."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Transformer(widths, blocks)


def tensors_of(module: nn.Module, dtype: type = np.float16) -> dict[str, np.ndarray]:
    """Weights as arrays to be saved; float16 changes a painted pixel by less than one level in 255."""
    return {name: value.detach().float().cpu().numpy().astype(dtype) for name, value in module.state_dict().items()}


def build(tensors: Mapping[str, np.ndarray]) -> Transformer:
    """The network whose weights these are, ready to paint; its shape is read from them. Raises Refusal for other weights."""
    from pipelines import models

    try:
        widths = tuple(tensors[f"{name}.conv.weight"].shape[0] for name in ("enter", "down1", "down2"))
        blocks = 1 + max((int(name.split(".")[1]) for name in tensors if name.startswith("blocks.")), default=-1)
        module = Transformer(widths, blocks)
        module.load_state_dict(
            {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in tensors.items()}
        )
    except (KeyError, IndexError, ValueError, RuntimeError) as problem:
        raise Refusal(
            "This network is not one that paints pictures; choose one made by “Train your own style”."
        ) from problem
    return module.eval().requires_grad_(False).to(models.device()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


@torch.inference_mode()
def paint(module: Transformer, rgb: np.ndarray) -> np.ndarray:
    """Paint a picture, uint8 [H,W,3] of any size -> the same shape. Past four tiles it goes tile by tile without seams.

    Tiles share the normalisation statistics of the whole picture, measured on it at a reduced size, and overlap by the reach of
    the network, so what is kept of a tile does not depend on where it was cut.
    """
    height, width = rgb.shape[:2]
    if height * width <= 4 * TILE_PX**2:
        return paint_part(module, rgb)
    moments: Moments = {}
    paint_part(module, _reduced(rgb), moments)
    painted = np.empty_like(rgb)
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            y, x = max(0, top - REACH_PX), max(0, left - REACH_PX)
            tile = paint_part(module, rgb[y : top + TILE_PX + REACH_PX, x : left + TILE_PX + REACH_PX], moments)
            kept = tile[top - y : top - y + TILE_PX, left - x : left - x + TILE_PX]
            painted[top : top + kept.shape[0], left : left + kept.shape[1]] = kept
    return painted


def _reduced(rgb: np.ndarray) -> np.ndarray:
    from PIL import Image

    height, width = rgb.shape[:2]
    shrink = 2 * TILE_PX / np.sqrt(height * width)
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def paint_part(module: Transformer, rgb: np.ndarray, moments: Moments | None = None) -> np.ndarray:
    """Paint one piece, uint8 [H,W,3] of any size; `moments` as in Norm."""
    height, width = rgb.shape[:2]
    to_height, to_width = max(8, -(-height // 4) * 4), max(8, -(-width // 4) * 4)
    padded = np.pad(rgb, ((0, to_height - height), (0, to_width - width), (0, 0)), mode="symmetric")
    place = next(module.parameters()).device
    x = torch.from_numpy(padded).to(place).permute(2, 0, 1)[None].float() / 255  # [1,3,H,W], channels last
    y = (module(x, moments)[0] * 255).round_().to(torch.uint8).permute(1, 2, 0)
    return y[:height, :width].contiguous().cpu().numpy()
