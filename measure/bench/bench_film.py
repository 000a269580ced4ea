"""What a film costs: `python -m measure.bench.bench_film [--base CHECKOUT] [--runs 3] [--scenes 3] [--size full]`; writes bench/film.json.

A story that was read before becomes a film, cold, one step after another in a process of its own. Printed are processor seconds for one second of the
film (bar 2.0: on two cores it is made as fast as it plays), those of each kind of step, and the most memory (bar 1,500 MB). With a base the two
checkouts are measured by turns (A B A B), so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BARS = {"processor seconds for a second of film": 2.0, "most memory, MB": 1500.0}
SCENES = [
    {
        "id": "meadow",
        "line": "A fox walks through the meadow in the morning.",
        "picture": {"prompt": "a fox in a meadow at dawn"},
        "motion": {"text": "The fox walks through the meadow."},
    },
    {
        "id": "lake",
        "line": "The fox meets a girl by the lake and they talk.",
        "picture": {"prompt": "a fox, a girl by a lake at dawn"},
        "motion": {"text": "The fox looks at the girl by the lake. The fox and the girl talk."},
    },
    {
        "id": "night",
        "line": "At night the girl sleeps in her bed and the fox looks at the moon.",
        "picture": {"prompt": "a girl in a bed, a fox, a moon at night"},
        "motion": {"text": "The girl sleeps. The fox looks at the moon."},
    },
]


def once(scenes: int, size: str) -> dict[str, float]:
    """Make the film in this process; its figures by name."""
    from studio.engine.runners import InProcess
    from studio.film.executors import render_here
    from studio.film.parsing import storyboard_of
    from studio.film.steps import Step
    from studio.studio import open_studio

    class OneByOne(InProcess):
        def abreast(self) -> int:
            return 1

    spent: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        studio = open_studio(Path(folder), OneByOne(), spares=0)
        film = studio.films.create("a" * 32, storyboard_of({"title": "The Fox", "scenes": SCENES[:scenes]}))
        begun = last = time.process_time()

        def heard(step: Step, seconds: float | None) -> None:
            nonlocal last
            now = time.process_time()
            spent[step.kind] += now - last
            last = now

        made = render_here(studio.films, film, size, heard=heard)
        whole, length = time.process_time() - begun, float(made.facts["seconds_long"])
        studio.close()
    return {
        "processor seconds for a second of film": whole / length,
        "most memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "seconds of film": length,
        **{f"processor seconds: {kind}": value for kind, value in spent.most_common()},
    }


def measured(checkout: Path, scenes: int, size: str) -> dict[str, float]:
    """The figures of one checkout, from a process of its own."""
    words = [sys.executable, str(Path(__file__).resolve()), "--once", "--scenes", str(scenes), "--size", size]
    told = subprocess.run(
        words,
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def table(now: list[dict[str, float]], before: list[dict[str, float]]) -> list[str]:
    """A line for each figure: the median of today's runs, and beside it that of the base and their ratio."""
    lines = []
    for name in now[0]:
        value = statistics.median(run[name] for run in now)
        line = f"{name:42}{value:9.2f}"
        if before and name in before[0]:
            base = statistics.median(run[name] for run in before)
            line += f"   before {base:9.2f}   {value / base:5.2f}x"
        lines.append(line + (f"   (bar {BARS[name]:g})" if name in BARS else ""))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="an older checkout")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scenes", type=int, default=3, choices=(1, 2, 3))
    parser.add_argument("--size", default="full", choices=("full", "draft"))
    parser.add_argument("--once", action="store_true", help="measure only this process, and print JSON")
    asked = parser.parse_args()
    if asked.once:
        print(json.dumps(once(asked.scenes, asked.size)))
        return
    from measure import results

    now: list[dict[str, float]] = []
    before: list[dict[str, float]] = []
    for _ in range(asked.runs):
        if asked.base:
            before.append(measured(asked.base.resolve(), asked.scenes, asked.size))
        now.append(measured(ROOT, asked.scenes, asked.size))
    load = os.getloadavg()[0]
    print("\n".join(table(now, before)), f"load {load:.1f}", sep="\n")
    kept: dict[str, Any] = {"now": now, "before": before, "load": load, "size": asked.size, "cores": os.cpu_count()}
    results.keep("film", kept)


if __name__ == "__main__":
    main()
