"""Music as files: MIDI, MusicXML, and the JSON that the piano roll on the page is drawn from."""

from __future__ import annotations

import io
import itertools
import json
from typing import Any
from xml.sax.saxutils import escape

from pipelines.compose.parts.moods import COMPOSITION
from pipelines.compose.parts.music import Music, Part
from pipelines.compose.parts.perform import humanise
from pipelines.nets import music_tokens as mt

OFF, PROGRAM, ON = 0, 1, 2  # sorts of events, in the order in which those of one moment stand
MESSAGES = ("note_off", "program_change", "note_on")
PER_TICK = 40  # MIDI ticks: 480 in a quarter
FIFTHS = {"major": 0, "mixolydian": -1, "dorian": -2, "minor": -3}
SPELLED = {
    True: ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"),
    False: ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"),
}
KINDS = {shape: (name, COMPOSITION["kinds"][name]) for name, shape in mt.QUALITIES.items()}
TYPES = {ticks: (name, dots) for ticks, name, dots in COMPOSITION["note types"]}
STAFF = {int(drum): steps for drum, steps in COMPOSITION["drum places"].items()}  # steps above middle C
HALVED: dict[str, str] = COMPOSITION["half as long"]


def fifths(music: Music) -> int:
    """Sharps (positive) or flats of the key signature."""
    wanted = (music.tonic * 7 + FIFTHS[music.mode]) % 12
    return wanted if wanted <= 6 else wanted - 12


def spell_pitch(music: Music, pitch_class: int) -> str:
    """Return the name of a pitch class in the key of the music."""
    return SPELLED[fifths(music) >= 0][pitch_class % 12]


def chord_name(music: Music, classes: tuple[int, ...]) -> str:
    """Return the name of a chord, such as `Am7`."""
    shape = tuple((c - classes[0]) % 12 for c in classes)
    return spell_pitch(music, classes[0]) + KINDS.get(shape, ("", ""))[0]


def midi(music: Music, seed: int) -> bytes:
    """Type 1, 480 ticks a quarter: tempo, metre and key, then a track for each part as it is played (velocities, not the scatter)."""
    import mido

    half = 2 if music.metre != music.written_metre else 1
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    guide = mido.MidiTrack()
    over, under = (int(x) for x in music.metre.split("/"))
    guide.append(mido.MetaMessage("time_signature", numerator=over, denominator=under))
    guide.append(mido.MetaMessage("key_signature", key=spell_pitch(music, fifths(music) * 7)))
    step = music.beat_ticks * PER_TICK // half
    for i, (a, b) in enumerate(zip(music.ticks_s, music.ticks_s[1:], strict=False)):
        tempo = round((b - a) * 1e6 * 480 / step)
        guide.append(mido.MetaMessage("set_tempo", tempo=max(1, min(tempo, 0xFFFFFF)), time=0 if i == 0 else step))
    file.tracks.append(guide)
    for index, part in enumerate(music.parts):
        file.tracks.append(_track(part, channel_of(part, index), half))
    return save_midi(file)


def save_midi(file: Any) -> bytes:
    """A MIDI file of mido in bytes."""
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def channel_of(part: Part, index: int) -> int:
    """The MIDI channel of a part: the tenth for drums, another for each of the others."""
    return 9 if part.kit is not None else index % 15 + (index % 15 >= 9)


def program_of(part: Part) -> int:
    """The General MIDI program of a part, or the number of its drum kit."""
    return part.programs[0][0] if part.kit is None else part.kit


def _track(part: Part, channel: int, half: int) -> Any:
    import mido

    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=part.name or part.key))
    track.append(mido.Message("program_change", channel=channel, program=program_of(part)))
    track.append(mido.Message("control_change", channel=channel, control=10, value=int(64 + 60 * part.pan)))
    events = []
    for note in part.notes:
        start, end = round(note.start * PER_TICK / half), round((note.start + note.length) * PER_TICK / half)
        events += [(start, ON, note.pitch, note.velocity), (max(start + 1, end), OFF, note.pitch, 0)]
    _fill(track, channel, events)
    return track


def _fill(track: Any, channel: int, events: list[tuple[int, int, int, int]]) -> None:
    """Events (tick, sort, value, velocity) as messages of a track, in their order."""
    import mido

    now = 0
    for at, sort, value, velocity in sorted(events):
        about = {"program": value} if sort == PROGRAM else {"note": value, "velocity": velocity}
        track.append(mido.Message(MESSAGES[sort], channel=channel, time=at - now, **about))
        now = at


