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
from pipelines.narrate.parts import hub_voices, mastering, room, timing, waveform
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
    kept = loudness.limit_peaks(sound, rate)
    assert peak(kept) <= loudness.CEILING_DBTP + 0.01
    quiet = sound * 0.01
    assert loudness.limit_peaks(quiet, rate) is quiet
    between = np.sin(2 * np.pi * 6000 * np.arange(2400) / rate + np.pi / 4).astype(
        np.float32
    )  # peaks lie between samples
    assert np.abs(between).max() < 0.71 and peak(between) == pytest.approx(0, abs=0.3)


def line(text: str, start: float = 0.0, speaker: str = "") -> TimedSentence:
    words, now = [], start
    for word in text.split():
        words.append(
            TimedWord(
                word,
                " ",
                word,
                now,
                now + 0.3,
                (TimedPhoneme("ɑ", now, now + 0.2), TimedPhoneme("b", now + 0.2, now + 0.3)),
            )
        )
        now += 0.4
    return TimedSentence(text, speaker, "af_heart", start, now, tuple(words))


@pytest.mark.parametrize("width", [28, 42])
def test_lines_break_where_a_reader_breathes(width):
    stories = Path("training/reader/stories_apart/independent.jsonl").read_text("utf-8").splitlines()
    texts = [told["text"] for story in stories for told in json.loads(story)["lines"]][:300]
    shown = [list(timing.cues([line(text)], width)) for text in texts]
    assert [" ".join(cue[3] for cue in cues).replace("\n", " ") for cues in shown] == texts
    assert all(before[1] <= after[0] for cues in shown for before, after in itertools.pairwise(cues))
    rows = [row for cues in shown for row in "\n".join(cue[3] for cue in cues).split("\n")[:-1]]
    assert len(rows) > 200 and not [row for row in rows if row.split()[-1].lower() in Words("small", "ending no line")]
    pairs = [sorted(map(len, cue[3].split("\n"))) for cues in shown for cue in cues if "\n" in cue[3]]
    assert sum(short > 0.6 * long for short, long in pairs) > 0.85 * len(pairs) and max(map(max, pairs)) <= width
    assert timing.srt([line("x", 3599.9996)]).decode().startswith("1\n01:00:00,000 --> ")
    assert "&lt;b&gt;" in timing.vtt([line("<b>", speaker="Ann")]).decode()


def test_mouths():
    made = timing.visemes([line("one two", 0.5)], 2.0)
    assert made[0] == (0.0, 0.5, "sil") and made[1][2] == "aa" and made[2][2] == "PP" and made[-1][1] == 2.0
    glide = TimedWord("I", "", "I", 0.0, 0.5, (TimedPhoneme("ˈI", 0.0, 0.5),))
    assert [shape for _, _, shape in timing.visemes([TimedSentence("I", "", "", 0, 0.5, (glide,))], 0.5)] == [
        "aa",
        "ih",
    ]


def test_the_picture_shows_who_speaks():
    sound = restless(24_000)
    picture = np.asarray(waveform.draw_waveform(sound, [(0.0, 0), (0.5, 1)])).astype(int)
    ink = np.abs(picture - waveform.INK).sum(axis=2) < 30
    accent = np.abs(picture - waveform.ACCENT).sum(axis=2) < 30
    assert ink[:, :480].any() and not ink[:, 490:].any() and accent[:, 490:].any()


@pytest.mark.slow
def test_a_hub_model_speaks_through_the_same_door(tmp_path, monkeypatch):
    """VITS built tiny from a config: saved, loaded by its card, spoken in sentences, with estimated times that say so."""
    from pipelines.core.models import where
    from pipelines.narrate import speak as module
    from pipelines.narrate.parts import pronounce

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
