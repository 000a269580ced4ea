"""The server is killed (SIGKILL) again and again in the middle of jobs, uploads and films, and started anew on the same folder."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psutil

from measure.soak.harness import ENDED, Options, Refused, Server, Visitor, is_sentence, log_row, studio
from measure.soak.rows import Row
from measure.soak.shelves import Promises, half_files
from measure.soak.walk import picture

FULL, QUICK = 30, 3
BACK_SECONDS, GONE_SECONDS = 20.0, 10.0
LONG_JOBS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("stylize.gatys", {"size": 384, "steps": 60}),
    ("animate.camera", {"seconds": 3.0}),
    ("infill.compare", {"tries": 6, "text": "The ____ sat by the ____."}),
    ("compose.song", {"seconds": 60.0}),
    ("narrate.speak", {"text": "The light turned gold, and the fox sat down by the sea. " * 4}),
)


class Round:
    """What happens before one kill, and what must be true after it."""

    def __init__(self, server: Server, visitor: Visitor, chance: random.Random) -> None:
        self.server, self.visitor, self.chance = server, visitor, chance
        self.promises, self.jobs = Promises(), dict[int, str]()
        self.numbers = itertools.count(chance.randrange(10**6))
        self.film = ""
        self.back: list[float] = []
        self.orphans: list[str] = []
        self.lost: list[str] = []
        self.films_done = 0

    def disturb(self) -> None:
        """A long job, a short one, an upload that is under way and a film; then the kill at a random moment."""
        photo = self.promises.upload(self.visitor, picture(next(self.numbers)), "photo.png")
        pipeline, settings = self.chance.choice(LONG_JOBS)
        inputs = (
            {"content": photo, "style": self.visitor.adopt("styles/hokusai-great-wave.jpg")}
            if pipeline == "stylize.gatys"
            else {}
        )
        inputs = {"picture": photo} if pipeline == "animate.camera" else inputs
        seeded = settings if pipeline == "animate.camera" else settings | {"seed": next(self.numbers)}
        for asked in ((pipeline, inputs, seeded), ("stylize.gallery", {"content": photo}, {"style": "ink-wash"})):
            number = self.visitor.make(asked[0], asked[1], **asked[2])
            self.jobs[number] = asked[0]
        if not self.film or self.visitor.render_state(self.film)["state"] != "running":
            self.film = self.visitor.film("fox", scenes=2, seed=next(self.numbers))
            self.visitor.render(self.film)
        upload = threading.Thread(target=self._slow_upload, args=(picture(next(self.numbers)),), daemon=True)
        upload.start()
        time.sleep(self.chance.uniform(0.2, 4.0))

    def _slow_upload(self, data: bytes) -> None:
        """Bytes that trickle, as over a slow line; the kill breaks it off, unless it was through before."""

        def trickle() -> Iterator[bytes]:
            step = max(1, len(data) // 20)
            for start in range(0, len(data), step):
                yield data[start : start + step]
                time.sleep(0.1)

        try:
            with Visitor(self.server) as other:
                other.upload(trickle(), "slow.png", "image")
        except (Refused, httpx.HTTPError):
            return

    def kill(self) -> None:
        """Kill, look whether its children go too, start again and ask for the promises."""
        had = self.server.kill()
        end = time.monotonic() + GONE_SECONDS
        while any(alive(one) for one in had) and time.monotonic() < end:
            time.sleep(0.1)
        self.orphans += [f"process {one.pid}" for one in had if alive(one)]
        self.back.append(self.server.start())
        self.lost += self.promises.broken(self.visitor)

    def settle(self, seconds: float = 300.0) -> None:
        """Every job goes on until it ends; a failed one says why in a sentence."""
        end = time.monotonic() + seconds
        while self.jobs and time.monotonic() < end:
            known = {job["id"]: job for job in self.visitor.get("state")["jobs"]}
            for number in list(self.jobs):
                job = known.get(number)
                if job is not None and job["state"] not in ENDED:
                    continue
                what = self.jobs.pop(number)
                if job is None:
                    self.lost.append(f"the job {what} is gone")
                elif job["state"] == "done":
                    self.promises.results.add(job["artifact"])
                elif job["state"] != "failed" or not is_sentence(job["problem"]):
                    self.lost.append(f"{what}: {job['state']}: {job['problem']}")
            time.sleep(0.5)
        self.lost += [f"{what} has not ended" for what in self.jobs.values()]
        self.jobs.clear()


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def run(options: Options) -> list[Row]:
    kills = options.count(FULL, QUICK)
    with studio(options) as server, Visitor(server) as visitor:
        state = Round(server, visitor, random.Random(30))
        for number in range(kills):
            state.disturb()
            state.kill()
            if number % 3 == 2 or number == kills - 1:  # not each time: some jobs are killed twice
                state.settle()
        film = visitor.rendered(state.film)
        if film["state"] == "failed" and is_sentence(
            film["problem"]
        ):  # killed too often in one of its steps: it is asked for again
            visitor.render(state.film)
            film = visitor.rendered(state.film)
        half = half_files(server, visitor)
        broken = state.promises.broken(visitor)
        done = len(state.promises.results)
        slowest = max(state.back)
        return [
            Row(
                f"killed {kills} times, back in under {BACK_SECONDS:.0f} s",
                f"slowest {slowest:.1f} s",
                slowest < BACK_SECONDS,
            ),
            Row("no half file on a shelf, no row without its file", f"{len(half)} {half[:3] or ''}", not half),
            Row(
                "jobs that were running go on, or end with a sentence",
                f"{done} results done; wrong: {len(state.lost)} {state.lost[:3] or ''}",
                not state.lost and done > 0,
            ),
            Row(
                "the film that was being rendered can be finished after the last start",
                f"{film['state']} {film['problem'] or ''}",
                film["state"] == "done",
            ),
            Row(
                "nothing that was taken is lost",
                f"{len(state.promises.uploads)} uploads, {done} results; {len(broken)} lost {broken[:3] or ''}",
                not broken,
            ),
            Row(
                f"no process outlives its server by {GONE_SECONDS:.0f} s",
                f"{len(state.orphans)} did {state.orphans[:3] or ''}",
                not state.orphans,
            ),
            log_row(server),
        ]
