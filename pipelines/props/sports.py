"""Sports and games: boards, scooter, skates, balls, racket, hoop, medal, puzzle, dice, puppet, mask."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import tyre
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def board(s: Sketch, kind: str = "skateboard") -> None:
    """A skateboard on wheels; a surfboard; a snowboard with bindings."""
    if kind == "skateboard":
        for x in (30, 92):
            s.poly([(x - 9, 18), (x + 9, 18), (x + 5, 10), (x - 5, 10)], "#8c8a90")
            s.disc(x, 8, 9, "yellow")
            s.disc(x, 8, 3.4, "cream", flat=True)
        s.line("-4,34 12,22 110,22 126,34", 8, "main", smooth=True, round=3)
        s.line("-3,38 12,26 110,26 125,38", 2.4, "#3d3a44", smooth=True)
        return
    s.poly("50,130 38,112 31,76 33,34 41,8 50,0 59,8 67,34 69,76 62,112", "main", smooth=True, round=9)
    if kind == "surfboard":
        s.box(46, -4, 54, 134, "cream", clip=True)
        s.poly("20,52 50,44 80,52 80,38 50,30 20,38", "cream", clip=True)
        s.poly("20,92 50,84 80,92 80,86 50,78 20,86", "cream", clip=True)
    else:
        s.poly("20,134 80,134 80,96 50,84 20,96", "yellow", clip=True)
        s.poly("20,-4 80,-4 80,28 50,40 20,28", "yellow", clip=True)
        for y in (46, 76):
            s.box(34, y, 66, y + 12, "#3d3a44", 5)
            s.box(40, y + 3, 60, y + 9, "#8c8a90", 3)
    s.turn(-14)


def scooter(s: Sketch) -> None:
    """A kick scooter."""
    tyre(s, 16, 12, 12, "yellow")
    tyre(s, 96, 12, 12, "yellow")
    s.line("14,16 84,16", 8, "main", round=3)
    s.line("84,16 96,26 84,100", 6, "main", smooth=False)
    s.line("96,12 94,30", 5, "#8c8a90")
    s.line("66,104 98,98", 5, "#8c8a90")
    s.line("64,104 76,102", 7.5, "#3d3a44")
    s.line("90,99 100,97", 7.5, "#3d3a44")
    s.line("6,26 20,28 30,18", 4, "main-", smooth=True)


def skate(s: Sketch, kind: str = "ice") -> None:
    """A skate: a boot on a blade or on wheels."""
    if kind == "ice":
        for foot in (14, 60):
            s.box(foot, 10, foot + 6, 26, "#aab2bc", 1)
        s.line("-2,8 78,8 88,15", 5, "#9aa3b0", smooth=True)
    else:
        for wheel in (10, 32, 56, 76):
            s.disc(wheel, 9, 9.5, "yellow")
            s.disc(wheel, 9, 3.4, "cream", flat=True)
    s.box(0, 18, 84, 28, "#4a4652", 4)
    s.poly("2,26 2,100 2,100 36,104 36,104 40,62 70,50 84,36 84,26 84,26 2,26", "main", smooth=True, round=10)
    s.box(0, 92, 38, 104, "main+", 5)
    s.lines([[(24 + 6 * k, 84 - 12 * k + k * k), (42 + 6 * k, 84 - 12 * k + k * k)] for k in range(4)], 3.2, "cream")


def football(s: Sketch) -> None:
    """A football with dark patches."""
    s.disc(50, 50, 50, "main", round=22)
    way = np.arange(5) * 2 * np.pi / 5 + np.pi / 2
    edge = [(50 + 17 * np.cos(a), 52 + 17 * np.sin(a)) for a in way]
    s.lines([[(50 + 16 * np.cos(a), 52 + 16 * np.sin(a)), (50 + 36 * np.cos(a), 52 + 36 * np.sin(a))] for a in way], 2, "#5a5660", clip=True)  # fmt: skip
    s.poly(edge, "#45414c", clip=True)
    for a in way:
        x, y = 50 + 50 * np.cos(a), 52 + 50 * np.sin(a)
        s.poly([(x + 17 * np.cos(b), y + 17 * np.sin(b)) for b in way + np.pi], "#45414c", clip=True)
        left = (50 + 36 * np.cos(a), 52 + 36 * np.sin(a))
        for side in (-1, 1):
            b = a + side * 0.63
            s.lines([[left, (50 + 43 * np.cos(b), 52 + 43 * np.sin(b))]], 2, "#5a5660", clip=True)


def ball(s: Sketch, kind: str = "basketball") -> None:
    """A basketball; a tennis ball; a ball of snow."""
    s.disc(50, 50, 50, "main", round=24)
    if kind == "basketball":
        s.lines([[(50, -4), (50, 104)], [(-4, 50), (104, 50)]], 3.4, "#5a3c34", clip=True)
        for side in (-1, 1):
            at = [
                (50 + side * 40, 100),
                (50 + side * 22, 72),
                (50 + side * 18, 50),
                (50 + side * 22, 28),
                (50 + side * 40, 0),
            ]
            s.line(at, 3.4, "#5a3c34", smooth=True, clip=True)
    elif kind == "tennis":
        for side in (-1, 1):
            at = [
                (50 + side * 54, 84),
                (50 + side * 30, 72),
                (50 + side * 20, 50),
                (50 + side * 30, 28),
                (50 + side * 54, 16),
            ]
            s.line(at, 5, "cream", smooth=True, clip=True)
    elif kind == "snow":
        s.discs(
            [(30, 30, 5), (62, 24, 4), (70, 56, 5), (44, 52, 4), (56, 80, 4), (24, 52, 3)],
            "#cfd8e6",
            clip=True,
            opacity=0.7,
        )
    s.poly("16,62 24,78 38,84 28,64", "white", smooth=True, clip=True, opacity=0.4)


def racket(s: Sketch) -> None:
    """A tennis racket with its ball."""
    s.line("50,-24 50,28", 10, "#4a3440", round=4)
    s.line("50,26 38,44", 5, "main")
    s.line("50,26 62,44", 5, "main")
    s.disc(50, 78, 32, "#f4f0e4", ry=40, flat=True, opacity=0.35)
    s.lines(
        [[(24 + 7.4 * k, 48 + 6 * abs(k - 3.5)), (24 + 7.4 * k, 110 - 5 * abs(k - 3.5))] for k in range(8)],
        1.3,
        "#cfc8b4",
    )
    s.lines([[(22, 46 + 9 * k), (78, 46 + 9 * k)] for k in range(1, 7)], 1.3, "#cfc8b4")
    s.ring(50, 78, 36, 6.5, "main", ry=44)
    s.turn(-30)
    s.disc(18, 6, 15, "#cfdc4f")
    s.line("6,14 16,8 20,-8", 2.4, "cream", smooth=True, clip=True)


def hoop(s: Sketch, kind: str = "hoop") -> None:
    """A hoop; a medal on its ribbon."""
    if kind == "hoop":
        s.ring(50, 50, 52, 8, "main", round=3)
        a = np.arange(12) * np.pi / 6
        for k in a[::2]:
            at = [(50 + 48 * np.cos(k + d), 50 + 48 * np.sin(k + d)) for d in (0, 0.12, 0.24)]
            s.line(at, 8, "cream", clip=True)
        return
    s.poly("20,120 42,120 60,66 44,60", "red", round=3)
    s.poly("80,120 58,120 40,66 56,60", "blue", round=3)
    s.disc(50, 36, 38, "main-")
    s.disc(50, 37, 31, "main", contact=0.1)
    a = np.pi / 2 + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 9, 20)
    s.poly(np.stack([50 + reach * np.cos(a), 36 + reach * np.sin(a)], -1), "main++", round=3)
    s.ring(50, 74, 8, 3, "main-")


def puzzle(s: Sketch, kind: str = "puzzle") -> None:
    """Pieces of a puzzle; two dice."""
    if kind == "dice":
        for x, y, spots in ((0, 0, 5), (56, 26, 3)):
            s.box(x, y, x + 54, y + 54, "main", 10, round=9)
            at = {5: (-1, -1, -1, 1, 0, 0, 1, -1, 1, 1), 3: (-1, -1, 0, 0, 1, 1)}[spots]
            s.discs([(x + 27 + 14 * a, y + 27 + 14 * b, 5) for a, b in zip(at[::2], at[1::2])], "#4a3440", flat=True)
        return
    for x, y, tone in ((0, 0, "main"), (46, 0, "yellow"), (0, 46, "blue")):
        s.box(x, y, x + 44, y + 44, tone, 3, round=4, contact=0.2)
    for x, y, tone in ((46, 22, "main"), (68, 46, "yellow"), (22, 44, "main")):
        s.disc(x, y, 8.4, tone, contact=0.1, round=3)
    first = len(s.shapes)
    s.box(60, 62, 104, 106, "green", 3, round=4)
    s.disc(60, 84, 8.4, "green", contact=0.1, round=3)
    tilted = Sketch(s.main)
    tilted.shapes = s.shapes[first:]
    tilted.turn(14, 82, 84)
    s.shapes[first:] = tilted.shapes


def puppet(s: Sketch) -> None:
    """A puppet on strings."""
    for a, b in (((20, 124), (20, 62)), ((80, 124), (80, 62)), ((50, 124), (50, 100))):
        s.lines([[a, b]], 1.4, "#8a6a50")
    s.line("10,124 90,124", 6, "wood")
    s.line("50,116 50,134", 6, "wood-")
    for side in (-1, 1):
        s.line([(50 + side * 10, 22), (50 + side * 16, 0)], 9, "blue")
        s.disc(50 + side * 20, -4, 9, "#5a3c34", ry=6)
        s.line([(50 + side * 12, 50), (50 + side * 30, 58)], 9, "main-")
        s.disc(50 + side * 31, 61, 6, "#f2c9a6")
    s.poly("36,56 64,56 72,18 28,18", "main", round=8)
    s.discs([(50, 46, 2.6), (50, 36, 2.6), (50, 27, 2.6)], "yellow", flat=True)
    s.disc(50, 78, 21, "#f2c9a6")
    s.poly("30,84 50,114 70,84 58,90 42,90", "yellow", round=5)
    s.discs([(42, 79, 2.6), (58, 79, 2.6)], "black", flat=True)
    s.disc(50, 74, 3.6, "#e8907a")
    s.line("41,68 50,63 59,68", 2, "red", smooth=True)


def mask(s: Sketch) -> None:
    """A carnival mask with feathers."""
    for k, tone in ((-2, "blue"), (-1, "yellow"), (0, "green"), (1, "yellow"), (2, "blue")):
        s.poly([(60 + 8 * k, 60), (60 + 24 * k - 9, 96 - 5 * abs(k)), (60 + 30 * k, 118 - 9 * abs(k)), (60 + 24 * k + 9, 96 - 5 * abs(k))], tone, smooth=True, round=5)  # fmt: skip
    s.poly("60,64 28,76 0,66 2,38 22,18 44,24 60,38 76,24 98,18 118,38 120,66 92,76", "main", smooth=True, round=11)
    for x in (33, 87):
        s.disc(x, 47, 16, "#3d2f33", ry=10, flat=True)
        s.ring(x, 47, 19, 3, "yellow", ry=13)
    s.disc(60, 60, 7, "#7fd0e0")


PROPS: dict[str, Prop] = {
    "skateboard": prop(board, 0.42, "red", "longboard", grip=(0.5, 0.6), seat=0.1),
    "surfboard": prop(board, 1.5, "teal", "surf board, paddleboard", kind="surfboard", grip=(0.5, 0.5)),
    "snowboard": prop(board, 1.4, "blue", "snow board", kind="snowboard", grip=(0.5, 0.5)),
    "scooter": prop(scooter, 0.95, "red", "kick scooter, push scooter, toy scooter", seat=0.82),
    "ice skate": prop(skate, 0.5, "#b9d3e6", "skate", kind="ice", grip=(0.2, 0.1)),
    "roller skate": prop(skate, 0.5, "red", "rollerblade, inline skate", kind="roller", grip=(0.2, 0.1)),
    "football": prop(football, 0.55, "white", "soccer ball, soccer", grip=(0.5, 0.7)),
    "basketball": prop(ball, 0.58, "orange", "", grip=(0.5, 0.7)),
    "tennis ball": prop(ball, 0.38, "#cfdc4f", "", kind="tennis", grip=(0.5, 0.6)),
    "snowball": prop(ball, 0.42, "snow", "snow ball", kind="snow", grip=(0.5, 0.6)),
    "racket": prop(racket, 0.75, "red", "tennis racket, racquet, tennis racquet, badminton racket", grip=(0.85, 0.85)),
    "hoop": prop(hoop, 0.8, "pink", "hula hoop, hula-hoop", grip=(0.5, 0.05)),
    "medal": prop(hoop, 0.5, "yellow", "gold medal, award, medallion", kind="medal", grip=(0.5, 0.1)),
    "puzzle": prop(puzzle, 0.5, "red", "jigsaw, jigsaw puzzle, puzzle piece", grip=(0.5, 0.7)),
    "dice": prop(puzzle, 0.42, "#f6f2e8", "die, game die", kind="dice", grip=(0.5, 0.7)),
    "puppet": prop(puppet, 0.85, "red", "marionette, string puppet", grip=(0.5, 0.05)),
    "mask": prop(mask, 0.5, "purple", "carnival mask, face mask, costume", grip=(0.5, 0.8)),
}  # fmt: skip
