"""Places' room for things, things in their places, and whether a relation is true of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.scenes.places import everything, stage_of
from pipelines.scenes.prompt import Relation

STAGES = {place: stage_of(record) for place, record in everything().items()}
# where something is follows from what it belongs to, not from where a hand put it
BEHIND, HIDING = "behind", ("behind", "in front of")
CARRIED, TIES = ("on", "in"), ("on", "in", "held by", "wearing")
# of the order of layers, between what rests on something and that; of the smaller one's width
TIED, PARTLY = 0.01, 0.15
ALOFT = frozenset(["sky", "air"])
Box = tuple[float, float, float, float]


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
    def box(self) -> Box:
        """Left, top, right and bottom on the canvas."""
        return self.x - self.wide / 2, self.feet - self.tall, self.x + self.wide / 2, self.feet


def boxes_of(items: Sequence[Item], thing: int) -> Box:
    """The box around all members of a thing."""
    boxes = np.array([item.box for item in items if item.thing == thing])
    return float(boxes[:, 0].min()), float(boxes[:, 1].min()), float(boxes[:, 2].max()), float(boxes[:, 3].max())


def holds(relation: Relation, items: Sequence[Item]) -> bool:
    """Whether a relation is true of a layout, for every member of its subject."""
    other = boxes_of(items, relation.object)
    return all(_true_of(relation, item, other, items) for item in items if item.thing == relation.subject)


def seen_to_hold(relation: Relation, items: Sequence[Item]) -> bool:
    """Whether a finished picture shows a relation: who sits deep, holds or wears something touches it, what is behind or before something is partly over it."""
    other, near = boxes_of(items, relation.object), [item for item in items if item.thing == relation.object]
    mine = [item for item in items if item.thing == relation.subject]
    over = [min(i.box[2], other[2]) - max(i.box[0], other[0]) > PARTLY * min(i.wide, other[2] - other[0]) for i in mine]
    grown = (other[0] - 1, other[1] - 1, other[2] + 1, other[3] + 1)
    tied = [shared_area((i.box[0], i.box[1], i.box[2], i.feet + 0.1 * i.tall), grown) > 0 for i in mine]
    rests = [any(item.z - member.z < TIED for member in near) for item in mine]
    deep = [i.box[1] > other[1] + 0.35 * (other[3] - other[1]) and i.feet < other[3] + i.tall for i in mine]
    more = {"on": rests, "in": rests, "behind": over, "in front of": over}
    if not {member.habitat for member in near} & ALOFT:
        more["under"] = deep
    return all(more.get(relation.kind, ())) and (all(tied) if relation.kind in TIES else holds(relation, items))


def _true_of(relation: Relation, item: Item, other: Box, items: Sequence[Item]) -> bool:
    x0, y0, x1, y1 = item.box
    ox0, oy0, ox1, oy1 = other
    wide, tall, middle = x1 - x0, y1 - y0, (ox0 + ox1) / 2
    near = [member for member in items if member.thing == relation.object]
    within = ox0 - 0.35 * wide <= item.x <= ox1 + 0.35 * wide
    seen = y1 < oy1 if relation.kind == "behind" else y1 > oy1

    def reaches() -> bool:
        mine = boxes_of(items, relation.subject)
        return mine[0] < ox1 + 0.4 * wide and mine[2] > ox0 - 0.4 * wide

    def between() -> bool:
        third = boxes_of(items, relation.object if relation.other is None else relation.other)
        same = relation.other == relation.object
        ends = [member.x for member in near] if same else [middle, (third[0] + third[2]) / 2]
        return min(ends) < item.x < max(ends)

    true: dict[str, Callable[[], bool]] = {
        "held by": lambda: True,
        "left of": lambda: x1 <= middle and item.x < ox0 + 0.2 * wide,
        "right of": lambda: x0 >= middle and item.x > ox1 - 0.2 * wide,
        "above": lambda: y1 <= oy0 + 0.25 * tall and reaches(),
        "below": lambda: y0 >= oy1 - 0.25 * tall and within,
        "under": lambda: (
            y0 >= oy1 - 0.45 * tall
            if {member.habitat for member in near} <= ALOFT
            else within and y1 >= oy1 - 1 and y0 > oy0 - 0.2 * tall
        ),
        "behind": lambda: all(item.z < member.z for member in near) and seen and x0 < ox1 and x1 > ox0,
        "in front of": lambda: all(item.z > member.z for member in near) and seen and x0 < ox1 and x1 > ox0,
        "on": lambda: any(
            abs(item.x - member.x) <= 0.5 * member.wide
            and -0.05 <= (y1 - member.box[1]) / member.tall <= 0.85
            and item.z > member.z
            for member in near
        ),
        "in": lambda: any(
            abs(item.x - member.x) < 0.5 * member.wide and member.box[1] < y1 < member.feet and item.z < member.z
            for member in near
        ),
        "wearing": lambda: any(
            abs(member.x - item.x) < 0.5 * item.wide and abs(member.feet - y0) < 0.4 * member.tall for member in near
        ),
        "between": between,
    }
    gap = max(ox0 - x1, x0 - ox1, 0)  # beside, with
    beside = gap <= 0.9 * max(wide, ox1 - ox0) and shared_area(item.box, other) <= 0.5 * wide * tall
    return true.get(relation.kind, lambda: beside)()


def shared_area(one: Box, other: Box) -> float:
    """How large the part is that two boxes share."""
    wide, tall = (max(0.0, min(one[at + 2], other[at + 2]) - max(one[at], other[at])) for at in (0, 1))
    return wide * tall


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
