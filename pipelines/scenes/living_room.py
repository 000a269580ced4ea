"""Painter of a living room."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, rgb
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.furnishing import furnish
from pipelines.scenes.indoors import (
    boards,
    curtains,
    daylight,
    light_inside,
    rug,
    view_outside,
    window_box,
    window_frame,
)
from pipelines.scenes.interiors import Room, wide_picture
from pipelines.scenes.shapes import rectangle


def room(easel: Easel) -> None:
    """A living room: wallpaper over a panel, a window with curtains, boards, a rug."""
    view_outside(easel)
    inside, dark = light_inside(easel)
    side = -1 if easel.light.from_left else 1
    window = window_box(easel, side)
    _wall(easel, easel.plane("far"), inside, window, dark)
    _floor(easel, easel.plane("ground"), inside, window, dark)
    curtains(easel, easel.plane("far"), inside, window, dark)
    room = Room(easel, window, (_lamp_at(easel),), inside, dark)
    furnish(room, "room", wide_picture(easel), flipped=side > 0)


def _wall(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], dark: float
) -> None:
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    left, top, right, bottom = window
    paper = rgb(str(rng.choice(("#e6cfa9", "#bcd0c4", "#e3bfae", "#b9c6d8", "#d9cfe0"))))
    wall, stripes, panel = easel.mask(), easel.mask(), easel.mask()
    wall.convex(rectangle(-2, -2, easel.width + 2, y + 2))
    wall.polygon(rectangle(left, top, right, bottom), 0)
    for x in np.arange(0, easel.width, unit * 5):
        stripes.convex(rectangle(x, -2, x + unit * 2.0, y))
    sprigs = easel.mask()
    for row, level in enumerate(np.arange(unit * 3, y - unit * 16, unit * 7)):
        for x in np.arange(unit * (3.5 if row % 2 else 1.0), easel.width, unit * 5):
            for turn in np.linspace(0, 2 * np.pi, 5, endpoint=False):
                sprigs.disc(x + np.cos(turn) * unit * 0.42, level + np.sin(turn) * unit * 0.42, unit * 0.26)
    panel.convex(rectangle(-2, y - 15 * unit, easel.width + 2, y + 2))
    for mask in (stripes, sprigs):
        np.minimum(mask.cover, wall.cover, out=mask.cover)
    pool = 0.74 + 0.34 * sun_pool(easel, (left + right) / 2, (top + bottom) / 2, 70 * unit)[..., None] * (1 - dark)
    lamp = sun_pool(easel, *_lamp_at(easel), 46 * unit)[..., None] * dark
    colours = paper * inside * pool * (1 - 0.42 * dark) + lamp * rgb("#ffb45c") * 0.42
    plane.lay(wall, colours.astype(np.float32), mottle=0.03)
    plane.lay(stripes, (colours * 0.94).astype(np.float32), 0.55)
    plane.lay(sprigs, (colours * np.array([0.92, 0.80, 0.74], np.float32)).astype(np.float32), 0.75)
    wood = rgb("#f1e7d4") * inside
    boards = (wood * pool * (1 - 0.42 * dark) + lamp * rgb("#ffb45c") * 0.30).astype(np.float32)
    plane.lay(panel, boards, mottle=0.03)
    grooves, rail = easel.mask(), easel.mask()
    for x in np.arange(0, easel.width, unit * 7.5):
        grooves.convex(rectangle(x, y - 13 * unit, x + max(1.0, 0.25 * unit), y - 2 * unit))
    rail.convex(rectangle(-2, y - 15.6 * unit, easel.width + 2, y - 14.2 * unit))
    rail.convex(rectangle(-2, y - 2.6 * unit, easel.width + 2, y + 1))
    plane.lay(grooves, (boards * 0.75).astype(np.float32), 0.8)
    plane.lay(rail, (boards * 1.06).astype(np.float32))
    lines = easel.mask()
    for level in (y - 14.1 * unit, y - 2.7 * unit):
        lines.convex(rectangle(-2, level, easel.width + 2, level + 0.35 * unit))
    plane.lay(lines, (boards * 0.66).astype(np.float32), 0.7)
    window_frame(easel, plane, window, inside, dark)


def _lamp_at(easel: Easel) -> tuple[float, float]:
    side = 1 if easel.light.from_left else -1
    return easel.width * (0.5 + side * 0.37), easel.horizon_y - 22 * easel.unit


def _floor(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], dark: float
) -> None:
    boards(easel, plane, inside, dark)
    rug(easel, plane, inside * (1 - 0.30 * dark))
    daylight(easel, plane, window, dark)
    if dark:
        unit, y = easel.unit, easel.horizon_y
        pool = sun_pool(easel, _lamp_at(easel)[0], y + 6 * unit, 44 * unit) * (easel.rows()[:, None] >= y)
        plane.glow((pool * 0.34 * dark).astype(np.float32), rgb("#ffb45c"))
