"""The grammar that a phrase is sampled under, and the rules by which one of several is chosen. Pitches are from a tonic of 60."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from pipelines.compose.parts.moods import COMPOSITION
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Walk

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}
TONIC = {"major": "", "mixolydian": "", "minor": "m", "dorian": "m"}
WELCOME = COMPOSITION["welcome"]  # chords within the key, and how much (nats); what is not named is left out
NO = -1e9
KNOWN_BARS = 4  # of a melody, that may not be those of a training piece


def chord_token_of(name: str) -> int:
    """A chord token of `root quality`, e.g. `7 7` for the dominant seventh."""
    root, _, quality = name.partition(" ")
    return mt.chord_token(int(root), quality)


def chord_bias(mode: str, leaning: dict[int, float]) -> np.ndarray:
    """What is added to the log-probabilities of the chord tokens."""
    bias = np.full(mt.REST - mt.SAME, NO)
    bias[0] = 0.0
    for name, nats in WELCOME[mode].items():
        token = chord_token_of(name)
        bias[token - mt.SAME] = nats + leaning.get(token, 0.0)
    return bias


def pitch_allowed(mode: str, low: int, high: int) -> np.ndarray:
    """0 for notes of the key within the range, a penalty for the others, never out of range. Rests and ties stay as they are."""
    bias = np.zeros(mt.DURATION + 1 - mt.REST)
    for midi in range(mt.LOW, mt.HIGH + 1):
        index = mt.pitch_token(midi) - mt.REST
        if index < len(bias):
            bias[index] = NO if not low <= midi <= high else 0.0 if midi % 12 in SCALES[mode] else -2.5
    return bias


@lru_cache(maxsize=32)
def grid(metre: str, shortest: int) -> tuple[tuple[int, ...], ...]:
    """For each tick of a bar, the durations that may start there: no syncopation beyond the beat's own parts, no crumbs."""
    length, beat = mt.METRES[metre]
    unit = min(shortest, 6)
    lengths = {3, 6, 9, 12, 18, 24, 36, 48} if beat == 12 else {3, 6, 9, 12, 18, 30, 36, 54}
    places = []
    for at in range(length):
        allowed = []
        for d in sorted(lengths):
            end = at + d
            if end > length or d < min(unit, 3 if shortest < 6 else unit) or at % 3:
                continue
            inside = at % beat
            if inside and end > (at // beat + 1) * beat and end % beat and d > 12:
                continue  # it would hide two beats
            if d in (3, 9) and (inside + d) % 3:
                continue
            allowed.append(d)
        places.append(tuple(allowed))
    return tuple(places)


def at_chord(scores: np.ndarray, walk: Walk, ending: str | None, ending_next: str | None) -> None:
    """Chords at cadences: home at a closed end, the dominant at an open one and before a closed one; changes on strong beats."""
    beats, now, mode = len(walk.chords), walk.chord, walk.plan.mode
    dominants = (
        [chord_token_of("7"), chord_token_of("7 7")]
        if mode != "mixolydian"
        else [chord_token_of("10"), chord_token_of("7 m"), chord_token_of("7")]
    )
    if mode == "dorian":
        dominants.append(chord_token_of("10"))
    middle = (walk.length // walk.beat) // 2 if walk.length // walk.beat == 4 else -1
    heard = [t for bar in walk.bars[max(0, walk.bar - 3) :] for t in bar.chords if t != mt.SAME]
    for token in heard:  # in this phrase: less welcome, no see-saw between two chords
        scores[token - mt.SAME] -= 0.7 if token not in dominants else 1.1
    if now:
        scores[now - 2 + mt.CHORD - mt.SAME] = NO  # it is SAME
    if beats == 0 and walk.bar == 0:
        _only(scores, [chord_token_of(f"0 {TONIC[mode]}".strip())])
    elif beats not in (0, middle) and not (beats == walk.length // walk.beat - 1 and ending_next == "closed"):
        scores[1:] -= 1.5
    if ending == "closed":
        _only(scores, [chord_token_of(f"0 {TONIC[mode]}".strip())] if beats == 0 else [mt.SAME], now)
    elif ending == "open" and beats == 0:
        _only(scores, dominants, now)
    elif ending == "open":
        _only(scores, [mt.SAME])
    elif (ending == "around" and beats == walk.length // walk.beat - 1) or (
        ending_next == "closed" and beats == walk.length // walk.beat - 1
    ):
        _only(scores, dominants, now)
    elif beats == 0 and walk.bar != 0:
        scores[0] -= 0.7  # harmony moves with the bars


def _only(held: np.ndarray, tokens: list[int], now: int = 0) -> None:
    keep = [mt.SAME if now and t == now - 2 + mt.CHORD else t for t in tokens]
    values = held[[t - mt.SAME for t in keep]].clip(-20)
    held[:] = NO
    held[[t - mt.SAME for t in keep]] = values


def at_pitch(scores: np.ndarray, walk: Walk, ending: str | None) -> None:
    """Strong beats prefer the chord; leaps are at most an octave and turn back; a closed end is the tonic."""
    own, here = walk.own[walk.voice], walk.chords[min(walk.position // walk.beat, len(walk.chords) - 1)]
    last, chord = own - 2 + mt.LOW if own > 1 else None, mt.chord_classes(here - 2 + mt.CHORD) if here > 1 else ()
    scores[mt.TIE - mt.REST] = NO if walk.position or not own > 1 else scores[mt.TIE - mt.REST] - 1.0
    scores[0] -= 1.5 if walk.position == 0 else 0.5
    strong = walk.position % walk.beat == 0
    for index in range(mt.PITCH - mt.REST, len(scores)):
        if scores[index] <= NO / 2:
            continue
        midi = index + mt.REST - mt.PITCH + mt.LOW
        inside = midi % 12 in chord
        if strong and not inside:
            scores[index] -= 1.6 if walk.position == 0 else 0.9
        if not inside and midi % 12 not in SCALES[walk.plan.mode]:
            scores[index] -= 3.0
        if inside and midi % 12 not in SCALES[walk.plan.mode]:
            scores[index] += 2.0  # a chord from outside brings its notes
        if last is not None:
            leap = abs(midi - last)
            scores[index] -= (
                0 if leap <= 5 else 0.25 * (leap - 5) + (3.0 if leap > 9 else 0) + (NO if leap > 12 else 0) * 0
            )
            if leap > 12:
                scores[index] = NO
            if leap in (6, 10, 11):
                scores[index] -= 2.0
    if ending == "closed" and walk.position == 0:
        home = [i for i in range(mt.PITCH - mt.REST, len(scores)) if (i + mt.REST - mt.PITCH + mt.LOW) % 12 == 0]
        keep = np.full_like(scores, NO)
        keep[home] = scores[home]
        scores[:] = keep
    if not np.isfinite(scores).all() or scores.max() < NO / 2:
        scores[:] = NO
        scores[(last if last is not None else 72) - mt.LOW + mt.PITCH - mt.REST] = 0.0


def at_duration(scores: np.ndarray, walk: Walk, places: tuple[tuple[int, ...], ...], ending: str | None) -> None:
    """Bars are filled exactly; the last note of a closed phrase is long; rests are short."""
    allowed = places[walk.position] or (walk.room,)
    bias = np.full_like(scores, NO)
    for d in allowed:
        bias[d - 1] = 0.0 if walk.pitch != mt.REST or d <= walk.beat else -2.0
    if ending == "closed" and walk.position == 0 and walk.bar >= walk.plan.bars - 3:
        bias[: walk.length - 1] = NO  # the last note of all lasts
    elif ending in ("closed", "open") and walk.position == 0:
        bias[: max(0, walk.length // 2 - 1)] -= 6.0
    if walk.room not in allowed and not any(walk.room - d >= 0 for d in allowed):
        bias[walk.room - 1] = 0.0
    scores += bias


# judging


def melody(bars: list[Bar]) -> list[tuple[int, int, int, int]]:
    """(bar, position, pitch, ticks) of the sounding notes."""
    notes = []
    for index, bar in enumerate(bars):
        place = 0
        for token, ticks in bar.voices[0]:
            if token >= mt.PITCH:
                notes.append((index, place, mt.pitch_of(token), ticks))
            place += ticks
    return notes


def chords_at(bars: list[Bar]) -> list[list[int]]:
    """The chord token of every beat, SAME resolved."""
    rows, now = [], 0
    for bar in bars:
        row = []
        for token in bar.chords:
            now = now if token == mt.SAME else token
            row.append(now)
        rows.append(row)
    return rows


def judge(bars: list[Bar], before: list[Bar], metre: str, mode: str) -> float:
    """What speaks for a phrase beyond likelihood: consonant strong beats, a line that moves and sings, a high point, rhythm that returns."""
    beat = mt.METRES[metre][1]
    chords = chords_at(before + bars)[len(before) :]
    notes = melody(bars)
    if len(notes) < 2:
        return -5.0
    pitches = np.array([n[2] for n in notes])
    steps = np.diff(pitches)
    score = 0.0
    strong = [(b, at, p) for b, at, p, _ in notes if at % beat == 0]
    off = [p % 12 not in mt.chord_classes(chords[b][at // beat]) for b, at, p in strong]
    score -= 1.2 * float(np.mean(off or [False]))
    score -= 0.5 * float(np.mean(steps == 0)) + 1.0 * float(np.mean(np.abs(steps) > 7))
    unresolved = [abs(a) > 7 and a * b > 0 for a, b in itertools.pairwise(steps)]
    score -= 1.0 * float(np.mean(unresolved or [False]))
    compass = int(np.ptp(pitches))
    score -= 0.08 * max(0, 5 - compass) + 0.05 * max(0, compass - 14)
    score -= 0.3 * (np.sum(pitches == pitches.max()) > 2)  # one high point
    score -= 0.6 * sum(p % 12 not in SCALES[mode] for p in pitches) / len(pitches)
    rhythms = [tuple(t for _, t in bar.voices[0]) for bar in bars]
    score += 0.15 * (len(set(rhythms)) < len(rhythms)) - 0.3 * (len(set(rhythms)) == 1 and len(rhythms) > 2)
    flat = [c for row in chords for c in row]
    struck = [a for a, b in zip(flat, [0, *flat], strict=False) if a != b]
    score += 0.25 * min(5, len(set(flat))) - 0.4 * (len(set(flat)) == 1)
    score -= 0.2 * sum(a == c != b for a, b, c in zip(struck, struck[1:], struck[2:], strict=False))
    seams = [b.voices[0][-1][0] for b in before[-1:]] if before else []
    if seams and seams[0] >= mt.PITCH:
        score -= 0.1 * max(0, abs(mt.pitch_of(seams[0]) - int(pitches[0])) - 5)
    return score


def repeat(bars: list[Bar], start: int, count: int) -> list[Bar]:
    """Bars to be heard again at the end of `bars`: chords and ties that looked back to other bars are spelled out."""
    chords = [c for row in chords_at(bars) for c in row]
    copied = untie_bars(bars, start, count)
    here, now = chords[start * len(bars[0].chords)], chords[-1]
    copied[0].chords[0] = mt.SAME if here == now else here
    return copied


def untie_bars(bars: list[Bar], start: int, count: int) -> list[Bar]:
    """Bars of a theme whose first note does not look back to what may have changed before it."""
    kept = [Bar(list(b.chords), [list(v) for v in b.voices]) for b in bars[start : start + count]]
    for v, voice in enumerate(kept[0].voices):
        if voice[0][0] == mt.TIE:
            before = (t for b in reversed(bars[:start]) for t, _ in reversed(b.voices[v]) if t != mt.TIE)
            voice[0] = (next(before, mt.REST), voice[0][1])
    return kept


def turn_away(bars: list[Bar], mode: str) -> None:
    """Move one inner note to the next note of the key, so that a phrase is not the one it was."""
    scale = SCALES[mode]
    voice = bars[len(bars) // 2].voices[0]
    for i, (token, ticks) in enumerate(voice):
        if token >= mt.PITCH and i:
            midi = mt.pitch_of(token)
            voice[i] = (mt.pitch_token(next(m for m in range(midi + 1, midi + 4) if m % 12 in scale)), ticks)
            return
    token, ticks = voice[0]
    half = ticks // 2 // 3 * 3
    if token >= mt.PITCH and half:
        voice[:1] = [(token, half), (token, ticks - half)]


# novelty: whether bars were in the training pieces, by hashes of intervals and durations, so that a transposition is the same


def phrases(bars: Sequence[Sequence[tuple[int, int]]]) -> Iterator[int]:
    """A 32-bit hash for each run of four bars that has at least six notes."""
    for start in range(len(bars) - KNOWN_BARS + 1):
        if (found := phrase(bars[start : start + KNOWN_BARS])) is not None:
            yield found


def phrase(bars: Sequence[Sequence[tuple[int, int]]]) -> int | None:
    """The hash of four bars; None where there is too little to tell."""
    before, steps, count = None, [], 0
    for bar in bars:
        for token, ticks in bar:
            if token < mt.PITCH:
                steps.append((token, ticks))
                continue
            steps.append((0 if before is None else token - before + 1000, ticks))
            before, count = token, count + 1
    return zlib.crc32(repr(steps).encode()) if count >= 6 else None
