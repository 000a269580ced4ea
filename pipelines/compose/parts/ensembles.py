"""Who plays: arrangements as a table (assets/sounds/arrangements.json) and the player that sets a tune and its chords by it.

An arrangement has its parts, the voicing of its chords, and by mood (several in one key, or "all") who sings the tune, what is played below it, and
the last chord. A step names its part and, where it is not all of them, the voices `of` the chord from the bass up, moved by an `octave`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.compose.parts import textures
from pipelines.compose.parts.harmony import VoicingTask, lead
from pipelines.compose.parts.moods import MOOD
from pipelines.compose.parts.music import Music, Note, Part, Segment
from pipelines.compose.parts.textures import Led, accent
from pipelines.core.models import ASSETS

ARRANGEMENTS: dict[str, Any] = json.loads((ASSETS / "sounds" / "arrangements.json").read_text("utf-8"))
ENSEMBLES = {"auto": "As the mood", **{name: arrangement["label"] for name, arrangement in ARRANGEMENTS.items()}}


def arrange(music: Music, ensemble: str, closing: bool) -> list[Part]:
    """The parts of an ensemble that have something to play."""
    arrangement, tune, segments = ARRANGEMENTS[ensemble], music.melody(), music.segments()
    instead = dict(part for parts in _of_mood(arrangement.get("instead", {}), music) for part in parts.items())
    parts = {key: Part(key=key, **(about | instead.get(key, {}))) for key, about in arrangement["parts"].items()}
    for steps in _of_mood(arrangement["tune"], music):
        for step in steps:
            _sing_step(parts[step["part"]], music, tune, step)
    pairs = lead_voices(music, segments, tune, arrangement["voicing"])
    body, end = body_and_end(music, segments, closing)
    loud = MOOD[music.mood].velocity + arrangement["loud"]
    for steps in _of_mood(arrangement["play"], music):
        for step in steps:
            _play_step(parts, music, tune, pairs if step.get("whole") else pairs[: len(body)], loud, step)
    for steps in _of_mood(arrangement["end"], music):
        for step in steps:
            part, own = parts[step["part"]], loud + step.get("loud", 0)
            if step.get("drummed"):
                textures.strike_drums(part, end[:1], own, 30)
            else:
                last_chord(part, music, end, _voices(pairs, part, step), own, step.get("spread", 1.2))
    return [part for part in parts.values() if part.notes]


def _of_mood(table: Mapping[str, Any], music: Music) -> Iterator[Any]:
    """What a table has for the music's mood, and for all moods."""
    return (value for moods, value in table.items() if moods == "all" or music.mood in moods.split())


