"""What chance decides in a drawing, so that two trees are not the same: leaves, field stones, puffs and straws that lie a little elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.props.outlines import box, ellipse, strokes
from pipelines.props.part import Part, part

Circle = tuple[float, float, float]


def near(rng: np.random.Generator, value: float, amount: float) -> float:
    """A chance number within +-amount of a value; an amount of 0 takes none."""
    return value + float(rng.uniform(-amount, amount)) if amount else value


def moved_circles(rng: np.random.Generator, circles: Sequence[Circle], amounts: Sequence[float]) -> list[np.ndarray]:
    """Circles whose middles and radii are a little elsewhere."""
    moved = [[near(rng, value, amount) for value, amount in zip(circle, amounts)] for circle in circles]
    return [ellipse(x, y, r, r) for x, y, r in moved]


def moved_strokes(
    rng: np.random.Generator, lines: Sequence[np.ndarray], amounts: Sequence[float], width: float
) -> list[np.ndarray]:
    """Strokes of two points each whose ends are a little elsewhere."""
    moved = [[near(rng, value, amount) for value, amount in zip(line.ravel(), amounts)] for line in lines]
    return strokes([np.reshape(line, (2, 2)) for line in moved], width)


def leaves(rng: np.random.Generator, tone: str, clumps: Sequence[Circle], dabs: int) -> list[Part]:
    """A crown of round clumps with dabs of shade and of light."""
    circles = [ellipse(x, y, r, r) for x, y, r in clumps]
    made = [part(tone, circles, round=0.75 * max(r for _, _, r in clumps), convex=True)]
    for sign, lift, opacity in (("-", -0.3, 0.35), ("+", 0.3, 0.5)):
        spots = []
        for _ in range(dabs):
            x, y, r = clumps[int(rng.integers(len(clumps)))]
            a, d = rng.uniform(0, 2 * np.pi), r * 0.6 * np.sqrt(rng.uniform())
            small = r * rng.uniform(0.09, 0.17)
            spots.append(ellipse(x + d * np.cos(a) - lift * r * 0.7, y + d * np.sin(a) + lift * r, small, small))
        made.append(part(tone + sign, spots, convex=True, clip=True, opacity=opacity))
    return made


def stones(rng: np.random.Generator, tone: str, wide: float, tall: float, rows: int) -> list[Part]:
    """A wall of field stones on the ground, row by row."""
    parts: list[Part] = []
    high = tall / rows
    for row in range(rows):
        x = -5.0 * (row % 2)
        while x < wide - 4:
            right = x + near(rng, 14, 4)
            sign = ("", "-", "+")[int(rng.integers(3))]
            stone = box(max(0, x), row * high, min(wide, right), row * high + high + 0.4, 4)
            parts.append(part(tone + sign, [stone], round=4))
            x = right + 0.4
    return parts
