"""Painter of a street of storybook houses."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Mask, Plane, mix, rgb, smoothstep
from pipelines.painting.palette import FACADES, MATERIALS
from pipelines.scenes.country import at, hill, key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.plants import Foliage, broadleaf, bush
from pipelines.scenes.shapes import rectangle, scaled
from pipelines.scenes.sky import paint_sky
from pipelines.scenes.town import lamp_post, shining


def street(easel: Easel) -> None:
    """A row of gabled houses with shutters and awnings, a pavement, cobbles."""
    paint_sky(easel, clouds=0.8)
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    far, middle, ground = easel.plane("far"), easel.plane("middle"), easel.plane("ground")
    ridge = ridge_line(easel, y - 17 * unit, 3.4, 40, 3)
    hill(easel, far, ridge, "hill", 0.62)
    foliage = Foliage(easel)
    for place in rng.random(9):
        broadleaf(foliage, place * easel.width, at(ridge)(place * easel.width) + 6 * unit, unit * rng.uniform(9, 14))
    foliage.paint(far, "leaf", 0.5)
    _back_roofs(easel, far, y - 9 * unit)
    mist(easel, far, y - 10 * unit, 9, 0.35)
    x, index = -rng.uniform(0.0, 9.0) * unit, int(rng.integers(8))
    while x < easel.width:
        wide = unit * rng.uniform(22, 31)
        house(easel, middle, x, y + 1.2 * unit, wide, unit * rng.uniform(28, 38), FACADES[index % len(FACADES)])
        x, index = x + wide - unit * 0.3, index + int(rng.integers(1, 4))
    _cobbles(easel, ground)
    near = easel.plane("near")
    post_x = easel.width * (0.075 if rng.random() < 0.5 else 0.925)
    lamp_post(easel, near, post_x, easel.height * 0.97, unit * 62)
    low = Foliage(easel)
    for edge in (0, easel.width):
        bush(low, edge, easel.height + unit * 3, unit * 22)
    low.paint(near, "leaf", 0.0)
    _window_flowers(easel, near)


def _window_flowers(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    blossoms = easel.mask()
    for edge in (0.0, 1.0):
        for _ in range(16):
            x = easel.width * edge + (1 if edge == 0 else -1) * abs(rng.normal(0, 5)) * unit
            blossoms.disc(x, easel.height - rng.uniform(0, 7) * unit, unit * rng.uniform(0.5, 0.9))
    if not easel.light.snow_cover:
        plane.lay(blossoms, easel.tone(rgb("#e5737b"), 0, 0.8), 0.95)


def _back_roofs(easel: Easel, plane: Plane, foot: float) -> None:
    rng, unit = easel.rng, easel.unit
    for place in (np.arange(8) + rng.uniform(-0.3, 0.3, 8)) / 7:
        x, wide, tall = place * easel.width, unit * rng.uniform(10, 15), unit * rng.uniform(22, 32)
        wall, roof = easel.mask(), easel.mask()
        wall.convex(rectangle(x - wide / 2, foot - tall * 0.6, x + wide / 2, foot + 14 * unit))
        roof.convex(
            [
                (x - wide * 0.6, foot - tall * 0.58),
                (x, foot - tall * 0.6 - wide * 0.55),
                (x + wide * 0.6, foot - tall * 0.58),
            ]
        )
        plane.lay(wall, easel.tone(FACADES[int(rng.integers(8))], 0.45, 0.5), mottle=0.05)
        plane.lay(roof, easel.tone("roof", 0.45, 0.6, snow=1), mottle=0.05)


def house(easel: Easel, plane: Plane, x: float, foot: float, wide: float, tall: float, colour: np.ndarray) -> None:
    """One front: wall, gable or hipped roof, two floors of shuttered windows, a door, perhaps a shop's awning."""
    rng, unit, toward = easel.rng, easel.unit, easel.toward
    depth, eaves = 0.10, foot - tall
    wall, shade, base = easel.mask(), easel.mask(), easel.mask()
    roof, roof_lit, tiles = easel.mask(), easel.mask(), easel.mask()
    wall.convex(rectangle(x, eaves, x + wide, foot))
    gable = rng.random() < 0.55
    rise = wide * (0.46 if gable else 0.30)
    if gable:
        wall.convex([(x, eaves + 1), (x + wide / 2, eaves - rise), (x + wide, eaves + 1)])
        beam = unit * 1.5
        roof.polygon(
            [
                (x - unit, eaves + unit * 0.8),
                (x + wide / 2, eaves - rise - beam),
                (x + wide + unit, eaves + unit * 0.8),
                (x + wide + unit * 0.4, eaves + unit * 2.2),
                (x + wide / 2, eaves - rise + beam * 0.5),
                (x - unit * 0.4, eaves + unit * 2.2),
            ]
        )
    else:
        low = eaves + unit * 0.6
        roof.convex([(x - unit, low), *scaled(x, eaves, wide, -rise, (0.10, 1), (0.90, 1)), (x + wide + unit, low)])
        for row in range(1, 6):
            level = eaves - rise + (rise + unit * 0.6) * row / 6
            tiles.line([(x - unit, level), (x + wide + unit, level)], max(1, 0.22 * unit), 150)
        np.minimum(tiles.cover, roof.cover, out=tiles.cover)
        roof_lit.convex(scaled(x, eaves, wide, -rise, (0.10, 1), (0.90, 1), (0.91, 0.86), (0.09, 0.86)))
    base.convex(rectangle(x, foot - unit * 2.6, x + wide, foot))
    chimney = easel.mask()
    cx = x + wide * rng.uniform(0.2, 0.3)
    chimney.convex(rectangle(cx, eaves - rise * 1.0, cx + unit * 2.4, eaves - unit))
    edge = x + wide if toward < 0 else x
    shade.convex(rectangle(min(edge, edge + toward * unit * 2.2), eaves, max(edge, edge + toward * unit * 2.2), foot))
    plane.lay(chimney, easel.tone("brick", depth, 0.5))
    lit = easel.tone(colour, depth, 0.95)
    plane.lay(wall, easel.fade(lit, mix(lit, easel.tone(colour, depth, 0.2), 0.45), eaves - rise, foot), mottle=0.05)
    plane.lay(shade, easel.tone(colour, depth, 0.1), 0.35, soft_px=unit * 0.6)
    plane.lay(base, easel.tone("stone", depth, 0.6), 0.9, mottle=0.08)
    slate = rng.random() < 0.4
    plane.lay(roof, easel.tone("slate" if slate else "roof", depth, 0.65, snow=0.9), mottle=0.07)
    plane.lay(tiles, easel.tone("slate" if slate else "roof", depth, 0.1, snow=0.5), 0.55)
    plane.lay(roof_lit, mix(easel.tone("roof", depth, 1.0, snow=1), easel.light.orb, 0.3), 0.4, soft_px=unit * 0.4)
    _eaves_shadow(easel, plane, wall, x, eaves, wide)
    _windows(easel, plane, x, eaves, foot, wide, gable, rise, depth)


