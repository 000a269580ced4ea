"""Jobs: rows in SQLite that outlive the browser tab and the process, and the workers that take them.

Quick work (learned to take under two seconds) never waits behind heavy work, and neither behind the steps of films, which have a lane
of their own with as many workers as the runner allows side by side. A row goes
queued -> running -> done | failed | cancelled; a restart puts interrupted rows back in the queue.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.progress import Cancelled, Report
from pipelines.core.settings import Refusal
from studio.engine import lending
from studio.engine.fairness import SESSION_LIMIT, Addresses, Turns, Waiting, check_waiting
from studio.engine.making import Curves, Order, Update, inputs_of
from studio.engine.reconcile import ATTEMPTS, RECONCILED_SECONDS, put_right
from studio.engine.runners import Runner
from studio.engine.traces import traces_from_environment
from studio.storage import kiosk
from studio.storage.artifacts import Artifact, Call
from studio.storage.database import Row
from studio.storage.faults import Unreachable
from studio.storage.store import Store, plain_words
from studio.storage.timing import estimate, measure_of, size_of

log = logging.getLogger(__name__)
LANES = ("quick", "heavy", "film")
LINE_SECONDS = 1.0  # how long the order of a lane is remembered when nothing is heard of a change
QUICK_SECONDS = 2.0
PASSES = 1000  # of sessions, to a lent GPU


@dataclass(frozen=True)
class Job:
    """One row: what was asked, by whom, and how far it is. `problem` is one sentence."""

    id: int
    session: str
    tab: str
    call: Call
    state: str
    lane: str
    place: float
    options: dict[str, Any]
    fraction: float
    label: str
    problem: str | None
    size: float
    created: float
    started: float | None
    ended: float | None
    attempts: int
    measure: str = ""
    not_before: float = 0.0
    fence: int = 0  # which attempt this is; a later one is the only one that may write

    @property
    def artifact_id(self) -> str:
        return self.call.id


@dataclass
class Live:
    """What is known of a running job only in memory: the newest preview and the curves drawn so far."""

    cancel: threading.Event = field(default_factory=threading.Event)
    preview: bytes = b""
    previews: int = 0
    written: float = 0.0
    shown: float = 0.0  # when other servers were last told
    saved: float = 0.0  # when the newest file of the checkpoint that others can have was written
    curves: Curves = field(default_factory=Curves)


def _job(row: Row) -> Job:
    return Job(
        row["id"], row["session"], row["tab"], Call.from_dict(json.loads(row["call"])), row["state"], row["lane"],
        row["place"], json.loads(row["options"]), row["fraction"], row["label"], row["problem"], row["size"] or 0.0,
        row["created"], row["started"], row["ended"], row["attempts"], row["measure"], row["not_before"], row["fence"],
    )  # fmt: skip


class Jobs:
    """The queue of one studio. `start()` begins the workers; `run_now` runs one call in the calling thread (the command line)."""

    def __init__(self, store: Store, runner: Runner) -> None:
        self.store, self.runner = store, runner
        self.live: dict[int, Live] = {}
        self.listeners: list[Callable[[], None]] = []  # called when a job of another process has ended
        self.traces = traces_from_environment()
        self._wake = threading.Condition()
        self._stopping = False
        self._workers: list[threading.Thread] = []
        self.addresses = Addresses(store.home)
        self.held: set[int] = set()  # rows that a worker of this process has taken and not ended yet
        self.owed: dict[
            int, tuple[Any, ...]
        ] = {}  # ends that the disk would not take: state, ended, problem, fraction, seconds
        self._turns = {lane: Turns() for lane in LANES}
        self._lines: dict[
            str, tuple[float, dict[int, int], int]
        ] = {}  # per lane: until when it is true, places, how many run
        self._checked = 0.0
        self._passes: dict[str, str] = {}

    # asking

    def submit(
        self, session: str, tab: str, call: Call, *, private: bool = False, again: bool = False, lane: str | None = None,
        address: str = "", address_key: str = "", token: str = "",
    ) -> Job:  # fmt: skip
        """Write the row and return at once. Raises Refusal when the queue, the quota or the disk is full.

        `again` runs a call whose result is on the shelf already and compares the two (Replay). `address` is where the request came
        from (studio.access.address.address_of), of which only a hash is kept; `address_key` is such a hash that is known already. `token`: the visitor's pass to a lent GPU; jobs of
        the session that wait get the newest one, and a job without one gets that of the session's last."""
        key = address_key or self.addresses.key(address)
        self.store.check_room(session)
        self.store.seen(session)
        inputs = inputs_of(self.store, session, call)
        size, measure = size_of(call, inputs), measure_of(inputs)
        if lane is None:
            expected = estimate(self.store, call.pipeline, self.runner.device(call.pipeline), size, measure)
            lane = "quick" if expected and expected.high < QUICK_SECONDS else "heavy"
        now = time.time()
        options = json.dumps({"private": private, "again": again})
        state = "running" if lane == "inline" else "queued"
        with self.store.transaction():
            self.store.check_remembered(session)
            waiting = self.store.rows("SELECT session, address FROM jobs WHERE state = 'queued'")
            if state == "queued":
                few = kiosk.JOBS if lane != "film" and kiosk.is_kiosk(self.store, session) else SESSION_LIMIT
                check_waiting(((row["session"], row["address"]) for row in waiting), session, key, few)
            token = self._pass(session, token)
            found = self.store.rows(
                "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, created, address, measure,"
                " token) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
                session, tab, json.dumps(call.as_dict()), call.id, call.pipeline, lane, now, state, options, size, now, key, measure,
                token if lending.gpu_gb(call) else "",
            )  # fmt: skip
        self._lines.clear()
        self.wake(lane)
        return self.job(session, found[0]["id"])

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
        if not 0 <= id < 2**63:  # no row has such a number, and SQLite takes no larger one
            raise Refusal("That job is not yours, or is gone.")
        found = self.store.rows("SELECT * FROM jobs WHERE session = ? AND id = ?", session, id)
        if not found:
            raise Refusal("That job is not yours, or is gone.")
        return _job(found[0])

    def of(self, session: str, *, recent_seconds: float = 86400.0) -> list[Job]:
        """A session's jobs: those that wait or run, in order, then what ended lately."""
        rows = self.store.rows(
            "SELECT * FROM jobs WHERE session = ? AND lane != 'inline' AND (state IN ('queued', 'running') OR ended > ?)"
            " ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,"
            " CASE WHEN state = 'queued' THEN place END, id DESC LIMIT 60",
            session, time.time() - recent_seconds,
        )  # fmt: skip
        return [_job(row) for row in rows]

    def ahead_of(self, job: Job) -> int:
        """How many jobs, of anyone, are running or will be started before this one, as things stand."""
        until, places, running = self._lines.get(job.lane, (0.0, {}, 0))
        if time.monotonic() > until:
            waiting, busy = self._queue(job.lane)
            order = self._order(job.lane, waiting, busy) if job.lane in LANES else []
            places, running = {id: place for place, id in enumerate(order)}, len(busy)
            self._lines[job.lane] = (time.monotonic() + LINE_SECONDS, places, running)
        return running + places.get(job.id, 0)

    def _order(self, lane: str, waiting: list[Waiting], busy: list[tuple[str, str]]) -> list[int]:
        """The numbers of the waiting jobs of a lane in the order in which they will be started."""
        return self._turns[lane].order(waiting, busy, self.runner.abreast() if lane == "film" else 1)

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

    def cancel(self, session: str, id: int) -> None:
        """Stop one job of this session, waiting or running; other jobs are not touched."""
        job = self.job(session, id)
        if job.state == "queued" and self._unqueued(job):
            return
        job = self.job(session, id)  # a worker may have taken it in this very moment
        if job.id in self.live or job.id in self.held:
            self.live.setdefault(job.id, Live()).cancel.set()
        elif job.state == "running" and job.lane != "inline":
            self._cancel_elsewhere(job)

    def _cancel_elsewhere(self, job: Job) -> None:
        """A running job that no worker of this process holds: nobody holds it any more."""
        self._end(job, "cancelled")

    def _unqueued(self, job: Job) -> bool:
        """Cancel a job that still waits; False when it does not wait any more."""
        gone = self.store.change(
            "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued' RETURNING id",
            time.time(),
            job.id,
        )
        self._lines.clear()
        return bool(gone)

    def retry(self, session: str, id: int, *, address: str = "") -> Job:
        """Put a failed or cancelled job back at the end of the queue; long jobs go on from their checkpoints."""
        job = self.job(session, id)
        if job.state not in ("failed", "cancelled"):
            raise Refusal("Only a job that failed or was cancelled can be tried again.")
        options = job.options
        return self.submit(
            session, job.tab, job.call, private=options["private"], again=options["again"], address=address
        )

    def move(self, session: str, id: int, steps: int) -> None:
        """Move a waiting job earlier (negative) or later among the session's own waiting jobs."""
        waiting = [job for job in self.of(session) if job.state == "queued"]
        here = next((n for n, job in enumerate(waiting) if job.id == id), None)
        if here is None:
            raise Refusal("Only a waiting job of yours can be moved.")
        there = min(max(0, here + steps), len(waiting) - 1)
        places = [job.place for job in waiting]
        waiting.insert(there, waiting.pop(here))
        with self.store.transaction():
            for job, place in zip(waiting, places):
                self.store.rows("UPDATE jobs SET place = ? WHERE id = ?", place, job.id)
        self._lines.clear()

    # working

    def start(self, lanes: Sequence[str] | None = None) -> None:
        """Put back what an earlier process left running, and start one worker for each of these lanes (all, and several for films)."""
        self._recover()
        self._stopping = False
        chosen = lanes if lanes is not None else ("quick", "heavy", *("film",) * self.runner.abreast())
        self._workers = [
            threading.Thread(target=self._work, args=(lane,), name=f"lane-{lane}", daemon=True) for lane in chosen
        ]
        for worker in self._workers:
            worker.start()

    def _recover(self) -> None:
        """What an earlier process left running goes back in the queue; what stopped several of them fails."""
        self.store.change(
            "UPDATE jobs SET state = 'failed', ended = ?, problem = 'The studio stopped several times while making this;"
            " please try smaller settings.' WHERE state = 'running' AND lane != 'inline' AND attempts >= ?",
            time.time(), ATTEMPTS,
        )  # fmt: skip
        self.store.change("UPDATE jobs SET state = 'queued', fraction = 0 WHERE state = 'running' AND lane != 'inline'")

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Stop the workers; what was running goes back in the queue for the next start."""
        self._stopping = True
        for live in list(self.live.values()):
            live.cancel.set()
        with self._wake:
            self._wake.notify_all()
        for worker in self._workers:
            worker.join(timeout_seconds)
        self.runner.stop()

    def run_now(
        self, session: str, call: Call, *, private: bool = False, again: bool = False, listen: Report | None = None
    ) -> Artifact:
        """Run one call here and now, and keep its result. Raises Refusal, MissingModel or what the pipeline raised."""
        job = self.submit(session, "", call, private=private, again=again, lane="inline")
        return self._run(job, listen)

    def heard(self, job: Job) -> int:
        """How many pieces of a sound that is being made can be played already: heard/0001.wav and on in its workspace."""
        folder = self._heard(job)
        return sum(1 for _ in folder.glob("*.wav")) if folder.is_dir() else 0

    def _heard(self, job: Job) -> Path:
        return self.store.home / "work" / "checkpoints" / job.session / job.artifact_id / "heard"

    def piece(self, job: Job, number: int) -> Path:
        """The file of one such piece."""
        return self._heard(job) / f"{number:04d}.wav"

    def _work(self, lane: str) -> None:
        while not self._stopping:
            try:
                self._put_right()
                job = self._take(lane)
                if job is None:
                    with self._wake:
                        self._wake.wait(0.5)
                    continue
                try:
                    self._attempt(job)
                finally:
                    self.held.discard(job.id)
                    self.live.pop(job.id, None)  # a cancel that came at the very end may have left one
            except Exception:
                log.exception("the %s worker met a surprise", lane)
                time.sleep(1.0)

    def _put_right(self) -> None:
        """Every few seconds: rows that say `running` though nobody holds them (see studio/engine/reconcile.py)."""
        if time.monotonic() - self._checked > RECONCILED_SECONDS:
            self._checked = time.monotonic()
            self.put_right()

    def put_right(self) -> None:
        put_right(self)

    def _take(self, lane: str) -> Job | None:
        """The job whose turn it is (see studio/engine/fairness.py), now running."""
        if not self.store.rows(
            "SELECT 1 FROM jobs WHERE state = 'queued' AND lane = ? AND not_before <= ? LIMIT 1", lane, time.time()
        ):
            return None
        with self.store.transaction():
            waiting, busy = self._queue(lane)
            if not waiting:
                return None
            turns, now = self._turns[lane], time.time()
            id = turns.order(waiting, busy, len(busy) + 1, most=1)[0]
            one = next(job for job in waiting if job.id == id)
            self.store.rows(
                "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1, fraction = 0, problem = NULL"
                " WHERE id = ?", now, id,
            )  # fmt: skip
            self.held.add(id)
        self._lines.clear()
        try:
            turns.served(one, now)
            return self.job(one.session, id)
        except BaseException:
            self.held.discard(id)
            raise

    def _attempt(self, job: Job) -> None:
        try:
            self._run(job, None)
        except Cancelled:
            pass
        except Exception as problem:
            if not isinstance(problem, Refusal):
                log.exception("job %d (%s) failed", job.id, job.call.pipeline)

    def _run(self, job: Job, listen: Report | None) -> Artifact:
        live = self.live.setdefault(job.id, Live())
        if self._stopping:  # taken in the very moment in which the studio stops
            live.cancel.set()
        started = time.time()
        self.store.rows("UPDATE jobs SET started = ? WHERE id = ? AND fence = ?", started, job.id, job.fence)
        try:
            present = self.store.artifact(job.session, job.artifact_id)
            if present is not None and not job.options["again"]:
                self._end(job, "done")  # made before: the same call is not done twice
                return present
            with plain_words():
                made = self._make(job, live, listen)
            self._end(job, "done", seconds=time.time() - started, device=str(made.facts.get("device", "cpu")))
            return made
        except Cancelled:
            self._end(job, "queued" if self._stopping and job.lane != "inline" else "cancelled")
            raise
        except lending.Later as problem:
            self._later(job, problem)
            raise
        except Unreachable as problem:
            self._postpone(job, problem)
            raise
        except Refusal as problem:
            self._end(job, "failed", problem=str(problem))
            raise
        except MemoryError:
            self._end(job, "failed", problem="There was not enough memory for this; try a smaller size.")
            raise
        except Exception:
            self._end(job, "failed", problem="Something went wrong inside the studio; the log has the details.")
            raise
        finally:
            self.live.pop(job.id, None)

    def _postpone(self, job: Job, problem: Unreachable) -> None:
        """What the job needs does not answer."""
        self._end(job, "failed", problem=str(problem))

    def _later(self, job: Job, problem: lending.Later) -> None:
        """Put a job that waits for GPU time back into its lane; its attempt does not count. After a day and a half it fails."""
        if job.lane == "inline" or problem.until > job.created + lending.LONGEST_WAIT:
            self._end(job, "failed", problem=str(problem))
            return
        self.store.change(
            "UPDATE jobs SET state = 'queued', not_before = ?, label = ?, fraction = 0, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END"
            " WHERE id = ?", problem.until, str(problem), job.id,
        )  # fmt: skip
        self._lines.clear()

    def _make(self, job: Job, live: Live, listen: Report | None) -> Artifact:
        order = Order(
            job.session,
            job.call,
            private=job.options["private"],
            again=job.options["again"],
            job=job.id,
            fence=job.fence,
        )
        return self.runner.make(
            self.store,
            order,
            cancelled=live.cancel.is_set,
            tell=lambda update: self._hear(job, live, update),
            listen=listen,
        )

    def _hear(self, job: Job, live: Live, update: Update) -> None:
        """Remember how far a job is: its row at most twice a second, the newest preview and the curves in memory."""
        if live.cancel.is_set():
            raise Cancelled
        live.curves.add(update.fraction, update.numbers)
        if update.preview:
            live.preview = update.preview
            live.previews += 1
        now = time.time()
        if now - live.written >= 0.5 or update.fraction == 0:
            live.written = now
            self.store.rows(
                "UPDATE jobs SET fraction = ?, label = ? WHERE id = ? AND fence = ?",
                update.fraction, update.label, job.id, job.fence,
            )  # fmt: skip

    def _end(
        self,
        job: Job,
        state: str,
        *,
        problem: str | None = None,
        seconds: float | None = None,
        device: str | None = None,
    ) -> None:
        full = 1.0 if state == "done" else job.fraction
        said = (state, time.time() if state != "queued" else None, problem, full, seconds, device)
        for wait in (0.0, 0.2, 1.0):  # a full disk may have room for one row in a moment
            time.sleep(wait)
            try:
                self._write_end(job, said)
                self._lines.clear()
                self._trace(job, said)
                return
            except (Refusal, sqlite3.Error):
                continue
        self._owe(job, said)
        log.error("job %d ended as %s, but the disk takes no row yet", job.id, state)

    def _trace(self, job: Job, said: tuple[Any, ...]) -> None:
        """Tell the collector of traces of a job that is over, where there is one."""
        state, ended, seconds = said[0], said[1], said[4]
        if self.traces is not None and ended is not None:
            self.traces.ended(
                job=job.id, artifact=job.artifact_id, pipeline=job.call.pipeline, lane=job.lane, attempts=job.attempts,
                created=job.created, started=ended - seconds if seconds else job.started, ended=ended, state=state,
            )  # fmt: skip

    def _write_end(self, job: Job, said: tuple[Any, ...]) -> None:
        self.store.change(
            "UPDATE jobs SET state = ?, ended = ?, problem = ?, fraction = ?, seconds = ?, device = ? WHERE id = ?",
            *said, job.id,
        )  # fmt: skip

    def _owe(self, job: Job, said: tuple[Any, ...]) -> None:
        """Remember an end that the database did not take."""
        self.owed[job.id] = said


def server_lock(store: Store) -> Any:
    """One server per folder: raises Refusal when another one holds it. Keep the lock for as long as the server lives."""
    from filelock import FileLock, Timeout

    lock = FileLock(str(store.home / "server.lock"))
    try:
        with plain_words():
            lock.acquire(timeout=0)
    except Timeout:
        raise Refusal(f"Another studio (not process {os.getpid()}) already uses the folder {store.home}.") from None
    return lock
