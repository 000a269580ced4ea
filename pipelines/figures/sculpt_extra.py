"""Solids that robots and the like are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.figures.sculpt import CIRCLE, Sculptor, Shape


def box(
    s: Sculptor,
    name: str,
    bone: str,
    place: tuple[float, float, float],
    half: tuple[float, float, float],
    corner: float,
    colour: np.ndarray,
    *,
    depth: float | None = None,
    bias: float = 0.0,
    **paint: Any,
) -> np.ndarray:
    """A box with round corners on a bone: the hull of its eight corners. Gives back its middle."""
    import cv2

    inner = np.maximum(np.asarray(half) - corner, 1e-4)
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    middle = s.spot(bone, place)
    corners = middle + (signs * inner) @ s.frame(bone).T
    flat = s.seen(corners)[:, None] + corner * CIRCLE.T[None]
    hull = cv2.convexHull(flat.reshape(-1, 2).astype(np.float32))[:, 0]
    paint.setdefault("round", 0.5 * float(min(half)))
    paint.setdefault("contact", 0.3)
    s.add(Shape(name, [hull], colour, (float(s.near(middle)) if depth is None else depth) + bias, **paint))
    return middle


def panel(
    s: Sculptor,
    name: str,
    bone: str,
    place: tuple[float, float, float],
    half: tuple[float, float],
    colour: np.ndarray,
    depth: float,
    corner: float = 0.4,
    **paint: Any,
) -> None:
    """A flat panel with round corners on the front (+x) of a bone, if it is seen."""
    if float(s.frame(bone)[:, 0] @ s.toward) < 0.03:
        return
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** corner * half[0]
    z = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** corner * half[1]
    points = s.spot(bone, place) + np.stack([0 * y, y, z], -1) @ s.frame(bone).T
    s.decal(name, points, colour, depth, **paint)
