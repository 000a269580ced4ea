"""Where a scene of a story takes place: which backdrop its places ask for, and what the next scene takes over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipelines.reading.actions import MOTION

if TYPE_CHECKING:
    from pipelines.reading.pictured import Substitution
    from pipelines.reading.told import Event, Story

OUTDOORS = {
    "zoo": "meadow", "playground": "meadow", "circus": "meadow", "fair": "meadow", "campsite": "forest", "harbour": "sea", "harbor": "sea", "port": "sea",
    "station": "street", "square": "street", "market": "street", "stop": "street", "pavement": "street", "sidewalk": "street", "airport": "city",
    "rooftop": "city", "moon": "space",
}  # fmt: skip
INDOORS = frozenset(
    [
        "kitchen",
        "bedroom",
        "bathroom",
        "classroom",
        "living room",
        "office",
        "attic",
        "cellar",
        "basement",
        "corridor",
        "hall",
        "lift",
        "elevator",
        "library",
    ]
)
BUILDINGS = frozenset(
    [
        "museum",
        "cinema",
        "theatre",
        "theater",
        "restaurant",
        "cafe",
        "café",
        "shop",
        "store",
        "supermarket",
        "bakery",
        "gym",
        "hotel",
        "church",
        "bank",
        "pharmacy",
        "school",
        "hospital",
    ]
)
REACHING = ("leave", "reach", "enter", "visit", "cross")  # verbs whose object is the place where it happens
DONE_INDOORS = ("bake", "cook")


def setting_of(read: Story, events: Iterable[Event], before: str) -> tuple[str, list[Substitution]]:
    """The backdrop that the places of the events ask for, the last that is known, else the one before; and what it stands for.

    Who does something in a building is in a room; where somebody lives is shown from outside.
    """
    from pipelines.reading import wordnet as W
    from pipelines.reading.pictured import Substitution

    found, said = before, []
    for event in events:
        if not event.real or event.negated:
            continue
        if not found and event.verb in DONE_INDOORS:
            found = "room"
        for relation, id in _places(event):
            noun = read.entity(id).noun
            backdrop = backdrop_of(noun, relation, event.verb)
            if not backdrop:
                continue
            if backdrop == "sea" and any(read.entity(id).noun == "submarine" for id in (*event.who, *event.what)):
                backdrop = "underwater"
            found = backdrop
            alike = {"mountains": "mountain", "clouds": "cloud"}.get(backdrop, backdrop)
            if noun not in (alike, "island") and not any(alike in one.words for one in W.senses(noun)[:2]):
                said.append(Substitution(noun, f"{backdrop}", "the nearest of the backdrops"))
            if backdrop == "room":
                break  # "in a hospital by the sea": inside
    return found, said


def backdrop_of(noun: str, relation: str, verb: str = "") -> str:
    """The backdrop of a place that somebody is in, at or goes to; "" where it is shown as a thing or not at all."""
    from pipelines.reading import wordnet as W
    from pipelines.scenes import words as SCENE

    inside = (relation in ("in", "into", "inside", "within") or (noun, relation) == ("home", "at")) and verb != "live"
    noun = {"home": "house", "finish": "meadow"}.get(noun, noun)
    if noun in OUTDOORS:
        return OUTDOORS[noun] if noun != "moon" or relation in ("on", "onto", "to") else ""
    if noun in BUILDINGS:
        return "room" if inside or relation == "at" else ""
    if noun in INDOORS or any(W.is_a(noun, what) for what in ("building", "room", "dwelling")):
        return "room" if inside or noun in INDOORS else ""
    if noun in SCENE.PLACE_OF and noun not in ("picnic", "nature"):
        return str(SCENE.PLACE_OF[noun])
    for what, place in (
        ("body of water", "sea"),
        ("stream", "sea"),
        ("road", "street"),
        ("mountain", "mountains"),
        ("tract", "meadow"),
    ):
        if W.is_a(noun, what):
            return place
    return ""


def _places(event: Event) -> list[tuple[str, str]]:
    """Where an event happens, also by its verb: who leaves the station is at the station."""
    reached = [("at", id) for id in event.what] if event.verb in REACHING else []
    return [*((where.relation, where.entity) for where in event.where), *reached]


def goes_on_in(read: Story, events: Sequence[Event], place: str) -> str:
    """The backdrop with which the next scene begins: people who came to a school or home are inside by then."""
    for event in events:
        people = any(read.entity(id).kind == "person" and not read.entity(id).being for id in event.who)
        if not event.real or event.negated or not (event.action in MOTION or event.action == "carry"):
            continue
        for where in event.where:
            noun = read.entity(where.entity).noun
            arrives = where.relation in ("to", "into", "at") and (noun in BUILDINGS or (noun == "home" and people))
            if arrives and any(read.entity(id).figure for id in event.who):
                return "room"
    return place
