"""A hummed tune: the reading of the network's maps on maps made by hand, beat, key and metre; and the whole way with the network, where it is here."""

import json

import numpy as np
import pytest

from pipelines.compose.parts import beating, hearing, midi_phrase, perform
from pipelines.compose.parts.hearing import SILENCE, HeardNote, Maps
from pipelines.compose.parts.music import Part
from pipelines.core.settings import Refusal
from pipelines.media import Score, Sound
from pipelines.nets import music_tokens as mt

TUNE = (
    (0, 12, 67),
    (12, 12, 69),
    (24, 24, 71),
    (48, 12, 72),
    (60, 12, 71),
    (72, 24, 69),
    (96, 12, 66),
    (108, 12, 69),
    (120, 24, 67),
)


def maps(notes: list[tuple[int, int, int]], frames: int = 200) -> Maps:
    """Clear maps of notes (first frame, frame behind the last, pitch)."""
    sounding, onsets, contour = np.full((frames, 88), 0.02), np.zeros((frames, 88)), np.zeros((frames, 264))
    for start, end, pitch in notes:
        row = pitch - hearing.LOWEST
        sounding[start:end, row], onsets[start, row], contour[start:end, 3 * row + 1] = 0.9, 0.9, 1.0
    return Maps(sounding, onsets, contour, np.arange(frames) * 0.01)


def hear_tune(tempo: float, off: float = 0.0) -> list[HeardNote]:
    """TUNE at a tempo, a little out of time and of tune."""
    rng = np.random.default_rng(3)
    second = 60 / tempo / mt.TICKS
    return [
        HeardNote(
            a * second + rng.uniform(-0.015, 0.015), (a + n) * second - 0.03, p + off + rng.uniform(-0.1, 0.1), 0.9
        )
        for a, n, p in TUNE
    ]


def test_notes_are_read_from_the_maps_and_a_trembling_one_stays_whole():
    heard_maps = maps([(20, 60, 60), (60, 100, 64), (110, 150, 64)])
    heard_maps.onsets[80, 64 - hearing.LOWEST] = 0.6  # a weak onset within a note that goes on
    notes = hearing.notes_of(heard_maps)
    assert [(round(n.start, 2), round(n.end, 2), round(n.pitch)) for n in notes] == [
        (0.2, 0.6, 60),
        (0.6, 1.0, 64),
        (1.1, 1.5, 64),
    ]
    heard_maps.onsets[80, 64 - hearing.LOWEST] = 0.9
    assert len(hearing.notes_of(heard_maps)) == 4  # a clear one is a note of its own
    assert set(hearing._path(np.full((30, 88), 0.01))) == {SILENCE} and hearing.notes_of(maps([])) == []


def test_an_overtone_is_no_note():
    found = maps([(20, 80, 60)])
    found.notes[20:80, 72 - hearing.LOWEST] = 0.6
    assert [round(n.pitch) for n in hearing.notes_of(found)] == [60]


def test_a_singer_who_is_off_is_brought_in_tune():
    notes = hearing.in_tune(hear_tune(100, off=0.4))
    assert [round(n.pitch) for n in notes] in ([p for *_, p in TUNE], [p + 1 for *_, p in TUNE])
    assert [round(n.pitch) for n in hearing.in_tune(hear_tune(100, off=0.3))] == [p for *_, p in TUNE]


@pytest.mark.parametrize("tempo", [84, 100, 126])
def test_beat_key_and_metre_are_found(tempo):
    tune = beating.write_tune(hearing.in_tune(hear_tune(tempo)))
    assert abs(tune.tempo - tempo) < 1.5 and tune.key == "G major" and tune.metre == "4/4" and tune.bars == 3
    assert [(a, p) for a, _, p in tune.notes] == [(a, p) for a, _, p in TUNE]
    assert [n for _, n, _ in tune.notes] == [n for _, n, _ in TUNE]


def test_the_written_tune_is_read_back():
    tune = beating.write_tune(hearing.in_tune(hear_tune(100)))
    found = midi_phrase.read_phrase(Score(beating.midi(tune)), key=tune.key)
    assert (
        found.key == "G major" and found.metre == "4/4" and abs(found.tempo - tune.tempo) < 0.1 and len(found.bars) == 3
    )
    pitches = [mt.pitch_of(t) + found.shift for bar in found.bars for t, _ in bar.voices[0] if t >= mt.PITCH]
    assert pitches == [p for *_, p in TUNE]


def test_silence_and_long_recordings_are_one_sentence():
    with pytest.raises(Refusal, match="no sound"):
        hearing.listen(Sound(np.zeros((48000, 1), np.float32), 48000))
    with pytest.raises(Refusal, match="2 minutes"):
        hearing.listen(Sound(np.zeros((8000 * 130, 1), np.float32), 8000))


@pytest.mark.weights
def test_a_played_tune_becomes_music_with_the_same_notes():
    from pipelines.compose.hum import hum

    second, out = 60 / 100 / mt.TICKS, np.zeros((48000 * 10, 2), np.float32)
    with perform.instruments([Part("x", "x", ((73, 0.0),))]) as sounds:
        for start, ticks, pitch in TUNE:
            tone, at = sounds[73].note(73, pitch, 90, ticks * second * 0.9), round(start * second * 48000)
            out[at : at + len(tone)] += tone[: len(out) - at]
    piece = hum(Sound(out, 48000), then="tune", seed=1)
    told = json.loads(piece.files["heard.json"])
    assert [n[2] for n in told["notes"]] == [p for *_, p in TUNE] and told["key"] == "G major"
    assert (
        abs(told["beats_per_minute"] - 100) < 2
        and max(abs(n[0] - a * second) for n, (a, _, _) in zip(told["notes"], TUNE)) < 0.05
    )
    score = json.loads(piece.files["score.json"])
    assert [n[2] % 12 for n in score["parts"][0]["notes"]] == [p % 12 for *_, p in TUNE] and len(score["parts"]) == 1
    with pytest.raises(Refusal, match="No tune was heard"):
        hum(Sound(np.random.default_rng(0).normal(0, 0.1, (48000, 1)).astype(np.float32), 48000))
