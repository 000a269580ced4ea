"""Hair and beards: a cap with a hairline over the skull, and what hangs or stands from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.shapes import shapes
from pipelines.painting.brush import mix


@dataclass(frozen=True)
class Hair:
    """One way to wear hair: elevations of the hairline at the forehead, the temples and the nape; volume; how the edge is; what hangs."""

    brow: float = 40.0
    side: float = 5.0
    nape: float = -38.0
    volume: float = 1.10
    edge: str = "smooth"  # or curls, spikes, waves
    hang: float = 0.0  # length behind, in radii of the head
    hang_wide: float = 0.9
    parting: float = 0.0  # the fringe falls to one side
    bun: tuple[float, float, float] | None = None  # azimuth is behind: elevation, size, distance
    tail: float = 0.0
    pigtails: float = 0.0
    braids: float = 0.0
    ring: bool = False  # bald on top
    crest: bool = False
    fringe: float = 0.0  # a straight fringe down by so many degrees


def hair_of(name: str) -> Hair:
    """A way to wear hair, by its name in `assets/figures/shapes.json`."""
    return Hair(**shapes("hair")[name])


def _line(hair: Hair) -> Callable[[np.ndarray], np.ndarray]:
    """Elevation of the hairline over azimuths in degrees."""

    def line(azimuth: np.ndarray) -> np.ndarray:
        away = np.abs(azimuth)
        front = hair.brow - hair.fringe
        height = np.interp(
            away,
            [0, 32, 62, 92, 130, 180],
            [
                front,
                front - 1,
                (hair.brow + hair.side) / 2 - 2,
                hair.side - 6,
                hair.nape * 0.6 + hair.side * 0.4,
                hair.nape,
            ],
        )
        if hair.parting and not hair.ring:
            height = (
                height
                - hair.parting * 15 * np.exp(-(((azimuth - 20) / 22) ** 2))
                + hair.parting * 9 * np.exp(-(((azimuth + 22) / 14) ** 2))
            )
        return height

    return line


def _bumps(hair: Hair) -> Callable[[np.ndarray], np.ndarray] | None:
    def edge(t: np.ndarray) -> np.ndarray:
        if hair.edge == "curls":
            return 1.0 + 0.06 * np.abs(np.sin(t * np.pi * 9))
        if hair.edge == "spikes":
            return 1.0 + 0.34 * np.sin(np.pi * t) ** 0.7 * np.abs(((t * 7.0) % 1.0) * 2 - 1)
        return 1.0 + 0.02 * np.sin(t * np.pi * 10)

    return None if hair.edge == "smooth" else edge


def back(s: Sculptor, skull: Ball, hair: Hair, colour: np.ndarray, depth: float, swing: float = 0.0) -> None:
    """What lies behind the head: the mass of the hair and what hangs from it."""
    radius = skull.radius
    if hair.hang:
        parts, up = [], skull.axes[:, 1] / max(radius, 1e-9)
        upright = max(0.0, float(up[1])) ** 2
        for share in np.linspace(0, 1, 5):
            drop = -0.15 - share * (0.55 + hair.hang)
            wide = hair.hang_wide * (1.0 - 0.30 * share**2 if hair.hang > 1 else 1.0 - 0.05 * share)
            part = skull.grown(
                (0.62 - 0.2 * share, 0.5 if share < 1 else 0.24, wide),
                (-0.30 - 0.12 * share - 0.25 * swing * share, 0.0, 0.0),
            )
            hangs = share**0.5 * upright  # the roots follow the head, the ends hang down while somebody stands
            falls = hangs * np.array([0.0, 1.0, 0.0]) + (1 - hangs) * up
            parts.append(Ball(part.centre + drop * radius * falls, part.axes))
        front = float(s.near(skull.axes[:, 0])) < -0.1 * radius  # seen from behind
        far = (
            min(depth - 0.135, float(s.near(s.spot("spine"))) - 0.02) if "spine" in s.skeleton.index else depth - 0.135
        )
        s.chain("hair behind", parts, colour, depth=(depth + 0.16) if front else far, round=0.35 * radius)
    for size, kind in ((hair.tail, "tail"), (hair.pigtails, "pigtail"), (hair.braids, "braid")):
        if size:
            _hanging(s, skull, colour, depth, size, kind, swing)
    if hair.bun:
        lift, share, out = hair.bun
        place = skull.at(180.0, lift, out)
        ball = Ball(place, np.eye(3) * radius * share)
        near = float(s.near(place)) > float(s.near(skull.centre)) + 0.02
        s.blob("bun", ball, mix(colour, np.ones(3, np.float32), 0.05), depth=depth + (0.03 if near else -0.03))


def _hanging(s: Sculptor, skull: Ball, colour: np.ndarray, depth: float, size: float, kind: str, swing: float) -> None:
    radius = skull.radius
    for side in (0,) if kind == "tail" else (1, -1):
        start = (
            skull.at(180.0, 30.0, 1.05)
            if side == 0
            else skull.at(side * (104 if kind == "pigtail" else 82), 18 if kind == "pigtail" else -28, 1.08)
        )
        forward, _, right = skull.axes[:, 0] / radius, skull.axes[:, 1] / radius, skull.axes[:, 2] / radius
        out = (-forward if side == 0 else right * side * (0.9 if kind == "pigtail" else 0.12)) * radius
        down = np.array([0.0, -1.0, 0.0]) * radius
        lag = -forward * radius * swing
        balls = []
        for share in np.linspace(0, 1, 7 if kind == "braid" else 5):
            thick = {"tail": 0.30, "pigtail": 0.28, "braid": 0.19}[kind] * (
                1.15 * np.sin(np.pi * (0.22 + 0.66 * share))
            )
            if kind == "braid":
                thick = 0.17 * (1.0 - 0.25 * share) * (1.0 if share < 0.95 else 0.7)
            curve = start + out * (0.75 * np.sin(share * 1.8)) + down * size * share**1.35 + lag * share**2 * 0.5
            balls.append(Ball(curve, np.eye(3) * radius * max(0.05, thick)))
        near = float(s.near(balls[2].centre) - s.near(skull.centre))
        level = depth + (0.05 if near > 0.01 or (kind == "braid" and near > -0.05) else -0.05)
        if kind == "braid":
            for ball in balls:
                s.blob("braid", ball, colour, depth=level, round=0.1 * radius)
        else:
            s.chain(kind, balls, colour, depth=level, round=0.14 * radius)
        s.blob(
            "tie",
            Ball(balls[0].centre if kind != "braid" else balls[-1].centre, np.eye(3) * radius * 0.12),
            np.array([0.85, 0.35, 0.33], np.float32),
            depth=level + 1e-3,
        )


def front(s: Sculptor, skull: Ball, hair: Hair, colour: np.ndarray, depth: float) -> None:
    """The cap of hair over the skull with its hairline; strands that catch the light."""
    radius = skull.radius
    cap = skull.grown(hair.volume, (-0.05, 0.04, 0.0))
    if hair.brow <= 90:
        if hair.ring:
            _ring(s, cap, colour, depth)
        else:
            outline = s.cap(cap, _line(hair), _bumps(hair))
            from pipelines.figures.sculpt import Shape

            s.add(Shape("hair", [outline], colour, depth + 0.012, convex=False, round=0.28 * radius, contact=0.22))
            _strands(s, cap, hair, colour, depth + 0.012)
    if hair.crest:
        crest = [
            Ball(skull.at(0.0, up, 1.0 + 0.26 * np.sin(np.radians(up) * 1.1)), np.eye(3) * radius * 0.2)
            for up in (48, 75, 100, 125, 150, 180)
        ]
        s.chain("crest", crest, colour, depth=depth + 0.02)


def _ring(s: Sculptor, cap: Ball, colour: np.ndarray, depth: float) -> None:
    for side in (1, -1):
        tufts = [cap.at(side * a, e, 0.96) for a, e in ((78, 18), (95, 2), (115, -12), (150, -18), (180, -20))]
        radius = cap.radius
        near = float(s.near(tufts[1]) - s.near(cap.centre))
        s.chain(
            "hair ring",
            [Ball(t, np.eye(3) * radius * 0.2) for t in tufts],
            colour,
            depth=depth + (0.015 if near > -0.02 else -0.02),
            round=0.1 * radius,
        )


def _strands(s: Sculptor, cap: Ball, hair: Hair, colour: np.ndarray, depth: float) -> None:
    """A few lines of light along the fall of the hair."""
    bright, dark = (
        mix(colour, np.array([1.0, 0.93, 0.8], np.float32), 0.22),
        mix(colour, np.array([0.1, 0.05, 0.1], np.float32), 0.22),
    )
    face = s.facing(cap)
    radius = cap.radius
    for number, turn in enumerate((-58, -30, 8, 36, 64)):
        azimuth = face + turn
        low = float(_line(hair)(np.array([(azimuth + 180) % 360 - 180]))[0]) + 6
        if low > 70:
            continue
        way = np.linspace(low, 74, 8)
        line = cap.at(azimuth + 12 * np.sin(np.radians(way)), way, 0.985)
        width = radius * 0.045 * np.sin(np.linspace(0.15, np.pi - 0.1, 8))
        s.stroke("strand", line, width, bright if number % 2 else dark, depth + 1e-4, clip=True, opacity=0.5)


def beard(s: Sculptor, head: Ball, kind: str, colour: np.ndarray, depth: float, lips_up: float) -> None:
    """A beard on the jaw, behind the mouth."""
    from pipelines.figures.sculpt import Shape

    radius = head.radius
    if kind in ("full", "long", "short", "stubble"):
        grow = {"full": 1.10, "long": 1.12, "short": 1.05, "stubble": 1.01}[kind]
        jaw = head.grown(grow, (0.02, -0.05, 0.0))

        def line(azimuth: np.ndarray) -> np.ndarray:
            return np.interp(np.abs(azimuth), [0, 14, 30, 50, 75, 95, 110, 180], [-20, -17, -21, -22, -2, 8, -45, -89])

        def fluff(t: np.ndarray) -> np.ndarray:
            long = {"full": 0.14, "long": 0.95, "short": 0.02, "stubble": 0.0}[kind]
            middle = np.clip(1 - np.abs(t - 0.5) * (2.6 if kind == "long" else 2.0), 0, 1)
            return (
                1
                + long * middle ** (0.9 if kind == "long" else 1.3)
                + (0.02 * np.abs(np.sin(t * 40)) if kind != "stubble" else 0)
            )

        outline = s.cap(jaw, line, fluff, low=True)
        s.add(
            Shape(
                "beard",
                [outline],
                colour,
                depth + 0.006,
                convex=False,
                round=0.0 if kind == "stubble" else 0.22 * radius,
                contact=0.25,
                opacity=0.35 if kind == "stubble" else 1.0,
            )
        )
    if kind == "goatee":
        s.chain(
            "goatee",
            [
                Ball(head.at(0, -52, 1.0), np.eye(3) * radius * 0.2),
                Ball(head.at(0, -68, 1.18), np.eye(3) * radius * 0.07),
            ],
            colour,
            depth=depth + 0.006,
        )
    if kind in ("moustache", "full", "long", "goatee"):
        for side in (1, -1):
            spots = [head.at(side * a, lips_up + e, 1.03) for a, e in ((1, 9.5), (9, 10), (18, 7.5), (26, 8.5))]
            sizes = (0.085, 0.10, 0.075, 0.02)
            if s.near(spots[1]) > s.near(head.centre):
                s.chain(
                    "moustache",
                    [Ball(p, np.eye(3) * radius * z) for p, z in zip(spots, sizes)],
                    mix(colour, np.ones(3, np.float32), 0.06),
                    depth=depth + 0.014,
                    contact=0.2,
                    round=0.05 * radius,
                )
