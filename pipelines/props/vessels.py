"""What holds things: chest, box, basket, bucket, sack, jar, jug, pot, pan, cup, plate, bowl, bottle, cage."""

from __future__ import annotations

from functools import partial

import numpy as np

from pipelines.props.parts import planks, smoke
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def chest(s: Sketch, opened: bool = False) -> None:
    """A chest with iron bands and a lock; open, it is full of gold."""
    if opened:
        s.poly([(4, 50), (0, 84), (12, 96), (88, 96), (100, 84), (96, 50)], "main-")
        s.poly([(12, 52), (10, 80), (18, 88), (82, 88), (90, 80), (88, 52)], "#5a3c34", flat=True)
        s.discs([(14 + 9 * k, 52 + 9 * np.sin(0.45 * k), 7) for k in range(9)], "#e8b840", round=4)
        s.discs([(20 + 10 * k, 53 + 7 * np.sin(0.5 * k), 2.6) for k in range(7)], "#fbe08a", clip=True)
        s.disc(38, 62, 4, "red")
        s.disc(62, 63, 4, "blue")
    else:
        s.poly([(0, 44), (0, 60), (8, 74), (22, 80), (78, 80), (92, 74), (100, 60), (100, 44)], "main", round=8)
        planks(s, 0, 44, 100, 84, 3, upright=False)
        for x in (16, 84):
            s.box(x - 5, 40, x + 5, 84, "#d0a040", clip=True)
    s.box(0, 0, 100, 46, "main-", 2, round=6)
    planks(s, 0, 0, 100, 46, 3, upright=False)
    for x in (16, 84):
        s.box(x - 5, 0, x + 5, 46, "#d0a040", clip=True)
    s.box(-2, 42, 102, 49, "#d0a040", 1)
    s.box(40, 28, 60, 52, "#e2b850", 3)
    s.disc(50, 42, 3, "black", flat=True)
    s.poly([(48.6, 42), (51.4, 42), (52.5, 33), (47.5, 33)], "black", flat=True)


def box(s: Sketch, kind: str = "box") -> None:
    """A cardboard box, a crate of boards, a parcel or a gift."""
    if kind == "crate":
        s.box(0, 0, 90, 72, "main-", 1)
        for y in (1, 25, 49):
            s.box(1, y, 89, y + 22, "main", 1)
        for x in (0, 78):
            s.box(x, 0, x + 12, 72, "main+", 1)
        return
    s.poly([(70, 0), (100, 14), (100, 74), (70, 60)], "main-", contact=0)
    s.poly([(0, 60), (70, 60), (100, 74), (32, 74)], "main+", contact=0)
    s.box(0, 0, 70, 60, "main", 0.8, contact=0)
    if kind == "box":
        s.poly([(32, 60), (40, 60), (71, 74), (63, 74)], "cream-", flat=True)
        s.box(31, 42, 40, 60, "cream-", 0.5, flat=True)
        return
    tone = "yellow" if kind == "gift" else "wood--"
    wide = 5 if kind == "gift" else 2
    s.box(35 - wide, 0, 35 + wide, 60, tone, 0.4, flat=True)
    s.poly([(35 - wide, 60), (35 + wide, 60), (66 + wide, 74), (66 - wide, 74)], tone, flat=True)
    s.poly([(70, 30 - wide), (100, 44 - wide), (100, 44 + wide), (70, 30 + wide)], tone + "-", flat=True)
    s.box(0, 30 - wide, 70, 30 + wide, tone, 0.4, flat=True)
    for side in (-1, 1):
        s.poly([(51, 67), (51 + side * 12, 84), (51 + side * 26, 80), (51 + side * 20, 68)], tone, smooth=True)
    s.disc(51, 68, 5, tone)


def basket(s: Sketch) -> None:
    """A wicker basket with a handle."""
    t = np.linspace(0, np.pi, 20)
    s.line(np.stack([50 + 40 * np.cos(t), 42 + 50 * np.sin(t)], -1), 6, "main-")
    s.disc(50, 44, 47, "#5a3c34", ry=8, flat=True)
    s.poly([(3, 44), (97, 44), (86, 2), (74, -2), (26, -2), (14, 2)], "main", round=10)
    for row in range(4):
        for k in range(12):
            x = 2 + k * 8.4 + 4.2 * (row % 2)
            s.box(x, 3 + row * 10, x + 6.2, 10 + row * 10, "main" + ("-" if (k + row) % 2 else "+"), 2.5, clip=True)
    s.line([(3, 44), (26, 40), (74, 40), (97, 44)], 7, "main", smooth=True)


