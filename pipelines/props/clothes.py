"""More clothes: trousers, skirts, sweaters, aprons, gloves, socks, slippers, belts, ties, helmets."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def trousers(s: Sketch, kind: str = "trousers") -> None:
    """Trousers, jeans, shorts."""
    low = 52 if kind == "shorts" else 0
    flare = 6 if kind == "shorts" else 0
    for side in (-1, 1):
        at = [
            (40 + side * 32, 112),
            (40 + side * (34 + flare), low),
            (40 + side * (6 - flare * 0.4), low),
            (40 - side * 2, 76),
            (40 - side * 4, 112),
        ]
        s.poly(at, "main" if side < 0 else "main-", round=9)
        cuff = (40 + side * 5, 40 + side * 41)
        s.box(min(cuff), low, max(cuff), low + 7, "main+" if kind == "jeans" else "main--", clip=True, opacity=0.8)
        if kind == "shorts":
            s.box(40 + side * 34 - 3, 40, 40 + side * 34 + 3, 114, "cream", clip=True)
        if kind == "jeans":
            s.line(
                [(40 + side * 32, 94), (40 + side * 22, 88), (40 + side * 14, 106)],
                1.6,
                "yellow",
                smooth=True,
                clip=True,
            )
    s.box(6, 104, 74, 116, "main+" if kind == "shorts" else "#6f4a34" if kind == "jeans" else "main--", 3)
    s.box(34, 104, 46, 116, "yellow" if kind != "shorts" else "cream", 2)


def skirt(s: Sketch, kind: str = "skirt") -> None:
    """A skirt with folds; an apron with a pocket."""
    if kind == "apron":
        s.line("30,110 36,126 64,126 70,110", 4, "main-", smooth=True)
        for x, end in ((16, -8), (84, 108)):
            s.line([(x, 68), (end, 60)], 4, "main-")
        s.poly("28,112 72,112 76,74 92,66 92,4 8,4 8,66 24,74", "main", round=9)
        s.box(0, 4, 100, 12, "cream", clip=True)
        s.box(28, 24, 72, 50, "main+", 5)
        s.box(28, 44, 72, 50, "cream", 1, flat=True)
        return
    s.poly("28,88 72,88 102,4 76,-2 50,0 24,-2 -2,4", "main", round=11)
    s.lines([[(32 + 9 * k, 86), (10 + 20 * k, 0)] for k in range(5)], 3, "main--", clip=True, opacity=0.45)
    s.line("-6,12 24,6 50,8 76,6 106,12", 5, "cream", smooth=True, clip=True)
    s.box(26, 84, 74, 95, "main--", 3)


def sweater(s: Sketch, kind: str = "sweater") -> None:
    """A sweater with a pattern; pyjamas; a raincoat with its hood; a jacket with a zip; a suit of armour."""
    low = {"raincoat": -10, "pyjamas": 34}.get(kind, 16)
    if kind == "pyjamas":
        for side in (-1, 1):
            s.poly(
                [(50 + side * 26, 40), (50 + side * 28, -16), (50 + side * 6, -16), (50 - side * 2, 34)],
                "main-",
                round=7,
            )
            s.box(50 + min(side * 5, side * 30), -16, 50 + max(side * 5, side * 30), -10, "cream", clip=True)
    for side in (-1, 1):
        s.poly([(50 + side * 22, 98), (50 + side * 36, 88), (50 + side * 54, 34), (50 + side * 38, 28), (50 + side * 24, 66)], "main-", round=7)  # fmt: skip
        s.poly(
            [(50 + side * 56, 40), (50 + side * 53, 30), (50 + side * 36, 24), (50 + side * 36, 34)],
            "main--",
            clip=True,
        )
    if kind == "raincoat":
        s.poly("28,98 30,120 50,130 70,120 72,98", "main-", smooth=True, round=8)
        s.poly("36,98 38,112 50,120 62,112 64,98", "main---", smooth=True, flat=True)
    flare = 36 if kind == "raincoat" else 28
    s.poly(
        [(32, 100), (68, 100), (76, 86), (74, 50), (50 + flare, low), (50 - flare, low), (26, 50), (24, 86)],
        "main",
        round=10,
    )
    if kind == "sweater":
        for y, tone in ((66, "cream"), (50, "main--"), (34, "cream")):
            s.lines(
                [[(16 + 6 * k, y + 5 * (k % 2)), (22 + 6 * k, y + 5 * ((k + 1) % 2))] for k in range(12)],
                3.4,
                tone,
                clip=True,
            )
        s.box(20, low, 80, low + 8, "main--", clip=True)
        s.poly("36,96 64,96 62,106 38,106", "main--", round=3)
        return
    if kind == "pyjamas":
        s.lines([[(26 + 8 * k, 34), (26 + 8 * k, 100)] for k in range(7)], 2.6, "cream", clip=True, opacity=0.8)
    if kind == "raincoat":
        for x in (28, 58):
            s.box(x, 18, x + 14, 28, "main--", 2, clip=True)
    s.lines(
        [[(50, low), (50, 96)]], 2.4 if kind != "jacket" else 4, "main--" if kind != "jacket" else "#c8ccd4", clip=True
    )
    if kind != "jacket":
        s.discs(
            [(55, y, 2.8) for y in range(low + 12, 92, 17)], "#4a4652" if kind == "raincoat" else "cream", flat=True
        )
    else:
        s.box(20, low, 80, low + 9, "main--", clip=True)
        s.lines([[(30, 48), (40, 40)], [(70, 48), (60, 40)]], 3, "main--")
    if kind != "raincoat":
        s.poly("34,102 50,88 66,102 60,106 50,98 40,106", "cream" if kind == "pyjamas" else "main--", round=2)


def armour(s: Sketch) -> None:
    """A suit of armour that stands by itself."""
    for side in (-1, 1):
        s.line([(50 + side * 12, 52), (50 + side * 13, 8)], 17, "main-", round=6)
        s.poly([(50 + side * 4, 0), (50 + side * 6, 12), (50 + side * 22, 10), (50 + side * 34, 0)], "main--", round=3)
        s.box(50 + min(side * 3, side * 24), 28, 50 + max(side * 3, side * 24), 36, "main+", 4)
        s.line([(50 + side * 26, 90), (50 + side * 36, 70), (50 + side * 32, 48)], 13, "main-", round=5)
        s.disc(50 + side * 32, 44, 8, "main--")
        s.disc(50 + side * 24, 94, 13, "main")
    s.poly("26,98 74,98 72,70 66,46 34,46 28,70", "main", round=10)
    s.lines([[(50, 46), (50, 98)], [(32, 62), (68, 62)]], 1.8, "main--", clip=True)
    s.box(32, 44, 68, 52, "#8a5a3c", 2)
    s.line("50,134 46,148 32,150 22,142", (8, 5), "red", smooth=True)
    s.poly("34,100 32,124 40,136 60,136 68,124 66,100 50,96", "main+", smooth=True, round=9)
    s.box(35, 114, 65, 120, "#3d3a44", 2, flat=True)
    s.lines([[(42, 104), (42, 111)], [(50, 103), (50, 111)], [(58, 104), (58, 111)]], 2, "#3d3a44")


def glove(s: Sketch, kind: str = "glove") -> None:
    """A glove with fingers; a mitten."""
    if kind == "mitten":
        s.line("34,40 4,60", (24, 20), "main-", round=8)
        s.poly("26,28 22,70 30,96 50,104 70,96 78,70 74,28", "main", smooth=True, round=14)
        s.poly("50,84 40,74 36,66 42,60 50,66 50,66 58,60 64,66 60,74", "cream", smooth=True, clip=True)
    else:
        s.line("34,40 8,66", 17, "main-", round=7)
        for x, top in ((31, 92), (45, 104), (59, 102), (72, 86)):
            s.line([(x + (52 - x) * 0.1, 54), (x, top)], 14.5, "main", round=6)
        s.poly("26,26 24,64 78,64 76,26", "main", smooth=False, round=6, contact=0)
    s.box(20, 8, 80, 32, "cream", 6, round=6)
    s.lines([[(26 + 8 * k, 10), (26 + 8 * k, 30)] for k in range(7)], 1.8, "cream--", clip=True, opacity=0.6)


def sock(s: Sketch, kind: str = "sock") -> None:
    """A sock with stripes; a slipper; a sandal."""
    if kind == "slipper":
        s.box(-2, 0, 106, 10, "#8a5a3c", 5)
        s.poly("-2,8 -4,26 14,32 44,28 66,46 92,40 106,22 104,8", "main", smooth=True, round=9)
        s.poly("-2,22 8,32 30,32 46,26 40,20 14,18", "cream", smooth=True, round=4)
        s.disc(76, 44, 10, "cream")
        return
    if kind == "sandal":
        s.poly("-4,6 -4,14 50,12 106,14 108,6 104,0 0,0", "main-", smooth=True, round=4)
        s.line("-2,14 4,44 26,42 36,14", 6, "main", smooth=True)
        s.line("4,32 30,34", 6, "main")
        s.line("56,12 70,32 96,28 104,12", 9, "main", smooth=True)
        s.disc(20, 40, 4, "yellow")
        return
    s.poly("22,110 60,110 58,52 72,34 96,22 102,6 88,-4 54,0 30,14 22,44", "main", smooth=False, round=12)
    for y in (58, 78):
        s.box(0, y, 110, y + 9, "cream", clip=True)
    s.disc(94, 6, 17, "cream", clip=True)
    s.disc(26, 14, 17, "cream", clip=True)
    s.box(18, 96, 64, 114, "cream", 5, round=5)


def belt(s: Sketch, kind: str = "belt") -> None:
    """A belt with its buckle; a tie; a zip; braces."""
    if kind == "tie":
        s.poly("40,100 60,100 74,22 50,-6 26,22", "main", round=7)
        for k in range(6):
            s.line([(10, 2 + 20 * k), (90, 26 + 20 * k)], 5, "cream", clip=True)
        s.poly("32,124 68,124 60,98 40,98", "main-", round=5)
        return
    if kind == "zip":
        for side in (-1, 1):
            s.poly(
                [
                    (50 + side * 4, 0),
                    (50 + side * 4, 66),
                    (50 + side * 16, 110),
                    (50 + side * 34, 110),
                    (50 + side * 30, 0),
                ],
                "main",
                round=4,
            )
        s.lines(
            [[(43 + 7 * (k % 2), 4 + 4 * k), (50 + 7 * (k % 2), 4 + 4 * k)] for k in range(16)], 2.6, "#c8ccd4", round=1
        )
        for side in (-1, 1):
            s.lines(
                [[(50 + side * (4 + 3.4 * k), 72 + 9 * k), (50 + side * (9 + 3.4 * k), 70 + 9 * k)] for k in range(5)],
                2.6,
                "#c8ccd4",
                round=1,
            )
        s.box(41, 58, 59, 76, "#d9a93c", 4)
        s.line("50,60 50,38", 7, "#d9a93c", round=3)
        return
    s.disc(60, 40, 58, "main-", ry=27)
    s.disc(60, 44, 48, "main---", ry=19, flat=True)
    t = np.linspace(np.pi, 2 * np.pi, 25)
    outer = np.stack([60 + 58 * np.cos(t), 40 + 27 * np.sin(t)], -1)
    inner = np.stack([60 + 58 * np.cos(t[::-1]), 22 + 27 * np.sin(t[::-1])], -1)
    s.poly(np.concatenate([outer, inner]), "main", round=5)
    s.discs([(86 + 7 * k, 8 + 3.4 * k, 1.8) for k in range(3)], "main---", flat=True)
    s.box(44, -10, 74, 18, "yellow", 4)
    s.box(50, -4, 68, 12, "main-", 2, flat=True)
    s.line("47,4 64,4", 3.4, "yellow-")


def helmet(s: Sketch, kind: str = "helmet") -> None:
    """A bicycle helmet; a knight's helmet; sunglasses; a wig."""
    if kind == "sunglasses":
        for x in (24, 92):
            s.poly(
                [(x - 26, 56), (x + 26, 56), (x + 22, 28), (x + 8, 20), (x - 10, 20), (x - 22, 30)],
                "main",
                smooth=True,
                round=5,
            )
            s.poly(
                [(x - 20, 52), (x + 20, 52), (x + 16, 31), (x + 6, 25), (x - 8, 25), (x - 17, 33)],
                "#3d3a4c",
                smooth=True,
                flat=True,
            )
            s.poly([(x - 15, 49), (x - 4, 50), (x - 12, 36)], "white", smooth=True, clip=True, opacity=0.5)
        s.line("46,50 58,55 70,50", 5, "main", smooth=True)
        for x, end in ((0, -8), (116, 124)):
            s.line([(x, 54), (end, 62)], 5, "main-")
        return
    if kind == "wig":
        s.poly("50,104 18,98 2,70 2,30 -8,4 14,-4 30,6 28,44 40,64 62,64 74,44 72,6 88,-4 110,4 100,30 100,70 84,98", "main", smooth=True, round=14)  # fmt: skip
        for side in (-1, 1):
            for k in range(3):
                at = [
                    (50 + side * 6, 100),
                    (50 + side * (24 + 8 * k), 80),
                    (50 + side * (28 + 8 * k), 44),
                    (50 + side * (26 + 10 * k), 8),
                ]
                s.line(at, 2.4, "main--", smooth=True, clip=True, opacity=0.5)
        return
    s.line("30,30 40,-2 62,-4 72,26", 4, "#4a4652", smooth=True)
    s.box(46, -9, 60, 1, "#c8ccd4", 2)
    s.poly("-2,26 0,52 20,80 56,88 92,74 108,46 106,26 106,26 70,32 40,24 -2,26", "main", smooth=True, round=15)
    for k in range(3):
        x = 30 + 23 * k
        s.poly([(x - 6, 44), (x - 4, 64), (x + 2, 73), (x + 7, 64), (x + 8, 44)], "#4a4652", smooth=True, clip=True)
    s.line("-4,28 40,26 70,33 108,29", 6, "cream", smooth=True)


