"""What can be measured on a voice: bandwidth, how noise fills the gaps between harmonics, how silent the pauses are, how regular the source is.

Sounds are mono float64 at RATE_HZ; measurements are means over stretches, so length says nothing.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound

RATE_HZ = 16000
FRAME, STEP = 512, 160
BANDS = 20
NAMES = (
    *(f"band_{i:02d}" for i in range(BANDS)),
    *(f"flux_{i:02d}" for i in range(BANDS)),
    "edge_khz", "floor_db", "pause_flatness", "pause_share", "harmonicity", "harmonicity_spread", "pitch_jitter", "pitch_range",
    "gap_db", "level_spread_db", "high_flux", "crest",
)  # fmt: skip


def mono(sound: Sound) -> np.ndarray:
    """One channel at RATE_HZ, its loudest part at -3 dB, silence at both ends cut away."""
    import numpy as np
    from scipy.signal import resample_poly

    x = np.asarray(sound.samples, np.float64)
    x = x.mean(1) if x.ndim == 2 else x
    if sound.rate_hz != RATE_HZ:
        from math import gcd

        common = gcd(RATE_HZ, sound.rate_hz)
        x = resample_poly(x, RATE_HZ // common, sound.rate_hz // common)
    peak = np.quantile(np.abs(x), 0.9995) if len(x) else 0.0
    if peak < 1e-5:
        return np.zeros(0)
    x = x * (0.7 / peak)
    loud = np.flatnonzero(np.abs(x) > 0.02)
    return x[loud[0] : loud[-1] + 1] if len(loud) else np.zeros(0)


def measure(x: np.ndarray) -> np.ndarray | None:
    """[len(NAMES)] of a mono voice at RATE_HZ; None below 1.5 seconds of it."""
    import numpy as np

    if len(x) < 1.5 * RATE_HZ:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(x, FRAME)[::STEP] * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(frames)) ** 2 / FRAME
    level = 10 * np.log10(power.sum(1) + 1e-9)
    active = level > np.quantile(level, 0.9) - 25
    if active.sum() < 60:
        return None
    edges = _mel_edges()
    bands = np.stack([power[:, a:b].mean(1) for a, b in itertools.pairwise(edges)], 1)
    log = 10 * np.log10(bands + 1e-9)
    shape = log[active].mean(0)
    flux = np.abs(np.diff(log, axis=0))[active[1:]].mean(0)
    mean_power = 10 * np.log10(power[active].mean(0) + 1e-12)
    above = np.flatnonzero(mean_power > mean_power.max() - 55)
    pauses = ~active
    harmonic, pitch = _pitch(x)
    voiced = harmonic > 0.5
    runs = np.abs(np.diff(np.log2(pitch)))[voiced[1:] & voiced[:-1]]
    gap = _gaps(power[active])
    numbers = [
        above[-1] * RATE_HZ / FRAME / 1000,
        float(np.quantile(level, 0.03) - np.quantile(level, 0.9)),
        _flatness(power[pauses]) if pauses.sum() > 5 else 0.3,
        float(pauses.mean()),
        float(harmonic[voiced].mean()) if voiced.any() else 0.0,
        float(harmonic.std()),
        float(np.median(runs)) if len(runs) else 0.0,
        float(np.log2(pitch[voiced]).std()) if voiced.sum() > 3 else 0.0,
        gap,
        float(level[active].std()),
        float(flux[-4:].mean()),
        float(20 * np.log10(0.7 / np.sqrt((x**2).mean()))),
    ]
    return np.concatenate([shape - shape.mean(), flux, numbers]).astype(np.float32)


def _mel_edges() -> np.ndarray:
    import numpy as np

    mel = np.linspace(1127 * np.log1p(80 / 700), 1127 * np.log1p(7600 / 700), BANDS + 1)
    return np.unique(np.round(700 * np.expm1(mel / 1127) / RATE_HZ * FRAME).astype(int) + np.arange(BANDS + 1) // 100)


def _flatness(power: np.ndarray) -> float:
    """Wiener's spectral flatness of the pauses: 1 for white noise."""
    import numpy as np

    mean = power[:, 4:240].mean(0) + 1e-12
    return float(np.exp(np.log(mean).mean()) / mean.mean())


def _gaps(power: np.ndarray) -> float:
    """How deep the valleys between harmonics are below their peaks, 300 to 3000 Hz, in dB."""
    import numpy as np

    part = 10 * np.log10(power[:, 10:96] + 1e-10)
    tops = np.lib.stride_tricks.sliding_window_view(part, 7, axis=1)
    return float((tops.max(2) - tops.min(2)).mean())


def _pitch(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Height of the autocorrelation's peak at 70-400 Hz, and its frequency, of each frame of 40 ms."""
    import numpy as np

    size, step = 640, 160
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[::step]
    frames = frames - frames.mean(1, keepdims=True)
    alike = np.fft.irfft(np.abs(np.fft.rfft(frames * np.hanning(size), 2 * size)) ** 2)[:, :size]
    alike = alike / np.maximum(alike[:, :1], 1e-12)
    low, high = RATE_HZ // 400, RATE_HZ // 70
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(size), 2 * size)) ** 2)[:size]
    part = alike[:, low:high] / np.maximum(window[low:high] / window[0], 0.1)
    return part.max(1).clip(0, 1), RATE_HZ / (low + part.argmax(1))
