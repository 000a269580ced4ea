"""From bones to flat shapes: sections on bones become envelopes, curves on surfaces become decals, all seen from one side.

A part is one of three things. A *chain* is a row of ellipsoids bound to bones, its outline the envelope around them (smooth skinning: a
section may belong to two bones, and the row is drawn out into a smooth curve). A *decal* is a closed curve on the surface of an ellipsoid or
of a chain. A *card* is a closed smooth curve in space. Everything is projected without perspective, from a little above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.figures.skeleton import Skeleton

TILT = 0.10  # how far things that are nearer are seen lower: the sine of the camera's pitch
CIRCLE = np.stack(
    [np.cos(np.linspace(0, 2 * np.pi, 22, endpoint=False)), np.sin(np.linspace(0, 2 * np.pi, 22, endpoint=False))]
)


_TURN = np.linspace(np.pi / 2, -np.pi / 2, 7)[1:-1, None]
ROUND_END = (np.sin(_TURN), np.cos(_TURN))  # of a stroke


@dataclass
class Shape:
    """A flat shape to be painted: polygons in the figure's units, x to the right and y up.

    `convex`: the shape is the union of convex polygons; else every polygon is filled by itself, holes by the even-odd rule. `round` is how
    deep the soft shading reaches in, 0 for none; `clip` keeps it inside the last shape that is not clipped; `feather` softens its edge.
    """

    name: str
    polygons: list[np.ndarray]
    colour: np.ndarray
    depth: float
    convex: bool = True
    round: float = 0.0
    contact: float = 0.0
    opacity: float = 1.0
    clip: bool = False
    feather: float = 0.0
    glow: float = 0.0  # 1: shines by itself, light does not change it
    bones: tuple[str, ...] = ()  # that it is bound to


@dataclass(slots=True)
class Ball:
    """An ellipsoid in space: its centre [3] and its half axes as columns [3,3] (forward, up, right)."""

    centre: np.ndarray
    axes: np.ndarray

    @property
    def radius(self) -> float:
        """The half axis that points up."""
        up = self.axes[:, 1]
        return math.sqrt(up @ up)

    def find_unit_axes(self) -> np.ndarray:
        """Return the axes, each of length one."""
        return self.axes / np.sqrt(np.add.reduce(self.axes * self.axes, 0))

    def at(self, azimuth: Any, elevation: Any, out: Any = 1.0) -> np.ndarray:
        """Points on the surface; azimuth and elevation in degrees, 0 is forward, positive to the right and up."""
        if isinstance(azimuth, (int, float)) and isinstance(elevation, (int, float)):
            return self.centre + out * direction_of(azimuth, elevation) @ self.axes.T
        a, e = np.radians(azimuth), np.radians(elevation)
        flat, wide = np.cos(e), np.broadcast_shapes(np.shape(a), np.shape(e))
        way = np.empty((*wide, 3))
        way[..., 0], way[..., 1], way[..., 2] = flat * np.cos(a), np.sin(e), flat * np.sin(a)
        return self.centre + out * way @ self.axes.T

    def grown(self, factor: float | Sequence[float], move: Sequence[float] = (0.0, 0.0, 0.0)) -> Ball:
        """Larger by a factor (or one for each axis), moved by parts of its half axes."""
        return Ball(self.centre + self.axes @ np.asarray(move, float), self.axes * np.asarray(factor, float))


def direction_of(azimuth: float, elevation: float) -> np.ndarray:
    """Where an azimuth and an elevation in degrees point to, in a ball's frame."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return np.array([math.cos(e) * math.cos(a), math.sin(e), math.cos(e) * math.sin(a)])


