"""Ways to play a chord: held, broken, strummed, as bass and chord, as a pulse. Each adds notes to a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.compose.parts.music import Music, Part, Segment
from pipelines.compose.parts.rules import SCALES

Voicing = tuple[int, ...]
Led = Sequence[tuple[Segment, Voicing]]


def accent(music: Music, at: float) -> float:
    """How much louder a place in the bar is."""
    inside = at % music.bar_ticks
    if inside == 0:
        return 7.0
    middle = music.bar_ticks // 2
    return 3.0 if inside == middle and music.written_metre != "3/4" else 0.0 if inside % music.beat_ticks == 0 else -5.0


def hold_voice(part: Part, voice: int, led: Led, velocity: float) -> None:
    """One voice of the chords, sustained; the same note twice is one long note."""
    for segment, voicing in led:
        pitch = voicing[voice]
        last = part.notes[-1] if part.notes else None
        if last and last.pitch == pitch and abs(last.start + last.length - segment.start) < 0.01 and last.length < 96:
            last.length += segment.length
        else:
            part.add(segment.start, segment.length, pitch, velocity + 2 * segment.level)


def broken(part: Part, music: Music, led: Led, velocity: float, order: Sequence[int], step: int) -> None:
    """The chord's notes one after another, `order` as indices into the voicing; each sounds on while the chord does."""
    for segment, voicing in led:
        for i in range(segment.length // step):
            at = i * step
            pitch = voicing[order[i % len(order)] % len(voicing)]
            soft = 0 if i == 0 else -4 - 2 * (i % 2)
            part.add(
                segment.start + at,
                min(segment.length - at, 30),
                pitch,
                velocity + soft + accent(music, segment.start + at) / 2,
            )


def bass_and_chord(low: Part, high: Part, music: Music, led: Led, velocity: float, *, short: bool = True) -> None:
    """Bass on the strong beats (root, then fifth), the chord between."""
    beat = music.beat_ticks
    for segment, voicing in led:
        bass, upper = voicing[0], voicing[1:]
        fifth = (
            bass + (7 if bass < 45 else -5)
            if len(segment.classes) >= 3 and (segment.classes[2] - segment.classes[0]) % 12 == 7
            else bass
        )
        for i in range(max(1, segment.length // beat)):
            at = segment.start + i * beat
            count = at % music.bar_ticks // beat
            if beat == 18:  # in six: bass, then the chord on the third part
                low.add(at, 11, bass if i % 2 == 0 else fifth, velocity + accent(music, at))
                for p in upper:
                    high.add(at + 12, 5 if short else 6, p, velocity - 12)
            elif music.written_metre == "3/4":
                if count == 0 or i == 0:
                    low.add(at, beat, bass, velocity + accent(music, at))
                else:
                    for p in upper:
                        high.add(at, 7 if short else beat, p, velocity - 10)
            elif count % 2 == 0:
                low.add(at, beat, bass if count == 0 or i == 0 else fifth, velocity + accent(music, at))
                if short:
                    for p in upper:
                        high.add(at + 6, 4, p, velocity - 16) if segment.level == 2 else None
            else:
                for p in upper:
                    high.add(at, 7 if short else beat, p, velocity - 8)


def pulse(part: Part, music: Music, led: Led, velocity: float, step: int, length: float) -> None:
    """Repeated notes."""
    for segment, voicing in led:
        for at in range(segment.start, segment.start + segment.length, step):
            for pitch in voicing:
                part.add(at, length, pitch, velocity + accent(music, at))


def sustain_chords(part: Part, led: Led, velocity: float, level: int) -> None:
    """Each chord for its whole time, where the setting is at least so full."""
    for segment, voicing in led:
        for pitch in voicing if segment.level >= level else ():
            part.add(segment.start, segment.length, pitch, velocity)


def struck_twice(part: Part, led: Led, velocity: float, how: Mapping[str, Any], beat: int) -> None:
    """A short chord, and where it stands long enough once more between the beats, softer; a low single note then goes to its fifth."""
    for segment, voicing in led:
        lasting = how.get("lasting", (0, 0))[beat] or segment.length - how["again"][beat]
        for pitch in voicing:
            part.add(segment.start, min(segment.length, how["length"]), pitch, velocity)
            if segment.length >= how["least"]:
                fifth = 7 if pitch < how.get("fifth_under", 0) else 0
                part.add(segment.start + how["again"][beat], lasting, pitch + fifth, velocity - how["softer"])


def strike_drums(part: Part, segments: Sequence[Segment], velocity: float, length: float, louder: float = 0) -> None:
    """Strokes on the root of chords, the louder the fuller the setting."""
    for segment in segments:
        part.add(segment.start, length, segment.classes[0] + 36, velocity + louder * segment.level)


def step_up(music: Music, pitch: int) -> int:
    """How many semitones the next note of the scale lies above a pitch."""
    return next(d for d in (1, 2, 3) if (pitch + d - music.tonic) % 12 in SCALES[music.mode])


def strum_chords(part: Part, music: Music, led: Led, velocity: float) -> None:
    """A guitar: down on the beats, up between, the bass string first."""
    beat = music.beat_ticks
    patterns = {12: ((0, 1), (6, -1)), 18: ((0, 1), (6, 0), (12, -1))}
    for segment, voicing in led:
        for i in range(max(1, segment.length // beat)):
            for offset, way in patterns[beat]:
                at = segment.start + i * beat + offset
                if way == 0 or (way < 0 and (segment.level == 0 or i % 2 == 0)):
                    continue
                strings = voicing if way > 0 else tuple(reversed(voicing[1:]))
                for n, pitch in enumerate(strings):
                    loud = velocity + accent(music, at) - 3 * n - (9 if way < 0 else 0)
                    part.add(at + 0.35 * n, (beat if way > 0 else 5) - 0.35 * n, pitch, loud)


def roll_chord(
    part: Part, segment: Segment, voicing: Voicing, length: float, velocity: float, spread: float = 1.2
) -> None:
    """A chord from the bottom up, held."""
    for n, pitch in enumerate(voicing):
        part.add(segment.start + n * spread, length - n * spread, pitch, velocity - n)
