"""How figures and things of a scene sit together: riders astride, who hides under a table, how much of somebody a pose shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipelines.figures import Character
from pipelines.scenes import cabins, painted_things, performers
from pipelines.scenes.layout import seat_at
from pipelines.scenes.prompt import Reading
from pipelines.scenes.relations import FURNITURE, Item
from pipelines.scenes.things import habitat


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
        if relation.kind == "on" and other["noun"] in performers.RIDDEN:
            subject["act"] = "ride"
            other["act"] = other["act"] or ("walk" if other["character"] else "")
        if relation.kind == "under" and other["noun"] in FURNITURE and subject["act"] in ("", "stand"):
            subject["act"] = "sit"


def shares(asked: list[dict[str, Any]]) -> list[float]:
    """How large the drawing of each thing is beside a standing one of its kind: who sits is shorter, and somebody's own height counts."""
    found = []
    for one in asked:
        who = Character.from_json(one["character"]) if one["character"] else None
        own = performers.stature(who) if who is not None and not _sized(one) else 1.0
        found.append(own * performers.share_shown(who, one["act"]) if who is not None else 1.0)
    return found


def _sized(thing: Mapping[str, Any]) -> bool:
    """Whether the words say its size, which the layout knows already."""
    return bool(thing["size"])


def seated_deep(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """A rider's seat, not its feet, rests on the back or the saddle of what is ridden."""
    hosts = {r.subject: r.object for r in reading.relations if r.kind == "on"}
    made = []
    for item in items:
        thing = asked[item.thing]
        under = [one for one in items if one.thing == hosts.get(item.thing, -1)]
        if thing["act"] != "ride" or not thing["character"] or not under:
            made.append(item)
            continue
        host = min(under, key=lambda one: abs(one.x - item.x))
        across, down = painted_things.saddle(host.noun), seat_at(host.noun, 0.16)
        if ridden := asked[host.thing]["character"]:
            back = performers.placed(Character.from_json(ridden), asked[host.thing]["act"])
            across, down = back.seat_x, back.seat_y
        side = -1 if host.mirrored else 1
        still = performers.placed(Character.from_json(thing["character"]), "ride")
        x = host.x + side * ((across - 0.5) * host.wide - (still.seat_x - 0.5) * item.wide)
        feet = host.feet - (1 - down) * host.tall + (1 - still.seat_y) * item.tall
        made.append(replace(item, x=x, feet=feet, mirrored=host.mirrored))
    return made


def aboard(items: list[Item], asked: list[dict[str, Any]], reading: Reading) -> list[Item]:
    """Everybody who is in or on a vehicle has a place there, side by side."""
    pairs = [
        (r.subject, r.object) for r in reading.relations if r.kind in ("on", "in") and asked[r.subject]["character"]
    ]
    return cabins.side_by_side(items, pairs)


def above_line(items: list[Item], lowest: float) -> list[Item]:
    """All that stands or floats moved up together by as much as anything reaches below the row `lowest`."""
    standing = [item for item in items if item.habitat not in ("sky", "air")]
    below = max((item.feet for item in standing), default=lowest) - lowest
    return [replace(item, feet=item.feet - below) if below > 0 and item in standing else item for item in items]


def turned_inward(items: list[Item], asked: list[dict[str, Any]]) -> list[Item]:
    """Several who stand beside one another look towards the middle of them, not all one way; riders and those on something stay."""
    free = [
        item
        for item in items
        if asked[item.thing]["character"] and asked[item.thing]["act"] in ("", "stand", "sit", "talk")
    ]
    if len(free) < 2:
        return items
    middle = sum(item.x for item in free) / len(free)
    return [
        replace(item, mirrored=bool(item.x < middle)) if item in free and not item.mirrored else item for item in items
    ]
