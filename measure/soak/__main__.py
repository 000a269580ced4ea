"""`make soak`: accidents that happen to a server on loopback, and what must be true of it afterwards.

    python -m measure.soak [NAME ...] [--times N] [--studio CHECKOUT]
    python -m measure.soak mutants [COMMIT ...]     small faults in five core modules that the tests notice

Each disturbance of the table happens so many times to a studio of its own while another process asks for its health. Then the same is asked of each:
all that was taken is still there and whole, the next work is done, no row stays running, memory and descriptors have not grown (else exit status 1).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from measure import mutants
from measure.bench.__main__ import CALLS, Side
from measure.loopback import ROOT, STUBS, Refused, Server, Visitor, ask_health, is_sentence, picture, run_at_once

HEALTH_SECONDS, REST_SECONDS, MORE_DESCRIPTORS = 0.3, 5.0, 20
CROWD, BURST = 50, 1000
LONG_JOBS: tuple[tuple[str, dict[str, str], dict[str, Any]], ...] = (
    ("animate.camera", {"picture": "photo"}, {"seconds": 6.0, "parallax": False}),
    ("stylize.gatys", {"content": "photo", "style": "painting"}, {"size": 384, "steps": 60}),
    ("narrate.speak", {}, {"text": "The light turned gold, and the fox sat down by the sea. " * 6}),
)


class Trial:
    """A server with a visitor, and what went wrong in the disturbances so far."""

    def __init__(self, server: Server, visitor: Visitor) -> None:
        self.server, self.visitor = server, visitor
        self.chance, self.number = random.Random(49), 0
        self.wrong: list[str] = []
        self.waits: list[float] = []
        self.ends: Counter[str] = Counter()
        self.uploads: dict[str, str] = {}  # id -> SHA-256
        self.results: set[str] = set()
        self.shelf = {"photo": self.upload(), "painting": visitor.adopt("styles/hokusai-great-wave.jpg")}

    def next(self) -> int:
        """A number that was not used before."""
        self.number += 1
        return self.number

    def upload(self) -> str:
        """Upload a picture and remember it."""
        data = picture(self.next())
        id = self.visitor.upload(data)
        self.uploads[id] = hashlib.sha256(data).hexdigest()
        return id

    def begin(self) -> int:
        """Ask for a job that takes long."""
        pipeline, inputs, settings = LONG_JOBS[self.next() % len(LONG_JOBS)]
        inputs = {slot: self.shelf[name] for slot, name in inputs.items()}
        own = {"amount": 0.2 + self.number % 500 / 1000} if pipeline == "animate.camera" else {"seed": self.number}
        return self.visitor.make(pipeline, inputs, **settings, **own)

    def finish(self, number: int, seconds: float = 300.0, *, must: str = "") -> dict[str, Any]:
        """Wait until a job ends: with a sentence where it failed, in the state that it must have, and its result is remembered."""
        end = time.monotonic() + seconds
        job: dict[str, Any] = {}
        while not job:
            try:
                job = self.visitor.wait(number, max(1.0, end - time.monotonic()))
            except Refused as problem:  # a full disk may say so meanwhile
                self.note(problem)
                time.sleep(0.5)
        self.ends[job["state"]] += 1
        if must and job["state"] != must:
            self.wrong.append(f"a job is {job['state']} and not {must}: {job['problem']}")
        if job["state"] == "failed" and not is_sentence(job["problem"]):
            self.wrong.append(f"no sentence: {job['problem']}")
        if job["state"] == "done":
            self.results.add(job["artifact"])
        return job

    def note(self, problem: Exception) -> None:
        """Count an honest refusal; anything else is wrong."""
        if isinstance(problem, Refused) and problem.honest:
            self.ends["refused"] += 1
        else:
            self.wrong.append(f"{type(problem).__name__}: {problem}"[:200])

    def run_at_once(self, count: int, work: Callable[[int], object]) -> None:
        """Do things in threads that begin together, and note what they end with."""
        for result in run_at_once(count, work):
            if isinstance(result, Exception):
                self.note(result)

    def work(self) -> None:
        """Upload, make something small and open the page anew, as a visitor does afterwards."""
        self.upload()
        self.finish(self.visitor.make("compose.song", seconds=5.0, seed=self.next()), must="done")
        Visitor(self.server).open().http.close()


def kill_worker(trial: Trial) -> None:
    number = trial.begin()
    trial.visitor.wait(number, begun=True)
    time.sleep(trial.chance.uniform(0.0, 2.0))
    if not (workers := trial.server.processes("studio-worker")):
        raise LookupError("no process with studio-worker in its name works below the server")
    before = {process.pid: sum(process.cpu_times()[:2]) for process in workers}
    time.sleep(0.1)
    with suppress(psutil.NoSuchProcess):
        max(workers, key=lambda process: sum(process.cpu_times()[:2]) - before[process.pid]).kill()
    trial.finish(number)


def kill_server(trial: Trial) -> None:
    numbers, film = [trial.begin(), trial.begin()], trial.visitor.film(seed=trial.next())

    def upload_or_kill(role: int) -> None:
        if role == 0:
            with suppress(httpx.HTTPError, Refused), Visitor(trial.server) as other:
                other.upload(picture(trial.number, (2400, 1800)))
            return
        time.sleep(trial.chance.uniform(0.2, 4.0))
        server, below = psutil.Process(trial.server.pid), trial.server.processes()
        server.kill()
        left = psutil.wait_procs([server, *below], timeout=10)[1]
        trial.wrong += [f"process {process.pid} outlives its server" for process in left]

    trial.run_at_once(2, upload_or_kill)
    trial.waits.append(trial.server.start())
    for number in numbers:
        trial.finish(number)
    if (render := trial.visitor.wait_for_film(film))["state"] != "done" and not is_sentence(render["problem"]):
        trial.wrong.append(f"the film: {render['problem']}")


def fill_disk(trial: Trial) -> None:
    film, number = trial.visitor.film(scenes=1, seed=trial.next()), trial.begin()
    time.sleep(trial.chance.uniform(0.3, 5.0))
    filler = trial.server.home / "filler"
    with filler.open("ab") as file:
        for _ in range(4):  # what is being written meanwhile may be first
            free = os.statvfs(trial.server.home)
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), max(1, free.f_bavail * free.f_frsize))
    try:
        trial.visitor.upload(picture(trial.next()))
        trial.wrong.append("an upload was taken on a full disk")
    except (Refused, httpx.HTTPError) as problem:
        trial.note(problem)
    trial.finish(number)
    filler.unlink()
    if trial.visitor.wait_for_film(film)["state"] != "done":
        trial.visitor.post(f"films/{film}/render", {"size": "draft"})
    if trial.visitor.wait_for_film(film)["state"] != "done":
        trial.wrong.append("the film cannot be finished when there is room")


def flood(trial: Trial) -> None:
    visitors = [Visitor(trial.server, seconds=120).open() for _ in range(CROWD)]
    body = {"data": [None, None, 0.5, "", False, 1]}  # the photo is missing, which the call says when it runs

    def call(number: int) -> None:
        for _ in range(BURST // CROWD):
            try:
                visitors[number].send("POST", "/gradio_api/call/stylize_wash", json=body)
                trial.ends["taken"] += 1
            except (Refused, httpx.HTTPError) as problem:
                trial.note(problem)

    trial.run_at_once(CROWD, call)


def crowd(trial: Trial) -> None:
    theirs: dict[str, str] = {}

    def visit(number: int) -> None:
        tag, own = f"tag{number}x{trial.number}", picture(10_000 + number, (320, 240))
        with Visitor(trial.server, seconds=120) as visitor:
            theirs[tag] = visitor.upload(own, f"{tag}.png")
            job = visitor.wait(visitor.make("infill.score", text=f"The {tag} sat by the sea.", seed=number))
            if job["state"] == "done" and tag.encode() not in visitor.media(job["artifact"]):
                trial.wrong.append("a text came back without its own tag")
            seen = json.dumps([visitor.get("shelf"), visitor.get("state"), visitor.get("films")])
            trial.wrong += [f"the shelf shows {other}" for other in theirs if other != tag and f"{other}." in seen]
            if visitor.media(theirs[tag]) != own:
                trial.wrong.append("an upload came back as something else")
            for other in [id for name, id in theirs.items() if name != tag][:2]:
                with suppress(Refused):
                    visitor.media(other)
                    trial.wrong.append("another's picture was given out")
            trial.ends[job["state"]] += 1

    trial.next()
    trial.run_at_once(CROWD, visit)


def cancel(trial: Trial) -> None:
    running, waiting = trial.begin(), trial.begin()
    trial.visitor.wait(running, begun=True)
    time.sleep(trial.chance.uniform(0.0, 2.5))
    begun = time.monotonic()
    trial.visitor.post(f"jobs/{running}/cancel")
    trial.visitor.wait(waiting, begun=True)
    trial.waits.append(time.monotonic() - begun)
    trial.visitor.post(f"jobs/{waiting}/cancel")
    for number in (running, waiting):
        trial.finish(number)


def exhaust_memory(trial: Trial) -> None:
    photo = trial.visitor.upload(picture(trial.next(), (5600, 4200)))
    number = trial.visitor.make("stylize.gallery", {"content": photo}, style="ink-wash", size=5600)
    if "memory" not in str(problem := trial.finish(number, 600, must="failed")["problem"]):
        trial.wrong.append(f"nothing about memory: {problem}")
    trial.visitor.post(f"artifacts/{photo}/delete")


def walk(trial: Trial) -> None:
    with Visitor(trial.server) as other:
        sides = [Side(trial.server, visitor) for visitor in (trial.visitor, other)]
        round = 1000 * trial.next()
        trial.run_at_once(2, lambda number: [sides[number].call(name, round + number) for name in CALLS])


@dataclass(frozen=True)
class Disturbance:
    """What happens, so many times, and what must be true: `waits` and `health` bound the seconds of 95 in 100."""

    disturb: Callable[[Trial], None]
    times: int
    must: str
    waits: float = 0.0
    health: float = HEALTH_SECONDS
    entry: tuple[str, ...] = ("app.py",)
    environment: Mapping[str, str] = field(default_factory=dict)
    small_disk: bool = False
    grows_bytes: int = 200_000_000


DISTURBANCES = {
    "kill_worker": Disturbance(kill_worker, 100, "its job is tried again or ends with a sentence"),
    "kill_server": Disturbance(kill_server, 30, "it is back in 20 s, and jobs and films go on", 20.0, health=0.0),
    "fill_disk": Disturbance(
        fill_disk, 20, "one sentence; all goes on when there is room", health=0.0, small_disk=True
    ),
    "flood": Disturbance(
        flood, 2, "1,000 calls are taken, or refused with a sentence", entry=STUBS, environment={"REAL": "1"}
    ),
    "crowd": Disturbance(crowd, 20, "none of 50 visitors sees what is another's"),
    "cancel": Disturbance(cancel, 100, "the next job begins in under 2 s", 2.0),
    "exhaust_memory": Disturbance(
        exhaust_memory, 30, "a sentence about memory", environment={"STUDIO_WORKER_MEMORY_MB": "600"}
    ),
    "walk": Disturbance(walk, 12, "two visitors use every tab, and all is made", grows_bytes=50_000_000),
}


Check = tuple[
    str, str, bool | None
]  # what must be true, what was seen, and whether it is so; None where it could not be tried


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """The value below which `share` of the values lie, by the nearest rank."""
    return sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]


def rest_sizes(server: Server) -> tuple[int, int]:
    """The least bytes of the whole studio in a few looks while nothing runs, and the descriptors that the page holds open."""
    sizes = []
    for _ in range(5):
        time.sleep(REST_SECONDS / 5)
        sizes.append(server.bytes())
    return min(sizes), psutil.Process(server.pid).num_fds()


def find_lost(trial: Trial) -> list[str]:
    """What was promised and is gone or changed, rows without their file, and rows that say that they still run."""
    lost = []
    for id in (*trial.uploads, *trial.results):
        try:
            digest = hashlib.sha256(trial.visitor.media(id)).hexdigest()
            lost += [f"upload {id[:8]} has changed"] if trial.uploads.get(id, digest) != digest else []
        except Refused as problem:
            lost.append(f"{id[:8]}: {problem}")
    home = trial.server.home
    with sqlite3.connect(f"file:{home / 'studio.sqlite'}?mode=ro", uri=True, timeout=15) as rows:
        files = rows.execute("SELECT session, file FROM artifacts WHERE deleted IS NULL").fetchall()
        running = rows.execute("SELECT COUNT(*) FROM jobs WHERE state = 'running'").fetchone()[0]
    lost += [f"there is no {file}" for session, file in files if not (home / "media" / session / file).is_file()]
    return lost + [f"{running} rows stay running"] * bool(running)


def run(name: str, root: Path, times: int) -> list[Check]:
    """Disturb a studio of its own and judge it."""
    what = DISTURBANCES[name]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        server = Server(Path(folder), root, entry=what.entry, **what.environment)
        if what.small_disk:
            server.home.mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", "size=700m", "soak", str(server.home)]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                return [(what.must, "a small disk can be mounted on Linux as root only", None)]
            stack.callback(subprocess.run, ["umount", "-l", str(server.home)], check=False)
        stack.enter_context(server)
        trial = Trial(server, stack.enter_context(Visitor(server, seconds=180)))
        return judge(what, trial, times or what.times)


def judge(what: Disturbance, trial: Trial, times: int) -> list[Check]:
    """Disturb so many times, asking for the health meanwhile; what must be true then."""
    server, before = trial.server, (0, 0)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=ask_health, args=(server.url, theirs), daemon=True).start()
    for number in range(times):
        try:
            what.disturb(trial)
            trial.work()
        except (Refused, httpx.HTTPError, LookupError, TimeoutError) as problem:
            trial.wrong.append(f"{type(problem).__name__}: {problem}"[:200])
        before = rest_sizes(server) if number == min(10, times // 3) else before  # all models are loaded by then
    ours.send("stop")
    health, lost = ours.recv(), find_lost(trial)
    grown, opened = (now - then for now, then in zip(rest_sizes(server), before, strict=True))
    traces = server.log_text().count("Traceback (most recent call last)")
    ends = ", ".join(f"{count} {state}" for state, count in trial.ends.items())
    checks: list[Check] = [
        (f"{times} times: {what.must}", f"{ends}; wrong: {len(trial.wrong)} {trial.wrong[:3] or ''}", not trial.wrong),
        ("nothing is lost, nothing stays running", f"{len(lost)} {lost[:3] or ''}", not lost),
        (f"memory grows by under {what.grows_bytes / 1e6:.0f} MB", f"{grown / 1e6:+.0f} MB", grown < what.grows_bytes),
        ("descriptors do not grow", f"{opened:+}", opened <= MORE_DESCRIPTORS),
        ("no traceback in the log", str(traces), not traces),
    ]
    for goal, bar, seconds in (("wait", what.waits, trial.waits), ("health", what.health, health)):
        if bar and seconds:
            slow = percentile(seconds)
            checks.append((f"{goal}: 95 of 100 under {bar:g} s", f"{slow:.2f} s of {len(seconds)}", slow < bar))
    return checks


def write_row(name: str, goal: str, result: str, passed: bool | None) -> str:
    """A line of the table."""
    verdict = {None: "skipped", True: "passed", False: "FAILED"}[passed]
    return f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in (name, goal, result, verdict))} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DISTURBANCES))
    parser.add_argument("--times", type=int, default=0, help="how often each happens, instead of the table's number")
    parser.add_argument("--studio", type=Path, default=ROOT, help="the checkout whose server is disturbed (this one)")
    chosen = parser.parse_args(arguments)
    if chosen.names[:1] == ["mutants"]:
        mutants.main(chosen.names[1:] or ["HEAD"])
        return 0
    if unknown := sorted(set(chosen.names) - set(DISTURBANCES)):
        parser.error(f"there is no disturbance {unknown[0]}; they are {', '.join(DISTURBANCES)}")
    print("| Disturbance | Goal | Result | |\n|---|---|---|---|")
    failed = 0
    for name in chosen.names or DISTURBANCES:
        try:
            checks = run(name, chosen.studio.resolve(), chosen.times)
        except RuntimeError as problem:  # the other disturbances still happen
            checks = [("the studio starts", str(problem), False)]
        print("\n".join(write_row(name, *check) for check in checks), flush=True)
        failed += sum(check[2] is False for check in checks)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
