"""A hundred cancels at random moments of jobs that take long: the worker takes the next job at once."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter

from measure.soak.harness import Options, Visitor, log_row, studio
from measure.soak.rows import Row, percentile
from measure.soak.walk import picture

FULL, QUICK = 100, 6
BAR_SECONDS = 2.0


def run(options: Options) -> list[Row]:
    count, chance = options.count(FULL, QUICK), random.Random(100)
    with studio(options) as server, Visitor(server) as visitor:
        jobs = Jobs(visitor)
        waits, ends = [], Counter[str]()
        running, waiting = jobs.next(), jobs.next()
        for _ in range(count):
            jobs.until_running(running)
            time.sleep(chance.uniform(0.0, 2.5))
            asked = time.monotonic()
            visitor.post(f"jobs/{running}/cancel")
            jobs.until_running(waiting, every=0.03)
            waits.append(time.monotonic() - asked)
            ended = visitor.job(running)
            ends[ended["state"] if ended else "gone"] += 1
            running, waiting = waiting, jobs.next()
        for number in (running, waiting):
            visitor.post(f"jobs/{number}/cancel")
        last = visitor.wait(visitor.make("infill.score", text="The fox sat by the sea.", seed=1), 120)
        p95 = percentile(waits, 0.95)
        said = ", ".join(f"{number} {state}" for state, number in ends.items())
        return [
            Row(
                f"{count} cancels: the next job begins in under {BAR_SECONDS:.0f} s (p95)",
                f"p95 {p95:.2f} s, slowest {max(waits):.2f} s",
                p95 < BAR_SECONDS,
            ),
            Row(
                "each of them is cancelled, or had just ended",
                said,
                not set(ends) - {"cancelled", "done"} and ends["cancelled"] >= count * 0.5,
            ),
            Row("a job afterwards works", last["state"], last["state"] == "done"),
            log_row(server),
        ]


class Jobs:
    """Long jobs of several kinds for one visitor, each of its own seed."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.numbers = visitor, itertools.count(1)
        self.photo = visitor.upload(picture(9), "photo.png", "image")["id"]
        self.painting = visitor.adopt("styles/hokusai-great-wave.jpg")
        self.clip = visitor.adopt("samples/pan.mp4")

    def next(self) -> int:
        """A job that takes half a minute or more if nobody stops it."""
        number = next(self.numbers)
        kinds = (
            lambda: self.visitor.make(
                "stylize.gatys", {"content": self.photo, "style": self.painting}, size=512, steps=300, seed=number
            ),
            lambda: self.visitor.make(
                "animate.camera",
                {"picture": self.photo},
                seconds=20.0,
                move="orbit",
                amount=round(0.2 + number / 1000, 3),
            ),
            lambda: self.visitor.make(
                "stylize.video",
                {"video": self.clip, "style": self.painting},
                longest_side=960,
                strength=round(0.3 + number / 1000, 3),
            ),
            lambda: self.visitor.make(
                "narrate.speak", text="The light turned gold, and the fox sat down by the sea. " * 20, seed=number
            ),
            lambda: self.visitor.make("generate.variations", {"drawing": self.photo}, count=9, seed=number),
            lambda: self.visitor.make("stylize.train", {"painting": self.painting}, steps=500, seed=number),
        )
        return kinds[number % len(kinds)]()

    def until_running(self, number: int, seconds: float = 180.0, every: float = 0.1) -> None:
        """Raises TimeoutError when it does not begin."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            job = self.visitor.job(number)
            if job is None or job["state"] != "queued":
                return
            time.sleep(every)
        raise TimeoutError(f"job {number} does not begin")
