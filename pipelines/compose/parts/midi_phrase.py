"""A visitor's MIDI as bars that the model can go on from: the tune, its key, its metre, and chords for it."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.compose.parts import moods
from pipelines.core.settings import Refusal
from pipelines.media import Score
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar

LARGEST_BYTES, MOST_NOTES = 2_000_000, 100_000
# Krumhansl and Kessler 1982: how well each degree fits a key.
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass
class ParsedPhrase:
    """What was read: written bars (tonic 60) of one voice with chords, the key's name, metre, beats a minute, and the shift to sounding pitch."""

    bars: list[Bar]
    key: str
    metre: str
    tempo: float
    shift: int


@dataclass
class _Notes:
    ticks: int
    tempo: float
    metre: str
    tracks: list[list[tuple[int, int, int]]]  # start, end, pitch


def read_phrase(score: Score, *, most_bars: int = 32, key: str = "") -> ParsedPhrase:
    """The tune of a MIDI file, in a key that is known or found. Raises Refusal."""
    score_notes = _notes(score)
    metre = {"2/2": "4/4", "3/8": "3/4"}.get(score_notes.metre, score_notes.metre)
    if metre not in moods.METRES or metre == "auto":
        raise Refusal(
            f"This score is in {score_notes.metre}; music can be written in {', '.join(m for m in moods.METRES if m != 'auto')}."
        )
    scale = 2 if metre == "2/4" or score_notes.metre == "3/8" else 1
    written = "4/4" if metre == "2/4" else metre
    tune = _skyline(max(score_notes.tracks, key=_likeness_to_tune))
    key = key or key_of_notes([n for track in score_notes.tracks for n in track])
    tonic, mode = moods.key_of(key)
    per = score_notes.ticks / (mt.TICKS * scale)
    notes = [(round(a / per / 3) * 3, max(3, round((b - a) / per / 3) * 3), p) for a, b, p in tune]
    begin = notes[0][0] // mt.METRES[written][0]
    middle = float(np.mean([p for _, _, p in notes]))
    shift = tonic + 12 * round((middle - 70 - tonic) / 12)
    voices = _bars(notes, mt.METRES[written][0], begin, most_bars, shift)
    chords = _chords(voices, written, mode)
    bars = [Bar(c, [v]) for c, v in zip(chords, voices, strict=True)]
    return ParsedPhrase(bars, key, metre, float(np.clip(score_notes.tempo, 30, 220)), shift)


def _notes(score: Score) -> _Notes:
    import mido

    if len(score.midi) > LARGEST_BYTES:
        raise Refusal("This MIDI file is larger than 2 MB; cut it shorter.")
    try:
        file = mido.MidiFile(file=io.BytesIO(score.midi), clip=True)
        tempo, metre, tracks, count = 500_000, "4/4", [], 0
        seen: set[str] = set()
        for track in file.tracks:
            now, sounding, notes = 0, dict[tuple[int, int], int](), list[tuple[int, int, int]]()
            for message in track:
                now += message.time
                if message.type == "set_tempo" and "tempo" not in seen:
                    tempo = message.tempo
                    seen.add("tempo")
                elif message.type == "time_signature" and "metre" not in seen:
                    metre = f"{message.numerator}/{message.denominator}"
                    seen.add("metre")
                elif message.type in ("note_on", "note_off") and message.channel != 9:
                    place = (message.channel, message.note)
                    if place in sounding:
                        begun = sounding.pop(place)
                        notes.append((begun, max(begun + 1, now), message.note))
                    if message.type == "note_on" and message.velocity:
                        sounding[place] = now
                        count += 1
                if count > MOST_NOTES:
                    raise Refusal("This MIDI file has more than 100,000 notes; cut it shorter.")
            tracks.append(sorted(notes))
        ticks = file.ticks_per_beat
    except Refusal:
        raise
    except Exception as problem:  # mido raises many kinds for broken files
        raise Refusal("This MIDI file is broken; export it again.") from problem
    if not any(len(t) >= 2 for t in tracks):
        raise Refusal("There are no notes in this MIDI file; write at least a bar.")
    if not 1 <= ticks <= 32767 or tempo <= 0:
        raise Refusal("This MIDI file cannot be read; export it again.")
    return _Notes(ticks, 6e7 / tempo, metre, [t for t in tracks if t])


def _likeness_to_tune(track: list[tuple[int, int, int]]) -> float:
    """How much a track is like a tune: high, and with many notes that sound alone."""
    alone = np.mean([a[1] <= b[0] + 10 for a, b in itertools.pairwise(track)] or [False])
    return float(np.mean([n[2] for n in track])) + 12 * float(alone) + 4 * float(np.log2(len(track)))


def _skyline(notes: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The highest note at each moment."""
    kept: list[tuple[int, int, int]] = []
    for start, end, pitch in sorted(notes, key=lambda n: (n[0], -n[2])):
        if kept and start - kept[-1][0] < 2:
            continue
        if kept and start < kept[-1][1]:
            if pitch < kept[-1][2] and end <= kept[-1][1]:
                continue
            kept[-1] = (kept[-1][0], start, kept[-1][2])
        kept.append((start, end, pitch))
    return kept


def key_of_notes(notes: list[tuple[int, int, int]]) -> str:
    """The key that notes (start, end, pitch) fit best."""
    weights = np.zeros(12)
    for start, end, pitch in notes:
        weights[pitch % 12] += end - start
    best = max(
        (
            (float(np.corrcoef(np.roll(profile, tonic), weights)[0, 1]), tonic, mode)
            for mode, profile in PROFILES.items()
            for tonic in range(12)
        ),
        key=lambda x: x[0] if np.isfinite(x[0]) else -2,
    )
    return f"{NAMES[best[1]]} {best[2]}"


def _bars(
    notes: list[tuple[int, int, int]], length: int, begin: int, most: int, shift: int
) -> list[list[tuple[int, int]]]:
    """Full bars of (pitch token, ticks): gaps are rests, what crosses a bar line is tied."""
    line: list[tuple[int, int, int]] = []  # start, ticks, token
    now = begin * length
    for start, ticks, pitch in notes:
        start = max(start, now)
        if start > now:
            line.append((now, start - now, mt.REST))
        token = mt.pitch_token(int(np.clip(pitch - shift, mt.LOW + 2, mt.HIGH - 2)))
        following = next((s for s, _, _ in notes if s > start), start + ticks)
        ticks = max(3, min(ticks, following - start)) if following > start else ticks
        line.append((start, ticks, token))
        now = start + ticks
    count = min(most, max(1, -(-now // length) - begin))
    bars: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    end = (begin + count) * length
    if now < end:
        line.append((now, end - now, mt.REST))
    for start, ticks, token in line:
        while ticks > 0 and start < end:
            room = length - start % length
            bars[start // length - begin].append((token, min(ticks, room)))
            start, ticks = start + min(ticks, room), ticks - min(ticks, room)
            token = token if token == mt.REST else mt.TIE
    return bars


def _chords(voices: list[list[tuple[int, int]]], metre: str, mode: str) -> list[list[int]]:
    from pipelines.compose.parts.chords import harmonise

    flat: Any = {kind: np.zeros((mt.CHORDS, mt.CHORDS)) for kind in ("major", "minor")}
    return harmonise(voices, metre, mode, flat)