def _sing_step(part: Part, music: Music, tune: Sequence[Note], step: Mapping[str, Any]) -> None:
    """The tune, or its notes where the setting is full enough or not too full; an octave apart where it lies too high or too low."""
    full = step.get("from", 0) if len(music.form.phrases) >= step.get("phrases", 0) else 0
    notes = [n for n in tune if full <= music.level(int(n.start // music.bar_ticks)) < step.get("below", 3)]
    pitches = [n.pitch for n in tune] or [72]
    moves = min(pitches) >= step.get("lowest", 0) and sum(pitches) / len(pitches) < step.get("mean_under", 128)
    sing(part, music, notes, octave=step.get("octave", 0) * moves, soft=step.get("soft", 0), touch=step.get("touch"))


def _play_step(
    parts: Mapping[str, Part], music: Music, tune: Sequence[Note], chords: Led, loud: float, step: Mapping[str, Any]
) -> None:
    part, loud = parts[step["part"]], loud + step.get("loud", 0)
    chords = _voices(chords, part, step)
    beat = int(music.beat_ticks == 18)  # which of two values a step has: for beats of two parts, or of three
    match step["how"]:
        case "held":
            for voice in range(len(chords[0][1]) if chords else 0):
                layer = Part("", "", (), compass=part.compass)
                textures.hold_voice(layer, voice, chords, loud)
                part.notes += layer.notes
        case "sustained":
            textures.sustain_chords(part, chords, loud, step.get("level", 0))
        case "broken":
            even = beat == 0 and music.written_metre != "3/4"
            textures.broken(part, music, chords, loud, step.get("of_four", step["order"]) if even else step["order"], 6)
        case "pulse":
            textures.pulse(part, music, chords, loud, step["step"][beat], step["length"][beat])
        case "bass_and_chord":
            low = parts[step["low"]] if "low" in step else Part("", "", ())
            textures.bass_and_chord(low, part, music, chords, loud, short=step.get("short", True))
        case "strummed":
            textures.strum_chords(part, music, chords, loud)
        case "struck_twice":
            textures.struck_twice(part, chords, loud, step, beat)
        case "drummed":
            strong = [
                s for s, _ in chords if s.start % music.bar_ticks == 0 and s.bar % (1 if s.level == 2 else 2) == 0
            ]
            textures.strike_drums(part, strong, loud, 18, 4)
        case "answer":
            _answer(part, music, tune)
        case "under":
            _under(part, music, tune, chords, loud)


def _voices(chords: Led, part: Part, step: Mapping[str, Any]) -> Led:
    """The chords with the voices of a step alone; what would lie an octave below the instrument is left out."""
    octave, of = 12 * step.get("octave", 0), step.get("of")
    if of is None:
        return chords
    own = [(s, tuple(v[i] + octave for i in of if not octave or v[i] + octave >= part.compass[0])) for s, v in chords]
    return [(s, v) for s, v in own if v]


def lead_voices(music: Music, segments: Sequence[Segment], tune: Sequence[Note], voicing: Mapping[str, Any]) -> Led:
    """Segments with their voicings, each below the lowest note of the tune over it."""
    tasks = []
    for s in segments:
        above = [n.pitch for n in tune if n.start < s.start + s.length and n.start + n.length > s.start]
        tasks.append(VoicingTask(s.classes, min(above) if above else None, s.start % music.bar_ticks == 0))
    return list(zip(segments, lead(tasks, **(dict(voicing) | {"bass": tuple(voicing["bass"])})), strict=True))


def phrasing(music: Music, note: Note) -> float:
    """Louder towards the middle of a phrase and for high notes, softer at its end."""
    bar = int(note.start // music.bar_ticks) - music.form.intro
    place = (bar % 4 + (note.start % music.bar_ticks) / music.bar_ticks) / 4
    return 8 * (1 - abs(place - 0.55) * 2) + 0.35 * (note.pitch - MOOD[music.mood].centre)


def sing(
    part: Part, music: Music, notes: Sequence[Note], *, octave: int = 0, soft: float = 0.0, touch: float | None = None
) -> None:
    """The tune on an instrument: phrased, accented, joined or apart as the mood has it."""
    mood = MOOD[music.mood]
    touch = mood.touch if touch is None else touch
    for n in notes:
        loud = mood.velocity + 10 + phrasing(music, n) + 0.7 * accent(music, n.start) - soft
        length = n.length * touch if n.length <= 12 else n.length - 12 * (1 - touch)
        part.add(n.start, max(2.0, length), n.pitch + 12 * octave, loud)


def body_and_end(music: Music, segments: Sequence[Segment], closing: bool) -> tuple[list[Segment], list[Segment]]:
    """Segments to be played in the pattern, and those of the last chord (the last bar, when the piece closes)."""
    last = music.form.bars - 1 - music.form.outro
    cut = [s for s in segments if not closing or s.bar < last]
    return cut, [s for s in segments if closing and s.bar >= last]


def last_chord(
    part: Part, music: Music, end: Sequence[Segment], pairs: Led, velocity: float, spread: float = 1.2
) -> None:
    """The last chord, held to the end."""
    if end and (voicing := {s.start: v for s, v in pairs}.get(end[0].start)):
        textures.roll_chord(part, end[0], voicing, music.total_ticks - end[0].start, velocity, spread)


def _under(part: Part, music: Music, tune: Sequence[Note], chords: Led, velocity: float) -> None:
    """Where the setting is full: a chord note a third to a sixth under the tune's long or strong notes."""
    for n in tune:
        level = music.level(int(n.start // music.bar_ticks))
        if level < 1 or n.start % music.beat_ticks or n.length < (12 if level == 2 else 18):
            continue
        here = next((s for s, _ in chords if s.start <= n.start < s.start + s.length), None)
        options = [n.pitch - d for d in range(3, 10) if here and (n.pitch - d) % 12 in here.classes]
        if options:
            part.add(n.start, n.length, options[0], velocity + accent(music, n.start) / 2)


def _answer(part: Part, music: Music, tune: Sequence[Note]) -> None:
    """Under a long note of the tune the voice moves: its own long note gives way to the upper neighbour and back."""
    beat, half = music.beat_ticks, music.beat_ticks / 2
    for n in (n for n in tune if n.length >= 2 * beat):
        long = (own for own in part.notes if own.start == n.start and own.length >= max(n.length, 2 * beat))
        if own := next(long, None):
            own.length -= beat
            at = own.start + own.length
            part.add(at, half, own.pitch + textures.step_up(music, own.pitch), own.velocity - 4)
            part.add(at + half, half, own.pitch, own.velocity - 2)
