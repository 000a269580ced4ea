"""Rows put right: a job that says `running` though no worker holds it is ended or put back, and an end that the disk refused is written."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from studio.engine.local_queue import LocalQueue

log = logging.getLogger(__name__)
RECONCILED_SECONDS = 3.0  # between two looks
GRACE_SECONDS = 5.0  # between taking a job and being known to hold it
OFTEN = "The studio stopped several times while making this; try smaller settings."


def reconcile(jobs: LocalQueue) -> None:
    """One look at all rows that run. A disk that still takes no row is left for the next look."""
    try:
        _pay(jobs)
        rows = jobs.store.rows(
            "SELECT * FROM jobs WHERE state = 'running' AND lane != 'inline' AND started < ?",
            time.time() - GRACE_SECONDS,
        )
        for row in rows:
            if row["id"] not in jobs.held and row["id"] not in jobs.live:
                _settle(jobs, row)
    except (Refusal, sqlite3.Error) as problem:
        log.warning("jobs that nobody holds cannot be put right yet: %s", problem)


def _pay(jobs: LocalQueue) -> None:
    for id, end in list(jobs.unwritten_ends.items()):
        if id not in jobs.held:
            jobs.store.change(
                "UPDATE jobs SET state = ?, ended = ?, problem = ?, fraction = ?, seconds = ?, device = ?"
                " WHERE id = ? AND state = 'running'",
                *end,
                id,
            )
            jobs.unwritten_ends.pop(id, None)


def _settle(jobs: LocalQueue, row: Any) -> None:
    state, problem, ended = "queued", None, None
    if jobs.store.artifact(row["session"], row["artifact"]) is not None:
        state, ended = "done", time.time()
    elif row["attempts"] >= jobs.runner.max_attempts():
        state, problem, ended = "failed", OFTEN, time.time()
    log.warning("job %d was running, but nobody held it; now it is %s", row["id"], state)
    jobs.store.change(
        "UPDATE jobs SET state = ?, problem = ?, ended = ?, fraction = ? WHERE id = ? AND state = 'running'",
        state,
        problem,
        ended,
        float(state == "done"),
        row["id"],
    )
