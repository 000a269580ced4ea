"""Whether a picture was enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import questions
from pipelines.detect.parts.signals import Seen, signal

if TYPE_CHECKING:
    import numpy as np


@signal(
    "Enlarged",
    "Soft lenses, blur and noise reduction leave the finest detail as empty as enlarging does. Enlarging is no sign of AI.",
    of="picture",
    rank=20,
)
def enlarged(pixels: np.ndarray) -> Seen | str:
    """Compare the finest octave with the one below it."""
    return questions.recaptured(
        "enlarged",
        pixels,
        "Its finest detail is missing, as after enlarging: look for a smaller original.",
        "Its finest detail is there or is lost in noise; enlarging is not seen.",
    )
