"""Painters of water: the seaside, and the bottom of the sea."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import hill, key_field, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground, sun_pool
from pipelines.scenes.plants import fringe
from pipelines.scenes.sky import paint_sky

SHORE = 0.74  # where the sand begins, share of the height


def sea(easel: Easel) -> None:
    """Open water with islands and a glitter path, surf, a sandy beach."""
    paint_sky(easel, clouds=1.1)
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    far, middle, ground = easel.plane("far"), easel.plane("middle"), easel.plane("ground")
    for depth, rise, base in ((0.74, 4.0, -0.4), (0.56, 3.0, 0.9)):
        island = np.full(easel.width, y + 4 * unit, np.float32)
        centre, half = rng.uniform(0.05, 0.95) * easel.width, unit * rng.uniform(18, 34)
        t = (easel.columns() - centre) / half
        bump = (
            np.clip(1 - t * t, 0, None) ** 0.8
            * unit
            * rise
            * (1 + 0.35 * np.sin(t * 5 + depth * 9) + 0.15 * np.sin(t * 13))
        )
        hill(easel, far, np.where(bump > 0.2, y + base * 0.3 * unit - bump, island).astype(np.float32), "hill", depth)
    water(easel, middle, y, SHORE * easel.height + 6 * unit)
    beach(easel, ground)
    _dune_grass(easel)


def water(easel: Easel, plane: Plane, top: float, bottom: float) -> None:
    """A sheet of water from the horizon to the shore: it mirrors the sky far off and shows its own colour near."""
    light, unit = easel.light, easel.unit
    mask = easel.mask().under(np.full(easel.width, top, np.float32))
    mask.cover[int(bottom) + 1 :] = 0
    mirror = mix(light.sky[-1][1], light.sky[-2][1], 0.35)
    horizon = mix(mirror, easel.tone("deep", 0.25, 0.9), 0.38)
    half = mix(easel.tone("deep", 0.1, 0.95), light.sky[1][1], 0.22)
    near = mix(easel.tone("water", 0.0, 1.0), light.sky[-2][1], 0.18)
    place = top / easel.height, bottom / easel.height
    colours = gradient(
        easel.height,
        (
            (0, horizon),
            (place[0], horizon),
            (place[0] + 0.34 * (place[1] - place[0]), half),
            (min(0.999, place[1]), near),
            (1, near),
        ),
    )
    plane.lay(mask, colours, mottle=0.03)
    _waves(easel, plane, top, bottom, mask.cover, near)
    x = light.orb_at[0] * easel.width
    if light.weather == "clear":
        _glitter(easel, plane, x, top, bottom)
    rows = easel.rows()[:, None]
    line = np.exp(-(((rows - top) / (1.1 * unit)) ** 2)) * (mask.cover / np.float32(255))
    plane.lay(line, mix(light.haze, light.sky[-1][1], 0.6), 0.55)


def _waves(easel: Easel, plane: Plane, top: float, bottom: float, inside: np.ndarray, near: np.ndarray) -> None:
    rng, unit = easel.rng, easel.unit
    dark, light, crest = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(420 * easel.width / 1280)):
        t = rng.random() ** 1.3
        y, x = top + (bottom - top) * (0.02 + 0.97 * t), rng.uniform(-0.05, 1.05) * easel.width
        reach, thick = unit * (0.7 + 8 * t) * rng.uniform(0.6, 1.6), unit * (0.05 + 0.34 * t)
        s = np.linspace(-1, 1, 11)
        wave = np.sin(s * 4 + x) * thick * 0.7
        lens = (1 - s * s) * thick
        target = dark if rng.random() < 0.55 else (light if rng.random() < 0.75 or t < 0.3 else crest)
        target.between((x + s * reach, y + wave - lens), (x + s * reach, y + wave + lens * 0.5))
    for mask in (dark, light, crest):
        np.minimum(mask.cover, inside, out=mask.cover)
    plane.lay(dark, easel.tone("deep", 0.05, 0.55), 0.30)
    plane.lay(light, mix(near, easel.light.sky[-1][1], 0.6), 0.42)
    plane.lay(crest, easel.tone("foam", 0.05, 0.95), 0.55)


def _glitter(easel: Easel, plane: Plane, x: float, top: float, bottom: float) -> None:
    rng, unit = easel.rng, easel.unit
    pool = np.clip(sun_pool(easel, x, top, 26 * unit) * 0.5, 0, 1) * (easel.rows()[:, None] >= top)
    plane.glow(pool.astype(np.float32) * 0.55, easel.light.orb)
    sparks = easel.mask()
    for _ in range(260):
        t = rng.random()
        y = top + (bottom - top) * t
        px = x + rng.normal(0, 1) * unit * (2.2 + 8 * t)
        size = unit * (0.12 + 0.55 * t) * rng.uniform(0.5, 1.3)
        sparks.convex(
            [(px - size * 2.6, y), (px, y - size * 0.28), (px + size * 2.6, y), (px, y + size * 0.28)],
            int(rng.uniform(120, 255)),
        )
    sparks.cover[: int(top)] = 0
    plane.lay(sparks, mix(easel.light.orb, rgb("#ffffff"), 0.3), 0.9)


def beach(easel: Easel, plane: Plane) -> None:
    """Sand with a wet edge, lines of surf, shells."""
    unit, rng, light = easel.unit, easel.rng, easel.light
    shore = ridge_line(easel, SHORE * easel.height, 1.7, 48, 2)
    wash, sand = easel.mask(), easel.mask()
    wash.under(shore - 2.0 * unit)
    sand.under(shore)
    foam = easel.tone("foam", 0.03, 0.98)
    plane.lay(
        wash,
        easel.fade(
            mix(easel.tone("water", 0, 1), foam, 0.4), foam, SHORE * easel.height - 4 * unit, SHORE * easel.height
        ),
        0.8,
        soft_px=unit * 0.5,
    )
    for lift, strength in ((4.6, 0.55), (2.3, 0.85)):
        surf = easel.mask()
        line = shore - lift * unit + unit * 0.7 * np.sin(easel.columns() / (7 * unit) + lift)
        for x in np.arange(0, easel.width, unit * 0.8):
            surf.ellipse(
                x,
                float(line[int(x)]) + rng.normal(0, 0.12) * unit,
                unit * rng.uniform(0.5, 1.2),
                unit * rng.uniform(0.14, 0.34),
            )
        plane.lay(surf, foam, strength)
    material = light.covered(MATERIALS["sand"])
    t = smoothstep(0, 7.5 * unit, easel.rows()[:, None] - shore[None])[..., None]
    dry = shaded_ground(easel, material, material, key_field(easel, 0.20), 0.1)
    wet = mix(easel.tone("sand", 0.0, 0.55), light.sky[-2][1], 0.30)
    plane.lay(sand, wet + (dry - wet) * t, mottle=0.03)
    edge = smoothstep(0, 1, 1 - np.abs(easel.rows()[:, None] - shore[None] - 0.3 * unit) / (0.55 * unit))
    plane.lay(edge.astype(np.float32), foam, 0.8)
    _shells(easel, plane)


def _shells(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    dark, pale, rose = easel.mask(), easel.mask(), easel.mask()
    for _ in range(46):
        t = rng.uniform(0.25, 1)
        x, y = rng.uniform(0, 1) * easel.width, easel.height * (SHORE + (1 - SHORE) * t)
        size = unit * rng.uniform(0.16, 0.5) * (0.4 + t)
        dark.ellipse(x - easel.toward * size * 0.5, y + size * 0.3, size * 1.1, size * 0.45)
        (pale if rng.random() < 0.6 else rose).ellipse(x, y, size, size * 0.65, rng.uniform(0, 180))
    plane.lay(dark, easel.tone("dune", 0, 0.05), 0.4)
    plane.lay(pale, easel.tone("foam", 0, 0.9), 0.9)
    plane.lay(rose, easel.tone(rgb("#e7a58c"), 0, 0.85), 0.9)


def _dune_grass(easel: Easel) -> None:
    rng, unit, near = easel.rng, easel.unit, easel.plane("near")
    fringe(easel, near, rgb("#9aa860"), 0.55, 15)
    mound = easel.mask()
    for side in (-1, 1):
        edge = 0 if side < 0 else easel.width
        mound.ellipse(edge, easel.height + 2.2 * unit, unit * rng.uniform(22, 30), unit * rng.uniform(4.5, 6.5))
    near.lay(mound, easel.tone("sand", 0, 0.55, snow=0.9), mottle=0.04)


def underwater(easel: Easel) -> None:
    """Blue depth with rays of light, rocks, weeds, corals, bubbles."""
    light, unit, y = easel.light, easel.unit, easel.horizon_y
    day = {"day": 1.0, "dawn": 0.8, "sunset": 0.7, "night": 0.28}[light.hour]
    warm = mix(rgb("#a9f0e6"), light.sky[-1][1], {"sunset": 0.20, "dawn": 0.12}.get(light.hour, 0.0))
    surface, deep = warm * (0.45 + 0.55 * day), rgb("#0b5596") * (0.42 + 0.58 * day)
    if light.hour == "night":
        surface = mix(surface, rgb("#2f6fb5") * 0.72, 0.7)
    half = mix(surface, rgb("#1f8fb8") * (0.40 + 0.6 * day), 0.75)
    sky = easel.plane("sky")
    sky.fill(
        gradient(
            easel.height, ((0, surface), (0.28, mix(half, surface, 0.25)), (0.72, mix(half, deep, 0.55)), (1, deep))
        ),
        mottle=0.02,
    )
    _rays(easel, sky, day)
    veil = mix(half, deep, 0.45)
    _reefs(easel, day, surface, veil)
    ground, near = easel.plane("ground"), easel.plane("near")
    mask = easel.mask().under(ridge_line(easel, y + 2 * unit, 1.4, 50, 2))
    sand, pale = (
        rgb("#d9d1a4") * (0.38 + 0.55 * day),
        smoothstep(0.3, 1.7, easel.noise(10, 3, stretch=2.5)) * (easel.rows()[:, None] > y),
    )
    ground.lay(
        mask,
        easel.fade(mix(sand, veil, 0.55), mix(sand, rgb("#5fb0b4") * (0.3 + 0.7 * day), 0.25), y, easel.height),
        mottle=0.06,
    )
    ground.lay(pale.astype(np.float32), mix(sand, surface, 0.5), 0.35)
    _corals(easel, ground, day, veil)
    _weeds(easel, near, easel.height + 2 * unit, 14, 26, rgb("#1f6a5c") * (0.35 + 0.6 * day), corners=True)
    _bubbles(easel, near, surface)


def _reefs(easel: Easel, day: float, surface: np.ndarray, veil: np.ndarray) -> None:
    """Ridges of rock with weeds, in three depths."""
    unit, y = easel.unit, easel.horizon_y
    far, middle = easel.plane("far"), easel.plane("middle")
    for plane, base, rise, depth in (
        (far, y - 7 * unit, 8, 0.72),
        (far, y - 2 * unit, 6, 0.52),
        (middle, y + 1.5 * unit, 4, 0.30),
    ):
        mask = easel.mask().under(ridge_line(easel, base, rise, 26, 4, 0.55))
        stone = mix(rgb("#3f6290") * (0.40 + 0.6 * day), veil, depth)
        plane.lay(
            mask,
            easel.fade(mix(stone, surface, 0.12), mix(stone, veil, 0.3), base - rise * unit, base + 12 * unit),
            mottle=0.07,
        )
        _weeds(
            easel,
            plane,
            base + 2 * unit,
            16 if depth > 0.4 else 11,
            9 if depth > 0.4 else 15,
            mix(rgb("#3f8f6a") * (0.5 + 0.55 * day), veil, depth),
        )


def _bubbles(easel: Easel, plane: Plane, surface: np.ndarray) -> None:
    rng, unit = easel.rng, easel.unit
    bubbles = easel.mask()
    for _ in range(60):
        x, height, r = (
            rng.uniform(0, easel.width),
            rng.uniform(0.05, 0.95) * easel.height,
            unit * rng.uniform(0.15, 0.8),
        )
        bubbles.disc(x, height, r, 70)
        bubbles.disc(x + easel.toward * r * 0.35, height - r * 0.35, r * 0.28, 230)
    plane.lay(bubbles, mix(surface, rgb("#ffffff"), 0.6), 0.75)


def _rays(easel: Easel, plane: Plane, day: float) -> None:
    rng = easel.rng
    rays = easel.mask()
    source = easel.light.orb_at[0] * easel.width
    for _ in range(9):
        x = source + rng.normal(0, 0.22) * easel.width
        spread = rng.uniform(0.02, 0.06) * easel.width
        lean = (x - source) * 0.7 + easel.width * 0.18
        rays.polygon(
            [
                (x - spread * 0.4, -5),
                (x + spread * 0.4, -5),
                (x + lean + spread * 1.9, easel.height * 0.95),
                (x + lean - spread * 1.5, easel.height * 0.95),
            ],
            int(rng.uniform(60, 150)),
        )
    fade = 1 - smoothstep(0.1, 0.95, easel.rows()[:, None] / easel.height)
    plane.lay(
        rays.cover / np.float32(255) * fade.astype(np.float32),
        rgb("#f2fff2"),
        0.45 * (0.3 + 0.7 * day),
        soft_px=easel.unit * 0.9,
    )


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
            (dark if rng.random() < 0.6 else light).between(
                (x + sway - half, foot - height * t), (x + sway + half, foot - height * t)
            )
    plane.lay(dark, colour * 0.85)
    plane.lay(light, mix(colour, rgb("#b5e08a"), 0.28), 0.95)


def _corals(easel: Easel, plane: Plane, day: float, veil: np.ndarray) -> None:
    rng, unit = easel.rng, easel.unit
    for side in (-1, 1, -1, 1, 1, -1):
        t = rng.uniform(0.03, 0.30)
        x = easel.width * (0.5 + side * rng.uniform(0.22, 0.49))
        foot, size = easel.horizon_y + t * (easel.height - easel.horizon_y) + 2 * unit, unit * (5 + 14 * t)
        body, lit = easel.mask(), easel.mask()
        stack = [(x, foot, -np.pi / 2 + rng.normal(0, 0.1), size * 0.42, size * 0.13, 0)]
        while stack:
            px, py, turn, length, thick, depth = stack.pop()
            qx, qy = px + np.cos(turn) * length, py + np.sin(turn) * length
            body.line([(px, py), (qx, qy)], thick)
            body.disc(qx, qy, thick * 0.55)
            lit.line(
                [(px + easel.toward * thick * 0.2, py), (qx + easel.toward * thick * 0.2, qy)], max(1, thick * 0.3)
            )
            if depth < 3:
                stack += [
                    (qx, qy, turn + rng.uniform(0.25, 0.6) * sign, length * 0.74, thick * 0.74, depth + 1)
                    for sign in (-1, 1)
                ]
        colour = rgb(str(rng.choice(("#ef7d6e", "#f2a65a", "#d06aa0", "#8f7fd6", "#f0c75e")))) * (0.35 + 0.6 * day)
        plane.lay(body, mix(colour * 0.86, veil, 0.22))
        plane.lay(lit, mix(mix(colour, rgb("#fff1d8"), 0.35), veil, 0.15), 0.8)
