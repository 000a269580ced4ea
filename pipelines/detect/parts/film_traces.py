"""What neighbouring frames of a film say: whether fine traces flicker, what motion leaves unexplained (optical flow), and the picture head on frames. Shown only, never weighed.

Made films often keep the large motion and lose the small: fine detail is drawn anew in each frame instead of moving with its thing, and motion leaves a larger residual where
shapes melt (as used by Bai et al. 2024, "AI-Generated Video Detection via Spatio-Temporal Anomaly Learning"). No films of today's generators were at hand to measure a rate on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.detect.parts.signals import Moment, Signal, silent_signal

if TYPE_CHECKING:
    import numpy as np

TITLES = {"flicker": "Flicker of fine traces", "flow": "Left over by motion", "frames_native": "Picture head on frames"}
UNKNOWN = (
    "How often this is wrong has not been measured on films by generators of today; it adds nothing to any verdict."
)
CAVEATS = {
    "flicker": f"Hard saving, night and handheld cameras make detail flicker too. {UNKNOWN}",
    "flow": f"Water, smoke, hands and fast motion are never explained by flow. {UNKNOWN}",
    "frames_native": f"The head learned pictures; films are saved much harder than these. {UNKNOWN}",
}
PAIRS, HEAD_LOOKS = 10, 4
LONGEST_PX = 640
LEAST_PIXELS = 4000  # that are trusted and textured, in a pair
LEAST_PAIRS = 3


@dataclass
class Pair:
    """Two neighbouring frames: when, how well fine traces follow the motion and stay in place, and what of the motion is unexplained."""

    at_seconds: float
    follows: float  # correlation of the residuals once the earlier one is moved
    stays: float  # the same without moving it
    energy: float  # natural logarithm of the later residual's power
    left_over: float  # mean difference 0..1 after motion, where the flow is trusted
    lost: float  # share of pixels that the flow does not find again


@dataclass
class Neighbours:
    """Gathers pairs of frames while a film is read once; `every` frames one pair."""

    rate_hz: float
    every: int
    pairs: list[Pair] = field(default_factory=list)
    ratios: list[tuple[float, float]] = field(default_factory=list)  # second, log odds of the picture head
    _before: np.ndarray | None = None

    def take(self, number: int, frame: np.ndarray) -> None:
        """The frame of that number, uint8 [h,w,3] at its own size. Raises MissingModel."""
        turn = number % self.every
        if turn == self.every // 2 and len(self.pairs) < PAIRS:
            self._before = _small(frame)
        elif self._before is not None:
            found = compared(self._before, _small(frame), number / self.rate_hz)
            self._before = None
            if found is not None:
                self.pairs.append(found)
        if turn == self.every // 2 and len(self.ratios) < HEAD_LOOKS and (number // self.every) % 3 == 0:
            self._look(number, frame)

    def _look(self, number: int, frame: np.ndarray) -> None:
        from PIL import Image

        from pipelines.detect.parts import native, wild_head

        if min(frame.shape[:2]) >= native.LEAST_SIDE_PX:
            picture = native.middle(Image.fromarray(frame))
            self.ratios.append((number / self.rate_hz, wild_head.ratio(native.measure(picture))))


def _small(frame: np.ndarray) -> np.ndarray:
    """The middle of a frame, LONGEST_PX each way at most: cut, not scaled, since scaling takes the fine traces away."""
    import numpy as np

    top, left = (max(0, (side - LONGEST_PX) // 2) for side in frame.shape[:2])
    return np.ascontiguousarray(frame[top : top + LONGEST_PX, left : left + LONGEST_PX])


def compared(earlier: np.ndarray, later: np.ndarray, at_seconds: float) -> Pair | None:
    """What two neighbouring frames (uint8 [h,w,3]) say; None over a cut, and where too little is textured."""
    import cv2
    import numpy as np

    from pipelines.vision.flow import MotionEstimator, sampled

    motion = MotionEstimator().between(earlier, later)
    if motion.is_cut:
        return None
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in (earlier, later)]
    residuals = [one - cv2.GaussianBlur(one, (0, 0), 1.2) for one in grey]
    texture = cv2.GaussianBlur(residuals[1] ** 2, (0, 0), 4.0)
    use = (motion.trust > 0.5) & (texture > max(1.0, float(np.median(texture))))
    if use.sum() < LEAST_PIXELS:
        return None
    moved = sampled(residuals[0][..., None], motion.backward, cubic=True).reshape(grey[1].shape)
    left_over = np.abs(motion.warped(earlier) - later).mean(2)[motion.trust > 0.5].mean() / 255
    return Pair(
        at_seconds,
        _correlation(moved[use], residuals[1][use]),
        _correlation(residuals[0][use], residuals[1][use]),
        float(np.log((residuals[1] ** 2).mean() + 1e-3)),
        float(left_over),
        float((motion.trust <= 0.5).mean()),
    )


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    import numpy as np

    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-9))


def signals(found: Neighbours) -> tuple[Signal, ...]:
    """The three signals of a film; each has a weight of nothing."""
    return (_flicker(found.pairs), _flow(found.pairs), _head(found.ratios))


def _flicker(pairs: list[Pair]) -> Signal:
    import numpy as np

    if len(pairs) < LEAST_PAIRS:
        return silent_signal(
            "flicker", TITLES["flicker"], "Too few neighbouring frames could be compared.", CAVEATS["flicker"]
        )
    follows, stays = (np.array([getattr(one, name) for one in pairs]) for name in ("follows", "stays"))
    energy = np.array([one.energy for one in pairs])
    wavers = float(np.abs(np.diff(energy)).mean())
    middle = float(np.median(follows))
    count = len(pairs)
    finding = (
        f"In {count} pairs of neighbouring frames, fine detail moves with what is shown (median correlation {middle:.2f})."
        if middle > 0.6
        else f"In {count} pairs of neighbouring frames, fine detail partly moves with what is shown (median correlation {middle:.2f})."
        if middle > 0.3
        else f"In {count} pairs of neighbouring frames, fine detail is drawn anew from frame to frame (median correlation {middle:.2f})."
    )
    moments = tuple(
        Moment(one.at_seconds, one.at_seconds + 0.1, f"fine detail correlates by {one.follows:.2f}") for one in pairs
    )
    numbers = {"follows": middle, "stays": float(np.median(stays)), "energy_wavers": wavers, "pairs": float(len(pairs))}
    return Signal("flicker", TITLES["flicker"], True, 0.0, 1.0, finding, CAVEATS["flicker"], moments=moments, measured=numbers, fitted=False)  # fmt: skip


def _flow(pairs: list[Pair]) -> Signal:
    import numpy as np

    if len(pairs) < LEAST_PAIRS:
        return silent_signal("flow", TITLES["flow"], "Too few neighbouring frames could be compared.", CAVEATS["flow"])
    left, lost = (np.array([getattr(one, name) for one in pairs]) for name in ("left_over", "lost"))
    finding = f"Motion does not explain {100 * np.median(left):.1f} % of the brightness range (median; at most {100 * left.max():.1f} %). {100 * np.median(lost):.0f} % of the picture is not found in the next frame."
    numbers = {"left_over": float(np.median(left)), "most_left_over": float(left.max()), "not_found_again": float(np.median(lost))}  # fmt: skip
    return Signal("flow", TITLES["flow"], True, 0.0, 1.0, finding, CAVEATS["flow"], measured=numbers, fitted=False)


def _head(ratios: list[tuple[float, float]]) -> Signal:
    import numpy as np

    if not ratios:
        return silent_signal(
            "frames_native",
            TITLES["frames_native"],
            "Its frames are too small for the picture head.",
            CAVEATS["frames_native"],
        )
    values = np.array([value for _, value in ratios])
    finding = f"The picture head gives a median ratio of {np.median(values):+.1f} on {len(values)} frames, from {values.min():+.1f} to {values.max():+.1f}."
    moments = tuple(Moment(at, at + 0.1, f"this frame {value:+.1f}") for at, value in ratios)
    numbers = {"median_ratio": float(np.median(values)), "frames": float(len(values))}
    return Signal("frames_native", TITLES["frames_native"], True, 0.0, 1.0, finding, CAVEATS["frames_native"], moments=moments, measured=numbers)  # fmt: skip
