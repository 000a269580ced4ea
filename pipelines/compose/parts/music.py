"""A piece on its way from tokens to sound: bars, chords by beat, parts with their notes, and where each tick falls in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.compose.parts.form import PieceForm
from pipelines.compose.parts.soundfont import DRUMS
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar

GRID = {"2/4": "4/4"}  # metres that are written as another, with every note twice as long


@dataclass
class Note:
    """Ticks of 1/12 quarter; MIDI pitch; velocity 1..127."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass
class Part:
    """One instrument: GM programs that sound together with their gains in dB, its place and its share of the room."""

    key: str
    name: str
    programs: Sequence[tuple[int, float]]
    pan: float = 0.0
    gain_db: float = 0.0
    room: float = 0.25
    compass: Sequence[int] = (21, 108)
    human_ms: float = 7.0
    notes: list[Note] = field(default_factory=list)

    @property
    def kit(self) -> int | None:
        """The number of the drum kit, or None for an instrument with pitches."""
        return self.programs[0][0] - DRUMS if self.programs and self.programs[0][0] >= DRUMS else None

    def add(self, start: float, length: float, pitch: int, velocity: float) -> None:
        """A note, moved by octaves into the compass."""
        while pitch < self.compass[0]:
            pitch += 12
        while pitch > self.compass[1]:
            pitch -= 12
        self.notes.append(Note(start, length, pitch, int(np.clip(round(velocity), 1, 127))))


@dataclass(frozen=True)
class Segment:
    """A chord for a stretch of one bar. `classes` are pitch classes as they sound, the root first."""

    start: int
    length: int
    classes: tuple[int, ...]
    bar: int
    label: str
    level: int


@dataclass
class Music:
    """What was written, and for whom. `shift` brings written pitches (tonic 60) to the key."""

    metre: str
    tonic: int
    mode: str
    form: PieceForm
    bars: list[Bar]
    shift: int
    beat_bpm: float = 100.0
    parts: list[Part] = field(default_factory=list)
    mood: str = "calm"
    style: str = "none"
    swing: float = 0.0  # ticks by which the second half of a beat comes late
    ticks_s: np.ndarray = field(default_factory=lambda: np.zeros(0))  # seconds at each beat's start, and the end

    @property
    def written_metre(self) -> str:
        """The metre on whose grid the notes are written."""
        return GRID.get(self.metre, self.metre)

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return mt.METRES[self.written_metre][0]

    @property
    def beat_ticks(self) -> int:
        """Length of a beat in ticks."""
        return mt.METRES[self.written_metre][1]

    @property
    def total_ticks(self) -> int:
        """Length of the whole piece in ticks."""
        return self.form.bars * self.bar_ticks

    @property
    def kit(self) -> bool:
        """Whether drums play along."""
        return any(part.kit is not None for part in self.parts)

    def seconds_at(self, tick: float) -> float:
        """Where a tick falls, from the start of the sound; past the end at the last tempo."""
        grid = np.arange(len(self.ticks_s)) * self.beat_ticks
        if tick > grid[-1]:
            rate = (self.ticks_s[-1] - self.ticks_s[-2]) / self.beat_ticks
            return float(self.ticks_s[-1] + (tick - grid[-1]) * rate)
        return float(np.interp(tick, grid, self.ticks_s))

    def melody(self) -> list[Note]:
        """The tune at sounding pitch, ties joined, after the introduction."""
        notes: list[Note] = []
        offset = self.form.intro * self.bar_ticks
        for index, bar in enumerate(self.bars):
            place = offset + index * self.bar_ticks
            for token, ticks in bar.voices[0]:
                if token == mt.TIE and notes and notes[-1].start + notes[-1].length == place:
                    notes[-1].length += ticks
                elif token >= mt.PITCH:
                    notes.append(Note(place, ticks, mt.pitch_of(token) + self.shift, 80))
                place += ticks
        return notes

    def segments(self) -> list[Segment]:
        """Chords by stretches that stay within a bar, introduction and last chord included."""
        segments: list[Segment] = []
        now = mt.chord_token(0, "m" if self.mode in ("minor", "dorian") else "")
        home = now
        for bar in range(self.form.bars):
            inside = bar - self.form.intro
            label = self.form.label_at(bar)
            tokens = self.bars[inside].chords if 0 <= inside < len(self.bars) else [home]
            for beat, token in enumerate(tokens):
                start = bar * self.bar_ticks + beat * self.beat_ticks
                length = self.beat_ticks if 0 <= inside < len(self.bars) else self.bar_ticks
                changed = token not in (mt.SAME, now)
                now = now if token == mt.SAME else token
                if beat and not changed and segments[-1].bar == bar:
                    segments[-1] = Segment(segments[-1].start, segments[-1].length + length, *_rest(segments[-1]))
                else:
                    classes = tuple((c + self.tonic) % 12 for c in mt.chord_classes(now))
                    segments.append(Segment(start, length, classes, bar, label, self.level(bar)))
        return segments

    def level(self, bar: int) -> int:
        """How full the setting is, 0 to 2: it grows from phrase to phrase and is thinner at the start of a new one."""
        inside = bar - self.form.intro
        if inside < 0:
            return 0
        count = len(self.form.phrases)
        ends = np.cumsum([p.bars for p in self.form.phrases])
        index = min(count - 1, int(np.searchsorted(ends, inside, side="right")))
        if (planned := self.form.phrases[index].level) is not None:
            return planned
        if count <= 1:
            return 1
        share = index / (count - 1)
        return 2 if share > 0.7 else 1 if share > 0.2 or count == 2 else 0


def _rest(segment: Segment) -> tuple[tuple[int, ...], int, str, int]:
    return segment.classes, segment.bar, segment.label, segment.level


def tempo_map(music: Music, body_s: float, *, rubato: float, slowing: float) -> np.ndarray:
    """Seconds at the start of every beat and at the end, `body_s` in all: a breath at the ends of phrases, slower at the last cadence."""
    beats = music.total_ticks // music.beat_ticks
    per_bar = music.bar_ticks // music.beat_ticks
    lengths = np.ones(beats)
    ends = [music.form.intro + b + 1 for b in music.form.endings()]
    for end in ends:
        last = end * per_bar - 1
        lengths[max(0, last)] *= 1 + rubato
        lengths[max(0, last - 1)] *= 1 + 0.4 * rubato
    if slowing:
        count = min(beats, 2 * per_bar + 1)
        lengths[beats - count :] *= 1 + slowing * np.linspace(0, 1, count) ** 1.5
    return np.concatenate([[0.0], np.cumsum(lengths) * body_s / lengths.sum()])
