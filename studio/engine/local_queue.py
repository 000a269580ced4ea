"""Jobs: rows in SQLite that outlive the browser tab and the process, and the workers that take them.

Quick work (learned to take under two seconds) never waits behind heavy work, and neither behind the steps of films, which have a lane
of their own with as many workers as the runner allows side by side. A row goes
queued -> running -> done | failed | cancelled; a restart puts interrupted rows back in the queue.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.core.progress import Cancelled, Report
from pipelines.core.settings import Refusal
from studio.engine import gpu_quota
from studio.engine.job import LANES as LANES
from studio.engine.job import Job as Job
from studio.engine.job import Live
from studio.engine.job_queue import JobQueue
from studio.engine.making import Order, Update
from studio.engine.reconcile import OFTEN, RECONCILED_SECONDS, reconcile
from studio.engine.runners import Runner
from studio.storage.artifacts import Artifact, Call
from studio.storage.faults import Unreachable
from studio.storage.snapshots import local_path
from studio.storage.store import Store, plain_words

log = logging.getLogger(__name__)
MOST_HALF_MADE = 50  # pictures of stopped jobs that are remembered
NO_MEMORY = "There was not enough memory for this; try a smaller size."
WENT_WRONG = "Something went wrong inside the studio."


class LocalQueue(JobQueue):
    """The queue of one studio. `start()` begins the workers; `run_now` runs one call in the calling thread (the command line)."""

    def __init__(self, store: Store, runner: Runner) -> None:
        super().__init__(store, runner)
        self._stopping = False
        self._workers: list[threading.Thread] = []
        # ends that the disk would not take: state, ended, problem, fraction, seconds
        self.unwritten_ends: dict[int, tuple[Any, ...]] = {}
        self._checked = 0.0

    def start(self, lanes: Sequence[str] | None = None) -> None:
        """Put back what an earlier process left running, and start one worker for each of these lanes (all, and several for films)."""
        self._recover()
        self._stopping = False
        chosen = lanes if lanes is not None else ("quick", "heavy", *("film",) * self.runner.parallel_jobs())
        self._workers = [
            threading.Thread(target=self._work, args=(lane,), name=f"lane-{lane}", daemon=True) for lane in chosen
        ]
        for worker in self._workers:
            worker.start()

    def _recover(self) -> None:
        """What an earlier process left running goes back in the queue; what stopped several of them fails."""
        self.store.change(
            "UPDATE jobs SET state = 'failed', ended = ?, problem = ?"
            " WHERE state = 'running' AND lane != 'inline' AND attempts >= ?",
            time.time(),
            OFTEN,
            self.runner.max_attempts(),
        )
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

    def _cancel_elsewhere(self, job: Job) -> None:
        """Nobody holds it any more."""
        self._end(job, "cancelled")

    def _line_up(self, job: int, session: str, address: str, lane: str) -> None:
        """Nothing: `Turns` are counted when a job is taken."""

    def _close_up(self, job: Job, turn: int) -> None:
        """Nothing either."""

    def run_now(
        self, session: str, call: Call, *, private: bool = False, again: bool = False, listen: Report | None = None
    ) -> Artifact:
        """Run one call here and now, and keep its result. Raises Refusal, MissingModel or what the pipeline raised."""
        job = self.submit(session, "", call, private=private, again=again, lane="inline")
        return self._run(job, listen)

    def heard(self, job: Job) -> int:
        """How many pieces of a sound that is being made can be played already: heard/0001.wav and on in its workspace."""
        folder = self._find_sound_folder(job)
        return sum(1 for _ in folder.glob("*.wav")) if folder.is_dir() else 0

    def _find_sound_folder(self, job: Job) -> Path:
        return self.store.home / "work" / "checkpoints" / job.session / job.artifact_id / "heard"

    def piece(self, job: Job, number: int) -> Path:
        """The file of one such piece."""
        return self._find_sound_folder(job) / f"{number:04d}.wav"

    def _work(self, lane: str) -> None:
        while not self._stopping:
            try:
                self._reconcile_sometimes()
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

    def _reconcile_sometimes(self) -> None:
        """Every few seconds: rows that say `running` though nobody holds them (see studio/engine/reconcile.py)."""
        if time.monotonic() - self._checked > RECONCILED_SECONDS:
            self._checked = time.monotonic()
            self.reconcile()

    def reconcile(self) -> None:
        """Set right what an earlier process left behind."""
        reconcile(self)

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
            next_job = next(job for job in waiting if job.id == id)
            self.store.rows(
                "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1, fraction = 0, problem = NULL"
                " WHERE id = ?",
                now,
                id,
            )
            self.held.add(id)
        self._lines.clear()
        try:
            turns.served(next_job, now)
            return self.job(next_job.session, id)
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
        job = replace(job, started=started)
        self.store.rows(
            "UPDATE jobs SET started = ? WHERE id = ? AND fence = ? AND holder = ?",
            started,
            job.id,
            job.fence,
            job.holder,
        )
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
            if live.preview:
                self.half_made = dict([*self.half_made.items(), (job.id, live.preview)][-MOST_HALF_MADE:])
            self._end(job, "queued" if self._stopping and job.lane != "inline" else "cancelled")
            raise
        except gpu_quota.Later as problem:
            self._later(job, problem)
            raise
        except Unreachable as problem:
            self._postpone(job, problem)
            raise
        except Exception as problem:
            said = NO_MEMORY if isinstance(problem, MemoryError) else WENT_WRONG
            self._end(job, "failed", problem=str(problem) if isinstance(problem, Refusal) else said)
            raise
        finally:
            self.live.pop(job.id, None)

    def _postpone(self, job: Job, problem: Unreachable) -> None:
        """What the job needs does not answer."""
        self._end(job, "failed", problem=str(problem))

    def _later(self, job: Job, problem: gpu_quota.Later) -> None:
        """Put a job that waits for GPU time back into its lane; its attempt does not count. After a day and a half it fails."""
        if job.lane == "inline" or problem.until > job.created + gpu_quota.LONGEST_WAIT:
            self._end(job, "failed", problem=str(problem))
            return
        self.store.change(
            "UPDATE jobs SET state = 'queued', not_before = ?, label = ?, fraction = 0, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END"
            " WHERE id = ?",
            problem.until,
            str(problem),
            job.id,
        )
        self._lines.clear()

    def _make(self, job: Job, live: Live, listen: Report | None) -> Artifact:
        order = Order(
            job.session,
            job.call,
            private=job.options["private"],
            again=job.options["again"],
            job=job.id,
            fence=job.fence,
            holder=job.holder,
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
        live.note(update.fraction, time.time() - (job.started or time.time()))
        if update.preview:
            live.preview = update.preview
            live.previews += 1
        now = time.time()
        if now - live.written >= 0.5 or update.fraction == 0:
            live.written = now
            self.store.rows(
                "UPDATE jobs SET fraction = ?, label = ?, tenth = ? WHERE id = ? AND fence = ? AND holder = ?",
                update.fraction,
                update.label,
                live.tenth,
                job.id,
                job.fence,
                job.holder,
            )

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
        end = (state, time.time() if state != "queued" else None, problem, full, seconds, device)
        for wait in (0.0, 0.2, 1.0):  # a full disk may have room for one row in a moment
            time.sleep(wait)
            try:
                self._write_end(job, end)
                self._lines.clear()
                return
            except (Refusal, sqlite3.Error):
                continue
        self._owe(job, end)
        log.error("job %d ended as %s, but the disk takes no row yet", job.id, state)

    def _write_end(self, job: Job, end: tuple[Any, ...]) -> None:
        self.store.change(
            "UPDATE jobs SET state = ?, ended = ?, problem = ?, fraction = ?, seconds = ?, device = ? WHERE id = ?",
            *end,
            job.id,
        )

    def _owe(self, job: Job, end: tuple[Any, ...]) -> None:
        """Remember an end that the database did not take."""
        self.unwritten_ends[job.id] = end


def server_lock(store: Store) -> Any:
    """One server per folder: raises Refusal when another one holds it. Keep the lock for as long as the server lives."""
    from filelock import FileLock, Timeout

    database = local_path(store.home)  # a mounted bucket has no locks
    lock = FileLock(str((database.parent if database else store.home) / "server.lock"))
    try:
        with plain_words():
            lock.acquire(timeout=0)
    except Timeout:
        raise Refusal(f"Another studio (not process {os.getpid()}) already uses the folder {store.home}.") from None
    return lock
