"""How long a call will take: learned from past runs of the same pipeline on the same device, before the first from figures that are shipped.

Every time that the studio tells comes from `estimate` and `remaining`: before a press, in the queue, and while the work runs.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.registry import declaration
from pipelines.core.run import find
from pipelines.core.settings import Form, settings_of, time_factor
from pipelines.hub.pace import picture_seconds
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import Store

REMEMBERED = 40
FIT_RUNS, FIT_SPREAD = (
    4,
    1.5,
)  # so many runs, of sizes so far apart, until what does not grow with the size is learned too
REACH = 16.0  # a call this many times larger or smaller than any that was seen is not estimated
VAGUE = 3.0  # a range wider than this says nothing
LENGTHS = ("seconds", "frames")
FIGURE = 0.5  # megapixels of a frame that take as long as one figure that acts in it: processor seconds of 24 clips
RATE_HZ, TENTH = 24.0, 0.1  # of a video whose length is not known; of a run, by its own progress
LEAST_TENTH = 0.05  # of the time; less was a run that stood still at its end, as another need not
EARLY = 0.5  # seconds in which a run's own progress says nothing yet
SHIPPED = ASSETS / "paces.json"  # written by `python -m measure.bench --write-paces`
SHIPPED_LOW, SHIPPED_HIGH = 0.6, 1.6  # how far a machine's own times lie from shipped figures that its probe has scaled
PROBED = "machine.json"  # in the studio's folder: how long the probe took here
PAINTER = "painter.json"  # in the same folder: how quick models of a hub paint here
PAINTS, MOST_MEASURE = "generate.diffusion", 200
QUARTILES = 1.35  # from the lower to the upper, in standard deviations
SURE_AT_BEST = 0.1  # the least spread of what was learned, as a standard deviation of the logarithm
SEEN_SPREAD, KNOWN_SPREAD = 0.6, 0.3  # of what a run's own progress foretells; less where it is known how progress goes


@dataclass(frozen=True)
class Estimate:
    """Seconds: the middle, and the range that half of past runs would have fallen into; `runs` = how many were seen."""

    seconds: float
    low: float
    high: float
    runs: int
    near: bool = True  # whether calls of about this size were seen
    tenth: float = 0.0  # of the time, after which a tenth of the steps was done; 0: not known

    @property
    def sure(self) -> bool:
        """Whether it is worth saying."""
        return self.near and self.high <= VAGUE * self.low + 2

    @property
    def words(self) -> str:
        """ "About 80 seconds"; empty when it would mean nothing."""
        return f"About {duration(self.seconds)}" if self.sure else ""

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm of the time."""
        return max(SURE_AT_BEST, math.log(max(self.high, 1e-9) / max(self.low, 1e-9)) / QUARTILES)


@dataclass(frozen=True)
class Pace:
    """How the time of one pipeline grows with the size of a call: base + slope * size seconds, and quartiles of past runs around that line."""

    base: float
    slope: float
    low: float
    high: float
    runs: int
    smallest: float
    largest: float
    tenth: float = 0.0

    def at(self, size: float) -> Estimate:
        """What is to be expected of a call of that size."""
        middle = self.base + self.slope * size
        near = self.smallest / REACH <= size <= self.largest * REACH
        return Estimate(middle, self.low * middle, self.high * middle, self.runs, near, self.tenth)


