"""Painter of fresh water: a lake, a pond or a broad river with a wooded far bank and a green near one."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import at, hill, key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.plants import blade, fringe, grove, meadow_flowers, treeline, tufts
from pipelines.scenes.sky import paint_sky
from pipelines.scenes.water import SHORE, water


def lake(easel: Easel) -> None:
    """Still water between hills with trees and a meadow with reeds at its edge."""
    paint_sky(easel)
    unit, y = easel.unit, easel.horizon_y
    far, middle, ground = easel.plane("far"), easel.plane("middle"), easel.plane("ground")
    hill(easel, far, ridge_line(easel, y - 8.0 * unit, 4.0, 44, 3), "pine", 0.70)
    second = ridge_line(easel, y - 4.4 * unit, 2.4, 34, 3)
    line = easel.mask()
    treeline(easel, line, second, 2.4, firs=False)
    far.lay(line, easel.tone("leaf", 0.55, 0.4, snow=0.4))
    hill(easel, far, second, "hill", 0.48)
    mist(easel, far, y - 1.0 * unit, 4.0, 0.45)
    bank = ridge_line(easel, y + 0.4 * unit, 0.8, 46, 2)
    grove(easel, far, at(bank), round(13 * easel.width / 1280) + 5, (5, 9), 0.32, "leaf", firs=0.35)
    hill(easel, far, bank - 0.8 * unit, "meadow", 0.32)
    water(easel, middle, y + 1.4 * unit, SHORE * easel.height + 6 * unit)
    _mirrored(easel, middle, y + 1.4 * unit)
    _bank(easel, ground)
    fringe(easel, easel.plane("near"))


def _mirrored(easel: Easel, plane: Plane, top: float) -> None:
    """The green of the far bank in the water below it."""
    below = easel.rows()[:, None] - top
    inside = np.clip(plane.alpha[..., 0], 0, 1) * (below >= 0)
    ripple = 0.75 + 0.25 * easel.noise(6, 2, stretch=6.0)
    band = np.exp(-np.maximum(below, 0) / (5.5 * easel.unit)) * ripple * inside
    plane.lay(np.clip(band, 0, 1).astype(np.float32), easel.tone("pine", 0.25, 0.6, snow=0.4), 0.55)


def _bank(easel: Easel, plane: Plane) -> None:
    """Grass down to the water, a damp edge, reeds."""
    unit, light = easel.unit, easel.light
    shore = ridge_line(easel, SHORE * easel.height, 1.9, 48, 2)
    mask = easel.mask()
    mask.under(shore)
    near = light.covered(MATERIALS["grass"], 0.96)
    t = smoothstep(0, 4.5 * unit, easel.rows()[:, None] - shore[None])[..., None]
    grass = shaded_ground(easel, light.covered(MATERIALS["meadow"]), near, key_field(easel, 0.20), 0.1)
    damp = mix(easel.tone("earth", 0.0, 0.5, snow=0.6), easel.tone("moss", 0.0, 0.6, snow=0.6), 0.55)
    plane.lay(mask, damp + (grass - damp) * t, mottle=0.05)
    gleam = smoothstep(0, 1, 1 - np.abs(easel.rows()[:, None] - shore[None] + 0.4 * unit) / (0.4 * unit))
    plane.lay(gleam.astype(np.float32), mix(light.haze, light.sky[-1][1], 0.6), 0.5)
    horizon, easel.horizon_y = easel.horizon_y, float(shore.max()) + 0.5 * unit  # nothing grows on the water
    tufts(easel, plane, round(260 * easel.width / 1280) + 60, "grass" if not light.snow_cover else "meadow")
    meadow_flowers(easel, plane, 4, nearest=0.9)
    easel.horizon_y = horizon
    _reeds(easel, plane, shore)


def _reeds(easel: Easel, plane: Plane, shore: np.ndarray) -> None:
    """Clumps of reeds with brown heads, at the sides, where nobody stands."""
    rng, unit = easel.rng, easel.unit
    stems, heads = easel.mask(), easel.mask()
    for side in (0, 0, 1, 1, 1, 0):
        centre = abs(rng.normal(0, 0.09))
        centre = (centre if side == 0 else 1 - centre) * easel.width
        for _ in range(9):
            x = float(np.clip(centre + rng.normal(0, 2.6) * unit, 0, easel.width - 1))
            foot, tall = float(shore[int(x)]) + rng.uniform(0.2, 1.6) * unit, unit * rng.uniform(5, 10)
            lean = rng.normal(0, 0.9) * unit
            blade(stems, x, foot, tall, lean, unit * 0.16)
            if rng.random() < 0.4:
                heads.ellipse(x + lean * 0.8, foot - tall * 0.86, unit * 0.34, unit * 1.1)
    plane.lay(stems, easel.tone("moss", 0.05, 0.7, snow=0.3))
    plane.lay(heads, easel.tone(rgb("#7a5232"), 0.05, 0.75, snow=0.3))
