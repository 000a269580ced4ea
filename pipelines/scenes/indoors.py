"""Painter of a room: wall with a window, boards, a rug, what stands at the sides; lamp light when it is dark outside."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.painting.brush import Plane, mix, rgb
from pipelines.painting.palette import MATERIALS
from pipelines.scenes.country import hill, ridge_line
from pipelines.scenes.easel import Easel, sun_pool
from pipelines.scenes.plants import Foliage, broadleaf
from pipelines.scenes.sky import paint_sky, paint_weather
from pipelines.scenes.town import box


def room(easel: Easel) -> None:
    """The view through a window, the wall, the floor, curtains and a plant."""
    view_outside(easel)
    inside, dark = light_inside(easel)
    side = -1 if easel.light.from_left else 1
    window = window_box(easel, side)
    _wall(easel, easel.plane("far"), inside, window, dark)
    _floor(easel, easel.plane("ground"), inside, window, dark)
    _furniture(easel, easel.plane("middle"), inside, window, side, dark)


def view_outside(easel: Easel) -> None:
    """What is seen through a window: sky, a hill with trees, the weather."""
    rng, unit = easel.rng, easel.unit
    outside_horizon, easel.horizon_y = easel.horizon_y, easel.height * 0.42
    paint_sky(easel, clouds=1.0)
    ridge = ridge_line(easel, easel.height * 0.42, 2.5, 30, 3)
    hill(easel, easel.plane("sky"), ridge, "hill", 0.45)
    trees = Foliage(easel)
    for place in rng.random(7):
        x = place * easel.width
        broadleaf(trees, x, float(ridge[int(min(x, easel.width - 1))]) + 3 * unit, unit * rng.uniform(9, 14))
    trees.paint(easel.plane("sky"), "leaf", 0.3)
    paint_weather(easel, "sky")
    easel.horizon_y = outside_horizon


def light_inside(easel: Easel) -> tuple[np.ndarray, float]:
    """What multiplies every colour in a room, and how dark it is outside, 0..1."""
    light = easel.light
    dark = {"day": 0.0, "dawn": 0.15, "sunset": 0.3, "night": 1.0}[light.hour]
    lamp = np.array([1.0, 0.80, 0.56], np.float32) * 0.80
    return mix(mix(light.shade, light.key, 0.72) * 1.02, lamp, dark * 0.85), dark


def window_box(easel: Easel, side: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the window in the wall; `side` is -1 for the left half."""
    unit = easel.unit
    wide, tall = (46, 42) if easel.width >= easel.height else (50, 58)
    centre = easel.width * (0.5 + side * (0.19 if easel.width > easel.height else 0.10))
    top = easel.horizon_y - (tall + 14) * unit
    top = max(top, 5 * unit)
    return centre - wide / 2 * unit, top, centre + wide / 2 * unit, top + tall * unit * 0.92


