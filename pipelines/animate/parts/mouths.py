"""How a mouth moves while someone speaks: visemes with the times of the voice, or the loudness of a sound whose words are not known.

A mouth at one moment is four numbers: how far the lips part (0 closed, 1 as far as speech goes), how wide they are (-1 pursed, 1 spread),
how much of the teeth and how much of the tongue is seen. Visemes are those of narrate/timing.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from pipelines.core.settings import Refusal

SHAPES: Mapping[str, tuple[float, float, float, float]] = {
    "sil": (0.0, 0.0, 0.0, 0.0),
    "PP": (0.0, -0.1, 0.0, 0.0),
    "FF": (0.14, 0.15, 1.0, 0.0),
    "TH": (0.28, 0.1, 0.6, 1.0),
    "DD": (0.30, 0.2, 0.6, 0.6),
    "kk": (0.36, 0.1, 0.3, 0.2),
    "CH": (0.24, -0.6, 0.8, 0.1),
    "SS": (0.18, 0.4, 0.9, 0.1),
    "nn": (0.28, 0.1, 0.4, 0.7),
    "RR": (0.30, -0.5, 0.3, 0.3),
    "aa": (1.00, 0.1, 0.3, 0.1),
    "E": (0.62, 0.4, 0.4, 0.1),
    "ih": (0.40, 0.6, 0.5, 0.1),
    "oh": (0.72, -0.6, 0.0, 0.0),
    "ou": (0.40, -1.0, 0.0, 0.0),
}
FINE_HZ, BLEND_SECONDS = 240, 0.032  # of a track; how far neighbouring sounds run into each other: standard deviation
AHEAD_SECONDS = 0.03  # a mouth is in place a little before its sound is heard
SHUT_SECONDS, LEAST_SILENCE_SECONDS = 0.05, 0.12  # in which lips come together; shorter ones do not close the mouth
LOUDNESS_HZ = 100


@dataclass(frozen=True)
class Mouth:
    """A mouth at one moment: see above."""

    open: float = 0.0
    wide: float = 0.0
    teeth: float = 0.0
    tongue: float = 0.0


@dataclass(frozen=True)
class MouthTrack:
    """Mouths over time: values [n,4] at FINE_HZ; `known` is whether they come from the voice's own timings."""

    values: np.ndarray
    known: bool

    def at(self, seconds: float) -> Mouth:
        """Return the mouth at a second, between two samples of the track."""
        place = min(max(seconds * FINE_HZ, 0.0), len(self.values) - 1.0)
        lower = min(int(place), len(self.values) - 2)
        share = place - lower
        return Mouth(*(float(v) for v in self.values[lower] * (1 - share) + self.values[lower + 1] * share))


def visemes_of(words: Mapping[str, Any] | None) -> list[tuple[float, float, str]]:
    """The mouth shapes of a words.json as (start, end, shape), in order; empty without one. Raises Refusal when they make no sense."""
    if not words or not words.get("visemes"):
        return []
    try:
        visemes = [(float(start), float(end), str(shape)) for start, end, shape in words["visemes"]]
    except (TypeError, ValueError):
        raise Refusal("The timings of this sound cannot be read; speak the text again.") from None
    inside = all(0 <= start <= end < 1e5 and shape in SHAPES for start, end, shape in visemes)
    if not inside or any(a[1] > b[0] + 1e-3 for a, b in pairwise(visemes)):
        raise Refusal("The timings of this sound are damaged; speak the text again.")
    return visemes


def spoken(visemes: Sequence[tuple[float, float, str]], seconds: float, rate_hz: float) -> MouthTrack:
    """Mouth shapes that run into each other (Cohen and Massaro 1993, with one Gaussian for all), but close for p, b, m and silence.

    A closing lasts at least as long as a frame of `rate_hz`, so that it is seen.
    """
    count = max(2, math.ceil(seconds * FINE_HZ) + 1)
    times = np.arange(count) / FINE_HZ
    values = np.zeros((count, 4), np.float32)
    shut = np.zeros(count, np.float32)
    for start, end, shape in visemes:
        start, end = start - AHEAD_SECONDS, end - AHEAD_SECONDS
        values[(times >= start) & (times < end)] = SHAPES[shape]
        if shape == "PP" or (shape == "sil" and end - start >= LEAST_SILENCE_SECONDS):
            edge = 0.0 if shape == "PP" else SHUT_SECONDS
            half = max((end - start) / 2 - edge, 0.5 / rate_hz)
            away = np.abs(times - (start + end) / 2) - half
            shut = np.maximum(shut, (1 - away / SHUT_SECONDS).clip(0, 1))
    smooth = _smooth_values(values, BLEND_SECONDS)
    shut = shut * shut * (3 - 2 * shut)
    smooth[:, 0] *= 1 - shut
    smooth[:, 2:] *= 1 - 0.8 * shut[:, None]
    return MouthTrack(smooth, True)


