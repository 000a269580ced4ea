"""What hands use: tools, arms, keys, books and letters, music."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import flame
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def tool(s: Sketch, kind: str = "axe") -> None:
    """Axe, hammer, spade, rake, broom, pitchfork: a handle with a head."""
    tall = 84 if kind in ("axe", "hammer") else 112
    s.line([(50, 0), (50, tall)], 8 if tall < 90 else 5.4, "wood")
    if kind == "axe":
        s.poly(
            [(42, 88), (58, 88), (62, 80), (88, 92), (88, 92), (96, 72), (88, 48), (88, 48), (62, 62), (42, 60)],
            "main",
            smooth=True,
            round=5,
        )
        s.line([(89, 90), (95, 72), (89, 50)], 3.4, "main++", smooth=True)
    elif kind == "hammer":
        s.poly([(22, 66), (70, 66), (92, 78), (70, 92), (22, 92)], "main", round=6)
        s.box(14, 62, 30, 96, "main-", 3)
    elif kind == "spade":
        s.poly([(32, 44), (68, 44), (66, 14), (50, -10), (34, 14)], "main", round=8)
        s.line([(38, 112), (62, 112)], 7, "wood-")
    elif kind == "rake":
        s.box(22, 6, 78, 14, "main", 2)
        for x in range(26, 80, 12):
            s.line([(x, 8), (x, -10)], 4, "main")
    elif kind == "pitchfork":
        s.line([(30, 118), (30, 92), (50, 80), (70, 92), (70, 118)], 4.6, "main", smooth=True)
        s.line([(50, 82), (50, 122)], 4.6, "main")
    elif kind == "broom":
        s.poly([(40, 34), (60, 34), (78, -16), (22, -16)], "main", round=6)
        s.lines([[(50 + k, 34), (50 + k * 3.2, -16)] for k in range(-8, 9, 3)], 1.2, "main--", clip=True, opacity=0.6)
        s.box(37, 28, 63, 38, "red", 3)


def saw(s: Sketch) -> None:
    """A hand saw."""
    teeth = [(100 - 7 * k + 3.5 * j, 16 - 5 * j) for k in range(14) for j in (0, 1)]
    s.poly([(0, 44), (0, 34), *teeth[::-1], (104, 44)], "grey+", round=4)
    s.ring(116, 32, 22, 9, "main", ry=24)


def sword(s: Sketch, long: float = 116) -> None:
    """A sword; a dagger is a short one."""
    s.poly([(44, 32), (56, 32), (55, long - 12), (50, long), (45, long - 12)], "#cfd6de", round=3)
    s.lines([[(50, 34), (50, long - 14)]], 1.6, "#8f98a6", clip=True)
    s.line([(50, 6), (50, 30)], 8, "main")
    s.line([(30, 32), (70, 32)], 7, "yellow")
    s.disc(50, 2, 7, "yellow")


def shield(s: Sketch) -> None:
    """A shield with a cross and a rim."""
    at = [
        (0, 100),
        (0, 100),
        (50, 106),
        (100, 100),
        (100, 100),
        (98, 54),
        (80, 22),
        (50, 0),
        (50, 0),
        (20, 22),
        (2, 54),
    ]
    s.poly(at, "grey", smooth=True, round=8)
    s.poly([(50 + (x - 50) * 0.88, 54 + (y - 54) * 0.88) for x, y in at], "main", smooth=True, round=10, contact=0)
    s.lines([[(50, 0), (50, 110)], [(0, 64), (100, 64)]], 13, "cream", clip=True)
    s.disc(50, 64, 11, "yellow")


def bow(s: Sketch) -> None:
    """A bow with an arrow."""
    s.lines([[(20, 4), (20, 100)]], 1.4, "cream--")
    s.line([(20, 2), (44, 20), (56, 52), (44, 84), (20, 102)], 6, "main", smooth=True)
    s.line([(4, 52), (92, 52)], 2.8, "wood+")
    s.poly([(90, 44), (106, 52), (90, 60)], "grey")
    s.poly([(-4, 60), (12, 60), (18, 52), (12, 44), (-4, 44), (2, 52)], "red")


def crown(s: Sketch) -> None:
    """A crown with stones."""
    s.poly([(6, 10), (0, 70), (24, 42), (50, 84), (76, 42), (100, 70), (94, 10)], "main", round=9)
    for x, y in ((0, 73), (50, 87), (100, 73)):
        s.disc(x, y, 7, "main+")
    s.box(3, 4, 97, 20, "main-", 4)
    for x, tone in ((22, "blue"), (50, "red"), (78, "green")):
        s.disc(x, 12, 6, tone)


def ring(s: Sketch) -> None:
    """A ring with a stone."""
    s.ring(40, 36, 36, 8, "main", round=4)
    s.poly([(24, 74), (56, 74), (64, 86), (54, 98), (26, 98), (16, 86)], "#7fd0e0", round=6)
    s.poly([(24, 74), (40, 86), (56, 74)], "#c8f0f4", clip=True, opacity=0.7)
    s.lines([[(16, 86), (64, 86)]], 1.4, "white", clip=True)


def key(s: Sketch) -> None:
    """An old key."""
    s.ring(22, 60, 22, 9, "main")
    s.line([(42, 60), (112, 60)], 8, "main")
    s.box(88, 36, 96, 60, "main", 1)
    s.box(102, 40, 110, 60, "main", 1)


def coin(s: Sketch, kind: str = "coin") -> None:
    """A gold coin; a bell; a gem."""
    if kind == "bell":
        s.ring(50, 100, 11, 4.4, "main-")
        s.disc(50, 6, 11, "main--")
        s.poly(
            [(50, 96), (26, 84), (20, 40), (2, 14), (2, 14), (98, 14), (98, 14), (80, 40), (74, 84)],
            "main",
            smooth=True,
            round=16,
        )
        s.box(0, 8, 100, 18, "main-", 5)
        return
    if kind == "gem":
        s.poly([(20, 80), (80, 80), (104, 52), (50, 0), (-4, 52)], "main", round=8)
        s.poly([(20, 80), (34, 52), (50, 80), (66, 52), (80, 80)], "main++", clip=True, opacity=0.7)
        s.lines([[(-4, 52), (104, 52)], [(34, 52), (50, 0), (66, 52)]], 1.8, "main+++", clip=True)
        return
    s.disc(50, 50, 50, "main-")
    s.disc(50, 51, 43, "main+", contact=0)
    a = np.pi / 2 + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 11, 24)
    s.poly(np.stack([50 + reach * np.cos(a), 50 + reach * np.sin(a)], -1), "main-", round=3)


def paper(s: Sketch, kind: str = "letter") -> None:
    """A letter in its envelope, a map, a scroll, a newspaper."""
    if kind == "letter":
        s.box(0, 0, 104, 70, "main", 2, round=4)
        s.lines([[(0, 0), (44, 38)], [(104, 0), (60, 38)]], 1.8, "main--", clip=True, opacity=0.6)
        s.poly([(0, 70), (104, 70), (52, 26)], "main+", round=3, contact=0.4)
        s.disc(52, 30, 9, "red")
        return
    if kind == "scroll":
        s.box(10, 8, 80, 92, "main", 1)
        s.lines(
            [[(22, y), (22 + w, y)] for y, w in ((76, 44), (64, 36), (52, 46), (40, 30), (28, 40))],
            3,
            "wood--",
            opacity=0.6,
        )
        for y in (6, 94):
            s.box(2, y - 8, 88, y + 8, "main-", 8)
        return
    for k in range(4):
        s.poly(
            [
                (k * 28, 4 * (k % 2)),
                (k * 28 + 28, 4 * ((k + 1) % 2)),
                (k * 28 + 28, 76 + 4 * ((k + 1) % 2)),
                (k * 28, 76 + 4 * (k % 2)),
            ],
            "main" if k % 2 else "main+",
            round=2,
            contact=0,
        )
    if kind == "newspaper":
        s.lines([[(10, 66), (100, 66)]], 8, "#4a4652", opacity=0.8)
        s.lines(
            [[(10, y), (48, y)] for y in range(14, 56, 8)] + [[(62, y), (102, y)] for y in range(14, 30, 8)],
            2,
            "#4a4652",
            opacity=0.5,
        )
        s.box(62, 34, 102, 56, "grey", 0, flat=True)
        return
    s.poly([(8, 48), (30, 70), (52, 62), (44, 40), (20, 34)], "leaf+", smooth=True, flat=True)
    s.poly([(68, 66), (104, 72), (104, 40), (84, 44)], "#8fc4d8", smooth=True, flat=True)
    s.lines(
        [[(16 + k * 13, 22 + 7 * (k % 2) + 2 * k), (23 + k * 13, 25 + 7 * (k % 2) + 2 * k)] for k in range(5)],
        2.6,
        "#7a4a3c",
    )
    s.lines([[(82, 22), (98, 36)], [(98, 22), (82, 36)]], 5, "red")


def book(s: Sketch, opened: bool = False) -> None:
    """A book, closed or open."""
    if opened:
        s.poly([(-4, 6), (50, 0), (104, 6), (104, 62), (50, 54), (-4, 62)], "main", round=4)
        for side in (-1, 1):
            s.poly(
                [
                    (50, 6),
                    (50 + side * 24, 16),
                    (50 + side * 50, 12),
                    (50 + side * 50, 66),
                    (50 + side * 24, 70),
                    (50, 60),
                ],
                "cream",
                round=4,
            )
            s.lines(
                [[(50 + side * 10, y), (50 + side * 42, y + 3)] for y in (24, 32, 40, 48, 56)],
                1.8,
                "wood--",
                clip=True,
                opacity=0.5,
            )
        return
    s.poly([(12, 0), (84, 0), (92, 10), (92, 16), (12, 16)], "main-")
    s.box(14, 4, 88, 16, "white", 1, flat=True)
    s.lines([[(14, 8), (88, 8)], [(14, 12), (88, 12)]], 0.8, "grey", clip=True)
    s.box(8, 10, 84, 106, "main", 3, round=6)
    s.box(8, 10, 20, 106, "main-", clip=True)
    s.box(30, 62, 74, 88, "cream", 2)
    s.lines([[(38, 79), (66, 79)], [(42, 71), (62, 71)]], 2.4, "wood--", opacity=0.7)
    s.disc(52, 38, 10, "yellow")


def torch(s: Sketch) -> None:
    """A burning torch."""
    flame(s, 40, 62, 52, 0.72)
    s.poly([(26, 74), (54, 74), (46, 0), (36, 0)], "main", round=5)
    s.box(24, 64, 56, 76, "main--", 3)


def drum(s: Sketch) -> None:
    """A drum with two sticks."""
    s.line([(10, 96), (56, 66)], 5, "wood+")
    s.line([(100, 98), (62, 66)], 5, "wood+")
    s.poly([(0, 60), (104, 60), (104, 8), (80, -2), (24, -2), (0, 8)], "main", round=9)
    s.lines([[(4 + 16 * k, 8), (12 + 16 * k, 54), (20 + 16 * k, 8)] for k in range(6)], 2, "cream", clip=True)
    s.box(-2, 0, 106, 8, "yellow-", clip=True)
    s.disc(52, 60, 53, "yellow", ry=12)
    s.disc(52, 62, 47, "#f6ecd6", ry=9, contact=0)


def flute(s: Sketch) -> None:
    """A flute."""
    s.line([(2, 10), (110, 64)], 11, "main")
    s.discs([(44 + 11 * k, 32 + 5.5 * k, 2.4) for k in range(6)], "black", flat=True)
    for a in ((20, 19), (34, 26), (102, 60)):
        s.line([(a[0] - 2.4, a[1] + 5), (a[0] + 2.4, a[1] - 5)], 3, "yellow")


def violin(s: Sketch, kind: str = "violin") -> None:
    """A violin with its bow; a guitar."""
    s.line([(40, 50), (40, 122)], 7, "#5a3c34")
    s.line([(34, 118), (46, 118)], 6, "#5a3c34")
    s.poly(
        [
            (40, 76),
            (20, 70),
            (16, 56),
            (22, 44),
            (6, 28),
            (10, 6),
            (40, -4),
            (70, 6),
            (74, 28),
            (58, 44),
            (64, 56),
            (60, 70),
        ],
        "main",
        smooth=True,
        round=10,
    )
    if kind == "guitar":
        s.disc(40, 40, 11, "#4a3028", flat=True)
        s.box(26, 8, 54, 14, "#4a3028", 1, flat=True)
    else:
        for side in (-1, 1):
            s.line([(40 + side * 14, 46), (40 + side * 12, 36), (40 + side * 16, 26)], 2, "#4a3028", smooth=True)
        s.box(30, 28, 50, 32, "cream", 1, flat=True)
        s.line([(84, 0), (96, 110)], 3, "wood-")
        s.lines([[(88, 2), (99, 108)]], 1.2, "white")
    s.lines([[(40 + k, 10), (40 + k * 0.7, 116)] for k in (-2.4, 0, 2.4)], 0.8, "cream")


def spoon(s: Sketch, kind: str = "spoon") -> None:
    """Spoon, fork, knife."""
    s.line([(50, 0), (50, 70)], (9, 5), "main")
    if kind == "spoon":
        s.disc(50, 88, 18, "main", ry=24)
        s.disc(50, 89, 12, "main-", ry=17, flat=True)
    elif kind == "fork":
        s.poly([(34, 84), (36, 70), (50, 62), (64, 70), (66, 84)], "main")
        for x in (36, 45.5, 54.5, 64):
            s.line([(x, 80), (x, 112)], 4.4, "main")
    else:
        s.poly([(44, 48), (56, 48), (60, 90), (54, 116), (44, 112)], "#cfd6de", round=3)
        s.line([(50, 0), (50, 44)], 11, "main")


def telescope(s: Sketch) -> None:
    """A telescope of brass on three legs."""
    for x in (20, 50, 82):
        s.line([(52, 58), (x, 0)], 5, "wood-")
    for a, b, w, tone in (
        ((8, 44), (40, 58), 15, "main-"),
        ((34, 55), (70, 71), 21, "main"),
        ((64, 68), (104, 86), 28, "main+"),
    ):
        s.line([a, b], w, tone, round=6)
    s.disc(110, 88, 6, "#8fc4d8", ry=13)
    s.disc(52, 60, 6, "wood--")


def bone(s: Sketch) -> None:
    """A bone with two knobs at each end."""
    s.line([(14, 12), (96, 40)], 13, "main", round=5)
    for x, y in ((8, 18), (14, 4), (96, 48), (102, 34)):
        s.disc(x, y, 10, "main", round=6)


def tooth(s: Sketch) -> None:
    """A tooth with two roots."""
    s.poly(
        [
            (14, 84),
            (30, 98),
            (50, 92),
            (70, 98),
            (86, 84),
            (84, 52),
            (74, 4),
            (64, 6),
            (58, 40),
            (42, 40),
            (36, 6),
            (26, 4),
            (16, 52),
        ],
        "main",
        smooth=True,
        round=9,
    )


PROPS: dict[str, Prop] = {
    "tooth": prop(tooth, 0.3, "#fbf8f0", "milk tooth", grip=(0.5, 0.5)),
    "bone": prop(bone, 0.35, "#f1e8d2", "dog bone", grip=(0.5, 0.5)),
    "axe": prop(tool, 0.8, "#aab2bc", "ax, hatchet", grip=(0.2, 0.85)),
    "hammer": prop(tool, 0.72, "#7f8792", "mallet", grip=(0.46, 0.8), kind="hammer"),
    "spade": prop(tool, 1.2, "#8f98a6", "shovel", grip=(0.5, 0.2), kind="spade"),
    "rake": prop(tool, 1.2, "#8f5a4a", "", grip=(0.5, 0.3), kind="rake"),
    "pitchfork": prop(tool, 1.3, "#6f7480", "hayfork", grip=(0.5, 0.7), kind="pitchfork"),
    "broom": prop(tool, 1.2, "#dcb05c", "broomstick, besom", grip=(0.5, 0.3), seat=0.3, kind="broom"),
    "saw": prop(saw, 0.6, "#b5653f", "handsaw", grip=(0.88, 0.5)),
    "sword": prop(sword, 1.1, "#8a3f3a", "blade, sabre", grip=(0.5, 0.85)),
    "dagger": prop(sword, 0.6, "#5a3c34", "short sword", grip=(0.5, 0.8), long=76),
    "shield": prop(shield, 0.95, "blue", "", grip=(0.5, 0.5)),
    "bow": prop(bow, 1.0, "#9a6238", "bow and arrow, longbow", grip=(0.55, 0.5)),
    "crown": prop(crown, 0.6, "yellow", "tiara, diadem", grip=(0.5, 0.9)),
    "ring": prop(ring, 0.42, "yellow", "golden ring, wedding ring", grip=(0.5, 0.95)),
    "key": prop(key, 0.42, "#d9a93c", "golden key, iron key", grip=(0.15, 0.4)),
    "coin": prop(coin, 0.42, "yellow", "gold coin, penny, gold piece", grip=(0.5, 0.5)),
    "bell": prop(coin, 0.6, "#e0ae3e", "hand bell, church bell", grip=(0.5, 0.05), kind="bell"),
    "gem": prop(coin, 0.45, "#56b8d0", "gem stone, jewel, diamond, precious stone, crystal", grip=(0.5, 0.5), kind="gem"),
    "letter": prop(paper, 0.5, "cream", "envelope, note, invitation", grip=(0.5, 0.9)),
    "map": prop(paper, 0.6, "#ecd3a0", "treasure map", grip=(0.05, 0.5), kind="map"),
    "scroll": prop(paper, 0.65, "#ecd9ac", "parchment", grip=(0.5, 0.95), kind="scroll"),
    "newspaper": prop(paper, 0.65, "white", "", grip=(0.05, 0.5), kind="newspaper"),
    "book": prop(book, 0.6, "blue", "storybook, diary", grip=(0.5, 0.9)),
    "open book": prop(book, 0.6, "red", "spell book, magic book", grip=(0.5, 0.95), opened=True),
    "torch": prop(torch, 0.9, "wood", "burning torch", grip=(0.5, 0.8)),
    "drum": prop(drum, 0.72, "red", "", grip=(0.5, 0.9)),
    "flute": prop(flute, 0.6, "wood", "", grip=(0.4, 0.6)),
    "violin": prop(violin, 0.95, "#b5653f", "fiddle", grip=(0.4, 0.3)),
    "guitar": prop(violin, 1.1, "#d08a48", "", grip=(0.5, 0.3), kind="guitar"),
    "spoon": prop(spoon, 0.5, "#c2a070", "ladle, wooden spoon", grip=(0.5, 0.8)),
    "fork": prop(spoon, 0.5, "#a9b0ba", "", grip=(0.5, 0.8), kind="fork"),
    "knife": prop(spoon, 0.5, "#7a5238", "bread knife", grip=(0.5, 0.85), kind="knife"),
    "telescope": prop(telescope, 1.2, "#c99a3e", "spyglass"),
}  # fmt: skip
