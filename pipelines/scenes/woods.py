"""Generators of the inside of a wood: trunks one behind the other in bright air, leaves above, a floor with pools of light."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.easel import Easel, generator, shaded_ground, sun_pool
from pipelines.scenes.plants import Foliage, bush, heap, tufts
from pipelines.scenes.sky import stars


@generator("air")
def paint_air(
    easel: Easel, sun: float, near: Sequence[str | float], above: Sequence[str | float], pool: float = 0.75
) -> None:
    """What is seen between trees: it glows by the `sun`; the tints `near` the ground and `above` with their shares; the light that falls in."""
    light, sky, night = easel.light, easel.plane("sky"), easel.light.hour == "night"
    tints = [(easel.tone(_colour(tint), 0.2, 0.8, snow=0.5), float(share)) for tint, share in (near, above)]
    air = mix(mix(light.sky[-1][1], light.orb, 0.0 if night else sun), *tints[0])
    air = mix(air, light.sky[1][1], 0.72) if night else air
    top = mix(light.sky[0][1], *tints[1])
    sky.fill(gradient(easel.height, ((0, top), (0.30, mix(air, top, 0.35)), (0.55, air), (1, air))), mottle=0.03)
    if night and light.weather == "clear":
        stars(easel, sky, 110, easel.horizon_y * 0.6)
    colour = mix(light.orb, rgb("#9fb6e6"), 0.9 if night else 0.0)
    sky.glow(
        sun_pool(easel, _source(easel), easel.horizon_y * 0.6, 42 * easel.unit) * (0.30 if night else pool), colour
    )
    easel.air = air


def _source(easel: Easel) -> float:
    return (0.3 if easel.light.from_left else 0.7) * easel.width


def _colour(tint: object) -> str | np.ndarray:
    return rgb(str(tint)) if str(tint).startswith("#") else str(tint)


def _veil(easel: Easel, material: str | np.ndarray, depth: float, key: float) -> np.ndarray:
    away = min(0.95, depth * (0.8 + 0.2 * easel.light.haze_strength))
    return mix(easel.tone(material, 0.0, key, snow=0.4), easel.air, away)


def _paint_veiled(easel: Easel, plane: Plane, foliage: Foliage, leaf: str, depth: float, fresh: str = "fresh") -> None:
    plane.lay(foliage.wood, _veil(easel, "bark", depth, 0.3), mottle=0.06)
    plane.lay(foliage.wood_lit, _veil(easel, "bark", depth, 0.9), 0.8)
    plane.lay(foliage.shade, _veil(easel, _colour(leaf), depth, 0.1), mottle=0.07)
    plane.lay(foliage.middle, _veil(easel, _colour(leaf), depth, 0.6), 0.85, mottle=0.08)
    plane.lay(foliage.lit, mix(_veil(easel, _colour(fresh), depth, 1.0), easel.light.orb, 0.15), 0.85)
    if easel.light.snow_cover:
        plane.lay(foliage.snow, _veil(easel, "snow", depth * 0.7, 0.9), 0.85)


@generator("trunks")
def paint_trunks(
    easel: Easel,
    count: int,
    half: tuple[float, float],
    depth: float,
    plane: Plane | None = None,
    low: float = 0.0,
    bark: str = "bark",
    knots: bool = False,
    at: Sequence[float] = (),
) -> None:
    """Trunks side by side, or `at` shares of the width, with a bough here and there; the middle stays open where they are near. `knots` makes canes of them."""
    rng, unit, toward, plane = easel.rng, easel.unit, easel.toward, plane or easel.plane("far")
    wood, lit, rings, foot = easel.mask(), easel.mask(), easel.mask(), easel.horizon_y + low * easel.unit
    for place in at or (np.arange(count) + rng.uniform(-0.38, 0.38, count) + 0.5) / count:
        if depth < 0.5 and 0.30 < place < 0.70:
            continue
        x, r, lean = place * easel.width, unit * rng.uniform(*half), rng.normal(0, 2.2) * unit
        base, t = foot + rng.uniform(-0.6, 1.6) * unit, np.linspace(0, 1, 9)
        sway = np.sin(t * 3 + place * 20) * r * 0.5
        width = r * (1 - 0.42 * t) + r * 1.1 * np.exp(-t * 16) if not knots else r * (1 - 0.2 * t)
        spine, level = x + lean * t + sway, base - (base + 10) * t
        wood.between((spine - width, level), (spine + width, level))
        lit.between((spine + toward * width * 0.30, level), (spine + toward * width * 0.95, level))
        for number in range(1, 9) if knots else ():
            rings.line([(spine[number] - r, level[number]), (spine[number] + r, level[number])], max(1, 0.35 * unit))
        if not knots and not at and rng.random() < 0.7:
            side, high, reach = rng.choice((-1, 1)), base - rng.uniform(0.45, 0.8) * base, r * rng.uniform(5, 10)
            wood.polygon([(x, high + r), (x + side * reach, high - reach * 0.6), (x, high - r * 0.4)])
    dark, bright = _veil(easel, _colour(bark), depth, 0.15), _veil(easel, _colour(bark), depth, 1.0)
    plane.lay(
        wood,
        easel.fade(mix(dark, easel.air, min(0.15, depth)), mix(dark, easel.air, min(0.32, depth)), 0, foot),
        mottle=0.06,
    )
    plane.lay(lit, mix(bright, easel.light.orb, 0.22), 0.75, mottle=0.05, soft_px=0.8)
    plane.lay(rings, dark * 0.8, 0.7)


@generator("boughs")
def paint_boughs(
    easel: Easel,
    depth: float,
    low: float,
    size: float,
    plane: Plane | None = None,
    leaf: str = "leaf",
    fresh: str = "fresh",
) -> None:
    """Leaves that hang in from above, thinner in the middle, down to the share `low` of the sky."""
    rng, unit, foliage = easel.rng, easel.unit, Foliage(easel)
    for _ in range(round(30 * easel.width / 1280) + 12):
        place = rng.random()
        dip = low * easel.horizon_y * (0.45 + 0.75 * abs(place - 0.5) * 2) * rng.uniform(0.25, 1.05)
        radius = unit * size * rng.uniform(0.45, 0.9)
        heap(foliage, place * easel.width, dip - unit * size * 0.25, radius, easel.toward)
    _paint_veiled(easel, plane or easel.plane("far"), foliage, leaf, depth, fresh)


@generator("undergrowth")
def paint_undergrowth(
    easel: Easel, count: int, size: float, depth: float, low: float = 0.5, plane: Plane | None = None
) -> None:
    """Bushes between the trunks."""
    rng, unit, foliage, foot = easel.rng, easel.unit, Foliage(easel), easel.horizon_y + low * easel.unit
    for place in rng.random(count):
        bush(foliage, place * easel.width, foot + rng.uniform(-0.3, 1.2) * unit, unit * size * rng.uniform(0.7, 1.3))
    _paint_veiled(easel, plane or easel.plane("far"), foliage, "moss" if depth < 0.5 else "leaf", depth)


@generator("forest floor")
def paint_forest_floor(
    easel: Easel, far: str = "fresh", near: str = "moss", litter: str = "autumn", vapour: float = 0.62
) -> None:
    """A floor of moss with pools of light, fallen leaves and tufts, and vapour over it."""
    light, unit, y, plane = easel.light, easel.unit, easel.horizon_y, easel.plane("ground")
    ridge = y + 3.0 * unit - 1.1 * unit * np.cos(easel.columns() / easel.width * 6)
    mask = easel.mask().under(ridge.astype(np.float32))
    dapple = smoothstep(0.15, 1.3, easel.noise(8, 3, stretch=3.4))
    pool = sun_pool(easel, easel.width * 0.5, y + 0.35 * (easel.height - y), 0.36 * easel.width)
    materials = light.covered(MATERIALS[far], 0.9), light.covered(MATERIALS[near], 0.95)
    plane.lay(mask, shaded_ground(easel, *materials, 0.34 + 0.55 * dapple + 0.45 * pool, 0.35), mottle=0.08)
    leaves = easel.mask()
    for px, py, s in zip(*easel.ground_points(240)):
        if py > y + 4 * unit:
            leaves.ellipse(px, py, unit * 0.42 * s, unit * 0.2 * s, easel.rng.uniform(-30, 30))
    if not light.snow_cover:
        plane.lay(leaves, easel.tone(_colour(litter), 0.05, 0.7), 0.5)
    tufts(easel, plane, 300, "leaf", 2.2, 0.3)
    band = np.exp(-(((easel.rows()[:, None] - y - 2.5 * unit) / (4.0 * unit)) ** 2))
    thick = band * np.clip(0.75 + 0.3 * easel.noise(14, 2, stretch=4), 0, 1)
    plane.lay((thick * vapour).astype(np.float32), easel.air)


@generator("beams")
def paint_beams(easel: Easel) -> None:
    """Slanting beams from where the light comes in, over floor and trunks."""
    light, rng, low = easel.light, easel.rng, easel.height * 0.86
    if light.weather in ("rain", "fog"):
        return
    beams = easel.mask()
    for _ in range(7):
        x = _source(easel) + rng.normal(0.0, 0.16) * easel.width
        spread, lean = rng.uniform(0.012, 0.04) * easel.width, x - easel.toward * rng.uniform(0.16, 0.36) * easel.width
        beam = [(x - spread * 0.4, -4), (x + spread * 0.4, -4), (lean + spread * 2.0, low), (lean - spread * 1.4, low)]
        beams.polygon(beam, int(rng.uniform(70, 170)))
    t = easel.rows()[:, None] / easel.height
    fade = (smoothstep(0.0, 0.25, t) * (1 - smoothstep(0.5, 0.86, t))).astype(np.float32)
    colour = light.orb if light.hour != "night" else rgb("#b9ccff")
    strength = {"day": 0.30, "dawn": 0.30, "sunset": 0.36, "night": 0.13}[light.hour]
    easel.plane("ground").lay(beams.cover / np.float32(255) * fade, colour, strength, soft_px=easel.unit * 0.8)
