"""What a face in a film does, put into words: blinks, motion, lips and pulse. Ratios are set by hand, at most 0.6 each, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import blinking, lips, poses, pulse
from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.signals import Evidence, Moment, Signal, silent_signal
from pipelines.detect.parts.tracking import FaceTrack

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound

TITLES = {"blinks": "Blinks", "motion": "Motion of the face", "lips": "Lips and voice", "pulse": "Pulse in the skin"}
CAVEATS = {
    "blinks": "People who read or are excited blink seldom, and today's generators blink.",
    "motion": "Filters, steadying and hard saving change how points jitter.",
    "lips": "Good lip-sync goes together better than a film with a late sound track; dubbed films do not go together at all.",
    "pulse": "A good forgery carries its driver's pulse, and saving wipes out many real ones: this decides nothing.",
}
LEAST_FACE_PX = 60
BLINK_SECONDS = 20.0  # without a blink, this long, is unusual; three real clips had none in 12
SHARP_FACE_PX = 140  # below this the mesh misses blinks


def of_face(track: FaceTrack, sound: Sound | None) -> tuple[Signal, ...]:
    """The four signals of the face that was followed."""
    import numpy as np

    run = track.longest()
    length = (run.stop - run.start) / track.rate_hz
    if length < 2.0:
        reason = "No face is seen for two seconds." if track.frames else "No face is seen."
        return tuple(_none(name, reason) for name in TITLES)
    if track.face_px < LEAST_FACE_PX:
        return tuple(
            _none(name, f"The face is {track.face_px:.0f} pixels wide; {LEAST_FACE_PX} are needed.") for name in TITLES
        )
    eyes, mouth = np.array(track.eyes[run]), np.array(track.mouth[run])
    begin = track.frames[run.start]
    moving = poses.measure(track.points[run], track.rate_hz)
    return (
        _blinks(eyes, track.rate_hz, begin, track.face_px),
        _motion(moving, track.rate_hz),
        _lips(mouth, sound, track.rate_hz, begin),
        _pulse(np.stack(track.colours[run]), track.rate_hz),
    )


def of_eyes_and_skin(eyes: np.ndarray, colours: np.ndarray, rate_hz: float, face_px: float) -> tuple[Signal, Signal]:
    """Blinks and pulse alone, where eyes [n] and colours of the skin [n,3,3] were measured elsewhere."""
    return _blinks(eyes, rate_hz, 0, face_px), _pulse(colours, rate_hz)


def _none(name: str, reason: str) -> Signal:
    return silent_signal(name, TITLES[name], reason, CAVEATS[name])


def _by_hand(name: str, ratio: float, quality: float, finding: str, **more) -> Signal:
    return Signal(
        name, TITLES[name], True, max(-0.6, min(0.6, ratio)), quality, finding, CAVEATS[name], fitted=False, **more
    )


def _blinks(eyes: np.ndarray, rate_hz: float, begin: int, face_px: float) -> Signal:
    import numpy as np

    seconds = len(eyes) / rate_hz
    found = blinking.blinks(eyes, rate_hz)
    if seconds < 5:
        return _none("blinks", f"The face is seen for {seconds:.1f} seconds; 5 are needed for blinks.")
    shown = (
        Evidence("Openness of the eyes", curve({"eyes": eyes}, label_x="time", label_y="open"), "Each dip is a blink."),
    )
    offset = begin / rate_hz
    moments = tuple(Moment(offset + b.start_seconds, offset + b.end_seconds, "a blink") for b in found)
    measured = {"blinks": float(len(found)), "blinks_a_minute": len(found) / seconds * 60}
    if not found:
        ratio = 0.2 if seconds >= BLINK_SECONDS and face_px >= SHARP_FACE_PX else 0.0
        return _by_hand(
            "blinks",
            ratio,
            min(1.0, seconds / 20),
            f"No blink was seen in {seconds:.0f} seconds.",
            evidence=shown,
            measured=measured,
        )
    closing, opening = (
        float(np.mean([getattr(b, key) for b in found])) for key in ("closing_seconds", "opening_seconds")
    )
    natural = opening > 1.15 * closing
    measured |= {"closing_seconds": closing, "opening_seconds": opening}
    finding = f"{len(found)} blinks were seen, {measured['blinks_a_minute']:.0f} a minute. Eyes close in {closing * 1000:.0f} ms and open in {opening * 1000:.0f} ms."
    return _by_hand(
        "blinks",
        -0.3 if natural else 0.1,
        min(1.0, len(found) / 4),
        finding,
        evidence=shown,
        moments=moments,
        measured=measured,
    )


def _motion(moving: poses.HeadMotion | None, rate_hz: float) -> Signal:
    import numpy as np

    if moving is None:
        return _none("motion", "The face is seen in too few frames.")
    turned = float(np.ptp(moving.degrees, axis=0).max())
    measured = {"jitter_thousandths": moving.jitter, "turn_degrees": turned, "degrees_a_second": moving.speed_degrees}
    lines = {
        "nod": moving.degrees[:, 0] - moving.degrees[0, 0],
        "turn": moving.degrees[:, 1] - moving.degrees[0, 1],
        "tilt": moving.degrees[:, 2] - moving.degrees[0, 2],
    }
    shown = (
        Evidence(
            "Turns of the head",
            curve(lines, label_x="time", label_y="degrees"),
            "Nod, turn and tilt since the first frame.",
        ),
    )
    if moving.jitter < 0.15 and turned < 0.5:
        return _by_hand(
            "motion",
            0.2,
            0.7,
            "The face does not move at all, as in a still picture.",
            evidence=shown,
            measured=measured,
        )
    unsteady = moving.jitter > 6.0
    finding = f"The head turns by up to {turned:.0f} degrees. Points that should be steady jitter by {moving.jitter:.1f} thousandths of the face's width a frame."
    return _by_hand("motion", 0.3 if unsteady else -0.1, 0.7, finding, evidence=shown, measured=measured)


def _lips(mouth: np.ndarray, sound: Sound | None, rate_hz: float, begin: int) -> Signal:
    if sound is None:
        return _none("lips", "The film has no sound.")
    found = lips.together(mouth, sound, rate_hz, begin)
    measured = {"correlation": found.correlation, "speech_seconds": found.speech_seconds}
    still = found.reason.startswith("The mouth does not move")
    if found.lag_seconds is None and not still and found.correlation == 0.0:
        return _none("lips", found.reason)
    lines = {"mouth": _unit(found.mouth), "voice": _unit(found.loudness)}
    shown = (
        Evidence(
            "Mouth and voice",
            curve(lines, label_x="time", label_y="open / loud"),
            "Opening of the mouth over the loudness of speech.",
        ),
    )
    if found.lag_seconds is None:
        return _by_hand(
            "lips", 0.3, min(1.0, found.speech_seconds / 4), found.reason, evidence=shown, measured=measured
        )
    measured |= {"lag_seconds": found.lag_seconds}
    late = abs(found.lag_seconds) * 1000
    finding = (
        f"The voice comes {late:.0f} ms after the mouth (correlation {found.correlation:.2f})."
        if found.lag_seconds > 0
        else f"The voice comes {late:.0f} ms before the mouth (correlation {found.correlation:.2f})."
    )
    late = abs(found.lag_seconds) > 0.2
    return _by_hand(
        "lips", 0.2 if late else -0.1, min(1.0, found.correlation * 1.5), finding, evidence=shown, measured=measured
    )


def _unit(x: np.ndarray) -> np.ndarray:
    import numpy as np

    return (x - np.min(x)) / max(float(np.ptp(x)), 1e-9)


def _pulse(colours: np.ndarray, rate_hz: float) -> Signal:
    names = ("forehead", "left cheek", "right cheek")
    found = pulse.measure({name: colours[:, i] for i, name in enumerate(names)}, rate_hz)
    measured = {"snr_db": found.snr_db, "coherence": found.coherence, "swing": found.swing}
    if found.bpm is None:
        if found.snr_db <= -99:
            return _none("pulse", f"The pulse is not measurable. {found.reason}")
        return _by_hand("pulse", 0.0, 0.5, f"The pulse is not measurable. {found.reason}", measured=measured)
    shown = (
        Evidence(
            "Pulse",
            curve({"POS": found.wave}, label_x="time", label_y="colour"),
            "Change of the skin's colour, band of 42 to 180 a minute.",
        ),
    )
    finding = f"The skin changes with {found.bpm:.0f} beats a minute ({found.snr_db:.1f} dB above the noise; coherence of forehead and cheeks {found.coherence:.2f})."
    return _by_hand(
        "pulse",
        -0.3,
        min(1.0, found.coherence),
        finding,
        evidence=shown,
        measured=measured | {"beats_a_minute": found.bpm},
    )