def _wall(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], dark: float
) -> None:
    rng, unit, y = easel.rng, easel.unit, easel.horizon_y
    left, top, right, bottom = window
    paper = rgb(str(rng.choice(("#e6cfa9", "#bcd0c4", "#e3bfae", "#b9c6d8", "#d9cfe0"))))
    wall, stripes, panel = easel.mask(), easel.mask(), easel.mask()
    wall.convex(box(-2, -2, easel.width + 2, y + 2))
    wall.polygon(box(left, top, right, bottom), 0)
    for x in np.arange(0, easel.width, unit * 5):
        stripes.convex(box(x, -2, x + unit * 2.0, y))
    sprigs = easel.mask()
    for row, level in enumerate(np.arange(unit * 3, y - unit * 16, unit * 7)):
        for x in np.arange(unit * (3.5 if row % 2 else 1.0), easel.width, unit * 5):
            for turn in np.linspace(0, 2 * np.pi, 5, endpoint=False):
                sprigs.disc(x + np.cos(turn) * unit * 0.42, level + np.sin(turn) * unit * 0.42, unit * 0.26)
    panel.convex(box(-2, y - 15 * unit, easel.width + 2, y + 2))
    for mask in (stripes, sprigs):
        np.minimum(mask.cover, wall.cover, out=mask.cover)
    pool = 0.74 + 0.34 * sun_pool(easel, (left + right) / 2, (top + bottom) / 2, 70 * unit)[..., None] * (1 - dark)
    lamp = sun_pool(easel, *_lamp_at(easel), 46 * unit)[..., None] * dark
    colours = paper * inside * pool * (1 - 0.42 * dark) + lamp * rgb("#ffb45c") * 0.42
    plane.lay(wall, colours.astype(np.float32), mottle=0.03)
    plane.lay(stripes, (colours * 0.94).astype(np.float32), 0.55)
    plane.lay(sprigs, (colours * np.array([0.92, 0.80, 0.74], np.float32)).astype(np.float32), 0.75)
    wood = rgb("#f1e7d4") * inside
    boards = (wood * pool * (1 - 0.42 * dark) + lamp * rgb("#ffb45c") * 0.30).astype(np.float32)
    plane.lay(panel, boards, mottle=0.03)
    grooves, rail = easel.mask(), easel.mask()
    for x in np.arange(0, easel.width, unit * 7.5):
        grooves.convex(box(x, y - 13 * unit, x + max(1.0, 0.25 * unit), y - 2 * unit))
    rail.convex(box(-2, y - 15.6 * unit, easel.width + 2, y - 14.2 * unit))
    rail.convex(box(-2, y - 2.6 * unit, easel.width + 2, y + 1))
    plane.lay(grooves, (boards * 0.75).astype(np.float32), 0.8)
    plane.lay(rail, (boards * 1.06).astype(np.float32))
    lines = easel.mask()
    for level in (y - 14.1 * unit, y - 2.7 * unit):
        lines.convex(box(-2, level, easel.width + 2, level + 0.35 * unit))
    plane.lay(lines, (boards * 0.66).astype(np.float32), 0.7)
    window_frame(easel, plane, window, inside, dark)
    _pictures(easel, plane, window, inside * (1 - 0.35 * dark))


def _lamp_at(easel: Easel) -> tuple[float, float]:
    side = 1 if easel.light.from_left else -1
    return easel.width * (0.5 + side * 0.37), easel.horizon_y - 22 * easel.unit


def window_frame(
    easel: Easel, plane: Plane, window: tuple[float, float, float, float], inside: np.ndarray, dark: float
) -> None:
    """The frame, the sill and the shine of a window."""
    unit = easel.unit
    left, top, right, bottom = window
    frame, edge, sill, shine = easel.mask(), easel.mask(), easel.mask(), easel.mask()
    t = 1.5 * unit
    for bar in (
        box(left - t, top - t, left + t * 0.4, bottom + t),
        box(right - t * 0.4, top - t, right + t, bottom + t),
        box(left - t, top - t, right + t, top + t * 0.4),
        box(left - t, bottom - t * 0.4, right + t, bottom + t),
    ):
        frame.convex(bar)
    middle, cross = (left + right) / 2, top + (bottom - top) * 0.42
    frame.convex(box(middle - t * 0.35, top, middle + t * 0.35, bottom))
    frame.convex(box(left, cross - t * 0.3, right, cross + t * 0.3))
    edge.convex(box(left - t, bottom + t * 0.2, right + t, bottom + t))
    sill.convex(box(left - 3 * unit, bottom + t, right + 3 * unit, bottom + t + 1.7 * unit))
    for x in (left + (right - left) * 0.12, left + (right - left) * 0.62):
        shine.convex(
            [
                (x, bottom - 2 * unit),
                (x + 9 * unit, top + 2 * unit),
                (x + 12 * unit, top + 2 * unit),
                (x + 3 * unit, bottom - 2 * unit),
            ]
        )
    plane.lay(shine, rgb("#ffffff"), 0.10 if not dark else 0.05)
    paint = rgb("#f7f0e0") * inside * (1 - 0.35 * dark)
    plane.lay(frame, paint)
    plane.lay(edge, paint * 0.78, 0.8)
    plane.lay(sill, paint * 0.95)
    under = easel.mask()
    under.convex(box(left - 2.4 * unit, bottom + t + 1.7 * unit, right + 2.4 * unit, bottom + t + 2.9 * unit))
    plane.lay(under, rgb("#4a3c34") * inside, 0.35, soft_px=unit * 0.5)


