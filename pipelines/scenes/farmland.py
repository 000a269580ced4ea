"""Painters of a farm and a village."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import at, green_ground, hill, mist, ridge_line, winding_path
from pipelines.scenes.easel import Easel
from pipelines.scenes.interiors import wide_picture
from pipelines.scenes.plants import Foliage, broadleaf, bush, fringe, grove, meadow_flowers
from pipelines.scenes.shapes import Shapes, outdoors
from pipelines.scenes.sky import paint_sky


def farm(easel: Easel) -> None:
    """A farm: a red barn with a silo, ploughed and golden fields, a wooden fence, bales of hay."""
    paint_sky(easel)
    unit, y, wide = easel.unit, easel.horizon_y, wide_picture(easel)
    _hills_behind(easel)
    _strips(easel, y)
    green_ground(easel, "meadow", "grass", 420)
    ground = easel.plane("ground")
    winding_path(easel, ground, "path")
    shapes = Shapes(easel, ground, outdoors(easel, 0.12))
    x = easel.width * (0.76 if wide else 0.68)
    _silo(shapes, x + 23 * unit, y + 5 * unit)
    loft = mix(easel.tone(rgb("#4a3428"), 0.1, 0.6), MATERIALS["lamp"], 0.8 * min(1.0, easel.light.lamps))
    shapes.put("barn", x, y + 6.5 * unit, unit, pane=loft)
    trees = Foliage(easel)
    broadleaf(trees, easel.width * (0.10 if wide else 0.12), y + 6 * unit, 32 * unit, 1.1)
    trees.paint(ground, "leaf", 0.12)
    for share, level, size in ((0.27, 6.0, 4.6), (0.335, 7.0, 5.0), (0.42, 5.0, 3.8)) if wide else ((0.30, 6.5, 4.6),):
        shapes.put("bale", share * easel.width, y + level * unit, size * unit)
    _rail_fence(shapes, 0.0, easel.width * (0.22 if wide else 0.20), y + 11 * unit)
    meadow_flowers(easel, ground, 5, nearest=0.9)
    fringe(easel, easel.plane("near"), density=0.9, tall=12)


def _hills_behind(easel: Easel) -> None:
    far, unit, y = easel.plane("far"), easel.unit, easel.horizon_y
    hill(easel, far, ridge_line(easel, y - 7 * unit, 3.4, 44, 3), "pine", 0.70)
    second = ridge_line(easel, y - 3.4 * unit, 2.4, 36, 2)
    grove(easel, far, at(second), round(9 * easel.width / 1280) + 4, (5, 9), 0.48, "leaf", firs=0.25)
    hill(easel, far, second, "hill", 0.50)
    mist(easel, far, y - unit, 3.5, 0.45)


def _strips(easel: Easel, y: float) -> None:
    """Fields of corn and of dark earth with furrows on a slope behind the yard."""
    unit, plane = easel.unit, easel.plane("middle")
    ridge = ridge_line(easel, y - 6.5 * unit, 1.0, 60, 2)
    hill(easel, plane, ridge, "meadow", 0.30)
    for start, end, colour, line in (
        (0.0, 0.34, "#dcb95e", "#b98f3c"),
        (0.34, 0.60, "#a9bd62", "#86994a"),
        (0.60, 1.0, "#c9cf74", "#9aa94e"),
    ):
        field, furrows = easel.mask(), easel.mask()
        top = ridge + 0.8 * unit
        a, b = int(start * (easel.width - 1)), int(end * (easel.width - 1))
        columns = np.arange(a, b + 1, 4)
        low = y + 2.5 * unit
        lean = (start + end - 1) * 30 * unit
        field.polygon([*zip(columns, top[columns]), (b + lean, low), (a + lean, low)])
        for x in np.linspace(a, b, 15):
            furrows.line(
                [(x, float(top[min(int(x), easel.width - 1)])), (x + lean + (x - (a + b) / 2) * 0.10, low)],
                max(1, 0.25 * unit),
            )
        np.minimum(furrows.cover, field.cover, out=furrows.cover)
        plane.lay(field, easel.tone(rgb(colour), 0.26, 0.92, snow=1.0), mottle=0.06)
        plane.lay(furrows, easel.tone(rgb(line), 0.26, 0.7, snow=0.8), 0.6)


def _silo(shapes: Shapes, x: float, foot: float) -> None:
    easel, unit = shapes.easel, shapes.easel.unit
    half, top = 5.4 * unit, foot - 34 * unit
    shapes.ellipse(x, top, half, 4.6 * unit, easel.light.covered(rgb("#8f9aa4"), 0.9))
    steps = np.linspace(-1, 1, 9)
    for a, b in pairwise(steps):
        tone = 0.98 - 0.34 * abs((a + b) / 2 - 0.5 * easel.toward)
        shapes.box(x + a * half - 0.5, top, x + b * half + 0.5, foot, rgb("#c9c4b8") * tone, mottle=0.05)
    for level in np.arange(top + 5 * unit, foot, 6 * unit):
        shapes.box(x - half, level, x + half, level + 0.5 * unit, "#8f8a80", 0.7)


def _rail_fence(shapes: Shapes, x0: float, x1: float, foot: float) -> None:
    """A fence of posts and two rails."""
    unit = shapes.easel.unit
    for level in (7.6, 4.0):
        shapes.box(x0 - 2, foot - level * unit, x1, foot - (level - 1.2) * unit, "#a8794f", mottle=0.1)
    for x in np.arange(x0 + 1.5 * unit, x1, 9 * unit):
        shapes.block(x, foot - 9.4 * unit, x + 1.7 * unit, foot, "#96683f")


# a village


def village(easel: Easel) -> None:
    """A village: cottages with gardens along a lane, a church with a pointed tower far off, hills."""
    paint_sky(easel)
    unit, y, wide, rng = easel.unit, easel.horizon_y, wide_picture(easel), easel.rng
    _hills_behind(easel)
    far = Shapes(easel, easel.plane("far"), outdoors(easel, 0.42))
    far.put("church", easel.width * (0.56 if wide else 0.52), y + 0.5 * unit, unit)
    colours = ("#f1e2c4", "#e3b7a0", "#cfd6bf", "#e8cf9a", "#c9d3dc")
    ridge = ridge_line(easel, y + 0.2 * unit, 0.6, 50, 2)
    behind = Shapes(easel, easel.plane("middle"), outdoors(easel, 0.30))
    for number, (share, size) in enumerate(((0.41, 5.0), (0.70, 5.4), (0.345, 4.4)) if wide else ((0.70, 4.6),)):
        _cottage(behind, share * easel.width, y + 1.4 * unit, size * unit, colours[number])
    hill(easel, easel.plane("middle"), ridge + 1.0 * unit, "meadow", 0.22)
    green_ground(easel, "meadow", "grass", 380)
    ground = easel.plane("ground")
    winding_path(easel, ground, "path")
    shapes, low = Shapes(easel, ground, outdoors(easel, 0.08)), Foliage(easel)
    places = (
        ((0.06, 12.5, 8.0), (0.24, 9.5, 5.0), (0.80, 9.5, 5.0), (0.965, 12.5, 8.0))
        if wide
        else ((0.10, 11.5, 6.5), (0.92, 11.5, 7.0))
    )
    first = int(rng.integers(5))
    for number, (share, half, level) in enumerate(places):
        x, foot = share * easel.width, y + level * unit
        _cottage(shapes, x, foot, half * unit, colours[(first + number) % 5])
        for side in (-1, 1):
            bush(low, x + side * half * unit, foot + 0.8 * unit, 7 * unit)
    for share in (0.32, 0.735) if wide else (0.28,):
        broadleaf(low, share * easel.width, y + 4.5 * unit, 20 * unit)
    low.paint(ground, "leaf", 0.08)
    meadow_flowers(easel, ground, 6, nearest=0.9)
    fringe(easel, easel.plane("near"), density=0.8, tall=11)


def _cottage(shapes: Shapes, x: float, foot: float, half: float, colour: str) -> None:
    """A small house with a thatched roof, a round-topped door and two windows that shine at night."""
    easel = shapes.easel
    pane = mix(easel.tone("glass", 0.1, 0.8), MATERIALS["lamp"], min(1.0, easel.light.lamps))
    door = "#7f5f8a" if colour == "#e8cf9a" else "#5f8f86"
    shapes.put("cottage", x, foot, half, wall=colour, door=door, pane=pane)
