"""Where the figures of a story are: who came along, who was left behind, and scenes without anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.film.parts.places import BRINGING
from pipelines.language.lexicon import Words
from pipelines.reading.actions import MOTION

if TYPE_CHECKING:
    from pipelines.reading.told import Event, Sentence, Story

BEHIND = "behind"  # where those are who did not come along from where the story did not say
ACTS_BY_ITSELF = Words("nouns", "acts by itself")


def staying_at(at: Mapping[str, str], sentences: Iterable[Sentence], before: str) -> str:
    """Where those who take part are, if they were all left at one place; else where the story is."""
    known = {at[id] for sentence in sentences for id in sentence.takes_part if at.get(id, "") not in ("", BEHIND)}
    return known.pop() if len(known) == 1 else before


def left_at(
    read: Story, at: Mapping[str, str], sentences: Iterable[Sentence], events: Sequence[Event], place: str, after: str
) -> dict[str, str]:
    """Where each figure is after a scene at `place`: who takes part is there, who goes on is where it goes on (`after`), who left is nowhere."""
    going = {id for event in events if event.real and not event.negated and event.action in MOTION for id in event.who}
    going |= {
        id
        for event in events
        if event.real and event.verb in BRINGING and event.where
        for id in (*event.who, *event.what)
    }
    part = {id for sentence in sentences for id in sentence.takes_part}
    owned = {
        entity.id for entity in read.entities if entity.kind == "animal" and entity.owner in part
    }  # her dog goes along
    gone = {id for event in events for id in event.leaves}
    named = Counter(
        id
        for one in read.sentences
        for ids in (one.takes_part, *(event.who for event in one.events if "sleep" in (event.action, event.verb)))
        for id in ids
    )
    tied = {tie for one in read.entities for tie in (one.group, one.group and one.id, one.owner)}
    passed = {id for id in at if named[id] == 1} - part - tied  # the boss who shouted once does not stay to the end
    elsewhere = gone_elsewhere(events) or names_place(read, events)
    at = {id: where or (BEHIND if elsewhere else place) for id, where in at.items()}  # who did not come along
    found = {**at, **{id: after if id in going else place for id in part}, **dict.fromkeys(owned & set(at), place)}
    return {id: BEHIND if id in passed else where for id, where in found.items() if id not in gone}


def names_place(read: Story, events: Iterable[Event]) -> bool:
    """Whether a deed names the place where it happens."""
    return any(read.entity(w.entity).kind == "place" for event in events if event.real for w in event.where)


def gone_elsewhere(events: Iterable[Event]) -> bool:
    """Whether somebody goes, or is brought, to a place that is named."""
    done = [event for event in events if event.real and not event.negated]
    return any(e.action in MOTION and any(w.relation in ("to", "into") for w in e.where) for e in done) or any(
        event.verb in BRINGING and event.what and any(w.relation == "to" for w in event.where) for event in done
    )


def nobody_there(read: Story, sentences: Sequence[Sentence], events: Sequence[Event]) -> bool:
    """Whether a scene is about things elsewhere: no figure takes part, and the weather acts, or a place that is named for the first time."""
    if any(sentence.takes_part or sentence.speeches for sentence in sentences) or not events:
        return False
    first = min((one.first for one in read.entities if any(one.id in s.things for s in sentences)), default=0)
    start = next((n for n, sentence in enumerate(read.sentences) if sentence is sentences[0]), 0)
    named = [read.entity(id) for event in events for id in (*event.who, *event.what, *(w.entity for w in event.where))]
    weather = any(read.entity(id).noun in ACTS_BY_ITSELF for event in events for id in event.who)
    return weather or any(one.kind == "place" and one.first >= max(first, start) for one in named)
