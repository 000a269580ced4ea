"""A story becomes scenes: it is read by a parser, a sentence a scene, and each scene has who is there, what they do, and what is drawn.

Everyone stays in the story until they leave; place, hour and weather hold until the story says others. What is drawn as something else, and
what has no picture, is said in the notes. `told` of a scene is what was read, for whatever draws and moves figures.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from pipelines.film.parts.cutting import elsewhere, line_starts, of_part, one_line, parts_of, turns
from pipelines.film.parts.groups import by_members
from pipelines.film.parts.implied import arrived, got_out, parked_at, with_spaceships, with_vehicles
from pipelines.film.parts.motion import motion_of, moves_of
from pipelines.film.parts.picturing import Pictured, called_in, looks_of, prompt_of, worn_in
from pipelines.film.parts.places import ON_THE_WAY, all_around, building_of, goes_on_in, gone_in_or_out, setting_of
from pipelines.film.parts.recording import scene_of
from pipelines.film.parts.riding import STAYING, getting_in, mounted, shown_mounts
from pipelines.film.parts.standing_for import in_its_sentence, noun_of, storm_of, with_wholes
from pipelines.film.parts.states import as_left, changed_by, left_by, said_of_state, still_asleep, still_held
from pipelines.film.parts.whereabouts import gone_elsewhere, left_at, names_place, nobody_there, staying_at
from pipelines.language.likely_place import likely_place
from pipelines.reading.backdrops import backdrop_of
from pipelines.scenes.accounted import notes_of, word_coverage
from pipelines.scenes.record import to_json
from pipelines.scenes.settings import GREEN, INSIDE, PHRASES, same_place, shows

if TYPE_CHECKING:
    from pipelines.reading.pictured import Pictures, Substitution
    from pipelines.reading.told import Event, Sentence, Story

MOST_CHARACTERS = 6000
MOST_THINGS = 5  # kinds of things in one picture
PARTICULAR = frozenset(["sea", "lake", "underwater", "space", "snow", "desert"])
PARTS_OF_VEHICLES = frozenset(["window", "door", "seat", "wheel"])  # of what somebody is in
CAMERAS = {"close": "in", "over the shoulder": "still", "medium": "auto"}


@dataclass
class _Told:
    """What is carried from scene to scene."""

    place: str = ""
    direction: str = "right"
    notes: list[str] = field(default_factory=list)
    placeless: dict[int, list[str]] = field(default_factory=dict)  # what is drawn in each scene without a place
    looks: dict[str, str] = field(default_factory=dict)  # what tells people of one word apart
    mounts: dict[str, str] = field(default_factory=dict)  # who rides or sails on what
    states: dict[str, str] = field(default_factory=dict)  # what is drawn for a thing after what was done to it
    left: dict[str, str] = field(default_factory=dict)  # the same after acts in this place: a door that was opened
    worn: dict[str, str] = field(default_factory=dict)  # who wears what
    held: dict[str, str] = field(default_factory=dict)  # what is in whose hands
    asleep: dict[str, Event] = field(default_factory=dict)  # who sleeps, by the deed that said so
    at: dict[str, str] = field(default_factory=dict)  # where each figure was left
    building: str = ""  # the building that was named last
    open_air: str = ""  # the last backdrop that was no room
    open_at_all: bool = False  # whether any scene is in the open
    outside: set[str] = field(default_factory=set)  # what was ridden to a room
    parked: dict[str, str] = field(default_factory=dict)  # vehicles that nobody is in any more, and where they stand
    came: set[str] = field(default_factory=set)  # who arrived in a vehicle in the last scene


def told(story: str) -> dict[str, Any]:
    """A story as a title, scenes and notes. Raises Refusal for an empty or too long story and for what is not English, MissingModel."""
    from pipelines.reading import language, reader
    from pipelines.reading.pictured import pictures
    from pipelines.scenes import drawings, painted_things

    if not story.strip():
        raise Refusal("Write a story of a few sentences first.")
    if len(story) > MOST_CHARACTERS:
        raise Refusal(f"The story has {len(story):,} characters; {MOST_CHARACTERS:,} is the most.")
    language.check(story)
    lines, story = line_starts(story), one_line(story)
    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    read = with_vehicles(with_spaceships(with_wholes(reader.read(story, lines), drawn)), drawn)
    read = by_members(read, lambda one: drawn.drawn_for(one)[0])
    looks = looks_of(read, {entity.id: noun_of(read, drawn, entity)[0] for entity in read.entities if entity.figure})

    def scenes_from(place: str) -> tuple[list[dict[str, Any]], _Told]:
        carried = _Told(place, looks=looks)
        return [
            _scene(read, drawn, carried, number, story, *part)
            for number, part in enumerate(parts_of(story, elsewhere(read), turns(read)), 1)
        ], carried

    scenes, carried = scenes_from("")
    common = _common_place(scenes, carried.placeless)
    if common and not (common == "room" and carried.open_at_all):  # a place that is entered later never reaches back
        scenes, carried = scenes_from(common)
        carried.notes.append(f"Nothing says where the story begins, so it is set where that is likely: {common}.")
    return {"title": read.title, "scenes": scenes, "notes": list(dict.fromkeys(carried.notes))}


def _common_place(scenes: Sequence[Mapping[str, Any]], placeless: Mapping[int, Sequence[str]]) -> str:
    """One backdrop for the scenes whose place the story does not say: that of the first thing that has one, else where their texts are likely to be.

    "" where the scenes differ in more than taste: a ship needs the sea.
    """
    from pipelines.scenes.things import suited_place, tall_behind

    own = [suited_place([noun for noun in nouns if noun != "bicycle"]) for nouns in placeless.values()]
    suited = [place for place in own if place not in ("meadow", "lake", "river")]
    in_the_open = any(tall_behind(noun) for nouns in placeless.values() for noun in nouns)
    if suited:  # in the open: the broom of a witch whose house is seen from outside
        apart = any(place in PARTICULAR and place != suited[0] for place in suited)
        return "" if apart or len(own) < 2 or (suited[0] == "room" and in_the_open) else suited[0]
    texts = [" ".join(scene["line"] for scene in scenes[max(0, number - 3) : number]) for number in placeless]
    likely = likely_place(texts) if texts else ""
    return "" if likely in INSIDE and in_the_open else likely


# one scene


def _scene(
    read: Story, drawn: Pictures, carried: _Told, number: int, story: str, start: int, end: int
) -> dict[str, Any]:
    from pipelines.reading.shots import direction_of, shot_of

    line = story[start:end]
    sentences = [
        of_part(read, one, start, end) for one in read.sentences if one.at < end and one.at + len(one.text) > start
    ]
    events = [event for one in sentences for event in one.events if start <= event.at < end]
    place, about = _place(read, carried, sentences, events)
    new_place, carried.place = place != carried.place, goes_on_in(read, events, place)
    who = [id for id in _on_stage(read, sentences, events) if _is_there(read, carried, id, sentences, events, place)]
    who = [] if nobody_there(read, sentences, events) else who
    carried.at = left_at(read, carried.at, sentences, events, place, carried.place)
    now = mounted(read, events, got_out(events, carried.mounts, carried.came, STAYING), place)
    outside = set(carried.mounts.values()) - set(now.values())
    carried.parked = parked_at(read, outside, place, carried.parked, set(now.values()))
    carried.came = {id for id in carried.came if id in now} | arrived(read, events, now)
    carried.mounts = now
    carried.outside = (carried.outside | outside) if place in INSIDE else set()
    carried.direction = direction_of(events, carried.direction)
    shot = shot_of(sentences, events, new_place)
    asleep = {} if new_place or "dawn" in {one.hour for one in sentences} else carried.asleep
    carried.asleep = still_asleep(asleep, events)
    still = [id for id, deed in asleep.items() if id in who and carried.asleep.get(id) is deed]
    seen = [*events, *(replace(asleep[id], who=(id,)) for id in still)]
    ground = {
        w.entity
        for event in events
        for w in event.where
        if read.entity(w.entity).noun == "moon" and w.relation in ("on", "onto", "to")
    }
    carried.states = changed_by(read, drawn, events, carried.states)
    carried.left = {} if new_place else as_left(read, events, carried.left)
    states = carried.left | carried.states
    boarding = getting_in(read, events)
    mounts = shown_mounts(read, [id for id in who if id not in boarding], carried.mounts)
    carried.worn = worn_in(read, events, carried.worn)
    things = [id for one in sentences for id in one.things]
    inside = all_around(read, events, things, place) | _homes(read) | carried.outside
    left_out = (inside if place in INSIDE else ground) | set(carried.worn.values())
    left_out |= _not_here(read, events, mounts, place)
    parked = [id for id, where in carried.parked.items() if where == place]
    parked += [entity for id in still for entity in (id, *(where.entity for where in asleep[id].where))]
    nouns, said = _nouns_drawn(read, drawn, who, sentences, left_out, mounts, parked, place)
    said = [one for one in said if one.drawn or not shows(place, one.word)]  # the backdrop shows it
    changed = {id: states[noun] for id, noun in nouns.items() if noun in states}
    said += [*about, *(said_of_state(read.entity(id), state) for id, state in changed.items())]
    nouns |= changed
    held = {} if len(nouns) >= MOST_THINGS else still_held(carried.held, nouns, sentences, events, new_place)
    nouns |= {thing: noun for thing in held if (noun := noun_of(read, drawn, read.entity(thing))[0])}
    carried.open_at_all |= place not in ("", *INSIDE)
    if not place:
        carried.placeless[number] = list(nouns.values())
    faces = {id: face for one in sentences for id, face in (one.expressions or {}).items()}
    pictured = Pictured(read, nouns, seen, place, sentences, carried.looks, mounts, faces, carried.worn, held)
    moves = moves_of(read, nouns, seen, faces, mounts)
    record, there = scene_of(pictured, moves, line, said, new_place or names_place(read, events))
    if record.place != place or set(there) != set(nouns):  # something could not be where it was said to be
        carried.place = goes_on_in(read, events, record.place) if record.place != place else carried.place
        place, nouns = record.place, {id: noun for id, noun in nouns.items() if id in there}
        pictured = replace(pictured, place=place, nouns=nouns)
        moves = moves_of(read, nouns, seen, faces, mounts)
    notes = notes_of(word_coverage(record), record.notes)
    new = [note for note in notes if not any(old.endswith(f": {note}") for old in carried.notes)]
    carried.notes += [f"Scene {number}: {note}" for note in new]
    left = left_by(record, there, drawn)
    carried.worn, carried.held, carried.left = carried.worn | left.worn, held | left.held, carried.left | left.states
    prompt, motion, called = prompt_of(pictured), motion_of(moves), called_in(read, nouns, seen, mounts)
    if not prompt:
        prompt = PHRASES[place or "meadow"]
        carried.notes.append(
            f"Scene {number}: nothing in it can be drawn, so it shows only a backdrop; you can say what the picture shows."
        )
    camera = carried.direction if shot == "wide" else CAMERAS[shot]
    record = record.model_copy(update={"shot": shot, "camera": camera})
    return {
        "picture": {"prompt": prompt},
        "motion": {"text": motion, "camera": camera},
        "line": line,
        "record": {"prompt": prompt, "motion": motion, "scene": json.loads(to_json(record))},
        "told": _for_the_film(read, line, sentences, events, dict.fromkeys(who, "") | called, said),
    }


def _place(
    read: Story, carried: _Told, sentences: Sequence[Sentence], events: Sequence[Event]
) -> tuple[str, list[Substitution]]:
    """Where a scene takes place, and what has to be said about it."""
    carried.building = building_of(read, sentences, carried.building)
    before = staying_at(carried.at, sentences, carried.place)
    things = [id for sentence in sentences for id in sentence.things if id not in sentence.missing]
    outside = carried.open_air or (carried.place if carried.place not in INSIDE else "")
    place, about = setting_of(read, events, before, carried.building, outside, things, carried.mounts)
    if any(gone_in_or_out(read, event, before, carried.building, outside) in INSIDE for event in events):
        carried.at |= {id: place for id, where in carried.at.items() if where == before}  # who was there is inside too
    carried.open_air = place if place not in ("", *INSIDE) else carried.open_air
    return place, about


def _is_there(
    read: Story, carried: _Told, id: str, sentences: Sequence[Sentence], events: Sequence[Event], place: str
) -> bool:
    """Whether somebody who is still in the story is where the scene is: who takes part, and who was left there; an animal is with its owner."""
    one = read.entity(id)
    if any(id in sentence.takes_part for sentence in sentences) or id not in carried.at:
        return True
    with_owner = one.kind == "animal" and any(one.owner in sentence.takes_part for sentence in sentences)
    if with_owner:
        return True
    if not carried.at[id] and gone_elsewhere(events):
        return False  # "my owner takes me to the park": the postman stays where he was
    if not carried.at[id] and not names_place(read, events):
        return True  # "Tom opened the box. On the table lay a key.": nobody went anywhere
    return same_place(carried.at[id], place)


def _on_stage(read: Story, sentences: Sequence[Sentence], events: Sequence[Event]) -> list[str]:
    """The figures of a scene: who acts first, then who takes part, then everyone who is still there."""
    gone = {id for event in events if event.verb == "be" for id in event.leaves}  # "the cow was gone"
    acting = [id for event in events if event.real for id in event.who if read.entity(id).figure and id not in gone]
    there = (id for part in ("takes_part", "present") for sentence in sentences for id in getattr(sentence, part))
    return list(dict.fromkeys([*acting, *there]))


def _nouns_drawn(
    read: Story,
    drawn: Pictures,
    who: Sequence[str],
    sentences: Sequence[Sentence],
    left_out: Collection[str],
    mounts: Mapping[str, str],
    parked: Sequence[str],
    place: str,
) -> tuple[dict[str, str], list[Substitution]]:
    """The noun that is drawn for each figure and thing of the scene, and what has to be said about it.

    What is `left_out` is worn, or is where the scene takes place. Who rides something takes no room of their own.
    """
    from pipelines.reading.told import FIGURES
    from pipelines.scenes import words as SCENE

    part = {id for sentence in sentences for id in sentence.takes_part}
    things = [*(id for sentence in sentences for id in sentence.things), *parked]
    nouns: dict[str, str] = {}
    substitutions: list[Substitution] = []
    groups = {read.entity(id).group for id in who} - {""}
    missing = set(sentences[-1].missing) if sentences else set()
    known = {one.id for one in read.entities}
    more = [
        read.entity(id) for id in who if read.entity(id).group not in known | {""}
    ]  # groups shown by their members take one room
    most = (
        MOST_THINGS + min(2, len(mounts)) + min(2, len(parked)) + min(3, len(more) - len({one.group for one in more}))
    )
    grounds = (place or "meadow", *(("meadow",) if place in GREEN else ()))
    acting = [one for w in who if w in part for one in (w, mounts.get(w, w))]
    resting = [one for w in who for one in (w, mounts.get(w, w))]
    for id in dict.fromkeys([*acting, *things, *resting]):
        one = read.entity(id)
        if id in groups and (id not in part or sum(read.entity(w).group == id for w in who) == one.count):
            continue  # its members are there one by one
        if id in missing and id not in part:
            continue  # it is only wanted, sought or lost
        if (one.noun in SCENE.WEATHER_OF or one.noun in SCENE.HOUR_OF) and storm_of(drawn, one) is None:
            continue  # the backdrop shows it
        if id in left_out:
            continue
        if one.noun in ("room", "sky", "ground", "air", "floor", "world", "country", "water", "weather"):
            continue  # part of every backdrop
        noun, about = noun_of(read, drawn, one)
        if id not in mounts.values():  # what somebody is in or on is a thing
            noun, about = in_its_sentence(read, drawn, one, noun, about)
        if about is not None and noun != one.noun and any(shows(where, one.noun) for where in grounds):
            continue  # grass is the meadow's own
        if one.kind == "place" and noun != "island" and (not noun or backdrop_of(one.noun, "to")):
            if noun == "" and about is not None and not backdrop_of(one.noun, "in"):
                substitutions.append(about)
            continue
        if len(nouns) >= most and one.kind not in FIGURES:
            continue
        if noun:
            nouns[id] = noun
        if about is not None:
            substitutions.append(about)
    kept = dict(list(nouns.items())[:most])
    alone = {host for rider, host in mounts.items() if rider not in kept and host not in part}
    return {id: noun for id, noun in kept.items() if id not in alone}, substitutions


def _not_here(read: Story, events: Sequence[Event], mounts: Mapping[str, str], place: str) -> set[str]:
    """Things that are named and not beside anybody: a home that is flown to, the window of the train, the one that was climbed out of."""
    far = place in ("space", "clouds", "sea", "underwater")
    flown = {where.entity for event in events if event.verb == "fly" for where in event.where}
    texts = _homes(read) if far or flown & _homes(read) else set()
    texts |= {w.entity for event in events for w in event.where if w.relation == ON_THE_WAY}
    if not any(one.noun == "lighthouse" for one in read.entities):
        out = [event for event in events if event.said in ("went out", "goes out", "go out")]
        texts |= {id for event in out for id in event.who if read.entity(id).noun in ("light", "lamp")}
    texts |= {one.id for one in read.entities if mounts and one.noun in PARTS_OF_VEHICLES}
    if place not in INSIDE:
        left = [w.entity for event in events for w in event.where if w.relation == "out of"]
        texts |= {id for id in left if read.entity(id).noun in PARTS_OF_VEHICLES}
    return texts


def _homes(read: Story) -> set[str]:
    """ "Home" as a place: in a room it is all around."""
    return {entity.id for entity in read.entities if entity.noun == "home"}


def _for_the_film(
    read: Story,
    line: str,
    sentences: Sequence[Sentence],
    events: Sequence[Event],
    called: Mapping[str, str],
    substitutions: Sequence[Substitution],
) -> dict[str, Any]:
    """What a film needs of the reading of a line beside the scene's record: who could speak, who does, and which words have no picture."""
    speeches = [speech for sentence in sentences for speech in sentence.speeches if speech.text in line]
    speaking = [id for speech in speeches for id in (*speech.who, *speech.to)]
    acting = [id for e in events for id in (*e.who, *e.what, *e.whom, *e.tools, *(w.entity for w in e.where))]
    known = [read.entity(id) for id in dict.fromkeys([*called, *acting, *speaking])]
    kept = ("id", "kind", "noun", "name", "gender", "count")
    return {
        "line": line,
        "speeches": [{"text": speech.text, "who": list(speech.who)} for speech in speeches],
        "entities": [
            {name: getattr(one, name) for name in kept}
            | {"adjectives": list(one.adjectives), "called": called.get(one.id, "")}
            for one in known
            if one.figure or one.id in speaking
        ],
        "substitutions": [{**vars(one), "nearest": list(one.nearest)} for one in substitutions if one.drawn],
        "unpictured": [{**vars(one), "nearest": list(one.nearest)} for one in substitutions if not one.drawn],
    }
