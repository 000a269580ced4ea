"""Painter of a city: a skyline of towers over a park; and what a street has of it too: lamps, lit windows."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb
from pipelines.painting.palette import FACADES, MATERIALS
from pipelines.scenes.country import green_ground, hill, mist, ridge_line, winding_path
from pipelines.scenes.easel import Easel
from pipelines.scenes.plants import Foliage, broadleaf, bush, fringe, meadow_flowers
from pipelines.scenes.shapes import rectangle, scaled
from pipelines.scenes.sky import paint_sky


def shining(easel: Easel, rng: np.random.Generator, share: float = 0.5) -> bool:
    """Whether a window is lit at this hour."""
    return bool(rng.random() < easel.light.lamps * share)


def city(easel: Easel) -> None:
    """Towers in three depths with their windows, trees of a park, a path."""
    paint_sky(easel, clouds=0.9)
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    far, middle = easel.plane("far"), easel.plane("middle")
    for plane, depth, tall, wide, count in (
        (far, 0.74, (16, 36), (4, 8), 19),
        (far, 0.52, (12, 34), (6, 10), 13),
        (middle, 0.30, (8, 24), (8, 13), 10),
    ):
        places = (np.arange(count) + rng.uniform(-0.35, 0.35, count) + 0.5) / count
        for place in rng.permutation(places):
            peak = 1.0 - 0.55 * abs(place - 0.5)  # the centre of the city is the highest
            _tower(
                easel,
                plane,
                place * easel.width,
                y + 1.5 * unit,
                unit * rng.uniform(*tall) * peak,
                unit * rng.uniform(*wide),
                depth,
            )
        mist(easel, plane, y - 1 * unit, 7, 0.45 * depth + 0.1)
    lawn = ridge_line(easel, y - 0.4 * unit, 0.7, 50, 2)
    hill(easel, middle, lawn, "hill", 0.22)
    green_ground(easel, "meadow", "grass")
    ground = easel.plane("ground")
    winding_path(easel, ground, "paving")
    foliage, low = Foliage(easel), Foliage(easel)
    for place in (np.arange(16) + rng.uniform(-0.4, 0.4, 16) + 0.5) / 16:
        if 0.40 < place < 0.60:
            continue
        broadleaf(
            foliage,
            place * easel.width,
            y + rng.uniform(0.5, 2.4) * unit,
            unit * rng.uniform(7, 11),
            rng.uniform(0.9, 1.15),
        )
    foliage.paint(ground, "leaf", 0.16)
    for side in (-1, 1):
        bush(low, easel.width * (0.5 + side * rng.uniform(0.42, 0.5)), y + 13 * unit, unit * 15)
        bush(low, easel.width * (0.5 + side * rng.uniform(0.30, 0.40)), y + 6 * unit, unit * 8)
    low.paint(ground, "leaf", 0.05)
    meadow_flowers(easel, ground, 6, 0.85)
    for side in (-1, 1):
        lamp_post(easel, ground, easel.width * (0.5 + side * rng.uniform(0.22, 0.28)), y + 7 * unit, unit * 17)
    fringe(easel, easel.plane("near"), density=0.6, tall=9)


def _tower(easel: Easel, plane: Plane, x: float, foot: float, tall: float, wide: float, depth: float) -> None:
    rng, toward, unit = easel.rng, easel.toward, easel.unit
    colour = mix(FACADES[int(rng.integers(len(FACADES)))], MATERIALS["slate"], 0.35)
    top, left, right = foot - tall, x - wide / 2, x + wide / 2
    front, side, cap = easel.mask(), easel.mask(), easel.mask()
    front.convex(rectangle(left, top, right, foot))
    style = rng.integers(4)
    if style == 1:
        cap.convex([(left, top + 1), (x, top - wide * 0.6), (right, top + 1)])
    elif style == 2:
        cap.convex(rectangle(x - wide * 0.28, top - wide * 0.45, x + wide * 0.28, top + 1))
        cap.convex([(x - wide * 0.03, top - wide * 0.4), (x, top - wide * 1.3), (x + wide * 0.03, top - wide * 0.4)])
    elif style == 3:
        cap.ellipse(x, top, wide * 0.42, wide * 0.36)
    else:
        cap.convex(rectangle(left - wide * 0.04, top - wide * 0.06, right + wide * 0.04, top + wide * 0.05))
    edge = x - toward * wide * 0.22
    side.convex(rectangle(min(edge, x - toward * wide / 2), top, max(edge, x - toward * wide / 2), foot))
    lit, dim = easel.tone(colour, depth, 0.95), easel.tone(colour, depth, 0.15)
    low = mix(lit, easel.light.haze, 0.35)
    plane.lay(front, easel.fade(lit, low, top, foot), mottle=0.04)
    plane.lay(side, easel.fade(dim, mix(dim, easel.light.haze, 0.35), top, foot), 0.85, mottle=0.04)
    plane.lay(cap, easel.tone("slate" if style != 3 else rgb("#7fa79b"), depth, 0.6, snow=0.9), mottle=0.04)
    pane, glow = easel.mask(), easel.mask()
    columns, rows = max(2, round(wide / (1.9 * unit))), max(3, round(tall / (2.5 * unit)))
    for row in range(rows):
        for column in range(columns):
            px, py = left + wide * (column + 0.5) / columns, top + tall * (row + 0.6) / rows
            w, h = wide / columns * 0.26, tall / rows * 0.30
            (glow if shining(easel, rng) else pane).convex(rectangle(px - w, py - h, px + w, py + h))
    plane.lay(pane, mix(easel.tone("glass", depth, 0.25), easel.light.sky[1][1], 0.35), 0.55)
    plane.lay(glow, mix(MATERIALS["lamp"], easel.light.haze, depth * 0.35), 0.95)
    if easel.light.lamps > 0.5:
        plane.lay(glow, rgb("#ffb95e"), 0.30, soft_px=unit * 0.7)


def lamp_post(easel: Easel, plane: Plane, x: float, foot: float, tall: float) -> None:
    """An iron lamp, shining when it is dark."""
    post, lit, bulb = easel.mask(), easel.mask(), easel.mask()
    half = tall * 0.017
    post.convex(rectangle(x - half, foot - tall * 0.8, x + half, foot))
    post.convex(scaled(x, foot, half, tall, (-3, 0), (-1.4, -0.10), (1.4, -0.10), (3, 0)))
    post.convex(rectangle(x - half * 2.4, foot - tall * 0.81, x + half * 2.4, foot - tall * 0.785))
    post.convex([(x - half * 5.2, foot - tall * 0.935), (x, foot - tall * 1.0), (x + half * 5.2, foot - tall * 0.935)])
    bulb.convex(scaled(x, foot, half, tall, (-2.6, -0.80), (-4.2, -0.935), (4.2, -0.935), (2.6, -0.80)))
    lit.convex(
        rectangle(x + easel.toward * half * 0.2, foot - tall * 0.78, x + easel.toward * half * 0.8, foot - tall * 0.1)
    )
    on = easel.light.lamps
    plane.lay(bulb, mix(easel.tone("glass", 0.1, 0.8), MATERIALS["lamp"], min(1.0, on * 1.2)))
    plane.lay(post, easel.tone("iron", 0.06, 0.5))
    plane.lay(lit, easel.tone("iron", 0.0, 1.0) * 1.3, 0.7)
    if on > 0.2:
        plane.lay(bulb, rgb("#ffd079"), 0.9 * on, soft_px=tall * 0.06)
        plane.lay(bulb, rgb("#fff0c2"), 0.9 * on, soft_px=tall * 0.012)
