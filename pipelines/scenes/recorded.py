"""Between the numbered things of a painter and a scene's record: what was read is written down, and what is painted is read from there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.props import record
from pipelines.scenes.acted import FREE
from pipelines.scenes.performers import is_figure
from pipelines.scenes.prompt import AWAY, Reading, Relation, Thing, without
from pipelines.scenes.record import MOST_PARTS, Actor, Deed, LeftOut, SceneRecord, Source, Speech, Why
from pipelines.scenes.record import Relation as Stands
from pipelines.scenes.record import Thing as Noun
from pipelines.scenes.settings import ROOMS

WORD, NOTE, BECAUSE = 120, 400, 300  # characters
# alike in a reading and in a record
SETTING = ("place", "plain_colour", "hour", "weather", "season", "in_water")
UNKNOWN = "It is not in the studio's vocabulary."
MOST = 400  # characters of one speech
MARKS = '“”„"‟«»'
# what only says who speaks, before and behind the words: `The fox said: “…”`, `“…” said the fox.`
BEFORE, BEHIND = re.compile(r"(?:^|(?<=[.!?] ))[^.!?,:]{1,60}[,:]\s*$"), re.compile(r"^\s*[a-z][^.!?,:]{1,60}[.!?]")
TOO_MANY = f"A scene holds at most {MOST_PARTS} kinds of things."


def record_of(reading: Reading, reasons: Mapping[str, str] | None = None) -> SceneRecord:
    """Write down what was read; `reasons` says why strange words are drawn as others."""
    reading, left = _within(reading)
    ids = ids_of(reading.things)
    near = {said: (noun, cosine) for said, noun, cosine in reading.matched}
    parts = [
        _part(thing, id, _why(thing.said, near.get(thing.said), reasons or {})).model_copy(
            update={"facing": thing.facing if thing.facing in ("left", "right", *ids) else ""}
        )
        for thing, id in zip(reading.things, ids)
    ]
    unknown = ((word, (reasons or {}).get(word, UNKNOWN)) for word in reading.unknown)
    left += [LeftOut(words=clean(word), because=clean(because, BECAUSE)) for word, because in (*unknown, *reading.left)]
    actors = tuple(part for part in parts if isinstance(part, Actor))
    things = tuple(part for part in parts if not isinstance(part, Actor))
    relations = tuple(_stands(relation, ids) for relation in reading.relations)
    acting = with_objects(actors, things, relations)
    return SceneRecord(
        sentence=reading.prompt[:2000],
        **{name: getattr(reading, name) for name in SETTING},
        actors=acting,
        things=things,
        order=tuple(ids) if [part.id for part in (*actors, *things)] != ids else (),
        relations=relations,
        deeds=deeds_of(acting),
        setting_why=Why(words=clean(", ".join(reading.setting))),
        left_out=tuple(left[: 2 * MOST_PARTS]),
        notes=tuple(clean(note, NOTE) for note in notes_of(reading, reasons)[: 2 * MOST_PARTS]),
    )


def _within(reading: Reading) -> tuple[Reading, list[LeftOut]]:
    gone = range(MOST_PARTS, len(reading.things))
    left = [LeftOut(words=clean(reading.things[number].said), because=TOO_MANY) for number in gone]
    kept = without(reading, set(gone)) if gone else reading
    return replace(kept, relations=kept.relations[: 2 * MOST_PARTS]), left


def ids_of(things: tuple[Thing, ...]) -> list[str]:
    """A name for each thing by its noun and number, as the layers are named."""
    ids, counts = [], dict[str, int]()
    for thing in things:
        stem = re.sub(r"[^a-z0-9]+", "-", thing.noun.lower()).strip("-")[:40]
        stem = stem if stem[:1].isalpha() else f"thing-{stem}".rstrip("-")
        ids.append(thing.id or f"{stem}-{counts.get(stem, 0) + 1}")
        counts[stem] = counts.get(stem, 0) + max(1, thing.count)
    return ids


def _why(text: str, near: tuple[str, float] | None, reasons: Mapping[str, str]) -> Why:
    if near is None:
        return Why(words=clean(text))
    source: Source = "WordNet" if text in reasons else "MiniLM"
    return Why(
        words=clean(text), by=source, sure=min(1.0, max(0.0, near[1])), note=clean(reasons.get(text, ""), BECAUSE)
    )


def _part(thing: Thing, id: str, why: Why) -> Actor | Noun:
    drawn: dict[str, Any] = {
        "id": id,
        "noun": clean(thing.noun),
        "said": clean(thing.said),
        "count": max(1, thing.count),
        "colour": thing.colour,
        "size": thing.size,
        "at": thing.spot,
        "placed": thing.placed,
        "seeds": thing.seeds,
        "why": thing.why or why,
    }
    if not is_figure(thing.noun):
        return Noun(**drawn, state=thing.act)
    return Actor(**drawn, act=thing.act, cast=clean(thing.cast), look=clean(thing.look, 300), mood=thing.mood)


def _stands(relation: Relation, ids: list[str]) -> Stands:
    third = "" if relation.other is None else ids[relation.other]
    return Stands(kind=relation.kind, subject=ids[relation.subject], object=ids[relation.object], other=third)  # type: ignore[arg-type]


def with_objects(
    actors: tuple[Actor, ...], things: tuple[Noun, ...], relations: tuple[Stands, ...]
) -> tuple[Actor, ...]:
    """Who does something has what they hold as its object; a tool of their role that nobody named is not looked at."""
    held = {relation.object: relation.subject for relation in relations if relation.kind == "held by"}
    named = {thing.id for thing in things if thing.why.words}
    return tuple(
        actor.model_copy(update={"object": held[actor.id]})
        if actor.act and not actor.object and actor.id in held and (actor.act not in FREE or held[actor.id] in named)
        else actor
        for actor in actors
    )


def deeds_of(actors: tuple[Actor, ...]) -> tuple[Deed, ...]:
    """What the actors of a still picture do, all in one turn."""
    from pipelines.figures import ACTIONS
    from pipelines.language.doings import doing_of

    deeds = []
    for actor in actors:
        act, also = doing_of(actor.act)
        if (act, also) == ("stand", "") and actor.act in ACTIONS:
            act = actor.act
        if act in ACTIONS and (act, also) != ("stand", ""):
            deeds.append(Deed(who=(actor.id,), act=act, also=also, mood=actor.mood, object=actor.object, why=actor.why))
    return tuple(deeds)


def notes_of(reading: Reading, reasons: Mapping[str, str] | None = None) -> list[str]:
    """What has to be said about a reading, in sentences."""
    notes = list(reading.notes)
    for said, noun, cosine in reading.matched:
        near = f"“{said}” is drawn as “{noun}”, the nearest word in the studio's vocabulary ({cosine:.0%} alike)."
        notes.append((reasons or {}).get(said) or near)
    notes += [reasons[word] for word in reading.unknown if reasons and word in reasons]
    unknown = [word for word in reading.unknown if not reasons or word not in reasons]
    if unknown:
        listed = " and ".join(f"“{word}”" for word in unknown)
        verb = "is" if len(unknown) == 1 else "are"
        notes.append(f"{listed} {verb} not in the studio's vocabulary and could not be drawn.")
    return notes


def clean(text: str, most: int = WORD) -> str:
    """Return text without control characters, at most so long."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)[:most]


