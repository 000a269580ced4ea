"""Joints with limits, forward kinematics for one pose or for many at once, and two-bone inverse kinematics.

Space is the figure's own: x forward, y up, z to its right; angles are in degrees. A joint turns by R = Rz(pitch) Rx(roll) Ry(twist), so a limb
that hangs down (0, -1, 0) swings forward with pitch and turns about itself with twist. At rest all frames are aligned with the figure's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

Range3 = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
FREE: Range3 = ((-180.0, 180.0), (-180.0, 180.0), (-180.0, 180.0))


@dataclass(frozen=True)
class Joint:
    """A joint: the place where it sits in its parent's frame, and how far it turns in pitch, roll and twist."""

    name: str
    parent: str | None
    offset: tuple[float, float, float]
    limits: Range3 = FREE


@dataclass(frozen=True)
class Skeleton:
    """Joints in an order in which parents come first. Raises ValueError when they do not."""

    joints: tuple[Joint, ...]
    index: dict[str, int] = field(init=False)
    parents: tuple[int, ...] = field(init=False)
    generations: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...] = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        parents, depths = list[int](), list[int]()
        for place, joint in enumerate(self.joints):
            if joint.parent is not None and joint.parent not in index:
                raise ValueError(f"The joint {joint.name} comes before its parent {joint.parent}.")
            parents.append(-1 if joint.parent is None else index[joint.parent])
            depths.append(0 if joint.parent is None else depths[parents[-1]] + 1)
            index[joint.name] = place
        offsets, over = np.array([joint.offset for joint in self.joints], np.float64), np.array(parents)
        alike = [np.flatnonzero(np.equal(depths, depth)) for depth in range(max(depths) + 1)]
        limits = np.array([joint.limits for joint in self.joints], np.float64)
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "parents", tuple(parents))
        object.__setattr__(self, "generations", tuple((own, over[own], offsets[own]) for own in alike))
        object.__setattr__(self, "low", limits[..., 0])
        object.__setattr__(self, "high", limits[..., 1])

    def clamped(self, angles: np.ndarray) -> np.ndarray:
        """Angles [..., joints, 3] inside the limits."""
        return np.minimum(np.maximum(angles, self.low), self.high)

    def forward(self, angles: np.ndarray, root: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Positions [..., joints, 3] and rotations [..., joints, 3, 3] of angles [..., joints, 3]; limits are kept."""
        local = rotations(self.clamped(angles))
        where = np.empty(local.shape[:-1])
        turned = np.empty_like(local)
        first, _, offsets = self.generations[0]
        where[..., first, :] = offsets + (0.0 if root is None else root)
        turned[..., first, :, :] = local[..., first, :, :]
        for own, parents, offsets in self.generations[1:]:  # joints with equally many before them, at once
            over = turned[..., parents, :, :]
            where[..., own, :] = where[..., parents, :] + (over @ offsets[..., None])[..., 0]
            turned[..., own, :, :] = over @ local[..., own, :, :]
        return where, turned


def rotations(angles: np.ndarray) -> np.ndarray:
    """Rz(pitch) Rx(roll) Ry(twist) of angles [..., 3] in degrees: matrices [..., 3, 3]."""
    turned = np.radians(angles)
    (cz, cx, cy), (sz, sx, sy) = ([wave[..., i] for i in range(3)] for wave in (np.cos(turned), np.sin(turned)))
    array = np.empty((*turned.shape[:-1], 3, 3))
    array[..., 0, 0], array[..., 0, 1], array[..., 0, 2] = cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy
    array[..., 1, 0], array[..., 1, 1], array[..., 1, 2] = sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy
    array[..., 2, 0], array[..., 2, 1], array[..., 2, 2] = -cx * sy, sx, cx * cy
    return array


def two_bone(
    target: np.ndarray, upper: float, lower: float, bend: tuple[float, float], pole: np.ndarray
) -> tuple[np.ndarray, float]:
    """Angles [3] of the upper and pitch of the lower bone, so that the end of two bones that hang down reaches `target` [3].

    `target` is seen from the upper joint in its parent's frame; `pole` says where the middle joint points. `bend` limits the middle joint
    in degrees: both ends positive for an elbow (the lower bone swings forward), negative for a knee. What is out of reach is pointed at.
    """
    least, most = sorted((abs(bend[0]), abs(bend[1])))
    sign = 1.0 if bend[0] + bend[1] > 0 else -1.0
    squares, product = upper**2 + lower**2, 2 * upper * lower
    near, far = (math.sqrt(squares + product * math.cos(math.radians(angle))) for angle in (most, least))
    length = math.hypot(*target)
    along = target / length if length > 1e-9 else np.array([0.0, -1.0, 0.0])
    reach = min(max(length, near, 1e-6), far)
    side = pole - (pole @ along) * along
    norm = math.hypot(*side)
    side = side / norm if norm > 1e-6 else np.array([-along[1], along[0], 0.0])
    cosine = min(1.0, max(-1.0, (upper**2 + reach**2 - lower**2) / (2 * upper * reach)))
    first = cosine * along + math.sqrt(1 - cosine**2) * side
    second = (reach * along - upper * first) / lower
    pitch, roll = math.atan2(first[0], -first[1]), math.asin(min(1.0, max(-1.0, -first[2])))
    x, y, z = second @ rotations(np.degrees((pitch, roll, 0.0)))
    bent = sign * math.acos(min(1.0, max(-1.0, -y)))
    twist = math.atan2(-sign * z, sign * x) if math.hypot(x, z) > 1e-6 else 0.0
    return np.degrees((pitch, roll, twist)), math.degrees(bent)
