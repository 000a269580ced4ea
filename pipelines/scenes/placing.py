"""Where a relation wants a thing: one handler for each relation, from the place tried before to the place with some play."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.props import record
from pipelines.scenes.prompt import Relation
from pipelines.scenes.relations import Item, boxes_of

if TYPE_CHECKING:
    from pipelines.scenes.scaling import Unit


@dataclass(frozen=True)
class Placed:
    """A place in pixels: centre x, row of the feet, depth 0 far .. 1 near, order within the picture."""

    x: float
    feet: float
    depth: float
    z: float


@dataclass(frozen=True)
class Around:
    """What a handler sees: the thing's habitat and sizes, what it is to stand to, and the stage."""

    relation: Relation
    habitat: str
    sizes: Sequence[tuple[float, float]]
    items: Sequence[Item]
    rng: np.random.Generator
    height: int
    seat: float  # how far down the other thing one is on or in it
    feet_at: Callable[[float], float]  # the row of feet on the ground at a depth

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box round all items of the other thing."""
        return boxes_of(self.items, self.relation.object)

    @property
    def anchor(self) -> Item:
        """The item of the other thing that stands nearest to the viewer."""
        return max((item for item in self.items if item.thing == self.relation.object), key=lambda item: item.feet)

    @property
    def wide(self) -> float:
        """Width of the widest member that is to be placed."""
        return max(size[0] for size in self.sizes)

    @property
    def tall(self) -> float:
        """Height of the tallest member that is to be placed."""
        return max(size[1] for size in self.sizes)

    @property
    def row(self) -> float:
        """How wide all members are, side by side."""
        return self.wide * (1 + 0.86 * (len(self.sizes) - 1))

    @property
    def grounded(self) -> bool:
        """Whether both stand on the same ground or swim in the same water."""
        return self.habitat in ("ground", "water") and self.anchor.habitat == self.habitat

    def standing(self, at: Placed, depth: float) -> Placed:
        """Return the same place at another depth, with its feet on the ground there."""
        return replace(at, depth=depth, feet=self.feet_at(depth))


def _left_or_right(around: Around, at: Placed) -> Placed:
    x0, _, x1, _ = around.box
    gap = around.rng.uniform(0.02, 0.9) * around.wide
    at = replace(at, x=x0 - gap - around.row / 2 if (around.relation.kind == "left of") else x1 + gap + around.row / 2)
    if not around.grounded:
        return at
    return around.standing(at, float(np.clip(around.anchor.depth + around.rng.normal(0.12, 0.12), 0, 0.95)))


def _beside(around: Around, at: Placed) -> Placed:
    x0, y0, x1, y1 = around.box
    side = -1 if around.rng.random() < 0.5 else 1
    away = around.rng.uniform(-0.08, 0.35) * around.wide
    at = replace(at, x=x0 - away - around.row / 2 if side < 0 else x1 + away + around.row / 2)
    if around.grounded:
        return around.standing(at, float(np.clip(around.anchor.depth + around.rng.uniform(0.0, 0.30), 0, 0.92)))
    if around.habitat in ("sky", "air", "depth"):
        tall = around.tall
        level = (y0 + y1) / 2 + tall / 2 + around.rng.normal(0, 0.2) * tall
        return replace(at, feet=float(np.clip(level, tall + 4, around.height * 0.95)))
    return at


def _above(around: Around, at: Placed) -> Placed:
    x0, y0, x1, _ = around.box
    x = (x0 + x1) / 2 + around.rng.uniform(-0.5, 0.5) * max(x1 - x0, around.wide)
    return replace(at, x=x, feet=y0 - around.rng.uniform(-0.10, 0.6) * around.tall)


def _under(around: Around, at: Placed) -> Placed:
    x0, _, x1, y1 = around.box
    if record(around.anchor.noun).under and around.habitat == "ground":  # seen between its legs
        x = (x0 + x1) / 2 + around.rng.uniform(-0.2, 0.2) * max(0.0, x1 - x0 - around.row)
        return Placed(x, y1, around.anchor.depth, around.anchor.z - 0.0005)
    at = replace(at, x=(x0 + x1) / 2 + around.rng.uniform(-0.42, 0.42) * (x1 - x0))
    if around.grounded or (around.habitat == "ground" and around.anchor.habitat not in ("sky", "air")):
        at = around.standing(at, float(np.clip(around.anchor.depth + around.rng.uniform(0.05, 0.30), 0, 0.97)))
        return replace(at, feet=max(at.feet, y1 + 2))
    if around.habitat != "ground":
        return replace(at, feet=y1 + around.tall * around.rng.uniform(0.9, 1.4))
    return at


def _behind_or_before(around: Around, at: Placed) -> Placed:
    x0, _, x1, y1 = around.box
    behind = around.relation.kind == "behind"
    side, share = around.rng.choice((-1, 1)), around.rng.uniform(0.30, 0.62)
    reach = (
        (x1 - x0 + around.wide) / 2 - (0.15 + share) * min(x1 - x0, around.wide) if behind else share * (x1 - x0) / 1.6
    )
    depth = float(np.clip(around.anchor.depth + (-1 if behind else 1) * around.rng.uniform(0.12, 0.38), 0, 1))
    at = around.standing(replace(at, x=(x0 + x1) / 2 + side * reach), depth)
    return replace(at, feet=min(at.feet, y1 - 3) if behind else max(at.feet, y1 + 3))


def _on_or_in(around: Around, at: Placed) -> Placed:
    anchor, play = around.anchor, 0.4 if around.relation.kind == "in" else 1
    x = anchor.x + around.rng.uniform(-0.28, 0.28) * anchor.wide * play
    return replace(at, x=x, feet=anchor.feet - anchor.tall * (1 - around.seat), depth=anchor.depth)


def _between(around: Around, at: Placed) -> Placed:
    x0, _, x1, _ = around.box
    relation = around.relation
    third = boxes_of(around.items, relation.other if relation.other is not None else relation.object)
    a, b = sorted((((x0 + x1) / 2), (third[0] + third[2]) / 2))
    if relation.other == relation.object:
        places = sorted(item.x for item in around.items if item.thing == relation.object)
        a, b = places[0], places[-1]
    at = replace(at, x=a + (b - a) * around.rng.uniform(0.38, 0.62))
    if around.habitat != "ground":
        return at
    return around.standing(at, float(np.clip(at.depth + around.rng.uniform(0.0, 0.2), 0, 0.95)))


def _in_hand(around: Around, at: Placed) -> Placed:
    """About where hands are; `seating.in_hands` knows exactly, once all figures are drawn."""
    anchor = around.anchor
    return Placed(anchor.x, anchor.feet - 0.35 * anchor.tall, anchor.depth, anchor.z + 0.0005)


HANDLERS: Mapping[str, Callable[[Around, Placed], Placed]] = {
    "left of": _left_or_right,
    "right of": _left_or_right,
    "beside": _beside,
    "with": _beside,
    "above": _above,
    "under": _under,
    "below": _under,
    "behind": _behind_or_before,
    "in front of": _behind_or_before,
    "on": _on_or_in,
    "in": _on_or_in,
    "between": _between,
    "held by": _in_hand,
}


def toward(around: Around, at: Placed, order: Callable[[float, float], float]) -> Placed:
    """The place moved to where the relation wants it, with its order: `order` gives that of feet and a depth."""
    handler, own = HANDLERS.get(around.relation.kind), at
    at = handler(around, at) if handler else at
    if at.z != own.z:
        return at  # the handler says the order itself
    z, anchor = order(at.feet, at.depth), around.anchor.z
    others = [item.z for item in around.items if item.thing == around.relation.object]
    # on a thing is just before it, in it just behind; behind and in front of hold for all its members
    behind, before = min(z, min(others) - 0.001), max(z, max(others) + 0.001)
    orders = {"on": anchor + 0.001, "in": anchor - 0.001, "behind": behind, "in front of": before}
    return replace(at, z=orders.get(around.relation.kind, z))


def size_by_hand(unit: Unit, aspect: float, spread: float, size: tuple[int, int]) -> tuple[float, float]:
    """Width and height in pixels where a storybook metre is `spread` of the picture's shorter side."""
    longest = min(spread * min(size) * unit.metres, 0.9 * size[1], 0.9 * size[0])
    return (longest, longest / aspect) if aspect >= 1 else (longest * aspect, longest)


def by_hand(
    unit: Unit,
    size: tuple[int, int],
    ground: tuple[float, float],
    lowest: float,
    order: Callable[[float, float], float],
) -> list[Item]:
    """All members of a thing where a hand put them, each as large as a storybook metre is there; `ground` has the rows of its far and its near edge."""
    items, (low, high), places = [], ground, unit.thing.placed
    for member, aspect in enumerate(unit.aspects):
        across, down, spread = places[min(member, len(places) - 1)]
        w, h = size_by_hand(unit, aspect, spread, size)
        feet = down * size[1] if unit.habitat in ("sky", "air") else min(down * size[1], lowest)
        depth = float(np.clip((feet - low) / (high - low), 0, 1)) if unit.habitat in ("ground", "water") else 0.5
        x = across * size[0] + max(0, member - len(places) + 1) * w
        z = order(feet, depth) + member * 1e-5
        items.append(
            Item(unit.index, member, unit.thing.noun, unit.habitat, x, feet, w, h, depth, z, scale=spread * min(size))
        )
    return items
