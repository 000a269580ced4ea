"""The size at which a network sees a picture is the size of its brush: a picture of any size, painted with a brush of any size."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part
from pipelines.core.settings import Refusal
from pipelines.media import MAX_PIXELS
from pipelines.stylize.parts import tiles
from pipelines.stylize.parts.colour import mix_pictures
from pipelines.stylize.parts.stylers import Styler

SEEN_PX = 1024  # the longest side of what the network sees with a brush of 1
STRIP_PX = 256
DETAIL = 0.6  # how strongly fine strokes are added over the broad ones


def size_photo(content: Image, longest_px: int) -> np.ndarray:
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
        raise Refusal(f"This would be {width * height / 1e6:.0f} megapixels; 24 is the most.")


def paint_with_brush(styler: Styler, rgb: np.ndarray, brush: float, report: Report) -> np.ndarray:
    """The picture painted with a brush of that size, uint8 [h,w,3]: coarse strokes, finished by fine ones.

    Where the network sees the picture smaller than it is, the coarse painting gives everything down to its own resolution; each larger
    size, up to the full one, is painted over it and adds its band of a Laplacian pyramid (Burt and Adelson 1983). Only light is
    added: the colours of fine strokes over those of coarse ones look like noise.
    """
    full = rgb.shape[:2]
    shapes = _shapes(full, SEEN_PX / brush / max(full))
    pixels = np.cumsum([0.0, *(height * width for height, width in shapes)])
    shares = pixels / pixels[-1]
    # what the network sees, and how it paints that
    result = tiles.paint_tiles(styler, tiles.resize_picture(rgb, shapes[0]), part(report, shares[0], shares[1]))
    for shape, start, end in zip(shapes[1:], shares[1:], shares[2:]):
        # half the photo and half the painting so far: of the photo alone, fine strokes would ignore the coarse
        stage = part(report, start, end)
        enlarged = tiles.resize_picture(result, shape)
        stage(Progress(0, 1, "Enlarging"))
        half = mix_pictures(tiles.resize_picture(rgb, shape), enlarged, 0.5)
        light = _light(tiles.paint_tiles(styler, half, stage))
        result = _with_fine_band(result, light, np.float32(DETAIL), stage)
    return tiles.resize_picture(result, full)


def _shapes(full: tuple[int, int], shrink: float) -> list[tuple[int, int]]:
    """Heights and widths from what the network sees first to the full size, each at most 2.5 times the one before."""
    if shrink >= 0.9:
        return [full]
    steps = math.ceil(math.log(1 / shrink) / math.log(2.5))
    factors = [shrink ** (1 - step / steps) for step in range(steps)]
    return [(max(1, round(full[0] * factor)), max(1, round(full[1] * factor))) for factor in factors] + [full]


def _light(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(PillowImage.fromarray(rgb).convert("L"))


def _with_fine_band(coarse: np.ndarray, light: np.ndarray, amount: np.float32, report: Report) -> np.ndarray:
    """coarse [h,w,3] enlarged to the size of light [H,W], plus `amount` of what light has beyond coarse's resolution; all uint8.

    In strips, so that no float picture of the full size exists.
    """
    import cv2

    shape = coarse.shape[1], coarse.shape[0]
    reduced = np.asarray(PillowImage.fromarray(light).resize(shape, PillowImage.Resampling.LANCZOS))
    low = coarse - amount * reduced[..., None]
    height, width = light.shape
    rows = (np.arange(height, dtype=np.float32) + 0.5) * (low.shape[0] / height) - 0.5
    columns = (np.arange(width, dtype=np.float32) + 0.5) * (low.shape[1] / width) - 0.5
    out = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP_PX):
        report(Progress(1, 1, "Adding fine strokes"))
        strip = slice(top, min(height, top + STRIP_PX))
        x, y = (grid.astype(np.float32) for grid in np.meshgrid(columns, rows[strip]))
        large = cv2.remap(low, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        out[strip] = (large + amount * light[strip, :, None] + 0.5).clip(0, 255)
    return out
