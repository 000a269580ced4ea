"""Painters above the ground: among the clouds, on a moon in space; and a plain sheet of colour."""

from __future__ import annotations

import numpy as np

from pipelines.language.lexicon import Table
from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.scenes.country import ridge_line
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.sky import cloud_tones, cumulus, paint_orb, stars, streaks

PLAIN = Table("scene", "plain sheets")


def clouds(easel: Easel) -> None:
    """Above the clouds: banks of cumulus one before the other, a floor of cloud to stand on."""
    light, rng, unit, y = easel.light, easel.rng, easel.unit, easel.horizon_y
    sky = easel.plane("sky")
    stops = [(place * 0.72, colour) for place, colour in light.sky]
    sky.fill(gradient(easel.height, [*stops, (1.0, light.sky[-1][1])]), mottle=0.012)
    if light.hour == "night" and light.weather == "clear":
        stars(easel, sky, 260, y)
    if light.weather in ("clear", "snow"):
        paint_orb(easel, sky)
    streaks(easel, sky, 0.5)
    for name, base, size, depth, count in (("far", y - 9 * unit, 17, 0.55, 8), ("middle", y - 1 * unit, 26, 0.25, 7)):
        plane = easel.plane(name)
        for place in (np.arange(count) + rng.uniform(-0.3, 0.3, count) + 0.5) / count:
            cumulus(
                easel,
                plane,
                place * easel.width,
                base + rng.uniform(-3.5, 2) * unit,
                unit * size * rng.uniform(0.7, 1.15),
                depth,
            )
        _sea_of_cloud(easel, plane, base, depth)
    ground = easel.plane("ground")
    _sea_of_cloud(easel, ground, y + 3 * unit, 0.06, heaps=True)
    near = easel.plane("near")
    for side in (-1, 1):
        cumulus(easel, near, easel.width * (0.5 + side * 0.52), easel.height + unit * 2, unit * 24, 0.0)


def _sea_of_cloud(easel: Easel, plane: Plane, base: float, depth: float, heaps: bool = False) -> None:
    rng, unit = easel.rng, easel.unit
    shade, mid, lit = cloud_tones(easel, depth)
    mask, top = easel.mask(), easel.mask()
    size = 4.5 if not heaps else 6.5
    for x in np.arange(-size * unit, easel.width + size * unit, size * unit * 0.6):
        r = unit * size * rng.uniform(0.55, 1.05)
        mask.disc(x, base + r * 0.55, r)
        top.disc(x + easel.toward * r * 0.25, base + r * 0.3, r * 0.7)
    floor = np.full(easel.width, base + 0.7 * size * unit, np.float32)
    mask.under(floor)
    np.minimum(top.cover, mask.cover, out=top.cover)
    foot = mix(mid, easel.light.sky[-1][1], 0.5) if not heaps else mix(mid, shade, 0.35)
    plane.lay(
        mask,
        easel.fade(mix(mid, lit, 0.25), foot, base, base + (22 if not heaps else 34) * unit),
        soft_px=1.4,
        mottle=0.015,
    )
    plane.lay(top, lit, 0.8, soft_px=unit * 0.9)
    if heaps:
        for t in (0.14, 0.33, 0.60):
            level = base + t * (easel.height - base)
            step = (8 + 20 * t) * unit
            for x in np.arange(-step, easel.width + step, step * 1.5):
                if rng.random() < 0.75:
                    across = unit * (8 + 18 * t) * rng.uniform(0.8, 1.3)
                    cumulus(
                        easel,
                        plane,
                        x + rng.normal(0, 0.3) * step,
                        level + rng.normal(0, 1.2) * unit,
                        across,
                        0.02,
                        0.5 + 0.25 * t,
                    )
            veil: np.ndarray = smoothstep(
                level + (1 + 3 * t) * unit, level + (7 + 9 * t) * unit, easel.rows()[:, None]
            ) * np.ones((1, easel.width))
            plane.lay(veil.astype(np.float32), mix(mid, mix(shade, lit, 0.55), 0.5), 0.72)


def space(easel: Easel) -> None:
    """Stars, a nebula, planets, and a cratered moon to stand on."""
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    sky = easel.plane("sky")
    sky.fill(gradient(easel.height, ((0, rgb("#0b0f2a")), (0.5, rgb("#18194a")), (1, rgb("#2c2360")))), mottle=0.05)
    cloud = smoothstep(-0.1, 1.9, easel.noise(30, 5, stretch=1.5))
    band = np.exp(
        -(
            ((easel.rows()[:, None] / easel.height - 0.42 + (easel.columns()[None] / easel.width - 0.5) * 0.35) / 0.24)
            ** 2
        )
    ).astype(np.float32)
    sky.glow(cloud * band * 0.70, rgb("#b4508f"))
    sky.glow(smoothstep(0.0, 2.0, easel.noise(22, 5)) * band * 0.55, rgb("#3f7fd0"))
    sky.glow(smoothstep(0.7, 2.4, easel.noise(12, 4)) * band * 0.5, rgb("#f2a878"))
    stars(easel, sky, round(easel.width * easel.height / 1500), easel.height)
    far = easel.plane("far")
    toward = easel.toward
    planet(
        easel, far, (0.78 if toward < 0 else 0.22) * easel.width, y * 0.34, unit * 13, "#e2a06a", "#c9764e", ring=True
    )
    planet(easel, far, (0.16 if toward < 0 else 0.84) * easel.width, y * 0.66, unit * 5.2, "#7fb7c9", "#4f86ab")
    planet(easel, far, rng.uniform(0.42, 0.56) * easel.width, y * 0.22, unit * 2.5, "#c9a6d6", "#8f76b0")
    _moon_ground(easel)


