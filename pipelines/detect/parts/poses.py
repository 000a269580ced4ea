"""How a face moves: turns of the head (Procrustes on the 468 points) and the jitter of points once the head's own motion is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

STEADY = (
    10,
    151,
    9,
    8,
    168,
    6,
    197,
    195,
    5,
    4,
    33,
    133,
    362,
    263,
    127,
    356,
    234,
    454,
    93,
    323,
)  # bone rather than muscle


@dataclass(frozen=True)
class HeadMotion:
    """Degrees of the head's turn about x, y, z over time [n,3]; jitter of steady points in thousandths of the face's width, a frame."""

    degrees: np.ndarray
    jitter: float
    speed_degrees: float


def measure(points: list[np.ndarray], rate_hz: float) -> HeadMotion | None:
    """Motion of an unbroken run of meshes; None below 20 frames."""
    import numpy as np

    if len(points) < 20:
        return None
    shape = np.stack([p[list(STEADY)] for p in points]).astype(np.float64)
    shape = shape - shape.mean(1, keepdims=True)
    shape = shape / np.sqrt((shape**2).sum((1, 2), keepdims=True))
    mean = shape[len(shape) // 2]
    for _ in range(3):
        turns = [_turn(each, mean) for each in shape]
        aligned = np.stack([each @ turn for each, turn in zip(shape, turns)])
        mean = aligned.mean(0)
        mean = mean / np.sqrt((mean**2).sum())
    degrees = np.unwrap(np.array([_angles(turn) for turn in turns]), axis=0) * 180 / np.pi
    width = np.ptp(mean[:, 0])
    quick = (aligned[2:] - 2 * aligned[1:-1] + aligned[:-2]) / np.sqrt(6) / max(width, 1e-9) * 1000
    over_time = np.sqrt((quick[..., :2] ** 2).mean((1, 2)))
    speed = float(np.median(np.linalg.norm(np.diff(degrees, axis=0), axis=1)) * rate_hz)
    return HeadMotion(degrees, float(np.median(over_time)), speed)


def _turn(shape: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Kabsch 1976: the rotation that lays a shape on the mean."""
    import numpy as np

    u, _, v = np.linalg.svd(shape.T @ mean)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
    return u @ flip @ v


def _angles(turn: np.ndarray) -> tuple[float, float, float]:
    import math

    return (
        math.atan2(turn[2, 1], turn[2, 2]),
        math.asin(max(-1.0, min(1.0, -turn[2, 0]))),
        math.atan2(turn[1, 0], turn[0, 0]),
    )
