"""The painter's tools: planes of float colour with alpha, masks drawn with anti-aliasing, washes, washes' texture, paper, dither.

Everything is float32 in gamma-encoded sRGB 0..1, the space in which painters' mixtures look right; 8 bits only at the very end,
with triangular dither, so that no gradient shows steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

SUBPIXEL_BITS = 4  # coordinates are given to OpenCV in sixteenths of a pixel
SCALE = 1 << SUBPIXEL_BITS
Colour = tuple[float, float, float]


def rgb(code: str) -> np.ndarray:
    """#rrggbb -> float32 [3] in 0..1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255


def mix(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    """`a` with a share of `b`."""
    return (a + (b - a) * share).astype(np.float32)


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(
    rng: np.random.Generator, width: int, height: int, cell_px: float, octaves: int = 3, stretch: float = 1.0
) -> np.ndarray:
    """Smooth value noise about 0 with a standard deviation near 1, float32 [height,width]; `stretch` > 1 draws it out sideways."""
    import cv2

    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cell = max(2.0, cell_px / 2**octave)
        columns, rows = max(4, round(width / (cell * stretch)) + 3), max(4, round(height / cell) + 3)
        grid = rng.standard_normal((rows, columns)).astype(np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * (1.15 / 2**octave)
    return total / 1.3


def line_noise(
    rng: np.random.Generator, length: int, cell_px: float, octaves: int = 4, fall: float = 0.5
) -> np.ndarray:
    """One-dimensional `noise`: float32 [length]; each octave is `fall` times as strong as the one before."""
    import cv2

    total, weight = np.zeros(length, np.float32), 0.0
    for octave in range(octaves):
        cell = max(2.0, cell_px / 2**octave)
        grid = rng.standard_normal((1, max(4, round(length / cell) + 3))).astype(np.float32)
        total += cv2.resize(grid, (length, 1), interpolation=cv2.INTER_CUBIC)[0] * fall**octave
        weight += fall ** (2 * octave)
    return total / np.sqrt(weight)


def gradient(height: int, stops: Sequence[tuple[float, np.ndarray]]) -> np.ndarray:
    """Vertical colours through `stops` (place 0..1 from the top, colour), smooth: float32 [height,1,3]."""
    places = np.array([place for place, _ in stops])
    at = np.linspace(0, 1, height)
    index = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(stops) - 2)
    t = np.clip((at - places[index]) / np.maximum(places[index + 1] - places[index], 1e-6), 0, 1)
    t = 0.5 * t + 0.5 * t * t * (3 - 2 * t)
    colours = np.stack([colour for _, colour in stops])
    return (colours[index] + (colours[index + 1] - colours[index]) * t[:, None]).astype(np.float32)[:, None]


class Mask:
    """Coverage 0..255 of one tone, drawn shape by shape with anti-aliased edges; each shape gives the mask back."""

    def __init__(self, width: int, height: int) -> None:
        self.cover = np.zeros((height, width), np.uint8)
        self.low, self.high = height, 0  # rows that were drawn on

    def polygon(self, points: Any, cover: int = 255) -> Mask:
        """Any simple polygon; points [n,2] in pixels."""
        import cv2

        at = np.asarray(points, np.float64)
        cv2.fillPoly(self.cover, [_to_subpixels(at)], cover, cv2.LINE_AA, SUBPIXEL_BITS)
        return self._touch(at[:, 1].min(), at[:, 1].max())

    def convex(self, points: Any, cover: int = 255) -> Mask:
        """A convex polygon, faster."""
        import cv2

        at = np.asarray(points, np.float64)
        cv2.fillConvexPoly(self.cover, _to_subpixels(at), cover, cv2.LINE_AA, SUBPIXEL_BITS)
        return self._touch(at[:, 1].min(), at[:, 1].max())

    def between(self, first: tuple[Any, Any], second: tuple[Any, Any]) -> Mask:
        """What lies between two lines, each the xs and ys of its points."""
        return self.polygon([*zip(*first), *reversed(list(zip(*second)))])

    def disc(self, x: float, y: float, radius: float, cover: int = 255) -> Mask:
        """A filled circle."""
        import cv2

        centre = round(x * SCALE), round(y * SCALE)
        cv2.circle(self.cover, centre, max(1, round(radius * SCALE)), cover, -1, cv2.LINE_AA, SUBPIXEL_BITS)
        return self._touch(y - radius, y + radius)

    def ellipse(self, x: float, y: float, across: float, down: float, degrees: float = 0, cover: int = 255) -> Mask:
        """A filled ellipse with half-axes `across` and `down`."""
        import cv2

        reach = max(across, down)
        centre, axes = (
            (round(x * SCALE), round(y * SCALE)),
            (max(1, round(across * SCALE)), max(1, round(down * SCALE))),
        )
        cv2.ellipse(self.cover, centre, axes, degrees, 0, 360, cover, -1, cv2.LINE_AA, SUBPIXEL_BITS)
        return self._touch(y - reach, y + reach)

    def line(self, points: Any, thickness: float, cover: int = 255) -> Mask:
        """An open line; thickness in whole pixels, at least one."""
        import cv2

        at = np.asarray(points, np.float64)
        cv2.polylines(
            self.cover, [_to_subpixels(at)], False, cover, max(1, round(thickness)), cv2.LINE_AA, SUBPIXEL_BITS
        )
        return self._touch(at[:, 1].min() - thickness, at[:, 1].max() + thickness)

    def under(self, ridge_y: np.ndarray, cover: float = 255) -> Mask:
        """All that lies below a ridge line y(x) [width], with exact coverage."""
        height = len(self.cover)
        top = max(0, int(np.floor(ridge_y.min())) - 1)
        if top >= height:
            return self
        depth = np.arange(top, height, dtype=np.float32)[:, None] + 0.5 - ridge_y[None].astype(np.float32)
        filled = (np.clip(depth + 0.5, 0, 1) * cover).astype(np.uint8)
        np.maximum(self.cover[top:], filled, out=self.cover[top:])
        return self._touch(top, height)

    def _touch(self, low: float, high: float) -> Mask:
        self.low = min(self.low, max(0, int(low) - 2))
        self.high = max(self.high, min(self.cover.shape[0], int(high) + 3))
        return self


def _to_subpixels(points: np.ndarray) -> np.ndarray:
    limit = 2**26  # OpenCV's own; far outside every canvas
    return np.clip(np.round(points * SCALE), -limit, limit).astype(np.int32).reshape(-1, 1, 2)


@dataclass
class Texture:
    """What paint does on paper, one set for a whole painting: blooms of a wash, granulation, and the paper's tooth."""

    bloom: np.ndarray
    grain: np.ndarray
    paper: np.ndarray

    @classmethod
    def of(cls, width: int, height: int, rng: np.random.Generator) -> Texture:
        """Make the grain of the paper for a picture of this size."""
        import cv2

        longest = max(width, height)
        bloom = noise(rng, width, height, longest / 7, 4)
        grain = noise(rng, width, height, longest / 160, 2)
        tooth = rng.standard_normal((height, width)).astype(np.float32)
        tooth = cv2.GaussianBlur(tooth, (0, 0), 0.9 * longest / 1280) * 1.9
        fibre = (
            cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 2.6 * longest / 1280)
            * 4.6
        )
        return cls(bloom, grain, 0.6 * tooth + 0.4 * fibre)


