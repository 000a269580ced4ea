"""Drawings at full size: our own network makes 64 pixels 512 with clean edges, in tiles where a picture is larger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    from torch import Tensor

FACTOR = 8
TILE_PX, REACH_PX = 64, 16  # a tile, and how far around it the network looks
EDGE = 0.02  # alpha this near to 0 or 1 is made exactly that


def _build(path: Path) -> Any:
    from pipelines.core import models
    from pipelines.nets import enlarger

    return enlarger.load(path, models.device())


ENLARGER = ModelCard(
    name="Enlarger for drawings",
    source="builtin:weights/enlarger.safetensors",
    sha256="",
    licence="Apache-2.0 AND MIT (drawings of Noto Emoji, Google, and Fluent Emoji, Microsoft; attribution in assets/weights/enlarger.json)",
    size_bytes=412_576,
    build=_build,
    about="Enlarges drawings from 64 to 512 pixels.",
)


def enlarge(drawing: Tensor, size_px: int, report: Report = silent) -> Image:
    """A straight RGBA drawing 0..1 [4,h,w], h = w, as an RGBA picture of size_px: eight times as large, then brought to that size.

    Raises MissingModel.
    """
    import numpy as np
    import torch

    from pipelines.nets.object_unet import from_pixels, to_pixels

    with load(ENLARGER) as net, torch.inference_mode():
        large = eightfold(net, to_pixels(drawing.float())[None], report)
    rgba = from_pixels(large[0].cpu(), EDGE)
    pixels = (rgba.permute(1, 2, 0).clamp(0, 1) * 255).round().byte().numpy()
    picture = PillowImage.fromarray(np.ascontiguousarray(pixels), "RGBA")
    if picture.size == (size_px, size_px):
        return picture
    how = PillowImage.Resampling.BOX if picture.width % size_px == 0 else PillowImage.Resampling.LANCZOS
    return picture.resize((size_px, size_px), how)


def eightfold(net: Any, x: Tensor, report: Report = silent) -> Tensor:
    """The network's pixels [1,4,h,w] -> [1,4,8h,8w], in tiles that overlap by the network's reach, so that no seam shows."""
    import torch
    import torch.nn.functional as F

    device = next(net.parameters()).device
    height, width = x.shape[-2:]
    large = torch.empty(1, 4, FACTOR * height, FACTOR * width)
    padded = F.pad(x, [REACH_PX] * 4, mode="replicate") if max(height, width) > TILE_PX else x
    if padded is x:
        report(Progress(0, 1, "Drawing clean edges"))
        return net(x.to(device)).cpu()
    rows, columns = range(0, height, TILE_PX), range(0, width, TILE_PX)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            report(Progress(i * len(columns) + j, len(rows) * len(columns), "Drawing clean edges"))
            h, w = min(TILE_PX, height - top), min(TILE_PX, width - left)
            tile = padded[..., top : top + h + 2 * REACH_PX, left : left + w + 2 * REACH_PX]
            made = net(tile.to(device)).cpu()
            inner = slice(FACTOR * REACH_PX, FACTOR * (REACH_PX + h)), slice(FACTOR * REACH_PX, FACTOR * (REACH_PX + w))
            large[..., FACTOR * top : FACTOR * (top + h), FACTOR * left : FACTOR * (left + w)] = made[
                ..., inner[0], inner[1]
            ]
    return large
