"""What a face in a film does, shown and weighed by nobody: the stretch at which it was followed, handed to its signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.detect.parts.signals import Signal, signals_of
from pipelines.detect.parts.tracking import FaceTrack

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound

LEAST_FACE_PX = 60
LEAST_FACE_SECONDS = 2.0


@dataclass(frozen=True)
class Face:
    """How far the eyes [n] and the mouth [n] of a face are open and which colours [n,3,3] its skin has, from the frame `begin` on."""

    eyes: np.ndarray
    colours: np.ndarray
    rate_hz: float
    mouth: np.ndarray | None = None
    sound: Sound | None = None
    begin: int = 0


def of_face(track: FaceTrack, sound: Sound | None) -> tuple[Signal, ...]:
    """The signals of the face that was followed."""
    import numpy as np

    run = track.longest()
    length = (run.stop - run.start) / track.rate_hz
    reason = ""
    if length < LEAST_FACE_SECONDS:
        reason = "No face is seen for two seconds." if track.frames else "No face is seen."
    elif track.face_px < LEAST_FACE_PX:
        reason = f"The face is {track.face_px:.0f} pixels wide; {LEAST_FACE_PX} are needed."
    if reason:
        return tuple(look(reason) for look in signals_of("face"))
    colours, begin = np.stack(track.colours[run]), track.frames[run.start]
    face = Face(np.array(track.eyes[run]), colours, track.rate_hz, np.array(track.mouth[run]), sound, begin)
    return tuple(look(face) for look in signals_of("face"))


def of_eyes_and_skin(eyes: np.ndarray, colours: np.ndarray, rate_hz: float) -> tuple[Signal, Signal]:
    """Blinks and pulse alone, where eyes [n] and colours of the skin [n,3,3] were measured elsewhere."""
    named = {look.__name__: look for look in reversed(signals_of("face"))}  # a plug-in's come last and take no name
    face = Face(eyes, colours, rate_hz)
    return named["blinks"](face), named["pulse"](face)
