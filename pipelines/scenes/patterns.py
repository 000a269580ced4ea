"""Patterns of walls and floors as masks: each function gives (mask, what multiplies the colour there, opacity)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pipelines.painting.brush import Mask, smoothstep
from pipelines.scenes.easel import Easel
from pipelines.scenes.shapes import rectangle

Marks = Iterator[tuple[Mask, Any, float]]


def stripes(easel: Easel, step: float = 5, wide: float = 2, tone: float = 0.94, opacity: float = 0.55) -> Marks:
    """Upright stripes; lengths in units."""
    mask, unit = easel.mask(), easel.unit
    for x in np.arange(0, easel.width, step * unit):
        mask.convex(rectangle(x, -2, x + max(1.0, wide * unit), easel.horizon_y))
    yield mask, tone, opacity


def sprigs(easel: Easel, points: int = 5, tone: Any = (0.92, 0.80, 0.74), step: float = 5) -> Marks:
    """Small flowers, or stars, row by row."""
    mask, unit = easel.mask(), easel.unit
    for row, level in enumerate(np.arange(unit * 3, easel.horizon_y, unit * 7)):
        for x in np.arange(unit * (3.5 if row % 2 else 1.0), easel.width, unit * step):
            for turn in np.linspace(0, 2 * np.pi, points, endpoint=False):
                mask.disc(x + np.cos(turn) * unit * 0.42, level + np.sin(turn) * unit * 0.42, unit * 0.26)
    yield mask, tone, 0.75


def courses(
    easel: Easel,
    tall: float,
    wide: float,
    jitter: float = 0.0,
    joint: float = 0.62,
    low: float = 0.0,
    high: float = 200.0,
    offset: float = 0.5,
) -> Marks:
    """Bricks, blocks, tiles or plates in courses from `low` to `high` units above the floor, some paler and some duller."""
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    joints, pale, dull = easel.mask(), easel.mask(), easel.mask()
    for row, level in enumerate(np.arange(y - low * unit, max(-tall * unit, y - high * unit), -tall * unit)):
        joints.line([(-2, level), (easel.width + 2, level)], max(1, 0.3 * unit), 200)
        x = -(row % 2) * offset * wide * unit - rng.uniform(0, jitter) * wide * unit
        while x < easel.width:
            end = x + wide * unit * (1 + rng.uniform(-jitter, jitter))
            joints.line([(end, level - tall * unit), (end, level)], max(1, 0.3 * unit), 200)
            if rng.random() < 0.55:
                corners = rectangle(x, level - tall * unit, end, level)
                (pale if rng.random() < 0.5 else dull).convex(corners, int(rng.uniform(60, 255)))
            x = end
    yield pale, 1.1, 0.5
    yield dull, 0.86, 0.45
    yield joints, joint, 0.55


def folds(easel: Easel, step: float = 6, tone: float = 0.72) -> Marks:
    """Folds of a curtain or of canvas."""
    unit = easel.unit
    dark, pale = easel.mask(), easel.mask()
    level = np.linspace(-2, easel.horizon_y + 2, 14)
    for x in np.arange(0, easel.width + step * unit, step * unit):
        sway = x + np.sin(level / (14 * unit) + x) * 0.8 * unit
        dark.between((sway, level), (sway + 1.6 * unit, level))
        pale.between((sway + 2.6 * unit, level), (sway + 3.8 * unit, level))
    yield dark, tone, 0.6
    yield pale, 1.16, 0.5


def rough(easel: Easel, cell: float = 9, stretch: float = 1.2, dark: float = 0.66, pale: float = 1.2) -> Marks:
    """Rock, earth, ice or flesh: hollows in shade, and humps in light."""
    for sign, tone, opacity in ((-1, dark, 0.55), (1, pale, 0.45)):
        field = smoothstep(0.15, 1.5, sign * easel.noise(cell, 4, stretch=stretch))
        mask = easel.mask().convex(rectangle(-2, -2, easel.width + 2, easel.horizon_y + 2))
        mask.cover = (field * mask.cover).astype(np.uint8)
        yield mask, tone, opacity


def traces(easel: Easel, step: float = 5, tone: Any = (1.6, 1.5, 0.9)) -> Marks:
    """The lines of a circuit board: they run along, turn and end in dots."""
    mask, unit, rng = easel.mask(), easel.unit, easel.rng
    for level in np.arange(unit, easel.horizon_y, step * unit):
        for x in np.arange(rng.uniform(-20, 0) * unit, easel.width, 24 * unit):
            reach, turn = rng.uniform(6, 13) * unit, int(rng.integers(-1, 2)) * 2 * step * unit
            end = x + 1.4 * reach + abs(turn), level + turn
            mask.line([(x, level), (x + reach, level), (end[0] - 0.4 * reach, end[1]), end], max(1, 0.5 * unit))
            mask.disc(*end, 1.1 * unit)
    yield mask, tone, 0.75


def pave_ground(easel: Easel, top: float, size: float, rows: int = 7, shift: float = 0.0) -> tuple[Mask, Mask]:
    """Square stones in perspective from the row `top` down: every second one, and the joints; `shift` moves every second row."""
    unit, low = easel.unit, easel.height + 2
    second, joints = easel.mask(), easel.mask()
    middle, far = easel.width / 2, 0.42  # the farthest row is so much narrower than the nearest
    depth = np.linspace(0, 1, rows + 1)
    levels = top + (low - top) * (depth * far / (1 - depth * (1 - far)))

    def at(column: float, level: float) -> float:
        return middle + column * size * 1.5 * unit * (far + (1 - far) * (level - top) / (low - top))

    count = int(easel.width / (size * 1.5 * unit * far)) + 2
    for row in range(rows):
        high, foot = float(levels[row]), float(levels[row + 1])
        for column in np.arange(-count, count) + shift * (row % 2):
            corners = [(at(column, high), high), (at(column + 1, high), high)]
            corners += [(at(column + 1, foot), foot), (at(column, foot), foot)]
            if (row + int(np.floor(column))) % 2:
                second.convex(corners)
            joints.line([*corners, corners[0]], 1)
    return second, joints


PATTERNS: dict[str, Callable[..., Marks]] = {
    function.__name__: function for function in (stripes, sprigs, courses, folds, rough, traces)
}
