"""Whether the fine detail of a film flickers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.detect.parts.film_traces import LEAST_PAIRS, WORTH
from pipelines.detect.parts.signals import Moment, Seen, signal

if TYPE_CHECKING:
    from pipelines.detect.parts.film_traces import Neighbours


@signal(
    "Flicker of fine traces",
    f"Hard saving, night and handheld cameras make detail flicker too. {WORTH}",
    of="frames",
    rank=10,
)
def flicker(found: Neighbours) -> Seen | str:
    """Put into words what the pairs of a film say."""
    import numpy as np

    pairs = found.pairs
    if len(pairs) < LEAST_PAIRS:
        return "Too few neighbouring frames could be compared."
    middle, count = float(np.median([one.follows for one in pairs])), len(pairs)
    finding = (
        f"In {count} pairs of neighbouring frames, fine detail moves with what is shown (median correlation {middle:.2f})."
        if middle > 0.6
        else f"In {count} pairs of neighbouring frames, fine detail partly moves with what is shown (median correlation {middle:.2f})."
        if middle > 0.3
        else f"In {count} pairs of neighbouring frames, fine detail is drawn anew from frame to frame (median correlation {middle:.2f})."
    )
    moments = tuple(
        Moment(one.at_seconds, one.at_seconds + 0.1, f"fine detail correlates by {one.follows:.2f}") for one in pairs
    )
    numbers = {"follows": middle, "pairs": float(count)}
    return Seen(finding, numbers, moments=moments)
