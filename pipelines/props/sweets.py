"""Sweet things and what lies in the larder: chocolate, sweets, muffin, tart, biscuit, butter, sugar, salt, milk, yogurt, ice."""

from __future__ import annotations

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def chocolate(s: Sketch) -> None:
    """A bar of chocolate, half out of its paper."""
    s.box(8, 40, 72, 116, "#6f432c", 4, round=4)
    for row in range(3):
        for k in range(3):
            s.box(13 + 19 * k, 48 + 22 * row, 29 + 19 * k, 66 + 22 * row, "#8a5638", 2, round=4)
    s.poly("4,54 16,60 26,52 38,60 50,53 62,61 76,54 76,48 4,48", "#dfe3ea", round=2)
    s.box(4, 0, 76, 50, "main", 3, round=6)
    s.box(4, 16, 76, 34, "cream", clip=True)
    s.lines([[(18, 25), (62, 25)]], 5, "main-", clip=True)
    s.turn(-14)


def candy(s: Sketch) -> None:
    """A sweet in its paper."""
    for side in (-1, 1):
        s.poly(
            [(56 + side * 26, 40), (56 + side * 62, 66), (56 + side * 54, 40), (56 + side * 62, 14)], "main+", round=5
        )
        s.lines([[(56 + side * 30, 40), (56 + side * 56, y)] for y in (26, 54)], 1.6, "main-", clip=True)
    s.disc(56, 40, 33, "main", round=14)
    for k in (-1, 1):
        s.poly([(56 + 34 * k, 80), (56 + 14 * k, 60), (56 + 16 * k, 22), (56 + 30 * k, 0), (56 + 12 * k, 0), (56 + 4 * k, 24), (56 + 2 * k, 60), (56 + 16 * k, 80)], "cream", smooth=True, clip=True)  # fmt: skip
    s.poly("36,50 42,62 52,66 46,52", "white", smooth=True, clip=True, opacity=0.6)
    s.turn(16)


