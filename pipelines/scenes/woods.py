"""Painter of the inside of a wood: trunks one behind the other in bright air, leaves above, a floor with pools of light."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import Plane, gradient, mix, rgb, smoothstep
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.easel import Easel, shaded_ground, sun_pool
from pipelines.scenes.plants import Foliage, bush, fringe, heap, palm, tufts
from pipelines.scenes.sky import stars


def forest(easel: Easel) -> None:
    """A clearing between trees, light falling in from the side of the sun."""
    light, unit, y = easel.light, easel.unit, easel.horizon_y
    sky = easel.plane("sky")
    fresh, leaves = easel.tone("fresh", 0.2, 0.9, snow=0.6), easel.tone("leaf", 0.3, 0.6, snow=0.5)
    air = _air(easel, sky, 0.35, (fresh, 0.42), (leaves, 0.6))
    source = (0.3 if light.from_left else 0.7) * easel.width
    if light.hour == "night" and light.weather == "clear":
        stars(easel, sky, 110, y * 0.6)
    _pool(easel, sky, source, y * 0.62, 0.75)
    far, middle, ground, near = (easel.plane(name) for name in ("far", "middle", "ground", "near"))
    _leafy_top(easel, far, 0.62, y * 0.34, 11, air)
    _trunks(easel, far, 26, y, (0.5, 1.1), 0.80, air)
    _trunks(easel, far, 15, y + unit, (0.9, 1.7), 0.58, air)
    _undergrowth(easel, far, y + 0.5 * unit, 26, 6, 0.60, air)
    _leafy_top(easel, middle, 0.34, y * 0.24, 12, air)
    _trunks(easel, middle, 8, y + 3.5 * unit, (1.8, 3.0), 0.32, air)
    _undergrowth(easel, middle, y + 2.5 * unit, 16, 8, 0.34, air)
    _floor(easel, ground, source)
    vapour = _vapour(easel) * np.clip(0.75 + 0.3 * easel.noise(14, 2, stretch=4), 0, 1)
    ground.lay((vapour * 0.62).astype(np.float32), air)
    _beams(easel, ground, source)
    _frame(easel, near)


def _air(
    easel: Easel, sky: Plane, sun: float, near: tuple[np.ndarray, float], above: tuple[np.ndarray, float]
) -> np.ndarray:
    """Fill the sky with what is seen between trees, and give the air at the horizon: it glows by the `sun`, each tint with its share."""
    light = easel.light
    air = mix(mix(light.sky[-1][1], light.orb, sun if light.hour != "night" else 0.0), *near)
    if light.hour == "night":
        air = mix(air, light.sky[1][1], 0.72)
    top = mix(light.sky[0][1], *above)
    sky.fill(gradient(easel.height, ((0, top), (0.30, mix(air, top, 0.35)), (0.55, air), (1, air))), mottle=0.03)
    return air


def _pool(easel: Easel, sky: Plane, x: float, y: float, strength: float) -> None:
    """The light of sun or moon through the leaves."""
    night = easel.light.hour == "night"
    colour = mix(easel.light.orb, rgb("#9fb6e6"), 0.9 if night else 0.0)
    sky.glow(sun_pool(easel, x, y, 42 * easel.unit) * (0.30 if night else strength), colour)


def _vapour(easel: Easel) -> np.ndarray:
    """How dense the vapour over the ground is, by rows [h,1]."""
    rows = easel.rows()[:, None]
    return np.exp(-(((rows - easel.horizon_y - 2.5 * easel.unit) / (4.0 * easel.unit)) ** 2))


def _veil(easel: Easel, material: str | np.ndarray, depth: float, key: float, air: np.ndarray) -> np.ndarray:
    return mix(
        easel.tone(material, 0.0, key, snow=0.4), air, min(0.95, depth * (0.8 + 0.2 * easel.light.haze_strength))
    )


def _trunks(
    easel: Easel, plane: Plane, count: int, foot: float, half: tuple[float, float], depth: float, air: np.ndarray
) -> None:
    rng, unit, toward = easel.rng, easel.unit, easel.toward
    wood, lit = easel.mask(), easel.mask()
    places = (np.arange(count) + rng.uniform(-0.38, 0.38, count) + 0.5) / count
    for place in places:
        if depth < 0.5 and 0.30 < place < 0.70:
            continue  # the clearing stays open
        x, r = place * easel.width, unit * rng.uniform(*half)
        lean = rng.normal(0, 2.2) * unit
        base = foot + rng.uniform(-0.6, 1.6) * unit
        t = np.linspace(0, 1, 9)
        sway = np.sin(t * 3 + place * 20) * r * 0.5
        width = r * (1 - 0.42 * t) + r * 1.1 * np.exp(-t * 16)
        spine, level = x + lean * t + sway, base - (base + 10) * t
        wood.between((spine - width, level), (spine + width, level))
        edge = [*zip(spine + toward * width * 0.30, level), *reversed(list(zip(spine + toward * width * 0.95, level)))]
        lit.polygon(edge)
        if rng.random() < 0.7:
            side, high = rng.choice((-1, 1)), base - rng.uniform(0.45, 0.8) * base
            reach = r * rng.uniform(5, 10)
            wood.polygon([(x, high + r), (x + side * reach, high - reach * 0.6), (x, high - r * 0.4)])
    dark, bright = _veil(easel, "bark", depth, 0.15, air), _veil(easel, "bark", depth, 1.0, air)
    plane.lay(wood, easel.fade(mix(dark, air, 0.15), mix(dark, air, 0.32), 0, foot), mottle=0.06)
    plane.lay(lit, mix(bright, easel.light.orb, 0.22), 0.75, mottle=0.05, soft_px=0.8)


def _leafy_top(easel: Easel, plane: Plane, depth: float, low: float, size: float, air: np.ndarray) -> None:
    """Boughs that hang in from above, thinner in the middle."""
    rng, unit = easel.rng, easel.unit
    foliage = Foliage(easel)
    for _ in range(round(30 * easel.width / 1280) + 12):
        place = rng.random()
        dip = low * (0.45 + 0.75 * abs(place - 0.5) * 2) * rng.uniform(0.25, 1.05)
        heap(foliage, place * easel.width, dip - unit * size * 0.25, unit * size * rng.uniform(0.45, 0.9), easel.toward)
    _paint_veiled(easel, plane, foliage, "leaf", depth, air)


def _undergrowth(
    easel: Easel, plane: Plane, foot: float, count: int, size: float, depth: float, air: np.ndarray
) -> None:
    rng, unit = easel.rng, easel.unit
    foliage = Foliage(easel)
    for place in rng.random(count):
        bush(foliage, place * easel.width, foot + rng.uniform(-0.3, 1.2) * unit, unit * size * rng.uniform(0.7, 1.3))
    _paint_veiled(easel, plane, foliage, "moss" if depth < 0.5 else "leaf", depth, air)


def _paint_veiled(easel: Easel, plane: Plane, foliage: Foliage, leaf: str, depth: float, air: np.ndarray) -> None:
    plane.lay(foliage.shade, _veil(easel, leaf, depth, 0.1, air), mottle=0.07)
    plane.lay(foliage.middle, _veil(easel, leaf, depth, 0.6, air), 0.85, mottle=0.08)
    plane.lay(foliage.lit, mix(_veil(easel, "fresh", depth, 1.0, air), easel.light.orb, 0.15), 0.85)
    if easel.light.snow_cover:
        plane.lay(foliage.snow, _veil(easel, "snow", depth * 0.7, 0.9, air), 0.85)


def _floor(easel: Easel, plane: Plane, source: float) -> None:
    light, unit, y = easel.light, easel.unit, easel.horizon_y
    mask = easel.mask()
    ridge = y + 3.0 * unit - 1.1 * unit * np.cos(easel.columns() / easel.width * 6)
    mask.under(ridge.astype(np.float32))
    dapple = smoothstep(0.15, 1.3, easel.noise(8, 3, stretch=3.4))
    key = (
        0.34
        + 0.55 * dapple
        + 0.45 * sun_pool(easel, easel.width * 0.5, y + 0.35 * (easel.height - y), 0.36 * easel.width)
    )
    plane.lay(
        mask,
        shaded_ground(easel, light.covered(MATERIALS["fresh"], 0.9), light.covered(MATERIALS["moss"], 0.95), key, 0.35),
        mottle=0.08,
    )
    litter = easel.mask()
    x, height, size = easel.ground_points(240)
    for px, py, s in zip(x, height, size):
        if py > y + 4 * unit:
            litter.ellipse(px, py, unit * 0.42 * s, unit * 0.2 * s, easel.rng.uniform(-30, 30))
    if not light.snow_cover:
        plane.lay(litter, easel.tone("autumn", 0.05, 0.7), 0.5)
    tufts(easel, plane, 300, "leaf", 2.2, 0.3)
    _mushrooms(easel, plane)


def _mushrooms(easel: Easel, plane: Plane) -> None:
    rng, unit = easel.rng, easel.unit
    stem, cap, dots, lit = (easel.mask() for _ in range(4))
    for side in (-1, 1, -1, 1):
        t = rng.uniform(0.25, 0.7)
        x, foot = (
            easel.width * (0.5 + side * rng.uniform(0.30, 0.46)),
            easel.horizon_y + t * (easel.height - easel.horizon_y),
        )
        for _ in range(3):
            px, s = x + rng.normal(0, 2.4) * unit * t, unit * t * rng.uniform(1.2, 2.4)
            stem.polygon(
                [(px - s * 0.24, foot), (px - s * 0.16, foot - s), (px + s * 0.16, foot - s), (px + s * 0.24, foot)]
            )
            turn = np.linspace(np.pi, 2 * np.pi, 12)
            cap.polygon([*zip(px + np.cos(turn) * s * 0.85, foot - s * 0.8 + np.sin(turn) * s * 0.75)])
            lit.polygon(
                [*zip(px + easel.toward * s * 0.18 + np.cos(turn) * s * 0.5, foot - s * 0.98 + np.sin(turn) * s * 0.45)]
            )
            for dx, dy in ((-0.4, -1.0), (0.1, -1.3), (0.42, -0.98)):
                dots.ellipse(px + dx * s, foot + dy * s, s * 0.11, s * 0.08)
    plane.lay(stem, easel.tone("plaster", 0.05, 0.7))
    plane.lay(cap, easel.tone(rgb("#c9483c"), 0.05, 0.55, snow=0.8), mottle=0.04)
    plane.lay(lit, easel.tone(rgb("#e2674f"), 0.05, 1.0, snow=0.9), 0.6, soft_px=1.0)
    plane.lay(dots, easel.tone("foam", 0.05, 0.9))


def _beams(easel: Easel, plane: Plane, source: float) -> None:
    """Slanting beams from where the light comes in, over floor and trunks."""
    light, rng = easel.light, easel.rng
    if light.weather in ("rain", "fog"):
        return
    beams = easel.mask()
    for _ in range(7):
        x, spread = source + rng.normal(0.0, 0.16) * easel.width, rng.uniform(0.012, 0.04) * easel.width
        lean = -easel.toward * rng.uniform(0.16, 0.36) * easel.width
        beams.polygon(
            [
                (x - spread * 0.4, -4),
                (x + spread * 0.4, -4),
                (x + lean + spread * 2.0, easel.height * 0.86),
                (x + lean - spread * 1.4, easel.height * 0.86),
            ],
            int(rng.uniform(70, 170)),
        )
    t = easel.rows()[:, None] / easel.height
    fade = (smoothstep(0.0, 0.25, t) * (1 - smoothstep(0.5, 0.86, t))).astype(np.float32)
    colour = light.orb if light.hour != "night" else rgb("#b9ccff")
    plane.lay(
        beams.cover / np.float32(255) * fade,
        colour,
        {"day": 0.30, "dawn": 0.30, "sunset": 0.36, "night": 0.13}[light.hour],
        soft_px=easel.unit * 0.8,
    )


def _frame(easel: Easel, plane: Plane) -> None:
    """Two near trunks at the sides, boughs in the upper corners, ferns below."""
    rng, unit, toward = easel.rng, easel.unit, easel.toward
    wood, lit = easel.mask(), easel.mask()
    for side in (-1, 1):
        x, r = (0 if side < 0 else easel.width) + side * unit * rng.uniform(-3.0, 0.5), unit * rng.uniform(5.0, 7.0)
        t = np.linspace(0, 1, 14)
        width = r * (1 - 0.22 * t) + r * 1.0 * np.exp(-t * 9) + np.sin(t * 17) * r * 0.05
        spine, level = x + side * np.sin(t * 2.2) * unit * 2, easel.height * (1.02 - 1.06 * t)
        wood.between((spine - width, level), (spine + width, level))
    t = np.linspace(0, 1, 10)
    for _ in range(5):
        grain = (0 if toward > 0 else easel.width) + toward * unit * rng.uniform(0.5, 5.5)
        lit.line([*zip(grain + np.sin(t * 5) * unit * 0.5, easel.height * t)], 1, 120)
    foliage = Foliage(easel)
    for side in (-1, 1):
        for _ in range(8):
            place = abs(rng.normal(0, 0.14))
            heap(
                foliage,
                easel.width * (place if side < 0 else 1 - place),
                unit * rng.uniform(-3, 7) * max(0.2, 1 - place * 2.4),
                unit * rng.uniform(5, 9),
                toward,
            )
    plane.lay(wood, easel.tone("bark", 0.0, 0.1) * 0.72, mottle=0.10)
    plane.lay(lit, easel.tone("bark", 0.0, 0.8), 0.4)
    plane.lay(foliage.shade, easel.tone("leaf", 0, 0.05, snow=0.3) * 0.72, mottle=0.07)
    plane.lay(foliage.middle, easel.tone("leaf", 0, 0.35, snow=0.3) * 0.85, 0.9, mottle=0.08)
    plane.lay(foliage.lit, easel.tone("fresh", 0, 0.8, snow=0.4), 0.7)
    fringe(easel, plane, "leaf", 0.8, 11)


def jungle(easel: Easel) -> None:
    """A jungle: palms and tall trunks in bright green air, lianas, large leaves at the sides, flowers."""
    light, unit, y = easel.light, easel.unit, easel.horizon_y
    sky = easel.plane("sky")
    tint, leaves = easel.tone(rgb("#a8d06a"), 0.1, 0.95), easel.tone(rgb("#3f8a5a"), 0.2, 0.7)
    air = _air(easel, sky, 0.3, (tint, 0.55), (leaves, 0.7))
    source = (0.3 if light.from_left else 0.7) * easel.width
    _pool(easel, sky, source, y * 0.55, 0.7)
    far, middle, ground, near = (easel.plane(name) for name in ("far", "middle", "ground", "near"))
    _leafy_top(easel, far, 0.62, y * 0.34, 12, air)
    _trunks(easel, far, 15, y, (0.5, 1.1), 0.76, air)
    _palms(easel, far, 9, y + unit, (26, 40), 0.55, air)
    _undergrowth(easel, far, y + 0.5 * unit, 30, 8, 0.58, air)
    _leafy_top(easel, middle, 0.32, y * 0.26, 13, air)
    _palms(easel, middle, 5, y + 3.5 * unit, (34, 50), 0.28, air)
    _undergrowth(easel, middle, y + 2.5 * unit, 20, 10, 0.32, air)
    _floor(easel, ground, source)
    vapour = _vapour(easel) * np.ones((1, easel.width), np.float32)
    ground.lay((vapour * 0.5).astype(np.float32), air)
    _beams(easel, ground, source)
    _lianas(easel, near)
    _large_leaves(easel, near)


def _palms(
    easel: Easel, plane: Plane, count: int, foot: float, tall: tuple[float, float], depth: float, air: np.ndarray
) -> None:
    """Palms, not in the middle of the picture."""
    rng, unit = easel.rng, easel.unit
    foliage = Foliage(easel)
    for place in (np.arange(count) + rng.uniform(-0.3, 0.3, count) + 0.5) / count:
        if 0.36 < place < 0.64 and depth < 0.5:
            continue
        palm(foliage, place * easel.width, foot + rng.uniform(-0.5, 1.5) * unit, unit * rng.uniform(*tall))
    plane.lay(foliage.wood, _veil(easel, "bark", depth, 0.3, air), mottle=0.06)
    plane.lay(foliage.wood_lit, _veil(easel, "bark", depth, 0.9, air), 0.8)
    _paint_veiled(easel, plane, foliage, "leaf", depth, air)


def _lianas(easel: Easel, plane: Plane) -> None:
    """Creepers that hang from above, with leaves and red flowers."""
    rng, unit = easel.rng, easel.unit
    stems, leaves, lit, petals = (easel.mask() for _ in range(4))
    t = np.linspace(0, 1, 20)
    for share in (0.06, 0.17, 0.80, 0.93):
        x, low = share * easel.width, easel.height * rng.uniform(0.20, 0.42)
        spine = x + np.sin(t * 4 + share * 40) * 2.2 * unit
        stems.line([*zip(spine, t * low)], max(1, 0.5 * unit))
        for a, b in zip(spine[::2], (t * low)[::2]):
            side = rng.choice((-1, 1))
            (lit if rng.random() < 0.5 else leaves).ellipse(a + side * 1.5 * unit, b, 1.7 * unit, 0.8 * unit, side * 28)
        for turn in np.linspace(0, 2 * np.pi, 6)[:-1]:
            petals.ellipse(
                spine[-1] + np.cos(turn) * unit, low + np.sin(turn) * unit, 0.9 * unit, 0.6 * unit, np.degrees(turn)
            )
    plane.lay(stems, easel.tone("bark", 0.0, 0.2), 0.95)
    plane.lay(leaves, easel.tone("leaf", 0.0, 0.25))
    plane.lay(lit, easel.tone("fresh", 0.0, 0.8))
    plane.lay(petals, easel.tone(rgb("#e0506a"), 0.0, 0.85))


def _large_leaves(easel: Easel, plane: Plane) -> None:
    """Broad leaves with a bright rib, from both sides of the picture."""
    rng, unit = easel.rng, easel.unit
    for shade, count in ((0.05, 9), (0.65, 7)):
        blades, ribs = easel.mask(), easel.mask()
        for side in (-1, 1):
            edge = 0 if side < 0 else easel.width
            for turn in np.linspace(0.15, 1.45, count) + rng.normal(0, 0.05, count):
                reach = unit * rng.uniform(15, 27) * (1.0 if shade < 0.5 else 0.8)
                s = np.linspace(0, 1, 14)
                root_y = easel.height * rng.uniform(0.90, 1.03)
                px = edge - side * (np.cos(turn) * reach * s - 3 * unit)
                py = root_y - np.sin(turn) * reach * 1.2 * s + 0.42 * reach * s**2
                half = unit * 2.9 * np.sin(np.pi * np.clip(s * 0.96 + 0.02, 0, 1)) ** 0.8
                nx, ny = np.sin(turn) * half, np.cos(turn) * half * 0.9
                blades.between((px - nx, py - ny), (px + nx, py + ny))
                ribs.line([*zip(px, py)], max(1, 0.3 * unit))
        leaf = easel.tone("pine" if shade < 0.5 else "leaf", 0.0, shade + 0.15, snow=0.3)
        plane.lay(blades, leaf * (0.85 if shade < 0.5 else 1.0), mottle=0.07)
        plane.lay(ribs, easel.tone("fresh", 0.0, 0.9, snow=0.3), 0.6)
