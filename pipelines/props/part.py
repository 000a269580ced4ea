"""A part of a drawing: outlines of one tone, and how the brush paints them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

CONTACT = 0.24  # how dark the shadow is that a part throws on what lies behind it
DEEPEST, SHARE = 9.0, 0.28  # of the soft shading, where a drawing does not say: in units, and of the smaller side


@dataclass(frozen=True)
class Part:
    """`paint` goes to `pipelines.figures.sculpt.Shape`; a `pane` is of glass; `grown` makes the parts that chance decides, from a generator."""

    tone: str
    polygons: list[np.ndarray]
    paint: Mapping[str, Any]
    pane: bool = False
    grown: Callable[[np.random.Generator], list[Part]] | None = None


def part(
    tone: str,
    polygons: Iterable[np.ndarray],
    *,
    round: float | None = None,
    contact: float = CONTACT,
    flat: bool = False,
    convex: bool = False,
    pane: bool = False,
    **paint: Any,
) -> Part:
    """`round` is how deep the soft shading reaches in, by default a share of the size; what is flat or lies inside another part has none."""
    outlines = [np.asarray(polygon, np.float32) for polygon in polygons]
    if flat or paint.get("clip"):
        round, contact = 0.0, 0.0
    elif round is None:
        round = float(min(DEEPEST, SHARE * np.ptp(np.concatenate(outlines), axis=0).min()))
    return Part(tone, outlines, {"round": round, "contact": contact, "convex": convex, **paint}, pane)