def bucket(s: Sketch, kind: str = "bucket") -> None:
    """A pail of boards, a barrel, a tub."""
    if kind == "barrel":
        s.poly(
            [
                (10, 0),
                (2, 30),
                (2, 66),
                (10, 98),
                (10, 98),
                (66, 98),
                (66, 98),
                (74, 66),
                (74, 30),
                (66, 0),
                (66, 0),
                (10, 0),
            ],
            "main",
            smooth=True,
            round=14,
        )
        planks(s, 2, 0, 74, 98, 7)
        for y in (10, 30, 68, 88):
            s.box(-4, y - 3, 80, y + 3, "iron+", clip=True)
        s.disc(38, 98, 28, "main-", ry=5)
        return
    if kind == "tub":
        s.poly([(0, 46), (110, 46), (98, 6), (12, 6)], "main", round=12)
        planks(s, 0, 6, 110, 46, 11)
        s.box(-4, 18, 114, 24, "iron+", clip=True)
        s.disc(55, 46, 55, "#bfe3ea", ry=7)
        s.discs(
            [(14, 52, 8), (27, 56, 9), (42, 53, 7), (60, 57, 9), (78, 54, 9), (95, 52, 7)],
            "white",
            round=5,
            opacity=0.9,
        )
        return
    t = np.linspace(0, np.pi, 20)
    s.line(np.stack([40 + 36 * np.cos(t), 62 + 34 * np.sin(t)], -1), 3, "iron+")
    s.disc(40, 62, 40, "main--", ry=8)
    s.disc(40, 60, 35, "#7fb8cc", ry=5.4, flat=True)
    s.poly([(0, 62), (10, 57), (40, 54), (70, 57), (80, 62), (68, 2), (56, -2), (24, -2), (12, 2)], "main", round=12)
    planks(s, 0, -2, 80, 62, 7)
    for y in (10, 42):
        s.box(-4, y - 3, 84, y + 3, "iron+", clip=True)


def suitcase(s: Sketch) -> None:
    """A suitcase with a handle, straps and metal corners."""
    s.line([(40, 66), (41, 76), (59, 76), (60, 66)], 4.5, "main--", smooth=True)
    s.box(6, 0, 94, 66, "main", contact=0.2)
    s.box(6, 30, 94, 34, "main-", contact=0)
    for x in (26, 74):
        s.box(x - 4, 0, x + 4, 66, "main--", contact=0.1)
        s.box(x - 5, 27, x + 5, 37, "#d9b65a")
    for x, y in ((6, 0), (86, 0), (6, 58), (86, 58)):
        s.box(x, y, x + 8, y + 8, "#d9b65a")


def sack(s: Sketch, kind: str = "sack") -> None:
    """A sack tied at its neck; a purse with coins."""
    s.poly(
        [(6, 6), (0, 30), (10, 56), (32, 72), (48, 72), (70, 56), (80, 30), (74, 6), (60, -1), (20, -1)],
        "main",
        smooth=True,
        round=16,
    )
    s.poly([(30, 70), (20, 88), (30, 84), (40, 90), (50, 84), (60, 88), (50, 70)], "main-", round=4)
    s.line([(27, 71), (53, 71)], 6, "#c9a24a" if kind == "purse" else "#7a5238")
    s.lines([[(22, 20), (28, 50)], [(60, 18), (52, 46)]], 1.6, "main--", clip=True, opacity=0.5)
    if kind == "purse":
        for x, y in ((70, 2), (86, 2), (78, 8)):
            s.disc(x, y, 10, "#e8b840", ry=4)
            s.disc(x, y + 2, 8, "#fbe08a", ry=2.6, flat=True)
    else:
        s.box(27, 22, 53, 42, "main+", 1, contact=0.1)


