"""What a piece is like, by rules that can be measured: tempo, density and mood from mode, rhythm, leaps, register and dissonance."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Plan

TEMPO_OF = {
    **dict.fromkeys(("chorale", "air"), "slow"),
    **dict.fromkeys(("waltz", "march", "strathspey", "hornpipe", "other"), "moderate"),
    **dict.fromkeys(("reel", "jig", "slip jig"), "fast"),
}


def measures(bars: list[Bar], metre: str) -> dict[str, float]:
    """Notes a beat, mean leap and dotted share of the melody, its middle and compass, and the share of strong beats off the chord."""
    beat = mt.METRES[metre][1]
    pitches, lengths, off, strong, chord = [], [], 0, 0, 0
    for bar in bars:
        place, chords = 0, []
        for c in bar.chords:
            chord = chord if c == mt.SAME else c
            chords.append(chord)
        for token, ticks in bar.voices[0]:
            if token >= mt.PITCH:
                pitches.append(mt.pitch_of(token))
                lengths.append(ticks)
                if place % beat == 0 and chords[place // beat]:
                    strong += 1
                    off += pitches[-1] % 12 not in mt.chord_classes(chords[place // beat])
            place += ticks
    steps = np.abs(np.diff(pitches)) if len(pitches) > 1 else np.zeros(1)
    total = sum(mt.METRES[metre][0] for _ in bars)
    return {
        "density": len(pitches) / (total / beat),
        "leap": float(steps.mean()),
        "dotted": float(np.mean([t in (3, 9, 15) and beat == 12 for t in lengths] or [0])),
        "middle": float(np.mean(pitches)),
        "compass": float(np.ptp(pitches)),
        "dissonance": off / max(1, strong),
    }


def mood_of(mode: str, tempo: str, metre: str, m: dict[str, float]) -> str:
    """The mood by these rules, the first that holds; thresholds are about thirds of the collections.

    Minor third: tense if busy and quick, or if over 30 % of the strong beats leave the chord; else melancholy. Major third: calm if slow
    or sparse; triumphant if it leaps (over 3 semitones on average), is dotted, or spans over 17 semitones in an even metre; else playful.
    """
    quick = m["density"] * {"slow": 0.6, "moderate": 0.9, "fast": 1.1}[tempo]
    if mode in ("minor", "dorian"):
        return "tense" if quick > (2.5 if metre in ("6/8", "9/8") else 1.75) or m["dissonance"] > 0.3 else "melancholy"
    if tempo == "slow" or m["density"] < 1.3:
        return "calm"
    if metre in ("4/4", "3/4") and (m["leap"] > 3.05 or m["dotted"] > 0.2 or m["compass"] > 17):
        return "triumphant"
    return "playful"


def density_of(metre: str, notes_a_beat: float) -> str:
    """Return how dense a tune is from its notes a beat."""
    low, high = (2.0, 2.7) if metre in ("6/8", "9/8") else (1.25, 1.85)
    return mt.DENSITIES[int(notes_a_beat >= low) + int(notes_a_beat >= high)]


def classes(sections: tuple[int, ...], metre: str, mode: str, style: str, bars: list[Bar]) -> Plan:
    """The plan that a piece would have been written from."""
    m: dict[str, Any] = measures(bars, metre)
    tempo = TEMPO_OF[style]
    return Plan(sections, metre, mode, style, tempo, density_of(metre, m["density"]), mood_of(mode, tempo, metre, m))
