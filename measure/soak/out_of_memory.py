"""Jobs that need more memory than a worker may have: each ends with a sentence, and the next one works."""

from __future__ import annotations

import time
from collections import Counter

from measure.soak.harness import Options, Visitor, is_sentence, log_row, studio
from measure.soak.memory import Sampler
from measure.soak.rows import Row
from measure.soak.walk import picture

FULL, QUICK = 30, 1
CEILING_MB = 600


def run(options: Options) -> list[Row]:
    count = options.count(FULL, QUICK)
    with (
        studio(options, STUDIO_WORKER_MEMORY_MB=str(CEILING_MB)) as server,
        Visitor(server, seconds=180) as visitor,
        Sampler(lambda: server.pid) as sampler,
    ):
        small = visitor.upload(picture(3, (96, 96)), "small.png", "image")["id"]
        ends: Counter[str] = Counter()
        wrong: list[str] = []
        sentences: Counter[str] = Counter()
        for turn in range(count):
            photo = visitor.upload(picture(1000 + turn, (5600, 4200)), "large.png", "image")["id"]
            number = visitor.make(
                "stylize.gallery", {"content": photo}, style="ink-wash", size=5600
            )  # 2.2 GB when nothing stops it
            job = visitor.wait(number, 600)
            ends[job["state"]] += 1
            if job["state"] == "failed":
                sentences[job["problem"]] += 1
                said_why = is_sentence(job["problem"]) and "memory" in job["problem"]
                wrong += [] if said_why else [f"nothing about memory: {job['problem']}"]
            after = visitor.wait(
                visitor.make(
                    "stylize.gallery", {"content": small}, style="ink-wash", strength=round(0.3 + turn / 100, 2)
                ),
                120,
            )
            if after["state"] != "done":
                wrong.append(f"the next job: {after['state']}: {after['problem']}")
            visitor.post(f"artifacts/{photo}/delete")
        time.sleep(2.0)
        workers = [size for role, size in sampler.largest().items() if role.startswith("worker")]
        said = ", ".join(f"{number} {state}" for state, number in ends.items()) + "; " + "; ".join(sentences)
        return [
            Row(
                f"{count} jobs that need more than the ceiling of {CEILING_MB} MB end with a sentence",
                said,
                ends["failed"] == count and not wrong,
            ),
            Row("after each of them the next job works", f"{len(wrong)} did not {wrong[:3] or ''}", not wrong),
            Row(
                "no worker takes much more than its ceiling",
                f"the largest {max(workers) / 1e6:.0f} MB" if workers else "there are no workers",
                bool(workers) and max(workers) < 1.3 * CEILING_MB * 1e6,
            ),
            log_row(server),
        ]