def turned(s: Sketch, kind: str = "jar") -> None:
    """Vessels of the potter: jar, jug, vase, honey jar, teapot."""
    if kind in ("jug", "teapot"):
        s.ring(72, 42 if kind == "jug" else 34, 20, 7, "main-", ry=24 if kind == "jug" else 19)
    if kind == "teapot":
        s.poly([(14, 20), (-14, 44), (-20, 58), (-10, 58), (16, 46)], "main-", smooth=True)
        s.disc(40, 32, 36, "main", ry=31)
        s.disc(40, 61, 20, "main-", ry=6)
        s.disc(40, 69, 5, "main-")
        s.discs([(28 + 12 * k, 32, 4) for k in range(3)], "cream", clip=True)
        return
    if kind == "vase":
        for x, tone in ((22, "red"), (42, "yellow"), (60, "pink")):
            s.line([(40, 56), (x, 96)], 2.4, "leaf")
            s.discs([(x + 7 * np.cos(a), 98 + 7 * np.sin(a), 5) for a in np.arange(5) * 1.257], tone, round=3)
            s.disc(x, 98, 4, "yellow-", flat=True)
    rim = {"jug": 24, "vase": 16}.get(kind, 30)
    s.poly(
        [
            (18, 0),
            (4, 20),
            (4, 46),
            (40 - rim, 66),
            (40 - rim, 76),
            (40 - rim, 76),
            (40 + rim, 76),
            (40 + rim, 76),
            (40 + rim, 66),
            (76, 46),
            (76, 20),
            (62, 0),
            (62, 0),
            (18, 0),
        ],
        "main",
        smooth=True,
        round=14,
    )
    if kind == "vase":
        s.lines([[(0, 34), (80, 34)], [(0, 24), (80, 24)]], 3, "cream", clip=True)
        return
    if kind == "jug":
        s.poly([(14, 68), (4, 80), (18, 78)], "main")
    s.disc(40, 76, rim + 1, "main+" if kind == "jug" else "main-", ry=4.4)
    if kind == "honey":
        s.disc(40, 78, 29, "#f0b53c", ry=5)
        for x, low in ((18, 54), (36, 60), (54, 46)):
            s.line([(x, 76), (x, low)], 10, "#f0b53c")
        s.line([(50, 78), (70, 106)], 4, "wood-")
        s.box(20, 16, 60, 38, "cream", 3)
        s.disc(40, 27, 6, "#e2a32e", flat=True)
    elif kind == "jar":
        s.box(12, 76, 68, 90, "wood", 3)
        s.box(18, 18, 62, 44, "cream", 2)


def kitchen(s: Sketch, kind: str = "pot") -> None:
    """Pot, cauldron, pan, kettle, bowl, cup, plate, fish on a plate."""
    {"cauldron": _cauldron, "pot": _pot, "pan": _pan, "kettle": _kettle}.get(kind, partial(_tableware, kind=kind))(s)


def _cauldron(s: Sketch) -> None:
    smoke(s, 44, 74, 24)
    for x in (20, 80):
        s.line([(x, 12), (x - 4 + 8 * (x > 50), -6)], 7, "main-")
    corners = [(12, 60), (0, 36), (8, 10), (34, -2), (66, -2), (92, 10), (100, 36), (88, 60)]
    s.poly(corners, "main", smooth=True, round=18)
    s.disc(50, 60, 44, "main+", ry=8)
    s.disc(50, 60, 37, "#8fbf6a", ry=5.4, flat=True)


def _pot(s: Sketch) -> None:
    smoke(s, 44, 74, 24)
    for x in (0, 100):
        s.ring(x, 44, 9, 4, "main-", ry=7)
    s.box(4, 0, 96, 58, "main", 10, round=12)
    s.disc(50, 59, 49, "main+", ry=7)
    s.disc(50, 64, 36, "main", ry=5)
    s.disc(50, 72, 6, "black")


def _pan(s: Sketch) -> None:
    s.line([(80, 26), (136, 42)], 8, "wood--")
    s.poly([(0, 30), (92, 30), (80, 8), (12, 8)], "main")
    s.disc(46, 30, 46, "main+", ry=10)
    s.disc(46, 30, 39, "main-", ry=7, flat=True)
    s.disc(46, 31, 22, "white", ry=5)
    s.disc(44, 32, 8, "yellow", ry=3)


