"""What moves in a scene, in words that the animation knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.film.parts.picturing import called_in
from pipelines.film.parts.places import ON_THE_WAY, bathing
from pipelines.film.parts.riding import takes
from pipelines.language.lexicon import Table, Words
from pipelines.language.verbs import GAIT_OF, third
from pipelines.props import record
from pipelines.reading.actions import MOTION, action_of

if TYPE_CHECKING:
    from pipelines.reading.told import Event, Story, Where

MOST_MOTION = 600
ADVERBS = Table("verbs", "adverbs")
BEFORE_NOUN = frozenset(["surprised"])  # faces without an adverb: "the surprised cat jumps"
NEAREST_MOVE = Table("verbs", "verbs", of="like")  # verb of a story -> the verb that is known whose movement is nearest
TOWARDS = {"cross": "across", "enter": "into", "leave": "from", "pass": "past"}
NEEDS_OBJECT = Words("verbs", "needs object")
EATING = ("eat", "bite", "swallow", "devour", "chew", "munch", "nibble", "taste")
# Actions of the body that make sense of an object too; others are not said of a verb that is only a manner of them.
WITH_OBJECT = Words("verbs", "with object")
AHEAD = Words("verbs", "going ahead")  # what is done to somebody who runs or walks ahead


@dataclass(frozen=True)
class Moved:
    """One deed that can be shown: who (ids of the story), the verb that the animation knows, the face, what and whom with, where, and in words."""

    who: tuple[str, ...]
    verb: str
    face: str
    what: tuple[str, ...]
    whom: tuple[str, ...]
    where: tuple[Where, ...]
    particle: str
    event: Event
    said: str


def motion_of(moves: Sequence[Moved]) -> str:
    """What moves, in words that the animation knows: who is drawn, how, the verb, what and whom with, and where to."""
    said = [move.said for move in moves]
    return " ".join(said)[:MOST_MOTION].rpartition(".")[0] + "." if said else ""


def moves_of(
    read: Story,
    nouns: Mapping[str, str],
    events: Sequence[Event],
    faces: Mapping[str, str] | None = None,
    mounts: Mapping[str, str] | None = None,
) -> list[Moved]:
    """The deeds of a scene that can be shown, one after the other."""
    called = called_in(read, nouns, events, mounts)
    laughing = {id for event in events if event.action == "laugh" for id in event.who}
    found = [
        _moves(read, called, event, faces or {}, mounts or {})
        for event in events
        if event.real and not event.negated and not (event.action == "cry" and laughing & set(event.who))
    ]
    return [one for one in found if one is not None]


def _moves(
    read: Story, nouns: Mapping[str, str], event: Event, faces: Mapping[str, str], mounts: Mapping[str, str]
) -> Moved | None:
    """One deed; None for what cannot be shown."""
    from pipelines.reading import wordnet as W

    ridden = {mounts[id] for id in event.who if id in mounts}
    who = tuple(id for id in event.who if id in nouns and id not in ridden)
    if event.verb == "land" and (
        flown := [id for id in event.what if id in nouns] or list(dict.fromkeys(mounts.get(id, id) for id in who))
    ):
        text = f"{_list_names([f'the {nouns[id]}' for id in flown]).capitalize()} {'flies' if len(flown) == 1 else 'fly'} down."
        return Moved(tuple(flown), "fly", "", (), (), (), "down", event, text)
    verb = _shown_verb(read, nouns, event)
    if not who or not verb:
        return None
    if (event.action in MOTION or any(takes(read, event, id) for id in event.what)) and all(id in mounts for id in who):
        verb = "ride"
    expression = next((faces[id] for id in event.who if faces.get(id) in ADVERBS), "")
    face = ADVERBS.get(expression, "")
    before = f"{face} " if face in BEFORE_NOUN else ""
    if verb == "ride":  # who is driven along is no thing that is ridden
        event = replace(event, what=tuple(id for id in event.what if id not in mounts))
    verb, things = _with_whom(read, nouns, event, verb)
    particle = event.said.partition(" ")[2]
    particle = "" if things.startswith(f"{particle} ") else particle  # "climbs down the rope"
    worn = [w for w in event.where if w.relation == "in" and W.is_a(read.entity(w.entity).noun, "clothing")]
    where = tuple(w for w in event.where if w.relation != ON_THE_WAY and w not in worn)
    goal = next((_goal(read, nouns, w.relation, w.entity) for w in where if particle != "home"), "")
    behind = (particle, things) if things.startswith(("to ", "at ")) else (things, particle)
    words = (
        _list_names([f"the {before}{nouns[id]}" for id in who]).capitalize(),
        "" if before else face,
        third(verb) if len(who) == 1 else verb,
        *behind,
        goal,
    )
    text = " ".join(word for word in words if word) + "."
    what, whom = _what_and_whom(read, nouns, event)
    if event.action in MOTION:
        fleeing = [*(what if event.verb in AHEAD else ()), *(w.entity for w in event.where if w.relation == "after")]
        who += tuple(id for id in fleeing if id in nouns and read.entity(id).figure and id not in who)
    return Moved(who, verb, expression, what, whom, where, particle, event, text)


def _what_and_whom(read: Story, nouns: Mapping[str, str], event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is drawn of what a deed is done to, and of whom it is for or done with."""
    placed = {where.entity for where in event.where}
    if event.verb == "feed":
        fed = [id for id in (*event.whom, *event.what, *event.tools) if id in nouns]
        return tuple(id for id in fed if not read.entity(id).figure), tuple(id for id in fed if read.entity(id).figure)
    return tuple(id for id in event.what if id in nouns), tuple(
        id for id in event.whom if id in nouns and id not in placed
    )


