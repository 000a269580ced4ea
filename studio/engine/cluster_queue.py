"""The queue of several machines: any server takes orders, any worker makes them, and PostgreSQL knows who does what.

A worker claims a job by one statement (`FOR UPDATE SKIP LOCKED`), in the order in which visitors take turns. It holds the job by a lease that a
heartbeat prolongs. A lease that has run out puts the job back in the queue for somebody else with a higher fence number; every write of the
worker that was thought dead names its own number and changes nothing any more, be it progress, an end, or a result (`Store.keep`). It names its
own process too: a database that loses its newest transactions in a crash (synchronous_commit = off, or a standby that takes over) may give a
number twice. All times of leases are the database's, so clocks of machines need not agree.

LISTEN and NOTIFY wake workers for new jobs and tell the holder to stop; whoever misses a message finds the same by looking.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Sequence
from typing import Any

from pipelines.core.settings import Refusal
from studio.engine.job import Job, Live, job_of
from studio.engine.local_queue import LocalQueue
from studio.engine.making import Update
from studio.engine.reconcile import OFTEN
from studio.engine.runners import Runner
from studio.engine.turns_sql import CLAIM, LINE, LONGEST, line_up
from studio.storage.faults import Unreachable
from studio.storage.store import Store

log = logging.getLogger(__name__)
NEW, STOP, ENDED = "studio_new", "studio_stop", "studio_ended"
MOST_LOST = 8  # workers that may die under a job, one after the other, without it getting further; then it is the job that kills them
FURTHER = 0.02  # of a job, that counts as getting further
LONGEST_PAUSE = 30.0  # seconds until a job is tried again that lost several workers
CHECKPOINT_SECONDS = 10.0
POSTPONED_SECONDS = 5.0  # until a job is tried again that could not reach the common files
SHOWN_SECONDS = 0.7  # between two previews that other servers see
WARM = 8  # pipelines that count as loaded here
NEAR = 8  # sessions whose files (a film's clips) count as kept here
# Jobs whose leases have run out. A worker that died counts in `lost` until the job gets further than it ever was; nothing else is held against a job.
# Values: FURTHER, MOST_LOST, FURTHER, MOST_LOST, OFTEN, FURTHER, LONGEST_PAUSE.
EXPIRED = """UPDATE jobs SET fence = fence + 1, holder = '', lease = 0, fraction = 0, furthest = GREATEST(furthest, fraction),
    state = CASE WHEN EXISTS (SELECT 1 FROM artifacts a WHERE a.session = jobs.session AND a.id = jobs.artifact
        AND a.deleted IS NULL AND a.created >= jobs.created) THEN 'done' WHEN cancel = 1 THEN 'cancelled'
        WHEN fraction <= furthest + ? AND lost + 1 >= ? THEN 'failed' ELSE 'queued' END,
    problem = CASE WHEN fraction <= furthest + ? AND lost + 1 >= ? AND cancel = 0 THEN ? ELSE NULL END,
    lost = CASE WHEN fraction > furthest + ? THEN 1 ELSE lost + 1 END,
    not_before = CASE WHEN lost = 0 THEN not_before ELSE now_seconds() + LEAST(?, POWER(2, lost)) END
    WHERE state = 'running' AND lane <> 'inline' AND lease < now_seconds() RETURNING id, state, lost"""


def _newest(seen: dict[str, float], most: int) -> list[str]:
    return sorted(seen, key=lambda name: -seen[name])[:most]


def lease_seconds() -> float:
    """STUDIO_LEASE_SECONDS: how long a worker may be silent until its job is given to another (15). Raises Refusal."""
    try:
        seconds = float(os.environ.get("STUDIO_LEASE_SECONDS") or "15")
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise Refusal("STUDIO_LEASE_SECONDS must be a number of seconds from 1 to 3600.")
    return seconds


class ClusterQueue(LocalQueue):
    """`LocalQueue` for a database that other servers and workers use too."""

    def __init__(self, store: Store, runner: Runner) -> None:
        super().__init__(store, runner)
        self.lease = lease_seconds()
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._saving = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._lost: set[int] = set()  # jobs that were stopped here since their lease may be another's
        self._fences: dict[int, int] = {}  # of the jobs that are held here
        self._warm: dict[str, float] = {}  # pipelines that ran here, whose models may be loaded still
        self._near: dict[str, float] = {}  # sessions whose jobs ran here, whose files may be in the cache still
        self._heard_from = time.monotonic()  # when the database last confirmed our leases
        self._owed_here: dict[int, tuple[Job, tuple[Any, ...]]] = {}
        self._end_heartbeat, self._unlisten = threading.Event(), lambda: None

    # starting and stopping

    def start(self, lanes: Sequence[str] | None = None) -> None:
        """Begin to take jobs of the lanes, hear other processes, and keep the leases."""
        self._end_heartbeat.clear()
        self._unlisten = self.store.database.listen((NEW, STOP, ENDED), self._hear_others)
        super().start(lanes)
        threading.Thread(target=self._beat, name="leases", daemon=True).start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """End all threads; leases run out by themselves."""
        super().stop(timeout_seconds)
        self._end_heartbeat.set()
        self._unlisten()

    def _recover(self) -> None:
        """Other processes run what says `running`; only leases that have run out are given to somebody else."""
        self.reconcile()

    def _hear_others(self, channel: str, text: str) -> None:
        if channel == NEW:
            with self._wake:
                self._wake.notify_all()
        elif channel == STOP and text.isdigit() and int(text) in self._fences:
            self.live.setdefault(int(text), Live()).cancel.set()
        elif channel == ENDED:
            self._lines.clear()
            for listener in self.listeners:
                listener()

    def _tell(self, channel: str, text: str) -> None:
        """A message that is lost costs a second, no more."""
        try:
            self.store.database.notify(channel, text)
        except Refusal:
            log.info("a message to the other processes was lost")

    def wake(self, lane: str) -> None:
        """Look at a lane at once, in every process."""
        super().wake(lane)
        self._tell(NEW, lane)

    # claiming

    def _take(self, lane: str) -> Job | None:
        warm, near = _newest(self._warm, WARM), _newest(self._near, NEAR)
        sql = CLAIM.replace("__WARM__", ",".join("?" * len(warm)) or "NULL")
        sql = sql.replace("__NEAR__", ",".join("?" * len(near)) or "NULL")
        try:
            records = self.store.rows(sql, lane, *warm, *near, self.holder, self.lease)
        except Refusal:
            raise
        except Exception as problem:
            if (
                type(problem).__name__ != "UniqueViolation"
            ):  # somebody has just begun the same result of the same visitor
                raise
            return None
        if not records:
            return None
        job = job_of(records[0])
        self._resume(job)
        self._fences[job.id], self._jobs[job.id] = job.fence, job
        self.held.add(job.id)
        self._lines.clear()
        return job

    def _resume(self, job: Job) -> None:
        """The checkpoint of a worker that is gone, from wherever it was."""
        if self.store.files is not None and job.fence > 1:
            try:
                self.store.files.restore_checkpoint(
                    job.session, job.artifact_id, self.store.checkpoints(job.session, job.artifact_id)
                )
            except (Refusal, OSError) as problem:
                log.warning("job %d begins anew: %s", job.id, problem)

    def _attempt(self, job: Job) -> None:
        try:
            super()._attempt(job)
            self._warm[job.call.pipeline] = self._near[job.session] = time.monotonic()
            while len(self._near) > 100:
                self._near.pop(min(self._near, key=self._near.__getitem__))
        finally:
            self._fences.pop(job.id, None)
            if job.id in self._lost:
                self._lost.discard(job.id)
                self._excuse(job)
            self._jobs.pop(job.id, None)

    def _excuse(self, job: Job) -> None:
        """The lease ran out while this worker lived on: it was slow or cut off, so nobody died under the job."""
        try:
            sql = "UPDATE jobs SET lost = lost - 1 WHERE id = ? AND fence > ? AND lost > 0"
            self.store.rows(sql, job.id, job.fence)
        except Refusal:
            log.info("job %d keeps a lost worker in its row that is not lost", job.id)

    def _order(self, lane: str) -> tuple[list[int], int]:
        running = self.store.rows("SELECT COUNT(*) AS n FROM jobs WHERE state = 'running' AND lane = ?", lane)
        return [row["id"] for row in self.store.rows(LINE, lane)], running[0]["n"]

    def _line_up(self, job: int, session: str, address: str, lane: str) -> None:
        line_up(self.store, session, address, lane, new=job)

    def _close_up(self, job: Job, turn: int) -> None:
        row = self.store.rows("SELECT address FROM jobs WHERE id = ?", job.id)
        if row and turn:
            with self.store.transaction():
                line_up(self.store, job.session, row[0]["address"], job.lane, gone=turn)
        elif row:
            line_up(self.store, job.session, row[0]["address"], job.lane)

    # holding

    def _beat(self) -> None:
        """Prolong the leases of what is held here; what another has by now, and all when the database is silent for too long, is stopped."""
        saved = time.monotonic()
        while not self._end_heartbeat.wait(self.lease / 4):
            try:
                self._prolong()
                if time.monotonic() - saved > CHECKPOINT_SECONDS:
                    saved = time.monotonic()
                    threading.Thread(target=self._save_quietly, name="checkpoints", daemon=True).start()
            except (Refusal, sqlite3.Error) as problem:
                log.warning("leases cannot be prolonged: %s", problem)
            except Exception:
                log.exception("the heartbeat met a surprise")
            if time.monotonic() - self._heard_from > self.lease:
                for id in list(self._fences):
                    self._give_up(id, lost=True)

    def _give_up(self, id: int, *, lost: bool) -> None:
        """Stop a job here; one that was lost is not cancelled by its visitor, so it goes back in the queue if it is still ours."""
        if lost:
            self._lost.add(id)
        self.live.setdefault(id, Live()).cancel.set()

    def _prolong(self) -> None:
        fences = dict(self._fences)
        asked = time.monotonic()
        if fences:
            rows = self.store.rows(
                f"UPDATE jobs SET lease = now_seconds() + ? * LEAST(1 + lost, {LONGEST}) WHERE holder = ? AND state = 'running'"
                " RETURNING id, fence, cancel",
                self.lease,
                self.holder,
            )
            kept = {row["id"]: row for row in rows}
            for id, fence in fences.items():
                row = kept.get(id)
                gone = row is None or row["fence"] != fence
                if id in self._fences and (gone or row["cancel"]):  # type: ignore[index]
                    self._give_up(id, lost=gone)
        self._heard_from = asked

    def _save_quietly(self) -> None:
        if not self._saving.acquire(blocking=False):
            return
        try:
            self._save_checkpoints()
        except (Refusal, OSError) as problem:
            log.info("checkpoints are saved later: %s", problem)
        finally:
            self._saving.release()

    def _save_checkpoints(self) -> None:
        """What the long jobs here have so far, when it has changed: it goes to where another machine finds it."""
        if self.store.files is None:
            return
        for id, live in list(self.live.items()):
            job = self._jobs.get(id)
            folder = self.store.home / "work" / "checkpoints" / job.session / job.artifact_id if job else None
            if job is None or folder is None or not folder.is_dir():
                continue
            newest = max((path.stat().st_mtime for path in folder.rglob("*") if path.is_file()), default=0.0)
            if newest > live.saved:
                live.saved = newest
                self.store.files.save_checkpoint(job.session, job.artifact_id, folder)

    def reconcile(self) -> None:
        """Give jobs whose lease has run out to somebody else, and write the ends that the database did not take."""
        try:
            for id, (job, said) in list(self._owed_here.items()):
                self._write_end(job, said)
                self._owed_here.pop(id, None)
            rows = self.store.rows(EXPIRED, FURTHER, MOST_LOST, FURTHER, MOST_LOST, OFTEN, FURTHER, LONGEST_PAUSE)
            for row in rows:
                log.warning(
                    "the worker of job %d is gone (%d in a row); now the job is %s",
                    row["id"],
                    row["lost"],
                    row["state"],
                )
                if row["state"] != "queued":
                    self.store.change(
                        "UPDATE jobs SET ended = ?, problem = CASE WHEN state = 'failed' THEN problem END WHERE id = ?",
                        time.time(),
                        row["id"],
                    )
            if rows:
                self._tell(NEW, "any")
                self._tell(ENDED, "any")
        except (Refusal, sqlite3.Error) as problem:
            log.warning("jobs of workers that are gone cannot be put back yet: %s", problem)

    def _cancel_elsewhere(self, job: Job) -> None:
        self.store.change("UPDATE jobs SET cancel = 1 WHERE id = ? AND state = 'running'", job.id)
        self._tell(STOP, str(job.id))

    def cancel(self, session: str, id: int) -> None:
        """Cancel a job, wherever it runs."""
        super().cancel(session, id)
        self._tell(ENDED, str(id))

    def still_running(self, ids: Sequence[int]) -> list[int]:
        """Return those of the jobs that the database calls running."""
        if not ids:
            return []
        marks = ",".join("?" * len(ids))
        rows = self.store.rows(f"SELECT id FROM jobs WHERE state = 'running' AND id IN ({marks})", *ids)
        return [row["id"] for row in rows]

    # what others see

    def _hear(self, job: Job, live: Live, update: Update) -> None:
        try:
            super()._hear(job, live, update)
        except Unreachable:  # the lease says whether the job may go on
            return
        now = time.time()
        if now - live.shown < SHOWN_SECONDS or not (live.previews or live.curves.points):
            return
        live.shown = now
        try:
            self.store.rows(
                "INSERT INTO job_live (job, session, fence, previews, preview, curves, at) VALUES (?,?,?,?,?,?,?) ON CONFLICT (job)"
                " DO UPDATE SET fence = excluded.fence, previews = excluded.previews, preview = excluded.preview, curves = excluded.curves,"
                " at = excluded.at WHERE job_live.fence <= excluded.fence",
                job.id,
                job.session,
                job.fence,
                live.previews,
                live.preview,
                json.dumps(live.curves.points),
                now,
            )
        except Unreachable:
            log.info("a preview was not shown: the database did not answer")

    def live_of(self, job: Job) -> Live | None:
        """Return what a running job reports, of another process too; None where it does not run."""
        if job.id in self.live:
            return self.live[job.id]
        if job.state != "running":
            return None
        rows = self.store.rows("SELECT * FROM job_live WHERE job = ? AND session = ?", job.id, job.session)
        if not rows:
            return None
        seen = Live(preview=bytes(rows[0]["preview"] or b""), previews=rows[0]["previews"])
        curves = json.loads(rows[0]["curves"])
        seen.curves.points = {name: [(point[0], point[1]) for point in points] for name, points in curves.items()}
        return seen

    # ends

    def _write_end(self, job: Job, end: tuple[Any, ...]) -> None:
        """Only the attempt that holds the job may end it. A job that goes back in the queue since its worker stops has lost no attempt."""
        if end[0] == "cancelled" and job.id in self._lost:
            end = ("queued", None, *end[2:])
        back = end[0] == "queued"
        self.store.change(
            "WITH shown AS (DELETE FROM job_live WHERE job = ? AND fence <= ?)"
            " UPDATE jobs SET state = ?, ended = ?, problem = ?, fraction = ?, seconds = ?, device = ?, holder = '', lease = 0,"
            " attempts = attempts - ? WHERE id = ? AND fence = ? AND holder = ? AND state = 'running'",
            job.id,
            job.fence,
            *end,
            int(back and job.lane != "inline"),
            job.id,
            job.fence,
            job.holder,
        )
        self._tell(NEW if back else ENDED, str(job.id))

    def _postpone(self, job: Job, problem: Unreachable) -> None:
        """The database or the common files do not answer: the job waits for them, and nothing counts against it."""
        self._end(job, "queued")
        try:
            sql = "UPDATE jobs SET not_before = now_seconds() + ?, label = ? WHERE id = ? AND fence = ? AND state = 'queued'"
            self.store.rows(sql, POSTPONED_SECONDS, str(problem), job.id, job.fence)
        except Refusal:
            log.info("job %d is tried again at once when the database is back", job.id)

    def _owe(self, job: Job, said: tuple[Any, ...]) -> None:
        self._owed_here[job.id] = (job, said)


def jobs_on(store: Store, runner: Runner) -> LocalQueue:
    """The queue that fits the store's database."""
    return ClusterQueue(store, runner) if store.database.shared else LocalQueue(store, runner)