def _kettle(s: Sketch) -> None:
    t = np.linspace(0.1, np.pi - 0.1, 20)
    s.line(np.stack([48 + 32 * np.cos(t), 46 + 42 * np.sin(t)], -1), 5, "black")
    s.poly([(78, 24), (104, 50), (110, 50), (108, 42), (86, 10)], "main-")
    s.poly([(8, 0), (4, 26), (24, 54), (72, 54), (92, 26), (88, 0)], "main", smooth=True, round=14)
    s.disc(48, 56, 5, "black")


def _tableware(s: Sketch, kind: str) -> None:
    """A bowl, a cup, a plate, or a fish on a plate."""
    if kind in ("bowl", "cup"):
        _bowl(s, kind)
        return
    s.disc(60, 18, 60, "main", ry=18)
    s.disc(60, 19, 42, "main-", ry=11, contact=0)
    s.disc(60, 18.5, 40, "main", ry=10, flat=True)
    if kind == "fish":
        s.poly([(96, 26), (112, 40), (114, 14)], "#6f95ab", round=4)
        s.poly([(16, 24), (34, 38), (64, 40), (98, 27), (64, 14), (34, 13)], "#8fb3c4", smooth=True, round=8)
        s.lines([[(52, 33), (58, 27), (52, 21)], [(66, 33), (72, 27), (66, 21)]], 1.8, "#5f8398", clip=True)
        s.disc(29, 28, 2.6, "black", flat=True)
        s.discs([(84, 12, 8)], "yellow", round=3)


def _bowl(s: Sketch, kind: str) -> None:
    """A bowl of soup or a cup of tea."""
    wide = {"bowl": 50, "cup": 34}[kind]
    if kind == "cup":
        s.ring(78, 30, 19, 6.5, "main-", ry=18)
    rim = [(50 + wide * 0.9, 24), (50 + wide, 56), (50 + wide, 56), (50 - wide, 56)]
    foot = [(50 - wide, 56), (50 - wide * 0.9, 24), (50 - wide * 0.5, 2), (50 + wide * 0.5, 2)]
    s.poly([*foot, *rim], "main", smooth=True, round=12)
    s.lines([[(0, 42), (100, 42)]], 4, "cream", clip=True)
    s.disc(50, 56, wide, "main+", ry=8)
    s.disc(50, 55.4, wide - 5, "#e0a24c" if kind == "bowl" else "#6a4632", ry=5, flat=True)


def bottle(s: Sketch) -> None:
    """A bottle with a cork and a label."""
    s.box(20, 88, 32, 104, "#c79a66", 2)
    s.poly(
        [(6, 0), (4, 4), (4, 50), (18, 70), (18, 92), (34, 92), (34, 70), (48, 50), (48, 4), (46, 0)], "main", round=9
    )
    s.poly([(10, 8), (15, 8), (15, 50), (10, 48)], "main++", clip=True, opacity=0.7)
    s.box(4, 14, 48, 40, "cream", 1, flat=True)
    s.disc(26, 27, 6, "red", flat=True)


def glass(s: Sketch) -> None:
    """A glass that is half full."""
    s.poly([(4, 88), (64, 88), (56, 0), (12, 0)], "#cfe3ea", round=4, opacity=0.85)
    s.poly([(0, 56), (70, 56), (60, 4), (8, 4)], "main", clip=True)
    s.disc(34, 56, 27, "main+", ry=4, clip=True)
    s.ring(34, 88, 30, 2.4, "#e8f2f4", ry=4)
    s.lines([[(16, 76), (19, 16)]], 3.4, "white", opacity=0.7)


def cage(s: Sketch) -> None:
    """A bird cage with a perch."""
    s.ring(40, 112, 8, 2.6, "main")
    t = np.linspace(0, np.pi, 30)
    s.lines([[(18, 40), (62, 40)]], 3, "wood-")
    for k in (-1.0, -0.66, -0.33, 0.0, 0.33, 0.66, 1.0):
        s.line(
            np.array([(40 + 36 * k, 8), (40 + 36 * k, 60), (40 + 30 * k, 84), (40 + 12 * k, 101), (40, 105)]),
            2.6,
            "main",
            smooth=True,
        )
    s.line(np.stack([40 + 36 * np.cos(t), 60 - 4 * np.sin(t)], -1), 3, "main-")
    s.box(0, 0, 80, 11, "main-", 4)


