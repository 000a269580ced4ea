"""Painters of the hall of a castle and of a cave."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.painting.brush import mix, rgb, smoothstep
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.furnishing import furnish
from pipelines.scenes.indoors import light_inside, view_outside
from pipelines.scenes.interiors import WARM, Room, floor_tiles
from pipelines.scenes.shapes import Shapes, arch, rectangle, scaled

Opening = tuple[float, float, float, float]


def hall(easel: Easel) -> None:
    """The hall of a castle: walls of stone with arched windows, a red carpet that leads up to steps."""
    wide, unit, y = easel.width > 1.3 * easel.height, easel.unit, easel.horizon_y
    view_outside(easel)
    inside, dark = light_inside(easel)
    shares = (0.20, 0.80) if wide else (0.17, 0.83)
    torches = (0.335, 0.665) if wide else (0.36, 0.64)
    half = (9 if wide else 7.5) * unit
    windows = [(s * easel.width - half, y - 54 * unit, s * easel.width + half, y - 17 * unit) for s in shares]
    lamps = tuple((s * easel.width, y - 36 * unit) for s in torches)
    room = Room(easel, windows[0], lamps, inside * np.array([0.94, 0.95, 1.0], np.float32), max(0.30, dark))
    _stone_wall(room, windows)
    for window in windows:
        _stone_window(room.far, window, unit)
    floor_tiles(room, "#c2b9ac", "#9a9188", 12.0)
    _carpet(room)
    _steps(room)
    for x, level in lamps:
        glow = sun_pool(easel, x, level - 5 * unit, 16 * unit) * np.float32(0.30)
        easel.plane("far").glow(glow, WARM)
    furnish(room, "hall", wide)
    for x in (0.0, float(easel.width)) if wide else ():
        _pillar(room, x)


def _stone_wall(room: Room, windows: list[Opening]) -> None:
    """Blocks of stone in courses, with holes for the windows."""
    easel, rng, unit, y = room.easel, room.easel.rng, room.easel.unit, room.easel.horizon_y
    plane, field = easel.plane("far"), room.field()
    whole, joints, pale, dull = (easel.mask() for _ in range(4))
    whole.convex(rectangle(-2, -2, easel.width + 2, y + 2))
    tall = 7 * unit
    for level in np.arange(y, -tall, -tall):
        joints.line([(-2, level), (easel.width + 2, level)], max(1, 0.3 * unit), 200)
        x = -rng.uniform(0, 9) * unit
        while x < easel.width:
            end = x + rng.uniform(9, 16) * unit
            joints.line([(end, level - tall), (end, level)], max(1, 0.3 * unit), 200)
            mask = pale if rng.random() < 0.5 else dull
            if rng.random() < 0.55:
                mask.convex(rectangle(x, level - tall, end, level), int(rng.uniform(60, 255)))
            x = end
    for window in windows:
        hole = arch(*window)
        for mask in (whole, joints, pale, dull):
            mask.polygon(hole, 0)
    stone = rgb("#b9b1a6")
    plane.lay(whole, stone * field, mottle=0.08)
    plane.lay(pale, rgb("#cfc6b8") * field, 0.5, mottle=0.08)
    plane.lay(dull, rgb("#9a938c") * field, 0.45, mottle=0.08)
    plane.lay(joints, rgb("#6f6962") * field, 0.55)
    upper = np.exp(-easel.rows()[:, None] / (18 * unit)) * (whole.cover / np.float32(255))
    plane.lay(upper.astype(np.float32), rgb("#38322e") * field, 0.45)


def _stone_window(shapes: Shapes, opening: Opening, unit: float) -> None:
    """The frame of an arched window, its bars and its sill."""
    left, top, right, foot = opening
    outline = arch(left, top, right, foot)
    shapes.line([*outline, outline[0]], 2.2 * unit, "#d6cdbf")
    shapes.line([*arch(left - 1.3 * unit, top - 1.3 * unit, right + 1.3 * unit, foot)], 0.6 * unit, "#6f6962", 0.7)
    middle = (left + right) / 2
    shapes.line([(middle, top + unit), (middle, foot)], 0.8 * unit, "#5f5a56")
    for level in np.linspace(top + (right - left) / 2, foot, 4)[:-1]:
        shapes.line([(left, level), (right, level)], 0.6 * unit, "#5f5a56")
    shapes.box(left - 2.6 * unit, foot, right + 2.6 * unit, foot + 2 * unit, "#d6cdbf")
    shapes.box(left - 2.2 * unit, foot + 2 * unit, right + 2.2 * unit, foot + 3 * unit, "#3c3a38", 0.35, soft=0.4)


def _carpet(room: Room) -> None:
    """A red carpet from the throne towards the viewer, with golden edges."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    middle, low = easel.width / 2, easel.height + 2
    shapes = room.front
    for near, far, colour in ((33, 12.5, "#d9ae5c"), (30.6, 11.6, "#a8343a"), (24, 9, "#c0454a")):
        outline = [(middle - far * unit, y + 2 * unit), (middle + far * unit, y + 2 * unit)]
        outline += [(middle + near * unit, low), (middle - near * unit, low)]
        shapes.polygon(outline, colour, mottle=0.06)


