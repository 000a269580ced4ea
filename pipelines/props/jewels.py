"""Small things that are worn or sewn: necklace, bracelet, earring, pearl, ribbon, button, thread, needle, wool, string."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def necklace(s: Sketch, kind: str = "necklace") -> None:
    """A necklace of beads; a bracelet; a pair of earrings; a pearl in its shell."""
    if kind == "earring":
        for x in (18, 74):
            s.line([(x, 74), (x - 2, 88), (x + 8, 94), (x + 12, 86)], 3, "yellow", smooth=True)
            s.disc(x, 66, 9, "yellow")
            s.poly([(x, 58), (x - 15, 26), (x - 9, 8), (x, 3), (x + 9, 8), (x + 15, 26)], "main", smooth=True, round=9)
            s.poly([(x - 8, 26), (x - 3, 38), (x - 2, 24)], "white", smooth=True, clip=True, opacity=0.7)
        return
    if kind == "pearl":
        s.poly("10,44 -4,76 14,104 50,114 86,104 104,76 90,44", "#c9a7b8", smooth=True, round=9)
        s.lines([[(50, 40), (50 + 22 * k, 116)] for k in (-2, -1, 0, 1, 2)], 2, "#9a7890", clip=True, opacity=0.6)
        s.poly("4,44 96,44 84,14 50,2 16,14", "#d9bccb", smooth=True, round=9)
        s.poly("12,43 88,43 76,26 50,20 24,26", "#f3e3ea", smooth=True, flat=True)
        s.disc(50, 46, 21, "main", round=10)
        s.disc(43, 54, 5, "white", flat=True, opacity=0.9)
        return
    if kind == "bracelet":
        t = np.arange(22) * 2 * np.pi / 22
        for k, a in enumerate(t):
            s.disc(56 + 48 * np.cos(a), 40 + 34 * np.sin(a), 8.6, ("main", "yellow", "main+")[k % 3], round=4)
        return
    t = np.linspace(np.pi * 0.82, np.pi * 2.18, 23)
    s.line("16,92 34,108 70,108 88,92", 2, "#a8865a", smooth=True)
    for k, a in enumerate(t):
        r = 5.4 + 3.2 * np.sin(np.pi * k / 22)
        s.disc(52 + 46 * np.cos(a), 70 + 46 * np.sin(a), r, "main" if k % 2 else "main+", round=4)
    s.poly("52,22 40,10 44,-4 52,-10 60,-4 64,10", "#56b8d0", round=5)
    s.disc(52, 22, 5, "yellow")


def ribbon(s: Sketch) -> None:
    """A ribbon tied in a bow."""
    for side in (-1, 1):
        s.poly(
            [(56, 52), (56 + side * 10, 54), (56 + side * 40, 4), (56 + side * 26, 10), (56 + side * 18, 0)],
            "main-",
            round=4,
        )
        s.poly([(56, 58), (56 + side * 24, 84), (56 + side * 54, 84), (56 + side * 58, 56), (56 + side * 46, 38), (56 + side * 20, 42)], "main", smooth=True, round=10)  # fmt: skip
        s.poly(
            [(56 + side * 12, 60), (56 + side * 40, 72), (56 + side * 40, 52)],
            "main--",
            smooth=True,
            clip=True,
            opacity=0.6,
        )
    s.box(46, 46, 66, 72, "main+", 7, round=5)


def button(s: Sketch) -> None:
    """A button with four holes."""
    s.disc(50, 50, 50, "main", round=8)
    s.ring(50, 50, 40, 4, "main-", contact=0)
    s.disc(50, 50, 34, "main+", contact=0.1, round=5)
    s.discs([(40, 40, 5.4), (60, 40, 5.4), (40, 60, 5.4), (60, 60, 5.4)], "#4a3440", flat=True)
    s.lines([[(40, 40), (60, 60)], [(60, 40), (40, 60)]], 3, "cream", round=1)


def thread(s: Sketch, kind: str = "thread") -> None:
    """A spool of thread with its needle; a needle; a ball of wool; a ball of string."""
    if kind in ("wool", "string"):
        s.line("82,20 110,2 130,10 146,-2", 4.4, "main", smooth=True)
        s.disc(50, 48, 48, "main", round=20)
        for k in range(5):
            d = -34 + 17 * k
            s.line(
                [(50 + d - 30, 100), (50 + d + 4, 60), (50 + d + 10, -6)],
                2.2,
                "main--",
                smooth=True,
                clip=True,
                opacity=0.6,
            )
            s.line([(-4, 40 + d), (44, 62 + d * 0.8), (106, 44 + d)], 2.2, "main+", smooth=True, clip=True, opacity=0.7)
        if kind == "wool":
            for a, b in (((6, 128), (66, 40)), ((96, 130), (34, 44))):
                s.line([a, b], 4.6, "wood+")
                s.disc(a[0], a[1], 7, "yellow")
            s.line("14,66 40,78 84,64", 5, "main", smooth=True)
        return
    if kind == "needle":
        s.line("30,92 54,112 84,96 100,116", 3, "main", smooth=True)
        s.line("96,0 22,102", (2.6, 9), "#b7bcc6", round=3)
        s.line("27,95 33,87", 3.4, "#4a4652", flat=True)
        s.line("30,92 14,70 -4,78", 3, "main", smooth=True)
        return
    s.line("74,28 104,14 108,44 124,60", 2.8, "main", smooth=True)
    s.box(8, 0, 72, 14, "wood", 4)
    s.box(16, 12, 64, 74, "main", 6, round=9)
    s.lines([[(14, 18 + 6 * k), (66, 21 + 6 * k)] for k in range(9)], 1.6, "main--", clip=True, opacity=0.5)
    s.box(8, 72, 72, 86, "wood", 4)
    s.disc(40, 86, 9, "wood--", ry=3, flat=True)
    s.line("120,16 126,96", (2, 6), "#b7bcc6", round=2)


PROPS: dict[str, Prop] = {
    "necklace": prop(necklace, 0.5, "red", "pearl necklace, bead, string of beads", grip=(0.5, 0.1)),
    "bracelet": prop(necklace, 0.4, "teal", "bangle, armband, friendship bracelet", kind="bracelet", grip=(0.5, 0.1)),
    "earring": prop(necklace, 0.38, "purple", "earrings, pair of earrings", kind="earring", grip=(0.5, 0.5)),
    "pearl": prop(necklace, 0.42, "#f6eef2", "", kind="pearl", grip=(0.5, 0.7)),
    "ribbon": prop(ribbon, 0.42, "red", "hair ribbon, bow of ribbon", grip=(0.5, 0.5)),
    "button": prop(button, 0.35, "blue", "", grip=(0.5, 0.5)),
    "thread": prop(thread, 0.42, "red", "spool, spool of thread, reel of thread, cotton reel", grip=(0.3, 0.5)),
    "needle": prop(thread, 0.38, "red", "sewing needle, pin", kind="needle", grip=(0.5, 0.5)),
    "wool": prop(thread, 0.48, "purple", "yarn, ball of wool, ball of yarn", kind="wool", grip=(0.5, 0.6)),
    "string": prop(thread, 0.42, "#d9b77a", "ball of string, twine", kind="string", grip=(0.4, 0.6)),
}  # fmt: skip
