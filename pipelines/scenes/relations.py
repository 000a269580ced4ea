"""Places' room for things, things in their places, and whether a relation is true of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.scenes.places import everything, stage_of
from pipelines.scenes.prompt import Relation

STAGES = {place: stage_of(record) for place, record in everything().items()}
# where something is follows from what it belongs to, not from where a hand put it
CARRIED, TIES = ("on", "in"), ("on", "in", "held by", "wearing")


@dataclass(frozen=True)
class Item:
    """One drawing in the picture, in pixels: centre x, feet y, size; depth 0 far .. 1 near; order within the picture by `z`."""

    thing: int
    member: int
    noun: str
    habitat: str
    x: float
    feet: float
    wide: float
    tall: float
    depth: float
    z: float
    mirrored: bool = False
    scale: float = 0.0  # pixels a storybook metre

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom on the canvas."""
        return self.x - self.wide / 2, self.feet - self.tall, self.x + self.wide / 2, self.feet


def boxes_of(items: Sequence[Item], thing: int) -> tuple[float, float, float, float]:
    """The box around all members of a thing."""
    boxes = np.array([item.box for item in items if item.thing == thing])
    return float(boxes[:, 0].min()), float(boxes[:, 1].min()), float(boxes[:, 2].max()), float(boxes[:, 3].max())


def holds(relation: Relation, items: Sequence[Item]) -> bool:
    """Whether a relation is true of a layout, for every member of its subject."""
    other = boxes_of(items, relation.object)
    return all(_true_of(relation, item, other, items) for item in items if item.thing == relation.subject)


def _true_of(relation: Relation, item: Item, other: tuple[float, float, float, float], items: Sequence[Item]) -> bool:
    x0, y0, x1, y1 = item.box
    ox0, oy0, ox1, oy1 = other
    wide, tall = x1 - x0, y1 - y0
    ocx = (ox0 + ox1) / 2
    near = [other_one for other_one in items if other_one.thing == relation.object]
    within = ox0 - 0.35 * wide <= item.x <= ox1 + 0.35 * wide
    kind = relation.kind
    if kind == "held by":
        return True
    if kind == "left of":
        return x1 <= ocx and item.x < ox0 + 0.2 * wide
    if kind == "right of":
        return x0 >= ocx and item.x > ox1 - 0.2 * wide
    if kind == "above":
        mine = boxes_of(items, relation.subject)
        return y1 <= oy0 + 0.25 * tall and mine[0] < ox1 + 0.4 * wide and mine[2] > ox0 - 0.4 * wide
    if kind == "below":
        return y0 >= oy1 - 0.25 * tall and within
    if kind == "under":
        if all(other_one.habitat in ("sky", "air") for other_one in near):
            return y0 >= oy1 - 0.45 * tall
        return within and y1 >= oy1 - 1 and y0 > oy0 - 0.2 * tall
    if kind == "behind":
        return all(item.z < other_one.z for other_one in near) and y1 < oy1 and x0 < ox1 and x1 > ox0
    if kind == "in front of":
        return all(item.z > other_one.z for other_one in near) and y1 > oy1 and x0 < ox1 and x1 > ox0
    if kind == "on":
        return any(_stands_on(item, other_one) for other_one in near)
    if kind == "in":
        return any(
            abs(item.x - other_one.x) < 0.5 * other_one.wide
            and other_one.box[1] < y1 < other_one.feet
            and item.z < other_one.z
            for other_one in near
        )
    if kind == "wearing":
        return any(
            abs(other_one.x - item.x) < 0.5 * item.wide and abs(other_one.feet - y0) < 0.4 * other_one.tall
            for other_one in near
        )
    if kind == "between" and relation.other == relation.object:
        return min(other_one.x for other_one in near) < item.x < max(other_one.x for other_one in near)
    if kind == "between":
        third = boxes_of(items, relation.other if relation.other is not None else relation.object)
        a, b = sorted((ocx, (third[0] + third[2]) / 2))
        return a < item.x < b
    gap = max(ox0 - x1, x0 - ox1, 0)  # beside, with
    return gap <= 0.9 * max(wide, ox1 - ox0) and not within_box(item, other)


def within_box(item: Item, other: tuple[float, float, float, float]) -> bool:
    """Whether most of an item lies over a box."""
    x0, y0, x1, y1 = item.box
    shared = max(0.0, min(x1, other[2]) - max(x0, other[0])) * max(0.0, min(y1, other[3]) - max(y0, other[1]))
    return shared > 0.5 * (x1 - x0) * (y1 - y0)


def _stands_on(item: Item, one: Item) -> bool:
    top = one.feet - one.tall
    return (
        abs(item.x - one.x) <= 0.5 * one.wide
        and top - 0.05 * one.tall <= item.feet <= top + 0.85 * one.tall
        and item.z > one.z
    )


def put_on_hats(items: Sequence[Item], relations: Sequence[Relation]) -> list[Item]:
    """The items with hats and the like on the heads of who wears them."""
    placed = list(items)
    for relation in relations:
        if relation.kind != "wearing":
            continue
        wearers = [item for item in placed if item.thing == relation.subject]
        worn = [item for item in placed if item.thing == relation.object]
        for host, thing in zip(wearers, worn):
            wide = 0.52 * host.wide
            placed[placed.index(thing)] = replace(
                thing,
                x=host.x,
                wide=wide,
                tall=wide * thing.tall / thing.wide,
                feet=host.feet - host.tall * 0.94,
                depth=host.depth,
                z=host.z + 0.002,
            )
    return placed
