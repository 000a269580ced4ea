"""How good and how quick the playground's networks are: python -m measure.eval.eval_lab [train] [race] [contrast] [page].

`train`   each network on each shape: seconds, processor seconds, distance of its cloud beside that of as many fresh points
`race`    evaluations that Poisson flow and diffusion need for the same distance
`contrast` islands that the GAN keeps, with and without its penalty, over ten seeds
`page`    frames a second with 2,000 marbles, processor milliseconds a frame, and the first picture of each exhibit, in Chromium
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from measure import pages, results
from measure.timing import spent


def train() -> None:
    """Distances are sliced Wasserstein; `fresh` is what 1,000 points of the shape itself have to its 300 points."""
    import torch

    from pipelines.lab.flow import flow
    from pipelines.lab.parts import denoising, flows, networks, plane
    from pipelines.lab.poisson import poisson
    from pipelines.lab.score import score

    rows = []
    for shape in plane.SHAPES:
        data = plane.shaped(shape)
        fresh = plane.sliced_wasserstein(plane.shaped(shape, 1300)[300:], data)
        for name, make in (
            ("score", lambda s: score(shape=s)),
            ("poisson", lambda s: poisson(shape=s, dimensions="4")),
            ("flow", lambda s: flow(shape=s)),
        ):
            with spent() as took:
                made = make(shape)
            if name == "flow":
                start = torch.randn(1000, 2, generator=torch.Generator().manual_seed(1))
                cloud = flows.moved(networks.unpacked(made, "velocity"), start, 0.0, 1.0, 1e-3)[0].numpy()
            else:
                net, spread = networks.unpacked(made, "denoiser"), float(made.about["spread"])
                cloud = denoising.sampled(net, spread, 1000, 20, 1, dimensions=float(made.about["dimensions"]))
            apart = plane.sliced_wasserstein(cloud, data)
            rows.append((shape, name, f"{took.processor:.1f}", f"{took.clock:.0f}", f"{apart:.3f}", f"{fresh:.3f}"))
            print(*rows[-1], flush=True)
    head = ("Shape", "Network", "Seconds of the processor", "Seconds of the clock", "Distance", "Fresh")
    pages.into(results.DOCS / "notes/lab.md", {"lab-train": pages.table(head, rows)})


def race() -> None:
    from pipelines.lab import race as racing

    print("shape      D     target   evaluations: Poisson, diffusion")
    for shape in ("islands", "moons", "spiral"):
        for dimensions in ("1", "4", "16", "64", "256"):
            found = racing.race(shape=shape, dimensions=dimensions).detail
            needed = [row["needed"] for row in found["rows"]]
            best = [min(point["distance"] for point in row["curve"]) for row in found["rows"]]
            print(f"{shape:10} {dimensions:4} {found['target']:8.4f}   {needed}  best {best}", flush=True)


def contrast() -> None:
    """An island counts as kept when it has at least a tenth of the marbles within 0.4 of its middle."""
    import torch

    from pipelines.lab.contrast import contrast as trained
    from pipelines.lab.parts import networks

    middles = 0.85 * np.array([[np.cos(a), np.sin(a)] for a in np.pi / 2 + 2 * np.pi * np.arange(3) / 3])
    z = torch.randn(1000, 2, generator=torch.Generator().manual_seed(0))
    for penalty in (0.0, 0.5):
        kept = []
        for seed in range(10):
            cloud = networks.unpacked(trained(penalty=penalty, seed=seed), "generator")(z).detach().numpy()
            apart = np.linalg.norm(cloud[:, None] - middles[None], axis=2)
            kept.append(int(((apart < 0.4).mean(0) >= 0.1).sum()))
        print(f"penalty {penalty}: islands kept by seed {kept}", flush=True)


def frames(opened: Any, session: Any) -> str:
    """Frames a second and milliseconds of processor time of the page's main thread for a frame, over four seconds."""

    def busy_seconds() -> float:
        return next(
            m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"
        )

    opened.evaluate(
        "() => { window.n = 0; window.counts = true; const f = () => { window.n++; if (window.counts) requestAnimationFrame(f); }; f(); }"
    )
    opened.wait_for_timeout(1000)
    count, busy, began = opened.evaluate("window.n"), busy_seconds(), time.monotonic()
    opened.wait_for_timeout(4000)
    count, busy, took = opened.evaluate("window.n") - count, busy_seconds() - busy, time.monotonic() - began
    opened.evaluate("window.counts = false")
    opened.wait_for_timeout(100)
    return f"{count / took:.1f} frames a second, {1000 * busy / max(1, count):.1f} ms of the main thread's processor time a frame"


def marbles(opened: Any, url: str) -> None:
    """Two clouds of 1,000 marbles with each sampler, on the closed form and on a network."""
    session = opened.context.new_cdp_session(opened)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    for field in ("closed form", "network"):
        opened.goto(url + "#/lab/score")
        opened.wait_for_selector(".lab-exhibit")
        if field == "network":
            opened.get_by_role("button", name="Train the network").click()
            opened.get_by_text("Done in").wait_for(timeout=120_000)
        for kind in ("single", "annealed", "heun"):
            for side in ("left", "right"):
                opened.locator(f"[data-side={side}] select").select_option(kind)
            print(f"2,000 marbles, {field}, {kind}: {frames(opened, session)}", flush=True)


def page() -> None:
    """Needs a Chromium; starts a server of its own."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from playwright.sync_api import sync_playwright

    from studio.web.exhibits import EXHIBITS
    from tests.browser.chromium import FLAGS, system_chromium
    from tests.browser.conftest import Server

    with TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder) / "home")
        browser = play.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.goto(server.url + "#/lab")
        opened.wait_for_selector(".lab-card")
        for one in EXHIBITS:
            opened.locator(f'.lab-card[href="#/lab/{one.name}"]').click()
            opened.wait_for_function(
                f"document.querySelector('studio-lab h1')?.textContent === {one.title!r} && document.querySelector('.lab-stage > :not(.help)')"
            )
            print(
                f"{one.name:10} first picture after {opened.evaluate('document.querySelector(`studio-lab`).dataset.first')} ms"
            )
            opened.get_by_role("link", name="All exhibits").click()
        marbles(opened, server.url)
        browser.close()
        server.stop()


if __name__ == "__main__":
    asked = sys.argv[1:] or ["train", "race", "contrast", "page"]
    for name in asked:
        {"train": train, "race": race, "contrast": contrast, "page": page}[name]()
