"""What rolls, slides and flies: bicycle, cart, carriage, train, car, bus, sledge, balloon, rocket."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import flame, planks, smoke, tyre, wheel
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import CIRCLE, Points, Sketch


def _corners(x0: float, y0: float, x1: float, y1: float) -> Points:
    """A pane with cut corners."""
    c = 2.0
    return [
        (x0 + c, y0),
        (x1 - c, y0),
        (x1, y0 + c),
        (x1, y1 - c),
        (x1 - c, y1),
        (x0 + c, y1),
        (x0, y1 - c),
        (x0, y0 + c),
    ]


def bicycle(s: Sketch) -> None:
    """A bicycle with a basket, to the right."""
    for x in (22, 96):
        way = np.arange(12) * np.pi / 6
        s.lines([[(x, 22), (x + 19 * np.cos(a), 22 + 19 * np.sin(a))] for a in way], 0.7, "grey+")
        s.ring(x, 22, 22, 3.6, "#3d3a44")
        s.ring(x, 22, 18.6, 1.4, "#d5d2cc", flat=True)
    s.line([(56, 22), (22, 22), (46, 56), (56, 22)], 3.6, "main")
    s.line([(46, 55), (84, 58), (56, 22)], 4.4, "main")
    s.line([(96, 22), (84, 60), (80, 72)], 4, "main")
    s.line([(46, 54), (43, 66)], 3, "grey")
    s.poly([(30, 68), (52, 70), (56, 67), (50, 64), (38, 62), (31, 63)], "#5a3c34", smooth=True)
    s.line([(72, 73), (82, 75), (90, 70)], 3, "#5b5a66", smooth=True)
    s.line([(66, 72), (74, 73)], 5, "#5a3c34")
    s.poly([(90, 76), (114, 76), (111, 56), (93, 56)], "#c8955a")
    s.lines(
        [[(90, 69), (114, 69)], [(91, 63), (114, 63)], [(98, 76), (99, 56)], [(106, 76), (105, 56)]],
        1.1,
        "#8a5f3e",
        clip=True,
    )
    s.ring(56, 22, 8, 2.2, "#5b5a66")
    s.line([(56, 22), (62, 11)], 2.6, "#5b5a66")
    s.box(57, 8, 68, 11.5, "#3d3a44")
    s.line([(30, 48), (8, 44)], 2.6, "main-")


def cart(s: Sketch, load: str = "", wheels: int = 1, cover: bool = False) -> None:
    """A cart of boards with shafts; a wagon has two pairs of wheels and may have a cover of cloth."""
    long = 92 if wheels == 2 else 72
    if load == "hay":
        s.discs([(14 + k * 11, 50 + 9 * np.sin(k * 0.6), 14) for k in range(6)], "#dcb54e", round=8)
        s.lines(
            [[(12 + 6 * k, 50 + s.near(8)), (18 + 6 * k, 62 + s.near(8))] for k in range(10)], 1, "#a47c30", clip=True
        )
    if cover:
        s.poly([(0, 44), (2, 84), (16, 96), (76, 96), (90, 84), (92, 44)], "cream", smooth=False, round=10)
        for x in (16, 32, 48, 64, 80):
            s.lines([[(x - 2, 44), (x, 96)]], 1, "wood-", clip=True, opacity=0.5)
        s.poly([(72, 46), (70, 80), (78, 94), (90, 84), (92, 44)], "#7a5f58", clip=True, opacity=0.8)
    s.line([(long - 4, 34), (long + 34, 24)], 4, "main-")
    s.poly([(0, 54), (long, 54), (long - 5, 28), (5, 28)], "main")
    planks(s, 0, 28, long, 54, 3, upright=False)
    for post in (6.0, long / 2, long - 6.0):
        s.line([(post, 29), (post, 56)], 3, "main-")
    for hub in (20.0, long - 20.0) if wheels == 2 else (long / 2,):
        wheel(s, hub, 20, 20 if wheels == 2 else 22, "wood-", 8, 0.2)


def wheelbarrow(s: Sketch) -> None:
    """One wheel in front, two handles behind."""
    s.line([(92, 14), (10, 42), (-8, 42)], 4, "wood-")
    s.line([(34, 32), (26, 2)], 4, "wood-")
    s.poly([(18, 62), (92, 56), (78, 28), (34, 30)], "main", round=6)
    planks(s, 18, 28, 92, 62, 3, upright=False)
    wheel(s, 92, 14, 14, "wood-", 6)


def carriage(s: Sketch) -> None:
    """A round coach with a door, curtains and golden wheels."""
    s.line([(96, 28), (124, 22)], 4, "wood--")
    s.line([(8, 26), (20, 20), (90, 20), (104, 30)], 4, "yellow-", smooth=True)
    s.poly(
        [(14, 60), (20, 84), (56, 92), (92, 84), (98, 60), (84, 32), (56, 26), (28, 32)], "main", smooth=True, round=12
    )
    s.poly([(20, 82), (56, 91), (92, 82), (80, 96), (56, 101), (32, 96)], "main-", smooth=True)
    s.box(44, 30, 68, 82, "main+", 6, contact=0.3)
    for x0, x1 in ((47, 65), (72, 86), (26, 40)):
        s.box(x0, 56, x1, 78, "#fff0c8", 5, contact=0.1)
        s.pane([(x0, 58), (x1, 58), (x1, 60), (x1 - 5, 77), (x0 + 5, 77), (x0, 60)], "#fff0c8", flat=True)
        s.poly([(x0, 78), (x0 + 6, 78), (x0, 60)], "#e993ae", flat=True)
        s.poly([(x1, 78), (x1 - 6, 78), (x1, 60)], "#e993ae", flat=True)
    s.disc(64, 48, 1.8, "yellow")
    s.poly([(50, 100), (62, 100), (65, 110), (60, 106), (56, 113), (52, 106), (47, 110)], "yellow")
    s.box(98, 40, 112, 46, "#5a3c34")
    s.line([(98, 40), (100, 26)], 3, "yellow-")
    wheel(s, 24, 20, 20, "#d9a93c", 10, 0.18)
    wheel(s, 92, 15, 15, "#d9a93c", 8, 0.2)


def train(s: Sketch, waggon: bool = True) -> None:
    """A steam engine, with a coach behind it."""
    left = -82 if waggon else 0
    s.box(left - 4, -3, 106, 0, "#8a6a54")
    if waggon:
        s.box(-78, 12, -8, 56, "yellow", 3)
        s.box(-82, 54, -4, 60, "#5b5a66", 3)
        s.box(-78, 20, -8, 24, "main", clip=True)
        for x in (-31, -53, -75):
            s.pane(_corners(x, 30, x + 19, 50))
        s.line([(-10, 14), (4, 14)], 4, "#3d3a44")
        for x in (-66, -50, -34, -18):
            tyre(s, x, 8, 8)
    smoke(s, 82, 74, 40, "#e6e4e4")
    s.box(30, 22, 96, 52, "main", 8, round=10)
    s.box(44, 22, 48, 52, "yellow", clip=True)
    s.box(70, 22, 74, 52, "yellow", clip=True)
    s.disc(97, 37, 5, "#5b5a66", ry=14)
    s.poly([(78, 51), (90, 51), (94, 74), (74, 74)], "#4a4652")
    s.box(72, 71, 96, 76, "main-")
    s.disc(58, 53, 7, "yellow", ry=8)
    s.box(2, 16, 34, 70, "main-", 2)
    s.pane(_corners(7, 41, 29, 64), contact=0.1)
    s.box(-4, 68, 40, 75, "#4a4652", 3)
    s.box(0, 13, 98, 23, "#4a4652")
    s.poly([(96, 22), (112, 0), (96, 0)], "main-")
    s.disc(100, 50, 4, "lamp", glow=0.8)
    for x in (16, 42):
        wheel(s, x, 14, 14, "#a8423c", 8, 0.22)
    for x in (66, 86):
        wheel(s, x, 9, 9, "#a8423c", 6, 0.25)
    s.line([(16, 13), (66, 9)], 2.6, "grey+")


def car(s: Sketch, kind: str = "car") -> None:
    """A small round car, to the right."""
    s.poly(
        [
            (2, 12),
            (0, 30),
            (10, 38),
            (24, 42),
            (36, 60),
            (50, 64),
            (70, 63),
            (82, 44),
            (104, 38),
            (112, 28),
            (112, 12),
            (112, 12),
            (2, 12),
            (2, 12),
        ],
        "main",
        smooth=True,
        round=10,
    )
    s.pane([(57, 41), (57, 60), (69, 59), (78, 42)], contact=0.1)
    s.pane([(29, 42), (38, 57), (52, 60), (52, 41)], contact=0.1)
    s.lines([[(55, 14), (55, 42)]], 1.2, "main--", opacity=0.7)
    s.line([(59, 34), (66, 34)], 2, "cream", round=0.5)
    s.disc(107, 30, 4.6, "lamp", glow=0.6)
    s.box(-3, 12, 116, 18, "grey+", 3)
    for x in (26, 88):
        tyre(s, x, 12, 12)


def bus(s: Sketch) -> None:
    """A bus with many windows."""
    s.box(0, 10, 130, 66, "main", 8, round=9)
    s.box(0, 26, 130, 32, "cream", clip=True)
    for x in (71, 50, 29, 8):
        s.pane(_corners(x, 37, x + 18, 59), contact=0.1)
    s.box(95, 14, 110, 57, "#8fb0c0", 3, contact=0.1)
    s.lines([[(102.5, 14), (102.5, 57)]], 1.4, "main--")
    s.pane(_corners(114, 37, 128, 59), contact=0.1)
    s.disc(126, 21, 4, "lamp", glow=0.6)
    s.box(-2, 10, 132, 15, "#5b5a66", 2)
    for x in (28, 82):
        tyre(s, x, 11, 12)


def tractor(s: Sketch) -> None:
    """A tractor with a cabin of glass, to the right."""
    s.box(56, 20, 108, 42, "main", 6, round=8)
    s.box(98, 24, 106, 38, "#5b5a66", 2)
    s.line([(84, 42), (84, 58)], 4, "#4a4652")
    s.poly([(12, 20), (12, 46), (60, 46), (60, 20)], "main", round=6)
    s.pane([(18, 46), (22, 76), (54, 76), (58, 46)], contact=0.1)
    s.lines([[(18, 46), (22, 76)], [(54, 76), (58, 46)], [(22, 76), (54, 76)]], 3, "main-")
    s.box(14, 75, 62, 80, "main", 2)
    s.poly([(2, 34), (10, 46), (34, 48), (50, 38), (50, 32), (2, 30)], "main-", smooth=True)
    s.disc(107, 36, 3.4, "lamp", glow=0.6)
    tyre(s, 26, 20, 22, "#e2b44a")
    tyre(s, 92, 11, 12, "#e2b44a")


def sledge(s: Sketch) -> None:
    """A wooden sledge with curved runners."""
    for x in (22, 52, 82):
        s.line([(x, 4), (x, 24)], 4, "main-")
    s.line([(0, 4), (92, 4), (108, 10), (114, 24), (108, 34), (100, 32)], 5, "main-", smooth=True)
    s.poly([(4, 20), (94, 20), (106, 30), (100, 33), (4, 28)], "main", round=3)
    s.lines([[(30, 20), (30, 29)], [(56, 20), (56, 29)], [(80, 20), (80, 29)]], 1, "wood--", clip=True, opacity=0.5)
    s.line([(104, 30), (120, 36), (134, 28)], 2, "#cfa869", smooth=True)


def hot_air_balloon(s: Sketch) -> None:
    """A great balloon in stripes with a basket."""
    s.lines([[(26, 6), (22, 46)], [(74, 6), (78, 46)], [(34, 6), (36, 40)], [(66, 6), (64, 40)]], 1.2, "#8a6a54")
    s.poly(
        [(50, 36), (30, 44), (8, 68), (0, 96), (14, 126), (50, 140), (86, 126), (100, 96), (92, 68), (70, 44)],
        "main",
        smooth=True,
        round=20,
    )
    for k, tone in ((0.62, "cream"), (0.26, "main-")):
        s.poly(
            [
                (50, 36),
                (50 - 24 * k, 44),
                (50 - 44 * k, 68),
                (50 - 52 * k, 96),
                (50 - 38 * k, 126),
                (50, 141),
                (50 + 38 * k, 126),
                (50 + 52 * k, 96),
                (50 + 44 * k, 68),
                (50 + 24 * k, 44),
            ],
            tone,
            smooth=True,
            clip=True,
        )
    s.box(34, 36, 66, 42, "main-", 2)
    flame(s, 50, 33, 8, 0.7)
    s.poly([(22, 6), (78, 6), (72, -26), (28, -26)], "#b98552", round=7)
    s.lines(
        [[(22, -4), (78, -4)], [(24, -15), (76, -15)], *([(x, -26), (x, 6)] for x in (36, 43, 50, 57, 64))],
        1,
        "#6f4a30",
        clip=True,
    )
    s.box(19, 4, 81, 9, "#8a5f3e", 2)


def rocket(s: Sketch) -> None:
    """A rocket with fins and a round window, standing on its fire."""
    flame(s, 50, 18, -26, 0.9)
    for side in (-1, 1):
        s.poly(
            [(50 + side * 16, 50), (50 + side * 40, 22), (50 + side * 36, 8), (50 + side * 12, 24)],
            "main",
            smooth=False,
            round=5,
        )
    s.poly(
        [(34, 20), (26, 60), (35, 98), (50, 120), (50, 120), (65, 98), (74, 60), (66, 20), (66, 20), (34, 20)],
        "white",
        smooth=True,
        round=13,
    )
    s.poly([(20, 94), (80, 94), (80, 130), (20, 130)], "main", clip=True)
    s.box(20, 24, 80, 30, "main", clip=True)
    s.disc(50, 71, 16.5, "grey")
    s.pane(np.array([50, 71]) + CIRCLE * 13, "#8fc4d8", flat=True)
    s.line([(41, 74), (44, 79), (48, 81)], 2, "white", smooth=True, opacity=0.8)
    s.poly([(48, 46), (52, 46), (52, 12), (48, 12)], "main-", round=1.5)


def skate(s: Sketch, kind: str = "skis") -> None:
    """A pair of skis with poles."""
    for x, lean in ((20, 8), (38, -6)):
        s.line([(x, 0), (x + lean * 0.6, 92), (x + lean, 104)], 7, "main", smooth=True)
        s.line([(x + 2, 34), (x + 3, 44)], 8, "#5b5a66")
    for x, lean in ((2, 10), (58, -8)):
        s.line([(x, 0), (x + lean, 78)], 2, "grey")
        s.ring(x + lean * 0.08, 8, 5, 1.4, "#5b5a66", ry=2.4)
        s.line([(x + lean * 0.9, 70), (x + lean, 80)], 4, "#5b5a66")


def airplane(s: Sketch) -> None:
    """An airliner seen from the side, its nose to the right."""
    s.poly([(4, 40), (4, 40), (-8, 74), (-8, 74), (8, 74), (30, 42), (30, 42)], "main-", smooth=True, round=6)
    s.poly([(40, 44), (40, 44), (26, 62), (34, 62), (66, 44), (66, 44)], "grey", smooth=True)
    s.poly(
        [(-6, 42), (20, 22), (60, 14), (110, 14), (140, 24), (146, 33), (134, 46), (104, 54), (40, 52), (4, 47)],
        "white",
        smooth=True,
        round=12,
    )
    s.poly(
        [(-4, 38), (20, 23), (60, 15), (112, 15), (140, 25), (143, 29), (100, 29), (40, 30)],
        "main",
        smooth=True,
        clip=True,
    )
    s.pane([(114, 33), (114, 47), (122, 46), (134, 39), (138, 33)], "#8fc4d8", flat=True)
    for x in range(94, 20, -18):
        s.pane(_corners(x, 33, x + 12, 47), "#8fc4d8", flat=True)
    s.poly([(52, 26), (92, 26), (92, 26), (60, 2), (44, 2), (44, 2)], "main-", smooth=True)
    s.box(60, 6, 84, 16, "grey", 5)
    s.poly([(-6, 42), (18, 40), (18, 36), (-14, 32)], "main-", smooth=True)


PROPS: dict[str, Prop] = {
    "bicycle": prop(bicycle, 1.4, "#3f8f8a", "bike, cycle, pushbike", seat=0.1),
    "cart": prop(cart, 1.2, "wood", "handcart, donkey cart", seat=0.3, holds=True),
    "hay cart": prop(cart, 1.5, "wood", "hay wagon, haycart, cart of hay", seat=0.2, holds=True, load="hay"),
    "wagon": prop(cart, 1.3, "wood", "waggon, trolley", seat=0.25, holds=True, wheels=2),
    "covered wagon": prop(cart, 2.0, "wood", "prairie wagon", holds=True, wheels=2, cover=True),
    "wheelbarrow": prop(wheelbarrow, 0.9, "green", "wheel barrow", holds=True, seat=0.2, grip=(0.03, 0.35)),
    "carriage": prop(carriage, 2.0, "#b5527a", "coach, royal carriage, stagecoach", holds=True),
    "train": prop(train, 2.3, "green", "steam train", holds=True),
    "locomotive": prop(train, 2.3, "red", "steam engine, railway engine", holds=True, waggon=False),
    "car": prop(car, 1.7, "red", "automobile, motor car, motorcar", holds=True),
    "bus": prop(bus, 2.3, "orange", "coach bus, school bus, omnibus", holds=True),
    "airplane": prop(airplane, 2.4, "red", "plane, aeroplane, airliner, jet plane", holds=True),
    "tractor": prop(tractor, 2.0, "green", "farm tractor", holds=True),
    "sledge": prop(sledge, 0.7, "wood", "sled, sleigh, toboggan", seat=0.2, holds=True),
    "skis": prop(skate, 1.4, "red", "ski, pair of skis", grip=(0.5, 0.5)),
    "hot air balloon": prop(hot_air_balloon, 3.2, "red", "air balloon, montgolfier", holds=True),
    "rocket": prop(rocket, 2.4, "red", "spaceship, spacecraft, space rocket", holds=True),
}  # fmt: skip