def muffin(s: Sketch, kind: str = "muffin") -> None:
    """A muffin with chocolate drops; a bun; a tart with berries; a biscuit with drops."""
    if kind == "biscuit":
        s.disc(50, 50, 50, "main", round=12)
        for x, y, r in ((30, 66, 8), (62, 74, 7), (74, 44, 8), (44, 40, 7), (26, 32, 6), (58, 18, 7), (50, 58, 5)):
            s.disc(x, y, r, "#5a3826", round=3)
        return
    if kind == "bun":
        s.poly("0,22 8,56 34,74 74,74 100,56 108,22 96,4 54,-2 12,4", "main", smooth=True, round=20)
        s.lines([[(38, 52), (70, 64)], [(38, 64), (70, 52)]], 4, "cream", clip=True, opacity=0.9)
        s.poly("12,40 20,56 34,64 24,44", "white", smooth=True, clip=True, opacity=0.4)
        return
    if kind == "tart":
        s.poly("0,34 112,34 98,0 14,0", "#d9a25c", round=6)
        s.lines([[(8 + 8 * k, 34), (18 + 6.4 * k, 0)] for k in range(13)], 2, "#a8733c", clip=True, opacity=0.6)
        s.disc(56, 34, 58, "#e3b36e", ry=15)
        s.disc(56, 36, 49, "#f6e3a8", ry=11, contact=0)
        for k in range(9):
            x, y = 20 + 18 * (k % 5) + 9 * (k // 5), 38 + 8 * (k // 5)
            s.disc(x, y, 9.5, "main")
            s.disc(x - 3, y + 3, 2.6, "main+++", clip=True)
        s.poly("54,52 46,64 58,60 68,66 66,52", "leaf", smooth=True, round=2)
        return
    s.poly("10,50 90,50 80,0 20,0", "main", round=8)
    s.lines([[(18 + 9 * k, 50), (25 + 7 * k, 0)] for k in range(8)], 2.4, "main--", clip=True, opacity=0.6)
    s.poly("0,50 6,74 28,94 72,94 94,74 100,50 76,42 50,47 24,42", "#b97a44", smooth=True, round=15)
    s.discs([(24, 64, 5), (44, 80, 6), (66, 70, 5), (80, 58, 5), (50, 58, 5), (62, 88, 4)], "#5a3826", clip=True)


def butter(s: Sketch, kind: str = "butter") -> None:
    """Butter on its dish; ice cubes; sugar cubes; a lump of dough."""
    if kind in ("ice", "sugar"):
        for x, y in ((0, 0), (52, -4), (26, 38)):
            s.poly([(x, y + 10), (x + 26, y), (x + 26, y + 34), (x, y + 44)], "main", round=4, contact=0.1)
            s.poly([(x + 26, y), (x + 54, y + 10), (x + 54, y + 44), (x + 26, y + 34)], "main-", round=4, contact=0.1)
            s.poly([(x, y + 44), (x + 26, y + 34), (x + 54, y + 44), (x + 28, y + 54)], "main++", round=4, contact=0.1)
            if kind == "ice":
                s.poly(
                    [(x + 4, y + 16), (x + 10, y + 14), (x + 10, y + 34), (x + 4, y + 36)],
                    "white",
                    flat=True,
                    opacity=0.7,
                )
            else:
                s.discs(
                    [(x + 6 + 5 * (k % 4), y + 16 + 8 * (k // 4), 1.2) for k in range(10)],
                    "main--",
                    clip=True,
                    opacity=0.5,
                )
        return
    if kind == "dough":
        s.disc(56, -2, 70, "#b98a5d", ry=9)
        s.poly("2,4 4,34 28,56 66,60 100,40 110,8 84,-6 28,-6", "main", smooth=True, round=18)
        s.line("40,44 50,38 66,42", 3, "main-", smooth=True, opacity=0.7)
        s.line("24,26 34,20", 3, "main-", opacity=0.7)
        return
    s.disc(60, 0, 66, "#dfe9ec", ry=12)
    s.disc(60, 4, 56, "#f4f8f8", ry=8, contact=0)
    s.poly("16,4 86,4 86,40 16,40", "main", round=5, contact=0.1)
    s.poly("86,4 108,14 108,50 86,40", "main-", round=3, contact=0.1)
    s.poly("16,40 86,40 108,50 40,50", "main+", round=3, contact=0.1)
    s.poly("-4,4 16,4 18,26 6,24", "main+", round=3)


def shaker(s: Sketch, kind: str = "salt") -> None:
    """A salt shaker; a carton of milk; a pot of yogurt."""
    if kind == "milk":
        s.poly("66,0 92,12 92,76 66,66", "#c9d6de", round=3, contact=0)
        s.box(0, 0, 66, 68, "#f6f8f8", 1, round=4, contact=0)
        s.box(0, 10, 66, 40, "main", clip=True)
        s.poly("66,10 92,22 92,50 66,40", "main-", flat=True)
        s.poly("0,68 66,68 58,98 10,98", "#eef2f2", round=3, contact=0.1)
        s.poly("66,68 92,76 74,100 58,98", "#c9d6de", round=3, contact=0.1)
        s.box(8, 96, 76, 108, "main", 1)
        s.poly("33,58 22,42 26,30 33,27 40,30 44,42", "white", smooth=True, round=3)
        return
    if kind == "yogurt":
        s.line("56,74 88,116", 6, "#b7bcc6")
        s.poly("4,72 86,72 76,0 14,0", "main", round=10)
        s.box(0, 22, 90, 52, "cream", clip=True)
        s.discs([(38, 36, 9), (52, 38, 9), (46, 30, 8)], "red", clip=True)
        s.disc(45, 73, 45, "#fbf8f0", ry=10)
        s.poly("24,74 36,90 50,92 62,84 68,74", "#fbf8f0", smooth=True, round=7)
        return
    s.poly("10,74 62,74 72,8 66,0 6,0 0,8", "#dcecf0", round=9)
    s.poly("4,44 68,44 74,6 68,-2 4,-2 -2,6", "white", clip=True)
    s.box(16, 20, 56, 38, "main", 4, contact=0.1)
    s.poly("8,72 64,72 60,92 36,104 12,92", "#b7bcc6", smooth=False, round=7)
    s.discs([(26, 90, 2.6), (36, 95, 2.6), (46, 90, 2.6)], "#4a4652", flat=True)


PROPS: dict[str, Prop] = {
    "chocolate": prop(chocolate, 0.45, "red", "chocolate bar, bar of chocolate, candy bar", grip=(0.5, 0.8)),
    "candy": prop(candy, 0.4, "pink", "sweet, bonbon, toffee, caramel", grip=(0.5, 0.6)),
    "muffin": prop(muffin, 0.45, "teal", "", grip=(0.5, 0.8)),
    "bun": prop(muffin, 0.42, "#c98a48", "roll, bread roll, dumpling, scone", kind="bun", grip=(0.5, 0.7)),
    "tart": prop(muffin, 0.42, "red", "jam tart, fruit tart, berry tart", kind="tart", grip=(0.5, 0.8)),
    "biscuit": prop(muffin, 0.42, "#c98a48", "cracker, gingerbread", kind="biscuit", grip=(0.5, 0.7)),
    "butter": prop(butter, 0.38, "yellow", "margarine, stick of butter", grip=(0.1, 0.8)),
    "ice": prop(butter, 0.42, "#bfe3ee", "ice cube, ice cubes, block of ice", kind="ice", grip=(0.5, 0.7)),
    "sugar": prop(butter, 0.38, "#f6f2ea", "sugar cube, lump of sugar", kind="sugar", grip=(0.5, 0.7)),
    "dough": prop(butter, 0.42, "#ecd6a8", "batter, clay", kind="dough", grip=(0.5, 0.6)),
    "salt": prop(shaker, 0.42, "blue", "salt shaker, saltshaker, pepper pot", grip=(0.5, 0.6)),
    "milk": prop(shaker, 0.5, "blue", "milk carton, carton of milk", kind="milk", grip=(0.4, 0.6)),
    "yogurt": prop(shaker, 0.42, "purple", "yoghurt, pudding, cream", kind="yogurt", grip=(0.5, 0.7)),
}  # fmt: skip
