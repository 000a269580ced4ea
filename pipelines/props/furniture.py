"""What stands in rooms: beds, tables, chairs, stoves, cupboards, lamps, clocks, windows and doors."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import bricks, flame, planks, smoke
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def bed(s: Sketch, long: float = 110, legs: bool = True) -> None:
    """A bed with a pillow and a blanket."""
    s.box(-4, 0, 6, 66, "wood-", 4)
    s.box(long - 4, 0, long + 5, 46, "wood-", 4)
    s.box(2, 12, long, 24, "wood")
    s.box(4, 22, long - 4, 36, "white", 5)
    s.poly([(8, 34), (12, 48), (32, 50), (38, 36)], "cream", smooth=True)
    s.poly(
        [(34, 40), (46, 45), (long - 8, 43), (long - 2, 36), (long - 2, 14), (34, 14)], "main", smooth=False, round=7
    )
    s.poly([(34, 40), (46, 45), (50, 14), (34, 14)], "main++", clip=True)
    s.lines([[(x, 10), (x + 6, 46)] for x in range(60, int(long), 16)], 1.2, "main--", clip=True, opacity=0.4)


def table(s: Sketch, kind: str = "table") -> None:
    """A table; round with a cloth; a desk with drawers; a bench."""
    if kind == "bench":
        for x in (10, 94):
            s.box(x - 4, 0, x + 4, 30, "main--")
            s.box(x - 3, 28, x + 3, 64, "main--")
        for y in (44, 56):
            s.box(0, y - 4.5, 104, y + 4.5, "main")
        s.box(-3, 26, 107, 33, "main+")
        return
    for x in (12, 88):
        s.box(x - 4, 0, x + 4, 56, "main-")
    s.box(10, 46, 90, 56, "main-")
    if kind == "desk":
        s.box(58, 6, 92, 56, "main", 1)
        for y in (10, 26, 42):
            s.box(61, y, 89, y + 12, "main+", 1)
            s.disc(75, y + 6, 2, "yellow", flat=True)
    s.box(0, 54, 100, 62, "main", 2)
    if kind == "laid":
        s.poly(
            [(8, 62), (92, 62), (98, 38), (84, 43), (67, 37), (50, 43), (33, 37), (16, 43), (2, 38)], "white", round=4
        )
        s.lines([[(2, 46), (98, 46)]], 2, "red", clip=True)
        s.disc(30, 66, 14, "#e8eef0", ry=3)
        s.box(64, 62, 76, 76, "blue", 3)


def chair(s: Sketch, kind: str = "chair") -> None:
    """A chair of wood, a stool, an armchair, a throne, a rocking chair."""
    if kind == "stool":
        for a, b in ((10, 4), (50, 56), (30, 30)):
            s.line([(a, 34), (b, 0)], 6, "main-")
        s.disc(30, 36, 30, "main", ry=8)
        s.disc(30, 38.5, 28, "main+", ry=6, contact=0)
        return
    if kind == "armchair":
        s.box(8, 20, 72, 88, "main", 14, round=9)
        s.box(14, 22, 66, 42, "main+", 6)
        for x in (6, 74):
            s.box(x - 10, 8, x + 10, 52, "main-", 9)
            s.box(x - 5, 0, x + 5, 9, "wood--")
        return
    if kind == "throne":
        s.poly([(12, 30), (8, 96), (24, 104), (40, 124), (56, 104), (72, 96), (68, 30)], "yellow", round=5)
        s.poly([(20, 34), (18, 92), (40, 106), (62, 92), (60, 34)], "main", round=6)
        s.discs([(40, 113, 4)], "red")
        s.box(8, 28, 72, 42, "main", 4)
        for x in (10, 70):
            s.box(x - 5, 0, x + 5, 34, "yellow-")
            s.box(x - 6, 34, x + 6, 62, "yellow", 4)
        s.box(4, 20, 76, 30, "yellow")
        return
    for x in (14, 58):
        s.box(x - 3, 4, x + 3, 42, "main-")
    s.line([(12, 40), (6, 98)], 5.4, "main")
    s.line([(50, 44), (48, 98)], 5.4, "main")
    for y in (60, 74, 88):
        s.line([(9, y), (49, y)], 5.4, "main+")
    s.poly([(4, 38), (56, 38), (66, 46), (14, 48)], "main+", round=3)
    for x in (7, 53):
        s.box(x - 3, 0, x + 3, 38, "main")
    if kind == "rocking":
        s.line([(-10, 8), (10, 0), (50, 0), (74, 9)], 5, "main-", smooth=True)


def sofa(s: Sketch) -> None:
    """A wide soft seat."""
    s.box(6, 16, 124, 64, "main", 12)
    for x in (12, 66):
        s.box(x, 18, x + 52, 38, "main+", 6)
    for x in (4, 126):
        s.box(x - 10, 8, x + 10, 46, "main-", 9)
        s.box(x - 4, 0, x + 4, 8, "wood--")


def stove(s: Sketch, kind: str = "stove") -> None:
    """An iron stove with a pipe, a baker's oven, a fireplace."""
    if kind == "oven":
        s.poly([(0, 0), (0, 40), (10, 66), (34, 82), (66, 82), (90, 66), (100, 40), (100, 0)], "main", round=12)
        bricks(s, 0, 0, 100, 84, 9)
        s.box(60, 74, 76, 106, "main-")
        bricks(s, 60, 74, 76, 106, 5)
        s.poly([(24, 14), (24, 34), (34, 48), (50, 53), (66, 48), (76, 34), (76, 14)], "stone+", round=3)
        s.poly([(30, 14), (30, 33), (38, 43), (50, 47), (62, 43), (70, 33), (70, 14)], "#40303a", flat=True)
        for x in (42, 52, 60):
            flame(s, x, 15, 20, 0.6)
        s.box(18, 8, 82, 15, "stone")
        return
    if kind == "fireplace":
        s.box(4, 0, 96, 78, "main", 1)
        bricks(s, 4, 0, 96, 78, 9)
        s.box(24, 6, 76, 56, "#3a2c34", 20, flat=True)
        s.line([(34, 10), (66, 15)], 7, "bark")
        s.line([(34, 15), (66, 10)], 7, "bark-")
        for x, t in ((42, 26), (52, 36), (61, 22)):
            flame(s, x, 14, t, 0.6)
        s.box(-4, 76, 104, 86, "wood")
        s.box(-2, -4, 102, 4, "stone")
        s.box(14, 86, 22, 98, "blue", 3)
        s.disc(80, 93, 8, "yellow")
        return
    s.box(58, 62, 72, 116, "main-")
    smoke(s, 66, 118, 18)
    for x in (14, 76):
        s.line([(x, 10), (x - 2, 0)], 6, "main-")
    s.box(4, 8, 86, 64, "main", 5, round=8)
    s.box(-2, 60, 92, 69, "main+", 3)
    s.box(14, 18, 50, 50, "main-", 3)
    s.box(19, 24, 45, 44, "#3a2c34", 3, flat=True)
    for x in (27, 35):
        flame(s, x, 25, 15, 0.6)
    s.box(58, 36, 80, 50, "main-", 2)
    s.disc(69, 26, 3, "yellow")
    s.poly([(16, 69), (44, 69), (46, 84), (14, 84)], "#cc473e", round=4)
    s.box(12, 83, 48, 87, "#b03e38")


