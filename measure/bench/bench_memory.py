"""How much memory the whole studio takes while one visitor uses every tab: `python -m measure.bench.bench_memory`.

    STUDIO_WALK_MINUTES=80 python -m measure.bench.bench_memory [--studio CHECKOUT]

The walk (measure/soak/walk.py) goes on for STUDIO_WALK_MINUTES (10) against a server of its own, of this checkout or another one. Once a
second the server and all processes below it are weighed (PSS on Linux). The bar is 2.5 GB for all of them together at any moment.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from measure import results
from measure.soak.harness import ROOT, Options, Visitor, studio
from measure.soak.memory import Sampler, has_torch, largest_during, rest
from measure.soak.rows import commit_of
from measure.soak.walk import Walk, as_json, told

BAR_BYTES = 2_500_000_000
REST_SECONDS = 20.0


def measured(root: Path, minutes: float) -> dict[str, Any]:
    """The walk against a checkout; sizes in megabytes."""
    with studio(Options(root=root)) as server, Visitor(server) as visitor:
        fresh = rest(server.pid, 5.0)
        walk, number, end = Walk(visitor), 0, time.monotonic() + minutes * 60
        with Sampler(lambda: server.pid) as sampler:
            while time.monotonic() < end:
                number += 1
                walk.round(number, until=end)
            resting = rest(server.pid, REST_SECONDS)
        torch = has_torch(server.pid)
        peak = sampler.peak()
        return {
            "commit": commit_of(root),
            "minutes": minutes,
            "rounds": number,
            "steps": told(walk.made),
            "whole_fresh_mb": mb(fresh),
            "whole_peak_mb": mb(peak.pss),
            "whole_median_mb": mb(sampler.median_pss()),
            "whole_rest_mb": mb(resting),
            "page_resident_mb": mb(max(one.page_rss for one in sampler.samples)),
            "at_peak_mb": {role: mb(size) for role, size in sorted(peak.roles.items())},
            "largest_mb": {role: mb(size) for role, size in sorted(sampler.largest().items())},
            "largest_during_mb": {what: mb(size) for what, size in largest_during(sampler, walk.made).items()},
            "torch_in_page": {True: "yes", False: "no", None: "not known here"}[torch],
            "server_tracebacks": server.tracebacks(),
            "made": json.loads(as_json(walk.made)),
        }


def mb(size: float) -> int:
    return round(size / 1e6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studio", type=Path, default=ROOT, help="the checkout whose server is measured (this one)")
    asked = parser.parse_args()
    minutes = float(os.environ.get("STUDIO_WALK_MINUTES", "10"))
    found = measured(asked.studio.resolve(), minutes)
    for name, value in found.items():
        if name != "made":
            bar = (
                f"   (bar {BAR_BYTES // 10**6}: {'met' if value * 1e6 <= BAR_BYTES else 'MISSED'})"
                if name == "whole_peak_mb"
                else ""
            )
            print(f"{name:20} {value}{bar}")
    wrong = [one for one in found["made"] if one[1] in ("failed", "error", "lost", "refused")]
    for what, state, _, said in wrong:
        print(f"  {what}: {state}: {said}")
    results.keep("memory" if asked.studio.resolve() == ROOT else "memory-other", found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
