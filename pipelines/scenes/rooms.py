"""Painters of the rooms of a home: a kitchen and a bedroom."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.indoors import curtains, rug
from pipelines.scenes.interiors import (
    WARM,
    Room,
    floor_boards,
    floor_tiles,
    hanging_lamp,
    shelf_of,
    wall,
    wall_tiles,
    window,
)
from pipelines.scenes.shapes import Shapes

WORKTOP = 21  # its height above the floor, units


def kitchen(easel: Easel) -> None:
    """A tiled kitchen: cupboards and a worktop along the wall, a stove, a window over the sink, pans that hang, jars."""
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
    _pans(room, shelf_x, min(easel.width - 4 * unit, shelf_x + 30 * unit), y - 50 * unit)
    if wide:
        level = y - 38 * unit
        shelf_of(room, shapes, easel.width - 56 * unit, easel.width - 22 * unit, level, 8 * unit, "jars")
        _wall_cupboard(room, easel.width - 20 * unit, y - 60 * unit, easel.width + 2, y - 36 * unit, colour)
    floor_tiles(room, "#ecdcc0", "#c98f6c")
    _counter(room, colour, wide)
    hanging_lamp(room, *room.lamps[0])


def _pans(room: Room, x0: float, x1: float, level: float) -> None:
    """Copper pans and spoons on a rail."""
    shapes, unit = room.far, room.easel.unit
    shapes.box(x0, level, x1, level + 0.6 * unit, "#5a4a44")
    spots = np.linspace(x0 + 3 * unit, x1 - 3 * unit, 5)
    for number, x in enumerate(spots):
        shapes.line([(x, level + 0.4 * unit), (x, level + 3.5 * unit)], 0.5 * unit, "#4a4038")
        if number % 2:
            shapes.line([(x, level + 2 * unit), (x, level + 8 * unit)], 0.6 * unit, "#b98a5d")
            shapes.ellipse(x, level + 9 * unit, 1.1 * unit, 1.7 * unit, "#b98a5d")
        else:
            size = (3.4, 2.9, 2.5)[number // 2] * unit
            shapes.ellipse(
                x + 0.5 * unit, level + 3.5 * unit + size + 0.5 * unit, size, size, "#4a3c34", 0.25, soft=0.4
            )
            shapes.ellipse(x, level + 3.5 * unit + size, size, size, "#c67a48")
            shapes.ellipse(x, level + 3.5 * unit + size, 0.8 * size, 0.8 * size, "#d99a62")
            shapes.ellipse(x - 0.3 * size, level + 3.5 * unit + 0.7 * size, 0.2 * size, 0.3 * size, "#f6d5a8", 0.8)


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


def _counter(room: Room, colour: str, wide: bool) -> None:
    """Cupboards with a worktop along the whole wall: a sink under the window, a stove, and a tall fridge where there is room."""
    shapes, easel, unit = room.front, room.easel, room.easel.unit
    foot, top = easel.horizon_y + 2.5 * unit, easel.horizon_y - WORKTOP * unit
    shapes.shadow(easel.width / 2, foot + 0.5 * unit, easel.width, 1.6 * unit, 0.45)
    shapes.box(-2, top + 2 * unit, easel.width + 2, foot - 2 * unit, colour)
    shapes.box(-2, foot - 2 * unit, easel.width + 2, foot, rgb(colour) * 0.45)
    left, _, right, _ = room.window
    middle = (left + right) / 2
    stove = right + 10 * unit if wide else right + 2 * unit
    step = 11.5 * unit
    for x in np.arange(middle - step - 8 * step, easel.width + step, step):
        _door(shapes, x, top + 6.5 * unit, x + step, foot - 2.4 * unit, colour, unit)
        shapes.box(x + 0.8 * unit, top + 2.8 * unit, x + step - 0.8 * unit, top + 6 * unit, rgb(colour) * 0.9)
        shapes.ellipse(x + step / 2, top + 4.4 * unit, 1.1 * unit, 0.4 * unit, "#e8cf98")
    shapes.box(-2, top, easel.width + 2, top + 2.2 * unit, "#b07f52", mottle=0.1)
    shapes.box(-2, top, easel.width + 2, top + 0.5 * unit, "#d9ac78", 0.8)
    shapes.box(-2, top + 2.2 * unit, easel.width + 2, top + 3.4 * unit, "#3c2a20", 0.25, soft=0.4)
    _sink(shapes, middle, top, unit)
    _stove(room, shapes, stove, top, foot)
    if wide:
        _fridge(shapes, easel.width - 17 * unit, foot - 45 * unit, easel.width + 3 * unit, foot, unit)
        _bowl_of_fruit(shapes, stove + 30 * unit, top, unit)


def _sink(shapes: Shapes, x: float, top: float, unit: float) -> None:
    shapes.box(x - 9 * unit, top - 0.2 * unit, x + 9 * unit, top + 1.1 * unit, "#dfe5e6")
    shapes.line([(x, top), (x, top - 5.5 * unit)], 0.9 * unit, "#b9c4c8")
    shapes.line(
        [(x, top - 5.5 * unit), (x + 1.6 * unit, top - 6.6 * unit), (x + 3.4 * unit, top - 5.2 * unit)],
        0.9 * unit,
        "#cdd6d9",
    )
    for share, colour in ((-7, "#89a9c4"), (-5.2, "#d98a60")):
        shapes.box(x + share * unit - unit, top - 3 * unit, x + share * unit + 0.4 * unit, top - 0.2 * unit, colour)


def _stove(room: Room, shapes: Shapes, x: float, top: float, foot: float) -> None:
    """A white stove with an oven, a pot that steams and a kettle."""
    unit = room.easel.unit
    end = x + 21 * unit
    shapes.block(x, top - 0.6 * unit, end, foot - 0.4 * unit, "#f1ece0")
    shapes.box(x, top - 0.6 * unit, end, top + 0.8 * unit, "#4a4a55")
    for share in (0.16, 0.34, 0.66, 0.84):
        shapes.ellipse(x + share * (end - x), top + 3 * unit, 0.9 * unit, 0.9 * unit, "#4a4a55")
    shapes.box(x + 2.5 * unit, top + 6.4 * unit, end - 2.5 * unit, top + 7.2 * unit, "#9aa4a8")
    shapes.box(x + 3 * unit, top + 8.4 * unit, end - 3 * unit, foot - 4 * unit, "#38363e")
    shapes.box(
        x + 4 * unit,
        top + 9.4 * unit,
        end - 4 * unit,
        foot - 5 * unit,
        mix(rgb("#5a4038"), WARM, 0.45 + 0.3 * room.dark),
    )
    pot, level = x + 6 * unit, top - 0.6 * unit
    shapes.box(pot - 4 * unit, level - 5.5 * unit, pot + 4 * unit, level, "#c9584a")
    shapes.box(pot - 4.4 * unit, level - 6.2 * unit, pot + 4.4 * unit, level - 5.3 * unit, "#e0806a")
    shapes.ellipse(pot, level - 6.8 * unit, 0.9 * unit, 0.7 * unit, "#4a3c34")
    kettle = end - 5.5 * unit
    shapes.polygon(
        [(kettle - 3.6 * unit, level), (kettle - 2.4 * unit, level - 4.6 * unit), (kettle + 2.4 * unit, level - 4.6 * unit), (kettle + 3.6 * unit, level)],
        "#7fa2a0",
    )  # fmt: skip
    shapes.line(
        [
            (kettle - 2 * unit, level - 4.6 * unit),
            (kettle, level - 7.4 * unit),
            (kettle + 2 * unit, level - 4.6 * unit),
        ],
        0.6 * unit,
        "#4a3c34",
    )
    shapes.line(
        [(kettle - 3 * unit, level - 2 * unit), (kettle - 5.2 * unit, level - 4.2 * unit)], 1.0 * unit, "#7fa2a0"
    )
    for step, size in enumerate((1.2, 1.6, 2.1)):
        drift = (0.6, -0.4, 1.0)[step] * unit
        shapes.ellipse(
            pot + drift, level - (9.5 + 3.4 * step) * unit, size * unit, 1.5 * size * unit, "#ffffff", 0.30, 0, 0.9
        )


def _fridge(shapes: Shapes, x0: float, y0: float, x1: float, y1: float, unit: float) -> None:
    shapes.box(x0 - unit, y0 + 2 * unit, x0, y1, "#3c2a20", 0.3, soft=0.5)
    shapes.block(x0, y0, x1, y1, "#e9eeea")
    shapes.box(x0, y0 + 15 * unit, x1, y0 + 15.6 * unit, "#8a9694", 0.8)
    for low, high in ((6, 12), (18, 27)):
        shapes.box(x0 + 1.6 * unit, y0 + low * unit, x0 + 2.4 * unit, y0 + high * unit, "#8a9694")
    for dx, dy, colour in ((6, 20, "#e0a84e"), (9, 24, "#c9584a"), (7, 28, "#6f86b0")):
        shapes.box(x0 + dx * unit, y0 + dy * unit, x0 + (dx + 2.4) * unit, y0 + (dy + 2.6) * unit, colour)


def _bowl_of_fruit(shapes: Shapes, x: float, top: float, unit: float) -> None:
    for dx, dy, colour in ((-1.8, 2.6, "#c9584a"), (0.4, 3.1, "#e0a84e"), (2.2, 2.5, "#8fae5e")):
        shapes.ellipse(x + dx * unit, top - dy * unit, 1.5 * unit, 1.5 * unit, colour)
    shapes.polygon(
        [
            (x - 4.4 * unit, top - 2.4 * unit),
            (x + 4.4 * unit, top - 2.4 * unit),
            (x + 2.4 * unit, top),
            (x - 2.4 * unit, top),
        ],
        "#6f86b0",
    )


def bedroom(easel: Easel) -> None:
    """A bedroom: a bed with its head at the side, a quilt, a lamp on a small table, a shelf with toys, curtains, a rug."""
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
        _toys(room, start, easel.width - 5 * unit, y - 42 * unit)
    floor_boards(room)
    rug(easel, easel.plane("ground"), room.inside * (1 - 0.30 * room.dark))
    curtains(easel, easel.plane("far"), room.inside, room.window, room.dark)
    if easel.with_bed:
        _bed(room, easel.width - (60 if wide else 48) * unit, easel.width - 1 * unit)
    _night_table(room, room.lamps[0][0])


def _stars_on_wall(room: Room) -> None:
    easel, unit = room.easel, room.easel.unit
    stars = easel.mask()
    for row, level in enumerate(np.arange(4 * unit, easel.horizon_y - 5 * unit, 8 * unit)):
        for x in np.arange(unit * (6 if row % 2 else 2), easel.width, 9 * unit):
            turn = np.linspace(0, 2 * np.pi, 11)[:-1]
            reach = np.where(np.arange(10) % 2, 0.4, 0.95) * unit
            stars.polygon([*zip(x + np.sin(turn) * reach, level - np.cos(turn) * reach)])
    left, top, right, bottom = room.window
    stars.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], 0)
    easel.plane("far").lay(stars, rgb("#fff6dc") * room.field(), 0.7)


def _toys(room: Room, x0: float, x1: float, level: float) -> None:
    """A shelf with a bear, a ball, blocks and books."""
    shapes, unit = room.far, room.easel.unit
    shelf_of(room, shapes, x1 - 13 * unit, x1, level, 8.5 * unit, "books")
    shapes.box(x0, level, x1, level + 1.1 * unit, "#a8794f", mottle=0.08)
    shapes.box(x0, level + 1.1 * unit, x1, level + 1.6 * unit, "#4a3626", 0.35, soft=0.3)
    bear = x0 + 5 * unit
    for dx in (-1.7, 1.7):
        shapes.ellipse(bear + dx * unit, level - 8.3 * unit, 1.1 * unit, 1.1 * unit, "#a87a4e")
        shapes.ellipse(bear + dx * 1.2 * unit, level - 0.9 * unit, 1.3 * unit, 1.0 * unit, "#a87a4e")
    shapes.ellipse(bear, level - 2.8 * unit, 2.5 * unit, 2.8 * unit, "#b98a5d")
    shapes.ellipse(bear, level - 6.5 * unit, 2.3 * unit, 2.1 * unit, "#b98a5d")
    shapes.ellipse(bear, level - 5.9 * unit, 1.0 * unit, 0.8 * unit, "#e6cfa4")
    for dx in (-0.8, 0.8):
        shapes.ellipse(bear + dx * unit, level - 6.9 * unit, 0.25 * unit, 0.3 * unit, "#2a2018")
    ball = bear + 8 * unit
    shapes.ellipse(ball, level - 2.6 * unit, 2.6 * unit, 2.6 * unit, "#c9584a")
    shapes.ellipse(ball, level - 2.6 * unit, 2.6 * unit, 0.7 * unit, "#fbf4e4")
    for dx, dy, colour in ((5, 0, "#6f86b0"), (8.2, 0, "#8fae5e"), (6.6, 3, "#e0a84e")):
        x, foot = ball + dx * unit, level - dy * unit
        if x + 3 * unit < x1 - 13 * unit:
            shapes.block(x, foot - 3 * unit, x + 3 * unit, foot, colour)


def _bed(room: Room, x0: float, x1: float) -> None:
    """A bed along the wall with its head at the right."""
    shapes, unit = room.front, room.easel.unit
    foot, colour = room.easel.horizon_y + 5 * unit, ("#7f9cc0", "#c9705c", "#8fae8a")[int(room.easel.rng.integers(3))]
    top = foot - 17 * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.52, 1.6 * unit, 0.45)
    shapes.block(x1 - 3.4 * unit, foot - 36 * unit, x1 + 3 * unit, foot, "#9a6b45")
    shapes.box(x0, foot - 7 * unit, x1, foot - 2.4 * unit, "#8a5f3c", mottle=0.1)
    for x in (x0 + 0.6 * unit, x1 - 2.4 * unit):
        shapes.box(x, foot - 3 * unit, x + 1.6 * unit, foot, "#74502f")
    shapes.box(x0 + 1.2 * unit, top, x1 - 2 * unit, foot - 6.4 * unit, "#f6efe2")
    shapes.ellipse(x1 - 8.5 * unit, top - 1.0 * unit, 6.4 * unit, 3.0 * unit, "#fffaf0")
    shapes.ellipse(x1 - 8.5 * unit, top - 0.2 * unit, 5.2 * unit, 1.8 * unit, "#e9dfd2", 0.6, soft=0.5)
    edge = x1 - 14 * unit
    outline = [(x0 + 0.4 * unit, foot - 3.6 * unit), (x0 + 0.8 * unit, top + unit), (x0 + 3 * unit, top - 1.4 * unit)]
    outline += [(edge - 3 * unit, top - 2.2 * unit), (edge, top - 0.6 * unit), (edge + 0.6 * unit, foot - 4.2 * unit)]
    shapes.polygon(outline, colour)
    size = (edge - x0 - 3 * unit) / 5
    for number in range(5):
        for row in range(2):
            a, b = x0 + 1.8 * unit + number * size, top + (0.4 + 6.0 * row) * unit
            patch = ("#f3dfc4", "#e0a84e", "#d98a60", "#fbf4e4")[(number + 2 * row) % 4]
            shapes.box(a, b, a + size * 0.86, b + 5.2 * unit, patch, 0.55)
    shapes.polygon(
        [
            (edge - 3 * unit, top - 2.0 * unit),
            (edge + 0.4 * unit, top - 0.6 * unit),
            (edge + 0.9 * unit, foot - 4.2 * unit),
            (edge - 2.4 * unit, foot - 4.2 * unit),
        ],
        "#fbf4e4",
        0.9,
    )
    shapes.block(x0 - 1.6 * unit, foot - 22 * unit, x0 + 1.2 * unit, foot, "#9a6b45")


def _night_table(room: Room, x: float) -> None:
    """A small table with a lamp and an alarm clock."""
    shapes, unit, dark = room.front, room.easel.unit, room.dark
    foot = room.easel.horizon_y + 4 * unit
    top = foot - 14 * unit
    shapes.shadow(x, foot, 7 * unit, 1.1 * unit)
    for dx in (-5.4, 4.2):
        shapes.box(x + dx * unit, top + 6 * unit, x + (dx + 1.2) * unit, foot, "#74502f")
    shapes.block(x - 6 * unit, top, x + 6 * unit, top + 8 * unit, "#a8794f")
    shapes.box(x - 4.8 * unit, top + 2 * unit, x + 4.8 * unit, top + 6.6 * unit, "#bb8a5e")
    shapes.ellipse(x, top + 4.3 * unit, 0.6 * unit, 0.6 * unit, "#e8cf98")
    shapes.ellipse(x - 1.2 * unit, top - 2.2 * unit, 1.9 * unit, 2.3 * unit, "#c9705c")
    shade = [
        (x - 3.4 * unit, top - 11 * unit),
        (x + 1 * unit, top - 11 * unit),
        (x + 3.4 * unit, top - 4.4 * unit),
        (x - 5.8 * unit, top - 4.4 * unit),
    ]
    shapes.polygon(shade, mix(rgb("#f1dfbd"), rgb("#ffdf9a") * 1.5, dark))
    shapes.ellipse(x + 4 * unit, top - 1.5 * unit, 1.5 * unit, 1.5 * unit, "#5f8f96")
    shapes.ellipse(x + 4 * unit, top - 1.5 * unit, 1.1 * unit, 1.1 * unit, "#fbf4e4")
    if dark > 0.2:
        mask = room.easel.mask()
        mask.polygon(shade)
        shapes.plane.lay(mask, rgb("#ffc36b"), 0.5 * dark, soft_px=unit * 4)