@dataclass
class Plane:
    """One depth plane while it is painted: premultiplied colour and alpha, float32."""

    width: int
    height: int
    texture: Texture
    colour: np.ndarray = field(init=False)
    alpha: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.colour = np.zeros((self.height, self.width, 3), np.float32)
        self.alpha = np.zeros((self.height, self.width, 1), np.float32)

    def fill(self, colours: np.ndarray, mottle: float = 0.0) -> None:
        """Cover everything; colours broadcast to [height,width,3]."""
        self.colour[:] = colours
        self.alpha[:] = 1
        if mottle:
            self.colour *= 1 + mottle * self.texture.bloom[..., None]

    def lay(
        self,
        mask: Mask | np.ndarray,
        colours: np.ndarray,
        opacity: float = 1.0,
        mottle: float = 0.0,
        soft_px: float = 0.0,
    ) -> None:
        """Paint through a mask (Mask, or float 0..1 [height,width]); colours [3], [height,1,3] or [height,width,3].

        `mottle` lets the wash bloom and granulate; `soft_px` blurs the mask's edge.
        """
        import cv2

        cover, low, high = _cover(mask)
        if high <= low:
            return
        margin = int(3 * soft_px) + 1 if soft_px else 0
        low, high = max(0, low - margin), min(self.height, high + margin)
        part = cover[low:high]
        columns = np.flatnonzero(part.max(axis=0))
        if len(columns) == 0:
            return
        left, right = max(0, int(columns[0]) - margin), min(self.width, int(columns[-1]) + 1 + margin)
        part = part[:, left:right]
        weight: Any = part.astype(np.float32) * np.float32(opacity / 255 if part.dtype == np.uint8 else opacity)
        if soft_px:
            weight = cv2.GaussianBlur(weight, (0, 0), soft_px)
        paint = _window(colours, low, high, left, right)
        wash = self._wash(low, high, left, right, mottle) if mottle else None
        target, alpha = self.colour[low:high, left:right], self.alpha[low:high, left:right, 0]
        for channel in range(3):  # one after the other: rows of pixels are much faster than threes of channels
            under, over = target[..., channel], paint[..., channel : channel + 1][..., 0]
            over = over if wash is None else over * wash
            under += (over - under) * weight  # premultiplied over: c' = c (1 - w) + paint w
        alpha += (1 - alpha) * weight

    def paste(self, picture: Image, left: int, top: int, light: np.ndarray) -> None:
        """A picture (RGBA) with its upper left corner at (left, top), its colours multiplied by the light there [height,width,3]."""
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self.width, left + picture.width), min(self.height, top + picture.height)
        if x0 >= x1 or y0 >= y1:
            return
        pixels = np.asarray(picture, np.float32)[y0 - top : y1 - top, x0 - left : x1 - left] / 255
        weight = pixels[..., 3:]
        target, alpha = self.colour[y0:y1, x0:x1], self.alpha[y0:y1, x0:x1]
        target += (np.clip(pixels[..., :3] * light[y0:y1, x0:x1], 0, 1.1) - target) * weight
        alpha += (1 - alpha) * weight

    def glow(self, amount: np.ndarray, colour: np.ndarray) -> None:
        """Add light (screen), where there is paint: amount [height,width] 0..1."""
        for channel in range(3):
            under = self.colour[..., channel]
            under += amount * colour[..., channel] * (self.alpha[..., 0] - under)

    def _wash(self, low: int, high: int, left: int, right: int, mottle: float) -> np.ndarray:
        texture = self.texture
        bloom, grain = texture.bloom[low:high, left:right], texture.grain[low:high, left:right]
        return 1 + (bloom * (0.75 * mottle) + grain * (0.4 * mottle))

    def finished(self, rng: np.random.Generator, tooth: float = 0.012) -> Image:
        """Straight-alpha RGBA with the paper's tooth and triangular dither."""
        from PIL import Image as PillowImage

        # One dither for the three channels: it hides steps just as well and adds no coloured specks.
        dither = rng.random((2, self.height, self.width), np.float32)
        pixels, painted = np.zeros((self.height, self.width, 4), np.uint8), np.flatnonzero(self.alpha.any((1, 2)))
        rows = slice(painted[0], painted[-1] + 1) if len(painted) else slice(0)
        alpha, dither, paper = self.alpha[rows, :, 0], dither[0, rows] - dither[1, rows], self.texture.paper[rows]
        steps = alpha * 255
        inside = (steps > 0.5) & (steps < 254.5)
        pixels[rows, :, 3] = np.clip(steps + np.where(inside, dither, 0) + 0.5, 0, 255)
        whole = np.float32(1) if (self.alpha >= 0.999).all() else np.maximum(alpha, 1e-4)
        for channel in range(3):
            straight = self.colour[rows, :, channel] / whole * (1 + tooth * paper)
            pixels[rows, :, channel] = np.clip(straight * 255 + dither + 0.5, 0, 255) * (pixels[rows, :, 3] > 0)
        return PillowImage.fromarray(pixels)


def _cover(mask: Mask | np.ndarray) -> tuple[np.ndarray, int, int]:
    if isinstance(mask, Mask):
        return mask.cover, mask.low, mask.high
    rows = np.flatnonzero(mask.max(axis=1) > 0.002)
    return mask, (int(rows[0]) if len(rows) else 0), (int(rows[-1]) + 1 if len(rows) else 0)


def _window(colours: np.ndarray, low: int, high: int, left: int, right: int) -> np.ndarray:
    if colours.ndim == 1:
        return colours
    rows = slice(None) if colours.shape[0] == 1 else slice(low, high)
    columns = slice(None) if colours.shape[1] == 1 else slice(left, right)
    return colours[rows, columns]
