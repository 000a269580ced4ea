"""Water, clouds, smoke and hair drift for ever in a still picture: Holynski et al. 2021, "Animating pictures with Eulerian motion fields"."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from PIL.Image import Image

from pipelines.animate.parts.arrows import DIRECTIONS, arrows_of, arrows_setting, flow_field, follow_flow
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal
from pipelines.media import Video
from pipelines.media.clip import (
    Exact,
    LongestSide,
    Rate,
    Seconds,
    Shape,
    frame_size,
    frames_in,
    make_video,
    mask_of,
    pixels_of,
    to_bytes,
)
from pipelines.vision.between import splat_values
from pipelines.vision.plate import resize_pixels

FIELD_PX = 320  # longer side of the grid on which the flow is followed
LONGEST_WAY = 0.055  # of the picture's longer side, that things go before they start over
TRIED, TRIED_PX = 16, 256  # beginnings that are compared, and the longer side at which they are
FADED = 0.02  # of the longer side: the soft edge of the region


@pipeline()
def loop(
    picture: Image,
    flowing: Annotated[
        Image,
        Input(
            samples=False,
            label="What flows",
            help="Paint white where it should move, such as water or hair.",
            editor="mask",
            over="picture",
        ),
    ],
    *,
    direction: Annotated[str, Choice(DIRECTIONS, label="Direction")] = "right",
    arrows: Annotated[
        str,
        arrows_setting("Arrows replace the direction above.", placeholder="0.2 0.7 > 0.5 0.75"),
    ] = "",
    speed: Annotated[float, Range(0.2, 20, 0.1, help="10 crosses a tenth of the picture each second.")] = 3.0,
    seconds: Seconds = 4.0,
    shape: Shape = "picture",
    longest_side: LongestSide = 960,
    exact: Exact = "",
    rate: Rate = 24,
    report: Report = silent,
) -> Video:
    """Make the painted region of a still picture flow without end; the last frame leads into the first.

    Holynski et al. 2021, sections 3 and 4.3: one flow for all time, followed forwards from the picture and backwards towards it, both splatted and mixed so that
    neither jump is seen. The flow comes from arrows or a direction instead of a network, and pixels are mixed instead of features; contrast lost by
    mixing is given back (Heitz and Neyret 2018). uint8 [h,w,3], even sides. Raises Refusal for an empty mask, wrong arrows, a tiny picture.
    """
    drawn = arrows_of(arrows) if direction == "arrows" or arrows.strip() else None
    pixels = pixels_of(picture)
    size = frame_size(picture.width, picture.height, shape, longest_side, exact)
    region = mask_of(flowing, picture.size, "paint over what flows.")
    pixels, region = cover(pixels, size), cover(region[..., None], size)[..., 0]
    if region.max() < 0.5:
        raise Refusal("The mask is empty in this format.")
    count = frames_in(seconds, rate)
    speed_px = speed / 100 * max(size)
    still = Flow.of(pixels, region, direction, drawn, speed_px, seconds)
    report(Progress(0, count, "Finding where the seam is seen least"))
    part = min(1.0, TRIED_PX / max(size))
    small = max(8, round(size[0] * part)), max(8, round(size[1] * part))
    reduced = resize_pixels(np.concatenate([pixels, region[..., None]], axis=-1), *small).clip(0, 1)
    still.begun = Flow.of(reduced[..., :3], reduced[..., 3], direction, drawn, speed_px * part, seconds).quietest(count)
    return make_video(size, rate, count, lambda index: to_bytes(still.at(index / count)), report)


def cover(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Cut to the proportions of `size` (width, height) around the middle and resized; float32 in 0..1."""
    height, width = pixels.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    wide, tall = min(width, round(size[0] / scale)), min(height, round(size[1] / scale))
    left, top = (width - wide) // 2, (height - tall) // 2
    return resize_pixels(pixels[top : top + tall, left : left + wide], *size).clip(0, 1)


