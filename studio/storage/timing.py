"""How long a call will take here, learned from past runs of the same pipeline on the same device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from pipelines.core.run import find
from pipelines.core.settings import settings_of, time_factor
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import Store

REMEMBERED = 40


@dataclass(frozen=True)
class Estimate:
    """Seconds: the middle, and the range that half of past runs would have fallen into; `runs` = how many were seen."""

    seconds: float
    low: float
    high: float
    runs: int

    @property
    def words(self) -> str:
        about = duration(self.seconds)
        return f"about {about}" if self.high < 1.6 * self.low + 1 else f"{duration(self.low)} to {duration(self.high)}"


def duration(seconds: float) -> str:
    """1 s, 40 s, 3 min, 2 h: as a person would say it."""
    if seconds < 1:
        return "a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size_of(call: Call, inputs: Mapping[str, Artifact]) -> float:
    """How much there is to do: megapixels of the first input (times frames), times the settings that scale a run."""
    form = settings_of(find(call.pipeline))
    settings = form.defaults | call.settings
    size = time_factor(form, settings)
    first = next((places for slot in form.slots if (places := slot.places(inputs))), [])
    seen = [inputs[place].facts for place in first if inputs[place].facts.get("width")]
    return size * sum(_pixels(facts, settings.get("size")) for facts in seen) if seen else size


def _pixels(facts: Mapping[str, Any], limit: Any) -> float:
    """Megapixels of an input, of all its frames; `limit`: pipelines that work at a chosen longest side call it `size`, in pixels."""
    pixels = facts["width"] * facts["height"]
    longest = max(facts["width"], facts["height"])
    if isinstance(limit, (int, float)) and 0 < limit < longest:
        pixels *= (limit / longest) ** 2
    return (0.1 + pixels / 1e6) * max(1, facts.get("frames") or 1)  # 0.1: what does not grow with the picture


def estimate(store: Store, pipeline: str, device: str, size: float) -> Estimate | None:
    """From the last runs: seconds per unit of size, robustly; None when this machine has not run it yet."""
    rows = store.rows(
        "SELECT seconds / size AS pace FROM jobs WHERE pipeline = ? AND device = ? AND state = 'done' AND seconds > 0"
        " AND size > 0 ORDER BY ended DESC LIMIT ?",
        pipeline, device, REMEMBERED,
    )  # fmt: skip
    paces = [row["pace"] for row in rows]
    if not paces:
        return None
    low, _, high = quantiles(paces, n=4, method="inclusive") if len(paces) > 1 else (paces[0] * 0.7, 0, paces[0] * 1.4)
    return Estimate(median(paces) * size, low * size, high * size, len(paces))


def remaining(estimated: float | None, elapsed: float, fraction: float) -> float | None:
    """Seconds left: what the run itself shows counts more the further it is."""
    seen = elapsed / fraction - elapsed if fraction > 0.02 else None
    learned = max(0.0, estimated - elapsed) if estimated is not None else None
    if seen is None or learned is None:
        return seen if learned is None else learned
    return fraction * seen + (1 - fraction) * learned
