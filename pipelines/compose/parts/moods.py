"""Moods in terms of music: mode, tempo, density, harmony and playing."""

from __future__ import annotations

from dataclasses import dataclass

MOODS = {
    "calm": "Calm",
    "playful": "Playful",
    "tense": "Tense",
    "triumphant": "Triumphant",
    "melancholy": "Melancholy",
}
KEYS = {
    "auto": "Of the mood",
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
CLASSES = {
    "C": 0,
    "Db": 1,
    "C#": 1,
    "D": 2,
    "Eb": 3,
    "E": 4,
    "F": 5,
    "F#": 6,
    "Gb": 6,
    "G": 7,
    "Ab": 8,
    "A": 9,
    "Bb": 10,
    "B": 11,
}
METRES = {"auto": "Of the mood", "4/4": "4/4", "3/4": "3/4", "2/4": "2/4", "6/8": "6/8", "9/8": "9/8"}


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


MOOD = {
    "calm": Mood(
        "F major",
        66,
        44,
        "4/4",
        "air",
        "jig",
        "slow",
        "sparse",
        "piano",
        6,
        74,
        1.0,
        58,
        {
            "0": 0.2,
            "5": 1.6,
            "9 m": 2.0,
            "2 m": 1.4,
            "4 m": 1.6,
            "7 7": -1.0,
            "7": 0.0,
            "5 maj7": 1.6,
            "2 m7": 1.6,
            "9 m7": 1.2,
        },
    ),
    "playful": Mood(
        "G major",
        116,
        100,
        "4/4",
        "hornpipe",
        "jig",
        "moderate",
        "even",
        "folk",
        6,
        76,
        0.72,
        78,
        {"0": 0.2, "5": 1.0, "7 7": -0.2, "2 m": 1.2, "9 m": 1.2, "4 m": 0.6, "2 7": 0.8},
    ),
    "tense": Mood(
        "D minor",
        124,
        92,
        "4/4",
        "reel",
        "jig",
        "fast",
        "busy",
        "quartet",
        6,
        70,
        0.6,
        82,
        {"8": 1.6, "2 dim": 1.2, "7 7": 0.2, "5 m": 1.4, "10": 0.2, "2 m7b5": 1.6, "11 dim7": 1.4},
    ),
    "triumphant": Mood(
        "D major",
        104,
        88,
        "4/4",
        "march",
        "jig",
        "moderate",
        "even",
        "orchestra",
        6,
        76,
        0.92,
        94,
        {"0": 0.3, "5": 1.6, "7": 0.3, "9 m": 1.8, "4 m": 1.0, "2 m": 1.0, "10": 1.4, "7 7": -0.4},
    ),
    "melancholy": Mood(
        "A minor",
        68,
        46,
        "3/4",
        "air",
        "jig",
        "slow",
        "sparse",
        "quartet",
        6,
        72,
        0.98,
        60,
        {"8": 1.8, "3": 1.2, "10": 1.0, "5 m": 1.6, "7 7": -0.2, "8 maj7": 1.4, "2 m7b5": 1.0},
    ),
}


def key_of(name: str) -> tuple[int, str]:
    """Tonic pitch class and mode of a key such as `F# minor`."""
    tonic, mode = name.split()
    return CLASSES[tonic], mode
