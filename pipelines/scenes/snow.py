"""Painter of a snowed-in country: hills, firs under snow, blue shadows."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import at, hill, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.mountains import facets
from pipelines.scenes.plants import Foliage, conifer, treeline
from pipelines.scenes.shapes import scaled
from pipelines.scenes.sky import paint_sky


def snow(easel: Easel) -> None:
    """Snow-covered hills with firs, blue shadows, glitter."""
    paint_sky(easel, clouds=0.9)
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    far, middle, ground = easel.plane("far"), easel.plane("middle"), easel.plane("ground")
    back = [
        (place * easel.width + rng.uniform(-5, 5) * unit, y - unit * rng.uniform(13, 21), unit * rng.uniform(24, 34))
        for place in np.linspace(0, 1, 4)
    ]
    facets(easel, far, back, y + unit, "rock", 0.66, 0.7)
    mist(easel, far, y - 2 * unit, 7, 0.6)
    second = ridge_line(easel, y - 3.4 * unit, 2.2, 36, 3)
    wood = easel.mask()
    treeline(easel, wood, second, 4.2, firs=True)
    far.lay(wood, easel.tone(mix(MATERIALS["pine"], rgb("#dfe7f0"), 0.35), 0.55, 0.5))
    hill(easel, far, second, "snow", 0.42, mottle=0.02)
    third = ridge_line(easel, y - 0.6 * unit, 2.6, 44, 2)
    _snowy_firs(easel, middle, at(third), 13, (9, 17), 0.26)
    hill(easel, middle, third, "snow", 0.26, mottle=0.02)
    mist(easel, middle, y + unit, 3.0, 0.3)
    _snow_ground(easel, ground)
    for side in (-1, 1):
        x = easel.width * (0.5 + side * rng.uniform(0.40, 0.47))
        foot = np.full(easel.width, y + rng.uniform(0.05, 0.12) * (easel.height - y), np.float32)
        _snowy_firs(easel, ground, at(foot), 1, (26, 34), 0.08, x=x)
    bank = ridge_line(easel, easel.height - 1.5 * unit, 1.8, 50, 2)
    edge = np.abs(np.linspace(-1, 1, easel.width)) ** 3 * 6 * unit
    near = easel.mask().under((bank - edge + 2 * unit).astype(np.float32))
    easel.plane("near").lay(
        near,
        easel.fade(easel.tone("snow", 0, 0.8), easel.tone("snow", 0, 0.25), easel.height - 9 * unit, easel.height),
        0.98,
        mottle=0.02,
    )


def _snowy_firs(
    easel: Easel, plane: Plane, ridge, count: int, tall: tuple[float, float], depth: float, x: float | None = None
) -> None:
    rng = easel.rng
    foliage, caps = Foliage(easel), easel.mask()
    clusters = rng.uniform(0, 1, 4)
    for _ in range(count):
        place = x if x is not None else (rng.choice(clusters) + rng.normal(0, 0.06)) * easel.width
        height = easel.unit * rng.uniform(*tall)
        foot = ridge(place) + height * 0.06
        conifer(foliage, place, foot, height, rng.uniform(0.8, 1.05))
        tiers = int(np.clip(height / (4.2 * easel.unit), 3, 8))
        for tier in range(tiers):
            share = tier / tiers
            low = foot - height * (0.07 + 0.82 * share)
            width = height * 0.2 * (1 - share) ** 0.85 + height * 0.02
            top = max(low - height * 0.93 / tiers * 1.2, foot - height)
            caps.polygon(
                [
                    (place, top),
                    *scaled(
                        place,
                        low,
                        width,
                        height,
                        (0.78, -0.018),
                        (0.4, -0.03),
                        (0, -0.012),
                        (-0.4, -0.032),
                        (-0.78, -0.018),
                    ),
                ]
            )
    foliage.paint(plane, "pine", depth)
    plane.lay(caps, easel.tone("snow", depth * 0.8, 0.9), 0.88)
    lit = np.where(
        np.roll(caps.cover, easel.toward * -max(1, round(0.5 * easel.unit)), axis=1) < 40, caps.cover, 0
    ).astype(np.uint8)
    plane.lay(lit / np.float32(255), mix(easel.tone("snow", depth * 0.6, 1.0), easel.light.orb, 0.4), 0.5, soft_px=0.6)


def _snow_ground(easel: Easel, ground: Plane) -> None:
    mask = easel.mask().under(ridge_line(easel, easel.horizon_y, 0.9, 60, 2))
    drifts = easel.noise(20, 3, stretch=4.5)
    ground.lay(
        mask, shaded_ground(easel, MATERIALS["snow"], MATERIALS["snow"], 0.70 + 0.30 * drifts, 0.35), mottle=0.015
    )
    hollows = smoothstep(0.5, 1.8, -easel.noise(12, 3, stretch=5.5)) * (mask.cover / np.float32(255))
    ground.lay(hollows, easel.tone("snow", 0.05, 0.05), 0.55)
    glitter = easel.mask()
    x, y, size = easel.ground_points(160)
    for px, py, s in zip(x, y, size):
        glitter.disc(px, py, easel.unit * 0.16 * s + 0.3, 220)
    ground.lay(glitter, mix(rgb("#ffffff"), easel.light.orb, 0.4), 0.75)
