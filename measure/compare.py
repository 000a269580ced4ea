"""Two checkouts side by side: `python -m measure.compare --base CHECKOUT [--studio CHECKOUT] [--runs 5]`; writes bench/compare.json.

A server of each runs on loopback, and each call is made of the one and the other in turn (A B A B), so that what else the machine does
falls on both. A call's time is what the studio's own rows say, from asking to signed file; the first one, cold, stands apart, and the
ratio is that of the medians of the warm ones. The bar is 1.1 times the base. Beside it stands the ratio of processor time of the server
with all processes below it, which says more on a machine that does other things too; what an idle server does meanwhile counts in it.
"""

from __future__ import annotations

import argparse
import io
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from measure import results
from measure.soak.harness import ROOT, Refused, Server, Visitor
from measure.soak.memory import has_torch, sample
from measure.soak.rows import commit_of
from measure.soak.walk import picture

BAR = 1.1
STUBS = (
    "-m",
    "tests.browser.server",
)  # the page with a method that hardly does anything, for what a job costs by itself
WASH_ALONE = {"REAL": "1"}


class Side:
    """One checkout's server and its visitor."""

    def __init__(self, name: str, root: Path, folder: Path) -> None:
        self.name, self.root, self.folder = name, root, folder
        folder.mkdir()
        self.server = Server(folder, root, entry=STUBS, **WASH_ALONE)
        self.visitor: Visitor | None = None
        self.held: dict[str, str] = {}

    def open(self) -> None:
        self.server.start()
        self.visitor = Visitor(self.server).open()
        photo = Image.open(ROOT / "assets" / "samples" / "raccoon.jpg").convert("RGB").resize((1024, 1024))
        data = io.BytesIO()
        photo.save(data, "PNG")
        self.held = {
            "photo": self.visitor.upload(data.getvalue(), "photo.png", "image")["id"],
            "painting": self.visitor.adopt("styles/hokusai-great-wave.jpg"),
        }

    def call(self, pipeline: str, inputs: dict[str, str], **settings: Any) -> float:
        """Seconds from asking to the signed file, by the studio's row. Raises RuntimeError when it was not made."""
        assert self.visitor is not None
        number = self.visitor.make(pipeline, {slot: self.held[name] for slot, name in inputs.items()}, **settings)
        job = self.visitor.wait(number, every=0.05)
        if job["state"] != "done":
            raise RuntimeError(f"{self.name}: {pipeline}: {job['state']}: {job['problem']}")
        return self.row(number)

    def row(self, number: int) -> float:
        with sqlite3.connect(f"file:{self.server.home / 'studio.sqlite'}?mode=ro", uri=True, timeout=10) as rows:
            created, ended = rows.execute("SELECT created, ended FROM jobs WHERE id = ?", (number,)).fetchone()
        return float(ended - created)

    def film(self, seed: int) -> float:
        """Seconds from asking for a draft of two scenes to the film."""
        assert self.visitor is not None
        film = self.visitor.film("fox", scenes=2, seed=seed)
        begun = time.perf_counter()
        self.visitor.render(film)
        found = self.visitor.rendered(film)
        if found["state"] != "done":
            raise RuntimeError(f"{self.name}: film: {found['state']}: {found['problem']}")
        return time.perf_counter() - begun

    def upload(self, number: int) -> float:
        assert self.visitor is not None
        begun = time.perf_counter()
        self.visitor.upload(picture(number), "photo.png", "image")
        return time.perf_counter() - begun

    def page(self, number: int) -> float:
        assert self.visitor is not None
        begun = time.perf_counter()
        self.visitor.open()
        return time.perf_counter() - begun

    def processor_seconds(self) -> float:
        """Processor time of the server and everything below it so far, the dead ones that were waited for included."""
        total = 0.0
        for one in [psutil.Process(self.server.pid), *self.server.children()]:
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += (
                times.user
                + times.system
                + getattr(times, "children_user", 0.0)
                + getattr(times, "children_system", 0.0)
            )
        return total


Call = Callable[[Side, int], float]
Times = dict[str, list[tuple[float, float]]]  # by side: seconds of the clock and of the processor
CALLS: dict[str, Call] = {
    "page, from asking to HTML": lambda side, n: side.page(n),
    "upload of a small picture": lambda side, n: side.upload(n),
    "one job that hardly does anything, 1024 px": lambda side, n: side.call(
        "stylize.wash", {"content": "photo"}, seed=n
    ),
    "narrate.speak, one sentence": lambda side, n: side.call(
        "narrate.speak", {}, text="The light turned gold, and the fox sat down.", seed=n
    ),
    "stylize.painting, 512 px": lambda side, n: side.call(
        "stylize.painting", {"content": "photo", "style": "painting"}, size=512, strength=1 - n % 100 / 100
    ),
    "generate.storybook": lambda side, n: side.call(
        "generate.storybook", {}, prompt="a fox by the sea and two birds at sunset", seed=n
    ),
    "compose.song, 10 s": lambda side, n: side.call("compose.song", {}, seconds=10.0, seed=n),
    "infill.diffuse": lambda side, n: side.call(
        "infill.diffuse", {}, text="Snow covered the ____ of the houses.", seed=n
    ),
    "film, draft of two scenes": lambda side, n: side.film(n),
}


