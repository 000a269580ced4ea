"""What grows on heads: ears, horns, antlers, beaks, trunks, combs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipelines.figures.figure import darker
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.shapes import shapes
from pipelines.painting.brush import rgb


def ears(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float) -> None:
    """Both ears; the far one behind the head."""
    if p["ears"] == "none":
        return
    # root: azimuth, elevation; rows: (up, out, back, half width, half depth) in radii of the head, root to tip
    shape = shapes("ears")[p["ears"]]
    (azimuth, elevation), rows = shape["root"], shape["rows"]
    size = float(p["ear_size"])
    radius = skull.radius
    unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
    lag = 0.10 * np.sin(2 * np.pi * (pose.wave - 0.12))
    droop = max(0.0, -pose.face.tilt) * 0.25 + pose.face.lid * 0.10
    fur, inner = rgb(p["fur"]), rgb(p["ear_inner"])
    hanging = p["ears"] in ("floppy", "elephant")
    for side in (1, -1):
        root = skull.at(side * azimuth, elevation, 0.92)
        balls = []
        for up, out, back, wide, deep in rows:
            reach = up * (1 - 0.5 * droop) if not hanging else up
            move = unit @ (
                np.array([-back + lag * abs(up) * 0.5, reach, side * (out + droop * 0.5 * abs(up))]) * radius * size
            )
            turn = np.radians(26.0 * side)
            frame = unit @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
            balls.append(Ball(root + move, frame * np.array([deep, min(wide, 0.16), wide]) * radius * size))
        side_near = float(s.near(root) - s.near(skull.centre))
        level = depth + (0.004 if side_near > 0.28 * radius or (hanging and side_near > -0.4 * radius) else -0.012)
        if p["ears"] == "elephant":
            level = depth + (0.008 if side_near > 0.5 * radius else -0.015)
        colour = darker(fur, 0.55) if p["ear_dark"] is True else fur
        s.chain("ear", balls, colour, depth=level, smooth=4, round=0.14 * radius)
        front = float(unit[:, 0] @ s.toward + 0.25 * side * unit[:, 2] @ s.toward)
        if front > 0.02 and not (hanging and p["ears"] == "floppy"):
            small = [b.grown((0.5, 0.55, 0.58), (0.55, 0, 0)) for b in balls]
            s.chain(
                "inner ear", small, inner, depth=level + 0.001, smooth=4, contact=0.0, round=0.1 * radius, clip=True
            )
        if p["ear_dark"] == "tip":
            s.chain(
                "ear tip",
                [balls[-2].grown(1.15, (0, 0.5, 0)), balls[-1].grown(2.2)],
                darker(fur, 0.62),
                depth=level + 0.0012,
                smooth=2,
                clip=True,
            )


Points = Sequence[tuple[float, float, float, float]]
BONE = "#e8dcc4"


def _row(skull: Ball, points: Points, root: np.ndarray, side: int) -> list[Ball]:
    """The sections of one horn from its root, in the frame of the skull."""
    radius = skull.radius
    unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
    return [Ball(root + unit @ (np.array([x, y, side * z]) * radius), unit * r * radius) for x, y, z, r in points]


def horns(s: Sculptor, skull: Ball, p: Mapping[str, Any], depth: float) -> None:
    """Horns and antlers by name, and the comb of a cock."""
    kind = p["horn"]
    if kind == "unicorn":
        _twisted_horn(s, skull, depth)
        return
    if kind in shapes("horns"):
        _pair_of_horns(s, skull, kind, p, depth)
    if kind == "rhino":
        for at, size in ((18, 0.9), (40, 0.5)):
            root = skull.at(0, at - 10, 1.35 if at < 20 else 1.0)
            points = ((0, 0, 0, 0.16 * size + 0.03), (0.12, 0.25 * size, 0, 0.11 * size), (0.10, 0.62 * size, 0, 0.02))
            s.chain("horn", _row(skull, points, root, 1), rgb(BONE), depth=depth + 0.03)
    if p["comb"]:
        radius = skull.radius
        unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
        comb = rgb(p["comb"])
        for a, z in ((35, 0.14), (62, 0.20), (88, 0.21), (112, 0.17)):
            s.blob("comb", Ball(skull.at(0, a, 1.08), unit * z * radius), comb, depth=depth - 0.003)
        s.blob("wattle", skull.grown((0.13, 0.22, 0.12), (0.86, -0.60, 0)), comb, depth=depth + 0.004)


def _twisted_horn(s: Sculptor, skull: Ball, depth: float) -> None:
    """The horn of a unicorn."""
    radius = skull.radius
    points = ((0, 0, 0, 0.13), (0.28, 0.42, 0, 0.09), (0.58, 0.9, 0, 0.015))
    cone = _row(skull, points, skull.at(0, 52, 0.95), 1)
    made = s.chain("horn", cone, rgb("#f3d68a"), depth=depth + 0.02, smooth=4, round=0.08 * radius)
    for ball in made[1:-2:2]:
        twist = np.array([[-1, -0.4, 0], [0, 0, 0], [1, 0.5, 0]]) @ np.diag([ball.axes[0, 0]] * 3)
        s.stroke("twist", ball.centre + twist, 0.035 * radius, rgb("#cf9f4a"), depth + 0.0201, clip=True)


def _pair_of_horns(s: Sculptor, skull: Ball, kind: str, p: Mapping[str, Any], depth: float) -> None:
    """A horn on each side; the far one behind the head."""
    radius = skull.radius
    shape = shapes("horns")[
        kind
    ]  # branches: (forward, up, out, half width) in radii of the head; colour "" is that of dark parts
    (azimuth, elevation), branches, colour = shape["root"], shape["branches"], shape["colour"]
    for side in (1, -1):
        root = skull.at(side * azimuth, elevation, 0.9)
        near = float(s.near(root) - s.near(skull.centre))
        for points in branches:
            level = depth + (0.010 if near > -0.05 * radius else -0.008)
            row = _row(skull, points, root, side)
            s.chain("horn", row, rgb(colour or p["dark"]), depth=level, smooth=4, round=0.07 * radius)


def beak(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float, radius: float) -> Ball:
    """Beaks by name: short, long, hook, duck, big; the lower half opens with the mouth."""
    colour = rgb(p["beak_colour"])
    long, tall, wide, hook, up = shapes("beaks")[str(p["beak"])]
    gap = pose.face.open * 0.30
    spread = 1.15 if p["beak"] == "duck" else 0.35
    low = [
        skull.grown((0.2, tall * 0.55, wide * 0.85), (0.78, up - 0.10 - 0.2 * gap, 0)),
        skull.grown(
            (0.07, tall * 0.28, wide * spread * 0.8), (0.9 + long * 0.86, up - 0.10 - gap * 0.9 - hook * 0.4, 0)
        ),
    ]
    if p["beak"] == "pouch":
        low.insert(1, skull.grown((0.34, 0.34, 0.16), (1.3, up - 0.36 - 0.4 * gap, 0)))
    if gap > 0.02:
        s.chain(
            "beak inside",
            [low[0].grown(0.9, (0, 0.4, 0)), low[-1].grown(0.9, (0, 0.7 + gap * 1.5, 0))],
            rgb("#8c3436"),
            depth=depth - 0.001,
            contact=0.0,
        )
    s.chain("lower beak", low, darker(colour, 0.2), depth=depth, smooth=3, round=0.08 * radius)
    rows = [
        skull.grown((0.22, tall, wide), (0.76, up + 0.04, 0)),
        skull.grown((0.2, tall * 0.82, wide * (0.8 if spread < 1 else 0.95)), (0.88 + long * 0.45, up + 0.03, 0)),
        skull.grown((0.07, tall * (0.22 if spread < 1 else 0.5), wide * spread), (0.92 + long, up - hook, 0)),
    ]
    s.chain("beak", rows, colour, depth=depth + 0.001, smooth=4, round=0.11 * radius, contact=0.2)
    for side in (1, -1):
        spot = rows[1].at(side * 70, 30, 1.0)
        if s.near(spot) > s.near(rows[1].centre):
            s.blob(
                "nostril",
                Ball(spot, np.eye(3) * 0.035 * radius),
                darker(colour, 0.5),
                depth=depth + 0.0012,
                contact=0.0,
            )
    return rows[-1]


def trunk(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float) -> None:
    """An elephant's trunk with its tusks."""
    swing = 0.12 * np.sin(2 * np.pi * pose.wave)
    lift = pose.hands.get("trunk", 0.0)
    path = [
        (0.75, -0.10, 0.34),
        (1.06, -0.42, 0.27),
        (1.14 + swing * 0.3, -0.95 + 0.4 * lift, 0.21),
        (1.18 + swing + 0.3 * lift, -1.5 + 1.2 * lift, 0.17),
        (1.42 + swing * 1.5 + 0.2 * lift, -1.86 + 2.2 * lift, 0.13),
        (1.66 + swing * 1.5, -1.84 + 2.9 * lift, 0.10),
    ]
    for side in (1, -1):
        tusk = [
            skull.grown(r, (x, y, side * 0.34))
            for x, y, r in ((0.72, -0.50, 0.09), (0.98, -0.78, 0.08), (1.26, -0.80, 0.02))
        ]
        near = float(s.near(tusk[0].centre) - s.near(skull.centre))
        s.chain("tusk", tusk, rgb("#f4ead2"), depth=depth + (0.004 if near > 0 else -0.004), smooth=3)
    made = s.chain(
        "trunk",
        [skull.grown(r, (x, y, 0)) for x, y, r in path],
        rgb(p["fur"]),
        depth=depth + 0.002,
        smooth=5,
        round=0.22 * skull.radius,
    )
    for ball in made[5:-2:3]:
        unit = ball.axes
        line = ball.centre + np.array([unit @ np.array([0.4, 0.25, z]) for z in (0.85, 0.3, -0.3, -0.85)])
        s.stroke(
            "fold",
            line,
            0.02 * skull.radius,
            darker(rgb(p["fur"]), 0.3),
            depth + 0.0021,
            clip=True,
            opacity=0.5,
        )