def _steps(room: Room) -> None:
    """Two steps of stone for a throne."""
    shapes, easel, unit = room.front, room.easel, room.easel.unit
    x, foot = easel.width / 2, easel.horizon_y + 3 * unit
    for half, low, high in ((20, 0, 2.6), (15, 2.6, 5.0)):
        shapes.block(x - half * unit, foot - high * unit, x + half * unit, foot - low * unit, "#b4aa9c")


def _pillar(room: Room, x: float) -> None:
    """A round pillar at the edge of the picture, near to the eye."""
    easel, unit = room.easel, room.easel.unit
    shapes = Shapes(easel, easel.plane("near"), room.lit)
    half, foot = 5.4 * unit, easel.height * 0.90
    steps = np.linspace(-1, 1, 15)
    for a, b in pairwise(steps):
        round_ = 0.95 - 0.45 * abs((a + b) / 2 - 0.45 * easel.toward)
        shapes.box(x + a * half - 1, -2, x + b * half + 1, foot, rgb("#b4aa9c") * round_, mottle=0.06)
    shapes.block(x - half - 2 * unit, foot - 3 * unit, x + half + 2 * unit, foot + 2 * unit, "#a89e90")
    shapes.block(x - half - 3.4 * unit, foot + 2 * unit, x + half + 3.4 * unit, easel.height + 4, "#9a9084")


# a cave


def cave(easel: Easel) -> None:
    """A cave: dark rock around a bright mouth through which the land is seen, stalactites, a pool, crystals."""
    unit, y, light = easel.unit, easel.horizon_y, easel.light
    view_outside(easel)
    mouth_x, mouth_y = 0.5 * easel.width, y - (20 if easel.width >= easel.height else 27) * unit
    day = {"day": 1.0, "dawn": 0.85, "sunset": 0.85, "night": 0.5}[light.hour]
    glow = mix(light.sky[-1][1], light.orb, 0.4) if light.hour != "night" else rgb("#7f9ad0")
    _rock_around(easel, mouth_x, mouth_y, glow, day)
    _teeth(easel, glow, day)
    _cave_floor(easel, mouth_x, glow, day)
    _crystals(easel)
    _near_rock(easel, day)


def _cave_tone(colour: str, day: float, key: float) -> np.ndarray:
    """A colour of the rock: blue-brown in the dark, warm where light from the mouth reaches it."""
    dark, lit = np.array([0.40, 0.40, 0.52], np.float32), np.array([0.98, 0.92, 0.84], np.float32)
    return (rgb(colour) * mix(dark * (0.5 + 0.5 * day), lit * (0.35 + 0.65 * day), key)).astype(np.float32)