def _pictures(easel: Easel, plane: Plane, window: tuple[float, float, float, float], inside: np.ndarray) -> None:
    rng, unit = easel.rng, easel.unit
    left, top, right, _ = window
    free = (
        (right + 8 * unit, easel.width - 5 * unit)
        if (left + right) / 2 < easel.width / 2
        else (5 * unit, left - 8 * unit)
    )
    x = free[0] + unit * rng.uniform(4, 8)
    for wide, tall in ((13, 16), (16, 12), (10, 12)):
        w, h = wide * unit * 0.85, tall * unit * 0.85
        if x + w > free[1] - unit * 2:
            break
        y0 = top + unit * rng.uniform(2, 8)
        frame, art, land, ball, shadow = (easel.mask() for _ in range(5))
        shadow.convex(box(x + unit * 0.6, y0 + unit * 0.8, x + w + unit * 0.6, y0 + h + unit * 0.9))
        frame.convex(box(x, y0, x + w, y0 + h))
        art.convex(box(x + unit, y0 + unit, x + w - unit, y0 + h - unit))
        turn = np.linspace(0, np.pi, 14)
        land.polygon(
            [
                *zip(
                    x + w / 2 - np.cos(turn) * (w / 2 - unit),
                    y0 + h - unit - np.sin(turn) * h * rng.uniform(0.22, 0.36),
                ),
                (x + w - unit, y0 + h - unit),
                (x + unit, y0 + h - unit),
            ]
        )
        ball.disc(x + w * rng.uniform(0.3, 0.7), y0 + h * 0.36, unit * 1.5)
        plane.lay(shadow, rgb("#3c302a"), 0.28, soft_px=unit * 0.6)
        plane.lay(frame, rgb("#a8794f") * inside, mottle=0.08)
        plane.lay(art, rgb(str(rng.choice(("#cfe0e4", "#f3dfc4", "#e3d0dc")))) * inside, mottle=0.05)
        plane.lay(ball, rgb(str(rng.choice(("#f0b257", "#e0765f", "#f7f0dc")))) * inside)
        plane.lay(land, rgb(str(rng.choice(("#7d9c6a", "#6f94a6", "#b98a62")))) * inside, mottle=0.08)
        x += w + unit * rng.uniform(4, 7)


def _floor(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], dark: float
) -> None:
    boards(easel, plane, inside, dark)
    rug(easel, plane, inside * (1 - 0.30 * dark))
    daylight(easel, plane, window, dark)
    if dark:
        unit, y = easel.unit, easel.horizon_y
        pool = sun_pool(easel, _lamp_at(easel)[0], y + 6 * unit, 44 * unit) * (easel.rows()[:, None] >= y)
        plane.glow((pool * 0.34 * dark).astype(np.float32), rgb("#ffb45c"))


def boards(easel: Easel, plane: Plane, inside: np.ndarray, dark: float) -> None:
    """A floor of boards that run towards the wall."""
    rng, unit, y, width, height = easel.rng, easel.unit, easel.horizon_y, easel.width, easel.height
    floor = easel.mask()
    floor.convex(box(-2, y, width + 2, height + 2))
    wood = MATERIALS["wood"] * inside * (1 - 0.38 * dark)
    plane.lay(floor, easel.fade(wood * 0.82, wood * 1.04, y, height), mottle=0.05)
    joints, tones = easel.mask(), easel.mask()
    vanish_x, vanish_y = width / 2, y - 0.9 * (height - y)
    edges = np.arange(-22, 23) * unit * 13 + vanish_x

    def along(x: float, level: float) -> float:
        return vanish_x + (x - vanish_x) * (level - vanish_y) / (height - vanish_y)

    for left, right in pairwise(edges):
        joints.line([(along(left, y), y), (along(left, height), height)], 1, 200)
        level = y - unit * rng.uniform(0, 10)
        while level < height:
            far = level
            level += unit * rng.uniform(8, 26)
            a, b = max(y, far), min(height, level)
            if b > a:
                tones.convex(
                    [(along(left, a), a), (along(right, a), a), (along(right, b), b), (along(left, b), b)],
                    int(rng.uniform(0, 190)),
                )
                joints.line([(along(left, b), b), (along(right, b), b)], 1, 160)
    plane.lay(tones, rgb("#8a5f3c") * inside * (1 - 0.38 * dark), 0.28)
    plane.lay(joints, rgb("#5f3f28") * inside * (1 - 0.38 * dark), 0.5)
    skirting = np.exp(-(((easel.rows()[:, None] - y) / (1.6 * unit)) ** 2)) * (floor.cover / np.float32(255))
    plane.lay(skirting.astype(np.float32), rgb("#3c2a20"), 0.35)


