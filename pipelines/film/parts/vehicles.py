"""A vehicle as a place: who is in a plane, a train, a boat or a spaceship is shown outdoors, with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.language.lexicon import Words
from pipelines.reading.backdrops import vehicle_kind
from pipelines.scenes.settings import INSIDE

if TYPE_CHECKING:
    from pipelines.reading.told import Event, Story

ABOARD = frozenset(["in", "into", "inside", "within", "on", "onto", "aboard", "by"])
GOING_IN = frozenset(["into", "onto", "aboard"])
BOARDING = Words("verbs", "boarding")
STEERING = Words("verbs", "steering")
RISING = Words("verbs", "rising")
GROUND = {"air": "meadow", "space": "meadow", "road": "street", "rail": "meadow"}
ALOFT = {"air": "clouds", "space": "space"}


def backdrop_aboard(read: Story, event: Event, before: str, outside: str, mounts: Mapping[str, str]) -> str:
    """The backdrop of a deed in a vehicle, or of a vehicle's own; "" where the event has none, and what is around it says nothing."""
    kind, boarding = _vehicle(read, event, mounts)
    if not kind:
        return ""
    open_air = outside if before in INSIDE else before
    if kind == "water":
        return open_air if open_air in ("sea", "underwater", "lake", "river") else "sea"
    flying = event.verb in RISING and (event.verb not in ("take", "lift") or event.said.endswith((" off", " up")))
    if kind in ALOFT and flying:
        return "" if open_air in ("clouds", "space", "mountains", "sea", "lake", "river", "city") else ALOFT[kind]
    if open_air not in ("", *INSIDE) or (boarding and kind == "space"):
        return open_air
    return GROUND[kind] if boarding or kind not in ALOFT else ALOFT[kind]


def _vehicle(read: Story, event: Event, mounts: Mapping[str, str]) -> tuple[str, bool]:
    """The kind of the vehicle that an event happens in, and whether somebody only gets in."""
    for where in event.where:
        if where.relation in ABOARD and (kind := vehicle_kind(read.entity(where.entity).noun)):
            return kind, event.verb in BOARDING or where.relation in GOING_IN
    steered = [id for id in event.what if event.verb in STEERING]
    rising = [*event.who, *(mounts[id] for id in event.who if id in mounts)] if event.verb in RISING else []
    for id in (*steered, *rising):
        if kind := vehicle_kind(read.entity(id).noun):
            return kind, event.verb in BOARDING
    return "", False
