"""What is cooked: bowls of soup, rice, salad and porridge, spaghetti, meat, sausages, pancakes, waffles, fries, hot dogs."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def dish(s: Sketch, wide: float = 116, colour: str = "#eef2f2") -> None:
    """A plate seen from the side, its middle at (58, 8)."""
    s.disc(58, 4, wide / 2 + 4, colour + "-", ry=11)
    s.disc(58, 8, wide / 2 + 4, colour, ry=11)
    s.disc(58, 9, wide / 2 - 10, colour + "-", ry=6.5, flat=True)


def bowl(s: Sketch, kind: str = "soup") -> None:
    """A bowl of soup, rice, porridge, salad, cereal, ice cream."""
    if kind in ("soup", "porridge"):
        for x in (36, 60):
            s.line([(x, 70), (x - 6, 82), (x + 5, 94), (x - 2, 106)], 4, "#eef1f2", smooth=True, opacity=0.85)
    tone = {"soup": "#d9823c", "rice": "#fbf8ee", "porridge": "#e6d2a8", "salad": "#7fb54a", "cereal": "#f6f0e0"}[kind]
    if kind in ("rice", "salad"):
        s.poly("10,52 24,78 50,92 78,78 92,52", tone, smooth=True, round=12)
    if kind == "rice":
        grains = [(20 + (k * 29) % 62, 56 + (k * 17) % 30) for k in range(26)]
        s.lines([[(x, y), (x + 3, y + 2 - 4 * (k % 2))] for k, (x, y) in enumerate(grains)], 2, "#d8cfb8", clip=True)
        for x in (64, 74):
            s.line([(x, 60), (x + 34, 112)], 3.4, "#8a4a3c")
    if kind == "salad":
        for k in range(9):
            x, y = 16 + 9 * k, 58 + 22 * np.sin(0.4 * k + 0.1)
            s.poly([(x - 12, y - 8), (x - 8, y + 8), (x + 2, y + 13), (x + 11, y + 6), (x + 9, y - 9)], "leaf" + ("+" if k % 2 else ""), smooth=True, round=4)  # fmt: skip
        for x, y in ((30, 72), (56, 84), (76, 66)):
            s.disc(x, y, 9, "red")
        s.disc(45, 66, 9, "#dcebb4", ry=7)
    if kind not in ("rice", "salad"):
        s.line("70,62 106,92", 5, "#b7bcc6")
        s.disc(50, 58, 50, "main+", ry=12)
        s.disc(50, 58, 43, tone, ry=8.6, flat=True)
        spots = [(24 + (k * 23) % 54, 56 + (k * 5) % 8, 3.4 + k % 2) for k in range(8)]
        if kind == "cereal":
            for x, y, r in spots:
                s.ring(x, y, r + 1.6, 2.4, "#d08a3c", ry=r, flat=True)
        else:
            s.discs([(x, y - 1, r) for x, y, r in spots], {"soup": "#7fae4a", "porridge": "#a8503f"}[kind], flat=True)
    s.poly("0,58 14,49 50,45 86,49 100,58 88,22 70,4 30,4 12,22", "main", smooth=False, round=13)
    s.box(0, 26, 100, 33, "cream", clip=True)
    s.box(32, -2, 68, 6, "main-", 3)


def spaghetti(s: Sketch) -> None:
    """Spaghetti with tomato sauce on a plate."""
    dish(s)
    s.poly("10,12 22,36 58,48 94,36 106,12 58,2", "#f0cf72", smooth=True, round=10)
    for k in range(9):
        x = 14 + 10 * k
        s.line([(x, 12), (x + 6, 30), (x + 16, 34), (x + 12, 14)], 2.2, "#d2a446", smooth=True, clip=True)
    s.poly("34,36 44,54 60,60 76,52 84,36 70,30 58,34 46,29", "main", smooth=True, round=7)
    for x, y in ((46, 46), (66, 48)):
        s.disc(x, y, 10, "#8a4a34")
    s.poly("54,58 50,72 60,66 66,74 66,60", "leaf", smooth=True, round=2)


def meat(s: Sketch, kind: str = "meat") -> None:
    """Meat on its bone; a steak; a ham; rashers of bacon; a roast chicken."""
    if kind == "steak":
        s.poly("2,40 10,70 40,82 78,72 104,48 100,20 74,8 44,18 22,8 6,18", "#f0dcc8", smooth=True, round=8)
        s.poly("9,40 16,64 42,74 75,66 97,46 93,25 74,16 44,26 22,16 12,22", "main", smooth=True, round=8, contact=0)
        s.disc(32, 52, 9, "#f0dcc8")
        s.line("44,44 66,40 86,44", 3, "#f0dcc8", smooth=True, opacity=0.8)
        return
    if kind == "bacon":
        for y in (0, 26, 52):
            at = [(0, y + 8), (26, y + 14), (52, y + 4), (78, y + 14), (108, y + 7)]
            s.line(at, 19, "main", smooth=True, round=6)
            s.line([(x, v + 3) for x, v in at], 4, "#f4dccb", smooth=True, clip=True)
            s.line([(x, v - 6) for x, v in at], 3, "#f4dccb", smooth=True, clip=True)
        return
    if kind == "chicken":
        dish(s)
        for x, end in ((84, 118), (70, 104)):
            s.line([(x, 22), (end, 40)], 12, "main-", round=5)
            s.disc(end + 4, 42, 6, "cream")
        s.poly("8,16 8,36 26,58 58,62 88,46 94,20 72,8 30,6", "main", smooth=True, round=16)
        s.poly("30,26 44,40 66,36 60,22", "main-", smooth=True, round=6)
        s.poly("22,42 30,52 44,56 36,46", "white", smooth=True, clip=True, opacity=0.4)
        for x in (8, 20, 96):
            s.poly([(x - 8, 8), (x - 2, 18), (x + 6, 16), (x + 10, 6)], "leaf", smooth=True)
        return
    if kind == "ham":
        s.line("78,60 102,82", 12, "cream", round=5)
        for x, y in ((100, 90), (110, 78)):
            s.disc(x, y, 8, "cream")
        s.poly("0,34 8,66 42,82 78,70 92,48 74,14 38,0 10,10", "main", smooth=True, round=14)
        s.disc(30, 36, 30, "#f4dccb", ry=33)
        s.disc(30, 36, 24, "main+", ry=27, contact=0)
        s.disc(32, 38, 7, "cream")
        return
    s.line("-12,40 112,40", 12, "cream", round=5)
    for x in (-16, 116):
        for y in (32, 48):
            s.disc(x, y, 9, "cream")
    s.poly("8,40 16,68 50,80 84,68 92,40 84,12 50,0 16,12", "main", smooth=True, round=18)
    s.poly("22,54 32,66 50,70 40,56", "white", smooth=True, clip=True, opacity=0.4)
    s.disc(88, 40, 9, "main-", ry=26)
    s.disc(89, 40, 5, "cream", ry=9)


def sausage(s: Sketch, kind: str = "sausage") -> None:
    """Sausages on a string; a hot dog."""
    if kind == "hot dog":
        s.poly("0,34 10,56 58,62 106,56 116,34 104,20 12,20", "main-", smooth=True, round=10)
        s.line("-2,40 30,46 86,46 118,40", 19, "#b5523c", smooth=True, round=8)
        s.line("8,42 20,52 32,42 44,53 56,43 68,53 80,43 92,52 106,43", 5, "#f2c53d", smooth=True)
        s.poly("0,30 14,36 58,38 102,36 116,30 108,8 88,0 28,0 8,8", "main", smooth=True, round=12)
        return
    for at, tone in (("8,62 30,40 62,34 96,44 114,60", "main-"), ("0,34 24,14 56,8 88,16 108,32", "main")):
        s.line(at, 25, tone, smooth=True, round=11)
        points = [tuple(float(v) for v in pair.split(",")) for pair in at.split()]
        s.lines([[(x - 5, y - 9), (x + 5, y + 9)] for x, y in points[1:4]], 3, "main--", clip=True, opacity=0.7)
        for (x, y), side in ((points[0], -1), (points[-1], 1)):
            s.disc(x + side * 11, y + 9, 4, "main--")
    s.line("26,22 40,17 54,16", 3, "main+++", smooth=True, opacity=0.7)


def pancakes(s: Sketch, kind: str = "pancakes") -> None:
    """A pile of pancakes with butter and syrup; a waffle; an omelette; a fried egg."""
    dish(s)
    if kind == "waffle":
        s.turn(0)
        s.poly("4,30 54,56 112,34 62,6", "main", round=7)
        s.poly("4,30 62,6 62,-2 4,20", "main-", round=3)
        s.poly("112,34 62,6 62,-2 112,24", "main--", round=3)
        for i in range(4):
            for k in range(4):
                a, b = (i + 0.5) / 4, (k + 0.5) / 4
                x, y = 4 + 50 * a + 58 * b, 30 + 26 * a - 24 * b
                s.poly([(x - 9, y), (x, y + 4.4), (x + 9, y), (x, y - 4.4)], "main--", flat=True)
        s.discs([(52, 40, 9), (64, 40, 10), (58, 48, 9)], "white", round=5)
        s.disc(60, 57, 6, "red")
        return
    if kind in ("omelette", "egg"):
        tone = "main" if kind == "omelette" else "#fbf8f0"
        s.poly("8,14 18,34 46,40 84,38 108,24 106,10 70,2 30,4", tone, smooth=True, round=9)
        if kind == "omelette":
            s.poly("14,18 40,32 86,30 106,18 70,10 36,9", "main-", smooth=True, round=4)
            s.discs([(40, 22, 4), (60, 20, 5), (78, 22, 4)], "red", flat=True)
            s.discs([(48, 26, 3), (70, 27, 3), (30, 18, 3)], "leaf", flat=True)
        else:
            s.disc(56, 25, 17, "main", ry=13)
            s.disc(50, 30, 4, "white", ry=2.6, clip=True)
        return
    for k in range(4):
        s.box(8 + (k % 2) * 3, 8 + 14 * k, 106 + (k % 2) * 3, 24 + 14 * k, "main" + ("-" if k % 2 else ""), 8, round=7)
    s.disc(59, 66, 49, "main+", ry=11)
    s.poly("22,68 42,75 76,75 98,67 96,44 92,42 88,60 70,58 68,32 62,30 58,58 36,60 34,46 28,46 26,62", "#a8582e", smooth=True, round=4)  # fmt: skip
    s.poly("48,70 62,76 76,70 76,80 62,86 48,80", "yellow", round=3)


def fries(s: Sketch, kind: str = "fries") -> None:
    """Fries in a paper bag; popcorn in a striped box; a bag of crisps."""
    if kind == "crisps":
        s.poly("6,4 2,50 6,100 80,100 84,50 80,4", "main", smooth=False, round=11)
        for y in (0, 96):
            s.box(2, y, 84, y + 9, "main-", 1)
        s.disc(43, 60, 27, "yellow", ry=19, contact=0.2)
        s.poly("22,42 30,62 52,66 62,50 46,40", "#e8c46a", smooth=True, round=6)
        s.lines([[(24, 24), (62, 24)]], 7, "cream")
        return
    if kind == "popcorn":
        for k in range(22):
            left = 12 + (k * 27) % 78
            high = 76 + 7 * (k % 5) - abs(left - 50) * 0.3
            s.discs(
                [(left - 4, high, 7), (left + 5, high + 1, 7), (left, high + 6, 7)],
                "#fbf3da" if k % 3 else "#f3dd9a",
                round=5,
            )
    else:
        for k, lean in enumerate((-14, -6, 2, 8, 14, -10, 0, 10)):
            x = 16.0 + 10 * (k if k < 5 else k - 4.5)
            s.line([(x, 44), (x + lean, 98 + 9 * (k % 3))], 9, "#f0c65a" if k % 2 else "#e6b445", round=3)
    s.poly("4,78 30,68 70,68 96,78 82,0 18,0", "main", round=9)
    if kind == "popcorn":
        for k in (0, 2, 4):
            s.poly(
                [(4 + 18.4 * k, 80), (22.4 + 18.4 * k, 80), (30.8 + 12.8 * k, -2), (18 + 12.8 * k, -2)],
                "cream",
                clip=True,
            )
    else:
        s.disc(50, 34, 15, "yellow", contact=0.2)


PROPS: dict[str, Prop] = {
    "soup": prop(bowl, 0.55, "blue", "bowl of soup, soup bowl, stew, broth, bowl of stew", grip=(0.5, 0.8)),
    "porridge": prop(bowl, 0.55, "teal", "bowl of porridge, oatmeal", kind="porridge", grip=(0.5, 0.8)),
    "rice": prop(bowl, 0.55, "red", "bowl of rice", kind="rice", grip=(0.5, 0.8)),
    "salad": prop(bowl, 0.55, "#b98a5d", "bowl of salad", kind="salad", grip=(0.5, 0.8)),
    "cereal": prop(bowl, 0.5, "orange", "bowl of cereal, muesli, cornflake", kind="cereal", grip=(0.5, 0.8)),
    "spaghetti": prop(spaghetti, 0.5, "red", "pasta, noodle, noodles, macaroni, plate of spaghetti", grip=(0.05, 0.85)),
    "meat": prop(meat, 0.5, "#a85a3c", "roast, roast meat, piece of meat, drumstick", grip=(0.05, 0.5)),
    "steak": prop(meat, 0.45, "#b5453f", "beef, pork chop, chop", kind="steak", grip=(0.5, 0.7)),
    "ham": prop(meat, 0.5, "#d9778a", "pork, gammon", kind="ham", grip=(0.9, 0.1)),
    "bacon": prop(meat, 0.42, "#b5453f", "rasher", kind="bacon", grip=(0.5, 0.6)),
    "roast chicken": prop(meat, 0.5, "#c98544", "fried chicken, roast turkey, roast goose", kind="chicken", grip=(0.05, 0.85)),
    "sausage": prop(sausage, 0.42, "#a8503c", "wurst, frankfurter, salami", grip=(0.5, 0.6)),
    "hot dog": prop(sausage, 0.45, "#d9a25c", "hotdog", kind="hot dog", grip=(0.5, 0.7)),
    "pancakes": prop(pancakes, 0.5, "#d9a25c", "pancake, crepe", grip=(0.05, 0.85)),
    "waffle": prop(pancakes, 0.48, "#d9a25c", "", kind="waffle", grip=(0.05, 0.8)),
    "omelette": prop(pancakes, 0.42, "yellow", "omelet, scrambled egg", kind="omelette", grip=(0.05, 0.7)),
    "fried egg": prop(pancakes, 0.42, "#f0b93a", "poached egg", kind="egg", grip=(0.05, 0.7)),
    "fries": prop(fries, 0.5, "red", "french fries, chips, chip", grip=(0.5, 0.7)),
    "popcorn": prop(fries, 0.55, "red", "box of popcorn", kind="popcorn", grip=(0.5, 0.7)),
    "crisps": prop(fries, 0.5, "orange", "potato chips, bag of crisps, crisp", kind="crisps", grip=(0.5, 0.7)),
}  # fmt: skip
