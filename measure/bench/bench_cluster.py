"""What several machines give and cost: python -m measure.bench.bench_cluster [scaling|overhead|fairness|claims|cancel …]; without words all of them.

PostgreSQL and S3 (moto) run beside the workers on this machine, so on two cores the steps that sleep show what the queue can do, and the steps
that compute show what two cores can do.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from studio.engine.runners import InProcess
from studio.storage.artifacts import Call
from studio.studio import Studio, open_studio
from tests import stubs
from tests.cluster.servers import S3, Cluster, Postgres
from tests.security.shelf import placed

JOBS = 16
SLEEP_STEPS = 40  # of a twentieth of a second each
CLAIMS = (10, 500, 5_000, 20_000)


class Bench:
    """One PostgreSQL, one S3 server, and a fresh cluster for each measurement."""

    def __init__(self) -> None:
        stubs.install()
        self.postgres, self.s3 = Postgres(), S3()
        self.folder = Path(tempfile.mkdtemp(prefix="bench-cluster-"))
        self.count = 0

    def begin(self) -> Studio:
        self.count += 1
        self.cluster = Cluster.begin(self.postgres, self.s3)
        os.environ.update(self.cluster.environment | {"STUDIO_LEASE_SECONDS": "30", "STUDIO_WAITING_JOBS": "1000000"})
        return open_studio(self.folder / str(self.count), InProcess(), spares=0)

    def workers(self, n: int) -> list[subprocess.Popen[bytes]]:
        started = []
        for k in range(n):
            home = str(self.folder / f"worker-{self.count}-{k}")
            environment = {**os.environ, "STUDIO_HOME": home, "OMP_NUM_THREADS": "1"}
            words = [sys.executable, "-m", "tests.cluster.process", "worker", "heavy"]
            started.append(subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
        for one in started:
            assert one.stdout is not None
            one.stdout.readline()
        return started

    def close(self) -> None:
        self.postgres.close()
        self.s3.stop()


def ask(
    studio: Studio, pipeline: str, count: int, settings: dict[str, object], visitors: int = 4, side: int = 64
) -> None:
    for n in range(count):
        session = f"{n % visitors:032x}"
        photo = placed(studio, session, n, size=(side, side))
        studio.jobs.submit(session, "Stylize", Call(pipeline, {"content": photo.id}, settings), lane="heavy")


def until_done(studio: Studio) -> tuple[float, float]:
    """When the first of all jobs began and when the last ended (seconds of the database)."""
    while studio.store.rows("SELECT 1 FROM jobs WHERE state IN ('queued', 'running') LIMIT 1"):
        time.sleep(0.2)
    row = studio.store.rows("SELECT MIN(started) AS a, MAX(ended) AS b, COUNT(*) AS n FROM jobs WHERE state = 'done'")[
        0
    ]
    return float(row["a"]), float(row["b"])


def scaling(bench: Bench) -> dict[str, object]:
    """Jobs a second with 1, 2 and 4 workers, and the share of the ideal, for a step that sleeps and one that computes."""
    found: dict[str, object] = {}
    sleeping = {"steps": SLEEP_STEPS, "mode": "calm"}
    computing = {"strength": 0.5, "words": "", "flip": False, "seed": 1}
    for name, pipeline, settings, side in (
        ("sleeps 2 s", "stylize.slow", sleeping, 64),
        ("computes", "stylize.wash", computing, 1024),
    ):
        rates = {}
        for n in (1, 2, 4):
            studio = bench.begin()
            ask(studio, pipeline, JOBS // (1 if n > 1 else 2), settings, side=side)
            started = bench.workers(n)
            begun, ended = until_done(studio)
            count = studio.store.rows("SELECT COUNT(*) AS n FROM jobs")[0]["n"]
            rates[n] = count / (ended - begun)
            for one in started:
                one.kill()
                one.wait()
            studio.close()
        found[name] = {
            str(n): {"jobs_per_second": round(rate, 3), "of_ideal": round(rate / (n * rates[1]), 2)}
            for n, rate in rates.items()
        }
    return found


def overhead(bench: Bench) -> dict[str, object]:
    """Seconds from the order to the kept result of a tiny job: on SQLite and a folder, and on PostgreSQL and S3, both in this process."""
    found = {}
    for name in ("SQLite and folder", "PostgreSQL and S3"):
        if name.startswith("SQLite"):
            kept = {key: os.environ.pop(key) for key in ("STUDIO_DATABASE", "STUDIO_FILES") if key in os.environ}
            studio = open_studio(bench.folder / "alone", InProcess(), spares=0)
        else:
            os.environ.update(kept)
            studio = bench.begin()
        photo = placed(studio, "a" * 32, size=(64, 48))
        studio.jobs.start(["quick"])
        times = []
        for seed in range(15):
            call = Call(
                "stylize.wash", {"content": photo.id}, {"strength": 0.5, "words": "", "flip": False, "seed": seed}
            )
            begun = time.monotonic()
            id = studio.jobs.submit("a" * 32, "Stylize", call, lane="quick").id
            while studio.jobs.job("a" * 32, id).state != "done":
                time.sleep(0.005)
            times.append(time.monotonic() - begun)
        studio.close()
        found[name] = {"median_seconds": round(statistics.median(times), 3), "least": round(min(times), 3)}
    return found


def fairness(bench: Bench) -> dict[str, object]:
    """One visitor asks for 40 results, then four others for one each: how long each waits, in jobs that were begun before."""
    studio = bench.begin()
    photo = {f"{n:032x}": placed(studio, f"{n:032x}", n, size=(64, 48)).id for n in range(5)}
    for n in range(40):
        session = f"{0:032x}"
        call = Call(
            "stylize.wash", {"content": photo[session]}, {"strength": 0.5, "words": "", "flip": False, "seed": n}
        )
        studio.jobs.submit(session, "Stylize", call, lane="heavy")
    for n in range(1, 5):
        session = f"{n:032x}"
        call = Call(
            "stylize.wash", {"content": photo[session]}, {"strength": 0.5, "words": "", "flip": False, "seed": n}
        )
        studio.jobs.submit(session, "Stylize", call, lane="heavy")
    order = [studio.jobs._take("heavy").session for _ in range(8)]
    studio.close()
    return {"first_eight_claims": [int(session, 16) for session in order], "greedy": 0}


def claims(bench: Bench) -> dict[str, object]:
    """Milliseconds of one claim, one order and one look at the line with so many jobs waiting, of a tenth as many visitors."""
    found = {}
    for count in CLAIMS:
        studio, visitors = bench.begin(), max(1, count // 10)
        studio.store.rows(
            "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, created, turn)"
            " SELECT lpad((n % ?)::text, 32, '0'), 'Stylize', ?, md5(n::text), 'stylize.wash', 'heavy', n, 'queued', ?, 1, n, 1 + n / ?"
            " FROM generate_series(0, ? - 1) AS n",
            visitors,
            json.dumps(Call("stylize.wash", {}, {}).as_dict()),
            json.dumps({"private": False, "again": False}),
            visitors,
            count,
        )
        studio.store.rows("ANALYZE jobs")
        photo = placed(studio, "f" * 32, size=(64, 64))
        one = Call("stylize.wash", {"content": photo.id}, {"strength": 0.5, "words": "", "flip": False})
        found[str(count)] = {
            "claim_ms": timed(partial(studio.jobs._take, "heavy"), min(20, count - 2)),
            "order_ms": timed(partial(studio.jobs.submit, "f" * 32, "Stylize", one, lane="heavy"), 10),
            "line_ms": timed(partial(studio.jobs._order, "heavy"), 5),
        }
        studio.close()
    return found


def timed(work: Callable[[], object], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times):
        begun = time.monotonic()
        assert work() is not None
        taken.append(1000 * (time.monotonic() - begun))
    return {"median": round(statistics.median(taken), 1), "least": round(min(taken), 1)}


def cancel(bench: Bench) -> dict[str, object]:
    """Seconds from a cancel at one server until the job that runs at another has stopped."""
    page, worker = bench.begin(), open_studio(bench.folder / "other", InProcess(), spares=0)
    worker.jobs.start(["heavy"])
    session, taken = "a" * 32, []
    for n in range(8):
        photo = placed(page, session, n, size=(64, 48))
        call = Call("stylize.slow", {"content": photo.id}, {"steps": 900, "mode": "calm"})
        id = page.jobs.submit(session, "Stylize", call, lane="heavy").id
        while page.jobs.job(session, id).fraction == 0:
            time.sleep(0.05)
        begun = time.monotonic()
        page.jobs.cancel(session, id)
        while page.jobs.job(session, id).state != "cancelled":
            time.sleep(0.01)
        taken.append(time.monotonic() - begun)
    worker.close()
    page.close()
    return {"median_seconds": round(statistics.median(taken), 3), "longest": round(max(taken), 3)}


PARTS: dict[str, Callable[[Bench], dict[str, object]]] = {
    "claims": claims,
    "cancel": cancel,
    "fairness": fairness,
    "overhead": overhead,
    "scaling": scaling,
}


def main() -> None:
    bench = Bench()
    try:
        for name in sys.argv[1:] or PARTS:
            print(
                json.dumps({name: PARTS[name](bench), "load": [round(one, 1) for one in os.getloadavg()]}, indent=1),
                flush=True,
            )
    finally:
        bench.close()


if __name__ == "__main__":
    main()
