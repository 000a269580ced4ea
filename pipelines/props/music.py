"""Music and instruments to look and measure with: piano, harp, saxophone, trumpet, whistle, compass, binoculars, globe, microscope."""

from __future__ import annotations

import numpy as np

from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def piano(s: Sketch) -> None:
    """An upright piano with its stool."""
    s.box(0, 0, 116, 104, "main", 3, round=8)
    s.box(-4, 98, 120, 107, "main+", 3)
    s.box(12, 60, 104, 92, "main-", 2, round=3, contact=0.2)
    s.poly("40,60 62,60 62,84 40,84", "cream", round=1)
    s.poly("62,60 78,60 78,82 62,84", "cream-", round=1)
    s.lines([[(44, 78), (58, 78)], [(44, 72), (58, 72)], [(44, 66), (56, 66)]], 1.4, "#4a4652")
    s.poly("-6,56 122,56 122,42 -6,42", "main-", round=3)
    s.box(4, 44, 112, 55, "#fbf8ee", 1, flat=True)
    s.lines([[(4 + 7.2 * k, 44), (4 + 7.2 * k, 55)] for k in range(16)], 0.9, "grey", clip=True)
    s.lines(
        [[(11.2 + 7.2 * k, 49), (11.2 + 7.2 * k, 55)] for k in range(14) if k % 7 not in (2, 6)],
        3.6,
        "#3d3a44",
        clip=True,
    )
    s.box(10, 4, 106, 36, "main-", 2, round=3, contact=0.2)
    for x in (-2, 108):
        s.box(x, -6, x + 10, 42, "main", 2)
    for x in (50, 60):
        s.box(x, -4, x + 6, 4, "#d9a93c", 2)


def harp(s: Sketch) -> None:
    """A golden harp."""
    s.lines([[(26 + 7 * k, 96 - 3 * k + 0.55 * k * k), (30 + 6.4 * k, 16 + 6.6 * k)] for k in range(9)], 1.4, "#a8865a")
    s.line("12,2 14,110", 9, "main")
    s.line("14,110 30,118 44,100 64,88 84,92 96,82", 9, "main", smooth=True)
    s.line("18,6 50,28 78,58 94,82", (15, 8), "main-", smooth=True, round=5)
    s.box(-2, -6, 44, 6, "main-", 4)
    s.ring(22, 112, 9, 5, "main")
    s.disc(97, 84, 7, "main")


def horn(s: Sketch, kind: str = "saxophone") -> None:
    """A saxophone; a trumpet; a whistle on its cord."""
    if kind == "whistle":
        s.line("22,52 4,84 34,112 62,88 40,64", 3.4, "blue", smooth=True)
        s.poly("20,34 64,56 108,56 108,38 66,38", "main", round=5)
        s.disc(34, 30, 31, "main", round=11)
        s.disc(34, 30, 12, "main--", flat=True)
        s.disc(36, 28, 7, "#d9a25c")
        s.box(60, 46, 74, 58, "main---", 1, flat=True)
        return
    if kind == "trumpet":
        s.line("0,52 70,52", 6, "main", round=2)
        s.box(-6, 46, 4, 58, "main-", 2)
        s.line("24,52 16,30 30,20 70,20 84,32 74,52", 6, "main-", smooth=True)
        s.poly("66,56 90,62 112,80 112,24 90,42 66,48", "main", smooth=False, round=8)
        s.disc(112, 52, 8, "main--", ry=28)
        for x in (38, 48, 58):
            s.box(x, 20, x + 7, 66, "main+", 2)
            s.box(x, 70, x + 7, 75, "cream", 2)
            s.lines([[(x + 3.5, 64), (x + 3.5, 72)]], 2, "#8c8a90")
        return
    s.line("24,104 30,112 44,110 48,100", 6, "main", smooth=True)
    s.line("14,102 26,106", 8, "#3d3a44")
    s.line("47,104 46,60 42,28 54,8 72,6 84,18 88,40", (8, 20), "main", smooth=True, round=6)
    s.poly("76,32 70,72 74,80 114,74 112,66 100,34", "main", smooth=False, round=8)
    s.disc(93, 76, 23, "main--", ry=7)
    s.discs([(52, 92 - 11 * k, 4.4) for k in range(6)], "main++", round=2)
    s.line("40,84 38,40", 2.4, "main--")