def _list_names(names: Sequence[str]) -> str:
    """ "the fox, the crow and the hen", each once."""
    names = list(dict.fromkeys(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _with_whom(read: Story, nouns: Mapping[str, str], event: Event, verb: str) -> tuple[str, str]:
    """The verb with whom and what it is done with: "gives the king the apple", "runs to the woman"."""
    what_ids, whom_ids = _what_and_whom(read, nouns, event)
    what = [_list_names([f"the {nouns[id]}" for id in what_ids])] if what_ids else []
    whom = [_list_names([f"the {nouns[id]}" for id in whom_ids])] if whom_ids else []
    if event.action == "eat" and event.verb not in EATING and any(id in nouns for id in event.what):
        return "look", f"at {what[0]}"  # who is licked is not eaten
    if verb != event.verb and what and verb in ("walk", "run", "knock"):
        return verb, f"{TOWARDS.get(event.verb, 'on' if verb == 'knock' else 'to')} {what[0]}"
    if not whom:
        return verb, f"at {what[0]}" if verb == "look" and what else " ".join(what)
    if event.action in MOTION:
        return verb, " ".join((*what, "to", whom[0]))
    return verb, " ".join((*whom, *what)) if what else f"to {whom[0]}"


def _goal(read: Story, nouns: Mapping[str, str], relation: str, id: str) -> str:
    entity = read.entity(id)
    noun = nouns.get(id, entity.noun)
    return "home" if noun == "home" else "" if entity.name and entity.kind == "place" else f"{relation} the {noun}"


def _plain_verb(read: Story, nouns: Mapping[str, str], event: Event) -> str:
    """The verb of a deed, or the plainer one that a body shows: who bathes sits."""
    if bathing(read, event):
        return "sit"
    if event.verb == "put" and event.said.endswith(" out"):
        return "blow"
    if event.verb == "shake" and any(not read.entity(id).figure for id in event.what):
        return "lift"  # a bucket is no head
    return event.verb


def _shown_verb(read: Story, nouns: Mapping[str, str], event: Event) -> str:
    """The verb that the animation knows for a deed; "" where a body cannot show it: what is ordered, or what a thing does by itself."""
    from pipelines.language.doings import PHRASES, phrase_of, verb_of
    from pipelines.reading.actions import SAYING
    from pipelines.scenes.things import tall_behind

    if event.action in PHRASES.get(event.verb, {}).values() or phrase_of(event.verb, event.said.split()[1:]):
        return event.verb  # "shakes his fist" and "puts on" are one act
    own = verb_of(_plain_verb(read, nouns, event)) or verb_of(event.said.partition(" ")[0])
    figures = any(read.entity(id).figure for id in event.who)
    shown = [nouns.get(id, "") for id in event.who]
    if not figures and (event.said.endswith(" out") or any(tall_behind(noun) or record(noun).shines for noun in shown)):
        return ""  # a light goes out; houses, lightning and the moon stay where they are
    drawn = [id for id in (*event.what, *event.whom) if id in nouns]
    nearest = NEAREST_MOVE.get(_plain_verb(read, nouns, event), "")
    own = own or ((verb_of(nearest) or event.likely.partition("_")[0]) if figures else "")
    if own == "knock" and event.verb != "knock" and all(read.entity(id).figure for id in event.what if id in nouns):
        return "stroke" if drawn else ""  # a snowman is patted, and not knocked on; what has no picture is not shown
    if figures and not drawn and NEEDS_OBJECT & {event.action, own}:
        return ""  # "opens his mouth", or what is given has no picture
    if own:
        return own if figures or action_of(own) not in ("look_at", "speak", "read", "write") else ""
    if not figures and third(event.verb) in GAIT_OF:
        return event.verb  # a ball rolls
    if not figures or (event.action == "talk" and event.verb not in SAYING):
        return ""
    if event.action == "speak" and (event.verb not in SAYING or any(not read.entity(id).figure for id in event.what)):
        return ""
    if (event.what and event.action not in WITH_OBJECT) or (not event.what and event.action in ("take", "give")):
        return ""
    return verb_of(event.action.partition("_")[0])
