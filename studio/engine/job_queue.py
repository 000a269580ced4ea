"""The visitor's side of the queue: jobs are asked for, looked at, moved, cancelled and tried again."""

from __future__ import annotations

import heapq
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.core.settings import Refusal
from studio.engine import gpu_quota
from studio.engine.fairness import SESSION_LIMIT, Addresses, Turns, Waiting, check_waiting
from studio.engine.job import LANES, Job, Live, job_of
from studio.engine.making import inputs_of
from studio.engine.runners import Runner
from studio.storage import kiosk
from studio.storage.artifacts import Call
from studio.storage.store import Store
from studio.storage.timing import Estimate, estimate, measure_of, pace, remaining, size_of

LINE_SECONDS = 1.0  # how long the order of a lane is remembered when nothing is heard of a change
QUICK_SECONDS = 2.0
PASSES = 1000  # of sessions, to a lent GPU
# how many jobs wait: of a session, of an address, of all
WAITING = (
    "SELECT COALESCE(SUM(CASE WHEN session = ? THEN 1 ELSE 0 END), 0) AS own,"
    " COALESCE(SUM(CASE WHEN address = ? THEN 1 ELSE 0 END), 0) AS near, COUNT(*) AS n FROM jobs WHERE state = 'queued'"
)


@dataclass(frozen=True)
class Line:
    """What waits in a lane: places and seconds until the start by the jobs' numbers, how many run, until when that is true."""

    until: float = 0.0
    places: Mapping[int, int] = field(default_factory=dict)
    running: int = 0
    waits: Mapping[int, float] = field(default_factory=dict)


