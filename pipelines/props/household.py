"""Machines and bath things of a house: fridge, washing machine, television, sink, bath, toilet, brushes, bins."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def fridge(s: Sketch) -> None:
    """A fridge with two doors and round corners."""
    for x in (16, 54):
        s.box(x, -5, x + 10, 4, "#4a4652", 2)
    s.box(0, 0, 80, 148, "main-", 10, round=10)
    s.box(3, 3, 77, 97, "main", 7, round=8)
    s.box(3, 100, 77, 145, "main", 7, round=8)
    for y0, y1 in ((52, 88), (106, 126)):
        s.line([(66, y0), (66, y1)], 5, "#d5d8de")
    s.poly("10,64 22,90 28,90 14,58", "white", clip=True, opacity=0.4)
    s.box(16, 118, 34, 134, "yellow", 1, contact=0.3)
    s.disc(25, 135, 3, "red", flat=True)


def machine(s: Sketch, kind: str = "washing") -> None:
    """A washing machine; an oven for waves; a toaster with two slices."""
    if kind == "toaster":
        for x in (26, 50):
            s.box(x, 40, x + 30, 84, "#d9a25c", 9, round=4)
            s.box(x + 4, 40, x + 26, 79, "#f0d8a4", 6, round=2, contact=0)
        s.box(0, 0, 104, 60, "main", 18, round=12)
        s.box(-2, -4, 106, 8, "#4a4652", 4)
        s.box(96, 28, 112, 36, "#4a4652", 3)
        s.disc(82, 22, 6, "#4a4652")
        s.poly("12,36 20,52 34,52 20,30", "white", smooth=True, clip=True, opacity=0.45)
        return
    if kind == "microwave":
        s.box(0, 0, 120, 68, "main", 6, round=8)
        s.box(8, 9, 84, 59, "#3d3a44", 5, contact=0.1)
        s.box(14, 15, 78, 53, "#5d6672", 4, flat=True)
        s.poly("18,20 44,50 56,50 30,20", "#8fa0ac", clip=True, opacity=0.5)
        s.line([(89, 14), (89, 54)], 3.4, "#d5d8de")
        s.box(97, 46, 114, 56, "#7fd0a0", 1, flat=True)
        s.discs([(100 + 5.5 * (k % 3), 38 - 8 * (k // 3), 2) for k in range(9)], "#6f7480", flat=True)
        s.disc(105.5, 12, 4, "#6f7480")
        return
    for x in (10, 70):
        s.box(x, -4, x + 12, 4, "#4a4652", 2)
    s.box(0, 0, 92, 106, "main", 6, round=8)
    s.box(0, 84, 92, 106, "main-", clip=True)
    s.box(8, 89, 34, 101, "cream", 2, contact=0.1)
    s.disc(76, 95, 6.5, "#6f7480")
    s.disc(58, 95, 3, "red", flat=True)
    s.disc(46, 42, 34, "#c8ccd4")
    s.disc(46, 42, 26, "#56606e", contact=0.1)
    s.disc(46, 42, 23, "#8fc4d8", flat=True)
    s.poly("20,40 32,46 46,38 60,46 72,40 66,20 46,14 26,20", "#4a8fb0", smooth=True, clip=True)
    s.discs([(36, 48, 5), (44, 53, 4), (56, 50, 6)], "white", clip=True, opacity=0.8)
    s.poly("26,52 34,62 42,64 30,46", "white", smooth=True, clip=True, opacity=0.6)


def television(s: Sketch, kind: str = "television") -> None:
    """A television on its foot; a computer with its keyboard; a laptop; a tablet."""
    if kind == "tablet":
        s.box(0, 0, 78, 106, "main", 8, round=4)
    elif kind == "laptop":
        s.box(14, 20, 106, 86, "main", 5, round=4)
    elif kind == "computer":
        s.poly("48,22 72,22 76,6 44,6", "main-")
        s.box(30, 2, 90, 8, "main-", 3)
        s.box(4, 20, 116, 98, "main", 6, round=5)
    else:
        s.line("44,98 26,122", 2.4, "#5b5a66")
        s.line("76,98 94,122", 2.4, "#5b5a66")
        for x in (26, 94):
            s.line([(x, 10), (x + (x - 60) * 0.2, -8)], 5, "#5a3c34")
        s.box(0, 4, 120, 98, "main", 10, round=9)
    x0, y0, x1, y1 = {"tablet": (7, 9, 71, 97), "laptop": (19, 26, 101, 81), "computer": (10, 27, 110, 92)}.get(
        kind, (9, 14, 92, 88)
    )
    s.box(x0, y0, x1, y1, "#8fc9dd", 5, contact=0.2, round=3)
    wide, tall = x1 - x0, y1 - y0
    s.disc(x0 + wide * 0.74, y0 + tall * 0.72, wide * 0.09, "#ffdf8e", clip=True)
    s.poly(
        [(x0, y0), (x0, y0 + tall * 0.28), (x0 + wide * 0.34, y0 + tall * 0.5), (x0 + wide * 0.64, y0 + tall * 0.24),
         (x0 + wide * 0.8, y0 + tall * 0.34), (x1, y0 + tall * 0.22), (x1, y0)],
        "leaf", clip=True,
    )  # fmt: skip
    s.poly([(x0, y1), (x0 + wide * 0.3, y1), (x0, y0 + tall * 0.5)], "white", clip=True, opacity=0.35)
    if kind == "television":
        for y in (74, 56):
            s.disc(105, y, 7, "cream", contact=0.3)
            s.line([(105, y), (108, y + 4)], 2, "#5a3c34", flat=True)
        s.lines([[(99, y), (111, y)] for y in (40, 34, 28, 22)], 2, "main--", opacity=0.7)
    if kind == "laptop":
        s.poly("12,22 108,22 122,2 -2,2", "main+", round=3)
        s.poly("18,19 102,19 107,11 13,11", "#4a4652", clip=True)
        s.lines([[(16, 15), (104, 15)]], 1, "main+", clip=True)
        s.poly("46,9 74,9 76,4 44,4", "main-", clip=True)
        s.box(-2, -2, 122, 3, "main-", 2)
    if kind == "computer":
        s.poly("14,0 96,0 104,-16 6,-16", "cream", round=2)
        s.lines([[(15, y), (96, y)] for y in (-4, -8, -12)], 2.2, "grey", clip=True)
        s.lines([[(x, 0), (x + (x - 55) * 0.1, -16)] for x in range(20, 96, 8)], 1.4, "cream", clip=True)
        s.disc(116, -9, 8, "cream", ry=5.4)


def radio(s: Sketch) -> None:
    """A radio with a round speaker and a handle."""
    s.line("94,66 112,98", 2.4, "grey")
    s.line("24,66 28,80 76,80 80,66", 4, "main--")
    s.box(0, 0, 108, 68, "main", 12, round=10)
    s.disc(34, 34, 25, "cream")
    s.disc(34, 34, 20, "#5a4a44", flat=True)
    s.discs([(20 + 7 * (k % 5), 20 + 7 * (k // 5), 1.7) for k in range(25)], "#b9a58a", clip=True)
    s.box(66, 42, 102, 58, "#ffe9b0", 2, contact=0.2)
    s.lines([[(70 + 5 * k, 46), (70 + 5 * k, 51)] for k in range(7)], 1, "#7a5238")
    s.lines([[(86, 43), (86, 57)]], 1.8, "red")
    for x in (73, 94):
        s.disc(x, 22, 9, "cream")
        s.disc(x, 22, 5, "cream-", flat=True)


def phone(s: Sketch, kind: str = "phone") -> None:
    """A mobile phone; a telephone with a dial."""
    if kind == "phone":
        s.box(0, 0, 58, 108, "main", 10, round=5)
        s.box(5, 12, 53, 98, "#8fc9dd", 3, contact=0.1)
        s.poly("5,98 40,98 5,40", "white", clip=True, opacity=0.4)
        for k in range(9):
            tone = ("red", "yellow", "green", "orange", "cream", "purple")[k % 6]
            s.box(10 + 14 * (k % 3), 22 + 16 * (k // 3), 20 + 14 * (k % 3), 32 + 16 * (k // 3), tone, 3, contact=0)
        s.disc(29, 6, 3, "main++", flat=True)
        s.turn(-8)
        return
    s.poly("10,0 98,0 92,24 74,50 34,50 16,24", "main", smooth=False, round=10)
    s.disc(54, 24, 20, "cream")
    s.discs([(54 + 13 * np.cos(a), 24 + 13 * np.sin(a), 3) for a in np.arange(10) * 0.6 - 0.9], "#4a4652", flat=True)
    s.disc(54, 24, 6, "main", contact=0.1)
    for x in (36, 72):
        s.box(x - 4, 46, x + 4, 58, "main-", 2)
    s.line("12,58 26,66 82,66 96,58", 11, "main", smooth=True)
    s.disc(11, 56, 13, "main", ry=10)
    s.disc(97, 56, 13, "main", ry=10)


def watch(s: Sketch) -> None:
    """A wristwatch with its strap."""
    s.poly("34,66 66,66 60,112 40,112", "main", round=5)
    s.poly("34,34 66,34 60,-12 40,-12", "main", round=5)
    s.lines([[(50, y), (50, y + 1)] for y in (-4, 4, 12)], 3, "main--")
    s.box(40, 94, 60, 100, "main-", 1)
    s.box(80, 46, 90, 54, "#d9a93c", 2)
    s.disc(50, 50, 34, "#d9a93c")
    s.disc(50, 50, 27, "#fbf8ee", contact=0.2)
    ticks = np.arange(12) * np.pi / 6
    s.lines(
        [[(50 + 21 * np.cos(a), 50 + 21 * np.sin(a)), (50 + 24 * np.cos(a), 50 + 24 * np.sin(a))] for a in ticks],
        2,
        "#4a4652",
    )
    s.lines([[(50, 50), (50, 68)], [(50, 50), (63, 42)]], 3, "#4a3440")
    s.disc(50, 50, 3, "red", flat=True)


def bathroom(s: Sketch, kind: str = "sink") -> None:
    """A sink with a tap; a bath on feet; a toilet."""
    if kind == "sink":
        s.poly("38,44 70,44 64,-10 44,-10", "main-", round=7)
        s.poly("0,70 108,70 100,52 78,38 30,38 8,52", "main", round=9)
        s.box(-4, 66, 112, 76, "main+", 5)
        s.line("54,76 54,104 58,112 70,112 76,104 76,98", 6, "#aab2bc", smooth=True)
        for x in (36, 72):
            s.line([(x, 76), (x, 84)], 4, "#aab2bc")
            s.line([(x - 6, 86), (x + 6, 86)], 5, "#aab2bc")
        s.poly("74,96 78,96 79,76 73,76", "#8fc9dd", flat=True, opacity=0.9)
        return
    if kind == "toilet":
        s.box(4, 54, 40, 106, "main", 5, round=8)
        s.box(0, 100, 44, 110, "main+", 4)
        s.box(36, 92, 48, 97, "#aab2bc", 2)
        s.poly("24,50 92,50 88,28 70,14 66,-4 66,-4 28,-4 28,-4 30,16", "main", smooth=True, round=11)
        s.box(22, 46, 98, 54, "main+", 5)
        s.poly("30,54 38,54 46,100 36,100", "main-", round=3)
        s.box(22, -8, 72, 0, "main-", 3)
        return
    for x in (20, 104):
        s.line([(x, 12), (x + (x - 62) * 0.06, -6)], 7, "#d9a93c")
        s.disc(x + (x - 62) * 0.06, -6, 6, "#d9a93c", ry=4)
    s.line("18,54 18,86 22,92 30,90 32,82", 5, "#d9a93c", smooth=True)
    s.discs([(36, 56, 9), (50, 60, 11), (66, 58, 10), (82, 61, 11), (98, 56, 9), (74, 68, 7)], "#f4fbfd", round=6)
    s.poly("0,54 124,54 114,16 100,6 26,6 10,16", "main", round=12)
    s.line([(0, 54), (124, 54)], 8, "main+")


def shower(s: Sketch) -> None:
    """A shower: a pipe with a head, water and a tray."""
    s.box(0, -4, 84, 8, "main", 4)
    s.lines([[(30 + 9 * k, 100), (24 + 11.5 * k, 12)] for k in range(6)], 2, "#8fc9dd", opacity=0.9)
    s.line("10,8 10,122 20,134 40,134 52,126 52,116", 6, "#aab2bc", smooth=True)
    s.poly("26,104 78,104 64,118 40,118", "main", round=5)
    s.box(24, 98, 80, 106, "main-", 3)
    s.box(4, 60, 20, 66, "#aab2bc", 2)
    s.disc(22, 63, 6, "red")
    s.discs([(26, 12, 7), (42, 10, 9), (58, 13, 7)], "#f4fbfd", round=4)


def tap(s: Sketch) -> None:
    """A water tap with a drop."""
    s.box(-4, 34, 8, 74, "main-", 3)
    s.line("4,54 52,54", 16, "main", round=6)
    s.line("50,54 74,52 80,40 80,26", 16, "main", smooth=True, round=6)
    s.box(70, 20, 90, 28, "main-", 3)
    s.line("44,60 44,80", 8, "main-")
    s.line("24,84 64,84", 9, "red", round=3)
    s.poly("80,14 80,14 72,-2 80,-10 88,-2", "#6fb8d8", smooth=True)


def soap(s: Sketch, kind: str = "soap") -> None:
    """A bar of soap with bubbles; a bottle of shampoo; a tube of toothpaste; a sponge."""
    if kind == "shampoo":
        s.box(38, 84, 52, 100, "cream", 2)
        s.poly("30,100 76,100 76,108 54,110 30,108", "cream", smooth=False)
        s.box(12, 0, 78, 88, "main", 16, round=12)
        s.box(20, 20, 70, 62, "cream", 5, contact=0.1)
        s.discs([(38, 40, 9), (52, 48, 6), (54, 34, 5)], "#8fc9dd", flat=True)
        return
    if kind == "toothpaste":
        s.poly("0,12 0,52 84,46 90,42 90,22 84,18", "main", round=9)
        s.poly("20,28 76,26 76,38 20,38", "cream", clip=True)
        s.lines([[(28, 33), (66, 33)]], 4, "red", clip=True)
        s.box(-4, 10, 6, 54, "main--", 1)
        s.box(88, 24, 104, 40, "cream", 2)
        s.line("106,32 120,36 128,26", 7, "#bfe8ee", smooth=True)
        s.turn(14)
        return
    if kind == "sponge":
        s.poly("4,0 98,0 104,10 102,52 92,60 10,60 0,50 -2,8", "main", smooth=True, round=10)
        s.discs(
            [(10 + (k * 37) % 86, 8 + (k * 23) % 44, 2 + (k % 3)) for k in range(18)], "main--", clip=True, opacity=0.6
        )
        s.discs([(88, 62, 9), (100, 54, 6), (78, 68, 6)], "#f4fbfd", round=4)
        return
    s.box(0, 0, 100, 46, "main", 20, round=14)
    s.box(18, 12, 82, 34, "main+", 11, round=3, contact=0.1)
    for x, y, r in ((20, 56, 9), (36, 68, 13), (58, 58, 8), (74, 76, 10), (86, 52, 12), (52, 84, 7)):
        s.disc(x, y, r, "#dff1f6", round=5)
        s.disc(x - r * 0.3, y + r * 0.35, r * 0.22, "white", flat=True)


PROPS: dict[str, Prop] = {
    "fridge": prop(fridge, 1.5, "#dfe6e4", "refrigerator, icebox, freezer", holds=True),
    "washing machine": prop(machine, 1.1, "#eef0ee", "washer, laundry machine, dishwasher, tumble dryer", holds=True),
    "microwave": prop(machine, 0.6, "#c8ccd4", "microwave oven", kind="microwave", holds=True),
    "toaster": prop(machine, 0.55, "red", "", kind="toaster", grip=(0.1, 0.7)),
    "television": prop(television, 0.95, "#b5763f", "tv, television set, telly, tv set"),
    "computer": prop(television, 0.95, "#56545f", "desktop computer, desktop, monitor", kind="computer"),
    "laptop": prop(television, 0.65, "#aab0bc", "laptop computer, notebook computer", kind="laptop", grip=(0.5, 0.92)),
    "tablet": prop(television, 0.5, "#45414c", "tablet computer, ipad", kind="tablet", grip=(0.5, 0.9)),
    "radio": prop(radio, 0.6, "teal", "transistor radio, wireless", grip=(0.5, 0.12)),
    "phone": prop(phone, 0.45, "#3f4656", "mobile phone, cell phone, cellphone, smartphone, mobile", grip=(0.5, 0.8)),
    "telephone": prop(phone, 0.5, "red", "old telephone, dial telephone", kind="telephone", grip=(0.5, 0.1)),
    "watch": prop(watch, 0.45, "#8a4a3c", "wristwatch, wrist watch", grip=(0.5, 0.85)),
    "sink": prop(bathroom, 1.0, "#e6ecec", "washbasin, wash basin, basin", holds=True),
    "bathtub": prop(bathroom, 0.85, "#e6ecec", "bath tub, bath", kind="bath", seat=0.45, holds=True),
    "toilet": prop(bathroom, 0.9, "#e6ecec", "lavatory, potty", kind="toilet", seat=0.5),
    "shower": prop(shower, 1.7, "#c2d3d8", ""),
    "tap": prop(tap, 0.5, "#aab2bc", "faucet, water tap", grip=(0.5, 0.1)),
    "soap": prop(soap, 0.4, "#e9a9bd", "bar of soap", grip=(0.5, 0.75)),
    "shampoo": prop(soap, 0.5, "purple", "bottle of shampoo", kind="shampoo", grip=(0.5, 0.6)),
    "toothpaste": prop(soap, 0.4, "blue", "tube of toothpaste", kind="toothpaste", grip=(0.4, 0.5)),
    "sponge": prop(soap, 0.4, "yellow", "", kind="sponge", grip=(0.5, 0.7)),
}  # fmt: skip