class Flow:
    """A picture, the region that flows, and the field it flows along."""

    def __init__(
        self, pixels: np.ndarray, region: np.ndarray, field: np.ndarray, cycles: int, cycle_seconds: float
    ) -> None:
        self.pixels, self.region, self.field = pixels, region, field
        self.cycles, self.cycle_seconds = cycles, cycle_seconds
        self.begun = 0.0  # part of a cycle at which the loop begins

    @classmethod
    def of(
        cls,
        pixels: np.ndarray,
        region: np.ndarray,
        direction: str,
        arrows: np.ndarray | None,
        speed_px: float,
        seconds: float,
    ) -> Flow:
        """Prepare the motion of a picture's region, along arrows or in one direction."""
        import cv2

        height, width = region.shape
        part = min(1.0, FIELD_PX / max(width, height))
        size = max(8, round(width * part)), max(8, round(height * part))
        soft = cv2.GaussianBlur(region, (0, 0), max(1.0, FADED / 2 * max(width, height)))
        soft = np.minimum(region, ((soft - 0.3) / 0.7).clip(0, 1))
        field = flow_field(direction, arrows, size, speed_px * part)
        field *= cv2.resize(soft, size, interpolation=cv2.INTER_AREA)[..., None]  # slower towards the banks
        # whole cycles in the length, each so short that nothing is stretched far
        cycles = max(1, math.ceil(seconds * speed_px / (LONGEST_WAY * max(width, height))))
        return cls(pixels, soft, field, cycles, seconds / cycles)

    def at(self, time: float) -> np.ndarray:
        """The picture at `time` 0..1 of the loop, float32 [h,w,3] in 0..1."""
        import cv2

        phase = (time * self.cycles + self.begun) % 1.0
        height, width = self.region.shape
        sums = np.zeros((height, width, 3), np.float32)
        weights = np.zeros((height, width), np.float32)
        squares = np.zeros((height, width), np.float32)
        rows, columns = self._box()
        piece = self.pixels[rows, columns]
        for share, seconds in ((1 - phase, phase * self.cycle_seconds), (phase, (phase - 1) * self.cycle_seconds)):
            if share <= 0:
                continue
            gone = follow_flow(self.field, seconds)
            scale = width / gone.shape[1], height / gone.shape[0]
            gone = cv2.resize(gone, (width, height), interpolation=cv2.INTER_CUBIC) * np.array(scale, np.float32)
            colours, weight = splat_values(piece, gone[rows, columns], np.ones(piece.shape[:2], np.float32))
            known = np.minimum(weight, 1)[..., None] * share / np.maximum(weight, 1e-4)[..., None]
            sums[rows, columns] += colours * known
            covered = np.minimum(weight, 1) * share
            weights[rows, columns] += covered
            squares[rows, columns] += covered**2
        mixed = (sums + 1e-4 * self.pixels) / (weights + 1e-4)[..., None]
        # mixing two textures lowers contrast by the root of the squared weights; given back around the local mean
        gain = np.maximum(weights, 1e-4) / np.sqrt(np.maximum(squares, 1e-8))
        mean = cv2.GaussianBlur(mixed, (0, 0), 0.012 * max(width, height))
        mixed = mean + (mixed - mean) * np.where(weights > 0.5, gain, 1)[..., None]
        return (self.pixels + self.moving()[..., None] * (mixed - self.pixels)).clip(0, 1)

    def quietest(self, count: int) -> float:
        """Where to begin, as a part of a cycle, so that the last of `count` frames differs from the first as little as neighbours ever do.

        Frames differ most where one of the two layers is alone, for it is sharp there, and least where they are a quarter mixed; where exactly depends on
        the picture, so it is measured.
        """
        steps = []
        for number in range(TRIED):
            self.begun = number / TRIED
            steps.append(float(np.abs(self.at(0.0) - self.at(-1 / count)).mean()))
        return int(np.argmin(steps)) / TRIED

    def moving(self) -> np.ndarray:
        """Where the mixed picture is shown: everywhere in the region but its outermost, resting rim."""
        return (self.region * 6).clip(0, 1)

    def _box(self) -> tuple[slice, slice]:
        """The part of the picture that can flow into the region."""
        margin = math.ceil(LONGEST_WAY * max(self.region.shape)) + 2
        rows, columns = (np.flatnonzero(self.region.any(axis)) for axis in (1, 0))
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(max(0, rows[0] - margin), rows[-1] + margin), slice(
            max(0, columns[0] - margin), columns[-1] + margin
        )
