"""Who rides or sails on what, from one scene to the next: a sailor stays in his boat until he leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.film.parts.vehicles import BOARDING
from pipelines.language.lexicon import Words
from pipelines.reading.actions import MOTION
from pipelines.reading.backdrops import vehicle_kind
from pipelines.scenes.settings import INSIDE

if TYPE_CHECKING:
    from pipelines.reading.told import Event, Story

VESSELS = ("vehicle", "craft", "raft")
OPEN = Words("nouns", "ridden open")  # what has room for several besides vehicles
STAYING = Words("verbs", "ridden staying")
UNMOVING = Words("verbs", "ridden unmoving")  # who rides stays there
CARRIES = Words("verbs", "ridden carries")  # what a vehicle does with who is in it
BREAKING = Words("verbs", "ridden breaking")
AFLOAT = Words("nouns", "ridden afloat")
LEAVING = Words("verbs", "ridden leaving")


def mounted(read: Story, events: Sequence[Event], before: Mapping[str, str], place: str) -> dict[str, str]:
    """Who is on what after these events: rider -> what is ridden. Nobody rides in a room."""
    found = {} if place in INSIDE else dict(before)
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        moved = {*event.what, *event.who} if event.verb not in STAYING else set()
        for rider, host in list(found.items()):
            lands = event.verb == "land" and bool(vehicle_kind(read.entity(host).noun))
            gone = rider in event.who and event.verb in LEAVING and not lands and not _names(event, host)
            # the rocket flies with who is in it
            by_itself = host in event.who and bool(vehicle_kind(read.entity(host).noun))
            taken = host in moved and not by_itself and rider not in event.who and event.verb not in UNMOVING
            if (
                gone
                or taken
                or (event.verb in BREAKING and host in (*event.who, *event.what))
                or (rider in event.who and _elsewhere(read, event, host))
                or rider in event.leaves
                or host in event.leaves
            ):
                del found[rider]
        driving = [id for id in event.who if vehicle_kind(read.entity(id).noun)]
        if driving and event.verb in (*STAYING, *CARRIES):  # "a bus drives along the street with a girl and a boy"
            found |= {id: driving[0] for id in event.who if id not in driving and read.entity(id).figure}
        ridden = [id for id in event.what if event.action == "ride" or takes(read, event, id)]
        ridden += [where.entity for where in event.where if _aboard(read, where.entity, where.relation)]
        hosts = [id for id in ridden if _carries(read, id, event) and id not in event.who]
        each = hosts if len(hosts) == len(event.who) else hosts[:1] * len(event.who)
        for rider, host in zip(event.who, each):
            if read.entity(rider).figure:
                found[rider] = host
        if hosts and vehicle_kind(read.entity(hosts[0]).noun):  # "her mother drove her to the hospital"
            found |= {id: hosts[0] for id in event.what if read.entity(id).figure and event.action == "ride"}
    return {**_beside_riders(read, events, found), **found}


def _beside_riders(read: Story, events: Sequence[Event], found: Mapping[str, str]) -> dict[str, str]:
    """Who sits next to somebody in a vehicle is in it too."""
    joined: dict[str, str] = {}
    for event in (one for one in events if one.real and not one.negated and one.action == "sit"):
        near = [
            *event.whom,
            *(
                w.entity
                for w in event.where
                if w.relation in ("beside", "next to", "to", "behind", "by", "near", "with")
            ),
        ]
        hosts = [found[id] for id in near if id in found and _roomy(read, found[id])]
        joined |= {id: hosts[0] for id in event.who if hosts}
    return joined


def _roomy(read: Story, host: str) -> bool:
    """Whether what is ridden has room for several."""
    noun = read.entity(host).noun
    return bool(vehicle_kind(noun)) or noun in OPEN


def takes(read: Story, event: Event, id: str) -> bool:
    """ "They took a bus", "caught the train", "boarded the ship": what is taken is ridden."""
    going = bool(event.where) or event.said.endswith((" home", " back")) or not event.whom
    return event.verb in ("take", "catch", "board") and going and bool(vehicle_kind(read.entity(id).noun))


def getting_in(read: Story, events: Sequence[Event]) -> set[str]:
    """Who only gets into a vehicle in these events, and is seen beside it: nobody drives off yet."""
    texts: set[str] = set()
    for event in events:
        boards = event.verb in BOARDING and any(
            vehicle_kind(read.entity(w.entity).noun)
            for w in event.where
            if w.relation in ("into", "onto", "aboard", "on")
        )
        if event.real and not event.negated and event.action != "ride":
            texts = texts | set(event.who) if boards else texts - set(event.who) if event.action in MOTION else texts
        elif event.action == "ride":
            texts -= set(event.who)
    return texts


def shown_mounts(read: Story, who: Sequence[str], mounts: Mapping[str, str]) -> dict[str, str]:
    """Those of the mounts whose rider is in the scene: an animal and a bicycle have one rider each, a vehicle has all."""
    found: dict[str, str] = {}
    for rider in who:
        if rider not in mounts:
            continue
        if mounts[rider] not in found.values() or _roomy(read, mounts[rider]):
            found[rider] = mounts[rider]
    return found


def _aboard(read: Story, id: str, relation: str) -> bool:
    """Whether a relation says that somebody is on or in it; "by bus" and "into her plane" of a vehicle too."""
    return relation in ("on", "onto", "upon", "in", "aboard") or (
        relation in ("into", "inside", "by") and bool(vehicle_kind(read.entity(id).noun))
    )


def _elsewhere(read: Story, event: Event, host: str) -> bool:
    """ "On the island they built a hut": who does something at a place on land is in the boat no more."""
    if event.action in MOTION or event.verb in STAYING or event.verb == "be" or _names(event, host):
        return False
    land = [read.entity(w.entity) for w in event.where if w.relation in ("on", "in", "at")]
    return any(one.kind == "place" and one.noun not in AFLOAT for one in land)


def _names(event: Event, id: str) -> bool:
    return id in event.what or any(where.entity == id for where in event.where)


def _carries(read: Story, id: str, event: Event) -> bool:
    """Whether somebody can be on it: a boat, a bicycle; an animal that is ridden or sat on."""
    from pipelines.reading import wordnet as W
    from pipelines.scenes.performers import RIDDEN

    one = read.entity(id)
    if one.kind == "animal" or one.being:
        on = any(where.entity == id and where.relation in ("on", "onto", "upon") for where in event.where)
        return one.noun in RIDDEN and (event.action == "ride" or on)
    return one.noun in RIDDEN or bool(vehicle_kind(one.noun)) or any(W.is_a(one.noun, what) for what in VESSELS)
