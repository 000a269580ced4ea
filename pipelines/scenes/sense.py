"""What a reading means in the world: who is in a bed or a vehicle, whose hand holds a thing, which window of a room is meant."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from pipelines.figures import everything
from pipelines.figures.acts import tool_of
from pipelines.figures.kinds import roles
from pipelines.language.doings import phrase_of
from pipelines.props import record
from pipelines.scenes.acted import FREE
from pipelines.scenes.cabins import has_cabin
from pipelines.scenes.grips import MOUTHS, SAME, grip_of, handle_of
from pipelines.scenes.performers import RIDDEN, is_figure, kinds
from pipelines.scenes.prompt import Reading, Relation, Thing, without
from pipelines.scenes.record import Why
from pipelines.scenes.things import height_of, suited_place

HANDLING = frozenset(["read", "eat", "drink", "write", "carry", "hold", "give", "throw"])  # with what is named next
LARGEST_HELD = 1.0  # storybook metres
WINDOWS = frozenset(["window", "open window"])
WITH_HANDS = frozenset(["biped", "bird", "robot"])  # body plans


def made_sense(reading: Reading, from_left: bool) -> Reading:
    """The reading with every relation on whom it is about; `from_left`: the light of the picture comes from there, and a room's window is there."""
    return at_window(with_tools(_in_hands(_whose_seat(aboard(reading)))), from_left)


def aboard(reading: Reading) -> Reading:
    """ "A bus with a girl and a boy": they are in it; a balloon that somebody is in is a hot air balloon."""
    things, relations = list(reading.things), list[Relation]()
    for relation in reading.relations:
        carries = has_cabin(things[relation.subject].noun) or record(things[relation.subject].noun).deck
        if relation.kind != "with" or not carries or not is_figure(things[relation.object].noun):
            relations.append(relation)
            continue
        named = {index for other in reading.relations for index in (other.subject, other.object)}
        inside = [relation.object]
        while inside[-1] + 1 < len(things) and is_figure(things[inside[-1] + 1].noun) and inside[-1] + 1 not in named:
            inside.append(inside[-1] + 1)
        relations += [Relation("in", index, relation.subject) for index in inside]
    for relation in (relation for relation in relations if relation.kind in ("in", "on")):
        if things[relation.object].noun == "balloon" and is_figure(things[relation.subject].noun):
            things[relation.object] = replace(things[relation.object], noun="hot air balloon")
        if has_cabin(things[relation.object].noun) and things[relation.subject].act in ("fly", "drive"):
            things[relation.subject] = replace(things[relation.subject], act="")
    return replace(reading, things=tuple(things), relations=tuple(relations))


def _whose_seat(reading: Reading) -> Reading:
    """ "A girl reads a book in bed": the girl is in bed, not the book."""
    relations = []
    for relation in reading.relations:
        subject, other = reading.things[relation.subject], reading.things[relation.object]
        known = record(other.noun)
        sat_on = known.posture or known.under or known.deck or has_cabin(other.noun) or other.noun in RIDDEN
        before = relation.subject - 1
        tied = {Relation("with", before, relation.subject), Relation("held by", relation.subject, before)}
        doer = reading.things[before]
        doing = before >= 0 and is_figure(doer.noun) and (tied & {*reading.relations} or doer.act in HANDLING)
        if relation.kind in ("in", "on") and sat_on and not is_figure(subject.noun) and doing:
            relation = replace(relation, subject=before)
        relations.append(relation)
    return replace(reading, relations=tuple(dict.fromkeys(relations)))


