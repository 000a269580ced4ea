"""What is shown of a film: the flicker of its fine detail, and blinks, lips and pulse of a face in it. A film is never judged by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts import film_traces, motion_signals
from pipelines.detect.parts.signals import Examined, signals_of
from pipelines.detect.parts.tracking import follow

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound, Video

MOST_SECONDS = 60.0  # of a film that are followed face by face
LONGEST_PX = 1280


def examine_video(video: Video, sound: Sound | None = None, *, report: Report = silent) -> Examined:
    """Every measurement of a film; `sound` is its own track. Raises MissingModel, and Refusal where a frame cannot be read."""
    rate = float(video.rate_hz)
    most = min(video.frame_count, round(MOST_SECONDS * rate))
    neighbours = film_traces.Neighbours(rate, max(2, most // film_traces.PAIRS))

    def frames():
        for number, frame in enumerate(video.frames()):
            if number >= most:
                return
            neighbours.take(number, frame)
            yield _smaller(frame)

    def tick(number: int) -> None:
        if number % 8 == 0:
            report(Progress(number, most + 1, "Following faces and looking at frames"))

    track = follow(frames(), rate, tick)
    report(Progress(most, most + 1, "Blinks, pulse, lips"))
    shown = (look(neighbours) for look in signals_of("frames"))
    return Examined((*shown, *motion_signals.of_face(track, sound)))


def _smaller(frame: np.ndarray) -> np.ndarray:
    import cv2

    scale = LONGEST_PX / max(frame.shape[:2])
    if scale >= 1:
        return frame
    return cv2.resize(
        frame, (round(frame.shape[1] * scale), round(frame.shape[0] * scale)), interpolation=cv2.INTER_AREA
    )
