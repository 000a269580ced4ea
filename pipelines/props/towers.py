"""Tall buildings and works of stone: lighthouse, windmill, castle, bridge, well."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import bricks, doorway, pennant, planks, rope_line, tiles, wheel, window
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def lighthouse(s: Sketch, lit: bool = True) -> None:
    """A tower in bands on a rock, with a gallery and a lamp that shines, or is out."""
    if lit:
        s.poly([(46, 114), (46, 122), (4, 132), (4, 108)], "#ffe9a0", flat=True, opacity=0.55, glow=1.0)
        s.poly([(54, 114), (54, 122), (96, 132), (96, 108)], "#ffe9a0", flat=True, opacity=0.55, glow=1.0)
    s.poly([(14, 0), (16, 10), (28, 15), (44, 17), (66, 15), (80, 11), (88, 0)], "rock", smooth=True)
    s.poly([(31, 10), (69, 10), (61, 104), (39, 104)], "white", round=9)
    for low, high in ((10, 28), (47, 66), (85, 104)):
        a, b = 8 * (low - 10) / 94, 8 * (high - 10) / 94
        s.poly([(30 + a, low), (70 - a, low), (70 - b, high), (30 + b, high)], "main", clip=True)
    s.box(34, 103, 66, 108, "#5b5a66", contact=0.5)
    s.box(43, 107, 57, 126, "#ffe38a" if lit else "#3b4250", flat=lit, glow=1.0 if lit else 0.0)
    s.lines([[(43, 107), (43, 126)], [(50, 107), (50, 126)], [(57, 107), (57, 126)]], 1.4, "#5b5a66")
    s.lines(
        [
            [(35, 108), (35, 116)],
            [(65, 108), (65, 116)],
            [(35, 116), (65, 116)],
            [(42.5, 108), (42.5, 116)],
            [(57.5, 108), (57.5, 116)],
        ],
        1.2,
        "#5b5a66",
    )
    s.poly([(39, 125), (61, 125), (57, 134), (50, 140), (43, 134)], "main-")
    s.disc(50, 141, 2, "#5b5a66")
    doorway(s, 50, 12, 10, 15, "#6a4a3c", arched=True)
    for y in (56, 76):
        window(s, 50, y, 5, 9, lit)


def windmill(s: Sketch) -> None:
    """A round mill with four sails of cloth."""
    s.poly([(22, 0), (78, 0), (67, 78), (33, 78)], "main", round=10)
    bricks(s, 20, 0, 80, 78, 12)
    s.poly([(30, 77), (70, 77), (64, 92), (50, 99), (36, 92)], "#7c4f42", smooth=False)
    planks(s, 28, 77, 72, 99, 5, upright=False)
    doorway(s, 50, 0, 14, 22, arched=True)
    window(s, 50, 36, 9, 11)
    window(s, 50, 58, 8, 9)
    for quarter in range(4):
        a = np.radians(35 + 90 * quarter)
        along, across = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        hub = np.array([50.0, 86.0])
        sail = [
            hub + along * 12 + across * 1,
            hub + along * 56 + across * 1,
            hub + along * 56 + across * 15,
            hub + along * 12 + across * 12,
        ]
        s.poly(np.array(sail), "cream", contact=0.35, round=3)
        rungs = [[hub + along * d, hub + along * d + across * 15] for d in range(12, 60, 8)]
        s.lines([*rungs, [sail[3], sail[2]]], 1.3, "wood-", clip=True)
        s.line(np.array([hub, hub + along * 58]), 3, "wood--")
    s.disc(50, 86, 5, "wood-")


def tower(s: Sketch, top: str = "battlements", wide: float = 36, tall: float = 92) -> None:
    """A round tower of stone; `top` is battlements or a pointed roof."""
    s.box(50 - wide / 2, 0, 50 + wide / 2, tall, "main", 0.6, round=10)
    bricks(s, 50 - wide / 2, 0, 50 + wide / 2, tall, round(tall / 6))
    _crown(s, 50, wide, tall, top)
    doorway(s, 50, 0, wide * 0.36, 22, arched=True)
    for y in np.arange(42, tall - 8, 22):
        window(s, 50, y, 7, 12, True)


def fairy_tower(s: Sketch) -> None:
    """A slender tower that widens to a room under a steep roof, with a balcony, ivy, a heart for a window and a small turret."""
    s.poly([(40, 0), (60, 0), (57, 34), (56, 62), (44, 62), (43, 34)], "main", round=8)
    s.poly([(44, 60), (56, 60), (66, 74), (34, 74)], "main-", round=4)
    s.box(34, 74, 66, 100, "main", 0.6, round=8)
    s.poly([(28, 99), (72, 99), (58, 122), (52, 150), (50, 154), (48, 150), (42, 122)], "roof+", round=6)
    for y, half in ((106, 17), (114, 12.5), (124, 7.5), (136, 4)):
        s.line([(50 - half, y), (50, y - 2), (50 + half, y)], 1.2, "roof-", smooth=True)
    pennant(s, 50, 152, 16, "yellow")
    s.poly(
        [(50, 80), (43, 88), (44, 93), (48, 93), (50, 90), (52, 93), (56, 93), (57, 88)],
        "#ffd98a",
        smooth=True,
        glow=0.5,
    )
    s.box(30, 70, 70, 74, "main--")
    for x in range(32, 70, 6):
        s.box(x, 74, x + 1.8, 80, "main--")
    s.box(30, 79, 70, 81, "main--")
    s.box(58, 34, 70, 52, "main", 0.6, round=4)
    s.poly([(58, 34), (70, 34), (62, 24), (58, 24)], "main-")
    s.poly([(55, 51), (73, 51), (64, 72)], "roof+", round=4)
    window(s, 64, 40, 4, 8, True)
    doorway(s, 50, 0, 11, 20, arched=True)
    window(s, 50, 36, 5, 9, True)
    for x, y, r in ((41, 6, 4), (42, 14, 3.4), (43, 22, 3.6), (44, 30, 3), (43, 38, 3), (45, 46, 2.6)):
        s.disc(x, y, r, "leaf")
    s.discs([(41, 10, 1.6), (44, 26, 1.6), (44, 42, 1.6)], "#e793ab", round=1)


def _crown(s: Sketch, x: float, wide: float, tall: float, top: str, colour: str = "roof") -> None:
    """The upper end of a tower."""
    half = wide / 2 + 3
    s.box(x - half, tall - 3, x + half, tall + 5, "main-", 0.6)
    if top == "battlements":
        step = 2 * half / 7
        for i in range(0, 7, 2):
            s.box(x - half + i * step, tall + 4, x - half + (i + 1) * step, tall + 12, "main", 0.6)
        pennant(s, x, tall + 5, 22, "red")
    else:
        s.poly([(x - half - 3, tall + 4), (x + half + 3, tall + 4), (x, tall + 6 + wide * 1.2)], colour)
        tiles(s, x - half - 3, tall + 4, x + half + 3, tall + 6 + wide * 1.2, 7)
        pennant(s, x, tall + 4 + wide * 1.2, 14, "yellow")


def castle(s: Sketch, top: str = "battlements", roof: str = "roof") -> None:
    """Walls with a gate, two towers in front and a keep behind."""
    s.box(36, 20, 74, 86, "main-", 0.6)
    bricks(s, 36, 20, 74, 86, 11)
    _crown(s, 55, 38, 86, top, roof)
    for x in (46, 64):
        window(s, x, 70, 6, 11, True)
    s.box(10, 0, 100, 40, "main", 0.6)
    bricks(s, 10, 0, 100, 40, 7)
    for x in range(24, 88, 10):
        s.box(x, 39, x + 6, 47, "main", 0.6)
    for x in (10, 100):
        s.box(x - 12, 0, x + 12, 62, "main+", 0.6, round=8)
        bricks(s, x - 12, 0, x + 12, 62, 10)
        _crown(s, x, 24, 62, top, roof)
        window(s, x, 44, 6, 12, True)
    s.box(40, -10, 70, 32, "main--", 15, contact=0.2)
    s.box(43, -10, 67, 29, "#6a4632", 12, flat=True)
    planks(s, 43, -10, 67, 29, 6)
    s.lines([[(44, 8), (66, 8)], [(44, 18), (66, 18)]], 1.4, "iron")


def palace(s: Sketch) -> None:
    """A long bright front with columns, domes and many windows."""
    s.box(0, 0, 130, 44, "main", 0.6)
    for x in (12, 26, 40, 90, 104, 118):
        window(s, x, 14, 7, 14, True)
        window(s, x, 34, 7, 9)
    s.box(-3, 43, 133, 48, "main-")
    for x, r in ((14, 13), (116, 13)):
        s.box(x - r, 46, x + r, 60, "main+")
        s.poly(
            [(x - r - 2, 60), (x - r, 68), (x - 5, 78), (x, 86), (x, 86), (x + 5, 78), (x + r, 68), (x + r + 2, 60)],
            "teal",
            smooth=True,
        )
        pennant(s, x, 84, 14, "red")
    s.box(44, 0, 86, 58, "main+")
    s.poly([(40, 58), (90, 58), (65, 74)], "main-")
    s.box(53, 62, 77, 78, "main+")
    s.poly([(48, 76), (50, 88), (58, 100), (65, 112), (65, 112), (72, 100), (80, 88), (82, 76)], "yellow", smooth=True)
    s.line([(65, 110), (65, 120)], 1.8, "yellow-")
    doorway(s, 65, 0, 14, 28, "#8f4f4a", arched=True)
    for x in (47, 55, 75, 83):
        s.box(x - 2, 2, x + 2, 55, "white")
    s.box(40, -4, 90, 2, "stone+")
    s.box(36, -8, 94, -3, "stone")


def bridge(s: Sketch, made: str = "stone") -> None:
    """A bridge over water: of stone with three arches, or of wood."""
    s.poly([(2, 0), (138, 0), (134, 9), (6, 9)], "water", smooth=False, contact=0)
    s.lines([[(16, 4), (34, 4)], [(60, 3), (84, 3)], [(104, 5), (122, 5)]], 1.2, "foam", clip=True, opacity=0.7)
    t = np.linspace(0, np.pi, 25)
    if made == "wood":
        for x in (22, 54, 86, 118):
            s.line([(x, 2), (x, 34)], 5, "main--")
        s.lines([[(22, 8), (54, 30)], [(86, 30), (118, 8)]], 3, "main-", round=1)
        s.box(0, 30, 140, 38, "main")
        planks(s, 0, 30, 140, 38, 22)
        for x in range(8, 140, 20):
            s.line([(x, 36), (x, 56)], 3.4, "main-")
        for y in (45, 55):
            s.line([(2, y), (138, y)], 3, "main")
        return
    deck = np.stack([np.linspace(0, 140, 25), 34 + 12 * np.sin(t)], -1)
    arches = []
    for x, r, h in ((25, 15, 22), (70, 20, 30), (115, 15, 22)):
        arches.append(np.stack([x + r * np.cos(t), 3 + h * np.sin(t)], -1))
    body = np.concatenate([[(0, 3)], deck, [(140, 3)]])
    s.add([body, *arches], "main", round=5)
    bricks(s, 0, 3, 140, 50, 8)
    for x, r, h in ((25, 15, 22), (70, 20, 30), (115, 15, 22)):
        s.line(np.stack([x + (r + 1.5) * np.cos(t), 3 + (h + 1.5) * np.sin(t)], -1), 4, "main-", contact=0.1)
    for low, width, tone in ((7, 5.5, "main"), (11, 3.4, "main+")):
        s.line(deck + (0, low - 4), width, tone)
    for i in range(1, 25, 4):
        s.box(deck[i, 0] - 3, deck[i, 1], deck[i, 0] + 3, deck[i, 1] + 13, "main-")


def broken_bridge(s: Sketch) -> None:
    """Both ends of a stone bridge whose middle fell into the water."""
    s.poly([(2, 0), (158, 0), (154, 9), (6, 9)], "water", smooth=False, contact=0)
    s.lines([[(16, 4), (34, 4)], [(66, 3), (92, 3)], [(124, 5), (142, 5)]], 1.2, "foam", clip=True, opacity=0.7)
    t = np.linspace(0, np.pi, 25)
    for side in (1, -1):

        def placed(points: list[tuple[float, float]] | np.ndarray, side: int = side) -> np.ndarray:
            found = np.array(points, np.float64)
            return found if side > 0 else found * (-1, 1) + (160, 0)

        arch = placed(np.stack([25 + 15 * np.cos(t), 3 + 22 * np.sin(t)], -1))
        s.add(
            [
                placed(
                    [(0, 3), (0, 34), (30, 41), (58, 45), (54, 38), (60, 33), (52, 27), (55, 19), (46, 12), (49, 3)]
                ),
                arch,
            ],
            "main",
            round=4,
        )
        s.line(placed(np.stack([25 + 16.5 * np.cos(t), 3 + 23.5 * np.sin(t)], -1)), 4, "main-", contact=0.1)
        s.line(placed([(0, 38), (30, 45), (54, 48)]), 5.5, "main")
        for x, y in ((4, 35), (22, 40), (40, 43)):
            post = placed([(x - 3, y), (x + 3, y), (x + 3, y + 13), (x - 3, y + 13)])
            s.poly(post, "main-", smooth=False)
    for x, y, r in ((70, 7, 7), (84, 6, 9), (97, 8, 6), (78, 14, 5)):
        s.poly(
            [(x - r, y - 5), (x - r + 2, y + 4), (x, y + 6), (x + r, y + 3), (x + r - 1, y - 5)], "main-", smooth=False
        )


def well(s: Sketch) -> None:
    """A round well of stone with a roof, a winch and a bucket."""
    for x in (14, 78):
        s.box(x - 3, 20, x + 3, 82, "wood-")
    s.line([(6, 64), (90, 64)], 5, "wood")
    s.line([(90, 64), (90, 54), (97, 54)], 2.6, "iron")
    rope_line(s, [(46, 64), (46, 50)], 1.8)
    s.ring(46, 48, 8, 1.4, "iron", ry=7)
    s.poly([(37, 46), (55, 46), (53, 30), (39, 30)], "wood")
    planks(s, 37, 30, 55, 46, 4)
    s.lines([[(37, 43), (55, 43)], [(38, 34), (54, 34)]], 1.4, "iron", clip=True)
    s.poly([(0, 78), (92, 78), (70, 106), (22, 106)], "main")
    tiles(s, 0, 78, 92, 106, 5)
    s.disc(46, 32, 38, "stone--", ry=7)
    s.disc(46, 31, 31, "#33434f", ry=4.6, flat=True)
    s.poly(
        [(8, 31), (20, 27), (46, 25), (72, 27), (84, 31), (84, 4), (72, 1), (46, -1), (20, 1), (8, 4)], "stone", round=8
    )
    bricks(s, 8, -2, 84, 29, 5)
    s.line([(8, 32), (20, 28), (46, 26), (72, 28), (84, 32)], 5, "stone+", smooth=True)


def watermill(s: Sketch) -> None:
    """A mill house with a great wheel in the water."""
    from pipelines.props.buildings import house

    house(s, wall="stone", made="bricks", front=44, side=40, eave=44, ridge=78)
    wheel(s, 88, 26, 28, "wood-", 8, 0.14)
    for a in np.arange(12) * np.pi / 6:
        x, y = 88 + 27 * np.cos(a), 26 + 27 * np.sin(a)
        s.line([(x - 4 * np.cos(a), y - 4 * np.sin(a)), (x + 4 * np.cos(a), y + 4 * np.sin(a))], 3, "wood--")
    s.poly([(50, -6), (126, -6), (122, 3), (54, 3)], "water")
    s.lines([[(60, -2), (78, -2)], [(94, -1), (114, -1)]], 1.2, "foam", clip=True)


def arch(s: Sketch) -> None:
    """A gate of stone in a wall, with two wooden wings."""
    s.box(0, 0, 26, 66, "main")
    bricks(s, 0, 0, 26, 66, 9)
    s.box(74, 0, 100, 66, "main")
    bricks(s, 74, 0, 100, 66, 9)
    s.poly([(0, 60), (100, 60), (100, 88), (0, 88)], "main", contact=0)
    bricks(s, 0, 60, 100, 88, 4)
    s.box(22, -30, 78, 72, "main--", 28, clip=True)
    s.box(24, 0, 76, 44, "#7a5238", 0, contact=0)
    s.disc(50, 44, 26, "#7a5238", flat=True)
    s.lines([[(x, 0), (x, 70)] for x in (32, 41, 50, 59, 68)], 1.2, "#4a3028", opacity=0.6)
    s.lines([[(26, 14), (48, 14)], [(26, 40), (48, 40)], [(52, 14), (74, 14)], [(52, 40), (74, 40)]], 2.4, "iron")
    for x in range(0, 96, 22):
        s.box(x, 87, x + 12, 98, "main", 0.6)


PROPS: dict[str, Prop] = {
    "lighthouse": prop(lighthouse, 3.6, "red", "light house, beacon", holds=True),
    "windmill": prop(windmill, 3.3, "plaster", "wind mill", holds=True),
    "mill": prop(watermill, 2.9, "#8a5a48", "watermill, water mill", holds=True),
    "tower": prop(tower, 3.5, "stone", "watchtower, keep", holds=True),
    "fairy tower": prop(fairy_tower, 3.9, "#efe3ee", "pointed tower, turret, bell tower", holds=True),
    "castle": prop(castle, 3.5, "stone", "fort, fortress, citadel", holds=True, seat=0.62),
    "fairy castle": prop(castle, 3.6, "#e8dccb", "enchanted castle, fairytale castle", holds=True, top="roof", roof="blue"),
    "palace": prop(palace, 3.4, "#f0dcb4", "royal palace, manor, mansion", holds=True),
    "dark lighthouse": prop(lighthouse, 3.6, "red", "unlit lighthouse, lighthouse without light", holds=True, lit=False),
    "broken bridge": prop(broken_bridge, 4.5, "stone", "ruined bridge, fallen bridge"),
    "bridge": prop(bridge, 4.5, "stone", "stone bridge, old bridge", seat=0.26),
    "wooden bridge": prop(bridge, 4.2, "wood", "footbridge, plank bridge, wood bridge", seat=0.34, made="wood"),
    "well": prop(well, 1.6, "roof", "water well, wishing well", seat=0.68, holds=True),
    "city gate": prop(arch, 2.8, "stone", "town gate, castle gate, gateway, portal", holds=True),
}  # fmt: skip
