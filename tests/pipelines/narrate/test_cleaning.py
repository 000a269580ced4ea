"""Noise taken out of speech: much of it goes, and speech without noise stays what it was."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.core.models import ASSETS, load, where
from pipelines.media import Sound, at_rate, load_sound
from pipelines.narrate.parts import cleaning

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(where(cleaning.DENOISER) is None, reason="DeepFilterNet is not on this machine"),
]


def likeness_db(made, reference):
    """The scale-invariant ratio of signal to distortion."""
    scaled = (made @ reference) / (reference @ reference) * reference
    return 10 * np.log10(np.square(scaled).sum() / np.square(made - scaled).sum())


def test_noise_goes_and_speech_stays():
    sound = load_sound(ASSETS / "examples" / "narrate.mp3")
    speech = at_rate(np.asarray(sound.samples).mean(axis=1)[: 4 * sound.rate_hz], sound.rate_hz, cleaning.RATE_HZ)
    noise = np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32)
    noisy = speech + noise * np.sqrt(np.square(speech).mean() / 10**0.5)
    with load(cleaning.DENOISER) as networks:
        from_noise, from_speech = (
            cleaning.clean_sound(networks, Sound(samples.reshape(-1, 1), cleaning.RATE_HZ), lambda done: None).samples[
                :, 0
            ]
            for samples in (noisy, speech)
        )
    assert len(from_noise) == len(speech)
    assert likeness_db(noisy, speech) < 5.5 and likeness_db(from_noise, speech) > 12
    assert likeness_db(from_speech, speech) > 20


def test_long_recordings_are_cleaned_in_blocks_that_join(monkeypatch):
    sound = load_sound(ASSETS / "examples" / "narrate.mp3")
    speech = at_rate(np.asarray(sound.samples).mean(axis=1)[: 3 * sound.rate_hz], sound.rate_hz, cleaning.RATE_HZ)
    given = Sound(speech.reshape(-1, 1), cleaning.RATE_HZ)
    with load(cleaning.DENOISER) as networks:
        whole = cleaning.clean_sound(networks, given, lambda done: None).samples[:, 0]
        monkeypatch.setattr(cleaning, "_BLOCK_SECONDS", 1)
        monkeypatch.setattr(cleaning, "_EDGE_SECONDS", 1)
        parts = cleaning.clean_sound(networks, given, lambda done: None).samples[:, 0]
    assert len(parts) == len(whole) and likeness_db(parts, whole) > 15
