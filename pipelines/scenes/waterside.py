"""Painters of waters with green banks: a lake (or a pond), and a river that flows across the picture."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb, smoothstep
from pipelines.painting.palette import FLOWERS, MATERIALS
from pipelines.scenes.country import at, hill, key_field, mist, ridge_line
from pipelines.scenes.easel import Easel, shaded_ground
from pipelines.scenes.plants import Foliage, blade, bush, fringe, grove, treeline
from pipelines.scenes.sky import paint_sky
from pipelines.scenes.water import water

SHORE = 0.755  # where the near bank begins, share of the height
FAR_BANK = 0.625  # where a river begins behind its far bank, share of the height


def lake(easel: Easel) -> None:
    """A lake between wooded hills: still water with reflections, water lilies, reeds, a near bank of grass."""
    paint_sky(easel)
    far, middle, unit, y = easel.plane("far"), easel.plane("middle"), easel.unit, easel.horizon_y
    _hills(easel, far, y)
    shore = ridge_line(easel, y + 0.2 * unit, 0.5, 40, 2)
    grove(easel, middle, at(shore - 0.3 * unit), round(20 * easel.width / 1280) + 6, (5, 10), 0.36, "leaf", firs=0.35)
    water(easel, middle, y + 0.9 * unit, SHORE * easel.height + 6 * unit)
    _far_shore(easel, middle, y + 0.9 * unit)
    _reflections(easel, middle, y + 0.9 * unit, 9)
    near_bank(easel)
    _lilies(easel, easel.plane("ground"), y + 4 * unit)


def river(easel: Easel) -> None:
    """A river that flows from side to side through meadows, with a far bank of grass and bushes and a near bank."""
    paint_sky(easel)
    far, middle, unit, y = easel.plane("far"), easel.plane("middle"), easel.unit, easel.horizon_y
    _hills(easel, far, y)
    near_hill = ridge_line(easel, y - 0.4 * unit, 1.8, 40, 2)
    grove(easel, middle, at(near_hill), round(12 * easel.width / 1280) + 4, (6, 12), 0.30, "leaf", firs=0.2)
    meadow = easel.mask().under(near_hill)
    light = easel.light
    grass = light.covered(MATERIALS["meadow"])
    middle.lay(meadow, shaded_ground(easel, grass, grass * 0.97, key_field(easel)), mottle=0.05)
    top = FAR_BANK * easel.height
    bank = ridge_line(easel, top, 0.8, 46, 2)
    _bushes(easel, middle, bank)
    water(easel, middle, top, SHORE * easel.height + 6 * unit)
    _bank_edge(easel, middle, bank + 0.4 * unit, far_side=True)
    _reflections(easel, middle, top + 0.8 * unit, 5)
    near_bank(easel)


def _hills(easel: Easel, far: Plane, y: float) -> None:
    """Two ranges of wooded hills in the distance."""
    unit = easel.unit
    hill(easel, far, ridge_line(easel, y - 9 * unit, 4.0, 46, 3), "pine", 0.72)
    second = ridge_line(easel, y - 4.6 * unit, 2.6, 34, 3)
    line = easel.mask()
    treeline(easel, line, second, 2.4, firs=True)
    far.lay(line, easel.tone("leaf", 0.58, 0.4, snow=0.4))
    hill(easel, far, second, "hill", 0.5)
    mist(easel, far, y - 1.2 * unit, 4.0, 0.5)


def _far_shore(easel: Easel, plane: Plane, y: float) -> None:
    """A thin line of grass between far trees and the water."""
    mask = easel.mask()
    line = ridge_line(easel, y, 0.25, 30, 2)
    thick = easel.unit * 0.7
    points = [*zip(easel.columns(), line - thick), *reversed(list(zip(easel.columns(), line + 0.3 * thick)))]
    mask.polygon(points)
    plane.lay(mask, easel.tone("meadow", 0.38, 0.75, snow=1.0), 0.9, soft_px=0.8)


def _bushes(easel: Easel, plane: Plane, bank: np.ndarray) -> None:
    """Bushes and tall grass along the far bank."""
    rng, unit = easel.rng, easel.unit
    foliage = Foliage(easel)
    for _ in range(round(7 * easel.width / 1280) + 2):
        x = rng.uniform(0.02, 0.98) * (easel.width - 1)
        bush(foliage, x, float(bank[int(x)]) + 0.4 * unit, unit * rng.uniform(3.0, 6.0))
    foliage.paint(plane, "leaf", 0.26)


def _bank_edge(easel: Easel, plane: Plane, line: np.ndarray, far_side: bool) -> None:
    """The earth of a bank between grass and water, and the shade that it throws on the water."""
    unit = easel.unit
    rows = easel.rows()[:, None]
    thick = (0.9 if far_side else 1.5) * unit
    earth = smoothstep(0, 1, 1 - np.abs(rows - line[None]) / thick).astype(np.float32)
    plane.lay(earth, easel.tone("earth", 0.2 if far_side else 0.0, 0.5, snow=0.7), 0.85, mottle=0.06)
    if far_side:
        below = rows - line[None]
        shade = (np.exp(-np.maximum(below, 0) / (2.2 * unit)) * (below > 0)).astype(np.float32)
        plane.lay(shade, easel.tone("deep", 0.1, 0.35), 0.40)


def _reflections(easel: Easel, plane: Plane, top: float, reach: float) -> None:
    """The green of the far shore in the water, broken by ripples, weaker towards the viewer."""
    unit = easel.unit
    rows = easel.rows()[:, None]
    depth = (rows - top) / (reach * unit)
    fade = np.clip(1 - depth, 0, 1) ** 1.6 * (rows >= top) * (rows < SHORE * easel.height)
    broken = smoothstep(-0.6, 0.9, easel.noise(2.2, 2, stretch=9.0))
    plane.lay((fade * broken).astype(np.float32), easel.tone("leaf", 0.4, 0.35, snow=0.3), 0.5)


def near_bank(easel: Easel) -> None:
    """A bank of grass before the water, with an edge of earth, stones, reeds at the sides, flowers."""
    unit, ground, light = easel.unit, easel.plane("ground"), easel.light
    shore = ridge_line(easel, SHORE * easel.height, 1.5, 48, 2)
    mask = easel.mask().under(shore)
    far, near = light.covered(MATERIALS["meadow"]), light.covered(MATERIALS["grass"], 0.96) * 0.97
    ground.lay(mask, shaded_ground(easel, far, near, 0.94 * key_field(easel), 0.12), mottle=0.06)
    _bank_edge(easel, ground, shore, far_side=False)
    crest = smoothstep(0, 1, 1 - np.abs(easel.rows()[:, None] - shore[None] - 1.6 * unit) / (1.1 * unit))
    ground.lay(crest.astype(np.float32), mix(easel.tone("meadow", 0.1, 1.0, snow=1), light.orb, 0.25), 0.45)
    _grass(easel, ground, shore)
    _stones(easel, ground, shore)
    _reeds(easel, easel.plane("near"))
    fringe(easel, easel.plane("near"))


def _grass(easel: Easel, plane: Plane, shore: np.ndarray) -> None:
    """Tufts of grass and small flowers on the near bank, larger towards the viewer."""
    rng, unit = easel.rng, easel.unit
    dark, lit, petals = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(230 * easel.width / 1280) + 60):
        x, t = rng.uniform(0, 1) * (easel.width - 1), rng.random() ** 0.8
        foot = float(shore[int(x)]) + (0.05 + 0.95 * t) * (easel.height - float(shore[int(x)]))
        tall = unit * (1.0 + 2.6 * t) * rng.uniform(0.6, 1.2)
        for lean in (-0.35, 0.0, 0.35):
            target = dark if rng.random() < 0.6 else lit
            blade(
                target, x + lean * tall * 0.6, foot, tall * rng.uniform(0.7, 1.0), lean * tall, unit * (0.1 + 0.1 * t)
            )
        if rng.random() < 0.12 and not easel.light.snow_cover:
            petals.disc(x + rng.normal(0, 1) * unit, foot - tall, unit * (0.25 + 0.3 * t))
    plane.lay(dark, easel.tone("leaf", 0.02, 0.45, snow=0.5), 0.5)
    plane.lay(lit, easel.tone("meadow", 0.0, 1.0, snow=0.7), 0.6)
    plane.lay(petals, easel.tone(FLOWERS[int(rng.integers(len(FLOWERS)))], 0.0, 0.9), 0.95)


def _stones(easel: Easel, plane: Plane, shore: np.ndarray) -> None:
    """Stones along the edge of the water."""
    rng, unit = easel.rng, easel.unit
    dark, body, lit = easel.mask(), easel.mask(), easel.mask()
    for _ in range(round(18 * easel.width / 1280) + 4):
        x = rng.uniform(0, 1) * (easel.width - 1)
        y = float(shore[int(x)]) + rng.uniform(-0.6, 0.9) * unit
        size = unit * rng.uniform(0.5, 1.5)
        dark.ellipse(x, y + 0.35 * size, size * 1.15, size * 0.5)
        body.ellipse(x, y, size, size * 0.62)
        lit.ellipse(x + easel.toward * size * 0.25, y - size * 0.2, size * 0.5, size * 0.28)
    plane.lay(dark, easel.tone("earth", 0, 0.15), 0.5)
    plane.lay(body, easel.tone(rgb("#9a958c"), 0.05, 0.75, snow=0.6))
    plane.lay(lit, easel.tone(rgb("#c9c4b8"), 0.0, 1.0, snow=0.8), 0.7)


def _reeds(easel: Easel, plane: Plane) -> None:
    """Reeds with brown heads at both sides of the picture, in front."""
    rng, unit = easel.rng, easel.unit
    dark, light, heads = easel.mask(), easel.mask(), easel.mask()
    for side in (0.0, 1.0):
        for _ in range(17):
            away = abs(rng.normal(0, 0.055))
            x = (side + (away if side == 0 else -away)) * easel.width
            foot, tall = easel.height * rng.uniform(0.90, 1.02), unit * rng.uniform(13, 24)
            lean = unit * rng.normal(0, 2.2)
            t = np.linspace(0, 1, 10)
            line_x, line_y = x + lean * t**1.8, foot - tall * t
            half = unit * 0.30 * (1 - 0.85 * t)
            target = dark if rng.random() < 0.55 else light
            target.between((line_x - half, line_y), (line_x + half, line_y))
            if rng.random() < 0.32:
                heads.ellipse(float(line_x[-1]), float(line_y[-1]), 0.55 * unit, 1.9 * unit)
    plane.lay(dark, easel.tone("leaf", 0.0, 0.35, snow=0.3))
    plane.lay(light, easel.tone("grass", 0.0, 0.75, snow=0.4))
    plane.lay(heads, easel.tone(rgb("#6b4226"), 0.0, 0.6))


def _lilies(easel: Easel, plane: Plane, top: float) -> None:
    """Leaves of water lilies near the bank, some with a flower."""
    rng, unit = easel.rng, easel.unit
    shade, leaves, flowers = easel.mask(), easel.mask(), easel.mask()
    for _ in range(4):
        centre = easel.width * rng.uniform(0.04, 0.96)
        level = SHORE * easel.height - unit * rng.uniform(3.5, 7.0)
        for _leaf in range(int(rng.integers(3, 7))):
            x, y = centre + rng.normal(0, 4.5) * unit, level + rng.normal(0, 1.0) * unit
            if y < top:
                continue
            size = unit * rng.uniform(0.9, 1.7)
            shade.ellipse(x, y + 0.25 * size, size * 1.05, size * 0.34)
            leaves.ellipse(x, y, size, size * 0.32)
            if rng.random() < 0.28 and not easel.light.snow_cover:
                for turn in (-0.5, 0.0, 0.5):
                    flowers.ellipse(x + turn * size * 0.5, y - size * 0.3, size * 0.2, size * 0.34, turn * 50)
    plane.lay(shade, easel.tone("deep", 0.1, 0.2), 0.4)
    plane.lay(leaves, easel.tone(rgb("#6fa35a"), 0.05, 0.85, snow=0.3), 0.95)
    plane.lay(flowers, easel.tone(rgb("#f6dbe6"), 0.02, 1.0), 0.95)
