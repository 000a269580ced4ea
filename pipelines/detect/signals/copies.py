"""Whether parts of a picture repeat each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import copies as repeated
from pipelines.detect.parts import questions
from pipelines.detect.parts.signals import Evidence, Seen, signal

if TYPE_CHECKING:
    import numpy as np


@signal("Copied parts", "Windows, tiles and prints repeat by themselves.", of="picture", rank=50)
def copies(pixels: np.ndarray) -> Seen | str:
    """Count the points that repeat by one common shift."""
    found = repeated.measure(pixels)
    if found is None:
        return "The picture has too little texture to find repeated parts."
    same = len(found.pairs)
    yes, measured = questions.answered("copies", float(same))
    finding = f"{same} of {found.points} points repeat by one common shift." if yes else "No part repeats another."
    caption = "Lines join places that are the same."
    shown = (Evidence("Repeated parts", repeated.drawing(found), caption),) if yes else ()
    return Seen(finding, {**measured, "points": float(found.points)}, shown, more=questions.rates("copies"))
