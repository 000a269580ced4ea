"""Frames between frames: flow both ways, splatted to the moment wanted, and what is hidden in one frame taken from the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import numpy as np

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Toggle
from pipelines.media import Video
from pipelines.media.clip import check_clip, frame_progress
from pipelines.vision.between import FramePair


@pipeline()
def interpolate(
    video: Annotated[Video, Input(help="Its sound is kept.")],
    *,
    factor: Annotated[int, Range(2, 8, 1, scales_time=True)] = 2,
    slow_motion: Annotated[
        bool,
        Toggle(label="Slow motion", help="The video becomes longer and loses its sound."),
    ] = False,
    report: Report = silent,
) -> Video:
    """Add frames between the frames of a video, for a higher rate or slow motion; each is made from its two neighbours.

    Motion by dense inverse search (Kroeger et al. 2016) in both directions, forward splatting to the moment wanted with occlusion by
    forward-backward consistency (as Baker et al. 2011, "A database and evaluation methodology for optical flow", section 3.3).
    The frames of the video itself stay as they are; nothing is blended across a cut. uint8 [h,w,3]. Raises Refusal for fewer than two frames or more than 10 minutes.
    """
    check_clip(video)
    count = (video.frame_count - 1) * factor + 1
    rate = video.rate_hz if slow_motion else video.rate_hz * factor

    def frames() -> Iterator[np.ndarray]:
        earlier: np.ndarray | None = None
        index = 0
        for later in video.frames():
            if earlier is not None:
                pair = FramePair.of(earlier, later)
                for step in range(1, factor):
                    made = pair.at(step / factor)
                    report(frame_progress(index, count, made))
                    yield made
                    index += 1
            report(frame_progress(index, count, later))
            yield later
            index += 1
            earlier = later

    return replace(video, rate_hz=rate, frame_count=count, frames=frames, sound=None if slow_motion else video.sound)
