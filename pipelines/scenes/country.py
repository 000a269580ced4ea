"""Painters of open country: meadow, mountains, snow, desert."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, line_noise, mix, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.easel import Easel, shaded_ground, sun_pool
from pipelines.scenes.plants import fringe, grove, meadow_flowers, treeline, tufts
from pipelines.scenes.sky import paint_sky


def ridge_line(easel: Easel, base: float, rise: float, cell: float, octaves: int = 3, fall: float = 0.45) -> np.ndarray:
    """y of a ridge for every column; `base` pixels, `rise` and `cell` in units."""
    return base - rise * easel.unit * line_noise(easel.rng, easel.width, cell * easel.unit, octaves, fall)


def at(ridge: np.ndarray):
    """A ridge as a function of x."""
    return lambda x: float(ridge[int(np.clip(x, 0, len(ridge) - 1))])


def hill(easel: Easel, plane: Plane, ridge: np.ndarray, material: str, depth: float, mottle: float = 0.06) -> None:
    """A hill: light on its crown, shade towards its foot, mist where it meets the next."""
    mask = easel.mask().under(ridge)
    top, reach = float(ridge.min()), 16 * easel.unit
    crown = mix(easel.tone(material, depth, 1.0, snow=1.0), easel.light.orb, 0.05)
    foot = easel.tone(material, min(0.95, depth + 0.06), 0.55, snow=1.0)
    plane.lay(mask, easel.fade(crown, foot, top, top + reach), mottle=mottle)
    lit = easel.mask().under(ridge)
    bands = smoothstep(0.2, 1.6, easel.noise(14, 3, stretch=3.2)) * (lit.cover / np.float32(255))
    plane.lay(bands, mix(crown, easel.light.orb, 0.16), 0.45)


def mist(easel: Easel, plane: Plane, y: float, reach: float, strength: float) -> None:
    """A band of haze that lies at a height; reach in units."""
    rows = easel.rows()[:, None]
    band = np.exp(-(((rows - y) / (reach * easel.unit)) ** 2)) * np.ones((1, easel.width), np.float32)
    band *= np.clip(plane.alpha[..., 0], 0, 1)
    plane.lay(band * min(1.0, strength * easel.light.haze_strength), easel.light.haze)


def key_field(easel: Easel, patches: float = 0.30) -> np.ndarray:
    """Where light falls on the ground: drawn-out patches, brighter towards the sun: [height,width]."""
    field = 0.72 + patches * easel.noise(17, 3, stretch=3.6)
    x = easel.light.orb_at[0] * easel.width
    return field + 0.25 * sun_pool(easel, x, easel.horizon_y, 0.65 * easel.width)


def green_ground(easel: Easel, far: str = "meadow", near: str = "grass", count: int = 520) -> None:
    """A meadow from the horizon to the lower edge, with tufts."""
    plane = easel.plane("ground")
    ridge = ridge_line(easel, easel.horizon_y, 0.9, 60, 2)
    mask = easel.mask().under(ridge)
    light = easel.light
    colours = shaded_ground(
        easel, light.covered(MATERIALS[far]), light.covered(MATERIALS[near], 0.96) * 0.97, key_field(easel)
    )
    plane.lay(mask, colours, mottle=0.05)
    crest = smoothstep(
        0, 1, 1 - np.abs(easel.rows()[:, None] - ridge[None] - 0.6 * easel.unit) / (0.9 * easel.unit)
    ) * (mask.cover / np.float32(255))
    plane.lay(crest, mix(easel.tone(far, 0.3, 1.0, snow=1), light.orb, 0.3), 0.5)
    rolls(easel, plane, near)
    tufts(easel, plane, round(count * easel.width / 1280) + 120, near if not light.snow_cover else "meadow")


def rolls(easel: Easel, plane: Plane, material: str) -> None:
    """Low swells of the ground, one before the other: a lit crest, and shade where the one behind dips down to it."""
    unit = easel.unit
    for t in (0.10, 0.24, 0.44, 0.70):
        level = easel.horizon_y + t * (easel.height - easel.horizon_y)
        crest = ridge_line(easel, level, 1.3 + 2.6 * t, 52, 2, 0.3)
        below = easel.rows()[:, None] - crest[None]
        reach = (2.2 + 9 * t) * unit
        shade = np.exp(np.minimum(below, 0) / reach) * (below <= 0)
        rise = np.exp(-np.maximum(below, 0) / (reach * 1.5)) * np.clip(below + 0.5, 0, 1)
        part = 0.5 + 0.5 * np.sin(easel.columns() / easel.width * 9 + t * 23 + level)  # a swell fades along its length
        away = 0.34 * (1 - t) ** 2
        plane.lay((shade * part[None]).astype(np.float32), easel.tone(material, away, 0.22, snow=0.95), 0.30)
        plane.lay(
            (rise * part[None]).astype(np.float32),
            mix(easel.tone(material, away, 1.0, snow=1), easel.light.orb, 0.22),
            0.34,
        )


def winding_path(easel: Easel, plane: Plane, material: str = "path") -> None:
    """A path from the lower edge to the horizon, narrowing as it goes."""
    rng = easel.rng
    t = np.linspace(0, 1, 46)
    y = easel.horizon_y + (easel.height * 1.04 - easel.horizon_y) * t**1.55
    start, bend = rng.uniform(0.34, 0.66), rng.uniform(-0.16, 0.16)
    middle = easel.width * (
        start + bend * np.sin(t * 4.2 + rng.uniform(0, 1)) * (0.25 + t) * 0.9 + (0.5 - start) * 0.5 * t
    )
    half = easel.unit * (0.5 + 9.0 * t**1.5) * (1 + 0.05 * np.sin(t * 11 + start * 9))
    mask = easel.mask().between((middle - half, y), (middle + half, y))
    far, near = easel.tone(material, 0.32, 0.9, snow=0.85), easel.tone(material, 0, 0.85, snow=0.85)
    plane.lay(mask, easel.fade(far, near, easel.horizon_y, easel.height), 0.9, mottle=0.08, soft_px=0.9)
    edge = easel.mask().between((middle + half * 0.45 * -easel.toward, y), (middle + half * 1.0 * -easel.toward, y))
    plane.lay(edge, easel.tone("earth", 0.1, 0.3, snow=0.6), 0.22, soft_px=easel.unit * 0.7)


def meadow(easel: Easel) -> None:
    """Rolling hills with groves, a flowering meadow, sometimes a path."""
    paint_sky(easel)
    far, middle, unit, y = easel.plane("far"), easel.plane("middle"), easel.unit, easel.horizon_y
    blue = ridge_line(easel, y - 9.5 * unit, 4.2, 46, 3)
    hill(easel, far, blue, "pine", 0.72)
    second = ridge_line(easel, y - 5.6 * unit, 2.8, 34, 3)
    line = easel.mask()
    treeline(easel, line, second, 2.6, firs=False)
    far.lay(line, easel.tone("leaf", 0.58, 0.4, snow=0.4))
    hill(easel, far, second, "hill", 0.52)
    mist(easel, far, y - 1.5 * unit, 4.5, 0.5)
    third = ridge_line(easel, y - 1.2 * unit, 2.4, 40, 2)
    grove(easel, middle, at(third), round(15 * easel.width / 1280) + 5, (6, 12), 0.30, "leaf", firs=0.2)
    hill(easel, middle, third, "meadow", 0.30)
    mist(easel, middle, y + 1.0 * unit, 3.0, 0.30)
    green_ground(easel)
    if easel.rng.random() < 0.6:
        winding_path(easel, easel.plane("ground"))
    meadow_flowers(easel, easel.plane("ground"), 11, nearest=0.9)
    fringe(easel, easel.plane("near"))
