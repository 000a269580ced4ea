"""Loudness by ITU-R BS.1770-4 and EBU R128, and a limiter for true peaks.

Energies are gathered block by block, so an hour of sound is measured without being in memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TARGET_LUFS = -16.0
TARGETS = {  # what a film or a piece can be brought to
    "-16": "-16 LUFS, for web pages",
    "-14": "-14 LUFS, as loud as music services play",
    "-23": "-23 LUFS, for television (EBU R128)",
}
CEILING_DBTP = -1.2  # what is written keeps -1 dBTP: the mark and the rounding to 16 bits come after the limiter
_BLOCK_SECONDS, _STEP_SECONDS = 0.4, 0.1
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0


def k_weighting(rate_hz: int) -> np.ndarray:
    """The two filters of BS.1770-4, annex 1, as second-order sections [2,6] for any rate (the norm tabulates 48 kHz)."""
    import numpy as np

    def shelf(f: float, gain_db: float, q: float) -> list[float]:
        k, v = math.tan(math.pi * f / rate_hz), 10 ** (gain_db / 20)
        v_b, a0 = v**0.4996667741545416, 1 + k / q + k * k
        b = [(v + v_b * k / q + k * k) / a0, 2 * (k * k - v) / a0, (v - v_b * k / q + k * k) / a0]
        return [*b, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]

    def high_pass(f: float, q: float) -> list[float]:
        k = math.tan(math.pi * f / rate_hz)
        a0 = 1 + k / q + k * k
        return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]

    return np.array(
        [
            shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196),
            high_pass(38.13547087602444, 0.5003270373238773),
        ]
    )


class Meter:
    """Loudness of a mono sound that comes in pieces: `add` each in order, then ask for `lufs`."""

    def __init__(self, rate_hz: int) -> None:
        import numpy as np

        self.step = round(rate_hz * _STEP_SECONDS)
        self.filter = k_weighting(rate_hz)
        self.before = np.zeros(self.step)  # in which the filter has rung out
        self.rest = np.zeros(0)
        self.energies: list[float] = []  # mean square of every 100 ms

    def add(self, samples: np.ndarray) -> None:
        """Measure further samples."""
        import numpy as np
        from numpy.polynomial.polynomial import polyval

        joined = np.concatenate([self.before, samples])
        size = 1 << len(joined).bit_length()
        turns = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
        answer = math.prod(polyval(turns, part[:3]) / polyval(turns, part[3:]) for part in self.filter)
        weighted = np.fft.irfft(np.fft.rfft(joined, size) * answer, size)[self.step : len(joined)]
        self.before, weighted = joined[-self.step :], np.concatenate([self.rest, weighted])
        whole = len(weighted) // self.step * self.step
        self.energies += np.square(weighted[:whole]).reshape(-1, self.step).mean(axis=1).tolist()
        self.rest = weighted[whole:]

    @property
    def blocks(self) -> list[float]:
        """Mean squares of 400 ms blocks, one every 100 ms; a shorter sound is one block."""
        import numpy as np

        energies = np.array(self.energies)
        per_block = round(_BLOCK_SECONDS / _STEP_SECONDS)
        if len(energies) < per_block:
            every = [*np.repeat(energies, self.step), *np.square(self.rest)]
            return [float(np.mean(every))] if every else []
        return np.convolve(energies, np.full(per_block, 1 / per_block), "valid").tolist()

    @property
    def lufs(self) -> float:
        """Return the integrated loudness of all that was added."""
        return measure_gated(self.blocks)


def measure_gated(blocks: Iterable[float]) -> float:
    """Integrated loudness in LUFS of blocks' mean squares, by the two gates of BS.1770-4; -inf for silence."""
    import numpy as np

    z = np.array(list(blocks))
    z = z[z > 10 ** ((_ABSOLUTE_GATE + 0.691) / 10)]
    if not len(z):
        return -math.inf
    z = z[z > z.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return float(-0.691 + 10 * math.log10(z.mean()))


def limit_peaks(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Samples [n] whose true peaks stay under the ceiling: gain falls smoothly over the 3 ms before a peak, and rises after it."""
    import numpy as np
    from scipy.ndimage import minimum_filter1d

    from pipelines.audio.mix import peaks

    ceiling = 10 ** (CEILING_DBTP / 20)
    if float(np.abs(samples).max(initial=0.0)) < 0.7 * ceiling:  # peaks between samples are not that far above them
        return samples
    reach = round(0.003 * rate_hz)
    for _ in range(3):  # where the gain moves fast, the curve between samples may still pass the ceiling by a hair
        fine = peaks(samples[:, None])
        if fine.max() <= ceiling:
            break
        wanted = np.minimum(1.0, 0.999 * ceiling / np.maximum(fine, 1e-9))
        held = minimum_filter1d(wanted, 2 * reach + 3, mode="nearest")
        window = np.hanning(2 * reach + 3)[1:-1]
        padded = np.pad(held, reach, mode="edge")
        samples = (samples * np.convolve(padded, window / window.sum(), "valid")).astype(np.float32)
    return samples