def planet(
    easel: Easel, plane: Plane, x: float, y: float, radius: float, light: str, dark: str, ring: bool = False
) -> None:
    """A banded ball, lit from one side, with or without a ring."""
    rng, toward = easel.rng, easel.toward
    disc, bands = easel.mask(), easel.mask()
    disc.disc(x, y, radius)
    for level in np.linspace(-0.8, 0.8, 7):
        half = np.sqrt(max(0.0, 1 - level * level)) * radius * 1.1
        bands.ellipse(
            x, y + level * radius, half, radius * rng.uniform(0.03, 0.09), 8 * toward, int(rng.uniform(90, 220))
        )
    np.minimum(bands.cover, disc.cover, out=bands.cover)
    behind, front = easel.mask(), easel.mask()
    if ring:
        for grow, cover in ((2.05, 255), (1.72, 170), (1.52, 0)):
            behind.ellipse(x, y, radius * grow, radius * grow * 0.26, -14, cover)
        half_plane = (easel.rows()[:, None] - y) > np.tan(np.radians(-14)) * (easel.columns()[None] - x)
        front.cover, front.low, front.high = (
            np.where(half_plane, behind.cover, 0).astype(np.uint8),
            behind.low,
            behind.high,
        )
        plane.lay(behind, rgb("#f0dcae"), 0.75)
    plane.lay(disc, rgb(light), mottle=0.05)
    plane.lay(bands, rgb(dark), 0.6, soft_px=radius * 0.02 + 0.4)
    dx, dy = (
        (easel.columns()[None] - x - toward * radius * 0.42) / radius,
        (easel.rows()[:, None] - y + radius * 0.38) / radius,
    )
    night = smoothstep(0.55, 1.45, np.sqrt(dx * dx + dy * dy)) * (disc.cover / np.float32(255))
    plane.lay(night.astype(np.float32), rgb("#120f33"), 0.88)
    if ring:
        plane.lay(front, rgb("#f0dcae"), 0.85)


def _moon_ground(easel: Easel) -> None:
    rng, unit, y, toward = easel.rng, easel.unit, easel.horizon_y, easel.toward
    middle, ground = easel.plane("middle"), easel.plane("ground")
    for plane, base, rise, tone in ((middle, y - 1.5 * unit, 3.2, "#5a567f"), (ground, y + 3 * unit, 1.2, "#8a86a8")):
        curve = ((easel.columns() / easel.width - 0.5) ** 2 * 9 * unit).astype(np.float32)
        mask = easel.mask()
        ridge = ridge_line(easel, base, rise, 34, 3) + curve
        mask.under(ridge)
        plane.lay(
            mask,
            easel.fade(mix(rgb(tone), rgb("#ffffff"), 0.22), rgb(tone) * 0.62, base - unit, easel.height),
            mottle=0.07,
        )
        edge = smoothstep(0, 1, 1 - np.abs(easel.rows()[:, None] - ridge[None] - 0.4 * unit) / (0.6 * unit)) * (
            mask.cover / np.float32(255)
        )
        plane.lay(edge.astype(np.float32), rgb("#e9e2f2"), 0.5)
    rim, pit, lit = easel.mask(), easel.mask(), easel.mask()
    x, height, size = easel.ground_points(26, 0.97, 0.18)
    for px, py, s in zip(x, height, size):
        r = unit * rng.uniform(1.6, 6.5) * s
        py += 3 * unit
        rim.ellipse(px, py, r * 1.2, r * 0.42)
        pit.ellipse(px, py, r, r * 0.32)
        lit.ellipse(px - toward * r * 0.18, py + r * 0.07, r * 0.82, r * 0.23)
    rim.cover[: int(y + 4 * unit)] = 0
    ground.lay(rim, rgb("#b7b2cc"), 0.8, soft_px=0.8)
    ground.lay(pit, rgb("#46436a"), 0.85, soft_px=0.8)
    ground.lay(lit, rgb("#7a769c"), 0.75, soft_px=1.2)


def plain(easel: Easel, colour: str = "cream") -> None:
    """A sheet of one colour, rolled from wall to floor, softly lit."""
    light, y, unit = easel.light, easel.horizon_y, easel.unit
    base = rgb(PLAIN.get(colour, PLAIN["cream"]))
    dim = {"day": 1.0, "dawn": 0.95, "sunset": 0.92, "night": 0.46}[light.hour]
    tint = mix(np.ones(3, np.float32), light.key / light.key.max(), 0.55 if light.hour != "night" else 1.0)
    wall, floor = base * tint * dim, mix(base * tint * dim, rgb("#ffffff") * dim, 0.20)
    sky, ground = easel.plane("sky"), easel.plane("ground")
    sky.fill(gradient(easel.height, ((0, wall * 0.93), (0.62, wall), (1, wall))), mottle=0.008)
    sky.glow(
        sun_pool(easel, (0.3 if light.from_left else 0.7) * easel.width, 0.34 * easel.height, 60 * unit) * 0.28,
        light.orb,
    )
    t = smoothstep(y - 5 * unit, y + 14 * unit, easel.rows()[:, None]) * np.ones((1, easel.width), np.float32)
    ground.lay(
        t.astype(np.float32), gradient(easel.height, ((0, floor), (0.7, floor), (1, floor * 0.93))), mottle=0.008
    )