def _rock_around(easel: Easel, x: float, y: float, glow: np.ndarray, day: float) -> None:
    """The wall of the cave with its mouth cut out, in three rings that get darker towards the viewer."""
    unit, rng = easel.unit, easel.rng
    tall = (27 if easel.width >= easel.height else 36) * unit
    for plane, size, key in (("far", 1.0, 0.60), ("far", 1.24, 0.36), ("middle", 1.52, 0.18)):
        wall, rim = easel.mask(), easel.mask()
        turn = np.linspace(0, 2 * np.pi, 46)[:-1]
        rough = (
            1
            + 0.07 * np.sin(turn * 3 + rng.uniform(0, 6))
            + 0.045 * np.sin(turn * 7 + rng.uniform(0, 6))
            + rng.normal(0, 0.018, len(turn))
        )
        across = min(40 * unit, 0.36 * easel.width) * size
        outline = [*zip(x + np.cos(turn) * across * rough, y + 4 * unit + np.sin(turn) * tall * size * rough)]
        wall.convex(rectangle(-2, -2, easel.width + 2, easel.height + 2))
        wall.polygon(outline, 0)
        rim.polygon(outline)
        edge = np.asarray(rim.cover, np.float32) / 255
        colours = easel.fade(_cave_tone("#8a8290", day, key * 0.7), _cave_tone("#96897e", day, key), 0, easel.horizon_y)
        easel.plane(plane).lay(wall, colours, mottle=0.10)
        near = _blur(edge, 2.6 * unit) * (1 - edge)
        easel.plane(plane).lay(
            near.astype(np.float32), mix(_cave_tone("#c4b4a0", day, 1.0), glow, 0.35), 0.85 * key + 0.2
        )
        grain = smoothstep(0.3, 1.6, easel.noise(7, 3, stretch=0.6)) * (wall.cover / np.float32(255))
        easel.plane(plane).lay(grain.astype(np.float32), _cave_tone("#5f5866", day, 0.1), 0.40)


def _blur(field: np.ndarray, reach: float) -> np.ndarray:
    import cv2

    return np.asarray(cv2.GaussianBlur(field, (0, 0), reach), np.float32)


def _teeth(easel: Easel, glow: np.ndarray, day: float) -> None:
    """Stalactites from above, and stalagmites at both sides."""
    rng, unit, plane = easel.rng, easel.unit, easel.plane("middle")
    body, lit = easel.mask(), easel.mask()
    for share in np.linspace(0.02, 0.98, round(easel.width / unit / 7)):
        x = (share + rng.normal(0, 0.012)) * easel.width
        tall = unit * rng.uniform(5, 15) * (0.55 + 0.9 * abs(share - 0.5))
        top = unit * (2 + 9 * (1 - (2 * abs(share - 0.5)) ** 2) * 0.2) - 3 * unit
        half = tall * rng.uniform(0.13, 0.2)
        body.polygon(scaled(x, top, half, tall, (-1.5, 0), (-0.5, 0.5), (0, 1), (0.5, 0.5), (1.5, 0)))
        inward = 1 if share < 0.5 else -1
        lit.polygon(scaled(x, top, inward * half, tall, (0.3, 0), (0.2, 0.55), (0, 1), (0.55, 0.5), (1.4, 0)))
    low = easel.horizon_y + 6 * unit
    for side in (-1, 1):
        for step in range(4):
            x = easel.width * (0.5 + side * (0.5 - 0.035 * step)) - side * rng.uniform(0, 2) * unit
            tall, half = unit * rng.uniform(7, 19) * (1 - 0.16 * step), unit * rng.uniform(2.6, 4.2)
            body.polygon(scaled(x, low, half, tall, (-1, 0), (-0.35, -0.6), (0, -1), (0.35, -0.6), (1, 0)))
            lit.polygon(scaled(x, low, side * half, tall, (-0.2, 0), (0, -1), (-0.35, -0.6), (-1, 0)))
    plane.lay(body, _cave_tone("#7d7480", day, 0.22), mottle=0.09)
    plane.lay(lit, mix(_cave_tone("#b8a898", day, 0.8), glow, 0.2), 0.7, mottle=0.06, soft_px=0.8)


