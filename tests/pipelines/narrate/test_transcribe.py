"""A recording written down: the words that were said, where they were said; a corrected text keeps those times."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from pipelines.narrate.parts import captions, recognition, speakers
from pipelines.narrate.parts.kokoro import KOKORO
from pipelines.narrate.speak import speak
from pipelines.narrate.transcribe import transcribe

HEARD = [(" One", 0.0, 0.4), (" two", 0.5, 0.9), (" three.", 1.0, 1.5), (" Four", 3.0, 3.4), (" five.", 3.5, 4.0)]


def words_of(lines):
    return [(word.text, round(word.start, 3), round(word.end, 3)) for line in lines for word in line.words]


def test_sentences_end_at_full_stops_and_at_long_pauses():
    lines = list(recognition.sentences(HEARD))
    assert [line.text for line in lines] == ["One two three.", "Four five."]
    unmarked = [(word.rstrip("."), start, end) for word, start, end in HEARD]
    assert [line.text for line in recognition.sentences(unmarked)] == ["One two three", "Four five"]
    assert recognition.pauses(lines, 5.0) == [(1.5, 3.0), (4.0, 5.0)]


def test_a_corrected_text_keeps_the_times_of_what_stayed():
    lines, struck = captions.correct_lines(list(recognition.sentences(HEARD)), "One, too three.\nFour five six.")
    assert struck == []
    assert words_of(lines)[:4] == [("One,", 0.0, 0.4), ("too", 0.5, 0.9), ("three.", 1.0, 1.5), ("Four", 3.0, 3.4)]
    assert words_of(lines)[-1] == ("six.", 4.0, 4.0)


def test_deleted_words_are_cut_out_of_the_recording_and_the_rest_moves():
    lines, struck = captions.correct_lines(list(recognition.sentences(HEARD)), "One three. Four five.")
    assert struck == [(0.5, 1.0)]
    shorter = captions.without(Sound(np.arange(500, dtype=np.float32).reshape(-1, 1) + 1000, 100), struck)
    assert len(shorter.samples) == 450
    assert (
        shorter.samples[48, 0] == 1048 and shorter.samples[52, 0] == 1102
    )  # beyond the fades on both sides of the cut
    assert words_of(captions.moved_for(lines, struck))[1] == ("three.", 0.5, 1.0)


def test_signs_written_without_spaces_are_single_words():
    lines = list(recognition.sentences([("今天", 0.0, 0.6), ("很好。", 0.6, 1.2)]))
    assert [line.text for line in lines] == ["今天很好。"]
    fixed, struck = captions.correct_lines(lines, "今天好。")
    assert [line.text for line in fixed] == ["今天好。"] and len(struck) == 1


def test_a_recording_that_is_too_short_is_refused():
    with pytest.raises(Refusal, match="The recording must last"):
        transcribe(Sound(np.zeros((100, 1), np.float32), 16_000))


@pytest.mark.weights
@pytest.mark.skipif(
    any(where(card) is None for card in (*recognition.CARDS, KOKORO)), reason="Whisper or Kokoro is not on this machine"
)
def test_what_our_voice_said_is_written_down_where_it_said_it():
    spoken_sound = speak(text="The keeper poured a cup of tea. Nobody knew the song.", seed=1)
    written = transcribe(spoken_sound.main)
    assert written.main.text.lower().replace(",", "") == "the keeper poured a cup of tea.\nnobody knew the song."
    assert written.main.detail["language"] == "en" and b"-->" in written.files["subtitles.vtt"]
    spoken, heard = (
        [word for sentence in json.loads(result.files["words.json"])["sentences"] for word in sentence["words"]]
        for result in (spoken_sound, written)
    )
    assert max(abs(a["start"] - b["start"]) for a, b in zip(spoken, heard, strict=True)) < 0.35
    with pytest.raises(Refusal, match="No words are heard"):
        transcribe(Sound(np.zeros((32_000, 1), np.float32), 16_000))


def test_voices_that_are_alike_are_one_speaker():
    rng = np.random.default_rng(3)
    first, second = (one / np.linalg.norm(one) for one in np.abs(rng.normal(size=(2, 256))) ** 3)
    heard = [first, second, first, second, first]
    voices = np.stack([one + rng.normal(0, 0.01, 256) for one in heard])
    voices /= np.linalg.norm(voices, axis=1, keepdims=True)
    assert sorted(map(sorted, speakers.group_voices(voices, None))) == [[0, 2, 4], [1, 3]]
    assert [len(group) for group in speakers.group_voices(voices[[0, 2, 4]], None)] == [3]
    assert len(speakers.group_voices(voices, 3)) == 3


def test_sentences_get_their_speakers_in_the_order_in_which_they_speak(monkeypatch):
    lines = list(recognition.sentences(HEARD))
    monkeypatch.setattr(speakers, "embed_voice", lambda net, samples: np.eye(2)[int(samples[0])])
    samples = np.repeat([1.0, 0.0], 40_000)
    told = speakers.told_apart(None, samples, lines, "auto")
    assert [line.speaker for line in told] == ["Speaker 1", "Speaker 2"]
    assert speakers.without_names("Speaker 1: One two.\nSpeaker 12: Three.") == "One two.\nThree."
