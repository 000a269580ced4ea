"""The size at which a network sees a picture is the size of its brush: a picture of any size, painted with a brush of any size."""

from __future__ import annotations

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.media import MAX_PIXELS
from pipelines.progress import Report, part
from pipelines.settings import Refusal
from pipelines.stylize import tiles
from pipelines.stylize.colour import mixed
from pipelines.stylize.stylers import Styler

SEEN_PX = 1024  # the longest side of what the network sees with a brush of 1
STRIP_PX = 256


def sized(content: Image, longest_px: int) -> np.ndarray:
    """The photo as uint8 [h,w,3], its longest side `longest_px` (0: as it is). Raises Refusal past 24 megapixels."""
    picture = content.convert("RGB")
    if longest_px:
        scale = longest_px / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        _refuse_past_limit(*size)
        picture = picture.resize(size, PillowImage.Resampling.LANCZOS)
    _refuse_past_limit(*picture.size)
    return np.asarray(picture)


def _refuse_past_limit(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refusal(f"This would be {width * height / 1e6:.0f} megapixels; please choose a smaller size, up to 24.")


def painted(styler: Styler, rgb: np.ndarray, brush: float, detail: float, report: Report) -> np.ndarray:
    """The picture painted with a brush of that size, uint8 [h,w,3]: coarse strokes, finished by fine ones (detail 0: not finished).

    Where the network sees the picture smaller than it is, the coarse painting gives everything down to its own resolution and a
    painting at full size gives the rest of its light, as two bands of a Laplacian pyramid (Burt and Adelson 1983). The colours of the fine
    strokes are left out: over those of the coarse ones they look like noise.
    """
    height, width = rgb.shape[:2]
    shrink = SEEN_PX / brush / max(height, width)
    if shrink >= 0.9:
        return tiles.painted(styler, rgb, report)
    # what the network sees, and how it paints that
    shape = (max(1, round(height * shrink)), max(1, round(width * shrink)))
    share = shrink**2 / (1 + shrink**2) if detail > 0 else 1.0
    coarse = tiles.painted(styler, tiles.resized(rgb, shape), part(report, 0, share))
    if detail <= 0:
        return tiles.resized(coarse, (height, width))
    # the fine band of a painting at full size, added strip by strip
    between = mixed(
        rgb, tiles.resized(coarse, (height, width)), 0.5
    )  # of the photo alone, the fine strokes would ignore the coarse
    fine = _light(tiles.painted(styler, between, part(report, share, 1)))
    fine_reduced = np.asarray(PillowImage.fromarray(fine).resize(shape[::-1], PillowImage.Resampling.LANCZOS))
    lacking = coarse - np.float32(detail) * fine_reduced[..., None]
    return _added(lacking, fine, np.float32(detail))


def _light(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(PillowImage.fromarray(rgb).convert("L"))


def _added(low: np.ndarray, fine: np.ndarray, amount: np.float32) -> np.ndarray:
    """low [h,w,3] enlarged to the size of fine [H,W], plus amount * fine; in strips, so that no float picture of the full size exists."""
    import cv2

    height, width = fine.shape
    rows = (np.arange(height, dtype=np.float32) + 0.5) * (low.shape[0] / height) - 0.5
    columns = (np.arange(width, dtype=np.float32) + 0.5) * (low.shape[1] / width) - 0.5
    out = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP_PX):
        strip = slice(top, min(height, top + STRIP_PX))
        x, y = (grid.astype(np.float32) for grid in np.meshgrid(columns, rows[strip]))
        large = cv2.remap(low, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        out[strip] = (large + amount * fine[strip, :, None] + 0.5).clip(0, 255)
    return out
