"""What goes, and when: what was deleted, what nobody has opened for long, and what no longer serves anything.

Everything here also works on a full disk, and one thing that cannot be removed does not keep the rest.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from studio.storage.store import Store

log = logging.getLogger(__name__)
DAY = 86400.0
SPACE_DAYS = 7.0  # STUDIO_KEEP_DAYS on a Space, whose visitors seldom come back
JOB_DAYS = 30.0  # ended jobs
JOBS_OF_SESSION = 200  # ended jobs that are kept of one session
PACES = 40  # finished runs by which the time of a pipeline is estimated
RENDERS_OF_FILM = 12
VERSIONS_OF_FILM = 100  # that can be undone
CHECKPOINT_DAYS = 7.0  # of a job that failed or was cancelled and may be tried again
WORK_SECONDS = 6 * 3600.0  # nothing is being made or sent for so long
GRADIO_SECONDS = 2 * 3600.0
FORGOTTEN_DAYS = 2.0
EMPTY_DAYS = 2.0
COMMAND_LINE = "command line"  # whose shelf nobody opens on a page


def keep_days() -> float:
    """STUDIO_KEEP_DAYS: how long what nobody opens is kept; 0: for ever, but on a Space 7 days. Raises Refusal when it is no number."""
    given = os.environ.get("STUDIO_KEEP_DAYS", "")
    if not given:
        return SPACE_DAYS if os.environ.get("SPACE_ID") else 0.0
    try:
        days = float(given)
    except ValueError:
        days = -1.0
    if not 0 <= days < 1e6:
        raise Refusal("STUDIO_KEEP_DAYS must be a number of days, such as 30, or 0 to keep everything.")
    return days


def tidy(store: Store, undo_seconds: float, session: str | None) -> int:
    """Remove what was deleted longer ago than the undo time; of all sessions, also what is old. Gives back how many artifacts went."""
    removed = _deleted_artifacts(store, undo_seconds, session)
    if session is None:
        for part in (
            idle_sessions,
            _empty_sessions,
            _films(undo_seconds),
            _renders,
            _takes,
            _jobs,
            _checkpoints,
            work_files,
            gradio_files,
            _marks,
        ):
            try:
                part(store)
            except (Refusal, OSError, sqlite3.Error) as problem:
                log.warning("part of the clean-up was left for later: %s", problem)
        store.reserve_file.make()
    store.recount()
    if session is None and store.files is not None:
        _distant(store)
    return removed


def _distant(store: Store) -> None:
    """The cache keeps to its size; of all servers one looks for objects that no row names."""
    assert store.files is not None
    try:
        store.files.trim()
        if store.database.leads("files"):
            store.files.sweep()
    except (Refusal, OSError) as problem:
        log.warning("stored files were not tidied: %s", problem)


def _deleted_artifacts(store: Store, undo_seconds: float, session: str | None) -> int:
    where = "" if session is None else " AND session = ?"
    before = time.time() - undo_seconds
    rows = store.rows(
        f"SELECT * FROM artifacts WHERE deleted IS NOT NULL AND deleted <= ?{where}",
        before,
        *([session] if session else []),
    )
    for row in rows:
        store.remove_files(store.as_artifact(row))
        store.change(
            "DELETE FROM artifacts WHERE session = ? AND id = ? AND deleted IS NOT NULL", row["session"], row["id"]
        )
    return len(rows)


def idle_sessions(store: Store) -> None:
    """Everything of sessions that nobody has opened for STUDIO_KEEP_DAYS; the command line's stays."""
    from studio.storage.forget import remove_everything
    from studio.storage.store import session_key

    days = keep_days()
    if not days:
        return
    before = time.time() - days * DAY
    opened = {row["id"]: row["seen"] for row in store.rows("SELECT id, seen FROM sessions")}
    idle = {session for session, seen in opened.items() if seen < before}
    newest: dict[str, float] = {}
    for table, column in (
        ("artifacts", "created"),
        ("jobs", "created"),
        ("films", "updated"),
    ):  # those that never opened the page
        if _exists(store, table):
            for row in store.rows(f"SELECT session, MAX({column}) AS newest FROM {table} GROUP BY session"):
                newest[row["session"]] = max(newest.get(row["session"], 0.0), row["newest"])
    idle |= {session for session, when in newest.items() if session not in opened and when < before}
    for session in idle - {session_key(COMMAND_LINE), ""}:
        remove_everything(store, session)


def _empty_sessions(store: Store) -> None:
    """That somebody without a cookie asked once, and keeps nothing here."""
    kept = [table for table in ("artifacts", "jobs", "films") if _exists(store, table)]
    nothing = " ".join(f"AND id NOT IN (SELECT session FROM {table})" for table in kept)
    store.change(
        f"DELETE FROM sessions WHERE seen < ? AND preferences = '{{}}' {nothing}", time.time() - EMPTY_DAYS * DAY
    )


def _films(undo_seconds: float) -> Callable[[Store], None]:
    def films(store: Store) -> None:
        """Deleted films, and versions, places, takes and renders that belong to none."""
        if not _exists(store, "films"):
            return
        store.change("DELETE FROM films WHERE deleted IS NOT NULL AND deleted <= ?", time.time() - undo_seconds)
        for table in ("film_versions", "film_places", "film_takes", "film_renders"):
            store.change(
                f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM films f WHERE f.session = {table}.session AND f.id = {table}.film)"
            )
        store.change(
            "DELETE FROM film_versions WHERE place < (SELECT p.place FROM film_places p WHERE p.session = film_versions.session"
            " AND p.film = film_versions.film) - ?",
            VERSIONS_OF_FILM,
        )

    return films


