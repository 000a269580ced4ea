"""Whether the mouth of a face in a film goes with the voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.film_traces import WORTH
from pipelines.detect.parts.lips import together
from pipelines.detect.parts.signals import Evidence, Seen, signal

if TYPE_CHECKING:
    import numpy as np

    from pipelines.detect.parts.motion_signals import Face


@signal(
    "Lips and voice",
    f"Good lip-sync goes together better than a film with a late sound track; dubbed films do not go together at all. {WORTH}",
    of="face",
    rank=20,
)
def lips(face: Face) -> Seen | str:
    """Compare the opening of the mouth with the loudness of speech."""
    if face.sound is None:
        return "The film has no sound."
    if face.mouth is None:
        return "The mouth was not measured."
    found = together(face.mouth, face.sound, face.rate_hz, face.begin)
    measured = {"correlation": found.correlation, "speech_seconds": found.speech_seconds}
    still = found.reason.startswith("The mouth does not move")
    if found.lag_seconds is None and not still and found.correlation == 0.0:
        return found.reason
    drawn = curve({"mouth": _unit(found.mouth), "voice": _unit(found.loudness)}, label_x="time", label_y="open / loud")
    shown = (Evidence("Mouth and voice", drawn, "Opening of the mouth over the loudness of speech."),)
    if found.lag_seconds is None:
        return Seen(found.reason, measured, shown)
    late = abs(found.lag_seconds) * 1000
    finding = (
        f"The voice comes {late:.0f} ms after the mouth (correlation {found.correlation:.2f})."
        if found.lag_seconds > 0
        else f"The voice comes {late:.0f} ms before the mouth (correlation {found.correlation:.2f})."
    )
    return Seen(finding, measured | {"lag_seconds": found.lag_seconds}, shown)


def _unit(x: np.ndarray) -> np.ndarray:
    import numpy as np

    return (x - np.min(x)) / max(float(np.ptp(x)), 1e-9)
