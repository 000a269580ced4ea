"""How the eyes of a face in a film blink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import blinking
from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.film_traces import WORTH
from pipelines.detect.parts.signals import Evidence, Moment, Seen, signal

if TYPE_CHECKING:
    from pipelines.detect.parts.motion_signals import Face

LEAST_BLINK_SECONDS = 5.0


@signal(
    "Blinks", f"People who read or are excited blink seldom, and today's generators blink. {WORTH}", of="face", rank=10
)
def blinks(face: Face) -> Seen | str:
    """Count the dips in how far the eyes are open."""
    import numpy as np

    eyes, rate_hz = face.eyes, face.rate_hz
    seconds, offset = len(eyes) / rate_hz, face.begin / rate_hz
    if seconds < LEAST_BLINK_SECONDS:
        return f"The face is seen for {seconds:.1f} seconds; 5 are needed for blinks."
    found = blinking.blinks(eyes, rate_hz)
    drawn = curve({"eyes": eyes}, label_x="time", label_y="open")
    shown = (Evidence("Openness of the eyes", drawn, "Each dip is a blink."),)
    measured = {"blinks": float(len(found)), "blinks_a_minute": len(found) / seconds * 60}
    if not found:
        return Seen(f"No blink was seen in {seconds:.0f} seconds.", measured, shown)
    closing = float(np.mean([blink.closing_seconds for blink in found]))
    opening = float(np.mean([blink.opening_seconds for blink in found]))
    measured |= {"closing_seconds": closing, "opening_seconds": opening}
    finding = f"{len(found)} blinks were seen, {measured['blinks_a_minute']:.0f} a minute. Eyes close in {closing * 1000:.0f} ms and open in {opening * 1000:.0f} ms."
    moments = tuple(Moment(offset + blink.start_seconds, offset + blink.end_seconds, "a blink") for blink in found)
    return Seen(finding, measured, shown, moments)