class JobQueue(ABC):
    """Rows of jobs, those that wait in the order of turns; nothing here makes anything."""

    def __init__(self, store: Store, runner: Runner) -> None:
        self.store, self.runner = store, runner
        self.live: dict[int, Live] = {}
        self.half_made: dict[int, bytes] = {}  # the last preview of jobs that were stopped
        self.listeners: list[Callable[[], None]] = []  # called when a job of another process has ended
        self.addresses = Addresses(store.home)
        self.held: set[int] = set()  # rows that a worker of this process has taken and not ended yet
        self._wake = threading.Condition()
        self._turns = {lane: Turns() for lane in LANES}
        self._lines: dict[str, Line] = {}
        self._passes: dict[str, str] = {}

    def submit(
        self,
        session: str,
        tab: str,
        call: Call,
        *,
        private: bool = False,
        again: bool = False,
        lane: str | None = None,
        address: str = "",
        address_key: str = "",
        token: str = "",
    ) -> Job:
        """Write the row and return at once; what this session asked for already, and what waits or runs still, is the same job.

        Raises Refusal when the queue, the quota or the disk is full.

        `again` runs a call whose result is on the shelf already and compares the two (Replay). `address` is where the request came
        from (studio.access.address.address_of), of which only a hash is kept; `address_key` is such a hash that is known already. `token`: the visitor's pass to a lent GPU; jobs of
        the session that wait get the newest one, and a job without one gets that of the session's last.
        """
        key = address_key or self.addresses.key(address)
        self.store.check_room(session)
        self.store.seen(session)
        inputs = inputs_of(self.store, session, call)
        size, measure = size_of(call, inputs), measure_of(inputs, call)
        if lane is None:
            expected = estimate(self.store, call.pipeline, self.runner.device(call.pipeline), size, measure)
            lane = "quick" if expected and expected.runs and expected.high < QUICK_SECONDS else "heavy"
        now = time.time()
        options = json.dumps({"private": private, "again": again})
        state = "running" if lane == "inline" else "queued"
        with self.store.transaction():
            self.store.check_remembered(session)
            same = self._same(session, call, options, lane)
            if same is not None:
                self._pass(session, token)
                return same
            if state == "queued":
                few = kiosk.JOBS if lane != "film" and kiosk.is_kiosk(self.store, session) else SESSION_LIMIT
                counted = self.store.rows(WAITING, session, key)[0]
                check_waiting(counted["own"], counted["near"] if key else 0, counted["n"], few)
            token = self._pass(session, token)
            records = self.store.rows(
                "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, created, address, measure,"
                " token) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
                session,
                tab,
                json.dumps(call.as_dict()),
                call.id,
                call.pipeline,
                lane,
                now,
                state,
                options,
                size,
                now,
                key,
                measure,
                token if gpu_quota.gpu_gb(call) else "",
            )
            if state == "queued":
                self._line_up(records[0]["id"], session, key, lane)
        self._lines.clear()
        self.wake(lane)
        return self.job(session, records[0]["id"])

    def _same(self, session: str, call: Call, options: str, lane: str) -> Job | None:
        """The job of this very call that waits or runs. A film's steps are the film's, which may cancel them: they are joined by films only."""
        if lane == "inline":
            return None
        rows = self.store.rows(
            "SELECT * FROM jobs WHERE session = ? AND artifact = ? AND options = ? AND state IN ('queued', 'running')"
            " AND lane != 'inline' AND CASE WHEN lane = 'film' THEN 1 ELSE 0 END = ? ORDER BY id LIMIT 1",
            session,
            call.id,
            options,
            int(lane == "film"),
        )
        return replace(job_of(rows[0]), joined=True) if rows else None

    def wake(self, lane: str) -> None:
        """A job has come, or a place is free: the workers look at once."""
        with self._wake:
            self._wake.notify_all()

    def live_of(self, job: Job) -> Live | None:
        """What is known of a job that runs: its newest preview and its curves."""
        return self.live.get(job.id)

    def still_running(self, ids: Sequence[int]) -> list[int]:
        """Those of these jobs that somebody still works on."""
        return [id for id in ids if id in self.held or id in self.live]

    def _pass(self, session: str, token: str) -> str:
        """The newest pass to a lent GPU that this session showed, which the jobs that wait get too; kept in memory only."""
        if not token:
            return self._passes.get(session, "")
        self._passes.pop(session, None)
        self._passes[session] = token
        while len(self._passes) > PASSES:
            self._passes.pop(next(iter(self._passes)))
        self.store.rows(
            "UPDATE jobs SET token = ? WHERE session = ? AND state = 'queued' AND token != ''", token, session
        )
        return token

    def job(self, session: str, id: int) -> Job:
        """Return a job of the session. Raises Refusal where it has none of that number."""
        if not 0 <= id < 2**63:  # no row has such a number, and SQLite takes no larger one
            raise Refusal("That job is not yours, or is gone.")
        records = self.store.rows("SELECT * FROM jobs WHERE session = ? AND id = ?", session, id)
        if not records:
            raise Refusal("That job is not yours, or is gone.")
        return job_of(records[0])

    def of(self, session: str, *, recent_seconds: float = 86400.0) -> list[Job]:
        """A session's jobs: those that wait or run, in order, then what ended lately."""
        rows = self.store.rows(
            "SELECT * FROM jobs WHERE session = ? AND lane != 'inline' AND (state IN ('queued', 'running') OR ended > ?)"
            " ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,"
            " CASE WHEN state = 'queued' THEN place END, id DESC LIMIT 60",
            session,
            time.time() - recent_seconds,
        )
        return [job_of(row) for row in rows]

    def expected(self, job: Job) -> Estimate | None:
        """How long the whole job takes, as far as is known."""
        return estimate(self.store, job.call.pipeline, self.runner.device(job.call.pipeline), job.size, job.measure)

    def left(self, job: Job) -> float | None:
        """Seconds of work that are left of a job, without what it waits for others."""
        if job.state != "running" or not job.started:
            return remaining(self.expected(job), 0.0, 0.0)
        live = self.live_of(job)
        told = (live.fraction, live.heard) if live and live.heard else (job.fraction, None)
        return remaining(self.expected(job), max(0.0, time.time() - job.started), *told)

    def ahead_of(self, job: Job) -> int:
        """How many jobs, of anyone, are running or will be started before this one, as things stand."""
        line = self._line(job.lane)
        return line.running + line.places.get(job.id, 0)

    def wait_of(self, job: Job) -> float | None:
        """Seconds until a waiting job is begun, as things stand; None where too little is known of what is before it."""
        return self._line(job.lane).waits.get(job.id)

    def _line(self, lane: str) -> Line:
        """What waits in a lane, looked up at most once a second."""
        line = self._lines.get(lane, Line())
        if time.monotonic() > line.until:
            order, running = self._order(lane) if lane in LANES else ([], 0)
            places = {id: place for place, id in enumerate(order)}
            line = Line(time.monotonic() + LINE_SECONDS, places, running, self._waits(lane, order))
            self._lines[lane] = line
        return line

    def _waits(self, lane: str, order: Sequence[int]) -> dict[int, float]:
        """Seconds until each of these waiting jobs is begun, in their order, up to the first that nothing is known of."""
        rows = self.store.rows("SELECT * FROM jobs WHERE lane = ? AND state = 'running'", lane)
        left = [self.left(job_of(row)) for row in rows]
        if None in left:
            return {}
        workers = self.runner.parallel_jobs() if lane == "film" else 1
        free = sorted([*(one or 0.0 for one in left), *(0.0,) * max(0, workers - len(left))])
        sized = {
            row["id"]: row
            for row in self.store.rows(
                "SELECT id, pipeline, size, measure FROM jobs WHERE lane = ? AND state = 'queued'", lane
            )
        }
        learned = cache(lambda pipeline, measure: pace(self.store, pipeline, self.runner.device(pipeline), measure))
        waits: dict[int, float] = {}
        for id in order:
            waits[id] = heapq.heappop(free)
            row = sized.get(id)
            found = learned(row["pipeline"], row["measure"]) if row else None
            expected = found.at(row["size"] or 0.0) if found and row else None
            if expected is None or not expected.sure:
                break
            heapq.heappush(free, waits[id] + expected.seconds)
        return waits

    def _order(self, lane: str) -> tuple[list[int], int]:
        """The numbers of the waiting jobs of a lane in the order in which they will be started, and how many run there."""
        waiting, busy = self._queue(lane)
        return self._turns[lane].order(waiting, busy, self.runner.parallel_jobs() if lane == "film" else 1), len(busy)

    def _queue(self, lane: str) -> tuple[list[Waiting], list[tuple[str, str]]]:
        """What waits in a lane, each session's in its own order, and (session, address) of what runs there, the oldest first."""
        waiting = self.store.rows(
            "SELECT id, session, address, created FROM jobs WHERE state = 'queued' AND lane = ? AND not_before <= ?"
            " ORDER BY place",
            lane,
            time.time(),
        )
        busy = self.store.rows(
            "SELECT session, address FROM jobs WHERE state = 'running' AND lane = ? ORDER BY started", lane
        )
        return [Waiting(*row) for row in waiting], [(row["session"], row["address"]) for row in busy]

    def take_back(self, session: str, id: int) -> None:
        """Take a job of this session out of the queue, so that it can be changed. Raises Refusal once it has begun."""
        job = self.job(session, id)
        if job.state != "queued" or job.lane == "film" or not self._cancel_queued(job):
            raise Refusal("Only a waiting job can be changed; this one has begun.")

    def cancel(self, session: str, id: int) -> None:
        """Stop one job of this session, waiting or running; other jobs are not touched."""
        job = self.job(session, id)
        if job.state == "queued" and self._cancel_queued(job):
            return
        job = self.job(session, id)  # a worker may have taken it in this very moment
        if job.id in self.live or job.id in self.held:
            self.live.setdefault(job.id, Live()).cancel.set()
        elif job.state == "running" and job.lane != "inline":
            self._cancel_elsewhere(job)

    @abstractmethod
    def _cancel_elsewhere(self, job: Job) -> None:
        """Cancel a running job that no worker of this process holds."""

    @abstractmethod
    def _line_up(self, job: int, session: str, address: str, lane: str) -> None:
        """A job has come, inside its transaction."""

    @abstractmethod
    def _close_up(self, job: Job, turn: int) -> None:
        """A waiting job that had this turn has gone; 0: one was moved."""

    def _cancel_queued(self, job: Job) -> bool:
        """Cancel a job that still waits; False when it does not wait any more."""
        gone = self.store.change(
            "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued' RETURNING turn",
            time.time(),
            job.id,
        )
        if gone:
            self._close_up(job, gone[0]["turn"])
        self._lines.clear()
        return bool(gone)

    def retry(self, session: str, id: int, *, call: Call | None = None, address: str = "") -> Job:
        """Put a failed or cancelled job, or another `call` in its place, at the end of the queue; long jobs go on from their checkpoints."""
        job = self.job(session, id)
        if job.state not in ("failed", "cancelled"):
            raise Refusal("Only what failed or was cancelled can be tried again.")
        options = job.options
        return self.submit(
            session, job.tab, call or job.call, private=options["private"], again=options["again"], address=address
        )

    def move(self, session: str, id: int, steps: int) -> None:
        """Move a waiting job earlier (negative) or later among the session's own waiting jobs."""
        waiting = [job for job in self.of(session) if job.state == "queued"]
        here = next((n for n, job in enumerate(waiting) if job.id == id), None)
        if here is None:
            raise Refusal("Only a waiting job can be moved.")
        there = min(max(0, here + steps), len(waiting) - 1)
        places = [job.place for job in waiting]
        waiting.insert(there, waiting.pop(here))
        with self.store.transaction():
            for job, place in zip(waiting, places):
                self.store.rows("UPDATE jobs SET place = ? WHERE id = ?", place, job.id)
            self._close_up(waiting[there], 0)
        self._lines.clear()
