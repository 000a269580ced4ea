"""`make bench`: what everyday calls take, and the same of an older commit by turns on the same machine.

    python -m measure.bench [NAME ...] [--against COMMIT or CHECKOUT] [--runs 5]
    python -m measure.bench --write-paces        measures the figures of assets/paces.json, on a quiet machine

A server of each checkout runs on loopback, and each call is made of the one and the other in turn (A B, B A, …), so that what else the machine does
falls on both. The first run of each is cold and does not count. Seconds are those of the clock, beside them stands the processor time of the server
and all processes below it. With --against the bar is 1.05 times by both; a call that the older commit does not have is not compared.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from measure.loopback import ROOT, STUBS, Refused, Server, Visitor, picture

BAR = 1.05
PATIENCE_MS = 900_000
PACES = ROOT / "assets" / "paces.json"
STORY = "A red fox runs down to the sea. The moon shines over a small house. A boat comes home in the morning."


@dataclass(frozen=True)
class Call:
    """One press of a button: `inputs` name things on the shelf, and the result is kept there as `keeps`."""

    pipeline: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    keeps: str = ""
    varies: str = "seed"  # the setting by which two runs of the call differ, where its inputs are the same


CALLS = {  # in an order in which each finds on the shelf what it needs
    "storybook": Call("generate.storybook", {}, {"prompt": "a fox by the sea and two birds at sunset"}, "scene"),
    "object": Call("generate.object", {}, {"prompt": "a red fox"}),
    "cutout": Call("generate.cutout", {"picture": "photo"}, varies=""),
    "enlarge": Call("generate.enlarge", {"picture": "small"}, {"factor": "2"}, varies=""),
    "painting": Call("stylize.painting", {"content": "photo", "style": "painting"}, {"size": 512}, varies=""),
    "gallery": Call("stylize.gallery", {"content": "photo"}, {"style": "primary-glow"}, varies=""),
    "gatys": Call("stylize.gatys", {"content": "photo", "style": "painting"}, {"size": 256, "steps": 20}),
    "video": Call("stylize.video", {"video": "clip", "style": "painting"}, {"longest_side": 320}, varies="strength"),
    "camera": Call("animate.camera", {"picture": "photo"}, {"seconds": 1.0}, varies=""),
    "layers": Call("animate.layers", {"picture": "scene"}, {"motions": "The fox runs.", "seconds": 1.0}),
    "speak": Call("narrate.speak", {}, {"text": "The light turned gold, and the fox sat down by the sea."}),
    "infill": Call("infill.diffuse", {}, {"text": "Snow covered the ____ of the houses."}),
    "song": Call("compose.song", {}, {"mood": "calm", "seconds": 10.0}),
    "examine": Call("detect.examine", {"media": "photo"}, varies=""),
    "provenance": Call("detect.provenance", {"media": "photo"}, varies=""),
    "contrast": Call("lab.contrast", {}, {"steps": 300}),
    "noise": Call("redteam.noise", {}, {"source": "a red apple", "target": "a blue fish", "steps": 3}),
}
BROUGHT = {"painting": "styles/hokusai-great-wave.jpg", "clip": "samples/pan.mp4"}


class Side:
    """A checkout's server with a visitor, and what stands on the visitor's shelf by name."""

    def __init__(self, server: Server, visitor: Visitor) -> None:
        self.server, self.visitor = server, visitor
        self.shelf = {name: visitor.adopt(asset) for name, asset in BROUGHT.items()}

    def call(self, name: str, number: int) -> None:
        """Make a call with a photograph and a seed of its own. Raises RuntimeError when it fails."""
        call = CALLS[name]
        for thing, side_px in (("photo", 1024), ("small", 256)):
            self.shelf[thing] = self.visitor.upload(picture(number, (side_px, side_px)))
        inputs = {slot: self.keep(thing, number) for slot, thing in call.inputs.items()}
        own = {call.varies: number if call.varies == "seed" else 0.3 + number % 500 / 1000} if call.varies else {}
        self.finish(call.pipeline, inputs, call.keeps, **call.settings, **own)

    def keep(self, thing: str, number: int) -> str:
        """The id of a thing on the shelf, which is made first where it is missing."""
        if thing not in self.shelf:
            self.call(next(name for name, call in CALLS.items() if call.keeps == thing), number)
        return self.shelf[thing]

    def finish(self, pipeline: str, inputs: dict[str, str], keeps: str = "", **settings: Any) -> None:
        """Ask for a call and wait until it is done. Raises RuntimeError when it fails."""
        job = self.visitor.wait(self.visitor.make(pipeline, inputs, **settings))
        if job["state"] != "done":
            raise RuntimeError(f"{pipeline} is {job['state']}: {job['problem']}")
        if keeps:
            self.shelf[keeps] = job["artifact"]

    def wash(self, number: int) -> None:
        """A job that hardly does anything: what a job costs by itself."""
        self.finish("stylize.wash", {"content": self.shelf["painting"]}, seed=number)

    def film(self, number: int) -> None:
        """A draft of two scenes, from asking to the film. Raises RuntimeError when it fails."""
        render = self.visitor.wait_for_film(self.visitor.film(seed=number))
        if render["state"] != "done":
            raise RuntimeError(f"the film is {render['state']}: {render['problem']}")

    def start(self, number: int) -> float:
        """A fresh process of this checkout until the page is given out."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            server = Server(Path(folder), self.server.root)
            try:
                return server.start("/")
            finally:
                server.stop()

    def memory(self, number: int) -> float:
        """The most megabytes of the server and all processes below it while one visitor makes every call."""
        sizes, stop = [self.server.bytes()], threading.Event()

        def weigh() -> None:
            while not stop.wait(1.0):
                sizes.append(self.server.bytes())

        thread = threading.Thread(target=weigh, daemon=True)
        thread.start()
        for name in CALLS:
            self.call(name, 10_000 + number)
        stop.set()
        thread.join()
        return max(sizes) / 1e6


