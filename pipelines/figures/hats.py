"""Hats, on the ball of any head: rows of sections on the head's own axis, and a few cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipelines.figures.sculpt import Ball, Sculptor, Shape
from pipelines.figures.shapes import shapes
from pipelines.painting.brush import mix, rgb

HATS = {
    "none": "no hat",
    "crown": "crown",
    "tiara": "tiara",
    "top_hat": "top hat",
    "cap": "cap",
    "sailor": "sailor's cap",
    "chef": "baker's hat",
    "straw": "straw hat",
    "witch": "pointed hat",
    "beanie": "woolly hat",
    "helmet": "helmet",
    "bubble": "space helmet",
    "headscarf": "headscarf",
    "nurse": "nurse's cap",
    "party": "party hat",
    "bowler": "bowler",
    "hood": "hood",
    "captain": "captain's cap",
    "pirate": "pirate hat",
}
GOLD, BLACK, CREAM = rgb("#eabf4a"), rgb("#33303c"), rgb("#fbf6ea")


def _disc(head: Ball, up: float, wide: float, thick: float = 0.06, forward: float = 0.0) -> Ball:
    """A flat section across the head's axis; sizes in radii of the head."""
    return head.grown((wide, thick, wide), (forward, up, 0.0))


def _stack(
    s: Sculptor,
    name: str,
    head: Ball,
    rows: Sequence[Sequence[float]],
    colour: np.ndarray,
    depth: float,
    **paint: float,
) -> None:
    radius = head.radius
    paint.setdefault("round", 0.3 * radius)
    s.chain(name, [_disc(head, *row) for row in rows], colour, depth=depth, smooth=2, **paint)


def _tone(name: Any, colour: np.ndarray) -> np.ndarray:
    """A colour by name, where "colour" is the hat's own, or a mix of two with a share of the second."""
    if isinstance(name, str):
        return colour if name == "colour" else rgb(name)
    return mix(_tone(name[0], colour), _tone(name[1], colour), name[2])


def hat(s: Sculptor, head: Ball, kind: str, colour: np.ndarray, depth: float) -> None:
    """A hat of `assets/figures/shapes.json`, in front of the hair: its stack of sections (up, wide, thick, forward), then what no stack can be."""
    d = depth + 0.03
    for number, row in enumerate(shapes("hats").get(kind, ())):
        _stack(s, row["name"], head, row["rows"], _tone(row["colour"], colour), d + number * 2e-3)
    _ornaments(s, head, kind, colour, d)
    if kind in ("cap", "sailor", "captain"):
        _caps(s, head, kind, colour, d)
    elif kind in ("crown", "tiara"):
        _crown(s, head, kind, d)
    elif kind in ("helmet", "headscarf", "hood"):
        _wrapped(s, head, kind, colour, d)
    elif kind == "bubble":
        _bubble(s, head, d)
    elif kind == "pirate":
        _pirate(s, head, colour, d)


def _ornaments(s: Sculptor, head: Ball, kind: str, colour: np.ndarray, depth: float) -> None:
    if kind in ("beanie", "party"):
        up = 1.32 if kind == "beanie" else 1.82
        s.blob(
            "bobble",
            head.grown(0.26 if kind == "beanie" else 0.17, (0, up, 0)),
            mix(colour, CREAM, 0.75),
            depth=depth + 0.01,
        )
    if kind == "witch":
        s.blob(
            "buckle", Ball(head.grown(0.94).at(0, 42, 1.0), head.axes * (0.05, 0.10, 0.12)), GOLD, depth=depth + 0.01
        )
    if kind == "nurse":
        _cross(s, head.grown(1.0, (0, 0.32, 0)), depth + 0.01)


def _cross(s: Sculptor, head: Ball, depth: float) -> None:
    for wide, tall in ((0.05, 0.14), (0.14, 0.05)):
        at = head.at(np.array([-1, 1, 1, -1]) * wide * 60, 30 + np.array([-1, -1, 1, 1]) * tall * 60, 1.0)
        if s.near(at).mean() > s.near(head.centre):
            s.decal("cross", at, rgb("#d0453f"), depth)


def _caps(s: Sculptor, head: Ball, kind: str, colour: np.ndarray, depth: float) -> None:
    if kind == "sailor":
        for side in (0.12, -0.12):
            tail = head.at(np.array([178, 176, 180, 184]) + side * 60, np.array([35, -18, -20, 34]), 1.12)
            if s.near(tail).mean() > s.near(head.centre) - 0.06:
                s.decal("ribbon", tail, colour, depth - 0.002)
        return
    if kind == "captain":
        badge = Ball(head.grown(1.04).at(0, 44, 1.04), head.axes * (0.05, 0.13, 0.13))
        if s.near(badge.centre) > s.near(head.centre):
            s.blob("badge", badge, GOLD, depth=depth + 6e-3)
    peak = head.at(np.linspace(-62, 62, 9), 27.0, 1.08)
    tip = (
        head.at(np.linspace(58, -58, 9), 22.0, 1.08)
        + head.axes[:, 0] * 0.46 * np.cos(np.linspace(-1.35, 1.35, 9))[:, None]
    )
    front = float(s.near(tip).mean()) > float(s.near(head.centre)) - 0.02
    s.card(
        "peak",
        np.concatenate([peak, tip]),
        mix(colour if kind == "cap" else BLACK, BLACK, 0.25),
        depth=depth + (4e-3 if front else -0.05),
        smooth=2,
        round=0.02,
        contact=0.3,
    )