def cupboard(s: Sketch, kind: str = "cupboard") -> None:
    """A cupboard with two doors, a shelf of books, a chest of drawers."""
    s.box(0, 4, 72, 104, "main-", 1)
    s.box(-3, 102, 75, 109, "main")
    s.box(-2, 0, 74, 6, "main--")
    if kind == "shelf":
        tones = ("red", "blue", "yellow", "green", "purple", "orange", "teal")
        for row in range(3):
            y = 8 + row * 32
            s.box(5, y, 67, y + 29, "#5a3c34", 0.5, flat=True)
            for i in range(8):
                s.box(7 + i * 7.3, y, 13.6 + i * 7.3, y + 20 + (i * 5 + row * 3) % 7, tones[(i * 3 + row) % 7], 0.6)
            s.box(3, y - 3, 69, y + 0.5, "main+")
        return
    if kind == "drawers":
        for row in range(4):
            s.box(5, 8 + row * 24, 67, 29 + row * 24, "main", 2)
            for x in (22, 50):
                s.disc(x, 19 + row * 24, 2.6, "yellow")
        return
    for x in (5, 37):
        s.box(x, 9, x + 30, 98, "main", 1)
        s.box(x + 5, 16, x + 25, 50, "main+", 1, contact=0.1)
        s.box(x + 5, 57, x + 25, 92, "main+", 1, contact=0.1)
    s.discs([(33, 54, 2), (39, 54, 2)], "yellow")


