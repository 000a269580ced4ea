"""Written music: tokens, grammar, rules, form, voice leading, files. No weights are needed."""

import io
import itertools
import json
from xml.etree import ElementTree

import mido
import numpy as np
import pytest

from pipelines.compose.parts import form, harmony, moods, pieces, rules, wishes, writing
from pipelines.compose.parts import midi_phrase as reading
from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.media import Score
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Plan


def tune(count: int = 8) -> list[Bar]:
    """Bars of four quarters up and down a scale, chords C F G C by bar."""
    notes = [60 + d for d in (12, 14, 16, 17, 19, 17, 16, 14)]
    chords = [mt.chord_token(r, "") for r in (0, 5, 7, 0)]
    bars = []
    for i in range(count):
        voice = [(mt.pitch_token(notes[(4 * i + k) % 8]), 12) for k in range(4)]
        first = mt.SAME if i and chords[i % 4] == chords[(i - 1) % 4] else chords[i % 4]
        bars.append(Bar([first, mt.SAME, mt.SAME, mt.SAME], [voice]))
    bars[-1] = Bar(bars[-1].chords, [[(mt.pitch_token(72), 48)]])
    return bars


def piece(ensemble: str = "piano", mood: str = "calm", seconds: float = 20.0, loop: bool = False, key: str = "C major"):
    wish = pieces.settle(pieces.PieceRequest(mood, ensemble, key, "4/4", 0, seconds, loop))
    return pieces.setting(wish, tune(), form.form_of(8, around=loop), 96.0, pieces.shift_of(wish)), wish


def test_tokens_go_there_and_back():
    plan = Plan((8,))
    tokens, features = mt.encode(plan, tune())
    walk = mt.Walk(plan)
    for token, row in zip(tokens.tolist(), features.tolist()):
        assert walk.features() == row
        low, high = mt.KIND_SPANS[walk.kind]
        assert low <= token < high
        walk.push(token)
    assert walk.done and [b.voices for b in walk.bars] == [b.voices for b in tune()]
    assert max(int(f) for f in features.max(0)) < max(mt.FEATURES.values())


@pytest.mark.parametrize("around", [False, True])
def test_forms_have_exactly_their_bars_and_copies_look_back(around):
    for bars in range(1, 70):
        shape = form.form_of(bars, around=around)
        assert shape.bars == bars and sum(shape.sections) == shape.written
        at = 0
        for phrase in shape.phrases:
            assert phrase.copy is None or phrase.copy + phrase.copied <= at
            at += phrase.bars
        assert shape.phrases[-1].ending == ("around" if around else "closed")


def test_tempo_stays_near_the_one_asked_for():
    for seconds in np.linspace(4, 120, 60):
        bars = form.bars_for(seconds, 2.0, strict=True)
        assert 0.72 < bars * 2.0 / seconds < 1.35
    for seconds in np.linspace(30, 120, 30):
        assert 0.9 < form.bars_for(seconds, 2.0, strict=True) * 2.0 / seconds < 1.1


def test_voices_lead_smoothly_without_parallels():
    chords = [(0, 4, 7), (5, 9, 0), (7, 11, 2, 5), (9, 0, 4), (2, 5, 9), (7, 11, 2), (0, 4, 7)]
    led = harmony.lead([harmony.VoicingTask(c, 76) for c in chords])
    for (a, b), classes in zip(itertools.pairwise(led), chords):
        assert max(abs(x - y) for x, y in zip(a[1:], b[1:])) <= 7
        for i in range(len(a)):
            for j in range(i + 1, len(a)):
                same = (a[j] - a[i]) % 12 == (b[j] - b[i]) % 12 and (a[j] - a[i]) % 12 in (0, 7)
                assert not (same and a[i] != b[i] and (b[i] - a[i]) * (b[j] - a[j]) > 0), (a, b)
        assert {p % 12 for p in a} <= set(classes) and classes[1] in {p % 12 for p in a}


def test_every_ensemble_keeps_its_ranges_and_its_last_chord():
    from pipelines.compose.parts.ensembles import ARRANGEMENTS

    for ensemble in ARRANGEMENTS:
        for mood in moods.MOOD:
            key = "C major" if moods.MOOD[mood].key.endswith("major") else "C minor"
            music, _ = piece(ensemble, mood, key=key)
            assert music.parts and all(p.notes for p in music.parts)
            for p in music.parts:
                assert all(p.compass[0] <= n.pitch <= p.compass[1] for n in p.notes), (ensemble, mood, p.key)
                assert all(0 <= n.start < music.total_ticks and n.length > 0 for n in p.notes)
                assert max(n.start + n.length for n in p.notes) <= music.total_ticks + 13
            last = min(
                (n for p in music.parts for n in p.notes if n.start >= music.total_ticks - 48), key=lambda n: n.pitch
            )
            assert last.pitch % 12 == 0, (ensemble, mood)


