"""What was done and is still seen in the next scene: a bridge that broke, a candle that was blown out, a coat that was put on, what was given to somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.language.lexicon import Words

if TYPE_CHECKING:
    from pipelines.reading.pictured import Pictures, Substitution
    from pipelines.reading.told import Entity, Event, Sentence, Story
    from pipelines.scenes.record import SceneRecord

BREAKING = Words("verbs", "breaking")
MENDING = Words("verbs", "mending")
SHINING = Words("verbs", "shining")
UNDOING = Words("verbs", "undoing")
SLEEPING_ON = Words("verbs", "sleeping on")  # what wakes nobody who does it
WAKING = Words("verbs", "waking")
HANDS_FREE = ("run", "laugh", "cry", "nod", "shake_head")  # besides standing, looking, walking, talking and sitting


def changed_by(read: Story, drawn: Pictures, events: Sequence[Event], before: Mapping[str, str]) -> dict[str, str]:
    """Noun of a picture -> the noun that shows it as it is after these events."""
    states = dict(before)
    for event in events:
        if not event.real or event.negated:
            continue
        nouns = {read.entity(id).noun for id in (*event.who, *event.what)}
        if "bridge" in nouns and event.verb in BREAKING | MENDING:
            states |= {"bridge": "broken bridge"} if event.verb in BREAKING else {"bridge": "bridge"}
        if nouns & {"light", "lamp", "lighthouse"}:
            if event.said.endswith(" out") or event.verb in ("fail", "extinguish"):
                states["lighthouse"] = "dark lighthouse"
            elif event.verb in SHINING:
                states.pop("lighthouse", None)
    return {noun: state for noun, state in states.items() if state in drawn.nouns and state != noun}


def said_of_state(entity: Entity, state: str) -> Substitution:
    """What the notes say of a thing that is drawn as the story left it."""
    from pipelines.reading.pictured import Substitution

    return Substitution(entity.said, state, "so the story left it")


@dataclass(frozen=True)
class Left:
    """What the acts of a scene leave behind, by ids of the story: who wears what, what is in whose hands, and nouns that are drawn as others."""

    worn: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)


def left_by(scene: SceneRecord, parts: Mapping[str, str], drawn: Pictures) -> Left:
    """What is different when the deeds of a scene are over, as the records of its acts say; `parts` are the parts of the scene by ids of the story."""
    from pipelines.props import record
    from pipelines.scenes.acted import after_all
    from pipelines.scenes.performers import wearable

    later, ids = after_all(scene), {part: id for id, part in parts.items()}
    new = [
        relation
        for relation in later.relations
        if relation not in scene.relations and {relation.subject, relation.object} <= set(ids)
    ]
    worn = {
        ids[one.subject]: ids[one.object]
        for one in new
        if one.kind == "wearing" and later.part(one.object).noun in wearable()
    }
    held = {ids[one.subject]: ids[one.object] for one in new if one.kind == "held by"}
    before = {thing.id: thing.state for thing in scene.things}
    changed = [thing for thing in later.things if thing.state != before[thing.id]]
    nouns = {one.noun: record(one.noun).states.get(one.state, f"{one.state} {one.noun}") for one in changed}
    return Left(worn, held, {noun: state for noun, state in nouns.items() if state in drawn.nouns})


def as_left(read: Story, events: Sequence[Event], states: Mapping[str, str]) -> dict[str, str]:
    """The nouns that acts left to be drawn as others, without those of what is closed, lit or mended now."""
    undone = {read.entity(id).noun for event in events if event.real and event.verb in UNDOING for id in event.what}
    return {noun: state for noun, state in states.items() if noun not in undone}


def still_asleep(before: Mapping[str, Event], events: Sequence[Event]) -> dict[str, Event]:
    """Who sleeps after these events, and the deed that said so: who fell asleep, and who did nothing since and was not woken."""
    done = [event for event in events if event.real and not event.negated]
    woken = {id for event in done if event.verb not in SLEEPING_ON for id in event.who}
    woken |= {id for event in done if event.verb in WAKING for id in (*event.what, *event.whom)}
    asleep = {id: event for event in done if "sleep" in (event.action, event.verb) for id in event.who}
    return {id: event for id, event in before.items() if id not in woken} | asleep


def still_held(
    held: Mapping[str, str],
    nouns: Mapping[str, str],
    sentences: Sequence[Sentence],
    events: Sequence[Event],
    elsewhere: bool,
) -> dict[str, str]:
    """What is still in somebody's hands (thing -> who holds it): who is there, does nothing with their hands, and of which the scene says nothing else.

    In another place only of those who act there: they brought it.
    """
    from pipelines.scenes.acted import FREE

    acting = {id for event in events if event.real for id in event.who}
    busy = {id for event in events if event.real and event.action not in (*FREE, *HANDS_FREE) for id in event.who}
    named = {id for sentence in sentences for id in (*sentence.things, *sentence.missing)}
    there = (set(nouns) & acting if elsewhere else set(nouns)) - busy
    return {thing: who for thing, who in held.items() if who in there and thing not in named}
