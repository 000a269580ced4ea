"""Trees, bushes, grass and flowers: silhouettes in a few tones, the light ones moved towards the light."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.painting.brush import Mask, Plane, mix, rgb
from pipelines.painting.palette import FLOWERS
from pipelines.scenes.easel import Easel, generator
from pipelines.scenes.shapes import scaled


class Foliage:
    """The masks of one depth of greenery: wood, and leaves in shade, in half light and in full light; snow on top."""

    def __init__(self, easel: Easel) -> None:
        self.easel = easel
        self.wood, self.wood_lit = easel.mask(), easel.mask()
        self.shade, self.middle, self.lit, self.snow = easel.mask(), easel.mask(), easel.mask(), easel.mask()

    def paint(
        self, plane: Plane, leaf: np.ndarray | str, depth: float, wood: str = "bark", warmth: float = 0.0
    ) -> None:
        """Lay the masks in this light."""
        easel = self.easel
        fresh = mix(easel.tone(leaf, depth, 1.0, snow=0.25), easel.light.orb, 0.10 + warmth)
        plane.lay(self.wood, easel.tone(wood, depth, 0.25), mottle=0.05)
        plane.lay(self.wood_lit, easel.tone(wood, depth, 0.95), 0.8, soft_px=0.6)
        plane.lay(self.shade, easel.tone(leaf, depth, 0.12, snow=0.15) * 0.93, mottle=0.07)
        plane.lay(self.middle, easel.tone(leaf, depth, 0.6, snow=0.2), 0.9, mottle=0.08)
        plane.lay(self.lit, fresh, 0.92, mottle=0.05)
        if easel.light.snow_cover:
            plane.lay(self.snow, easel.tone("snow", depth * 0.6, 0.95), 0.96)


def broadleaf(foliage: Foliage, x: float, foot_y: float, tall: float, spread: float = 1.0) -> None:
    """A tree with a round, heaped crown."""
    easel = foliage.easel
    rng, toward = easel.rng, easel.toward
    crown_x, crown_y, reach = x + rng.uniform(-0.03, 0.03) * tall, foot_y - tall * 0.64, tall * 0.30 * spread
    _trunk(foliage, x, foot_y, crown_x, crown_y + reach * 0.2, tall * 0.045)
    heaps = [(0.0, 0.0, 0.78)]
    for turn in np.linspace(0, 2 * np.pi, 9, endpoint=False) + rng.uniform(0, 0.6):
        heaps.append(
            (np.cos(turn) * rng.uniform(0.6, 0.86), np.sin(turn) * rng.uniform(0.55, 0.95), rng.uniform(0.34, 0.5))
        )
    for dx, dy, size in heaps:
        heap(foliage, crown_x + dx * reach, crown_y + dy * reach * 1.05, size * reach, toward)


def heap(foliage: Foliage, x: float, y: float, radius: float, toward: int) -> None:
    """One ball of leaves: a ragged disc, half of it in half light, dabs of full light."""
    rng = foliage.easel.rng
    dabs = int(np.clip(radius * 0.9, 5, 34))
    foliage.shade.disc(x, y, radius)
    for turn in rng.uniform(0, 2 * np.pi, dabs):
        foliage.shade.disc(x + np.cos(turn) * radius, y + np.sin(turn) * radius, radius * rng.uniform(0.10, 0.2))
    lx, ly = x + toward * radius * 0.22, y - radius * 0.26
    foliage.middle.disc(lx, ly, radius * 0.62)
    for turn in rng.uniform(0, 2 * np.pi, dabs):
        foliage.middle.disc(
            lx + np.cos(turn) * radius * 0.62, ly + np.sin(turn) * radius * 0.62, radius * rng.uniform(0.08, 0.16)
        )
    hx, hy = x + toward * radius * 0.36, y - radius * 0.46
    for _ in range(dabs):
        turn, away = rng.uniform(0, 2 * np.pi), radius * 0.44 * np.sqrt(rng.random())
        foliage.lit.ellipse(
            hx + np.cos(turn) * away,
            hy + np.sin(turn) * away,
            radius * rng.uniform(0.06, 0.13),
            radius * rng.uniform(0.04, 0.08),
            rng.uniform(-40, 40),
        )
    if foliage.easel.light.snow_cover:
        foliage.snow.ellipse(x, y - radius * 0.66, radius * 0.68, radius * 0.32)


def _trunk(foliage: Foliage, x: float, foot_y: float, top_x: float, top_y: float, half: float) -> None:
    outline = [
        (x - half * 1.7, foot_y),
        (x - half * 0.8, foot_y - half * 3),
        (top_x - half * 0.55, top_y),
        (top_x + half * 0.55, top_y),
        (x + half * 0.8, foot_y - half * 3),
        (x + half * 1.7, foot_y),
    ]
    foliage.wood.polygon(outline)
    edge = foliage.easel.toward * half
    foliage.wood_lit.polygon(
        [
            (x + edge * 0.25, foot_y),
            (x + edge * 0.8, foot_y - half * 3),
            (top_x + edge * 0.5, top_y),
            (top_x + edge * 0.1, top_y),
        ]
    )
    for side in (-1, 1):
        foliage.wood.line([(top_x, top_y + half * 2), (top_x + side * half * 6, top_y - half * 5)], max(1, half * 0.6))


def conifer(foliage: Foliage, x: float, foot_y: float, tall: float, slender: float = 1.0) -> None:
    """A fir: drooping tiers with ragged hems, light on one side, snow on the shoulders."""
    easel = foliage.easel
    rng, toward = easel.rng, easel.toward
    half = tall * 0.20 * slender
    foliage.wood.polygon(scaled(x, foot_y, tall, tall, (-0.022, 0), (-0.014, -0.3), (0.014, -0.3), (0.022, 0)))
    tiers = int(np.clip(tall / (4.2 * easel.unit), 3, 8))
    for tier in range(tiers):
        place = tier / tiers
        low = foot_y - tall * (0.07 + 0.82 * place)
        high = low - tall * (0.93 / tiers) * 1.75
        high = max(high, foot_y - tall)
        width = half * (1 - place) ** 0.85 + tall * 0.02
        hem = np.linspace(-1, 1, 9)
        ragged = [
            (
                x + t * width * rng.uniform(0.92, 1.06),
                low - (1 - abs(t)) * tall * 0.012 + (index % 2) * tall * 0.022 + abs(t) * -tall * 0.005,
            )
            for index, t in enumerate(hem)
        ]
        foliage.shade.polygon([(x, high), *reversed(ragged)])
        lit_side = [(px, py - tall * 0.008) for px, py in ragged if (px - x) * toward > -width * 0.15]
        if len(lit_side) > 1:
            foliage.middle.polygon([(x, high + tall * 0.01), *(lit_side if toward < 0 else reversed(lit_side))])
        outer = [(px, py) for px, py in ragged if (px - x) * toward > width * 0.45]
        for px, py in outer:
            foliage.lit.polygon(
                [(x + (px - x) * 0.35, high + (py - high) * 0.45), (px, py), (x + (px - x) * 0.75, py - tall * 0.012)]
            )
        if easel.light.snow_cover:
            foliage.snow.polygon(
                [
                    (x, high),
                    *scaled(
                        x, low, width, tall, (-0.62, -0.035), (-0.25, -0.055), (0, -0.035), (0.3, -0.06), (0.62, -0.035)
                    ),
                ]
            )


def bush(foliage: Foliage, x: float, foot_y: float, across: float) -> None:
    """A low heap of leaves."""
    rng = foliage.easel.rng
    for _ in range(5):
        radius = across * rng.uniform(0.2, 0.32)
        heap(
            foliage,
            x + rng.uniform(-0.32, 0.32) * across,
            foot_y - radius * rng.uniform(0.5, 1.0),
            radius,
            foliage.easel.toward,
        )


def grove(
    easel: Easel,
    plane: Plane,
    ridge: Callable[[float], float],
    count: int,
    tall: tuple[float, float],
    depth: float,
    leaf: str | np.ndarray,
    firs: float = 0.3,
) -> None:
    """Trees along a ridge, in clusters, heights in units; `firs` is the share of conifers."""
    rng, unit = easel.rng, easel.unit
    foliage, needles = Foliage(easel), Foliage(easel)
    clusters = rng.uniform(0, 1, max(2, count // 4))
    places = sorted(rng.choice(clusters) + rng.normal(0, 0.05) for _ in range(count))
    for place in places:
        x = float(place) * easel.width
        if not -0.05 * easel.width < x < 1.05 * easel.width:
            continue
        height = unit * rng.uniform(*tall)
        foot = ridge(x) + height * 0.05
        if rng.random() < firs:
            conifer(needles, x, foot, height * 1.2, rng.uniform(0.75, 1.1))
        elif rng.random() < 0.25:
            bush(foliage, x, foot, height * 0.7)
        else:
            broadleaf(foliage, x, foot, height, rng.uniform(0.85, 1.2))
    needles.paint(plane, "pine", depth)
    foliage.paint(plane, leaf, depth)


def treeline(easel: Easel, mask: Mask, ridge: np.ndarray, size: float, firs: bool) -> None:
    """A far wood as one bumpy silhouette on a ridge [width]; size in units."""
    rng, unit = easel.rng, easel.unit
    step = size * unit * 0.42
    for x in np.arange(-step, easel.width + step, step):
        at = float(np.clip(x + rng.uniform(-0.3, 0.3) * step, 0, easel.width - 1))
        height = size * unit * rng.uniform(0.55, 1.15)
        foot = float(ridge[int(at)])
        if firs:
            mask.convex([(at - height * 0.24, foot + 2), (at, foot - height), (at + height * 0.24, foot + 2)])
        else:
            mask.disc(at, foot - height * 0.32, height * 0.36)
            mask.disc(at + rng.uniform(-0.3, 0.3) * height, foot - height * 0.12, height * 0.34)


def blade(mask: Mask, x: float, foot_y: float, tall: float, lean: float, half: float) -> None:
    """One bent blade of grass."""
    mask.polygon(
        [
            (x - half, foot_y),
            (x - half * 0.6 + lean * 0.3, foot_y - tall * 0.55),
            (x + lean, foot_y - tall),
            (x + half * 0.6 + lean * 0.38, foot_y - tall * 0.5),
            (x + half, foot_y),
        ]
    )


def tufts(
    easel: Easel,
    plane: Plane,
    count: int,
    material: str | np.ndarray,
    tall: float = 2.4,
    depth: float = 0.3,
    nearest: float = 1.0,
) -> None:
    """Short tufts all over the ground, smaller far away, some in light and some in shade."""
    rng, unit = easel.rng, easel.unit
    x, y, size = easel.ground_points(count, nearest)
    for low, high in ((0.0, 0.35), (0.35, 1.01)):
        dark, light = easel.mask(), easel.mask()
        for px, py, s in zip(x, y, size):
            if not low <= s < high:
                continue
            for _ in range(3):
                lean = rng.normal(0, 0.35) * tall * unit * s
                blade(
                    dark if rng.random() < 0.5 else light,
                    px + rng.normal(0, 0.5) * unit * s,
                    py,
                    tall * unit * s * rng.uniform(0.6, 1.1),
                    lean,
                    max(0.45, 0.16 * unit * s),
                )
        away = depth * (1 - (low + high) / 2) ** 2
        plane.lay(dark, easel.tone(material, away, 0.30, snow=0.5), 0.55)
        plane.lay(light, mix(easel.tone(material, away, 1.0, snow=0.7), easel.light.orb, 0.16), 0.6)


@generator("flowers")
def meadow_flowers(easel: Easel, drifts: int, nearest: float = 1.0, top: float = 0.0) -> None:
    """Drifts of flowers, each of one colour, with perspective, from the horizon or the share `top` of the height down."""
    if easel.light.snow_cover:
        return
    rng, unit, plane, y0 = easel.rng, easel.unit, easel.plane("ground"), top * easel.height or easel.horizon_y
    for drift in range(drifts):
        petals, hearts, stems = easel.mask(), easel.mask(), easel.mask()
        centre_x, t = rng.uniform(0, 1) * easel.width, rng.uniform(0.08, nearest) ** 0.8
        size = 0.14 + 0.86 * t
        for _ in range(int(rng.integers(9, 20))):
            x = centre_x + rng.normal(0, 9) * unit * size
            y = y0 + (easel.height - y0) * t + rng.normal(0, 2.2) * unit * size
            if y < y0 + unit:
                continue
            r = unit * size * rng.uniform(0.34, 0.6)
            stems.line([(x, y), (x + rng.normal(0, 0.3) * r, y + r * 3.4)], max(1, r * 0.3), 200)
            if r > 2.2:
                for turn in np.linspace(0, 2 * np.pi, 5, endpoint=False) + rng.uniform(0, 1):
                    petals.disc(x + np.cos(turn) * r * 0.62, y + np.sin(turn) * r * 0.5, r * 0.46)
                hearts.disc(x, y, r * 0.34)
            else:
                petals.disc(x, y, r * 0.8)
        colour = FLOWERS[(drift + int(rng.integers(3))) % len(FLOWERS)]
        away = 0.35 * (1 - t) ** 2
        plane.lay(stems, easel.tone("leaf", away, 0.4), 0.6)
        plane.lay(petals, easel.tone(colour, away, 0.92), 0.95)
        plane.lay(hearts, easel.tone(FLOWERS[1], away, 0.9) * 0.92)


@generator("fringe")
def fringe(easel: Easel, material: str = "grass", density: float = 1.0, tall: float = 13.0) -> None:
    """Tall grass and a few flowers at the lower corners, nearest to the eye: a frame that leaves the middle free."""
    rng, unit, plane = easel.rng, easel.unit, easel.plane("near")
    leaf = rgb(material) if material.startswith("#") else material
    for shade, share in ((0.12, 1.0), (0.75, 0.7)):
        mask = easel.mask()
        for _ in range(int(150 * density * share * max(1.0, easel.width / easel.height))):
            side = rng.choice((-1, 1))
            away = abs(rng.normal(0, 0.16))
            x = easel.width * (away if side < 0 else 1 - away)
            height = unit * tall * rng.uniform(0.35, 1.0) * max(0.22, 1 - away * 2.6) * (1.0 if shade < 0.5 else 0.8)
            blade(
                mask,
                x,
                easel.height + unit * 1.5,
                height + unit * 1.5,
                rng.normal(0, 0.28) * height,
                unit * rng.uniform(0.22, 0.42),
            )
        plane.lay(mask, easel.tone(leaf, 0.0, shade, snow=0.5) * (0.80 if shade < 0.5 else 0.98), 0.97, mottle=0.06)
    if easel.light.snow_cover:
        return
    petals, hearts = easel.mask(), easel.mask()
    colour = FLOWERS[int(rng.integers(len(FLOWERS)))]
    for _ in range(int(9 * density)):
        side, away = rng.choice((-1, 1)), abs(rng.normal(0, 0.10))
        x, y = easel.width * (away if side < 0 else 1 - away), easel.height - unit * rng.uniform(2, tall * 0.75)
        r = unit * rng.uniform(0.8, 1.35)
        for turn in np.linspace(0, 2 * np.pi, 6, endpoint=False) + rng.uniform(0, 1):
            petals.ellipse(
                x + np.cos(turn) * r * 0.62, y + np.sin(turn) * r * 0.55, r * 0.5, r * 0.34, np.degrees(turn)
            )
        hearts.disc(x, y, r * 0.36)
    plane.lay(petals, easel.tone(colour, 0.0, 0.85), 0.96)
    plane.lay(hearts, easel.tone(FLOWERS[1], 0.0, 0.85) * 0.9)
