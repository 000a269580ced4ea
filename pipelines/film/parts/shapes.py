"""What all steps of a film share: its formats, its rate, and how a picture of any size fills a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pipelines.core.settings import Choice, Range

if TYPE_CHECKING:
    import numpy as np

FORMATS = {"16:9": "Wide 16:9", "9:16": "Upright 9:16", "1:1": "Square 1:1"}
RATE_HZ = 24
SOUND_HZ = 48_000
MOST_FRAMES = 60 * RATE_HZ  # of one scene
LONGEST_SECONDS = 300.0  # of a film: what its music can be composed for

Shape = Annotated[str, Choice(FORMATS, label="Format")]
Side = Annotated[int, Range(90, 1080, 2, label="Shorter side", help="In pixels: 720 is HD, 360 a draft.")]
Frames = Annotated[int, Range(1, 60 * 60, 1, label="Frames", help="How many, exactly.", scales_time=True)]
FilmFrames = Annotated[
    int,
    Range(
        1, 60 * LONGEST_SECONDS, 1, label="Frames", help="Of the film; the track is exactly as long.", scales_time=True
    ),
]
Overlap = Annotated[int, Range(0, 120, 1, label="Overlap", help="Frames that a transition shares.", more=True)]


def size_of(shape: str, shorter_side: int) -> tuple[int, int]:
    """Width and height in pixels, even."""
    wide, tall = map(int, shape.split(":"))
    scale = shorter_side / min(wide, tall)
    return round(wide * scale / 2) * 2, round(tall * scale / 2) * 2


def filling(frame: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """uint8 [h,w,3] scaled and cropped evenly so that it fills `size` (width, height)."""
    import cv2
    import numpy as np

    height, width = frame.shape[:2]
    if (width, height) == size:
        return frame
    scale = max(size[0] / width, size[1] / height)
    wide, tall = max(size[0], round(width * scale)), max(size[1], round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.resize(frame, (wide, tall), interpolation=how)
    left, top = (wide - size[0]) // 2, (tall - size[1]) // 2
    return np.ascontiguousarray(large[top : top + size[1], left : left + size[0]])
