"""What grows on animals' heads and no list of balls can be: ears, pairs of horns, beaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.figure import darker
from pipelines.figures.parts import Builder, painter, shapes
from pipelines.figures.sculpt import Ball


@painter
def ears(b: Builder, part: Mapping[str, Any]) -> None:
    """Both ears; the far one behind the head."""
    # root: azimuth, elevation; rows: (up, out, back, half width, half depth) in radii of the head, root to tip
    s, p, pose, skull, depth, kind = b.s, b.p, b.pose, b.balls["skull"], b.names["depth"], b.p["ears"]
    (azimuth, elevation), rows = shapes("ears")[kind]["root"], shapes("ears")[kind]["rows"]
    radius, unit = skull.radius, skull.axes / np.linalg.norm(skull.axes, axis=0)
    scale = radius * float(p["ear_size"])
    lag = 0.10 * np.sin(2 * np.pi * (pose.wave - 0.12))
    droop = max(0.0, -pose.face.tilt) * 0.25 + pose.face.lid * 0.10
    fur, hanging = b.colour("fur"), kind in ("floppy", "elephant")
    for side in (1, -1):
        root = skull.at(side * azimuth, elevation, 0.92)
        turn = np.radians(26.0 * side)
        frame = unit @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
        balls = []
        for up, out, back, wide, deep in rows:
            reach = up if hanging else up * (1 - 0.5 * droop)
            way = np.array([-back + lag * abs(up) * 0.5, reach, side * (out + droop * 0.5 * abs(up))])
            balls.append(Ball(root + unit @ way * scale, frame * np.array([deep, min(wide, 0.16), wide]) * scale))
        near = float(s.near(root) - s.near(skull.centre))
        level = depth + (0.004 if near > 0.28 * radius or (hanging and near > -0.4 * radius) else -0.012)
        if kind == "elephant":
            level = depth + (0.008 if near > 0.5 * radius else -0.015)
        colour = darker(fur, 0.55) if p["ear_dark"] is True else fur
        s.chain("ear", balls, colour, depth=level, smooth=4, round=0.14 * radius)
        paint: dict[str, Any] = {"smooth": 4, "contact": 0.0, "round": 0.1 * radius, "clip": True}
        if float(unit[:, 0] @ s.toward + 0.25 * side * unit[:, 2] @ s.toward) > 0.02 and kind != "floppy":
            small = [ball.grown((0.5, 0.55, 0.58), (0.55, 0, 0)) for ball in balls]
            s.chain("inner ear", small, b.colour("ear_inner"), depth=level + 0.001, **paint)
        if p["ear_dark"] == "tip":
            tip = [balls[-2].grown(1.15, (0, 0.5, 0)), balls[-1].grown(2.2)]
            s.chain("ear tip", tip, darker(fur, 0.62), depth=level + 0.0012, smooth=2, clip=True)


@painter
def pair_of_horns(b: Builder, part: Mapping[str, Any]) -> None:
    """A horn or antler on each side; the far one behind the head."""
    if b.p["horn"] not in shapes("horns"):
        return
    s, skull, even, shape = b.s, b.balls["skull"], b.balls["even"], shapes("horns")[b.p["horn"]]
    (azimuth, elevation), colour = shape["root"], b.colour(shape["colour"] or "dark")
    for side in (1, -1):  # branches: (forward, up, out, half width) in radii of the head
        root = skull.at(side * azimuth, elevation, 0.9)
        behind = float(s.near(root) - s.near(skull.centre)) <= -0.05 * skull.radius
        for points in shape["branches"]:
            row = [Ball(root + even.axes @ np.array([x, y, side * z]), even.axes * size) for x, y, z, size in points]
            depth = b.names["depth"] + (-0.008 if behind else 0.010)
            s.chain("horn", row, colour, depth=depth, smooth=4, round=0.07 * skull.radius)


@painter
def beak(b: Builder, part: Mapping[str, Any]) -> None:
    """A beak; the lower half opens with the mouth."""
    s, skull, depth, colour = b.s, b.balls["skull"], b.names["level"], b.colour("beak_colour")
    kind, radius, gap = str(b.p["beak"]), skull.radius, b.pose.face.open * 0.30
    long, tall, wide, hook, up = shapes("beaks")[kind]
    spread, middle, end = (1.15, 0.95, 0.5) if kind == "duck" else (0.35, 0.8, 0.22)
    low = [
        skull.grown((0.2, tall * 0.55, wide * 0.85), (0.78, up - 0.10 - 0.2 * gap, 0)),
        skull.grown(
            (0.07, tall * 0.28, wide * spread * 0.8), (0.9 + long * 0.86, up - 0.10 - gap * 0.9 - hook * 0.4, 0)
        ),
    ]
    if kind == "pouch":
        low.insert(1, skull.grown((0.8, 0.42, 0.22), (1.8, up - 0.34 - 0.4 * gap, 0)))
    if gap > 0.02:
        inside = [low[0].grown(0.9, (0, 0.4, 0)), low[-1].grown(0.9, (0, 0.7 + gap * 1.5, 0))]
        s.chain("beak inside", inside, b.colour("#8c3436"), depth=depth - 0.001, contact=0.0)
    s.chain("lower beak", low, darker(colour, 0.2), depth=depth, smooth=3, round=0.08 * radius)
    rows = [
        skull.grown((0.22, tall, wide), (0.76, up + 0.04, 0)),
        skull.grown((0.2, tall * 0.82, wide * middle), (0.88 + long * 0.45, up + 0.03, 0)),
        skull.grown((0.07, tall * end, wide * spread), (0.92 + long, up - hook, 0)),
    ]
    s.chain("beak", rows, colour, depth=depth + 0.001, smooth=4, round=0.11 * radius, contact=0.2)
    for side in (1, -1):
        spot = rows[1].at(side * 70, 30, 1.0)
        if s.near(spot) > s.near(rows[1].centre):
            ball = Ball(spot, np.eye(3) * 0.035 * radius)
            s.blob("nostril", ball, darker(colour, 0.5), depth=depth + 0.0012, contact=0.0)