@dataclass
class Sculptor:
    """Collects the shapes of one figure in one pose, seen from one side."""

    skeleton: Skeleton
    where: np.ndarray
    turned: np.ndarray
    yaw: float  # degrees: 0 the figure faces right, 90 it faces the viewer
    shapes: list[Shape] = field(default_factory=list)
    order: int = 0
    touched: list[str] = field(default_factory=list)  # bones that were asked for since the last shape

    def __post_init__(self) -> None:
        c, s = np.cos(np.radians(self.yaw)), np.sin(np.radians(self.yaw))
        self.toward = np.array([s, 0.0, c])
        self.bone_near = dict(zip(self.skeleton.index, (self.where @ self.toward).tolist()))
        self.plane = np.array([[c, 0.0, -s], [-TILT * s, 1.0, -TILT * c]])

    # places

    def spot(self, bone: str, place: Sequence[float] | np.ndarray = (0.0, 0.0, 0.0)) -> np.ndarray:
        """A place in a bone's frame, in the figure's space."""
        self.touched.append(bone)
        i = self.skeleton.index[bone]
        return self.where[i] + self.turned[i] @ np.asarray(place, float)

    def frame(self, bone: str) -> np.ndarray:
        """Return the axes of a bone as columns, and note that it was used."""
        self.touched.append(bone)
        return self.turned[self.skeleton.index[bone]]

    def seen(self, points: np.ndarray) -> np.ndarray:
        """Projected to the picture plane [...,2]."""
        return np.asarray(points) @ self.plane.T

    def near(self, points: np.ndarray) -> np.ndarray:
        """How far towards the viewer."""
        return np.asarray(points) @ self.toward

    def ball(
        self, bone: str, place: Sequence[float] | np.ndarray, radii: float | Sequence[float], pitch: float = 0.0
    ) -> Ball:
        """An ellipsoid on a bone, tilted by `pitch` degrees in the bone's own upright plane."""
        axes, centre = self.frame(bone), self.where[self.skeleton.index[bone]]
        centre = centre + axes @ np.array(place, float)
        if pitch:
            c, s = np.cos(np.radians(pitch)), np.sin(np.radians(pitch))
            axes = axes @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
        return Ball(centre, axes * np.array(radii, float))

    def facing(self, ball: Ball) -> float:
        """The azimuth on a ball that looks at the viewer, in degrees."""
        way = ball.find_unit_axes().T @ self.toward
        return float(np.degrees(np.arctan2(way[2], way[0])))

    # parts

    def chain(
        self,
        name: str,
        sections: Sequence[Ball],
        colour: np.ndarray,
        *,
        smooth: int = 3,
        depth: float | None = None,
        contact: float = 0.34,
        round: float | None = None,
        **paint: Any,
    ) -> list[Ball]:
        """The envelope of ellipsoids in a row, drawn out to a smooth curve; gives back the sections it was made of."""
        centres, axes = np.array([b.centre for b in sections]), np.array([b.axes for b in sections])
        if len(sections) > 2 and smooth > 1:
            centres, axes = _drawn_out(centres, smooth), _drawn_out(axes, smooth)
        flat = self.plane @ axes
        spread = flat @ flat.transpose(0, 2, 1)
        l11 = np.sqrt(np.maximum(spread[:, 0, 0], 1e-9))
        l21 = spread[:, 0, 1] / l11
        l22 = np.sqrt(np.maximum(spread[:, 1, 1] - l21**2, 1e-9))
        middle = self.seen(centres)
        rings = np.empty((len(middle), len(CIRCLE[0]), 2), np.float32)
        rings[..., 0] = middle[:, :1] + l11[:, None] * CIRCLE[0]
        rings[..., 1] = middle[:, 1:] + l21[:, None] * CIRCLE[0] + l22[:, None] * CIRCLE[1]
        if round is None:
            thick = np.sort(np.minimum(l11, l22))
            round = 0.4 * float(thick[(len(thick) - 1) // 2] + thick[len(thick) // 2])
        depth = float(self.near(centres).mean()) if depth is None else depth
        self.add(Shape(name, _hulls(rings), colour, depth, round=round, contact=contact, **paint))
        return [Ball(c, a) for c, a in zip(centres, axes)]

    def blob(self, name: str, ball: Ball, colour: np.ndarray, **paint: Any) -> Ball:
        """One ellipsoid."""
        self.chain(name, [ball], colour, **paint)
        return ball

    def decal(self, name: str, points: np.ndarray, colour: np.ndarray, depth: float, **paint: Any) -> None:
        """A closed curve given by points in space [n,3], painted flat."""
        self.add(Shape(name, [self.seen(points).astype(np.float32)], colour, depth, convex=False, **paint))

    def card(
        self,
        name: str,
        points: np.ndarray,
        colour: np.ndarray,
        *,
        depth: float | None = None,
        smooth: int = 4,
        **paint: Any,
    ) -> None:
        """A closed smooth curve through points in space [n,3]; equal neighbours make a corner."""
        curve = close_curve(np.asarray(points, float), smooth) if smooth > 1 else np.asarray(points, float)
        depth = float(self.near(points).mean()) if depth is None else depth
        self.add(Shape(name, [self.seen(curve).astype(np.float32)], colour, depth, convex=False, **paint))

    def band(self, name: str, ball: Ball, half: float, colour: np.ndarray, depth: float) -> None:
        """A stripe round a section across its forward axis, `half` as wide as its half axis; only what is seen, kept inside the last part."""
        _, up, right = ball.find_unit_axes().T @ self.toward
        turn = np.arctan2(right, up) + np.linspace(-np.pi / 2, np.pi / 2, 15)
        ring = np.stack([0 * turn, np.cos(turn), np.sin(turn)], -1) * 1.03
        edges = [ball.centre + (ring + (side * half, 0, 0)) @ ball.axes.T for side in (1, -1)]
        self.decal(name, np.concatenate([edges[0], edges[1][::-1]]), colour, depth, clip=True)

    def stroke(self, name: str, points: np.ndarray, width: Any, colour: np.ndarray, depth: float, **paint: Any) -> None:
        """An open line through points in space [n,3] with a width (one, or one for each point)."""
        self.add(Shape(name, [ribbon(self.seen(points), width)], colour, depth, convex=False, **paint))

    def box(
        self,
        name: str,
        bone: str,
        place: Sequence[float],
        half: Sequence[float],
        corner: float,
        colour: np.ndarray,
        depth: float,
        **paint: Any,
    ) -> None:
        """A box with round corners on a bone: the hull of its eight corners."""
        import cv2

        inner = np.maximum(np.asarray(half) - corner, 1e-4)
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
        corners = self.spot(bone, place) + (signs * inner) @ self.frame(bone).T
        flat = self.seen(corners)[:, None] + corner * CIRCLE.T[None]
        hull = cv2.convexHull(flat.reshape(-1, 2).astype(np.float32))[:, 0]
        self.add(Shape(name, [hull], colour, depth, contact=0.3, **paint))

    def panel(
        self,
        name: str,
        bone: str,
        place: Sequence[float],
        half: Sequence[float],
        colour: np.ndarray,
        depth: float,
        corner: float = 0.4,
        **paint: Any,
    ) -> None:
        """A flat panel with round corners on the front (+x) of a bone, if it is seen."""
        if float(self.frame(bone)[:, 0] @ self.toward) < 0.03:
            return
        turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** corner * half[0]
        z = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** corner * half[1]
        points = self.spot(bone, place) + np.stack([0 * y, y, z], -1) @ self.frame(bone).T
        self.decal(name, points, colour, depth, **paint)

    def add(self, shape: Shape) -> None:
        """What comes later with equal depth lies in front."""
        self.order += 1
        shape.bones = tuple(dict.fromkeys(self.touched)) or (self.shapes[-1].bones if self.shapes else ())
        self.touched.clear()
        shape.depth += self.order * 1e-6
        self.shapes.append(shape)

    def cap(
        self,
        ball: Ball,
        line: Callable[[np.ndarray], np.ndarray],
        bumps: Callable[[np.ndarray], np.ndarray] | None = None,
        low: bool = False,
    ) -> np.ndarray:
        """The seen outline [n,2] of what lies above (with `low`: below) a line of elevation(azimuth) on a ball: hair, a cap, a beard.

        `bumps` gives factors for the outer edge by its angle 0..1, left to right.
        """
        face = self.facing(ball)
        azimuth = face + np.linspace(-90, 90, 37)
        border = self.seen(ball.at(azimuth, line(_wrap_azimuth(azimuth))))
        sides = [float(line(_wrap_azimuth(np.array([face + d])))[0]) for d in (90, -90)]
        pole = -90.0 if low else 90.0
        up = np.concatenate([np.linspace(sides[0], pole, 20), np.linspace(pole, sides[1], 20)[1:]])
        out = np.concatenate([np.full(20, face + 90), np.full(19, face - 90)])
        outer = self.seen(ball.at(out, up))
        if bumps is not None:
            middle = self.seen(ball.centre)
            outer = middle + (outer - middle) * bumps(np.linspace(0, 1, len(outer)))[:, None]
        return np.concatenate([border, outer]).astype(np.float32)


def _wrap_azimuth(azimuth: np.ndarray) -> np.ndarray:
    """Azimuths in -180..180."""
    return (azimuth + 180) % 360 - 180


def _hulls(rings: np.ndarray) -> list[np.ndarray]:
    import cv2

    if len(rings) == 1:
        return [rings[0]]
    pairs = np.concatenate([rings[:-1], rings[1:]], axis=1)
    return [cv2.convexHull(pair)[:, 0] for pair in pairs]


def _drawn_out(values: np.ndarray, steps: int) -> np.ndarray:
    """Catmull-Rom through values [n, ...], `steps` pieces between two of them."""
    weights = _weights(len(values), steps)
    return (weights @ values.reshape(len(values), -1)).reshape(len(weights), *values.shape[1:])


@lru_cache(maxsize=256)
def _weights(count: int, steps: int) -> np.ndarray:
    """The matrix that draws `count` values out; the ends go on straight."""
    values = np.eye(count)
    ends = np.concatenate([2 * values[:1] - values[1:2], values, 2 * values[-1:] - values[-2:-1]])
    t = (np.arange(steps) / steps)[:, None]
    pieces = [_catmull(ends[i], ends[i + 1], ends[i + 2], ends[i + 3], t) for i in range(count - 1)]
    return np.concatenate([*pieces, values[-1:]])


def _catmull(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, t: np.ndarray) -> np.ndarray:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def close_curve(points: np.ndarray, steps: int = 4) -> np.ndarray:
    """A closed Catmull-Rom curve through points [n,k]; where two neighbours are equal there is a corner."""
    t = (np.arange(steps) / steps)[:, None]
    b, ring = points, np.concatenate([points[-1:], points, points[:2]])
    a, c, d = ring[:-3], ring[2:-1], ring[3:]
    a = np.where(np.abs(b - a).max(1, keepdims=True) < 1e-9, 2 * b - c, a)
    d = np.where(np.abs(d - c).max(1, keepdims=True) < 1e-9, 2 * c - b, d)
    return _catmull(a[:, None], b[:, None], c[:, None], d[:, None], t[None]).reshape(-1, points.shape[1])


def ribbon(points: np.ndarray, width: Any) -> np.ndarray:
    """A polygon [m,2] around an open line [n,2]; the ends are round."""
    points = np.asarray(points, float)
    half = np.empty((len(points), 1))
    half[:, 0] = np.asarray(width, float) / 2
    along = np.empty_like(points)
    along[0], along[-1] = points[1] - points[0], points[-1] - points[-2]
    along[1:-1] = 0.5 * (points[2:] - points[:-2])
    along /= np.maximum(np.sqrt((along * along).sum(1, keepdims=True)), 1e-9)
    normal = np.empty_like(along)
    normal[:, 0], normal[:, 1] = -along[:, 1], along[:, 0]
    end = points[-1] + half[-1] * (ROUND_END[0] * normal[-1] + ROUND_END[1] * along[-1])
    start = points[0] - half[0] * (ROUND_END[0] * normal[0] + ROUND_END[1] * along[0])
    return np.concatenate([points + half * normal, end, (points - half * normal)[::-1], start]).astype(np.float32)
