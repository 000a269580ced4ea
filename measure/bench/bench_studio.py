"""What the studio itself costs: `python -m measure.bench.bench_studio`.

Overhead of one job at 1024 px (submit to signed file, less the pipeline and the invisible mark; bar 80 ms), the mark (bar 400 ms),
process start to the first HTTP 200 without torch in memory (bar 4 s), switching tabs in a real Chromium (bar 200 ms).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from measure import results
from measure.results import ROOT


def overhead_seconds(runs: int = 9) -> dict[str, float]:
    """Medians over `runs` jobs of a pipeline that hardly does anything."""
    import numpy as np

    from pipelines.watermark import picture as mark
    from studio.engine.runners import InProcess
    from studio.storage.artifacts import checked_call
    from studio.studio import open_studio
    from tests import stubs
    from tests.fixtures import put

    stubs.install()
    session = "a" * 32
    total, pipeline_only, mark_only = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        studio = open_studio(Path(folder), InProcess(), spares=0)
        studio.jobs.start()
        photo = put(studio, session, width=1024, height=1024)
        picture = stubs.PillowImage.open(photo.path).convert("RGB")
        picture.load()
        for seed in range(runs + 1):
            begun = time.perf_counter()
            done = stubs.wash(picture, None, seed=seed)
            between = time.perf_counter()
            mark.embed(np.asarray(done), seed)
            pipeline_only.append(between - begun)
            mark_only.append(time.perf_counter() - between)
            begun = time.perf_counter()
            call = checked_call("stylize.wash", {"content": photo.id}, {"seed": seed}, lambda id: "image")
            job = studio.jobs.submit(session, "", call, lane="quick")
            while studio.jobs.job(session, job.id).state not in ("done", "failed"):
                time.sleep(0.001)
            total.append(time.perf_counter() - begun)
        studio.close()
    pairs = [t - p - m for t, p, m in zip(total[1:], pipeline_only[1:], mark_only[1:])]
    return {
        "job_overhead_s": statistics.median(pairs),
        "mark_1024_s": statistics.median(mark_only[1:]),
        "job_total_s": statistics.median(total[1:]),
    }


def start_seconds(runs: int = 3) -> dict[str, float]:
    """Process start to the first HTTP 200 of the page itself: seconds, its processor seconds and its memory; and whether torch had been imported by then."""
    import psutil

    from tests.browser.conftest import Server

    found, processor, resident = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            server = Server(Path(folder) / "home")
            import urllib.request

            with urllib.request.urlopen(server.url) as answer:
                assert answer.status == 200
            found.append(time.perf_counter() - begun)
            page = psutil.Process(server.process.pid)
            processor.append(sum(page.cpu_times()[:2]))
            resident.append(page.memory_info().rss / 1e6)
            server.stop()
    check = "import sys, app, studio.web.shell, studio.web.tabs, studio.web.routes; from pipelines.core.run import names; names(); print('torch' in sys.modules)"
    torch = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    return {
        "start_to_200_s": statistics.median(found),
        "start_processor_s": statistics.median(processor),
        "page_fresh_mb": statistics.median(resident),
        "torch_imported": float(torch == "True"),
    }


def tab_switch_seconds() -> dict[str, float]:
    """Click on a tab until its content is in the page and painted."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import FLAGS, system_chromium
    from tests.browser.conftest import Server

    script = """async name => {
        const tab = [...document.querySelectorAll('#tabs [role=tab]')].find(one => one.textContent.trim() === name);
        const begun = performance.now();
        tab.click();
        const shown = () => { const one = document.getElementById('tab-' + name.toLowerCase()); return one?.offsetParent && one.querySelector('h1'); };
        while (!shown()) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return performance.now() - begun;
    }"""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, sync_playwright() as playwright:
        server = Server(Path(folder) / "home")
        stack.callback(server.stop)
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(90_000)  # a busy machine draws the page slowly
        page.goto(server.url)
        page.get_by_role("tab", name="Stylize", exact=True).click()  # the first tab, Film, has no slot to wait for
        page.wait_for_selector("studio-slot .well:visible")
        page.wait_for_timeout(1500)
        times = [
            page.evaluate(script, name) / 1000 for name in ("Models", "Stylize", "Help", "Stylize", "Models", "Stylize")
        ]
        browser.close()
    return {"tab_switch_first_s": times[0], "tab_switch_s": statistics.median(times), "tab_switch_worst_s": max(times)}


BARS = {"job_overhead_s": 0.080, "mark_1024_s": 0.400, "start_to_200_s": 4.0, "tab_switch_s": 0.200}


def main() -> None:
    measured = overhead_seconds() | start_seconds() | tab_switch_seconds()
    for name, value in measured.items():
        bar = f"   (bar {BARS[name]:g})" if name in BARS else ""
        print(f"{name:22} {value:8.3f}{bar}")
    results.keep("studio", measured | {"cores": os.cpu_count()})


if __name__ == "__main__":
    main()
