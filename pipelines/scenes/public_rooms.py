"""Painters of rooms for everybody: a ward of a hospital, a shop."""

from __future__ import annotations

import numpy as np

from pipelines.scenes.easel import Easel
from pipelines.scenes.furnishing import furnish
from pipelines.scenes.interiors import (
    Room,
    floor_plain,
    floor_tiles,
    hanging_lamp,
    shelf_of,
    wall,
    wide_picture,
    window,
)
from pipelines.scenes.shapes import rectangle


def hospital(easel: Easel) -> None:
    """A ward of a hospital: a curtain on a rail, a first-aid sign, pale walls."""
    wide, unit, y = wide_picture(easel), easel.unit, easel.horizon_y
    room = Room.begun(easel, -1, ((0.30, 56), (0.72, 56)), None if wide else (0.17, 24, 32))
    wall(room, "#f1f4ee", "#b9d6d0", 20)
    window(room)
    start = easel.width - (66 if wide else 58) * unit
    sign = easel.width - 12 * unit
    room.far.box(sign - 5 * unit, y - 53 * unit, sign + 5 * unit, y - 43 * unit, "#4f9a78")
    room.far.box(sign - 3.6 * unit, y - 49.2 * unit, sign + 3.6 * unit, y - 46.8 * unit, "#ffffff")
    room.far.box(sign - 1.2 * unit, y - 51.6 * unit, sign + 1.2 * unit, y - 44.4 * unit, "#ffffff")
    floor_plain(room, "#c7d6d3")
    _curtain_on_rail(room, start - 13 * unit if wide else start - 5 * unit, easel.width + 4 * unit, y - 57 * unit)
    furnish(room, "hospital", wide)
    for x, level in room.lamps:
        hanging_lamp(room, x, level, "#dfe8e6")


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


def shop(easel: Easel) -> None:
    """A shop: shelves full of jars and boxes under a striped awning, a counter."""
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
    furnish(room, "shop", wide)
    for x, level in room.lamps:
        hanging_lamp(room, x, level, "#c9584a")


def _valance(room: Room, x0: float, x1: float, level: float) -> None:
    """A striped awning over the shelves."""
    shapes, unit = room.far, room.easel.unit
    for number, x in enumerate(np.arange(x0, x1 - unit, 5 * unit)):
        colour = "#c9584a" if number % 2 else "#fbf1dc"
        end = min(x + 5 * unit, x1)
        shapes.polygon(rectangle(x, level, end, level + 6 * unit), colour)
        shapes.ellipse((x + end) / 2, level + 6 * unit, (end - x) / 2, 1.7 * unit, colour)
    shapes.box(x0, level - unit, x1, level + 0.4 * unit, "#8a5f3c")
    shapes.box(x0, level + 7.4 * unit, x1, level + 9 * unit, "#2a1c14", 0.3, soft=0.8)


def _counter(room: Room, x0: float, x1: float) -> None:
    """A wooden counter."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + 4 * unit
    top = foot - 21 * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.53, 1.6 * unit, 0.45)
    shapes.block(x0, top + 1.6 * unit, x1, foot, "#a8794f")
    for a in np.arange(x0 + 2 * unit, x1 - 8 * unit, 10.5 * unit):
        shapes.box(float(a), top + 5 * unit, float(a) + 8.4 * unit, foot - 3 * unit, "#96683f", 0.9)
        shapes.box(float(a) + 0.6 * unit, top + 5.6 * unit, float(a) + 7.8 * unit, foot - 3.6 * unit, "#b58453", 0.8)
    shapes.box(x0 - 1.6 * unit, top, x1 + 1.6 * unit, top + 2 * unit, "#cfa06c", mottle=0.1)