def compass(s: Sketch) -> None:
    """A compass with its needle and lid ring."""
    s.ring(50, 108, 12, 4.6, "main-")
    s.box(44, 94, 56, 104, "main-", 2)
    s.disc(50, 48, 50, "main", round=9)
    s.disc(50, 48, 40, "#fbf6e6", contact=0.3)
    a = np.arange(8) * np.pi / 4
    s.lines(
        [[(50 + 32 * np.cos(b), 48 + 32 * np.sin(b)), (50 + 37 * np.cos(b), 48 + 37 * np.sin(b))] for b in a],
        2.4,
        "#4a4652",
    )
    s.poly("74,76 57,43 45,55", "red", round=3)
    s.poly("26,20 43,53 55,41", "#5f7fa8", round=3)
    s.disc(50, 48, 5, "yellow")


def binoculars(s: Sketch) -> None:
    """A pair of binoculars."""
    s.line("46,66 62,66", 12, "main-")
    for x in (24, 84):
        s.poly([(x - 15, 70), (x - 23, 16), (x + 23, 16), (x + 15, 70)], "main", round=10)
        s.disc(x, 14, 24, "main-", ry=8)
        s.disc(x, 13, 18, "#8fc9dd", ry=5.4, flat=True)
        s.poly([(x - 12, 13), (x - 4, 17), (x, 13)], "white", flat=True, opacity=0.6)
        s.box(x - 13, 68, x + 13, 92, "#3d3a44", 4, round=5)
        s.box(x - 17, 50, x + 17, 57, "main++", 1, clip=True)
    s.box(48, 40, 60, 78, "main-", 4)
    s.disc(54, 80, 8, "#d9a93c", ry=5)


def globe(s: Sketch) -> None:
    """A globe of the earth on its stand."""
    s.box(22, -6, 82, 4, "wood-", 4)
    s.line("52,2 52,18", 8, "wood")
    t = np.linspace(-2.1, 1.1, 24)
    s.line(np.stack([52 + 52 * np.cos(t), 64 + 52 * np.sin(t)], -1), 5, "#d9a93c")
    s.disc(52, 64, 44, "main", round=18)
    s.poly("20,92 40,100 50,88 40,76 44,62 34,44 26,56 14,70", "leaf", smooth=True, clip=True)
    s.poly("62,86 80,96 100,78 94,60 80,62 76,40 66,52 60,70", "leaf", smooth=True, clip=True)
    s.poly("40,26 58,30 66,22 50,16", "leaf+", smooth=True, clip=True)
    s.disc(75, 110, 5, "#d9a93c")
    s.disc(25, 18, 5, "#d9a93c")


def microscope(s: Sketch) -> None:
    """A microscope."""
    s.box(0, -4, 84, 8, "main-", 5)
    s.line("66,8 92,34 88,72 62,92", 11, "main", smooth=True, round=5)
    s.box(14, 30, 74, 38, "#4a4652", 2)
    s.box(26, 38, 48, 42, "#8fc9dd", 1)
    s.disc(88, 40, 9, "#d5d8de")
    s.line("36,52 62,100", 19, "main", round=7)
    s.line("34,46 39,56", 10, "#4a4652")
    s.line("63,102 69,114", 13, "#4a4652")
    s.box(24, 12, 50, 20, "#c8ccd4", 3)


PROPS: dict[str, Prop] = {
    "piano": prop(piano, 1.4, "#6f432c", "grand piano, upright piano, keyboard, organ"),
    "harp": prop(harp, 1.3, "#d9a93c", "lyre", grip=(0.15, 0.5)),
    "saxophone": prop(horn, 0.85, "#d9a93c", "sax", grip=(0.45, 0.4)),
    "trumpet": prop(horn, 0.55, "#d9a93c", "bugle, cornet, trombone", kind="trumpet", grip=(0.4, 0.6)),
    "whistle": prop(horn, 0.38, "red", "tin whistle", kind="whistle", grip=(0.6, 0.7)),
    "compass": prop(compass, 0.45, "#d9a93c", "", grip=(0.5, 0.7)),
    "binoculars": prop(binoculars, 0.5, "#56545f", "field glasses, pair of binoculars, opera glasses", grip=(0.5, 0.4)),
    "globe": prop(globe, 0.75, "#5f9fc4", "school globe", grip=(0.5, 0.95)),
    "microscope": prop(microscope, 0.75, "#e6ecec", "", grip=(0.7, 0.5)),
}  # fmt: skip
