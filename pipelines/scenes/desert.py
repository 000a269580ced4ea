"""Painter of the desert: mesas, dunes, ripples, cacti."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.shapes import scaled
from pipelines.scenes.sky import paint_sky


def desert(easel: Easel) -> None:
    """Mesas in the haze, dunes with sharp crests, ripples, a few cacti."""
    paint_sky(easel, clouds=0.35)
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    far, middle, ground = easel.plane("far"), easel.plane("middle"), easel.plane("ground")
    for depth, tall, count in ((0.66, 13, 3), (0.44, 18, 2)):
        for _ in range(count):
            _mesa(easel, far, rng.uniform(-0.05, 1.05) * easel.width, y, unit * tall * rng.uniform(0.6, 1.1), depth)
    mist(easel, far, y - unit, 5, 0.5)
    for base, depth, rise in ((y - 3.0 * unit, 0.34, 3.0), (y - 0.2 * unit, 0.2, 3.4)):
        dune(easel, middle, base, rise, depth)
    mask = easel.mask().under(ridge_line(easel, y + unit, 1.2, 70, 2))
    sand = MATERIALS["sand"]
    ground.lay(
        mask,
        shaded_ground(easel, easel.light.covered(MATERIALS["dune"]), easel.light.covered(sand), key_field(easel, 0.22)),
        mottle=0.035,
    )
    _ripples(easel, ground)
    _cacti(easel, ground)
    near = easel.plane("near")
    for x in (rng.uniform(0.0, 0.06), rng.uniform(0.94, 1.0)):
        _stones(easel, near, x * easel.width, easel.height + unit, unit * rng.uniform(6, 10))


def _mesa(easel: Easel, plane: Plane, x: float, foot: float, tall: float, depth: float) -> None:
    rng = easel.rng
    half = tall * rng.uniform(0.6, 1.3)
    top = foot - tall
    edge = [
        (x - half * 1.75, foot + 2),
        *scaled(
            x, foot, half, tall, (-1.2, -0.34), (-1, -0.42), (-0.93, -0.96), (-0.5, -1), (0.3, -0.98), (0.92, -1.015)
        ),
        *scaled(x, foot, half, tall, (1, -0.45), (1.25, -0.33)),
        (x + half * 1.8, foot + 2),
    ]
    whole, shade, strata = easel.mask(), easel.mask(), easel.mask()
    whole.polygon(edge)
    side = -easel.toward
    shade.polygon(
        [
            (x + side * half * 0.25, top - 2),
            (x + side * half * 2, top - 2),
            (x + side * half * 2, foot + 3),
            (x + side * half * 0.55, foot + 3),
            (x + side * half * 0.35, foot - tall * 0.4),
        ]
    )
    np.minimum(shade.cover, whole.cover, out=shade.cover)
    for level in (0.14, 0.24, 0.40, 0.52):
        strata.line(
            [(x - half * 1.7, top + tall * level), (x + half * 1.7, top + tall * (level + rng.uniform(-0.02, 0.02)))],
            max(1, tall * 0.022),
            140,
        )
    np.minimum(strata.cover, whole.cover, out=strata.cover)
    plane.lay(
        whole,
        easel.fade(easel.tone("mesa", depth, 1.0), easel.tone("mesa", min(0.95, depth + 0.2), 0.8), top, foot),
        mottle=0.05,
    )
    plane.lay(strata, easel.tone("mesa", depth, 0.3), 0.4)
    plane.lay(shade, easel.tone("mesa", depth, 0.1), 0.8, mottle=0.05)


def dune(easel: Easel, plane: Plane, base: float, rise: float, depth: float) -> None:
    """A dune with a lit windward and a shaded lee side."""
    rng, unit, toward = easel.rng, easel.unit, easel.toward
    ridge = ridge_line(easel, base, rise, 44, 2, 0.3)
    whole, lee = easel.mask(), easel.mask()
    whole.under(ridge)
    plane.lay(
        whole,
        easel.fade(
            mix(easel.tone("dune", depth, 1.0, snow=1), easel.light.orb, 0.12),
            easel.tone("dune", depth, 0.75, snow=1),
            base - rise * unit,
            base + 8 * unit,
        ),
        mottle=0.03,
    )
    tops = [i for i in range(24, easel.width - 24, 6) if ridge[i] <= ridge[max(0, i - 90) : i + 90].min()]
    for top in tops[:8]:
        t = np.linspace(0, 1, 24)
        spine_x = top + np.sin(t * 2.4) * 7 * unit * toward * t + rng.normal(0, 0.5) * unit
        spine = [*zip(spine_x, ridge[top] + 15 * unit * t)]
        reach = np.clip(top - toward * np.linspace(0, 34 * unit, 24), 0, easel.width - 1).astype(int)
        outer = [*zip(reach.astype(float), ridge[reach])]
        lee.polygon([*spine, *outer[::-1]])
    np.minimum(lee.cover, whole.cover, out=lee.cover)
    plane.lay(
        lee,
        easel.fade(
            easel.tone("dune", depth, 0.12, snow=1),
            easel.tone("dune", depth, 0.6, snow=1),
            base - rise * unit,
            base + 9 * unit,
        ),
        0.75,
        soft_px=0.8,
    )


def _ripples(easel: Easel, ground: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    dark, light = easel.mask(), easel.mask()
    x, y, size = easel.ground_points(240)
    for px, py, s in zip(x, y, size):
        reach = unit * s * rng.uniform(5, 15)
        t = np.linspace(-1, 1, 12)
        wave = np.sin(t * 3 + px) * unit * 0.35 * s
        for mask, drop in ((dark, 0.0), (light, 0.32 * unit * s)):
            thick = (1 - t * t) * unit * 0.2 * s
            mask.between((px + t * reach, py + wave + drop - thick), (px + t * reach, py + wave + drop + thick))
    ground.lay(dark, easel.tone("dune", 0.08, 0.2, snow=0.7), 0.30)
    ground.lay(light, mix(easel.tone("sand", 0.05, 1.0, snow=1), easel.light.orb, 0.3), 0.35)


def _cacti(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    body, lit, shadow = easel.mask(), easel.mask(), easel.mask()
    for side in rng.choice((-1, 1), 4):
        t = rng.uniform(0.02, 0.16)
        x = easel.width * (0.5 + side * rng.uniform(0.26, 0.49))
        foot, tall = easel.horizon_y + t * (easel.height - easel.horizon_y), unit * (6 + 40 * t)
        thick = max(2, tall * 0.16)
        body.line([(x, foot), (x, foot - tall * 0.86)], thick)
        lit.line(
            [(x + easel.toward * thick * 0.22, foot), (x + easel.toward * thick * 0.22, foot - tall * 0.84)],
            max(1, thick * 0.26),
        )
        for arm, level, height in ((-1, 0.34, 0.36), (1, 0.46, 0.30)):
            if rng.random() < 0.8:
                points = [
                    (x, foot - tall * level),
                    (x + arm * tall * 0.24, foot - tall * level),
                    (x + arm * tall * 0.24, foot - tall * (level + height)),
                ]
                body.line(points, thick * 0.75)
                lit.line([(px + easel.toward * thick * 0.15, py) for px, py in points[1:]], max(1, thick * 0.2))
        shadow.ellipse(x - easel.toward * tall * 0.35, foot + tall * 0.02, tall * 0.4, tall * 0.035)
    plane.lay(shadow, easel.tone("dune", 0.1, 0.0), easel.light.shadow * 1.4, soft_px=unit * 0.25)
    plane.lay(body, easel.tone("cactus", 0.16, 0.3, snow=0.3))
    plane.lay(lit, mix(easel.tone("cactus", 0.14, 1.0, snow=0.6), easel.light.orb, 0.2), 0.85)


def _stones(easel: Easel, plane: Plane, x: float, foot: float, size: float) -> None:
    rng = easel.rng
    for step in range(3):
        cx, r = x + rng.uniform(-1.0, 1.0) * size, size * rng.uniform(0.45, 0.9)
        turn = np.sort(rng.uniform(np.pi, 2 * np.pi, 7))
        outline = [
            (cx - r * 1.25, foot),
            *((cx + np.cos(a) * r * 1.2, foot + np.sin(a) * r * 0.8) for a in turn),
            (cx + r * 1.25, foot),
        ]
        whole, lit = easel.mask(), easel.mask()
        whole.polygon(outline)
        lit.polygon(
            [(px + easel.toward * r * 0.25, py - r * 0.02) for px, py in outline[1:-1]]
            + [(cx + easel.toward * r * 0.3, foot - r * 0.25)]
        )
        np.minimum(lit.cover, whole.cover, out=lit.cover)
        plane.lay(whole, easel.tone("mesa", 0.0, 0.18 + 0.08 * step, snow=0.4), mottle=0.08)
        plane.lay(lit, easel.tone("mesa", 0.0, 0.85, snow=0.8), 0.75, mottle=0.06, soft_px=1.0)
