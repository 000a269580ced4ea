"""What is shown of a sound. A sound is never judged by it; its verdict comes from what the file says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts.signals import Examined, signals_of

if TYPE_CHECKING:
    from pipelines.media import Sound


def examine_sound(sound: Sound, *, report: Report = silent) -> Examined:
    """What can be shown of a sound of any length (its first ten minutes)."""
    report(Progress(0, 1, "Listening"))
    return Examined(tuple(look(sound) for look in signals_of("sound")))
