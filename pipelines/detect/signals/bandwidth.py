"""Where the spectrum of a sound ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.signals import Evidence, Observation, signal

if TYPE_CHECKING:
    from pipelines.media import Sound

MOST_SECONDS = 600.0
FRAME = 4096


@signal(
    "Bandwidth",
    "It adds nothing to any verdict: telephones stop early as well.",
    of="sound",
    rank=10,
)
def bandwidth(sound: Sound) -> Observation | str:
    """Where the spectrum ends, against where the file could go."""
    import numpy as np

    x = np.asarray(sound.samples[: round(MOST_SECONDS * sound.rate_hz)], np.float64)
    x = x.mean(1) if x.ndim == 2 else x
    if len(x) < 4 * FRAME or not np.any(x):
        return "There is too little sound."
    starts = np.linspace(0, len(x) - FRAME, min(400, len(x) // FRAME)).astype(int)
    power = np.mean([np.abs(np.fft.rfft(x[a : a + FRAME] * np.hanning(FRAME))) ** 2 for a in starts], axis=0)
    level = 10 * np.log10(power + 1e-12)
    smooth = np.convolve(level, np.ones(15) / 15, mode="same")
    edge = float(np.flatnonzero(smooth > smooth.max() - 70)[-1]) * sound.rate_hz / FRAME / 1000
    possible = sound.rate_hz / 2000
    drawn = curve({"loudness": smooth.clip(smooth.max() - 100)}, label_x=f"0 to {possible:.0f} kHz", label_y="dB")
    finding = (
        f"The sound ends at {edge:.1f} kHz, and the file could hold {possible:.1f} kHz: it once had a lower rate."
        if edge < 0.9 * possible
        else f"The sound reaches {edge:.1f} kHz; the file can hold {possible:.1f} kHz."
    )
    shown = (Evidence("Spectrum of the whole", drawn, "Where it falls to nothing."),)
    numbers = {"edge_khz": edge, "possible_khz": possible}
    return Observation(finding, numbers, shown)
