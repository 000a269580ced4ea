"""Buildings with a sign or a shape of their own: stations, post office, airport tower, factory, temple, garage, kennel, greenhouse."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import bricks, doorway, pennant, planks, smoke, tiles, window
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def sign(s: Sketch, kind: str, x: float, y: float) -> None:
    """What a building is for, on a round sign: a star, a flame, a clock, an envelope."""
    s.disc(x, y, 15, "#fbf6e6", contact=0.3)
    if kind == "police":
        a = np.pi / 2 + np.arange(10) * np.pi / 5
        reach = np.where(np.arange(10) % 2, 5, 11)
        s.poly(np.stack([x + reach * np.cos(a), y + reach * np.sin(a)], -1), "blue", flat=True)
    elif kind == "fire":
        s.poly(
            [(x, y - 10), (x - 9, y - 2), (x - 5, y + 4), (x, y + 12), (x + 4, y + 4), (x + 9, y - 2)],
            "#e8692f",
            smooth=True,
            flat=True,
        )
    elif kind == "post":
        s.box(x - 10, y - 7, x + 10, y + 7, "red", 1, flat=True)
        s.lines([[(x - 10, y + 7), (x, y - 1), (x + 10, y + 7)]], 2, "#fbf6e6")
    elif kind == "hotel":
        s.lines(
            [[(x - 6, y - 9), (x - 6, y + 9)], [(x + 6, y - 9), (x + 6, y + 9)], [(x - 6, y), (x + 6, y)]], 4, "red"
        )
    else:
        s.lines([[(x, y), (x, y + 10)], [(x, y), (x + 7, y - 3)]], 2.6, "#4a3440")


def station(s: Sketch, kind: str = "train") -> None:
    """A house of the town with a sign: police, fire brigade, post, trains, a hotel."""
    s.box(0, 0, 150, 84, "main", 1, round=7)
    bricks(s, 0, 0, 150, 84, 12)
    s.box(-4, 82, 154, 92, "cream", 2)
    s.poly("44,90 106,90 106,112 75,130 44,112", "main", round=6)
    s.line("40,110 75,131 110,110", 5, "cream")
    sign(s, kind, 75, 108)
    if kind == "fire":
        for x in (38, 110):
            s.box(x - 24, 0, x + 24, 54, "cream", 3, contact=0.2)
            s.box(x - 20, 0, x + 20, 50, "red", 2, contact=0.1)
            planks(s, x - 20, 0, x + 20, 50, 6, upright=False)
            s.box(x - 14, 34, x + 14, 42, "#a9c8d2", 1, flat=True)
        for x in (28, 75, 122):
            window(s, x, 69, 16, 16)
        return
    for x in (24, 126):
        window(s, x, 62, 20, 22)
        window(s, x, 26, 20, 26)
    for x in (56, 94):
        window(s, x, 62, 14, 22, arched=True)
    if kind == "train":
        s.box(-16, 42, 166, 49, "roof", 2)
        for x in (-10, 45, 105, 160):
            s.box(x - 2.5, 0, x + 2.5, 44, "wood--", 1)
    doorway(s, 75, 0, 28, 38, "#7a5238" if kind != "police" else "blue")
    s.box(50, -4, 100, 2, "stone", 1)
    if kind == "police":
        for x in (54, 96):
            s.disc(x, 34, 5, "blue", glow=0.6)
    if kind == "hotel":
        s.poly("52,44 98,44 104,34 46,34", "red", round=2)


def airport(s: Sketch) -> None:
    """A control tower beside a hall."""
    s.box(56, 0, 160, 40, "cream", 3, round=7)
    s.box(52, 38, 164, 46, "main", 3)
    for k in range(5):
        s.box(64 + 19 * k, 10, 78 + 19 * k, 32, "#8fb5c4", 2, flat=True)
    s.poly("22,0 58,0 52,96 28,96", "stone+", round=8)
    s.box(20, 92, 60, 100, "main", 2)
    s.poly("12,124 68,124 60,100 20,100", "#8fc9dd", round=4)
    s.lines([[(30, 100), (26, 124)], [(40, 100), (40, 124)], [(50, 100), (54, 124)]], 2.4, "cream", clip=True)
    s.box(8, 122, 72, 132, "main", 4)
    s.line("40,132 40,152", 2.6, "#5b5a66")
    s.disc(40, 153, 4, "red", glow=0.7)
    doorway(s, 40, 0, 14, 22, "#5b5a66")


def factory(s: Sketch) -> None:
    """A factory with chimneys and a roof like a saw."""
    for x, tall in ((12, 126), (38, 110)):
        smoke(s, x + 4, tall + 4, 40)
        s.poly([(x - 9, 40), (x + 9, 40), (x + 6, tall), (x - 6, tall)], "brick-", round=5)
        s.box(x - 8, tall - 12, x + 8, tall - 5, "cream", 1)
        s.box(x - 8, tall - 3, x + 8, tall + 3, "brick--", 1)
    for k in range(3):
        s.poly([(54 + 34 * k, 58), (54 + 34 * k, 90), (88 + 34 * k, 58)], "#8fb5c4", round=3)
        s.poly([(52 + 34 * k, 92), (57 + 34 * k, 92), (90 + 34 * k, 58), (84 + 34 * k, 58)], "slate", round=2)
    s.box(0, 0, 156, 60, "main", 1, round=7)
    bricks(s, 0, 0, 156, 60, 8)
    for x in (20, 46, 72, 136):
        window(s, x, 38, 16, 18)
    s.box(92, 0, 122, 40, "#5b6a78", 1, contact=0.2)
    planks(s, 92, 0, 122, 40, 5, upright=False)


def temple(s: Sketch) -> None:
    """A temple with columns and steps."""
    for k in range(3):
        s.box(-6 + 6 * k, 6 * k - 6, 136 - 6 * k, 6 * k + 1, "main-" if k % 2 else "main", 1)
    s.box(14, 12, 116, 72, "#8a7f78", 1, flat=True)
    s.box(52, 12, 78, 52, "#4a3f40", 1, flat=True)
    for k in range(5):
        x = 17 + 24 * k
        s.box(x - 7, 14, x + 7, 72, "main", 2, round=5)
        s.lines([[(x - 2.5, 18), (x - 2.5, 68)], [(x + 2.5, 18), (x + 2.5, 68)]], 1.2, "main--", clip=True, opacity=0.6)
        s.box(x - 10, 68, x + 10, 74, "main+", 1)
        s.box(x - 10, 11, x + 10, 16, "main+", 1)
    s.box(2, 73, 128, 82, "main", 1)
    s.poly("-4,82 134,82 65,118", "main", round=6)
    s.poly("22,87 108,87 65,109", "main-", flat=True)
    s.disc(65, 95, 6, "yellow")


def shelter(s: Sketch, kind: str = "kennel") -> None:
    """A kennel; a birdhouse on its pole; a garage."""
    if kind == "garage":
        s.box(0, 0, 118, 66, "plaster", 1, round=7)
        s.poly("-8,64 126,64 108,98 10,98", "main", round=6)
        tiles(s, -8, 64, 126, 98, 5)
        s.box(16, 0, 102, 54, "cream", 2, contact=0.2)
        s.box(20, 0, 98, 50, "#c8ccd4", 1, contact=0.1)
        planks(s, 20, 0, 98, 50, 5, upright=False)
        for k in range(4):
            s.box(25 + 18 * k, 42, 39 + 18 * k, 48, "#6d8fa6", 1, flat=True)
        s.box(52, 4, 66, 8, "#5b5a66", 1, flat=True)
        return
    if kind == "birdhouse":
        s.box(45, -54, 55, 8, "wood-", 2)
    s.poly("10,0 90,0 90,58 50,90 10,58", "wood", round=7)
    planks(s, 10, 0, 90, 90, 5, upright=False)
    s.line("-4,50 50,96 104,50", 12, "main", round=4)
    if kind == "birdhouse":
        s.disc(50, 44, 16, "#4a3028", flat=True)
        s.ring(50, 44, 19, 3.4, "wood-")
        s.line("50,16 50,20", 8, "wood--")
        s.line("50,16 50,10", 5, "wood--")
        return
    s.box(30, 0, 70, 30, "#4a3028", 0, flat=True)
    s.disc(50, 30, 20, "#4a3028", flat=True)
    s.box(33, 62, 67, 72, "cream", 3)
    s.lines([[(40, 67), (60, 67)]], 3, "wood--")


def greenhouse(s: Sketch) -> None:
    """A greenhouse with plants inside."""
    s.poly("0,0 0,56 65,98 130,56 130,0", "#cfe6e4", round=4)
    for k in range(6):
        x = 14 + 20 * k
        s.poly(
            [(x - 10, 10), (x - 7, 26), (x, 36 + 8 * (k % 2)), (x + 7, 26), (x + 10, 10)],
            "leaf" + ("", "+")[k % 2],
            smooth=True,
            clip=True,
        )
        if k % 2:
            s.discs([(x - 4, 26, 3), (x + 3, 32, 3), (x, 20, 3)], "red", clip=True)
    s.poly("0,56 40,82 20,0 0,0", "white", clip=True, opacity=0.35)
    s.lines([[(22 * k, -2), (22 * k, 98)] for k in range(1, 6)], 2.6, "main", clip=True)
    s.lines([[(-4, 56), (134, 56)], [(-4, 28), (134, 28)]], 2.6, "main", clip=True)
    s.line("0,0 0,56 65,98 130,56 130,0", 5, "main")
    s.box(50, 0, 80, 48, "#dff0ee", 1, contact=0.1)
    s.lines([[(50, 0), (50, 48), (80, 48), (80, 0)], [(50, 24), (80, 24)]], 3.4, "main", round=1)
    s.box(-4, -6, 134, 3, "brick", 1)


def bandstand(s: Sketch) -> None:
    """A pavilion with a pointed roof."""
    for x in (14, 48, 82, 116):
        s.box(x - 4, 10, x + 4, 66, "cream", 2)
    s.lines(
        [[(14, 30), (116, 30)]] + [[(14 + 9.3 * k, 12), (14 + 9.3 * k, 30)] for k in range(12)], 2.6, "cream", round=1
    )
    s.box(4, -2, 126, 12, "stone", 2)
    s.poly("-4,64 134,64 74,104 56,104", "main", round=8)
    tiles(s, -4, 64, 134, 104, 5)
    pennant(s, 65, 103, 24, "yellow")


PROPS: dict[str, Prop] = {
    "train station": prop(station, 2.7, "#d9a878", "station, railway station, station building", kind="train"),
    "police station": prop(station, 2.7, "#a9b7c4", "", kind="police"),
    "fire station": prop(station, 2.7, "#c98b76", "firehouse, fire house", kind="fire"),
    "post office": prop(station, 2.7, "#e0c48a", "", kind="post"),
    "hotel": prop(station, 2.8, "#d9b0a4", "motel", kind="hotel"),
    "airport": prop(airport, 3.0, "red", "control tower, airport tower"),
    "factory": prop(factory, 3.0, "#c98b76", "plant building, factory chimney, power station"),
    "temple": prop(temple, 2.7, "#e6dcc4", "shrine, greek temple"),
    "garage": prop(shelter, 2.5, "#a8584a", "car port, carport", kind="garage"),
    "kennel": prop(shelter, 1.1, "red", "doghouse, dog house, dog kennel", holds=True),
    "birdhouse": prop(shelter, 1.5, "teal", "bird house, nesting box, bird box", kind="birdhouse", holds=True),
    "greenhouse": prop(greenhouse, 2.5, "#f4f6f4", "glasshouse, hothouse"),
    "pavilion": prop(bandstand, 2.6, "green", "bandstand, gazebo"),
}  # fmt: skip
