"""Written music as tokens: each bar is its chords, one a beat, then each voice's notes as (pitch, duration) until the bar is full.

Nothing that the grammar already knows costs a token: no bar lines, no positions, no voice names. What is known at a place (voice,
position in the bar, bars left, the chord there, what the other voices sound) goes in as features of that place instead. Pitches
are written as if the tonic were C, so that every key teaches every other. A walk keeps count for training and sampling alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

TICKS = 12  # in a quarter note
METRES = {"4/4": (48, 12), "3/4": (36, 12), "6/8": (36, 18), "9/8": (54, 18)}  # ticks in a bar, in a beat
MODES = ("major", "minor", "dorian", "mixolydian")
STYLES = ("chorale", "air", "reel", "jig", "hornpipe", "march", "waltz", "strathspey", "slip jig", "other")
TEMPI = ("slow", "moderate", "fast")
DENSITIES = ("sparse", "even", "busy")
MOODS = ("any", "calm", "playful", "tense", "triumphant", "melancholy")
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "sus4": (0, 5, 7),
}
QUALITY_NAMES = tuple(QUALITIES)
LOW, HIGH = 36, 96  # pitches, with the tonic at 60
LONGEST = 72

START = 0
SAME = 1  # the chord before goes on
CHORD = 2
CHORDS = 12 * len(QUALITIES)
REST = CHORD + CHORDS
TIE = REST + 1  # the note before goes on
PITCH = TIE + 1
DURATION = PITCH + HIGH - LOW + 1 - 1  # DURATION + n is n ticks, n from 1
VOCABULARY = DURATION + LONGEST + 1
SOPRANO, BASS, ALTO, TENOR = range(4)  # the order in which voices are written

SLOTS = ("chord", "pitch", "duration")
KIND_SPANS = ((SAME, REST), (REST, DURATION + 1), (DURATION + 1, VOCABULARY))
PITCHES = HIGH - LOW + 4  # feature values: 0 nothing, 1 rest, 2 + pitch
FEATURES = {
    "slot": 9,
    "position": LONGEST + 1,
    "bar": 16,
    "left": 16,
    "section": 4,
    "chord": CHORDS + 2,
    "next": CHORDS + 2,
    "soprano": PITCHES,
    "bass": PITCHES,
    "alto": PITCHES,
    "own": PITCHES,
    "style": len(STYLES),
    "metre": len(METRES),
    "mode": len(MODES),
    "tempo": len(TEMPI),
    "density": len(DENSITIES),
    "mood": len(MOODS),
}
OFFSETS = np.concatenate([[0], np.cumsum(list(FEATURES.values()))])[:-1]
FEATURE_ROWS = sum(FEATURES.values())


@dataclass(frozen=True)
class Plan:
    """What is known before the first note. `sections` are their lengths in bars."""

    sections: tuple[int, ...]
    metre: str = "4/4"
    mode: str = "major"
    style: str = "air"
    tempo: str = "moderate"
    density: str = "even"
    mood: str = "any"

    @property
    def voices(self) -> int:
        """How many voices the style writes: four of a chorale, one of a tune."""
        return 4 if self.style == "chorale" else 1

    @property
    def bars(self) -> int:
        """Bars of all sections."""
        return sum(self.sections)


@dataclass
class Bar:
    """A chord token for each beat, and for each voice its notes as (pitch token, ticks)."""

    chords: list[int] = field(default_factory=list)
    voices: list[list[tuple[int, int]]] = field(default_factory=list)


def chord_token(root: int, quality: str) -> int:
    """Return the token of a chord."""
    return CHORD + root % 12 * len(QUALITIES) + QUALITY_NAMES.index(quality)


def chord_of(token: int) -> tuple[int, str]:
    """Root (0 is the tonic) and quality of a chord token."""
    root, quality = divmod(token - CHORD, len(QUALITIES))
    return root, QUALITY_NAMES[quality]


def chord_classes(token: int) -> tuple[int, ...]:
    """The pitch classes of a chord token, the root first."""
    root, quality = chord_of(token)
    return tuple((root + step) % 12 for step in QUALITIES[quality])


def pitch_token(midi: int) -> int:
    """Return the token of a MIDI pitch."""
    return PITCH + midi - LOW


def pitch_of(token: int) -> int:
    """Return the MIDI pitch of a token."""
    return token - PITCH + LOW


class Walk:
    """Where one is in a piece: what comes next, its features, and how the state moves on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.length, self.beat = METRES[plan.metre]
        self.places = [(k, n, i) for i, n in enumerate(plan.sections) for k in range(n)]
        self.given = [
            STYLES.index(plan.style),
            list(METRES).index(plan.metre),
            MODES.index(plan.mode),
            TEMPI.index(plan.tempo),
            DENSITIES.index(plan.density),
            MOODS.index(plan.mood),
        ]
        self.bar, self.stage, self.position, self.pitch = 0, 0, 0, -1
        self.chord, self.own = 0, [0, 0, 0, 0]
        self.bars = [Bar()]
        self._clear()

    def _clear(self) -> None:
        self.chords: list[int] = []
        self.sounding = np.zeros((3, self.length), np.int16)

    @property
    def done(self) -> bool:
        """Whether all bars are written."""
        return self.bar >= self.plan.bars

    @property
    def kind(self) -> int:
        """Index in SLOTS of what comes next."""
        return 0 if self.stage == 0 else 1 if self.pitch < 0 else 2

    @property
    def voice(self) -> int:
        """Which voice is being written."""
        return self.stage - 1

    @property
    def room(self) -> int:
        """Ticks left in the bar for this voice."""
        return self.length - self.position

    def features(self) -> list[int]:
        """One value for each of FEATURES, of the token to come."""
        index, count, section = self.places[self.bar]
        slot = 0 if self.stage == 0 else self.stage if self.pitch < 0 else 4 + self.stage
        last = section == len(self.plan.sections) - 1
        if self.stage:
            beat = self.position // self.beat
            here = self.chords[beat]
            then = self.chords[beat + 1] if beat + 1 < len(self.chords) else 0
            others, own = self.sounding[:, self.position].tolist(), self.own[self.voice]
        else:
            here, then, others, own = self.chord, 0, [0, 0, 0], self.own[0]
        place = [slot, self.position, min(index, 15), min(count - 1 - index, 15), 2 * last + (section == 0)]
        return [*place, here, then, *others, own, *self.given]

    def push(self, token: int) -> None:
        """Take the next token, which must be of the right kind."""
        if self.stage == 0:
            if token != SAME:
                self.chord = token - CHORD + 2
            self.chords.append(self.chord)
            self.bars[-1].chords.append(token)
            self.position += self.beat
            if self.position >= self.length:
                self._next_voice()
        elif self.pitch < 0:
            self.pitch = token
        else:
            self._note(self.pitch, token - DURATION)

    def _note(self, pitch: int, ticks: int) -> None:
        self.bars[-1].voices[-1].append((pitch, ticks))
        if pitch != TIE:
            self.own[self.voice] = 1 if pitch == REST else pitch - PITCH + 2
        if self.voice < 3:
            self.sounding[self.voice, self.position : self.position + ticks] = self.own[self.voice]
        self.position, self.pitch = self.position + ticks, -1
        if self.position >= self.length:
            self._next_voice()

    def _next_voice(self) -> None:
        self.position = 0
        if self.stage < self.plan.voices:
            self.stage += 1
            self.bars[-1].voices.append([])
            return
        self.bar, self.stage = self.bar + 1, 0
        self._clear()
        if not self.done:
            self.bars.append(Bar())

    def copy(self) -> Walk:
        """An independent walk at the same place."""
        twin = Walk.__new__(Walk)
        twin.__dict__ |= self.__dict__
        twin.own, twin.chords, twin.sounding = list(self.own), list(self.chords), self.sounding.copy()
        twin.bars = [*self.bars[:-1], Bar(list(self.bars[-1].chords), [list(v) for v in self.bars[-1].voices])]
        return twin


def tokens_of(bar: Bar) -> list[int]:
    """A bar as tokens, in the order in which a walk takes them."""
    notes = [t for voice in bar.voices for pitch, ticks in voice for t in (pitch, DURATION + ticks)]
    return [*bar.chords, *notes]


def encode(plan: Plan, bars: list[Bar]) -> tuple[np.ndarray, np.ndarray]:
    """A piece as tokens [n] and the features of each [n, features]."""
    walk, tokens, features = Walk(plan), [], []
    for index, bar in enumerate(bars):
        for token in tokens_of(bar):
            if walk.done or walk.bar > index:
                raise ValueError("an overfull bar")
            features.append(walk.features())
            tokens.append(token)
            walk.push(token)
        if walk.bar != index + 1:
            raise ValueError("a bar that is not full")
    if not walk.done:
        raise ValueError("fewer bars than the plan has")
    return np.array(tokens, np.int16), np.array(features, np.int16)
