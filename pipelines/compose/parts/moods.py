"""Moods in terms of music: mode, tempo, density, harmony and playing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipelines.core.models import ASSETS

COMPOSITION: dict[str, Any] = json.loads((ASSETS / "sounds" / "composition.json").read_text("utf-8"))

MOODS = {"calm": "Calm", "playful": "Playful", "tense": "Tense", "triumphant": "Triumphant", "melancholy": "Melancholy"}
KEYS = {
    "auto": "As the mood",
    **{
        f"{k} {m}": f"{k} {m}"
        for m in ("major", "minor")
        for k in ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    },
    "D dorian": "D dorian",
    "A dorian": "A dorian",
    "G mixolydian": "G mixolydian",
    "D mixolydian": "D mixolydian",
}
CLASSES: dict[str, int] = COMPOSITION["classes"]
METRES = {"auto": "As the mood", "4/4": "4/4", "3/4": "3/4", "2/4": "2/4", "6/8": "6/8", "9/8": "9/8"}


@dataclass(frozen=True)
class Mood:
    """`beat_bpm` counts quarters in even metres, dotted quarters in compound ones. `shortest` is the shortest note in ticks."""

    key: str
    beat_bpm: float
    compound_bpm: float
    metre: str
    style: str
    compound_style: str
    tempo: str
    density: str
    ensemble: str
    shortest: int
    centre: int  # of the melody, MIDI
    touch: float  # how long notes are held, of their length
    velocity: int
    leaning: dict[str, float]  # chord name (from the tonic) -> how welcome, in nats


MOOD = {name: Mood(**mood) for name, mood in COMPOSITION["moods"].items()}


def key_of(name: str) -> tuple[int, str]:
    """Tonic pitch class and mode of a key such as `F# minor`."""
    tonic, mode = name.split()
    return CLASSES[tonic], mode