def _cave_floor(easel: Easel, mouth: float, glow: np.ndarray, day: float) -> None:
    """A floor of rock with the light of the mouth on it, pebbles, and a pool that mirrors the light."""
    unit, rng, y, ground = easel.unit, easel.rng, easel.horizon_y, easel.plane("ground")
    floor = easel.mask()
    columns = easel.columns()
    floor.under(
        (
            y
            + 1.5 * unit
            + 1.2 * unit * np.sin(columns / (9 * unit))
            - 3 * unit * (np.abs(columns / easel.width - 0.5) * 2) ** 2
        ).astype(np.float32)
    )
    pool = sun_pool(easel, mouth, y + 4 * unit, 60 * unit)[..., None]
    dim, bright = _cave_tone("#857a74", day, 0.18), mix(_cave_tone("#c2b19c", day, 1.0), glow, 0.22)
    ground.lay(floor, (dim + (bright - dim) * pool).astype(np.float32), mottle=0.09)
    cracks, stones, lit = easel.mask(), easel.mask(), easel.mask()
    x, level, size = easel.ground_points(70)
    for px, py, s in zip(x, level, size):
        if py < y + 3 * unit:
            continue
        r = unit * s * rng.uniform(0.6, 2.0)
        stones.ellipse(px, py, r, r * 0.55)
        lit.ellipse(px, py - r * 0.2, r * 0.6, r * 0.26)
        cracks.ellipse(px, py + r * 0.45, r * 1.1, r * 0.3)
    ground.lay(cracks, rgb("#1c1820"), 0.35, soft_px=0.3 * unit)
    ground.lay(stones, _cave_tone("#8d837e", day, 0.4), 0.9, mottle=0.08)
    ground.lay(lit, _cave_tone("#b9ab9c", day, 0.85), 0.7)
    water = easel.mask()
    side = 0.24 if rng.random() < 0.5 else 0.76
    water.ellipse(side * easel.width, y + 8.5 * unit, 17 * unit, 2.6 * unit)
    ground.lay(water, mix(_cave_tone("#4a7f98", day, 0.6), glow, 0.35), 0.95)
    shine = easel.mask()
    for share in (-0.4, 0.05, 0.5):
        shine.ellipse(side * easel.width + share * 16 * unit, y + (8.3 + share) * unit, 4.2 * unit, 0.26 * unit)
    ground.lay(shine, mix(glow, rgb("#ffffff"), 0.4), 0.7)


def _crystals(easel: Easel) -> None:
    """Groups of crystals that shine a little by themselves."""
    rng, unit, plane = easel.rng, easel.unit, easel.plane("ground")
    for share, colour in ((0.09, "#8fd0e8"), (0.91, "#c9a4e8")):
        x, foot = (share + rng.normal(0, 0.01)) * easel.width, easel.horizon_y + 7 * unit
        plane.glow(sun_pool(easel, x, foot - 4 * unit, 13 * unit) * np.float32(0.42), rgb(colour))
        for lean, tall in ((-0.5, 8), (-0.15, 13), (0.25, 10), (0.6, 6)):
            tip = x + lean * 11 * unit, foot - tall * unit
            base = x + lean * 5 * unit
            body, lit = easel.mask(), easel.mask()
            body.polygon(
                [
                    (base - 1.4 * unit, foot),
                    (tip[0] - 1.3 * unit, tip[1] + 2.4 * unit),
                    tip,
                    (tip[0] + 1.3 * unit, tip[1] + 2.4 * unit),
                    (base + 1.4 * unit, foot),
                ]
            )
            lit.polygon(
                [(base - 1.4 * unit, foot), (tip[0] - 1.3 * unit, tip[1] + 2.4 * unit), tip, (base - 0.2 * unit, foot)]
            )
            plane.lay(body, rgb(colour) * 0.72, 0.95, mottle=0.05)
            plane.lay(lit, mix(rgb(colour), rgb("#ffffff"), 0.35), 0.85)


def _near_rock(easel: Easel, day: float) -> None:
    """Dark rock at the lower corners and along the upper edge, nearest to the eye."""
    rng, unit, near = easel.rng, easel.unit, easel.plane("near")
    mask = easel.mask()
    columns = easel.columns()
    for side in (-1, 1):
        edge = 0 if side < 0 else easel.width
        for _ in range(4):
            a, b = edge - side * rng.uniform(-1, 9) * unit, easel.height + rng.uniform(-1, 2) * unit
            mask.ellipse(a, b, unit * rng.uniform(6, 12), unit * rng.uniform(4, 8))
    lid = 3.5 * unit + 2.2 * unit * np.sin(columns / (11 * unit)) + 1.2 * unit * np.sin(columns / (4.3 * unit) + 1)
    lid += 9 * unit * (np.abs(columns / easel.width - 0.5) * 2) ** 3
    mask.polygon([(0, -4), *zip(columns[::4], lid[::4]), (easel.width, float(lid[-1])), (easel.width, -4)])
    near.lay(mask, _cave_tone("#5f5862", day, 0.10), mottle=0.10)