def test_midi_and_musicxml_say_the_same_notes():

    music, wish = piece("quartet", "calm")
    file = mido.MidiFile(file=io.BytesIO(writing.midi(music, 0)))
    assert len(file.tracks) == 1 + len(music.parts)
    ons = sorted(m.note for t in file.tracks for m in t if m.type == "note_on")
    assert ons == sorted(n.pitch for p in music.parts for n in p.notes)
    assert abs(file.length - (wish.seconds - pieces.TAIL_S)) < 0.15
    root = ElementTree.fromstring(writing.musicxml(music))
    for part in root.findall("part"):
        for measure in part.findall("measure"):
            assert sum(int(n.findtext("duration")) for n in measure.findall("note") if n.find("chord") is None) == 48
    said = json.loads(writing.as_json(writing.describe_music(music, 0, wish.seconds)))
    assert [len(p["notes"]) for p in said["parts"]] == [len(p.notes) for p in music.parts]


def test_transposed_phrases_are_the_same_and_others_are_not():
    bars = [b.voices[0] for b in tune(4)]
    up = [[(t + 3, n) for t, n in bar] for bar in bars]
    other = [list(b) for b in bars]
    other[2][0] = (other[2][0][0] + 1, 12)
    assert rules.phrase(bars) == rules.phrase(up) != rules.phrase(other)


def test_reading_finds_key_metre_and_tune():
    music, _ = piece("folk", "playful", key="D major")
    found = reading.read_phrase(Score(writing.midi(music, 0)))
    assert found.key == "D major" and found.metre == "4/4"
    pitches = [mt.pitch_of(t) + found.shift for b in found.bars[:2] for t, _ in b.voices[0] if t >= mt.PITCH]
    assert [p % 12 for p in pitches[:4]] == [(p + 2) % 12 for p in (0, 2, 4, 5)]
    for bar in found.bars:
        assert sum(n for _, n in bar.voices[0]) == 48


@pytest.mark.parametrize(
    "data", [b"MThd", b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x05\x00\x90", b"MThd" + bytes(40)]
)
def test_broken_midi_is_one_sentence(data):
    with pytest.raises(Refusal) as said:
        reading.read_phrase(Score(data))
    assert str(said.value).endswith(".") and "MIDI file" in str(said.value)


def test_an_empty_or_odd_score_is_one_sentence():

    for numerator, notes, words in ((4, 0, "no notes"), (7, 8, "7/8")):
        file, track = mido.MidiFile(), mido.MidiTrack()
        track.append(mido.MetaMessage("time_signature", numerator=numerator, denominator=8 if numerator == 7 else 4))
        for i in range(notes):
            track.append(mido.Message("note_on", note=60 + i, velocity=64, time=0))
            track.append(mido.Message("note_off", note=60 + i, velocity=64, time=240))
        file.tracks.append(track)
        out = io.BytesIO()
        file.save(file=out)
        with pytest.raises(Refusal, match=words):
            reading.read_phrase(Score(out.getvalue()))


def test_silly_wishes_are_one_sentence():
    for wish, words in (
        (pieces.PieceRequest(seconds=3 * 3600), "5 minutes"),
        (pieces.PieceRequest(metre="13/16"), "13/16"),
        (pieces.PieceRequest(seconds=float("nan")), "seconds"),
        (pieces.PieceRequest(key="H major"), "H major"),
        (pieces.PieceRequest(tempo=4000), "tempo"),
    ):
        with pytest.raises(Refusal, match=words):
            pieces.settle(wish)


def test_words_choose_mood_and_instruments():
    assert wishes.read_wish("a slow piano piece for a rainy evening, lonely").mood == "melancholy"
    assert wishes.read_wish("a slow piano piece").ensemble == "piano" and wishes.read_wish("slow").tempo < 1
    assert wishes.read_wish("a heroic victory march").mood == "triumphant"
    assert wishes.read_wish("").mood is None and wishes.read_wish("a waltz").metre == "3/4"
    for nothing in ("xyzzy", "😀😀", "ruhige Musik", "静かな音楽"):
        with pytest.raises(Refusal, match="No word of this is known"):
            wishes.read_wish(nothing)


def test_a_nervous_chase_is_a_tense_chase_and_says_so():
    wish = wishes.read_wish("nervous chase")
    assert (wish.mood, wish.style) == ("tense", "chase") and wish.labels() == ["Chase", "Tense"]
    assert not wishes.read_wish("jazz without drums").drums and wishes.read_wish("jazz without drums").style == "jazz"
    assert wishes.read_wish("a music box lullaby").ensemble == "box"
    assert wishes.strange("xyzzy")["unread"] and not wishes.strange("")["unread"]


def test_what_cannot_be_played_is_named_with_what_comes_near():
    asked = wishes.strange("heavy metal with distorted guitar")["unpictured"]
    assert [one["word"] for one in asked] == ["distorted guitar", "heavy metal"]
    assert all(one["sort"] == "music" and one["instead"] for one in asked)
    with pytest.raises(Refusal, match="guitar and flute"):
        wishes.read_wish("heavy metal with distorted guitar")  # the distorted guitar is no guitar
    assert wishes.read_wish("heavy metal, but slow and sad").beyond == ("heavy metal",)
    lexicon = json.loads((ASSETS / "words" / "music.json").read_text("utf-8"))
    for offered in {phrase for group in lexicon["beyond"] for phrase in group["instead"]}:
        read = wishes.read_wish(offered)
        assert read.understood and not read.beyond, offered
