"""A painted video that does not flicker: Ruder et al. 2016, "Artistic style transfer for videos", around feed-forward painters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal
from pipelines.media import Network, Video
from pipelines.stylize.gallery import or_none
from pipelines.stylize.painting import KeepColours
from pipelines.stylize.parts import tiles
from pipelines.stylize.parts.colour import keep_colours as with_colours_of
from pipelines.stylize.parts.colour import mix_pictures
from pipelines.stylize.parts.stylers import (
    MULTISTYLE,
    PREDICT,
    TRANSFORM,
    Styler,
    by_name,
    by_network,
    by_paintings,
    named_styles,
    trained_cards,
)
from pipelines.vision.flow import FlowPair, MotionEstimator, flicker, temporal_error

__all__ = ["MULTISTYLE", "PREDICT", "TRANSFORM", "temporal_error", "video"]
STRIDE_PX = 4  # the painters work on a grid of 4 x 4 pixels
WHOLE_PIXELS = 2_000_000  # no frame is cut into tiles
LONGEST_MEMORY = 0.9  # of the earlier frame in the later one, at smoothness 1
SHARPENING = 0.5  # of what warping again and again softens


@pipeline(models=(MULTISTYLE, PREDICT, TRANSFORM), optional=trained_cards())
def video(
    video: Annotated[Video, Input(help="Its sound is kept.")],
    style: Annotated[Image | None, Input(label="Painting", help="Its strokes and colours are used.")] = None,
    network: Annotated[Network | None, Input(label="Your own network", help="A style from “Train a style”.")] = None,
    *,
    gallery_style: Annotated[
        str, Choice(or_none, label="Style", help="Used without a painting or a network.")
    ] = "none",
    strength: Annotated[float, Range(0, 1, 0.05, help="0 keeps the video, 1 paints it fully.")] = 1.0,
    smoothness: Annotated[
        float,
        Range(
            0,
            1,
            0.05,
            help="How much of each frame stays.",
        ),
    ] = 0.7,
    keep_colours: KeepColours = False,
    longest_side: Annotated[
        int,
        Range(
            256,
            1280,
            16,
            label="Longest side",
            help="Longest side in pixels.",
        ),
    ] = 640,
    report: Report = silent,
) -> Video:
    """Paint a video in the style of a painting, of the list, or with a network of your own, without flicker.

    Ruder et al. 2016, sections 4.1 and 4.3, with motion by dense inverse search: frames are made as they are read, uint8 [h,w,3], even
    sides, in constant memory. Temporal error on a pan at smoothness 0.7, against frame by frame: see docs/stylize.md.
    Raises Refusal when there is nothing to paint with, MissingModel without the networks.
    """
    if network is None and style is None and gallery_style == "none":
        raise Refusal("Add a painting or a network, or choose a style.")
    scale = min(1.0, longest_side / max(video.width, video.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (video.width, video.height))

    def painter(first: np.ndarray) -> AbstractContextManager[Styler]:
        if network is not None:
            return by_network(network)
        if style is not None:
            return by_paintings(first, [(style, 1.0)], 1.0)
        return by_name(named_styles()[gallery_style])

    def frames() -> Iterator[np.ndarray]:
        originals = (tiles.resize_picture(frame, (height, width)) for frame in video.frames())
        first = next(originals, None)
        if first is None:
            return
        with painter(first) as styler:
            film = _Film(styler, LONGEST_MEMORY * smoothness)
            for index, original in enumerate(_after(first, originals)):
                painted = film.painted(original, _at(report, index, video.frame_count, film))
                if keep_colours:
                    painted = with_colours_of(painted, original)
                yield mix_pictures(original, painted, strength)

    return Video(width, height, video.rate_hz, video.frame_count, frames, video.sound)


def _after(first: np.ndarray, rest: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    yield first
    yield from rest


def _at(report: Report, index: int, total: int, film: _Film) -> Report:
    """A Report that places the work on one frame within the video, with the newest frame and the flicker so far."""

    def frame(progress: Progress) -> None:
        newest = film.newest
        preview = None if newest is None else lambda: PillowImage.fromarray(newest)
        report(
            Progress(index + progress.fraction, max(1, total), f"Frame {index + 1} of {total}", preview, film.numbers())
        )

    return frame


@dataclass
class _Film:
    """What one frame hands to the next: itself before and after painting, and where the painter's grid lies on its things."""

    styler: Styler
    memory: float
    estimator: MotionEstimator = field(default_factory=MotionEstimator)
    original: np.ndarray | None = None
    alone: np.ndarray | None = None  # the newest frame as painted without memory
    state: np.ndarray | None = None  # float32, so that rounding does not add up
    newest: np.ndarray | None = None
    moved: np.ndarray = field(default_factory=lambda: np.zeros(2))  # pixels (x, y) that things went since the last cut
    errors: list[tuple[float, float]] = field(default_factory=list)

    def painted(self, original: np.ndarray, report: Report) -> np.ndarray:
        """The next frame, painted; uint8 [h,w,3] -> the same."""
        motion = None
        if self.memory > 0 and self.original is not None:
            found = self.estimator.between(self.original, original)
            motion = None if found.is_cut else found
        # the painter's grid goes along with the picture: a departure from the paper that takes a third of the flicker at no cost
        self.moved = np.zeros(2) if motion is None else self.moved - _typical(motion)
        alone = self._on_grid(original, report) if self.memory > 0 else tiles.paint_tiles(self.styler, original, report)
        # section 4.1 and 4.3: where motion can be trusted, the earlier frame, moved, is the target; here they are mixed
        state, newest = alone.astype(np.float32), alone
        if motion is not None and self.state is not None and self.alone is not None and self.newest is not None:
            share = self.memory * _soft(motion.trust)[..., None]
            state += share * (motion.warped(self.state) - state)
            newest = _sharpen(state, SHARPENING * share)
            self.errors.append((flicker(self.newest, newest, motion), flicker(self.alone, alone, motion)))
            del self.errors[:-100]
        self.original, self.alone, self.state, self.newest = original, alone, state, newest
        return newest

    def _on_grid(self, original: np.ndarray, report: Report) -> np.ndarray:
        """Painted with borders added at the top and left so that things lie on the grid where they lay in the frame before."""
        left, top = (round(float(-pixels)) % STRIDE_PX for pixels in self.moved)
        height, width = original.shape[:2]
        edges = ((top, STRIDE_PX - top), (left, STRIDE_PX - left), (0, 0))
        padded = np.pad(original, edges, mode="symmetric")
        return tiles.paint_tiles(self.styler, padded, report, whole_pixels=WHOLE_PIXELS)[
            top : top + height, left : left + width
        ]

    def numbers(self) -> dict[str, float]:
        """Temporal error of the newest frames, and of what the painter gave before the frames were blended."""
        if not self.errors:
            return {}
        smooth, alone = np.mean(self.errors, axis=0)
        return {"flicker": float(smooth), "flicker before blending": float(alone)}


def _typical(motion: FlowPair) -> np.ndarray:
    """The median backward motion (x, y) of trusted pixels."""
    sure = motion.backward[motion.trust > 0]
    return np.median(sure, axis=0) if len(sure) else np.zeros(2)


def _soft(trust: np.ndarray) -> np.ndarray:
    """Trust that fades towards its borders, and stays 0 where it was 0."""
    import cv2

    return trust * cv2.GaussianBlur(trust, (0, 0), 1.5)


def _sharpen(state: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Unsharp mask of 1 pixel, float32 [h,w,3] -> uint8; shown only, never handed on, so it cannot build up."""
    import cv2

    soft = cv2.GaussianBlur(state, (0, 0), 1.0)
    return (state + amount * (state - soft) + 0.5).clip(0, 255).astype(np.uint8)
