"""What grows on heads: ears, horns, antlers, beaks, trunks, combs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipelines.figures.figure import darker
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.painting.brush import rgb

# kind: where the ear begins (azimuth, elevation), then (up, out, back, half width, half depth) in radii of the head, root to tip
EARS: Mapping[str, tuple[tuple[float, float], Sequence[tuple[float, float, float, float, float]]]] = {
    "pointy": (
        (112, 50),
        (
            (-0.12, 0, 0, 0.34, 0.16),
            (0.24, 0.08, 0.02, 0.27, 0.12),
            (0.62, 0.17, 0.05, 0.11, 0.06),
            (0.80, 0.21, 0.06, 0.02, 0.02),
        ),
    ),
    "cat": (
        (112, 48),
        (
            (-0.1, 0, 0, 0.36, 0.16),
            (0.22, 0.08, 0.02, 0.26, 0.12),
            (0.52, 0.16, 0.04, 0.09, 0.05),
            (0.62, 0.18, 0.05, 0.03, 0.02),
        ),
    ),
    "round": ((106, 48), ((0.02, 0.02, 0, 0.27, 0.14), (0.17, 0.08, 0.02, 0.29, 0.14), (0.30, 0.12, 0.02, 0.20, 0.1))),
    "mouse": ((108, 44), ((0.05, 0.1, 0, 0.34, 0.14), (0.32, 0.26, 0.02, 0.46, 0.13), (0.54, 0.36, 0.04, 0.32, 0.1))),
    "long": (
        (118, 60),
        (
            (-0.1, 0, 0, 0.20, 0.13),
            (0.45, 0.06, 0.05, 0.25, 0.13),
            (1.05, 0.14, 0.12, 0.20, 0.11),
            (1.42, 0.17, 0.18, 0.07, 0.06),
        ),
    ),
    "donkey": (
        (108, 52),
        (
            (-0.1, 0, 0, 0.16, 0.12),
            (0.35, 0.12, 0.02, 0.23, 0.13),
            (0.85, 0.26, 0.03, 0.16, 0.1),
            (1.12, 0.32, 0.03, 0.03, 0.03),
        ),
    ),
    "horse": ((110, 58), ((-0.1, 0, 0, 0.15, 0.11), (0.22, 0.05, 0.0, 0.16, 0.1), (0.52, 0.10, -0.02, 0.04, 0.03))),
    "leaf": (
        (98, 28),
        (
            (0.02, 0, 0, 0.14, 0.12),
            (0.06, 0.34, 0.04, 0.22, 0.12),
            (0.0, 0.66, 0.08, 0.13, 0.08),
            (-0.06, 0.82, 0.1, 0.03, 0.03),
        ),
    ),
    "pig": (
        (70, 56),
        (
            (-0.05, 0, 0, 0.26, 0.14),
            (0.22, 0.10, -0.10, 0.24, 0.12),
            (0.30, 0.20, -0.36, 0.10, 0.06),
            (0.22, 0.22, -0.46, 0.03, 0.03),
        ),
    ),
    "floppy": (
        (100, 40),
        (
            (0.02, 0, 0, 0.20, 0.18),
            (-0.02, 0.20, 0.0, 0.24, 0.17),
            (-0.42, 0.30, -0.02, 0.28, 0.15),
            (-0.80, 0.26, -0.04, 0.19, 0.11),
        ),
    ),
    "elephant": (
        (108, 20),
        (
            (0.25, 0.1, 0.1, 0.40, 0.10),
            (0.18, 0.55, 0.22, 0.62, 0.10),
            (-0.25, 0.85, 0.28, 0.62, 0.10),
            (-0.70, 0.62, 0.25, 0.30, 0.08),
        ),
    ),
    "tuft": (
        (118, 50),
        (
            (-0.1, 0, 0, 0.26, 0.13),
            (0.26, 0.06, 0.03, 0.20, 0.1),
            (0.56, 0.1, 0.05, 0.06, 0.04),
            (0.80, 0.12, 0.06, 0.015, 0.015),
        ),
    ),
    "bat": (
        (112, 42),
        (
            (-0.1, 0, 0, 0.36, 0.14),
            (0.40, 0.16, 0.02, 0.36, 0.12),
            (0.85, 0.30, 0.05, 0.14, 0.06),
            (1.0, 0.34, 0.06, 0.03, 0.02),
        ),
    ),
}


def ears(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float) -> None:
    """Both ears; the far one behind the head."""
    if p["ears"] == "none":
        return
    (azimuth, elevation), rows = EARS[p["ears"]]
    size = float(p["ear_size"])
    radius = float(np.linalg.norm(skull.axes[:, 1]))
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
# kind: where the horn begins (azimuth, elevation), its branches as (forward, up, out, half width) in radii of the head, its colour ("" is that of dark parts)
HORNS: Mapping[str, tuple[tuple[float, float], Sequence[Points], str]] = {
    "cow": (
        (88, 56),
        [[(0, 0, 0, 0.12), (0.02, 0.12, 0.24, 0.10), (0.04, 0.36, 0.34, 0.06), (0.06, 0.50, 0.30, 0.015)]],
        BONE,
    ),
    "goat": (
        (60, 66),
        [[(0, 0, 0, 0.13), (-0.08, 0.36, 0.05, 0.11), (-0.30, 0.66, 0.12, 0.07), (-0.58, 0.78, 0.2, 0.02)]],
        "#b7a389",
    ),
    "ram": (
        (84, 50),
        [
            [
                (0, 0, 0, 0.20),
                (-0.25, 0.12, 0.2, 0.2),
                (-0.42, -0.2, 0.34, 0.17),
                (-0.22, -0.5, 0.42, 0.13),
                (0.1, -0.42, 0.48, 0.08),
                (0.16, -0.22, 0.5, 0.03),
            ]
        ],
        "#c9b48f",
    ),
    "deer": (
        (80, 66),
        [
            [(0, 0, 0, 0.07), (-0.10, 0.42, 0.22, 0.06), (-0.06, 0.9, 0.40, 0.05), (0.08, 1.25, 0.42, 0.015)],
            [(-0.06, 0.38, 0.2, 0.05), (0.2, 0.62, 0.26, 0.04), (0.28, 0.80, 0.26, 0.012)],
            [(-0.08, 0.72, 0.34, 0.045), (-0.16, 1.02, 0.56, 0.04), (-0.14, 1.18, 0.62, 0.012)],
        ],
        "#8c6a4c",
    ),
    "giraffe": ((60, 68), [[(0, 0, 0, 0.08), (-0.02, 0.36, 0.03, 0.07), (-0.02, 0.44, 0.03, 0.11)]], "#8a5c34"),
    "dragon": ((100, 52), [[(0, 0, 0, 0.14), (-0.26, 0.3, 0.06, 0.10), (-0.62, 0.48, 0.1, 0.02)]], BONE),
    "antenna": (
        (40, 66),
        [[(0, 0, 0, 0.04), (0.12, 0.5, 0.12, 0.03), (0.36, 0.86, 0.22, 0.03), (0.40, 0.9, 0.23, 0.08)]],
        "",
    ),
}


def _row(skull: Ball, points: Points, root: np.ndarray, side: int) -> list[Ball]:
    """The sections of one horn from its root, in the frame of the skull."""
    radius = float(np.linalg.norm(skull.axes[:, 1]))
    unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
    return [Ball(root + unit @ (np.array([x, y, side * z]) * radius), unit * r * radius) for x, y, z, r in points]


def horns(s: Sculptor, skull: Ball, p: Mapping[str, Any], depth: float) -> None:
    """Horns and antlers by name, and the comb of a cock."""
    kind = p["horn"]
    if kind == "unicorn":
        _twisted_horn(s, skull, depth)
        return
    if kind in HORNS:
        _pair_of_horns(s, skull, kind, p, depth)
    if kind == "rhino":
        for at, size in ((18, 0.9), (40, 0.5)):
            root = skull.at(0, at - 10, 1.35 if at < 20 else 1.0)
            points = ((0, 0, 0, 0.16 * size + 0.03), (0.12, 0.25 * size, 0, 0.11 * size), (0.10, 0.62 * size, 0, 0.02))
            s.chain("horn", _row(skull, points, root, 1), rgb(BONE), depth=depth + 0.03)
    if p["comb"]:
        radius = float(np.linalg.norm(skull.axes[:, 1]))
        unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
        comb = rgb(p["comb"])
        for a, z in ((35, 0.14), (62, 0.20), (88, 0.21), (112, 0.17)):
            s.blob("comb", Ball(skull.at(0, a, 1.08), unit * z * radius), comb, depth=depth - 0.003)
        s.blob("wattle", skull.grown((0.13, 0.22, 0.12), (0.86, -0.60, 0)), comb, depth=depth + 0.004)


def _twisted_horn(s: Sculptor, skull: Ball, depth: float) -> None:
    """The horn of a unicorn."""
    radius = float(np.linalg.norm(skull.axes[:, 1]))
    points = ((0, 0, 0, 0.13), (0.28, 0.42, 0, 0.09), (0.58, 0.9, 0, 0.015))
    cone = _row(skull, points, skull.at(0, 52, 0.95), 1)
    made = s.chain("horn", cone, rgb("#f3d68a"), depth=depth + 0.02, smooth=4, round=0.08 * radius)
    for ball in made[1:-2:2]:
        twist = np.array([[-1, -0.4, 0], [0, 0, 0], [1, 0.5, 0]]) @ np.diag([ball.axes[0, 0]] * 3)
        s.stroke("twist", ball.centre + twist, 0.035 * radius, rgb("#cf9f4a"), depth + 0.0201, clip=True)


def _pair_of_horns(s: Sculptor, skull: Ball, kind: str, p: Mapping[str, Any], depth: float) -> None:
    """A horn on each side; the far one behind the head."""
    radius = float(np.linalg.norm(skull.axes[:, 1]))
    (azimuth, elevation), branches, colour = HORNS[kind]
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
    long, tall, wide, hook, up = {
        "short": (0.55, 0.20, 0.22, 0.0, -0.12),
        "cone": (0.42, 0.26, 0.28, 0.0, -0.10),
        "long": (1.5, 0.15, 0.15, 0.0, -0.08),
        "hook": (0.5, 0.26, 0.24, 0.26, -0.06),
        "duck": (0.72, 0.15, 0.34, -0.05, -0.24),
        "big": (1.15, 0.34, 0.26, 0.2, -0.05),
        "pouch": (1.7, 0.14, 0.18, 0.04, -0.1),
    }[str(p["beak"])]
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
        round=0.22 * float(np.linalg.norm(skull.axes[:, 1])),
    )
    for ball in made[5:-2:3]:
        unit = ball.axes
        line = ball.centre + np.array([unit @ np.array([0.4, 0.25, z]) for z in (0.85, 0.3, -0.3, -0.85)])
        s.stroke(
            "fold",
            line,
            0.02 * float(np.linalg.norm(skull.axes[:, 1])),
            darker(rgb(p["fur"]), 0.3),
            depth + 0.0021,
            clip=True,
            opacity=0.5,
        )