@contextmanager
def open_page(side: Side) -> Iterator[Any]:
    """The page in a fresh Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import FLAGS, system_chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(side.server.url)
        yield page
        browser.close()


def paint_page(side: Side, number: int) -> float:
    """Seconds until a fresh visitor sees the first thing of the page."""
    with open_page(side) as page:
        page.wait_for_selector(".tabbar [data-tab]")
        return float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")) / 1000


def switch_tab(side: Side, number: int) -> float:
    """Seconds from a press on a tab that was open before until its heading is seen."""
    with open_page(side) as page:
        for name in ("Stylize", "Generate", "Stylize"):
            begun = time.perf_counter()
            page.locator(f'.tabbar [data-tab="{name}"]').click()
            page.locator(f"#tab-{name.lower()} h1").first.wait_for()
        return time.perf_counter() - begun


def visit_first(side: Side, number: int) -> float:
    """Seconds in which a stranger opens the page, types a story, turns it into scenes and plays its draft, with three presses."""
    begun = time.perf_counter()
    with open_page(side) as page:
        page.wait_for_selector("studio-film .film-home")
        page.get_by_label("Your story").fill(f"{STORY} There were {number + 2} stars.")
        page.get_by_role("button", name="Turn it into scenes", exact=True).click()
        page.wait_for_selector(".scene-card")
        page.get_by_role("button", name="Make a draft", exact=True).click()
        page.wait_for_selector(".film-frame video")
        page.locator(".film-frame video").focus()
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('.film-frame video').currentTime > 0.2")
        return time.perf_counter() - begun


@dataclass(frozen=True)
class Measure:
    """What is done once; it gives back seconds or megabytes of its own, or is taken by the clock. `bar` holds by itself."""

    work: Callable[[Side, int], float | None]
    bar: float | None = None
    unit: str = "s"
    most_runs: int = 100


def _calls() -> dict[str, Measure]:
    return {name: Measure(lambda side, number, name=name: side.call(name, number)) for name in CALLS}  # type: ignore[misc]


MEASURES = {
    "start": Measure(Side.start, 4.0),
    "page": Measure(paint_page),
    "tab": Measure(switch_tab, 0.2),
    "upload": Measure(lambda side, number: side.visitor.upload(picture(number)) and None),
    "job": Measure(Side.wash),
    **_calls(),
    "film": Measure(Side.film),
    "first_visit": Measure(visit_first, 40.0, most_runs=1),
    "memory": Measure(Side.memory, 3000.0, "MB", most_runs=1),
}


def measure(name: str, sides: Sequence[Side], runs: int) -> list[list[tuple[float, float]]]:
    """For each side, its value and processor seconds in each run but the first, which is cold."""
    what = MEASURES[name]
    values: list[list[tuple[float, float]]] = [[] for _ in sides]
    runs = min(runs, what.most_runs)
    for run in range(runs + (what.most_runs > 1)):
        for at in range(len(sides))[:: 1 if run % 2 else -1]:
            before, begun = sides[at].server.processor_seconds(), time.perf_counter()
            value = what.work(sides[at], 100 + run)
            seconds = time.perf_counter() - begun
            values[at].append((seconds if value is None else value, sides[at].server.processor_seconds() - before))
    return [side[-runs:] for side in values]


def compare(name: str, values: Sequence[Sequence[tuple[float, float]]]) -> tuple[str, bool]:
    """A line of the table with medians, and whether a bar was missed; with two sides the other one's stand first."""
    what = MEASURES[name]
    clock, processor = ([statistics.median(run[at] for run in side) for side in values] for at in (0, 1))
    cells = [name, " → ".join(f"{value:.2f}" for value in clock) + f" {what.unit}", f"{processor[-1]:.2f} s"]
    missed = what.bar is not None and clock[-1] > what.bar
    bar = "" if what.bar is None else f"{what.bar:g} {what.unit}"
    if len(values) > 1:
        ratios = [new / max(old, 1e-3) for old, new in (clock, processor)]
        worse = min(ratios) > BAR if processor[0] > 0.1 else ratios[0] > BAR
        missed, bar = worse, f"{ratios[0]:.2f}× (processor {ratios[1]:.2f}×), {BAR:g}×"
    return f"| {' | '.join([*cells, bar, 'MISSED' if missed else ''])} |", missed


