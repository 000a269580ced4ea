"""Pulse within 3 beats where one is injected, none where nothing lives; blinks."""

import numpy as np
import pytest

from pipelines.lab.parts import film_signs, pulse

pytestmark = pytest.mark.slow

ABSORBED = np.array([0.33, 0.77, 0.53])  # of a pulse by red, green and blue light (Wang et al. 2017)


def skin(bpm, seconds=12.0, rate_hz=30.0, amplitude=0.004, noise=0.35, seed=0):
    """Mean colours of three regions under a lamp that wavers, with a pulse of a fraction of `amplitude` and camera noise in grey levels."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    beat = np.sin(2 * np.pi * bpm / 60 * t) + 0.3 * np.sin(4 * np.pi * bpm / 60 * t + 0.5)
    lamp = 1 + 0.01 * np.sin(2 * np.pi * 0.23 * t + 1) + 0.003 * rng.normal(size=len(t)).cumsum() / np.sqrt(len(t))
    nod = 1 + 0.006 * np.sin(2 * np.pi * 0.4 * t)
    base = np.array([178.0, 132.0, 110.0])
    clean = base * (1 + amplitude * beat[:, None] * ABSORBED) * (lamp * nod)[:, None]
    return {name: clean + rng.normal(0, noise, clean.shape) for name in ("forehead", "left cheek", "right cheek")}


@pytest.mark.parametrize("rate_hz", [25.0])
@pytest.mark.parametrize("bpm", [52, 88, 140])
def test_an_injected_pulse_is_found_within_three_beats(bpm, rate_hz):
    found = pulse.measure(skin(bpm, rate_hz=rate_hz, seed=bpm), rate_hz)
    assert found.bpm is not None, found.reason
    assert abs(found.bpm - bpm) < 3


def test_no_pulse_in_noise_stills_and_what_is_too_short():
    nothing = [pulse.measure(skin(70, amplitude=0.0, seed=seed), 30.0).bpm for seed in range(40)]
    assert sum(bpm is not None for bpm in nothing) <= 1
    still = {name: np.full((400, 3), 120.0) for name in ("forehead", "left cheek", "right cheek")}
    assert "does not change colour" in pulse.measure(still, 30.0).reason
    assert "seconds" in pulse.measure(skin(70, seconds=3), 30.0).reason
    assert "too few" in pulse.measure(skin(70, rate_hz=8.0), 8.0).reason


def test_a_flickering_lamp_is_no_pulse():
    """Light that flickers alike in red, green and blue is what POS and CHROM project away."""
    t = np.arange(360) / 30
    rng = np.random.default_rng(1)
    base = np.array([178.0, 132.0, 110.0]) * (1 + 0.02 * np.sin(2 * np.pi * 1.5 * t))[:, None]
    lamp = {name: base + rng.normal(0, 0.35, base.shape) for name in ("forehead", "left cheek", "right cheek")}
    assert pulse.measure(lamp, 30.0).bpm is None


def test_blinks_are_counted_and_their_shape_is_read():
    rate = 30.0
    eyes = np.full(600, 0.3) + np.random.default_rng(0).normal(0, 0.004, 600)
    for at in (60, 210, 400):
        eyes[at : at + 3] *= [0.6, 0.25, 0.2]  # closes in three frames
        eyes[at + 3 : at + 8] *= [0.35, 0.5, 0.66, 0.8, 0.9]  # opens in five
    found = film_signs.blinks(eyes, rate)
    assert len(found) == 3
    assert all(b.opening_seconds > b.closing_seconds for b in found)
    assert film_signs.blinks(np.full(300, 0.3), rate) == []
    long_closed = np.full(300, 0.3)
    long_closed[100:150] = 0.05
    assert film_signs.blinks(long_closed, rate) == []
