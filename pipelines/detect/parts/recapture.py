"""Was this picture shown and captured again? A page around it, an enlargement, a photograph of a screen: a score of each, by rules without training."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEAST_SIDE_PX = 192
BAND_PX = 6  # of a page's margin at least
FLAT = 2  # levels by which one colour may differ
SQUARE_PX = 512


def frame(pixels: np.ndarray) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the picture inside a page of one colour, in pixels; None where there is no such page."""
    import numpy as np

    corners = np.concatenate(
        [
            pixels[:4, :4].reshape(-1, 3),
            pixels[-4:, :4].reshape(-1, 3),
            pixels[:4, -4:].reshape(-1, 3),
            pixels[-4:, -4:].reshape(-1, 3),
        ]
    )
    colour = np.median(corners, axis=0)
    near = _near(pixels, colour)
    across, down = near.mean(0), near.mean(1)  # share of page in each column and row; text leaves most of a row
    inside_x, inside_y = np.flatnonzero(across < 0.5), np.flatnonzero(down < 0.5)
    if not len(inside_x) or not len(inside_y):
        return None
    left, right, top, bottom = int(inside_x[0]), int(inside_x[-1]) + 1, int(inside_y[0]), int(inside_y[-1]) + 1
    return left, top, right, bottom


def _near(pixels: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Where uint8 [h,w,3] is as good as one colour, bool [h,w]."""
    import cv2
    import numpy as np

    low, high = (np.clip(colour.astype(np.int16) + sign * 2 * FLAT, 0, 255).tolist() for sign in (-1, 1))
    return cv2.inRange(np.ascontiguousarray(pixels), np.array(low), np.array(high)) > 0


def page(pixels: np.ndarray) -> float:
    """How surely a page of one colour surrounds a picture: the share of flat margin on its weakest two sides, times how sharply the picture begins."""
    import numpy as np

    found = frame(pixels)
    if found is None:
        return 0.0
    left, top, right, bottom = found
    height, width = pixels.shape[:2]
    if right - left < 64 or bottom - top < 64:
        return 0.0
    colour = np.median(pixels[:4, :4].reshape(-1, 3), axis=0)
    flat = _near(pixels, colour).astype(np.float64)
    sides = [
        flat[:, :left].mean() if left >= BAND_PX else 0.0,
        flat[:, right:].mean() if width - right >= BAND_PX else 0.0,
        flat[:top].mean() if top >= BAND_PX else 0.0,
        flat[bottom:].mean() if height - bottom >= BAND_PX else 0.0,
    ]
    rows, columns = slice(top, bottom), slice(left, right)
    jumps = []
    for edge, outside in ((left, left - 1), (right - 1, right)):
        if 0 <= outside < width:
            jumps.append((1 - flat[rows, edge]).mean() * flat[rows, outside].mean())
    for edge, outside in ((top, top - 1), (bottom - 1, bottom)):
        if 0 <= outside < height:
            jumps.append((1 - flat[edge, columns]).mean() * flat[outside, columns].mean())
    if len(jumps) < 2:
        return 0.0
    return float(np.sort(sides)[-3] * np.sort(jumps)[-3 if len(jumps) > 2 else -2])


def _squares(pixels: np.ndarray, count: int = 4) -> list[np.ndarray]:
    """The squares with the most detail of the luma, float32, SQUARE_PX or smaller."""
    import cv2
    import numpy as np

    luma = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    side = min(SQUARE_PX, *luma.shape)
    tops = np.unique(np.linspace(0, luma.shape[0] - side, 3).astype(int))
    lefts = np.unique(np.linspace(0, luma.shape[1] - side, 3).astype(int))
    cuts = [luma[top : top + side, left : left + side] for top in tops for left in lefts]
    return sorted(cuts, key=lambda cut: -float(np.abs(np.diff(cut)).mean()))[:count]


def enlarged(pixels: np.ndarray) -> float:
    """How empty the finest octave is beside the one below it, in natural logarithms of power; the lens's own blur explains about three."""
    import numpy as np

    values = []
    for cut in _squares(pixels):
        side = cut.shape[0]
        window = np.hanning(side)[:, None] * np.hanning(side)
        power = np.abs(np.fft.fft2((cut - cut.mean()) * window)) ** 2
        freq = np.fft.fftfreq(side)
        across, down = np.abs(freq)[None, :], np.abs(freq)[:, None]
        most, least = np.maximum(across, down), np.minimum(across, down)
        off = (np.abs(across * 8 % 1 - 0.5) < 0.42) & (
            np.abs(down * 8 % 1 - 0.5) < 0.42
        )  # not on the 8 x 8 grid of JPEG
        low = power[(most > 0.12) & (most < 0.2) & off].mean()
        high = np.median(power[(most > 0.36) & (most < 0.48) & (least < 0.48) & off])
        values.append(np.log(low + 1) - np.log(high + 1))
    return float(np.median(values))


def screen(pixels: np.ndarray) -> float:
    """The highest lattice peak of the spectrum above its neighbourhood, in natural logarithms: a screen's pixel grid, or its moiré, seen by a camera."""
    import cv2
    import numpy as np

    values = []
    for cut in _squares(pixels):
        side = cut.shape[0]
        window = np.hanning(side)[:, None] * np.hanning(side)
        residual = cut - cv2.GaussianBlur(cut, (0, 0), 2.0)
        level = np.log(np.abs(np.fft.fftshift(np.fft.fft2(residual * window))) ** 2 + 1.0).astype(np.float32)
        smooth = cv2.GaussianBlur(level, (0, 0), 1.0)
        around = cv2.blur(level, (31, 31))
        freq = np.fft.fftshift(np.fft.fftfreq(side))
        across, down = np.abs(freq)[None, :], np.abs(freq)[:, None]
        reach = np.hypot(across, down)
        grid = (np.abs(across * 8 - np.round(across * 8)) < 0.05) & (np.abs(down * 8 - np.round(down * 8)) < 0.05)
        use = (reach > 0.1) & (reach < 0.49) & ~grid & (np.minimum(across, down) > 0.004)
        lifted = np.where(use, smooth - around, -9.0)
        values.append(np.sort(lifted.ravel())[-8])  # four peaks come in pairs
    return float(np.median(values))


SCORES: dict[str, Callable[[np.ndarray], float]] = {"page": page, "enlarged": enlarged, "screen": screen}
