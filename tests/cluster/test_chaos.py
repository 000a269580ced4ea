"""A short run of the chaos: workers, a page, PostgreSQL and S3 are killed or cut off at random while visitors wait.

Killed (SIGKILL), stopped for longer than a lease and woken again (SIGSTOP, SIGCONT: a worker that was thought dead), cut off and started again:
workers, page servers, PostgreSQL (SIGQUIT, so it recovers from its log) and S3. At the end every result must be there once, on the shelf of
the visitor who asked for it, with the bytes that an undisturbed studio makes before it signs; and no object may lie in S3 without a row.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.settings import Refusal
from studio.engine.runners import InProcess
from studio.storage.artifacts import Call
from studio.studio import open_studio
from tests import stubs
from tests.cluster.servers import Cluster
from tests.security.shelf import place_picture

pytestmark = pytest.mark.long

ACCIDENTS = ("worker killed", "page killed", "PostgreSQL crashed", "S3 cut off", "worker stopped and woken")
LEASE_SECONDS, LIMIT_SECONDS = 3, 240
VISITORS, JOBS = 4, 5  # pictures of each visitor
RESULTS = 2  # after so many results, however quick the machine is, an accident


class Processes:
    """Workers and pages that are started anew when they are gone."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("worker-0", "worker-1", "page-0"):
            self.start(name)

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
    """One run; `problems` must be empty."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder, self.cluster, self.random = folder, cluster, random.Random(0)
        self.accidents: Counter[str] = Counter()
        self.problems: list[str] = []
        self.studio = open_studio(folder / "visitors", InProcess(), spares=0)
        self.studio.jobs.start([])
        assert self.studio.films  # its tables
        self.processes = Processes(folder, cluster.environment)
        self.asked: list[tuple[str, Call]] = []

    def ask(self) -> None:
        """Everything that the visitors want, each with a photo of their own."""
        for n in range(VISITORS):
            session = f"{n:032x}"
            photo = place_picture(self.studio, session, 1000 + n, size=(64, 48))
            for m in range(JOBS):
                call = Call("stylize.slow", {"content": photo.id}, {"steps": 3 + m, "mode": "calm"})
                lane = "heavy" if m % 2 else "quick"
                self.try_again(
                    lambda call=call, session=session, lane=lane: self.studio.jobs.submit(
                        session, "Stylize", call, lane=lane
                    )
                )
                self.asked.append((session, call))

    def try_again(self, work: Any) -> Any:
        """A visitor who is patient."""
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                return work()
            except Refusal:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def count(self, state: str) -> int:
        sql = f"SELECT COUNT(*) AS n FROM jobs WHERE state IN ({state})"
        return int(self.try_again(lambda: self.studio.store.rows(sql)[0]["n"]))

    def run(self) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        try:
            self.ask()
            while time.monotonic() < end and self.count("'queued', 'running'"):
                happened = self.accidents.total()
                if happened < len(ACCIDENTS) and self.count("'done'") >= (happened + 1) * RESULTS:
                    self.accident(ACCIDENTS[happened])
                self.processes.mend()
                time.sleep(0.3)
            self.check()
        finally:
            self.processes.stop()
            self.studio.close()

    def accident(self, what: str) -> None:
        self.accidents[what] += 1
        worker = self.random.choice(["worker-0", "worker-1"])
        if what == "worker killed":
            self.processes.signal(worker, signal.SIGKILL)
        elif what == "worker stopped and woken":
            self.processes.signal(worker, signal.SIGSTOP)
            time.sleep(LEASE_SECONDS * 1.6)
            self.processes.signal(worker, signal.SIGCONT)
        elif what == "page killed":
            self.processes.signal("page-0", signal.SIGKILL)
        elif what == "PostgreSQL crashed":
            self.cluster.postgres.stop(signal.SIGQUIT)
            time.sleep(1.0)
            self.cluster.postgres.start()
        else:
            self.cluster.s3.pause(3.0)

    def check(self) -> None:
        store = self.studio.store
        states = Counter(row["state"] for row in store.rows("SELECT state FROM jobs"))
        self.problems += [f"{n} jobs are {state}" for state, n in states.items() if state != "done"]
        twice = "SELECT artifact FROM registry GROUP BY session, artifact HAVING COUNT(*) > 1"
        self.problems += [f"{row['artifact']} was kept twice" for row in store.rows(twice)]
        self.compare()
        store.files.sweep(0)
        if left := store.files.orphans(0):
            self.problems.append(f"{len(left)} objects have no row after the sweep")
        there = {key for key, _ in store.files.listed("media")}
        for row in store.rows("SELECT session, artifact, sha256 FROM artifact_files"):
            if store.files.key("media", row["session"], row["artifact"], row["sha256"]) not in there:
                self.problems.append(f"an object of {row['artifact']} is missing")

    def compare(self) -> None:
        """Each result against the one of an undisturbed studio on SQLite and a folder, with the same photos."""
        kept = {name: os.environ.pop(name) for name in ("STUDIO_DATABASE", "STUDIO_FILES")}
        undisturbed = open_studio(self.folder / "alone", InProcess(), spares=0)
        for n in range(VISITORS):
            place_picture(undisturbed, f"{n:032x}", 1000 + n, size=(64, 48))
        os.environ.update(kept)
        for session, call in self.asked:
            result = self.studio.store.artifact(session, call.id)
            if result is None:
                self.problems.append(f"{call.id} of {session} is lost")
            elif result.facts["payload_sha256"] != undisturbed.jobs.run_now(session, call).facts["payload_sha256"]:
                self.problems.append(f"{call.id} of {session} has other bytes")
        undisturbed.close()


def test_nothing_is_lost_twice_or_crossed(tmp_path, board, cluster):
    stubs.install()
    chaos = Chaos(tmp_path, cluster)
    chaos.run()
    assert chaos.problems == [] and chaos.accidents == dict.fromkeys(ACCIDENTS, 1)