def _eaves_shadow(easel: Easel, plane: Plane, wall: Mask, x: float, eaves: float, wide: float) -> None:
    under = easel.mask().convex(rectangle(x, eaves + 1.2 * easel.unit, x + wide, eaves + 3.0 * easel.unit))
    plane.lay(
        np.minimum(under.cover, wall.cover) / np.float32(255),
        easel.tone("slate", 0.05, 0.0),
        0.28,
        soft_px=easel.unit * 0.5,
    )


def _windows(
    easel: Easel, plane: Plane, x: float, eaves: float, foot: float, wide: float, gable: bool, rise: float, depth: float
) -> None:
    rng, unit = easel.rng, easel.unit
    frame, pane, glow, shutter, box_flowers, bars, sill = (easel.mask() for _ in range(7))
    columns = 3 if wide > 26 * unit else 2
    door = int(rng.integers(columns))
    shop = rng.random() < 0.4
    tall = foot - eaves
    for floor, level in enumerate((0.28, 0.70)):
        for column in range(columns):
            cx, cy = x + wide * (column + 0.5) / columns, eaves + tall * level
            if floor == 1 and (column == door or shop):
                continue
            _window(easel, (frame, pane, glow, shutter, box_flowers, bars, sill), cx, cy, unit * 2.3, unit * 3.3)
    if gable:
        cx, cy = x + wide / 2, eaves - rise * 0.32
        frame.disc(cx, cy, unit * 2.1)
        (glow if shining(easel, rng, 0.6) else pane).disc(cx, cy, unit * 1.55)
        bars.convex(rectangle(cx - unit * 0.14, cy - unit * 1.6, cx + unit * 0.14, cy + unit * 1.6))
        bars.convex(rectangle(cx - unit * 1.6, cy - unit * 0.14, cx + unit * 1.6, cy + unit * 0.14))
    door_x = x + wide * (door + 0.5) / columns
    leaf = easel.mask()
    if shop:
        left = x + wide * 0.12
        frame.convex(rectangle(left, foot - unit * 12, x + wide * 0.88, foot - unit * 2.2))
        for part in (0.14, 0.40, 0.62):
            target = glow if easel.light.lamps > 0.4 else pane
            target.convex(rectangle(x + wide * part, foot - unit * 11.4, x + wide * (part + 0.22), foot - unit * 3.0))
    leaf.convex(rectangle(door_x - unit * 2.5, foot - unit * 10.4, door_x + unit * 2.5, foot))
    leaf.ellipse(door_x, foot - unit * 10.4, unit * 2.5, unit * 1.8)
    frame.convex(rectangle(door_x - unit * 3.1, foot - unit * 10.4, door_x + unit * 3.1, foot))
    frame.ellipse(door_x, foot - unit * 10.4, unit * 3.1, unit * 2.4)
    paint = rgb(str(rng.choice(("#5f8a86", "#7d5a4c", "#b0564a", "#4f6d94", "#6f7f4f"))))
    plane.lay(shutter, easel.tone(paint, depth, 0.7), mottle=0.06)
    plane.lay(frame, easel.tone("plaster", depth, 0.9))
    plane.lay(
        pane,
        easel.fade(
            mix(easel.tone("glass", depth, 0.6), easel.light.sky[-2][1], 0.45),
            easel.tone("glass", depth, 0.25),
            eaves,
            foot,
        ),
    )
    plane.lay(glow, rgb("#ffd486"))
    plane.lay(bars, easel.tone("plaster", depth, 0.75))
    plane.lay(sill, easel.tone("wood", depth, 0.5))
    plane.lay(leaf, easel.tone(paint, depth, 0.55), mottle=0.07)
    plane.lay(
        box_flowers,
        easel.tone(rgb(str(rng.choice(("#e5737b", "#f2c84b", "#f09a5a", "#c98ad0")))), depth, 0.9, snow=0.9),
        0.95,
    )
    if easel.light.lamps > 0.5:
        plane.lay(glow, rgb("#ffb95e"), 0.45, soft_px=unit * 1.3)
    if shop:
        _awning(easel, plane, x + wide * 0.06, x + wide * 0.94, foot - unit * 13.4, depth)


