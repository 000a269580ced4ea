"""Room tone and breaths between lines, made of filtered noise: a voice that stands in a room, and not in digital silence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.narrate.parts.mastering import Take

if TYPE_CHECKING:
    import numpy as np

TONE_DB = -64.0  # of full scale, as its effective value: audiobooks ask for less than -60
BREATH_DB = -44.0  # where a breath is loudest: 28 dB under speech at -16 LUFS
LEAST_PAUSE_SECONDS, LEAST_LINE_SECONDS = 0.3, 2.0  # a breath is taken in a pause, before a line that needs one
_TONE_HZ, _BREATH_HZ = (
    (90, 2200),
    ((450, 1300), (1900, 3400), (4200, 6000)),
)  # a room's hum; where air sounds in a mouth
_BREATH_SECONDS, _BEFORE_SECONDS = (0.24, 0.42), 0.05


def add(samples: np.ndarray, takes: Sequence[Take], rate_hz: int, seed: int) -> None:
    """Adds both to samples [n], in place and a second at a time; the same takes and seed give the same."""
    import numpy as np

    rng = np.random.default_rng([seed, 0x0A12])
    period = _band_noise(rng.standard_normal(7 * rate_hz), _TONE_HZ, rate_hz)
    period *= 10 ** (TONE_DB / 20) / np.sqrt(np.square(period).mean())
    for start in range(0, len(samples), len(period)):  # a period is whole in its spectrum, so it joins itself
        part = samples[start : start + len(period)]
        part += period[: len(part)].astype(np.float32)
    now = 0
    for take, follows in pairwise(takes):
        now += round(take.seconds * rate_hz) + round(take.pause_seconds * rate_hz)
        if take.pause_seconds >= LEAST_PAUSE_SECONDS and follows.seconds >= LEAST_LINE_SECONDS:
            length = min(rng.uniform(*_BREATH_SECONDS), take.pause_seconds - 2 * _BEFORE_SECONDS)
            air, end = breath(round(length * rate_hz), rate_hz, rng), now - round(_BEFORE_SECONDS * rate_hz)
            samples[end - len(air) : end] += air


def breath(count: int, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """An intake of air as samples [count] float32: noise in three bands, swelling slowly and ending fast."""
    import numpy as np

    noise = rng.standard_normal(count)
    air = sum(_band_noise(noise, band, rate_hz) / (1 + number) for number, band in enumerate(_BREATH_HZ))
    place = np.linspace(0, 1, count)
    air = air * np.sin(np.pi * place**1.6) ** 2
    size = max(1, rate_hz // 20)
    loudest = np.convolve(np.square(air), np.full(size, 1 / size), "same").max()
    return (air * 10 ** (BREATH_DB / 20) / np.sqrt(loudest)).astype(np.float32)


def _band_noise(noise: np.ndarray, band_hz: tuple[int, int], rate_hz: int) -> np.ndarray:
    """Noise between two frequencies with soft edges, falling by 3 dB an octave."""
    import numpy as np

    spectrum, hertz = np.fft.rfft(noise), np.fft.rfftfreq(len(noise), 1 / rate_hz)
    low, high = band_hz
    edges = 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 4)
    return np.fft.irfft(spectrum * edges / np.sqrt(np.maximum(hertz, low)), len(noise))