def lantern(s: Sketch) -> None:
    """A lantern of metal and glass with a flame."""
    s.ring(40, 96, 17, 3.4, "main-", ry=15)
    s.poly([(18, 72), (62, 72), (50, 90), (30, 90)], "main")
    s.box(20, 14, 60, 70, "#ffe9a6", 3, flat=True, glow=0.9)
    flame(s, 40, 18, 34, 0.5)
    for x in (20, 40, 60):
        if x != 40:
            s.box(x - 2, 10, x + 2, 72, "main")
    s.box(14, 68, 66, 75, "main", 2)
    s.box(12, 2, 68, 13, "main", 3)
    s.box(16, -2, 64, 3, "main-", 2)


def lamp(s: Sketch) -> None:
    """A table lamp with a shade."""
    s.poly([(20, 0), (60, 0), (54, 7), (26, 7)], "wood-")
    s.poly([(36, 6), (30, 20), (34, 36), (38, 52), (42, 52), (46, 36), (50, 20), (44, 6)], "blue", smooth=True)
    s.poly([(4, 48), (76, 48), (58, 92), (22, 92)], "main", round=8, glow=0.35)
    s.lines([[(4, 52), (76, 52)], [(20, 89), (60, 89)]], 2.4, "main--", clip=True, opacity=0.6)


def candle(s: Sketch) -> None:
    """A candle on its holder."""
    flame(s, 40, 72, 28, 0.55)
    s.line([(40, 66), (40, 74)], 1.6, "black")
    s.poly([(28, 8), (52, 8), (52, 66), (44, 69), (36, 66), (32, 67), (28, 65)], "main", round=7)
    s.line([(33, 66), (33, 50)], 5, "main+")
    s.ring(76, 12, 10, 3.4, "#c99a3e")
    s.poly([(6, 12), (74, 12), (64, 2), (16, 2)], "#d9a93c")
    s.disc(40, 12, 35, "#e2b850", ry=4)
    s.box(28, 10, 52, 22, "main", 2, contact=0)


def clock(s: Sketch, kind: str = "wall") -> None:
    """A clock on the wall, a tall clock, an alarm clock."""
    if kind == "tall":
        s.box(6, 0, 54, 8, "main-")
        s.box(12, 6, 48, 76, "main")
        s.box(19, 14, 41, 68, "#5a3c34", 2, flat=True)
        s.lines([[(30, 68), (34, 32)]], 1.4, "yellow")
        s.disc(34.5, 28, 6, "yellow")
        s.box(4, 74, 56, 118, "main", 2)
        s.poly([(2, 117), (58, 117), (30, 134)], "main-")
    else:
        for x in (-24, 24):
            s.line([(30 + x * 0.7, 70), (30 + x, 58)], 5, "main-")
        for x in (-19, 19):
            s.disc(30 + x, 134, 13, "yellow", ry=11)
    r = 18 if kind == "tall" else 38
    y = 97
    s.disc(30, y, r + 3, "main-" if kind == "tall" else "main")
    s.disc(30, y, r - 1, "#fbf6e8", contact=0.1)
    way = np.arange(12) * np.pi / 6
    s.lines(
        [
            [
                (30 + r * 0.74 * np.cos(a), y + r * 0.74 * np.sin(a)),
                (30 + r * 0.84 * np.cos(a), y + r * 0.84 * np.sin(a)),
            ]
            for a in way
        ],
        r * 0.09,
        "black",
    )
    s.lines([[(30, y), (30, y + r * 0.6)], [(30, y), (30 + r * 0.42, y - r * 0.12)]], r * 0.11, "black")


def framed(s: Sketch, kind: str = "picture") -> None:
    """A painting in its frame, or a mirror."""
    if kind == "mirror":
        s.disc(40, 52, 40, "main", ry=52)
        s.disc(40, 52, 33, "#bcd8e0", ry=45, contact=0.1)
        s.lines([[(22, 56), (46, 84)], [(28, 46), (56, 78)]], 4, "white", clip=True, opacity=0.7)
        s.poly([(28, 100), (40, 114), (52, 100)], "main-")
        return
    s.box(0, 0, 104, 78, "main", 2, round=5)
    s.box(9, 9, 95, 69, "#a8d0e0", 0.6, contact=0)
    s.poly([(9, 9), (95, 9), (95, 30), (70, 42), (40, 28), (9, 36)], "grass", smooth=False, clip=True)
    s.poly([(40, 28), (66, 58), (90, 32)], "rock", clip=True)
    s.disc(26, 56, 7, "yellow", clip=True)


