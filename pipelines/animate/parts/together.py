"""Several who do the same: they go the same way side by side and stop beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipelines.animate.parts.acting import AT, BESIDE, BY, goal_of
from pipelines.animate.parts.cast import Cast
from pipelines.animate.parts.gaits import LENGTHS
from pipelines.language.doings import Doing
from pipelines.language.verbs import Act

QUEUED = 0.86  # of their widths: how far apart those stand who go to the same thing
MARGIN = 0.02  # of the width of the canvas


def going_together(cast: Cast, told: Sequence[Sequence[Doing]], seconds: float) -> list[list[Doing]]:
    """The deeds of every figure, with one way for those of whom one sentence says the same: nobody runs the other way or through the others."""
    doings = [list(own) for own in told]
    groups: dict[tuple[int, Act], list[tuple[int, int]]] = {}
    for number, own in enumerate(told):
        for place, doing in enumerate(own):
            if doing.way.way != "stay" and cast.figures[number].carrier is None:
                groups.setdefault((doing.turn, doing.way), []).append((number, place))
    for (_, way), members in groups.items():
        if len({number for number, _ in members}) < 2:
            continue
        ways = _ways(cast, [number for number, _ in members], way, seconds)
        for (number, place), own_way in zip(members, ways):
            doings[number][place] = replace(doings[number][place], way=own_way)
    return doings


def _ways(cast: Cast, members: Sequence[int], way: Act, seconds: float) -> list[Act]:
    """The way of each of a group."""
    if way.to.startswith(("thing:", BESIDE)):
        placed = _chase if int(way.to.partition(":")[2]) in members else _queue_beside
        return placed(cast, members, way, seconds)
    if way.to or way.gait not in LENGTHS:
        return [way] * len(members)
    side, room = _ahead(cast, members, LENGTHS[way.gait] * min(1.6, 0.4 + seconds / 6))
    if way.way:
        away = side if way.way == "leave" else -side  # who comes in comes from behind
        return [replace(way, to="right" if away > 0 else "left")] * len(members)
    return [replace(way, to=f"{BY}0:{side * room:.4f}")] * len(members)


def _chase(cast: Cast, members: Sequence[int], way: Act, seconds: float) -> list[Act]:
    """Those of a group who run after one of them: all cross the picture one behind the other, the chased one ahead, away from the others."""
    chased, at = int(way.to.partition(":")[2]), {n: cast.figures[n].feet[0] / cast.width for n in members}
    wide = max(cast.figures[number].wide for number in members) / cast.width
    side = 1 if at[chased] >= sum(at.values()) / len(at) else -1
    row = sorted(members, key=lambda number: (number != chased, -side * at[number]))  # the foremost first
    places = {number: QUEUED * wide * row.index(number) for number in members}  # behind the foremost
    begins, ends = 0.5 * wide + max(places.values()) - 0.5, 0.5 - 0.5 * wide - MARGIN  # the foremost, from the middle
    ways = {n: [0.5 + side * (end - places[n]) - at[n] for end in (begins, ends)] for n in members}
    return [replace(way, to=f"{BY}{ways[n][0]:.4f}:{ways[n][1]:.4f}") for n in members]


def _ahead(cast: Cast, members: Sequence[int], reach: float) -> tuple[int, float]:
    """To which side a group goes (1 right, -1 left), and how far in parts of the width: where most of them look, if there is room."""
    figures = [cast.figures[number] for number in members]
    edges = [(figure.feet[0] - 0.5 * figure.wide, figure.feet[0] + 0.5 * figure.wide) for figure in figures]
    free = {
        -1: min(left for left, _ in edges) / cast.width - MARGIN,
        1: 1 - MARGIN - max(right for _, right in edges) / cast.width,
    }
    look = sum(1 if figure.mirrored else -1 for figure in figures)
    side = (1 if look > 0 else -1) if look else max(free, key=lambda one: free[one])
    if free[side] < 0.4 * reach and free[-side] > free[side]:
        side = -side
    return side, max(0.0, min(reach, free[side]))


def _queue_beside(cast: Cast, members: Sequence[int], way: Act, seconds: float) -> list[Act]:
    """Places beside a thing for all who go to it, one behind the other on each side."""
    thing = cast.figures[int(way.to.partition(":")[2])]
    goals = {number: goal_of(cast, number, way, seconds) for number in members}
    placed: dict[int, Act] = {}
    for side in (-1, 1):
        own = [n for n in members if goals[n] is not None and (cast.figures[n].feet[0] > thing.feet[0]) == (side > 0)]
        last: tuple[float, float] | None = None
        for number in sorted(own, key=lambda n: abs(cast.figures[n].feet[0] - thing.feet[0])):
            one, goal = cast.figures[number], goals[number]
            if last is None or goal is None:
                placed[number] = way
                last = (float(goal[0]), one.wide) if goal is not None else last
                continue
            x = last[0] + side * 0.5 * QUEUED * (last[1] + one.wide)
            x = float(np.clip(x, 0.5 * one.wide, cast.width - 0.5 * one.wide))
            placed[number] = going_to(cast, way.gait, x, float(goal[1]))
            last = (x, one.wide)
    return [placed.get(number, way) for number in members]


def going_to(cast: Cast, gait: str, x: float, row: float) -> Act:
    """A way to a place of the canvas."""
    return Act(gait, f"{AT}{x / cast.width:.4f}:{row / cast.height:.4f}")
