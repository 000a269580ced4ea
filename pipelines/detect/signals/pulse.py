"""The pulse in the skin of a face in a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.film_traces import WORTH
from pipelines.detect.parts.pulse import measure
from pipelines.detect.parts.signals import Evidence, Seen, signal

if TYPE_CHECKING:
    from pipelines.detect.parts.motion_signals import Face


@signal(
    "Pulse in the skin",
    f"A good forgery carries its driver's pulse, and saving wipes out many real ones. {WORTH}",
    of="face",
    rank=30,
)
def pulse(face: Face) -> Seen | str:
    """Read the beats from the colour of forehead and cheeks."""
    names = ("forehead", "left cheek", "right cheek")
    found = measure({name: face.colours[:, i] for i, name in enumerate(names)}, face.rate_hz)
    measured = {"snr_db": found.snr_db, "coherence": found.coherence, "swing": found.swing}
    if found.bpm is None:
        finding = f"The pulse is not measurable. {found.reason}"
        return finding if found.snr_db <= -99 else Seen(finding, measured)
    drawn = curve({"POS": found.wave}, label_x="time", label_y="colour")
    shown = (Evidence("Pulse", drawn, "Change of the skin's colour, band of 42 to 180 a minute."),)
    finding = f"The skin changes with {found.bpm:.0f} beats a minute ({found.snr_db:.1f} dB above the noise; coherence of forehead and cheeks {found.coherence:.2f})."
    return Seen(finding, measured | {"beats_a_minute": found.bpm}, shown)
