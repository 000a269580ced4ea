"""Where everything stands: relations obeyed by construction, perspective, no bad overlaps. Pure geometry from a seed.

Things are placed one unit at a time (a unit is all members of one noun of the prompt), what others refer to first. For each unit
many places are tried; one that breaks a relation is never taken while another is left, and among the rest the one with
the least crowding wins. `holds` says whether a relation is true of a finished layout; tests ask the same function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from pipelines.props import record
from pipelines.scenes import painted_things
from pipelines.scenes import things as T
from pipelines.scenes.cabins import has_cabin, heights_of, seat_in
from pipelines.scenes.painted_things import is_vessel
from pipelines.scenes.performers import is_figure
from pipelines.scenes.placing import Around, Placed, by_hand, size_by_hand, toward
from pipelines.scenes.prompt import Reading, Relation, Thing
from pipelines.scenes.relations import ALOFT, CARRIED, STAGES, TIES, Item, holds, put_on_hats, shared_area
from pipelines.scenes.scaling import Unit, perspective, scale_all, story_height

ROOTED = {"on": 0.16, "in": 0.50}
INSIDE = {"basket": 0.62}  # how far down one is in it, where not half
SEATS = {"motorcycle": 0.35, "horse": 0.38, "elephant": 0.18, "train": 0.06, "car": 0.10, "desert island": 0.62}  # else
TRIES = 240
FEW_TRIES = 24  # for what belongs to something, among what a hand has placed
ARMS = 0.22  # of the height, between two figures that have nothing to do with each other
THIRDS = 2.0  # how much it counts that things stand at the thirds of the width
STAGGERED = 0.22  # of the ground's depth: how far several of a kind stand behind one another
ALIKE = 0.05  # of the height, by which they differ
UNDER = 1.6  # of the height of who is under something, that it is high at least
LEGS = 0.72  # of what somebody is under, where that is enough
LINE_DEPTH = 0.02  # of the height: how deep the ground still is where subtitles take most of it


def seat_at(noun: str, usual: float) -> float:
    """How far down its height a thing is sat upon, 0 top .. 1 bottom; `usual` for what nothing is known of."""
    painted = record(noun).seat
    return painted if painted is not None else SEATS.get(noun, usual)


ATTEMPTS = 5
CUT = 0.15  # of a thing's width or height that may lie outside the picture


class Layouter:
    """Places the things of a reading on a stage of `width` x `height` pixels."""

    def __init__(
        self,
        reading: Reading,
        place: str,
        width: int,
        height: int,
        seed: int,
        aspects: Sequence[Sequence[float]] | None = None,
        shrink: float = 1.0,
        free_below: float = 0.0,
        shares: Sequence[float] = (),
    ) -> None:
        self.shrink, self.lowest = shrink, height * (1 - free_below)
        self.reading, self.place, self.width, self.height = reading, place, width, height
        self.stage = STAGES[place]
        self.rng = np.random.default_rng([seed, 2])
        self.units = [
            self._unit(i, thing, aspects[i] if aspects is not None else None) for i, thing in enumerate(reading.things)
        ]
        self._fit_sizes(shares)
        self.relations = [self._effective(relation) for relation in reading.relations]
        scale_all(self.units, self.relations, width, height, self.shrink)
        self.items: list[Item] = []
        self.broken: list[Relation] = []
        self.tied = {r.object if r.kind == "wearing" else r.subject for r in self.relations if r.kind in TIES}
        free = {unit.index for unit in self.units if unit.thing.placed} - self.tied
        self.fixed = free - {relation.subject for relation in reading.relations if relation.kind in CARRIED}

    # sizes

    def _unit(self, index: int, thing: Thing, aspects: Sequence[float] | None) -> Unit:
        lives = T.habitat(thing.noun, thing.act, thing.spot, self.place, self.reading.in_water)
        if any(r.kind in ("above",) and r.subject == index for r in self.reading.relations) and lives == "ground":
            lives = "air"
        if any(r.kind in CARRIED and r.subject == index for r in self.reading.relations):
            lives = "ground" if lives in ("air", "water") else lives
        metres = story_height(self.reading, index)
        return Unit(index, thing, lives, metres, tuple(aspects or (1.0,) * thing.count), standing=metres)

    def _fit_sizes(self, shares: Sequence[float]) -> None:
        """Who sits or lies is as large as standing: `shares` says how much of its height a drawing shows. A boat has room for who is in it."""
        for unit, share in zip(self.units, shares):
            unit.metres *= share
        for relation in self.reading.relations:
            subject, other = self.units[relation.subject], self.units[relation.object]
            if relation.kind in CARRIED and is_vessel(other.thing.noun) and not is_vessel(subject.thing.noun):
                other.metres = max(other.metres, 1.5 * subject.metres)
            if relation.kind in CARRIED and is_figure(subject.thing.noun):
                riders = sum(r.kind in CARRIED and r.object == relation.object for r in self.reading.relations)
                other.metres = max(other.metres, heights_of(other.thing.noun, riders) * subject.standing)
            if relation.kind == "under" and record(other.thing.noun).under:
                ways = max(1.0, other.aspects[0]) / max(1.0, subject.aspects[0])  # their longer sides may be the width
                higher = max(1.0, LEGS / (1 - seat_at(other.thing.noun, 0.0)))
                other.metres = max(other.metres, UNDER * higher * ways * subject.metres)

    def _effective(self, relation: Relation) -> Relation:
        """A relation as it can be shown: "in a house" is in front of it, "on the sun" beside it, hanging things have nothing on them."""
        subject, other = self.units[relation.subject], self.units[relation.object]
        kind, noun, known = relation.kind, other.thing.noun, record(other.thing.noun)
        if kind == "held by":  # the thing comes to the hand
            subject.metres, subject.habitat = 0.4 * other.standing, other.habitat
            return relation
        if kind in CARRIED and has_cabin(noun) and is_figure(subject.thing.noun):
            return replace(relation, kind="in")
        if kind == "in" and known.deck and is_figure(subject.thing.noun):
            kind = "on"  # before the sail
        if kind == "in" and (known.under or known.least or known.posture) and not painted_things.holds(noun):
            kind = "on"  # "in a chair"
        if kind == "in" and not painted_things.holds(noun):
            kind = "on" if other.metres > 1.6 * subject.metres and noun in ("desert island", "cloud") else "in front of"
        if kind == "in" and subject.metres > 1.5 * other.metres:
            kind = "beside"
        if other.habitat in ("sky", "air") and kind in ("behind", "in front of"):
            kind = "beside" if subject.habitat == other.habitat else "under"
        if subject.habitat == "sky" and kind in ("on", "in", "in front of"):
            kind = "above" if other.habitat != "sky" else "beside"
        if subject.habitat in ("sky", "air") and kind == "behind":
            kind = "above"
        if kind == "below" and other.habitat == "ground":
            kind = "under"
        held_over = noun in T.HELD_OVER and other.habitat in ("ground", "air")
        if kind == "under" and held_over and subject.habitat == "ground":
            other.habitat = "air"
            return Relation("above", relation.object, relation.subject)
        return replace(relation, kind=kind)

    def size_at(self, unit: Unit, member: int, depth: float) -> tuple[float, float]:
        """Width and height in pixels at a depth; the longer side is the storybook height."""
        longest = unit.metres * unit.scale * (1.0 if unit.habitat == "sky" else perspective(depth)) / 0.85
        longest = min(longest, 0.74 * self.height, 0.86 * self.width / max(1.0, 0.62 * len(unit.aspects)))
        aspect = unit.aspects[member]
        if unit.habitat in ("ground", "water"):  # its top stays in the picture
            longest = min(longest, (self.feet_at(unit, depth) - unit.headroom * self.height) * max(1.0, aspect))
        return (longest, longest / aspect) if aspect >= 1 else (longest * aspect, longest)

    def feet_at(self, unit: Unit, depth: float) -> float:
        """Return the row where a unit's feet stand at a depth 0..1, on its ground or water."""
        low, high = self.stage.ground
        if unit.habitat == "water" and self.stage.water:
            low, high = self.stage.water
        high = min(high, self.lowest / self.height)
        low = min(low, high - LINE_DEPTH)
        return self.height * (low + (high - low) * depth)

    # placing

    def run(self) -> list[Item]:
        """All items, far to near."""
        for unit in self._order():
            self.items += self._place(unit)
        self.items = put_on_hats(self.items, self.relations)
        self.broken = [relation for relation in self.relations if not holds(relation, self.items)]
        return sorted(self.items, key=lambda item: item.z)

    def _order(self) -> list[Unit]:
        """What others refer to comes first; then the large before the small."""
        waiting = {
            unit.index: {r.object for r in self.relations if r.subject == unit.index}
            | {r.other for r in self.relations if r.subject == unit.index and r.other is not None}
            for unit in self.units
        }
        ordered = list[Unit]()
        while len(ordered) < len(self.units):
            done = {unit.index for unit in ordered}
            left = [unit for unit in self.units if unit.index not in done]
            ready = [
                unit for unit in left if waiting[unit.index] - {unit.index} <= done
            ] or left  # a circle is broken where it is
            referred = {r.object for r in self.relations} | {r.other for r in self.relations}
            ordered.append(
                max(ready, key=lambda u: (u.index in self.fixed, u.index in referred, u.metres * len(u.aspects)))
            )
        return ordered

    def _place(self, unit: Unit) -> list[Item]:
        known = [r for r in self.relations if {r.object, r.other} - {None} <= {item.thing for item in self.items}]
        mine = [r for r in known if r.subject == unit.index != r.object and r.kind != "wearing"]
        if unit.thing.placed and unit.index not in self.tied:
            ground = self.feet_at(unit, 0.0), self.feet_at(unit, 1.0)
            put = by_hand(unit, (self.width, self.height), ground, self.lowest, partial(self._z_by_hand, unit))
            if all(holds(relation, [*self.items, *put]) for relation in mine):
                return put
        tries = TRIES if unit.index not in self.tied or not self.fixed else FEW_TRIES
        return min((self._candidate(unit, mine) for _ in range(tries)), key=lambda items: self._cost(items, mine))

    def _candidate(self, unit: Unit, mine: list[Relation]) -> list[Item]:
        """All members at one tried place."""
        depth = unit.depth
        if unit.thing.spot not in ("far", "near"):
            play = max(self.rng.normal(0, 0.16 if is_figure(unit.thing.noun) else 0.07), -0.1)
            depth = float(np.clip(depth + play, 0.0, 1.0))
        sizes = [self.size_at(unit, member, depth) for member in range(len(unit.aspects))]
        at = self._spot(unit, depth, sizes)
        for relation in mine:
            other = next(item for item in self.items if item.thing == relation.object)
            sizes = self._sizes_beside(relation, unit, other.depth)
            at = toward(self._around(relation, unit, sizes), at, partial(self._z, unit))
        sizes = self._sizes_beside(mine[-1], unit, at.depth) if mine else sizes
        anchored = [r for r in mine if r.kind in ("on", "in")]
        if unit.thing.placed and anchored:
            x0, _, x1, _ = self._around(anchored[0], unit, sizes).box
            across = float(np.mean([place[0] for place in unit.thing.placed])) * self.width
            at = replace(at, x=across) if x0 <= across <= x1 else at
        return self._members(unit, sizes, at, anchored[0] if anchored else None)

    def _sizes_beside(self, relation: Relation, unit: Unit, depth: float) -> list[tuple[float, float]]:
        """The sizes of all members at a depth; beside what a hand placed in its measure, or as before."""
        own, there = unit.thing.placed, self.units[relation.object].thing.placed
        if not there or {unit.habitat, self.units[relation.object].habitat} & ALOFT:
            return [self.size_at(unit, member, depth) for member in range(len(unit.aspects))]
        other = next(item for item in self.items if item.thing == relation.object)
        spread = own[0][2] if own else there[0][2] * float(perspective(depth) / perspective(other.depth))
        return [size_by_hand(unit, aspect, spread, (self.width, self.height)) for aspect in unit.aspects]

    def _spot(self, unit: Unit, depth: float, sizes: list[tuple[float, float]]) -> Placed:
        """A first place, before relations pull."""
        rng, spot = self.rng, unit.thing.spot
        reach = {"left": (0.12, 0.36), "right": (0.64, 0.88), "middle": (0.45, 0.55)}.get(spot, (0.10, 0.90))
        x = self.width * rng.uniform(*reach)
        if len(self.units) == 1 and not spot and unit.habitat != "sky":
            x = self.width * rng.uniform(0.42, 0.58)
        feet = self.feet_at(unit, depth)
        tall = max(size[1] for size in sizes)
        if unit.habitat == "sky":
            low, high = self.stage.sky
            feet = self.height * rng.uniform(low, high * 0.7) + tall
        elif unit.habitat == "air":
            low, high = self.stage.sky
            feet = min(self.height * rng.uniform(low + 0.03, high) + tall, self.height * (self.stage.horizon + 0.02))
        elif unit.habitat == "depth":
            feet = self.height * rng.uniform(0.10, 0.52) + tall
        return Placed(x, feet, depth, self._z(unit, feet, depth))

    def _z(self, unit: Unit, feet: float, depth: float) -> float:
        """Order: sky 0..1, water 1..2 (2..3 where it is painted over the ground), ground 2..3 by feet, air and depth among the ground's."""
        if unit.habitat == "sky":
            return 0.5
        if unit.habitat == "water":
            return self.stage.afloat + feet / self.height
        return 2.0 + (feet / self.height if unit.habitat == "ground" else self.stage.ground[0] + 0.25 * depth)

    def _z_by_hand(self, unit: Unit, feet: float, depth: float) -> float:
        """The same; what is under a table, its feet in the same row, is behind its legs."""
        over = [self.units[r.object].thing.noun for r in self.relations if (r.kind, r.subject) == ("under", unit.index)]
        return self._z(unit, feet, depth) - 0.0005 * any(record(noun).under for noun in over)

    def _around(self, relation: Relation, unit: Unit, sizes: list[tuple[float, float]]) -> Around:
        anchor = max((item for item in self.items if item.thing == relation.object), key=lambda item: item.feet)
        on = relation.kind == "on" or bool(record(anchor.noun).deck)
        share = seat_at(anchor.noun, ROOTED["on"]) if on else INSIDE.get(anchor.noun, ROOTED["in"])
        if relation.kind == "in" and is_figure(unit.thing.noun):
            share = seat_in(anchor.noun, max(size[1] for size in sizes), anchor.tall) or share
        return Around(
            relation,
            unit.habitat,
            sizes,
            self.items,
            self.rng,
            self.height,
            share,
            lambda depth: self.feet_at(unit, depth),
        )

    def _members(self, unit: Unit, sizes: list[tuple[float, float]], at: Placed, seat: Relation | None) -> list[Item]:
        """One item per member: in a row, or loosely staggered in depth."""
        rng, count, x, depth = self.rng, len(sizes), at.x, at.depth
        row = unit.thing.spot == "row" or seat is not None
        wide = max(size[0] for size in sizes)
        step = wide * (1.06 if row else rng.uniform(0.80, 1.05))
        hosts = [item for item in self.items if seat is not None and item.thing == seat.object]
        if count > 1:
            if len(hosts) == 1:
                step, x = min(step, 0.72 * hosts[0].wide / count), hosts[0].x
            step = min(step, (self.width * 0.97 - wide) / (count - 1))
            half = step * (count - 1) / 2 + wide / 2
            x = float(np.clip(x, min(half + 4, self.width / 2), max(self.width - half - 4, self.width / 2)))
        members = []
        for member, (w, h) in enumerate(sizes):
            px, py, pd, pz = x + step * (member - (count - 1) / 2), at.feet, depth, at.z + member * 1e-5
            if count > 1 and not row:
                if unit.habitat in ("air", "sky", "depth"):
                    py += rng.uniform(-0.55, 0.55) * h
                elif unit.habitat == "ground":
                    # some behind and some before, and some taller than the others
                    pd = float(np.clip(depth + (1 if member % 2 else -1) * self.rng.uniform(0.06, STAGGERED), 0, 1))
                    grown = float(perspective(pd) / perspective(depth) * self.rng.uniform(1 - ALIKE, 1 + ALIKE))
                    w, h = w * grown, h * grown
                    py = at.feet + (self.feet_at(unit, pd) - self.feet_at(unit, depth))
                    pz = at.z + (py - at.feet) / self.height
            if seat is not None and len(hosts) > 1:
                host = hosts[member % len(hosts)]
                px, py = host.x, host.feet - host.tall * (1 - seat_at(host.noun, ROOTED[seat.kind]))
                pz = host.z + (0.001 if seat.kind == "on" else -0.001)
            scale = max(w, h) / unit.metres
            members.append(Item(unit.index, member, unit.thing.noun, unit.habitat, px, py, w, h, pd, pz, scale=scale))
        return members

    def _cost(self, members: list[Item], mine: list[Relation]) -> float:
        """What is wrong with a place: broken relations, hidden things, being cut off, an unbalanced picture."""
        cost = 0.0
        both = [*self.items, *members]
        cost += 1000.0 * sum(not holds(relation, both) for relation in mine)
        joined = {r.object for r in mine if r.kind in ("on", "in", "behind", "in front of", "under", "held by")}
        spot = self.units[members[0].thing].thing.spot
        for item in members:
            x0, y0, x1, y1 = item.box
            cost += (
                40 * (max(0, -x0) + max(0, x1 - self.width)) / item.wide
                + 30 * max(0, 4 - y0) / item.tall
                + 30 * max(0, y1 - self.height * 0.985) / item.tall
                + 3000 * max(0, y1 - self.lowest - 4) / self.height
            )
            for other in self.items:
                ox0, oy0, ox1, oy1 = other.box
                if other.thing not in joined and is_figure(item.noun) and is_figure(other.noun):
                    room = ARMS * min(item.tall, other.tall)
                    ox0, ox1 = ox0 - room, ox1 + room
                shared = shared_area(item.box, (ox0, oy0, ox1, oy1))
                smaller = min(item.wide * item.tall, other.wide * other.tall)
                cost += (2.0 if other.thing in joined else 16.0) * shared / smaller
                if other.thing in joined and shared > 0.8 * smaller and item.z < other.z:
                    cost += 25  # it would not be seen
            cost += {
                "left": 30 * max(0, item.x / self.width - 0.42),
                "right": 30 * max(0, 0.58 - item.x / self.width),
                "middle": 30 * abs(item.x / self.width - 0.5),
            }.get(spot, 0.0)
        centre = np.mean([item.x for item in both]) / self.width
        own = float(np.mean([item.x for item in members]) / self.width)
        middle = self._in_the_middle(members[0].thing)
        aside = abs(own - 0.5) if middle or spot == "middle" else min(abs(own - 1 / 3), abs(own - 2 / 3))
        # the last that comes brings the picture into balance
        balance = 3.0 if middle or len({item.thing for item in both}) == len(self.units) else 1.0
        return float(cost + balance * abs(centre - 0.5) + (0.8 if middle else THIRDS) * aside)

    def _in_the_middle(self, thing: int) -> bool:
        """Whether a thing suits the middle and not a third of the width: it is alone but for what it wears or sits on, or several are around it."""
        around = sum(thing in (r.object, r.other) for r in self.relations)
        return around > 1 or len(self.units) - len({r.subject for r in self.relations if r.kind in TIES}) <= 1


