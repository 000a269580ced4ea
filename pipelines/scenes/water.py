"""Generators of water: open water with waves and glitter, a beach, banks of grass, headlands, and the bottom of the sea."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.painting.palette import FLOWERS, MATERIALS
from pipelines.scenes.easel import Easel, generator, shaded_ground, sun_pool
from pipelines.scenes.land import key_field, near_line, ridge_line
from pipelines.scenes.plants import blade
from pipelines.scenes.shapes import scaled


@generator("water")
def paint_water(
    easel: Easel, to: float, lift: float = 0.0, top: float = 0.0, plane: Plane | None = None, mirrors: float = 0.0
) -> None:
    """A sheet of water from `lift` units below the horizon, or the share `top` of the height, to the share `to`: it mirrors the sky far off and shows its own colour near.

    `mirrors` is how far the green of the far shore is seen in it, units.
    """
    light, unit, plane = easel.light, easel.unit, plane or easel.plane("middle")
    high, bottom = top * easel.height or easel.horizon_y + lift * unit, to * easel.height
    mask = easel.mask().under(np.full(easel.width, high, np.float32))
    mask.cover[int(bottom) + 1 :] = 0
    horizon = mix(mix(light.sky[-1][1], light.sky[-2][1], 0.35), easel.tone("deep", 0.25, 0.9), 0.38)
    half = mix(easel.tone("deep", 0.1, 0.95), light.sky[1][1], 0.22)
    near = mix(easel.tone("water", 0.0, 1.0), light.sky[-2][1], 0.18)
    first, last = high / easel.height, min(0.999, bottom / easel.height)
    stops = (0, horizon), (first, horizon), (first + 0.34 * (last - first), half), (last, near), (1, near)
    plane.lay(mask, gradient(easel.height, stops), mottle=0.03)
    _waves(easel, plane, high, bottom, mask.cover, near)
    if light.weather == "clear":
        _glitter(easel, plane, light.orb_at[0] * easel.width, high, bottom)
    line = np.exp(-(((easel.rows()[:, None] - high) / (1.1 * unit)) ** 2)) * (mask.cover / np.float32(255))
    plane.lay(line, mix(light.haze, light.sky[-1][1], 0.6), 0.55)
    if mirrors:
        depth = (easel.rows()[:, None] - high) / (mirrors * unit)
        fade = np.clip(1 - depth, 0, 1) ** 1.6 * (depth >= 0)
        broken = smoothstep(-0.6, 0.9, easel.noise(2.2, 2, stretch=9.0))
        plane.lay((fade * broken).astype(np.float32), easel.tone("leaf", 0.4, 0.35, snow=0.3), 0.5)


def _waves(easel: Easel, plane: Plane, top: float, bottom: float, inside: np.ndarray, near: np.ndarray) -> None:
    rng, unit = easel.rng, easel.unit
    dark, light, crest = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(420 * easel.width / 1280)):
        t = rng.random() ** 1.3
        y, x = top + (bottom - top) * (0.02 + 0.97 * t), rng.uniform(-0.05, 1.05) * easel.width
        reach, thick = unit * (0.7 + 8 * t) * rng.uniform(0.6, 1.6), unit * (0.05 + 0.34 * t)
        s = np.linspace(-1, 1, 11)
        wave, lens = np.sin(s * 4 + x) * thick * 0.7, (1 - s * s) * thick
        target = dark if rng.random() < 0.55 else (light if rng.random() < 0.75 or t < 0.3 else crest)
        target.between((x + s * reach, y + wave - lens), (x + s * reach, y + wave + lens * 0.5))
    tones = easel.tone("deep", 0.05, 0.55), mix(near, easel.light.sky[-1][1], 0.6), easel.tone("foam", 0.05, 0.95)
    for mask, tone, opacity in zip((dark, light, crest), tones, (0.30, 0.42, 0.55)):
        np.minimum(mask.cover, inside, out=mask.cover)
        plane.lay(mask, tone, opacity)


def _glitter(easel: Easel, plane: Plane, x: float, top: float, bottom: float) -> None:
    rng, unit = easel.rng, easel.unit
    pool = np.clip(sun_pool(easel, x, top, 26 * unit) * 0.5, 0, 1) * (easel.rows()[:, None] >= top)
    plane.glow(pool.astype(np.float32) * 0.55, easel.light.orb)
    sparks = easel.mask()
    for _ in range(260):
        t = rng.random()
        px, y = x + rng.normal(0, 1) * unit * (2.2 + 8 * t), top + (bottom - top) * t
        size = unit * (0.12 + 0.55 * t) * rng.uniform(0.5, 1.3)
        star = scaled(px, y, size, size, (-2.6, 0), (0, -0.28), (2.6, 0), (0, 0.28))
        sparks.convex(star, int(rng.uniform(120, 255)))
    sparks.cover[: int(top)] = 0
    plane.lay(sparks, mix(easel.light.orb, rgb("#ffffff"), 0.3), 0.9)


@generator("beach")
def paint_beach(easel: Easel, top: float = 0.74, material: str = "sand") -> None:
    """Sand with a wet edge and lines of surf, from the share `top` of the height down."""
    unit, rng, light, plane, level = easel.unit, easel.rng, easel.light, easel.plane("ground"), top * easel.height
    shore, foam = ridge_line(easel, level, 1.7, 48, 2), easel.tone("foam", 0.03, 0.98)
    wash, sand = easel.mask().under(shore - 2.0 * unit), easel.mask().under(shore)
    shallow = easel.fade(mix(easel.tone("water", 0, 1), foam, 0.4), foam, level - 4 * unit, level)
    plane.lay(wash, shallow, 0.8, soft_px=unit * 0.5)
    for lift, strength in ((4.6, 0.55), (2.3, 0.85)):
        surf = easel.mask()
        line = shore - lift * unit + unit * 0.7 * np.sin(easel.columns() / (7 * unit) + lift)
        for x in np.arange(0, easel.width, unit * 0.8):
            y, reach = float(line[int(x)]) + rng.normal(0, 0.12) * unit, unit * rng.uniform(0.5, 1.2)
            surf.ellipse(x, y, reach, unit * rng.uniform(0.14, 0.34))
        plane.lay(surf, foam, strength)
    covered = light.covered(MATERIALS[material])
    t = smoothstep(0, 7.5 * unit, easel.rows()[:, None] - shore[None])[..., None]
    dry = shaded_ground(easel, covered, covered, key_field(easel, 0.20), 0.1)
    wet = mix(easel.tone(material, 0.0, 0.55), light.sky[-2][1], 0.30)
    plane.lay(sand, wet + (dry - wet) * t, mottle=0.03)
    plane.lay(near_line(easel, shore, 0.3, 0.55), foam, 0.8)


@generator("near bank")
def paint_near_bank(
    easel: Easel, top: float = 0.755, far: str = "meadow", near: str = "grass", rim: str = "earth", slope: float = 0.0
) -> None:
    """A bank of grass before the water, or the edge of a cliff, from the share `top` of the height down, with its rim and tufts."""
    unit, rng, ground, light = easel.unit, easel.rng, easel.plane("ground"), easel.light
    shore = ridge_line(easel, top * easel.height, 1.5, 48, 2) + slope * unit * easel.columns() / easel.width
    shore = shore.astype(np.float32)
    mask = easel.mask().under(shore)
    material, below = light.covered(MATERIALS[far]), light.covered(MATERIALS[near], 0.96) * 0.97
    ground.lay(mask, shaded_ground(easel, material, below, 0.94 * key_field(easel), 0.12), mottle=0.06)
    edge = rgb(rim) if rim.startswith("#") else rim
    ground.lay(near_line(easel, shore, 0.0, 1.5), easel.tone(edge, 0.0, 0.6, snow=0.7), 0.85, mottle=0.06)
    ground.lay(near_line(easel, shore, 1.6, 1.1), mix(easel.tone(far, 0.1, 1.0, snow=1), light.orb, 0.25), 0.45)
    dark, lit, petals = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(230 * easel.width / 1280) + 60):
        x, t = rng.uniform(0, 1) * (easel.width - 1), rng.random() ** 0.8
        foot = float(shore[int(x)]) + (0.05 + 0.95 * t) * (easel.height - float(shore[int(x)]))
        tall = unit * (1.0 + 2.6 * t) * rng.uniform(0.6, 1.2)
        for lean in (-0.35, 0.0, 0.35):
            target, high = dark if rng.random() < 0.6 else lit, tall * rng.uniform(0.7, 1.0)
            blade(target, x + lean * tall * 0.6, foot, high, lean * tall, unit * (0.1 + 0.1 * t))
        if rng.random() < 0.12 and not light.snow_cover:
            petals.disc(x + rng.normal(0, 1) * unit, foot - tall, unit * (0.25 + 0.3 * t))
    ground.lay(dark, easel.tone("leaf", 0.02, 0.45, snow=0.5), 0.5)
    ground.lay(lit, easel.tone(far, 0.0, 1.0, snow=0.7), 0.6)
    ground.lay(petals, easel.tone(FLOWERS[int(rng.integers(len(FLOWERS)))], 0.0, 0.9), 0.95)


# the bottom of the sea


def _daylight_below(easel: Easel) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    light = easel.light
    day = {"day": 1.0, "dawn": 0.8, "sunset": 0.7, "night": 0.28}[light.hour]
    warm = mix(rgb("#a9f0e6"), light.sky[-1][1], {"sunset": 0.20, "dawn": 0.12}.get(light.hour, 0.0))
    surface, deep = warm * (0.45 + 0.55 * day), rgb("#0b5596") * (0.42 + 0.58 * day)
    if light.hour == "night":
        surface = mix(surface, rgb("#2f6fb5") * 0.72, 0.7)
    return day, surface, deep, mix(mix(surface, rgb("#1f8fb8") * (0.40 + 0.6 * day), 0.75), deep, 0.45)


@generator("depth")
def paint_depth(easel: Easel) -> None:
    """Blue depth with rays of light."""
    day, surface, deep, veil = _daylight_below(easel)
    sky, rng, rays = easel.plane("sky"), easel.rng, easel.mask()
    stops = (0, surface), (0.28, mix(veil, surface, 0.4)), (0.72, veil), (1, deep)
    sky.fill(gradient(easel.height, stops), mottle=0.02)
    source, low = easel.light.orb_at[0] * easel.width, easel.height * 0.95
    for _ in range(9):
        x, spread = source + rng.normal(0, 0.22) * easel.width, rng.uniform(0.02, 0.06) * easel.width
        lean = x + (x - source) * 0.7 + easel.width * 0.18
        beam = [(x - spread * 0.4, -5), (x + spread * 0.4, -5), (lean + spread * 1.9, low), (lean - spread * 1.5, low)]
        rays.polygon(beam, int(rng.uniform(60, 150)))
    fade = (1 - smoothstep(0.1, 0.95, easel.rows()[:, None] / easel.height)).astype(np.float32)
    sky.lay(rays.cover / np.float32(255) * fade, rgb("#f2fff2"), 0.45 * (0.3 + 0.7 * day), soft_px=easel.unit * 0.9)


@generator("reef")
def paint_reef(
    easel: Easel, lift: float, rise: float, depth: float, weeds: Sequence[float] = (11, 15), plane: Plane | None = None
) -> None:
    """A ridge of rock with weeds: how many, and how tall."""
    day, surface, _, veil = _daylight_below(easel)
    plane, unit, base = plane or easel.plane("far"), easel.unit, easel.horizon_y - lift * easel.unit
    mask = easel.mask().under(ridge_line(easel, base, rise, 26, 4, 0.55))
    stone = mix(rgb("#3f6290") * (0.40 + 0.6 * day), veil, depth)
    crown, low = mix(stone, surface, 0.12), mix(stone, veil, 0.3)
    plane.lay(mask, easel.fade(crown, low, base - rise * unit, base + 12 * unit), mottle=0.07)
    colour = mix(rgb("#3f8f6a") * (0.5 + 0.55 * day), veil, depth)
    _weeds(easel, plane, base + 2 * unit, round(weeds[0]), weeds[1], colour)


@generator("sea floor")
def paint_sea_floor(easel: Easel, colour: str = "#d9d1a4") -> None:
    """Sand under water, weeds in the lower corners, bubbles."""
    day, surface, _, veil = _daylight_below(easel)
    unit, y, rng, ground, near = easel.unit, easel.horizon_y, easel.rng, easel.plane("ground"), easel.plane("near")
    sand = rgb(colour) * (0.38 + 0.55 * day)
    mask = easel.mask().under(ridge_line(easel, y + 2 * unit, 1.4, 50, 2))
    low = mix(sand, rgb("#5fb0b4") * (0.3 + 0.7 * day), 0.25)
    ground.lay(mask, easel.fade(mix(sand, veil, 0.55), low, y, easel.height), mottle=0.06)
    pale = smoothstep(0.3, 1.7, easel.noise(10, 3, stretch=2.5)) * (easel.rows()[:, None] > y)
    ground.lay(pale.astype(np.float32), mix(sand, surface, 0.5), 0.35)
    _weeds(easel, near, easel.height + 2 * unit, 14, 26, rgb("#1f6a5c") * (0.35 + 0.6 * day), corners=True)
    bubbles = easel.mask()
    for _ in range(60):
        x, level, r = rng.uniform(0, easel.width), rng.uniform(0.05, 0.95) * easel.height, unit * rng.uniform(0.15, 0.8)
        bubbles.disc(x, level, r, 70)
        bubbles.disc(x + easel.toward * r * 0.35, level - r * 0.35, r * 0.28, 230)
    near.lay(bubbles, mix(surface, rgb("#ffffff"), 0.6), 0.75)


def _weeds(
    easel: Easel, plane: Plane, foot: float, clumps: int, tall: float, colour: np.ndarray, corners: bool = False
) -> None:
    rng, unit = easel.rng, easel.unit
    dark, light = easel.mask(), easel.mask()
    for _ in range(clumps):
        place = rng.uniform(0, 1)
        if corners:
            place = abs(rng.normal(0, 0.07))
            place = place if rng.random() < 0.5 else 1 - place
        for _ in range(4):
            x, height = place * easel.width + rng.normal(0, 1.6) * unit, unit * tall * rng.uniform(0.4, 1.0)
            t = np.linspace(0, 1, 12)
            sway = np.sin(t * 6.5 + rng.uniform(0, 6)) * unit * (0.5 + 0.05 * tall) * (0.25 + 0.75 * t)
            half = unit * (0.16 + 0.016 * tall) * np.sin(np.pi * np.clip(0.1 + t * 0.9, 0, 1)) ** 0.8
            target = dark if rng.random() < 0.6 else light
            target.between((x + sway - half, foot - height * t), (x + sway + half, foot - height * t))
    plane.lay(dark, colour * 0.85)
    plane.lay(light, mix(colour, rgb("#b5e08a"), 0.28), 0.95)
