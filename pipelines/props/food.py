"""Food: fruit, vegetables, bread, cake, cheese, eggs, nuts."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Points, Sketch


def _stem(s: Sketch, x: float, y: float, leaf: bool = True) -> None:
    s.line([(x, y - 6), (x + 1, y + 4), (x + 5, y + 12)], 4.4, "bark-", smooth=True)
    if leaf:
        s.poly(
            [(x + 4, y + 4), (x + 4, y + 4), (x + 16, y + 16), (x + 34, y + 14), (x + 34, y + 14), (x + 22, y + 3)],
            "leaf",
            smooth=True,
        )


def fruit(s: Sketch, kind: str = "apple") -> None:
    """Apple, pear, orange, plum, lemon."""
    outlines: dict[str, Points] = {
        "apple": [(50, 78), (34, 86), (12, 78), (0, 50), (12, 16), (32, 0), (50, 5), (68, 0), (88, 16), (100, 50), (88, 78), (66, 86)],
        "pear": [(50, 108), (36, 100), (31, 78), (16, 56), (8, 30), (20, 6), (50, 0), (80, 6), (92, 30), (84, 56), (69, 78), (64, 100)],
        "round": [(50, 88), (18, 76), (5, 44), (18, 12), (50, 0), (82, 12), (95, 44), (82, 76)],
        "lemon": [(-4, 42), (10, 54), (26, 74), (54, 80), (84, 66), (100, 48), (106, 42), (100, 34), (84, 16), (54, 4), (26, 10), (10, 30)],
    }  # fmt: skip
    shape = outlines.get(kind, outlines["round"])
    s.poly(shape, "main", smooth=True, round=22)
    s.poly([(16, 60), (24, 74), (34, 72), (24, 54)], "main++", smooth=True, clip=True, opacity=0.6)
    if kind == "orange":
        s.discs(
            [(20 + 13 * (k % 6), 16 + 15 * (k // 6) + 4 * (k % 2), 1.2) for k in range(24)],
            "main-",
            clip=True,
            opacity=0.5,
        )
        s.disc(50, 84, 4, "leaf-", flat=True)
    elif kind == "plum":
        s.lines([[(52, 86), (60, 46), (52, 6)]], 2.4, "main--", clip=True, opacity=0.6)
    if kind == "apple":
        s.poly([(38, 80), (50, 73), (62, 80)], "main--", smooth=True, clip=True, opacity=0.5)
    _stem(s, 50 if kind != "lemon" else 96, {"apple": 80, "pear": 108, "lemon": 52}.get(kind, 86))


def berries(s: Sketch, kind: str = "berries") -> None:
    """A twig of berries, or grapes, or a strawberry, or cherries."""
    if kind == "strawberry":
        s.poly(
            [(50, 78), (20, 82), (2, 62), (14, 28), (50, -4), (86, 28), (98, 62), (80, 82)],
            "main",
            smooth=True,
            round=18,
        )
        s.discs(
            [(20 + 15 * (k % 5) + 7 * (k // 5 % 2), 64 - 14 * (k // 5), 2) for k in range(19)], "#f6d98a", clip=True
        )
        for a in (-40, -15, 10, 35, 60):
            s.poly([(46, 76), (54, 76), (50 + a - 8, 90 - abs(a - 10) * 0.4)], "leaf")
        s.line([(50, 78), (52, 98)], 4, "leaf-")
        return
    if kind == "cherries":
        s.line([(24, 22), (36, 66), (62, 96)], 3.4, "leaf-", smooth=True)
        s.line([(76, 16), (72, 60), (62, 96)], 3.4, "leaf-", smooth=True)
        s.poly([(62, 95), (40, 104), (14, 94), (34, 86)], "leaf", smooth=True)
        for x, y in ((22, 16), (77, 12)):
            s.disc(x, y, 21, "main")
            s.disc(x - 8, y + 8, 4, "main++", clip=True)
        return
    if kind == "grapes":
        for row, count in enumerate((1, 2, 3, 4, 4)):
            for i in range(count):
                s.disc(50 + (i - (count - 1) / 2) * 20, 12 + row * 15, 12, "main" + ("+" if (i + row) % 3 == 0 else ""))
        _stem(s, 50, 86)
        return
    s.line([(0, 84), (50, 70), (104, 92)], 4, "bark", smooth=True)
    for x, y in ((14, 92), (70, 92), (92, 70)):
        s.poly([(x, y - 8), (x + 14, y + 8), (x + 30, y + 8), (x + 18, y - 8)], "leaf", smooth=True)
    for x, y in ((24, 54), (46, 44), (70, 52), (34, 32), (58, 26), (46, 62), (80, 34)):
        s.line([(x, y), (50, 72)], 1.6, "leaf-")
        s.disc(x, y, 12, "main")
        s.disc(x - 4, y + 4, 3, "main++", clip=True)


def bread(s: Sketch, kind: str = "loaf") -> None:
    """A loaf, a bun, a slice."""
    s.poly(
        [(0, 20), (6, 42), (30, 54), (80, 56), (110, 44), (118, 20), (106, 2), (60, -2), (12, 2)],
        "main",
        smooth=True,
        round=18,
    )
    for x in (24, 46, 68, 90):
        s.poly([(x - 8, 30), (x + 2, 48), (x + 8, 48), (x, 28)], "cream", smooth=True, clip=True)
    if kind == "slice":
        s.poly([(60, 0), (58, 36), (52, 52), (64, 64), (96, 66), (110, 54), (104, 38), (104, 0)], "main-", round=3)
        s.poly(
            [(65, 4), (63, 36), (58, 51), (66, 59), (95, 61), (104, 53), (99, 38), (99, 4)],
            "#f4e2b8",
            round=3,
            contact=0,
        )


def cake(s: Sketch, kind: str = "cake") -> None:
    """A cake with icing and a cherry, a birthday cake, a pie."""
    if kind == "pie":
        s.poly([(2, 26), (98, 26), (84, 0), (16, 0)], "#b9bcc4", round=7)
        s.disc(50, 28, 52, "main", ry=18)
        s.disc(50, 31, 44, "main+", ry=14, contact=0)
        s.lines([[(50, 40), (50, 26)], [(34, 36), (40, 25)], [(66, 36), (60, 25)]], 3, "#a4523c", clip=True)
        s.discs([(50 + 50 * np.cos(a), 28 + 16.5 * np.sin(a), 5) for a in np.arange(18) * np.pi / 9], "main-", round=2)
        return
    s.disc(50, 2, 58, "#e8eef0", ry=8)
    s.box(6, 2, 94, 34, "#e3b878", 6, round=9)
    s.box(6, 14, 94, 20, "main", clip=True)
    if kind == "birthday":
        s.box(22, 34, 78, 60, "#e3b878", 6, round=8)
        for x in (34, 50, 66):
            s.box(x - 2, 60, x + 2, 78, "blue", 1)
            s.disc(x, 82, 3, "#ffd45a", ry=5, flat=True, glow=1.0)
    low, high, left, right = (26, 36, 4, 96) if kind == "cake" else (52, 62, 20, 80)
    count = 8 if kind == "cake" else 5
    step = (right - left) / count
    s.box(left, low, right, high, "main", 5, contact=0.1)
    for i in range(count):
        s.box(
            left + i * step,
            low - 5 - 4 * (i % 2),
            left + (i + 1) * step,
            high - 2,
            "main",
            step / 2,
            round=2,
            contact=0,
        )
    s.disc(50, high, (right - left) / 2, "main+", ry=7, contact=0)
    if kind == "cake":
        for x in (22, 50, 78):
            s.disc(x, 42, 8, "white")
            s.disc(x, 50, 5, "red")


def cheese(s: Sketch) -> None:
    """A wedge of cheese with holes."""
    s.poly([(0, 34), (66, 62), (110, 40), (110, 40)], "main+", contact=0)
    s.poly([(0, 34), (110, 40), (110, 2), (0, 0)], "main", round=5, contact=0)
    for x, y, r in ((22, 18, 7), (50, 26, 5), (66, 12, 8), (92, 26, 6), (38, 8, 4), (90, 6, 3)):
        s.disc(x, y, r, "main-", clip=True)


def egg(s: Sketch) -> None:
    """Draw an egg."""
    s.poly(
        [(40, 104), (14, 80), (0, 42), (12, 10), (40, 0), (68, 10), (80, 42), (66, 80)], "main", smooth=True, round=20
    )
    s.discs([(24, 30, 2), (52, 60, 2), (58, 26, 1.6), (36, 78, 1.6)], "main-", clip=True, opacity=0.6)


def root(s: Sketch, kind: str = "carrot") -> None:
    """Carrot, turnip, radish, onion."""
    for x, tone in ((20, "leaf"), (36, "fresh"), (52, "leaf"), (66, "fresh")):
        s.poly([(40, 82), (40, 82), (x - 8, 106), (x, 128), (x + 6, 108), (46, 82)], tone, smooth=True)
    if kind == "carrot":
        s.poly(
            [(40, 90), (22, 86), (18, 70), (30, 30), (42, -10), (42, -10), (54, 30), (64, 70), (58, 86)],
            "main",
            smooth=True,
            round=10,
        )
        s.lines(
            [[(20, 66), (34, 66)], [(46, 50), (60, 50)], [(28, 34), (38, 34)], [(42, 18), (50, 18)]],
            1.8,
            "main-",
            clip=True,
        )
        return
    s.poly(
        [(40, 88), (12, 84), (-4, 58), (8, 28), (34, 10), (42, -14), (42, -14), (48, 10), (72, 28), (84, 58), (68, 84)],
        "cream",
        smooth=True,
        round=16,
    )
    s.poly([(-10, 58), (90, 58), (90, 100), (-10, 100)], "main", clip=True)
    s.poly([(-10, 50), (20, 56), (40, 50), (60, 57), (90, 50), (90, 66), (-10, 66)], "main+", smooth=True, clip=True)


def pumpkin(s: Sketch) -> None:
    """A pumpkin with its ribs."""
    s.line([(50, 60), (52, 76), (60, 82)], 8, "leaf-", smooth=True)
    for x, w in ((16, 22), (84, 22), (30, 24), (70, 24), (50, 24)):
        s.disc(x, 34, w, "main", ry=34, contact=0.3)


def corn(s: Sketch) -> None:
    """A cob of corn in its leaves."""
    s.poly(
        [(40, 110), (24, 92), (18, 56), (26, 16), (40, 6), (54, 16), (62, 56), (56, 92)], "main", smooth=True, round=12
    )
    s.discs(
        [(22 + 9 * (k % 5) + 4.5 * (k // 5 % 2), 14 + 8.5 * (k // 5), 4) for k in range(60)],
        "main+",
        clip=True,
        opacity=0.7,
    )
    for side in (-1, 1):
        s.poly(
            [(40, 0), (40 + side * 26, 20), (40 + side * 34, 76), (40 + side * 34, 76), (40 + side * 14, 46), (40, 10)],
            "leaf",
            smooth=True,
        )


def nut(s: Sketch, kind: str = "acorn") -> None:
    """Acorn, nut."""
    if kind == "nut":
        s.disc(44, 40, 44, "main", ry=42)
        s.lines([[(44, 86), (40, 60), (46, 30), (44, -4)]], 3, "main--", clip=True)
        s.lines(
            [
                [(20, 66), (14, 40), (22, 14)],
                [(66, 68), (74, 40), (66, 12)],
                [(30, 52), (28, 34)],
                [(58, 50), (60, 30)],
            ],
            2,
            "main-",
            clip=True,
        )
        return
    s.poly(
        [(10, 60), (10, 34), (24, 12), (40, -6), (40, -6), (56, 12), (70, 34), (70, 60)], "main", smooth=True, round=12
    )
    s.poly(
        [(0, 56), (6, 76), (26, 88), (54, 88), (74, 76), (80, 56), (60, 52), (20, 52)], "#7a5a3c", smooth=True, round=8
    )
    s.lines(
        [[(k * 12 - 30, 40), (k * 12 + 20, 96)] for k in range(9)]
        + [[(k * 12 - 30, 96), (k * 12 + 20, 40)] for k in range(9)],
        1.2,
        "#5a3c2c",
        clip=True,
        opacity=0.6,
    )
    s.line([(40, 86), (44, 102)], 5, "#7a5a3c")


def sandwich(s: Sketch) -> None:
    """Two slices of bread with lettuce, tomato and cheese."""
    s.poly([(6, 6), (94, 6), (92, 20), (8, 20)], "main", round=5)
    s.poly([(2, 20), (20, 15), (38, 21), (56, 15), (76, 21), (98, 17), (94, 28), (6, 28)], "green+", smooth=True)
    s.box(10, 26, 90, 34, "#d8503f")
    s.poly([(6, 33), (94, 33), (80, 26), (70, 33)], "#f2c84b", smooth=False)
    s.poly([(6, 35), (94, 35), (92, 50), (78, 57), (22, 57), (8, 50)], "main", smooth=True, round=6)
    s.lines([[(30, 46), (34, 48)], [(50, 50), (54, 49)], [(68, 45), (72, 47)]], 1.6, "main+", clip=True)


PROPS: dict[str, Prop] = {
    "apple": prop(fruit, 0.5, "red", "red apple", grip=(0.5, 0.6)),
    "pear": prop(fruit, 0.52, "#b9c24e", "", grip=(0.5, 0.6), kind="pear"),
    "orange": prop(fruit, 0.5, "orange", "tangerine", grip=(0.5, 0.6), kind="orange"),
    "plum": prop(fruit, 0.48, "purple", "", grip=(0.5, 0.6), kind="plum"),
    "lemon": prop(fruit, 0.45, "yellow", "", grip=(0.5, 0.6), kind="lemon"),
    "berries": prop(berries, 0.5, "#4f5fa8", "berry, blueberry, blackberry, raspberry", grip=(0.1, 0.2)),
    "strawberry": prop(berries, 0.45, "red", "", grip=(0.5, 0.1), kind="strawberry"),
    "cherries": prop(berries, 0.5, "#b8323f", "cherry", grip=(0.6, 0.05), kind="cherries"),
    "grapes": prop(berries, 0.55, "purple", "grape, bunch of grapes", grip=(0.5, 0.08), kind="grapes"),
    "sandwich": prop(sandwich, 0.5, "#cf9a58", "cheese sandwich, ham sandwich", grip=(0.5, 0.6)),
    "bread": prop(bread, 0.5, "#c98a48", "loaf, loaf of bread", grip=(0.5, 0.6)),
    "slice of bread": prop(bread, 0.5, "#b97a3c", "toast, piece of bread, crust", grip=(0.8, 0.5), kind="slice"),
    "cake": prop(cake, 0.6, "pink", "gateau", grip=(0.5, 0.9)),
    "birthday cake": prop(cake, 0.9, "pink", "", grip=(0.5, 0.95), kind="birthday"),
    "pie": prop(cake, 0.5, "#d99a50", "apple pie, pasty", grip=(0.5, 0.9), kind="pie"),
    "cheese": prop(cheese, 0.5, "yellow", "piece of cheese, cheese wedge", grip=(0.5, 0.7)),
    "egg": prop(egg, 0.45, "#f0d9b8", "golden egg", grip=(0.5, 0.6)),
    "carrot": prop(root, 0.6, "orange", "", grip=(0.5, 0.45)),
    "turnip": prop(root, 0.7, "#a0568a", "", grip=(0.5, 0.2), kind="turnip"),
    "pumpkin": prop(pumpkin, 0.72, "orange", "gourd", grip=(0.5, 0.9), seat=0.2),
    "corn": prop(corn, 0.65, "yellow", "maize, cob, corn cob, sweetcorn", grip=(0.5, 0.8)),
    "acorn": prop(nut, 0.42, "#c9924e", "", grip=(0.5, 0.6)),
    "nut": prop(nut, 0.42, "#b98552", "walnut, hazelnut, chestnut", grip=(0.5, 0.5), kind="nut"),
}  # fmt: skip
