"""What lies outside: brick, mud, sand, icicles, comet, starfish, seaweed, coral, straw, wheat, scarecrow, cave, igloo, hedge, planks."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import bricks, leaves
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def brick(s: Sketch, kind: str = "brick") -> None:
    """Two bricks; a plank; planks of wood."""
    if kind == "plank":
        for y, x in ((0, 0), (16, 8), (32, 2)):
            s.box(x, y, x + 116, y + 15, "main" + ("-" if y == 16 else ""), 2, round=4)
            s.lines(
                [[(x + 12, y + 5), (x + 60, y + 6)], [(x + 50, y + 10), (x + 104, y + 9)]], 1.2, "main--", clip=True
            )
        return
    for x, y in ((0, 0), (26, 44)):
        s.poly([(x, y), (x + 74, y), (x + 74, y + 34), (x, y + 34)], "main", round=4, contact=0.1)
        s.poly([(x + 74, y), (x + 100, y + 12), (x + 100, y + 46), (x + 74, y + 34)], "main-", round=3, contact=0.1)
        s.poly([(x, y + 34), (x + 74, y + 34), (x + 100, y + 46), (x + 28, y + 46)], "main+", round=3, contact=0.1)
        s.discs([(x + 12 + 19 * k, y + 10 + 9 * (k % 2), 2) for k in range(4)], "main--", flat=True, opacity=0.6)


def heap(s: Sketch, kind: str = "sand") -> None:
    """A heap of sand with a little spade; a puddle of mud; coal; a puddle of water."""
    if kind in ("mud", "puddle"):
        s.poly("-8,12 8,26 40,28 64,34 98,28 126,18 124,4 96,-8 50,-8 12,-4", "main", smooth=True, round=6)
        s.poly(
            "12,14 36,22 62,26 94,20 108,10 84,0 46,-1 20,4",
            "main-" if kind == "mud" else "main+",
            smooth=True,
            flat=True,
        )
        s.poly("30,12 50,18 70,17 52,9", "white", smooth=True, flat=True, opacity=0.35)
        s.poly("80,10 96,13 94,7", "white", smooth=True, flat=True, opacity=0.35)
        s.discs([(-2, 32, 5), (116, 30, 4), (134, 8, 4), (18, 36, 3)], "main", round=2)
        return
    if kind == "coal":
        for k in range(11):
            x, y = 12 + 19 * (k % 5) + 9 * (k // 5), 8 + 18 * (k // 5)
            s.poly([(x - 12, y - 2), (x - 6, y + 11), (x + 6, y + 12), (x + 13, y + 1), (x + 6, y - 10), (x - 7, y - 10)], "main" + ("+" if k % 3 == 0 else ""), round=3)  # fmt: skip
        return
    s.poly("-8,0 16,16 38,46 58,62 76,50 98,20 126,0", "main", smooth=True, round=14)
    spots = [(14 + (k * 31) % 92, 3 + (k * 13) % 16, 1.2) for k in range(20)] + [
        (40 + (k * 7) % 34, 24 + (k * 11) % 20, 1.2) for k in range(10)
    ]
    s.discs(spots, "main--", clip=True, opacity=0.5)
    s.line("88,30 112,82", 4.6, "wood")
    s.line("104,84 120,78", 5, "red")
    s.poly("74,22 92,34 98,22 88,4", "red", smooth=True, round=4)


def icicles(s: Sketch, kind: str = "icicle") -> None:
    """Icicles under an edge of snow; a comet with its tail; a snowflake is drawn elsewhere."""
    if kind == "comet":
        for width, tone, share in ((30, "main", 0.35), (20, "main+", 0.6), (10, "main+++", 0.8)):
            s.poly([(-6, 96), (84 - width * 0.55, 20 - width * 0.7), (84 + width * 0.6, 20 + width * 0.75)], tone, round=3, contact=0, opacity=share, glow=0.8)  # fmt: skip
        s.disc(84, 22, 21, "#f3d27a", round=9, glow=0.7)
        s.disc(86, 24, 13, "#fff0bf", flat=True, glow=0.9)
        return
    for x, low, wide in ((12, 38, 13), (34, -4, 17), (58, 26, 14), (82, 6, 17), (104, 46, 12)):
        s.poly(
            [
                (x - wide / 2, 100),
                (x + wide / 2, 100),
                (x + wide * 0.26, low + 26),
                (x, low),
                (x - wide * 0.26, low + 26),
            ],
            "main",
            round=5,
        )
        s.lines([[(x - wide * 0.16, 94), (x - wide * 0.08, low + 22)]], 2, "white", clip=True, opacity=0.9)
    s.poly(
        "-8,100 2,114 28,110 52,118 84,110 108,116 122,106 124,98 100,92 76,97 48,90 20,97",
        "snow",
        smooth=True,
        round=8,
    )


def starfish(s: Sketch) -> None:
    """A starfish."""
    a = np.pi / 2 + np.arange(10) * np.pi / 5 + 0.16
    reach = np.where(np.arange(10) % 2, 22, 54)
    s.poly(np.stack([50 + reach * np.cos(a), 50 + reach * np.sin(a)], -1), "main", smooth=True, round=13)
    for b in a[::2]:
        s.discs(
            [(50 + d * np.cos(b), 50 + d * np.sin(b), 3.6 - d * 0.045) for d in (8, 18, 28, 38)], "main++", clip=True
        )


def seaweed(s: Sketch, kind: str = "seaweed") -> None:
    """Seaweed that sways; a coral."""
    if kind == "coral":
        for at, width in (("50,-4 48,30 50,62 46,100", (17, 9)), ("49,22 24,44 14,82", (13, 8)), ("50,30 78,46 90,88", (13, 8)), ("22,48 2,58 -4,74", (9, 7)), ("80,50 100,54 108,70", (9, 7)), ("50,62 66,80 68,108", (9, 7)), ("47,70 32,86 30,106", (9, 7))):  # fmt: skip
            s.line(at, width, "main", smooth=True, round=4)
        s.discs(
            [(46, 60, 2), (52, 40, 2), (50, 18, 2), (30, 42, 2), (72, 44, 2), (86, 72, 2), (16, 70, 2)],
            "main++",
            flat=True,
        )
        s.poly("24,0 34,8 66,8 78,0 70,-8 32,-8", "stone-", smooth=True, round=4)
        return
    for k, x in enumerate((14, 36, 58, 80)):
        tall, lean = (86, 116, 102, 74)[k], (1, -1)[k % 2] * 9
        bends = [(x, 0.0), (x + lean, tall * 0.25), (x - lean, tall * 0.5), (x + lean, tall * 0.75), (x, tall)]
        s.line(bends, (13, 5), "main" + ("-" if k % 2 else ""), smooth=True, round=5)
        for j in (1, 2, 3):
            px, py = bends[j]
            s.poly(
                [(px, py), (px + 13 * (1 if j % 2 else -1), py + 11), (px + 3, py + 15)],
                "main" + ("-" if k % 2 else ""),
                smooth=True,
                round=3,
            )
    s.poly("0,0 20,10 74,10 98,0 80,-8 18,-8", "sand-", smooth=True, round=4)


def straw(s: Sketch, kind: str = "straw") -> None:
    """A bale of straw; a sheaf of wheat; grass."""
    if kind == "grass":
        for k in range(15):
            x, lean = 6 + 7 * k, (-16, 9, -4, 18, 2)[k % 5]
            s.poly([(x - 5, 0), (x + 5, 0), (x + lean * 0.5 + 2, 34), (x + lean, 50 + 11 * (k % 3)), (x + lean * 0.4 - 3, 30)], "main" + ("", "-", "+")[k % 3], smooth=True, round=3)  # fmt: skip
        return
    if kind == "wheat":
        for k in range(9):
            lean = -40 + 10 * k
            x, y = 50 + lean, 92 - abs(lean) * 0.3
            s.line([(50 + lean * 0.5, -4), (50, 34), (x, y - 16)], 3.4, "main-", smooth=True)
            for j in range(4):
                for side in (-1, 1):
                    s.disc(
                        x + lean * 0.08 * j + side * 4.4,
                        y - 14 + 9 * j,
                        4.6,
                        "main" + ("+" if side > 0 else ""),
                        ry=6.6,
                        round=2,
                    )
            s.disc(x + lean * 0.34, y + 22, 4, "main+", ry=7, round=2)
        s.box(36, 28, 64, 38, "red", 4)
        return
    s.box(0, 0, 118, 66, "main", 8, round=10)
    strands = [(4 + (k * 37) % 104, 4 + (k * 17) % 58) for k in range(46)]
    s.lines(
        [[(x, y), (x + 11, y + 3 - 6 * (k % 2))] for k, (x, y) in enumerate(strands)],
        1.6,
        "main--",
        clip=True,
        opacity=0.6,
    )
    s.lines([[(x, y), (x + 10, y + 2)] for x, y in strands[::2]], 1.4, "main++", clip=True)
    for x in (32, 86):
        s.line([(x, -1), (x, 67)], 3.6, "#b5543f", round=1)
    s.lines([[(k * 13, 64), (k * 13 - 6 + 3 * (k % 4), 73)] for k in range(1, 9)], 1.8, "main-")


def scarecrow(s: Sketch) -> None:
    """A scarecrow on its pole."""
    s.line("50,-14 50,60", 6, "wood-")
    s.line("-8,66 108,66", 6, "wood-")
    for side in (-1, 1):
        for k in (-1, 0, 1):
            s.line([(50 + side * 48, 66), (50 + side * 62, 66 + 7 * k)], 2.2, "#dcb54e")
        s.poly(
            [(50 + side * 14, 76), (50 + side * 50, 74), (50 + side * 49, 56), (50 + side * 16, 52)], "main-", round=6
        )
        s.lines([[(50 + side * 12 + k, 4), (50 + side * 12 + k * 1.6, -8)] for k in (-6, 0, 6)], 2.2, "#dcb54e")
    s.poly("34,78 66,78 72,2 28,2", "main", round=9)
    s.box(38, 26, 54, 42, "yellow", 1)
    s.lines([[(38, 26), (36, 22)], [(54, 42), (57, 45)]], 1.4, "#4a3440")
    s.line("30,16 70,16", 4, "#cfa869", clip=True)
    s.disc(50, 96, 21, "#e3c894")
    s.discs([(42, 98, 3), (58, 98, 3)], "#4a3440", flat=True)
    s.poly("50,96 46,89 54,89", "orange", flat=True)
    s.line("40,86 50,82 60,86", 1.8, "#4a3440", smooth=True, flat=True)
    s.poly("16,106 30,112 36,132 58,136 66,112 84,106 50,100", "#8a5a3c", smooth=False, round=6)
    s.line("32,112 67,112", 4, "red", round=1)


def cave(s: Sketch, kind: str = "cave") -> None:
    """The mouth of a cave in a rock; a tunnel with rails; an igloo; a hedge."""
    if kind == "hedge":
        s.box(0, 0, 138, 56, "leaf-", 10, round=10)
        leaves(
            s,
            [(12 + 19 * k, 44 + 3 * (k % 2), 15) for k in range(7)] + [(10 + 23 * k, 20, 17) for k in range(6)],
            "main",
            60,
        )
        return
    if kind == "igloo":
        t = np.linspace(0, np.pi, 33)
        s.poly(np.stack([62 + 62 * np.cos(t), 66 * np.sin(t)], -1), "main", round=20)
        for r in (18, 36, 52):
            s.lines([[(-6, r), (130, r)]], 1.6, "#9fb4cc", clip=True, opacity=0.8)
            s.lines(
                [[(10 + 22 * k + r % 11, r), (10 + 22 * k + r % 11, r - 18)] for k in range(6)],
                1.6,
                "#9fb4cc",
                clip=True,
                opacity=0.8,
            )
        u = np.linspace(0, np.pi, 21)
        s.poly(np.stack([108 + 26 * np.cos(u), 34 * np.sin(u)], -1), "main-", round=8)
        s.poly(np.stack([112 + 17 * np.cos(u), 25 * np.sin(u)], -1), "#3f5a78", flat=True)
        s.poly("-10,0 6,8 120,8 142,0 120,-6 10,-6", "snow", smooth=True, round=4)
        return
    s.poly("-6,0 0,46 18,84 46,92 70,110 104,96 124,60 136,30 140,0", "main", smooth=False, round=16)
    s.poly("-6,0 0,46 18,84 30,60 24,26 30,0", "main-", clip=True, opacity=0.5)
    s.poly("96,96 124,60 140,0 118,0 112,50", "main+", clip=True, opacity=0.6)
    s.lines([[(46, 92), (52, 78)], [(104, 96), (98, 80), (104, 68)], [(14, 40), (20, 30)]], 2, "main--", clip=True)
    t = np.linspace(0, np.pi, 25)
    mouth = np.stack([66 + 34 * np.cos(t), 22 + 38 * np.sin(t)], -1)
    if kind == "tunnel":
        s.poly(
            np.concatenate(
                [[(110, 0), (110, 22)], np.stack([66 + 44 * np.cos(t), 22 + 48 * np.sin(t)], -1), [(22, 22), (22, 0)]]
            ),
            "stone+",
            round=5,
        )
        bricks(s, 20, 0, 112, 74, 8)
    s.poly(np.concatenate([[(100, 0)], mouth, [(32, 0)]]), "#3a2f38", flat=True)
    s.poly(
        np.concatenate([[(92, 0)], np.stack([66 + 24 * np.cos(t), 18 + 28 * np.sin(t)], -1), [(40, 0)]]),
        "#241d26",
        flat=True,
    )
    if kind == "tunnel":
        for k in range(4):
            s.line([(44 - 4 * k + 14, 12 - 7 * k), (88 + 4 * k - 14, 12 - 7 * k)], 3.4, "wood-")
        s.lines([[(60, 14), (44, -14)], [(72, 14), (88, -14)]], 3, "#aab2bc")
        return
    for x in (8, 118):
        s.poly([(x - 14, 0), (x - 8, 16), (x + 6, 18), (x + 16, 0)], "main-", smooth=True, round=5)
    for x in (28, 108):
        s.poly([(x - 8, 0), (x - 5, 14), (x, 4), (x + 2, 18), (x + 5, 4), (x + 10, 12), (x + 9, 0)], "leaf")


PROPS: dict[str, Prop] = {
    "brick": prop(brick, 0.45, "brick", "", grip=(0.5, 0.6)),
    "plank": prop(brick, 0.4, "wood", "planks, wooden board, piece of wood, timber, lumber", kind="plank", grip=(0.5, 0.5)),
    "sand": prop(heap, 0.5, "sand", "heap of sand, pile of sand", seat=0.45),
    "mud": prop(heap, 0.35, "#8a6648", "mud puddle, muddy puddle, puddle of mud", kind="mud"),
    "puddle": prop(heap, 0.35, "#7fb4cc", "water puddle, puddle of water", kind="puddle"),
    "coal": prop(heap, 0.4, "black", "charcoal, lump of coal", kind="coal", grip=(0.5, 0.6)),
    "icicle": prop(icicles, 0.6, "#cfe6f2", "icicles"),
    "comet": prop(icicles, 0.9, "#8fb4e0", "meteor, meteorite", kind="comet"),
    "starfish": prop(starfish, 0.45, "orange", "sea star", grip=(0.5, 0.6)),
    "seaweed": prop(seaweed, 0.8, "#4f8f6a", "kelp, alga", grip=(0.5, 0.8)),
    "coral": prop(seaweed, 0.7, "#e0776a", "coral reef", kind="coral"),
    "straw": prop(straw, 0.6, "#e3bd5c", "bale of straw, straw bale, hay bale, bale of hay, hay", seat=0.05),
    "wheat": prop(straw, 0.75, "#e0b44e", "sheaf of wheat, ear of wheat, barley, oat, rye", kind="wheat", grip=(0.5, 0.8)),
    "weed": prop(straw, 0.4, "#7fae4a", "tuft of grass", kind="grass", grip=(0.5, 0.9)),
    "scarecrow": prop(scarecrow, 1.5, "#7a8fb0", ""),
    "cave": prop(cave, 1.9, "rock", "cavern, den, lair, grotto"),
    "tunnel": prop(cave, 1.9, "#8fae6a", "railway tunnel, underpass", kind="tunnel"),
    "igloo": prop(cave, 1.3, "#e6f0f8", "snow house, snow hut", kind="igloo"),
    "hedge": prop(cave, 0.9, "leaf", "hedgerow", kind="hedge"),
}  # fmt: skip
