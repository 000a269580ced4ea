"""Generators of caves: rock around a bright mouth, stalactites, a floor with a pool, crystals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.painting.brush import mix, rgb, smoothstep
from pipelines.scenes.easel import Easel, generator, sun_pool
from pipelines.scenes.land import paint_scatter
from pipelines.scenes.shapes import rectangle


def _light(easel: Easel) -> tuple[np.ndarray, float]:
    light = easel.light
    day = {"day": 1.0, "dawn": 0.85, "sunset": 0.85, "night": 0.5}[light.hour]
    return (mix(light.sky[-1][1], light.orb, 0.4) if light.hour != "night" else rgb("#7f9ad0")), day


def _tone(colour: str, day: float, key: float) -> np.ndarray:
    dark, lit = np.array([0.40, 0.40, 0.52], np.float32), np.array([0.98, 0.92, 0.84], np.float32)
    return (rgb(colour) * mix(dark * (0.5 + 0.5 * day), lit * (0.35 + 0.65 * day), key)).astype(np.float32)


@generator("rock around")
def paint_rock_around(
    easel: Easel,
    colour: str = "#96897e",
    mouth: float = 1.0,
    glow_of: str = "",
    rough: float = 1.0,
    size: float = 1.0,
    tones: Sequence[str] = ("#8a8290", "#c4b4a0", "#5f5866"),
    shade: float = 1.0,
) -> None:
    """The wall of the cave with its mouth cut out, in three rings that get darker towards the viewer; without a mouth it is closed.

    `tones` are its upper part, the rim of the rings and the grain; `rough` 0 is a smooth tube, `shade` 0 has no dark.
    """
    import cv2

    unit, rng = easel.unit, easel.rng
    glow, day = _light(easel)
    glow = rgb(glow_of) if glow_of else glow
    landscape = easel.width >= easel.height
    x, y, tall = 0.5 * easel.width, easel.horizon_y - (16 if landscape else 23) * unit, (27 if landscape else 36) * unit
    for name, share, dim in (("far", 1.0, 0.40), ("far", 1.24, 0.64), ("middle", 1.52, 0.82)):
        ring, key = share * size, 1 - shade * dim
        plane, wall, rim = easel.plane(name), easel.mask(), easel.mask()
        turn = np.linspace(0, 2 * np.pi, 46)[:-1]
        bumps = 0.07 * np.sin(turn * 3 + rng.uniform(0, 6)) + 0.045 * np.sin(turn * 7 + rng.uniform(0, 6))
        bumps = 1 + rough * (bumps + rng.normal(0, 0.018, len(turn)))
        across = min(40 * unit, 0.36 * easel.width) * ring
        outline = [*zip(x + np.cos(turn) * across * bumps, y + np.sin(turn) * tall * ring * bumps)]
        wall.convex(rectangle(-2, -2, easel.width + 2, easel.height + 2))
        if mouth or share > 1:
            wall.polygon(outline, 0)
        edge = np.asarray(rim.polygon(outline).cover, np.float32) / 255
        plane.lay(
            wall, easel.fade(_tone(tones[0], day, key * 0.7), _tone(colour, day, key), 0, easel.horizon_y), mottle=0.10
        )
        near = np.asarray(cv2.GaussianBlur(edge, (0, 0), 2.6 * unit), np.float32) * (1 - edge)
        plane.lay(near, mix(_tone(tones[1], day, 1.0), glow, 0.35), 0.85 * key + 0.2)
        grain = smoothstep(0.3, 1.6, easel.noise(7, 3, stretch=0.6)) * (wall.cover / np.float32(255))
        plane.lay(grain.astype(np.float32), _tone(tones[2], day, 0.1), 0.40)
    if glow_of:
        easel.plane("far").glow(sun_pool(easel, x, easel.horizon_y, 60 * unit) * np.float32(0.35), glow)


@generator("cave floor")
def paint_cave_floor(easel: Easel, colour: str = "#c2b19c", pool: str = "#4a7f98", glow_of: str = "") -> None:
    """A floor of rock with the light of the mouth on it, stones, and a pool that mirrors the light."""
    unit, rng, y, ground = easel.unit, easel.rng, easel.horizon_y, easel.plane("ground")
    glow, day = _light(easel)
    glow = rgb(glow_of) if glow_of else glow
    columns = easel.columns()
    line = (
        y
        + 1.5 * unit
        + 1.2 * unit * np.sin(columns / (9 * unit))
        - 3 * unit * (np.abs(columns / easel.width - 0.5) * 2) ** 2
    )
    near = sun_pool(easel, 0.5 * easel.width, y + 4 * unit, 60 * unit)[..., None]
    dim, bright = _tone("#857a74", day, 0.18), mix(_tone(colour, day, 1.0), glow, 0.22)
    ground.lay(
        easel.mask().under(line.astype(np.float32)), (dim + (bright - dim) * near).astype(np.float32), mottle=0.09
    )
    stones = [
        {"colours": ["#1c1820"], "at": [0, 0.45], "half": [1.1, 0.3], "opacity": 0.35},
        {"colours": ["#8d837e"], "half": [1, 0.55], "key": 0.4 * day},
        {"colours": ["#b9ab9c"], "at": [0, -0.2], "half": [0.6, 0.26], "key": 0.85 * day, "opacity": 0.6},
    ]
    paint_scatter(easel, stones, 70, (0.6, 2.0), top=y / easel.height + 0.04)
    if pool:
        x, level, water, shine = (
            (0.24 if rng.random() < 0.5 else 0.76) * easel.width,
            y + 8.5 * unit,
            easel.mask(),
            easel.mask(),
        )
        water.ellipse(x, level, 17 * unit, 2.6 * unit)
        for share in (-0.4, 0.05, 0.5):
            shine.ellipse(x + share * 16 * unit, level + (share - 0.2) * unit, 4.2 * unit, 0.26 * unit)
        ground.lay(water, mix(_tone(pool, day, 0.6), glow, 0.35), 0.95)
        ground.lay(shine, mix(glow, rgb("#ffffff"), 0.4), 0.7)
