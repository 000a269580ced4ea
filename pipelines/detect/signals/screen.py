"""Whether a picture is a photograph of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import questions
from pipelines.detect.parts.signals import Seen, signal

if TYPE_CHECKING:
    import numpy as np


@signal(
    "Photographed from a screen",
    "Fabric, fences and printed grids make such patterns too. Photographs of screens lose the traces that the other signals need.",
    of="picture",
    rank=30,
)
def screen(pixels: np.ndarray) -> Seen | str:
    """Look for the lattice peaks of a screen's pixels."""
    return questions.recaptured(
        "screen",
        pixels,
        "It has the regular pattern of a screen's pixels, as when a screen is photographed: look for the file that was shown.",
        "No regular pattern of a screen is seen.",
    )