def _window(easel: Easel, masks: tuple[Mask, ...], cx: float, cy: float, half: float, high: float) -> None:
    frame, pane, glow, shutter, flowers, bars, sill = masks
    rng, unit = easel.rng, easel.unit
    frame.convex(rectangle(cx - half * 1.2, cy - high * 1.14, cx + half * 1.2, cy + high * 1.1))
    (glow if shining(easel, rng, 0.72) else pane).convex(rectangle(cx - half, cy - high, cx + half, cy + high))
    for side in (-1, 1):
        inner, outer = cx + side * half * 1.26, cx + side * half * 2.05
        shutter.convex(rectangle(min(inner, outer), cy - high * 1.08, max(inner, outer), cy + high * 1.08))
    bars.convex(rectangle(cx - unit * 0.16, cy - high, cx + unit * 0.16, cy + high))
    bars.convex(rectangle(cx - half, cy - high * 0.3, cx + half, cy - high * 0.3 + unit * 0.3))
    sill.convex(rectangle(cx - half * 1.4, cy + high * 1.12, cx + half * 1.4, cy + high * 1.38))
    for _ in range(12):
        flowers.disc(
            cx + rng.uniform(-1.25, 1.25) * half,
            cy + high * 1.08 + rng.normal(0, 0.35) * unit,
            unit * rng.uniform(0.28, 0.5),
        )


