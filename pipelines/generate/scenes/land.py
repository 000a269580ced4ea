"""Painters of open country: meadow, mountains, snow, desert."""

from __future__ import annotations

import numpy as np

from pipelines.generate.scenes.brush import Plane, line_noise, mix, rgb, smoothstep
from pipelines.generate.scenes.easel import Easel, shaded_ground, sun_pool
from pipelines.generate.scenes.palette import MATERIALS
from pipelines.generate.scenes.plants import Foliage, conifer, fringe, grove, meadow_flowers, treeline, tufts
from pipelines.generate.scenes.sky import paint_sky


def ridge_line(easel: Easel, base: float, rise: float, cell: float, octaves: int = 3, fall: float = 0.45) -> np.ndarray:
    """y of a ridge for every column; `base` pixels, `rise` and `cell` in units."""
    return base - rise * easel.unit * line_noise(easel.rng, easel.width, cell * easel.unit, octaves, fall)


def at(ridge: np.ndarray):
    """A ridge as a function of x."""
    return lambda x: float(ridge[int(np.clip(x, 0, len(ridge) - 1))])


def hill(easel: Easel, plane: Plane, ridge: np.ndarray, material: str, depth: float, mottle: float = 0.06) -> None:
    """A hill: light on its crown, shade towards its foot, mist where it meets the next."""
    mask = easel.mask()
    mask.under(ridge)
    top, reach = float(ridge.min()), 16 * easel.unit
    crown = mix(easel.tone(material, depth, 1.0, snow=1.0), easel.light.orb, 0.05)
    foot = easel.tone(material, min(0.95, depth + 0.06), 0.55, snow=1.0)
    plane.lay(mask, easel.fade(crown, foot, top, top + reach), mottle=mottle)
    lit = easel.mask()
    lit.under(ridge)
    bands = smoothstep(0.2, 1.6, easel.noise(14, 3, stretch=3.2)) * (lit.cover / np.float32(255))
    plane.lay(bands, mix(crown, easel.light.orb, 0.16), 0.45)


def mist(easel: Easel, plane: Plane, y: float, reach: float, strength: float) -> None:
    """A band of haze that lies at a height; reach in units."""
    rows = easel.rows()[:, None]
    band = np.exp(-(((rows - y) / (reach * easel.unit)) ** 2)) * np.ones((1, easel.width), np.float32)
    band *= np.clip(plane.alpha[..., 0], 0, 1)
    plane.lay(band * min(1.0, strength * easel.light.haze_strength), easel.light.haze)


def key_field(easel: Easel, patches: float = 0.30) -> np.ndarray:
    """Where light falls on the ground: drawn-out patches, brighter towards the sun: [height,width]."""
    field = 0.72 + patches * easel.noise(17, 3, stretch=3.6)
    x = easel.light.orb_at[0] * easel.width
    return field + 0.25 * sun_pool(easel, x, easel.horizon_y, 0.65 * easel.width)


def green_ground(easel: Easel, far: str = "meadow", near: str = "grass", count: int = 520) -> None:
    """A meadow from the horizon to the lower edge, with tufts."""
    plane = easel.plane("ground")
    ridge = ridge_line(easel, easel.horizon_y, 0.9, 60, 2)
    mask = easel.mask()
    mask.under(ridge)
    light = easel.light
    colours = shaded_ground(
        easel, light.covered(MATERIALS[far]), light.covered(MATERIALS[near], 0.96) * 0.97, key_field(easel)
    )
    plane.lay(mask, colours, mottle=0.05)
    crest = smoothstep(
        0, 1, 1 - np.abs(easel.rows()[:, None] - ridge[None] - 0.6 * easel.unit) / (0.9 * easel.unit)
    ) * (mask.cover / np.float32(255))
    plane.lay(crest, mix(easel.tone(far, 0.3, 1.0, snow=1), light.orb, 0.3), 0.5)
    rolls(easel, plane, near)
    tufts(easel, plane, round(count * easel.width / 1280) + 120, near if not light.snow_cover else "meadow")


