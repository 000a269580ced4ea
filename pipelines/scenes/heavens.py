"""Generators above the ground: banks of cloud, a floor of cloud, stars with planets, ground without air; and a plain sheet of colour."""

from __future__ import annotations

import numpy as np

from pipelines.language.lexicon import Table
from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.scenes.easel import Easel, generator, sun_pool
from pipelines.scenes.land import clip_to, near_line, paint_scatter, ridge_line
from pipelines.scenes.sky import cloud_tones, cumulus, stars

PLAIN = Table("scene", "plain sheets")


@generator("cloud bank")
def paint_cloud_bank(
    easel: Easel, lift: float, size: float, depth: float, count: int, plane: Plane | None = None
) -> None:
    """Cumulus side by side over a floor of cloud."""
    plane, rng, unit = plane or easel.plane("far"), easel.rng, easel.unit
    base = easel.horizon_y - lift * unit
    for place in (np.arange(count) + rng.uniform(-0.3, 0.3, count) + 0.5) / count:
        level, across = base + rng.uniform(-3.5, 2) * unit, unit * size * rng.uniform(0.7, 1.15)
        cumulus(easel, plane, place * easel.width, level, across, depth)
    _floor_of_cloud(easel, plane, base, depth, 4.5)


@generator("cloud floor")
def paint_cloud_floor(easel: Easel) -> None:
    """A floor of cloud to stand on, with heaps, and clouds in the lower corners."""
    unit, rng, plane = easel.unit, easel.rng, easel.plane("ground")
    base = easel.horizon_y + 3 * unit
    shade, mid, lit = _floor_of_cloud(easel, plane, base, 0.06, 6.5)
    for t in (0.14, 0.33, 0.60):
        level, step = base + t * (easel.height - base), (8 + 20 * t) * unit
        for x in np.arange(-step, easel.width + step, step * 1.5):
            if rng.random() < 0.75:
                across = unit * (8 + 18 * t) * rng.uniform(0.8, 1.3)
                place = x + rng.normal(0, 0.3) * step, level + rng.normal(0, 1.2) * unit
                cumulus(easel, plane, *place, across, 0.02, 0.5 + 0.25 * t)
        veil = smoothstep(level + (1 + 3 * t) * unit, level + (7 + 9 * t) * unit, easel.rows()[:, None])
        plane.lay((veil * np.ones((1, easel.width))).astype(np.float32), mix(mid, mix(shade, lit, 0.55), 0.5), 0.72)
    for side in (-1, 1):
        cumulus(easel, easel.plane("near"), easel.width * (0.5 + side * 0.52), easel.height + unit * 2, unit * 24, 0.0)


