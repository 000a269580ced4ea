"""The instruments in tune, the mix at its loudness, loops without a seam, the voice given room; models of a hub in miniature."""

import dataclasses

import numpy as np
import pytest

from pipelines.audio import mix
from pipelines.audio.ducking import ducking
from pipelines.compose.parts import hub_music as hub
from pipelines.compose.parts import perform, pieces
from pipelines.compose.parts import underscore as film
from pipelines.compose.parts.soundfont import RATE_HZ, SoundFont
from pipelines.compose.sample import sample
from pipelines.core.models import ASSETS
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from tests.pipelines.compose import tiny
from tests.pipelines.compose.test_music import piece

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sounds() -> SoundFont:
    return SoundFont(ASSETS / "sounds" / "studio.sf3")


@pytest.mark.parametrize("program", [0, 10, 24, 42, 48, 73])
def test_instruments_are_in_tune(sounds, program):
    for key in (60, 67):
        sound = sounds.note(program, key, 80, 1.2).mean(1)[9600:57600]
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
        hz = np.fft.rfftfreq(1 << 18, 1 / RATE_HZ)
        wanted = 440 * 2 ** ((key - 69) / 12)
        best = max(
            (abs(1200 * np.log2(hz[near][spectrum[near].argmax()] / (k * wanted))), -spectrum[near].max())
            for k in (1, 2)
            for near in [(hz > k * wanted * 0.955) & (hz < k * wanted * 1.047)]
            if spectrum[near].max() > 0.15 * spectrum.max()
        )
        assert best[0] < 20, (program, key, best)


def test_notes_start_at_once_and_die_away(sounds):
    for program in (0, 48, 73, 45):
        sound = sounds.note(program, 67, 90, 0.5)
        assert np.abs(sound[-200:]).max() < 0.01 * np.abs(sound).max()
        assert np.isfinite(sound).all() and np.abs(sound[: RATE_HZ // 4]).max() > 0.02


def test_loudness_is_as_the_standard_says():
    t = np.arange(5 * RATE_HZ) / RATE_HZ
    tone = np.stack([10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * t)] * 2, 1)
    assert abs(mix.loudness(tone) + 23.0) < 0.1  # EBU Tech 3341, case 1
    quarter = np.sin(2 * np.pi * RATE_HZ / 4 * np.arange(RATE_HZ) / RATE_HZ + np.pi / 4)[:, None].repeat(2, 1) * 0.5
    assert abs(mix.true_peak_db(quarter) + 6.0) < 0.3  # between samples it is higher than any sample
    assert 20 * np.log10(np.abs(quarter).max()) < -8.9


@pytest.mark.parametrize("loop", [False, True])
def test_a_piece_is_exact_loud_and_clean(loop):
    music, _wish = piece(seconds=8.0, loop=loop)
    music.ticks_s = music.ticks_s * (8.0 if loop else 7.0) / music.ticks_s[-1]
    count = 8 * RATE_HZ - 17
    played = perform.render(music, count, seed=3, loop=loop, fade_s=0.35)
    again = perform.render(music, count, seed=3, loop=loop, fade_s=0.35)
    assert played.mix.shape == (count, 2) and played.mix.tobytes() == again.mix.tobytes()
    assert abs(mix.loudness(played.mix) + 16) < 1 and mix.true_peak_db(played.mix) <= -1
    if loop:
        steps = np.abs(np.diff(np.concatenate([played.mix[-4800:], played.mix[:4800]]), axis=0)).max(1)
        assert steps[4790:4810].max() <= np.percentile(np.abs(np.diff(played.mix, axis=0)), 99.9) * 2
    else:
        assert np.abs(played.mix[-10:]).max() < 1e-3
    assert set(played.stems) == {p.key for p in music.parts}


def test_the_voice_gets_room():
    voice = np.zeros((16000 * 6, 1), np.float32)
    voice[32000:64000, 0] = np.random.default_rng(0).normal(0, 0.1, 32000)
    gain = ducking(Sound(voice, 16000), 6 * RATE_HZ, 9.0)
    assert gain.shape == (6 * RATE_HZ,) and abs(gain[3 * RATE_HZ] - 10 ** (-9 / 20)) < 0.01
    assert gain[RATE_HZ] > 0.99 and gain[-100] > 0.99 and np.abs(np.diff(gain)).max() < 1e-3
    assert (ducking(None, 100, 9.0) == 1).all()


def test_hits_are_met_by_a_beat():
    music, _ = piece(seconds=20.0)
    met = film.meet(music, [3.3, 11.0])
    assert [off for _, off in met] == [0.0, 0.0]
    for hit, _ in met:
        assert np.abs(music.ticks_s - hit).min() < 1e-6
    assert (np.diff(music.ticks_s) > 0).all()


def test_sections_and_hits_as_people_write_them():
    assert film.read_sections("0 calm\n1:02.5 tense", "calm")[1] == film.Section(62.5, "tense")
    assert film.read_hits("4.2, 18", 30) == [4.2, 18.0]
    for bad in ("calm at 3", "now tense"):
        with pytest.raises(pieces.Refusal):
            film.read_sections(bad, "calm")
    with pytest.raises(pieces.Refusal, match="99"):
        film.read_hits("99", 30)


def test_codes_of_a_tiny_musicgen(tmp_path):
    card = dataclasses.replace(hub.MUSICGEN, source=f"file:{tiny.musicgen(tmp_path)}")
    seen = []

    def report(progress):
        seen.append(progress)
        if len(seen) == 30:
            assert progress.preview().size[0] == 1200

    heard = hub.musicgen("calm piano music", 1.0, 3, guidance=3.0, card=card, report=report)
    assert heard.codes.shape == (4, 50) and heard.codes.min() >= 0 and heard.codes.max() < 64
    assert len(heard.samples) >= heard.rate_hz and heard.codes.std() > 5
    assert (hub.musicgen("calm piano music", 1.0, 3, guidance=3.0, card=card).codes == heard.codes).all()

    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        hub.musicgen("calm", 1.0, 3, guidance=3.0, card=card, report=stop)


def test_latents_of_a_tiny_stable_audio(tmp_path):
    card = dataclasses.replace(hub.STABLE_AUDIO, source=f"file:{tiny.stable_audio(tmp_path)}")
    heard = hub.stable_audio("calm piano", 1.0, 3, guidance=3.0, steps=3, card=card)
    assert heard.samples.shape == (4, 2) and heard.codes.shape == (3, 4)


def test_a_tiny_ace_step_writes_and_sings(tmp_path):
    card = dataclasses.replace(hub.ACE_STEP, source=f"file:{tiny.ace_step(tmp_path)}")
    asked = {"guidance": 1.0, "steps": 3, "card": card}
    heard = []

    def report(progress):
        heard.append(progress.label)

    plain = hub.ace_step("calm piano", 2.0, 3, "", **asked, report=report)
    assert heard == ["Denoising"] * 3 and plain.rate_hz == 480 and plain.samples.shape[1] == 2
    assert abs(len(plain.samples) / 480 - 2.0) < 0.3 and np.isfinite(plain.samples).all()
    again = hub.ace_step("calm piano", 2.0, 3, "", **asked)
    assert (plain.samples == again.samples).all()
    sung = hub.ace_step("calm piano", 2.0, 3, "[verse] in piano mood", **asked)
    assert np.abs(sung.samples - plain.samples).max() > 0


def test_only_ace_step_sings():
    with pytest.raises(Refusal, match="Only ACE-Step sings"):
        sample(model="musicgen", lyrics="la la")
