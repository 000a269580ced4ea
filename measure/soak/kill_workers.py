"""Worker processes and the intake's children are killed (SIGKILL) in the middle of their work: one job ends with a sentence, nothing else does."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from typing import Any

import httpx
import psutil

from measure.soak.harness import Options, Refused, Server, Visitor, is_sentence, log_row, studio
from measure.soak.rows import Row
from measure.soak.walk import picture

FULL, QUICK = 100, 4
WORKER, INTAKE = "studio-worker", "studio.intake"  # the process that forks children, and they


def run(options: Options) -> list[Row]:
    kills = options.count(FULL, QUICK)
    chance, numbers = random.Random(100), itertools.count(1)
    with studio(options) as server, Visitor(server) as visitor:
        pid = server.pid
        photo = visitor.upload(picture(7), "photo.png", "image")["id"]
        rows = [
            _workers(server, visitor, photo, kills, chance, numbers),
            _intake(server, visitor, max(2, kills // 10), chance, numbers),
        ]
        alive = server.alive() and server.pid == pid and server.answers()
        rows.append(Row("the server stays the same process and answers", "yes" if alive else "no", alive))
        begun = time.monotonic()
        job = visitor.wait(visitor.make("infill.score", text="The fox sat by the sea.", seed=next(numbers)), 120)
        rows.append(
            Row("the next job works", f"{job['state']} in {time.monotonic() - begun:.1f} s", job["state"] == "done")
        )
        rows.append(log_row(server))
    return rows


def _workers(server: Server, visitor: Visitor, photo: str, kills: int, chance: random.Random, numbers: Any) -> Row:
    """Each kill falls into a job that runs; it ends within two minutes, and so does the one behind it."""
    goal = f"a worker is killed {kills} times: its job ends with a sentence or is tried again, the next one works"
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    killed = 0
    for _ in range(kills):
        number, behind = _long(visitor, photo, next(numbers)), 0
        try:
            _until_running(visitor, number)
            time.sleep(chance.uniform(0.0, 2.0))
            workers = server.children(WORKER)
            if not workers:
                return Row(goal, f"no process with {WORKER} in its name works below the server", False)
            killed += int(_kill(busiest(workers)))
            job = visitor.wait(number, 120)
            ends[job["state"]] += 1
            if job["state"] == "failed" and not is_sentence(job["problem"]):
                wrong.append(f"no sentence: {job['problem']}")
            behind = visitor.make("infill.score", text="The fox sat by the sea.", seed=next(numbers))
            if visitor.wait(behind, 120)["state"] != "done":
                wrong.append("the job behind it was not done")
        except (LookupError, TimeoutError) as problem:
            wrong.append(str(problem))
    said = (
        f"{killed} killed; jobs: "
        + ", ".join(f"{count} {state}" for state, count in ends.items())
        + f"; wrong: {len(wrong)} {wrong[:3] or ''}"
    )
    return Row(goal, said, not wrong and killed >= kills * 0.9)


def _long(visitor: Visitor, photo: str, seed: int) -> int:
    """A job of some seconds; every third one is of another kind."""
    if seed % 3 == 0:
        return visitor.make("infill.compare", text="The ____ sat by the ____ of the sea.", tries=6, seed=seed)
    if seed % 3 == 1:
        return visitor.make(
            "animate.camera", {"picture": photo}, seconds=4.0, amount=round(0.2 + seed % 50 / 100, 2), parallax=False
        )
    return visitor.make("narrate.speak", text="The light turned gold, and the fox sat down by the sea. " * 3, seed=seed)


def _until_running(visitor: Visitor, number: int, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = visitor.job(number)
        if job is None:
            raise LookupError(f"job {number} is gone")
        if job["state"] != "queued":
            return
        time.sleep(0.05)
    raise TimeoutError(f"job {number} does not begin")


def busiest(processes: list[psutil.Process]) -> psutil.Process:
    """The one that took the most processor time in a tenth of a second: it has the job."""

    def used(one: psutil.Process) -> float:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            return -1.0
        return float(times.user + times.system)

    before = {one.pid: used(one) for one in processes}
    time.sleep(0.1)
    return max(processes, key=lambda one: used(one) - before[one.pid])


def _kill(process: psutil.Process) -> bool:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def _intake(server: Server, visitor: Visitor, kills: int, chance: random.Random, numbers: Any) -> Row:
    """Children that examine files, killed during uploads: the file is taken or refused with a sentence, the next one is taken."""
    goal = f"children of the intake are killed {kills} times: uploads are taken or refused with a sentence"
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    killed = 0
    for _ in range(kills):
        said: list[Any] = []

        def bring(said: list[Any] = said) -> None:
            try:
                visitor.upload(picture(10_000 + next(numbers), (2400, 1800)), "photo.png", "image")
                said.append("taken")
            except (Refused, httpx.HTTPError) as problem:
                said.append(problem)

        thread = threading.Thread(target=bring)
        thread.start()
        time.sleep(chance.uniform(0.2, 0.6))
        for child in server.children(INTAKE):
            killed += int(_kill(child))
        thread.join(120)
        end = said[0] if said else TimeoutError("no answer in two minutes")
        ends["taken" if end == "taken" else "refused"] += 1
        if end != "taken" and not (isinstance(end, Refused) and end.honest):
            wrong.append(str(end))
    try:
        visitor.upload(picture(next(numbers)), "photo.png", "image")
    except (Refused, httpx.HTTPError) as problem:
        wrong.append(f"the next upload: {problem}")
    return Row(
        goal,
        f"{killed} killed; "
        + ", ".join(f"{count} {what}" for what, count in ends.items())
        + f"; wrong: {len(wrong)} {wrong[:3] or ''}",
        not wrong and killed > 0,
    )
