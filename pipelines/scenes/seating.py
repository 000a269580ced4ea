"""How figures and things of a scene sit together: riders astride, who hides under a table, how much of somebody a pose shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.figures import ACTIONS, Character
from pipelines.language.doings import phrase_of
from pipelines.props import record
from pipelines.scenes import cabins, performers
from pipelines.scenes.cabins import SLIDES
from pipelines.scenes.grips import LARGE_IN_HANDS, grip_of, hand_for, length_in_hands, used_as
from pipelines.scenes.layout import seat_at
from pipelines.scenes.painted_things import panes
from pipelines.scenes.prompt import AWAY, Reading
from pipelines.scenes.relations import BEHIND, Item
from pipelines.scenes.things import habitat

GRID = 24  # points across and down a drawing, by which what is seen of it is measured
# of a drawing: what is hidden shows less, and who is in something shows so much above it; in so many steps one rises
HIDDEN, PEEPS, RISES = 0.1, 0.45, 9
COVERED = 0.85  # of a drawing is seen at most of who is behind something
PILLOW, MATTRESS = 0.2, 0.42  # of a bed: from its head to the middle of the pillow, and how far down one lies
SUNK = 0.25  # of who lies in a bed: behind the edge of the blanket
IN_BED = 0.86  # of a bed's length: who lies in it at most
FACING = frozenset(
    ["", "stand", "sit", "talk", "laugh", "wave", "point", "give", "take", "nod", "drink", "eat", "hold", "carry"]
)
WHILE_SITTING = ("", "stand", "look", "read", "eat", "drink", "talk", "carry", "hold", "write")


def posed_together(reading: Reading, asked: list[dict[str, Any]], place: str = "") -> None:
    """Who rides sits astride and what is ridden walks; who is under a table sits there; who is in the water swims."""
    seated = {relation.subject for relation in reading.relations if relation.kind in ("on", "in")}
    for index, (thing, one) in enumerate(zip(reading.things, asked)):
        afloat = habitat(thing.noun, thing.act, thing.spot, place, reading.in_water) == "water"
        if one["character"] and one["act"] in ("", "stand", "sail", "float") and afloat and index not in seated:
            one["act"] = "swim"
    for relation in reading.relations:
        subject, other = asked[relation.subject], asked[relation.object]
        if not subject["character"]:
            continue
        known = record(other["noun"])
        lies = known.posture == "lie"
        if relation.kind == "on" and other["noun"] in performers.RIDDEN:
            subject["act"] = "ride"
            other["act"] = other["act"] or ("walk" if other["character"] else "")
        if relation.kind in ("on", "in") and (lies or other["noun"] in SLIDES):
            subject["act"] = _lying(subject["act"]) if lies else "sit"
        if relation.kind in ("on", "in") and known.posture == "sit":
            two_legs = Character.from_json(subject["character"]).figure.family == "two"
            subject["act"] = "sit" if two_legs and subject["act"] in WHILE_SITTING else subject["act"]
        if relation.kind == "under" and known.under and subject["act"] in ("", "stand"):
            subject["act"] = "sit"


def _lying(act: str) -> str:
    """What somebody in a bed is seen doing: who reads or talks sits up, everybody else lies."""
    if act in ("sleep", "sit", "lie"):
        return act
    return "lie" if act in ("", "stand", "look") else "sit"


def pose_holders(reading: Reading, asked: list[dict[str, Any]]) -> None:
    """Who holds something and does nothing else stands in the pose that suits it."""
    for relation in reading.relations:
        holder = asked[relation.object]
        if relation.kind == "held by" and holder["act"] in ("", "stand", "look", "carry", "hold"):
            noun = asked[relation.subject]["noun"]
            pose = phrase_of("hold", (noun,)) or grip_of(noun).pose
            holder["act"] = pose if pose in ACTIONS else "carry"


def in_hands(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """What somebody holds is at the hand, as large as suits it, before who holds it."""
    placed = list(items)
    for relation in reading.relations:
        holders = [item for item in placed if item.thing == relation.object]
        things = [item for item in placed if item.thing == relation.subject]
        if (
            relation.kind != "held by"
            or len(holders) != 1
            or len(things) != 1
            or not asked[relation.object]["character"]
        ):
            continue
        holder, thing, act = holders[0], things[0], asked[relation.object]["act"]
        who = Character.from_json(asked[relation.object]["character"])
        still = performers.place_character(who, act)
        tall = holder.tall * still.height
        grip, longest = used_as(thing.noun, act), max(thing.wide, thing.tall)
        size = length_in_hands(thing.noun, grip, tall, longest) / longest
        left, top = holder.x - holder.wide / 2, holder.feet - holder.tall
        places = {
            name: (left + (1 - x if holder.mirrored else x) * holder.wide, top + y * holder.tall)
            for name, (x, y) in still.places.items()
        }
        place, at, _ = hand_for(thing.noun, grip, places, who.figure.family, longest * size > LARGE_IN_HANDS * tall)
        wide, high = size * thing.wide, size * thing.tall
        turned = bool(grip.pose) and not holder.mirrored  # painted as held by who looks to the right
        placed[placed.index(thing)] = replace(
            thing,
            x=float(place[0]) - ((1 - at[0] if turned else at[0]) - 0.5) * wide,
            feet=float(place[1]) + (1 - at[1]) * high,
            wide=wide,
            tall=high,
            depth=holder.depth,
            z=holder.z + 0.0005,
            mirrored=turned,
        )
    return placed


def in_bed(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """Who is in a bed lies along it behind the edge of the blanket, with the head at the pillow; who sits leans there."""
    placed = list(items)
    for relation in reading.relations:
        beds = [item for item in placed if item.thing == relation.object and record(item.noun).posture == "lie"]
        if relation.kind not in ("in", "on") or not beds or not asked[relation.subject]["character"]:
            continue
        bed, act = beds[0], asked[relation.subject]["act"]
        sleepers = [item for item in placed if item.thing == relation.subject]
        who = Character.from_json(asked[relation.subject]["character"])
        head = performers.place_character(who, act).places.get("head", (0.5, 0.2))[0]
        for number, sleeper in enumerate(sleepers):
            size = min(1.0, IN_BED * bed.wide / sleeper.wide)
            wide, tall = size * sleeper.wide, size * sleeper.tall
            mirrored = bool(head > 0.5) != bed.mirrored  # the pillow is on the left
            across = 1 - head if mirrored else head
            x = bed.x + (1 if bed.mirrored else -1) * (0.5 - PILLOW) * bed.wide - (across - 0.5) * wide
            x = min(max(x, bed.x - (bed.wide - wide) / 2), bed.x + (bed.wide - wide) / 2)
            feet = bed.feet - (1 - MATTRESS) * bed.tall + SUNK * tall
            place = placed.index(sleeper)
            placed[place] = replace(
                sleeper, x=x, feet=feet, wide=wide, tall=tall, z=bed.z - 0.001 - number * 1e-5, mirrored=mirrored
            )
    return placed


def peep_out(items: list[Item], pictures: list[list[Any]], reading: Reading) -> list[Item]:
    """Who is hidden in something that has no windows looks over its edge."""
    hosts = {r.subject: r.object for r in reading.relations if r.kind == "in"}
    peeping = list(items)
    for number, item in enumerate(items):
        around = [one for one in items if one.thing == hosts.get(item.thing) and not panes(one.noun)]
        if len(around) == 1 and performers.is_figure(item.noun) and share_seen(item, items, pictures) < HIDDEN:
            up = around[0].feet - around[0].tall + (1 - PEEPS) * item.tall
            risen = [replace(item, feet=float(feet)) for feet in np.linspace(item.feet, up, RISES)]
            peeping[number] = next((way for way in risen if share_seen(way, items, pictures) >= PEEPS), risen[-1])
    return half_hidden(peeping, pictures, reading)


def half_hidden(items: list[Item], pictures: list[list[Any]], reading: Reading) -> list[Item]:
    """Who is behind something goes to where it covers a part of them, and not nearly all; who was put there by hand stays."""
    hosts = {r.subject: r.object for r in reading.relations if r.kind == BEHIND}
    hidden = list(items)
    for number, item in enumerate(items):
        before = next((one for one in items if one.thing == hosts.get(item.thing)), None)
        if before is not None and not reading.things[item.thing].placed:
            far = before.x + (1 if item.x > before.x else -1) * (before.wide + item.wide) / 2
            places = sorted([item.x, *np.linspace(before.x, far, 2 * RISES)], key=lambda x: abs(x - item.x))
            ways = (replace(item, x=float(x)) for x in places)
            hidden[number] = next((way for way in ways if PEEPS <= share_seen(way, items, pictures) < COVERED), item)
    return hidden


def share_seen(item: Item, items: list[Item], pictures: list[list[Any]]) -> float:
    """The share of a drawing that no other drawing covers."""
    down, across = (np.indices((GRID, GRID)) + 0.5) / GRID
    x, y = item.x + (across - 0.5) * item.wide, item.feet + (down - 1) * item.tall
    own, nearer = _covers(item, pictures, x, y), [other for other in items if other.z > item.z]
    seen = own & ~sum((_covers(other, pictures, x, y) for other in nearer), own & False)
    return float(seen.sum() / max(1, own.sum()))


def _covers(item: Item, pictures: list[list[Any]], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    cover = np.asarray(pictures[item.thing][item.member].convert("RGBA").getchannel("A")) > 127
    across, down = (x - item.x) / item.wide * (-1) ** item.mirrored + 0.5, (y - item.feet) / item.tall + 1
    inside = (across >= 0) & (across < 1) & (down >= 0) & (down < 1)
    rows, columns = (np.where(inside, share, 0) * size for share, size in zip((down, across), cover.shape))
    return inside & cover[rows.astype(int), columns.astype(int)]


def shares(asked: list[dict[str, Any]]) -> list[float]:
    """How large the drawing of each thing is beside a standing one of its kind: who sits is shorter, and somebody's own height counts."""
    sizes = []
    for thing in asked:
        who = Character.from_json(thing["character"]) if thing["character"] else None
        own = performers.stature(who) if who is not None and not thing["size"] else 1.0
        sizes.append(own * performers.share_shown(who, thing["act"]) if who is not None else 1.0)
    return sizes


