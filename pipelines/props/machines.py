"""More vehicles: van, truck, tram, caravan, digger, building crane, ambulance, police car, helicopter."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import tyre
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def van(s: Sketch, kind: str = "van") -> None:
    """A van; an ambulance; a caravan; a camper."""
    if kind == "caravan":
        s.line("118,16 146,14", 4, "#5b5a66")
        s.line("140,14 140,2", 4, "#5b5a66")
        s.poly("0,14 -4,52 10,78 34,86 88,86 114,74 122,44 118,14", "main", smooth=False, round=12)
        s.box(-8, 36, 130, 44, "cream", clip=True)
        s.box(14, 50, 44, 72, "#a9c8d2", 4, contact=0.2)
        s.box(92, 50, 112, 70, "#a9c8d2", 4, contact=0.2)
        s.box(58, 14, 82, 74, "cream", 3, contact=0.2)
        s.box(62, 52, 78, 68, "#a9c8d2", 2, flat=True)
        s.disc(78, 40, 2, "yellow", flat=True)
        s.box(-2, 10, 122, 16, "#5b5a66", 2)
        tyre(s, 50, 10, 12)
        return
    s.poly("0,12 0,66 6,72 84,72 98,66 112,42 128,36 130,12", "main", smooth=False, round=10)
    s.poly("88,66 98,62 108,43 88,43", "#a9c8d2", contact=0.1)
    s.box(68, 43, 83, 66, "#a9c8d2", 3, contact=0.1)
    s.lines([[(85, 14), (85, 70)], [(64, 14), (64, 70)]], 1.4, "main--", opacity=0.7)
    s.line("70,36 77,36", 2, "cream", round=0.5)
    if kind == "ambulance":
        s.box(0, 20, 132, 27, "red", 0, flat=True)
        s.lines([[(32, 38), (32, 62)], [(20, 50), (44, 50)]], 9, "red")
        s.box(74, 72, 92, 80, "blue", 3, glow=0.6)
    else:
        s.box(0, 24, 132, 29, "cream", 0, flat=True)
    s.disc(126, 28, 4, "lamp", glow=0.6)
    s.box(-3, 9, 133, 15, "#5b5a66", 3)
    for x in (26, 104):
        tyre(s, x, 10, 12)


def truck(s: Sketch, kind: str = "truck") -> None:
    """A truck with a box; a dump truck."""
    if kind == "dump":
        s.poly("4,78 96,78 88,30 14,30", "yellow", round=8)
        s.discs([(18 + 12 * k, 80 + 6 * np.sin(1.1 * k), 9) for k in range(6)], "earth", round=5)
    else:
        s.box(0, 22, 92, 88, "cream", 3, round=8)
        s.box(0, 44, 92, 58, "main", clip=True)
    s.poly("97,20 97,72 124,72 134,44 146,40 146,20", "main", smooth=False, round=8)
    s.poly("102,66 120,66 128,46 102,46", "#a9c8d2", contact=0.1)
    s.line("104,38 110,38", 2, "cream", round=0.5)
    s.disc(143, 30, 4, "lamp", glow=0.6)
    s.box(-2, 14, 148, 22, "#5b5a66", 3)
    for x in (20, 44, 122):
        tyre(s, x, 12, 13)


def tram(s: Sketch) -> None:
    """A tram under its wire."""
    s.lines([[(-10, 118), (150, 118)]], 2, "#4a4652")
    s.line("66,86 46,102 66,117", 3, "#5b5a66", smooth=False)
    s.box(0, 10, 140, 84, "main", 10, round=10)
    s.box(-4, 40, 144, 47, "cream", clip=True)
    s.box(10, 78, 130, 90, "grey", 5)
    for x in (10, 62, 84):
        s.box(x, 50, x + 17, 74, "#a9c8d2", 3, contact=0.1)
    for x in (34, 106):
        s.box(x, 14, x + 22, 74, "cream", 3, contact=0.1)
        s.box(x + 3, 46, x + 10, 70, "#a9c8d2", 1, flat=True)
        s.box(x + 12, 46, x + 19, 70, "#a9c8d2", 1, flat=True)
    s.disc(134, 26, 4, "lamp", glow=0.6)
    s.box(-2, 6, 142, 13, "#5b5a66", 3)
    for x in (22, 44, 96, 118):
        s.disc(x, 5, 8, "#3d3a44")
        s.disc(x, 5, 3, "#8c8a90", flat=True)
    s.box(-10, -6, 150, -3, "#8c8a90")


def digger(s: Sketch, kind: str = "digger") -> None:
    """A digger with its arm; a bulldozer."""
    if kind == "digger":
        s.line("78,50 104,102 140,76", 11, "main-", smooth=False, round=4)
        s.line("140,78 134,40", 8, "main-", round=3)
        s.poly("120,44 146,44 148,20 132,6 114,16 124,26", "#5b5a66", smooth=False, round=5)
    else:
        s.line("70,24 118,18", 8, "main-")
        s.poly("112,-2 122,46 132,50 126,20 132,-4", "#5b5a66", smooth=False, round=5)
    s.box(4, 30, 84, 56, "main", 6, round=8)
    s.poly("40,54 40,92 72,92 82,70 82,54", "main", round=6)
    s.poly("46,58 46,86 69,86 76,69 76,58", "#a9c8d2", contact=0.1)
    s.box(10, 54, 34, 66, "#5b5a66", 3)
    s.box(-4, -4, 98, 30, "#3d3a44", 15, round=8)
    s.discs([(12 + 17.5 * k, 13, 8) for k in range(5)], "#8c8a90", round=3)


def crane(s: Sketch) -> None:
    """A building crane with its hook."""
    s.box(30, -4, 74, 6, "stone-", 2)
    s.lines([[(44, 4), (44, 118)], [(60, 4), (60, 118)]], 4, "main", round=1.5)
    s.lines([[(44, 6 + 16 * k), (60, 22 + 16 * k)] for k in range(7)], 2.4, "main", round=1)
    s.lines([[(-6, 116), (150, 116)], [(52, 128), (150, 118)]], 4, "main", round=1.5)
    s.lines(
        [[(60 + 12 * k, 116), (66 + 12 * k, 126 - 1.2 * k), (72 + 12 * k, 116)] for k in range(7)], 2, "main", round=1
    )
    s.lines([[(52, 146), (-4, 118)], [(52, 146), (128, 119)]], 1.6, "#5b5a66")
    s.line("52,116 52,146", 5, "main-")
    s.box(-8, 100, 14, 120, "#8c8a90", 2)
    s.box(42, 100, 66, 118, "#a9c8d2", 3, contact=0.2)
    s.lines([[(126, 116), (126, 62)]], 1.6, "#4a4652")
    s.line("126,62 126,52 134,48 132,40", 4, "#4a4652", smooth=True)
    s.poly("126,44 108,24 144,24", "#cfa869", flat=True, opacity=0.4)
    s.box(106, 8, 146, 26, "wood", 2)


def helicopter(s: Sketch) -> None:
    """A helicopter, to the right."""
    s.line("72,84 72,98", 5, "#5b5a66")
    s.line("4,100 140,100", 4.6, "#5b5a66")
    s.poly("40,58 -34,66 -36,74 44,72", "main-", round=4)
    s.poly("-36,60 -50,86 -38,88 -26,68", "main", round=3)
    s.ring(-40, 70, 13, 2.6, "#5b5a66")
    s.poly("30,54 36,80 66,90 100,84 122,60 124,40 108,28 60,26 38,36", "main", smooth=True, round=13)
    s.poly("84,82 100,78 117,58 118,46 84,46", "#a9c8d2", smooth=False, contact=0.1)
    s.box(52, 46, 74, 72, "#a9c8d2", 5, contact=0.1)
    s.poly("30,38 124,42 124,36 34,34", "cream", clip=True)
    for x in (56, 98):
        s.line([(x, 28), (x - 4, 12)], 4, "#5b5a66")
    s.line("30,10 112,10 124,16", 5, "#5b5a66", smooth=True)


def police_car(s: Sketch) -> None:
    """A police car."""
    s.poly(
        "2,12 0,30 10,38 24,42 36,60 50,64 70,63 82,44 104,38 112,28 112,12 112,12 2,12 2,12",
        "white",
        smooth=True,
        round=10,
    )
    s.box(-4, 20, 120, 32, "main", clip=True)
    s.poly("30,43 39,56 52,59 52,42", "#a9c8d2", contact=0.1)
    s.poly("57,42 57,59 68,58 77,43", "#a9c8d2", contact=0.1)
    s.box(46, 63, 56, 71, "red", 2, glow=0.5)
    s.box(56, 63, 66, 71, "blue", 2, glow=0.5)
    s.disc(56, 26, 6, "yellow", flat=True)
    s.disc(107, 31, 4, "lamp", glow=0.6)
    s.box(-3, 12, 116, 18, "grey+", 3)
    for x in (26, 88):
        tyre(s, x, 12, 12)


PROPS: dict[str, Prop] = {
    "van": prop(van, 1.9, "teal", "delivery van, minibus, minivan", holds=True),
    "ambulance": prop(van, 1.9, "white", "", kind="ambulance", holds=True),
    "caravan": prop(van, 1.9, "#e0a9a0", "camper, camper van, mobile home, motorhome", kind="caravan", holds=True),
    "truck": prop(truck, 2.2, "red", "lorry, delivery truck, pickup, pickup truck", holds=True),
    "dump truck": prop(truck, 2.2, "orange", "tipper", kind="dump", holds=True),
    "tram": prop(tram, 2.3, "red", "tramcar, streetcar, tram car, cable car", holds=True),
    "digger": prop(digger, 2.0, "yellow", "excavator, backhoe", holds=True),
    "bulldozer": prop(digger, 1.8, "orange", "", kind="bulldozer", holds=True),
    "building crane": prop(crane, 3.4, "yellow", "tower crane, construction crane"),
    "helicopter": prop(helicopter, 2.2, "red", "chopper", holds=True),
    "police car": prop(police_car, 1.7, "blue", "patrol car, squad car", holds=True),
}  # fmt: skip
