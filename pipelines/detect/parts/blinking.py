"""Blinks: how many, how long, and whether an eye closes faster than it opens, as eyelids do (Soukupová & Čech 2016; Evinger et al. 1991)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    found = []
    for start, end in zip(starts, ends):
        if not SHORTEST_SECONDS <= (end - start) / rate_hz <= LONGEST_SECONDS:
            continue
        lowest = start + int(level[start:end].argmin())
        left, right = lowest, lowest
        while left > 0 and level[left - 1] > level[left] - 0.005 and level[left] < 0.95:
            left -= 1
        while right < len(level) - 1 and level[right + 1] > level[right] - 0.005 and level[right] < 0.95:
            right += 1
        found.append(Blink(start / rate_hz, end / rate_hz, (lowest - left) / rate_hz, (right - lowest) / rate_hz))
    return found
