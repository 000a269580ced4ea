"""How motion goes through time: easing, and keyframes on a smooth curve. Time and progress run from 0 to 1."""

from __future__ import annotations

import math

import numpy as np

EASINGS = {
    "smooth": "Smooth start and end",
    "even": "Even speed",
    "soft": "Even, with a soft start and end",
    "in": "Slow start",
    "out": "Slow end",
}


def minimum_jerk(t: float) -> float:
    """The smoothest way from 0 to 1 at rest on both ends: Flash and Hogan 1985, equation 9."""
    t = min(1.0, max(0.0, t))
    return t * t * t * (10 - 15 * t + 6 * t * t)


def ease_time(t: float, easing: str) -> float:
    """Progress at time `t` for one of EASINGS; every one goes from 0 to 1 and never back."""
    t = min(1.0, max(0.0, t))
    eased = {"smooth": minimum_jerk(t), "soft": _soft(t), "in": t * t * (2 - t), "out": 1 - (1 - t) * (1 - t) * (1 + t)}
    return eased.get(easing, t)


def _soft(t: float, part: float = 0.2) -> float:
    """Even speed, but the first and last fifth are sped up and slowed down along a raised cosine."""
    speed = 1 / (1 - part)

    def risen(x: float) -> float:  # the way gone while speeding up
        return speed * (x / 2 - part / (2 * math.pi) * math.sin(math.pi * x / part))

    if t < part:
        return risen(t)
    if t > 1 - part:
        return 1 - risen(1 - t)
    return risen(part) + speed * (t - part)


def there_and_back(t: float) -> float:
    """0 at the beginning, 1 in the middle, 0 at the end, smooth when repeated."""
    return (1 - math.cos(2 * math.pi * t)) / 2


def catmull_rom(times: np.ndarray, values: np.ndarray, t: float) -> np.ndarray:
    """The curve through values [n,k] at times [n] (rising): Catmull and Rom 1974, as cubic Hermite pieces over uneven times.

    At rest at both ends, so that a move sets off and arrives without a jerk.
    """
    if t <= times[0]:
        return values[0]
    if t >= times[-1]:
        return values[-1]
    i = int(np.searchsorted(times, t, side="right")) - 1
    span = times[i + 1] - times[i]
    x = (t - times[i]) / span

    def slope(j: int) -> np.ndarray:
        if j in (0, len(times) - 1):
            return np.zeros_like(values[0])
        return (values[j + 1] - values[j - 1]) / (times[j + 1] - times[j - 1])

    cubed, squared = x * x * x, x * x
    return (
        (2 * cubed - 3 * squared + 1) * values[i]
        + (cubed - 2 * squared + x) * span * slope(i)
        + (3 * squared - 2 * cubed) * values[i + 1]
        + (cubed - squared) * span * slope(i + 1)
    )
