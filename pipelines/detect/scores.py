"""What a picture scores and what weight scores bear, for those who test the detector: plain functions, no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import fusion, native, wild_head

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

DECIDING = wild_head.NAME  # the signal that decides on pictures
MODERATE, WEAK = 10.0, 2.0  # ratios from which a support is called so; "strong" is never said
MOST = 100.0


def deciding(picture: Image | None) -> tuple[float, float]:
    """The log odds of the signal that decides on pictures, and from which one it accuses; without a picture only the limit.

    Raises ValueError for a short side under 256 pixels, MissingModel.
    """
    limit = float(fusion.limits()["image"]["likely_from"])
    return (wild_head.ratio(native.measure(picture)) if picture is not None else 0.0), limit


def entropy(log_ratio: np.ndarray, label: np.ndarray, odds: float = 0.0) -> float:
    """What one still does not know, in bits, where the prior odds are 10 ** odds (Ramos & Gonzalez-Rodriguez 2013); at even odds Cllr (Brümmer & du Preez 2006)."""
    import numpy as np

    prior, total = 1 / (1 + 10.0**-odds), log_ratio + odds * np.log(10)
    made, people = np.logaddexp(0, -total[label == 1]).mean(), np.logaddexp(0, total[label == 0]).mean()
    return float((prior * made + (1 - prior) * people) / np.log(2))


def band_ratio(inside: np.ndarray, label: np.ndarray) -> float:
    """How much more frequent a band is among made pictures, with one more contrary picture in it (as ELUB adds them: Vergeer et al. 2016), at most MOST."""
    made, people = (inside[label == value].sum() for value in (1, 0))
    above = (made / (label == 1).sum()) / ((people + 1) / ((label == 0).sum() + 1))
    below = ((made + 1) / ((label == 1).sum() + 1)) / max(people / (label == 0).sum(), 1e-9)
    return float(min(MOST, above) if above >= 1 else max(1 / MOST, below) if below <= 1 else 1.0)


def support(ratio: float, low: float, high: float) -> str:
    """The verdict that a ratio and its interval bear; "" for nothing either way."""
    if ratio >= WEAK and low > 1:
        return "moderate support for AI" if ratio >= MODERATE and low >= WEAK else "weak support for AI"
    return "weak support for a camera" if ratio <= 1 / WEAK and high < 1 else ""
