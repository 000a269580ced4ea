"""Coats of four-legged animals: belly, stripes, spots, wool, spines, shells, manes and saddles."""

from __future__ import annotations

import numpy as np

from pipelines.figures.figure import Figure, darker, lighter, tone
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.painting.brush import rgb


class Coated(Figure):
    """A figure with a trunk that wears a coat."""

    half: float  # of the trunk's height
    wide: float  # half of its width

    def _coat(self, s: Sculptor, trunk: list[Ball], level: float) -> None:
        """Belly, stripes, spots, wool or spines on the trunk."""
        p = self.params
        second = tone(p, "second")
        h = self.half
        if p["belly_second"]:
            low = [b.grown((0.94, 0.55, 0.9), (0, -0.70, 0)) for b in trunk]
            s.chain("belly", low, second, depth=level + 1e-5, smooth=1, clip=True, feather=0.05 * h)
        if p["stripe"]:
            self._bands(s, trunk, rgb(p["stripe"]), level + 2e-5, 7)
        if p["spot"]:
            spots(s, trunk, rgb(p["spot"]), level + 2e-5, 0.42 if p["spot_big"] else 0.19, 3)
        if p["blotch"]:
            for x, y, r in ((2, 0.35, 0.62), (8, 0.5, 0.75), (13, -0.1, 0.55)):
                ball = trunk[min(x, len(trunk) - 1)]
                face = s.facing(ball)
                s.decal(
                    "blotch",
                    ball.at(face, 0)[None] * 0 + _patch(s, ball, face, y * 60, r * 60),
                    rgb(p["blotch"]),
                    level + 2e-5,
                    clip=True,
                )
        if p["shell"]:
            self._shell(s, trunk, rgb(p["shell"]), level)
        if p["wool"]:
            self._wool(s, trunk, rgb(p["wool"]), level)
        if p["spines"]:
            self._spines(s, trunk, rgb(p["spines"]), level)
        if p["ridge"]:
            for ball in trunk[1:-1:2]:
                top = ball.at(0, 90, 0.95)
                fin = np.array(
                    [
                        top + ball.axes[:, 0] * 0.3,
                        top + ball.axes[:, 1] * 0.42 - ball.axes[:, 0] * 0.12,
                        top + ball.axes[:, 1] * 0.42 - ball.axes[:, 0] * 0.12,
                        top - ball.axes[:, 0] * 0.3,
                    ]
                )
                s.card("ridge", fin, rgb(p["ridge"]), depth=level - 0.004, round=0.05 * h)

    def _bands(self, s: Sculptor, rows: list[Ball], colour: np.ndarray, depth: float, count: int) -> None:
        """Stripes across a row of sections, thin below."""
        for number, place in enumerate(np.linspace(0.8, len(rows) - 1.6, count)):
            ball = rows[int(place)]
            face = s.facing(ball)
            way = np.linspace(88, -30 - 12 * (number % 2), 9)
            line = ball.at(face, way, 0.99)
            along = (rows[min(int(place) + 1, len(rows) - 1)].centre - ball.centre) * (place - int(place))
            radius = float(np.linalg.norm(ball.axes[:, 1]))
            s.stroke("stripe", line + along, radius * 0.19 * np.sin(np.linspace(1.0, 3.1, 9)), colour, depth, clip=True)

    def _wool(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        outline = []
        for ball in trunk[::2]:
            for a in (-70, -25, 25, 70, 110, 150, 200, 250):
                spot = ball.at(a, 0, 0.86) * (1, 0, 1)
                outline.append(Ball(spot, np.eye(3)))
        puffs = []
        h = self.half
        number = 0
        for ball in trunk[::2]:
            for e in np.linspace(-58, 90, 6):
                for side in (s.facing(ball),):
                    number += 1
                    spot = ball.at(side + 25 * ((number % 3) - 1), e, 0.90)
                    puffs.append(Ball(spot, np.eye(3) * h * (0.36 + 0.05 * (number % 3))))
        for end, way in ((trunk[0], 180), (trunk[-1], 0)):
            for e in (-40, 0, 40):
                puffs.append(Ball(end.at(way, e, 0.9), np.eye(3) * h * 0.38))
        rings = [
            s.seen(b.centre)
            + float(b.axes[0, 0])
            * np.stack([np.cos(np.linspace(0, 2 * np.pi, 18)), np.sin(np.linspace(0, 2 * np.pi, 18))], -1)
            for b in puffs
        ]
        body = [Ball(b.centre, b.axes * 0.98) for b in trunk]
        s.chain("wool", body, colour, depth=level + 0.052, smooth=1, round=0.5 * h)
        shape = s.shapes[-1]
        shape.polygons = shape.polygons + [r.astype(np.float32) for r in rings]
        for ball in puffs[::2]:
            curl = (
                ball.centre
                + np.array([[np.cos(t) * 0.5, np.sin(t) * 0.5, 0] for t in np.linspace(3.4, 6.0, 7)]) * ball.axes[0, 0]
            )
            s.stroke("curl", curl, 0.035 * h, darker(colour, 0.16), level + 0.0521, clip=True)
        _ = outline

    def _spines(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        h = self.half
        rng = np.random.default_rng(3)
        back = [b.grown((1.04, 1.08, 1.05), (-0.04, 0.14, 0)) for b in trunk]
        s.chain("spines", back, darker(colour, 0.15), depth=level + 0.054, smooth=1, round=0.4 * h)
        shape = s.shapes[-1]
        for ball in back:
            face = s.facing(ball)
            for e in np.linspace(-18, 95, 9) + rng.uniform(-6, 6, 9):
                for turn in (0.0, 180.0):
                    root, tip = ball.at(face + turn, e, 0.9), ball.at(face + turn, e + 4, 1.34)
                    across = s.seen(ball.axes[:, 0]) * 0.13
                    spike = np.array(
                        [s.seen(root) - across, s.seen(tip) - s.seen(ball.axes[:, 0]) * 0.22, s.seen(root) + across]
                    )
                    shape.polygons.append(spike.astype(np.float32))
        for ball in back[::2]:
            face = s.facing(ball)
            for e in (-8, 16, 40, 64):
                root, tip = ball.at(face, e, 0.98), ball.at(face, e + 16, 1.02) - ball.axes[:, 0] * 0.2
                s.stroke(
                    "spine",
                    np.array([root, tip]),
                    np.array([0.05, 0.015]) * h,
                    lighter(colour, 0.4),
                    level + 0.0541,
                    clip=True,
                )

    def _crest(self, s: Sculptor, neck: list[Ball], skull: Ball, colour: np.ndarray, pose: Pose, level: float) -> None:
        """A mane along the neck, and a forelock."""
        lag = 0.25 * np.sin(2 * np.pi * pose.wave)
        rows = []
        for number, ball in enumerate(neck[1:]):
            away = -ball.axes[:, 0] * (0.55 + 0.12 * lag) + ball.axes[:, 1] * 0.62
            wide = 0.30 + 0.09 * np.sin(number * 2.1)
            rows.append(Ball(ball.centre + away, np.eye(3) * float(np.linalg.norm(ball.axes[:, 1])) * wide * 1.35))
        rows.append(skull.grown(0.42, (-0.45, 0.75, 0)))
        rows.append(skull.grown(0.30, (0.10, 0.98, 0)))
        rows.append(skull.grown(0.12, (0.52, 0.80, 0)))
        s.chain("mane", rows, colour, depth=level + 0.006, smooth=2, round=0.2 * self.half)

    def _shell(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        middle = trunk[len(trunk) // 2]
        long = float(self.params["long"]) * 0.60
        h, w = self.half, self.wide
        dome = Ball(middle.centre + middle.axes[:, 1] * 0.28, np.eye(3) * (long, h * 1.12, w * 1.22))
        rim = Ball(middle.centre - middle.axes[:, 1] * 0.1, np.eye(3) * (long * 1.08, h * 0.30, w * 1.32))
        s.chain("shell", [dome, dome.grown((1.0, 0.8, 1.0))], colour, depth=level + 0.056, round=0.6 * h)
        face = s.facing(dome)
        for row, count in ((18, 5), (52, 4)):
            for number in range(count):
                a = face - 80 + 160 * (number + 0.5) / count
                plate = dome.at(
                    a + np.array([-13, 0, 13, 13, 0, -13]) * (1.2 if row > 40 else 1),
                    row + np.array([8, 15, 8, -8, -15, -8]),
                    1.0,
                )
                s.decal("plate", plate, darker(colour, 0.16), level + 0.056, clip=True)
        s.blob("rim", rim, darker(colour, 0.25), depth=level + 0.0565, round=0.2 * h)

    def _saddle(self, s: Sculptor, trunk: list[Ball], level: float) -> None:
        middle = trunk[len(trunk) // 2]
        rows = [middle.grown((0.5, 0.55, 1.08), (dx, 0.52, 0)) for dx in (-0.3, 0.3)]
        s.chain("saddle", rows, tone(self.params, "saddle"), depth=level + 0.055)


def _patch(s: Sculptor, ball: Ball, azimuth: float, elevation: float, size: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    wobble = 1 + 0.16 * np.sin(3 * turn + size) + 0.1 * np.sin(5 * turn)
    return ball.at(azimuth + np.cos(turn) * size * wobble, np.clip(elevation + np.sin(turn) * size * wobble, -85, 88))


def spots(s: Sculptor, rows: list[Ball], colour: np.ndarray, depth: float, size: float, rings: int) -> None:
    """Spots on a row of sections, in staggered rows."""
    turn = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    step = 2 if size < 0.3 else 3
    for number, ball in enumerate(rows[1:-1:step]):
        face = s.facing(ball)
        for ring in range(rings + 2):
            elevation = -40 + ring * 120 / (rings + 1) + (number % 2) * 22
            if elevation > 86:
                continue
            wobble = 1 + 0.14 * np.sin(3 * turn + number + ring)
            degrees = 57 * size * wobble
            points = ball.at(face + np.cos(turn) * degrees * 0.9, np.clip(elevation + np.sin(turn) * degrees, -88, 89))
            s.decal("spot", points, colour, depth, clip=True)
