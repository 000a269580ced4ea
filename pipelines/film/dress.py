"""One scene made ready for the cut: its length to the frame, its format, its subtitles, and places where it can be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Text
from pipelines.film.parts import lettering
from pipelines.film.parts import subtitles as titling
from pipelines.film.parts.shapes import RATE_HZ, Frames, Overlap, Shape, Side, filling, size_of
from pipelines.media import Video
from pipelines.media.clip import frame_progress

if TYPE_CHECKING:
    import numpy as np

FADE_FRAMES = 4  # of a subtitle, in and out
SEAM_FRAMES = 12  # a clip that is too short begins again, blended over these


@pipeline()
def dress(
    clip: Annotated[Video, Input(label="Clip", help="Of any size and rate; one that is too short begins again.")],
    *,
    title: Annotated[str, Text(label="Title", max_characters=200, more=True)] = "",
    subtitles: Annotated[
        str,
        Text(
            label="Subtitles", help="SubRip text; they are painted onto the pictures.", lines=4, max_characters=20_000
        ),
    ] = "",
    subtitle_style: Annotated[str, Choice(lettering.STYLES, label="Style of the subtitles")] = "plain",
    subtitle_size: Annotated[str, Choice(lettering.SIZES, label="Size of the subtitles")] = "medium",
    frames: Frames = 120,
    shape: Shape = "16:9",
    shorter_side: Side = 720,
    begin: Overlap = 0,
    end: Overlap = 0,
    report: Report = silent,
) -> Video:
    """Bring a clip to a scene's exact length, format and rate, with its subtitles, ready to be cut without encoding it again.

    Closed groups of pictures begin at frame 0, at `begin` and at `frames - end`: what lies between is copied into a film as it is. The
    invisible mark of the clip stays. uint8 [h,w,3]. Raises Refusal for subtitles that are not SubRip and overlaps longer than the scene.
    """
    if begin + end > frames:
        raise Refusal(f"The transitions take {begin + end} frames, and the scene has {frames}; make it longer.")
    size = size_of(shape, shorter_side)
    cues = [(round(cue.start * RATE_HZ), round(cue.end * RATE_HZ), cue.text) for cue in titling.read_srt(subtitles)]

    def make_frames(show: Callable[[], Iterator[np.ndarray]]) -> Iterator[np.ndarray]:
        for index, frame in enumerate(_loop_to_length(clip, show, frames)):
            picture = frame if frame.ndim == 2 else filling(frame, size)
            for first, last, text in cues:
                strength = min(1.0, (index - first + 1) / FADE_FRAMES, (last - index) / FADE_FRAMES)
                if strength > 0:
                    picture = lettering.subtitle(text, subtitle_style, subtitle_size, size).over(picture, strength)
            report(frame_progress(index, frames, picture))
            yield picture

    cuts = tuple(sorted({0, begin, frames - end} - {frames}))
    planes = clip.planes if size == (clip.width, clip.height) else None
    return Video(
        *size,
        Fraction(RATE_HZ),
        frames,
        partial(make_frames, clip.frames),
        planes=planes and partial(make_frames, planes),
        closed=cuts,
        same_pictures=True,
    )


def _loop_to_length(clip: Video, show: Callable[[], Iterator[np.ndarray]], frames: int) -> Iterator[np.ndarray]:
    """Exactly so many frames at the film's rate: the nearest in time; past its end the clip begins again, blended over half a second."""
    source = _at_film_rate(clip, show())
    tail: list[np.ndarray] = []
    length = max(1, round(clip.frame_count * RATE_HZ / clip.rate_hz))
    seam = min(SEAM_FRAMES, length // 3)
    given = 0
    while given < frames:
        started = given
        for number, frame in enumerate(source):
            if number < len(tail):
                share = (number + 1) / (len(tail) + 1)
                frame = (tail[number] * (1 - share) + frame * share + 0.5).astype("uint8")
            ends = frames - given > seam and number >= length - seam
            if ends and seam:
                break
            yield frame
            given += 1
            if given == frames:
                return
        if given == started:
            raise Refusal("No picture in this clip can be read.")
        tail = [frame for number, frame in enumerate(_at_film_rate(clip, show())) if length - seam <= number < length]
        source = _at_film_rate(clip, show())


def _at_film_rate(clip: Video, shown: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    number = 0
    for index, frame in enumerate(shown):
        while number * clip.rate_hz < (index + 1) * RATE_HZ:
            yield frame
            number += 1
