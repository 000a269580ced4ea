"""How quickly the static edition learns and moves, on a quiet machine of two cores: python -m measure.eval.eval_static [learn] [page].

`learn`  a step of the playground's network in JavaScript and the same step in NumPy, in 64 bits, by turns: milliseconds of processor a step
`page`   frames a second with 2,000 marbles in Chromium, from a plain file server whose network is cut after loading
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread as in the browser; NumPy reads it when it is imported
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from measure.timing import spent
from studio.web.shipped import STATIC

ROUNDS, STEPS, BATCH, WIDTH = 5, 300, 512, 64
IN_NODE = """
import { begun } from "./edition/learn.js";
const learning = begun("lab.score", { steps: 2000 }), steps = Number(process.argv[2]);
for (let n = 0; n < 200; n++) learning.step(n);
const before = process.cpuUsage();
for (let n = 0; n < steps; n++) learning.step(n);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000 / steps);
"""


class Learner:
    """The network of `edition/tape.js` with its step in NumPy: denoising score matching, by Adam."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(0)
        sizes = ((11, WIDTH), (WIDTH, WIDTH), (WIDTH, 2))
        self.weights = [self.chance.uniform(-1, 1, (wide, high)) / np.sqrt(wide) for wide, high in sizes]
        self.weights += [np.zeros(high) for _, high in sizes]
        self.means, self.squares = ([np.zeros_like(one) for one in self.weights] for _ in range(2))
        self.steps = 0
        self.data = self.chance.normal(size=(300, 2))

    def step(self) -> float:
        """One step on BATCH points, and its loss."""
        y = self.data[self.chance.integers(0, len(self.data), BATCH)]
        sigma = np.exp(np.log(0.02) + self.chance.random((BATCH, 1)) * np.log(250))
        x = y + sigma * self.chance.normal(size=(BATCH, 2))
        total = sigma**2 + 1
        scaled, wanted = x / np.sqrt(total), (y - x / total) / (sigma / np.sqrt(total))
        here = np.concatenate(
            [scaled, np.log(sigma**2) / 8, *(f(w * scaled) for w in (np.pi, 2 * np.pi) for f in (np.sin, np.cos))], 1
        )
        inputs, shares, sums = [here], [], []
        for weight, bias in zip(self.weights[:2], self.weights[3:5]):
            sums.append(here @ weight + bias)
            shares.append(1 / (1 + np.exp(-sums[-1])))
            here = sums[-1] * shares[-1]
            inputs.append(here)
        off = here @ self.weights[2] + self.weights[5] - wanted
        self._learn(off, inputs, shares, sums)
        return float((off**2).mean())

    def _learn(
        self, off: np.ndarray, inputs: list[np.ndarray], shares: list[np.ndarray], sums: list[np.ndarray]
    ) -> None:
        slope, slopes = 2 * off / off.size, [np.empty(0)] * 6
        for layer in (2, 1, 0):
            slopes[layer], slopes[layer + 3] = inputs[layer].T @ slope, slope.sum(0)
            if layer:
                share, sum_ = shares[layer - 1], sums[layer - 1]
                slope = (slope @ self.weights[layer].T) * share * (1 + sum_ * (1 - share))
        self.steps += 1
        rate, root = 4e-3 / (1 - 0.9**self.steps), np.sqrt(1 - 0.999**self.steps)
        for weight, mean, square, slope in zip(self.weights, self.means, self.squares, slopes):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            weight -= rate * mean / (np.sqrt(square) / root + 1e-8)


def learn() -> None:
    """Milliseconds of processor that a step takes in JavaScript (the node of Playwright) and in NumPy, by turns."""
    from playwright._impl._driver import compute_driver_executable

    took: dict[str, list[float]] = {"JavaScript": [], "NumPy": []}
    learner = Learner()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("edition", "lab"):
            Path(folder, name).symlink_to(STATIC / name)
        Path(folder, "package.json").write_text('{"type": "module"}')
        Path(folder, "script.js").write_text(IN_NODE)
        command = [compute_driver_executable()[0], "--preserve-symlinks", "script.js", str(STEPS)]
        for number in range(ROUNDS):
            done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
            with spent() as numpy:
                for _ in range(STEPS):
                    learner.step()
            took["JavaScript"].append(float(done.stdout))
            took["NumPy"].append(1000 * numpy.processor / STEPS)
            print(
                f"round {number + 1}: " + ", ".join(f"{name} {ms[-1]:.2f} ms" for name, ms in took.items()), flush=True
            )
    middle = {name: statistics.median(ms) for name, ms in took.items()}
    share = middle["NumPy"] / middle["JavaScript"]
    print(
        f"medians: {middle['JavaScript']:.2f} ms in JavaScript, {middle['NumPy']:.2f} ms in NumPy: {share:.0%} of its speed"
    )


def page() -> None:
    """Needs a Chromium."""
    from playwright.sync_api import sync_playwright

    from measure.eval.eval_lab import marbles
    from studio.commands.static_edition import build
    from tests.browser.chromium import FLAGS, system_chromium

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        build(Path(folder) / "edition")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=f"{folder}/edition"))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = play.chromium.launch(executable_path=system_chromium(), args=FLAGS)
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        address = f"http://127.0.0.1:{server.server_port}/"
        opened.goto(address)
        opened.wait_for_selector("body[data-offline=ready]", state="attached", timeout=120_000)
        opened.context.set_offline(True)
        server.shutdown()
        marbles(opened, address)
        browser.close()


if __name__ == "__main__":
    for name in sys.argv[1:] or ("learn", "page"):
        {"learn": learn, "page": page}[name]()
