"""A video at another pace: slower, faster, ramped, backwards, there and back, always with frames made for the moment wanted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal
from pipelines.media import Video
from pipelines.media.clip import check_clip, frame_progress
from pipelines.vision.between import FramePair

ORDERS = {"forward": "Forwards", "reverse": "Backwards", "ping-pong": "There and back (a loop)"}
MOST_STORED_BYTES = 6_000_000_000  # of frames on the disk, where a video is read backwards
STEPS = 400  # in which a ramp is added up


@pipeline()
def pace(
    video: Annotated[Video, Input(help="The sound is kept only at an even pace.")],
    *,
    start_speed: Annotated[
        float, Range(0.1, 8, 0.05, label="Speed at the start", help="1 is the original speed.")
    ] = 1.0,
    middle_speed: Annotated[float, Range(0.1, 8, 0.05, label="Speed in the middle")] = 0.5,
    end_speed: Annotated[float, Range(0.1, 8, 0.05, label="Speed at the end")] = 1.0,
    order: Annotated[str, Choice(ORDERS, label="Direction")] = "forward",
    report: Report = silent,
) -> Video:
    """Change the pace of a video: slow motion, speed ramps, backwards, there and back.

    The logarithm of the speed goes through the three values along a smooth curve; frames in between as in `animate.interpolate`. Backwards, frames wait
    on the disk, so memory does not grow. uint8 [h,w,3]. Raises Refusal for fewer than two frames or more than 10 minutes.
    """
    check_clip(video)
    places = moments(video.frame_count, (start_speed, middle_speed, end_speed))
    if order == "ping-pong":
        places = np.concatenate([places, places[-2:0:-1]])
    elif order == "reverse":
        places = places[::-1]
    backwards = order != "forward"
    if backwards and video.frame_count * video.width * video.height * 3 > MOST_STORED_BYTES:
        raise Refusal("This video is too long to be played backwards; cut it first.")
    count = len(places)
    unchanged = not backwards and start_speed == middle_speed == end_speed == 1

    def frames() -> Iterator[np.ndarray]:
        with _Stored(video, report) if backwards else _Passing(video) as source:
            pair: tuple[int, FramePair] | None = None
            for index, place in enumerate(places):
                left = min(int(place), video.frame_count - 2)
                share = float(place - left)
                if share < 1e-3 or share > 1 - 1e-3:
                    frame = source.at(left + round(share))
                else:
                    if pair is None or pair[0] != left:
                        pair = left, FramePair.of(source.at(left), source.at(left + 1))
                    frame = pair[1].at(share)
                report(frame_progress(index, count, frame))
                yield frame

    return replace(video, frame_count=count, frames=frames, sound=video.sound if unchanged else None)


def moments(frame_count: int, speeds: tuple[float, float, float]) -> np.ndarray:
    """Where in the video each new frame lies, in frames from the first, rising; speed in frames a new frame along the way."""
    from pipelines.media.curves import catmull_rom

    logs = np.log(np.array(speeds))[:, None]
    way = np.linspace(0, 1, STEPS + 1)
    speed = np.exp([catmull_rom(np.array([0.0, 0.5, 1.0]), logs, float(t))[0] for t in way])
    # dt = ds / speed along the video: time as a function of the place, then turned round
    times = np.concatenate([[0], np.cumsum((1 / speed[1:] + 1 / speed[:-1]) / 2 / STEPS)]) * (frame_count - 1)
    count = max(2, round(float(times[-1])) + 1)
    return np.interp(np.linspace(0, times[-1], count), times, way * (frame_count - 1))


class _Passing:
    """Frames of a video in rising order, the newest two held."""

    def __init__(self, video: Video) -> None:
        self.source, self.held, self.next = video.frames(), dict[int, np.ndarray](), 0

    def __enter__(self) -> _Passing:
        return self

    def __exit__(self, *_: Any) -> None:
        self.held.clear()

    def at(self, index: int) -> np.ndarray:
        while self.next <= index:
            frame = next(self.source, None)
            if frame is None:  # fewer frames than the file says
                self.held[index] = self.held[max(self.held)]
                break
            self.held = {number: old for number, old in self.held.items() if number >= self.next - 1}
            self.held[self.next] = frame
            self.next += 1
        return self.held[index] if index in self.held else self.held[max(self.held)]


class _Stored:
    """All frames of a video in a file on the disk, so that they can be had in any order."""

    def __init__(self, video: Video, report: Report) -> None:
        self.video, self.report = video, report

    def __enter__(self) -> _Stored:
        self.file = tempfile.TemporaryFile()
        self.bytes = self.video.width * self.video.height * 3
        self.count = 0
        try:
            for frame in self.video.frames():
                self.file.write(np.ascontiguousarray(frame).tobytes())
                self.count += 1
                self.report(Progress(0, self.video.frame_count, f"Reading frame {self.count}"))
        except BaseException:
            self.file.close()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self.file.close()

    def at(self, index: int) -> np.ndarray:
        self.file.seek(min(index, self.count - 1) * self.bytes)
        return np.frombuffer(self.file.read(self.bytes), np.uint8).reshape(self.video.height, self.video.width, 3)
