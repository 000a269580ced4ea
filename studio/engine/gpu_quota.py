"""GPU time that is lent by the second to the visitors of a Space with ZeroGPU: how much a call asks for, and what to do when it is refused.

A guest of the model hub has 120 seconds a day, a free account 300 and a PRO account 2,400; a call is refused when less is left than
it asks for (the hub's documentation of ZeroGPU, August 2026). What is left is known only from such a refusal.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from typing import Any

from pipelines.core.registry import declaration, find
from pipelines.core.settings import Refusal, settings_of
from studio.storage.artifacts import Call
from studio.storage.store import Store
from studio.storage.timing import duration

PASS_HEADER = "x-ip-token"  # who the visitor is to the hub; it comes with events of the queue only
MOST_PASS = 8192  # characters of it
LEAST_SECONDS, MOST_SECONDS = 15, 300
UNKNOWN_SECONDS = {"video": 120}  # asked for before any run was seen, by what is made
USUAL_SECONDS = 60
REMEMBERED = 10
LONGEST_WAIT = 36 * 3600.0  # after so long a job that waits for quota fails
HALF_GB = 44.0  # what a model may want on half a card; more asks for a whole one, at twice the quota
DAY = 86400.0
QUOTAS = "guests have 120 seconds a day, free accounts 300, PRO accounts 2,400"
WAIT = re.compile(r"Try again in (?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")


class Later(Refusal):
    """The GPU cannot be had now; the job waits until `until` (seconds since 1970) and is then tried again."""

    def __init__(self, sentence: str, until: float) -> None:
        super().__init__(sentence)
        self.until = until


def pass_of(request: Any) -> str:
    """The visitor's pass to the GPU that came with a request, or nothing."""
    headers = getattr(request, "headers", None)
    header = headers.get(PASS_HEADER, "") if headers is not None else ""
    return header if len(header) <= MOST_PASS and header.isascii() else ""


def gpu_gb(call: Call) -> float:
    """GB of a GPU's memory that a call wants; 0 when its pipeline declares no network for a GPU."""
    function = find(call.pipeline)
    return declaration(function).gpu_gb(settings_of(function).defaults | call.settings)


def seconds_for(store: Store, call: Call, size: float, measure: str = "") -> int:
    """How many GPU seconds a call should ask for: a fifth more than the slowest of the last runs at this size, and five for starting."""
    rows = store.rows(
        "SELECT gpu_seconds, size FROM jobs WHERE pipeline = ? AND measure = ? AND gpu_seconds > 0 AND size > 0"
        " ORDER BY ended DESC LIMIT ?",
        call.pipeline,
        measure,
        REMEMBERED,
    )
    if not rows:
        return UNKNOWN_SECONDS.get(settings_of(find(call.pipeline)).returns, USUAL_SECONDS)
    return max(
        LEAST_SECONDS,
        min(MOST_SECONDS, math.ceil(1.2 * max(row["gpu_seconds"] / row["size"] for row in rows) * size + 5)),
    )


def used_seconds(store: Store, session: str) -> float:
    """GPU seconds that this studio used for a session in the last 24 hours."""
    rows = store.rows(
        "SELECT SUM(gpu_seconds) AS used FROM jobs WHERE session = ? AND created > ?", session, time.time() - DAY
    )
    return float(rows[0]["used"] or 0.0)


def quota_words(store: Store, session: str, call: Call, size: float, measure: str = "") -> str:
    """What a visitor is told before a call that asks for a lent GPU; empty for a call that needs none."""
    wanted = gpu_gb(call)
    if not wanted:
        return ""
    twice = " Its size counts twice." if wanted > HALF_GB else ""
    used = used_seconds(store, session)
    so_far = f" You have used {used:.0f} here in the last 24 hours." if used >= 1 else ""
    return f"Asks for {seconds_for(store, call, size, measure)} seconds of GPU time ({QUOTAS}).{twice}{so_far}"


def explain_refusal(title: str, message: str, *, has_pass: bool) -> Exception:
    """What an error of `spaces` means here, by its title: Later where waiting helps, else a Refusal or a RuntimeError."""
    now = time.time()
    if title == "ZeroGPU illegal duration":
        return Refusal("This asks for too much GPU time; choose a smaller size or fewer steps.")
    if "Expired" in message:
        return Refusal("The pass to the GPU has expired; reload the page and start again.")
    if title == "ZeroGPU quota exceeded" and "No GPU was available" not in message:
        match = WAIT.search(message)
        if match:
            days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
            wait = days * DAY + hours * 3600 + minutes * 60 + seconds
            return Later(f"Waiting for GPU time: yours comes in {duration(max(wait, 60))}.", now + wait)
        if not has_pass:
            return Later("Waiting for GPU time: the Space has none left for guests.", now + 600)
        return Later("Waiting for GPU time: too many runs of yours.", now + 600)
    if title == "ZeroGPU pending credits exceeded":
        return Later("Waiting for GPU time: other runs of yours hold it.", now + 120)
    if title in ("ZeroGPU quota exceeded", "ZeroGPU queue timeout") or "No GPU was available" in message:
        return Later("Waiting for a GPU: none was free.", now + 60)
    if "aborted" in message:
        return Refusal("The GPU was taken back too early; start it again.")
    return RuntimeError(f"{title}: {message}")


def plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a pipeline, checked that they can cross to the process on the GPU. Raises Refusal for a video, which cannot."""
    from pipelines.media import Video

    for value in arguments.values():
        if isinstance(value, Video):
            raise Refusal("This Space's GPU takes no videos; choose a picture.")
    return dict(arguments)
