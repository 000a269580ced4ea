"""Painters of the rooms of a home: a kitchen and a bedroom."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.furnishing import furnish
from pipelines.scenes.indoors import curtains, rug
from pipelines.scenes.interiors import (
    Room,
    floor_boards,
    floor_tiles,
    hanging_lamp,
    shelf_of,
    wall,
    wall_tiles,
    window,
)
from pipelines.scenes.shapes import Shapes, rectangle

WORKTOP = 21  # its height above the floor, units


def kitchen(easel: Easel) -> None:
    """A tiled kitchen: cupboards and a worktop along the wall, a window over the sink, a rail, jars."""
    wide = easel.width > 1.3 * easel.height
    lamp = (0.60 if wide else 0.74, 47)
    room = Room.begun(easel, -1, (lamp,))
    unit, y = easel.unit, easel.horizon_y
    colour = str(easel.rng.choice(("#8fb0a0", "#e0b56a", "#89a9c4", "#d99a80")))
    wall(room, "#f3e3c0")
    wall_tiles(room, WORKTOP, WORKTOP + 12, "#f6f0e2")
    window(room)
    shapes = room.far
    shelf_x = room.window[2] + 7 * unit
    rail = min(easel.width - 4 * unit, shelf_x + 30 * unit)
    shapes.box(shelf_x, y - 48 * unit, rail, y - 47.4 * unit, "#5a4a44")
    if wide:
        level = y - 38 * unit
        shelf_of(room, shapes, easel.width - 56 * unit, easel.width - 22 * unit, level, 8 * unit, "jars")
        _wall_cupboard(room, easel.width - 20 * unit, y - 60 * unit, easel.width + 2, y - 36 * unit, colour)
    floor_tiles(room, "#ecdcc0", "#c98f6c")
    _counter(room, colour)
    furnish(room, "kitchen", wide)
    hanging_lamp(room, *room.lamps[0])


def _wall_cupboard(room: Room, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
    shapes, unit = room.far, room.easel.unit
    shapes.box(x0 + unit, y1, x1, y1 + 1.2 * unit, "#4a3c34", 0.3, soft=0.5)
    shapes.block(x0, y0, x1, y1, colour)
    shapes.box(x0 - 0.6 * unit, y0 - 1.2 * unit, x1 + 0.6 * unit, y0, mix(rgb(colour), rgb("#fff4e0"), 0.3))
    half = (x0 + x1) / 2
    for a, b in ((x0, half), (half, x1)):
        _door(shapes, a, y0, b, y1, colour, unit)


def _door(shapes: Shapes, x0: float, y0: float, x1: float, y1: float, colour: str, unit: float) -> None:
    """A cupboard's door with a frame and a knob."""
    shapes.box(x0 + 0.7 * unit, y0 + 0.8 * unit, x1 - 0.7 * unit, y1 - 0.8 * unit, rgb(colour) * 0.78, 0.8)
    shapes.box(
        x0 + 1.0 * unit, y0 + 1.1 * unit, x1 - 1.0 * unit, y1 - 1.1 * unit, mix(rgb(colour), rgb("#fff4e0"), 0.12)
    )
    shapes.box(x0 + 2.2 * unit, y0 + 2.6 * unit, x1 - 2.2 * unit, y1 - 2.6 * unit, rgb(colour) * 0.88, 0.8)
    shapes.ellipse(x1 - 1.7 * unit, (y0 + y1) / 2, 0.5 * unit, 0.5 * unit, "#e8cf98")


def _counter(room: Room, colour: str) -> None:
    """Cupboards with a worktop along the whole wall, and a sink in it under the window."""
    shapes, easel, unit = room.front, room.easel, room.easel.unit
    foot, top = easel.horizon_y + 2.5 * unit, easel.horizon_y - WORKTOP * unit
    shapes.shadow(easel.width / 2, foot + 0.5 * unit, easel.width, 1.6 * unit, 0.45)
    shapes.box(-2, top + 2 * unit, easel.width + 2, foot - 2 * unit, colour)
    shapes.box(-2, foot - 2 * unit, easel.width + 2, foot, rgb(colour) * 0.45)
    left, _, right, _ = room.window
    middle = (left + right) / 2
    step = 11.5 * unit
    for x in np.arange(middle - step - 8 * step, easel.width + step, step):
        _door(shapes, x, top + 6.5 * unit, x + step, foot - 2.4 * unit, colour, unit)
        shapes.box(x + 0.8 * unit, top + 2.8 * unit, x + step - 0.8 * unit, top + 6 * unit, rgb(colour) * 0.9)
        shapes.ellipse(x + step / 2, top + 4.4 * unit, 1.1 * unit, 0.4 * unit, "#e8cf98")
    shapes.box(-2, top, easel.width + 2, top + 2.2 * unit, "#b07f52", mottle=0.1)
    shapes.box(-2, top, easel.width + 2, top + 0.5 * unit, "#d9ac78", 0.8)
    shapes.box(-2, top + 2.2 * unit, easel.width + 2, top + 3.4 * unit, "#3c2a20", 0.25, soft=0.4)
    shapes.box(middle - 9 * unit, top - 0.2 * unit, middle + 9 * unit, top + 1.1 * unit, "#dfe5e6")


def bedroom(easel: Easel) -> None:
    """A bedroom: stars on the wall, a shelf, curtains, a rug."""
    wide = easel.width > 1.3 * easel.height
    room = Room.begun(easel, -1, ((0.955 - 62 / (easel.width / easel.unit), 26) if wide else (0.30, 26),))
    unit, y = easel.unit, easel.horizon_y
    paper = str(easel.rng.choice(("#b9c6d8", "#c9d3bd", "#e6c9bd", "#d6cbe0")))
    wall(room, paper)
    _stars_on_wall(room)
    window(room)
    right = room.window[2]
    start = max(right + 16 * unit, easel.width - 42 * unit)
    if wide:
        shelf_of(room, room.far, easel.width - 18 * unit, easel.width - 5 * unit, y - 42 * unit, 8.5 * unit, "books")
        room.far.box(start, y - 42 * unit, easel.width - 5 * unit, y - 40.9 * unit, "#a8794f", mottle=0.08)
    floor_boards(room)
    rug(easel, easel.plane("ground"), room.inside * (1 - 0.30 * room.dark))
    curtains(easel, easel.plane("far"), room.inside, room.window, room.dark)
    furnish(room, "bedroom", wide)


def _stars_on_wall(room: Room) -> None:
    easel, unit = room.easel, room.easel.unit
    stars = easel.mask()
    for row, level in enumerate(np.arange(4 * unit, easel.horizon_y - 5 * unit, 8 * unit)):
        for x in np.arange(unit * (6 if row % 2 else 2), easel.width, 9 * unit):
            turn = np.linspace(0, 2 * np.pi, 11)[:-1]
            reach = np.where(np.arange(10) % 2, 0.4, 0.95) * unit
            stars.polygon([*zip(x + np.sin(turn) * reach, level - np.cos(turn) * reach)])
    left, top, right, bottom = room.window
    stars.polygon(rectangle(left, top, right, bottom), 0)
    easel.plane("far").lay(stars, rgb("#fff6dc") * room.field(), 0.7)
