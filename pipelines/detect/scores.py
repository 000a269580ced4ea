"""What a picture scores, for those who test the detector: plain functions, no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import native, wild_head

if TYPE_CHECKING:
    from PIL.Image import Image

DECIDING = wild_head.NAME  # the signal that decides on pictures


def deciding(picture: Image | None) -> tuple[float, float]:
    """The log-likelihood ratio of the signal that decides on pictures, and from which one it accuses; without a picture only the limit.

    Raises ValueError for a short side under 256 pixels, MissingModel.
    """
    limit = float(wild_head.facts()["accuses_from"])
    return (wild_head.ratio(native.measure(picture)) if picture is not None else 0.0), limit