def rolls(easel: Easel, plane: Plane, material: str) -> None:
    """Low swells of the ground, one before the other: a lit crest, and shade where the one behind dips down to it."""
    unit = easel.unit
    for t in (0.10, 0.24, 0.44, 0.70):
        level = easel.horizon_y + t * (easel.height - easel.horizon_y)
        crest = ridge_line(easel, level, 1.3 + 2.6 * t, 52, 2, 0.3)
        below = easel.rows()[:, None] - crest[None]
        reach = (2.2 + 9 * t) * unit
        shade = np.exp(np.minimum(below, 0) / reach) * (below <= 0)
        rise = np.exp(-np.maximum(below, 0) / (reach * 1.5)) * np.clip(below + 0.5, 0, 1)
        part = 0.5 + 0.5 * np.sin(easel.columns() / easel.width * 9 + t * 23 + level)  # a swell fades along its length
        away = 0.34 * (1 - t) ** 2
        plane.lay((shade * part[None]).astype(np.float32), easel.tone(material, away, 0.22, snow=0.95), 0.30)
        plane.lay((rise * part[None]).astype(np.float32), mix(easel.tone(material, away, 1.0, snow=1), easel.light.orb, 0.22), 0.34)


def winding_path(easel: Easel, plane: Plane, material: str = "path") -> None:
    """A path from the lower edge to the horizon, narrowing as it goes."""
    rng = easel.rng
    t = np.linspace(0, 1, 46)
    y = easel.horizon_y + (easel.height * 1.04 - easel.horizon_y) * t**1.55
    start, bend = rng.uniform(0.34, 0.66), rng.uniform(-0.16, 0.16)
    middle = easel.width * (
        start + bend * np.sin(t * 4.2 + rng.uniform(0, 1)) * (0.25 + t) * 0.9 + (0.5 - start) * 0.5 * t
    )
    half = easel.unit * (0.5 + 9.0 * t**1.5) * (1 + 0.05 * np.sin(t * 11 + start * 9))
    mask = easel.mask()
    mask.polygon([*zip(middle - half, y), *reversed(list(zip(middle + half, y)))])
    far, near = easel.tone(material, 0.32, 0.9, snow=0.85), easel.tone(material, 0, 0.85, snow=0.85)
    plane.lay(mask, easel.fade(far, near, easel.horizon_y, easel.height), 0.9, mottle=0.08, soft_px=0.9)
    edge = easel.mask()
    edge.polygon(
        [*zip(middle + half * 0.45 * -easel.toward, y), *reversed(list(zip(middle + half * 1.0 * -easel.toward, y)))]
    )
    plane.lay(edge, easel.tone("earth", 0.1, 0.3, snow=0.6), 0.22, soft_px=easel.unit * 0.7)


def meadow(easel: Easel) -> None:
    """Rolling hills with groves, a flowering meadow, sometimes a path."""
    paint_sky(easel)
    far, middle, unit, y = easel.plane("far"), easel.plane("middle"), easel.unit, easel.horizon_y
    blue = ridge_line(easel, y - 9.5 * unit, 4.2, 46, 3)
    hill(easel, far, blue, "pine", 0.72)
    second = ridge_line(easel, y - 5.6 * unit, 2.8, 34, 3)
    line = easel.mask()
    treeline(easel, line, second, 2.6, firs=False)
    far.lay(line, easel.tone("leaf", 0.58, 0.4, snow=0.4))
    hill(easel, far, second, "hill", 0.52)
    mist(easel, far, y - 1.5 * unit, 4.5, 0.5)
    third = ridge_line(easel, y - 1.2 * unit, 2.4, 40, 2)
    grove(easel, middle, at(third), round(15 * easel.width / 1280) + 5, (6, 12), 0.30, "leaf", firs=0.2)
    hill(easel, middle, third, "meadow", 0.30)
    mist(easel, middle, y + 1.0 * unit, 3.0, 0.30)
    green_ground(easel)
    if easel.rng.random() < 0.6:
        winding_path(easel, easel.plane("ground"))
    meadow_flowers(easel, easel.plane("ground"), 11, nearest=0.9)
    fringe(easel, easel.plane("near"))


