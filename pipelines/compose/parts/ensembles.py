"""Who plays: each ensemble sets the tune and the chords for its instruments, after the mood and how full the phrase is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipelines.compose.parts import textures
from pipelines.compose.parts.harmony import VoicingTask, lead
from pipelines.compose.parts.moods import MOOD
from pipelines.compose.parts.music import Music, Note, Part, Segment
from pipelines.compose.parts.textures import Led, accent

ENSEMBLES = {
    "auto": "Of the mood",
    "piano": "Piano",
    "quartet": "String quartet",
    "orchestra": "Small orchestra",
    "folk": "Flute, guitar and bass",
    "harp": "Flute and harp",
    "box": "Music box",
    "keys": "Vibraphone, electric piano and bass",
}


def settings(music: Music, segments: Sequence[Segment], tune: Sequence[Note]) -> list[VoicingTask]:
    """Each segment with the lowest note of the tune above it."""
    found = []
    for s in segments:
        above = [n.pitch for n in tune if n.start < s.start + s.length and n.start + n.length > s.start]
        found.append(VoicingTask(s.classes, min(above) if above else None, s.start % music.bar_ticks == 0))
    return found


def led(music: Music, segments: Sequence[Segment], tune: Sequence[Note], **how: object) -> Led:
    """Segments with their voicings."""
    return list(zip(segments, lead(settings(music, segments, tune), **how), strict=True))  # type: ignore[arg-type]


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


def _split(music: Music, tune: Sequence[Note], level: int) -> list[Note]:
    """The tune's notes where the setting is at least so full."""
    return [n for n in tune if music.level(int(n.start // music.bar_ticks)) >= level]


def body_and_end(music: Music, segments: Sequence[Segment], closing: bool) -> tuple[list[Segment], list[Segment]]:
    """Segments to be played in the pattern, and those of the last chord (the last bar, when the piece closes)."""
    last = music.form.bars - 1 - music.form.outro
    cut = [s for s in segments if not closing or s.bar < last]
    return cut, [s for s in segments if closing and s.bar >= last]


def last_chord(
    part: Part, music: Music, end: Sequence[Segment], pairs: Led, velocity: float, spread: float = 1.2
) -> None:
    """The last chord, held to the end."""
    if end:
        voicing = {s.start: v for s, v in pairs}[end[0].start]
        textures.rolled(part, end[0], voicing, music.total_ticks - end[0].start, velocity, spread)


def piano(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for a piano: two hands."""
    mood, tune = MOOD[music.mood], music.melody()
    right = Part("right", "Piano, right hand", ((0, 0.0),), 0.04, 0.0, 0.22, (48, 103), 8)
    left = Part("left", "Piano, left hand", ((0, 0.0),), -0.06, -4.5, 0.22, (28, 76), 9)
    sing(right, music, tune)
    pairs = led(music, music.segments(), tune, voices=3, low=50, high=69, bass=(34, 50), centre=58)
    body, end = body_and_end(music, music.segments(), closing)
    play = pairs[: len(body)]
    loud = mood.velocity - 8
    six = music.beat_ticks == 18
    if music.mood in ("calm", "melancholy"):
        order = (0, 1, 2, 3, 2, 1) if six or music.written_metre == "3/4" else (0, 1, 2, 3, 2, 3, 2, 1)
        textures.broken(left, music, play, loud, order, 6)
    elif music.mood == "playful":
        textures.bass_and_chord(left, left, music, play, loud)
    elif music.mood == "tense":
        textures.pulse(left, music, play, loud, (0,), 6, 5)
        textures.pulse(left, music, play, loud - 8, (1, 2), music.beat_ticks, 5)
    else:
        textures.pulse(left, music, play, loud, (0,), music.beat_ticks * 2 if not six else 18, music.beat_ticks * 2)
        octave = Part("left", "", left.programs, compass=left.compass)
        textures.pulse(
            octave, music, play, loud - 4, (0,), music.beat_ticks * 2 if not six else 18, music.beat_ticks * 2
        )
        left.notes += [Note(n.start, n.length, n.pitch - 12, n.velocity) for n in octave.notes if n.pitch - 12 >= 28]
        textures.pulse(left, music, play, loud - 6, (1, 2, 3), music.beat_ticks, music.beat_ticks * 0.9)
    last_chord(left, music, end, pairs, loud, 2.0 if music.mood in ("calm", "melancholy") else 0.5)
    _under(right, music, tune, pairs, loud - 6)
    return [right, left]


def _under(part: Part, music: Music, tune: Sequence[Note], pairs: Led, velocity: float) -> None:
    """Where the setting is full: a chord note a third to a sixth under the tune's long or strong notes."""
    for n in tune:
        level = music.level(int(n.start // music.bar_ticks))
        if level < 1 or n.start % music.beat_ticks or n.length < (12 if level == 2 else 18):
            continue
        here = next((s for s, _ in pairs if s.start <= n.start < s.start + s.length), None)
        options = [n.pitch - d for d in range(3, 10) if here and (n.pitch - d) % 12 in here.classes]
        if options:
            part.add(n.start, n.length, options[0], velocity + accent(music, n.start) / 2)


def quartet(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for a string quartet."""
    mood, tune = MOOD[music.mood], music.melody()
    first = Part("violin1", "Violin I", ((40, -1.5), (48, -6.0)), -0.45, 0.0, 0.34, (55, 100), 12)
    second = Part("violin2", "Violin II", ((40, -4.0), (48, -5.0)), -0.15, -3.0, 0.34, (55, 88), 12)
    viola = Part("viola", "Viola", ((41, -3.0), (48, -6.0)), 0.2, -3.0, 0.34, (48, 81), 12)
    cello = Part("cello", "Cello", ((42, -1.0), (48, -8.0)), 0.45, -1.5, 0.34, (36, 69), 12)
    plucked = music.mood == "playful"
    if plucked:
        second.programs, viola.programs, cello.programs = ((45, 2.0),), ((45, 2.0),), ((45, 4.0),)
    sing(first, music, tune)
    segments = music.segments()
    pairs = led(music, segments, tune, voices=2, low=50, high=74, bass=(36, 53), centre=62)
    body, end = body_and_end(music, segments, closing)
    play, loud = pairs[: len(body)], mood.velocity - 4
    if music.mood in ("calm", "melancholy"):
        for part, voice in ((cello, 0), (viola, 1), (second, 2)):
            textures.held(part, voice, play, loud)
        _answer(second, music, tune)
    elif plucked:
        textures.bass_and_chord(cello, viola, music, [(s, v[:2]) for s, v in play], loud + 8)
        textures.bass_and_chord(Part("x", "", ()), second, music, [(s, (v[0], v[2])) for s, v in play], loud + 8)
    elif music.mood == "tense":
        textures.pulse(second, music, play, loud - 4, (2,), 6, 4)
        textures.pulse(viola, music, play, loud - 4, (1,), 6, 4)
        textures.pulse(cello, music, play, loud + 2, (0,), music.beat_ticks, 9)
    else:
        textures.pulse(second, music, play, loud, (2,), music.beat_ticks, 10)
        textures.pulse(viola, music, play, loud, (1,), music.beat_ticks, 10)
        textures.pulse(cello, music, play, loud + 4, (0,), music.beat_ticks * 2 if music.beat_ticks == 12 else 18, 20)
    for part, voice in ((cello, 0), (viola, 1), (second, 2)):
        last_chord(part, music, end, [(s, (v[voice],)) for s, v in pairs], loud - 8)
    return [first, second, viola, cello]


def _answer(part: Part, music: Music, tune: Sequence[Note]) -> None:
    """Under a long note of the tune the voice moves: its own long note gives way to the upper neighbour and back."""
    for n in tune:
        if n.length < 2 * music.beat_ticks:
            continue
        for held in part.notes:
            if (
                held.start <= n.start
                and held.start + held.length >= n.start + n.length
                and held.length >= 2 * music.beat_ticks
                and held.start == n.start
            ):
                whole = held.length
                held.length = whole - music.beat_ticks
                part.add(
                    held.start + held.length,
                    music.beat_ticks / 2,
                    held.pitch + _step(music, held.pitch),
                    held.velocity - 4,
                )
                part.add(
                    held.start + held.length + music.beat_ticks / 2, music.beat_ticks / 2, held.pitch, held.velocity - 2
                )
                break


def _step(music: Music, pitch: int) -> int:
    from pipelines.compose.parts.rules import SCALES

    return next(d for d in (1, 2, 3) if (pitch + d - music.tonic) % 12 in SCALES[music.mode])


def orchestra(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for an orchestra of strings, a wind instrument, horn, harp and timpani."""
    mood, tune = MOOD[music.mood], music.melody()
    parts = _orchestra_parts(music)
    soft = music.mood in ("calm", "melancholy")
    _orchestra_tune(parts, music, tune, soft)
    segments = music.segments()
    pairs = led(music, segments, tune, voices=3, low=52, high=74, bass=(36, 50), centre=63)
    body, end = body_and_end(music, segments, closing)
    play, loud = pairs[: len(body)], mood.velocity - 6
    _orchestra_ground(parts, music, play, loud, soft)
    for segment, voicing in play:
        if segment.level >= 1:
            parts["horn"].add(segment.start, segment.length, voicing[2], loud - 4)
        if (
            music.mood in ("triumphant", "tense")
            and segment.start % music.bar_ticks == 0
            and segment.bar % (1 if segment.level == 2 else 2) == 0
        ):
            parts["timpani"].add(segment.start, 18, segment.classes[0] + 36, loud - 4 + 4 * segment.level)
    for name, voices in (("cellos", (0,)), ("strings", (1, 2, 3)), ("horn", (2,))):
        chords = [(s, tuple(v[i] for i in voices)) for s, v in pairs]
        last_chord(parts[name], music, end, chords, loud + (6 if not soft else 0), 0.0)
    if soft:
        last_chord(parts["harp"], music, end, pairs, loud, 2.5)
    elif end and music.mood in ("triumphant", "tense"):
        parts["timpani"].add(end[0].start, 30, end[0].classes[0] + 36, loud + 8)
    return [part for part in parts.values() if part.notes]


def _orchestra_parts(music: Music) -> dict[str, Part]:
    """The instruments of the orchestra, still without notes."""
    sad = music.mood in ("melancholy", "tense")
    parts = (
        Part("violins", "Violins", ((48, 0.0), (40, -9.0)), -0.4, 1.0, 0.42, (55, 100), 14),
        Part("wind", "Oboe" if sad else "Flute", ((68 if sad else 73, 0.0),), 0.1, -5.0, 0.42, (58, 93), 10),
        Part("strings", "Second violins and violas", ((48, 0.0),), 0.1, -5.0, 0.42, (48, 84), 14),
        Part("horn", "Horn", ((60, 0.0),), -0.2, -4.5, 0.5, (41, 72), 12),
        Part("cellos", "Cellos and basses", ((42, -3.0), (48, -2.0)), 0.42, -2.0, 0.36, (36, 64), 12),
        Part("harp", "Harp", ((46, 0.0),), -0.55, -5.0, 0.42, (28, 96), 8),
        Part("timpani", "Timpani", ((47, 0.0),), 0.2, 2.0, 0.45, (38, 57), 6),
    )
    return {part.key: part for part in parts}


def _orchestra_tune(parts: Mapping[str, Part], music: Music, tune: Sequence[Note], soft: bool) -> None:
    """The wind instrument and the violins share the tune."""
    last = _split(music, tune, 2)
    sing(parts["wind"], music, tune if not last or not soft else [n for n in tune if n not in last], soft=2)
    own = _split(music, tune, 1 if len(music.form.phrases) > 2 and soft else 0)
    sing(parts["violins"], music, own, octave=0, soft=4 if soft else 0)
    if music.mood in ("triumphant", "playful"):
        sing(parts["wind"], music, last, octave=1, soft=10)


def _orchestra_ground(parts: Mapping[str, Part], music: Music, play: Led, loud: float, soft: bool) -> None:
    """What strings, cellos and harp play below the tune, by the mood."""
    strings, cellos, beat = parts["strings"], parts["cellos"], music.beat_ticks
    if soft:
        for voice in (1, 2, 3):
            layer = Part("", "", (), compass=strings.compass)
            textures.held(layer, voice, play, loud)
            strings.notes += layer.notes
        textures.held(cellos, 0, play, loud)
        textures.broken(parts["harp"], music, play, loud - 4, (0, 1, 2, 3, 2, 1), 6)
    elif music.mood == "playful":
        strings.programs, cellos.programs = ((45, 2.0),), ((45, 4.0),)
        textures.bass_and_chord(cellos, strings, music, play, loud + 6)
    elif music.mood == "tense":
        textures.pulse(strings, music, play, loud - 2, (1, 2, 3), 6, 4.5)
        textures.pulse(cellos, music, play, loud + 2, (0,), 6 if beat == 12 else 18, 5)
    else:
        textures.pulse(strings, music, play, loud, (1, 2, 3), beat, beat * 0.85)
        textures.pulse(cellos, music, play, loud + 2, (0,), beat, beat * 0.9)


def folk(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for flute, fiddle, guitar and double bass."""
    mood, tune = MOOD[music.mood], music.melody()
    flute = Part("flute", "Flute", ((73, 0.0),), -0.15, 0.5, 0.26, (60, 96), 8)
    fiddle = Part("fiddle", "Fiddle", ((40, -4.0), (48, -12.0)), 0.3, -3.0, 0.26, (55, 88), 10)
    guitar = Part("guitar", "Guitar", ((25, 2.0),), 0.35, -6.5, 0.2, (40, 79), 5)
    bass = Part("bass", "Double bass", ((32, 3.0),), 0.0, 0.0, 0.12, (28, 55), 6)
    sing(flute, music, tune)
    sing(
        fiddle, music, _split(music, tune, 2), octave=-1 if min((n.pitch for n in tune), default=72) > 66 else 0, soft=6
    )
    segments = music.segments()
    pairs = led(music, segments, tune, voices=3, low=50, high=70, bass=(40, 52), centre=59)
    body, end = body_and_end(music, segments, closing)
    play, loud = pairs[: len(body)], mood.velocity - 6
    if music.mood in ("calm", "melancholy"):
        textures.broken(guitar, music, play, loud, (0, 2, 3, 1, 3, 2), 6)
        for s, v in play:
            bass.add(s.start, s.length, v[0] - 12, loud)
    else:
        textures.strummed(guitar, music, play, loud)
        textures.bass_and_chord(bass, Part("x", "", ()), music, [(s, (v[0] - 12,)) for s, v in play], loud + 4)
    last_chord(guitar, music, end, pairs, loud, 0.6)
    last_chord(bass, music, end, [(s, (v[0] - 12,)) for s, v in pairs], loud)
    return [p for p in (flute, fiddle, guitar, bass) if p.notes]


def harp(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for flute and harp."""
    mood, tune = MOOD[music.mood], music.melody()
    flute = Part("flute", "Flute", ((73, 0.0),), -0.12, -2.0, 0.36, (60, 96), 9)
    strings = Part("harp", "Harp", ((46, 1.0),), 0.2, -2.0, 0.34, (28, 96), 8)
    sing(flute, music, tune)
    pairs = led(music, music.segments(), tune, voices=3, low=52, high=72, bass=(36, 50), centre=61)
    body, end = body_and_end(music, music.segments(), closing)
    if music.mood in ("calm", "melancholy", "tense"):
        textures.broken(
            strings,
            music,
            pairs[: len(body)],
            mood.velocity,
            (0, 1, 2, 3, 2, 1) if music.beat_ticks == 18 or music.metre == "3/4" else (0, 1, 2, 3),
            6,
        )
    else:
        textures.bass_and_chord(strings, strings, music, pairs[: len(body)], mood.velocity, short=False)
    last_chord(strings, music, end, pairs, mood.velocity, 2.0)
    return [flute, strings]


def box(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for a music box."""
    tune = music.melody()
    comb = Part("box", "Music box", ((10, 3.0),), 0.1, 0.0, 0.3, (60, 103), 4)
    low = Part("low", "Music box, low teeth", ((10, 0.0), (8, -6.0)), -0.15, -4.0, 0.3, (48, 84), 4)
    lift = 1 if sum(n.pitch for n in tune) / max(1, len(tune)) < 79 else 0
    sing(comb, music, tune, octave=lift, touch=1.0)
    pairs = led(music, music.segments(), tune, voices=3, low=62, high=81, bass=(48, 60), centre=70)
    body, end = body_and_end(music, music.segments(), closing)
    textures.broken(low, music, pairs[: len(body)], MOOD[music.mood].velocity - 6, (0, 1, 2, 3, 2, 1), 6)
    last_chord(low, music, end, pairs, MOOD[music.mood].velocity, 2.0)
    return [comb, low]


def keys(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for vibraphone, electric piano, double bass and pad."""
    mood, tune = MOOD[music.mood], music.melody()
    vibes = Part("vibraphone", "Vibraphone", ((11, 2.0),), -0.2, 2.5, 0.3, (53, 93), 9)
    electric = Part("keys", "Electric piano", ((4, -2.0),), 0.15, -5.0, 0.2, (40, 84), 10)
    bass = Part("bass", "Double bass", ((32, 3.0),), 0.0, -2.0, 0.1, (28, 55), 8)
    pad = Part("pad", "Warm pad", ((89, 0.0),), 0.0, -15.0, 0.4, (48, 84), 0)
    sing(vibes, music, tune)
    segments = music.segments()
    pairs = led(music, segments, tune, voices=3, low=52, high=71, bass=(40, 52), centre=61)
    body, end = body_and_end(music, segments, closing)
    play, loud = pairs[: len(body)], mood.velocity - 4
    for s, v in play:
        for p in v[1:]:
            electric.add(s.start, min(s.length, 22), p, loud)
            if s.length >= 4 * 12:
                electric.add(s.start + 30, s.length - 30, p, loud - 8)
        bass.add(s.start, min(s.length, 20), v[0] - 12, loud + 4)
        if s.length > 24:
            bass.add(
                s.start + 30 if music.beat_ticks == 12 else s.start + 18,
                s.length - 30 if music.beat_ticks == 12 else 16,
                v[0] - 12 + (7 if v[0] < 47 else 0),
                loud - 4,
            )
    for voice in (1, 2, 3):
        layer = Part("", "", (), compass=pad.compass)
        textures.held(layer, voice, pairs, loud)
        pad.notes += layer.notes
    last_chord(electric, music, end, pairs, loud, 1.0)
    last_chord(bass, music, end, [(s, (v[0] - 12,)) for s, v in pairs], loud)
    return [vibes, electric, bass, pad]


SET: dict[str, Callable[[Music, bool], list[Part]]] = {
    "piano": piano,
    "quartet": quartet,
    "orchestra": orchestra,
    "folk": folk,
    "harp": harp,
    "box": box,
    "keys": keys,
}
