"""Flat shapes of a prop, far to near: polygons, boxes, discs, rings and lines, in units of which about 100 make the whole thing, y up."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.figures.sculpt import Shape, closed
from pipelines.painting.brush import mix, rgb
from pipelines.painting.palette import MATERIALS

Points = Sequence[tuple[float, float]] | np.ndarray | str  # a string is "x,y x,y", as in SVG
DARK, LIGHT = rgb("#4a3440"), rgb("#fff8e6")
COLOURS = {
    "red": "#cc473e", "orange": "#e2883a", "yellow": "#eec24f", "green": "#659f55", "teal": "#45a39e", "blue": "#4a7dbd", "purple": "#8460ab",
    "pink": "#e994ae", "brown": "#92633f", "black": "#45414c", "white": "#f6f2e8", "grey": "#a0a2aa", "cream": "#f2e4c4",
}  # fmt: skip
CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 49)[:-1]), np.sin(np.linspace(0, 2 * np.pi, 49)[:-1])], -1)


def ink(colour: str, main: np.ndarray = DARK) -> np.ndarray:
    """A colour by its name, with + and - at its end, as float32 [3]. Raises KeyError for a name that is not known."""
    name = colour.rstrip("+-")
    if name == "main":
        found = main
    elif name in COLOURS:
        found = rgb(COLOURS[name])
    else:
        found = rgb(name) if name.startswith("#") else MATERIALS[name]
    for sign in colour[len(name) :]:
        found = mix(found, LIGHT if sign == "+" else DARK, 0.22)
    return found


def placed(points: Points) -> np.ndarray:
    """Points as an array [n,2]."""
    if isinstance(points, str):
        return np.array([[float(value) for value in pair.split(",")] for pair in points.split()])
    return np.asarray(points, float)


class Sketch:
    """Collects shapes. Colours are "main" (what a colour word changes), materials of the palette, colour words or #rrggbb.

    Each + or - at the end makes a colour lighter or darker. `clip=True` keeps a shape inside the last one that is not clipped.
    """

    def __init__(self, main: np.ndarray, seed: int = 0) -> None:
        self.main = main
        self.rng = np.random.default_rng(seed)
        self.shapes: list[Shape] = []
        self.panes: list[np.ndarray] = []  # of glass: one sees through

    def ink(self, colour: str | np.ndarray) -> np.ndarray:
        """A colour as float32 [3]. Raises KeyError for a name that is not known."""
        return ink(colour, self.main) if isinstance(colour, str) else colour

    def add(
        self,
        polygons: list[np.ndarray],
        colour: str | np.ndarray,
        *,
        round: float | None = None,
        contact: float = 0.24,
        flat: bool = False,
        convex: bool = False,
        **paint: Any,
    ) -> None:
        """Polygons of one colour; `round` is how deep the soft shading reaches in, by default a part of the size."""
        parts = [np.asarray(p, np.float32) for p in polygons]
        if flat or paint.get("clip"):
            round, contact = 0.0, 0.0
        elif round is None:
            joined = np.concatenate(parts)
            round = float(min(9.0, 0.28 * np.ptp(joined, axis=0).min()))
        self.shapes.append(
            Shape("part", parts, self.ink(colour), 0.0, convex=convex, round=round, contact=contact, **paint)
        )

    def poly(self, points: Points, colour: str | np.ndarray, smooth: bool = False, **paint: Any) -> None:
        """A polygon, or with `smooth` a closed curve through its points (equal neighbours make a corner)."""
        at = placed(points)
        self.add([closed(at, 7) if smooth else at], colour, **paint)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: str | np.ndarray, corner: float = 1.2, **paint: Any
    ) -> None:
        """An upright rectangle with round corners."""
        corner = min(corner, (x1 - x0) / 2, (y1 - y0) / 2)
        inner = np.array([(x1, y1), (x0, y1), (x0, y0), (x1, y0)], float) - corner * np.array(
            [(1, 1), (-1, 1), (-1, -1), (1, -1)]
        )
        arcs = [inner[i] + corner * np.roll(CIRCLE, -12 * i, axis=0)[:13] for i in range(4)]
        self.add([np.concatenate(arcs)], colour, **paint)

    def pane(self, points: Points, colour: str = "#a9c8d2", **paint: Any) -> None:
        """A pane of glass, through which one sees who is inside; the first panes of a vehicle are taken first."""
        self.panes.append(np.asarray(points, np.float32))
        self.add([self.panes[-1]], colour, **paint)

    def disc(
        self, x: float, y: float, r: float, colour: str | np.ndarray, ry: float | None = None, **paint: Any
    ) -> None:
        """A circle, or with `ry` an ellipse."""
        self.add([np.array([x, y]) + CIRCLE * (r, r if ry is None else ry)], colour, **paint)

    def discs(self, all_: Sequence[tuple[float, float, float]], colour: str | np.ndarray, **paint: Any) -> None:
        """Many circles (x, y, r) as one shape."""
        self.add([np.array([x, y]) + CIRCLE * r for x, y, r in all_], colour, convex=True, **paint)

    def ring(
        self,
        x: float,
        y: float,
        r: float,
        width: float,
        colour: str | np.ndarray,
        ry: float | None = None,
        **paint: Any,
    ) -> None:
        """A band between two circles (or ellipses)."""
        tall = r if ry is None else ry
        outer = np.array([x, y]) + CIRCLE * (r, tall)
        inner = np.array([x, y]) + CIRCLE[::-1] * (max(0.1, r - width), max(0.1, tall - width))
        paint.setdefault("round", 0.4 * width)
        self.add([outer, inner], colour, **paint)

    def line(
        self,
        points: Points,
        width: float | tuple[float, float],
        colour: str | np.ndarray,
        smooth: bool = False,
        **paint: Any,
    ) -> None:
        """A line with round ends; `smooth` makes it a curve; two widths are those of its ends."""
        import cv2

        at = placed(points)
        if smooth and len(at) > 2:
            ends = np.concatenate([at[:1], at, at[-1:]])
            at = closed(ends, 7)[7 : 7 * (len(ends) - 2) + 1]
        first, last = (width, width) if isinstance(width, (int, float)) else width
        halves = np.linspace(first, last, len(at)) / 2
        rings = [p + CIRCLE[::3] * h for p, h in zip(at, halves)]
        pieces = [np.concatenate(pair).astype(np.float32) for pair in itertools.pairwise(rings)]
        paint.setdefault("round", 0.38 * max(first, last))
        self.add([cv2.convexHull(piece)[:, 0] for piece in pieces], colour, convex=True, **paint)

    def lines(self, all_: Sequence[Points], width: float, colour: str | np.ndarray, **paint: Any) -> None:
        """Straight lines as one shape, without shading unless `round` is given."""
        import cv2

        paint.setdefault("round", 0.0)
        rings = [
            np.concatenate([a + CIRCLE[::4] * width / 2, b + CIRCLE[::4] * width / 2])
            for line in all_
            for a, b in itertools.pairwise(placed(line))
        ]
        self.add([cv2.convexHull(ring.astype(np.float32))[:, 0] for ring in rings], colour, convex=True, **paint)

    def turn(self, degrees: float, x: float = 50, y: float = 50) -> None:
        """Turn all that is there so far about (x, y), to the left."""
        angle, about = np.radians(degrees), np.array([x, y])
        way = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        self.shapes = [
            replace(one, polygons=[((p - about) @ way + about).astype(np.float32) for p in one.polygons])
            for one in self.shapes
        ]

    def near(self, amount: float) -> float:
        """A chance number within +-amount; the seed decides."""
        return float(self.rng.uniform(-amount, amount))
