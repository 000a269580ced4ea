"""How a scene is framed, from what happens in it: wide to arrive, close for speech and feeling, over the shoulder for a dialogue."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reading.actions import MOTION
from pipelines.reading.told import Event, Sentence

SHOTS = ("wide", "medium", "close", "over the shoulder")


def shot_of(sentences: Sequence[Sentence], events: Sequence[Event], new_place: bool) -> str:
    """The shot of a scene: two who speak to each other, one who speaks or feels, somebody who comes or goes or a new place without a feeling, else medium."""
    speakers = {id for sentence in sentences for speech in sentence.speeches for id in speech.who}
    heard = {id for sentence in sentences for speech in sentence.speeches for id in speech.to}
    moves = any(event.real and event.action in MOTION for event in events)
    felt = {id for sentence in sentences for id in sentence.expressions or {}}
    faces = any(event.expression and not event.negated and felt & set(event.who) for event in events)
    if len(speakers | heard) > 1:
        return "over the shoulder"
    if speakers:
        return "close"
    if moves or (new_place and not faces):
        return "wide"
    return "close" if faces and not new_place else "medium"


def direction_of(events: Sequence[Event], before: str) -> str:
    """The way in which those who move cross the screen: kept from scene to scene; who comes back goes the other way."""
    for event in events:
        if (
            event.real
            and event.action in MOTION
            and (event.said.endswith((" back", " home")) or event.verb == "return")
        ):
            return "left" if before == "right" else "right"
    return before
