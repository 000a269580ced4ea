"""Asks /studio/health again and again, as a process of its own, so that what the other visitors do here does not slow the clock.

python -m measure.soak.health URL SECONDS      prints {"seconds": [...], "failed": n}
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import httpx

from measure.soak.harness import ROOT
from measure.soak.rows import Row, percentile

EVERY_SECONDS = 0.1
BAR_SECONDS = 0.3


def begin(url: str, seconds: float) -> subprocess.Popen[str]:
    """Start asking; `ended` waits for it and reads what it found."""
    command = [sys.executable, "-m", "measure.soak.health", url, str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, _ = process.communicate()
    return dict(json.loads(said))


def row(goal: str, found: dict[str, Any]) -> Row:
    """p95 against the bar of 300 ms; an answer that did not come counts against it."""
    if not found["seconds"]:
        return Row(goal, f"no answer in {found['failed']} tries", False)
    p95, worst = percentile(found["seconds"], 0.95), max(found["seconds"])
    said = f"p95 {p95 * 1000:.0f} ms, slowest {worst * 1000:.0f} ms, {len(found['seconds'])} answers, {found['failed']} without one"
    return Row(goal, said, p95 < BAR_SECONDS and not found["failed"])


def main() -> None:
    url, seconds = sys.argv[1], float(sys.argv[2])
    times, failed, end = [], 0, time.monotonic() + seconds
    with httpx.Client(timeout=10, trust_env=False, headers={"x-forwarded-for": "198.18.250.250"}) as client:
        while time.monotonic() < end:
            begun = time.monotonic()
            try:
                fine = client.get(url + "/studio/health").status_code == 200
            except httpx.HTTPError:
                fine = False
            took = time.monotonic() - begun
            if fine:
                times.append(took)
            else:
                failed += 1
            time.sleep(max(0.0, EVERY_SECONDS - took))
    print(json.dumps({"seconds": times, "failed": failed}))


if __name__ == "__main__":
    main()
