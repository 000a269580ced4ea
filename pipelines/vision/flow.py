"""Motion between neighbouring frames and what of it can be trusted: Ruder et al. 2016, "Artistic style transfer for videos".

Frames are uint8 [h,w,3], a flow is float32 [h,w,2] in pixels (x, y), trust is float32 [h,w] in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SMALLEST_PX = 16  # the flow search needs room for its coarsest level
CUT_COVERAGE = 0.5  # below this part of pixels found again, two frames may belong to different scenes
CUT_DIFFERENCE = 0.12  # and above this mean difference (0..1) after motion


@dataclass(frozen=True)
class FlowPair:
    """How the later of two frames looks back at the earlier."""

    backward: np.ndarray  # [h,w,2]: what is at x was at x + backward[x]
    trust: np.ndarray  # [h,w]: 0 where something came into view or where two motions meet
    is_cut: bool  # the two frames belong to different scenes

    def warped(self, earlier: np.ndarray) -> np.ndarray:
        """A picture of the earlier frame, [h,w,c], moved to where its things are in the later one; float32."""
        return sample_along_flow(earlier.astype(np.float32), self.backward, cubic=True)


def make_search() -> Any:
    """Dense inverse search, Kroeger et al. 2016."""
    import cv2

    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)


@dataclass
class MotionEstimator:
    """Motion between frames of one size, both directions searched so that they can be held against each other."""

    search: Any = field(default_factory=make_search)

    def between(self, earlier: np.ndarray, later: np.ndarray) -> FlowPair:
        """Return the motion from one frame to the next and back."""
        height, width = later.shape[:2]
        before, after = _gray(earlier), _gray(later)
        forward = self.search.calc(before, after, None)[:height, :width]
        backward = self.search.calc(after, before, None)[:height, :width]
        trust = trust_flow(forward, backward)
        lost = np.abs(sample_along_flow(earlier.astype(np.float32), backward) - later).mean() / 255
        return FlowPair(backward, trust, bool(trust.mean() < CUT_COVERAGE and lost > CUT_DIFFERENCE))


def _gray(frame: np.ndarray) -> np.ndarray:
    import cv2

    gray = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY)
    below, right = (max(0, SMALLEST_PX - side) for side in gray.shape)
    return cv2.copyMakeBorder(gray, 0, below, 0, right, cv2.BORDER_REPLICATE) if below or right else gray


def sample_along_flow(picture: np.ndarray, flow: np.ndarray, *, cubic: bool = False) -> np.ndarray:
    """picture[x + flow[x]] for every pixel x; beyond the border the nearest pixel."""
    import cv2

    height, width = flow.shape[:2]
    x = flow[..., 0] + np.arange(width, dtype=np.float32)
    y = flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(picture, x, y, cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def trust_flow(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """Where the backward flow holds, 0 or 1, [h,w]: Ruder et al. 2016, equations 5 (came into view) and 6 (motion boundary)."""
    import cv2

    height, width = backward.shape[:2]
    # equation 5: following the motion back and forth again must lead home
    there = sample_along_flow(forward, backward)
    astray = ((there + backward) ** 2).sum(-1)
    length = (there**2).sum(-1) + (backward**2).sum(-1)
    came_into_view = astray > 0.01 * length + 0.5
    # equation 6: steep changes of the flow
    slopes = [cv2.Sobel(backward, cv2.CV_32F, dx, dy, ksize=1, scale=0.5) for dx, dy in ((1, 0), (0, 1))]
    steepness = sum((slope**2).sum(-1) for slope in slopes)
    boundary = steepness > 0.01 * (backward**2).sum(-1) + 0.002
    # what lay outside the earlier frame
    x = backward[..., 0] + np.arange(width, dtype=np.float32)
    y = backward[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    outside = (x < -0.5) | (y < -0.5) | (x > width - 0.5) | (y > height - 0.5)
    return (~(came_into_view | boundary | outside)).astype(np.float32)


def flicker(earlier: np.ndarray, later: np.ndarray, motion: FlowPair) -> float:
    """Mean absolute change (0..1) of a picture that motion does not explain, where the motion can be trusted."""
    difference = np.abs(motion.warped(earlier) - later).mean(-1) / 255
    return float((difference * motion.trust).sum() / max(1.0, motion.trust.sum()))


def temporal_error(frames: Iterable[np.ndarray], originals: Iterable[np.ndarray]) -> float:
    """Warping error of a painted video (Lai et al. 2018, equation 7, with L1): mean flicker over frames, motion from the originals.

    Both give uint8 [h,w,3] frames, equally many and of one size; pairs across a cut are left out. 0 for fewer than two frames.
    """
    estimator, errors = MotionEstimator(), []
    earlier: tuple[np.ndarray, np.ndarray] | None = None
    for painted, original in zip(frames, originals, strict=True):
        if earlier is not None:
            motion = estimator.between(earlier[1], original)
            if not motion.is_cut:
                errors.append(flicker(earlier[0], painted, motion))
        earlier = painted, original
    return float(np.mean(errors)) if errors else 0.0
