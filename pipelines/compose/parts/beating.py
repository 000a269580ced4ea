"""Heard notes brought to a beat, a metre and a key, and written as a MIDI file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.compose.parts import midi_phrase, moods
from pipelines.compose.parts.hearing import HeardNote
from pipelines.compose.parts.rules import SCALES
from pipelines.compose.parts.writing import save_midi
from pipelines.nets import music_tokens as mt

SLOWEST, FASTEST, USUAL = 60, 170, 100.0
SIXTEENTH = 3  # ticks


@dataclass(frozen=True)
class WrittenTune:
    """A tune on a grid: (start, ticks, pitch) in twelfths of a quarter; its key, metre and beats a minute."""

    notes: tuple[tuple[int, int, int], ...]
    key: str
    metre: str
    tempo: float

    @property
    def bars(self) -> int:
        """How many bars it fills."""
        return -(-max(start + ticks for start, ticks, _ in self.notes) // mt.METRES[self.metre][0])


def write_tune(notes: list[HeardNote]) -> WrittenTune:
    """The tune of some heard notes, in the key that is found; notes outside it go to the nearest of it."""
    tempo = found_tempo(notes)
    line = _align_to_grid(notes, tempo)
    metre = found_metre(line)
    key = midi_phrase.key_of_notes([(a, a + ticks, pitch) for a, ticks, pitch in line])
    return WrittenTune(tuple((a, ticks, in_key(pitch, key)) for a, ticks, pitch in line), key, metre, tempo)


def found_tempo(notes: list[HeardNote]) -> float:
    """The beats a minute at which most notes begin alike within beats and their halves, near the usual tempo where several would do."""
    starts = np.array([n.start for n in notes]) - notes[0].start
    weights = np.sqrt(np.array([n.end - n.start for n in notes]))
    best, best_score = USUAL, -np.inf
    for tempo in np.arange(SLOWEST, FASTEST + 0.5, 0.5):
        beats = starts * tempo / 60
        alike = [abs((weights * np.exp(2j * np.pi * parts * beats)).sum()) / weights.sum() for parts in (1, 2)]
        fit = 0.5 * alike[0] + 1.5 * alike[1]
        score = float(fit) - 0.2 * float(np.log2(tempo / USUAL)) ** 2
        if score > best_score:
            best, best_score = float(tempo), score
    return best


def _align_to_grid(notes: list[HeardNote], tempo: float) -> list[tuple[int, int, int]]:
    """Starts on sixteenths; a note lasts to the next one unless there is a rest of more than an eighth. The first note begins the first bar."""
    to_ticks = tempo / 60 * mt.TICKS
    starts = [SIXTEENTH * round((n.start - notes[0].start) * to_ticks / SIXTEENTH) for n in notes]
    ends = [SIXTEENTH * round((n.end - notes[0].start) * to_ticks / SIXTEENTH) for n in notes]
    line: list[tuple[int, int, int]] = []
    for index, note in enumerate(notes):
        following = starts[index + 1] if index + 1 < len(notes) else ends[index]
        end = following if 0 <= following - ends[index] <= 2 * SIXTEENTH else min(ends[index], following)
        ticks = max(SIXTEENTH, end - starts[index]) if index + 1 == len(notes) else end - starts[index]
        if ticks > 0:
            line.append((starts[index], ticks, round(note.pitch)))
    return line


def found_metre(line: list[tuple[int, int, int]]) -> str:
    """4/4 or 3/4: the one at whose bar lines the longer notes begin."""

    def worth(metre: str) -> float:
        length = mt.METRES[metre][0]
        bars = max(1.0, (line[-1][0] + 1) / length)
        return sum(ticks for start, ticks, _ in line if start % length == 0) / bars

    return "3/4" if worth("3/4") > 1.15 * worth("4/4") else "4/4"


def in_key(pitch: int, key: str) -> int:
    """The pitch, or the nearest of the key; the raised seventh of minor stays."""
    tonic, mode = moods.key_of(key)
    allowed = {*SCALES[mode], *((11,) if mode == "minor" else ())}
    return min(range(pitch - 2, pitch + 3), key=lambda p: ((p - tonic) % 12 not in allowed, abs(p - pitch)))


def midi(tune: WrittenTune) -> bytes:
    """A MIDI file of one track: tempo, metre and notes."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=480)
    over, under = (int(x) for x in tune.metre.split("/"))
    guide, track = mido.MidiTrack(), mido.MidiTrack()
    guide.append(mido.MetaMessage("time_signature", numerator=over, denominator=under))
    guide.append(mido.MetaMessage("set_tempo", tempo=round(6e7 / tune.tempo)))
    now = 0
    for start, ticks, pitch in tune.notes:
        begin, end = start * 40, (start + ticks) * 40
        track.append(mido.Message("note_on", note=pitch, velocity=90, time=begin - now))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=end - begin))
        now = end
    file.tracks += [guide, track]
    return save_midi(file)
