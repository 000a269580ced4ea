"""What all rooms are made of: the view through a window, its frame, boards, the light of day on the floor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.shapes import rectangle


def light_inside(easel: Easel) -> tuple[np.ndarray, float]:
    """What multiplies every colour in a room, and how dark it is outside, 0..1."""
    light = easel.light
    dark = {"day": 0.0, "dawn": 0.15, "sunset": 0.3, "night": 1.0}[light.hour]
    lamp = np.array([1.0, 0.80, 0.56], np.float32) * 0.80
    return mix(mix(light.shade, light.key, 0.72) * 1.02, lamp, dark * 0.85), dark


def window_frame(
    easel: Easel,
    plane: Plane,
    window: tuple[float, float, float, float],
    inside: np.ndarray,
    dark: float,
    colour: np.ndarray,
) -> None:
    """The frame, the sill and the shine of a window."""
    unit = easel.unit
    left, top, right, bottom = window
    frame, edge, sill, shine = easel.mask(), easel.mask(), easel.mask(), easel.mask()
    t = 1.5 * unit
    for bar in (
        rectangle(left - t, top - t, left + t * 0.4, bottom + t),
        rectangle(right - t * 0.4, top - t, right + t, bottom + t),
        rectangle(left - t, top - t, right + t, top + t * 0.4),
        rectangle(left - t, bottom - t * 0.4, right + t, bottom + t),
    ):
        frame.convex(bar)
    middle, cross = (left + right) / 2, top + (bottom - top) * 0.42
    frame.convex(rectangle(middle - t * 0.35, top, middle + t * 0.35, bottom))
    frame.convex(rectangle(left, cross - t * 0.3, right, cross + t * 0.3))
    edge.convex(rectangle(left - t, bottom + t * 0.2, right + t, bottom + t))
    sill.convex(rectangle(left - 3 * unit, bottom + t, right + 3 * unit, bottom + t + 1.7 * unit))
    for x in (left + (right - left) * 0.12, left + (right - left) * 0.62):
        shine.convex(
            [
                (x, bottom - 2 * unit),
                (x + 9 * unit, top + 2 * unit),
                (x + 12 * unit, top + 2 * unit),
                (x + 3 * unit, bottom - 2 * unit),
            ]
        )
    plane.lay(shine, rgb("#ffffff"), 0.10 if not dark else 0.05)
    paint = colour * inside * (1 - 0.35 * dark)
    plane.lay(frame, paint)
    plane.lay(edge, paint * 0.78, 0.8)
    plane.lay(sill, paint * 0.95)
    under = easel.mask().convex(
        rectangle(left - 2.4 * unit, bottom + t + 1.7 * unit, right + 2.4 * unit, bottom + t + 2.9 * unit)
    )
    plane.lay(under, rgb("#4a3c34") * inside, 0.35, soft_px=unit * 0.5)


def boards(easel: Easel, plane: Plane, inside: np.ndarray, dark: float, colour: np.ndarray) -> None:
    """A floor of boards that run towards the wall."""
    rng, unit, y, width, height = easel.rng, easel.unit, easel.horizon_y, easel.width, easel.height
    floor = easel.mask().convex(rectangle(-2, y, width + 2, height + 2))
    wood = colour * inside * (1 - 0.38 * dark)
    plane.lay(floor, easel.fade(wood * 0.82, wood * 1.04, y, height), mottle=0.05)
    joints, tones = easel.mask(), easel.mask()
    vanish_x, vanish_y = width / 2, y - 0.9 * (height - y)
    edges = np.arange(-22, 23) * unit * 13 + vanish_x

    def along(x: float, level: float) -> float:
        return vanish_x + (x - vanish_x) * (level - vanish_y) / (height - vanish_y)

    for left, right in pairwise(edges):
        joints.line([(along(left, y), y), (along(left, height), height)], 1, 200)
        level = y - unit * rng.uniform(0, 10)
        while level < height:
            far = level
            level += unit * rng.uniform(8, 26)
            a, b = max(y, far), min(height, level)
            if b > a:
                tones.convex(
                    [(along(left, a), a), (along(right, a), a), (along(right, b), b), (along(left, b), b)],
                    int(rng.uniform(0, 190)),
                )
                joints.line([(along(left, b), b), (along(right, b), b)], 1, 160)
    plane.lay(tones, wood * 0.72, 0.28)
    plane.lay(joints, wood * 0.5, 0.5)
    skirting = np.exp(-(((easel.rows()[:, None] - y) / (1.6 * unit)) ** 2)) * (floor.cover / np.float32(255))
    plane.lay(skirting.astype(np.float32), rgb("#3c2a20"), 0.35)


def daylight(easel: Easel, plane: Plane, window: tuple[float, float, float, float], dark: float) -> None:
    """The light of the window on the floor, where the sky is clear."""
    unit, y = easel.unit, easel.horizon_y
    left, _, right, _ = window
    if easel.light.weather == "clear" and dark < 1:
        patch = easel.mask()
        lean = -easel.toward * 22 * unit
        patch.convex(
            [
                (left + lean * 0.3, y + 3 * unit),
                (right + lean * 0.3, y + 3 * unit),
                (right + lean * 1.5, y + 24 * unit),
                (left + lean * 1.5, y + 24 * unit),
            ]
        )
        plane.lay(patch, mix(easel.light.orb, easel.light.key, 0.2), 0.30, soft_px=unit * 0.9)