def _crown(s: Sculptor, head: Ball, kind: str, depth: float) -> None:
    high = 1.0 if kind == "crown" else 0.55
    ring = head.grown((1.0, 1.0, 1.0), (0, 0.56, 0))
    facing = s.facing(head)
    for near_side in (False, True):
        turn = facing + (np.linspace(90, -90, 29) if near_side else np.linspace(90, 270, 29))
        teeth = np.abs(((np.arange(29) / 28 * (5 if kind == "crown" else 3)) % 1.0) * 2 - 1)
        a = np.radians(turn)
        base = np.stack([np.cos(a), 0 * a, np.sin(a)], -1)
        if kind == "tiara":
            teeth = np.maximum(0, 1 - np.abs((turn + 180) % 360 - 180) / 75) * (0.6 + 0.4 * teeth)
        low = ring.centre + (base * 0.84) @ head.axes.T
        top = (
            ring.centre
            + (base * (0.84 + 0.12 * high) + np.stack([0 * a, (0.34 + 0.42 * teeth) * high, 0 * a], -1)) @ head.axes.T
        )
        colour = GOLD if near_side else mix(GOLD, rgb("#8a5a1c"), 0.4)
        shape = np.concatenate([low, top[::-1]])
        s.card(
            "crown" if near_side else "crown behind",
            shape,
            colour,
            depth=depth + (2e-3 if near_side else -2e-3),
            smooth=1,
            round=0.05 * head.radius,
            contact=0.3,
        )
        if near_side:
            for i in range(2, 27, 6):
                jewel = Ball(low[i] + 0.2 * head.axes[:, 1] * high, head.axes * 0.075)
                s.blob("jewel", jewel, rgb(("#c8384a", "#3f7fb8")[i // 6 % 2]), depth=depth + 4e-3, contact=0.0)
                if kind == "crown":
                    tooth = int(np.clip(round((i - 2) / 24 * 5) * 28 / 5, 0, 28))
                    s.blob(
                        "pearl",
                        Ball(top[tooth], head.axes * 0.075),
                        mix(GOLD, CREAM, 0.5),
                        depth=depth + 3e-3,
                        contact=0.0,
                    )


def _wrapped(s: Sculptor, head: Ball, kind: str, colour: np.ndarray, depth: float) -> None:
    lines = {
        "helmet": ([0, 40, 62, 66, 110, 180], [34, 34, 20, -38, -55, -60], 1.14),
        "headscarf": ([0, 35, 60, 82, 110, 180], [40, 34, 4, -48, -70, -78], 1.13),
        "hood": ([0, 35, 62, 80, 110, 180], [44, 38, 6, -50, -80, -85], 1.22),
    }
    at, line, grow = lines[kind]
    ball = head.grown(grow, (-0.06, 0.03, 0))
    outline = s.cap(ball, lambda azimuth: np.interp(np.abs(azimuth), at, line))
    radius = head.radius
    s.add(Shape(kind, [outline], colour, depth, convex=False, round=0.3 * radius, contact=0.3))
    if kind == "headscarf":
        for side in (1, -1):
            end = head.at(
                np.array([side * 4, side * 10, side * 26, side * 18]),
                np.array([-62, -66, -88, -95]),
                np.array([[1.08], [1.1], [1.5], [1.52]]),
            )
            if s.near(end).mean() > s.near(head.centre) - 0.02:
                s.card("knot", end, colour, depth=depth + 2e-3, round=0.05 * radius)
    if kind == "helmet":
        plume = [
            Ball(head.at(180, e, r), head.axes * z)
            for e, r, z in ((85, 1.2, 0.10), (95, 1.45, 0.16), (70, 1.62, 0.18), (45, 1.62, 0.12), (30, 1.5, 0.05))
        ]
        s.chain("plume", plume, rgb("#c8463f"), depth=depth - 0.004)


def _bubble(s: Sculptor, head: Ball, depth: float) -> None:
    radius = head.radius
    ball = head.grown(1.52, (0, 0.02, 0))
    s.chain("helmet glass", [ball], rgb("#bfe3f2"), depth=depth + 0.02, opacity=0.30, round=0.0, contact=0.0, glow=0.4)
    face = s.facing(ball)
    shine = ball.at(face + np.linspace(-62, -40, 8), np.linspace(5, 48, 8), 0.9)
    s.stroke(
        "shine", shine, radius * 0.14 * np.sin(np.linspace(0.2, 3, 8)), CREAM, depth + 0.021, opacity=0.75, glow=0.8
    )
    rim = s.seen(ball.centre) + s.seen(ball.at(face + np.where(np.linspace(0, 360, 48) < 180, 90, -90), 0)).mean(0) * 0
    turn = np.linspace(0, 2 * np.pi, 49)
    outer = rim + 1.53 * radius * np.stack([np.cos(turn), np.sin(turn)], -1)
    inner = rim + 1.47 * radius * np.stack([np.cos(turn), np.sin(turn)], -1)
    s.add(
        Shape(
            "helmet rim",
            [outer.astype(np.float32), inner.astype(np.float32)],
            rgb("#dfe6ee"),
            depth + 0.022,
            convex=False,
        )
    )


def _pirate(s: Sculptor, head: Ball, colour: np.ndarray, depth: float) -> None:
    facing = s.facing(head)
    a = np.linspace(-90, 90, 15)
    low = head.at(facing + a, 30.0, 1.22)
    rise = 0.25 + 0.75 * np.cos(np.radians(a)) ** 2
    top = low + head.axes[:, 1] * rise[:, None] * 1.0
    s.card(
        "pirate hat",
        np.concatenate([low, top[::-1]]),
        colour,
        depth=depth,
        smooth=2,
        round=0.2 * head.radius,
    )
    s.blob("skull mark", Ball(head.at(0, 52, 1.42), head.axes * 0.17), CREAM, depth=depth + 2e-3, contact=0.0)
