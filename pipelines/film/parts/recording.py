"""A scene of a story as data, straight from what was read: nobody reads the words of its picture or of its motion again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.film.parts.motion import Moved
from pipelines.film.parts.picturing import as_drawn, drawn_order, looks_in, standing_in
from pipelines.language.doings import PHRASES, TRAVEL, doing_of, phrase_of, verb_of
from pipelines.language.verbs import ARRIVING, GAIT_OF, GONE, WATERS, Act, third, way_said
from pipelines.scenes.fitting import fit_to_place
from pipelines.scenes.performers import is_figure
from pipelines.scenes.prompt import Reading, Relation, Thing
from pipelines.scenes.record import MOST_PARTS, Deed, LeftOut, SceneRecord, Speech, Why
from pipelines.scenes.recorded import clean, ids_of, record_of

if TYPE_CHECKING:
    from pipelines.film.parts.picturing import Pictured
    from pipelines.reading.pictured import Substitution
    from pipelines.reading.told import Sentence

LEADING = {"into": "into", "through": "into", "inside": "into", "out of": "outof"} | dict.fromkeys(
    ["from", "away from", "off"], "away"
)
GOALS = frozenset(["to", "into", "towards", "toward", "at", "past", "onto"])
HANDLED = frozenset(
    ["carry", "hold", "read", "eat", "drink", "write", "give", "throw"]
)  # what it is done with is in the hands from the start
TO_WHOM = frozenset(
    ["look_at", "wave", "point", "talk", "laugh", "nod", "shake_head", "hug"]
)  # is done to somebody or something where it is
CARRIED = 0.5  # how sure a place is that a scene has from the one before


def scene_of(
    scene: Pictured, moves: Sequence[Moved], line: str, substitutions: Sequence[Substitution], named: bool
) -> tuple[SceneRecord, dict[str, str]]:
    """The record of a scene (who and what is drawn, how they stand, what they do in their turns, what is said, what has no picture), and the parts by the ids of who is in it.

    `named`: whether its words name its place, which it otherwise has from the scene before.
    """
    from pipelines.painting.palette import light_of
    from pipelines.scenes.sense import aboard, at_window, with_tools

    order = drawn_order(scene)
    number = {id: place for place, id in enumerate(order)}
    posed = _poses(moves)
    substituted = {one.word: one for one in substitutions if one.drawn}
    things = tuple(_thing(scene, id, posed.get(id, ""), substituted) for id in order)
    things = tuple(replace(thing, id=id) for thing, id in zip(things, ids_of(things)))
    ids = dict(zip(order, (thing.id for thing in things)))
    relations = [Relation(kind, number[first], number[second]) for first, kind, second in standing_in(scene)]
    last = scene.sentences[-1] if scene.sentences else None
    reading = Reading(
        line,
        things,
        tuple(dict.fromkeys(relations)),
        scene.place,
        hour=last.hour if last else "",
        weather=last.weather if last else "",
        season=last.season if last and last.season == "autumn" else "",
    )
    reading = at_window(
        aboard(_put_in_hands(reading, moves, number, scene.held)), light_of(reading.hour or "day").from_left
    )
    done = [id for move in moves for id in move.who]
    busy = {id for move in moves if {*move.what, *move.event.tools} & {*order} for id in move.who}
    equipped = with_tools(reading, {number[id] for id in order if id in busy or done.count(id) > 1})
    holders = {equipped.things[relation.object].id for relation in equipped.relations[len(reading.relations) :]}
    kept = {thing.id for thing in reading.things}
    ids = {id: name for id, name in ids.items() if name in kept}
    unpictured = [
        LeftOut(words=clean(one.word), because=clean(one.sentence, 300)) for one in substitutions if not one.drawn
    ]
    read = record_of(equipped)
    tools = {actor.id: {"act": actor.act, "object": actor.object} for actor in read.actors if actor.id in holders}
    deeds = [deed.model_copy(update=tools.get(deed.who[0], {})) for deed in _deeds(scene, moves, ids)]
    written = read.model_copy(
        update={
            "deeds": tuple(deeds),
            "speeches": _speeches(scene.sentences, line, ids),
            "left_out": tuple(unpictured[:MOST_PARTS]),
            "notes": tuple(clean(one.sentence, 400) for one in substitutions if one.drawn)[:MOST_PARTS],
            "setting_why": Why(words=clean(line), by="parser", sure=1.0 if named else CARRIED),
        }
    )
    record = fit_to_place(written)
    return record, {id: name for id, name in ids.items() if name in {part.id for part in record.parts}}


def _thing(scene: Pictured, id: str, act: str, substituted: Mapping[str, Any]) -> Thing:
    """Somebody or something as a painter needs it."""
    entity, noun = scene.read.entity(id), scene.nouns[id]
    about = substituted.get(entity.name) or substituted.get(entity.said)
    why = Why(
        words=clean(entity.said), by="WordNet" if about else "parser", note=clean(about.sentence, 300) if about else ""
    )
    plain = replace(as_drawn(entity, noun), said=entity.said, act=act, why=why)
    if not is_figure(noun):
        return plain
    return replace(plain, look=looks_in(scene, id), mood=scene.faces.get(id, ""), cast=entity.name.replace(".", ""))


def done_in(moved: Moved) -> tuple[str, str]:
    """What the body and the upper body do in a deed; a verb may say it together with another word."""
    words = moved.said.lower().rstrip(".").split()
    place = next((n for n, word in enumerate(words) if verb_of(word) == moved.verb), 0)
    said = [*words[place + 1 :], *(["together"] if len(moved.who) == 2 else ["to"] if moved.whom else [])]
    acts = [act for act in PHRASES.get(moved.event.verb, {}).values() if act == moved.event.action]
    acts += [moved.event.likely] if moved.verb == moved.event.likely.partition("_")[0] else []
    phrase = phrase_of(moved.event.verb, said) or next(iter(acts), "")
    return (phrase, "") if phrase else doing_of(moved.verb)


def _poses(moves: Sequence[Moved]) -> dict[str, str]:
    """What each is seen doing in the still picture: the first thing that they do, and what is only likely last."""
    poses: dict[str, str] = {}
    for move in sorted(moves, key=lambda move: bool(move.event.likely)):
        act, also = done_in(move)
        for id in move.who:
            poses.setdefault(id, also or act)
    return {id: act for id, act in poses.items() if act != "stand"}


def _put_in_hands(
    reading: Reading, moves: Sequence[Moved], number: Mapping[str, int], still: Mapping[str, str]
) -> Reading:
    """What is carried, read or given is in the hands of whoever does it first, where hands can hold it; so is what is `still` held."""
    from pipelines.scenes.sense import holdable

    taken: dict[int, int] = {}
    stands = {r.subject for r in reading.relations}
    handled = [move for move in moves if {*done_in(move)} & HANDLED]
    first = [pair for move in handled for pair in zip(move.who[:1], move.what[:1])]
    for who, what in [*first, *((who, what) for what, who in still.items())]:
        figure, thing = number.get(who), number.get(what)
        free = thing not in taken and thing not in stands and figure not in taken.values()
        if figure is not None and thing is not None and free and holdable(reading, figure, thing):
            taken[thing] = figure
    held = tuple(Relation("held by", thing, figure) for thing, figure in taken.items())
    return replace(reading, relations=(*reading.relations, *held))


def _deeds(scene: Pictured, moves: Sequence[Moved], ids: Mapping[str, str]) -> tuple[Deed, ...]:
    """What is done, by the parts of the record."""
    deeds = []
    for move in moves[:MOST_PARTS]:
        who = tuple(ids[id] for id in move.who if id in ids)
        if not who:
            continue
        act, also = done_in(move)
        aims = [where.entity for where in move.where if where.relation in GOALS] if act in TO_WHOM else []
        things = [id for id in (*move.what, *aims) if id in ids and id not in move.who]
        people = [id for id in move.whom if id in ids and id not in move.who]
        if act in TO_WHOM and things and not people:
            people, things = things[:1], things[1:]
        way = _way(scene, move, act, [*things, *people], ids)
        toward, _, goal = way.to.partition(":")
        deeds.append(
            Deed(
                who=who,
                act=act,
                also=also,
                mood=move.face,
                object=ids[things[0]] if things else "",
                to=ids[people[0]] if people else "",
                gait=way.gait,
                way=way.way,  # type: ignore[arg-type]
                toward=toward,  # type: ignore[arg-type]
                goal=goal,
                why=Why(words=clean(move.event.said), by="parser"),
            )
        )
    return tuple(deeds)


def _way(scene: Pictured, moved: Moved, act: str, done_to: Sequence[str], ids: Mapping[str, str]) -> Act:
    """Where a deed leads; its goal by the name of a part."""
    figures = all(scene.read.entity(id).figure for id in moved.who)
    if figures and act not in TRAVEL:
        return Act("still", way="stay")
    gait = act if act in ("run", "hop", "fly", "swim") else "walk"
    if chased := [id for id in moved.who if id not in moved.event.who]:
        return Act(gait, f"thing:{ids[chased[0]]}")
    if not figures:
        gait = GAIT_OF.get(third(moved.verb), GAIT_OF.get(moved.verb, "walk"))
    for where in sorted(
        moved.where, key=lambda one: LEADING.get(one.relation) == "away"
    ):  # "from the wolf to the house"
        near = where.entity in ids and where.entity not in moved.who
        if near and (toward := _toward(where.relation, act, moved.event.verb)):
            flees = toward == "away" and scene.read.entity(where.entity).figure
            return Act(gait, f"{toward}:{ids[where.entity]}", "leave" if flees else "")
        if where.relation in ("over", "across") and (near or scene.read.entity(where.entity).noun in WATERS):
            return Act(gait, "across")
    aims = (
        done_to if act not in ("ride", "pull") and not done_in(moved)[1] else [id for id in done_to if id in moved.whom]
    )
    if act == "climb" and aims:
        return Act("walk", f"top:{ids[aims[0]]}")
    if aims and (figures or aims[0] in moved.whom):
        if moved.event.verb in GONE:
            return Act(gait, f"away:{ids[aims[0]]}", "leave")
        return Act(
            gait, f"{'into' if moved.event.verb == 'enter' and aims[0] in moved.what else 'thing'}:{ids[aims[0]]}"
        )
    spoken = next(
        (word for word in (moved.event.verb, moved.verb) if word in GONE or word in ARRIVING or word in GAIT_OF),
        moved.verb,
    )
    after = [
        *("" if moved.particle == "out" and done_to else moved.particle).split(),  # "pulls the tooth out"
        *(word for w in moved.where for word in (*w.relation.split(), *scene.read.entity(w.entity).noun.split())),
    ]
    return way_said(gait, spoken, after, [])


def _toward(relation: str, act: str, verb: str) -> str:
    """How a way leads to what stands in a relation to the deed; "" where it leads nowhere."""
    if relation in LEADING:
        return LEADING[relation]
    if act == "climb":
        return "top"
    if relation == "under":
        return "under"
    return "thing" if relation in GOALS else ""


def _speeches(sentences: Sequence[Sentence], line: str, ids: Mapping[str, str]) -> tuple[Speech, ...]:
    """What is said in the line, and by whom of those who are drawn."""
    speeches = [speech for sentence in sentences for speech in sentence.speeches if speech.text in line]
    return tuple(
        Speech(
            who=next((ids[id] for id in one.who if id in ids), ""),
            text=one.text[:1000],
            to=next((ids[id] for id in one.to if id in ids), ""),
        )
        for one in speeches[:MOST_PARTS]
    )
