"""Hair and beards: parts of `assets/figures/shapes.json`; and what no list of balls can be, a cap with a hairline over the skull."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.parts import Builder, painter, shapes
from pipelines.figures.sculpt import Ball, Shape
from pipelines.painting.brush import mix


def hair_of(name: str) -> Mapping[str, Any]:
    """A way to wear hair, by its name: elevations of the hairline, what hangs behind in radii of the head, elevation, size and distance of a bun, bald on top (`ring`), a fringe in degrees."""
    return {**shapes("usual_hair")["hair"], **shapes("hair")[name]}


def play(b: Builder, group: str, depth: float) -> None:
    """Add a group of the parts of hair: `back`, `front` or `beard`."""
    skull, face = b.ball("skull"), b.ball("face")
    swing = 0.25 * float(np.sin(2 * np.pi * b.pose.wave))
    b.names.update(hair_of(str(b.p["hair"])), depth=depth, r=skull.radius, face_r=face.radius, swing=swing)
    b.play(shapes("hair_parts")[group])


@painter
def hanging_hair(b: Builder, part: Mapping[str, Any]) -> None:
    """A tail, a pigtail or a braid with its tie."""
    b.play(shapes("hair_parts")["hanging"])


def hairline(hair: Mapping[str, Any], azimuth: np.ndarray) -> np.ndarray:
    """Elevation of the hairline over azimuths in degrees."""
    front, side, nape = hair["brow"] - hair["fringe"], hair["side"], hair["nape"]
    heights = [front, front - 1, (hair["brow"] + side) / 2 - 2, side - 6, nape * 0.6 + side * 0.4, nape]
    height = np.interp(np.abs(azimuth), [0, 32, 62, 92, 130, 180], heights)
    if hair["parting"] and not hair["ring"]:
        falls = 9 * np.exp(-(((azimuth + 22) / 14) ** 2)) - 15 * np.exp(-(((azimuth - 20) / 22) ** 2))
        height = height + hair["parting"] * falls
    return height


@painter
def hair_cap(b: Builder, part: Mapping[str, Any]) -> None:
    """The cap of hair over the skull with its hairline; strands that catch the light."""
    s, cap, hair, colour = b.s, b.balls["cap"], hair_of(str(b.p["hair"])), b.colour("hair_colour")

    def edge(t: np.ndarray) -> np.ndarray:
        if hair["edge"] == "curls":
            return 1.0 + 0.06 * np.abs(np.sin(t * np.pi * 9))
        if hair["edge"] == "spikes":
            return 1.0 + 0.34 * np.sin(np.pi * t) ** 0.7 * np.abs(((t * 7.0) % 1.0) * 2 - 1)
        return 1.0 + 0.02 * np.sin(t * np.pi * 10)

    outline = s.cap(cap, lambda azimuth: hairline(hair, azimuth), None if hair["edge"] == "smooth" else edge)
    depth, radius = b.names["depth"] + 0.012, b.names["r"]
    s.add(Shape("hair", [outline], colour, depth, convex=False, round=0.28 * radius, contact=0.22))
    bright = mix(colour, np.array([1.0, 0.93, 0.8], np.float32), 0.22)
    dark = mix(colour, np.array([0.1, 0.05, 0.1], np.float32), 0.22)
    width = cap.radius * 0.045 * np.sin(np.linspace(0.15, np.pi - 0.1, 8))
    for number, turn in enumerate((-58, -30, 8, 36, 64)):
        azimuth = s.facing(cap) + turn
        low = float(hairline(hair, np.array([(azimuth + 180) % 360 - 180]))[0]) + 6
        if low <= 70:
            way = np.linspace(low, 74, 8)
            line = cap.at(azimuth + 12 * np.sin(np.radians(way)), way, 0.985)
            s.stroke("strand", line, width, bright if number % 2 else dark, depth + 1e-4, clip=True, opacity=0.5)


@painter
def beard_cap(b: Builder, part: Mapping[str, Any]) -> None:
    """A beard that covers the jaw, behind the mouth."""
    face, kind = b.ball("face"), str(b.p["beard"])
    grow = {"full": 1.10, "long": 1.12, "short": 1.05, "stubble": 1.01}[kind]
    longest = {"full": 0.14, "long": 0.95, "short": 0.02, "stubble": 0.0}[kind]
    narrow, power = (2.6, 0.9) if kind == "long" else (2.0, 1.3)

    def line(azimuth: np.ndarray) -> np.ndarray:
        return np.interp(np.abs(azimuth), [0, 14, 30, 50, 75, 95, 110, 180], [-20, -17, -21, -22, -2, 8, -45, -89])

    def fluff(t: np.ndarray) -> np.ndarray:
        middle = np.clip(1 - np.abs(t - 0.5) * narrow, 0, 1)
        return 1 + longest * middle**power + (0.0 if kind == "stubble" else 0.02 * np.abs(np.sin(t * 40)))

    jaw: Ball = face.grown(grow, (0.02, -0.05, 0.0))
    soft, opacity = (0.0, 0.35) if kind == "stubble" else (0.22 * face.radius, 1.0)
    outline, depth = b.s.cap(jaw, line, fluff, low=True), b.names["depth"] + 0.006
    b.s.add(
        Shape("beard", [outline], b.colour("beards"), depth, convex=False, round=soft, contact=0.25, opacity=opacity)
    )
