"""What was done to a thing and is still seen in the next scene: a bridge that broke, a lighthouse whose light is out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.language.lexicon import Words

if TYPE_CHECKING:
    from pipelines.reading.pictured import Pictures, Substitution
    from pipelines.reading.told import Entity, Event, Story

BREAKING = Words("verbs", "breaking")
MENDING = Words("verbs", "mending")
SHINING = Words("verbs", "shining")


def changed_by(read: Story, drawn: Pictures, events: Sequence[Event], before: Mapping[str, str]) -> dict[str, str]:
    """Noun of a picture -> the noun that shows it as it is after these events."""
    found = dict(before)
    for event in events:
        if not event.real or event.negated:
            continue
        nouns = {read.entity(id).noun for id in (*event.who, *event.what)}
        if "bridge" in nouns and event.verb in BREAKING | MENDING:
            found |= {"bridge": "broken bridge"} if event.verb in BREAKING else {"bridge": "bridge"}
        if nouns & {"light", "lamp", "lighthouse"}:
            if event.said.endswith(" out") or event.verb in ("fail", "extinguish"):
                found["lighthouse"] = "dark lighthouse"
            elif event.verb in SHINING:
                found.pop("lighthouse", None)
    return {noun: state for noun, state in found.items() if state in drawn.nouns and state != noun}


def said_of_state(one: Entity, state: str) -> Substitution:
    """What the notes say of a thing that is drawn as the story left it."""
    from pipelines.reading.pictured import Substitution

    return Substitution(one.said, state, "so the story left it")
