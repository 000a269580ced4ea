"""Generators of towns: towers with lit windows, rows of fronts, roofs behind them, a railway; and what stands again and again along a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb
from pipelines.painting.palette import FACADES, MATERIALS
from pipelines.scenes.easel import Easel, generator
from pipelines.scenes.land import clip_to, paint_mist
from pipelines.scenes.shapes import Shapes, outdoors, rectangle, scaled

CLOTHS = ("#c9584a", "#4f8a8b", "#d9a441")
LEAVES_OF_DOORS = ("#5f8a86", "#7d5a4c", "#b0564a", "#4f6d94", "#6f7f4f")


def shining(easel: Easel, share: float = 0.5) -> bool:
    """Whether a window is lit at this hour."""
    return bool(easel.rng.random() < easel.light.lamps * share)


@generator("towers")
def paint_towers(
    easel: Easel,
    depth: float,
    tall: tuple[float, float],
    wide: tuple[float, float],
    count: int,
    plane: Plane | None = None,
) -> None:
    """Towers of a city at one depth, the highest in the middle."""
    plane, rng, unit = plane or easel.plane("far"), easel.rng, easel.unit
    places = (np.arange(count) + rng.uniform(-0.35, 0.35, count) + 0.5) / count
    for place in rng.permutation(places):
        high = unit * rng.uniform(*tall) * (1.0 - 0.55 * abs(place - 0.5))
        _tower(easel, plane, place * easel.width, easel.horizon_y + 1.5 * unit, high, unit * rng.uniform(*wide), depth)
    paint_mist(easel, 1, 7, 0.45 * depth + 0.1, plane)


def _tower(easel: Easel, plane: Plane, x: float, foot: float, tall: float, wide: float, depth: float) -> None:
    rng, toward, unit = easel.rng, easel.toward, easel.unit
    colour = mix(FACADES[int(rng.integers(len(FACADES)))], MATERIALS["slate"], 0.35)
    top, left = foot - tall, x - wide / 2
    front, cap, style = easel.mask().convex(rectangle(left, top, left + wide, foot)), easel.mask(), rng.integers(4)
    if style == 1:
        cap.convex([(left, top + 1), (x, top - wide * 0.6), (left + wide, top + 1)])
    elif style == 2:
        cap.convex(rectangle(x - wide * 0.28, top - wide * 0.45, x + wide * 0.28, top + 1))
        cap.convex([(x - wide * 0.03, top - wide * 0.4), (x, top - wide * 1.3), (x + wide * 0.03, top - wide * 0.4)])
    elif style == 3:
        cap.ellipse(x, top, wide * 0.42, wide * 0.36)
    else:
        cap.convex(rectangle(left - wide * 0.04, top - wide * 0.06, left + wide * 1.04, top + wide * 0.05))
    side = easel.mask().convex(scaled(x, foot, -toward * wide, -tall, (0.22, 0), (0.5, 0), (0.5, 1), (0.22, 1)))
    lit, dim = easel.tone(colour, depth, 0.95), easel.tone(colour, depth, 0.15)
    plane.lay(front, easel.fade(lit, mix(lit, easel.light.haze, 0.35), top, foot), mottle=0.04)
    plane.lay(side, easel.fade(dim, mix(dim, easel.light.haze, 0.35), top, foot), 0.85, mottle=0.04)
    plane.lay(cap, easel.tone("slate" if style != 3 else rgb("#7fa79b"), depth, 0.6, snow=0.9), mottle=0.04)
    pane, glow = easel.mask(), easel.mask()
    columns, rows = max(2, round(wide / (1.9 * unit))), max(3, round(tall / (2.5 * unit)))
    w, h = wide / columns * 0.26, tall / rows * 0.30
    for row in range(rows):
        for column in range(columns):
            px, py = left + wide * (column + 0.5) / columns, top + tall * (row + 0.6) / rows
            (glow if shining(easel) else pane).convex(rectangle(px - w, py - h, px + w, py + h))
    plane.lay(pane, mix(easel.tone("glass", depth, 0.25), easel.light.sky[1][1], 0.35), 0.55)
    plane.lay(glow, mix(MATERIALS["lamp"], easel.light.haze, depth * 0.35), 0.95)
    if easel.light.lamps > 0.5:
        plane.lay(glow, rgb("#ffb95e"), 0.30, soft_px=unit * 0.7)


@generator("roofs")
def paint_roofs(easel: Easel, lift: float = 9) -> None:
    """Gables of houses farther back."""
    rng, unit, plane, foot = easel.rng, easel.unit, easel.plane("far"), easel.horizon_y - lift * easel.unit
    for place in (np.arange(8) + rng.uniform(-0.3, 0.3, 8)) / 7:
        x, wide, tall = place * easel.width, unit * rng.uniform(10, 15), unit * rng.uniform(22, 32)
        wall = easel.mask().convex(rectangle(x - wide / 2, foot - tall * 0.6, x + wide / 2, foot + 14 * unit))
        roof = easel.mask().convex(scaled(x, foot - tall * 0.58, wide, wide, (-0.6, 0), (0, -0.57), (0.6, 0)))
        plane.lay(wall, easel.tone(FACADES[int(rng.integers(8))], 0.45, 0.5), mottle=0.05)
        plane.lay(roof, easel.tone("roof", 0.45, 0.6, snow=1), mottle=0.05)


@generator("houses")
def paint_houses(
    easel: Easel,
    wide: tuple[float, float] = (22, 31),
    tall: tuple[float, float] = (28, 38),
    colours: Sequence[str] = (),
    shops: float = 0.4,
    gables: float = 0.55,
    level: float = 1.2,
    gap: float = -0.3,
) -> None:
    """Fronts side by side with shuttered windows and doors; the share `shops` of them has an awning, `gables` a gable."""
    rng, unit, plane = easel.rng, easel.unit, easel.plane("middle")
    paints = [rgb(colour) for colour in colours] or FACADES
    x, index = -rng.uniform(0.0, 9.0) * unit, int(rng.integers(8))
    while x < easel.width:
        across = unit * rng.uniform(*wide)
        foot = easel.horizon_y + level * unit
        _house(easel, plane, x, foot, across, unit * rng.uniform(*tall), paints[index % len(paints)], shops, gables)
        x, index = x + across + unit * gap, index + int(rng.integers(1, 4))


def _house(
    easel: Easel,
    plane: Plane,
    x: float,
    foot: float,
    wide: float,
    tall: float,
    colour: np.ndarray,
    shops: float,
    gables: float,
) -> None:
    rng, unit, toward, depth, eaves = easel.rng, easel.unit, easel.toward, 0.10, foot - tall
    gable, shop, slate = rng.random() < gables, rng.random() < shops, "slate" if rng.random() < 0.4 else "roof"
    rise, middle = wide * (0.46 if gable else 0.30), x + wide / 2
    wall, roof, tiles = easel.mask().convex(rectangle(x, eaves, x + wide, foot)), easel.mask(), easel.mask()
    if gable:
        wall.convex([(x, eaves + 1), (middle, eaves - rise), (x + wide, eaves + 1)])
        outer = [
            (x - unit, eaves + 0.8 * unit),
            (middle, eaves - rise - 1.5 * unit),
            (x + wide + unit, eaves + 0.8 * unit),
        ]
        inner = [(x + wide, eaves + 2.2 * unit), (middle, eaves - rise + 0.8 * unit), (x, eaves + 2.2 * unit)]
        roof.polygon([*outer, *inner])
    else:
        low = eaves + unit * 0.6
        roof.convex([(x - unit, low), *scaled(x, eaves, wide, -rise, (0.10, 1), (0.90, 1)), (x + wide + unit, low)])
        for row in range(1, 6):
            line = eaves - rise + (rise + unit * 0.6) * row / 6
            tiles.line([(x - unit, line), (x + wide + unit, line)], max(1, 0.22 * unit), 150)
    edge = x + wide if toward < 0 else x
    side = easel.mask().convex(
        rectangle(min(edge, edge + toward * unit * 2.2), eaves, max(edge, edge + toward * unit * 2.2), foot)
    )
    base = easel.mask().convex(rectangle(x, foot - unit * 2.6, x + wide, foot))
    chimney = easel.mask().convex(rectangle(x + wide * 0.24, eaves - rise, x + wide * 0.24 + 2.4 * unit, eaves - unit))
    under = clip_to(easel.mask().convex(rectangle(x, eaves + 1.2 * unit, x + wide, eaves + 3.0 * unit)), wall)
    lit = easel.tone(colour, depth, 0.95)
    plane.lay(chimney, easel.tone("brick", depth, 0.5))
    plane.lay(wall, easel.fade(lit, mix(lit, easel.tone(colour, depth, 0.2), 0.45), eaves - rise, foot), mottle=0.05)
    plane.lay(side, easel.tone(colour, depth, 0.1), 0.35, soft_px=unit * 0.6)
    plane.lay(base, easel.tone("stone", depth, 0.6), 0.9, mottle=0.08)
    plane.lay(roof, easel.tone(slate, depth, 0.65, snow=0.9), mottle=0.07)
    plane.lay(clip_to(tiles, roof), easel.tone(slate, depth, 0.1, snow=0.5), 0.55)
    plane.lay(under, easel.tone("slate", 0.05, 0.0), 0.28, soft_px=unit * 0.5)
    _openings(easel, plane, x, eaves, foot, wide, rise if gable else 0.0, shop)


def _openings(
    easel: Easel, plane: Plane, x: float, eaves: float, foot: float, wide: float, rise: float, shop: bool
) -> None:
    rng, unit, depth = easel.rng, easel.unit, 0.10
    frame, pane, glow, shutter, flowers, bars, leaf = (easel.mask() for _ in range(7))
    columns, half, high = (3 if wide > 26 * unit else 2), unit * 2.3, unit * 3.3
    door = int(rng.integers(columns))
    floors = max(1, round((foot - eaves) / (17 * unit)))
    for floor in range(floors):
        for column in range(columns):
            cx, cy = x + wide * (column + 0.5) / columns, eaves + (foot - eaves) * (floor + 0.5) / (floors + 0.15)
            if floor == floors - 1 and (column == door or shop):
                continue
            frame.convex(rectangle(cx - half * 1.2, cy - high * 1.14, cx + half * 1.2, cy + high * 1.3))
            (glow if shining(easel, 0.72) else pane).convex(rectangle(cx - half, cy - high, cx + half, cy + high))
            for side in (-1, 1):
                shutter.convex(
                    scaled(cx, cy, side * half, high, (1.26, -1.08), (2.05, -1.08), (2.05, 1.08), (1.26, 1.08))
                )
            bars.convex(rectangle(cx - unit * 0.16, cy - high, cx + unit * 0.16, cy + high))
            bars.convex(rectangle(cx - half, cy - high * 0.3, cx + half, cy - high * 0.3 + unit * 0.3))
            for _ in range(12):
                fx, fy = cx + rng.uniform(-1.25, 1.25) * half, cy + high * 1.08 + rng.normal(0, 0.35) * unit
                flowers.disc(fx, fy, unit * rng.uniform(0.28, 0.5))
    if rise:
        cx, cy = x + wide / 2, eaves - rise * 0.32
        frame.disc(cx, cy, unit * 2.1)
        (glow if shining(easel, 0.6) else pane).disc(cx, cy, unit * 1.55)
    door_x = x + wide * (door + 0.5) / columns
    if shop:
        frame.convex(rectangle(x + wide * 0.12, foot - unit * 12, x + wide * 0.88, foot - unit * 2.2))
        for part in (0.14, 0.40, 0.62):
            target = glow if easel.light.lamps > 0.4 else pane
            target.convex(rectangle(x + wide * part, foot - unit * 11.4, x + wide * (part + 0.22), foot - unit * 3.0))
    for mask, across in ((frame, 3.1), (leaf, 2.5)):
        mask.convex(rectangle(door_x - unit * across, foot - unit * 10.4, door_x + unit * across, foot))
        mask.ellipse(door_x, foot - unit * 10.4, unit * across, unit * across * 0.76)
    paint = rgb(str(rng.choice(LEAVES_OF_DOORS)))
    sky = mix(easel.tone("glass", depth, 0.6), easel.light.sky[-2][1], 0.45)
    plane.lay(shutter, easel.tone(paint, depth, 0.7), mottle=0.06)
    plane.lay(frame, easel.tone("plaster", depth, 0.9))
    plane.lay(pane, easel.fade(sky, easel.tone("glass", depth, 0.25), eaves, foot))
    plane.lay(glow, rgb("#ffd486"))
    plane.lay(bars, easel.tone("plaster", depth, 0.75))
    plane.lay(leaf, easel.tone(paint, depth, 0.55), mottle=0.07)
    petals = rgb(str(rng.choice(("#e5737b", "#f2c84b", "#f09a5a", "#c98ad0"))))
    plane.lay(flowers, easel.tone(petals, depth, 0.9, snow=0.9), 0.95)
    if easel.light.lamps > 0.5:
        plane.lay(glow, rgb("#ffb95e"), 0.45, soft_px=unit * 1.3)
    if shop:
        paint_awning(easel, plane, x + wide * 0.06, x + wide * 0.94, foot - unit * 13.4, depth)


def paint_awning(easel: Easel, plane: Plane, left: float, right: float, top: float, depth: float) -> None:
    """A striped awning."""
    unit, coloured, white, count = easel.unit, easel.mask(), easel.mask(), 9
    for stripe in range(count):
        x0, x1 = (left + (right - left) * (stripe + end) / count for end in (0, 1))
        low0, low1 = (x + ((x - left) / (right - left) - 0.5) * 1.8 * unit for x in (x0, x1))
        target = white if stripe % 2 else coloured
        target.convex([(x0, top), (x1, top), (low1, top + unit * 3.6), (low0, top + unit * 3.6)])
        target.ellipse((low0 + low1) / 2, top + unit * 3.6, (low1 - low0) / 2, unit * 0.7)
    for mask, cloth in ((coloured, rgb(str(easel.rng.choice(CLOTHS)))), (white, MATERIALS["foam"])):
        tones = easel.tone(cloth, depth, 1.0, snow=0.6), easel.tone(cloth, depth, 0.6)
        plane.lay(mask, easel.fade(*tones, top, top + 4 * unit))


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
    from pipelines.scenes.furnishing import stand_thing

    line = [(float(x), level, tall) for x in np.arange(start * easel.width, end * easel.width + 1, step * easel.unit)]
    for x, below, high in [(share * easel.width, below, high) for share, below, high in at] or line:
        foot = (top * easel.height or easel.horizon_y) + below * easel.unit
        stand_thing(easel, thing, x, foot, high, depth, plane, colours, key)


@generator("track")
def paint_track(easel: Easel, top: float, low: float, plane: Plane | None = None) -> None:
    """A railway across the picture from the share `top` to the share `low` of the height: gravel, sleepers, two rails."""
    rng, unit, plane = easel.rng, easel.unit, plane or easel.plane("middle")
    high, foot = top * easel.height, low * easel.height
    shapes, tall = Shapes(easel, plane, outdoors(easel, 0.10, 0.6)), foot - high
    shapes.box(-2, high, easel.width + 2, foot, "#8d847a", mottle=0.10)
    dark, light, sleepers = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(500 * easel.width / 1280)):
        x, level = rng.uniform(0, easel.width), rng.uniform(high, foot)
        (dark if rng.random() < 0.5 else light).ellipse(
            x, level, unit * rng.uniform(0.2, 0.5), unit * rng.uniform(0.14, 0.3)
        )
    shapes.fill(dark, "#5f574f", (0, high), 0.5)
    shapes.fill(light, "#b9b0a4", (0, high), 0.6)
    for x in np.arange(-4 * unit, easel.width + 8 * unit, 5.4 * unit):
        slant = (x / easel.width - 0.5) * 3 * unit
        near, far = high + 0.74 * tall, high + 0.18 * tall
        sleepers.convex([(x, far), (x + 2.2 * unit, far), (x + slant + 2.6 * unit, near), (x + slant, near)])
    shapes.fill(sleepers, "#6b5240", (0, high), mottle=0.1)
    for share, thick in ((0.28, 0.7), (0.60, 0.95)):
        level = high + share * tall
        shapes.box(-2, level + thick * unit, easel.width + 2, level + 1.9 * thick * unit, "#3c3430", 0.5, soft=0.2)
        shapes.box(-2, level, easel.width + 2, level + thick * unit, "#6f6a70")
        shapes.box(-2, level, easel.width + 2, level + 0.4 * thick * unit, "#c9ccd2")
