"""A backdrop: a place at an hour in a weather, composed of its record in depth planes by seeded generators (no trained model)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING

import numpy as np

from pipelines.core.progress import Report, silent
from pipelines.painting.brush import Plane, mix
from pipelines.painting.palette import Light, light_of
from pipelines.scenes import caves, heavens, land, mountains, plants, town, water, woods  # noqa: F401 - their generators
from pipelines.scenes.easel import Easel, generator, paint_steps
from pipelines.scenes.furnishing import furnish, stand_outdoors
from pipelines.scenes.interiors import hang_lamps, light_room, paint_floor, paint_wall, paint_windows
from pipelines.scenes.light import light_at
from pipelines.scenes.places import Place, everything, names, stage_of, surfaces
from pipelines.scenes.settings import SHELTERED
from pipelines.scenes.sky import paint_weather

if TYPE_CHECKING:
    from PIL.Image import Image

VIEW_HORIZON = 0.42  # of the height, of what is seen through a window
IN_CAVES = 0.66  # of the light outside
SNOWED = 0.88  # how much of a snowed-in place is white


@dataclass(frozen=True)
class Backdrop:
    """The planes far to near (RGBA, full size), and the light they were painted in."""

    place: str
    planes: dict[str, Image]
    light: Light


@dataclass
class View(Easel):
    """What is seen through a window: all on one plane."""

    def plane(self, name: str) -> Plane:
        """The one plane that there is."""
        return super().plane("sky")


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
    without: frozenset[str] = frozenset(),
) -> Backdrop:
    """Paint a place; the same arguments give the same pixels. Raises KeyError for a place without a record."""
    given = everything()[place], hour, weather, width, height, seed, plain_colour, season, without
    kept = _cache_of(place, given[1:])
    if not kept:
        kept.append(paint_place(*given, report=report))
    return kept[0]


@lru_cache(maxsize=2)
def _cache_of(place: str, given: tuple[object, ...]) -> list[Backdrop]:
    return []


def paint_place(
    record: Place,
    hour: str,
    weather: str,
    width: int,
    height: int,
    seed: int,
    plain_colour: str = "cream",
    season: str = "",
    without: frozenset[str] = frozenset(),
    report: Report = silent,
) -> Backdrop:
    """Paint a record that need not be among the others."""
    light = light_of(hour, weather)
    easel = Easel(
        width,
        height,
        np.random.default_rng([seed, 1, record.number]),
        light,
        stage_of(record).horizon * height,
        report=report,
        season=season,
        without=without - {*surfaces()["sorts"]["repeated"]},
        plain_colour=plain_colour,
    )
    if lit_as := surfaces()["lit as"].get(record.horizon):
        easel.light = light_at(lit_as, hour, "clear")
    easel.light = replace(easel.light, snow_cover=_snow_on(record, easel.light))
    if record.indoors:
        _compose_room(easel, record)
    else:
        _compose_land(easel, record)
    if record.place not in SHELTERED and not record.indoors:
        paint_weather(easel)
    return Backdrop(record.place, easel.finished(), light)


def _snow_on(record: Place, light: Light) -> float:
    return max(light.snow_cover, SNOWED * (record.ground in surfaces()["snowed"]))


def _compose_land(easel: Easel, record: Place) -> None:
    if record.paint:
        paint_steps(easel, record.paint)
    else:
        _paint_land(easel, record)
    stand_outdoors(easel, record, easel.horizon_y)


def _paint_land(easel: Easel, record: Place, most: int | None = None) -> None:
    """What is far away, and the ground from there, or from the shore, down; `most` is how many steps of it."""
    table = surfaces()
    paint_steps(easel, table["horizon"][record.horizon])
    easel.horizon_y += stage_of(record).shore * easel.height
    paint_steps(easel, table["ground"][record.ground][:most])


def _compose_room(easel: Easel, record: Place) -> None:
    if record.paint:
        easel.outside = record.outside
        paint_steps(easel, record.paint)
        light = easel.light
        easel.light = replace(light, key=light.key * IN_CAVES, shade=light.shade * IN_CAVES, haze_strength=0.0)
        stand_outdoors(easel, record, easel.horizon_y)
        return
    table = surfaces()
    wall, floor, lamps = table["walls"][record.walls], table["floor"][record.floor], table["light"][record.light]
    window = table["window"][record.window]
    window = table["window"]["glass wall"] if window and wall.get("all") else window
    room = light_room(easel, lamps, window, record.windows, (-1 if easel.light.from_left or record.furniture else 1))
    if window:
        paint_view(easel, record.outside)
    paint_wall(room, wall, record.colours.get("walls", wall["colours"]))
    paint_windows(room, window.get("frame", "#f7f0e0"))
    paint_floor(room, floor, record.colours.get("floor", floor["colours"]))
    furnish(room, record)
    hang_lamps(room, lamps["shade"], lamps.get("half", 7.5), lamps.get("beams", ()))


@generator("view")
def paint_view(easel: Easel, outside: str = "") -> None:
    """What is seen through a window: the horizon of the place outside, its ground, the weather."""
    import cv2

    record = everything()[names()[outside or easel.outside]]
    for _ in range(3):  # out of a room that is in a house
        record = everything()[names()[record.outside]] if record.indoors else record
    wide, high = easel.width // 2, easel.height // 2  # it is far away, and not sharp
    light = replace(easel.light, snow_cover=_snow_on(record, easel.light))
    view = View(wide, high, easel.rng, light, VIEW_HORIZON * high, season=easel.season)
    if record.indoors:
        view.plane("sky").fill(np.ones(3, np.float32) * mix(easel.light.key, easel.light.sky[-1][1], 0.5) * 0.8)
    else:
        _paint_land(view, record, 1)
    if record.place not in SHELTERED:
        paint_weather(view, "sky")
    seen = cv2.resize(view.plane("sky").colour, (easel.width, easel.height), interpolation=cv2.INTER_LINEAR)
    easel.plane("sky").fill(seen)


def flat_picture(backdrop: Backdrop) -> Image:
    """All planes as one picture."""
    from PIL import Image as PillowImage

    return reduce(PillowImage.alpha_composite, backdrop.planes.values())
