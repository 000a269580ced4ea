"""Moods in terms of music: mode, tempo, density, harmony and playing; and the words that ask for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.core.settings import Refusal

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
    "calm": Mood("F major", 66, 44, "4/4", "air", "jig", "slow", "sparse", "piano", 6, 74, 1.0, 58,
                 {"0": 0.2, "5": 1.6, "9 m": 2.0, "2 m": 1.4, "4 m": 1.6, "7 7": -1.0, "7": 0.0, "5 maj7": 1.6, "2 m7": 1.6, "9 m7": 1.2}),
    "playful": Mood("G major", 116, 100, "4/4", "hornpipe", "jig", "moderate", "even", "folk", 6, 76, 0.72, 78,
                    {"0": 0.2, "5": 1.0, "7 7": -0.2, "2 m": 1.2, "9 m": 1.2, "4 m": 0.6, "2 7": 0.8}),
    "tense": Mood("D minor", 124, 92, "4/4", "reel", "jig", "fast", "busy", "quartet", 6, 70, 0.6, 82,
                  {"8": 1.6, "2 dim": 1.2, "7 7": 0.2, "5 m": 1.4, "10": 0.2, "2 m7b5": 1.6, "11 dim7": 1.4}),
    "triumphant": Mood("D major", 104, 88, "4/4", "march", "jig", "moderate", "even", "orchestra", 6, 76, 0.92, 94,
                       {"0": 0.3, "5": 1.6, "7": 0.3, "9 m": 1.8, "4 m": 1.0, "2 m": 1.0, "10": 1.4, "7 7": -0.4}),
    "melancholy": Mood("A minor", 68, 46, "3/4", "air", "jig", "slow", "sparse", "quartet", 6, 72, 0.98, 60,
                       {"8": 1.8, "3": 1.2, "10": 1.0, "5 m": 1.6, "7 7": -0.2, "8 maj7": 1.4, "2 m7b5": 1.0}),
}  # fmt: skip

MOOD_WORDS = {
    "calm": "calm quiet gentle peace peaceful still soft morning dawn sea lake river sleep lullaby dream dreamy warm tender snow garden "
    "meadow forest walk rest breathe floating cloud clouds evening candle tea home soothing ambient relaxed serene",
    "playful": "playful happy fun funny joy joyful dance dancing bouncy cheerful light bright child children kitten puppy game circus jig reel party "
    "spring summer picnic jolly silly whimsical comic cartoon skip market busy birds",
    "tense": "tense chase danger dark fear night storm thriller suspense run running urgent hunt battle fight ticking clock nervous anxious "
    "mystery spy escape wolf fire pursuit dread horror wild",
    "triumphant": "triumphant triumph victory hero heroic epic grand proud glory glorious win winner royal king queen march brave finale "
    "celebration sunrise mountain summit anthem majestic bold ship sailing",
    "melancholy": "melancholy sad sorrow lonely alone loss lost rain rainy autumn winter goodbye farewell memory remember tears mourning grief wistful "
    "nostalgic nostalgia grey fading empty blue longing old letter moon",
}
SAID_ENSEMBLE = {
    "piano": "piano", "quartet": "quartet strings violin cello", "box": "musicbox lullaby celesta", "folk": "folk guitar flute jig reel fiddle celtic",
    "orchestra": "orchestra orchestral symphonic brass epic trumpet", "harp": "harp ", "keys": "electric rhodes lofi vibraphone",
}  # fmt: skip
SAID_TEMPO = {
    "slow": 0.85,
    "slowly": 0.85,
    "very": 1.0,
    "fast": 1.2,
    "quick": 1.15,
    "quickly": 1.15,
    "lively": 1.15,
    "urgent": 1.15,
}


@dataclass(frozen=True)
class MoodRequest:
    """What words ask for; None where they say nothing."""

    mood: str | None = None
    ensemble: str | None = None
    mode: str | None = None
    metre: str | None = None
    tempo: float = 1.0


def read(text: str) -> MoodRequest:
    """The wish in a description: words of the lists above, counted; the mood that most of them name.

    Raises Refusal for a description of which no word is known.
    """
    words = re.findall(r"[a-z]+", text.lower().replace("music box", "musicbox"))
    scores = {mood: sum(w in said.split() for w in words) for mood, said in MOOD_WORDS.items()}
    best = max(scores, key=lambda m: scores[m])
    ensemble = next((e for e, said in SAID_ENSEMBLE.items() for w in words if w in said.split()), None)
    mode = next((w for w in words if w in ("major", "minor")), None)
    metre = "3/4" if "waltz" in words else "6/8" if "jig" in words else None
    tempo = 1.0
    for w in words:
        tempo *= SAID_TEMPO.get(w, 1.0)
    if text.strip() and not (scores[best] or ensemble or mode or metre or any(w in SAID_TEMPO for w in words)):
        raise Refusal(
            f"No word of this description is known here; name a mood ({', '.join(MOOD)}), an instrument or a tempo in English, "
            "or leave it empty and choose the mood below."
        )
    return MoodRequest(best if scores[best] else None, ensemble, mode, metre, tempo)


def key_of(name: str) -> tuple[int, str]:
    """Tonic pitch class and mode of a key such as `F# minor`."""
    tonic, mode = name.split()
    return CLASSES[tonic], mode
