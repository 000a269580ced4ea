"""Generators of mountains: peaks with snow, table mountains, dunes. Lengths are units."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix
from pipelines.scenes.easel import Easel, generator
from pipelines.scenes.land import Pair, clip_to, ridge_line
from pipelines.scenes.shapes import scaled


@generator("peaks")
def paint_peaks(
    easel: Easel,
    lift: Pair,
    half: Pair,
    depth: float,
    snow: float,
    places: int = 5,
    material: str = "rock",
    plane: Plane | None = None,
) -> None:
    """Mountains side by side: a lit and a shaded side parted by a broken spine, snow from the share `snow` of their height up."""
    rng, unit, base = easel.rng, easel.unit, easel.horizon_y + 2 * easel.unit
    shift = rng.uniform(-0.5, 0.5) / places
    peaks = [
        (
            (place + shift) * easel.width + rng.uniform(-4, 4) * unit,
            base - unit * rng.uniform(*lift),
            unit * rng.uniform(*half),
        )
        for place in np.linspace(0.02, 0.98, places if easel.width > easel.height else max(2, places - 1))
    ]
    for x, y, reach in sorted(peaks, key=lambda peak: peak[1]):
        _peak(easel, plane or easel.plane("far"), x, y, reach, base, material, depth, snow)


def _peak(
    easel: Easel, plane: Plane, x: float, y: float, half: float, base: float, material: str, depth: float, snow: float
) -> None:
    rng, tall, steps = easel.rng, base - y, 15
    t = np.linspace(0, 1, steps)
    rough = rng.normal(0, 1, (4, steps)) * np.sin(np.pi * t) * tall * np.array([[0.022], [0.010], [0.022], [0.010]])
    left = np.stack([x - half * t**1.08 + rough[0], y + tall * t + rough[1]], 1)
    right = np.stack([x + half * t**1.08 + rough[2], y + tall * t + rough[3]], 1)
    bend = 0.16 * np.sin(t * 5 + rng.uniform(0, 6)) * t + rng.normal(0, 0.05, steps) * t
    spine = np.stack([x + half * bend, y + tall * t], 1)
    left[0] = right[0] = spine[0] = (x, y)
    whole = easel.mask().polygon([*left, *right[::-1]])
    shade = clip_to(easel.mask().polygon([*spine, *(right if easel.toward < 0 else left)[::-1]]), whole)
    hazy = min(0.94, depth + 0.28)
    for mask, key, low in ((whole, 0.95, 0.8), (shade, 0.1, 0.4)):
        tone = easel.tone(material, depth, key, snow=0.45)
        plane.lay(mask, easel.fade(tone, easel.tone(material, hazy, low), y, base), mottle=0.05)
    cuts = easel.mask()
    for _ in range(12):
        place, top = rng.uniform(-0.75, 0.75), rng.uniform(0.12, 0.6)
        px, py, drop = x + half * place * top, y + tall * top, tall * rng.uniform(0.12, 0.30)
        slope = half / tall * place * rng.uniform(0.7, 1.2)
        cuts.polygon([(px, py), (px + (slope - 0.05) * drop, py + drop), (px + (slope + 0.10) * drop, py + drop * 0.9)])
    plane.lay(clip_to(cuts, whole), easel.tone(material, depth, 0.15), 0.35, soft_px=0.7)
    if snow > 0:
        reach = left[:, 1] <= y + tall * (snow + 0.05)
        outer_left, outer_right = left[reach], right[: int(reach.sum())]
        hem_x = np.linspace(outer_right[-1][0] + 2, outer_left[-1][0] - 2, 13)
        hem_y = y + tall * snow + tall * np.where(np.arange(13) % 2, 0.085, -0.05) * rng.uniform(0.5, 1.3, 13)
        cap = easel.mask()
        cap.polygon([*(outer_left[::-1] + (-2, 0)), (x, y - 1), *(outer_right + (2, 0)), *zip(hem_x, hem_y)])
        plane.lay(clip_to(cap, whole), easel.tone("snow", depth * 0.75, 1.0), 0.96, mottle=0.02)
        plane.lay(clip_to(cap, shade), easel.tone("snow", depth * 0.8, 0.12), 0.9, mottle=0.02)


@generator("mesas")
def paint_mesas(easel: Easel, depth: float, tall: float, count: int, material: str = "mesa") -> None:
    """Table mountains with strata."""
    for _ in range(count):
        x, high = easel.rng.uniform(-0.05, 1.05) * easel.width, easel.unit * tall * easel.rng.uniform(0.6, 1.1)
        _mesa(easel, easel.plane("far"), x, easel.horizon_y, high, depth, material)


def _mesa(easel: Easel, plane: Plane, x: float, foot: float, tall: float, depth: float, material: str) -> None:
    rng, side = easel.rng, -easel.toward
    half, top = tall * rng.uniform(0.6, 1.3), foot - tall
    left = (
        (-1.2, -0.34),
        (-1, -0.42),
        (-0.93, -0.96),
        (-0.5, -1),
        (0.3, -0.98),
        (0.92, -1.015),
        (1, -0.45),
        (1.25, -0.33),
    )
    whole = easel.mask().polygon(
        [(x - half * 1.75, foot + 2), *scaled(x, foot, half, tall, *left), (x + half * 1.8, foot + 2)]
    )
    edge = scaled(x, foot, side * half, tall, (0.25, -1.02), (2, -1.02), (2, 0.03), (0.55, 0.03), (0.35, -0.4))
    shade, strata = clip_to(easel.mask().polygon(edge), whole), easel.mask()
    for level in (0.14, 0.24, 0.40, 0.52):
        end = top + tall * (level + rng.uniform(-0.02, 0.02))
        strata.line([(x - half * 1.7, top + tall * level), (x + half * 1.7, end)], max(1, tall * 0.022), 140)
    lit, low = easel.tone(material, depth, 1.0), easel.tone(material, min(0.95, depth + 0.2), 0.8)
    plane.lay(whole, easel.fade(lit, low, top, foot), mottle=0.05)
    plane.lay(clip_to(strata, whole), easel.tone(material, depth, 0.3), 0.4)
    plane.lay(shade, easel.tone(material, depth, 0.1), 0.8, mottle=0.05)


@generator("dunes")
def paint_dunes(
    easel: Easel, lift: float, rise: float, depth: float, material: str = "dune", plane: Plane | None = None
) -> None:
    """Dunes with a lit windward and a shaded lee side."""
    plane, rng, unit, toward = plane or easel.plane("middle"), easel.rng, easel.unit, easel.toward
    base = easel.horizon_y - lift * unit
    ridge = ridge_line(easel, base, rise, 44, 2, 0.3)
    whole, lee = easel.mask().under(ridge), easel.mask()
    crown = mix(easel.tone(material, depth, 1.0, snow=1), easel.light.orb, 0.12)
    foot = easel.tone(material, depth, 0.75, snow=1)
    plane.lay(whole, easel.fade(crown, foot, base - rise * unit, base + 8 * unit), mottle=0.03)
    tops = [i for i in range(24, easel.width - 24, 6) if ridge[i] <= ridge[max(0, i - 90) : i + 90].min()]
    for top in tops[:8]:
        t = np.linspace(0, 1, 24)
        spine_x = top + np.sin(t * 2.4) * 7 * unit * toward * t + rng.normal(0, 0.5) * unit
        reach = np.clip(top - toward * np.linspace(0, 34 * unit, 24), 0, easel.width - 1).astype(int)
        lee.polygon([*zip(spine_x, ridge[top] + 15 * unit * t), *reversed([*zip(reach.astype(float), ridge[reach])])])
    dark, pale = easel.tone(material, depth, 0.12, snow=1), easel.tone(material, depth, 0.6, snow=1)
    plane.lay(clip_to(lee, whole), easel.fade(dark, pale, base - rise * unit, base + 9 * unit), 0.75, soft_px=0.8)