PROPS: dict[str, Prop] = {
    "chest": prop(chest, 0.95, "#9a6238", "treasure chest, trunk chest, coffer", holds=True, seat=0.05),
    "treasure": prop(chest, 1.0, "#9a6238", "open chest, treasure trove, hoard, gold treasure", holds=True, opened=True),
    "box": prop(box, 0.7, "#cfa168", "cardboard box, carton", holds=True, seat=0.1, grip=(0.5, 0.9)),
    "crate": prop(box, 0.8, "wood", "wooden box, fruit crate", holds=True, seat=0.02, grip=(0.5, 0.9), kind="crate"),
    "parcel": prop(box, 0.72, "#c29058", "package, packet", holds=True, grip=(0.5, 0.9), kind="parcel"),
    "gift": prop(box, 0.72, "red", "present, gift box, birthday present", holds=True, grip=(0.5, 0.9), kind="gift"),
    "basket": prop(basket, 0.72, "#c8955a", "wicker basket, picnic basket, hamper", holds=True, grip=(0.5, 0.03)),
    "bucket": prop(bucket, 0.72, "wood", "pail, wooden bucket", holds=True, grip=(0.5, 0.03)),
    "barrel": prop(bucket, 1.0, "wood", "cask, keg", holds=True, seat=0.04, kind="barrel"),
    "tub": prop(bucket, 0.8, "wood", "washtub", holds=True, kind="tub"),
    "suitcase": prop(suitcase, 0.7, "#9a5b3c", "travel bag, travelling bag, valise", holds=True, grip=(0.5, 0.03)),
    "sack": prop(sack, 0.9, "#c6a06a", "bag, flour sack, bag of flour, sack of corn", holds=True, grip=(0.5, 0.2)),
    "purse": prop(sack, 0.5, "#8a4a5c", "pouch, money bag, bag of gold, purse of gold", holds=True, grip=(0.4, 0.2), kind="purse"),
    "jar": prop(turned, 0.6, "#b8603f", "pickle jar, jam jar, storage jar, urn", holds=True, grip=(0.5, 0.5)),
    "honey jar": prop(turned, 0.65, "#c97a3e", "honey pot, honey, pot of honey, jar of honey", holds=True, grip=(0.5, 0.6), kind="honey"),
    "jug": prop(turned, 0.65, "#5f86b8", "pitcher, milk jug, jug of milk, ewer", holds=True, grip=(0.9, 0.45), kind="jug"),
    "vase": prop(turned, 0.8, "#5f86b8", "flower vase, vase of flowers", holds=True, grip=(0.5, 0.7), kind="vase"),
    "teapot": prop(turned, 0.6, "#cc6a5a", "tea pot, pot of tea", holds=True, grip=(0.95, 0.5), kind="teapot"),
    "pot": prop(kitchen, 0.6, "red", "cooking pot, saucepan, soup pot", holds=True, grip=(0.05, 0.6)),
    "cauldron": prop(kitchen, 0.9, "iron", "witch pot, iron pot", holds=True, kind="cauldron"),
    "pan": prop(kitchen, 0.5, "iron", "frying pan, skillet", holds=True, grip=(0.95, 0.1), kind="pan"),
    "kettle": prop(kitchen, 0.6, "teal", "tea kettle", holds=True, grip=(0.45, 0.05), kind="kettle"),
    "bowl": prop(kitchen, 0.5, "blue", "dish", holds=True, grip=(0.5, 0.7), kind="bowl"),
    "cup": prop(kitchen, 0.5, "red", "teacup, cup of tea, cup of coffee", holds=True, grip=(0.9, 0.5), kind="cup"),
    "plate": prop(kitchen, 0.42, "#eef0ee", "saucer, platter", holds=True, grip=(0.9, 0.5), kind="plate"),
    "plate of fish": prop(kitchen, 0.5, "#eef0ee", "fish on a plate, fried fish, cooked fish, fish dish", grip=(0.9, 0.7), kind="fish"),
    "bottle": prop(bottle, 0.6, "green", "wine bottle, bottle of wine, flask", holds=True, grip=(0.5, 0.4)),
    "glass": prop(glass, 0.5, "#f0a848", "glass of juice, glass of water", holds=True, grip=(0.5, 0.5)),
    "cage": prop(cage, 1.0, "#c99a3e", "bird cage, birdcage", holds=True, grip=(0.5, 0.04)),
}  # fmt: skip