def daylight(easel: Easel, plane: Plane, window: tuple[float, float, float, float], dark: float) -> None:
    """The light of the window on the floor, where the sky is clear."""
    unit, y = easel.unit, easel.horizon_y
    left, _, right, _ = window
    if easel.light.weather == "clear" and dark < 1:
        patch = easel.mask()
        lean = -easel.toward * 22 * unit
        patch.convex(
            [
                (left + lean * 0.3, y + 3 * unit),
                (right + lean * 0.3, y + 3 * unit),
                (right + lean * 1.5, y + 24 * unit),
                (left + lean * 1.5, y + 24 * unit),
            ]
        )
        plane.lay(patch, mix(easel.light.orb, easel.light.key, 0.2), 0.30, soft_px=unit * 0.9)


def rug(easel: Easel, plane: Plane, inside: np.ndarray) -> None:
    """A round rug in the middle of the floor."""
    rng, unit = easel.rng, easel.unit
    x, y = easel.width / 2, easel.horizon_y + 0.56 * (easel.height - easel.horizon_y)
    across, down = min(48 * unit, easel.width * 0.44), 0.33 * (easel.height - easel.horizon_y)
    colours = [
        rgb(code)
        for code in (
            ("#b8564a", "#f0ddb8", "#d08a5c"),
            ("#4f7f8a", "#eadfc8", "#88aeb0"),
            ("#8a5f88", "#efdcc8", "#c596ae"),
        )[int(rng.integers(3))]
    ]
    shadow = easel.mask()
    shadow.ellipse(x, y + unit * 0.8, across * 1.01, down * 1.02)
    plane.lay(shadow, rgb("#2f2018"), 0.35, soft_px=unit * 0.6)
    for step, share in enumerate((1.0, 0.93, 0.84, 0.62, 0.54)):
        ring = easel.mask()
        ring.ellipse(x, y, across * share, down * share)
        plane.lay(ring, colours[(0, 1, 0, 1, 2)[step]] * inside, mottle=0.06)


def _furniture(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], side: int, dark: float
) -> None:
    curtains(easel, plane, inside, window, dark)
    _lamp(easel, plane, inside, dark)
    foot = easel.horizon_y + 5 * easel.unit
    house_plant(easel, plane, easel.width * (0.5 + side * 0.46), foot, inside * (1 - 0.35 * dark))


def curtains(
    easel: Easel, plane: Plane, inside: np.ndarray, window: tuple[float, float, float, float], dark: float
) -> None:
    """Curtains at both sides of a window, on a rod."""
    unit, rng = easel.unit, easel.rng
    left, top, right, bottom = window
    cloth = rgb(str(rng.choice(("#c9705c", "#7fa2a0", "#d9a860", "#a484ad")))) * inside * (1 - 0.35 * dark)
    rod = easel.mask()
    rod.convex(box(left - 9 * unit, top - 4.4 * unit, right + 9 * unit, top - 3.5 * unit))
    rod.disc(left - 9 * unit, top - 3.95 * unit, unit * 0.9)
    rod.disc(right + 9 * unit, top - 3.95 * unit, unit * 0.9)
    for edge, outward in ((left, -1), (right, 1)):
        drape, folds, bright = easel.mask(), easel.mask(), easel.mask()
        t = np.linspace(0, 1, 22)
        inner = edge + outward * unit * (-4.5 + 5.5 * np.sin(t * np.pi * 0.72) ** 2)
        outer = edge + outward * unit * (8.0 - 0.8 * np.sin(t * np.pi))
        level = top - 3.6 * unit + (bottom + 9 * unit - top + 3.6 * unit) * t
        drape.polygon([*zip(inner, level), *reversed(list(zip(outer, level)))])
        for fold in (0.18, 0.42, 0.68, 0.88):
            line = inner + (outer - inner) * fold
            folds.polygon([*zip(line - unit * 0.25, level), *reversed(list(zip(line + unit * 0.5, level)))])
            bright.polygon([*zip(line + unit * 0.9, level), *reversed(list(zip(line + unit * 1.5, level)))])
        for mask in (folds, bright):
            np.minimum(mask.cover, drape.cover, out=mask.cover)
        plane.lay(drape, cloth, mottle=0.05)
        plane.lay(folds, cloth * 0.72, 0.6, soft_px=unit * 0.5)
        plane.lay(bright, mix(cloth, rgb("#fff4e0"), 0.35), 0.5, soft_px=unit * 0.5)
    plane.lay(rod, rgb("#7a5638") * inside)


