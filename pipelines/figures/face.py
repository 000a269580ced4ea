"""Eyes, brows, mouth, cheeks and glasses, drawn on the surface of a head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figures.pose import Face
from pipelines.figures.sculpt import Ball, Sculptor, direction_of
from pipelines.painting.brush import mix, rgb

INK, WHITE, INSIDE, TONGUE, TEETH = rgb("#2b2026"), rgb("#fdfbf4"), rgb("#5c2029"), rgb("#e07d7c"), rgb("#fbf8ee")
TURN = np.linspace(0, 2 * np.pi, 26, endpoint=False)


@dataclass(frozen=True)
class Eyes:
    """Where the eyes sit on a head and how they look; angles in degrees of the head's ball."""

    azimuth: float = 25.0
    elevation: float = 2.0
    wide: float = 8.0
    tall: float = 10.5
    white: bool = True
    iris: str = "#3a2a2a"
    brow: str = "#5a3d2b"
    brow_wide: float = 0.0  # 0: none
    brow_up: float = 8.0
    lash: float = 0.0
    quiet: bool = False  # brows are seen only when they say something


@dataclass(frozen=True)
class Lips:
    """Where the mouth is on its ball: elevation, half its width in degrees."""

    elevation: float = -32.0
    half: float = 17.0
    split: bool = False  # a line up to the nose, as animals have it


def place_on_ball(ball: Ball, azimuth: float, elevation: float, points: np.ndarray) -> np.ndarray:
    """Points [n,2] in degrees about a direction, on the ball [n,3]."""
    stretch = 1 / max(0.4, float(np.cos(np.radians(elevation))))
    return ball.at(azimuth + points[:, 0] * stretch, elevation + points[:, 1])


def share_facing_viewer(sculptor: Sculptor, ball: Ball, azimuth: float, elevation: float) -> float:
    """How squarely a place on a ball faces the viewer, 0 (edge or behind) .. 1."""
    way = ball.find_unit_axes() @ direction_of(azimuth, elevation)
    return max(0.0, float(way @ sculptor.toward))


def eyes(s: Sculptor, ball: Ball, eye: Eyes, face: Face, skin: np.ndarray, depth: float) -> None:
    """Both eyes with their lids and brows."""
    for side in (1, -1):
        seen = share_facing_viewer(s, ball, side * eye.azimuth, eye.elevation)
        if seen < 0.12:
            continue
        one_eye(s, ball, eye, face, skin, depth, side)
        if eye.brow_wide and (not eye.quiet or abs(face.tilt) + abs(face.brow) > 0.35):
            _brow(s, ball, eye, face, depth, side)


def one_eye(s: Sculptor, ball: Ball, eye: Eyes, face: Face, skin: np.ndarray, depth: float, side: int) -> None:
    """Sculpt one eye of a face: what is seen between its lids, or a curved line where it is shut; lashes and a tear."""
    wide, tall = eye.wide, eye.tall * face.eyes
    azimuth = side * eye.azimuth
    x = np.linspace(-1, 1, 21)
    arc, top, bottom = _lids(face, side, x)
    radius = ball.radius
    if float((top - bottom).max()) < 0.28:  # shut: a curved line, upwards when the cheeks push it
        bow = 0.32 if face.under > 0.3 else -0.34
        line = np.stack([x * wide * 1.12, bow * tall * (1 - x * x) - 0.15 * tall], -1)
        width = 0.055 * ball.radius * (0.5 + 0.5 * arc)
        s.stroke("lid", place_on_ball(ball, azimuth, eye.elevation, line), width, INK, depth + 2e-4)
        return
    top = np.maximum(top, bottom)
    outline = np.concatenate([np.stack([x, top], -1), np.stack([x, bottom], -1)[::-1]]) * (wide, tall)
    if eye.white:
        s.decal("eye", place_on_ball(ball, azimuth, eye.elevation, outline), WHITE, depth + 1e-4, glow=0.55)
    else:
        s.decal("eye", place_on_ball(ball, azimuth, eye.elevation, outline), rgb(eye.iris), depth + 1e-4, glow=0.4)
    _iris(s, ball, eye, face, depth, azimuth)
    cut = top < arc - 0.04
    if cut.any() or eye.white:
        edge = np.stack([x * wide * 1.03, top * tall * 1.03], -1)
        width = radius * np.interp(np.abs(x), [0, 1], [0.042, 0.018])
        s.stroke("lash", place_on_ball(ball, azimuth, eye.elevation, edge), width, mix(INK, skin, 0.12), depth + 2e-4)
    if eye.lash and face.lid < 0.5:
        tip = np.array([[side * wide * 0.86, tall * 0.45], [side * wide * 1.45, tall * (0.45 + 0.5 * eye.lash)]])
        width = radius * np.array([0.045, 0.01])
        s.stroke("lashes", place_on_ball(ball, azimuth, eye.elevation, tip), width, INK, depth + 2e-4)
    if face.tears > 0.05:
        size = (wide, tall * (0.75 + 0.5 * face.tears))
        drop = np.array([[0.0, -1.0], [0.32, -1.75], [0.0, -2.3], [-0.32, -1.75]]) * size
        place = place_on_ball(ball, azimuth + side * wide * 0.4, eye.elevation, drop)
        s.card("tear", place, rgb("#8fd0ee"), depth=depth + 3e-4, glow=0.6)


