"""Whether a page of one colour surrounds a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import questions, recapture
from pipelines.detect.parts.signals import Seen, signal

if TYPE_CHECKING:
    import numpy as np


@signal(
    "A page around it",
    "Pictures with a border, scans and product photos have margins too. It says nothing about who made the picture inside.",
    of="picture",
    rank=10,
)
def page(pixels: np.ndarray) -> Seen | str:
    """Find the flat margin of a page, and where the picture inside it lies."""
    found = questions.recaptured(
        "page",
        pixels,
        "A page of one colour surrounds it: the picture inside was shown and captured, so the file's own history began then.",
        "No page of one colour surrounds it.",
    )
    if isinstance(found, str) or not found.measured["answer"]:
        return found
    inside = recapture.frame(pixels)
    places = dict(zip(("left", "top", "right", "bottom"), map(float, inside), strict=True)) if inside else {}
    return Seen(found.finding, {**found.measured, **places}, more=found.more)
