"""What a face in a film does, put into words: blinks, lips and pulse. They are shown and add nothing to a verdict; each says what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import blinking, lips, pulse
from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.film_traces import WORTH
from pipelines.detect.parts.signals import Evidence, Moment, Signal, silent_signal
from pipelines.detect.parts.tracking import FaceTrack

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from pipelines.media import Sound

TITLES = {"blinks": "Blinks", "lips": "Lips and voice", "pulse": "Pulse in the skin"}
CAVEATS = {
    "blinks": f"People who read or are excited blink seldom, and today's generators blink. {WORTH}",
    "lips": f"Good lip-sync goes together better than a film with a late sound track; dubbed films do not go together at all. {WORTH}",
    "pulse": f"A good forgery carries its driver's pulse, and saving wipes out many real ones. {WORTH}",
}
LEAST_FACE_PX = 60
LEAST_FACE_SECONDS, LEAST_BLINK_SECONDS = 2.0, 5.0


def of_face(track: FaceTrack, sound: Sound | None) -> tuple[Signal, ...]:
    """The three measurements of the face that was followed."""
    import numpy as np

    run = track.longest()
    length = (run.stop - run.start) / track.rate_hz
    reason = ""
    if length < LEAST_FACE_SECONDS:
        reason = "No face is seen for two seconds." if track.frames else "No face is seen."
    elif track.face_px < LEAST_FACE_PX:
        reason = f"The face is {track.face_px:.0f} pixels wide; {LEAST_FACE_PX} are needed."
    if reason:
        return tuple(_none(name, reason) for name in TITLES)
    begin = track.frames[run.start]
    return (
        _blinks(np.array(track.eyes[run]), track.rate_hz, begin),
        _lips(np.array(track.mouth[run]), sound, track.rate_hz, begin),
        _pulse(np.stack(track.colours[run]), track.rate_hz),
    )


def of_eyes_and_skin(eyes: np.ndarray, colours: np.ndarray, rate_hz: float) -> tuple[Signal, Signal]:
    """Blinks and pulse alone, where eyes [n] and colours of the skin [n,3,3] were measured elsewhere."""
    return _blinks(eyes, rate_hz, 0), _pulse(colours, rate_hz)


def _none(name: str, reason: str) -> Signal:
    return silent_signal(name, TITLES[name], reason, CAVEATS[name])


def _shown(
    name: str,
    finding: str,
    measured: Mapping[str, float],
    evidence: tuple[Evidence, ...] = (),
    moments: tuple[Moment, ...] = (),
) -> Signal:
    return Signal(name, TITLES[name], True, 0.0, 1.0, finding, CAVEATS[name], evidence, moments, measured)


def _blinks(eyes: np.ndarray, rate_hz: float, begin: int) -> Signal:
    import numpy as np

    seconds, offset = len(eyes) / rate_hz, begin / rate_hz
    if seconds < LEAST_BLINK_SECONDS:
        return _none("blinks", f"The face is seen for {seconds:.1f} seconds; 5 are needed for blinks.")
    found = blinking.blinks(eyes, rate_hz)
    drawn = curve({"eyes": eyes}, label_x="time", label_y="open")
    shown = (Evidence("Openness of the eyes", drawn, "Each dip is a blink."),)
    measured = {"blinks": float(len(found)), "blinks_a_minute": len(found) / seconds * 60}
    if not found:
        return _shown("blinks", f"No blink was seen in {seconds:.0f} seconds.", measured, shown)
    closing = float(np.mean([blink.closing_seconds for blink in found]))
    opening = float(np.mean([blink.opening_seconds for blink in found]))
    measured |= {"closing_seconds": closing, "opening_seconds": opening}
    finding = f"{len(found)} blinks were seen, {measured['blinks_a_minute']:.0f} a minute. Eyes close in {closing * 1000:.0f} ms and open in {opening * 1000:.0f} ms."
    moments = tuple(Moment(offset + blink.start_seconds, offset + blink.end_seconds, "a blink") for blink in found)
    return _shown("blinks", finding, measured, shown, moments)


def _lips(mouth: np.ndarray, sound: Sound | None, rate_hz: float, begin: int) -> Signal:
    if sound is None:
        return _none("lips", "The film has no sound.")
    found = lips.together(mouth, sound, rate_hz, begin)
    measured = {"correlation": found.correlation, "speech_seconds": found.speech_seconds}
    still = found.reason.startswith("The mouth does not move")
    if found.lag_seconds is None and not still and found.correlation == 0.0:
        return _none("lips", found.reason)
    drawn = curve({"mouth": _unit(found.mouth), "voice": _unit(found.loudness)}, label_x="time", label_y="open / loud")
    shown = (Evidence("Mouth and voice", drawn, "Opening of the mouth over the loudness of speech."),)
    if found.lag_seconds is None:
        return _shown("lips", found.reason, measured, shown)
    late = abs(found.lag_seconds) * 1000
    finding = (
        f"The voice comes {late:.0f} ms after the mouth (correlation {found.correlation:.2f})."
        if found.lag_seconds > 0
        else f"The voice comes {late:.0f} ms before the mouth (correlation {found.correlation:.2f})."
    )
    return _shown("lips", finding, measured | {"lag_seconds": found.lag_seconds}, shown)


def _unit(x: np.ndarray) -> np.ndarray:
    import numpy as np

    return (x - np.min(x)) / max(float(np.ptp(x)), 1e-9)


def _pulse(colours: np.ndarray, rate_hz: float) -> Signal:
    names = ("forehead", "left cheek", "right cheek")
    found = pulse.measure({name: colours[:, i] for i, name in enumerate(names)}, rate_hz)
    measured = {"snr_db": found.snr_db, "coherence": found.coherence, "swing": found.swing}
    if found.bpm is None:
        finding = f"The pulse is not measurable. {found.reason}"
        return _none("pulse", finding) if found.snr_db <= -99 else _shown("pulse", finding, measured)
    drawn = curve({"POS": found.wave}, label_x="time", label_y="colour")
    shown = (Evidence("Pulse", drawn, "Change of the skin's colour, band of 42 to 180 a minute."),)
    finding = f"The skin changes with {found.bpm:.0f} beats a minute ({found.snr_db:.1f} dB above the noise; coherence of forehead and cheeks {found.coherence:.2f})."
    return _shown("pulse", finding, measured | {"beats_a_minute": found.bpm}, shown)
