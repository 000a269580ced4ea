"""One method over many files: rows that are fed into the queue a few at a time, so that a batch never crowds out anything else.

A batch outlives the page and the process: what was not asked for yet is asked for when there is room.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from studio.engine.fairness import Full
from studio.storage.artifacts import Call
from studio.storage.store import DiskFull

if TYPE_CHECKING:
    from studio.engine.local_queue import LocalQueue
    from studio.storage.store import Store

log = logging.getLogger(__name__)
SCHEMA = """CREATE TABLE IF NOT EXISTS batches (
    session TEXT NOT NULL, id TEXT NOT NULL, tab TEXT NOT NULL, calls TEXT NOT NULL, next INTEGER NOT NULL, total INTEGER NOT NULL,
    problems TEXT NOT NULL, options TEXT NOT NULL, created REAL NOT NULL, PRIMARY KEY (session, id)) WITHOUT ROWID"""
MOST_FILES, MOST_BATCHES = 400, 20  # in one batch; of one session
AHEAD = 6  # jobs of one session that wait at most before more of a batch are asked for
PAUSE_SECONDS = 0.5


class Batches:
    """All batches of one studio."""

    def __init__(self, store: Store, jobs: LocalQueue) -> None:
        self.store, self.jobs = store, jobs
        self._wake = threading.Event()
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None
        store.urgently(lambda: store.rows(SCHEMA))
        if store.database.shared or store.rows("SELECT 1 FROM batches WHERE next < total LIMIT 1"):
            self._feed()

    def begin(self, session: str, tab: str, calls: Sequence[Call], *, private: bool, address_key: str) -> str:
        """A new batch of calls that were checked; gives back its id. Raises Refusal."""
        if not calls:
            raise Refusal("Choose at least one file of the shelf.")
        if len(calls) > MOST_FILES:
            raise Refusal(f"{MOST_FILES} files at a time is the most.")
        under_way = self.store.rows("SELECT COUNT(*) AS n FROM batches WHERE session = ? AND next < total", session)
        if under_way[0]["n"]:
            raise Refusal("Another batch of yours is under way; wait, or stop it.")
        self.store.check_remembered(session)
        self.store.rows(
            "DELETE FROM batches WHERE session = ? AND id NOT IN (SELECT id FROM batches WHERE session = ? ORDER BY created DESC LIMIT ?)",
            session,
            session,
            MOST_BATCHES - 1,
        )
        id = secrets.token_hex(8)
        self.store.rows(
            "INSERT INTO batches VALUES (?,?,?,?,0,?,'{}',?,?)",
            session,
            id,
            tab,
            json.dumps([call.as_dict() for call in calls]),
            len(calls),
            json.dumps({"private": private, "key": address_key}),
            time.time(),
        )
        self._feed()
        return id

    def progress(self, session: str, id: str) -> dict[str, Any]:
        """How far a batch is, file by file. Raises Refusal for another's."""
        rows = self.store.rows("SELECT * FROM batches WHERE session = ? AND id = ?", session, id)
        if not rows:
            raise NotYours("This is not one of your batches.")
        row, problems = rows[0], json.loads(rows[0]["problems"])
        items = []
        for n, call in enumerate(Call.from_dict(one) for one in json.loads(row["calls"])):
            job = self.store.rows(
                "SELECT state, problem FROM jobs WHERE session = ? AND artifact = ? ORDER BY id DESC LIMIT 1",
                session,
                call.id,
            )
            here = self.store.artifact(session, call.id) is not None
            state = (
                "done"
                if here
                else job[0]["state"]
                if job and n < row["next"]
                else "failed"
                if str(n) in problems or n < row["next"]
                else "queued"
            )
            problem = problems.get(str(n)) or (job[0]["problem"] if job and state == "failed" else None)
            items.append(
                {
                    "artifact": call.id if here else None,
                    "input": next(iter(call.inputs.values()), None),
                    "state": state,
                    "problem": problem,
                }
            )
        return {"id": id, "tab": row["tab"], "total": row["total"], "asked": row["next"], "items": items}

    def listed(self, session: str) -> list[str]:
        """A session's batches, newest first."""
        rows = self.store.rows("SELECT id FROM batches WHERE session = ? ORDER BY created DESC", session)
        return [row["id"] for row in rows]

    def stop(self, session: str, id: str) -> None:
        """Ask for nothing more, and cancel what waits or runs."""
        self.progress(session, id)  # raises where it is not theirs
        with self._asking:
            self.store.change("UPDATE batches SET next = total WHERE session = ? AND id = ?", session, id)
        rows = self.store.rows("SELECT calls FROM batches WHERE session = ? AND id = ?", session, id)
        ids = {Call.from_dict(one).id for one in json.loads(rows[0]["calls"])} if rows else set()
        for job in self.jobs.of(session):
            if job.artifact_id in ids and job.state in ("queued", "running"):
                self.jobs.cancel(session, job.id)

    def _feed(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                if not self.store.database.leads("batches"):  # another server feeds them
                    self._wake.wait(2.0)
                    continue
                ids = [row["id"] for row in self.store.rows("SELECT id FROM batches WHERE next < total")]
                if not ids and not self.store.database.shared:
                    return
                for id in ids:
                    with self._asking:  # a batch that was stopped meanwhile asks for nothing more
                        for row in self.store.rows("SELECT * FROM batches WHERE id = ? AND next < total", id):
                            self._further(dict(row))
            except (Refusal, DiskFull) as problem:
                log.info("batches wait: %s", problem)
            except Exception:
                log.exception("batches stop")  # the store was closed, or is damaged
                return
            self._wake.wait(PAUSE_SECONDS)

    def _further(self, row: Mapping[str, Any]) -> None:
        """Ask for the next files of one batch, as far as there is room."""
        session, id, n = row["session"], row["id"], row["next"]
        calls, problems, options = json.loads(row["calls"]), json.loads(row["problems"]), json.loads(row["options"])
        while n < row["total"]:
            waiting = self.store.rows("SELECT COUNT(*) AS n FROM jobs WHERE session = ? AND state = 'queued'", session)
            if waiting[0]["n"] >= AHEAD:
                break
            try:
                call = Call.from_dict(calls[n])
                if self.store.artifact(session, call.id) is None:
                    self.jobs.submit(session, row["tab"], call, private=options["private"], address_key=options["key"])
            except Full:
                break
            except Refusal as problem:
                problems[str(n)] = str(problem)
            n += 1
        sql = "UPDATE batches SET next = CASE WHEN next > ? THEN next ELSE ? END, problems = ? WHERE session = ? AND id = ?"
        self.store.change(sql, n, n, json.dumps(problems), session, id)


class NotYours(Refusal):
    """A batch of somebody else's, or one that is gone."""

    status = 403
