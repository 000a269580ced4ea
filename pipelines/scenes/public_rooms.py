"""Painters of rooms for everybody: a ward of a hospital, a shop."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.interiors import (
    GOODS,
    Room,
    floor_plain,
    floor_tiles,
    hanging_lamp,
    shelf_of,
    wall,
    wide_picture,
    window,
)
from pipelines.scenes.shapes import Shapes


def hospital(easel: Easel) -> None:
    """A ward of a hospital: a bed on wheels, a curtain on a rail, a monitor, a drip, a first-aid sign, pale walls."""
    wide, unit, y = wide_picture(easel), easel.unit, easel.horizon_y
    room = Room.begun(easel, -1, ((0.30, 56), (0.72, 56)), None if wide else (0.17, 24, 32))
    wall(room, "#f1f4ee", "#b9d6d0", 20)
    window(room)
    start = easel.width - (66 if wide else 58) * unit
    sign = easel.width - 12 * unit
    room.far.box(sign - 5 * unit, y - 53 * unit, sign + 5 * unit, y - 43 * unit, "#4f9a78")
    room.far.box(sign - 3.6 * unit, y - 49.2 * unit, sign + 3.6 * unit, y - 46.8 * unit, "#ffffff")
    room.far.box(sign - 1.2 * unit, y - 51.6 * unit, sign + 1.2 * unit, y - 44.4 * unit, "#ffffff")
    if wide:
        _clock(room.far, start + 20 * unit, y - 48 * unit, unit)
    floor_plain(room, "#c7d6d3")
    _curtain_on_rail(room, start - 13 * unit if wide else start - 5 * unit, easel.width + 4 * unit, y - 57 * unit)
    _monitor(room, start - 1 * unit)
    _hospital_bed(room, start + 5 * unit, easel.width - 3 * unit)
    for x, level in room.lamps:
        hanging_lamp(room, x, level, "#dfe8e6")


def _clock(shapes: Shapes, x: float, y: float, unit: float) -> None:
    shapes.ellipse(x + 0.5 * unit, y + 0.6 * unit, 4.2 * unit, 4.2 * unit, "#3c302a", 0.25, soft=0.4)
    shapes.ellipse(x, y, 4.2 * unit, 4.2 * unit, "#5f8f96")
    shapes.ellipse(x, y, 3.5 * unit, 3.5 * unit, "#fdfaf0")
    shapes.line([(x, y), (x, y - 2.6 * unit)], 0.5 * unit, "#3c3a40")
    shapes.line([(x, y), (x + 1.8 * unit, y + 0.9 * unit)], 0.5 * unit, "#3c3a40")


def _curtain_on_rail(room: Room, x0: float, x1: float, level: float) -> None:
    """A rail along the wall with a curtain that is drawn aside."""
    shapes, unit = room.far, room.easel.unit
    foot = room.easel.horizon_y - 8 * unit
    shapes.box(x0, level, x1, level + 0.8 * unit, "#9aa8aa")
    for number in range(6):
        x, colour = x0 + number * 2.1 * unit, "#8fc0c4" if number % 2 else "#a9d2d2"
        sway = (0.6 if number % 2 else -0.4) * unit
        shapes.polygon(
            [
                (x, level + 0.6 * unit),
                (x + 2.4 * unit, level + 0.6 * unit),
                (x + 2.6 * unit + sway, foot),
                (x - 0.3 * unit + sway, foot),
            ],
            colour,
        )
        shapes.ellipse(x + 1.1 * unit, level + 0.4 * unit, 0.5 * unit, 0.5 * unit, "#6a7a7c")


def _monitor(room: Room, x: float) -> None:
    """A monitor with the line of a heart on a stand, and a drip."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + 3 * unit
    shapes.shadow(x, foot, 5 * unit, 0.9 * unit)
    shapes.line([(x, foot - 0.5 * unit), (x, foot - 34 * unit)], 0.9 * unit, "#9aa8aa")
    shapes.line([(x - 3.6 * unit, foot), (x, foot - 1.8 * unit), (x + 3.6 * unit, foot)], 0.8 * unit, "#7a888a")
    shapes.block(x - 6.4 * unit, foot - 32 * unit, x + 6.4 * unit, foot - 21 * unit, "#dfe5e4")
    shapes.box(x - 5.2 * unit, foot - 30.8 * unit, x + 5.2 * unit, foot - 23.2 * unit, "#22363c")
    level = foot - 27 * unit
    beat = [(-4.6, 0), (-2.4, 0), (-1.6, -1.2), (-0.8, 2.2), (0.2, -2.8), (1.0, 0.8), (1.6, 0), (4.6, 0)]
    shapes.line([(x + a * unit, level + b * unit) for a, b in beat], 0.45 * unit, rgb("#7dffb0") * 1.3)
    for dx, colour in ((-4, "#7dffb0"), (-1.6, "#f6d77a"), (0.8, "#7fc4f0")):
        shapes.box(x + dx * unit, foot - 24.6 * unit, x + (dx + 1.6) * unit, foot - 23.9 * unit, colour)
    shapes.line([(x, foot - 34 * unit), (x, foot - 46 * unit)], 0.7 * unit, "#9aa8aa")
    shapes.line([(x - 3 * unit, foot - 45 * unit), (x + 3 * unit, foot - 45 * unit)], 0.6 * unit, "#9aa8aa")
    shapes.box(x + 1.2 * unit, foot - 44.6 * unit, x + 4.8 * unit, foot - 38.4 * unit, "#e8f2f4", 0.92)
    shapes.box(x + 1.2 * unit, foot - 42 * unit, x + 4.8 * unit, foot - 38.4 * unit, "#bfe0ea", 0.9)


