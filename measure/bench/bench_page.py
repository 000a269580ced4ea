"""First paint and a switch of tabs, this checkout and another by turns: `python -m measure.bench.bench_page --base CHECKOUT [--runs 5]`.

Both servers run at the same time and are asked one after the other, so that whatever else the machine does hits both. Times are in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from measure.results import ROOT
from tests.browser.chromium import FLAGS, system_chromium

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def started(folder: Path, home: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The page of a checkout on a free port, ready to be asked."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"STUDIO_HOME": str(home), "PORT": str(port), "PYTHONPATH": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/"
    for _ in range(2400):
        try:
            urllib.request.urlopen(url + "studio/health", timeout=2).close()
            return process, url
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the page of {folder} did not come up")


def looked(browser: Browser, url: str) -> tuple[float, float]:
    """First contentful paint of a fresh visitor, and how long the second opening of a tab takes until its heading is seen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url)
    page.get_by_role("tab", name="Stylize", exact=True).wait_for(timeout=120_000)
    paint = page.evaluate(PAINT)
    for name, heading in (("Stylize", "Repaint a picture"), ("Generate", "Make a picture")):
        page.get_by_role("tab", name=name, exact=True).click()
        page.get_by_role("heading", name=heading).wait_for(timeout=120_000)
    begun = time.perf_counter()
    page.get_by_role("tab", name="Stylize", exact=True).click()
    page.get_by_role("heading", name="Repaint a picture").wait_for(timeout=120_000)
    switch = 1000 * (time.perf_counter() - begun)
    context.close()
    return float(paint), switch


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--base", type=Path, required=True)
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        servers = [
            started(place, Path(folder) / name) for name, place in (("base", given.base.resolve()), ("here", ROOT))
        ]
        try:
            browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
            for _, url in servers:
                looked(browser, url)  # the first visit warms the caches
            pairs = [[looked(browser, url) for _, url in servers] for _ in range(given.runs)]
            for n, what in enumerate(("first contentful paint", "tab switch")):
                base, here = ([pair[side][n] for pair in pairs] for side in (0, 1))
                ratio = statistics.median(new / old for old, new in zip(base, here, strict=True))
                print(
                    f"{what}: {statistics.median(base):.0f} ms before, {statistics.median(here):.0f} ms now, median of the pairs {ratio:.2f}x"
                )
        finally:
            for process, _ in servers:
                process.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
