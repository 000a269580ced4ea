"""Loudness against pyloudnorm, the limiter, subtitles, mouths, the picture, and a hub's model built tiny from a config."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.audio import loudness, mix
from pipelines.core.settings import Refusal
from pipelines.language.lexicon import Words
from pipelines.narrate.parts import hub_voices, mastering, pronounce, room, timing, waveform
from pipelines.narrate.parts.timing import TimedPhoneme, TimedSentence, TimedWord
from tests.studio.engine_film import tiny_voice


def restless(rate_hz: int, seconds: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    loud = np.repeat(rng.uniform(0, 1, 2 * seconds), rate_hz // 2)
    return (rng.normal(0, 0.1, len(loud)) * loud).astype(np.float32)


def peak(samples: np.ndarray) -> float:
    return mix.true_peak_db(samples[:, None])


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
def test_loudness_is_pyloudnorms(rate_hz):
    import pyloudnorm

    sound, meter = restless(rate_hz), loudness.Meter(rate_hz)
    for start in range(0, len(sound), 7777):
        meter.add(sound[start : start + 7777])
    theirs = pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(sound.astype(float))
    assert meter.lufs == pytest.approx(theirs, abs=0.001)


def test_the_limiter_keeps_true_peaks_down_and_lets_the_rest_be():
    rate, sound = 24_000, restless(24_000) * 6
    assert peak(sound) > 3
    assert peak(loudness.limit_peaks(sound, rate)) <= loudness.CEILING_DBTP + 0.01
    quiet = sound * 0.01
    assert loudness.limit_peaks(quiet, rate) is quiet
    between = np.sin(2 * np.pi * 6000 * np.arange(2400) / rate + np.pi / 4).astype(
        np.float32
    )  # peaks lie between samples
    assert np.abs(between).max() < 0.71 and peak(between) == pytest.approx(0, abs=0.3)


def line(text: str, start: float = 0.0, speaker: str = "") -> TimedSentence:
    def word_at(word: str, now: float) -> TimedWord:
        sounds = (TimedPhoneme("ɑ", now, now + 0.2), TimedPhoneme("b", now + 0.2, now + 0.3))
        return TimedWord(word, " ", word, now, now + 0.3, sounds)

    words = tuple(word_at(word, start + 0.4 * place) for place, word in enumerate(text.split()))
    return TimedSentence(text, speaker, "af_heart", start, start + 0.4 * len(words), words)


@pytest.mark.parametrize("width", [28, 42])
def test_lines_break_where_a_reader_breathes(width):
    stories = Path("training/reader/stories_apart/independent.jsonl").read_text("utf-8").splitlines()
    texts = [told["text"] for story in stories for told in json.loads(story)["lines"]][:300]
    shown = [list(timing.cues([line(text)], width)) for text in texts]
    assert [" ".join(cue[3] for cue in cues).replace("\n", " ") for cues in shown] == texts
    assert all(before[1] <= after[0] for cues in shown for before, after in itertools.pairwise(cues))
    cut = ["\n".join(cue[3] for cue in cues).lower().split("\n") for cues in shown]
    ends, begins = ([row.split()[at] for rows in cut for row in (rows[:-1] if at else rows[1:])] for at in (-1, 0))
    assert len(ends) > 200 and not [word for word in ends if word in Words("small", "ending no line")]
    assert sum(word in Words("small", "beginning no line") for word in begins) < 0.03 * len(begins)
    pairs = [sorted(map(len, cue[3].split("\n"))) for cues in shown for cue in cues if "\n" in cue[3]]
    assert sum(short > 0.6 * long for short, long in pairs) > 0.85 * len(pairs) and max(map(max, pairs)) <= width
    written = timing.srt([line("x", 3599.9996)]) + timing.vtt([line("<b>", speaker="Ann")])
    assert written.startswith(b"1\n01:00:00,000 --> ") and b"&lt;b&gt;" in written


def test_mouths():
    made = timing.visemes([line("one two", 0.5)], 2.0)
    assert made[0] == (0.0, 0.5, "sil") and made[1][2] == "aa" and made[2][2] == "PP" and made[-1][1] == 2.0
    glide = TimedSentence("I", "", "", 0, 0.5, (TimedWord("I", "", "I", 0.0, 0.5, (TimedPhoneme("ˈI", 0.0, 0.5),)),))
    assert [shape for _, _, shape in timing.visemes([glide], 0.5)] == ["aa", "ih"]


def test_the_picture_shows_who_speaks():
    picture = np.asarray(waveform.draw_waveform(restless(24_000), [(0.0, 0), (0.5, 1)])).astype(int)
    ink = np.abs(picture - waveform.INK).sum(axis=2) < 30
    accent = np.abs(picture - waveform.ACCENT).sum(axis=2) < 30
    assert ink[:, :480].any() and not ink[:, 490:].any() and accent[:, 490:].any()


@pytest.mark.slow
def test_a_hub_model_speaks_through_the_same_door(tmp_path, monkeypatch):
    """VITS built tiny from a config: saved, loaded by its card, spoken in sentences, with estimated times that say so."""
    from pipelines.core.models import where
    from pipelines.narrate import speak as module

    if where(pronounce.US_GOLD) is None:
        pytest.skip("the dictionaries are not on this machine")
    folder = tiny_voice(tmp_path / "voice")
    for engine, preset in list(hub_voices.CARDS.items()):
        card = dataclasses.replace(preset, name="Tiny", source=f"file:{folder}")
        monkeypatch.setitem(hub_voices.CARDS, engine, card)
    spoken = module.speak(text="Chapter 7 begins. It ends.", engine="mms", seed=3)
    told = json.loads(spoken.files["words.json"])
    assert told["estimated"] and [len(sentence["words"]) for sentence in told["sentences"]] == [3, 2]
    assert spoken.main.rate_hz == 24_000 and np.isfinite(spoken.main.samples).all() and spoken.main.samples.any()
    again = module.speak(text="Chapter 7 begins. It ends.", engine="mms", seed=3)
    assert np.array_equal(spoken.main.samples, again.main.samples)
    german = module.speak(text="Kapitel 7 beginnt. Es endet.", engine="mms-german", seed=3)
    words = [word["text"] for one in json.loads(german.files["words.json"])["sentences"] for word in one["words"]]
    assert words == ["Kapitel", "7", "beginnt.", "Es", "endet."] and german.main.samples.any()
    with pytest.raises(Refusal, match="reads German"):
        module.speak(text="The old man walked to the sea and he was tired.", engine="mms-german")


def test_a_room_is_soft_a_breath_is_softer_than_speech_and_both_lie_where_they_belong():
    rate = 24_000
    takes = [
        mastering.Take(Path("x"), seconds, "", 0.0, pause) for seconds, pause in ((1.0, 0.8), (3.0, 0.8), (1.0, 0))
    ]
    samples = np.zeros(round(6.6 * rate), np.float32)
    room.add(samples, takes, rate, 5)
    again = np.zeros_like(samples)
    room.add(again, takes, rate, 5)
    assert np.array_equal(samples, again)

    def level_db(start, end):
        return 10 * np.log10(np.square(samples[round(start * rate) : round(end * rate)]).mean())

    assert level_db(2.0, 4.6) == pytest.approx(room.TONE_DB, abs=1)  # while somebody speaks too
    assert level_db(5.0, 5.5) == pytest.approx(room.TONE_DB, abs=1.5)  # no breath before a short line
    frames = [level_db(at / 100, at / 100 + 0.05) for at in range(110, 180)]
    assert (
        max(frames) == pytest.approx(room.BREATH_DB, abs=1.5) and level_db(1.0, 1.2) < -60 and level_db(1.76, 1.8) < -60
    )
    assert np.abs(np.diff(samples)).max() < 0.02  # no click
