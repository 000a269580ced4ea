"""Joints with limits, forward kinematics and two-bone inverse kinematics, for one pose or for many at once.

Space is the figure's own: x forward, y up, z to its right; angles are in degrees. A joint turns by R = Rz(pitch) Rx(roll) Ry(twist), so a limb
that hangs down (0, -1, 0) swings forward with pitch and turns about itself with twist. At rest all frames are aligned with the figure's.
"""

from __future__ import annotations

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
    offsets: np.ndarray = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        parents = []
        for place, joint in enumerate(self.joints):
            if joint.parent is not None and joint.parent not in index:
                raise ValueError(f"The joint {joint.name} comes before its parent {joint.parent}.")
            parents.append(-1 if joint.parent is None else index[joint.parent])
            index[joint.name] = place
        limits = np.array([joint.limits for joint in self.joints], np.float64)
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "parents", tuple(parents))
        object.__setattr__(self, "offsets", np.array([joint.offset for joint in self.joints], np.float64))
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
        for place, parent in enumerate(self.parents):
            if parent < 0:
                where[..., place, :] = self.offsets[place] + (0.0 if root is None else root)
                turned[..., place, :, :] = local[..., place, :, :]
            else:
                over = turned[..., parent, :, :]
                where[..., place, :] = where[..., parent, :] + over @ self.offsets[place]
                turned[..., place, :, :] = over @ local[..., place, :, :]
        return where, turned


def rotations(angles: np.ndarray) -> np.ndarray:
    """Rz(pitch) Rx(roll) Ry(twist) of angles [..., 3] in degrees: matrices [..., 3, 3]."""
    turned = np.radians(angles)
    (cz, cx, cy), (sz, sx, sy) = np.moveaxis(np.cos(turned), -1, 0), np.moveaxis(np.sin(turned), -1, 0)
    array = np.empty((*turned.shape[:-1], 3, 3))
    array[..., 0, 0], array[..., 0, 1], array[..., 0, 2] = cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy
    array[..., 1, 0], array[..., 1, 1], array[..., 1, 2] = sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy
    array[..., 2, 0], array[..., 2, 1], array[..., 2, 2] = -cx * sy, sx, cx * cy
    return array


def two_bone(
    target: np.ndarray, upper: float, lower: float, bend: tuple[float, float], pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Angles [..., 3] of the upper and pitch [...] of the lower bone, so that the end of two bones that hang down reaches `target` [..., 3].

    `target` is seen from the upper joint in its parent's frame; `pole` says where the middle joint points. `bend` limits the middle joint
    in degrees: both ends positive for an elbow (the lower bone swings forward), negative for a knee. What is out of reach is pointed at.
    """
    target = np.asarray(target, np.float64)
    least, most = np.radians(sorted((abs(bend[0]), abs(bend[1]))))
    sign = 1.0 if bend[0] + bend[1] > 0 else -1.0
    near, far = (np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(angle)) for angle in (most, least))
    length = np.linalg.norm(target, axis=-1, keepdims=True)
    along = np.where(length > 1e-9, target / np.maximum(length, 1e-9), np.array([0.0, -1.0, 0.0]))
    reach = np.clip(length, max(near, 1e-6), far)
    side = np.broadcast_to(np.asarray(pole, np.float64), along.shape)
    side = side - (side * along).sum(-1, keepdims=True) * along
    norm = np.linalg.norm(side, axis=-1, keepdims=True)
    fallback = np.stack([-along[..., 1], along[..., 0], np.zeros_like(along[..., 0])], -1)
    side = np.where(norm > 1e-6, side / np.maximum(norm, 1e-9), fallback)
    cosine = np.clip((upper**2 + reach**2 - lower**2) / (2 * upper * reach), -1, 1)
    first = cosine * along + np.sqrt(1 - cosine**2) * side
    second = (reach * along - upper * first) / lower
    pitch = np.arctan2(first[..., 0], -first[..., 1])
    roll = np.arcsin(np.clip(-first[..., 2], -1, 1))
    untwisted = rotations(np.degrees(np.stack([pitch, roll, np.zeros_like(pitch)], -1)))
    seen = np.einsum("...ji,...j->...i", untwisted, second)
    bent = sign * np.arccos(np.clip(-seen[..., 1], -1, 1))
    twist = np.arctan2(-sign * seen[..., 2], sign * seen[..., 0])
    twist = np.where(np.hypot(seen[..., 0], seen[..., 2]) > 1e-6, twist, 0.0)
    return np.degrees(np.stack([pitch, roll, twist], -1)), np.degrees(bent)
