"""Closed forms for data that are points: the posterior mean under Gaussian noise and under the kernel of PFGM++, and mixtures of Gaussians.

Everything is NumPy in float64; the exhibits show these beside what a network learned, and the tests compare the two.
"""

from __future__ import annotations

import math

import numpy as np


def _weights(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def denoise_exactly(x: np.ndarray, data: np.ndarray, sigma: float, dimensions: float = math.inf) -> np.ndarray:
    """E[y | x] for x [n,2] and the data y [m,2] at noise level sigma.

    Gaussian noise for `dimensions` without end (Karras et al. 2022, appendix B.3), else the kernel of PFGM++,
    p(x | y) ~ (|x-y|^2 + r^2)^-((N+D)/2) with r = sigma sqrt(D), N = 2 (Xu et al. 2023, equation 4).
    """
    squared = ((x[:, None].astype(np.float64) - data[None]) ** 2).sum(-1)
    if math.isinf(dimensions):
        logits = -squared / (2 * sigma**2)
    else:
        logits = -(2 + dimensions) / 2 * np.log(squared + sigma**2 * dimensions)
    return _weights(logits) @ data.astype(np.float64)


def score(x: np.ndarray, data: np.ndarray, sigma: float) -> np.ndarray:
    """Gradient of the log density of the noisy data at x [n,2] (Vincent 2011, equation 9, averaged over the data)."""
    return (denoise_exactly(x, data, sigma) - x) / sigma**2


def log_density(x: np.ndarray, data: np.ndarray, sigma: float) -> np.ndarray:
    """log of the mean over the data [m,2] of Gaussians with spread sigma, at x [n,2]."""
    squared = ((x[:, None].astype(np.float64) - data[None]) ** 2).sum(-1)
    logits = -squared / (2 * sigma**2) - math.log(2 * math.pi * sigma**2)
    top = logits.max(axis=1)
    return top + np.log(np.exp(logits - top[:, None]).mean(axis=1))


def charges(x: np.ndarray, z: np.ndarray, data: np.ndarray, dimensions: float = 1.0) -> np.ndarray:
    """The electric field of equal charges at the data, in 2 + D dimensions, at x [n,2] and distance z [n]: [n,3] as (E_x, E_y, E_z).

    Xu et al. 2022, equation 3, and 2023, equation 3: the sum over charges of (x-y, z) / (|x-y|^2 + z^2)^((N+D)/2), here with N = 2 and
    divided by the number of charges.
    """
    apart = x[:, None].astype(np.float64) - data[None]
    height = np.broadcast_to(z[:, None], apart.shape[:2])
    whole = np.concatenate([apart, height[..., None]], axis=-1)
    lengths = (whole**2).sum(-1, keepdims=True)
    return (whole / lengths ** ((2 + dimensions) / 2)).mean(axis=1)
