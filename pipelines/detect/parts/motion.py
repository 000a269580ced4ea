"""All signals of a film: its pictures pooled over time, and what a face in it does. What was set by hand says so and is held small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts import film_traces, motion_signals, picture
from pipelines.detect.parts.signals import Evidence, Examined, Gate, Moment, Signal, silent_signal
from pipelines.detect.parts.tracking import follow

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound, Video

LOOKS_AT = 12  # frames that are scored as pictures
LEAST_SECONDS = 2.0  # most generated films are 2 to 5 seconds long; what needs more time says so itself
MOST_SECONDS = 60.0  # of a film that are followed face by face
LONGEST_PX = 1280
CAVEAT = "It knows this studio's generators; films are saved much harder than the pictures that it was fitted on."


def examine_video(video: Video, sound: Sound | None = None, *, report: Report = silent) -> Examined:
    """Every signal of a film; `sound` is its own track. Raises MissingModel, and Refusal where a frame cannot be read."""
    rate = float(video.rate_hz)
    most = min(video.frame_count, round(MOST_SECONDS * rate))
    looked: list[tuple[float, dict[str, float], np.ndarray]] = []
    every = max(1, most // LOOKS_AT)
    neighbours = film_traces.Neighbours(rate, max(2, most // film_traces.PAIRS))

    def frames():
        for number, frame in enumerate(video.frames()):
            if number >= most:
                return
            if number % every == every // 2 and len(looked) < LOOKS_AT:
                looked.append((number / rate, *_look(frame)))
            neighbours.take(number, frame)
            yield _smaller(frame)

    def tick(number: int) -> None:
        if number % 8 == 0:
            report(Progress(number, most + 1, "Following faces and looking at frames"))

    track = follow(frames(), rate, tick)
    report(Progress(most, most + 1, "Blinks, pulse, lips"))
    seconds = track.frame_count / rate
    signals = (*pooled(looked, seconds), *film_traces.signals(neighbours), *motion_signals.of_face(track, sound))
    finding = f"It is {seconds:.1f} seconds long; {LEAST_SECONDS:.0f} are needed."
    gates = [Gate("length", seconds >= LEAST_SECONDS, finding, "A longer part of the same film.")]
    side = min(video.width, video.height)
    small = f"Its short side has {side} pixels; the signals were fitted on {picture.LEAST_SIDE_PX} and more."
    gates.append(Gate("size", side >= picture.LEAST_SIDE_PX, small, "A copy of higher resolution."))
    return Examined(signals, tuple(gates))


def _smaller(frame: np.ndarray) -> np.ndarray:
    import cv2

    scale = LONGEST_PX / max(frame.shape[:2])
    if scale >= 1:
        return frame
    return cv2.resize(
        frame, (round(frame.shape[1] * scale), round(frame.shape[0] * scale)), interpolation=cv2.INTER_AREA
    )


def _look(frame: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
    from PIL import Image as PillowImage

    from pipelines.detect.parts.canonical import re_encoded

    pixels = re_encoded(PillowImage.fromarray(frame))
    return picture.looks_only(pixels), pixels


def pooled(looked: list[tuple[float, dict[str, float], np.ndarray]], seconds: float) -> tuple[Signal, ...]:
    """The picture signals' middle over the frames, and how much they waver."""
    import numpy as np

    titles = {"clip": "Look of the frames", "residual": "Fine traces of the frames", "spectrum": "Detail of the frames"}
    signals = []
    for name, title in titles.items():
        held = [(at, found[name], pixels) for at, found, pixels in looked if name in found]
        if len(held) < 3:
            signals.append(silent_signal(f"frames_{name}", title, "Too few frames could be scored.", CAVEAT))
            continue
        values = np.array([value for _, value, _ in held])
        step, best = seconds / len(held), int(values.argmax())
        moments = tuple(
            _moment(at, step, value, pixels if i == best else None) for i, (at, value, pixels) in enumerate(held)
        )
        finding = f"The median ratio of {len(held)} frames is {np.median(values):+.1f}, from {values.min():+.1f} to {values.max():+.1f}."
        measured = {
            "median_ratio": float(np.median(values)),
            "deviation": float(values.std()),
            "frames": float(len(held)),
        }
        quality = float(np.clip(1.1 - values.std() / 3, 0.3, 1.0))
        signals.append(
            Signal(
                f"frames_{name}",
                title,
                True,
                float(np.median(values)),
                quality,
                finding,
                CAVEAT,
                moments=moments,
                measured=measured,
            )
        )
    return tuple(signals)


def _moment(at: float, step: float, value: float, pixels: np.ndarray | None) -> Moment:
    from PIL import Image as PillowImage

    from pipelines.detect.parts.picture_signals import strength

    shown = (
        None
        if pixels is None
        else Evidence(
            f"Frame at {at:.1f} s", PillowImage.fromarray(pixels), "The frame that speaks most for a generator."
        )
    )
    return Moment(
        max(0.0, at - step / 2),
        at + step / 2,
        f"One frame was looked at. {strength(float(value))}",
        float(value),
        shown,
    )
