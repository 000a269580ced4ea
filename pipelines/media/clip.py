"""What the methods share: length, rate and size of a clip, and a Video whose frames are made one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Annotated

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report
from pipelines.core.settings import Choice, Range, Refusal, Text
from pipelines.media import Video
from pipelines.media.video import picture_of

SMALLEST_PX = 16
LONGEST_CLIP_SECONDS = 600.0  # of a video that is worked on
MOST_FRAMES = 40_000

Seconds = Annotated[float, Range(0.5, 60, 0.1, label="Length", help="In seconds.", scales_time=True)]
Rate = Annotated[int, Range(12, 60, 1, label="Frames per second", more=True, scales_time=True)]
LongestSide = Annotated[int, Range(160, 1920, 2, label="Longest side", help="In pixels; 1280 is HD, 1920 is Full HD.")]
SHAPES = {
    "picture": "As the picture",
    "16:9": "16:9 wide",
    "9:16": "9:16 upright",
    "1:1": "1:1 square",
    "4:3": "4:3",
    "21:9": "21:9 cinema",
}
Shape = Annotated[str, Choice(SHAPES, label="Format", help="Parts that do not fit are cut off.")]
Exact = Annotated[
    str,
    Text(
        label="Exact size",
        help="In pixels, at most 1920 x 1080.",
        placeholder="1080 x 1350",
        max_characters=20,
        more=True,
    ),
]


def frame_size(width: int, height: int, shape: str, longest_side: int, exact: str = "") -> tuple[int, int]:
    """Width and height of the video, even, the longer one `longest_side` at most and never above 1920 x 1080 or 1080 x 1920.

    `exact` "width x height" is taken as it is. Raises Refusal where that cannot be read, is odd or too large.
    """
    if exact.strip():
        return _exact_size(exact)
    wide, tall = (width, height) if shape == "picture" else map(int, shape.split(":"))
    longest = min(longest_side, 1920)
    scale = min(longest / max(wide, tall), 1080 / min(wide, tall))
    return max(2, round(wide * scale / 2) * 2), max(2, round(tall * scale / 2) * 2)


def _exact_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,5})\s*[x×*,]\s*(\d{1,5})\s*", text.lower())
    if not match:
        raise Refusal(f"The size “{text[:20]}” must be like “1280 x 720”.")
    width, height = int(match[1]), int(match[2])
    if (
        width % 2
        or height % 2
        or min(width, height) < SMALLEST_PX
        or max(width, height) > 1920
        or min(width, height) > 1080
    ):
        raise Refusal(f"The size must be even, from {SMALLEST_PX} pixels to 1920 x 1080 or 1080 x 1920.")
    return width, height


def frames_in(seconds: float, rate_hz: int) -> int:
    """Return how many frames a time has, at least one."""
    return max(1, round(seconds * rate_hz))


def check_picture(picture: Image, called: str = "picture") -> None:
    """Raises Refusal for a picture too small to move in."""
    if min(picture.size) < SMALLEST_PX:
        raise Refusal(f"This {called} is too small; both sides need {SMALLEST_PX} pixels or more.")


def pixels_of(picture: Image, called: str = "picture") -> np.ndarray:
    """float32 [h,w,3] in 0..1. Raises Refusal for a picture too small to move in."""
    check_picture(picture, called)
    return np.asarray(picture.convert("RGB"), np.float32) / 255


def mask_of(mask: Image, size: tuple[int, int], why: str) -> np.ndarray:
    """A painted mask, white where something is chosen, float32 [h,w] in 0..1 at `size` (width, height). Raises Refusal when empty."""
    gray = mask.convert("RGB").convert("L").resize(size, PillowImage.Resampling.BILINEAR)
    chosen = np.asarray(gray, np.float32) / 255
    if chosen.max() < 0.5:
        raise Refusal(f"The mask is empty; {why}")
    return chosen


def to_bytes(frame: np.ndarray) -> np.ndarray:
    """float 0..1 -> uint8, rounded."""
    return (frame * 255 + 0.5).clip(0, 255).astype(np.uint8)


def make_video(
    size: tuple[int, int], rate_hz: int | Fraction, count: int, frame_at: Callable[[int], np.ndarray], report: Report
) -> Video:
    """Make a Video whose frame i is frame_at(i), computed on demand; each frame is reported with a preview."""

    def frames() -> Iterator[np.ndarray]:
        for index in range(count):
            frame = frame_at(index)
            report(frame_progress(index, count, frame))
            yield frame

    return Video(size[0], size[1], Fraction(rate_hz), count, frames)


def frame_progress(index: int, count: int, frame: np.ndarray) -> Progress:
    """Return the progress of a video at one frame, with the frame as its preview."""
    return Progress(
        index, max(1, count), f"Frame {index + 1} of {count}", lambda: PillowImage.fromarray(picture_of(frame))
    )


def check_clip(video: Video, least_frames: int = 2) -> None:
    """Raises Refusal for a video that is too short, too long or too small to be worked on."""
    if video.frame_count < least_frames:
        raise Refusal(f"This video has {video.frame_count} frame(s); {least_frames} are needed.")
    if video.seconds > LONGEST_CLIP_SECONDS or video.frame_count > MOST_FRAMES:
        raise Refusal(
            f"This video is {video.seconds / 60:.0f} minutes long; cut it to {LONGEST_CLIP_SECONDS / 60:.0f} minutes."
        )
    if min(video.width, video.height) < SMALLEST_PX:
        raise Refusal(f"This video is too small; both sides need {SMALLEST_PX} pixels or more.")