def _renders(store: Store) -> None:
    """All but the newest renders of each film."""
    if _exists(store, "film_renders"):
        store.change(
            "DELETE FROM film_renders WHERE state != 'running' AND id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER"
            " (PARTITION BY session, film, size ORDER BY id DESC) AS n FROM film_renders) AS numbered WHERE n > ?)",
            RENDERS_OF_FILM,
        )


def _takes(store: Store) -> None:
    """Takes whose file is gone for good; one that was asked for today may yet be made."""
    if _exists(store, "film_takes"):
        store.change(
            "DELETE FROM film_takes WHERE created < ? AND NOT EXISTS (SELECT 1 FROM artifacts a WHERE a.session = film_takes.session"
            " AND a.id = film_takes.artifact)",
            time.time() - DAY,
        )


def _jobs(store: Store) -> None:
    """Jobs that ended long ago, and all but the newest of a session; of finished runs the newest stay, without words, to estimate times by."""
    paces = (
        "SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY pipeline, device ORDER BY ended DESC) AS n FROM jobs"
        " WHERE state = 'done' AND seconds > 0 AND size > 0) AS numbered WHERE n <= ?"
    )
    old = (
        "SELECT id FROM (SELECT id, ended, ROW_NUMBER() OVER (PARTITION BY session ORDER BY id DESC) AS n FROM jobs"
        " WHERE state NOT IN ('queued', 'running') AND session != '') AS numbered WHERE n > ? OR ended < ?"
    )
    before = time.time() - JOB_DAYS * DAY
    store.change(
        f"UPDATE jobs SET session = '', tab = '', call = '{{}}', artifact = '', address = '', problem = NULL WHERE id IN ({old}) AND id IN ({paces})",
        JOBS_OF_SESSION,
        before,
        PACES,
    )
    store.change(f"DELETE FROM jobs WHERE id IN ({old})", JOBS_OF_SESSION, before)
    store.change(f"DELETE FROM jobs WHERE session = '' AND id NOT IN ({paces})", PACES)
    store.change(
        "DELETE FROM jobs WHERE lane = 'inline' AND state = 'running' AND created < ?", before
    )  # its command line is long gone


def _checkpoints(store: Store) -> None:
    """What unfinished jobs have left, when nobody has gone on with them for a week."""
    root = store.home / "work" / "checkpoints"
    wanted = {
        (row["session"], row["artifact"])
        for row in store.rows("SELECT session, artifact FROM jobs WHERE state IN ('queued', 'running')")
    }
    for folder in root.glob("*/*"):
        if (folder.parent.name, folder.name) not in wanted and _age(folder) > CHECKPOINT_DAYS * DAY:
            shutil.rmtree(folder, ignore_errors=True)
    for folder in root.glob("*"):
        if _age(folder) > DAY and not any(folder.iterdir()):
            folder.rmdir()


def work_files(store: Store) -> None:
    """Files being made or sent that nobody has touched for hours: exports whose visitor went away, leftovers of dead processes."""
    from psutil import pid_exists

    for file in (store.home / "work" / "new").iterdir():
        maker = file.name.split("-")[0]
        alive = maker.isdigit() and len(maker) < 10 and pid_exists(int(maker))
        if _age(file) > (WORK_SECONDS if alive else 600.0):
            remove(file)


def gradio_files(store: Store) -> None:
    """Copies that Gradio's doors hand in and out, when Gradio's folder is the studio's own."""
    root = store.home / "work" / "gradio"
    if Path(os.environ.get("GRADIO_TEMP_DIR", "")).resolve() != root.resolve() or not root.is_dir():
        return
    for folder in root.iterdir():
        if folder.name != "visitors" and _age(folder) > GRADIO_SECONDS:  # studio.access.api_uploads looks after its own
            remove(folder)


def _marks(store: Store) -> None:
    """Which sessions were forgotten is itself forgotten once nothing of theirs can arrive any more."""
    store.change("DELETE FROM forgotten WHERE since < ?", time.time() - FORGOTTEN_DAYS * DAY)


def sweep(store: Store, returning: Collection[str] = ()) -> None:
    """At start: what dead processes left half-made goes, and files that no row knows (young ones may get theirs yet)."""
    from psutil import pid_exists

    from studio.storage.store import UNDO_SECONDS

    for file in (store.home / "work" / "new").iterdir():
        maker = file.name.split("-")[0]
        if not (maker.isdigit() and len(maker) < 10 and pid_exists(int(maker)) and int(maker) != os.getpid()):
            remove(file)
    known = {(row["session"], row["id"]) for row in store.rows("SELECT session, id FROM artifacts")}
    for file in (store.home / "media").glob("*/*"):
        if _age(file) > UNDO_SECONDS and (file.parent.name, file.name.split(".")[0]) not in known:
            remove(file)
    _forgotten(store, returning)
    store.tidy()


def _forgotten(store: Store, returning: Collection[str]) -> None:
    """What a studio that was killed had begun to forget goes now; a session that can come back may then begin anew."""
    from studio.storage.forget import remove_everything

    for row in store.rows("SELECT session FROM forgotten"):
        remove_everything(store, row["session"])
        if row["session"] in returning:
            store.change("DELETE FROM forgotten WHERE session = ?", row["session"])


def remove(path: Path) -> None:
    """A file, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since the newest change to a file, or to anything in a folder."""
    try:
        newest = path.lstat().st_mtime
        if path.is_dir() and not path.is_symlink():
            newest = max([newest, *(file.lstat().st_mtime for file in path.rglob("*"))])
    except OSError:  # it is going at this moment
        return 0.0
    return time.time() - newest


def _exists(store: Store, table: str) -> bool:
    return bool(store.database.columns(table))