def _awning(easel: Easel, plane: Plane, left: float, right: float, top: float, depth: float) -> None:
    unit, rng = easel.unit, easel.rng
    red, white = easel.mask(), easel.mask()
    count = 9
    for stripe in range(count):
        x0, x1 = left + (right - left) * stripe / count, left + (right - left) * (stripe + 1) / count
        flare = unit * 0.9
        low0, low1 = x0 + (stripe / count - 0.5) * 2 * flare, x1 + ((stripe + 1) / count - 0.5) * 2 * flare
        target = red if stripe % 2 == 0 else white
        target.convex([(x0, top), (x1, top), (low1, top + unit * 3.6), (low0, top + unit * 3.6)])
        target.ellipse((low0 + low1) / 2, top + unit * 3.6, (low1 - low0) / 2, unit * 0.7)
    cloth = rgb(str(rng.choice(("#c9584a", "#4f8a8b", "#d9a441"))))
    plane.lay(
        red, easel.fade(easel.tone(cloth, depth, 1.0, snow=0.6), easel.tone(cloth, depth, 0.6), top, top + 4 * unit)
    )
    plane.lay(white, easel.fade(easel.tone("foam", depth, 1.0), easel.tone("foam", depth, 0.6), top, top + 4 * unit))


def _cobbles(easel: Easel, ground: Plane) -> None:
    light, rng, unit, y = easel.light, easel.rng, easel.unit, easel.horizon_y
    mask, kerb, kerb_shade = easel.mask(), easel.mask(), easel.mask()
    mask.under(np.full(easel.width, y + 1.0 * unit, np.float32))
    stone = light.covered(MATERIALS["paving"], 0.9)
    ground.lay(mask, shaded_ground(easel, stone, stone, key_field(easel, 0.2), 0.12), mottle=0.05)
    road_y = y + 0.24 * (easel.height - y)
    road = easel.mask().under(np.full(easel.width, road_y, np.float32))
    dark = light.covered(mix(MATERIALS["stone"], MATERIALS["asphalt"], 0.5), 0.8)
    ground.lay(road, shaded_ground(easel, dark, dark, key_field(easel, 0.22), 0.1), mottle=0.05)
    kerb.convex(rectangle(-2, road_y - 0.9 * unit, easel.width + 2, road_y + 0.2 * unit))
    kerb_shade.convex(rectangle(-2, road_y + 0.2 * unit, easel.width + 2, road_y + 1.1 * unit))
    joints, stones, shine = easel.mask(), easel.mask(), easel.mask()
    vanish = easel.width / 2
    for k in np.arange(-34, 35):
        joints.line([(vanish + k * unit * 4.2, y + unit), (vanish + k * unit * 5.6, road_y)], 1, 110)
    level, row = road_y + 1.6 * unit, 0
    while level < easel.height + 3 * unit:
        t = (level - y) / (easel.height - y)
        wide, high = unit * 6.2 * t, unit * 2.5 * t
        for x in np.arange(-wide + (row % 2) * wide * 0.5, easel.width + wide, wide):
            jx, jw, jh = x + rng.normal(0, 0.05) * wide, wide * rng.uniform(0.40, 0.46), high * rng.uniform(0.38, 0.45)
            stones.ellipse(jx, level, jw, jh, 0, int(rng.uniform(70, 255)))
            shine.ellipse(
                jx + easel.toward * jw * 0.2, level - jh * 0.35, jw * 0.6, jh * 0.36, 0, int(rng.uniform(40, 200))
            )
        level, row = level + high, row + 1
    ground.lay(joints, easel.tone("stone", 0.1, 0.1), 0.35)
    ground.lay(stones, easel.tone("stone", 0.0, 0.75, snow=0.6), 0.6)
    ground.lay(shine, mix(easel.tone("paving", 0.0, 1.0, snow=0.8), light.orb, 0.25), 0.35, soft_px=0.9)
    ground.lay(kerb, easel.tone("paving", 0.05, 1.0, snow=0.9))
    ground.lay(kerb_shade, easel.tone("slate", 0.05, 0.0), 0.5, soft_px=0.8)
    if light.weather == "rain" or light.lamps > 0.6:
        _puddles(easel, ground, road_y)


def _puddles(easel: Easel, ground: Plane, road_y: float) -> None:
    field = smoothstep(0.55, 1.2, easel.noise(12, 2, stretch=4.5)) * (easel.rows()[:, None] > road_y + 2 * easel.unit)
    strength = 0.6 if easel.light.weather == "rain" else 0.22
    colour = mix(easel.light.sky[-2][1], MATERIALS["lamp"], 0.35 * easel.light.lamps)
    ground.lay(field.astype(np.float32), colour, strength, soft_px=1.0)
