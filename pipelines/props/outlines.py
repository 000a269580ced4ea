"""Outlines of what a drawing is made of, as polygons [n,2] with y up: curves, rectangles, ellipses, bands and lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.figures.sculpt import close_curve

STEPS = 7  # points between two nodes of a curve
CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 49)[:-1]), np.sin(np.linspace(0, 2 * np.pi, 49)[:-1])], -1)
CORNERS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
QUARTERS = np.stack([np.roll(CIRCLE, -12 * quarter, axis=0)[:13] for quarter in range(4)])


def smooth(nodes: np.ndarray) -> np.ndarray:
    """A closed curve through nodes; equal neighbours make a corner."""
    return close_curve(nodes, STEPS)


def smooth_line(nodes: np.ndarray) -> np.ndarray:
    """An open curve through nodes."""
    ends = np.concatenate([nodes[:1], nodes, nodes[-1:]])
    return close_curve(ends, STEPS)[STEPS : STEPS * (len(ends) - 2) + 1]


def smooth_handles(nodes: np.ndarray, closed_: bool) -> np.ndarray:
    """The two handles [n,2,2] of each step of a curve through nodes, as drawing programs have them."""
    at = nodes if closed_ else np.concatenate([nodes[:1], nodes, nodes[-1:]])
    a, b, c, d = (np.roll(at, shift, axis=0) for shift in (1, 0, -1, -2))
    a = np.where(np.linalg.norm(b - a, axis=-1, keepdims=True) < 1e-9, 2 * b - c, a)
    d = np.where(np.linalg.norm(d - c, axis=-1, keepdims=True) < 1e-9, 2 * c - b, d)
    handles = np.stack([b + (c - a) / 6, c - (d - b) / 6], axis=1)
    return handles if closed_ else handles[1 : len(at) - 2]


def bezier(starts: np.ndarray, first: np.ndarray, second: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The points of cubic curves [n,2] that go on from one another, without the first start."""
    t = (np.arange(1, STEPS + 1) / STEPS)[:, None]
    starts, first, second, ends = (one[:, None] for one in (starts, first, second, ends))
    curve = (1 - t) ** 3 * starts + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * ends
    return curve.reshape(-1, 2)


def box(x0: float, y0: float, x1: float, y1: float, corner: float) -> np.ndarray:
    """An upright rectangle with round corners."""
    corner = min(corner, (x1 - x0) / 2, (y1 - y0) / 2)
    inner = np.array([(x1, y1), (x0, y1), (x0, y0), (x1, y0)], float) - corner * CORNERS
    return (inner[:, None] + corner * QUARTERS).reshape(-1, 2)


def ellipse(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    """An ellipse around a point."""
    return np.array([x, y]) + CIRCLE * (rx, ry)


def band(x: float, y: float, rx: float, ry: float, width: float) -> list[np.ndarray]:
    """What lies between an ellipse and a smaller one."""
    inner = np.array([x, y]) + CIRCLE[::-1] * (max(0.1, rx - width), max(0.1, ry - width))
    return [ellipse(x, y, rx, ry), inner]


def line(points: np.ndarray, first: float, last: float) -> list[np.ndarray]:
    """A line with round ends that is `first` wide where it begins and `last` where it ends: convex pieces that overlap."""
    halves = np.linspace(first, last, len(points)) / 2
    rings = points[:, None] + CIRCLE[::3] * halves[:, None, None]
    return hulls(np.concatenate([rings[:-1], rings[1:]], axis=1))


def strokes(lines: Sequence[np.ndarray], width: float) -> list[np.ndarray]:
    """Thin straight lines, a convex piece each."""
    ends = np.concatenate([np.stack([points[:-1], points[1:]], axis=1) for points in lines])
    rings = ends[:, :, None] + CIRCLE[::4] * width / 2
    return hulls(rings.reshape(len(rings), -1, 2))


def hulls(clouds: np.ndarray) -> list[np.ndarray]:
    """The convex hull of each cloud of points [n,k,2]."""
    import cv2

    return [cv2.convexHull(cloud)[:, 0] for cloud in clouds.astype(np.float32)]


def turn_polygon(polygon: np.ndarray, degrees: float, x: float, y: float) -> np.ndarray:
    """A polygon turned to the left about a point."""
    angle, about = np.radians(degrees), np.array([x, y])
    way = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return ((polygon - about) @ way + about).astype(np.float32)
