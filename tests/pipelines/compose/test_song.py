"""The pipelines with their trained weights: what is written keeps to the grammar, what is heard to the seconds."""

import json

import numpy as np
import pytest

from pipelines.audio import mix
from pipelines.compose.fit import fit
from pipelines.compose.parts import midi_phrase as reading
from pipelines.compose.parts import pieces, rules, sampler
from pipelines.compose.song import song
from pipelines.compose.vary import in_range, infill_bars, read_bars, vary, vary_bars
from pipelines.core.models import load, open_weights, where
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import Score, Sound
from pipelines.nets import music_tokens as mt
from pipelines.nets.music import MusicTransformer, Shape

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def calm():
    return song(mood="calm", seconds=9.5, seed=1)


def test_calm_piano_to_the_sample(calm):
    assert calm.main.samples.shape == (round(9.5 * 48000), 2) and calm.main.rate_hz == 48000
    assert abs(mix.loudness(calm.main.samples) + 16) < 1 and mix.true_peak_db(calm.main.samples) <= -1
    assert {"song.mid", "song.musicxml", "score.json", "stems/right.flac", "stems/left.flac"} <= set(calm.files)
    assert calm.poster.size == (1280, 720)
    said = json.loads(calm.files["score.json"])
    assert said["seconds"] == 9.5 and said["mood"] == "calm" and len(said["bars"]) >= 2
    for part in said["parts"]:
        assert all(0 <= t <= 9.5 and d > 0 for t, d, _, _ in part["notes"])
    quarter = np.array_split(np.abs(calm.main.samples).max(1), 8)
    assert all(q.max() > 0.01 for q in quarter[:-1])


def test_the_same_seed_gives_the_same_bytes(calm):
    again = song(mood="calm", seconds=9.5, seed=1)
    assert again.main.samples.tobytes() == calm.main.samples.tobytes() and again.files == calm.files


@pytest.mark.parametrize(
    ("mood", "metre", "seconds"),
    [
        ("playful", "6/8", 17),
        ("tense", "4/4", 12),
        ("melancholy", "3/4", 24),
        ("triumphant", "2/4", 11),
        ("playful", "9/8", 14),
    ],
)
def test_bars_are_full_in_range_and_end_at_home(mood, metre, seconds):
    wish = pieces.settle(pieces.PieceRequest(mood=mood, metre=metre, seconds=seconds, seed=4, candidates=3))
    music = pieces.write(wish)
    shape, _ = pieces.frame(wish)
    limits = pieces.limits_of(wish, shape, pieces.shift_of(wish))
    assert len(music.bars) == shape.written
    for bar in music.bars:
        assert sum(n for _, n in bar.voices[0]) == music.bar_ticks
        assert all(limits.low <= mt.pitch_of(t) <= limits.high for t, _ in bar.voices[0] if t >= mt.PITCH)
    assert mt.pitch_of(music.bars[-1].voices[0][0][0]) % 12 == 0
    chords = rules.chords_at(music.bars)
    assert mt.chord_of(chords[-1][0])[0] == 0 and mt.chord_of(chords[-2][-1])[0] in (7, 10)


def test_no_four_bars_are_those_of_a_training_piece():
    music = pieces.write(pieces.settle(pieces.PieceRequest(mood="playful", seconds=40, seed=9)))
    with load(sampler.CARD) as composer:
        assert len(composer.known) > 10_000
        assert not any(composer.is_known(h) for h in rules.phrases([b.voices[0] for b in music.bars]))


def test_the_network_reads_step_by_step_as_the_trained_one_at_once():
    import torch

    trained = open_weights(where(sampler.CARD), lambda shape: MusicTransformer(Shape(**shape)))
    with load(sampler.CARD) as composer:
        bars = pieces.write(pieces.settle(pieces.PieceRequest(seconds=12, candidates=1))).bars
        tokens, features = mt.encode(mt.Plan((len(bars),)), bars)
        before, given = np.concatenate([[mt.START], tokens[:-1]])[None], features[None].astype(int)
        whole = trained(torch.from_numpy(before).long(), torch.from_numpy(given)).numpy()
        past, steps = (), []
        for i in range(before.shape[1]):
            logits, past = composer.predict(before[:, i : i + 1], given[:, i : i + 1], past)
            steps.append(logits)
        there = np.isfinite(whole)
        np.testing.assert_allclose(np.concatenate(steps, 1)[there], whole[there], atol=1e-3)
        assert composer.shape == trained.shape.as_dict()
        shallow = sampler.Composer(composer.weights, {"layers": 3, "heads": 4}, composer.known)
        assert len(shallow.predict(before, given)[1]) == 3


