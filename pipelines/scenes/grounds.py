"""Painters of green places that people keep: a garden, a park, a playground."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Mask, mix, rgb
from pipelines.painting.palette import FLOWERS
from pipelines.scenes.country import at, green_ground, hill, mist, ridge_line, winding_path
from pipelines.scenes.easel import Easel
from pipelines.scenes.interiors import wide_picture
from pipelines.scenes.plants import Foliage, broadleaf, bush, fringe, grove, meadow_flowers
from pipelines.scenes.shapes import Shapes, outdoors, rectangle
from pipelines.scenes.sky import paint_sky
from pipelines.scenes.town import lamp_post


def garden(easel: Easel) -> None:
    """A garden: a fence with fields behind it, beds with flowers, rows of vegetables, a shed, an apple tree."""
    paint_sky(easel)
    unit, y = easel.unit, easel.horizon_y
    _country_behind(easel)
    green_ground(easel, "meadow", "grass", 360)
    shapes = Shapes(easel, easel.plane("ground"), outdoors(easel, 0.10))
    fence(shapes, y + 3.0 * unit, 12 * unit)
    wide = wide_picture(easel)
    pane = mix(rgb("#8fb5c4"), rgb("#ffd98c"), min(1.0, easel.light.lamps))
    shapes.put("shed", easel.width * (0.16 if wide else 0.20), y + 6 * unit, unit, pane=pane)
    _apple_tree(easel, easel.width * (0.87 if wide else 0.84), y + 7 * unit)
    _vegetables(easel, easel.width * (0.36 if wide else 0.46), easel.width * 0.70, y + 4.5 * unit)
    for share, level in ((0.30, 12.0), (0.97, 13.5)) if wide else ((0.98, 14.0),):
        _bed_of_flowers(easel, share * easel.width, y + level * unit)
    meadow_flowers(easel, easel.plane("ground"), 4, nearest=0.9)
    fringe(easel, easel.plane("near"), density=0.8, tall=11)


def _country_behind(easel: Easel) -> None:
    """Hills and trees behind a fence."""
    far, middle, unit, y = easel.plane("far"), easel.plane("middle"), easel.unit, easel.horizon_y
    hill(easel, far, ridge_line(easel, y - 7 * unit, 3.2, 44, 3), "pine", 0.70)
    second = ridge_line(easel, y - 3 * unit, 2.2, 36, 2)
    grove(easel, far, at(second), round(10 * easel.width / 1280) + 4, (6, 11), 0.45, "leaf", firs=0.2)
    hill(easel, far, second, "hill", 0.46)
    mist(easel, far, y - unit, 3.5, 0.45)
    hedge = Foliage(easel)
    for x in np.arange(0, easel.width + 4 * unit, 4.6 * unit):
        bush(hedge, x, y + 2.2 * unit, unit * easel.rng.uniform(8, 11))
    hedge.paint(middle, "leaf", 0.22)


def fence(shapes: Shapes, foot: float, tall: float, x0: float = -2, x1: float | None = None) -> None:
    """A white picket fence."""
    unit, end = shapes.easel.unit, shapes.easel.width + 2 if x1 is None else x1
    pickets, shade = shapes.easel.mask(), shapes.easel.mask()
    for share in (0.30, 0.72):
        pickets.convex(rectangle(x0, foot - share * tall, end, foot - share * tall + 0.9 * unit))
    for x in np.arange(x0, end, 3.3 * unit):
        top = foot - tall
        pickets.convex(
            [(x, foot), (x, top + 1.4 * unit), (x + unit, top), (x + 2 * unit, top + 1.4 * unit), (x + 2 * unit, foot)]
        )
        edge = x + (1.5 if shapes.easel.toward < 0 else 0) * unit
        shade.convex(
            [(edge, foot), (edge, top + 1.4 * unit), (edge + 0.5 * unit, top + 1.2 * unit), (edge + 0.5 * unit, foot)]
        )
    shapes.fill(pickets, "#f6f1e4", (0, foot), mottle=0.05)
    shapes.fill(shade, "#b9b4b0", (0, foot), 0.7)
    shapes.plane.lay(_under(shapes.easel, foot, x0, end), rgb("#2a3018"), 0.25, soft_px=unit * 0.6)


def _under(easel: Easel, foot: float, x0: float, x1: float) -> Mask:
    """A strip along the foot of a fence."""
    return easel.mask().convex(rectangle(x0, foot - 0.2 * easel.unit, x1, foot + 1.1 * easel.unit))


def _apple_tree(easel: Easel, x: float, foot: float) -> None:
    unit, rng, ground = easel.unit, easel.rng, easel.plane("ground")
    foliage, apples = Foliage(easel), easel.mask()
    broadleaf(foliage, x, foot, 40 * unit, 1.15)
    foliage.paint(ground, "leaf", 0.06)
    for _ in range(17):
        turn, reach = rng.uniform(0, 2 * np.pi), 10.5 * unit * np.sqrt(rng.random())
        apples.disc(x + np.cos(turn) * reach * 1.1, foot - 25 * unit + np.sin(turn) * reach * 0.85, 0.95 * unit)
    if not easel.light.snow_cover:
        ground.lay(apples, easel.tone(rgb("#cf4a3e"), 0.04, 0.85), 0.97)


def _vegetables(easel: Easel, x0: float, x1: float, top: float) -> None:
    """Three rows of dark earth with lettuces, carrots and cabbages; sticks with beans."""
    unit, rng, ground = easel.unit, easel.rng, easel.plane("ground")
    shapes = Shapes(easel, ground, outdoors(easel, 0.06, 0.8))
    for row in range(3):
        level, grow = top + row * 3.6 * unit, 1 + 0.16 * row
        left, right = x0 - row * 2.2 * unit, x1 + row * 2.2 * unit
        shapes.ellipse((left + right) / 2, level, (right - left) / 2, 1.25 * unit * grow, "#7d5c40", mottle=0.1)
        shapes.ellipse(
            (left + right) / 2, level - 0.3 * unit, (right - left) / 2 - unit, 0.6 * unit * grow, "#96724f", 0.8
        )
        for x in np.arange(left + 2.6 * unit, right - 2 * unit, (3.4, 2.8, 4.2)[row] * unit):
            a = x + rng.normal(0, 0.2) * unit
            if row == 0:
                for lean in (-0.9, 0, 0.9):
                    shapes.line([(a, level), (a + lean * unit, level - 2.6 * unit)], 0.4 * unit, "#6f9c48")
            elif row == 1:
                shapes.ellipse(a, level - 0.5 * unit, 1.25 * unit, 0.9 * unit, "#8fbf5a")
                shapes.ellipse(a, level - 0.8 * unit, 0.7 * unit, 0.5 * unit, "#b4d67c")
            else:
                shapes.ellipse(a, level - 0.8 * unit, 1.7 * unit, 1.3 * unit, "#6fa37c")
                shapes.ellipse(a, level - 1.1 * unit, 1.0 * unit, 0.8 * unit, "#a3c9a0")


def _bed_of_flowers(easel: Easel, x: float, level: float) -> None:
    """A round bed with an edge of stones and flowers of several colours."""
    unit, rng, ground = easel.unit, easel.rng, easel.plane("ground")
    shapes = Shapes(easel, ground, outdoors(easel, 0.03, 0.85))
    shapes.ellipse(x, level, 13 * unit, 3.0 * unit, "#7d5c40", mottle=0.1)
    for turn in np.linspace(0, 2 * np.pi, 34):
        shapes.ellipse(
            x + np.cos(turn) * 13 * unit, level + np.sin(turn) * 3 * unit, 0.95 * unit, 0.65 * unit, "#c9c1b4"
        )
    stems, leaves = easel.mask(), easel.mask()
    heads = [easel.mask() for _ in FLOWERS]
    for _ in range(46):
        turn, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random())
        px, py = x + np.cos(turn) * 11.4 * unit * reach, level + np.sin(turn) * 2.3 * unit * reach
        tall = rng.uniform(2.6, 5.2) * unit
        stems.line([(px, py), (px, py - tall)], max(1, 0.22 * unit))
        leaves.ellipse(px + 0.6 * unit, py - 0.4 * tall, 0.8 * unit, 0.35 * unit, -30)
        leaves.ellipse(px - 0.6 * unit, py - 0.3 * tall, 0.8 * unit, 0.35 * unit, 30)
        if not easel.light.snow_cover:
            mask = heads[int(rng.integers(len(heads)))]
            for petal in np.linspace(0, 2 * np.pi, 6)[:-1]:
                mask.disc(px + np.cos(petal) * 0.6 * unit, py - tall + np.sin(petal) * 0.5 * unit, 0.46 * unit)
    ground.lay(stems, easel.tone("leaf", 0.02, 0.5, snow=0.4))
    ground.lay(leaves, easel.tone("fresh", 0.02, 0.8, snow=0.5))
    for mask, colour in zip(heads, FLOWERS):
        ground.lay(mask, easel.tone(colour, 0.02, 0.92), 0.97)


# a park


def park(easel: Easel) -> None:
    """A park: broad trees, a path with benches and lamps, a pond far off, beds of flowers."""
    _park_behind(easel)
    unit, y, wide = easel.unit, easel.horizon_y, wide_picture(easel)
    shapes = Shapes(easel, easel.plane("ground"), outdoors(easel, 0.05))
    for share in (0.24, 0.74) if wide else (0.72,):
        shapes.put("bench", share * easel.width, y + 9 * unit, unit)
    if wide:
        _bed_of_flowers(easel, 0.93 * easel.width, y + 15 * unit)
    fringe(easel, easel.plane("near"), density=0.7, tall=10)


def playground(easel: Easel) -> None:
    """A playground in a park: a swing, a slide, a sandpit, trees."""
    _park_behind(easel)
    unit, y, wide = easel.unit, easel.horizon_y, wide_picture(easel)
    shapes = Shapes(easel, easel.plane("ground"), outdoors(easel, 0.05))
    shapes.put("swing", easel.width * (0.22 if wide else 0.24), y + 9 * unit, unit)
    shapes.put("slide", easel.width * (0.74 if wide else 0.68), y + 10 * unit, unit)
    shapes.put("sandpit", easel.width * 0.48, y + 8 * unit, unit)
    fringe(easel, easel.plane("near"), density=0.7, tall=10)


def _park_behind(easel: Easel) -> None:
    """Trees in three depths, a pond, a path of gravel with lamps."""
    paint_sky(easel)
    unit, y, rng = easel.unit, easel.horizon_y, easel.rng
    far, middle = easel.plane("far"), easel.plane("middle")
    ridge = ridge_line(easel, y - 3 * unit, 1.6, 40, 2)
    grove(easel, far, at(ridge), round(30 * easel.width / 1280) + 8, (9, 15), 0.52, "leaf", firs=0.15)
    hill(easel, far, ridge, "hill", 0.46)
    mist(easel, far, y - 2 * unit, 5, 0.4)
    second = ridge_line(easel, y - 0.2 * unit, 0.8, 46, 2)
    grove(easel, middle, at(second), round(8 * easel.width / 1280) + 3, (15, 22), 0.26, "leaf", firs=0.0)
    hill(easel, middle, second, "meadow", 0.26)
    green_ground(easel, "meadow", "grass", 420)
    ground = easel.plane("ground")
    _pond(easel, easel.width * (0.60 if wide_picture(easel) else 0.42), y + 4.2 * unit)
    winding_path(easel, ground, "path")
    trees, low = Foliage(easel), Foliage(easel)
    for share in (0.05, 0.965):
        broadleaf(trees, share * easel.width + rng.normal(0, 1) * unit, y + 6 * unit, 44 * unit, 1.1)
    trees.paint(ground, "leaf", 0.10)
    for share in (0.13, 0.87):
        bush(low, share * easel.width, y + 7.4 * unit, 9 * unit)
    low.paint(ground, "leaf", 0.06)
    for share, level, tall in ((0.36, 6.5, 22), (0.89, 9.0, 27)):
        lamp_post(easel, ground, share * easel.width, y + level * unit, tall * unit)


def _pond(easel: Easel, x: float, level: float) -> None:
    """A pond that mirrors the sky, with an edge of stones and two ducks."""
    unit = easel.unit
    shapes = Shapes(easel, easel.plane("ground"), outdoors(easel, 0.18, 0.5))
    shapes.ellipse(x, level + 0.3 * unit, 19 * unit, 2.7 * unit, "#8a9a6a")
    mask = easel.mask().ellipse(x, level, 18 * unit, 2.2 * unit)
    easel.plane("ground").lay(mask, easel.light.sky[-2][1] * 0.6 + easel.tone("water", 0.2, 0.9) * 0.4, 0.97)
    shapes.put("pond", x, level, unit)
