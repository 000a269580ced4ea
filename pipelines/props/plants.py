"""Trees, flowers, leaves, nests, webs."""

from __future__ import annotations

import itertools

import numpy as np

from pipelines.props.parts import leaves
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def tree(s: Sketch, fruit: str = "") -> None:
    """A broad tree or a fruit tree; the crown has the main colour."""
    s.poly([(36, 0), (44, 12), (45, 50), (57, 50), (58, 12), (67, 0), (52, 3)], "bark", round=6)
    s.line([(51, 40), (30, 60)], (7, 4), "bark")
    s.line([(51, 40), (72, 60)], (7, 4), "bark")
    clumps = [(26, 62, 20), (76, 62, 20), (36, 84, 22), (68, 84, 22), (51, 70, 24), (51, 102, 18)]
    leaves(s, clumps, "main", 34)
    for i in range(9 if fruit else 0):
        x, y = ((24, 60), (40, 76), (58, 62), (76, 66), (34, 92), (66, 88), (52, 106), (50, 88), (80, 80))[i]
        s.disc(x, y, 4.6, fruit)


def oak(s: Sketch) -> None:
    """An old oak: a thick trunk with a knot hole and roots, bent boughs, a wide low crown in clumps, acorns."""
    s.poly(
        [(10, 0), (30, 6), (36, 22), (34, 50), (22, 66), (44, 58), (56, 74), (66, 58), (88, 68), (76, 50), (75, 22), (82, 6), (102, 0), (72, 4), (56, 0), (40, 4)],
        "bark-", smooth=True, round=10,
    )  # fmt: skip
    for x, low, high in ((44, 10, 44), (54, 6, 50), (65, 10, 42)):
        s.line([(x, low), (x + 2, (low + high) / 2), (x - 1, high)], 1.8, "bark--", smooth=True)
    s.disc(57, 32, 7, "bark--", ry=9)
    s.disc(57, 31, 4.4, "#3a2a22", ry=6)
    for way in ([(40, 52), (18, 62), (-8, 60)], [(70, 52), (94, 62), (120, 60)]):
        s.line(way, (10, 3), "bark-", smooth=True)
    clumps = [
        (-10, 70, 19),
        (122, 70, 19),
        (14, 84, 22),
        (98, 84, 22),
        (40, 96, 22),
        (74, 96, 22),
        (56, 80, 20),
        (26, 68, 13),
        (88, 68, 13),
        (56, 110, 14),
    ]
    leaves(s, clumps, "main", 46)
    for x, y in ((-12, 58), (4, 72), (30, 60), (82, 60), (108, 74), (124, 58), (50, 72), (70, 82)):
        s.disc(x, y, 3.4, "#b98a4e", ry=4.4)
        s.disc(x, y + 3.2, 3.8, "#6f4a30", ry=2.2)


def palm(s: Sketch) -> None:
    """A palm: a bent trunk in rings, drooping fronds, three coconuts."""
    up = np.linspace(0, 1, 9)
    middle, half = np.stack([44 + 22 * up**1.8, 92 * up], -1), 6.5 - 2.8 * up
    left, right = middle - np.stack([half, 0 * up], -1), middle + np.stack([half, 0 * up], -1)
    fronds = [(-1.0, 48), (1.0, 48), (-0.62, 48), (0.66, 48), (-0.28, 42), (0.3, 40)]
    for lean, reach in ((-0.85, 40), (0.9, 40)):  # behind the trunk
        s.poly(_frond(66, 92, lean, reach), "main-", smooth=True, round=3)
    s.poly([*map(tuple, left), *map(tuple, right[::-1])], "bark+", round=5)
    for k in range(1, 9):
        x, y = middle[k - 1] + 0.6 * (middle[k] - middle[k - 1])
        s.line([(x - half[k], y + 1), (x, y - 1), (x + half[k], y + 1)], 1.2, "bark-", smooth=True)
    s.disc(44, 1, 9, "bark", ry=3)
    for lean, reach in fronds:
        s.poly(_frond(66, 93, lean, reach), "main", smooth=True, round=4)
    s.discs([(61, 87, 4.4), (71, 87, 4.4), (66, 84, 4.4)], "#6f4a30", round=3)


def _frond(x: float, y: float, lean: float, reach: float) -> list[tuple[float, float]]:
    """A leaf of a palm that rises from a point and droops at its tip; `lean` from -1, to the left, to 1."""
    along = np.linspace(0, 1, 8)
    mid_x = x + lean * reach * along
    mid_y = y + (1 - 0.45 * abs(lean)) * reach * along - (0.42 + 0.5 * abs(lean)) * reach * along**2.2
    blade = 6.2 * np.sin(np.pi * np.clip(0.1 + 0.88 * along, 0, 1))
    over = [(float(a), float(b + c * 0.9)) for a, b, c in zip(mid_x, mid_y, blade, strict=True)]
    under = [(float(a), float(b - c)) for a, b, c in zip(mid_x, mid_y, blade, strict=True)]
    return [*over, *under[::-1]]


