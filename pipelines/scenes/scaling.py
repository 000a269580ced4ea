"""How large the things of a layout are: one scale for the picture, in which whom it is about can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.scenes import things as T
from pipelines.scenes.cabins import has_cabin
from pipelines.scenes.painted_things import is_vessel
from pipelines.scenes.performers import is_figure, is_person, true_metres
from pipelines.scenes.prompt import Reading, Relation, Thing
from pipelines.scenes.words import SIZE_FACTOR

FIGURE_SHARE = 0.42  # of the height: the tallest of those who act, near the front
OTHERS_SHARE = 0.34  # of the height: everybody who is not small by nature
RIDER_SHARE, AFLOAT_SHARE = 0.34, 0.27  # of the height: who sits on something, and who stands on a ship
SMALLEST_BESIDE_PEOPLE = 0.42  # storybook metres
NOT_SMALL = 0.9  # storybook metres
PERSON = 1.5  # storybook metres; smaller kinds stand smaller, by the root
CROWDED = 3  # so many figures have room at their full size
MOST_SHARE = 0.74  # of the height: a single large thing beside figures
ABOVE = 0.22  # of the height: room above a thing on which or above which somebody is
LARGE = 2.0  # storybook metres from which on a thing counts as large
BEHIND_SHARE = 0.8  # of the height of what stands behind

IN_THE_SKY = {"cloud": 1.25, "cloud with rain": 1.25, "rainbow": 2.0, "star": 0.5, "snowflake": 0.45}


@dataclass
class Unit:
    """All members of one thing while a place is sought for them."""

    index: int
    thing: Thing
    habitat: str
    metres: float
    aspects: tuple[float, ...]  # width over height of each member's drawing
    scale: float = 1.0  # pixels per storybook metre at the near edge, before perspective
    depth: float = 0.5
    standing: float = 0.0  # metres of who sits or lies, if it stood
    headroom: float = 0.03  # of the height, above it


def story_height(reading: Reading, index: int) -> float:
    """The storybook height of a thing among the others, metres. Small animals are drawn large, but not as large beside people; a little girl is no dwarf."""
    thing = reading.things[index]
    metres = T.height_of(thing.noun)
    if is_person(thing.noun):
        return metres * SIZE_FACTOR[thing.size] ** (0.45 if thing.size in ("small", "big") else 1.0)
    ridden = any(r.object == index and r.kind in ("on", "in") for r in reading.relations)
    if is_figure(thing.noun) and not ridden and any(is_person(one.noun) for one in reading.things):
        metres = min(metres, max(SMALLEST_BESIDE_PEOPLE, (metres + true_metres(thing.noun)) / 2))
    return metres * SIZE_FACTOR[thing.size]


def perspective(depth: float) -> float:
    """How large a thing is at a depth, beside one at the near edge."""
    return 0.40 + 0.60 * depth


def scale_all(units: Sequence[Unit], relations: Sequence[Relation], width: int, height: int, shrink: float) -> None:
    """One scale for the whole picture, so that the largest thing fills it well and many things find room."""
    if not units:
        return
    aside = [unit for unit in units if unit.habitat != "sky"]
    largest = max(
        (unit.metres * BEHIND_SHARE if T.tall_behind(unit.thing.noun) else unit.metres for unit in aside), default=1.0
    )
    members = sum(len(unit.aspects) for unit in aside)
    shorter = min(height, 1.25 * width)
    crowd = 1.0 if members <= 2 else (2.4 / (members + 0.4)) ** 0.38
    scale = shrink * (0.60 if largest >= 2 else 0.50) * shorter * crowd / largest
    large = sum(len(unit.aspects) for unit in aside if unit.metres >= LARGE)
    smallest = 0.115 * shorter * (crowd**0.5)
    seen = max(scale, _scale_of_figures(units, relations, shrink * shorter))
    for relation in relations:  # room for who is on top of something or above it
        under = units[relation.object]
        inside = relation.kind == "in" and has_cabin(under.thing.noun)
        if inside or (relation.kind in ("on", "above") and not is_vessel(under.thing.noun)):
            under.headroom = ABOVE
    for unit in units:
        unit.depth = depth_of(unit)
        most = 0.85 * (MOST_SHARE / max(1, large) ** 0.5) * min(width, height) / (unit.metres * perspective(unit.depth))
        unit.scale = max(scale, min(seen, most), smallest / unit.metres)
        if unit.habitat == "sky":
            unit.scale = 0.20 * shorter / T.height_of(unit.thing.noun)
            unit.scale *= IN_THE_SKY.get(unit.thing.noun, 1.0) / (len(unit.aspects) ** 0.25)


def _scale_of_figures(units: Sequence[Unit], relations: Sequence[Relation], size: float) -> float:
    """The scale at which those who act can be seen: the tallest at FIGURE_SHARE of the height, others who are not small at OTHERS_SHARE."""
    acting = [unit for unit in units if unit.habitat != "sky" and is_figure(unit.thing.noun)]
    if not acting:
        return 0.0
    room = size * min(1.0, (CROWDED / sum(len(unit.aspects) for unit in acting)) ** 0.3)
    tallest = max(acting, key=lambda unit: unit.standing)
    scales = []
    for unit in acting:
        below = any(r.subject == unit.index and r.kind in ("below", "under") for r in relations)
        if (unit is not tallest and unit.standing < NOT_SMALL) or (below and unit.habitat != "ground"):
            continue
        share = FIGURE_SHARE if unit is tallest else OTHERS_SHARE
        carriers = (units[r.object] for r in relations if r.subject == unit.index and r.kind in ("on", "in"))
        under = next(carriers, unit)
        if under is not unit:  # with what it sits on it takes more of the height
            share = AFLOAT_SHARE if under.habitat == "water" else RIDER_SHARE
        near = perspective(depth_of(under))
        scales.append(0.85 * room * share * min(1.0, (unit.standing / PERSON) ** 0.5) / (unit.standing * near))
    return max(scales, default=0.0)


def depth_of(unit: Unit) -> float:
    """Return how near the viewer a thing stands, from 0 (far) to 1."""
    if unit.thing.spot == "far":
        return 0.03
    if unit.thing.spot == "near":
        return 0.96
    if T.tall_behind(unit.thing.noun):
        return 0.22
    return float(np.clip(0.78 - 0.16 * unit.metres, 0.34, 0.72))