def _floor_of_cloud(
    easel: Easel, plane: Plane, base: float, depth: float, size: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng, unit = easel.rng, easel.unit
    shade, mid, lit = cloud_tones(easel, depth)
    mask, top = easel.mask(), easel.mask()
    for x in np.arange(-size * unit, easel.width + size * unit, size * unit * 0.6):
        r = unit * size * rng.uniform(0.55, 1.05)
        mask.disc(x, base + r * 0.55, r)
        top.disc(x + easel.toward * r * 0.25, base + r * 0.3, r * 0.7)
    mask.under(np.full(easel.width, base + 0.7 * size * unit, np.float32))
    foot = mix(mid, easel.light.sky[-1][1], 0.5) if depth > 0.1 else mix(mid, shade, 0.35)
    reach = base + (22 if depth > 0.1 else 34) * unit
    plane.lay(mask, easel.fade(mix(mid, lit, 0.25), foot, base, reach), soft_px=1.4, mottle=0.015)
    plane.lay(clip_to(top, mask), lit, 0.8, soft_px=unit * 0.9)
    return shade, mid, lit


@generator("stars")
def paint_stars(easel: Easel) -> None:
    """The dark with stars and a nebula."""
    sky = easel.plane("sky")
    sky.fill(gradient(easel.height, ((0, rgb("#0b0f2a")), (0.5, rgb("#18194a")), (1, rgb("#2c2360")))), mottle=0.05)
    cloud = smoothstep(-0.1, 1.9, easel.noise(30, 5, stretch=1.5))
    slope = easel.rows()[:, None] / easel.height - 0.42 + (easel.columns()[None] / easel.width - 0.5) * 0.35
    band = np.exp(-((slope / 0.24) ** 2)).astype(np.float32)
    sky.glow(cloud * band * 0.70, rgb("#b4508f"))
    sky.glow(smoothstep(0.0, 2.0, easel.noise(22, 5)) * band * 0.55, rgb("#3f7fd0"))
    sky.glow(smoothstep(0.7, 2.4, easel.noise(12, 4)) * band * 0.5, rgb("#f2a878"))
    stars(easel, sky, round(easel.width * easel.height / 1500), easel.height)


@generator("bare ground")
def paint_bare_ground(easel: Easel, far: str = "#5a567f", near: str = "#8a86a8", craters: int = 26) -> None:
    """Ground without air, curved, with craters: of the moon and of other worlds, always in hard light."""
    unit, y = easel.unit, easel.horizon_y
    for name, base, rise, tone in (("middle", y - 1.5 * unit, 3.2, far), ("ground", y + 3 * unit, 1.2, near)):
        curve = (easel.columns() / easel.width - 0.5) ** 2 * 9 * unit
        ridge = (ridge_line(easel, base, rise, 34, 3) + curve).astype(np.float32)
        mask = easel.mask().under(ridge)
        crown, low = mix(rgb(tone), rgb("#ffffff"), 0.22), rgb(tone) * 0.62
        easel.plane(name).lay(mask, easel.fade(crown, low, base - unit, easel.height), mottle=0.07)
        edge = near_line(easel, ridge, 0.4, 0.6) * (mask.cover / np.float32(255))
        easel.plane(name).lay(edge, mix(rgb(tone), rgb("#ffffff"), 0.8), 0.5)
    crater = [
        {"colours": [near], "half": [1.2, 0.42], "key": 1.15},
        {"colours": [far], "half": [1.0, 0.32], "key": 0.5},
        {"colours": [near], "at": [-0.18, 0.07], "half": [0.82, 0.23], "key": 0.55},
    ]
    paint_scatter(easel, crater, craters, (1.6, 6.5), top=y / easel.height + 0.03, nearest=0.97, farthest=0.15)


@generator("sheet")
def paint_sheet(easel: Easel) -> None:
    """A sheet of one colour, rolled from wall to floor, softly lit."""
    light, y, unit = easel.light, easel.horizon_y, easel.unit
    base = rgb(PLAIN.get(easel.plain_colour, PLAIN["cream"]))
    dim = {"day": 1.0, "dawn": 0.95, "sunset": 0.92, "night": 0.46}[light.hour]
    tint = mix(np.ones(3, np.float32), light.key / light.key.max(), 0.55 if light.hour != "night" else 1.0)
    wall, floor = base * tint * dim, mix(base * tint * dim, rgb("#ffffff") * dim, 0.20)
    sky, ground = easel.plane("sky"), easel.plane("ground")
    sky.fill(gradient(easel.height, ((0, wall * 0.93), (0.62, wall), (1, wall))), mottle=0.008)
    x = (0.3 if light.from_left else 0.7) * easel.width
    sky.glow(sun_pool(easel, x, 0.34 * easel.height, 60 * unit) * 0.28, light.orb)
    t = smoothstep(y - 5 * unit, y + 14 * unit, easel.rows()[:, None]) * np.ones((1, easel.width), np.float32)
    ground.lay(
        t.astype(np.float32), gradient(easel.height, ((0, floor), (0.7, floor), (1, floor * 0.93))), mottle=0.008
    )
