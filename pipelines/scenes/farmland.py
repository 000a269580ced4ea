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
from pipelines.scenes.shapes import Shapes, arch, outdoors, rectangle
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
    _barn(shapes, x, y + 6.5 * unit)
    trees = Foliage(easel)
    broadleaf(trees, easel.width * (0.10 if wide else 0.12), y + 6 * unit, 32 * unit, 1.1)
    trees.paint(ground, "leaf", 0.12)
    for share, level, size in ((0.27, 6.0, 4.6), (0.335, 7.0, 5.0), (0.42, 5.0, 3.8)) if wide else ((0.30, 6.5, 4.6),):
        _bale(shapes, share * easel.width, y + level * unit, size * unit)
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


def _barn(shapes: Shapes, x: float, foot: float) -> None:
    """A red barn with a bent roof, white boards and a big door."""
    easel, unit = shapes.easel, shapes.easel.unit
    half, eaves = 17 * unit, foot - 20 * unit
    red, white = "#b5483c", "#f4ecdc"
    shapes.shadow(x, foot, 1.2 * half, 1.6 * unit, 0.35)
    front = [
        (x - half, foot),
        (x - half, eaves),
        (x - 0.66 * half, eaves - 9 * unit),
        (x, eaves - 14 * unit),
        (x + 0.66 * half, eaves - 9 * unit),
        (x + half, eaves),
        (x + half, foot),
    ]
    shapes.polygon(front, red, mottle=0.07)
    edge = x + half if easel.toward < 0 else x - half
    shapes.box(
        min(edge, edge + easel.toward * 5 * unit),
        eaves,
        max(edge, edge + easel.toward * 5 * unit),
        foot,
        rgb(red) * 0.68,
        0.5,
        soft=0.5,
    )
    for a in np.arange(x - half + 2 * unit, x + half, 2.6 * unit):
        shapes.box(a, eaves - 1 * unit, a + 0.25 * unit, foot, "#8a3028", 0.6)
    roof = [
        (x - half - 2.4 * unit, eaves + 1.8 * unit),
        (x - 0.70 * half, eaves - 10.4 * unit),
        (x, eaves - 16 * unit),
        (x + 0.70 * half, eaves - 10.4 * unit),
        (x + half + 2.4 * unit, eaves + 1.8 * unit),
    ]
    roof += [
        (x + half + 0.2 * unit, eaves + 1.8 * unit),
        (x + 0.62 * half, eaves - 8.2 * unit),
        (x, eaves - 13 * unit),
        (x - 0.62 * half, eaves - 8.2 * unit),
        (x - half - 0.2 * unit, eaves + 1.8 * unit),
    ]
    shapes.polygon(roof, easel.light.covered(rgb("#6a5f66"), 0.95), mottle=0.07)
    shapes.box(x - 8 * unit, foot - 17 * unit, x + 8 * unit, foot, white)
    shapes.box(x - 7 * unit, foot - 16 * unit, x + 7 * unit, foot, "#a23e34")
    for a, b in (
        ((x - 7 * unit, foot - 16 * unit), (x, foot)),
        ((x, foot - 16 * unit), (x - 7 * unit, foot)),
        ((x, foot - 16 * unit), (x + 7 * unit, foot)),
        ((x + 7 * unit, foot - 16 * unit), (x, foot)),
    ):
        shapes.line([a, b], 0.8 * unit, white)
    shapes.box(x - 0.5 * unit, foot - 16 * unit, x + 0.5 * unit, foot, white)
    shapes.box(x - 4 * unit, eaves - 7.6 * unit, x + 4 * unit, eaves - 1 * unit, white)
    lamp = min(1.0, easel.light.lamps)
    loft = easel.mask()
    loft.convex(rectangle(x - 3.2 * unit, eaves - 6.8 * unit, x + 3.2 * unit, eaves - 1.8 * unit))
    shapes.plane.lay(loft, mix(easel.tone(rgb("#4a3428"), 0.1, 0.6), MATERIALS["lamp"], 0.8 * lamp))


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


