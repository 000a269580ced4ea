"""All signals of a picture, and the gates that may forbid a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts import native, wild_head
from pipelines.detect.parts.signals import Examined, Gate, signals_of, silent_signal

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_SEEN_PX = 48  # below this nothing is measured at all


def examine_image(picture: Image, *, report: Report = silent) -> Examined:
    """Every signal of a picture of any size. Raises MissingModel."""
    import numpy as np

    picture = picture.convert("RGB")
    size = _size_gate(picture)
    if min(picture.size) < LEAST_SEEN_PX:
        reason = f"The picture is {picture.width} by {picture.height} pixels; nothing can be measured on it."
        return Examined((silent_signal(wild_head.NAME, wild_head.TITLE, reason, wild_head.CAVEAT),), (size,))
    report(Progress(0, 3, "Looking at the whole and at the fine traces"))
    decisive, pixels = wild_head.judge_picture(picture), np.asarray(native.middle(picture))
    report(Progress(2, 3, "Drawing the evidence"))
    return Examined((decisive, *(run(pixels) for run in signals_of("picture"))), (size,))


def _size_gate(picture: Image) -> Gate:
    least = min(picture.size)
    finding = f"Its short side has {least} pixels; the signals were fitted on {native.LEAST_SIDE_PX} and more."
    change = "A larger copy of the same picture, not an enlarged one."
    return Gate("size", least >= native.LEAST_SIDE_PX, finding, change)
