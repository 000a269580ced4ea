"""A first visit, as a stranger does it: `python -m measure.bench.bench_first [--runs 1]`.

The page is opened, a story of three sentences typed and turned into scenes, a draft made and played. Seconds on the clock until each of these is
seen, and how often something had to be pressed; the bars are 3 presses and 40 seconds on two quiet cores. Nothing was made there before.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from measure import results
from measure.bench.bench_page import started
from measure.results import ROOT
from tests.browser.chromium import FLAGS, system_chromium

STORY = "A red fox runs down to the sea. The moon shines over a small house. A boat comes home in the morning."
BARS = {"presses": 3, "playing_s": 40.0}
PATIENCE_MS = 900_000


class Visit:
    """Counts presses and seconds."""

    def __init__(self, page: Page) -> None:
        self.page, self.begun, self.presses = page, time.perf_counter(), 0
        self.seconds: dict[str, float] = {}

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.presses += 1

    def seen(self, what: str, selector: str) -> None:
        """Wait until something is seen, and note when."""
        self.page.wait_for_selector(selector)
        self.seconds[what] = round(time.perf_counter() - self.begun, 2)
        print(f"{what}: {self.seconds[what]}, {self.presses} presses", flush=True)


def visited(browser: Browser, url: str) -> Visit:
    """The whole way, up to the first scene that plays."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(context.new_page())
    page = visit.page
    page.goto(url)
    visit.seen("page_s", "studio-film .film-home")
    page.get_by_label("Your story").fill(STORY)
    visit.press("Turn it into scenes")
    visit.seen("scenes_s", ".scene-card")
    visit.press("Make a draft")
    visit.seen("draft_s", ".film-frame video")
    page.locator(".film-frame video").focus()
    page.keyboard.press("Space")
    visit.presses += 1
    page.wait_for_function("document.querySelector('.film-frame video').currentTime > 0.2")
    visit.seen("playing_s", ".film-frame video")
    context.close()
    return visit


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=1)
    given = asked.parse_args()
    visits, processor = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        for _ in range(given.runs):
            with tempfile.TemporaryDirectory() as folder:
                server, url = started(ROOT, Path(folder) / "home")
                try:
                    visits.append(visited(browser, url))
                    processor.append(_processor_seconds(server.pid))
                finally:
                    server.send_signal(signal.SIGTERM)
                    server.wait()
    found = {name: statistics.median(visit.seconds[name] for visit in visits) for name in visits[0].seconds}
    results.tell(
        "first",
        {
            **found,
            "presses": visits[0].presses,
            "server_processor_s": statistics.median(processor),
            "cores": psutil.cpu_count(),
            "load": round(psutil.getloadavg()[0], 1),
            "bars": BARS,
        },
    )


def _processor_seconds(pid: int) -> float:
    """Processor seconds of the server and of everything that it started and that still runs."""
    server = psutil.Process(pid)
    return round(sum(sum(one.cpu_times()[:4]) for one in (server, *server.children(recursive=True))), 1)


if __name__ == "__main__":
    main()
