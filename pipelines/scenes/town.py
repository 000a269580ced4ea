"""Generators of what stands side by side or again and again: houses of a street, towers of a city, fences, lamps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.painting.brush import Plane
from pipelines.props import shape_of
from pipelines.scenes.easel import Easel, generator
from pipelines.scenes.furnishing import stand_thing


@generator("row of")
def paint_row_of(
    easel: Easel,
    things: Sequence[str],
    tall: tuple[float, float],
    level: float = 1.2,
    gap: float = -0.3,
    count: int = 0,
    plane: Plane | None = None,
    colours: Sequence[str] = ("",),
    depth: float = 0.1,
) -> None:
    """Things of several kinds side by side, as houses of a street, or so many by chance, the highest in the middle, as towers of a city."""
    rng, unit, x = easel.rng, easel.unit, -float(easel.rng.uniform(0, 9))
    places = rng.permutation((np.arange(count) + rng.uniform(-0.35, 0.35, count) + 0.5) / max(1, count)).tolist()
    while places or (not count and x * unit < easel.width):
        thing, high, share = str(rng.choice(things)), float(rng.uniform(*tall)), places.pop() if count else 0.5
        high = 3.0 * round(high * (1 - 0.55 * abs(share - 0.5)) / 3) if count else high  # few sizes, each painted once
        wide = high * shape_of(thing)
        middle = share * easel.width if count else (x + wide / 2) * unit
        stand_thing(easel, thing, middle, easel.horizon_y + level * unit, high, depth, plane, colours)
        x += wide + gap


@generator("line of")
def paint_line_of(
    easel: Easel,
    thing: str,
    tall: float = 0.0,
    level: float = 0.0,
    step: float = 400.0,
    start: float = 0.0,
    end: float = 1.0,
    plane: Plane | None = None,
    at: Sequence[tuple[float, float, float]] = (),
    top: float = 0.0,
    colours: Sequence[str] = ("",),
    depth: float = 0.12,
    key: float = 0.85,
) -> None:
    """One thing again and again along a line: a fence, lamps; `start` and `end` in shares of the width. By hand: each the share of the width, units below
    the horizon, or below the share `top` of the height, and how tall it is.
    """
    line = [(float(x), level, tall) for x in np.arange(start * easel.width, end * easel.width + 1, step * easel.unit)]
    for x, below, high in [(share * easel.width, below, high) for share, below, high in at] or line:
        foot = (top * easel.height or easel.horizon_y) + below * easel.unit
        stand_thing(easel, thing, x, foot, high, depth, plane, colours, key)
