"""Small clips and sounds, made on the spot, for tests of the cut."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from pipelines.media import Sound, Video, load_video, save_video

SIZE = (160, 90)


def drifting(seed: int, frames: int, rate: int = 24, size: tuple[int, int] = SIZE) -> Video:
    """Smooth colours that move a pixel a frame."""
    width, height = size
    small = np.random.default_rng(seed).integers(40, 216, (6, 10, 3)).astype(np.uint8)
    large = cv2.resize(small, (width + 200, height), interpolation=cv2.INTER_CUBIC)

    def make_frames() -> Iterator[np.ndarray]:
        for index in range(frames):
            at = index % 200
            yield large[:, at : at + width].copy()

    return Video(width, height, Fraction(rate), frames, make_frames)


def saved(video: Video, path: Path) -> Video:
    save_video(video, path)
    return load_video(path)


def tone(seconds: float, rate: int = 24_000, hz: float = 330.0, level: float = 0.2) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return Sound((level * np.sin(2 * np.pi * hz * time)).astype(np.float32)[:, None], rate)
