"""Painter of mountains: facetted peaks with snow, one range behind the other."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane
from pipelines.scenes.country import green_ground, hill, mist, ridge_line
from pipelines.scenes.easel import Easel
from pipelines.scenes.plants import Foliage, conifer, fringe, meadow_flowers, treeline
from pipelines.scenes.sky import paint_sky


def facets(
    easel: Easel,
    plane: Plane,
    peaks: list[tuple[float, float, float]],
    base: float,
    material: str,
    depth: float,
    snow_line: float,
) -> None:
    """Mountains: (x, y, half width) of each peak; a lit and a shaded side parted by a broken spine, snow from `snow_line` (share of height) up."""
    rng, toward = easel.rng, easel.toward
    for x, y, half in sorted(peaks, key=lambda one: one[1]):
        tall = base - y
        steps = 15
        t = np.linspace(0, 1, steps)
        rough = rng.normal(0, 1, (4, steps)) * np.sin(np.pi * t) * tall * np.array([[0.022], [0.010], [0.022], [0.010]])
        left = np.stack([x - half * t**1.08 + rough[0], y + tall * t + rough[1]], 1)
        right = np.stack([x + half * t**1.08 + rough[2], y + tall * t + rough[3]], 1)
        spine = np.stack(
            [x + half * (0.16 * np.sin(t * 5 + rng.uniform(0, 6)) * t + rng.normal(0, 0.05, steps) * t), y + tall * t],
            1,
        )
        left[0] = right[0] = spine[0] = (x, y)
        whole, shade = easel.mask(), easel.mask()
        whole.polygon([*left, *right[::-1]])
        dark_edge = right if toward < 0 else left
        shade.polygon([*spine, *dark_edge[::-1]])
        np.minimum(shade.cover, whole.cover, out=shade.cover)
        lit, dim = easel.tone(material, depth, 0.95, snow=0.5), easel.tone(material, depth, 0.1, snow=0.4)
        hazy = min(0.94, depth + 0.28)
        plane.lay(whole, easel.fade(lit, easel.tone(material, hazy, 0.8), y, base), mottle=0.05)
        plane.lay(shade, easel.fade(dim, easel.tone(material, hazy, 0.4), y, base), mottle=0.05)
        _gullies(easel, plane, whole.cover, x, y, half, tall, depth, material)
        if snow_line > 0:
            _snow_cap(easel, plane, whole.cover, shade.cover, left, right, (x, y, tall), depth, snow_line)


def _gullies(
    easel: Easel,
    plane: Plane,
    inside: np.ndarray,
    x: float,
    y: float,
    half: float,
    tall: float,
    depth: float,
    material: str,
) -> None:
    rng = easel.rng
    cuts = easel.mask()
    for _ in range(12):
        place, top = rng.uniform(-0.75, 0.75), rng.uniform(0.12, 0.6)
        px, py = x + half * place * top, y + tall * top
        drop = tall * rng.uniform(0.12, 0.30)
        slope = half / tall * place * rng.uniform(0.7, 1.2)
        cuts.polygon(
            [(px, py), (px + slope * drop - 0.05 * drop, py + drop), (px + slope * drop + 0.10 * drop, py + drop * 0.9)]
        )
    np.minimum(cuts.cover, inside, out=cuts.cover)
    plane.lay(cuts, easel.tone(material, depth, 0.15), 0.35, soft_px=0.7)


def _snow_cap(
    easel: Easel,
    plane: Plane,
    inside: np.ndarray,
    shaded: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    peak: tuple[float, float, float],
    depth: float,
    line: float,
) -> None:
    rng = easel.rng
    x, y, tall = peak
    low = y + tall * line
    reach = left[:, 1] <= low + tall * 0.05
    outer_left, outer_right = left[reach], right[: int(reach.sum())]
    teeth = 13
    hem_x = np.linspace(outer_right[-1][0] + 2, outer_left[-1][0] - 2, teeth)
    hem_y = low + tall * np.where(np.arange(teeth) % 2, 0.085, -0.05) * rng.uniform(0.5, 1.3, teeth)
    cap, dark = easel.mask(), easel.mask()
    cap.polygon([*(outer_left[::-1] + (-2, 0)), (x, y - 1), *(outer_right + (2, 0)), *zip(hem_x, hem_y)])
    np.minimum(cap.cover, inside, out=cap.cover)
    dark.cover, dark.low, dark.high = np.minimum(cap.cover, shaded), cap.low, cap.high
    plane.lay(cap, easel.tone("snow", depth * 0.75, 1.0), 0.96, mottle=0.02)
    plane.lay(dark, easel.tone("snow", depth * 0.8, 0.12), 0.9, mottle=0.02)


def mountains(easel: Easel) -> None:
    """Ranges of snow peaks one behind the other, a lake or a valley, firs, an alpine meadow."""
    paint_sky(easel, clouds=0.8)
    rng, unit, y, width = easel.rng, easel.unit, easel.horizon_y, easel.width
    far, middle = easel.plane("far"), easel.plane("middle")
    back = [
        (place * width + rng.uniform(-4, 4) * unit, y - unit * rng.uniform(24, 34), unit * rng.uniform(26, 36))
        for place in np.linspace(0.02, 0.98, 4 + round(width / easel.height))
    ]
    facets(easel, far, back, y + 2 * unit, "rock", 0.62, 0.46)
    mist(easel, far, y - 4 * unit, 10, 0.5)
    hero = rng.uniform(0.55, 0.72) if easel.light.from_left else rng.uniform(0.28, 0.45)
    front = [
        (hero * width, y - unit * rng.uniform(40, 46), unit * rng.uniform(38, 44)),
        ((hero + rng.choice((-0.36, 0.36))) * width, y - unit * rng.uniform(25, 31), unit * rng.uniform(30, 36)),
    ]
    facets(easel, far, front, y + 2 * unit, "rock", 0.36, 0.42)
    mist(easel, far, y - 1 * unit, 7, 0.6)
    line = ridge_line(easel, y - 2.5 * unit, 1.6, 34, 3)
    wood = easel.mask()
    treeline(easel, wood, line, 5.0, firs=True)
    middle.lay(
        wood,
        easel.fade(easel.tone("pine", 0.34, 0.5, snow=0.5), easel.tone("pine", 0.5, 0.4, snow=0.5), y - 9 * unit, y),
    )
    hill(easel, middle, line + unit, "hill", 0.36)
    mist(easel, middle, y, 2.6, 0.42)
    green_ground(easel, "hill", "grass")
    ground = easel.plane("ground")
    needles = Foliage(easel)
    for side in (-1, 1):
        for step in range(4):
            t = 0.03 + 0.05 * step + rng.uniform(0, 0.03)
            x = width * (0.5 + side * (0.5 - rng.uniform(0.0, 0.15) - 0.02 * step))
            conifer(needles, x, y + t * (easel.height - y), unit * (9 + 34 * t) * rng.uniform(0.9, 1.25), 0.85)
    needles.paint(ground, "pine", 0.12)
    meadow_flowers(easel, ground, 7, nearest=0.85)
    fringe(easel, easel.plane("near"), density=0.7, tall=10)