def facets(
    easel: Easel,
    plane: Plane,
    peaks: list[tuple[float, float, float]],
    base: float,
    material: str,
    depth: float,
    snow_line: float,
) -> None:
    """Mountains: (x, y, half width) of each peak; a lit and a shaded side parted by a broken spine, snow from `snow_line` (share of height) up."""
    rng, toward = easel.rng, easel.toward
    for x, y, half in sorted(peaks, key=lambda one: one[1]):
        tall = base - y
        steps = 15
        t = np.linspace(0, 1, steps)
        rough = rng.normal(0, 1, (4, steps)) * np.sin(np.pi * t) * tall * np.array([[0.022], [0.010], [0.022], [0.010]])
        left = np.stack([x - half * t**1.08 + rough[0], y + tall * t + rough[1]], 1)
        right = np.stack([x + half * t**1.08 + rough[2], y + tall * t + rough[3]], 1)
        spine = np.stack(
            [x + half * (0.16 * np.sin(t * 5 + rng.uniform(0, 6)) * t + rng.normal(0, 0.05, steps) * t), y + tall * t],
            1,
        )
        left[0] = right[0] = spine[0] = (x, y)
        whole, shade = easel.mask(), easel.mask()
        whole.polygon([*left, *right[::-1]])
        dark_edge = right if toward < 0 else left
        shade.polygon([*spine, *dark_edge[::-1]])
        np.minimum(shade.cover, whole.cover, out=shade.cover)
        lit, dim = easel.tone(material, depth, 0.95, snow=0.5), easel.tone(material, depth, 0.1, snow=0.4)
        hazy = min(0.94, depth + 0.28)
        plane.lay(whole, easel.fade(lit, easel.tone(material, hazy, 0.8), y, base), mottle=0.05)
        plane.lay(shade, easel.fade(dim, easel.tone(material, hazy, 0.4), y, base), mottle=0.05)
        _gullies(easel, plane, whole.cover, x, y, half, tall, depth, material)
        if snow_line > 0:
            _snow_cap(easel, plane, whole.cover, shade.cover, left, right, (x, y, tall), depth, snow_line)


def _gullies(
    easel: Easel,
    plane: Plane,
    inside: np.ndarray,
    x: float,
    y: float,
    half: float,
    tall: float,
    depth: float,
    material: str,
) -> None:
    rng = easel.rng
    cuts = easel.mask()
    for _ in range(12):
        place, top = rng.uniform(-0.75, 0.75), rng.uniform(0.12, 0.6)
        px, py = x + half * place * top, y + tall * top
        drop = tall * rng.uniform(0.12, 0.30)
        slope = half / tall * place * rng.uniform(0.7, 1.2)
        cuts.polygon(
            [(px, py), (px + slope * drop - 0.05 * drop, py + drop), (px + slope * drop + 0.10 * drop, py + drop * 0.9)]
        )
    np.minimum(cuts.cover, inside, out=cuts.cover)
    plane.lay(cuts, easel.tone(material, depth, 0.15), 0.35, soft_px=0.7)


def _snow_cap(
    easel: Easel,
    plane: Plane,
    inside: np.ndarray,
    shaded: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    peak: tuple[float, float, float],
    depth: float,
    line: float,
) -> None:
    rng = easel.rng
    x, y, tall = peak
    low = y + tall * line
    reach = left[:, 1] <= low + tall * 0.05
    outer_left, outer_right = left[reach], right[: int(reach.sum())]
    teeth = 13
    hem_x = np.linspace(outer_right[-1][0] + 2, outer_left[-1][0] - 2, teeth)
    hem_y = low + tall * np.where(np.arange(teeth) % 2, 0.085, -0.05) * rng.uniform(0.5, 1.3, teeth)
    cap, dark = easel.mask(), easel.mask()
    cap.polygon([*(outer_left[::-1] + (-2, 0)), (x, y - 1), *(outer_right + (2, 0)), *zip(hem_x, hem_y)])
    np.minimum(cap.cover, inside, out=cap.cover)
    dark.cover, dark.low, dark.high = np.minimum(cap.cover, shaded), cap.low, cap.high
    plane.lay(cap, easel.tone("snow", depth * 0.75, 1.0), 0.96, mottle=0.02)
    plane.lay(dark, easel.tone("snow", depth * 0.8, 0.12), 0.9, mottle=0.02)


