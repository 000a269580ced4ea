"""A backdrop: a place at an hour in a weather, painted in depth planes by a seeded vector painter (no trained model)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.generate.scenes import heavens, indoors, land, town, water, woods
from pipelines.generate.scenes.easel import Easel
from pipelines.generate.scenes.palette import Light, light_of
from pipelines.generate.scenes.sky import paint_weather

if TYPE_CHECKING:
    from PIL.Image import Image

PAINTERS: dict[str, Callable[[Easel], None]] = {
    "meadow": land.meadow, "mountains": land.mountains, "snow": land.snow, "desert": land.desert, "sea": water.sea,
    "underwater": water.underwater, "forest": woods.forest, "clouds": heavens.clouds, "space": heavens.space, "plain": heavens.plain,
    "city": town.city, "street": town.street, "room": indoors.room,
}  # fmt: skip
HORIZON = {
    "meadow": 0.55, "mountains": 0.62, "snow": 0.56, "desert": 0.56, "sea": 0.47, "underwater": 0.66, "forest": 0.60, "clouds": 0.60, "space": 0.70, "plain": 0.60,
    "city": 0.60, "street": 0.66, "room": 0.64,
}  # fmt: skip


@dataclass(frozen=True)
class Backdrop:
    """The planes far to near (RGBA, full size), and the light they were painted in."""

    place: str
    planes: dict[str, Image]
    light: Light


def paint(place: str, hour: str, weather: str, width: int, height: int, seed: int) -> Backdrop:
    """Paint a place; the same arguments give the same pixels. Raises KeyError for a place that is not in PAINTERS."""
    rng = np.random.default_rng([seed, 1, sorted(PAINTERS).index(place)])
    light = light_of(hour, weather)
    easel = Easel(width, height, rng, light, HORIZON[place] * height)
    PAINTERS[place](easel)
    paint_weather(easel)
    return Backdrop(place, easel.finished(), light)