def starts(sides: list[Side], runs: int) -> Times:
    """From the process to the first HTTP 200 of the page, in turns."""
    found: Times = {side.name: [] for side in sides}
    for run in range(runs):
        for side in turned(sides, run):
            fresh = Side(side.name, side.root, side.folder.parent / f"start {side.name} {run}")
            fresh.server.entry = ("app.py",)
            seconds = fresh.server.start("/")
            found[side.name].append((seconds, fresh.processor_seconds()))
            fresh.server.stop()
    return found


def turned(sides: list[Side], run: int) -> list[Side]:
    """A B, then B A, and so on: none is always the first."""
    return sides if run % 2 == 0 else sides[::-1]


def measured(sides: list[Side], runs: int) -> list[dict[str, Any]]:
    rows = [shown(row_of("process start to the page", starts(sides, max(3, runs)), cold=False))]
    for side in sides:
        side.open()
    for side in sides:
        print(
            f"{side.name}: torch in the page's process after start: {'yes' if has_torch(side.server.pid) else 'no'}",
            flush=True,
        )
    for what, call in CALLS.items():
        times: Times = {side.name: [] for side in sides}
        try:
            for run in range(runs + 1):
                for side in turned(sides, run):
                    before = side.processor_seconds()
                    seconds = call(side, 100 + run)
                    times[side.name].append((seconds, side.processor_seconds() - before))
        except (Refused, RuntimeError, TimeoutError) as problem:
            print(f"{what:44} DID NOT RUN: {problem}", flush=True)
            rows.append({"what": what, "ratio": None, "problem": str(problem)})
            continue
        rows.append(shown(row_of(what, times)))
    for side in sides:
        seen = sample(side.server.pid, 0.0)
        if seen is not None:
            print(
                f"{side.name}: after all of it, whole studio {seen.pss / 1e6:.0f} MB, torch in the page's process: {'yes' if has_torch(side.server.pid) else 'no'}"
            )
    return rows


def row_of(what: str, times: Times, *, cold: bool = True) -> dict[str, Any]:
    """Cold and warm seconds of base and studio, and the ratios of the warm medians, of the clock and of the processor."""
    warm = {name: values[1:] if cold else values for name, values in times.items()}
    clock = {name: statistics.median(one for one, _ in values) for name, values in warm.items()}
    processor = {name: statistics.median(one for _, one in values) for name, values in warm.items()}
    return {
        "what": what,
        "cold": {name: round(values[0][0], 3) for name, values in times.items()} if cold else None,
        "warm": {name: round(value, 3) for name, value in clock.items()},
        "ratio": round(clock["studio"] / clock["base"], 3),
        "processor": {name: round(value, 3) for name, value in processor.items()},
        "processor_ratio": round(processor["studio"] / processor["base"], 3) if processor["base"] else None,
        "all": times,
    }


def shown(row: dict[str, Any]) -> dict[str, Any]:
    cold = f"{row['cold']['base']:7.2f} {row['cold']['studio']:7.2f}" if row["cold"] else " " * 15
    processor = f"{row['processor_ratio']:6.2f}x" if row["processor_ratio"] is not None else "      -"
    met = "met" if row["ratio"] <= BAR else "MISSED"
    print(
        f"{row['what']:44} {cold} {row['warm']['base']:8.3f} {row['warm']['studio']:8.3f} {row['ratio']:6.2f}x {met:7} {processor}",
        flush=True,
    )
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the checkout to compare with")
    parser.add_argument("--studio", type=Path, default=ROOT, help="the checkout that is judged (this one)")
    parser.add_argument("--runs", type=int, default=5, help="warm runs of each call")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        sides = [
            Side(name, root.resolve(), Path(folder) / name)
            for name, root in (("base", asked.base), ("studio", asked.studio))
        ]
        for side in sides:
            stack.callback(side.server.stop)
        print(f"{'seconds':44} {'cold':>7} {'':7} {'warm':>8} {'':8} ratio (bar {BAR:g})  processor", flush=True)
        print(f"{'':44} {'base':>7} {'studio':>7} {'base':>8} {'studio':>8}", flush=True)
        rows = measured(sides, asked.runs)
    results.keep("compare", {"base": commit_of(asked.base), "studio": commit_of(asked.studio), "rows": rows})
    missed = [row["what"] for row in rows if row["ratio"] is None or row["ratio"] > BAR]
    if missed:
        print("over the bar, or not run:", "; ".join(missed))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
