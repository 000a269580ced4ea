"""What stands outside: stall, tent, fence, gate, signs, ladders, fires, stones and logs."""

from __future__ import annotations

import numpy as np

from pipelines.props.parts import flame, log_end, pennant, planks, rope_line, smoke
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch


def market_stall(s: Sketch) -> None:
    """A counter with boxes of fruit under a striped awning."""
    s.box(8, 30, 92, 74, "#8a6a54", 0.5, contact=0)
    for x in (6, 94):
        s.box(x - 2.5, 0, x + 2.5, 82, "wood-")
    for x, tone in ((24, "red"), (50, "yellow"), (76, "green")):
        s.discs([(x - 8 + 5.4 * k, 44 + 4 * (k % 2), 4.6) for k in range(4)], tone + "-", round=3)
        s.discs([(x - 5.4 + 5.4 * k, 43, 4.4) for k in range(3)], tone, round=3)
        s.box(x - 12, 34, x + 12, 43, "wood+")
        planks(s, x - 12, 34, x + 12, 43, 2, upright=False)
    s.box(0, 29, 100, 36, "wood")
    s.box(4, 2, 96, 30, "wood-")
    planks(s, 4, 2, 96, 30, 9)
    for i in range(8):
        x, tone = -6 + i * 14, "cream" if i % 2 else "main"
        a, b = 6 + i * 11, 17 + i * 11
        s.poly([(a, 96), (b, 96), (x + 14, 74), (x, 74)], tone, round=1.2, contact=0.05)
        s.add(
            [
                np.concatenate(
                    [
                        [(x, 75), (x + 14, 75)],
                        [(x + 7 + 7 * np.cos(t), 74 - 6 * np.sin(t)) for t in np.linspace(0, np.pi, 12)],
                    ]
                )
            ],
            tone,
            round=1.5,
            contact=0.3,
        )
    s.box(4, 94, 96, 98, "main-")


def tent(s: Sketch, striped: bool = False) -> None:
    """A tent with an open flap, or a round striped one of a circus."""
    if striped:
        for i in range(7):
            x, a = 2 + i * 14, 14 + i * 10.4
            tone = "cream" if i % 2 else "main"
            s.poly([(x, 0), (x + 14, 0), (a + 10.4, 46), (a, 46)], tone, round=1.5, contact=0)
            s.poly(
                [(a - 5 + (i - 3) * 1.2, 44), (a + 15 + (i - 3) * 1.2, 44), (51, 92), (50, 92)],
                tone,
                round=1.5,
                contact=0.1,
            )
        s.poly([(40, 0), (62, 0), (52, 36), (50, 36)], "#5a3440", flat=True)
        pennant(s, 50.5, 90, 20, "blue")
        return
    for x in (-6, 106):
        s.line([(50, 66), (x, 2)], 1.4, "wood--")
    s.poly([(62, 70), (104, 4), (44, 4), (50, 70)], "main-", round=8)
    s.poly([(0, 0), (50, 72), (78, 0)], "main", round=8)
    s.poly([(26, 0), (50, 66), (58, 0)], "#54404a", flat=True)
    s.poly([(52, 70), (50, 62), (48, 30), (58, 0), (66, 0)], "main+", round=3, contact=0.4)
    s.poly([(49, 70), (46, 40), (30, 14), (20, 0), (12, 0)], "main+", round=3, contact=0.3)
    s.line([(50, 68), (50, 78)], 2.4, "wood--")


def fence(s: Sketch) -> None:
    """Pointed pales on two rails."""
    for y in (14, 34):
        s.box(-2, y - 3, 118, y + 3, "main-")
    for x in range(0, 117, 13):
        s.poly([(x, 0), (x + 9, 0), (x + 9, 42), (x + 4.5, 49), (x, 42)], "main", round=2.5)
        s.lines([[(x + 4.5, 14), (x + 4.6, 14)], [(x + 4.5, 34), (x + 4.6, 34)]], 1.6, "iron", clip=True)


def wall(s: Sketch) -> None:
    """A low wall of field stones."""
    for row in range(4):
        x = -5.0 * (row % 2)
        while x < 108:
            w = 14 + s.near(4)
            s.box(
                max(0, x),
                row * 11,
                min(112, x + w),
                row * 11 + 11.4,
                "main" + ("", "-", "+")[int(s.rng.integers(3))],
                4,
                round=4,
            )
            x += w + 0.4
    s.box(-2, 43, 114, 50, "main+", 3)