def _lids(face: Face, side: int, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The upper half of a round eye, and the lines of its upper and lower lids, at places -1..1 across it."""
    arc = np.sqrt(np.maximum(0, 1 - x * x))
    inner = -side * x  # 1 at the corner by the nose
    lid = 1 - 2 * face.lid - 0.42 * max(0.0, face.tilt) * (inner + 0.35) + 0.42 * min(0.0, face.tilt) * (-inner + 0.1)
    return arc, np.minimum(arc, lid), np.maximum(-arc, -1 + 1.1 * face.under + 0 * x)


def _iris(s: Sculptor, ball: Ball, eye: Eyes, face: Face, depth: float, azimuth: float) -> None:
    """Iris and pupil where the white is seen, the light in the eye, and a heart where somebody is in love."""
    wide, tall = eye.wide, eye.tall * face.eyes
    share = 0.80 * face.pupil if eye.white else 1.0
    middle = np.array([-face.gaze[0] * wide * 0.38, face.gaze[1] * tall * 0.34]) if eye.white else np.zeros(2)
    if eye.white:
        round_ = np.stack([np.cos(TURN) * min(1.0, share * tall / wide) * wide, np.sin(TURN) * share * tall], -1)
        disc = place_on_ball(ball, azimuth, eye.elevation, round_ * 0.94 + middle)
        s.decal("iris", disc, rgb(eye.iris), depth + 1e-4, clip=True, glow=0.4)
        pupil = np.stack([np.cos(TURN) * wide, np.sin(TURN) * tall], -1) * 0.56 * share + middle
        s.decal("pupil", place_on_ball(ball, azimuth, eye.elevation, pupil), INK, depth + 1e-4, clip=True, glow=0.4)
    small = np.stack([np.cos(TURN) * wide, np.sin(TURN) * tall * wide / tall], -1)
    spark = small * 0.30 * (1.2 if eye.white else 1.35) + middle + (0.22 * wide, 0.30 * tall)
    s.decal("spark", place_on_ball(ball, azimuth, eye.elevation, spark), WHITE, depth + 1e-4, clip=True, glow=0.9)
    if face.hearts > 0.5:
        heart = place_on_ball(ball, azimuth, eye.elevation, _heart() * (wide * 1.0, wide * 1.0))
        s.decal("heart", heart, rgb("#e0405a"), depth + 1.2e-4, clip=True, glow=0.5)


def _heart() -> np.ndarray:
    t = TURN
    return np.stack([np.sin(t) ** 3, (13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16], -1)


def _brow(s: Sculptor, ball: Ball, eye: Eyes, face: Face, depth: float, side: int) -> None:
    x = np.linspace(-1, 1, 9)
    inner = -side * x
    lift = (
        eye.tall * 1.02
        + eye.brow_up
        + 6.0 * face.brow
        - 5.5 * face.tilt * inner
        + eye.azimuth * 0.075 * inner
        + 2.2 * (1 - x * x)
    )
    line = np.stack([x * eye.wide * 1.35, lift], -1)
    radius = ball.radius
    width = radius * eye.brow_wide * (0.55 + 0.45 * np.sqrt(np.maximum(0, 1 - (x * 0.9 + 0.1 * side) ** 2)))
    s.stroke("brow", place_on_ball(ball, side * eye.azimuth, eye.elevation, line), width, rgb(eye.brow), depth + 3e-4)


def mouth(s: Sculptor, ball: Ball, lips: Lips, face: Face, depth: float, ink: np.ndarray = INK) -> None:
    """A mouth: a line, or an opening with teeth and tongue (the contour of pipelines/animate/parts/drawn_mouth.py)."""
    if share_facing_viewer(s, ball, 0.0, lips.elevation) < 0.06:
        return
    x = np.linspace(-1, 1, 25)
    wide = 1 + (0.14 * face.wide if face.wide > 0 else 0.5 * face.wide)
    bend = 0.62 * face.smile * (x * x - 0.55)
    lens = np.maximum(0, 1 - x * x) ** (0.75 if face.wide >= 0 else 0.5)
    roof, floor = bend - -0.12 * face.open * lens, bend - 1.02 * face.open * lens
    half = lips.half * wide * (0.86 + 0.2 * max(0.0, face.smile))

    def at(along: np.ndarray, up: np.ndarray) -> np.ndarray:
        return place_on_ball(ball, 0.0, lips.elevation, np.stack([along * half, up * lips.half], -1))

    radius = ball.radius
    line = radius * 0.05 * (0.45 + 0.55 * np.sqrt(np.maximum(0, 1 - x * x)))
    if face.open > 0.05:
        ring = np.concatenate([at(x, roof), at(x[::-1], floor[::-1])])
        s.decal("mouth", ring, INSIDE, depth + 4e-4, glow=0.3)
        low = float(floor.min())
        tongue = at(0.62 * np.cos(TURN), low + 0.05 + 0.25 * face.tongue + 0.30 * np.sin(TURN))
        s.decal("tongue", tongue, TONGUE, depth + 4e-4, clip=True)
        if face.teeth > 0.2:
            deep = min(0.26, 0.5 * face.open) * min(1.0, 1.3 * face.teeth)
            band = np.concatenate([at(x, roof + 0.05), at(x[::-1], (roof - deep * lens**0.5)[::-1])])
            s.decal("teeth", band, TEETH, depth + 4e-4, clip=True, glow=0.3)
    else:
        s.stroke("mouth", at(x[::3], bend[::3]), line[::3], ink, depth + 4e-4)
    if lips.split:
        up = np.linspace(0, 1, 5)
        s.stroke("lip", at(0 * up, bend[12] + up * 0.55), radius * 0.035, ink, depth + 4e-4)


def cheeks(
    s: Sculptor,
    ball: Ball,
    face: Face,
    depth: float,
    colour: np.ndarray,
    azimuth: float = 40.0,
    elevation: float = -20.0,
    size: float = 11.0,
) -> None:
    """A soft blush on both cheeks."""
    for side in (1, -1):
        if share_facing_viewer(s, ball, side * azimuth, elevation) < 0.2 or face.blush < 0.05:
            continue
        disc = np.stack([np.cos(TURN) * size, np.sin(TURN) * size * 0.8], -1)
        radius = ball.radius
        s.decal(
            "cheek",
            place_on_ball(ball, side * azimuth, elevation, disc),
            colour,
            depth + 5e-5,
            opacity=0.25 + 0.35 * face.blush,
            feather=0.055 * radius,
        )


def glasses(s: Sculptor, ball: Ball, eye: Eyes, colour: np.ndarray, depth: float, square: bool = False) -> None:
    """Two rims with a bridge, and the temples to the ears."""
    rim = ball.grown(1.07)
    radius = ball.radius
    size = max(eye.wide, eye.tall) * 1.42
    power = 0.55 if square else 1.0
    around = np.stack(
        [np.sign(np.cos(TURN)) * np.abs(np.cos(TURN)) ** power, np.sign(np.sin(TURN)) * np.abs(np.sin(TURN)) ** power],
        -1,
    )
    for side in (1, -1):
        if share_facing_viewer(s, rim, side * eye.azimuth, eye.elevation) < 0.1:
            continue
        pane = place_on_ball(rim, side * eye.azimuth, eye.elevation - 1, around * size)
        s.decal("lens", pane, WHITE, depth + 6e-4, opacity=0.22, glow=0.5)
        outer, inner = (
            s.seen(place_on_ball(rim, side * eye.azimuth, eye.elevation - 1, around * size * f)) for f in (1.1, 0.92)
        )
        s.decal("rim", pane, colour, depth + 6.5e-4)
        s.shapes[-1].polygons = [outer.astype(np.float32), inner.astype(np.float32)]
        temple = rim.at(
            side * np.linspace(eye.azimuth + size * 1.02, 92, 8), np.linspace(eye.elevation, eye.elevation + 1, 8)
        )
        if share_facing_viewer(s, rim, side * 65, 0) > 0.05:
            s.stroke("temple", temple, radius * 0.05, colour, depth + 6e-4)
    gap = eye.azimuth - size * 1.0
    if gap > -4 and share_facing_viewer(s, rim, 0, 0) > 0.1:
        line = rim.at(
            np.linspace(-max(gap, 2), max(gap, 2), 7), eye.elevation + 1 + 2.5 * (1 - np.linspace(-1, 1, 7) ** 2)
        )
        s.stroke("bridge", line, radius * 0.055, colour, depth + 6.6e-4)
