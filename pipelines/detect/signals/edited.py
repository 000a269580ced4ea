"""Whether places of a picture differ from the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts import local_edits, questions
from pipelines.detect.parts.signals import Observation, signal

if TYPE_CHECKING:
    import numpy as np


@signal(
    "Places that differ",
    "Skies, blur, text and another depth of focus differ from the rest as well. The map shows where to look; by itself nobody can tell.",
    of="picture",
    rank=40,
)
def edited(pixels: np.ndarray) -> Observation | str:
    """Draw how far each patch's finest detail differs from that of the picture's other patches."""
    odd, enough = local_edits.measure(pixels)
    if not enough:
        return "It is too small for a map of its places."
    yes, measured = questions.answered("edited", local_edits.score(odd))
    held = questions.facts()["edited"]
    finding = (
        f"One place differs from the rest in its finest detail. Untouched photographs have such places too: {held['wrong']} of {held['of']} in the last "
        f"test, so up to {held['bound']:.0%} of them may. Nothing follows from it."
        if yes
        else "No place differs more than places do in untouched photographs. That clears nothing: many edits leave no such place."
    )
    found = [share for key, share in held.items() if key.startswith("iou_")]
    overlap = f"Where places were edited for the test, the drawn place and the true one overlapped by {min(found):.2f} to {max(found):.2f} (intersection over union)."
    return Observation(
        finding, measured, (questions.heat_map(odd, pixels, yes),), more=f"{questions.rates('edited')} {overlap}"
    )