def lay_out(
    reading: Reading,
    place: str,
    width: int,
    height: int,
    seed: int,
    aspects: Sequence[Sequence[float]] | None = None,
    free_below: float = 0.0,
    shares: Sequence[float] = (),
) -> tuple[list[Item], list[Relation]]:
    """Items far to near, and the relations that could not be kept (contradictions). `aspects`: width over height of every member's drawing.

    `shares`: how much of a standing one's size a drawing of each thing shows. Nobody stands in the lowest `free_below` of the height, where subtitles are read.
    """
    best: tuple[list[Item], list[Relation]] | None = None
    fewest = (len(reading.relations) + 1, 0)
    for attempt in range(ATTEMPTS):  # where room is short: again, everything a little smaller
        layouter = Layouter(
            reading, place, width, height, seed + attempt * 7919, aspects, 0.88**attempt, free_below, shares
        )
        items = layouter.run()
        cut = [
            max(0, -x0) + max(0, x1 - width) > CUT * (x1 - x0) or -y0 > CUT * (y1 - y0)
            for x0, y0, x1, y1 in (item.box for item in items)
        ]
        wrong = (len(layouter.broken), sum(cut))
        if best is None or wrong < fewest:
            best, fewest = (items, layouter.broken), wrong
        if fewest == (0, 0) or (len(layouter.fixed | layouter.tied) == len(layouter.units) and layouter.fixed):
            break
    assert best is not None
    return best