def _bale(shapes: Shapes, x: float, foot: float, size: float) -> None:
    """A round bale of hay."""
    shapes.shadow(x, foot, 1.2 * size, 0.25 * size, 0.35)
    shapes.ellipse(x + 0.5 * size, foot - 0.9 * size, 0.95 * size, 0.95 * size, "#b9923f", mottle=0.1)
    shapes.ellipse(x, foot - 0.9 * size, 0.95 * size, 0.95 * size, "#dcb95e", mottle=0.1)
    for share in (0.7, 0.45, 0.2):
        turn = np.linspace(0, 2 * np.pi, 24)
        shapes.line(
            [*zip(x + np.cos(turn) * share * size, foot - 0.9 * size + np.sin(turn) * share * size)],
            0.09 * size,
            "#b98f3c",
            0.6,
        )


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
    _church(far, easel.width * (0.56 if wide else 0.52), y + 0.5 * unit)
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
    """A small house with a thatched roof, a round-topped door, two windows that shine at night, and a chimney."""
    easel = shapes.easel
    eaves, ridge = foot - 0.95 * half, foot - 2.0 * half
    shapes.shadow(x, foot, 1.25 * half, 0.12 * half, 0.3)
    shapes.box(x + 0.45 * half, ridge - 0.28 * half, x + 0.68 * half, ridge + 0.5 * half, "#b98a72")
    shapes.block(x - half, eaves, x + half, foot, colour)
    shapes.box(x - half, foot - 0.12 * half, x + half, foot, "#a89e90", 0.8)
    straw, lines = easel.light.covered(rgb("#c9a25c"), 0.95), easel.light.covered(rgb("#96723c"), 0.6)
    roof = [(x - 1.22 * half, eaves + 0.20 * half), (x - 0.78 * half, ridge + 0.08 * half), (x - 0.6 * half, ridge)]
    roof += [(x + 0.6 * half, ridge), (x + 0.78 * half, ridge + 0.08 * half), (x + 1.22 * half, eaves + 0.20 * half)]
    shapes.polygon(roof, straw, mottle=0.09)
    for share in np.linspace(-0.95, 0.95, 15):
        shapes.line(
            [(x + share * 0.66 * half, ridge + 0.08 * half), (x + share * 1.16 * half, eaves + 0.14 * half)],
            max(1.0, 0.025 * half),
            lines,
            0.5,
        )
    shapes.polygon(
        [
            (x - 0.72 * half, ridge + 0.10 * half),
            (x - 0.56 * half, ridge - 0.05 * half),
            (x + 0.56 * half, ridge - 0.05 * half),
            (x + 0.72 * half, ridge + 0.10 * half),
        ],
        lines,
    )
    shapes.box(x - half, eaves + 0.20 * half, x + half, eaves + 0.30 * half, "#3c3028", 0.3, soft=0.3)
    door = arch(x - 0.17 * half, foot - 0.62 * half, x + 0.17 * half, foot)
    shapes.polygon([(a + (a - x) * 0.25, b - 0.03 * half) for a, b in door], "#f4ecdc")
    shapes.polygon(door, "#7f5f8a" if colour == "#e8cf9a" else "#5f8f86")
    lamp = min(1.0, easel.light.lamps)
    pane = mix(easel.tone("glass", 0.1, 0.8), MATERIALS["lamp"], lamp)
    for side in (-1, 1):
        a = x + side * 0.58 * half
        shapes.box(a - 0.21 * half, foot - 0.64 * half, a + 0.21 * half, foot - 0.24 * half, "#fbf6ea")
        glass = easel.mask()
        glass.convex(rectangle(a - 0.17 * half, foot - 0.60 * half, a + 0.17 * half, foot - 0.28 * half))
        shapes.plane.lay(glass, pane)
        shapes.box(a - 0.02 * half, foot - 0.60 * half, a + 0.02 * half, foot - 0.28 * half, "#fbf6ea")
        shapes.box(a - 0.24 * half, foot - 0.23 * half, a + 0.24 * half, foot - 0.16 * half, "#c9584a")


def _church(shapes: Shapes, x: float, foot: float) -> None:
    """A church far off: a nave and a tower with a pointed roof."""
    easel, unit = shapes.easel, shapes.easel.unit
    roof = easel.light.covered(mix(MATERIALS["slate"], rgb("#7a6a70"), 0.3), 0.95)
    shapes.box(x, foot - 7 * unit, x + 13 * unit, foot + 2 * unit, "#efe6d6")
    shapes.polygon(
        [
            (x - 0.6 * unit, foot - 6.8 * unit),
            (x + 1.4 * unit, foot - 11 * unit),
            (x + 12 * unit, foot - 11 * unit),
            (x + 13.8 * unit, foot - 6.8 * unit),
        ],
        roof,
    )
    shapes.box(x - 5 * unit, foot - 15 * unit, x + 0.6 * unit, foot + 2 * unit, "#f4ecdc")
    shapes.polygon(
        [
            (x - 5.8 * unit, foot - 14.8 * unit),
            (x - 2.2 * unit, foot - 27 * unit),
            (x + 1.4 * unit, foot - 14.8 * unit),
        ],
        roof,
    )
    shapes.line([(x - 2.2 * unit, foot - 26.8 * unit), (x - 2.2 * unit, foot - 29 * unit)], 0.4 * unit, "#c9a24e")
    for a in (3.4, 6.8, 10.2):
        shapes.box(x + (a - 0.6) * unit, foot - 5 * unit, x + (a + 0.6) * unit, foot - 1.6 * unit, "#7f93a0")
    shapes.ellipse(x - 2.2 * unit, foot - 11.6 * unit, 1.2 * unit, 1.2 * unit, "#7f93a0")
