"""The studio's own invisible marks in a picture, in the scenes of a video and in a sound; one file may carry several.

A film that is put together keeps the marks of its parts, so a video is read in stretches of time and a sound likewise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound, Video

STRETCH_SECONDS, STRETCHES = 2.0, 30  # of a video, each read alone: scenes may have marks of their own
FRAMES = 4  # of a stretch, read together
SOUND_SECONDS, SOUND_STRETCHES = 12.0, 8


@dataclass(frozen=True)
class OwnMark:
    """A mark that was read with its checksum: where, which 32 bits, how well (0..1), and when in a video or a sound."""

    where: str  # picture, frames, sound
    payload: int
    confidence: float
    start_seconds: float | None = None
    end_seconds: float | None = None

    def record(self) -> dict[str, Any]:
        """Plain JSON values."""
        stretch = {"start_seconds": self.start_seconds, "end_seconds": self.end_seconds}
        return {
            "where": self.where,
            "mark": f"{self.payload:08x}",
            "confidence": round(self.confidence, 3),
            **({name: round(value, 2) for name, value in stretch.items() if value is not None}),
        }


def in_picture(pixels: np.ndarray) -> list[OwnMark]:
    """The mark of a picture, uint8 RGB [height,width,3], also after resizing, recompression and a moderate crop."""
    from pipelines.watermark import picture as mark

    found = mark.read_mark(pixels)
    return [OwnMark("picture", found.payload, found.confidence)] if found else []


def in_video(video: Video, report: Report = silent) -> list[OwnMark]:
    """The marks of a video's scenes, in order; where no stretch has one as it is, crops are searched in all frames together."""
    from pipelines.watermark import picture as mark

    marks: list[OwnMark] = []
    everything = []
    stretches = _count(video)
    for number, (start, frames) in enumerate(_stretches(video)):
        report(Progress(number, stretches + 1, "Looking for the invisible mark"))
        everything += frames[:1] if stretches > 4 else frames
        if (reading := mark.read_frames(frames, crops=False)) is not None:
            end = min(video.seconds, start + video.seconds / stretches)
            marks.append(OwnMark("frames", reading.payload, reading.confidence, start, end))
    if not marks and everything and (reading := mark.read_frames(everything)) is not None:
        marks.append(OwnMark("frames", reading.payload, reading.confidence, 0.0, video.seconds))
    return _join_marks(marks)


def _count(video: Video) -> int:
    """Into how many stretches a video is divided."""
    return max(1, min(STRETCHES, round(video.seconds / STRETCH_SECONDS), video.frame_count // FRAMES))


def _stretches(video: Video) -> Iterator[tuple[float, list[np.ndarray]]]:
    """The stretches of the video: when each begins, and FRAMES frames out of it."""
    count, stretches = max(1, video.frame_count), _count(video)
    length = count / stretches
    wanted = [{round((n + (k + 0.5) / FRAMES) * length) for k in range(FRAMES)} for n in range(stretches)]
    frames: list[np.ndarray] = []
    at = 0
    for index, frame in enumerate(video.frames()):
        while at < stretches and index >= (at + 1) * length:
            if frames:
                yield at * length / float(video.rate_hz), frames
            frames, at = [], at + 1
        if at < stretches and index in wanted[at]:
            frames.append(frame)
    if frames:
        yield at * length / float(video.rate_hz), frames


def in_sound(sound: Sound, report: Report = silent) -> list[OwnMark]:
    """The marks of a sound in stretches of twelve seconds; a short one is read whole."""
    from pipelines.watermark import sound as mark_sound

    length = round(SOUND_SECONDS * sound.rate_hz)
    starts = list(range(0, max(1, len(sound.samples) - length // 3), length))
    chosen = starts if len(starts) <= SOUND_STRETCHES else starts[:: -(-len(starts) // SOUND_STRETCHES)]
    marks = []
    for number, start in enumerate(chosen):
        report(Progress(number, len(chosen), "Listening for the invisible mark"))
        stop = min(len(sound.samples), start + length)
        if (reading := mark_sound.read_mark(sound.samples[start:stop], sound.rate_hz)) is not None:
            begin, end = start / sound.rate_hz, stop / sound.rate_hz
            marks.append(OwnMark("sound", reading.payload, reading.confidence, begin, end))
    return _join_marks(marks)


def _join_marks(found: list[OwnMark]) -> list[OwnMark]:
    """Neighbouring stretches with the same mark as one."""
    joined: list[OwnMark] = []
    for mark in found:
        last = joined[-1] if joined else None
        if last is not None and last.payload == mark.payload:
            joined[-1] = OwnMark(
                mark.where, mark.payload, max(last.confidence, mark.confidence), last.start_seconds, mark.end_seconds
            )
        else:
            joined.append(mark)
    return joined
