"""Parts that many props share: planks, bricks, tiles, roofs, windows, doors, wheels, leaves, flames, smoke, ropes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from pipelines.props.sketch import Points, Sketch


def planks(s: Sketch, x0: float, y0: float, x1: float, y1: float, count: int, upright: bool = True) -> None:
    """Seams between boards on the last shape."""
    at = np.arange(1, count) / count
    if upright:
        seams: list[Points] = [[(x0 + (x1 - x0) * t, y0), (x0 + (x1 - x0) * t, y1)] for t in at]
    else:
        seams = [[(x0, y0 + (y1 - y0) * t), (x1, y0 + (y1 - y0) * t)] for t in at]
    s.lines(seams, 0.9, "#5a3c34", clip=True, opacity=0.42)


def bricks(s: Sketch, x0: float, y0: float, x1: float, y1: float, rows: int, colour: str = "#5a4650") -> None:
    """Joints of masonry on the last shape."""
    tall = (y1 - y0) / rows
    joints: list[Points] = [[(x0, y0 + tall * i), (x1, y0 + tall * i)] for i in range(1, rows)]
    for row in range(rows):
        x = x0 + tall * (0.6 if row % 2 else 1.6)
        while x < x1:
            joints.append([(x, y0 + tall * row), (x, y0 + tall * (row + 1))])
            x += tall * 2.1
    s.lines(joints, 0.7, colour, clip=True, opacity=0.28)


def tiles(s: Sketch, x0: float, y0: float, x1: float, y1: float, rows: int) -> None:
    """Rows of round tiles on the last shape."""
    tall = (y1 - y0) / rows
    waves: list[Points] = []
    for row in range(rows):
        x = np.arange(x0 - tall * (row % 2) / 2, x1 + tall, tall / 4)
        waves.append(
            np.stack([x, y0 + tall * row + 0.28 * tall * np.abs(np.sin((x - x0) * np.pi / tall + row * np.pi / 2))], -1)
        )
    s.lines(waves, 0.8, "#54303a", clip=True, opacity=0.34)


def window(s: Sketch, x: float, y: float, w: float, h: float, arched: bool = False, frame: str = "cream") -> None:
    """A window with a cross; (x, y) is its middle."""
    corner = w / 2 if arched else 0.8
    s.box(x - w / 2 - 1.3, y - h / 2 - 1.3, x + w / 2 + 1.3, y + h / 2 + 1.3, frame, corner + 1, contact=0.1)
    s.box(x - w / 2, y - h / 2, x + w / 2, y + h / 2, "#6d8fa6", corner, flat=True)
    s.poly([(x - w / 2, y), (x + w / 2, y + h / 2), (x - w / 2, y + h / 2)], "#a9c8d2", clip=True, opacity=0.6)
    s.lines([[(x, y - h / 2), (x, y + h / 2)], [(x - w / 2, y), (x + w / 2, y)]], 1.1, frame, clip=True)
    if not arched:
        s.box(x - w / 2 - 2.2, y - h / 2 - 2.4, x + w / 2 + 2.2, y - h / 2 - 0.8, frame, 0.6, contact=0.2)


def doorway(s: Sketch, x: float, y: float, w: float, h: float, colour: str = "#8a5a3c", arched: bool = False) -> None:
    """A door of boards in its frame; (x, y) is the middle of its foot."""
    corner = w / 2 if arched else 1.0
    s.box(
        x - w / 2 - 1.6, y - (corner if arched else 0), x + w / 2 + 1.6, y + h + 1.6, "wood--", corner + 1, contact=0.1
    )
    s.box(x - w / 2, y - (corner if arched else 0), x + w / 2, y + h, colour, corner, contact=0)
    planks(s, x - w / 2, y - corner, x + w / 2, y + h, 4)
    s.disc(x + w * 0.3, y + h * 0.45, max(0.9, w * 0.06), "yellow", flat=True)


def wheel(s: Sketch, x: float, y: float, r: float, colour: str = "wood-", spokes: int = 8, width: float = 0.2) -> None:
    """A wheel with spokes."""
    way = np.arange(spokes) * 2 * np.pi / spokes + 0.2
    s.lines(
        [[(x, y), (x + r * 0.92 * np.cos(a), y + r * 0.92 * np.sin(a))] for a in way],
        r * 0.1,
        colour + "+",
        round=0.04 * r,
    )
    s.ring(x, y, r, r * width, colour)
    s.disc(x, y, r * 0.2, colour + "-")
    s.disc(x, y, r * 0.08, "lamp", flat=True)


def tyre(s: Sketch, x: float, y: float, r: float, hub: str = "#d5d2cc") -> None:
    """A wheel with a tyre of rubber."""
    s.disc(x, y, r, "#3d3a44")
    s.disc(x, y, r * 0.56, hub, contact=0.1)
    s.disc(x, y, r * 0.2, "#8c8a90", flat=True)


def leaves(s: Sketch, clumps: Sequence[tuple[float, float, float]], colour: str = "leaf", dabs: int = 26) -> None:
    """A crown of round clumps (x, y, r) with dabs of light."""
    reach = 0.75 * max(r for _, _, r in clumps)
    s.discs(clumps, colour, round=reach)
    for tone, lift, share in ((colour + "-", -0.3, 0.35), (colour + "+", 0.3, 0.5)):
        spots = []
        for _ in range(dabs):
            x, y, r = clumps[int(s.rng.integers(len(clumps)))]
            a, d = s.rng.uniform(0, 2 * np.pi), r * 0.6 * np.sqrt(s.rng.uniform())
            spots.append(
                (x + d * np.cos(a) - lift * r * 0.7, y + d * np.sin(a) + lift * r, r * s.rng.uniform(0.09, 0.17))
            )
        s.discs(spots, tone, clip=True, opacity=share)


def flame(s: Sketch, x: float, y: float, h: float, wide: float = 0.5, colour: str = "#e8692f") -> None:
    """A flame of three colours standing on (x, y)."""
    for share, tone in ((1.0, colour), (0.7, "#f6a63c"), (0.42, "#ffe38a")):
        w, t = h * wide * share, h * share
        at = [
            (x, y),
            (x - w * 0.5, y + t * 0.2),
            (x - w * 0.3, y + t * 0.55),
            (x, y + t),
            (x, y + t),
            (x + w * 0.22, y + t * 0.66),
            (x + w * 0.5, y + t * 0.24),
        ]
        s.poly(at, tone, smooth=True, flat=True, glow=0.9)


def smoke(s: Sketch, x: float, y: float, size: float, colour: str = "#d8d6d8") -> None:
    """Puffs that rise to the right."""
    puffs = [
        (x + size * 0.16 * i + s.near(0.04 * size), y + size * 0.3 * i, size * (0.13 + 0.045 * i)) for i in range(4)
    ]
    s.discs(puffs, colour, round=size * 0.15, contact=0, opacity=0.85)


def log_end(s: Sketch, x: float, y: float, r: float) -> None:
    """The sawn end of a log."""
    s.disc(x, y, r, "#e0bd8a", contact=0.1)
    s.ring(x, y, r, r * 0.16, "bark", flat=True)
    for share in (0.35, 0.62):
        s.ring(x, y, r * share, r * 0.07, "#b98a5d", flat=True)


def pennant(s: Sketch, x: float, y: float, tall: float, colour: str = "main") -> None:
    """A little flag on a pole that stands on (x, y)."""
    s.line([(x, y), (x, y + tall)], 1.2, "wood--")
    s.poly([(x, y + tall), (x + tall * 0.62, y + tall * 0.8), (x, y + tall * 0.58)], colour)


def rope_line(s: Sketch, points: Points, width: float, colour: str = "#cfa869") -> None:
    """A rope along a curve, with its twist."""
    s.line(points, width, colour, smooth=True)
    at = np.asarray(points, float)
    twists: list[Points] = []
    for a, b in itertools.pairwise(at):
        for t in np.arange(0, 1, max(0.02, width * 0.55 / (np.linalg.norm(b - a) + 1e-6))):
            p = a + (b - a) * t
            twists.append([tuple(p + (-width, -width * 0.5)), tuple(p + (width, width * 0.5))])
    s.lines(twists, width * 0.14, colour + "--", clip=True, opacity=0.5)
