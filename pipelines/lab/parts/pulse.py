"""A pulse in the skin: POS (Wang et al. 2017) and CHROM (de Haan & Jeanne 2013) on forehead and cheeks, and whether they agree.

Traces are mean colours float64 [frames,3] (RGB, 0..255) of one region at a constant rate. A good forgery carries its driver's pulse, so a
pulse proves nothing; a living face filmed well in which none can be found is a weak sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LOWEST_BPM, HIGHEST_BPM = 42.0, 180.0
LEAST_SECONDS = 10.0
LEAST_SNR_DB = -1.0
LEAST_CERTAINTY = 3.0  # SNR in dB and ten times the coherence beyond its least: 1 noise in 200 gets there
AGREE_BPM = 5.0
LEAST_SWING = 1.5e-4  # of the skin's brightness: below this there is no skin in front of a camera
LEAST_COHERENCE = 0.6


@dataclass(frozen=True)
class Pulse:
    """`bpm` is None where it cannot be measured; `reason` says why. SNR in dB; coherence of cheeks and forehead 0..1."""

    bpm: float | None
    reason: str
    snr_db: float
    coherence: float
    swing: float
    wave: np.ndarray
    rate_hz: float


def pos(colours: np.ndarray, rate_hz: float) -> np.ndarray:
    """Plane orthogonal to skin, Wang 2017, algorithm 1: windows of 1.6 s, overlap-added. [n,3] -> [n]."""
    import numpy as np

    n, length = len(colours), max(8, round(1.6 * rate_hz))
    wave = np.zeros(n)
    for begin in range(n - length + 1):
        window = colours[begin : begin + length]
        c = window / np.maximum(window.mean(0), 1e-6)
        s1, s2 = c[:, 1] - c[:, 2], c[:, 1] + c[:, 2] - 2 * c[:, 0]
        h = s1 + (s1.std() / max(s2.std(), 1e-12)) * s2
        wave[begin : begin + length] += h - h.mean()
    return wave / length


def chrom(colours: np.ndarray, rate_hz: float) -> np.ndarray:
    """Chrominance, de Haan 2013, equations 8-10: windows of 1.6 s, Hann, half overlapped. [n,3] -> [n]."""
    import numpy as np

    n, length = len(colours), max(8, round(1.6 * rate_hz) // 2 * 2)
    wave, hann = np.zeros(n), np.hanning(length + 1)[:-1]
    for begin in range(0, n - length + 1, length // 2):
        window = colours[begin : begin + length]
        c = window / np.maximum(window.mean(0), 1e-6)
        x = filter_pulse_band(3 * c[:, 0] - 2 * c[:, 1], rate_hz)
        y = filter_pulse_band(1.5 * c[:, 0] + c[:, 1] - 1.5 * c[:, 2], rate_hz)
        s = x - (x.std() / max(y.std(), 1e-12)) * y
        wave[begin : begin + length] += (s - s.mean()) * hann
    return wave


def filter_pulse_band(wave: np.ndarray, rate_hz: float) -> np.ndarray:
    """Only what can be a pulse, by the Fourier transform of the detrended wave with mirrored ends."""
    import numpy as np

    n = len(wave)
    line = np.polyval(np.polyfit(np.arange(n), wave, 1), np.arange(n)) if n > 2 else wave.mean()
    mirrored = np.concatenate([(wave - line)[::-1], wave - line, (wave - line)[::-1]])
    spectrum, at = np.fft.rfft(mirrored), np.fft.rfftfreq(3 * n, 1 / rate_hz)
    spectrum[(at < LOWEST_BPM / 60) | (at > HIGHEST_BPM / 60)] = 0
    return np.fft.irfft(spectrum, 3 * n)[n : 2 * n]


def strongest(wave: np.ndarray, rate_hz: float) -> tuple[float, float]:
    """Rate in beats a minute and SNR in dB: power within 6 bpm of the peak and its double against the rest of the band (de Haan 2013)."""
    import numpy as np

    n = len(wave)
    size = 1 << int(np.ceil(np.log2(max(n, 2) * 8)))
    power = np.abs(np.fft.rfft((wave - wave.mean()) * np.hanning(n), size)) ** 2
    bpm = np.fft.rfftfreq(size, 1 / rate_hz) * 60
    inside = (bpm >= LOWEST_BPM) & (bpm <= HIGHEST_BPM)
    if power[inside].sum() <= 0:
        return 0.0, -99.0
    peak = int(np.flatnonzero(inside)[power[inside].argmax()])
    around = power[peak - 1 : peak + 2]
    curve = around[0] - 2 * around[1] + around[2]
    rate = bpm[peak] + (0.5 * (around[0] - around[2]) / curve if curve else 0.0) * (bpm[1] - bpm[0])
    width = max(6.0, 90.0 * rate_hz / n)  # the main lobe of the window, when the film is short
    near = (np.abs(bpm - rate) <= width) | (np.abs(bpm - 2 * rate) <= width)
    signal, rest = power[inside & near].sum(), power[inside & ~near].sum()
    return float(rate), float(10 * np.log10(max(signal, 1e-30) / max(rest, 1e-30)))


def measure(regions: Mapping[str, np.ndarray], rate_hz: float) -> Pulse:
    """The pulse of a face from its regions ("forehead", "left cheek", "right cheek"), or why there is none to measure."""
    import numpy as np

    n = min((len(trace) for trace in regions.values()), default=0)
    empty = np.zeros(max(n, 1))
    if n < LEAST_SECONDS * rate_hz:
        return Pulse(
            None,
            f"The face is seen for {n / rate_hz:.1f} seconds; {LEAST_SECONDS:.0f} are needed.",
            -99,
            0,
            0,
            empty,
            rate_hz,
        )
    if rate_hz < 12:
        return Pulse(None, f"{rate_hz:.0f} pictures a second are too few.", -99, 0, 0, empty, rate_hz)
    traces = [np.asarray(trace[:n], np.float64) for trace in regions.values()]
    whole = np.mean(traces, axis=0)
    waves = [filter_pulse_band(method(whole, rate_hz), rate_hz) for method in (pos, chrom)]
    (bpm, snr), (other_bpm, other_snr) = (strongest(wave, rate_hz) for wave in waves)
    swing = float(waves[0].std())
    parts = [filter_pulse_band(pos(trace, rate_hz), rate_hz) for trace in traces]
    together = coherence(parts, rate_hz, bpm)
    best = max(snr, other_snr)
    reason = _why_not(swing, best, bpm, other_bpm, together)
    return Pulse(None if reason else bpm, reason, best, together, swing, waves[0], rate_hz)


def _why_not(swing: float, snr: float, bpm: float, other_bpm: float, together: float) -> str:
    if swing < LEAST_SWING:
        return "The skin does not change colour at all."
    if snr < LEAST_SNR_DB or (
        together >= LEAST_COHERENCE and snr + 10 * (together - LEAST_COHERENCE) < LEAST_CERTAINTY
    ):
        return f"No rate stands out of the noise ({snr:.1f} dB)."
    if abs(bpm - other_bpm) > AGREE_BPM:
        return f"Two methods disagree ({bpm:.0f} and {other_bpm:.0f} a minute)."
    if together < LEAST_COHERENCE:
        return f"Forehead and cheeks do not beat together (coherence {together:.2f})."
    return ""


def coherence(parts: list[np.ndarray], rate_hz: float, bpm: float) -> float:
    """How well the regions beat in phase at a rate: length of the mean of their unit phasors, weighed by how much of each is at that rate."""
    import numpy as np

    if bpm <= 0 or len(parts) < 2:
        return 0.0
    n = len(parts[0])
    turn = np.exp(-2j * np.pi * bpm / 60 * np.arange(n) / rate_hz) * np.hanning(n)
    phasors = np.array([(part * turn).sum() for part in parts])
    share = np.array(
        [abs(p) / max(np.sqrt((part**2).sum() * (np.abs(turn) ** 2).sum()), 1e-12) for p, part in zip(phasors, parts)]
    )
    unit = phasors / np.maximum(np.abs(phasors), 1e-12)
    return float(abs(unit.mean()) * min(1.0, np.median(share) / 0.35))
