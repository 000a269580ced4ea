"""How music makes room for a voice."""

from __future__ import annotations

import numpy as np

from pipelines.media import Sound

RATE_HZ = 48_000
FRAMES_HZ = 50


def ducking(voice: Sound | None, count: int, duck_db: float) -> np.ndarray:
    """The gain [count] that makes room for a voice: down 0.25 s before it speaks, up within a second after."""
    if voice is None or not len(voice.samples):
        return np.ones(count, np.float32)
    return (10 ** (-duck_db * speech(voice, count) / 20)).astype(np.float32)


def speech(voice: Sound, count: int, before: int = 12, after: int = 25, bridged: int = 0) -> np.ndarray:
    """Where a voice speaks, 0..1 for each of `count` samples, softly: from `before` frames of 20 ms earlier to `after` later; no pause of less than `bridged`."""
    hop = voice.rate_hz // FRAMES_HZ
    mono = voice.samples.mean(1)
    frames = mono[: len(mono) // hop * hop].reshape(-1, hop)
    level = 10 * np.log10((frames.astype(np.float64) ** 2).mean(1) + 1e-10)
    speaks = np.flatnonzero(level > max(-50.0, float(np.percentile(level, 95)) - 26))
    wanted = np.zeros(count // (RATE_HZ // FRAMES_HZ) + 2)
    for index, following in zip(speaks, [*speaks[1:], None], strict=False):
        short = following is not None and following - index <= bridged
        wanted[max(0, index - before) : following if short else index + after] = 1
    kernel = np.hanning(25)
    smooth = np.convolve(np.pad(wanted, 12, mode="edge"), kernel / kernel.sum(), mode="valid")
    at = np.arange(count) / (RATE_HZ // FRAMES_HZ)
    return np.asarray(np.interp(at, np.arange(len(smooth)), smooth))
