"""Clothes and toys."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import wheel
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def umbrella(s: Sketch) -> None:
    """An open umbrella."""
    s.line([(50, 96), (50, 12), (46, 2), (36, 2), (34, 12)], 4, "#5a3c34", smooth=True)
    t = np.linspace(np.pi, 0, 30)
    hem = [(100 - 25 * k - 25 * a, 52 + 7 * np.sin(np.pi * a)) for k in range(4) for a in np.linspace(0, 1, 8)]
    s.poly(np.concatenate([np.stack([50 + 50 * np.cos(t), 52 + 46 * np.sin(t)], -1), hem]), "main", round=12)
    s.lines([[(50, 98), (25, 54)], [(50, 98), (75, 54)], [(50, 98), (50, 54)]], 1.4, "main--", clip=True, opacity=0.5)
    s.line([(50, 96), (50, 104)], 3, "#5a3c34")


def hat(s: Sketch, kind: str = "hat") -> None:
    """A hat with a brim and a ribbon; a top hat; a woollen cap."""
    if kind == "cap":
        s.disc(50, 84, 13, "cream")
        s.poly([(8, 24), (12, 60), (34, 80), (66, 80), (88, 60), (92, 24)], "main", smooth=True, round=14)
        s.box(2, 8, 98, 32, "cream", 8)
        s.lines([[(x, 10), (x, 30)] for x in range(12, 96, 10)], 1.4, "cream--", clip=True, opacity=0.5)
        return
    s.disc(60, 12, 62, "main-", ry=13)
    top = 84 if kind == "top" else 58
    s.poly(
        [(26, 14), (24, top), (34, top + 6), (86, top + 6), (96, top), (94, 14), (60, 8)],
        "main",
        smooth=kind == "hat",
        round=12,
    )
    s.box(20, 13, 100, 27, "red" if kind == "top" else "cream", clip=True)


def shoe(s: Sketch, kind: str = "shoe") -> None:
    """A shoe with laces; a pair of boots."""
    for x in (34, 0) if kind == "boots" else (0,):
        high = 88 if kind == "boots" else 46
        s.poly(
            [
                (x + 4, 6),
                (x + 6, high),
                (x + 6, high),
                (x + 40, high),
                (x + 40, high),
                (x + 42, 36),
                (x + 76, 26),
                (x + 86, 6),
                (x + 86, 6),
                (x + 4, 6),
            ],
            "main",
            smooth=True,
            round=10,
        )
        s.box(x, 0, x + 88, 8, "#4a3440", 3)
        s.box(x, 0, x + 26, 12, "#4a3440", 2)
        if kind == "boots":
            s.box(x + 3, high - 10, x + 43, high + 2, "main+", 4)
        else:
            s.lines([[(x + 34 + 8 * k, 40 - 4 * k), (x + 42 + 8 * k, 46 - 5 * k)] for k in range(3)], 3.2, "cream")


def scarf(s: Sketch) -> None:
    """A scarf with stripes and fringes."""
    for x, low in ((30, 6), (58, -8)):
        s.lines([[(x + 4 * k, low), (x + 4 * k, low - 9)] for k in range(6)], 2, "main-")
        s.poly([(x + 4, 60), (x + 22, 60), (x + 22, low), (x - 2, low)], "main", round=6, contact=0.4)
        for y in (low + 6, low + 22):
            s.box(x - 6, y, x + 30, y + 7, "cream", clip=True)
    s.poly(
        [(4, 74), (20, 90), (52, 94), (84, 88), (98, 74), (84, 56), (52, 50), (20, 56)], "main", smooth=True, round=12
    )
    s.poly([(18, 76), (34, 84), (66, 84), (82, 76), (66, 70), (34, 70)], "main--", smooth=True, flat=True)


def coat(s: Sketch, kind: str = "coat") -> None:
    """A coat with buttons; a dress; a shirt."""
    low = 34 if kind == "shirt" else 0
    for side in (-1, 1):
        s.poly(
            [
                (50 + side * 20, 98),
                (50 + side * 34, 88),
                (50 + side * 54, 46),
                (50 + side * 38, 38),
                (50 + side * 22, 70),
            ],
            "main-",
            round=7,
        )
    flare = 44 if kind == "dress" else 30
    s.poly(
        [(32, 100), (68, 100), (76, 84), (70, 58), (50 + flare, low), (50 - flare, low), (30, 58), (24, 84)],
        "main",
        round=10,
    )
    if kind == "dress":
        s.box(20, 54, 80, 61, "cream", clip=True)
        s.box(0, 0, 100, 7, "cream", clip=True)
    else:
        s.lines([[(50, low), (50, 94)]], 1.6, "main--", clip=True)
        s.discs([(56, y, 2.8) for y in range(int(low) + 10, 86, 18)], "yellow", flat=True)
    s.poly([(36, 102), (64, 102), (50, 82)], "cream" if kind != "coat" else "main--", round=2)


def blanket(s: Sketch, kind: str = "blanket") -> None:
    """A folded blanket; a pillow."""
    if kind == "pillow":
        s.poly(
            [
                (0, 0),
                (6, 34),
                (0, 66),
                (0, 66),
                (52, 60),
                (104, 66),
                (104, 66),
                (98, 34),
                (104, 0),
                (104, 0),
                (52, 6),
                (0, 0),
            ],
            "main",
            smooth=True,
            round=16,
        )
        s.lines(
            [[(8, 8), (22, 14)], [(96, 8), (82, 14)], [(8, 58), (22, 52)], [(96, 58), (82, 52)]],
            1.6,
            "main--",
            clip=True,
            opacity=0.5,
        )
        return
    for y in (0, 18, 36):
        s.box(0, y, 110, y + 19, "main", 9, round=7)
        for x in (20, 60):
            s.box(x, y, x + 14, y + 19, "cream", clip=True)


def ball(s: Sketch) -> None:
    """A ball in stripes."""
    s.disc(50, 50, 50, "main", round=24)
    s.poly([(50, 104), (30, 78), (30, 24), (50, -4), (70, 24), (70, 78)], "cream", smooth=True, clip=True)
    s.poly([(-4, 34), (-4, 66), (16, 70), (16, 30)], "yellow", clip=True)
    s.poly([(104, 34), (104, 66), (84, 70), (84, 30)], "yellow", clip=True)
    s.disc(50, 98, 8, "yellow", clip=True)


def doll(s: Sketch) -> None:
    """A doll of cloth with plaits."""
    for x in (40, 60):
        s.line([(x, 30), (x, 4)], 9, "#f2c9a6")
        s.disc(x + (x - 50) * 0.2, 3, 7, "#5a3c34", ry=5)
    for side in (-1, 1):
        s.line([(50 + side * 10, 60), (50 + side * 30, 42)], 8, "#f2c9a6")
        s.line([(50 + side * 20, 88), (50 + side * 27, 62)], 8, "#a8582e")
        s.disc(50 + side * 26, 66, 4, "red")
    s.poly([(42, 66), (58, 66), (78, 20), (22, 20)], "main", round=8)
    s.box(18, 20, 82, 26, "cream", clip=True)
    s.disc(50, 86, 22, "#f2c9a6", ry=21)
    s.poly([(28, 86), (32, 104), (50, 110), (68, 104), (72, 86), (60, 98), (50, 99), (40, 98)], "#a8582e", smooth=True)
    s.discs([(42, 86, 2.4), (58, 86, 2.4)], "black", flat=True)
    s.line([(44, 78), (50, 75), (56, 78)], 1.8, "red", smooth=True, flat=True)


def teddy(s: Sketch) -> None:
    """A teddy bear."""
    for side in (-1, 1):
        s.disc(50 + side * 24, 98, 11, "main-")
        s.disc(50 + side * 24, 98, 6, "main++", flat=True)
        s.line([(50 + side * 20, 48), (50 + side * 40, 34)], 18, "main-")
        s.line([(50 + side * 16, 16), (50 + side * 34, 6)], 22, "main-")
    s.disc(50, 34, 28, "main", ry=30)
    s.disc(50, 32, 16, "main++", ry=18, flat=True)
    s.disc(50, 80, 30, "main", ry=27)
    s.disc(50, 72, 13, "main++", ry=10, flat=True)
    s.disc(50, 77, 4.6, "black", ry=3.4, flat=True)
    s.discs([(39, 86, 3), (61, 86, 3)], "black", flat=True)


def toy(s: Sketch, kind: str = "horse") -> None:
    """A rocking horse; blocks; a spinning top."""
    if kind == "blocks":
        for x, y, tone in ((0, 0, "main"), (46, 0, "blue"), (23, 42, "yellow")):
            s.box(x, y, x + 42, y + 42, tone, 4)
            s.box(x + 7, y + 7, x + 35, y + 35, "cream", 3, contact=0.1)
            s.disc(x + 21, y + 21, 8, tone, flat=True)
        return
    if kind == "top":
        s.line([(50, 60), (50, 94)], 6, "wood")
        s.poly(
            [(0, 58), (26, 70), (74, 70), (100, 58), (64, 14), (50, -4), (50, -4), (36, 14)],
            "main",
            smooth=True,
            round=14,
        )
        s.box(-4, 50, 104, 58, "yellow", clip=True)
        s.box(-4, 34, 104, 42, "cream", clip=True)
        return
    s.line([(-6, 14), (20, 2), (70, 2), (100, 14)], 6, "red", smooth=True)
    for x in (26, 68):
        s.line([(x + 4, 42), (x, 6)], 9, "main-")
    s.line([(16, 52), (2, 40), (4, 24)], (9, 4), "#5a3c34", smooth=True)
    s.poly(
        [
            (14, 54),
            (22, 62),
            (60, 60),
            (72, 92),
            (88, 98),
            (106, 80),
            (100, 70),
            (88, 74),
            (82, 44),
            (66, 34),
            (24, 36),
        ],
        "main",
        smooth=True,
        round=10,
    )
    s.line([(60, 62), (68, 90), (82, 100)], 8, "#5a3c34", smooth=True)
    s.poly([(32, 64), (56, 62), (54, 46), (34, 48)], "red", round=4)
    s.disc(89, 86, 2.4, "black", flat=True)


def balloon(s: Sketch) -> None:
    """A balloon on a string."""
    s.line([(40, 36), (42, 8), (20, -30), (16, -66), (-8, -96)], 2.0, "grey-", smooth=True)
    s.poly(
        [(40, 34), (40, 34), (14, 56), (2, 88), (14, 118), (40, 128), (66, 118), (78, 88), (66, 56)],
        "main",
        smooth=True,
        round=20,
    )
    s.poly([(20, 96), (24, 110), (32, 114), (28, 98)], "main+++", smooth=True, clip=True, opacity=0.8)
    s.poly([(34, 30), (46, 30), (40, 38)], "main-")


def kite(s: Sketch) -> None:
    """A kite with a tail of bows, on a long line."""
    s.line([(46, 84), (10, 20), (-50, -40), (-110, -76)], 1.8, "#7d746c", smooth=True)
    s.line([(46, 34), (34, 18), (52, 4), (38, -14)], 1.6, "#7a5238", smooth=True)
    for x, y in ((37, 20), (48, 4), (42, -8)):
        s.poly([(x - 9, y + 5), (x - 9, y - 5), (x + 9, y + 5), (x + 9, y - 5)], "yellow", round=1)
    s.poly([(46, 128), (84, 88), (46, 32), (8, 88)], "main", round=6)
    s.poly([(46, 128), (84, 88), (46, 88)], "yellow", clip=True)
    s.poly([(46, 32), (8, 88), (46, 88)], "blue", clip=True)
    s.lines([[(46, 130), (46, 30)], [(6, 88), (86, 88)]], 1.8, "#7a5238", clip=True)


def cartwheel(s: Sketch) -> None:
    """A wheel by itself."""
    wheel(s, 50, 50, 50, "main", 10, 0.18)


PROPS: dict[str, Prop] = {
    "umbrella": prop(umbrella, 1.0, "red", "parasol, brolly", grip=(0.4, 0.95)),
    "hat": prop(hat, 0.5, "#a8703f", "straw hat, sun hat, bonnet", grip=(0.1, 0.85)),
    "top hat": prop(hat, 0.6, "black", "tall hat, cylinder hat", grip=(0.1, 0.9), kind="top", holds=True),
    "cap": prop(hat, 0.5, "red", "woolly hat, woollen hat, bobble hat, beanie", grip=(0.5, 0.9), kind="cap"),
    "shoe": prop(shoe, 0.5, "#a8553f", "shoes", grip=(0.2, 0.2)),
    "boots": prop(shoe, 0.7, "#8a5a3c", "boot, pair of boots, wellingtons", grip=(0.3, 0.1), kind="boots"),
    "scarf": prop(scarf, 0.7, "red", "shawl", grip=(0.5, 0.2)),
    "coat": prop(coat, 1.1, "blue", "cloak, cape", grip=(0.5, 0.1)),
    "dress": prop(coat, 1.1, "pink", "gown, ball gown, frock", grip=(0.5, 0.1), kind="dress"),
    "shirt": prop(coat, 0.8, "green", "tunic", grip=(0.5, 0.1), kind="shirt"),
    "blanket": prop(blanket, 0.6, "teal", "quilt, bedspread", grip=(0.5, 0.9)),
    "pillow": prop(blanket, 0.6, "#e8e2f0", "cushion", grip=(0.5, 0.9), kind="pillow", seat=0.1),
    "ball": prop(ball, 0.55, "red", "beach ball, toy ball", grip=(0.5, 0.7)),
    "doll": prop(doll, 0.7, "pink", "rag doll", grip=(0.2, 0.55)),
    "teddy bear": prop(teddy, 0.72, "#b98552", "teddy, stuffed bear", grip=(0.15, 0.65)),
    "toy": prop(toy, 0.6, "red", "toy blocks, building blocks, blocks, toys", grip=(0.5, 0.9), kind="blocks"),
    "spinning top": prop(toy, 0.55, "purple", "", grip=(0.5, 0.1), kind="top"),
    "rocking horse": prop(toy, 1.0, "#d9b78a", "toy horse, wooden horse", seat=0.4),
    "balloon": prop(balloon, 1.5, "red", "toy balloon, party balloon", grip=(0.5, 0.98)),
    "kite": prop(kite, 1.6, "red", "", grip=(0.02, 0.98)),
    "wheel": prop(cartwheel, 0.8, "wood-", "cartwheel, cart wheel, wagon wheel", grip=(0.5, 0.1)),
}  # fmt: skip