def track_of_loudness(samples: np.ndarray, rate_hz: int) -> MouthTrack:
    """An estimate from the sound alone, float32 [n,channels]: the louder, the wider open; bright sounds spread the lips, hissing shows teeth."""
    mono = samples.mean(1)
    hop = max(1, round(rate_hz / LOUDNESS_HZ))
    frames = max(2, math.ceil(len(mono) / hop))
    padded = np.pad(mono, (hop, (frames + 2) * hop - len(mono)))
    window = np.hanning(2 * hop).astype(np.float32)
    loud, bright = np.zeros(frames, np.float32), np.zeros(frames, np.float32)
    pitches = np.fft.rfftfreq(2 * hop, 1 / rate_hz)
    for first in range(0, frames, 4096):  # in blocks, so that a long sound takes no more memory
        block = np.stack([padded[i * hop : i * hop + 2 * hop] for i in range(first, min(frames, first + 4096))])
        power = np.abs(np.fft.rfft(block * window, axis=1)) ** 2
        loud[first : first + len(block)] = np.sqrt((block**2).mean(1))
        bright[first : first + len(block)] = (power @ pitches) / (power.sum(1) + 1e-9)
    top = float(np.percentile(loud, 95))
    if top < 1e-4:
        return MouthTrack(np.zeros((max(2, frames), 4), np.float32), False)
    level = ((loud / top - 0.08) / 0.75).clip(0, 1) ** 0.7
    voiced = bright[level > 0.2]
    middle, spread = (float(np.median(voiced)), float(voiced.std()) + 1.0) if len(voiced) else (1000.0, 500.0)
    tone = ((bright - middle) / (1.5 * spread)).clip(-1, 1)
    hiss = ((bright - 3000) / 2000).clip(0, 1) * (level > 0.05)
    values = np.stack([level * (1 - 0.75 * hiss), 0.6 * tone * level, 0.3 * level + 0.6 * hiss, 0.1 * level], axis=1)
    fine = np.linspace(0, frames - 1, max(2, round(len(mono) / rate_hz * FINE_HZ) + 1))
    stretched = np.stack([np.interp(fine, np.arange(frames), column) for column in values.T], axis=1)
    return MouthTrack(_smooth_values(stretched, 0.022).astype(np.float32), False)


def _smooth_values(values: np.ndarray, seconds: float) -> np.ndarray:
    import cv2

    return cv2.GaussianBlur(
        values.astype(np.float32), (1, 0), 0.1, sigmaY=seconds * FINE_HZ, borderType=cv2.BORDER_REPLICATE
    )


@dataclass(frozen=True)
class Liveliness:
    """What a face does besides speaking: blinks at `blinks` (seconds), and sways by sines of phases [3,3]; nods follow the voice."""

    blinks: np.ndarray
    phases: np.ndarray
    nods: np.ndarray

    @classmethod
    def of(cls, track: MouthTrack, seconds: float, seed: int) -> Liveliness:
        """Plan blinks and small movements of the head for as long as somebody speaks."""
        rng = np.random.default_rng([seed, 23])
        blinks, now = [], 0.6 + 1.6 * rng.random()
        while now < seconds - 0.3:
            blinks.append(now)
            now += 1.6 + rng.gamma(2.2, 1.1)  # people who speak blink some fifteen to twenty times a minute
        nods = _smooth_values(track.values[:, :1], 0.22)[:, 0]
        return cls(np.array(blinks), rng.uniform(0, 2 * math.pi, (3, 3)), nods - float(nods.mean()))

    def lids(self, seconds: float) -> float:
        """How far the eyes are shut, 0..1: shut within 90 ms, open again in 170 (Evinger et al. 1991)."""
        if not len(self.blinks):
            return 0.0
        gone = seconds - self.blinks
        shut = np.where(
            gone < 0, 0, np.where(gone < 0.09, gone / 0.09, np.where(gone < 0.13, 1, 1 - (gone - 0.13) / 0.17))
        )
        best = float(shut.clip(0, 1).max())
        return best * best * (3 - 2 * best)

    def sway(self, seconds: float) -> tuple[float, float, float]:
        """How the head stands: moved by (x, y) in parts of its width, turned by an angle in radians."""
        periods = np.array([[5.3, 3.1, 1.9], [4.7, 2.9, 1.7], [6.1, 3.7, 2.3]])
        waves = (np.sin(2 * math.pi * seconds / periods + self.phases) * (0.6, 0.3, 0.1)).sum(1)
        at = min(max(round(seconds * FINE_HZ), 0), len(self.nods) - 1)
        return 0.012 * float(waves[0]), 0.007 * float(waves[1]) + 0.03 * float(self.nods[at]), 0.016 * float(waves[2])
