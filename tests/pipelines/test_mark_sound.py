"""The mark of sounds: read back after what happens to sounds, not read where there is none, hardly there to the ear."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pytest

from pipelines.watermark import sound as mark_sound
from pipelines.watermark.sound import embed, read_mark

PAYLOAD, RATE = 0xC0FFEE42, 24_000


def voice_like(seconds: float, rate_hz: int = RATE, seed: int = 0) -> np.ndarray:
    """Syllables of a buzzing, gliding tone through moving resonances, hisses and silences: what speech is to a spectrum."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    pieces = []
    while sum(map(len, pieces)) < seconds * rate_hz:
        n = int(rng.uniform(0.2, 0.5) * rate_hz)
        pitch = np.linspace(*rng.uniform(90, 240, 2), n)
        source = (np.cumsum(pitch) / rate_hz % 1 < 0.08) - 0.08 + rng.normal(0, 0.02, n)
        if rng.random() < 0.3:
            source = rng.normal(0, 0.25, n)
        for centre in rng.uniform((300, 900, 2200, 3500), (800, 2000, 3200, 5500)):
            pole = 0.97 * np.exp(2j * np.pi * centre / rate_hz)
            source = lfilter([0.3], [1, -2 * pole.real, abs(pole) ** 2], source) + 0.3 * source
        pieces += [source * np.hanning(n) * rng.uniform(0.3, 1), np.zeros(int(rng.uniform(0, 0.06) * rate_hz))]
    sound = np.concatenate(pieces)[: int(seconds * rate_hz)]
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


@lru_cache(maxsize=2)
def mark_noise(seconds: float = 13.0) -> np.ndarray:
    return embed(voice_like(seconds), RATE, PAYLOAD)


def through(codec: str, container: str, bits: int, samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """The samples after a lossy codec."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz)
        stream.codec_context.bit_rate, stream.codec_context.layout = bits, "mono"
        for start in range(0, len(samples), rate_hz):
            frame = av.AudioFrame.from_ndarray(
                samples[None, start : start + rate_hz].copy(), format="fltp", layout="mono"
            )
            frame.rate, frame.pts = rate_hz, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as container_in:
        return np.concatenate([frame.to_ndarray()[0] for frame in container_in.decode(audio=0)])


def resample(samples: np.ndarray, up: int, down: int) -> np.ndarray:
    from scipy.signal import resample_poly

    return resample_poly(samples, up, down)


WAYS = {
    "as it is": lambda x: (x, RATE),
    "16 bits": lambda x: (np.round(x * 32767) / 32767, RATE),
    "MP3 128 kbit/s": lambda x: (through("libmp3lame", "mp3", 128_000, x, RATE), RATE),
    "AAC 96 kbit/s": lambda x: (through("aac", "adts", 96_000, x, RATE), RATE),
    "16 kHz": lambda x: (resample(x, 2, 3), 16_000),
    "44.1 kHz": lambda x: (resample(x, 147, 80), 44_100),
    "48 kHz": lambda x: (resample(x, 2, 1), 48_000),
    "a fifth as loud": lambda x: (0.2 * x, RATE),
    "the start cut off": lambda x: (x[18_765:], RATE),
    "another voice at -12 dB": lambda x: (x + 0.25 * voice_like(13.0, seed=5)[: len(x)], RATE),
    "two channels": lambda x: (np.stack([x, 0.5 * x], axis=1), RATE),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_survives(way):
    found = read_mark(*WAYS[way](mark_noise()))
    assert found is not None and found.payload == PAYLOAD


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_other_rates_are_marked_too(rate_hz):
    found = read_mark(embed(voice_like(7.0, rate_hz), rate_hz, 7), rate_hz)
    assert found is not None and found.payload == 7


def test_nothing_is_read_where_nothing_is():
    rng = np.random.default_rng(1)
    for sound in (
        voice_like(9.0, seed=3),
        rng.normal(0, 0.1, 6 * RATE),
        np.sin(np.arange(6 * RATE) * 0.1),
        np.zeros(6 * RATE),
    ):
        assert read_mark(sound.astype(np.float32), RATE) is None
    assert read_mark(mark_noise()[: RATE // 2], RATE) is None  # too short to tell


def test_it_is_small_everywhere_and_silence_stays_silent():
    sound = voice_like(9.0)
    sound[3 * RATE : 4 * RATE] = 0
    error = embed(sound, RATE, PAYLOAD) - sound
    assert not np.abs(error[3 * RATE + 2000 : 4 * RATE - 2000]).any()
    frames = np.square(sound[: len(sound) // 480 * 480].reshape(-1, 480)).mean(axis=1)
    errors = np.square(error[: len(sound) // 480 * 480].reshape(-1, 480)).mean(axis=1)
    loud = frames > 1e-5
    assert np.mean(10 * np.log10(frames[loud] / errors[loud])) > 15


def test_same_input_same_samples_and_shapes_are_kept():
    sound = np.stack([voice_like(2.0), voice_like(2.0, seed=9)], axis=1)
    first, second = embed(sound, RATE, 1), embed(sound, RATE, 1)
    assert np.array_equal(first, second) and first.shape == sound.shape and first.dtype == np.float32
    with pytest.raises(ValueError, match="32 bits"):
        embed(sound, RATE, 1 << 32)
    assert mark_sound.embed(np.zeros(10, np.float32), RATE, 1).shape == (10,)
