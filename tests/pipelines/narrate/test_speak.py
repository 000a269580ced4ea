"""Speech as a visitor gets it: not silent, clipped or cut; as loud as the norm says; every word in its place; heard while it is made."""

from __future__ import annotations

import json
import wave
from itertools import pairwise

import numpy as np
import pytest

from pipelines.audio import mix
from pipelines.core.models import MissingModel, where
from pipelines.core.progress import Cancelled, working_in
from pipelines.narrate.parts import kokoro
from pipelines.narrate.parts import synthesis as reading
from pipelines.narrate.speak import speak

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(where(kokoro.KOKORO) is None, reason="Kokoro is not on this machine"),
]
TEXT = "Anna: Good *morning*, Ben! [pause 0.8s]\nBen (softly): It's 9:30. Tea?"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    place = tmp_path_factory.mktemp("job")
    reports = []
    with working_in(place):
        result = speak(text=TEXT, seed=1, report=reports.append)
    return result, place, reports


def words_of(result):
    return json.loads(result.files["words.json"])


def test_not_silent_clipped_or_cut(spoken):
    result, _, _ = spoken
    samples, rate = result.main.samples[:, 0], result.main.rate_hz
    assert rate == 24_000 and samples.dtype == np.float32 and 3 < result.main.seconds < 12
    assert mix.true_peak_db(samples[:, None]) < -1.0 and np.abs(samples).max() > 0.1
    edge = round(0.01 * rate)
    assert np.abs(samples[: edge // 4]).max() < 0.01 and np.abs(samples[-edge // 4 :]).max() < 0.01
    spectrum = np.square(
        np.abs(np.fft.rfft(np.lib.stride_tricks.sliding_window_view(samples, 512)[::256] * np.hanning(512)))
    )
    bands = spectrum.mean(axis=0)
    speech, rumble = bands[4:86].sum(), bands[:2].sum()  # 190 to 4000 Hz, and below 50
    assert speech > 0.7 * bands.sum() and rumble < 0.02 * bands.sum()


def test_no_click_where_sentences_join(spoken):
    result, _, _ = spoken
    samples, rate = result.main.samples[:, 0], result.main.rate_hz
    for sentence in words_of(result)["sentences"]:
        for edge in ("start", "end"):
            at = round(sentence[edge] * rate)
            around = samples[max(0, at - 12) : at + 12]
            assert np.abs(np.diff(around)).max(initial=0) < 0.005


def test_as_loud_as_the_norm_says(spoken):
    import pyloudnorm

    result, _, _ = spoken
    meter = pyloudnorm.Meter(result.main.rate_hz, filter_class="DeMan")
    assert meter.integrated_loudness(result.main.samples[:, 0].astype(float)) == pytest.approx(-16, abs=0.1)


def test_words_are_where_they_are_heard(spoken):
    result, _, _ = spoken
    words_json = words_of(result)
    samples, rate = result.main.samples[:, 0], result.main.rate_hz
    words = [word for sentence in words_json["sentences"] for word in sentence["words"]]
    assert [word["text"] for word in words] == ["Good", "morning,", "Ben!", "It's", "9:30.", "Tea?"]
    assert words[4]["said"] == "nine thirty"
    times = [edge for word in words for edge in (word["start"], word["end"])]
    assert times == sorted(times) and times[-1] <= words_json["seconds"] + 1e-3
    for word in words:
        inside = samples[round(word["start"] * rate) : round(word["end"] * rate)]
        assert np.sqrt(np.square(inside).mean()) > 0.01, word["text"]
    first, second = words_json["sentences"][:2]
    assert second["start"] - first["end"] == pytest.approx(0.8, abs=0.001)
    pause = samples[round(first["end"] * rate) + 1 : round(second["start"] * rate) - 1]
    assert not pause.any()


def test_sentences_can_be_heard_while_the_rest_is_made(spoken):
    result, place, reports = spoken
    files = sorted(path.name for path in (place / "heard").iterdir())
    assert files == [f"{number:04d}.{ending}" for number in (1, 2, 3) for ending in ("json", "wav")]
    told = words_of(result)["sentences"]
    with wave.open(str(place / "heard" / "0001.wav")) as first:
        heard = np.frombuffer(first.readframes(first.getnframes()), "<i2") / 32767
        assert first.getnframes() / 24_000 == pytest.approx(told[1]["start"], abs=0.001)  # with its pause
    final = result.main.samples[: len(heard), 0]
    level = 20 * np.log10(np.sqrt(np.square(heard).mean()) / np.sqrt(np.square(final).mean()))
    assert abs(level) < 1.5
    assert reports[0].fraction < 0.1 and reports[-1].fraction > 0.95
    assert all(before.fraction <= after.fraction for before, after in pairwise(reports))


def test_what_was_spoken_is_not_spoken_again_and_comes_out_the_same(spoken, monkeypatch):
    result, place, _ = spoken

    def never(*_):
        raise AssertionError("spoken again")

    monkeypatch.setattr(reading.kokoro, "utter", never)
    with working_in(place):
        again = speak(text=TEXT, seed=1)
    assert np.array_equal(again.main.samples, result.main.samples) and again.files == result.files


def test_cancel_acts_in_the_middle_of_a_sentence(tmp_path):
    heard: list[str] = []

    def report(progress):
        if "sentence 1" in progress.label:
            heard.append(progress.label)
            if len(heard) > 1:  # a report out of the running network
                raise Cancelled

    long = "Seven quiet elephants wandered through the marketplace, and " * 4 + "nobody saw them."
    with working_in(tmp_path), pytest.raises(Cancelled):
        speak(text=long, report=report)
    assert not list((tmp_path / "sentences").glob("*.npz"))


def test_settings_are_heard():
    plain = speak(text="We waited.").main
    assert speak(text="We waited.", speed=1.5).main.seconds < 0.85 * plain.seconds
    mixed = speak(text="Anna: We waited.", cast="Anna = 0.5*Heart + 0.5*George", rate="48000").main
    assert mixed.rate_hz == 48_000 and mixed.seconds == pytest.approx(plain.seconds, rel=0.2)
    length = min(len(plain.samples), len(mixed.samples) // 2)
    assert np.corrcoef(plain.samples[:length, 0], mixed.samples[: 2 * length : 2, 0])[0, 1] < 0.9


def test_the_hub_s_model_is_missing_with_its_licence():
    with pytest.raises(MissingModel, match="CC-BY-NC"):
        speak(text="We waited.", engine="mms")
