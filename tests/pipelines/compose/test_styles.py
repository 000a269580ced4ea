"""Styles as data: every pattern fills its bar, drums keep their places in MIDI and MusicXML, a form follows its plan. No weights are needed."""

import io
from xml.etree import ElementTree

import mido
import pytest

from pipelines.compose.parts import form, perform, pieces, styles, writing
from pipelines.compose.parts.soundfont import DRUMS
from pipelines.core.settings import Refusal
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar

DATA = styles._data()


def tune(metre: str, count: int = 8) -> list[Bar]:
    """Bars of one long note each, chords C F G C."""
    length, beat = mt.METRES[metre]
    chords = [mt.chord_token(root, "") for root in (0, 5, 7, 0)]
    same = [mt.SAME] * (length // beat - 1)
    first = lambda i: mt.SAME if i and chords[i % 4] == chords[(i - 1) % 4] else chords[i % 4]  # noqa: E731
    return [Bar([first(i), *same], [[(mt.pitch_token(72 + i % 3), length)]]) for i in range(count)]


def settle_style(name: str, **wish):
    settled = pieces.settle(pieces.PieceRequest(styles.of(name)["mood"], style=name, **wish))
    shape = form.form_of(8)
    return pieces.setting(settled, tune(settled.metre), shape, pieces.natural_tempo(settled), pieces.shift_of(settled))


@pytest.mark.parametrize("name", DATA["styles"])
def test_every_pattern_fills_its_bar_with_known_signs(name):
    style = styles.of(name)
    drums = style.get("drums", {"patterns": {}, "fill": {}})
    for part in style["parts"]:
        for metre, patterns in part["patterns"].items():
            assert all(len(signs) == mt.METRES[metre][0] // styles.STEP for signs in patterns)
    for metre, patterns in drums["patterns"].items():
        for pattern in (*patterns, drums["fill"][metre]):
            assert set(pattern) <= set(DATA["drums"])
            assert all(
                len(s) == mt.METRES[metre][0] // styles.STEP and set(s) <= {".", *DATA["hits"]}
                for s in pattern.values()
            )


@pytest.mark.parametrize("name", DATA["styles"])
def test_every_style_keeps_its_ranges_and_has_sounds(name):
    music = settle_style(name)
    assert music.parts[0].key == "lead" and music.style == name
    with perform.instruments(music.parts) as sounds:
        for part in music.parts:
            assert all(program in sounds for program, _ in part.programs)
            assert all(part.compass[0] <= n.pitch <= part.compass[1] for n in part.notes)
            assert all(0 <= n.start < music.total_ticks for n in part.notes)


def test_drums_are_fuller_later_and_end_with_the_piece():
    music = settle_style("pop")
    drums = music.parts[-1]
    assert drums.kit == 0 and music.kit
    hits = [sum(n.start // music.bar_ticks == bar for n in drums.notes) for bar in (0, 5)]
    assert hits[1] > hits[0]
    last = [n for n in drums.notes if n.start >= 7 * music.bar_ticks]
    assert {n.pitch for n in last} == {DATA["drums"]["kick"], DATA["drums"]["crash"]}
    assert not any(part.kit is not None for part in settle_style("pop", drums=False).parts)


def test_jazz_swings_and_a_piece_without_a_style_does_not():
    jazz, plain = settle_style("jazz"), pieces.settle(pieces.PieceRequest("calm"))
    drums = jazz.parts[-1]
    off = [i for i, n in enumerate(sorted(drums.notes, key=lambda n: (n.start, n.pitch))) if n.start % 12 == 6]
    played = perform.humanise(jazz, drums, 1)
    beat = jazz.ticks_s[1] - jazz.ticks_s[0]
    late = [(played[i][0] - jazz.seconds_at(played[i][2].start)) / beat * 12 for i in off]
    assert off and 1.0 < sum(late) / len(late) < 3.0  # two twelfths of a beat later
    assert pieces.setting(plain, tune("4/4"), form.form_of(8), 66.0, 0).swing == 0.0


def test_midi_and_musicxml_know_drums():
    music = settle_style("march")
    file = mido.MidiFile(file=io.BytesIO(writing.midi(music, 0)))
    channels = {track.name: {m.channel for m in track if m.type == "note_on"} for track in file.tracks if track.name}
    assert channels["Drums"] == {9} and all(9 not in ch for name, ch in channels.items() if name != "Drums")
    programs = [m.program for track in file.tracks for m in track if m.type == "program_change"]
    assert max(programs) < DRUMS
    xml = ElementTree.fromstring(writing.musicxml(music).split(b"\n", 2)[2])
    assert len(xml.findall(f"part[{len(music.parts)}]//unpitched")) == len(
        {(round(n.start / 3), n.pitch) for n in music.parts[-1].notes}
    )


def test_a_style_in_another_metre_is_one_sentence():
    with pytest.raises(Refusal, match="Jazz is played in 4/4"):
        pieces.settle(pieces.PieceRequest("calm", style="jazz", metre="3/4"))
    with pytest.raises(Refusal, match="style must be one of"):
        pieces.settle(pieces.PieceRequest("calm", style="polka"))


def test_a_plan_gives_its_sections_in_proportion_and_choruses_return():
    plan = form.read_plan("intro, verse 8, chorus 8; verse 8, chorus 8, bridge 4, chorus 8, ending 2")
    shape = form.form_of_plan(plan, 48)
    names = [phrase.label for phrase in shape.phrases]
    assert (
        shape.bars == 48 and shape.intro == 2 and list(dict.fromkeys(names)) == ["verse", "chorus", "bridge", "ending"]
    )
    chorus = [p for p in shape.phrases if p.label == "chorus"]
    assert all(p.copy is not None and p.copied == p.bars for p in chorus[2:]) and shape.phrases[-1].ending == "closed"
    starts = [sum(p.bars for p in shape.phrases[:i]) for i in range(len(shape.phrases))]
    for start, phrase in zip(starts, shape.phrases):
        assert phrase.copy is None or phrase.copy + phrase.copied <= start
    assert {p.label: p.level for p in shape.phrases} == {"verse": 1, "chorus": 2, "bridge": 0, "ending": 2}
    assert form.form_of_plan(form.read_plan("verse, chorus"), 16, around=True).phrases[-1].ending == "around"


def test_a_plan_that_cannot_be_is_one_sentence():
    for text, words in (
        ("verse 8, banana", "banana"),
        ("verse 0", "verse 0"),
        ("intro", "a verse or a chorus"),
        ("verse," * 20, "at most 16"),
    ):
        with pytest.raises(Refusal, match=words):
            form.read_plan(text)
    with pytest.raises(Refusal, match="at least 8 bars"):
        form.form_of_plan(form.read_plan("intro, verse, chorus, ending"), 6)
    assert form.read_plan("") == ()
