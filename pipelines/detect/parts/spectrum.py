"""Radial power spectrum (Durall et al. 2020, "Watch your up-convolution"): how fast detail falls off, and peaks that grids leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SQUARE_PX = 256
BINS = 32


def measure(canonical: np.ndarray) -> np.ndarray:
    """[34]: mean log power in 32 rings relative to their mean, then how far single peaks stand out, and how grey noise it is.

    `canonical` must be 256 pixels or more each way.
    """
    import numpy as np

    power = _power(canonical)
    rings = _rings(power)
    level = np.log10(power + 1e-3)
    y, x = np.indices(power.shape) - SQUARE_PX // 2
    radius = np.hypot(y, x)
    spread = level - np.interp(radius, np.linspace(2, SQUARE_PX / 2, BINS), rings)
    outer = (radius > SQUARE_PX / 8) & (radius < SQUARE_PX / 2) & (x != 0) & (y != 0)
    peak = float(np.quantile(spread[outer], 0.9999))
    return np.concatenate([rings - rings.mean(), [peak, float(spread[outer].std())]]).astype(np.float32)


def _power(canonical: np.ndarray) -> np.ndarray:
    import numpy as np

    from pipelines.detect.parts.canonical import grey

    height, width = canonical.shape[:2]
    window = np.outer(np.hanning(SQUARE_PX), np.hanning(SQUARE_PX))
    tops = {0, (height - SQUARE_PX) // 2, height - SQUARE_PX}
    lefts = {0, (width - SQUARE_PX) // 2, width - SQUARE_PX}
    squares = []
    for top in tops:
        for left in lefts:
            square = grey(canonical[top : top + SQUARE_PX, left : left + SQUARE_PX])
            squares.append(np.abs(np.fft.fftshift(np.fft.fft2((square - square.mean()) * window))) ** 2)
    return np.mean(squares, axis=0) / window.size


def _rings(power: np.ndarray) -> np.ndarray:
    import numpy as np

    y, x = np.indices(power.shape) - SQUARE_PX // 2
    radius = np.hypot(y, x)
    edges = np.linspace(1, SQUARE_PX / 2, BINS + 1)
    which = np.digitize(radius, edges) - 1
    return np.array([np.log10(power[which == ring].mean() + 1e-3) for ring in range(BINS)])