def as_json(value: Any) -> bytes:
    """A file of JSON in one line."""
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()


def describe_music(music: Music, seed: int, seconds: float) -> dict[str, Any]:
    """Times in seconds: bars, sections, chords, and each part's notes as [start, length, pitch, velocity]."""
    segments = music.segments()
    labels: list[dict[str, Any]] = []
    for bar in range(music.form.bars):
        label = music.form.label_at(bar)
        at = round(music.seconds_at(bar * music.bar_ticks), 4)
        inside = bar - music.form.intro
        begins = inside in {0, *(e + 1 for e in music.form.endings())}
        if not labels or begins or labels[-1]["label"] != label:
            labels.append({"label": label, "start": at})
    return {
        "seconds": seconds,
        "key": f"{spell_pitch(music, music.tonic)} {music.mode}",
        "metre": music.metre,
        "beats_per_minute": round(music.beat_bpm, 2),
        "mood": music.mood,
        "style": music.style,
        "bars": [round(music.seconds_at(b * music.bar_ticks), 4) for b in range(music.form.bars)],
        "sections": labels,
        "chords": [[round(music.seconds_at(s.start), 4), chord_name(music, s.classes)] for s in segments],
        "parts": [
            {
                "key": p.key,
                "name": p.name,
                "program": program_of(p),
                "drums": p.kit is not None,
                "stem": f"stems/{p.key}.flac",
                "notes": [[round(t, 4), round(d, 4), n.pitch, n.velocity] for t, d, n in humanise(music, p, seed)],
            }
            for p in music.parts
        ],
    }


# MusicXML 4.0


def musicxml(music: Music) -> bytes:
    """All parts in notation: what rings on is written until the next note; chord symbols stand over the first part."""
    names = "".join(
        f'<score-part id="P{i + 1}"><part-name>{escape(p.name or p.key)}</part-name></score-part>'
        for i, p in enumerate(music.parts)
    )
    parts = "".join(_xml_part(music, part, i) for i, part in enumerate(music.parts))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
    return (f'{head}<score-partwise version="4.0"><part-list>{names}</part-list>{parts}</score-partwise>\n').encode()


def _columns(music: Music, part: Part) -> dict[int, tuple[int, list[int]]]:
    """Start tick -> (length, pitches): starts on the sixteenth grid, each lasting to the next start at most."""
    starts: dict[int, tuple[int, set[int]]] = {}
    for note in part.notes:
        at = min(round(note.start / 3) * 3, music.total_ticks - 3)
        length, pitches = starts.get(at, (0, set()))
        starts[at] = (max(length, round(note.length / 3) * 3, 3), pitches | {note.pitch})
    order = [*sorted(starts), music.total_ticks]
    return {
        a: (min(starts[a][0] if starts[a][0] > b - a - 3 else max(3, starts[a][0]), b - a), sorted(starts[a][1]))
        for a, b in itertools.pairwise(order)
    }