def duration(seconds: float) -> str:
    """a second, 40 seconds, 3 minutes, 2 hours: as a person would say it."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{round(seconds, -1) if seconds > 20 else seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours".replace(".0 ", " ")


def size_of(call: Call, inputs: Mapping[str, Artifact]) -> float:
    """How much there is to do: megapixels of the first input times the seconds of media, times the settings that scale a run; a figure that acts counts like pixels."""
    form = settings_of(find(call.pipeline))
    settings = form.defaults | call.settings
    size, timed = time_factor(form, settings), _is_timed(form)
    places = [slot.places(inputs) for slot in form.slots]
    first = [inputs[place] for place in next((found for found in places if found), [])]
    seen = [artifact for artifact in first if artifact.facts.get("width")]
    if seen:
        size *= sum(
            _pixels(artifact, settings) * ((not timed and _seconds(artifact.facts)) or 1.0) for artifact in seen
        )
    if not timed and not any(
        _seconds(artifact.facts) for artifact in seen
    ):  # a picture that speaks: as long as what is heard
        size *= max((_seconds(artifact.facts) for artifact in inputs.values()), default=0.0) or 1.0
    return size


def _is_timed(form: Form) -> bool:
    """Whether a setting says how long the result is, whatever the length of what is given; music fits what it is given."""
    scaled = [setting.name for setting in form.settings if getattr(setting.field, "scales_time", False)]
    return bool({*LENGTHS} & {*scaled}) and not all(slot.optional for slot in form.slots)


def measure_of(inputs: Mapping[str, Artifact], call: Call | None = None) -> str:
    """What a call's size counts: "length" where a setting says it, "time" where there is media with one, else "", and its model of a hub. Only runs of one measure are compared."""
    measure = "time" if any(_seconds(one.facts) for one in inputs.values()) else ""
    measure = "length" if call is not None and _is_timed(settings_of(find(call.pipeline))) else measure
    if call is None or not declaration(find(call.pipeline)).hub:
        return measure
    settings = settings_of(find(call.pipeline)).defaults | call.settings
    model = f"{settings.get('model', '')} {settings.get('other', '')}".strip()
    return f"{measure} {model}".strip()[:MOST_MEASURE]


def _pixels(artifact: Artifact, settings: Mapping[str, Any]) -> float:
    """Megapixels of a picture or a frame, at the longest side where one is chosen: `size` never enlarges; with what does not grow with them."""
    facts = artifact.facts
    longest = max(facts["width"], facts["height"])
    size = settings.get("size")
    limit = settings.get("longest_side") or (min(size, longest) if isinstance(size, (int, float)) and size else longest)
    scene = json.loads((artifact.call and artifact.call.settings.get("scene")) or "{}")
    fixed = 0.1 + (FIGURE if "longest_side" in settings else 0.0) * len(scene.get("actors", ()))
    return float(fixed + facts["width"] * facts["height"] * (limit / longest) ** 2 / 1e6)


def _seconds(facts: Mapping[str, Any]) -> float:
    """How long a video or a sound is; 0 for what has no length."""
    frames = float(facts.get("frames") or 1)
    return float(facts.get("seconds_long") or 0) or (frames / RATE_HZ if frames > 1 else 0.0)


def estimate(store: Store, pipeline: str, device: str, size: float, measure: str = "") -> Estimate | None:
    """The time of one call; None where neither this machine nor the shipped figures know anything of its pipeline."""
    found = pace(store, pipeline, device, measure)
    return found.at(size) if found else None


def pace(store: Store, pipeline: str, device: str, measure: str = "") -> Pace | None:
    """From the last runs of the same measure, robustly; before the first, from what is shipped.

    A run takes a + b * size seconds: the slope by Theil and Sen (the median over all pairs of runs), the rest by the median. Until
    sizes differ enough, a is 0.
    """
    rows = store.rows(
        "SELECT seconds, size, tenth FROM jobs WHERE pipeline = ? AND device = ? AND measure = ? AND state = 'done' AND seconds > 0"
        " AND size > 0 ORDER BY ended DESC LIMIT ?",
        pipeline,
        device,
        measure,
        REMEMBERED,
    )
    if not rows:
        guessed = _painter_pace(store.home, pipeline, device, measure)
        return guessed or (_shipped_pace(store.home, pipeline, measure) if device == "cpu" else None)
    if 1 < len(rows) < FIT_RUNS:
        rows = rows[:-1]  # of few, the very first also read its model from the disk
    runs = [(float(row["size"]), float(row["seconds"])) for row in rows]
    sizes = [size for size, _ in runs]
    base, slope = _line(runs)
    low, high = 0.8, 1.25
    if len(runs) > 1:
        ratios = [seconds / max(base + slope * size, 1e-9) for size, seconds in runs]
        low, _, high = quantiles(ratios, n=4, method="inclusive")
    tenths = [row["tenth"] / row["seconds"] for row in rows if 0 < row["tenth"] < row["seconds"]]
    return Pace(base, slope, low, high, len(runs), min(sizes), max(sizes), median(tenths) if tenths else 0.0)


def _shipped_pace(home: Path, pipeline: str, measure: str) -> Pace | None:
    """What is shipped of a pipeline, for a machine that is as fast as the probe found; None before the probe."""
    here, known = probe_seconds(home), shipped_figures()
    runs = [one for one in known["pipelines"].get(pipeline, ()) if one["measure"] == measure]
    if not runs or here is None:
        return None
    sizes = [run["size"] for run in runs]
    base, slope = _line([(run["size"], run["seconds"]) for run in runs])
    scale = here / known["probe_seconds"]
    tenth = median([run["tenth"] for run in runs])
    return Pace(scale * base, scale * slope, SHIPPED_LOW, SHIPPED_HIGH, 0, min(sizes), max(sizes), tenth)


