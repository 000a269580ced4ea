"""Questions of their own about a picture: a page around it, an enlargement, a photographed screen. None says who or what made it.

The words stand with each signal in `pipelines/detect/signals/`.

Thresholds and error rates stand in assets/weights/detect_questions.json, written by `python -m training.detect.questions --folder F --land` (docs/detect.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS
from pipelines.detect.parts import recapture
from pipelines.detect.parts.signals import Observation

if TYPE_CHECKING:
    import numpy as np


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Any]:
    """Per question its threshold, how many untouched photographs it was answered yes for, and how many made ones."""
    return json.loads((ASSETS / "weights" / "detect_questions.json").read_text("utf-8"))


def rates(name: str) -> str:
    """How often the question is answered wrongly and rightly, in one sentence."""
    rate = facts()[name]
    return (
        f"Of {rate['of']} photographs to which it does not apply, {rate['wrong']} were answered yes (at most {rate['bound']:.0%}); "
        f"of those to which it does, made by code, {rate['found_made']:.0%} were found."
    )


def answer_question(name: str, pixels: np.ndarray, yes: str, no: str) -> Observation | str:
    """The answer to a question of `recapture.SCORES`."""
    if min(pixels.shape[:2]) < recapture.LEAST_SIDE_PX:
        return f"Its short side has under {recapture.LEAST_SIDE_PX} pixels."
    score, least = recapture.SCORES[name](pixels), float(facts()[name]["from"])
    measured = {"score": score, "yes_from": least, "answer": float(score >= least)}
    return Observation(yes if measured["answer"] else no, measured, more=rates(name))