def mountains(easel: Easel) -> None:
    """Ranges of snow peaks one behind the other, a lake or a valley, firs, an alpine meadow."""
    paint_sky(easel, clouds=0.8)
    rng, unit, y, width = easel.rng, easel.unit, easel.horizon_y, easel.width
    far, middle = easel.plane("far"), easel.plane("middle")
    back = [
        (place * width + rng.uniform(-4, 4) * unit, y - unit * rng.uniform(24, 34), unit * rng.uniform(26, 36))
        for place in np.linspace(0.02, 0.98, 4 + round(width / easel.height))
    ]
    facets(easel, far, back, y + 2 * unit, "rock", 0.62, 0.46)
    mist(easel, far, y - 4 * unit, 10, 0.5)
    hero = rng.uniform(0.55, 0.72) if easel.light.from_left else rng.uniform(0.28, 0.45)
    front = [
        (hero * width, y - unit * rng.uniform(40, 46), unit * rng.uniform(38, 44)),
        ((hero + rng.choice((-0.36, 0.36))) * width, y - unit * rng.uniform(25, 31), unit * rng.uniform(30, 36)),
    ]
    facets(easel, far, front, y + 2 * unit, "rock", 0.36, 0.42)
    mist(easel, far, y - 1 * unit, 7, 0.6)
    line = ridge_line(easel, y - 2.5 * unit, 1.6, 34, 3)
    wood = easel.mask()
    treeline(easel, wood, line, 5.0, firs=True)
    middle.lay(
        wood,
        easel.fade(easel.tone("pine", 0.34, 0.5, snow=0.5), easel.tone("pine", 0.5, 0.4, snow=0.5), y - 9 * unit, y),
    )
    hill(easel, middle, line + unit, "hill", 0.36)
    mist(easel, middle, y, 2.6, 0.42)
    green_ground(easel, "hill", "grass")
    ground = easel.plane("ground")
    needles = Foliage(easel)
    for side in (-1, 1):
        for step in range(4):
            t = 0.03 + 0.05 * step + rng.uniform(0, 0.03)
            x = width * (0.5 + side * (0.5 - rng.uniform(0.0, 0.15) - 0.02 * step))
            conifer(needles, x, y + t * (easel.height - y), unit * (9 + 34 * t) * rng.uniform(0.9, 1.25), 0.85)
    needles.paint(ground, "pine", 0.12)
    meadow_flowers(easel, ground, 7, nearest=0.85)
    fringe(easel, easel.plane("near"), density=0.7, tall=10)


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
        _snowy_firs(
            easel, ground, lambda _, t=rng.uniform(0.05, 0.12): y + t * (easel.height - y), 1, (26, 34), 0.08, x=x
        )
    bank = ridge_line(easel, easel.height - 1.5 * unit, 1.8, 50, 2)
    edge = np.abs(np.linspace(-1, 1, easel.width)) ** 3 * 6 * unit
    near = easel.mask()
    near.under((bank - edge + 2 * unit).astype(np.float32))
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
                    (place + width * 0.78, low - height * 0.018),
                    (place + width * 0.4, low - height * 0.03),
                    (place, low - height * 0.012),
                    (place - width * 0.4, low - height * 0.032),
                    (place - width * 0.78, low - height * 0.018),
                ]
            )
    foliage.paint(plane, "pine", depth)
    plane.lay(caps, easel.tone("snow", depth * 0.8, 0.9), 0.88)
    lit = np.where(
        np.roll(caps.cover, easel.toward * -max(1, round(0.5 * easel.unit)), axis=1) < 40, caps.cover, 0
    ).astype(np.uint8)
    plane.lay(lit / np.float32(255), mix(easel.tone("snow", depth * 0.6, 1.0), easel.light.orb, 0.4), 0.5, soft_px=0.6)


def _snow_ground(easel: Easel, ground: Plane) -> None:
    mask = easel.mask()
    mask.under(ridge_line(easel, easel.horizon_y, 0.9, 60, 2))
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
    mask = easel.mask()
    mask.under(ridge_line(easel, y + unit, 1.2, 70, 2))
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
        (x - half * 1.2, foot - tall * 0.34),
        (x - half, foot - tall * 0.42),
        (x - half * 0.93, top + tall * 0.04),
        (x - half * 0.5, top),
        (x + half * 0.3, top + tall * 0.02),
        (x + half * 0.92, top - tall * 0.015),
        (x + half, foot - tall * 0.45),
        (x + half * 1.25, foot - tall * 0.33),
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
            mask.polygon(
                [
                    *zip(px + t * reach, py + wave + drop - thick),
                    *reversed(list(zip(px + t * reach, py + wave + drop + thick))),
                ]
            )
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
