"""What Detect reads from the face of a film, for those who measured eyes and skin themselves: blinks and pulse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.detect.parts import motion_signals, pulse

if TYPE_CHECKING:
    import numpy as np


def signs(eyes: np.ndarray, colours: np.ndarray, rate_hz: float) -> list[dict[str, Any]]:
    """Blinks and pulse as Detect words them.

    eyes [n], how far they are open; colours [n,3,3] of forehead, left and right cheek in 0..255. `series` is the openness, and the wave of the skin (POS,
    Wang et al. 2017), also where no rate can be read from it.
    """
    regions = {name: colours[:, i] for i, name in enumerate(("forehead", "left cheek", "right cheek"))}
    wave = pulse.measure(regions, rate_hz).wave
    found = motion_signals.of_eyes_and_skin(eyes, colours, rate_hz)
    return [
        {**signal.record(), "series": [round(float(v), 5) for v in series]}
        for signal, series in zip(found, (eyes, wave), strict=True)
    ]
