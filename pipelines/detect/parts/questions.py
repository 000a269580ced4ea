"""Questions of their own about a picture: a page around it, an enlargement, a photographed screen, places that differ. None says who or what made it.

The words stand with each signal in `pipelines/detect/signals/`.

Thresholds and error rates stand in assets/weights/detect_questions.json, written by `python -m training.detect.questions --folder F --land` (docs/detect.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS
from pipelines.detect.parts import canonical, local_edits, recapture
from pipelines.detect.parts.signals import Evidence, Observation

if TYPE_CHECKING:
    import numpy as np

SHOWN_PX = 512


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Any]:
    """Per question its threshold, how many untouched photographs it was answered yes for, and how many made ones."""
    return json.loads((ASSETS / "weights" / "detect_questions.json").read_text("utf-8"))


def rates(name: str) -> str:
    """How often the question is answered wrongly and rightly, in one sentence."""
    held = facts()[name]
    wrong = f"Of {held['of']} photographs to which it does not apply, {held['wrong']} were answered yes (at most {held['bound']:.0%})"
    found = [share for key, share in held.items() if key.startswith("found_")]
    most = f"{min(found):.0%} to {max(found):.0%}" if len(found) > 1 else f"{found[0]:.0%}"
    return f"{wrong}; of those to which it does, made by code, {most} were found."


def answered(name: str, value: float) -> tuple[bool, dict[str, float]]:
    """Whether a score means yes, and the numbers that a signal of a question carries."""
    least = float(facts()[name]["from"])
    yes = value >= least
    return yes, {"score": value, "yes_from": least, "answer": float(yes)}


def recaptured(name: str, pixels: np.ndarray, yes: str, no: str) -> Observation | str:
    """The answer to a question of `recapture.SCORES`."""
    if min(pixels.shape[:2]) < recapture.LEAST_SIDE_PX:
        return f"Its short side has under {recapture.LEAST_SIDE_PX} pixels."
    answer, measured = answered(name, recapture.SCORES[name](pixels))
    return Observation(yes if answer else no, measured, more=rates(name))


def heat_map(odd: np.ndarray, pixels: np.ndarray, outlined: bool) -> Evidence:
    """The picture with the map over it, and the place that stands out in an outline."""
    import cv2
    import numpy as np
    from PIL import Image

    scale = min(1.0, SHOWN_PX / min(pixels.shape[:2]))
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    small = np.asarray(Image.fromarray(pixels).resize(size))
    drawn = canonical.heat(odd, small, low=0.0, high=4.0)
    if outlined:
        inside = local_edits.places(odd, pixels.shape[:2]).astype(np.uint8)
        shown = cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST)
        edges = cv2.findContours(shown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        drawn = Image.fromarray(cv2.drawContours(np.asarray(drawn).copy(), edges, -1, (255, 255, 255), 2))
    return Evidence(
        "Map of differences",
        drawn,
        "The warmer, the more a place differs from the rest in its finest detail; the outline is the place that stands out.",
    )
