"""Traces of saving: JPEG ghosts (Farid 2009), double quantisation (Popescu & Farid 2004), error levels (Krawetz 2007, shown only).

Pictures are uint8 [h,w,3]; blocks begin at the picture's corner, so crops must be made in multiples of 8.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

QUALITIES = (50, 58, 66, 74, 82, 90)
MOST_PX = 1024
BLOCK_PX = 16


def working(pixels: np.ndarray) -> np.ndarray:
    """The middle of a large picture, cut on the 8-pixel grid."""
    top, left = (max(0, (n - MOST_PX) // 2) // 8 * 8 for n in pixels.shape[:2])
    return pixels[top : top + MOST_PX, left : left + MOST_PX]


@dataclass(frozen=True)
class Ghosts:
    """`quality` at which part of the picture changes least, the map [h/16,w/16] of that change, and how clearly it parts in two, 0..1."""

    quality: int
    map: np.ndarray
    contrast: float
    share: float


def ghosts(pixels: np.ndarray) -> Ghosts | None:
    """Save again at each quality: a part that was once saved at it changes less than the rest. None for small pictures."""
    import cv2
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.detect.parts.canonical import decoded, encoded

    pixels = working(pixels)
    height, width = (n // BLOCK_PX for n in pixels.shape[:2])
    if height * width < 64:
        return None
    pixels = pixels[: height * BLOCK_PX, : width * BLOCK_PX]
    picture, maps = PillowImage.fromarray(pixels), []
    for quality in QUALITIES:
        again = np.asarray(decoded(encoded(picture, quality)), np.float32)
        change = ((pixels - again) ** 2).mean(2).reshape(height, BLOCK_PX, width, BLOCK_PX).mean((1, 3))
        maps.append(cv2.medianBlur(change.astype(np.float32), 3))
    stack = np.stack(maps)
    spread = stack.max(0) - stack.min(0)
    level = (stack - stack.min(0)) / np.maximum(spread, 1e-3)
    level[:, spread < 1.0] = np.median(level)  # flat places tell nothing
    best = max(range(len(QUALITIES) - 1), key=lambda i: _parts(level[i])[0])
    contrast, share = _parts(level[best])
    return Ghosts(QUALITIES[best], level[best], contrast, share)


def _parts(level: np.ndarray) -> tuple[float, float]:
    """Otsu's criterion: variance between two parts over all variance, weighed down where one part is tiny; and the lesser share."""
    import numpy as np

    values = np.sort(level.ravel())
    n = len(values)
    total = values.var()
    if total < 1e-5:
        return 0.0, 0.0
    sums = np.cumsum(values)[:-1]
    k = np.arange(1, n)
    between = (sums / k - (sums[-1] + values[-1] - sums) / (n - k)) ** 2 * k * (n - k) / n**2
    at = int(between.argmax())
    share = min(k[at], n - k[at]) / n
    return float(between[at] / total * min(1.0, share / 0.04)), float(share)


@dataclass(frozen=True)
class Quantisation:
    """Of a JPEG file: its quality by the table, and how strongly the histograms of its coefficients beat, as twice saved ones do."""

    quality: float
    beat: float
    histogram: np.ndarray


def quantisation(content: bytes | None) -> Quantisation | None:
    """Read from a JPEG file's tables and its decoded blocks; None for other formats and small pictures."""
    import cv2
    import numpy as np
    from PIL import Image as PillowImage

    if not content or content[:2] != b"\xff\xd8":
        return None
    with PillowImage.open(io.BytesIO(content)) as opened:
        tables = getattr(opened, "quantization", None)
        if not tables or min(opened.size) < 128:
            return None
        luma = np.asarray(opened.convert("YCbCr"))[..., 0]
    table = np.array(tables[0], np.float32).reshape(8, 8)
    luma = working(luma[..., None])[..., 0]
    height, width = (n // 8 for n in luma.shape)
    blocks = luma[: height * 8, : width * 8].astype(np.float32).reshape(height, 8, width, 8).transpose(0, 2, 1, 3) - 128
    basis = cv2.dct(np.eye(8, dtype=np.float32), flags=cv2.DCT_ROWS).T
    coefficients = np.einsum("ij,abjk,lk->abil", basis, blocks, basis)
    beats, shown = [], np.zeros(41)
    for row, column in ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0)):
        step = max(1.0, float(table[row, column]))
        steps = np.rint(coefficients[..., row, column] / step)
        histogram = np.bincount((steps[np.abs(steps) <= 20] + 20).astype(int).ravel(), minlength=41).astype(np.float64)
        shown = shown + histogram
        beats.append(_beat(histogram))
    return Quantisation(_quality(table), float(np.mean(sorted(beats)[-3:])), shown)


def _quality(table: np.ndarray) -> float:
    """The quality setting whose standard table is nearest in its mean (standard mean 57.6 at 50)."""
    scale = float(table.mean()) / 57.6 * 100
    return max(1.0, min(100.0, (200 - scale) / 2 if scale <= 100 else 5000 / scale))


def _beat(histogram: np.ndarray) -> float:
    """How far a histogram's logarithm swings around its smooth course beyond chance."""
    import numpy as np

    if histogram.sum() < 400:
        return 0.0
    level = np.log(histogram + 4)
    smooth = np.convolve(np.pad(level, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    swing = (level - smooth)[np.r_[8:18, 23:33]]
    counts = histogram[np.r_[8:18, 23:33]] + 4
    return float(np.sqrt(np.maximum(0, (swing**2 - 0.8 / counts)).mean()))


def error_levels(pixels: np.ndarray) -> Image:
    """What one more saving at 90 changes, brightened: shown because people ask for it, never counted."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.detect.parts.canonical import decoded, encoded

    pixels = working(pixels)
    again = np.asarray(decoded(encoded(PillowImage.fromarray(pixels), 90)), np.float32)
    change = np.abs(pixels - again)
    return PillowImage.fromarray(
        (change * (255 / max(float(np.quantile(change, 0.998)), 1.0))).clip(0, 255).astype(np.uint8)
    )