def reading_of(scene: SceneRecord, place: str = "") -> Reading:
    """The scene as painters number it, with what it shows in that place: in a room a door has no house front. What it says beside that (deeds, speeches, the camera) is no still picture's."""
    parts = scene.parts
    number = {part.id: place for place, part in enumerate(parts)}
    faces = {
        id: AWAY + deed.who[0] if id == deed.goal else (AWAY if deed.toward == "away" else "") + deed.goal
        for deed in reversed(scene.deeds)
        if deed.toward in ("thing", "away") and deed.act != "ride"
        for id in deed.who
    }
    things = tuple(
        Thing(
            record(part.noun).states.get("inside", part.noun) if place in ROOMS else part.noun,
            part.said or part.noun,
            part.count,
            part.colour,
            part.size,
            part.act if isinstance(part, Actor) else part.state,
            part.at,
            id=part.id,
            why=part.why,
            facing=part.facing or faces.get(part.id, ""),
            placed=part.placed,
            seeds=part.seeds,
            **({"look": part.look, "cast": part.cast, "mood": part.mood} if isinstance(part, Actor) else {}),
        )
        for part in parts
    )
    relations = tuple(
        Relation(
            relation.kind,
            number[relation.subject],
            number[relation.object],
            number[relation.other] if relation.other else None,
        )
        for relation in scene.relations
    )
    return Reading(
        scene.sentence,
        things,
        relations,
        **{name: getattr(scene, name) for name in SETTING},
        notes=scene.notes,
    )