PROPS: dict[str, Prop] = {
    "trousers": prop(trousers, 1.0, "#7a5f4a", "pants, slacks, leggings, trouser, pair of trousers", grip=(0.5, 0.05)),
    "jeans": prop(trousers, 1.0, "#4f719c", "blue jeans, pair of jeans, jean, dungarees", kind="jeans", grip=(0.5, 0.05)),
    "shorts": prop(trousers, 0.65, "red", "short trousers, swimming trunks, swimsuit, pair of shorts", kind="shorts", grip=(0.5, 0.1)),
    "skirt": prop(skirt, 0.7, "purple", "miniskirt, kilt, tutu", grip=(0.5, 0.08)),
    "apron": prop(skirt, 0.9, "#d9776a", "pinafore", kind="apron", grip=(0.5, 0.1)),
    "sweater": prop(sweater, 0.85, "red", "pullover, jumper, jersey, cardigan", grip=(0.5, 0.1)),
    "pyjamas": prop(sweater, 1.05, "blue", "pajamas, nightgown, nightdress, nightshirt", kind="pyjamas", grip=(0.5, 0.1)),
    "raincoat": prop(sweater, 1.15, "yellow", "mackintosh, oilskin, anorak", kind="raincoat", grip=(0.5, 0.15)),
    "jacket": prop(sweater, 0.9, "#4f6b8f", "blazer, waistcoat, vest", kind="jacket", grip=(0.5, 0.1)),
    "armour": prop(armour, 1.6, "#a9b0bc", "armor, suit of armour, suit of armor"),
    "glove": prop(glove, 0.45, "#8a5a3c", "", grip=(0.5, 0.9)),
    "mitten": prop(glove, 0.45, "red", "", kind="mitten", grip=(0.5, 0.9)),
    "sock": prop(sock, 0.45, "green", "stocking", grip=(0.4, 0.1)),
    "slipper": prop(sock, 0.35, "pink", "house shoe, clog", kind="slipper", grip=(0.2, 0.4)),
    "sandal": prop(sock, 0.35, "#a8703f", "flip flop", kind="sandal", grip=(0.2, 0.3)),
    "belt": prop(belt, 0.4, "#8a5a3c", "leather belt", grip=(0.1, 0.6)),
    "tie": prop(belt, 0.6, "blue", "necktie, bow tie", kind="tie", grip=(0.5, 0.1)),
    "zipper": prop(belt, 0.5, "red", "zip", kind="zip", grip=(0.5, 0.3)),
    "helmet": prop(helmet, 0.5, "red", "bicycle helmet, bike helmet, crash helmet, hard hat", grip=(0.5, 0.7), holds=True),
    "sunglasses": prop(helmet, 0.35, "red", "dark glasses, goggles, pair of sunglasses", kind="sunglasses", grip=(0.5, 0.6)),
    "wig": prop(helmet, 0.55, "#b5653f", "", kind="wig", grip=(0.5, 0.3)),
}  # fmt: skip
