"""How long the 20-step attack on the object network takes, and how soon a cancel is heard: `python -m measure.bench.bench_redteam [--cancels 3]`.

The attack runs in this process (wall and processor seconds, and the longest wait between two places where a cancel is heard). Then a studio of its own
with worker processes runs the same attack as a job that is cancelled in the middle, from the request to the state “cancelled”. Prints a table; the load of the
machine stands beside it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from measure.timing import spent
from pipelines.core.progress import Progress
from pipelines.core.run import find
from pipelines.core.settings import settings_of

if TYPE_CHECKING:
    from studio.studio import Studio

SETTINGS = {"source": "a red apple", "target": "a blue fish", "degrees": 30.0, "steps": 20, "seed": 0}
SESSION, PATIENCE_SECONDS = "b" * 32, 600.0


def attack() -> tuple[float, float, float]:
    """Wall seconds, processor seconds, and the longest wait between reports after the models were loaded."""
    heard: list[float] = []

    def report(progress: Progress) -> None:
        heard.append(time.perf_counter())

    method = find("redteam.noise")
    method(**{**SETTINGS, "steps": 1})  # the models are loaded
    with spent() as took:
        method(**SETTINGS, report=report)
    return took.clock, took.processor, max(b - a for a, b in pairwise(heard))


def cancels(count: int) -> list[float]:
    """Seconds from each request to cancel a running attack until its job is cancelled."""
    from studio.engine.runners import server_runner
    from studio.studio import open_studio

    with tempfile.TemporaryDirectory(prefix="bench-redteam-") as folder:
        home = Path(folder) / "home"
        studio = open_studio(home, server_runner(home))
        studio.jobs.start()
        try:
            found = [cancelled(studio, seed) for seed in range(count)]
        finally:
            studio.close()
    return found


def cancelled(studio: Studio, seed: int) -> float:
    """One job that is cancelled a little after it has begun its attack: seconds until it is."""
    from studio.storage.artifacts import Call

    settings = {**settings_of(find("redteam.noise")).defaults, **SETTINGS, "seed": seed}
    job = studio.jobs.submit(SESSION, "Red-team", Call("redteam.noise", {}, settings)).id
    _until(lambda: studio.jobs.job(SESSION, job).fraction > 0.1 + 0.1 * seed)
    begun = time.perf_counter()
    studio.jobs.cancel(SESSION, job)
    _until(lambda: studio.jobs.job(SESSION, job).state == "cancelled")
    return time.perf_counter() - begun


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not so():
        if time.monotonic() > end:
            raise SystemExit("it took too long")
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cancels", type=int, default=3)
    given = parser.parse_args()
    wall, processor, gap = attack()
    print(
        f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {torch.get_num_threads()} threads\n\n| What | Seconds |\n|---|---|"
    )
    print(
        f"| 20 steps, wall | {wall:.1f} |\n| 20 steps, processor | {processor:.1f} |\n| longest wait for a cancel | {gap:.2f} |",
        flush=True,
    )
    print(f"| cancel of a job, each | {', '.join(f'{one:.2f}' for one in cancels(given.cancels))} |")


if __name__ == "__main__":
    main()
