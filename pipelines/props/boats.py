"""What swims, and what sailors and fishers use."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import pennant, planks, rope_line, smoke, window
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def hull(s: Sketch, long: float, deep: float, rise: float, colour: str = "main", boards: int = 4) -> None:
    """The side of a boat, its bow to the right."""
    top = [(0.0, deep), (long * 0.3, deep * 0.86), (long * 0.7, deep * 0.9), (long, deep + rise)]
    s.poly(
        [
            *top,
            (long, deep + rise),
            (long * 0.88, deep * 0.25),
            (long * 0.74, 0),
            (long * 0.14, 0),
            (long * 0.14, 0),
            (0, deep),
            (0, deep),
        ],
        colour,
        smooth=True,
        round=deep * 0.3,
    )
    planks(s, 0, 0, long, deep, boards, upright=False)
    s.line(top, deep * 0.14, colour + "-", smooth=True)


def sailboat(s: Sketch) -> None:
    """A boat with two sails."""
    s.line([(46, 16), (46, 108)], 3, "wood--")
    s.poly([(49, 104), (49, 104), (66, 70), (88, 34), (88, 34), (49, 32), (49, 32)], "cream", smooth=True, round=8)
    s.poly([(43, 96), (43, 96), (32, 66), (10, 36), (10, 36), (43, 34), (43, 34)], "white", smooth=True, round=8)
    pennant(s, 46, 104, 14, "main")
    hull(s, 100, 22, 6)


def rowing_boat(s: Sketch, oars: bool = True) -> None:
    """A boat with benches and two oars."""
    s.poly([(3, 27), (30, 22), (84, 23), (116, 34), (84, 32), (30, 30)], "#6a4632", smooth=True, flat=True)
    for x in (34, 70):
        s.box(x - 6, 22, x + 6, 27, "wood+")
    hull(s, 120, 27, 8)
    if oars:
        for x in (40, 76):
            s.line([(x + 16, 44), (x - 18, 4)], 3, "wood+")
            s.line([(x - 14, 9), (x - 24, -4)], (4, 9), "wood+")
            s.disc(x + 1.5, 26.5, 2.4, "iron")


def ship(s: Sketch, kind: str = "sail") -> None:
    """A tall ship with three masts, or a steamer."""
    (_steamer if kind == "steam" else _tall_ship)(s)


def _steamer(s: Sketch) -> None:
    smoke(s, 62, 92, 36, "#d8d6d8")
    s.box(24, 36, 104, 54, "white", 3)
    for x in range(32, 100, 12):
        s.disc(x, 45, 3.2, "#6d8fa6", contact=0.1)
    s.box(36, 53, 90, 66, "cream", 3)
    for x in (44, 58, 72, 84):
        s.box(x - 4, 56, x + 4, 62, "#6d8fa6", 1, flat=True)
    for x in (52, 74):
        s.poly([(x - 7, 65), (x + 7, 65), (x + 5, 94), (x - 5, 94)], "#cc473e")
        s.poly([(x - 9, 84), (x + 9, 84), (x + 9, 96), (x - 9, 96)], "#45414c", clip=True)
    s.poly([(0, 40), (140, 46), (126, 0), (12, 0)], "main", round=10)
    s.poly([(-5, 10), (140, 10), (140, -5), (-5, -5)], "#b5483c", clip=True)
    s.lines([[(4, 37), (140, 42)]], 2.4, "white", clip=True)


def _tall_ship(s: Sketch) -> None:
    for x, tall, wide in ((28, 92, 17), (64, 112, 22), (100, 92, 17)):
        s.line([(x, 28), (x, tall + 6)], 3, "wood--")
        for low, high, k in ((0.36, 0.66, 1.0), (0.70, 0.94, 0.78)):
            a, b, w = tall * low, tall * high, wide * k
            s.poly(
                [
                    (x - w, a),
                    (x - w * 0.85, b),
                    (x - w * 0.85, b),
                    (x + w * 0.85, b),
                    (x + w * 0.85, b),
                    (x + w, a),
                    (x + w, a),
                    (x, a + 6),
                    (x - w, a),
                ],
                "cream",
                smooth=True,
                round=6,
            )
            s.line([(x - w, b), (x + w, b)], 2, "wood--")
        pennant(s, x, tall, 15, "red")
    s.line([(122, 36), (146, 50)], 3, "wood--")
    s.poly(
        [
            (-4, 50),
            (18, 46),
            (18, 46),
            (22, 32),
            (92, 30),
            (130, 42),
            (130, 42),
            (112, 6),
            (96, 0),
            (22, 0),
            (4, 10),
            (-4, 50),
        ],
        "main",
        smooth=True,
        round=9,
    )
    planks(s, 0, 0, 130, 36, 5, upright=False)
    s.lines([[(0, 34), (20, 30), (92, 27), (130, 38)]], 3.4, "yellow", clip=True)
    for x in (34, 50, 66, 82, 98):
        s.box(x - 3, 14, x + 3, 20, "#4a3440", 1, flat=True)


def raft(s: Sketch) -> None:
    """Logs tied together, with a mast and a patched sail."""
    s.line([(58, 16), (58, 96)], 4, "wood-")
    s.line([(26, 88), (92, 88)], 2.6, "wood-")
    s.poly([(28, 88), (90, 88), (96, 44), (58, 38), (24, 44)], "cream", round=8)
    s.box(66, 58, 80, 72, "main", 1, clip=True)
    for i, y in enumerate((18, 11, 4)):
        s.box(0 - i * 4, y - 5, 116 + i * 3, y + 5, "wood" + ("", "-", "")[i], 5)
        s.disc(-i * 4 + 4, y, 3.4, "#e0bd8a", ry=4.6, contact=0)
    for x in (24, 92):
        rope_line(s, [(x - 2, 23), (x, 10), (x + 2, -1)], 3.4)


def canoe(s: Sketch) -> None:
    """A canoe with raised ends and a paddle."""
    s.line([(30, 40), (80, 14)], 3, "wood-")
    s.poly(
        [(0, 38), (0, 38), (14, 24), (60, 18), (106, 24), (120, 38), (120, 38), (112, 8), (92, 0), (28, 0), (8, 8)],
        "main",
        smooth=True,
        round=8,
    )
    s.lines(
        [[(14, 16), (26, 8), (38, 16), (50, 8), (62, 16), (74, 8), (86, 16), (98, 8), (108, 16)]],
        2.2,
        "cream",
        clip=True,
    )
    s.line([(30, 40), (18, 46)], (5, 10), "wood-")


def anchor(s: Sketch) -> None:
    """An anchor of iron with a rope."""
    s.ring(50, 92, 9, 3.6, "main")
    s.line([(50, 84), (50, 8)], 7, "main")
    s.line([(30, 72), (70, 72)], 6, "main")
    s.line([(14, 36), (20, 16), (50, 5), (80, 16), (86, 36)], 7, "main", smooth=True)
    for side in (-1, 1):
        s.poly([(50 + side * 36, 48), (50 + side * 24, 32), (50 + side * 46, 30)], "main")
    rope_line(s, [(50, 94), (66, 100), (84, 92), (90, 74), (104, 62)], 4)


def net(s: Sketch, kind: str = "landing") -> None:
    """A net with a handle."""
    s.line([(2, 0), (56, 66)], 5, "wood-")
    s.poly(
        [(52, 66), (100, 92), (108, 60), (100, 34), (84, 36), (62, 50)], "#eef0e8", smooth=True, opacity=0.55, round=6
    )
    s.lines(
        [[(52 + 9 * k, 60 + 6 * k), (84 + 5 * k, 30 + 8 * k)] for k in range(6)]
        + [[(58 + 7 * k, 52 - 2 * k), (98 + 3 * k, 94 - 8 * k)] for k in range(6)],
        1.1,
        "#8a8f8c",
        clip=True,
    )
    s.line([(50, 62), (60, 80), (84, 96), (102, 96), (96, 78), (74, 60), (50, 62)], 3.6, "main", smooth=True)


def fishing_net(s: Sketch) -> None:
    """A net that is hung up, with floats."""
    at = [(0, 80), (30, 70), (60, 66), (90, 70), (120, 80), (112, 20), (60, 4), (8, 20)]
    s.poly(at, "#dfe2d4", smooth=True, opacity=0.4, round=6)
    s.lines(
        [[(k * 12 - 40, 0), (k * 12 + 44, 84)] for k in range(14)]
        + [[(k * 12 - 40, 84), (k * 12 + 44, 0)] for k in range(14)],
        1.4,
        "main",
        clip=True,
    )
    s.line(at[:5], 3, "main-", smooth=True)
    for x, y in at[:5]:
        s.disc(x, y, 5.4, "red")


def fishing_rod(s: Sketch) -> None:
    """A rod with its line, float and hook."""
    s.line([(0, 0), (50, 60), (92, 92)], (5, 1.6), "main", smooth=True)
    s.line([(0, 0), (16, 20)], 7, "#5a3c34")
    s.disc(24, 24, 6, "grey")
    s.disc(24, 24, 2.6, "#5b5a66", flat=True)
    s.lines([[(92, 92), (94, 30)]], 1, "#7d7a80")
    s.disc(94, 34, 5, "red", ry=6)
    s.poly([(80, 20), (110, 20), (110, 34), (80, 34)], "white", clip=True)
    s.lines([[(94, 28), (94, 12)]], 1, "#7d7a80")
    s.line([(94, 14), (95, 7), (90, 6), (88, 10)], 1.8, "#5b5a66", smooth=True)


def lifebuoy(s: Sketch) -> None:
    """A ring of cork in two colours."""
    s.ring(50, 50, 48, 22, "white", round=9)
    for a in range(4):
        t = np.radians(np.linspace(20 + 90 * a, 70 + 90 * a, 8))
        s.poly(
            np.concatenate(
                [50 + 50 * np.stack([np.cos(t), np.sin(t)], -1), 50 + 25 * np.stack([np.cos(t), np.sin(t)], -1)[::-1]]
            ),
            "main",
            clip=True,
        )


def submarine(s: Sketch) -> None:
    """A round submarine with a periscope."""
    s.line([(62, 62), (62, 84), (74, 84)], 4, "main-")
    s.box(42, 50, 78, 72, "main", 5)
    s.poly(
        [(0, 34), (10, 50), (44, 58), (92, 56), (118, 40), (118, 28), (92, 12), (44, 10), (10, 20)],
        "main",
        smooth=True,
        round=14,
    )
    for x in (40, 66, 92):
        s.disc(x, 36, 8, "grey+")
        s.disc(x, 36, 5.6, "#8fc4d8", flat=True)
    for side in (-1, 1):
        s.disc(-4, 34 + side * 9, 3.6, "grey", ry=9)
    s.poly([(8, 48), (22, 54), (4, 66)], "main-")
    window(s, 60, 62, 0.1, 0.1, frame="main")


PROPS: dict[str, Prop] = {
    "boat": prop(sailboat, 2.0, "#a8583f", "", holds=True, seat=0.82),
    "sailboat": prop(sailboat, 2.0, "#4a7dbd", "sailing boat", holds=True, seat=0.82),
    "rowing boat": prop(rowing_boat, 0.8, "#4a7dbd", "rowboat, dinghy, row boat, little boat", holds=True, seat=0.45),
    "ship": prop(ship, 3.0, "wood-", "sailing ship, tall ship, galleon, pirate ship", holds=True, seat=0.68),
    "steamship": prop(ship, 3.0, "#2f4a6c", "steamer, ocean liner, ferry, cruise ship, steamboat", holds=True, kind="steam"),
    "raft": prop(raft, 1.6, "red", "wooden raft", holds=True, seat=0.76),
    "canoe": prop(canoe, 0.8, "#b0603c", "", holds=True, seat=0.5),
    "submarine": prop(submarine, 1.6, "yellow", "u boat", holds=True),
    "anchor": prop(anchor, 0.95, "iron", "", grip=(0.46, 0.1)),
    "landing net": prop(net, 0.9, "#3f8f8a", "butterfly net, hand net", grip=(0.15, 0.85), holds=True),
    "net": prop(fishing_net, 0.9, "#8a6f4a", "fishing net, fishnet", grip=(0.5, 0.15), holds=True),
    "fishing rod": prop(fishing_rod, 1.2, "#b98552", "fishing pole, fishing line", grip=(0.1, 0.9)),
    "lifebuoy": prop(lifebuoy, 0.7, "red", "life ring, life belt, lifebelt", grip=(0.5, 0.1)),
}  # fmt: skip
