"""What stands on playgrounds: swing, slide, seesaw, sandpit, sandcastle, merry-go-round, trampoline, climbing frame."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import pennant
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def swing(s: Sketch) -> None:
    """A swing that hangs in its frame."""
    for x, lean in ((14, -14), (14, 10), (106, -10), (106, 14)):
        s.line([(x, 112), (x + lean, 0)], 6, "main-" if lean * (x - 60) < 0 else "main")
    s.line("4,112 116,112", 8, "main")
    for x in (42, 78):
        s.line([(x, 112), (x, 34)], 2.6, "#cfa869")
    s.box(34, 28, 86, 36, "wood", 3)
    s.discs([(42, 34, 3.4), (78, 34, 3.4)], "#8c8a90", flat=True)


def slide(s: Sketch) -> None:
    """A slide with its ladder."""
    for x in (10, 34):
        s.line([(x + 8, 92), (x - 8, 0)], 5, "#8c8a90")
    s.lines([[(4 + k * 1.6, 10 + 16 * k), (28 + k * 1.6, 10 + 16 * k)] for k in range(5)], 5, "yellow", round=2)
    s.line("84,36 84,2", 5, "#8c8a90")
    s.line("14,88 34,88 54,74 88,36 112,12 132,8", 15, "main", smooth=True, round=6)
    s.line("20,96 36,96 58,82 92,44 114,21 132,17", 4.6, "main+", smooth=True)
    s.line("16,90 16,112 34,112 36,92", 4.6, "yellow", smooth=False)


def seesaw(s: Sketch) -> None:
    """A seesaw with handles."""
    s.poly("58,42 84,0 34,0", "yellow", round=6)
    s.line("0,16 118,58", 9, "main", round=3)
    for x, y in ((18, 24), (102, 54)):
        s.line([(x, y), (x - 4, y + 17)], 4, "#5b5a66")
        s.line([(x - 9, y + 17), (x + 3, y + 19)], 4.6, "#5b5a66")
    for x, y in ((4, 21), (114, 60)):
        s.poly([(x - 9, y), (x + 9, y + 6), (x + 8, y + 11), (x - 10, y + 5)], "blue", round=2)
    s.disc(58, 38, 5, "#5b5a66")


def sandbox(s: Sketch) -> None:
    """A sandpit with a bucket, a spade and a little heap."""
    s.poly("16,46 104,46 124,8 -4,8", "wood-", round=3)
    s.poly("22,42 98,42 114,12 6,12", "sand", flat=True)
    s.poly("28,24 44,46 60,52 74,42 88,24 60,18", "sand+", smooth=True, round=8)
    s.poly("84,40 104,40 101,20 87,20", "main", round=5)
    s.line("85,40 88,52 100,52 103,40", 2.4, "main-", smooth=True)
    s.line("20,20 36,44", 4, "blue")
    s.poly("14,22 24,26 24,12 14,8", "blue", round=3)
    s.poly("-4,10 124,10 124,-4 -4,-4", "wood", round=3)
    for x in (-6, 116):
        s.box(x, -6, x + 12, 16, "wood+", 2)


def sandcastle(s: Sketch) -> None:
    """A castle of sand with towers, shells and a flag."""
    pennant(s, 60, 96, 28, "red")
    s.poly("-8,0 4,16 24,22 96,22 116,16 128,0", "main-", smooth=True, round=7)
    for x0, x1, low, high in ((38, 82, 10, 92), (4, 38, 6, 62), (82, 116, 6, 62)):
        s.poly([(x0 - 4, low), (x0 + 2, high), (x1 - 2, high), (x1 + 4, low)], "main", round=9)
        step = (x1 - x0) / 5
        for k in (0, 2, 4):
            s.box(x0 + k * step, high - 3, x0 + (k + 1) * step, high + 9, "main", 1.5, round=3, contact=0.1)
        spots = [(x0 + 3 + (k * 13) % (x1 - x0 - 4), low + 8 + (k * 19) % (high - low - 14), 1) for k in range(14)]
        s.discs(spots, "main--", flat=True, opacity=0.5)
    s.poly("50,10 50,30 60,40 70,30 70,10", "main---", smooth=False, flat=True)
    for x, y in ((60, 66), (20, 42), (100, 42)):
        s.box(x - 4, y - 6, x + 4, y + 7, "main---", 4, flat=True)
    for x in (28, 92):
        s.poly([(x, 4), (x - 9, 12), (x - 6, 18), (x, 20), (x + 6, 18), (x + 9, 12)], "pink", smooth=True, round=3)


def carousel(s: Sketch) -> None:
    """A merry-go-round with horses under a striped roof."""
    s.disc(70, 6, 70, "main-", ry=11)
    s.disc(70, 12, 70, "yellow", ry=9)
    s.box(58, 12, 82, 86, "cream", 2, round=6)
    for x, y, tone in ((22, 40, "#f6efe0"), (112, 44, "#c98a58"), (70, 34, "#e8dcc8")):
        s.lines([[(x, 12), (x, 88)]], 2.4, "#d9a93c", round=1)
        s.poly([(x - 18, y), (x - 12, y + 9), (x + 6, y + 8), (x + 12, y + 24), (x + 18, y + 25), (x + 24, y + 15), (x + 16, y + 12), (x + 13, y - 6), (x - 14, y - 7)], tone, smooth=True, round=4)  # fmt: skip
        for end in (x - 18, x - 9, x + 8, x + 18):
            s.line([(x + (end - x) * 0.6, y - 4), (end, y - 18)], 3.4, tone)
        s.poly([(x - 6, y + 10), (x + 5, y + 9), (x + 4, y), (x - 6, y)], "red", round=2)
    s.poly("70,132 -4,96 -4,88 144,88 144,96", "main", round=8)
    for k in range(4):
        s.poly(
            [(70, 134), (4 + 37 * k, 98), (4 + 37 * k, 84), (22 + 37 * k, 84), (22 + 37 * k, 98)], "cream", clip=True
        )
    s.discs([(2 + 17 * k, 87, 8) for k in range(9)], "yellow", round=4)
    pennant(s, 70, 130, 22, "red")


def trampoline(s: Sketch) -> None:
    """A trampoline on its legs."""
    for x in (8, 42, 78, 112):
        s.line([(x, 30), (x + (x - 60) * 0.06, 0)], 5, "#8c8a90")
    s.disc(60, 32, 64, "main", ry=19)
    s.disc(60, 35, 53, "#4a4652", ry=13, contact=0.2)
    s.disc(60, 35, 45, "#5d5a68", ry=10, contact=0)
    s.poly("30,38 52,43 74,42 60,36", "white", smooth=True, flat=True, opacity=0.25)


def frame(s: Sketch) -> None:
    """A climbing frame: a dome of bars."""
    t = np.linspace(0, np.pi, 25)
    for share in (1, 0.5, 0, -0.5):
        s.line(
            np.stack([60 + 58 * np.cos(t) * share, 4 + 78 * np.sin(t)], -1), 4.6, "main" if share != 0.5 else "yellow"
        )
    for y in (6, 34, 60):
        wide = 58 * np.sqrt(max(0.0, 1 - ((y - 4) / 78) ** 2))
        s.line([(60 - wide, y), (60, y - 7), (60 + wide, y)], 4.6, "blue", smooth=True)


PROPS: dict[str, Prop] = {
    "swing": prop(swing, 1.9, "red", "playground swing", seat=0.7),
    "slide": prop(slide, 1.6, "red", "playground slide, chute", seat=0.3),
    "seesaw": prop(seesaw, 0.8, "red", "teeter totter, see saw", seat=0.3),
    "sandbox": prop(sandbox, 0.6, "red", "sandpit, sand pit, sand box", holds=True, seat=0.4),
    "sandcastle": prop(sandcastle, 0.8, "sand", "sand castle, castle of sand"),
    "carousel": prop(carousel, 2.6, "red", "merry go round, roundabout", holds=True),
    "trampoline": prop(trampoline, 0.7, "blue", "", seat=0.25),
    "climbing frame": prop(frame, 1.5, "red", "jungle gym, monkey bars"),
}  # fmt: skip
