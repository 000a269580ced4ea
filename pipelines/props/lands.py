"""Pieces of land, water and sky."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix
from pipelines.props.parts import smoke
from pipelines.props.plants import star
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch, ink


def moon(s: Sketch, full: bool = False) -> None:
    """A crescent, or the full moon."""
    if full:
        s.disc(50, 50, 50, "main", round=24)
        s.discs([(34, 66, 9), (64, 56, 12), (44, 30, 8), (72, 30, 6), (22, 44, 5)], "main-", clip=True, opacity=0.5)
        return
    t = np.linspace(np.radians(40), np.radians(320), 40)
    outer = np.stack([50 + 50 * np.cos(t), 50 + 50 * np.sin(t)], -1)
    u = np.linspace(np.radians(302), np.radians(58), 40)
    inner = np.stack([66 + 38 * np.cos(u), 50 + 38 * np.sin(u)], -1)
    s.poly(np.concatenate([outer, inner]), "main", round=9)


def sun(s: Sketch) -> None:
    """The sun with its rays."""
    for k in range(12):
        a = k * np.pi / 6
        s.line(
            [(50 + 34 * np.cos(a), 50 + 34 * np.sin(a)), (50 + 52 * np.cos(a), 50 + 52 * np.sin(a))],
            (9, 3),
            "main-",
            glow=0.6,
        )
    s.disc(50, 50, 34, "main", round=16)


def cloud(s: Sketch, kind: str = "cloud") -> None:
    """A cloud; smoke; a heap of snow."""
    if kind == "smoke":
        s.discs(
            [(30, 10, 10), (36, 28, 14), (28, 48, 16), (42, 66, 20), (30, 92, 22), (56, 96, 20)],
            "main",
            round=14,
            opacity=0.9,
        )
        return
    if kind == "snow":
        s.poly(
            [(-4, 0), (6, 16), (22, 30), (42, 50), (60, 44), (78, 28), (96, 18), (110, 0)],
            "main",
            smooth=True,
            round=16,
        )
        s.discs([(34, 24, 2), (54, 34, 2), (70, 16, 2), (20, 10, 2)], "#c9d6ea", clip=True)
        return
    s.discs([(22, 20, 20), (84, 20, 20), (44, 36, 26), (70, 34, 22), (54, 16, 20)], "main", round=18)
    if kind == "rain":
        for k in range(6):
            s.line([(18 + 15 * k, -8 - 8 * (k % 2)), (14 + 15 * k, -22 - 8 * (k % 2))], (3, 6), "#5f9ed0")


def rainbow(s: Sketch) -> None:
    """A rainbow between two clouds; a colour word tints its bands."""
    t = np.linspace(0, np.pi, 50)
    for k, tone in enumerate(("red", "orange", "yellow", "green", "blue", "purple")):
        r = 60 - 6 * k
        colour = mix(ink(tone), s.main, 0.45) if not np.allclose(s.main, ink("#fffdf6")) else ink(tone)
        s.line(np.stack([60 + r * np.cos(t), 8 + r * np.sin(t)], -1), 6.6, colour, flat=True)
    for x in (14, 106):
        s.discs([(x - 12, 6, 10), (x + 12, 6, 10), (x, 12, 13)], "white", round=8)


def volcano(s: Sketch, fire: bool = True) -> None:
    """A mountain that spits fire; a mountain with snow."""
    if fire:
        smoke(s, 54, 84, 44, "#8f8a92")
        for x, y in ((30, 92), (44, 100), (66, 96), (76, 88)):
            s.disc(x, y, 4, "#f6903c", flat=True, glow=1.0)
        s.poly([(-10, 0), (14, 22), (34, 66), (40, 78), (64, 78), (70, 66), (90, 22), (114, 0)], "main", round=14)
        s.poly(
            [
                (36, 90),
                (68, 90),
                (64, 60),
                (68, 40),
                (60, 34),
                (56, 56),
                (52, 22),
                (45, 24),
                (46, 54),
                (38, 46),
                (34, 58),
                (40, 66),
            ],
            "#ee6a2c",
            smooth=True,
            clip=True,
        )
        s.poly([(42, 90), (62, 90), (58, 68), (52, 50), (48, 68)], "#ffc24a", smooth=True, clip=True)
        return
    s.poly([(44, 0), (62, 30), (88, 66), (112, 34), (136, 0)], "main-", round=10)
    s.poly([(-10, 0), (16, 36), (30, 58), (50, 96), (68, 62), (84, 38), (108, 0)], "main", round=14)
    s.poly([(20, 62), (34, 54), (42, 66), (50, 52), (58, 66), (68, 56), (84, 66), (50, 110)], "white", clip=True)


def waterfall(s: Sketch) -> None:
    """Water that falls over rocks."""
    s.poly([(0, 0), (4, 60), (14, 96), (40, 104), (70, 102), (96, 94), (104, 56), (108, 0)], "rock", round=14)
    s.lines(
        [[(12, 80), (20, 50)], [(94, 78), (88, 46)], [(98, 40), (94, 16)], [(8, 36), (14, 14)]], 2, "rock-", clip=True
    )
    s.poly([(32, 104), (74, 104), (78, 60), (86, 4), (22, 4), (30, 60)], "main", round=6, contact=0.3)
    s.lines(
        [[(38 + 7 * k, 98 - 9 * (k % 2)), (36 + 8 * k, 40 + 12 * (k % 3))] for k in range(6)],
        2.6,
        "foam",
        clip=True,
        opacity=0.8,
    )
    s.disc(54, 2, 60, "main-", ry=10)
    s.discs([(22 + 9 * k, 6 + 3 * (k % 2), 8) for k in range(8)], "foam", round=5)
    s.discs([(10, 8, 9), (100, 6, 10)], "rock+", round=5)
    s.discs([(12, 98, 9), (92, 96, 9), (24, 103, 6)], "leaf", round=5)


def island(s: Sketch) -> None:
    """An island with a palm in the sea."""
    s.disc(60, 10, 64, "water", ry=12)
    s.poly([(12, 10), (30, 22), (60, 27), (92, 21), (110, 10), (60, 3)], "sand", smooth=True, round=8)
    s.line([(60, 22), (64, 50), (74, 78)], (8, 5), "bark", smooth=True)
    for dx, dy in ((-38, -6), (-28, 16), (-2, 24), (30, 16), (38, -8), (-14, -18), (20, -20)):
        s.line([(74, 78), (74 + dx * 0.6, 84 + dy * 0.9), (74 + dx, 74 + dy)], (9, 2), "main", smooth=True)
    s.discs([(70, 75, 4), (78, 74, 4)], "#6f4a30", round=2)
    s.lines([[(4, 8), (18, 6)], [(96, 4), (116, 8)], [(40, 1), (58, 0)]], 1.6, "foam")


def river(s: Sketch, kind: str = "river") -> None:
    """A piece of a river with its banks; a pond."""
    if kind == "pond":
        s.disc(60, 20, 64, "grass", ry=22)
        s.disc(60, 20, 54, "main", ry=16, contact=0)
        s.lines([[(36, 24), (60, 24)], [(66, 14), (88, 14)]], 1.6, "foam", clip=True)
        s.discs([(34, 14, 6), (80, 26, 5)], "leaf+", flat=True)
        for x in (104, 110, 116):
            s.line([(x, 22), (x + 2, 54)], 2, "leaf-")
            s.line([(x + 2, 46), (x + 2.4, 58)], 5, "bark-")
        return
    # a bend that comes from afar: narrow at the back, wide in front; only its banks lie around it
    middle = np.array([(150, 70), (118, 66), (104, 58), (128, 47), (150, 38), (122, 25), (78, 14), (60, 0)], float)
    half = np.array([4, 5.5, 8, 11, 15, 21, 29, 40], float)
    for grow, tone in ((1.32, "grass-"), (1.2, "grass"), (1.0, "main")):
        left = np.stack([middle[:, 0] - half * grow * 1.25, middle[:, 1] + half * grow * 0.3], -1)
        right = np.stack([middle[:, 0] + half * grow * 1.25, middle[:, 1] - half * grow * 0.1], -1)
        s.poly(
            [*map(tuple, left), *map(tuple, right[::-1])],
            tone,
            smooth=True,
            contact=0,
            round=0 if tone == "main" else 3,
        )
    for x, y, long in (
        (66, 4, 30),
        (92, 12, 26),
        (60, 12, 18),
        (112, 20, 24),
        (138, 30, 16),
        (120, 44, 14),
        (146, 40, 12),
        (108, 57, 8),
    ):
        s.line([(x - long / 2, y), (x, y + 1.2), (x + long / 2, y)], 1.6, "foam", smooth=True)
    s.discs([(30, 10, 6), (39, 6, 4.5), (152, 14, 6), (168, 30, 5)], "stone", round=3)
    for x, y, tall in (
        (22, 12, 26),
        (28, 14, 32),
        (34, 16, 24),
        (160, 20, 22),
        (166, 22, 28),
        (86, 52, 14),
        (91, 53, 18),
    ):
        s.line([(x, y), (x + 1, y + tall * 0.6), (x + 4, y + tall)], (2.2, 0.8), "leaf-", smooth=True)
        if tall > 24:
            s.line([(x + 3.4, y + tall * 0.86), (x + 4.4, y + tall * 1.08)], 4, "bark-")


def haystack(s: Sketch) -> None:
    """A stack of hay."""
    s.poly([(2, 0), (0, 30), (14, 60), (44, 84), (56, 84), (86, 60), (100, 30), (98, 0)], "main", smooth=True, round=18)
    s.lines(
        [[(x, y), (x + 4 + s.near(4), y - 12)] for x in range(8, 96, 9) for y in range(14, 80, 16)],
        1.2,
        "main--",
        clip=True,
        opacity=0.5,
    )


PROPS: dict[str, Prop] = {
    "moon": prop(moon, 1.35, "#f2dc94", "crescent moon, half moon"),
    "full moon": prop(moon, 1.35, "#f2e6bc", "", full=True),
    "sun": prop(sun, 1.35, "yellow", ""),
    "star": prop(star, 0.9, "yellow", "little star", grip=(0.5, 0.9)),
    "cloud": prop(cloud, 1.35, "cloud", "", seat=0.2),
    "rain cloud": prop(cloud, 1.35, "grey+", "storm cloud, dark cloud", kind="rain"),
    "smoke": prop(cloud, 1.35, "#c9c6cc", "puff of smoke", kind="smoke"),
    "snow pile": prop(cloud, 0.7, "snow", "pile of snow, snowdrift, heap of snow, snow heap", kind="snow", seat=0.1),
    "rainbow": prop(rainbow, 1.6, "#fffdf6", ""),
    "volcano": prop(volcano, 4.2, "#7a6468", "fire mountain"),
    "mountain": prop(volcano, 4.2, "rock", "peak, snowy mountain", fire=False),
    "waterfall": prop(waterfall, 3.2, "#7fc0d8", "cascade"),
    "island": prop(island, 2.6, "#5f9a4c", "desert island, isle"),
    "river": prop(river, 1.4, "water", "stream, brook, creek, river piece"),
    "pond": prop(river, 0.8, "water", "", kind="pond"),
    "haystack": prop(haystack, 1.5, "#e0b850", "stack of hay, hayrick", seat=0.05),
}  # fmt: skip