def test_going_on_keeps_the_beginning_and_the_key(calm):
    made = vary(Score(calm.files["song.mid"]), do="continue", mood="calm", bars="2", seconds=16, seed=2)
    assert made.main.samples.shape == (16 * 48000, 2)
    before, after = (json.loads(r.files["score.json"]) for r in (calm, made))
    assert after["key"] == before["key"]
    with pytest.raises(Refusal, match="how many bars are kept"):
        vary(Score(calm.files["song.mid"]), do="continue", bars="99")
    with pytest.raises(Refusal, match="more seconds"):
        vary(Score(calm.files["song.mid"]), do="continue", bars="16", seconds=3)


def test_a_variation_keeps_chords_and_changes_the_tune(calm):

    phrase = reading.read_phrase(Score(calm.files["song.mid"]))
    wish = pieces.settle(
        pieces.lasting(
            pieces.PieceRequest("calm", "auto", phrase.key, phrase.metre, phrase.tempo, 3, seed=5), len(phrase.bars)
        )
    )
    theme = in_range(phrase, wish)
    other = vary_bars(theme, wish, 1.0)
    assert rules.chords_at(other) == rules.chords_at(theme) and [b.voices for b in other] != [b.voices for b in theme]
    assert [b.voices for b in vary_bars(theme, wish, 0.0)] == [b.voices for b in theme]
    assert len(vary(Score(calm.files["song.mid"]), seed=5).main.samples) > 48000


def test_music_fits_sections_hits_and_voice():
    voice = np.zeros((24000 * 9, 1), np.float32)
    voice[24000 * 2 : 24000 * 4, 0] = np.random.default_rng(0).normal(0, 0.1, 48000)
    fitted = fit(None, Sound(voice, 24000), sections="0 calm; 4.5 triumphant", hits="3.1", ensemble="piano", seed=2)
    assert fitted.main.samples.shape == (9 * 48000, 2)
    said = json.loads(fitted.files["score.json"])
    assert [s["mood"] for s in said["sections"]] == ["calm", "triumphant"] and said["hits"][0]["off"] < 0.02
    plain = fit(None, None, sections="0 calm; 4.5 triumphant", hits="3.1", ensemble="piano", seconds=9, seed=2)
    ratio = (
        np.abs(fitted.main.samples[3 * 48000 : 4 * 48000]).max()
        / np.abs(plain.main.samples[3 * 48000 : 4 * 48000]).max()
    )
    assert abs(20 * np.log10(ratio) + 12) < 0.5
    with pytest.raises(Refusal, match="shorter"):
        fit(None, None, sections="0 calm; 1 tense", seconds=9)


def test_it_reports_often_and_stops_at_the_next_report():
    heard = []

    def report(progress):
        heard.append(progress.fraction)
        if len(heard) == 60:
            raise Cancelled

    with pytest.raises(Cancelled):
        song(mood="tense", seconds=10, seed=1, report=report)
    assert len(heard) == 60 and heard[-1] < 0.2  # sixty chances to stop before a fifth is done


def test_named_bars_are_written_anew_and_the_others_stay(calm):

    found = reading.read_phrase(Score(calm.files["song.mid"]))
    asked = pieces.PieceRequest("calm", "auto", found.key, found.metre, found.tempo, 3, seed=5)
    wish = pieces.settle(pieces.lasting(asked, len(found.bars)))
    theme = in_range(found, wish)
    made = infill_bars(theme, wish, read_bars("2", len(theme)))
    assert rules.chords_at(made) == rules.chords_at(theme) and made[1].voices != theme[1].voices
    assert made[0].voices == theme[0].voices and [b.voices for b in made[3:]] == [b.voices for b in theme[3:]]
    assert read_bars("3 – 4, 1", 8) == [(0, 1), (2, 4)] and read_bars("", 8) == []
    for text in ("0", "9", "4-2", "x", "1-8"):
        with pytest.raises(Refusal):
            read_bars(text, 8)