def _hospital_bed(room: Room, x0: float, x1: float) -> None:
    """A bed on wheels with its head at the right, raised a little."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + 5 * unit
    top = foot - 17 * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.5, 1.4 * unit, 0.4)
    for x in (x0 + 4 * unit, x1 - 5 * unit):
        shapes.line([(x, foot - 2 * unit), (x, foot - 9 * unit)], 1.1 * unit, "#8f9c9e")
        shapes.ellipse(x, foot - 1.2 * unit, 1.4 * unit, 1.4 * unit, "#4a5254")
        shapes.ellipse(x, foot - 1.2 * unit, 0.5 * unit, 0.5 * unit, "#c9d2d4")
    shapes.box(x0, foot - 10 * unit, x1, foot - 7.6 * unit, "#b4c0c2")
    shapes.line([(x0, foot - 7 * unit), (x0, foot - 21 * unit), (x0 + 1, foot - 21 * unit)], 1.3 * unit, "#9aa8aa")
    shapes.line([(x1 - 0.6 * unit, foot - 7 * unit), (x1 - 0.6 * unit, foot - 32 * unit)], 1.3 * unit, "#9aa8aa")
    shapes.box(x1 - 1.4 * unit, foot - 31 * unit, x1 + 0.4 * unit, foot - 18 * unit, "#cfdadb")
    head = x1 - 20 * unit
    mattress = [(x0 + 1.4 * unit, top + 2 * unit), (head, top + 2 * unit), (x1 - 3 * unit, top - 5 * unit)]
    mattress += [(x1 - 2 * unit, foot - 9 * unit), (x0 + 1.4 * unit, foot - 9 * unit)]
    shapes.polygon(mattress, "#f6f5ee")
    shapes.ellipse(x1 - 9.5 * unit, top - 3.4 * unit, 7 * unit, 2.8 * unit, "#ffffff", degrees=-20)
    shapes.ellipse(x1 - 9 * unit, top - 2.6 * unit, 5 * unit, 1.4 * unit, "#dfe6e6", 0.6, soft=0.5, degrees=-20)
    blanket = [(x0 + unit, top + 1.2 * unit), (head - 2 * unit, top + 0.4 * unit), (head + 1 * unit, top + 1.2 * unit)]
    blanket += [(head + 1.6 * unit, foot - 8 * unit), (x0 + 0.6 * unit, foot - 7.4 * unit)]
    shapes.polygon(blanket, "#8db8d0")
    shapes.polygon(
        [
            (head - 3.4 * unit, top + 0.5 * unit),
            (head + 1 * unit, top + 1.2 * unit),
            (head + 1.6 * unit, foot - 8 * unit),
            (head - 2.6 * unit, foot - 8 * unit),
        ],
        "#f6f8f6",
    )
    shapes.line([(x0 + 12 * unit, foot - 12 * unit), (head - 8 * unit, foot - 12 * unit)], 0.9 * unit, "#7aa6be")


def shop(easel: Easel) -> None:
    """A shop: shelves full of jars, boxes and bottles, a counter with a till and scales, baskets with fruit and bread."""
    wide, unit, y = wide_picture(easel), easel.unit, easel.horizon_y
    room = Room.begun(easel, -1, ((0.30, 53), (0.74, 53)), None if wide else (0.17, 24, 32))
    wall(room, "#f3dfb6", "#8fa58c", 12)
    window(room)
    start, end = room.window[2] + (7 if wide else 5) * unit, easel.width - (3 if wide else 2) * unit
    shapes = room.far
    shapes.box(start - unit, y - 50 * unit, end + unit, y, "#8a5f3c", mottle=0.08)
    shapes.box(start + 0.6 * unit, y - 48 * unit, end - 0.6 * unit, y, "#5f4128", mottle=0.06)
    for row, kind in enumerate(("jars", "boxes", "jars", "boxes")):
        shelf_of(room, shapes, start + 0.6 * unit, end - 0.6 * unit, y - (38.5 - 11 * row) * unit, 8.4 * unit, kind)
    _valance(room, start - 3 * unit, end + 3 * unit, y - 56 * unit)
    floor_tiles(room, "#efe3c8", "#9fb39a", 9.0)
    _counter(room, start + (8 if wide else -12) * unit, end - (14 if wide else 4) * unit)
    if wide:
        for number, x in enumerate((7 * unit, 25 * unit, 43 * unit)):
            _basket(room, x, ("#c9483c", "#e0a84e", "#8fae5e")[number])
    for x, level in room.lamps:
        hanging_lamp(room, x, level, "#c9584a")


def _valance(room: Room, x0: float, x1: float, level: float) -> None:
    """A striped awning over the shelves."""
    shapes, unit = room.far, room.easel.unit
    for number, x in enumerate(np.arange(x0, x1 - unit, 5 * unit)):
        colour = "#c9584a" if number % 2 else "#fbf1dc"
        end = min(x + 5 * unit, x1)
        shapes.polygon([(x, level), (end, level), (end, level + 6 * unit), (x, level + 6 * unit)], colour)
        shapes.ellipse((x + end) / 2, level + 6 * unit, (end - x) / 2, 1.7 * unit, colour)
    shapes.box(x0, level - unit, x1, level + 0.4 * unit, "#8a5f3c")
    shapes.box(x0, level + 7.4 * unit, x1, level + 9 * unit, "#2a1c14", 0.3, soft=0.8)


def _counter(room: Room, x0: float, x1: float) -> None:
    """A wooden counter with a till, scales and a jar of sweets."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + 4 * unit
    top = foot - 21 * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.53, 1.6 * unit, 0.45)
    shapes.block(x0, top + 1.6 * unit, x1, foot, "#a8794f")
    for a in np.arange(x0 + 2 * unit, x1 - 8 * unit, 10.5 * unit):
        shapes.box(float(a), top + 5 * unit, float(a) + 8.4 * unit, foot - 3 * unit, "#96683f", 0.9)
        shapes.box(float(a) + 0.6 * unit, top + 5.6 * unit, float(a) + 7.8 * unit, foot - 3.6 * unit, "#b58453", 0.8)
    shapes.box(x0 - 1.6 * unit, top, x1 + 1.6 * unit, top + 2 * unit, "#cfa06c", mottle=0.1)
    till = x0 + 8 * unit
    shapes.block(till - 5 * unit, top - 5 * unit, till + 5 * unit, top, "#6f5a50")
    shapes.polygon(
        [
            (till - 4.4 * unit, top - 5 * unit),
            (till - 3 * unit, top - 9.4 * unit),
            (till + 3 * unit, top - 9.4 * unit),
            (till + 4.4 * unit, top - 5 * unit),
        ],
        "#8a7062",
    )
    shapes.box(till - 2.6 * unit, top - 8.6 * unit, till + 2.6 * unit, top - 6.8 * unit, "#d8f0c4")
    scales = (x0 + x1) / 2 + 2 * unit
    shapes.polygon(
        [
            (scales - 3.4 * unit, top),
            (scales - 1.4 * unit, top - 4.6 * unit),
            (scales + 1.4 * unit, top - 4.6 * unit),
            (scales + 3.4 * unit, top),
        ],
        "#7fa2a0",
    )
    shapes.ellipse(scales, top - 2.2 * unit, 1.3 * unit, 1.3 * unit, "#fdf8ea")
    shapes.box(scales - 4.6 * unit, top - 5.6 * unit, scales + 4.6 * unit, top - 4.6 * unit, "#cdd6d9")
    if x1 - x0 > 44 * unit:
        jar = x1 - 8 * unit
        shapes.ellipse(jar, top - 3.4 * unit, 3.4 * unit, 3.6 * unit, "#dfeef0", 0.85)
        for dx, dy, number in (
            (-1.4, 1.6, 0),
            (0.6, 1.4, 1),
            (1.8, 2.6, 3),
            (-0.4, 3.2, 4),
            (-1.9, 3.4, 6),
            (1.0, 4.4, 0),
        ):
            shapes.ellipse(jar + dx * unit, top - dy * unit, 0.9 * unit, 0.9 * unit, GOODS[number])
        shapes.box(jar - 2 * unit, top - 8 * unit, jar + 2 * unit, top - 6.6 * unit, "#c9584a")


def _basket(room: Room, x: float, colour: str) -> None:
    """A basket with fruit on a crate."""
    shapes, unit, rng = room.front, room.easel.unit, room.easel.rng
    foot = room.easel.horizon_y + 4 * unit
    shapes.shadow(x + 7 * unit, foot, 9 * unit, 1.2 * unit)
    shapes.block(x, foot - 7 * unit, x + 14 * unit, foot, "#b98a5d")
    for level in (2.2, 4.6):
        shapes.box(x, foot - level * unit, x + 14 * unit, foot - (level - 0.5) * unit, "#7a5638", 0.7)
    for row, count in ((0, 6), (1, 5), (2, 3)):
        for number in range(count):
            a = x + (7 + (number - (count - 1) / 2) * 2.3) * unit + rng.normal(0, 0.1) * unit
            b = foot - (8 + 1.7 * row) * unit
            shapes.ellipse(a, b, 1.35 * unit, 1.3 * unit, rgb(colour) * rng.uniform(0.86, 1.06))
            shapes.ellipse(
                a - 0.4 * unit, b - 0.5 * unit, 0.4 * unit, 0.3 * unit, mix(rgb(colour), rgb("#ffffff"), 0.6), 0.7
            )
