"""How something is said: the melody, the pace and the loudness follow the style of a line and of a word, and plain speech stays as it was."""

from __future__ import annotations

import json
from unittest.mock import patch

import numpy as np
import pytest

from pipelines.core.models import where
from pipelines.narrate.parts import kokoro, script
from pipelines.narrate.speak import speak

LINE = "We walked along the river at night."


def test_words_can_have_a_style_of_their_own():
    [sentence] = script.parse("It was {very quiet|sadly} and {Hugo|ˈhjuːɡoʊ} knew it.").sentences
    assert [
        (piece.text, piece.style, piece.phonemes) for piece in sentence.pieces if piece.style or piece.phonemes
    ] == [("very quiet", "sadly", ""), ("Hugo", "", "ˈhjuːɡoʊ")]


def pitch_hz(samples, rate_hz):
    """The median pitch of the voiced frames of 40 ms, by autocorrelation."""
    size, pitches = round(0.04 * rate_hz), []
    for at in range(0, len(samples) - size, size // 4):
        frame = samples[at : at + size] * np.hanning(size)
        alike = np.fft.irfft(np.abs(np.fft.rfft(frame, 4 * size)) ** 2)[: rate_hz // 60]
        if alike[0] < 1e-6:
            continue
        lag = rate_hz // 400 + int(np.argmax(alike[rate_hz // 400 :]))
        if alike[lag] > 0.5 * alike[0]:
            pitches.append(rate_hz / lag)
    return (float(np.median(pitches)), len(pitches)) if pitches else (0.0, 0)


@pytest.fixture(scope="module")
def plain():
    return spoken()


def spoken(text=LINE, **settings):
    with patch("pipelines.narrate.speak.VARIATION", 0.0):
        made = speak(text=text, seed=1, **settings)
    words = [word for line in json.loads(made.files["words.json"])["sentences"] for word in line["words"]]
    return made.main.samples[:, 0], made.main.rate_hz, words


@pytest.mark.weights
@pytest.mark.skipif(where(kokoro.KOKORO) is None, reason="Kokoro is not on this machine")
def test_an_emphasised_word_is_higher_louder_and_longer_than_the_same_word_without(plain):
    samples, rate, words = plain
    stressed, _, marked = spoken(LINE.replace("river", "*river*"))
    [before] = [word for word in words if word["text"] == "river"]
    [after] = [word for word in marked if word["text"] == "river"]

    def cut_word(sound, word):
        return sound[round(word["start"] * rate) : round(word["end"] * rate)]

    def loudness_db(sound, word):
        return 10 * np.log10(np.square(cut_word(sound, word)).mean() / np.square(sound).mean())

    assert after["end"] - after["start"] > 1.1 * (before["end"] - before["start"])
    assert pitch_hz(cut_word(stressed, after), rate)[0] > 1.06 * pitch_hz(cut_word(samples, before), rate)[0]
    assert loudness_db(stressed, after) > loudness_db(samples, before) + 1.0


@pytest.mark.weights
@pytest.mark.skipif(where(kokoro.KOKORO) is None, reason="Kokoro is not on this machine")
def test_feelings_change_pitch_and_pace_and_a_whisper_has_no_pitch(plain):
    samples, rate, _ = plain
    usual, voiced = pitch_hz(samples, rate)
    excited, whisper = (spoken(feeling=name)[0] for name in ("excitedly", "whispering"))
    assert pitch_hz(excited, rate)[0] > 1.08 * usual and len(excited) < len(samples)
    assert pitch_hz(whisper, rate)[1] / len(whisper) < 0.5 * voiced / len(samples)