def seated_deep(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """A rider's seat, not its feet, rests on the back or the saddle of what is ridden."""
    hosts = {r.subject: r.object for r in reading.relations if r.kind == "on"}
    seated = list(items)
    for number, item in enumerate(items):
        thing = asked[item.thing]
        under = [one for one in items if one.thing == hosts.get(item.thing, -1)]
        if thing["act"] != "ride" or not thing["character"] or not under:
            continue
        host = min(under, key=lambda one: abs(one.x - item.x))
        across, down = record(host.noun).saddle, seat_at(host.noun, 0.16)
        if ridden := asked[host.thing]["character"]:
            back = performers.place_character(Character.from_json(ridden), asked[host.thing]["act"])
            across, down = back.seat_x, back.seat_y
        side = -1 if host.mirrored else 1
        still = performers.place_character(Character.from_json(thing["character"]), "ride")
        x = host.x + side * ((across - 0.5) * host.wide - (still.seat_x - 0.5) * item.wide)
        feet = host.feet - (1 - down) * host.tall + (1 - still.seat_y) * item.tall
        seated[number] = replace(item, x=x, feet=feet, mirrored=host.mirrored)
    return seated


def aboard(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """Everybody who is in or on a vehicle has a place there, side by side."""
    pairs = [
        (r.subject, r.object) for r in reading.relations if r.kind in ("on", "in") and asked[r.subject]["character"]
    ]
    heads = {}
    for thing, _ in pairs:
        who = Character.from_json(asked[thing]["character"])
        heads[thing] = performers.place_character(who, asked[thing]["act"]).places.get("head", cabins.USUAL)
    return cabins.side_by_side(items, pairs, heads)


def above_line(items: list[Item], lowest: float) -> list[Item]:
    """All that stands or floats moved up together by as much as anything reaches below the row `lowest`."""
    standing = [item for item in items if item.habitat not in ("sky", "air")]
    below = max((item.feet for item in standing), default=lowest) - lowest
    return [replace(item, feet=item.feet - below) if below > 0 and item in standing else item for item in items]


def turned_inward(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """Several who stand beside one another look towards the middle of them, not all one way; riders and those on something stay."""
    aboard = {r.subject for r in reading.relations if r.kind in ("on", "in")}
    able = {n for n, one in enumerate(asked) if one["character"] and one["act"] in FACING}
    free = [item for item in items if item.thing in able - aboard]
    if len(free) < 2:
        return items
    middle = sum(item.x for item in free) / len(free)
    return [
        replace(item, mirrored=bool(item.x < middle)) if item in free and not item.mirrored else item for item in items
    ]


def looking(items: list[Item], reading: Reading) -> list[Item]:
    """Whoever is said to face a side, or somebody, is turned there."""
    number = {thing.id: index for index, thing in enumerate(reading.things) if thing.id}
    turned = []
    for item in items:
        facing = reading.things[item.thing].facing
        other = number.get(facing.removeprefix(AWAY), -1)
        to = next((one for one in items if one.thing == other and one is not item), None)
        if facing in ("left", "right") or to is not None:
            item = replace(
                item, mirrored=facing == "right" if to is None else bool(to.x > item.x) != facing.startswith(AWAY)
            )
        turned.append(item)
    return turned
