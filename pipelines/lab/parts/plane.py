"""Points in the plane: what a visitor drew, or one of the named shapes; pictures of them; distances between two clouds.

Coordinates are between -1.5 and 1.5, y upwards. The shapes are formulas without random numbers, so the page draws the very same points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import numpy as np

from pipelines.core.settings import Refusal, Text

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE = 1.5  # points lie within ±EDGE
FEWEST, MOST = 3, 1000
SHAPE_POINTS = 300
Data = Annotated[
    str,
    Text(
        label="Data", help="A shape by name, or points x,y between -1.5 and 1.5.", max_characters=20_000, required=True
    ),
]


def _spread(i: int) -> tuple[float, float]:
    """Point i of an even sequence in the unit square (Roberts 2018, R2)."""
    return (0.5 + i * 0.7548776662466927) % 1, (0.5 + i * 0.5698402909980532) % 1


def _islands(i: int) -> tuple[float, float]:
    u, v = _spread(i)
    angle, radius = 2 * math.pi * v, 0.13 * math.sqrt(-2 * math.log(1 - 0.98 * u))
    centre = math.pi / 2 + 2 * math.pi * (i % 3) / 3
    return 0.85 * math.cos(centre) + radius * math.cos(angle), 0.85 * math.sin(centre) + radius * math.sin(angle)


def _moons(i: int) -> tuple[float, float]:
    u, v = _spread(i)
    angle, width = math.pi * u, 0.12 * (v - 0.5)
    x, y = (0.8 + width) * math.cos(angle), (0.8 + width) * math.sin(angle)
    return (x - 0.4, y - 0.25) if i % 2 else (0.4 - x, 0.25 - y)


def _ring(i: int) -> tuple[float, float]:
    u, v = _spread(i)
    radius = 1 + 0.1 * (v - 0.5)
    return radius * math.cos(2 * math.pi * u), radius * math.sin(2 * math.pi * u)


def _spiral(i: int) -> tuple[float, float]:
    u, v = _spread(i)
    turn = 3.5 * math.pi * math.sqrt(0.05 + 0.95 * u)
    radius = 1.2 * turn / (3.5 * math.pi) + 0.06 * (v - 0.5)
    return radius * math.cos(turn), radius * math.sin(turn)


def _board(i: int) -> tuple[float, float]:
    u, v = _spread(i)
    column, row = divmod(i % 8, 2)
    return -1.2 + 0.6 * (column + u), -1.2 + 0.6 * (2 * row + column % 2 + v)


FORMULAS: Mapping[str, Callable[[int], tuple[float, float]]] = {
    "islands": _islands,
    "moons": _moons,
    "ring": _ring,
    "spiral": _spiral,
    "board": _board,
}


def points_of_shape(name: str, count: int = SHAPE_POINTS) -> np.ndarray:
    """`count` points of a named shape, [count,2] float32, rounded to thousandths as the page sends them."""
    return np.round(np.array([FORMULAS[name](i) for i in range(count)], np.float64), 3).astype(np.float32)


def data_of(data: str) -> np.ndarray:
    """What a visitor gave as [n,2] float32: a named shape, or points. Raises Refusal."""
    if data.strip() in FORMULAS:
        return points_of_shape(data.strip())
    pairs = data.split()
    if not FEWEST <= len(pairs) <= MOST:
        raise Refusal(f"Give {FEWEST} to {MOST} points; these are {len(pairs)}.")
    try:
        points = np.array([[float(number) for number in pair.split(",")] for pair in pairs], np.float32)
    except ValueError:
        points = np.empty(0, np.float32)
    if points.ndim != 2 or points.shape[1] != 2:
        raise Refusal("A point is two numbers, such as 0.5,-1.")
    if not np.isfinite(points).all() or np.abs(points).max() > EDGE:
        raise Refusal(f"The points must lie between -{EDGE} and {EDGE}.")
    if np.ptp(points, axis=0).max() < 0.01:
        raise Refusal("All points lie in one place; draw something larger.")
    return points


def sliced_wasserstein(a: np.ndarray, b: np.ndarray, directions: int = 32) -> float:
    """The distance of two clouds [n,2], [m,2]: mean over even directions of the Wasserstein-1 distance of their shadows.

    Bonneel et al. 2015, section 3.
    """
    from scipy.stats import wasserstein_distance

    angles = np.pi * np.arange(directions) / directions
    ways = np.stack([np.cos(angles), np.sin(angles)])
    return float(np.mean([wasserstein_distance(*shadows) for shadows in zip((a @ ways).T, (b @ ways).T)]))


def picture(cloud: np.ndarray, data: np.ndarray | None = None, side_px: int = 320) -> Image:
    """The cloud [n,2] as dark points on paper, over the data in orange."""
    from PIL import Image as PillowImage
    from PIL import ImageDraw

    drawn = PillowImage.new("RGB", (side_px, side_px), "#FBF8F3")
    pen = ImageDraw.Draw(drawn)
    for points, colour, radius in ((data, "#D9622B", 2.0), (cloud, "#1E1B18", 1.2)):
        for x, y in points.tolist() if points is not None else ():
            px, py = (x / 1.8 + 1) * side_px / 2, (1 - y / 1.8) * side_px / 2
            if -4 < px < side_px + 4 and -4 < py < side_px + 4:
                pen.ellipse((px - radius, py - radius, px + radius, py + radius), fill=colour)
    return drawn
