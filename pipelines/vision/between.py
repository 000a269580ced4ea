"""The moment between two frames: flow both ways, splatting and occlusion. Frames are uint8 [h,w,3], a flow float32 [h,w,2] in pixels (x, y)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.vision.flow import CUT_COVERAGE, CUT_DIFFERENCE, sample_along_flow, trust_flow

SMALLEST_PX = 16
FULL_PIXELS = 500_000  # up to this size motion is sought at full size, above it at half
LOWEST_CORRELATION = 0.3  # of two frames after motion, in light: below it, they show different things


def _search(pixels: int) -> Any:
    import cv2

    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0 if pixels <= FULL_PIXELS else 1)
    return search


def flow_between(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Dense inverse search (Kroeger et al. 2016): what is at x in `one` is at x + flow[x] in `two`."""
    import cv2

    height, width = first.shape[:2]
    grays = []
    for frame in (first, second):
        gray = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY)
        below, right = (max(0, SMALLEST_PX - side) for side in gray.shape)
        grays.append(cv2.copyMakeBorder(gray, 0, below, 0, right, cv2.BORDER_REPLICATE) if below or right else gray)
    return _search(height * width).calc(grays[0], grays[1], None)[:height, :width]


def splat_values(values: np.ndarray, flow: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values [h,w,c] sent along a flow, each shared among the four pixels where it lands: sums of weight * value, and sums of weight."""
    height, width = flow.shape[:2]
    x = flow[..., 0].ravel() + np.tile(np.arange(width, dtype=np.float32), height)
    y = flow[..., 1].ravel() + np.repeat(np.arange(height, dtype=np.float32), width)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right_part, lower_part = x - left, y - top
    channels = [values[..., i].ravel() for i in range(values.shape[-1])]
    sums = np.zeros((len(channels) + 1, height * width))
    flat = weight.ravel()
    for dy, part_y in ((0, 1 - lower_part), (1, lower_part)):
        for dx, part_x in ((0, 1 - right_part), (1, right_part)):
            column, row = left + dx, top + dy
            share = np.where((column >= 0) & (column < width) & (row >= 0) & (row < height), part_x * part_y * flat, 0)
            place = column.clip(0, width - 1) + row.clip(0, height - 1) * width
            for number, channel in enumerate(channels):
                sums[number] += np.bincount(place, share * channel, height * width)
            sums[-1] += np.bincount(place, share, height * width)
    sums = sums.reshape(-1, height, width).astype(np.float32)
    return sums[:-1].transpose(1, 2, 0), sums[-1]


@dataclass(frozen=True)
class FramePair:
    """Two neighbouring frames and the motion between them."""

    earlier: np.ndarray
    later: np.ndarray
    forward: np.ndarray
    backward: np.ndarray
    seen_earlier: np.ndarray  # of the earlier frame's pixels: 1 where they can be found in the later one
    seen_later: np.ndarray
    is_cut: bool

    @classmethod
    def of(cls, earlier: np.ndarray, later: np.ndarray) -> FramePair:
        """Find the motion between two frames, both ways, and where it can be trusted."""
        forward, backward = flow_between(earlier, later), flow_between(later, earlier)
        seen_later, seen_earlier = trust_flow(forward, backward), trust_flow(backward, forward)
        moved = sample_along_flow(earlier.astype(np.float32), backward)
        lost = np.abs(moved - later).mean() / 255
        is_cut = bool(
            seen_later.mean() < CUT_COVERAGE and lost > CUT_DIFFERENCE and _alike(moved, later) < LOWEST_CORRELATION
        )
        return cls(earlier, later, forward, backward, seen_earlier, seen_later, is_cut)

    def at(self, time: float) -> np.ndarray:
        """The frame at `time` between 0 (earlier) and 1 (later). Across a cut, the nearer of the two."""
        if time <= 0 or time >= 1 or self.is_cut:
            return self.earlier if time < 0.5 else self.later
        to_earlier, to_later, hidden_later, hidden_earlier = self._motion_at(time)
        one = sample_along_flow(self.earlier.astype(np.float32), to_earlier, cubic=True)
        two = sample_along_flow(self.later.astype(np.float32), to_later, cubic=True)
        weight_one = (1 - time) * (1 - hidden_earlier) + 1e-3
        weight_two = time * (1 - hidden_later) + 1e-3
        mixed = (one * weight_one[..., None] + two * weight_two[..., None]) / (weight_one + weight_two)[..., None]
        return (mixed + 0.5).clip(0, 255).astype(np.uint8)

    def _motion_at(self, time: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Flows from the wanted moment to both frames [h,w,2], and how far what is there is hidden in the later and the earlier, [h,w]."""
        import cv2

        from pipelines.vision.inpainting import push_pull

        # both flows sent to the wanted moment; where two land on one place, the one whose colours agree in both frames weighs more
        agree_one = _agreement(self.earlier, self.later, self.forward)
        agree_two = _agreement(self.later, self.earlier, self.backward)
        sum_one, weight_one = splat_values(self.forward, self.forward * time, agree_one)
        sum_two, weight_two = splat_values(-self.backward, self.backward * (1 - time), agree_two)
        weight = weight_one * (1 - time) + weight_two * time
        motion = (sum_one * (1 - time) + sum_two * time) / np.maximum(weight, 1e-6)[..., None]
        known = (weight > 0.02).astype(np.float32)
        if known.min() < 1:
            motion = push_pull(motion, known)
        motion = np.asarray(cv2.GaussianBlur(motion, (0, 0), 0.8))
        # hidden: seen in one frame only, and sent here from that one
        hidden_later = _land_marks(1 - self.seen_earlier, self.forward * time)
        hidden_earlier = _land_marks(1 - self.seen_later, self.backward * (1 - time))
        both = np.minimum(hidden_later, hidden_earlier)
        return -motion * time, motion * (1 - time), hidden_later - both, hidden_earlier - both


def _alike(first: np.ndarray, second: np.ndarray) -> float:
    a, b = first.mean(-1).ravel(), second.mean(-1, dtype=np.float32).ravel()
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-6))


def _agreement(first: np.ndarray, second: np.ndarray, flow: np.ndarray) -> np.ndarray:
    difference = np.abs(sample_along_flow(second.astype(np.float32), flow) - first).mean(-1)
    return np.exp(-difference / 12).astype(np.float32) + np.float32(0.01)


def _land_marks(marks: np.ndarray, flow: np.ndarray) -> np.ndarray:
    import cv2

    total, weight = splat_values(marks[..., None], flow, np.ones_like(marks))
    share = np.where(weight > 0.05, total[..., 0] / np.maximum(weight, 0.05), 0)
    return cv2.GaussianBlur(share.astype(np.float32), (0, 0), 1.2).clip(0, 1)
