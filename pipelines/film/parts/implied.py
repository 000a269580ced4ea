"""Vehicles that a verb implies and the story does not name: who rows has a rowing boat, people who fly to Spain have an airplane."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.language.lexicon import Words
from pipelines.reading.backdrops import vehicle_kind
from pipelines.reading.told import Entity
from pipelines.scenes.settings import INSIDE

if TYPE_CHECKING:
    from pipelines.reading.pictured import Pictures
    from pipelines.reading.told import Event, Story

# verb -> (the kinds of vehicles that serve, what is drawn where the story has none)
IMPLIED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "row": (("water",), "rowing boat"),
    "sail": (("water",), "sailboat"),
    "paddle": (("water",), "canoe"),
    "drive": (("road", "rail"), "car"),
    "cycle": ((), "bicycle"),
    "fly": (("air", "space"), "airplane"),
    "ride": ((), "horse"),
}
WINGED = Words("nouns", "winged")
# what somebody does without getting out first
ON_BOARD = Words("verbs", "on board")
SHIPS = frozenset(["ship", "craft", "vessel"])
SPACE = Words("nouns", "space")
OF_OLD = Words("nouns", "of old")
AT_SEA = Words("nouns", "at sea")


def with_spaceships(read: Story) -> Story:
    """The story with "their ship" as a spaceship where aliens own it, or where it is among planets and never at sea."""
    nouns = {entity.noun for entity in read.entities}
    in_space = bool(nouns & SPACE) and not nouns & AT_SEA
    kept = []
    for one in read.entities:
        owner = next((other for other in read.entities if other.id == one.owner), None)
        theirs = owner is not None and owner.noun in ("alien", "martian", "astronaut")
        if one.kind == "thing" and one.noun in SHIPS and one.said.split()[-1] == one.noun and (theirs or in_space):
            saucer = "ufo" if nouns & {"alien", "martian"} and "astronaut" not in nouns else "rocket"
            one = replace(one, noun=saucer, said="spaceship")
        kept.append(one)
    return replace(read, entities=tuple(kept))


def with_vehicles(read: Story, drawn: Pictures) -> Story:
    """The story in which who rows, sails, drives or flies somewhere has something to do it with."""
    entities, sentences = list(read.entities), []
    for number, sentence in enumerate(read.sentences):
        events = []
        for event in sentence.events:
            vehicle = _vehicle(read, event, entities, number)
            if vehicle and vehicle not in {entity.id for entity in entities}:
                noun = IMPLIED[event.verb][1]
                if noun in drawn.nouns:
                    entities.append(Entity(vehicle, "thing", noun, noun, first=number))
                else:
                    vehicle = ""
            events.append(replace(event, action="ride", what=(*event.what, vehicle)) if vehicle else event)
        sentences.append(replace(sentence, events=tuple(events)))
    return replace(read, entities=tuple(entities), sentences=tuple(sentences))


def _vehicle(read: Story, event: Event, entities: list[Entity], number: int) -> str:
    """The id of what somebody rows, sails, drives or flies in: one of the story, else a new one; "" where the verb implies none."""
    if event.verb not in IMPLIED or not event.real or event.negated or not event.who:
        return ""
    known = {one.id: one for one in entities}
    if any(not known[id].figure for id in event.who) or any(not known[id].figure for id in event.what):
        return ""
    kinds, noun = IMPLIED[event.verb]
    if event.verb == "ride" and (event.what or not OF_OLD & {one.noun for one in entities}):
        return ""  # today that can be a bicycle, a bus or a horse
    if any(vehicle_kind(known[w.entity].noun) for w in event.where):
        return ""
    people = all(
        one.kind == "person" and not {one.noun, one.being} & WINGED and "robin" not in one.noun
        for one in map(known.__getitem__, event.who)
    )
    if event.verb == "fly" and not people:
        return ""
    same = [one.id for one in entities if one.count == 1 and (vehicle_kind(one.noun) in kinds or one.noun == noun)]
    same = [
        id for id in same if known[id].first <= number
    ] or same  # "the ship" of a later sentence is the one that sailed
    if event.verb != "fly":
        return same[-1] if same else f"implied-{event.verb}"
    travels = any(w.relation in ("to", "over", "back to") for w in event.where) or event.said.endswith(
        (" home", " away")
    )
    plain = all(not known[id].being for id in event.who) and any(w.relation == "to" for w in event.where)
    return (same[-1] if same else "implied-fly" if plain else "") if travels else ""


def parked_at(read: Story, left: set[str], place: str, before: Mapping[str, str], ridden: set[str]) -> dict[str, str]:
    """Where vehicles stand that everybody got out of: they are seen there as long as the story stays."""
    new = {id: place for id in left if vehicle_kind(read.entity(id).noun) and place not in (*INSIDE, "clouds")}
    return {id: where for id, where in {**before, **new}.items() if id not in ridden}


def arrived(read: Story, events: list[Event], mounts: Mapping[str, str]) -> set[str]:
    """Who came to where they wanted to go, and gets out before the next deed: "rowed to an island", "took a bus to the hotel"."""
    texts: set[str] = set()
    for event in events:
        if not event.real or event.negated:
            continue
        riders = {id for id in event.who if id in mounts}
        there = event.verb in ("reach", "arrive") or any(
            w.relation == "to" and read.entity(w.entity).noun not in ("sea", "ocean", "space", "sky")
            for w in event.where
        )
        texts = (texts | riders) if there else texts - riders
    return texts


def got_out(events: list[Event], mounts: Mapping[str, str], came: set[str], staying: Set[str]) -> dict[str, str]:
    """The mounts without those who had arrived and now do something that is no travelling."""
    acting = {id for event in events if event.real and event.verb not in staying | ON_BOARD for id in event.who}
    hosts = {mounts[id] for id in came & acting if id in mounts}
    return {rider: host for rider, host in mounts.items() if not (rider in came and host in hosts)}
