"""Where a scene of a story takes place: which backdrop its places ask for, and what the next scene takes over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.film.parts.vehicles import backdrop_aboard
from pipelines.language.lexicon import Table, Words
from pipelines.props import record
from pipelines.reading.actions import MOTION
from pipelines.reading.backdrops import BUILDINGS, INDOORS, OUTDOORS, around, backdrop_of, housing, room_of, room_with
from pipelines.scenes.settings import GREEN, HOME, INSIDE, family, shows

if TYPE_CHECKING:
    from pipelines.reading.pictured import Substitution
    from pipelines.reading.told import Entity, Event, Sentence, Story

BRIDGES = frozenset(["bridge", "footbridge", "drawbridge"])
GOING = Words("verbs", "going")
FURNITURE_OF_BUILDINGS = Words("places", "furniture of buildings")
BRINGING = Words("verbs", "bringing")
BATHS = frozenset(["bath", "bathtub", "shower"])
STAYING = Words("verbs", "staying")
INWARD, OUTWARD = frozenset(["in", "inside", "indoors"]), frozenset(["out", "outside", "outdoors"])
BECOMING = Words("verbs", "becoming")  # "into a palace" is no place
AT_WORKPLACES = Words("verbs", "at workplaces")  # "he was at the dentist"
LARGE = 2.0  # storybook metres, of what stands in the open
ON_THE_WAY = "on the way to"  # the relation of a place that somebody is on the way to
ARRIVING = Words("verbs", "arriving")
REACHING = ("leave", "reach", "enter", "visit", "cross")  # verbs whose object is the place where it happens
COOKING = ("bake", "cook", "fry", "knead", "whisk")
DONE_INDOORS = (*COOKING, "stir", "mix")
# whose place of work one goes to: "at the vet's", "to the dentist"
PRACTICES = Table("places", "practices")
# things that stand in rooms and nowhere else
FURNITURE = Words("places", "furniture")


def gone_in_or_out(read: Story, event: Event, before: str, building: str, outside: str) -> str:
    """The backdrop after "comes in" or "goes outside": a room where a building is near; outside, where it was before or what is around it."""
    particle = event.said.partition(" ")[2]
    if event.verb not in GOING or event.where or not any(read.entity(id).figure for id in event.who):
        return ""
    if particle in INWARD and building:
        return room_of(building)
    return (outside or around(building) or "street") if particle in OUTWARD and before in INSIDE else ""


def building_of(read: Story, sentences: Iterable[Sentence], before: str) -> str:
    """The building that was named last, also by its door."""
    from pipelines.reading import wordnet as W

    named = [read.entity(id).noun for sentence in sentences for id in sentence.things]
    inside = [
        noun
        for noun in named
        if noun in BUILDINGS or noun in ("door", "home") or any(W.is_a(noun, what) for what in ("building", "dwelling"))
    ]
    return inside[-1] if inside else before


def setting_of(
    read: Story,
    events: Iterable[Event],
    before: str,
    building: str = "",
    outside: str = "",
    things: Iterable[str] = (),
    mounts: Mapping[str, str] | None = None,
) -> tuple[str, list[Substitution]]:
    """The backdrop that the places of the events ask for, the last that is known, else the one before; and what it stands for.

    Who does something in a building is in a room; where somebody lives is shown from outside.
    """
    text, said = before, []
    for event in events:
        if not event.real or event.negated:
            continue
        door = event.action == "open" and any(read.entity(id).noun == "door" for id in event.what)
        if not text and door:
            text = room_of(building) if building else "room"
        if event.verb in DONE_INDOORS and text in ("", "street", "city", *HOME) and not event.where:
            text = "kitchen" if event.verb in COOKING else text if text in HOME else "room"
        if not text and event.action == "swim" and any(read.entity(id).figure for id in event.who):
            text = "lake"
        named, about = named_backdrop(read, event, text)
        said += about
        text = (
            named
            or homewards(read, event, text, outside)
            or gone_out_of(read, event, text, outside)
            or at_practice(read, event)
            or backdrop_aboard(read, event, text, outside, mounts or {})
            or gone_in_or_out(read, event, text, building, outside)
            or ("room" if bathing(read, event) else "")
            or _by_furniture(read, event, text)
            or _left_for(read, event, text, outside)
            or text
        )
    if (
        text in ("", "street")
        and building in BUILDINGS
        and FURNITURE_OF_BUILDINGS & {read.entity(id).noun for id in things}
    ):
        text = room_of(building)  # the desk of a school
    if family(text) in ("", "street", *GREEN) and not said and BRIDGES & {read.entity(id).noun for id in things}:
        text = "river"  # what a bridge crosses
    return text or _by_things(read, things), said


def bathing(read: Story, event: Event) -> str:
    """The id of the bath that somebody takes or sits in; "" where nobody bathes."""
    taken = event.what if event.verb in ("take", "have", "enjoy") else [w.entity for w in event.where]
    return next((id for id in taken if read.entity(id).noun in BATHS), "")


def _by_furniture(read: Story, event: Event, before: str) -> str:
    """ "Sleeps on her bed", "hides behind the sofa", "sits at the window": in a room, wherever the story was before."""
    places = [read.entity(w.entity) for w in event.where if w.relation not in ("out of", "off", "from")]
    near = [entity for entity in places if entity.noun in FURNITURE]
    window = event.verb in STAYING and any(
        w.relation in ("at", "by", "beside") and read.entity(w.entity).noun == "window" for w in event.where
    )
    if not (near or window) or not any(read.entity(id).figure for id in event.who):
        return ""
    asked = _room_of(near[0]) if near else "room"
    # the window of the kitchen, a bed in a hospital
    return before if before in INSIDE and (asked == "room" or before not in HOME) else asked


def _room_of(entity: Entity) -> str:
    """The room in which a thing stands: that of its name ("kitchen table"), else of its record; "" for none."""
    named = (backdrop_of(word, "in") for word in entity.said.split()[:-1])
    return next((room for room in named if room in INSIDE), "") or room_with(entity.noun)


def named_backdrop(read: Story, event: Event, before: str = "") -> tuple[str, list[Substitution]]:
    """The backdrop of the last place that an event names, of a room before all others; "" for none; and what it stands for."""
    from pipelines.reading import wordnet as W
    from pipelines.reading.pictured import Substitution

    found, said = "", []
    for relation, id in places_of(read, event):
        noun = read.entity(id).noun
        backdrop = backdrop_of(noun, relation, event.verb if event.action not in MOTION else "ride")
        if relation == ON_THE_WAY and backdrop != "space":
            continue  # nobody is there yet
        if before in ("", *INSIDE) and noun == "puddle":
            backdrop = "street"
        if not backdrop:
            continue
        found = backdrop
        words = [noun, *(word for sense in W.senses(noun)[:2] for word in sense.words)]
        if not any(shows(backdrop, word) for word in words):
            said.append(Substitution(noun, f"{backdrop}", "the nearest of the backdrops"))
        if backdrop in INSIDE and event.action != "swim":
            break  # "in a hospital by the sea": inside
    return found, said


def gone_out_of(read: Story, event: Event, before: str, outside: str) -> str:
    """The backdrop after "came out of the cave": the open air, or another room of the house; "" where nobody goes out of where the story is."""
    left = [read.entity(w.entity).noun for w in event.where if w.relation == "out of"]
    if before not in INSIDE or not left or event.action not in MOTION:
        return ""
    housed = left[0] in BUILDINGS or backdrop_of(left[0], "in") in INSIDE
    return (outside or around(left[0]) or "meadow") if housed else ""


def _left_for(read: Story, event: Event, before: str, outside: str) -> str:
    """The open air in which those are who went from a room to a place of its own: "they walked to the cabin"; "" where nobody leaves."""
    if before not in INSIDE or event.action not in MOTION or not all(read.entity(id).figure for id in event.who):
        return ""
    goals = [read.entity(w.entity) for w in event.where if w.relation in ("to", "towards", "toward")]
    away = [
        goal for goal in goals if goal.kind == "place" and (housing(goal.noun) or record(goal.noun).metres >= LARGE)
    ]
    return (outside or around(away[0].noun) or "meadow") if away and away[0].noun not in INDOORS else ""


def at_practice(read: Story, event: Event) -> str:
    """Where those are who are "at the dentist" or go "to the vet"; "" for any other event, and for somebody who is in the story already."""
    number = sum(sentence.at <= event.at for sentence in read.sentences) - 1
    visited = [read.entity(id) for id in event.whom] if event.verb in AT_WORKPLACES else []
    return next((PRACTICES[one.noun] for one in visited if one.noun in PRACTICES and one.first >= number), "")


def homewards(read: Story, event: Event, before: str, outside: str) -> str:
    """The backdrop of who goes home: at home once people arrive, in the open on the way; "" where nobody goes home."""
    homes = [w for w in event.where if read.entity(w.entity).noun == "home" and w.relation in ("to", ON_THE_WAY)]
    on_the_way = any(w.relation == ON_THE_WAY for w in event.where)
    if not homes and not on_the_way:
        return ""
    people = any(read.entity(id).kind == "person" and not read.entity(id).being for id in event.who)
    if homes and not on_the_way and event.verb in ARRIVING:
        return "room" if people else ""
    return (outside or "street") if before in INSIDE else "street" if people and not before and on_the_way else ""


def _by_things(read: Story, things: Iterable[str]) -> str:
    """The backdrop that what stands around asks for, where no place was named; "" for none."""
    entities = [read.entity(id) for id in things]
    nouns = [entity.noun for entity in entities]
    return (
        next((OUTDOORS[noun] for noun in nouns if noun in ("yard", "garden", "field", "farm", "pitch")), "")
        or next((street for noun in nouns if (street := around(noun))), "")
        or ("meadow" if any(record(noun).outdoors for noun in nouns) else "")
        or next((room for entity in entities if (room := _room_of(entity))), "")
    )


def places_of(read: Story, event: Event) -> list[tuple[str, str]]:
    """Where an event happens, also by its verb: who leaves the station is at the station."""
    if event.verb in BECOMING:
        return []
    reached = [("at", id) for id in event.what] if event.verb in REACHING else []
    if event.verb == "be" and not event.where:
        reached = [("in", id) for id in event.who if read.entity(id).kind == "place"]  # "the kitchen was full of smoke"
    return [*((where.relation, where.entity) for where in event.where), *reached]


def all_around(read: Story, events: Sequence[Event], things: Iterable[str], place: str) -> set[str]:
    """The buildings and rooms that are not drawn as things, because the scene is in them or they are elsewhere."""
    ids = {
        id
        for event in events
        for relation, id in places_of(read, event)
        if backdrop_of(read.entity(id).noun, relation, event.verb) in INSIDE
        or (place in INSIDE and relation in ("from", "out of") and backdrop_of(read.entity(id).noun, "in") in INSIDE)
    }
    if place not in INSIDE:
        return ids
    done_to = {id for event in events for id in (*event.who, *event.what)}
    return ids | {
        id for id in things if read.entity(id).noun in BUILDINGS and id not in done_to
    }  # "the door of the school"


def goes_on_in(read: Story, events: Sequence[Event], place: str) -> str:
    """The backdrop with which the next scene begins: people who came or were brought to a school or home are inside by then."""
    for event in events:
        if not event.real or event.negated:
            continue
        brought = [id for id in event.what if event.verb in BRINGING]
        if not (event.action in MOTION or event.action == "carry" or brought):
            continue
        figures = [read.entity(id) for id in (*event.who, *brought) if read.entity(id).figure]
        people = any(one.kind == "person" and not one.being for one in figures)
        for where in event.where:
            noun = read.entity(where.entity).noun
            housed = noun in ("house", "flat", "apartment", "cottage") and bool(read.entity(where.entity).owner)
            arrives = noun in BUILDINGS or noun in ("office", "library") or ((noun == "home" or housed) and people)
            if arrives and where.relation in ("to", "into", "at") and figures:
                return room_of(noun)
    return place