def cradle(s: Sketch) -> None:
    """A cradle on rockers."""
    s.line([(8, 8), (30, 0), (70, 0), (92, 8)], 5, "main-", smooth=True)
    s.poly([(14, 36), (88, 36), (80, 8), (22, 8)], "main")
    planks(s, 14, 8, 88, 36, 6)
    s.poly([(6, 34), (2, 62), (22, 72), (38, 60), (36, 34)], "main-", smooth=True)
    s.poly([(36, 36), (44, 46), (84, 44), (90, 34)], "blue+", smooth=True)
    s.disc(30, 42, 10, "white", ry=7)


def rug(s: Sketch) -> None:
    """A carpet that lies on the floor, with fringes."""
    s.lines(
        [[(x, 34), (x + 3, 40)] for x in range(18, 110, 5)] + [[(x, 2), (x - 3, -4)] for x in range(2, 126, 5)],
        1.4,
        "cream-",
    )
    s.poly([(18, 36), (110, 36), (128, 0), (0, 0)], "main", round=2)
    s.poly([(23, 32), (105, 32), (118, 5), (10, 5)], "cream", clip=True)
    s.poly([(26, 30), (102, 30), (112, 8), (16, 8)], "main-", clip=True)
    s.poly([(64, 28), (86, 19), (64, 10), (42, 19)], "yellow", clip=True)


PROPS: dict[str, Prop] = {
    "bed": prop(bed, 1.1, "blue", "cot, bedstead", seat=0.45, holds=True),
    "cradle": prop(cradle, 0.8, "wood", "", holds=True),
    "table": prop(table, 0.95, "wood", "kitchen table, wooden table", seat=0.03),
    "laid table": prop(table, 1.0, "wood", "dinner table, dining table, set table", kind="laid", seat=0.2),
    "desk": prop(table, 0.95, "wood", "writing desk, writing table", kind="desk", seat=0.03),
    "bench": prop(table, 0.85, "wood", "park bench, garden bench", kind="bench", seat=0.52),
    "chair": prop(chair, 1.1, "wood", "wooden chair", seat=0.55),
    "rocking chair": prop(chair, 1.1, "#a8693f", "rocker", seat=0.55, kind="rocking"),
    "stool": prop(chair, 0.6, "wood", "footstool, milking stool", seat=0.1, kind="stool"),
    "armchair": prop(chair, 1.1, "red", "easy chair", seat=0.55, kind="armchair"),
    "throne": prop(chair, 1.7, "red", "royal chair", seat=0.67, kind="throne"),
    "sofa": prop(sofa, 0.9, "teal", "couch, settee", seat=0.45),
    "stove": prop(stove, 1.4, "iron+", "iron stove, cooker", holds=True),
    "oven": prop(stove, 1.5, "brick", "bread oven, bakers oven, kiln", kind="oven", holds=True),
    "fireplace": prop(stove, 1.5, "brick", "hearth, chimney place", kind="fireplace"),
    "cupboard": prop(cupboard, 1.6, "wood", "wardrobe, closet, larder, cabinet", holds=True),
    "bookshelf": prop(cupboard, 1.6, "wood", "bookcase, shelf", kind="shelf", holds=True),
    "chest of drawers": prop(cupboard, 1.4, "wood", "dresser, drawers", kind="drawers", holds=True),
    "lantern": prop(lantern, 0.65, "#a8503f", "oil lamp, hand lantern", grip=(0.5, 0.06)),
    "lamp": prop(lamp, 0.8, "#f0c96a", "table lamp, reading lamp", grip=(0.5, 0.7)),
    "candle": prop(candle, 0.55, "cream", "candlestick", grip=(0.9, 0.85)),
    "clock": prop(clock, 0.7, "red", "alarm clock", grip=(0.5, 0.5)),
    "grandfather clock": prop(clock, 1.7, "#8a5a3c", "tall clock, pendulum clock", kind="tall"),
    "mirror": prop(framed, 0.9, "#d9a93c", "looking glass, hand mirror", kind="mirror", grip=(0.5, 0.95)),
    "picture": prop(framed, 0.8, "#c99a3e", "painting, framed picture, portrait", grip=(0.5, 0.95)),
    "rug": prop(rug, 0.5, "red", "carpet, mat, magic carpet, flying carpet", seat=0.5),
}  # fmt: skip