def _xml_part(music: Music, part: Part, index: int) -> str:
    events: list[tuple[int, int, list[int]]] = []
    now = 0
    for at, (length, pitches) in sorted(_columns(music, part).items()):
        if at > now:
            events.append((now, at - now, []))
        events.append((at, length, pitches))
        now = at + length
    if now < music.total_ticks:
        events.append((now, music.total_ticks - now, []))
    bars: list[list[str]] = [[] for _ in range(music.form.bars)]
    symbols = {s.start: s.classes for s in music.segments()} if index == 0 else {}
    shown: tuple[int, ...] = ()
    for at, length, pitches in events:
        end, first = at + length, True
        while at < end:
            bar = at // music.bar_ticks
            for place in [p for p in symbols if at <= p < end and p // music.bar_ticks == bar]:
                if symbols[place] != shown:
                    shown = symbols[place]
                    bars[bar].append(_harmony(music, shown, place - at))
                symbols.pop(place)
            room = min(end, (bar + 1) * music.bar_ticks) - at
            piece = next(t for t in TYPES if t <= room) if room >= 3 else 3
            bars[bar].append(_xml_notes(music, part, pitches, piece, not first, at + piece < end))
            at, first = at + piece, False
    over, under = music.metre.split("/")
    divisions = 24 if music.metre != music.written_metre else 12
    low = sum(n.pitch for n in part.notes) / max(1, len(part.notes)) < 58
    clef = "<clef><sign>F</sign><line>4</line></clef>" if low else "<clef><sign>G</sign><line>2</line></clef>"
    clef = clef if part.kit is None else "<clef><sign>percussion</sign></clef>"
    head = f"<attributes><divisions>{divisions}</divisions><key><fifths>{fifths(music)}</fifths></key><time><beats>{over}</beats><beat-type>{under}</beat-type></time>{clef}</attributes>"
    if index == 0:
        unit = "<beat-unit>quarter</beat-unit>" + ("<beat-unit-dot/>" if music.beat_ticks == 18 else "")
        head += f'<direction placement="above"><direction-type><metronome>{unit}<per-minute>{round(music.beat_bpm)}</per-minute></metronome></direction-type></direction>'
    written = [f'<measure number="{i + 1}">{head if i == 0 else ""}{"".join(b)}</measure>' for i, b in enumerate(bars)]
    return f'<part id="P{index + 1}">{"".join(written)}</part>'


def _harmony(music: Music, classes: tuple[int, ...], offset: int) -> str:
    name = spell_pitch(music, classes[0])
    alter = f"<root-alter>{1 if name.endswith('#') else -1}</root-alter>" if len(name) > 1 else ""
    kind = KINDS[tuple((c - classes[0]) % 12 for c in classes)]
    moved = f"<offset>{offset}</offset>" if offset else ""
    return f'<harmony><root><root-step>{name[0]}</root-step>{alter}</root><kind text="{kind[0]}">{kind[1]}</kind>{moved}</harmony>'


def _xml_notes(music: Music, part: Part, pitches: list[int], ticks: int, tied_from: bool, tied_to: bool) -> str:
    kind, dots = TYPES[ticks]
    kind = HALVED[kind] if music.metre != music.written_metre else kind
    shape = f"<duration>{ticks}</duration>"
    look = f"<type>{kind}</type>" + "<dot/>" * dots
    if not pitches:
        return f"<note><rest/>{shape}{look}</note>"
    ends = ["stop"] * tied_from + ["start"] * tied_to
    ties = "".join(f'<tie type="{end}"/>' for end in ends)
    drawn = "".join(f'<tied type="{end}"/>' for end in ends)
    drawn = f"<notations>{drawn}</notations>" if ends else ""
    out = []
    for i, pitch in enumerate(pitches):
        name = spell_pitch(music, pitch) if part.kit is None else "CDEFGAB"[STAFF.get(pitch, 4) % 7]
        octave = pitch // 12 - 1 if part.kit is None else 4 + STAFF.get(pitch, 4) // 7
        alter = f"<alter>{1 if name.endswith('#') else -1}</alter>" if len(name) > 1 else ""
        tone = f"<pitch><step>{name[0]}</step>{alter}<octave>{octave}</octave></pitch>"
        if part.kit is not None:
            tone = (
                f"<unpitched><display-step>{name}</display-step><display-octave>{octave}</display-octave></unpitched>"
            )
        out.append(f"<note>{'<chord/>' if i else ''}{tone}{shape}{ties}{look}{drawn}</note>")
    return "".join(out)


def midi_in_time(sections: list[tuple[float, Music]]) -> bytes:
    """Sections one after another at their times: 480 ticks are half a second (a quarter at 120), whatever the bars are."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=480)
    guide = mido.MidiTrack()
    guide.append(mido.MetaMessage("set_tempo", tempo=500_000))
    file.tracks.append(guide)
    keys = list(dict.fromkeys(p.key for _, music in sections for p in music.parts))
    for index, key in enumerate(keys):
        track, events = mido.MidiTrack(), []
        channel = next(channel_of(p, index) for _, music in sections for p in music.parts if p.key == key)
        for start, music in sections:
            for p in (p for p in music.parts if p.key == key):
                events.append((round(start * 960), PROGRAM, program_of(p), 0))
                for n in p.notes:
                    on, off = (round((start + music.seconds_at(t)) * 960) for t in (n.start, n.start + n.length))
                    events += [(on, ON, n.pitch, n.velocity), (max(on + 1, off), OFF, n.pitch, 0)]
        track.append(mido.MetaMessage("track_name", name=key))
        _fill(track, channel, events)
        file.tracks.append(track)
    return save_midi(file)