def gate(s: Sketch) -> None:
    """A garden gate between two posts."""
    for x in (6, 94):
        s.box(x - 5, 0, x + 5, 62, "main-")
        s.poly([(x - 7, 61), (x + 7, 61), (x, 70)], "main--")
    for x in range(16, 86, 11):
        top = 50 + 10 * np.sin(np.pi * (x - 12) / 76)
        s.box(x, 6, x + 6, top, "main", 3)
    s.lines([[(14, 14), (86, 42)]], 5, "main-", round=2)
    for y in (14, 42):
        s.box(13, y - 3, 87, y + 3, "main-")
    s.lines([[(8, 14), (22, 14)], [(8, 42), (22, 42)]], 2, "iron")
    s.ring(82, 30, 4, 1.6, "iron")


def ladder(s: Sketch) -> None:
    """Two rails with rungs, leaning a little."""
    for i in range(8):
        y = 8 + i * 12
        s.line([(10 + y * 0.12, y), (36 + y * 0.06, y)], 3.6, "main-")
    s.line([(8, 0), (20, 102)], 5, "main")
    s.line([(38, 0), (44, 102)], 5, "main")


def stairs(s: Sketch) -> None:
    """Six steps with a banister, up to the left."""
    for i in range(6):
        s.box(0, 14 * i, 96 - 16 * i, 14 * i + 14, "main" if i % 2 else "main-", contact=0.2)
        s.box(0, 14 * i + 11, 98 - 16 * i, 14 * i + 14, "main+", contact=0)
    for i in range(0, 6, 1):
        s.line([(88 - 16 * i, 14 * i + 14), (88 - 16 * i, 14 * i + 42)], 2.6, "wood--")
    s.line([(94, 51), (4, 130)], 5, "wood-")


def traffic_light(s: Sketch) -> None:
    """Three lamps on a pole; red is on."""
    s.box(45, 0, 55, 84, "grey-")
    s.box(38, 0, 62, 6, "grey--")
    s.poly([(30, 80), (70, 80), (70, 164), (30, 164)], "main", smooth=False, round=6)
    for y, colour, glow in ((148, "#e8453a", 1.0), (122, "#6b5a2c", 0.0), (96, "#2f5a3c", 0.0)):
        s.disc(50, y, 11, colour, glow=glow)
        s.ring(50, y, 12, 2, "grey--", flat=True)


def stump(s: Sketch) -> None:
    """What is left of a felled tree."""
    s.poly([(2, 0), (14, 6), (18, 34), (62, 34), (66, 6), (80, 0), (52, 3), (40, -1), (26, 3)], "main", round=8)
    s.lines([[(26, 6), (28, 30)], [(40, 3), (39, 28)], [(54, 7), (52, 30)]], 1.2, "bark--", clip=True, opacity=0.5)
    s.disc(40, 35, 23, "#e0bd8a", ry=7, contact=0.1)
    s.ring(40, 35, 23, 2.4, "bark-", ry=7, flat=True)
    for r in (15, 8):
        s.ring(40, 35, r, 1, "wood", ry=r * 0.3, flat=True)


def log(s: Sketch) -> None:
    """A log that lies, its sawn end in front."""
    s.box(10, 4, 108, 34, "main", 13, round=9)
    s.lines(
        [[(30, 11), (62, 11)], [(44, 20), (92, 20)], [(30, 27), (56, 27)], [(70, 28), (100, 28)]],
        1.2,
        "bark--",
        clip=True,
        opacity=0.5,
    )
    s.line([(72, 28), (80, 42)], 7, "main")
    s.add(
        [np.array([14, 19]) + np.stack([9 * np.cos(t := np.linspace(0, 6.28, 40)), 15 * np.sin(t)], -1)],
        "#e0bd8a",
        contact=0,
    )
    s.ring(14, 19, 9, 1.6, "bark-", ry=15, flat=True)
    for r in (0.62, 0.3):
        s.ring(14, 19, 9 * r, 0.9, "wood", ry=15 * r, flat=True)


def woodpile(s: Sketch) -> None:
    """Logs in a heap, ends in front."""
    for row, count in enumerate((5, 4, 3)):
        for i in range(count):
            s.disc(12 + 21 * i + 10.5 * row, 11 + 18 * row, 11, "main", contact=0.3)
            log_end(s, 12 + 21 * i + 10.5 * row, 11 + 18 * row, 9.5)


