"""Generators paint a part of a place: a ridge, waves, a row of houses. A record names them one after the other, each with its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pipelines.scenes.easel import Easel

GENERATORS: dict[str, Callable[..., None]] = {}


def generator(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Records call this function by that name; a plane comes to it as itself."""

    def keep(paint: Callable[..., None]) -> Callable[..., None]:
        GENERATORS[name] = paint
        return paint

    return keep


def paint_steps(easel: Easel, steps: Sequence[Any]) -> None:
    """Let generators paint, as a record says; a step may be `only` of wide or of narrow pictures. Raises KeyError, TypeError for what is none."""
    shape = "wide" if easel.width > 1.3 * easel.height else "narrow"
    for name, settings in steps:
        how = {key: easel.plane(value) if key == "plane" else value for key, value in settings.items()}
        if how.pop("only", shape) == shape:
            GENERATORS[name](easel, **how)
