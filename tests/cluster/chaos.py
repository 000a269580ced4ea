"""Many visitors, several workers and pages, and accidents at random: python -m tests.cluster.chaos --visitors 50 --films 200 --workers 4.

Killed (SIGKILL), stopped for longer than a lease and woken again (SIGSTOP, SIGCONT: a worker that was thought dead), cut off and started again:
workers, page servers, PostgreSQL (SIGQUIT, so it recovers from its log) and S3. At the end every result must be there once, on the shelf of
the visitor who asked for it, with the bytes that an undisturbed studio makes before it signs; and no object may lie in S3 without a row.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio.engine.runners import InProcess
from studio.storage.artifacts import Call
from studio.studio import Studio, open_studio
from tests.cluster.process import install
from tests.cluster.servers import S3, Cluster, Postgres
from tests.security.shelf import placed
from tests.studio import film_stubs

ACCIDENTS = ("worker killed", "page killed", "PostgreSQL crashed", "S3 cut off", "worker stopped and woken")
LEASE_SECONDS = 3


@dataclass
class Plan:
    """How much there is to do, and how often something happens."""

    visitors: int = 6
    jobs: int = 4  # pictures of each visitor
    films: int = 1  # of all visitors together
    scenes: int = 2  # of each film, one of them spoken
    scene_seconds: float = 1.5
    workers: int = 3
    pages: int = 2
    every_results: int = 2  # an accident after so many results, however quick the machine is
    accidents: int = 8
    seed: int = 0
    limit_seconds: float = 300.0


@dataclass
class Report:
    """What was found; `problems` must be empty."""

    asked: int = 0
    states: Counter[str] = field(default_factory=Counter)
    accidents: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def story(n: int, plan: Plan) -> dict[str, Any]:
    """A film of some seconds, so that many can be made."""
    scenes: list[dict[str, Any]] = [
        {"id": f"s{m}", "picture": {"prompt": f"a fox {n} {'x' * m}"}, "seconds": plan.scene_seconds}
        for m in range(plan.scenes)
    ]
    scenes[0]["line"] = "Run, fox."
    for scene in scenes[1:]:
        scene["transition"] = {"kind": "cut"}
    off = {"show": False}
    return film_stubs.story(title=f"Film {n}") | {"scenes": scenes, "titles": off, "credits": off}


class Processes:
    """Workers and pages that are started anew when they are gone."""

    def __init__(self, folder: Path, environment: dict[str, str], plan: Plan) -> None:
        self.folder, self.environment = folder, environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for n in range(plan.workers):
            self.start(f"worker-{n}")
        for n in range(plan.pages):
            self.start(f"page-{n}")

    def start(self, name: str) -> None:
        words = ["worker", "quick,heavy,film"] if name.startswith("worker") else ["page"]
        environment = {**os.environ, **self.environment, "STUDIO_HOME": str(self.folder / name), "OMP_NUM_THREADS": "1"}
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.process", *words], env=environment, stdout=log, stderr=log
        )

    def signal(self, name: str, number: int) -> None:
        with suppress(ProcessLookupError):
            self.running[name].send_signal(number)

    def mend(self) -> None:
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(name)

    def stop(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)


class Chaos:
    """One run."""

    def __init__(self, folder: Path, cluster: Cluster, plan: Plan) -> None:
        self.folder, self.cluster, self.plan = folder, cluster, plan
        self.random, self.report = random.Random(plan.seed), Report()
        os.environ.update(cluster.environment)
        self.studio = open_studio(folder / "visitors", InProcess(), spares=0)
        self.studio.jobs.start([])
        assert self.studio.films  # its tables
        self.processes = Processes(folder, cluster.environment, plan)
        self.asked: list[tuple[str, Call]] = []
        self.films: list[tuple[str, str]] = []

    def ask(self) -> None:
        """Everything that the visitors want, each with a photo of their own."""
        for n in range(self.plan.visitors):
            session = f"{n:032x}"
            photo = placed(self.studio, session, 1000 + n, size=(64, 48))
            for m in range(self.plan.jobs):
                call = Call("stylize.slow", {"content": photo.id}, {"steps": 3 + m, "mode": "calm"})
                self.patiently(
                    lambda call=call, session=session: self.studio.jobs.submit(
                        session, "Stylize", call, lane="heavy" if len(self.asked) % 2 else "quick"
                    )
                )  # type: ignore[misc]
                self.asked.append((session, call))
        for n in range(self.plan.films):
            session = f"{n % self.plan.visitors:032x}"
            film = self.studio.films.create(session, story(n, self.plan))
            self.patiently(lambda film=film: self.studio.films.renders.begin(film, "draft"))  # type: ignore[misc]
            self.films.append((session, film.id))
        self.report.asked = len(self.asked) + len(self.films)

    def patiently(self, work: Any) -> Any:
        """A visitor who tries again."""
        end = time.monotonic() + self.plan.limit_seconds
        while True:
            try:
                return work()
            except Refusal:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def count(self, sql: str) -> int:
        return int(self.patiently(lambda: self.studio.store.rows(f"SELECT COUNT(*) AS n FROM {sql}")[0]["n"]))

    def is_over(self) -> bool:
        waiting = self.count("jobs WHERE state IN ('queued', 'running')")
        return not waiting and not self.count("film_renders WHERE state = 'running'")

    def run(self) -> Report:
        end, happened = time.monotonic() + self.plan.limit_seconds, 0
        try:
            self.ask()
            while time.monotonic() < end and not self.is_over():
                due = self.count("jobs WHERE state = 'done'") >= (happened + 1) * self.plan.every_results
                if due and happened < self.plan.accidents:
                    self.accident(ACCIDENTS[happened % len(ACCIDENTS)])
                    happened += 1
                self.processes.mend()
                time.sleep(0.3)
            self.check()
        finally:
            self.processes.stop()
            self.studio.close()
        return self.report

    def accident(self, what: str) -> None:
        self.report.accidents[what] += 1
        workers = [name for name in self.processes.running if name.startswith("worker")]
        if what == "worker killed":
            self.processes.signal(self.random.choice(workers), signal.SIGKILL)
        elif what == "worker stopped and woken":
            name = self.random.choice(workers)
            self.processes.signal(name, signal.SIGSTOP)
            time.sleep(LEASE_SECONDS * 1.6)
            self.processes.signal(name, signal.SIGCONT)
        elif what == "page killed":
            pages = [name for name in self.processes.running if name.startswith("page")]
            self.processes.signal(self.random.choice(pages), signal.SIGKILL)
        elif what == "PostgreSQL crashed":
            self.cluster.postgres.stop(signal.SIGQUIT)
            time.sleep(1.0)
            self.cluster.postgres.start()
        else:
            self.cluster.s3.pause(3.0)

    # what was found

    def check(self) -> None:
        store, problems = self.studio.store, self.report.problems
        self.report.states = Counter(row["state"] for row in store.rows("SELECT state FROM jobs"))
        problems += [f"{n} jobs are {state}" for state, n in self.report.states.items() if state != "done"]
        for row in store.rows("SELECT film, state, problem FROM film_renders WHERE state != 'done'"):
            problems.append(f"film {row['film']} is {row['state']}: {row['problem']}")
        for row in store.rows(
            "SELECT session, artifact, COUNT(*) AS n FROM registry GROUP BY session, artifact HAVING COUNT(*) > 1"
        ):
            problems.append(f"{row['artifact']} was kept {row['n']} times")
        self.compare()
        store.files.sweep(0)
        if left := store.files.orphans(0):
            problems.append(f"{len(left)} objects have no row after the sweep")
        there = {key for key, _ in store.files.listed("media")}
        for row in store.rows("SELECT session, artifact, sha256 FROM artifact_files"):
            if store.files.key("media", row["session"], row["artifact"], row["sha256"]) not in there:
                problems.append(f"an object of {row['artifact']} is missing")

    def compare(self) -> None:
        """Each result against the one of an undisturbed studio on one machine."""
        undisturbed, films = self.undisturbed(), {}
        for session, film in self.films:
            newest = self.studio.films.renders.newest(session, film)
            cut = self.studio.store.artifact(session, newest.artifact) if newest and newest.artifact else None
            if cut is None:
                self.report.problems.append(f"the film {film} of {session} is lost")
            else:
                films[session, cut.id] = film, cut
        with ThreadPoolExecutor(4) as several:  # each waits for threads of its own most of the time
            for call in self.asked:
                several.submit(self.noted, self.compare_result, undisturbed, *call)
            for (session, _), (film, cut) in films.items():
                several.submit(self.noted, self.compare_film, undisturbed, session, film, cut)
        undisturbed.close()

    def noted(self, check: Callable[..., None], *given: Any) -> None:
        """A check that fails itself is a problem too."""
        try:
            check(*given)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is told
            self.report.problems.append(f"{check.__name__} failed: {problem!r}")

    def compare_result(self, undisturbed: Studio, session: str, call: Call) -> None:
        kept = self.studio.store.artifact(session, call.id)
        if kept is None:
            self.report.problems.append(f"{call.id} of {session} is lost")
        elif kept.facts["payload_sha256"] != undisturbed.jobs.run_now(session, call).facts["payload_sha256"]:
            self.report.problems.append(f"{call.id} of {session} has other bytes")

    def compare_film(self, undisturbed: Studio, session: str, film: str, cut: Any) -> None:
        from studio.film.executors import render_here

        board = self.studio.films.film(session, film).board
        alone = render_here(undisturbed.films, undisturbed.films.create(session, board), "draft")
        if alone.facts["payload_sha256"] != cut.facts["payload_sha256"]:
            self.report.problems.append(f"the film {film} of {session} has other bytes")

    def undisturbed(self) -> Studio:
        """On SQLite and a folder, with the same photos."""
        kept = {name: os.environ.pop(name) for name in ("STUDIO_DATABASE", "STUDIO_FILES")}
        studio = open_studio(self.folder / "alone", InProcess(), spares=0)
        for n in range(self.plan.visitors):
            placed(studio, f"{n:032x}", 1000 + n, size=(64, 48))
        os.environ.update(kept)
        return studio


def main() -> int:
    usual = Plan()
    parser = argparse.ArgumentParser("python -m tests.cluster.chaos", description=__doc__)
    for name in ("visitors", "jobs", "films", "scenes", "workers", "pages", "accidents", "seed", "every-results"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name.replace("-", "_")))
    parser.add_argument("--limit-seconds", type=float, default=3600.0)
    install()
    postgres, s3 = Postgres(), S3()
    try:
        with tempfile.TemporaryDirectory() as folder:
            report = Chaos(Path(folder), Cluster.begin(postgres, s3), Plan(**vars(parser.parse_args()))).run()
    finally:
        postgres.close()
        s3.stop()
    print(report)
    return int(bool(report.problems))


if __name__ == "__main__":
    sys.exit(main())
