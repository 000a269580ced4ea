"""What a face in a film gives away: blinks, and whether its eyes close faster than they open (Soukupová & Čech 2016; Evinger et al. 1991), and a pulse (pulse.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.lab.parts import pulse

if TYPE_CHECKING:
    import numpy as np

CLOSED = 0.72  # of the usual opening
SHORTEST_SECONDS, LONGEST_SECONDS = 0.06, 0.6


@dataclass(frozen=True)
class Blink:
    """From first to last moment below the threshold, and seconds that closing and opening took."""

    start_seconds: float
    end_seconds: float
    closing_seconds: float
    opening_seconds: float


def blinks(eyes: np.ndarray, rate_hz: float) -> list[Blink]:
    """Blinks in the openness of eyes over time [n], an unbroken run at `rate_hz`."""
    import numpy as np
    from scipy.ndimage import median_filter, percentile_filter

    eyes = np.asarray(eyes, np.float64)
    if len(eyes) < 5:
        return []
    usual = percentile_filter(eyes, 70, max(5, round(6 * rate_hz)) | 1, mode="nearest")
    level = median_filter(eyes, 1) / np.maximum(usual, 1e-6)
    below = np.concatenate([[0], (level < CLOSED).astype(int), [0]])
    starts, ends = np.flatnonzero(np.diff(below) == 1), np.flatnonzero(np.diff(below) == -1)
    closings = []
    for start, end in zip(starts, ends):
        if not SHORTEST_SECONDS <= (end - start) / rate_hz <= LONGEST_SECONDS:
            continue
        lowest = start + int(level[start:end].argmin())
        left, right = lowest, lowest
        while left > 0 and level[left - 1] > level[left] - 0.005 and level[left] < 0.95:
            left -= 1
        while right < len(level) - 1 and level[right + 1] > level[right] - 0.005 and level[right] < 0.95:
            right += 1
        closings.append(Blink(start / rate_hz, end / rate_hz, (lowest - left) / rate_hz, (right - lowest) / rate_hz))
    return closings


def read_signs(eyes: np.ndarray, colours: np.ndarray, rate_hz: float) -> list[dict[str, Any]]:
    """Blinks and pulse in words and numbers; eyes [n], how far they are open; colours [n,3,3] of forehead, left and right cheek in 0..255.

    `series` is the openness, and the wave of the skin (POS, Wang et al. 2017), also where no rate can be read from it.
    """
    names = ("forehead", "left cheek", "right cheek")
    beats = pulse.measure({name: colours[:, i] for i, name in enumerate(names)}, rate_hz)
    texts = _describe_blinks(blinks(eyes, rate_hz), len(eyes) / rate_hz), _describe_pulse(beats)
    return [
        {"finding": finding, "measured": measured, "series": [round(float(value), 5) for value in series]}
        for (finding, measured), series in zip(texts, (eyes, beats.wave), strict=True)
    ]


def _describe_blinks(seen: list[Blink], seconds: float) -> tuple[str, dict[str, float]]:
    import numpy as np

    measured = {"blinks": float(len(seen)), "blinks_a_minute": len(seen) / seconds * 60}
    if not seen:
        return f"No blink was seen in {seconds:.0f} seconds.", measured
    closing = float(np.mean([blink.closing_seconds for blink in seen]))
    opening = float(np.mean([blink.opening_seconds for blink in seen]))
    measured |= {"closing_seconds": closing, "opening_seconds": opening}
    rate = f"{len(seen)} blinks were seen, {measured['blinks_a_minute']:.0f} a minute."
    return f"{rate} Eyes close in {closing * 1000:.0f} ms and open in {opening * 1000:.0f} ms.", measured


def _describe_pulse(beats: pulse.Pulse) -> tuple[str, dict[str, float]]:
    measured = {"snr_db": beats.snr_db, "coherence": beats.coherence, "swing": beats.swing}
    if beats.bpm is None:
        return f"The pulse is not measurable. {beats.reason}", measured
    finding = f"The skin changes with {beats.bpm:.0f} beats a minute ({beats.snr_db:.1f} dB; coherence {beats.coherence:.2f})."
    return finding, measured | {"beats_a_minute": beats.bpm}
