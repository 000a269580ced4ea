"""Painter of a classroom."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.scenes.easel import Easel
from pipelines.scenes.furnishing import furnish
from pipelines.scenes.interiors import GOODS, Room, floor_boards, hanging_lamp, shelf_of, wall, wide_picture, window
from pipelines.scenes.shapes import Shapes, objects


def write(shapes: Shapes, text: str, x: float, y: float, size: float, colour: str) -> None:
    """Letters as one writes them with chalk; `size` is their height in pixels, in whose box of 1 x 1 the table has their strokes."""
    for number, letter in enumerate(text):
        for stroke in objects()["letters"].get(letter, ()):
            at = [(x + number * size * 0.95 + px * size * 0.66, y + py * size) for px, py in stroke]
            shapes.line(at, max(1.0, size * 0.11), colour, 0.9)


def classroom(easel: Easel) -> None:
    """A classroom: a blackboard with letters and sums, cards on the wall, a shelf with books."""
    wide, unit, y = wide_picture(easel), easel.unit, easel.horizon_y
    room = Room.begun(easel, -1, ((0.30, 58.5), (0.70, 58.5)), None if wide else (0.17, 24, 32))
    wall(room, "#f4e6c2", "#9db9a4", 17)
    window(room)
    right = room.window[2]
    start, end = right + (9 if wide else 5) * unit, easel.width - (7 if wide else 3) * unit
    _cards(room, start, end, y - 55.5 * unit)
    _blackboard(room, start, end, y - 48.5 * unit, y - 20 * unit)
    floor_boards(room)
    if wide:
        _low_shelf(room, 4 * unit, right + 2 * unit)
    furnish(room, "classroom", wide)
    for x, level in room.lamps:
        hanging_lamp(room, x, level, "#5f8f96")


def _cards(room: Room, x0: float, x1: float, level: float) -> None:
    """A row of cards with letters and shapes."""
    shapes, unit = room.far, room.easel.unit
    for number, x in enumerate(np.arange(x0, x1 - 4.5 * unit, 6.2 * unit)):
        colour = GOODS[number % len(GOODS)]
        shapes.box(x + 0.3 * unit, level + 0.4 * unit, x + 5 * unit, level + 5.8 * unit, "#3c302a", 0.25, soft=0.3)
        shapes.box(x, level, x + 4.7 * unit, level + 5.4 * unit, "#fdf8ea")
        if number % 2:
            shapes.ellipse(x + 2.35 * unit, level + 2.7 * unit, 1.4 * unit, 1.4 * unit, colour)
        else:
            write(shapes, "ABC123"[number // 2 % 6], x + 1.4 * unit, level + 1.2 * unit, 3 * unit, colour)


def _blackboard(room: Room, x0: float, x1: float, y0: float, y1: float) -> None:
    shapes, unit = room.far, room.easel.unit
    shapes.box(x0 + unit, y0 + unit, x1 + unit, y1 + 1.6 * unit, "#3c302a", 0.35, soft=0.7)
    shapes.box(x0, y0, x1, y1, "#a8794f", mottle=0.08)
    shapes.box(x0 + 1.3 * unit, y0 + 1.3 * unit, x1 - 1.3 * unit, y1 - 1.3 * unit, "#3f6152", mottle=0.08)
    shapes.ellipse((x0 + x1) / 2, (y0 + y1) / 2, 0.3 * (x1 - x0), 0.22 * (y1 - y0), "#ffffff", 0.06, 0, 3)
    chalk, size = "#fbf7e8", 7.5 * unit
    write(shapes, "ABC", x0 + 5 * unit, y0 + 5 * unit, size, chalk)
    write(shapes, "1+2=3", x0 + 5 * unit, y0 + 17 * unit, 0.76 * size, "#f6dfa0")
    x, level = x1 - 14 * unit, y0 + 11 * unit  # a house and a sun in chalk
    if x - x0 > 34 * unit:
        shapes.put("chalk house", x, level, unit)
    shapes.box(x0, y1, x1, y1 + 1.2 * unit, "#8a5f3c")
    for share, colour in ((0.2, chalk), (0.3, "#f2b8a6"), (0.62, "#c9584a")):
        shapes.box(x0 + share * (x1 - x0), y1 - 0.7 * unit, x0 + share * (x1 - x0) + 2.6 * unit, y1, colour)


def _low_shelf(room: Room, x0: float, x1: float) -> None:
    """A low shelf under the window with books and boxes."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + 2.5 * unit
    top = foot - 15 * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.52, 1.4 * unit, 0.4)
    shapes.block(x0, top, x1, foot, "#b98a5d")
    thirds = np.linspace(x0 + unit, x1 - unit, 4)
    for number, (a, b) in enumerate(pairwise(thirds)):
        shapes.box(float(a) + 0.5 * unit, top + 2 * unit, float(b) - 0.5 * unit, foot - 1.2 * unit, "#6e4d30")
        shelf_of(
            room,
            shapes,
            float(a) + 0.5 * unit,
            float(b) - 0.5 * unit,
            foot - 2.4 * unit,
            9 * unit,
            "boxes" if number == 1 else "books",
        )