def _lamp(easel: Easel, plane: Plane, inside: np.ndarray, dark: float) -> None:
    unit = easel.unit
    x, top = _lamp_at(easel)
    foot = easel.horizon_y + 5 * unit
    table, stand, shade, drawer, shadow = (easel.mask() for _ in range(5))
    table_top = easel.horizon_y - 11 * unit
    shadow.ellipse(x, foot, 10 * unit, 1.3 * unit)
    table.convex(box(x - 8.5 * unit, table_top, x + 8.5 * unit, table_top + 1.7 * unit))
    table.convex(box(x - 7.4 * unit, table_top + 1.5 * unit, x + 7.4 * unit, table_top + 6 * unit))
    for leg in (-6.8, 6.0):
        table.convex(box(x + leg * unit, table_top + 5 * unit, x + (leg + 0.9) * unit, foot))
    drawer.convex(box(x - 6.2 * unit, table_top + 2.6 * unit, x + 6.2 * unit, table_top + 5.1 * unit))
    stand.ellipse(x, table_top - 3.2 * unit, 2.5 * unit, 3.2 * unit)
    stand.convex(box(x - 0.4 * unit, top, x + 0.4 * unit, table_top - 5 * unit))
    shade.convex(
        [
            (x - 3.6 * unit, top - 4.5 * unit),
            (x + 3.6 * unit, top - 4.5 * unit),
            (x + 6.4 * unit, top + 3.8 * unit),
            (x - 6.4 * unit, top + 3.8 * unit),
        ]
    )
    dim = inside * (1 - 0.35 * dark)
    plane.lay(shadow, rgb("#2a1c14"), 0.4, soft_px=unit * 0.8)
    plane.lay(table, rgb("#9a6b45") * dim, mottle=0.08)
    plane.lay(drawer, rgb("#b08056") * dim, mottle=0.06)
    knob = easel.mask()
    knob.disc(x, table_top + 3.85 * unit, 0.45 * unit)
    plane.lay(knob, rgb("#e8cf98") * dim)
    plane.lay(stand, rgb("#5f8f96") * dim, mottle=0.05)
    plane.lay(
        shade,
        easel.fade(
            mix(rgb("#f1dfbd") * inside, rgb("#ffe0a0"), dark),
            mix(rgb("#e6cfa4") * inside, rgb("#ffc873"), dark),
            top - 5 * unit,
            top + 4 * unit,
        ),
    )
    if dark > 0.2:
        plane.lay(shade, rgb("#ffc36b"), 0.55 * dark, soft_px=unit * 4)


def house_plant(easel: Easel, plane: Plane, x: float, foot: float, inside: np.ndarray) -> None:
    """A plant with long leaves in a pot."""
    rng, unit = easel.rng, easel.unit
    pot, band, dark, light, shadow = (easel.mask() for _ in range(5))
    shadow.ellipse(x, foot, 7 * unit, 1.1 * unit)
    pot.convex(
        [
            (x - 4.6 * unit, foot - 8 * unit),
            (x + 4.6 * unit, foot - 8 * unit),
            (x + 3.3 * unit, foot),
            (x - 3.3 * unit, foot),
        ]
    )
    band.convex(box(x - 5.1 * unit, foot - 9.4 * unit, x + 5.1 * unit, foot - 7.2 * unit))
    for turn in np.linspace(0.35, np.pi - 0.35, 13) + rng.normal(0, 0.07, 13):
        reach = unit * rng.uniform(12, 20)
        s = np.linspace(0, 1, 12)
        px, py = x + np.cos(turn) * reach * s, foot - 9 * unit - np.sin(turn) * reach * 1.15 * s + reach * 0.38 * s**2
        half = unit * 1.5 * np.sin(np.pi * np.clip(s * 0.95 + 0.04, 0, 1)) ** 0.8
        (light if rng.random() < 0.5 else dark).polygon(
            [
                *zip(px - half * np.sin(turn), py - half * 0.6),
                *reversed(list(zip(px + half * np.sin(turn), py + half * 0.6))),
            ]
        )
    plane.lay(shadow, rgb("#2a1c14"), 0.4, soft_px=unit * 0.7)
    plane.lay(dark, rgb("#4f7a4a") * inside, mottle=0.07)
    plane.lay(light, rgb("#7fa860") * inside, mottle=0.07)
    plane.lay(pot, easel.fade(rgb("#c9764f") * inside, rgb("#a85c3c") * inside, foot - 8 * unit, foot), mottle=0.06)
    plane.lay(band, rgb("#d98a60") * inside)