@contextmanager
def check_out(commit: str) -> Iterator[Path]:
    """The files of a commit in a folder of their own, or a checkout that is there."""
    if Path(commit).is_dir():
        yield Path(commit).resolve()
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "checkout"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(place), commit], cwd=ROOT, check=True)
        try:
            yield place
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(place)], cwd=ROOT, check=False)


@contextmanager
def open_side(root: Path, **environment: str) -> Iterator[Side]:
    """A checkout's server, with the stub methods beside the real ones, and a visitor."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), root, entry=STUBS, REAL="1", **environment)
        with server, Visitor(server, seconds=180) as visitor:
            yield Side(server, visitor)


def write_paces() -> None:
    """Make every call and a film once on one thread, and write what their rows say into assets/paces.json."""
    from studio.engine.probing import in_worker

    probe = in_worker(None)  # type: ignore[arg-type]
    paces = defaultdict(list)
    with open_side(ROOT, OMP_NUM_THREADS="1") as side:
        for name in CALLS:
            side.call(name, 1)
        side.film(1)
        with sqlite3.connect(f"file:{side.server.home / 'studio.sqlite'}?mode=ro", uri=True) as rows:
            query = "SELECT pipeline, measure, size, seconds, tenth FROM jobs WHERE state = 'done' AND seconds > 0"
            for pipeline, kind, size, seconds, tenth in rows.execute(query):
                share = tenth / seconds if tenth and tenth < seconds else 0.0
                pace = {"measure": kind, "size": round(size, 4), "seconds": round(seconds, 3), "tenth": round(share, 3)}
                paces[pipeline].append(pace)
    probe = min(probe, in_worker(None))  # type: ignore[arg-type]
    written = {"probe_seconds": round(probe, 5), "pipelines": dict(sorted(paces.items()))}
    PACES.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--against", metavar="COMMIT", help="an older commit, or the folder of a checkout")
    parser.add_argument("--runs", type=int, default=5, help="warm runs of each call")
    parser.add_argument("--write-paces", action="store_true")
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.names) - set(MEASURES)):
        parser.error(f"there is no measure {unknown[0]}; they are {', '.join(MEASURES)}")
    if chosen.write_paces:
        write_paces()
        return 0
    missed = 0
    with ExitStack() as stack:
        roots = [stack.enter_context(check_out(chosen.against))] if chosen.against else []
        sides = [stack.enter_context(open_side(root)) for root in (*roots, ROOT)]
        print(
            f"Load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores.\n\n| What | Median | Processor | Bar | |\n|---|---|---|---|---|"
        )
        for name in chosen.names or MEASURES:
            try:
                line, over = compare(name, measure(name, sides, chosen.runs))
            except (Refused, RuntimeError, TimeoutError, LookupError, httpx.HTTPError) as problem:
                line, over = (
                    f"| {name} | did not run: {' '.join(str(problem).split())[:200]} | | | |",
                    not chosen.against,
                )
            print(line, flush=True)
            missed += over
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
