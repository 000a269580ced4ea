"""Generators of land: ridges with woods, mist, peaks, dunes, and grounds of every kind with what lies on them. Lengths are units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pipelines.painting.brush import Mask, Plane, line_noise, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.easel import Easel, generator, shaded_ground, sun_pool
from pipelines.scenes.patterns import pave_ground
from pipelines.scenes.plants import Foliage, grove, treeline, tufts
from pipelines.scenes.shapes import rectangle

Pair = tuple[float, float]


def ridge_line(easel: Easel, base: float, rise: float, cell: float, octaves: int = 3, fall: float = 0.45) -> np.ndarray:
    """y of a ridge for every column; `base` pixels, `rise` and `cell` in units."""
    return base - rise * easel.unit * line_noise(easel.rng, easel.width, cell * easel.unit, octaves, fall)


def at(ridge: np.ndarray) -> Callable[[float], float]:
    """A ridge as a function of x."""
    return lambda x: float(ridge[int(np.clip(x, 0, len(ridge) - 1))])


def clip_to(mask: Mask, other: Mask) -> Mask:
    """The mask where the other one is too."""
    np.minimum(mask.cover, other.cover, out=mask.cover)
    return mask


def near_line(easel: Easel, line: np.ndarray, lift: float, reach: float) -> np.ndarray:
    """1 on a line that lies `lift` units below another, 0 from `reach` units away: [height,width]."""
    away = np.abs(easel.rows()[:, None] - line[None] - lift * easel.unit) / (reach * easel.unit)
    return smoothstep(0, 1, 1 - away).astype(np.float32)


def hill(easel: Easel, plane: Plane, ridge: np.ndarray, material: str, depth: float, mottle: float = 0.06) -> None:
    """A hill: light on its crown, shade towards its foot, drawn-out passages of light."""
    mask = easel.mask().under(ridge)
    top, reach = float(ridge.min()), 16 * easel.unit
    crown = mix(easel.tone(material, depth, 1.0, snow=1.0), easel.light.orb, 0.05)
    foot = easel.tone(material, min(0.95, depth + 0.06), 0.55, snow=1.0)
    plane.lay(mask, easel.fade(crown, foot, top, top + reach), mottle=mottle)
    bands = smoothstep(0.2, 1.6, easel.noise(14, 3, stretch=3.2)) * (mask.cover / np.float32(255))
    plane.lay(bands, mix(crown, easel.light.orb, 0.16), 0.45)


@generator("ridge")
def paint_ridge(
    easel: Easel,
    lift: float,
    rise: float,
    plane: Plane | None = None,
    cell: float = 40,
    octaves: int = 3,
    material: str = "hill",
    depth: float = 0.5,
    wood: float = 0.0,
    grove_of: Sequence[int] = (),
    tall: Pair = (6, 12),
    firs: float = 0.3,
    bow: float = 0.0,
) -> None:
    """A range of hills `lift` above the horizon: a far wood on it of trees that tall, or a grove of so many trees."""
    plane = plane or easel.plane("far")
    line = ridge_line(easel, easel.horizon_y - lift * easel.unit, rise, cell, octaves)
    line = (line - bow * easel.unit * (2 * np.abs(easel.columns() / easel.width - 0.5)) ** 2).astype(np.float32)
    if wood:
        mask = easel.mask()
        treeline(easel, mask, line, wood, firs=firs >= 0.5)
        plane.lay(mask, easel.tone("leaf" if firs < 0.5 else "pine", min(0.9, depth + 0.06), 0.4, snow=0.4))
    if grove_of:
        count = round(grove_of[0] * easel.width / 1280) + grove_of[1]
        grove(easel, plane, at(line), count, (tall[0], tall[1]), depth, "leaf", firs)
    hill(easel, plane, line, material, depth)


@generator("mist")
def paint_mist(easel: Easel, lift: float, reach: float, strength: float, plane: Plane | None = None) -> None:
    """A band of haze that lies at a height."""
    plane = plane or easel.plane("far")
    rows, y = easel.rows()[:, None], easel.horizon_y - lift * easel.unit
    band = np.exp(-(((rows - y) / (reach * easel.unit)) ** 2)) * np.ones((1, easel.width), np.float32)
    band *= np.clip(plane.alpha[..., 0], 0, 1)
    plane.lay(band * min(1.0, strength * easel.light.haze_strength), easel.light.haze)


def key_field(easel: Easel, patches: float = 0.30) -> np.ndarray:
    """Where light falls on the ground: drawn-out patches, brighter towards the sun: [height,width]."""
    bright = 0.72 + patches * easel.noise(17, 3, stretch=3.6)
    return bright + 0.25 * sun_pool(easel, easel.light.orb_at[0] * easel.width, easel.horizon_y, 0.65 * easel.width)


@generator("green")
def paint_green(
    easel: Easel, far: str = "meadow", near: str = "grass", count: int = 520, top: float = 0.0, dome: float = 0.0
) -> None:
    """A meadow from the horizon, or from the share `top` of the height, to the lower edge, with swells and tufts; a `dome` is highest in the middle."""
    plane, light, unit = easel.plane("ground"), easel.light, easel.unit
    saved, easel.horizon_y = easel.horizon_y, top * easel.height or easel.horizon_y
    ridge = ridge_line(easel, easel.horizon_y, 0.9, 60, 2)
    ridge = (ridge + dome * unit * (2 * np.abs(easel.columns() / easel.width - 0.5)) ** 2).astype(np.float32)
    mask = easel.mask().under(ridge)
    material, below = light.covered(MATERIALS[far]), light.covered(MATERIALS[near], 0.96) * 0.97
    plane.lay(mask, shaded_ground(easel, material, below, key_field(easel), (0.10 if top else 0.45)), mottle=0.05)
    crest = near_line(easel, ridge, 0.6, 0.9) * (mask.cover / np.float32(255))
    plane.lay(crest, mix(easel.tone(far, 0.3 if not top else 0.05, 1.0, snow=1), light.orb, 0.3), 0.5)
    if not top:
        _swells(easel, plane, near)
    easel.horizon_y += dome * unit
    tufts(easel, plane, round(count * easel.width / 1280) + 120, near if not light.snow_cover else "meadow")
    easel.horizon_y = saved


def _swells(easel: Easel, plane: Plane, material: str) -> None:
    """Low swells of the ground, one before the other: a lit crest, and shade where the one behind dips down to it."""
    unit = easel.unit
    for t in (0.10, 0.24, 0.44, 0.70):
        level = easel.horizon_y + t * (easel.height - easel.horizon_y)
        below = easel.rows()[:, None] - ridge_line(easel, level, 1.3 + 2.6 * t, 52, 2, 0.3)[None]
        reach = (2.2 + 9 * t) * unit
        shade = np.exp(np.minimum(below, 0) / reach) * (below <= 0)
        rise = np.exp(-np.maximum(below, 0) / (reach * 1.5)) * np.clip(below + 0.5, 0, 1)
        part = 0.5 + 0.5 * np.sin(easel.columns() / easel.width * 9 + t * 23 + level)  # a swell fades along its length
        away = 0.34 * (1 - t) ** 2
        lit = mix(easel.tone(material, away, 1.0, snow=1), easel.light.orb, 0.22)
        plane.lay((shade * part[None]).astype(np.float32), easel.tone(material, away, 0.22, snow=0.95), 0.30)
        plane.lay((rise * part[None]).astype(np.float32), lit, 0.34)


@generator("path")
def paint_path(easel: Easel, material: str = "path", share: float = 1.0) -> None:
    """A path from the lower edge to the horizon, narrowing as it goes; `share` is how often it is there."""
    rng, plane = easel.rng, easel.plane("ground")
    if share < 1 and rng.random() >= share:
        return
    t = np.linspace(0, 1, 46)
    y = easel.horizon_y + (easel.height * 1.04 - easel.horizon_y) * t**1.55
    start, bend = rng.uniform(0.34, 0.66), rng.uniform(-0.16, 0.16)
    sway = start + bend * np.sin(t * 4.2 + rng.uniform(0, 1)) * (0.25 + t) * 0.9 + (0.5 - start) * 0.5 * t
    middle, half = easel.width * sway, easel.unit * (0.5 + 9.0 * t**1.5) * (1 + 0.05 * np.sin(t * 11 + start * 9))
    mask = easel.mask().between((middle - half, y), (middle + half, y))
    far, near = easel.tone(material, 0.32, 0.9, snow=0.85), easel.tone(material, 0, 0.85, snow=0.85)
    plane.lay(mask, easel.fade(far, near, easel.horizon_y, easel.height), 0.9, mottle=0.08, soft_px=0.9)
    edge = easel.mask().between((middle + half * 0.45 * -easel.toward, y), (middle + half * 1.0 * -easel.toward, y))
    plane.lay(edge, easel.tone("earth", 0.1, 0.3, snow=0.6), 0.22, soft_px=easel.unit * 0.7)


@generator("road")
def paint_road(
    easel: Easel,
    material: str = "asphalt",
    ends: tuple[Pair, Pair] = ((0.5, 2), (0.5, 56)),
    top: float = 0.0,
    low: float = 1.02,
    lines: Sequence[Sequence[Any]] = (
        (-0.92, 0.03, 0, "#f1ece0"),
        (0, 0.025, 9, "#f1ece0"),
        (0.92, 0.03, 0, "#f1ece0"),
    ),
) -> None:
    """A straight road with lines: `ends` are the middle (a share of the width) and half the breadth (units) far off and near; a line is
    how far from the middle (-1 to 1), how thick, of how many dashes (0: whole), and its colour.
    """
    high, foot, ((x0, far), (x1, near)) = top * easel.height or easel.horizon_y, low * easel.height, ends

    def at(share: float, t: float) -> tuple[float, float]:
        half = (far + (near - far) * t) * easel.unit
        return (x0 + (x1 - x0) * t) * easel.width + share * half, high + (foot - high) * t

    tone = easel.tone(rgb(material) if material.startswith("#") else material, 0.08, 0.85, snow=0.6)
    easel.plane("ground").lay(easel.mask().convex([at(-1, 0), at(1, 0), at(1, 1), at(-1, 1)]), tone, mottle=0.05)
    for share, thick, dashes, colour in lines:
        mask, steps = easel.mask(), np.linspace(0, 1, 2 * int(dashes) + 2) ** 2
        for a, b in steps.reshape(-1, 2):
            mask.convex([at(share - thick, a), at(share + thick, a), at(share + thick, b), at(share - thick, b)])
        easel.plane("ground").lay(mask, easel.tone(rgb(colour), 0.05, 0.9, snow=0.6), 0.9)


@generator("earth")
def paint_earth(
    easel: Easel,
    far: str,
    near: str,
    plane: Plane | None = None,
    rise: float = 1.0,
    top: float = 0.0,
    patches: float = 0.24,
) -> None:
    """A ground of one material far off and another near, from the horizon or from the share `top` of the height."""
    plane = plane or easel.plane("ground")
    saved, easel.horizon_y = easel.horizon_y, top * easel.height or easel.horizon_y
    mask = easel.mask().under(ridge_line(easel, easel.horizon_y + easel.unit, rise, 66, 2))
    begin, end = (easel.light.covered(MATERIALS[name]) for name in (far, near))
    plane.lay(mask, shaded_ground(easel, begin, end, key_field(easel, patches), 0.15 if top else 0.45), mottle=0.05)
    easel.horizon_y = saved


@generator("paving")
def paint_paving(
    easel: Easel,
    near: str = "paving",
    size: float = 9,
    rows: int = 7,
    shift: float = 0.0,
    top: float = 0.0,
    line: str = "",
) -> None:
    """A paved ground, stones, slabs or planks in perspective; a `line` is along its far edge."""
    plane, light, y = easel.plane("ground"), easel.light, top * easel.height or easel.horizon_y
    saved, easel.horizon_y = easel.horizon_y, y
    mask = easel.mask().convex(rectangle(-2, y, easel.width + 2, easel.height + 2))
    stone = light.covered(MATERIALS[near], 0.9)
    plane.lay(mask, shaded_ground(easel, stone, stone * 0.97, key_field(easel, 0.2), 0.12), mottle=0.06)
    second, joints = pave_ground(easel, y, size, rows, shift)
    plane.lay(second, easel.tone(stone * 0.9, 0.05, 0.8), 0.35, mottle=0.06)
    plane.lay(joints, easel.tone(stone * 0.62, 0.05, 0.5), 0.5)
    if light.weather == "rain" or light.lamps > 0.6:
        paint_puddles(easel, 0.6 if light.weather == "rain" else 0.22)
    kerb = easel.mask().convex(rectangle(-2, y - 0.4 * easel.unit, easel.width + 2, y + 0.9 * easel.unit))
    plane.lay(kerb, easel.tone(rgb(line) if line else stone, 0.1, 1.0, snow=0.9), 0.9)
    easel.horizon_y = saved


@generator("puddles")
def paint_puddles(easel: Easel, strength: float = 0.6) -> None:
    """Flat passages that mirror the sky and the lamps."""
    level = easel.rows()[:, None] > easel.horizon_y + 4 * easel.unit
    wet = smoothstep(0.55, 1.2, easel.noise(12, 2, stretch=4.5)) * level
    colour = mix(easel.light.sky[-2][1], MATERIALS["lamp"], 0.35 * easel.light.lamps)
    easel.plane("ground").lay(wet.astype(np.float32), colour, strength, soft_px=1.0)


@generator("scatter")
def paint_scatter(
    easel: Easel,
    marks: Sequence[dict[str, Any]],
    count: int = 160,
    size: Pair = (0.3, 0.9),
    plane: Plane | None = None,
    top: float = 0.0,
    nearest: float = 1.0,
    farthest: float = 0.03,
    turned: float = 0.0,
) -> None:
    """Small things all over the ground, smaller far away: of each, ellipses `at` so far from it, `half` so large, in a colour by chance."""
    plane, rng, unit = plane or easel.plane("ground"), easel.rng, easel.unit
    saved, easel.horizon_y = easel.horizon_y, top * easel.height or easel.horizon_y
    places = [*zip(*easel.ground_points(round(count * easel.width / 1280) + 8, nearest, farthest))]
    easel.horizon_y = saved
    masks = [[easel.mask() for _ in mark["colours"]] for mark in marks]
    for x, y, near in places:
        r, turn = unit * near * rng.uniform(*size), rng.uniform(-turned, turned)
        for mark, of_colour in zip(marks, masks):
            (dx, dy), (a, b) = mark.get("at", (0, 0)), mark["half"]
            mask = of_colour[int(rng.integers(len(of_colour)))]
            mask.ellipse(x + easel.toward * dx * r, y + dy * r, max(0.4, a * r), max(0.35, b * r), turn)
    for mark, of_colour in zip(marks, masks):
        for colour, mask in zip(mark["colours"], of_colour):
            tone = easel.tone(rgb(colour), mark.get("depth", 0.05), mark.get("key", 0.8), mark.get("snow", 0.4))
            plane.lay(mask, tone, mark.get("opacity", 0.9), soft_px=mark.get("soft", 0) * unit)


@generator("pebbles")
def paint_pebbles(
    easel: Easel,
    count: int = 110,
    size: Pair = (0.4, 1.3),
    colours: Sequence[str] = ("#9a958c", "#8a8378"),
    top: float = 0.0,
) -> None:
    """Stones, leaves or the like, each with a shadow and a lit side."""
    shadow = {"colours": ["#2a2620"], "at": [0, 0.45], "half": [1.15, 0.4], "key": 0.2, "opacity": 0.35}
    body = {"colours": colours, "half": [1, 0.58], "key": 0.6}
    lit = {"colours": ["#d8d0c4"], "at": [0.25, -0.2], "half": [0.5, 0.24], "key": 1.0, "opacity": 0.4}
    paint_scatter(easel, (shadow, body, lit), count, size, top=top, turned=12)


@generator("drifts")
def paint_drifts(easel: Easel) -> None:
    """Blue hollows and glitter on snow."""
    ground = easel.plane("ground")
    hollows = smoothstep(0.5, 1.8, -easel.noise(12, 3, stretch=5.5)) * ground.alpha[..., 0]
    ground.lay(hollows.astype(np.float32), easel.tone("snow", 0.05, 0.05), 0.55)
    glitter = easel.mask()
    for px, py, s in zip(*easel.ground_points(160)):
        glitter.disc(px, py, easel.unit * 0.16 * s + 0.3, 220)
    ground.lay(glitter, mix(rgb("#ffffff"), easel.light.orb, 0.4), 0.75)


@generator("rows")
def paint_rows(
    easel: Easel,
    colours: Sequence[str],
    earth: str = "",
    size: Pair = (1.6, 1.5),
    step: float = 9.0,
    top: float = 0.0,
    low: float = 1.02,
) -> None:
    """Rows of plants that run towards the horizon: vines, tea, rice, vegetables, flowers."""
    rng, unit, ground = easel.rng, easel.unit, easel.plane("ground")
    y0, y1 = top * easel.height or easel.horizon_y + unit, low * easel.height
    furrows = easel.mask()
    bodies, lights = [easel.mask() for _ in colours], [easel.mask() for _ in colours]
    for level in (y0 + (y1 - y0) * np.linspace(0, 1, 34) ** 1.5).tolist():
        t = (level - y0) / (y1 - y0)
        s = 0.16 + 0.84 * t
        for column in range(-16, 17):
            x = easel.width / 2 + column * step * unit * (0.25 + 1.5 * t)
            if not -8 * unit < x < easel.width + 8 * unit:
                continue
            furrows.ellipse(x, level + 0.6 * unit * s, size[0] * 1.6 * unit * s, 0.9 * unit * s)
            number, a, b = column % len(colours), size[0] * unit * s * rng.uniform(0.8, 1.2), size[1] * unit * s
            bodies[number].ellipse(x, level - 0.5 * b, a, b * rng.uniform(0.8, 1.1))
            lights[number].ellipse(x + easel.toward * 0.25 * a, level - 0.85 * b, 0.55 * a, 0.5 * b)
    if earth:
        ground.lay(furrows, easel.tone(earth, 0.1, 0.6, snow=0.8), 0.8, mottle=0.08)
    for colour, body, lit in zip(colours, bodies, lights):
        ground.lay(body, easel.tone(rgb(colour), 0.08, 0.55, snow=0.6), 0.95, mottle=0.08)
        ground.lay(lit, mix(easel.tone(rgb(colour), 0.05, 1.0, snow=0.8), easel.light.orb, 0.2), 0.75)


FIELDS = ("#a9c25c", "#d9c36a", "#8fb26a", "#c9a85e", "#9cc05a", "#b5c98a")


@generator("patchwork")
def paint_patchwork(
    easel: Easel, plane: Plane | None = None, lift: float = 0.0, low: float = 20, river: bool = True
) -> None:
    """A patchwork of fields with hedges, and a river, seen from above: from `lift` above the horizon to `low` below it."""
    plane, rng, unit = plane or easel.plane("far"), easel.rng, easel.unit
    y = easel.horizon_y - lift * unit
    base = easel.mask().under(np.full(easel.width, y, np.float32))
    plane.lay(base, easel.tone("meadow", 0.5, 0.9, snow=1.0), mottle=0.05)
    hedges = easel.mask()
    level, tall = y + 0.3 * unit, 1.5 * unit
    while level < y + low * unit:
        depth = max(0.16, 0.44 - 0.024 * (level - y) / unit)
        x = -rng.uniform(0, 12) * unit
        while x < easel.width:
            end, lean = x + rng.uniform(6, 13) * tall, rng.normal(0, 1.2) * unit
            corners = [(x, level), (end, level + rng.normal(0, 0.1) * unit), (end + lean, level + tall)]
            plot = easel.mask().convex([*corners, (x + lean, level + tall)])
            tone = easel.tone(rgb(FIELDS[int(rng.integers(len(FIELDS)))]), depth, 0.9, snow=1.0)
            plane.lay(plot, tone, 0.85, mottle=0.05)
            for px in np.arange(x, end, 0.22 * tall) if rng.random() < 0.6 else ():
                hedges.disc(px, level + 0.05 * tall, tall * rng.uniform(0.06, 0.13) + 0.2)
            x = end
        level, tall = level + tall, tall * 1.28
    plane.lay(hedges, easel.tone("leaf", 0.36, 0.35, snow=0.5), 0.85)
    if river:
        t = np.linspace(0, 1, 40)
        middle = easel.width * (0.62 + 0.16 * np.sin(t * 7.0) * (0.3 + t) - 0.25 * t)
        half, rows = unit * (0.25 + 2.6 * t**1.4), y + 0.6 * unit + low * unit * t
        water = easel.mask().between((middle - half, rows), (middle + half, rows))
        plane.lay(water, mix(easel.tone("water", 0.4, 1.0), easel.light.sky[-2][1], 0.55), 0.95)


@generator("trees")
def paint_trees(
    easel: Easel,
    kind: str,
    at: Sequence[tuple[float, float, float]],
    leaf: str = "leaf",
    depth: float = 0.08,
    plane: Plane | None = None,
    fruit: str = "",
) -> None:
    """Trees or bushes by hand: each the share of the width, units below the horizon, and how tall it is."""
    from pipelines.scenes import plants

    unit, foliage, apples = easel.unit, Foliage(easel), easel.mask()
    for share, level, tall in at:
        x, foot = share * easel.width, easel.horizon_y + level * unit
        getattr(plants, kind)(foliage, x, foot, tall * unit)
        for _ in range(17 if fruit and not easel.light.snow_cover else 0):
            turn, reach = easel.rng.uniform(0, 2 * np.pi), 0.27 * tall * unit * np.sqrt(easel.rng.random())
            apples.disc(x + np.cos(turn) * reach, foot - 0.62 * tall * unit + np.sin(turn) * reach * 0.85, 0.95 * unit)
    foliage.paint(plane or easel.plane("ground"), rgb(leaf) if leaf.startswith("#") else leaf, depth)
    if fruit:
        easel.plane("ground").lay(apples, easel.tone(rgb(fruit), 0.04, 0.85), 0.97)