def _painter_pace(home: Path, pipeline: str, device: str, measure: str) -> Pace | None:
    """Of a picture from words by a model of a hub that was not used here yet: from the probe of painters."""
    here = painter_probed(home) if pipeline == PAINTS else None
    seconds = picture_seconds(measure, here.seconds) if here is not None and here.device == device else None
    return None if seconds is None else Pace(0.0, seconds, SHIPPED_LOW, SHIPPED_HIGH, 0, 1.0, 1.0)


@cache
def shipped_figures() -> dict[str, Any]:
    """Seconds of pipelines on the machine that measured them, with the seconds of the probe there."""
    return dict(json.loads(SHIPPED.read_text("utf-8")))


def probe_seconds(home: Path) -> float | None:
    """How long the probe took on this machine; None where it has not run yet."""
    try:
        seconds = float(json.loads((home / PROBED).read_text("utf-8"))["probe_seconds"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return seconds if 0 < seconds < 3600 else None


def keep_probed(home: Path, seconds: float) -> None:
    """Remember how long the probe took."""
    (home / PROBED).write_text(json.dumps({"probe_seconds": round(seconds, 5)}), "utf-8")


@dataclass(frozen=True)
class Painter:
    """What the probe of painters found: the device, its memory where it is a GPU, and the seconds of one block of a network."""

    device: str
    gpu_bytes: int
    seconds: float


def painter_probed(home: Path) -> Painter | None:
    """What that probe found on this machine; None where it has not run here."""
    try:
        kept = json.loads((home / PAINTER).read_text("utf-8"))
        painter = Painter(str(kept["device"]), int(kept["gpu_bytes"]), float(kept["seconds"]))
        return painter if kept["machine"] == platform.node() and 0 < painter.seconds < 3600 else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_painter(home: Path, painter: Painter) -> None:
    """Remember what the probe of painters found."""
    (home / PAINTER).write_text(json.dumps(asdict(painter) | {"machine": platform.node()}), "utf-8")


def _line(runs: list[tuple[float, float]]) -> tuple[float, float]:
    """(a, b) of seconds = a + b * size, neither below 0."""
    sizes = [size for size, _ in runs]
    if len(runs) >= FIT_RUNS and max(sizes) > FIT_SPREAD * min(sizes):
        pairs = [
            (y - x) / (b - a)
            for n, (a, x) in enumerate(runs)
            for b, y in runs[n + 1 :]
            if abs(b - a) > 1e-6 * max(sizes)
        ]
        slope = max(0.0, median(pairs))
        base = median(seconds - slope * size for size, seconds in runs)
        if base >= 0:
            return base, slope
    return 0.0, median(seconds / size for size, seconds in runs)


def remaining(learned: Estimate | None, elapsed: float, fraction: float, heard: float | None = None) -> float | None:
    """Seconds left, from what was learned before and what the run itself shows, each counted by how sure it is.

    None rather than a guess from a run's first moments. `heard`: after how many seconds the run said that it is so far.
    """
    heard = elapsed if heard is None else heard
    tenth = learned.tenth if learned else 0.0
    known = learned if learned and learned.sure and elapsed < learned.seconds else None
    told = (fraction >= TENTH and heard >= EARLY) or (fraction > 0.02 and heard > 10)
    seen = heard / _time_share(fraction, max(tenth, LEAST_TENTH) if tenth else TENTH) if told else 0.0
    if known and seen:
        own = ((KNOWN_SPREAD if tenth else SEEN_SPREAD) * (1 - fraction) + 1e-3) ** -2
        sure = known.spread**-2
        whole = math.exp((sure * math.log(known.seconds) + own * math.log(seen)) / (sure + own))
    else:
        whole = seen or (known.seconds if known else 0.0)
    return max(0.0, whole - elapsed) if whole else None


def _time_share(fraction: float, tenth: float) -> float:
    """The share of the whole time after which a run is so far, when a tenth of its steps takes `tenth` of the time."""
    if fraction <= TENTH:
        return fraction * tenth / TENTH
    return tenth + (1 - tenth) * (fraction - TENTH) / (1 - TENTH)