def campfire(s: Sketch, tall: float = 44) -> None:
    """Logs in a ring of stones, and flames."""
    smoke(s, 52, tall + 14, 24, "#cfcac8")
    for a, b in (((22, 6), (66, 22)), ((78, 6), (34, 22)), ((34, 4), (52, 28)), ((66, 4), (48, 28))):
        s.line([a, b], 8, "bark-")
    flame(s, 50, 8, tall, 0.72, "main")
    flame(s, 34, 8, tall * 0.55, 0.6, "main")
    flame(s, 67, 8, tall * 0.6, 0.6, "main")
    for a, b in (((18, 6), (60, 14)), ((82, 6), (44, 13))):
        s.line([a, b], 8, "bark")
    for i in range(9):
        x = 10 + i * 10
        s.disc(x, 3 - 3 * np.sin(np.pi * i / 8), 6.5, "rock" + ("+" if i % 2 else ""), ry=5)


def stone(s: Sketch, kind: str = "stone") -> None:
    """One stone, a rock or a heap of them."""
    if kind == "stone":
        s.poly(
            [(4, 2), (0, 22), (14, 42), (40, 50), (66, 42), (78, 20), (72, 2), (40, -2)], "main", smooth=True, round=14
        )
        s.poly([(18, 34), (38, 44), (56, 38), (36, 34)], "main+", smooth=True, clip=True, opacity=0.5)
        s.discs([(24, 14, 1.8), (52, 18, 2.2), (60, 30, 1.4)], "main-", clip=True, opacity=0.6)
        return
    if kind == "rock":
        s.poly([(0, 0), (6, 34), (24, 58), (34, 80), (52, 88), (70, 66), (92, 48), (100, 0)], "main", round=12)
        s.poly([(24, 58), (34, 80), (52, 88), (48, 56), (36, 40)], "main+", clip=True, opacity=0.6)
        s.poly([(70, 66), (92, 48), (100, 0), (70, 0), (62, 36)], "main-", clip=True, opacity=0.6)
        s.lines([[(48, 56), (54, 32), (46, 14)], [(20, 30), (28, 16)]], 1.4, "main--", clip=True, opacity=0.6)
        s.discs([(14, 5, 8), (26, 3, 6)], "moss", round=4)
        return
    for x, y, r in ((28, 12, 15), (60, 12, 16), (88, 9, 11), (8, 7, 9), (44, 32, 14), (70, 30, 10), (54, 48, 9)):
        s.disc(x, y, r, "main" + ("", "-", "+")[int(x) % 3], ry=r * 0.78)


def rope(s: Sketch) -> None:
    """A coil of rope with a loose end."""
    for y in (10, 21, 32):
        t = np.linspace(0, 2 * np.pi, 40)
        rope_line(s, np.stack([46 + 40 * np.cos(t), y + 12 * np.sin(t)], -1), 8, "main")
    rope_line(s, [(84, 24), (96, 12), (88, 2), (106, -4)], 7, "main")


def sign(s: Sketch, kind: str = "arrow") -> None:
    """A signpost: two arrows, one board, or a road sign of metal."""
    if kind == "road":
        s.box(47, 0, 53, 66, "grey")
        s.poly([(50, 104), (88, 40), (12, 40)], "main", round=4)
        s.poly([(50, 94), (79, 46), (21, 46)], "cream", flat=True)
        s.lines([[(50, 80), (50, 62)], [(50, 53), (50, 52.9)]], 5.4, "black")
        return
    s.box(45, 0, 54, 92 if kind == "arrow" else 50, "wood-")
    if kind == "board":
        s.box(4, 40, 96, 86, "main", 2)
        planks(s, 4, 40, 96, 86, 3, upright=False)
        s.lines([[(16, 74), (80, 74)], [(16, 63), (66, 63)], [(16, 52), (74, 52)]], 2.6, "#5a3c34", opacity=0.7)
        return
    s.poly([(20, 66), (84, 66), (98, 75), (84, 84), (20, 84)], "main", round=3)
    s.lines([[(30, 75), (78, 75)]], 2.6, "#5a3c34", opacity=0.7)
    s.poly([(78, 42), (14, 42), (0, 51), (14, 60), (78, 60)], "main", round=3)
    s.lines([[(22, 51), (70, 51)]], 2.6, "#5a3c34", opacity=0.7)


def flag(s: Sketch) -> None:
    """A flag that waves on its pole."""
    s.line([(6, 0), (6, 104)], 4, "wood-")
    s.disc(6, 106, 4, "yellow")
    t = np.linspace(0, 1, 20)
    wave = 4 * np.sin(t * 6.2)
    s.poly(
        np.concatenate([np.stack([8 + 74 * t, 100 + wave], -1), np.stack([8 + 74 * t, 54 + wave], -1)[::-1]]),
        "main",
        round=6,
    )
    s.poly(
        np.concatenate([np.stack([8 + 74 * t, 84 + wave], -1), np.stack([8 + 74 * t, 70 + wave], -1)[::-1]]),
        "cream",
        clip=True,
    )