def drawable(scene: SceneRecord, known: Any, match: Any) -> SceneRecord:
    """A scene that was brought, in nouns that can be drawn; what has none is left out and said. Raises Refusal where nothing is left."""
    strange = [part.noun for part in scene.parts if part.noun not in known.nouns]
    near = dict(match([noun for noun in dict.fromkeys(strange) if known.find(noun) is None])) if strange else {}
    changed, gone = {}, dict[str, str]()
    for part in scene.parts:
        other = known.find(part.noun)
        noun = part.noun if part.noun in known.nouns else other[0] if other else (near.get(part.noun) or ("", 0.0))[0]
        changed[part.id] = noun or part.noun
        gone |= {} if noun else {part.id: UNKNOWN}
    if not strange:
        return scene
    if len(gone) == len(scene.parts) and not scene.place:
        raise Refusal("The scene names nothing that can be drawn; name a thing or a place.")
    reading = reading_of(scene)
    things = tuple(replace(thing, noun=changed[thing.id]) for thing in reading.things)
    return left_without(scene, replace(reading, things=things), gone)


def still_done(deeds: tuple[Deed, ...], gone: set[str]) -> tuple[Deed, ...]:
    """The deeds of those who are left, with what is left."""
    kept = []
    for deed in deeds:
        who = tuple(id for id in deed.who if id not in gone)
        changes = {
            "who": who,
            "object": "" if deed.object in gone else deed.object,
            "to": "" if deed.to in gone else deed.to,
        }
        changes |= {"toward": "", "goal": ""} if deed.goal in gone else {}
        kept += [deed.model_copy(update=changes)] if who else []
    return tuple(kept)


def left_without(scene: SceneRecord, reading: Reading, because: Mapping[str, str]) -> SceneRecord:
    """The scene as it is numbered in `reading`, without some parts; `because` says of each why it is left out."""
    gone = set(because)
    words = {thing.id: clean(thing.said or thing.noun) for thing in reading.things}
    plain = record_of(without(reading, {n for n, one in enumerate(reading.things) if one.id in gone}))
    left = [LeftOut(words=words[id], because=clean(why, BECAUSE)) for id, why in because.items()]
    notes = [clean(f"“{words[id]}” could not be drawn: {why}", NOTE) for id, why in because.items()]
    return scene.model_copy(
        update={
            "actors": plain.actors,
            "things": plain.things,
            "order": plain.order,
            "relations": plain.relations,
            "deeds": still_done(scene.deeds, gone),
            "speeches": tuple(speech for speech in scene.speeches if not {speech.who, speech.to} & gone),
            "left_out": (*scene.left_out, *left)[: 2 * MOST_PARTS],
            "notes": (*scene.notes, *notes)[: 2 * MOST_PARTS],
        }
    )


def set_speech(scene: SceneRecord, who: str, was: str, text: str) -> SceneRecord:
    """The scene in which somebody says `text` instead of what they said (`was`, "" for something more); "" takes it out. Raises Refusal."""
    words = " ".join(text.split())
    if any(mark in words for mark in MARKS) or not words.isprintable():
        raise Refusal("Leave out quotation marks.")
    if len(words) > MOST:
        raise Refusal(f"What somebody says has at most {MOST} letters; this has {len(words)}.")
    old = next((speech for speech in scene.speeches if speech.who == who and speech.text == was), None)
    if was and old is None:
        raise Refusal("This is not said any more; open the stage again.")
    if words and was.endswith(",") and words[-1] not in ",!?…":  # the line goes on: `“Come,” said the fox.`
        words = words.removesuffix(".") + ","
    others = [speech for speech in scene.speeches if speech is not old]
    mine = Speech(who=who, text=words, to=old.to if old else "")
    speeches = [mine if speech is old else speech for speech in scene.speeches] if old and words else others
    speeches += [mine] if words and old is None else []
    if len(speeches) > MOST_PARTS:
        raise Refusal(f"A scene holds at most {MOST_PARTS} sayings.")
    return scene.model_copy(update={"speeches": tuple(speeches), "sentence": _line(scene.sentence, was, words)})


def _line(line: str, was: str, words: str) -> str:
    """The line with other words between its quotation marks; behind it where nothing was said, unless they stand in it already."""
    found = _quotation_of(was).search(line) if was else None
    if found is None:
        return line if (words and _quotation_of(words).search(line)) or not words else f"{line} “{words}”".strip()
    before, behind = line[: found.start()], line[found.end() :]
    if words:
        return f"{before}“{words}”{behind}"
    if told := BEFORE.search(before):
        before = before[: told.start()]
    if told := BEHIND.match(behind):
        behind = behind[told.end() :]
    return f"{before.rstrip()} {behind.lstrip()}".strip()


def _quotation_of(text: str) -> re.Pattern[str]:
    return re.compile(rf"[“\"„‘'«]\s*{re.escape(text)}\s*[”\"“’'»]")
