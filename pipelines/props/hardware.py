"""More tools and arms: screwdriver, wrench, drill, nail, chain, hook, hose, watering can, flowerpot, mower, oar, paddle, spear, cannon."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import tyre, wheel
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def driver(s: Sketch, kind: str = "screwdriver") -> None:
    """A screwdriver; a wrench; pliers; a nail; a screw."""
    if kind == "screwdriver":
        s.line("50,-6 50,56", 7, "#aab2bc", round=2)
        s.poly("44,-2 56,-2 58,-14 42,-14", "#8c919c", round=2)
        s.box(36, 54, 64, 116, "main", 12, round=8)
        s.lines(
            [[(43, 62), (43, 108)], [(50, 62), (50, 110)], [(57, 62), (57, 108)]], 2.4, "main--", clip=True, opacity=0.6
        )
        s.box(40, 50, 60, 60, "#4a4652", 3)
    elif kind == "wrench":
        s.line("50,10 50,90", 16, "main", round=5)
        s.disc(50, 6, 17, "main", round=5)
        s.disc(50, 6, 7, "#4a4652", flat=True)
        s.poly(
            "34,84 24,100 30,120 42,126 42,108 50,102 58,108 58,126 70,120 76,100 66,84", "main", smooth=False, round=6
        )
    elif kind == "nail":
        s.poly("44,106 56,106 54,8 50,-8 46,8", "main", round=3)
        s.box(34, 104, 66, 113, "main+", 3)
    else:
        s.poly("42,96 58,96 55,12 50,-6 45,12", "main", round=3)
        s.lines([[(41, 14 + 11 * k), (59, 20 + 11 * k)] for k in range(7)], 5, "main-", round=1.5)
        s.poly("30,100 70,100 62,116 38,116", "main+", smooth=True, round=4)
        s.lines([[(42, 108), (58, 112)]], 3, "#4a4652")
    s.turn(-36)


def drill(s: Sketch) -> None:
    """A drill."""
    s.line("100,74 132,74", 4.6, "#aab2bc")
    s.poly("84,84 102,80 102,68 84,64", "#4a4652", round=4)
    s.poly("30,64 58,64 48,10 20,10", "main", round=8)
    s.box(10, -6, 58, 14, "#4a4652", 4)
    s.poly("6,92 14,98 76,96 88,86 88,62 76,54 14,54 6,62", "main", smooth=False, round=9)
    s.lines([[(18, 66 + 7 * k), (34, 66 + 7 * k)] for k in range(4)], 2.6, "main--", clip=True)
    s.poly("58,54 66,42 58,40 52,50", "#4a4652", round=2)


def chain(s: Sketch, kind: str = "chain") -> None:
    """A chain of links; a hook; a pipe; a wire."""
    if kind == "hook":
        s.ring(50, 104, 13, 6, "main-")
        s.line("50,92 50,56 74,40 70,10 46,0 26,12 24,30", 11, "main", smooth=True, round=5)
        s.poly("18,28 30,30 22,48", "main", round=3)
        return
    if kind == "pipe":
        s.line("-4,22 58,22 76,40 76,104", 24, "main", smooth=False, round=9)
        s.box(-10, 6, 6, 38, "main-", 3)
        s.box(60, 96, 92, 110, "main-", 3)
        s.box(52, 8, 66, 36, "main-", 3)
        s.disc(-10, 22, 5, "#3d3a44", ry=11, flat=True)
        return
    if kind == "wire":
        for k in range(4):
            s.ring(50, 44 + 7 * k, 46, 4.6, "main" + ("-" if k % 2 else ""), ry=26)
        s.line("92,48 112,30 128,34", 4.6, "main", smooth=True)
        return
    for k in range(6):
        x, y = 2 + 18 * k, 22 + 13 * np.sin(0.9 * k)
        if k % 2:
            s.line([(x - 13, y - 1), (x + 13, y + 1)], 8, "main-", round=3)
        else:
            s.ring(x, y, 17, 6, "main", ry=11.5)


def hose(s: Sketch, kind: str = "hose") -> None:
    """A garden hose; a watering can; a flowerpot."""
    if kind == "flowerpot":
        s.line("50,70 48,92 52,108", 4, "leaf-", smooth=True)
        s.poly("50,84 28,82 18,98 40,98", "leaf", smooth=True, round=4)
        s.poly("50,92 70,88 84,104 62,106", "leaf", smooth=True, round=4)
        for a in np.arange(6) * np.pi / 3:
            s.disc(52 + 11 * np.cos(a), 116 + 11 * np.sin(a), 8, "pink")
        s.disc(52, 116, 7, "yellow")
        s.poly("14,56 86,56 76,0 24,0", "main", round=10)
        s.disc(50, 68, 38, "earth-", ry=6)
        s.box(6, 52, 94, 70, "main+", 4, round=6)
        return
    if kind == "can":
        s.line("20,74 2,60 6,24 24,14", 7, "main-", smooth=True)
        s.line("30,74 44,96 64,94 72,74", 6, "main-", smooth=True)
        s.poly("72,18 78,42 112,84 122,78 92,22", "main-", round=6)
        s.poly("104,92 130,72 136,80 112,100", "main+", round=4)
        s.poly("22,74 80,74 86,0 16,0", "main", round=11)
        s.box(10, 20, 90, 28, "cream", clip=True)
        s.disc(51, 74, 29, "main--", ry=6)
        for x, y in ((140, 66), (130, 56), (146, 50), (136, 40)):
            s.poly([(x, y), (x - 4, y - 8), (x, y - 13), (x + 4, y - 8)], "#7fc0dc", smooth=True, flat=True)
        return
    for k in range(4):
        s.ring(50, 18 + 9 * k, 52, 9.6, "main" + ("-" if k % 2 else ""), ry=22)
    s.line("94,38 118,50 116,78 134,92", 9, "main", smooth=True, round=3)
    s.line("132,91 146,101", 13, "#d9a93c", round=4)
    s.poly("148,106 158,118 166,108 154,98", "#7fc0dc", smooth=True, flat=True)


def mower(s: Sketch) -> None:
    """A lawnmower."""
    s.line("14,34 -34,96", 5, "#5b5a66")
    s.line("-46,90 -24,106", 7, "#3d3a44", round=2)
    for x in (2, 18, 36, 96, 110):
        s.poly([(x - 5, -4), (x - 3, 12), (x, 2), (x + 3, 14), (x + 6, -4)], "leaf")
    s.poly("4,14 6,34 28,42 74,42 96,32 104,14", "main", smooth=False, round=8)
    s.box(36, 40, 72, 60, "#4a4652", 5)
    s.box(44, 58, 64, 66, "yellow", 3)
    tyre(s, 18, 10, 13)
    tyre(s, 90, 8, 11)


def oar(s: Sketch, kind: str = "oar") -> None:
    """An oar; a paddle with two blades; a spear; an arrow; a hoe."""
    if kind == "spear":
        s.line("50,-20 50,104", 5, "main")
        s.poly("50,136 38,110 46,100 54,100 62,110", "#c8ced8", round=4)
        s.lines([[(44, 98), (56, 92)], [(44, 92), (56, 86)]], 3, "red", round=1)
    elif kind == "arrow":
        s.line("50,-6 50,106", 4.6, "main")
        s.poly("50,126 37,102 50,108 63,102", "#aab2bc", round=3)
        for side in (-1, 1):
            s.poly([(50, 22), (50 + side * 14, 10), (50 + side * 14, -16), (50, -2)], "red", round=3)
    elif kind == "hoe":
        s.line("50,-20 50,116", 5.6, "main")
        s.line("50,114 62,124 74,114", 5, "#8f98a6", smooth=True)
        s.poly("66,120 84,108 76,88 60,102", "#8f98a6", round=4)
    else:
        s.line("50,6 50,108", 6, "main")
        s.poly("40,28 60,28 66,4 60,-22 50,-28 40,-22 34,4", "main-", smooth=True, round=7)
        s.lines([[(50, 22), (50, -22)]], 2, "main+", clip=True)
        if kind == "paddle":
            s.poly("40,92 60,92 66,116 60,142 50,148 40,142 34,116", "main-", smooth=True, round=7)
            s.box(46, 48, 54, 72, "red", 3)
        else:
            s.line("40,110 60,110", 6.4, "main-")
    s.turn(-28)


def cannon(s: Sketch, kind: str = "cannon") -> None:
    """A cannon on wheels; a bomb with a burning fuse."""
    if kind == "bomb":
        s.line("66,88 74,104 90,104 96,114", 4, "#cfa869", smooth=True)
        for a in np.arange(8) * np.pi / 4:
            s.line([(98, 116), (98 + 12 * np.cos(a), 116 + 12 * np.sin(a))], 3, "#f6a63c", flat=True, glow=0.9)
        s.disc(98, 116, 5, "#ffe38a", flat=True, glow=1.0)
        s.disc(44, 44, 45, "main", round=20)
        s.poly("54,84 74,76 80,90 62,98", "main", round=4)
        s.poly("14,54 22,70 34,76 24,56", "white", smooth=True, clip=True, opacity=0.5)
        return
    s.poly("-18,0 -10,14 52,34 66,22 62,8 10,0", "wood-", round=5)
    s.poly("2,34 -2,54 10,66 96,92 108,62 16,28", "main", smooth=False, round=10)
    s.line("96,92 108,60", 9, "main-", round=3)
    s.line("56,80 66,48", 6, "main-", round=2)
    s.disc(-4, 50, 8, "main-")
    wheel(s, 42, 22, 26, "wood-", 8, 0.2)
    for x, y in ((100, 6), (118, 6), (109, 20)):
        s.disc(x, y, 9.4, "main-", round=4)


PROPS: dict[str, Prop] = {
    "screwdriver": prop(driver, 0.5, "orange", "", grip=(0.75, 0.25)),
    "wrench": prop(driver, 0.5, "#9aa3b0", "spanner, pliers", kind="wrench", grip=(0.4, 0.6)),
    "nail": prop(driver, 0.35, "#9aa3b0", "iron nail, tack", kind="nail", grip=(0.4, 0.6)),
    "screw": prop(driver, 0.35, "#aab2bc", "bolt, nut and bolt", kind="screw", grip=(0.4, 0.6)),
    "drill": prop(drill, 0.5, "yellow", "power drill, electric drill", grip=(0.35, 0.6)),
    "chain": prop(chain, 0.4, "#8c919c", "iron chain, handcuffs", grip=(0.1, 0.5)),
    "hook": prop(chain, 0.45, "#8c919c", "fish hook, fishhook", kind="hook", grip=(0.5, 0.1)),
    "pipe": prop(chain, 0.6, "#8f9fa8", "tube, water pipe, drainpipe", kind="pipe"),
    "wire": prop(chain, 0.45, "#c9824a", "coil of wire", kind="wire", grip=(0.5, 0.5)),
    "hose": prop(hose, 0.6, "green", "garden hose, fire hose, hosepipe", grip=(0.9, 0.2)),
    "watering can": prop(hose, 0.6, "teal", "", kind="can", grip=(0.4, 0.1), holds=True),
    "flowerpot": prop(hose, 0.65, "#c4704a", "flower pot, plant pot, pot of flowers", kind="flowerpot", grip=(0.5, 0.7)),
    "lawnmower": prop(mower, 0.9, "red", "lawn mower, mower", grip=(0.05, 0.1)),
    "oar": prop(oar, 1.2, "wood", "", grip=(0.6, 0.3)),
    "paddle": prop(oar, 1.2, "#d9a25c", "kayak paddle", kind="paddle", grip=(0.5, 0.5)),
    "spear": prop(oar, 1.5, "wood", "lance, javelin, harpoon", kind="spear", grip=(0.5, 0.5)),
    "arrow": prop(oar, 0.8, "wood+", "dart", kind="arrow", grip=(0.5, 0.5)),
    "hoe": prop(oar, 1.2, "wood", "", kind="hoe", grip=(0.4, 0.6)),
    "cannon": prop(cannon, 1.0, "iron+", "canon", seat=0.3),
    "bomb": prop(cannon, 0.5, "iron", "grenade, dynamite, firecracker", kind="bomb", grip=(0.4, 0.7)),
}  # fmt: skip
