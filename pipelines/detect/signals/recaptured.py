"""Whether a picture was shown and captured again: a page around it, an enlargement, a photograph of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import questions, recapture
from pipelines.detect.parts.signals import Observation, signal

if TYPE_CHECKING:
    import numpy as np


@signal(
    "A page around it",
    "Pictures with a border, scans and product photos have margins too. It says nothing about who made the picture inside.",
    of="picture",
    rank=10,
)
def page(pixels: np.ndarray) -> Observation | str:
    """Find the flat margin of a page, and where the picture inside it lies."""
    answer = questions.answer_question(
        "page",
        pixels,
        "A page of one colour surrounds it: the picture inside was shown and captured, so the file's own history began then.",
        "No page of one colour surrounds it.",
    )
    if isinstance(answer, str) or not answer.measured["answer"]:
        return answer
    inside = recapture.frame(pixels)
    places = dict(zip(("left", "top", "right", "bottom"), map(float, inside), strict=True)) if inside else {}
    return Observation(answer.finding, {**answer.measured, **places}, more=answer.more)


@signal(
    "Enlarged",
    "Soft lenses, blur and noise reduction leave the finest detail as empty as enlarging does. Enlarging is no sign of AI.",
    of="picture",
    rank=20,
)
def enlarged(pixels: np.ndarray) -> Observation | str:
    """Compare the finest octave with the one below it."""
    return questions.answer_question(
        "enlarged",
        pixels,
        "Its finest detail is missing, as after enlarging: look for a smaller original.",
        "Its finest detail is there or is lost in noise; enlarging is not seen.",
    )


@signal(
    "Photographed from a screen",
    "Fabric, fences and printed grids make such patterns too. Photographs of screens lose the traces that the other signals need.",
    of="picture",
    rank=30,
)
def screen(pixels: np.ndarray) -> Observation | str:
    """Look for the lattice peaks of a screen's pixels."""
    return questions.answer_question(
        "screen",
        pixels,
        "It has the regular pattern of a screen's pixels, as when a screen is photographed: look for the file that was shown.",
        "No regular pattern of a screen is seen.",
    )
