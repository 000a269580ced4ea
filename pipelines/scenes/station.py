"""Painter of a station: a platform under a roof, and the track beside it."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import at, hill, key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.interiors import wide_picture
from pipelines.scenes.plants import Foliage, bush, grove
from pipelines.scenes.shapes import Shapes, outdoors, scaled
from pipelines.scenes.sky import paint_sky

EDGE = 0.68  # where the platform begins, share of the height


def station(easel: Easel) -> None:
    """A platform with a track behind it, a far platform with a fence, a roof on iron columns, a clock, a bench, a signal."""
    paint_sky(easel)
    unit, y = easel.unit, easel.horizon_y
    far, middle = easel.plane("far"), easel.plane("middle")
    hill(easel, far, ridge_line(easel, y - 7 * unit, 3.2, 44, 3), "pine", 0.70)
    second = ridge_line(easel, y - 3 * unit, 2.0, 36, 2)
    grove(easel, far, at(second), round(12 * easel.width / 1280) + 4, (6, 11), 0.45, "leaf", firs=0.2)
    hill(easel, far, second, "hill", 0.44)
    mist(easel, far, y - unit, 3.5, 0.4)
    _far_side(easel)
    _track(easel, y + 4.5 * unit, EDGE * easel.height + 0.6 * unit)
    Shapes(easel, middle, outdoors(easel, 0.15)).put("signal", easel.width * 0.70, y + 6 * unit, unit)
    _platform(easel)
    shapes = Shapes(easel, easel.plane("ground"), outdoors(easel, 0.03, 0.5))
    if wide_picture(easel):
        shapes.put("platform bench", 0.86 * easel.width, EDGE * easel.height + 9 * unit, unit)
    _roof(easel)


def _far_side(easel: Easel) -> None:
    """The far platform: a low wall, a fence, bushes."""
    unit, y = easel.unit, easel.horizon_y
    shapes, low = Shapes(easel, easel.plane("middle"), outdoors(easel, 0.22, 0.8)), Foliage(easel)
    for x in np.arange(0, easel.width + 5 * unit, 6 * unit):
        bush(low, x, y + 1.6 * unit, unit * easel.rng.uniform(6, 10))
    low.paint(easel.plane("middle"), "leaf", 0.26)
    for level in (5.0, 2.4):
        shapes.box(-2, y + (1.6 - level) * unit, easel.width + 2, y + (2.3 - level) * unit, "#f4ecdc")
    for x in np.arange(0, easel.width, 5 * unit):
        shapes.box(x, y - 4.6 * unit, x + 0.9 * unit, y + 1.8 * unit, "#f4ecdc")
    shapes.box(-2, y + 1.4 * unit, easel.width + 2, y + 3.0 * unit, "#c3b8a9", mottle=0.07)
    shapes.box(-2, y + 2.6 * unit, easel.width + 2, y + 5.2 * unit, "#8f8478", mottle=0.08)


def _track(easel: Easel, top: float, low: float) -> None:
    """A bed of gravel with sleepers and two rails."""
    rng, unit, plane = easel.rng, easel.unit, easel.plane("middle")
    shapes = Shapes(easel, plane, outdoors(easel, 0.10, 0.6))
    shapes.box(-2, top, easel.width + 2, low, "#8d847a", mottle=0.10)
    dark, light = easel.mask(), easel.mask()
    for _ in range(round(500 * easel.width / 1280)):
        x, level = rng.uniform(0, easel.width), rng.uniform(top, low)
        (dark if rng.random() < 0.5 else light).ellipse(
            x, level, unit * rng.uniform(0.2, 0.5), unit * rng.uniform(0.14, 0.3)
        )
    shapes.fill(dark, "#5f574f", (0, top), 0.5)
    shapes.fill(light, "#b9b0a4", (0, top), 0.6)
    tall = low - top
    sleepers = easel.mask()
    for x in np.arange(-4 * unit, easel.width + 8 * unit, 5.4 * unit):
        slant = (x / easel.width - 0.5) * 3 * unit
        sleepers.convex(
            [
                (x, top + 0.18 * tall),
                (x + 2.2 * unit, top + 0.18 * tall),
                (x + slant + 2.6 * unit, top + 0.74 * tall),
                (x + slant, top + 0.74 * tall),
            ]
        )
    shapes.fill(sleepers, "#6b5240", (0, top), mottle=0.1)
    for share, thick in ((0.28, 0.7), (0.60, 0.95)):
        level = top + share * tall
        shapes.box(-2, level + thick * unit, easel.width + 2, level + 1.9 * thick * unit, "#3c3430", 0.5, soft=0.2)
        shapes.box(-2, level, easel.width + 2, level + thick * unit, "#6f6a70")
        shapes.box(-2, level, easel.width + 2, level + 0.4 * thick * unit, "#c9ccd2")


def _platform(easel: Easel) -> None:
    """The near platform: flagstones, a white and a yellow line along its edge."""
    unit, plane, light = easel.unit, easel.plane("ground"), easel.light
    top = EDGE * easel.height
    mask, joints = easel.mask(), easel.mask()
    mask.under(np.full(easel.width, top, np.float32))
    stone = light.covered(MATERIALS["paving"], 0.85)
    saved, easel.horizon_y = easel.horizon_y, top - 8 * unit
    plane.lay(mask, shaded_ground(easel, stone, stone * 0.98, key_field(easel, 0.2), 0.08), mottle=0.06)
    easel.horizon_y = saved
    level, tall = top + 3.6 * unit, 2.6 * unit
    while level < easel.height:
        joints.line([(-2, level), (easel.width + 2, level)], 1, 190)
        level, tall = level + tall, tall * 1.22
    for column in np.arange(-30, 31):
        joints.line(
            [
                (easel.width / 2 + column * 7 * unit, top + 3.6 * unit),
                (easel.width / 2 + column * 12 * unit, easel.height + 2),
            ],
            1,
            150,
        )
    plane.lay(joints, easel.tone("stone", 0.0, 0.1), 0.45)
    shapes = Shapes(easel, plane, outdoors(easel, 0.03, 0.6))
    shapes.box(-2, top, easel.width + 2, top + 1.3 * unit, "#f1ece0")
    shapes.box(-2, top - 1.6 * unit, easel.width + 2, top, "#7d746a", mottle=0.08)
    shapes.box(-2, top + 2.4 * unit, easel.width + 2, top + 3.3 * unit, "#e6b84e", 0.9)


def _roof(easel: Easel) -> None:
    """The roof of the platform along the upper edge with its trimmed boards, two iron columns, and a clock."""
    unit, width = easel.unit, easel.width
    shapes = Shapes(easel, easel.plane("near"), outdoors(easel, 0.0, 0.0))
    green = rgb("#4f7a6c")
    shapes.box(-2, -2, width + 2, 6 * unit, green * 0.8, mottle=0.06)
    teeth = easel.mask()
    for x in np.arange(0, width, 3.4 * unit):
        teeth.convex(scaled(x, 0, unit, unit, (0, 5.6), (3.1, 5.6), (3.1, 8.4), (1.55, 10.2), (0, 8.4)))
    shapes.fill(teeth, "#f1e7d0", (0, 0), mottle=0.05)
    shapes.box(-2, 4.8 * unit, width + 2, 6 * unit, "#b8463c")
    for share in (0.055, 0.945):
        x = share * width
        shapes.box(x - 1.2 * unit, 6 * unit, x + 1.2 * unit, 0.86 * easel.height, green)
        shapes.box(x - 1.2 * unit, 6 * unit, x - 0.5 * unit, 0.86 * easel.height, mix(green, rgb("#ffffff"), 0.3), 0.8)
        shapes.box(x - 2.2 * unit, 0.84 * easel.height, x + 2.2 * unit, 0.87 * easel.height, green * 0.8)
        for side in (-1, 1):
            shapes.line(
                [(x, 20 * unit), (x + side * 4 * unit, 12 * unit), (x + side * 9 * unit, 8 * unit)], 1.0 * unit, green
            )
    x, level = 0.30 * width, 17 * unit
    shapes.box(x - 0.4 * unit, 6 * unit, x + 0.4 * unit, level, "#3c3c46")
    lamp = min(1.0, easel.light.lamps)
    shapes.ellipse(x, level, 5.4 * unit, 5.4 * unit, "#3c3c46")
    face, near = easel.mask(), easel.plane("near")
    face.disc(x, level, 4.6 * unit)
    if lamp > 0.2:
        near.lay(face, MATERIALS["lamp"], 0.45 * lamp, soft_px=3 * unit)
    near.lay(face, mix(easel.tone(rgb("#fdf8ea"), 0.0, 0.9), MATERIALS["lamp"], 0.85 * lamp))
    shapes.put("clock hands", x, level, unit)
