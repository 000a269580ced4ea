"""Painters of high places: the top of a hill with a wide view, and a cliff over the sea."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import hill, key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.interiors import wide_picture
from pipelines.scenes.plants import Foliage, broadleaf, bush, fringe, meadow_flowers, treeline, tufts
from pipelines.scenes.shapes import scaled
from pipelines.scenes.sky import paint_sky
from pipelines.scenes.water import water

FIELDS = ("#a9c25c", "#d9c36a", "#8fb26a", "#c9a85e", "#9cc05a", "#b5c98a")


def hilltop(easel: Easel) -> None:
    """The round top of a hill with a tree, and far below a wide land of fields, woods and a river."""
    paint_sky(easel)
    unit, y, far, middle = easel.unit, easel.horizon_y, easel.plane("far"), easel.plane("middle")
    for lift, rise, depth in ((6.5, 4.5, 0.84), (3.5, 3.0, 0.72)):
        hill(easel, far, ridge_line(easel, y - lift * unit, rise, 44, 3), "pine", depth)
    _wide_land(easel, far, y)
    mist(easel, far, y + 1.5 * unit, 4.0, 0.5)
    for base, depth, bow in ((11, 0.34, -5), (15, 0.22, 6)):
        ridge = y + base * unit - bow * unit * (2 * np.abs(easel.columns() / easel.width - 0.5)) ** 2
        line = easel.mask()
        treeline(easel, line, ridge.astype(np.float32), 2.2, firs=False)
        middle.lay(line, easel.tone("leaf", depth + 0.08, 0.4, snow=0.5))
        hill(easel, middle, ridge.astype(np.float32), "hill", depth)
    _dome(easel, 0.66 * easel.height)
    trees = Foliage(easel)
    share = 0.13 if wide_picture(easel) else 0.16
    broadleaf(trees, share * easel.width, 0.735 * easel.height, 46 * unit, 1.15)
    trees.paint(easel.plane("ground"), "leaf", 0.06)
    _flowers(easel, 0.70)
    fringe(easel, easel.plane("near"), density=0.9, tall=12)


def _wide_land(easel: Easel, plane: Plane, y: float) -> None:
    """A patchwork of fields with hedges and a river, seen from above."""
    rng, unit = easel.rng, easel.unit
    base = easel.mask().under(np.full(easel.width, y, np.float32))
    plane.lay(base, easel.tone("meadow", 0.5, 0.9, snow=1.0), mottle=0.05)
    hedges = easel.mask()
    level, tall = y + 0.3 * unit, 1.5 * unit
    while level < y + 20 * unit:
        depth = max(0.16, 0.44 - 0.024 * (level - y) / unit)
        x = -rng.uniform(0, 12) * unit
        while x < easel.width:
            end, lean = x + rng.uniform(6, 13) * tall, rng.normal(0, 1.2) * unit
            corners = [
                (x, level),
                (end, level + rng.normal(0, 0.1) * unit),
                (end + lean, level + tall),
                (x + lean, level + tall),
            ]
            field = easel.mask().convex(corners)
            plane.lay(
                field, easel.tone(rgb(FIELDS[int(rng.integers(len(FIELDS)))]), depth, 0.9, snow=1.0), 0.85, mottle=0.05
            )
            if rng.random() < 0.6:
                for px in np.arange(x, end, 0.22 * tall):
                    hedges.disc(px, level + 0.05 * tall, tall * rng.uniform(0.06, 0.13) + 0.2)
            x = end
        level, tall = level + tall, tall * 1.28
    plane.lay(hedges, easel.tone("leaf", 0.36, 0.35, snow=0.5), 0.85)
    t = np.linspace(0, 1, 40)
    middle = easel.width * (0.62 + 0.16 * np.sin(t * 7.0) * (0.3 + t) - 0.25 * t)
    half, rows = unit * (0.25 + 2.6 * t**1.4), y + 0.6 * unit + 20 * unit * t
    river = easel.mask().between((middle - half, rows), (middle + half, rows))
    plane.lay(river, mix(easel.tone("water", 0.4, 1.0), easel.light.sky[-2][1], 0.55), 0.95)


def _dome(easel: Easel, top: float) -> None:
    """The grassy top, highest in the middle, with a path of light along its crest."""
    unit, plane, light = easel.unit, easel.plane("ground"), easel.light
    bow = (2 * np.abs(easel.columns() / easel.width - 0.5)) ** 2
    crest = (top + 4.5 * unit * bow + ridge_line(easel, 0, 0.5, 50, 2)).astype(np.float32)
    grass = easel.mask().under(crest)
    far, near = light.covered(MATERIALS["meadow"]), light.covered(MATERIALS["grass"], 0.96) * 0.97
    saved, easel.horizon_y = easel.horizon_y, top
    plane.lay(grass, shaded_ground(easel, far, near, key_field(easel), 0.10), mottle=0.06)
    edge = smoothstep(0, 1, 1 - np.abs(easel.rows()[:, None] - crest[None] - 0.8 * unit) / (1.3 * unit))
    plane.lay(edge.astype(np.float32), mix(easel.tone("meadow", 0.05, 1.0, snow=1), light.orb, 0.3), 0.5)
    below = easel.rows()[:, None] - crest[None] - 9 * unit
    shade = np.exp(-((below / (10 * unit)) ** 2)) * (grass.cover / np.float32(255))
    plane.lay(shade.astype(np.float32), easel.tone("grass", 0.05, 0.3, snow=0.9), 0.22)
    easel.horizon_y = top + 5 * unit
    tufts(easel, plane, round(420 * easel.width / 1280) + 100, "grass" if not light.snow_cover else "meadow")
    easel.horizon_y = saved


def _flowers(easel: Easel, top: float) -> None:
    """Flowers on the near grass only, which begins at `top` (share of the height)."""
    saved, easel.horizon_y = easel.horizon_y, top * easel.height
    meadow_flowers(easel, easel.plane("ground"), 7, nearest=0.9)
    easel.horizon_y = saved


# a cliff


def cliff(easel: Easel) -> None:
    """The grassy edge of a cliff high over the sea, with white headlands one behind the other, and gulls."""
    paint_sky(easel, clouds=1.1)
    unit, y = easel.unit, easel.horizon_y
    far, middle = easel.plane("far"), easel.plane("middle")
    water(easel, far, y, 0.86 * easel.height)
    side = 1
    for depth, reach, top, foot in ((0.60, 0.66, -2.6, 1.2), (0.42, 0.52, -6.0, 3.6), (0.20, 0.34, -13.0, 9.5)):
        plane = far if depth > 0.3 else middle
        _headland(easel, plane, side, reach, y + top * unit, y + foot * unit, depth)
    _edge(easel)
    _gulls(easel, middle)
    _flowers(easel, 0.71)
    low = Foliage(easel)
    bush(low, 0.03 * easel.width, 0.76 * easel.height, 12 * unit)
    low.paint(easel.plane("ground"), "leaf", 0.04)
    fringe(easel, easel.plane("near"), density=0.9, tall=12)


def _headland(easel: Easel, plane: Plane, side: int, reach: float, top: float, foot: float, depth: float) -> None:
    """A wall of chalk that goes out into the sea from one side, green on top, with surf at its foot."""
    rng, unit = easel.rng, easel.unit
    edge = easel.width if side > 0 else 0
    tip = edge - side * reach * easel.width
    t = np.linspace(0, 1, 26)
    across = edge + side * 2 + (tip - edge) * t
    crown = top + 1.4 * unit * np.sin(t * 6 + depth * 20) + (foot - top) * 0.20 * t**4 + rng.normal(0, 0.12, 26) * unit
    face = [*zip(across, crown), (tip - side * 0.8 * unit, foot), (edge + side * 2, foot)]
    wall, shade, green, surf = (easel.mask() for _ in range(4))
    wall.polygon(face)
    for place in rng.random(26):
        x = edge + (tip - edge) * place
        high = float(np.interp(place, t, crown))
        wide = unit * rng.uniform(0.3, 1.3)
        shade.polygon(
            [(x, high), (x + wide, high), (x + wide * 0.6 - side * unit, foot), (x - side * unit, foot)],
            int(rng.uniform(60, 220)),
        )
    np.minimum(shade.cover, wall.cover, out=shade.cover)
    thick = (foot - top) * 0.10 + 0.5 * unit
    green.between((across, crown - 0.5 * unit), (across, crown + thick * (0.7 + 0.3 * np.sin(t * 23))))
    for x in np.arange(min(tip, edge) - unit, max(tip, edge), 1.2 * unit):
        surf.ellipse(x, foot + rng.normal(0, 0.15) * unit, unit * rng.uniform(0.8, 1.8), unit * rng.uniform(0.2, 0.45))
    chalk = rgb("#efe9dc")
    plane.lay(wall, easel.fade(easel.tone(chalk, depth, 1.0), easel.tone(chalk, depth, 0.62), top, foot), mottle=0.05)
    plane.lay(shade, easel.tone(rgb("#b9b2a8"), depth, 0.35), 0.45, soft_px=0.9)
    plane.lay(green, easel.tone("meadow", depth, 0.9, snow=1.0), mottle=0.06)
    plane.lay(surf, easel.tone("foam", depth * 0.6, 0.95), 0.85)


def _edge(easel: Easel) -> None:
    """The near grass, whose edge falls away towards the sea, with a rim of chalk."""
    unit, plane, light = easel.unit, easel.plane("ground"), easel.light
    share = easel.columns() / easel.width
    line = 0.665 * easel.height + 3.0 * unit * share + ridge_line(easel, 0, 0.9, 36, 3)
    line = line.astype(np.float32)
    grass = easel.mask().under(line)
    material, near = light.covered(MATERIALS["meadow"]), light.covered(MATERIALS["grass"], 0.96) * 0.97
    saved, easel.horizon_y = easel.horizon_y, 0.665 * easel.height
    plane.lay(grass, shaded_ground(easel, material, near, key_field(easel), 0.08), mottle=0.06)
    rows = easel.rows()[:, None]
    rim = smoothstep(0, 1, 1 - np.abs(rows - line[None] - 0.25 * unit) / (0.75 * unit)) * (
        grass.cover / np.float32(255)
    )
    plane.lay(rim.astype(np.float32), easel.tone(rgb("#efe9dc"), 0.05, 0.95, snow=1), 0.85)
    crest = smoothstep(0, 1, 1 - np.abs(rows - line[None] - 2.0 * unit) / (1.2 * unit))
    plane.lay(crest.astype(np.float32), mix(easel.tone("meadow", 0.05, 1.0, snow=1), light.orb, 0.28), 0.5)
    easel.horizon_y = 0.70 * easel.height
    tufts(easel, plane, round(420 * easel.width / 1280) + 100, "grass" if not light.snow_cover else "meadow")
    easel.horizon_y = saved


def _gulls(easel: Easel, plane: Plane) -> None:
    """Gulls far off over the water."""
    if easel.light.hour == "night":
        return
    rng, unit = easel.rng, easel.unit
    birds = easel.mask()
    for _ in range(6):
        x, y, size = (
            rng.uniform(0.1, 0.7) * easel.width,
            rng.uniform(0.2, 0.9) * easel.horizon_y,
            unit * rng.uniform(1.0, 2.0),
        )
        birds.line(
            scaled(x, y, size, size, (-1, -0.45), (-0.4, -0.55), (0, 0), (0.4, -0.55), (1, -0.45)),
            max(1, 0.3 * unit),
        )
    plane.lay(birds, easel.tone(rgb("#f8f6f0"), 0.1, 1.0), 0.95)