def mailbox(s: Sketch) -> None:
    """A letter box on a post."""
    s.box(40, 0, 50, 46, "wood-")
    s.poly([(10, 44), (84, 44), (84, 66), (80, 78), (68, 84), (26, 84), (14, 78), (10, 66)], "main", round=9)
    s.poly([(10, 44), (40, 44), (40, 66), (36, 78), (25, 82), (14, 78), (10, 66)], "main-", round=2, contact=0)
    s.box(15, 62, 35, 66, "#4a3440", 1, flat=True)
    s.line([(66, 66), (66, 98)], 2.6, "yellow")
    s.poly([(66, 98), (82, 98), (82, 88), (66, 88)], "yellow")


def street_lamp(s: Sketch) -> None:
    """An iron post with a lantern."""
    s.box(16, 0, 34, 6, "iron")
    s.line([(25, 4), (25, 84)], 4.4, "main")
    s.ring(25, 30, 4.4, 2.4, "main")
    s.line([(14, 78), (36, 78)], 3, "main")
    s.poly([(16, 84), (34, 84), (38, 106), (12, 106)], "#ffe08a", glow=0.9, flat=True)
    s.lines([[(16, 84), (12, 106)], [(34, 84), (38, 106)], [(25, 84), (25, 106)]], 1.8, "main")
    s.poly([(8, 105), (42, 105), (25, 118)], "main")


def hive(s: Sketch) -> None:
    """A straw hive on a stool."""
    for x in (18, 66):
        s.box(x - 4, 0, x + 4, 18, "wood-")
    s.box(4, 16, 80, 23, "wood")
    for i, w in enumerate((34, 36, 34, 29, 21, 11)):
        s.box(42 - w, 22 + i * 11, 42 + w, 36 + i * 11, "main", 7, contact=0.16)
    s.disc(42, 33, 7, "#4a3440", flat=True)


PROPS: dict[str, Prop] = {
    "market stall": prop(market_stall, 2.0, "red", "stall, market stand, fruit stand, market booth, booth", holds=True),
    "tent": prop(tent, 1.8, "#d9a24a", "camping tent", holds=True),
    "circus tent": prop(tent, 2.9, "red", "circus, big top", holds=True, striped=True),
    "fence": prop(fence, 0.9, "#efe6d2", "picket fence, wooden fence, garden fence, railing", seat=0.1),
    "wall": prop(wall, 0.9, "stone", "stone wall, garden wall", seat=0.0),
    "gate": prop(gate, 1.3, "wood", "garden gate, wooden gate"),
    "ladder": prop(ladder, 1.8, "wood", "wooden ladder", seat=0.3, grip=(0.5, 0.5)),
    "stairs": prop(stairs, 2.2, "stone", "staircase, steps, stairway, flight of stairs"),
    "traffic light": prop(traffic_light, 2.0, "#3f434a", "traffic lights, stoplight"),
    "stump": prop(stump, 0.6, "bark", "tree stump, tree trunk", seat=0.1),
    "log": prop(log, 0.6, "bark", "tree log, fallen tree, trunk", seat=0.12),
    "firewood": prop(woodpile, 0.9, "bark", "woodpile, pile of wood", seat=0.05),
    "campfire": prop(campfire, 0.95, "#e8692f", "fire, camp fire"),
    "bonfire": prop(campfire, 1.8, "#e2553a", "big fire", tall=86),
    "stone": prop(stone, 0.5, "stone", "pebble, cobble", grip=(0.5, 0.6), seat=0.06),
    "rock": prop(stone, 1.2, "rock", "boulder", seat=0.04, kind="rock"),
    "stones": prop(stone, 0.7, "rock+", "pile of stones, heap of stones, rubble", kind="heap"),
    "rope": prop(rope, 0.5, "#cfa869", "cord, coil of rope, lasso", grip=(0.5, 0.3)),
    "signpost": prop(sign, 1.5, "wood+", "way sign, fingerpost"),
    "sign": prop(sign, 1.2, "wood+", "notice board, signboard", kind="board", grip=(0.5, 0.8)),
    "road sign": prop(sign, 1.5, "red", "traffic sign, warning sign, street sign", kind="road"),
    "flag": prop(flag, 1.2, "red", "banner, pennant", grip=(0.07, 0.8)),
    "mailbox": prop(mailbox, 1.0, "red", "letterbox, letter box, postbox, post box", holds=True),
    "street lamp": prop(street_lamp, 2.2, "iron", "lamp post, lamppost, street light, lantern post"),
    "beehive": prop(hive, 0.9, "#dcb05c", "hive, bee hive", holds=True),
}  # fmt: skip