def fir(s: Sketch, dressed: bool = False) -> None:
    """A fir in storeys; dressed, it is a Christmas tree."""
    s.box(44, 0, 56, 20, "bark")
    for low, half, high in ((14, 40, 56), (38, 32, 78), (60, 24, 98), (80, 16, 116)):
        t = np.linspace(-1, 1, 9)
        hem = [(50 + half * a, low + 3 * (i % 2)) for i, a in enumerate(t)]
        s.poly([*hem, (50, high)], "main", round=7, contact=0.35)
    if dressed:
        s.discs([(30, 24, 3.6), (66, 44, 3.6), (50, 66, 3.6)], "red", round=2)
        s.discs([(62, 22, 3.6), (38, 46, 3.6), (58, 88, 3.6)], "yellow", round=2)
        star(s, 50, 118, 10, "yellow")


def star(s: Sketch, x: float = 50, y: float = 50, r: float = 50, colour: str = "main") -> None:
    """A star with five points."""
    a = np.pi / 2 + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.5, 1.0) * r
    s.poly(np.stack([x + reach * np.cos(a), y + reach * np.sin(a)], -1), colour, round=r * 0.2)


def bush(s: Sketch, fruit: str = "") -> None:
    """A round bush."""
    leaves(s, [(20, 20, 20), (80, 20, 20), (50, 22, 24), (34, 42, 20), (66, 42, 20)], "main", 34)
    if fruit:
        s.discs(
            [(20, 24, 3.4), (40, 44, 3.4), (62, 26, 3.4), (78, 30, 3.4), (60, 52, 3.4), (36, 16, 3.4)], fruit, round=2
        )


def flower(s: Sketch, kind: str = "daisy") -> None:
    """A flower on its stem: daisy, rose, tulip, sunflower."""
    s.line([(50, 0), (52, 36), (50, 72)], 4.4, "leaf", smooth=True)
    for side, y in ((-1, 18), (1, 28)):
        s.poly(
            [(51, y), (51, y), (51 + side * 16, y + 18), (51 + side * 34, y + 16), (51 + side * 20, y + 2)],
            "leaf",
            smooth=True,
        )
    if kind == "rose":
        for x, y, r, tone in (
            (50, 84, 24, "main"),
            (38, 86, 15, "main-"),
            (62, 86, 15, "main"),
            (50, 92, 15, "main+"),
            (50, 90, 9, "main-"),
            (51, 91, 4, "main--"),
        ):
            s.disc(x, y, r, tone, contact=0.35)
        s.poly([(34, 68), (50, 60), (66, 68), (50, 72)], "leaf-")
    elif kind == "tulip":
        s.poly(
            [
                (50, 62),
                (28, 70),
                (24, 90),
                (28, 106),
                (28, 106),
                (40, 96),
                (50, 110),
                (50, 110),
                (60, 96),
                (72, 106),
                (72, 106),
                (76, 90),
                (72, 70),
            ],
            "main",
            smooth=True,
            round=10,
        )
    else:
        count, r, core = (16, 24, 17) if kind == "sunflower" else (10, 19, 9)
        for i in range(count):
            a = 2 * np.pi * i / count
            s.line([(50, 84), (50 + r * np.cos(a), 84 + r * np.sin(a))], 11, "main")
        s.disc(50, 84, core, "#6f4a30" if kind == "sunflower" else "yellow")


def bouquet(s: Sketch) -> None:
    """Flowers in paper."""
    spots = ((26, 86, "main"), (50, 96, "main+"), (74, 86, "main"), (38, 74, "yellow"), (62, 74, "white"))
    leaves(s, [(24, 72, 18), (76, 72, 18), (50, 84, 22)], "leaf", 10)
    for x, y, tone in spots:
        s.discs([(x + 9 * np.cos(a), y + 9 * np.sin(a), 7) for a in np.arange(5) * 1.257], tone, round=4, contact=0.3)
        s.disc(x, y, 5, "orange", flat=True)
    s.poly([(14, 68), (50, 54), (86, 68), (58, 0), (42, 0)], "cream", round=6)
    s.line([(38, 24), (62, 24)], 6, "red")


def leaf(s: Sketch, kind: str = "leaf") -> None:
    """A leaf; a feather."""
    if kind == "feather":
        s.poly(
            [(14, 10), (12, 40), (30, 76), (62, 100), (92, 108), (92, 108), (88, 76), (64, 40), (36, 18)],
            "main",
            smooth=True,
            round=9,
        )
        s.lines(
            [[(20 + 14 * k, 20 + 17 * k), (14 + 16 * k, 38 + 18 * k)] for k in range(4)]
            + [[(24 + 14 * k, 22 + 17 * k), (44 + 14 * k, 26 + 17 * k)] for k in range(4)],
            1.2,
            "main--",
            clip=True,
            opacity=0.5,
        )
        s.line([(0, -6), (34, 40), (86, 102)], (4, 1.6), "cream", smooth=True)
        return
    s.poly(
        [(10, 8), (10, 8), (4, 50), (30, 88), (78, 100), (78, 100), (92, 62), (70, 22), (36, 6)],
        "main",
        smooth=True,
        round=10,
    )
    s.line([(-6, -8), (30, 34), (74, 94)], (4, 1.8), "main--", smooth=True)
    s.lines(
        [[(24, 27), (14, 50)], [(40, 48), (34, 74)], [(34, 40), (58, 34)], [(52, 64), (80, 62)]],
        1.8,
        "main-",
        clip=True,
    )


