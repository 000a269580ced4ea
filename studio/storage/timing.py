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
FIT_RUNS, FIT_SPREAD = (
    4,
    1.5,
)  # so many runs, of sizes so far apart, until what does not grow with the size is learned too
REACH = 16.0  # a call this many times larger or smaller than any that was seen is not estimated
VAGUE = 3.0  # a range wider than this says nothing
RATE_HZ = 24.0  # of a video whose length is not known


@dataclass(frozen=True)
class Estimate:
    """Seconds: the middle, and the range that half of past runs would have fallen into; `runs` = how many were seen."""

    seconds: float
    low: float
    high: float
    runs: int
    near: bool = True  # whether calls of about this size were seen

    @property
    def sure(self) -> bool:
        """Whether it is worth saying."""
        return self.near and self.high <= VAGUE * self.low + 2

    @property
    def words(self) -> str:
        """ "About 80 seconds", "2 to 4 minutes"; empty when it would mean nothing."""
        if not self.sure:
            return ""
        if self.high < 1.6 * self.low + 1:
            return f"About {duration(self.seconds)}"
        low, high = duration(self.low), duration(self.high)
        (number, _, unit), (_, _, other) = low.partition(" "), high.partition(" ")
        return f"{number if unit == other else low} to {high}"


def duration(seconds: float) -> str:
    """a second, 40 seconds, 3 minutes, 2 hours: as a person would say it."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{round(seconds, -1) if seconds > 20 else seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours".replace(".0 ", " ")


def size_of(call: Call, inputs: Mapping[str, Artifact]) -> float:
    """How much there is to do: megapixels of the first input times the seconds of media, times the settings that scale a run."""
    form = settings_of(find(call.pipeline))
    settings = form.defaults | call.settings
    size = time_factor(form, settings)
    places = [slot.places(inputs) for slot in form.slots]
    first = [inputs[place].facts for place in next((found for found in places if found), [])]
    seen = [facts for facts in first if facts.get("width")]
    if seen:
        size *= sum(_pixels(facts, settings.get("size")) * (_seconds(facts) or 1.0) for facts in seen)
    if not any(_seconds(facts) for facts in seen):  # a picture that speaks, a sound: as long as what is heard
        size *= max((_seconds(one.facts) for one in inputs.values()), default=0.0) or 1.0
    return size


def measure_of(inputs: Mapping[str, Artifact]) -> str:
    """What a call's size counts: "time" where there is media with a length, else "". Only runs of one measure are compared."""
    return "time" if any(_seconds(one.facts) for one in inputs.values()) else ""


def _pixels(facts: Mapping[str, Any], limit: Any) -> float:
    """Megapixels of a picture or a frame; `limit`: pipelines that work at a chosen longest side call it `size`, in pixels."""
    pixels = facts["width"] * facts["height"]
    longest = max(facts["width"], facts["height"])
    if isinstance(limit, (int, float)) and 0 < limit < longest:
        pixels *= (limit / longest) ** 2
    return float(0.1 + pixels / 1e6)  # 0.1: what does not grow with the picture


def _seconds(facts: Mapping[str, Any]) -> float:
    """How long a video or a sound is; 0 for what has no length."""
    frames = float(facts.get("frames") or 1)
    return float(facts.get("seconds_long") or 0) or (frames / RATE_HZ if frames > 1 else 0.0)


def estimate(store: Store, pipeline: str, device: str, size: float, measure: str = "") -> Estimate | None:
    """From the last runs of the same measure, robustly; None when this machine has not run it yet.

    A run takes a + b * size seconds: the slope by Theil and Sen (the median over all pairs of runs), the rest by the median. Until
    sizes differ enough, a is 0.
    """
    rows = store.rows(
        "SELECT seconds, size FROM jobs WHERE pipeline = ? AND device = ? AND measure = ? AND state = 'done' AND seconds > 0"
        " AND size > 0 ORDER BY ended DESC LIMIT ?",
        pipeline, device, measure, REMEMBERED,
    )  # fmt: skip
    runs = [(float(row["size"]), float(row["seconds"])) for row in rows]
    if not runs:
        return None
    sizes = [one for one, _ in runs]
    near = min(sizes) / REACH <= size <= max(sizes) * REACH
    base, slope = _line(runs)
    middle = base + slope * size
    if len(runs) == 1:
        return Estimate(middle, 0.8 * middle, 1.25 * middle, 1, near)
    ratios = [seconds / max(base + slope * one, 1e-9) for one, seconds in runs]
    low, _, high = quantiles(ratios, n=4, method="inclusive")
    return Estimate(middle, low * middle, high * middle, len(runs), near)


def _line(runs: list[tuple[float, float]]) -> tuple[float, float]:
    """(a, b) of seconds = a + b * size, neither below 0."""
    sizes = [one for one, _ in runs]
    if len(runs) >= FIT_RUNS and max(sizes) > FIT_SPREAD * min(sizes):
        pairs = [
            (y - x) / (b - a)
            for n, (a, x) in enumerate(runs)
            for b, y in runs[n + 1 :]
            if abs(b - a) > 1e-6 * max(sizes)
        ]
        slope = max(0.0, median(pairs))
        base = median(seconds - slope * one for one, seconds in runs)
        if base >= 0:
            return base, slope
    return 0.0, median(seconds / one for one, seconds in runs)


def remaining(estimated: float | None, elapsed: float, fraction: float) -> float | None:
    """Seconds left: what the run itself shows counts more the further it is. None rather than a guess from its first moments."""
    seen = elapsed / fraction - elapsed if fraction >= 0.1 or (fraction > 0.02 and elapsed > 10) else None
    learned = estimated - elapsed if estimated is not None and elapsed < estimated else None
    if seen is None or learned is None:
        return seen if learned is None else learned
    return fraction * seen + (1 - fraction) * learned
