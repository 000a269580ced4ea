"""A backdrop: a place at an hour in a weather, painted in depth planes by a seeded vector painter (no trained model)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipelines.core.progress import Report, silent
from pipelines.painting.palette import Light, light_of
from pipelines.scenes import (
    classroom,
    farmland,
    grounds,
    halls,
    heavens,
    heights,
    living_room,
    mountains,
    public_rooms,
    rooms,
    station,
    street,
    town,
    water,
    waterside,
    woods,
)
from pipelines.scenes import country as land
from pipelines.scenes import desert as dry
from pipelines.scenes import snow as winter
from pipelines.scenes.easel import Easel
from pipelines.scenes.relations import STAGES
from pipelines.scenes.settings import INSIDE, SEEDS
from pipelines.scenes.sky import paint_weather

if TYPE_CHECKING:
    from PIL.Image import Image

PAINTERS: dict[str, Callable[[Easel], None]] = {
    "meadow": land.meadow,
    "mountains": mountains.mountains,
    "snow": winter.snow,
    "desert": dry.desert,
    "sea": water.sea,
    "underwater": water.underwater,
    "forest": woods.forest,
    "clouds": heavens.clouds,
    "space": heavens.space,
    "plain": heavens.plain,
    "city": town.city,
    "street": street.street,
    "room": living_room.room,
    "lake": waterside.lake,
    "river": waterside.river,
    "kitchen": rooms.kitchen,
    "bedroom": rooms.bedroom,
    "classroom": classroom.classroom,
    "hospital": public_rooms.hospital,
    "shop": public_rooms.shop,
    "hall": halls.hall,
    "cave": halls.cave,
    "garden": grounds.garden,
    "park": grounds.park,
    "playground": grounds.playground,
    "farm": farmland.farm,
    "village": farmland.village,
    "hill": heights.hilltop,
    "cliff": heights.cliff,
    "station": station.station,
    "jungle": woods.jungle,
}

SHELTERED = (*INSIDE, "space", "underwater")  # no rain falls there; through a room's window it is seen


@dataclass(frozen=True)
class Backdrop:
    """The planes far to near (RGBA, full size), and the light they were painted in."""

    place: str
    planes: dict[str, Image]
    light: Light


def paint(
    place: str,
    hour: str,
    weather: str,
    width: int,
    height: int,
    seed: int,
    plain_colour: str = "cream",
    report: Report = silent,
    season: str = "",
    with_bed: bool = True,
) -> Backdrop:
    """Paint a place; the same arguments give the same pixels. Raises KeyError for a place that is not in PAINTERS.

    Every plane that is begun is reported, with the picture so far. A film shows one place in many scenes, so the last two are kept.
    """
    given = place, hour, weather, width, height, seed, plain_colour, season, with_bed
    kept = _cache_of(PAINTERS[place], given)
    if not kept:
        kept.append(_paint_place(*given, report))
    return kept[0]


@lru_cache(maxsize=2)
def _cache_of(painter: Callable[[Easel], None], given: tuple[object, ...]) -> list[Backdrop]:
    """What holds the backdrop of these arguments, once it is painted."""
    return []


def _paint_place(
    place: str,
    hour: str,
    weather: str,
    width: int,
    height: int,
    seed: int,
    plain_colour: str,
    season: str,
    with_bed: bool,
    report: Report,
) -> Backdrop:
    rng = np.random.default_rng([seed, 1, SEEDS[place]])
    light = light_of(hour, weather)
    easel = Easel(
        width, height, rng, light, STAGES[place].horizon * height, report=report, season=season, with_bed=with_bed
    )
    if place == "plain":
        heavens.plain(easel, plain_colour)
    else:
        PAINTERS[place](easel)
    if place not in SHELTERED:
        paint_weather(easel)
    return Backdrop(place, easel.finished(), light)