def mushroom(s: Sketch) -> None:
    """A mushroom with spots."""
    s.poly([(36, 48), (32, 8), (42, -2), (62, -2), (72, 8), (66, 48)], "cream", smooth=True, round=9)
    s.poly(
        [(0, 44), (8, 72), (32, 92), (68, 92), (92, 72), (100, 44), (70, 38), (30, 38)], "main", smooth=True, round=14
    )
    s.discs([(26, 62, 7), (50, 78, 8), (74, 62, 7), (50, 54, 5), (12, 48, 4), (90, 48, 4)], "white", clip=True)


def nest(s: Sketch) -> None:
    """A nest with three eggs."""
    s.disc(50, 30, 46, "bark--", ry=12)
    for x in (30, 50, 70):
        s.disc(x, 36, 12, "#a9d3dc", ry=16)
    s.poly(
        [(0, 32), (20, 24), (50, 21), (80, 24), (100, 32), (90, 8), (66, -4), (34, -4), (10, 8)],
        "main",
        smooth=True,
        round=10,
    )
    s.lines(
        [[(s.near(50) + 50, 14 + s.near(18)), (s.near(50) + 50, 14 + s.near(18))] for _ in range(26)],
        1.3,
        "main--",
        clip=True,
        opacity=0.7,
    )
    s.lines([[(4, 28), (-8, 34)], [(96, 26), (110, 36)], [(14, 8), (4, 2)]], 2, "main-")


def web(s: Sketch) -> None:
    """A spider's web."""
    a = np.arange(9) * np.pi / 4.0 + 0.2
    s.lines([[(50, 50), (50 + 54 * np.cos(x), 50 + 54 * np.sin(x))] for x in a], 1.6, "main")
    for r in (12, 24, 36, 47):
        for x, y in itertools.pairwise(a):
            m = (x + y) / 2
            s.line(
                [
                    (50 + r * np.cos(x), 50 + r * np.sin(x)),
                    (50 + r * 0.84 * np.cos(m), 50 + r * 0.84 * np.sin(m)),
                    (50 + r * np.cos(y), 50 + r * np.sin(y)),
                ],
                1.5,
                "main",
                smooth=True,
            )


PROPS: dict[str, Prop] = {
    "tree": prop(tree, 2.9, "leaf", "maple, beech, linden", seat=0.5),
    "oak": prop(oak, 3.3, "#5f8a3e", "oak tree, old oak", seat=0.5),
    "apple tree": prop(tree, 2.8, "leaf", "fruit tree", seat=0.5, fruit="red"),
    "orange tree": prop(tree, 2.7, "#4f8f4a", "", seat=0.5, fruit="orange"),
    "palm tree": prop(palm, 2.9, "leaf", "palm, coconut palm"),
    "fir": prop(fir, 2.9, "pine", "pine tree, pine, fir tree"),
    "christmas tree": prop(fir, 2.6, "pine", "xmas tree", dressed=True),
    "bush": prop(bush, 1.0, "leaf", "shrub"),
    "berry bush": prop(bush, 1.0, "leaf", "rose bush", fruit="red"),
    "flower": prop(flower, 0.7, "white", "daisy, blossom", grip=(0.5, 0.8)),
    "rose": prop(flower, 0.72, "red", "red rose", grip=(0.5, 0.8), kind="rose"),
    "tulip": prop(flower, 0.72, "pink", "", grip=(0.5, 0.8), kind="tulip"),
    "sunflower": prop(flower, 0.95, "yellow", "", grip=(0.5, 0.8), kind="sunflower"),
    "bouquet": prop(bouquet, 0.8, "pink", "bunch of flowers, bouquet of flowers", grip=(0.5, 0.85)),
    "leaf": prop(leaf, 0.5, "fresh", "green leaf", grip=(0.05, 0.95)),
    "feather": prop(leaf, 0.5, "#7f9ec4", "quill", grip=(0.1, 0.9), kind="feather"),
    "mushroom": prop(mushroom, 0.6, "red", "toadstool", grip=(0.5, 0.8), seat=0.1),
    "nest": prop(nest, 0.6, "#b08a5c", "birds nest", holds=True, seat=0.3, grip=(0.5, 0.8)),
    "web": prop(web, 0.8, "#b8bcc8", "spider web, cobweb, spiders web"),
}  # fmt: skip
