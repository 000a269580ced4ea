"""Does the mouth go with the voice: lag and correlation of its opening and the speech's loudness; and whether anybody speaks at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound

BAND_HZ = (200.0, 3800.0)
MOST_LAG_SECONDS = 0.6
LEAST_SPEECH_SECONDS = 1.5
LEAST_CORRELATION = 0.25
SYLLABLE_FRAMES = 25  # half a second, over which loudness rises and falls


@dataclass(frozen=True)
class Together:
    """`lag_seconds` > 0: the voice comes after the mouth. None and a reason where it cannot be measured."""

    lag_seconds: float | None
    correlation: float
    speech_seconds: float
    reason: str
    mouth: np.ndarray
    loudness: np.ndarray
    rate_hz: float


def envelope(sound: Sound, rate_hz: float, count: int) -> np.ndarray:
    """Loudness of the speech band at each frame's middle, in dB over -60 dB of full scale, float64 [count]."""
    import numpy as np
    from scipy.signal import butter, sosfiltfilt

    mono = np.asarray(sound.samples, np.float64)
    mono = mono.mean(1) if mono.ndim == 2 else mono
    if len(mono) < 64:
        return np.zeros(count)
    high = min(BAND_HZ[1], 0.45 * sound.rate_hz)
    sos = butter(2, [BAND_HZ[0], high], "bandpass", fs=sound.rate_hz, output="sos")
    power = sosfiltfilt(sos, mono) ** 2
    total = np.concatenate([[0.0], np.cumsum(power)])
    half = max(0.02, 0.5 / rate_hz)
    middle = (np.arange(count) + 0.5) / rate_hz
    first, last = (((middle + side) * sound.rate_hz).round().astype(int).clip(0, len(mono)) for side in (-half, half))
    mean = (total[last] - total[first]) / np.maximum(last - first, 1)
    return np.maximum(10 * np.log10(mean + 1e-12) + 60, 0.0)


def speech(sound: Sound) -> float:
    """Seconds of voiced speech: loud, harmonic (autocorrelation over 0.45 at 70-400 Hz), with loudness that rises and falls as syllables do."""
    import numpy as np

    mono = np.asarray(sound.samples, np.float64)
    mono = mono.mean(1) if mono.ndim == 2 else mono
    step, size = round(0.02 * sound.rate_hz), round(0.04 * sound.rate_hz)
    if len(mono) < size + step * (SYLLABLE_FRAMES - 1):
        return 0.0
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::step]
    frames = frames - frames.mean(1, keepdims=True)
    level = 10 * np.log10((frames**2).mean(1) + 1e-12)
    loud = level > max(-50.0, float(level.max()) - 30)
    spectrum = np.fft.rfft(frames * np.hanning(size), 2 * size)
    alike = np.fft.irfft(np.abs(spectrum) ** 2)[:, :size]
    alike = alike / np.maximum(alike[:, :1], 1e-12)
    low, high = int(sound.rate_hz / 400), min(size - 1, int(sound.rate_hz / 70))
    taper = 1 - np.arange(size) / size
    peak = (alike[:, low:high] / np.maximum(taper[low:high], 0.2)).max(1)
    pitch = sound.rate_hz / (low + (alike[:, low:high] / np.maximum(taper[low:high], 0.2)).argmax(1))
    voiced = loud & (peak > 0.45)
    if voiced.sum() < 10:
        return 0.0
    moving = level - np.convolve(level, np.ones(SYLLABLE_FRAMES) / SYLLABLE_FRAMES, mode="same")
    syllables = float(np.std(moving[loud])) if loud.any() else 0.0
    wandering = float(np.std(np.log2(pitch[voiced])))
    if syllables < 2.5 or wandering < 0.02:  # hum, tone, noise, held chords
        return 0.0
    return float(voiced.sum() * step / sound.rate_hz)


def together(mouth: np.ndarray, sound: Sound, rate_hz: float, first_frame: int = 0) -> Together:
    """Lag and correlation of the mouth's opening [n] from `first_frame` on against the voice; sub-frame by a parabola."""
    import numpy as np

    n = len(mouth)
    loud = envelope(sound, rate_hz, first_frame + n)[first_frame:]
    spoken = speech(sound)
    if spoken < LEAST_SPEECH_SECONDS:
        return Together(None, 0.0, spoken, "No speech is heard.", np.asarray(mouth), loud, rate_hz)
    most = round(MOST_LAG_SECONDS * rate_hz)
    if n < 4 * most:
        return Together(None, 0.0, spoken, "The face is seen for too short a time.", np.asarray(mouth), loud, rate_hz)
    a, b = (_moving(np.asarray(x, np.float64), rate_hz) for x in (mouth, loud))
    if a.std() < 1e-9 or np.std(mouth) < 0.002:
        return Together(
            None, 0.0, spoken, "The mouth does not move while somebody speaks.", np.asarray(mouth), loud, rate_hz
        )
    lags = range(-most, most + 1)
    likeness = np.array([_likeness(a[max(0, -k) : n - max(0, k)], b[max(0, k) : n - max(0, -k)]) for k in lags])
    best = int(likeness.argmax())
    lag = float(lags[best])
    if 0 < best < len(lags) - 1:
        left, middle, right = likeness[best - 1 : best + 2]
        if (curve := left - 2 * middle + right) < 0:
            lag += 0.5 * (left - right) / curve
    found = float(likeness[best])
    reason = (
        ""
        if found >= LEAST_CORRELATION
        else f"Mouth and voice do not go together at any lag (correlation {found:.2f})."
    )
    return Together(lag / rate_hz if not reason else None, found, spoken, reason, np.asarray(mouth), loud, rate_hz)


def _likeness(a: np.ndarray, b: np.ndarray) -> float:
    import numpy as np

    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(np.sqrt((a**2).sum() * (b**2).sum()), 1e-12))


def _moving(x: np.ndarray, rate_hz: float) -> np.ndarray:
    """Slow drift taken away (0.7 s), the quickest jitter smoothed (50 ms)."""
    import numpy as np
    from scipy.ndimage import gaussian_filter1d

    x = gaussian_filter1d(x, max(0.4, 0.025 * rate_hz))
    return x - gaussian_filter1d(x, 0.7 * rate_hz) if len(x) > 3 else x - np.mean(x)
