"""What an administrator can see and do: the jobs of everybody without their words, the sizes of sessions, the end of the audit log.

Orders of the command line reach the running server through the table `job_orders`, which it looks into every second.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.accounts import accounts, session_of
from studio.storage.store import Store
from studio.studio import Studio

log = logging.getLogger(__name__)
SHORT = 8  # characters of a session that are shown
MOST_JOBS, MOST_SESSIONS, AUDIT_LINES, AUDIT_BYTES = 1000, 100, 60, 40_000
POLL_SECONDS = 1.0
ORDERS = "CREATE TABLE IF NOT EXISTS job_orders (job INTEGER PRIMARY KEY, made REAL NOT NULL)"


def short(session: str) -> str:
    """A session as it is shown and logged."""
    return session[:SHORT]


def jobs(store: Store, addresses: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Every job of anybody that waits or runs, in the order of the queue; seconds since it was asked for and since it began."""
    now, names = time.time(), _names()
    rows = store.rows(
        "SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY state = 'queued', lane, place LIMIT ?",
        MOST_JOBS,
    )
    records = []
    for row in rows:
        kept = row["address"] if "address" in row.keys() else None  # noqa: SIM118  a Row has no `in`; a hash, for limits
        records.append(
            {
                "id": row["id"],
                "session": short(row["session"]),
                "account": names.get(row["session"]),
                "address": (addresses or {}).get(row["session"]) or (kept and kept[:SHORT]),
                "pipeline": row["pipeline"],
                "state": row["state"],
                "lane": row["lane"],
                "fraction": round(row["fraction"], 3),
                "waited": round(now - row["created"], 1),
                "runs": round(now - row["started"], 1) if row["state"] == "running" and row["started"] else None,
            }
        )
    return records


def sessions(store: Store) -> list[dict[str, Any]]:
    """The sessions that keep the most (bytes), with the time at which each was last seen (seconds since 1970)."""
    names = _names()
    rows = store.rows(
        "SELECT a.session, COUNT(*) AS things, SUM(a.bytes) AS bytes, MAX(s.seen) AS seen FROM artifacts a"
        " LEFT JOIN sessions s ON s.id = a.session GROUP BY a.session ORDER BY bytes DESC LIMIT ?",
        MOST_SESSIONS,
    )
    return [
        {
            "session": short(row["session"]),
            "account": names.get(row["session"]),
            "things": row["things"],
            "bytes": row["bytes"],
            "seen": row["seen"],
        }
        for row in rows
    ]


def overview(studio: Studio) -> dict[str, Any]:
    """Everything on the administrator's page; sizes in bytes."""
    store = studio.store
    totals = store.rows(
        "SELECT COUNT(*) AS things, COALESCE(SUM(bytes), 0) AS bytes, COUNT(DISTINCT session) AS n FROM artifacts"
    )[0]
    disk = shutil.disk_usage(store.home)
    return {
        "jobs": jobs(store, studio.tally.addresses()),
        "sessions": sessions(store),
        "totals": {"sessions": totals["n"], "things": totals["things"], "bytes": totals["bytes"]},
        "disk": {"free": disk.free, "total": disk.total},
        "audit": audit_tail(studio.audit.path),
    }


def audit_tail(path: Path) -> list[str]:
    """The last lines of the audit log, newest last."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - AUDIT_BYTES))
            lines = file.read(AUDIT_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if line.startswith("{")][-AUDIT_LINES:]


def cancel(studio: Studio, id: int, *, by: str) -> None:
    """Stop a job of anybody, in the running server. Raises Refusal when there is none that could be stopped here."""
    row = _row(studio.store, id)
    studio.jobs.cancel(row["session"], id)
    studio.audit.write("job cancelled by administrator", job=id, session=short(row["session"]), by=by)


def order_cancel(store: Store, id: int) -> bool:
    """From another process: True when the job waited and is cancelled, False when it runs and the server was told to stop it."""
    _row(store, id)
    ended = store.rows(
        "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued' RETURNING id", time.time(), id
    )
    if not ended:
        store.rows(ORDERS)
        store.rows("INSERT OR IGNORE INTO job_orders VALUES (?,?)", id, time.time())
    return bool(ended)


def _row(store: Store, id: int) -> Any:
    if not 0 < id < 2**63:
        raise Refusal("There is no such job.")
    rows = store.rows("SELECT session, state, lane FROM jobs WHERE id = ?", id)
    if not rows:
        raise Refusal(f"There is no job {id}.")
    if rows[0]["state"] not in ("queued", "running"):
        raise Refusal(f"Job {id} has ended already.")
    if rows[0]["lane"] == "inline":
        raise Refusal(f"Job {id} runs on the command line; stop it there with Ctrl+C.")
    return rows[0]


def _names() -> dict[str, str]:
    return {session_of(name): name for name, _ in accounts()}


class Orders:
    """A thread that carries out the orders of the command line."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="orders", daemon=True)
        studio.store.rows(ORDERS)

    def start(self) -> None:
        """Begin to look for orders."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread that looks for orders."""
        self._stop.set()
        self._thread.join(5)

    def look(self) -> None:
        """Carry out what is ordered now."""
        for row in self.studio.store.rows("SELECT job FROM job_orders"):
            try:
                cancel(self.studio, row["job"], by="command line")
            except Refusal as problem:
                log.info("an order of the command line was not carried out: %s", problem)
            self.studio.store.rows("DELETE FROM job_orders WHERE job = ?", row["job"])

    def _work(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            try:
                self.studio.tally.roll()
                self.look()
            except (Refusal, sqlite3.Error) as problem:  # a full or busy disk: the next second is another chance
                log.warning("the orders of the command line cannot be read: %s", problem)