def _in_hands(reading: Reading) -> Reading:
    """ "A girl with a lantern", "a boy eats an apple": one thing for each pair of hands."""
    taken: dict[int, int] = {}  # thing -> who holds it
    tied = [(r.subject, r.object) for r in reading.relations if r.kind == "with"]
    alive = [is_figure(thing.noun) for thing in reading.things]
    placed = {(r.subject, r.object) for r in reading.relations} - {*tied}  # "a boy on a bench reads a book"
    named = [  # people stand between: "gives her dog a bone"
        (n, after)
        for n, doer in enumerate(reading.things)
        if doer.act in HANDLING
        for after in sorted((m for m in range(n + 1, len(alive)) if (n, m) not in placed), key=alive.__getitem__)[:1]
    ]
    related = {r.subject for r in reading.relations}
    for figure, thing in [*sorted(tied, key=lambda pair: pair[1] - pair[0]), *named]:
        free = thing not in taken and figure not in taken.values() and figure < thing
        if free and holdable(reading, figure, thing) and (thing not in related or (figure, thing) in named):
            taken[thing] = figure
    relations = [
        r
        for r in reading.relations
        if not (r.kind == "with" and r.object in taken)
        and not (r.kind in ("in", "on") and (r.subject in taken or taken.get(r.object) == r.subject))
    ]
    relations += [Relation("held by", thing, figure) for thing, figure in taken.items()]
    tied_to = related | {end for r in relations for end in (r.subject, r.object)}
    relations += [Relation("beside", n, after) for n, after in named if not {n, after} & tied_to]  # a cow and its hay
    return replace(reading, relations=tuple(relations))


def with_tools(reading: Reading, busy: Set[int] = frozenset()) -> Reading:
    """The reading in which who has free hands holds the tool of the deed or of their role: who reads has a book, a violinist plays the violin.

    `busy`: the numbers of those whose hands are needed for something else.
    """
    things, relations = list(reading.things), list(reading.relations)
    tied = {relation.object for relation in relations if relation.kind == "held by"} | busy
    nouns = {thing.noun for thing in things}
    for index, thing in enumerate(reading.things):
        if index in tied or thing.count != 1 or not is_figure(thing.noun):
            continue
        role = roles().get(kinds()[thing.noun])
        act = (role and role.tool and phrase_of(thing.act, (role.tool,))) or thing.act
        named = act in HANDLING and any(not is_figure(after.noun) for after in reading.things[index + 1 : index + 2])
        tool = role.tool if role and (act != thing.act or act in FREE) else tool_of(act)
        if tool and tool not in nouns and not named and everything()[kinds()[thing.noun]]["plan"] in WITH_HANDS:
            things[index] = replace(thing, act=act)
            relations.append(Relation("held by", len(things), index))
            things.append(Thing(tool, tool, why=Why()))
    return replace(reading, things=tuple(things), relations=tuple(relations))


def holdable(reading: Reading, figure: int, thing: int) -> bool:
    """Whether somebody with hands or a muzzle can hold a thing, as it is held in a still picture."""
    one, other = reading.things[figure], reading.things[thing]
    if not is_figure(one.noun) or is_figure(other.noun) or one.count != 1 or other.count != 1:
        return False
    return everything()[kinds()[one.noun]]["plan"] in {*WITH_HANDS, *MOUTHS} and can_be_held(other.noun)


def can_be_held(noun: str) -> bool:
    """Whether hands can hold a thing."""
    noun = SAME.get(noun, noun)
    return not is_figure(noun) and (
        bool(grip_of(noun).pose) or (handle_of(noun) is not None and height_of(noun) <= LARGEST_HELD)
    )


def at_window(reading: Reading, from_left: bool) -> Reading:
    """A room has a window: who is beside a window is beside that one, and no other is painted."""
    place = reading.place or suited_place([thing.noun for thing in reading.things])
    windows = {index for index, thing in enumerate(reading.things) if thing.noun in WINDOWS}
    if place != "room" or not windows or len(windows) == len(reading.things):
        return reading
    things = list(reading.things)
    for relation in reading.relations:
        if relation.object in windows and relation.subject not in windows and not things[relation.subject].spot:
            things[relation.subject] = replace(things[relation.subject], spot="left" if from_left else "right")
    return without(replace(reading, things=tuple(things), place=place), windows)
