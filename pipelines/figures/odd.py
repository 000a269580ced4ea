"""What no list of balls can be of bodies that are no animal's: a robot's face, a ghost's hem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures import face as F
from pipelines.figures.parts import Builder, painter
from pipelines.painting.brush import rgb


@painter
def robot_face(b: Builder, part: Mapping[str, Any]) -> None:
    """Eyes and a mouth on a screen."""
    s, h, lamp, depth = b.s, b.figure.measures["head_half"], b.colour("lamp"), b.number(part["depth"])
    front = (h * 0.815, h * 0.92, 0.0)
    face = b.pose.face
    frame = s.frame("head")

    def at(y: np.ndarray, z: np.ndarray) -> np.ndarray:
        return s.spot("head", (front[0] + 0.004, front[1], 0)) + np.stack([0 * y, y, z], -1) @ frame.T

    x = np.linspace(-1, 1, 21)
    arc = np.sqrt(1 - x * x)
    for side in (1, -1):
        inner = -side * x
        lid = 1 - 2 * face.lid - 0.6 * max(0, face.tilt) * (inner + 0.3) + 0.6 * min(0, face.tilt) * (-inner + 0.1)
        top, bottom = np.minimum(arc, lid), np.maximum(-arc, -1 + 1.3 * face.under)
        high = float((top - bottom).max())
        z0, y0 = side * h * 0.34 - face.gaze[0] * h * 0.10, h * 0.10 + face.gaze[1] * h * 0.08
        if high < 0.3:
            s.stroke(
                "eye",
                at(y0 + 0.05 * h * (1 - x * x) * (1 if face.under > 0.3 else -1), z0 + x * h * 0.19),
                0.05 * h,
                lamp,
                depth,
                glow=0.9,
            )
            continue
        outline = np.concatenate([np.stack([np.maximum(top, bottom), x], -1), np.stack([bottom, x], -1)[::-1]])
        eye = at(y0 + outline[:, 0] * h * 0.23 * face.eyes, z0 + outline[:, 1] * h * 0.18)
        s.decal("eye", eye, lamp if face.hearts < 0.5 else rgb("#ff7f8f"), depth, glow=0.9)
        spark = at(y0 + h * 0.08 + 0.05 * h * np.sin(F.TURN), z0 - h * 0.04 + 0.05 * h * np.cos(F.TURN))
        s.decal("spark", spark, F.WHITE, depth, clip=True, glow=0.9)
        if face.tears > 0.05:
            s.decal(
                "tear",
                at(y0 - h * 0.33 + 0.09 * h * np.sin(F.TURN), z0 + 0.05 * h * np.cos(F.TURN)),
                rgb("#7fc4f0"),
                depth + 1e-4,
                glow=0.9,
            )
    wide = 0.26 * h * (1 + (0.2 * face.wide if face.wide > 0 else 0.5 * face.wide))
    bend = 0.16 * h * face.smile * (x * x - 0.5)
    if face.open > 0.06:
        lens = np.sqrt(np.maximum(0, 1 - x * x))
        ring = np.concatenate(
            [
                at(-0.24 * h + bend + 0.03 * h * lens, x * wide),
                at((-0.24 * h + bend - 0.24 * h * face.open * lens)[::-1], x[::-1] * wide),
            ]
        )
        s.decal("mouth", ring, lamp, depth, glow=0.9)
    else:
        s.stroke("mouth", at(-0.27 * h + bend, x * wide), 0.05 * h, lamp, depth, glow=0.9)


@painter
def ghost_hem(b: Builder, part: Mapping[str, Any]) -> None:
    """The wavy lower edge of a ghost's cloth."""
    s, low, wave = b.s, b.rows["cloth"][-1], b.names["wave"]
    for number in range(6):
        drop = 0.035 + 0.02 * np.sin(wave + number * 1.9)
        tip = s.seen(low.at(s.facing(low) - 82 + 164 * number / 5, 0, 0.86)) - (0, drop)
        ring = tip + 0.036 * np.stack([np.cos(F.TURN), np.sin(F.TURN)], -1)
        s.shapes[-1].polygons.append(ring.astype(np.float32))
