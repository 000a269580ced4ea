"""Forgetting a visitor: what runs is stopped, then everything that is kept of the session goes: files, rows, checkpoints, copies.

While it goes, and for two days after where nobody can come back to the session, nothing new of it is kept: neither what a worker finishes
late nor an upload that was under way.
"""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal
from studio.storage.store import parcels_tag

if TYPE_CHECKING:
    from studio.storage.store import Store
    from studio.studio import Studio

log = logging.getLogger(__name__)
STOP_SECONDS = 10.0  # for running jobs to stop
LATE_SECONDS = 3600.0  # for those that do not listen
KEY = re.compile(r"[0-9a-f]{32}")


def forget(studio: Studio, session: str, *, comes_back: bool) -> int:
    """Delete everything of a session and give back how many things were on its shelf.

    `comes_back`: the same session goes on afterwards (an account); else nobody can come back to it.
    """
    store, jobs = studio.store, studio.jobs
    store.change(
        "INSERT INTO forgotten VALUES (?,?) ON CONFLICT (session) DO UPDATE SET since = excluded.since",
        session,
        time.time(),
    )
    studio.films.renders.drop(session)
    running = [
        row["id"]
        for row in store.rows("SELECT id FROM jobs WHERE session = ? AND state IN ('queued', 'running')", session)
    ]
    for id in running:
        with suppress(Refusal):
            jobs.cancel(session, id)
    late = _wait_for_jobs(studio, running, STOP_SECONDS)
    count = remove_everything(store, session)
    store.urgently(store.database.settle)  # what was deleted is not left in the log of changes
    studio.audit.write("forgotten", session=session[:8], count=count)
    if late:
        threading.Thread(target=_after, args=(studio, session, late, comes_back), name="forget", daemon=True).start()
    elif comes_back:
        store.change("DELETE FROM forgotten WHERE session = ?", session)
    return count


def _wait_for_jobs(studio: Studio, ids: list[int], seconds: float) -> list[int]:
    """Those of these jobs that still run after so many seconds."""
    end = time.monotonic() + seconds
    while (left := studio.jobs.still_running(ids)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def _after(studio: Studio, session: str, late: list[int], comes_back: bool) -> None:
    """What a job left that went on for a while goes too."""
    try:
        _wait_for_jobs(studio, late, LATE_SECONDS)
        remove_everything(studio.store, session)
        if comes_back:
            studio.store.change("DELETE FROM forgotten WHERE session = ?", session)
    except Exception:
        log.exception("what a late job of a forgotten session left stays until the next clean-up")


def remove_everything(store: Store, session: str) -> int:
    """All files and all rows of a session, whatever table they stand in. Files first: a full disk then has room for the rows' changes."""
    ids = [row["id"] for row in store.rows("SELECT id FROM artifacts WHERE session = ?", session)]
    if KEY.fullmatch(session):  # it names folders
        shutil.rmtree(store.home / "media" / session, ignore_errors=True)
        shutil.rmtree(store.home / "work" / "checkpoints" / session, ignore_errors=True)
    for id in ids:
        if KEY.fullmatch(id):
            shutil.rmtree(
                store.home / "work" / "gradio" / id, ignore_errors=True
            )  # copies that Gradio's doors handed out
    visiting = store.home / "work" / "gradio" / "visitors" / parcels_tag(session)
    shutil.rmtree(visiting, ignore_errors=True)  # what REST and MCP clients brought and were handed
    store.change(  # of an older studio, which did not note whose a row was; what others made too stays theirs
        "DELETE FROM registry WHERE session IS NULL AND artifact IN (SELECT id FROM artifacts WHERE session = ?) AND artifact NOT IN"
        " (SELECT id FROM artifacts WHERE session != ?)",
        session,
        session,
    )
    if store.files is not None and session:
        store.files.forget(session)
    for table in tables_of_sessions(store):
        store.change(f'DELETE FROM "{table}" WHERE session = ?', session)
    store.change("DELETE FROM sessions WHERE id = ?", session)
    store.recount()
    return len(ids)


def tables_of_sessions(store: Store) -> list[str]:
    """Every table with a column `session`, those of later parts of the studio too."""
    database = store.database
    return [name for name in database.tables() if name != "forgotten" and "session" in database.columns(name)]
