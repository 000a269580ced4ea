"""Everything the studio remembers, in one folder: SQLite (WAL) for rows, files beside it; nothing half-written is ever visible.

STUDIO_HOME/studio.sqlite   sessions, artifacts, jobs
STUDIO_HOME/media/<session>/<artifact>.png, .thumb.webp, .beside/ (timings, stems, layers)
STUDIO_HOME/work/           files being made, and checkpoints of long jobs; whatever is in `work/new` is removed at start
STUDIO_HOME/identity/       the signing certificate
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.media import beside
from pipelines.models import sha256_of
from pipelines.settings import IS_A, Refusal
from studio.artifacts import Artifact, Call

SCHEMA = """
CREATE TABLE IF NOT EXISTS artifacts (
    session TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, media_type TEXT NOT NULL, file TEXT NOT NULL,
    title TEXT NOT NULL, call TEXT, facts TEXT NOT NULL, bytes INTEGER NOT NULL, created REAL NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0, deleted REAL, PRIMARY KEY (session, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS artifacts_newest ON artifacts (session, created DESC);
CREATE TABLE IF NOT EXISTS registry (
    artifact TEXT NOT NULL, mark INTEGER NOT NULL, payload_sha256 TEXT NOT NULL, pipeline TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS registry_mark ON registry (mark);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, tab TEXT NOT NULL, call TEXT NOT NULL,
    artifact TEXT NOT NULL, pipeline TEXT NOT NULL, lane TEXT NOT NULL, place REAL NOT NULL, state TEXT NOT NULL,
    options TEXT NOT NULL, fraction REAL NOT NULL DEFAULT 0, label TEXT NOT NULL DEFAULT '', problem TEXT,
    device TEXT, size REAL, seconds REAL, attempts INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL, started REAL, ended REAL);
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (state, lane, place);
CREATE INDEX IF NOT EXISTS jobs_timed ON jobs (pipeline, device, ended);
CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, seen REAL NOT NULL, preferences TEXT NOT NULL DEFAULT '{}');
"""
ADDED = (  # to tables of an older studio: table, column, type
    ("registry", "file_sha256", "TEXT"),
    ("registry", "trained", "INTEGER"),
)
INNER = ("film.dress", "film.card", "film.voice", "film.bed")  # parts of films that nobody looks for on the shelf
UNDO_SECONDS = 3600.0
SPARE_BYTES = 200_000_000  # a job is not started with less free disk than this


def home_folder() -> Path:
    """STUDIO_HOME, else the user's data folder."""
    if chosen := os.environ.get("STUDIO_HOME"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("afternoon-studio")


@contextmanager
def plain_words() -> Iterator[None]:
    """Turns a full or read-only disk into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        if "full" in str(problem) or "disk I/O" in str(problem):
            raise Refusal(
                "The disk is full; delete something from the shelf or free some space, then try again."
            ) from None
        if "readonly" in str(problem):
            raise Refusal(
                "The studio's folder cannot be written to; nothing was lost, but nothing new can be kept."
            ) from None
        raise
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal(
                "The disk is full; delete something from the shelf or free some space, then try again."
            ) from None
        if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise Refusal(
                "The studio's folder cannot be written to; nothing was lost, but nothing new can be kept."
            ) from None
        if problem.errno in (errno.EMFILE, errno.ENFILE):
            raise Refusal("Too many files are open at the moment; please try again in a minute.") from None
        raise


class Store:
    """Rows and files of all sessions. Safe to use from several threads, and from several processes on one folder."""

    def __init__(self, home: Path | None = None, *, quota_bytes: int | None = None) -> None:
        self.home = home or home_folder()
        self.quota_bytes = quota_bytes or int(float(os.environ.get("STUDIO_QUOTA_MB", "4000")) * 1e6)
        with plain_words():
            for folder in ("media", "work/new", "work/checkpoints", "identity"):
                (self.home / folder).mkdir(parents=True, exist_ok=True)
            self._lock = threading.RLock()
            self._db = sqlite3.connect(
                self.home / "studio.sqlite", check_same_thread=False, timeout=15, isolation_level=None
            )
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
            self._widen()

    def _widen(self) -> None:
        """Columns that came after the first release."""
        for table, column, kind in ADDED:
            if column not in {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}:
                with suppress(sqlite3.OperationalError):  # another process was first
                    self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        self._db.execute("CREATE INDEX IF NOT EXISTS registry_file ON registry (file_sha256)")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and give back its rows."""
        with self._lock, plain_words():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock, plain_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # files

    def new_file(self, ending: str) -> Path:
        """A fresh path under work/new for something that is being made."""
        return self.home / "work" / "new" / f"{os.getpid()}-{os.urandom(8).hex()}{ending}"

    def checkpoints(self, session: str, artifact_id: str) -> Path:
        """The folder in which a long job keeps what it has so far; it outlives the process, and goes when the job is done."""
        folder = self.home / "work" / "checkpoints" / session / artifact_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop_checkpoints(self, session: str, artifact_id: str) -> None:
        shutil.rmtree(self.home / "work" / "checkpoints" / session / artifact_id, ignore_errors=True)

    def _folder(self, session: str) -> Path:
        return self.home / "media" / session

    def thumbnail_path(self, artifact: Artifact) -> Path:
        return artifact.path.with_name(artifact.id + ".thumb.webp")

    # artifacts

    def keep(
        self, made: Artifact, thumbnail: bytes, *, mark: int | None = None, files: Mapping[str, bytes | Path] | None = None
    ) -> Artifact:
        """Move a finished file (`made.path`), its thumbnail and the files beside it onto the shelf, then write its row: all or none."""
        folder, ending = self._folder(made.session), made.path.suffix
        small, company = self.new_file(".webp"), self.new_file(".beside") if files else None
        final = folder / f"{made.id}{ending}"
        try:
            with plain_words():
                folder.mkdir(parents=True, exist_ok=True)
                small.write_bytes(thumbnail)
                size = made.path.stat().st_size
                if company is not None:
                    size += _put_beside(company, files or {})
                with made.path.open("rb") as file:
                    os.fsync(file.fileno())
                made.path.replace(final)
                shutil.rmtree(beside(final), ignore_errors=True)
                if company is not None:
                    company.replace(beside(final))
                small.replace(folder / f"{made.id}.thumb.webp")
            return self._row_of(made, final, size, mark)
        except BaseException:  # a full or read-only disk leaves nothing behind
            with suppress(OSError, Refusal):
                _remove(small)
                if company is not None:
                    _remove(company)
                if not self.rows("SELECT 1 FROM artifacts WHERE session = ? AND id = ?", made.session, made.id):
                    for left in (final, folder / f"{made.id}.thumb.webp", beside(final)):
                        _remove(left)
            raise

    def _row_of(self, made: Artifact, final: Path, size: int, mark: int | None) -> Artifact:
        """The row of a file that is in its place, and the registry's where it carries a mark."""
        created = made.created or time.time()
        digest = sha256_of(final) if mark is not None else ""
        call = json.dumps(made.call.as_dict()) if made.call else None
        with self.transaction():
            self._db.execute(
                "INSERT INTO artifacts (session, id, kind, media_type, file, title, call, facts, bytes, created)"
                " VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (session, id) DO UPDATE SET deleted = NULL, file = excluded.file,"
                " created = excluded.created, facts = excluded.facts, bytes = excluded.bytes",
                (made.session, made.id, made.kind, made.media_type, final.name, made.title, call)
                + (json.dumps(made.facts), size, created),
            )
            if mark is not None and made.call is not None:
                trained = int(bool(made.facts["models"])) if "models" in made.facts else None
                self._db.execute(
                    "INSERT INTO registry (artifact, mark, payload_sha256, pipeline, created, file_sha256, trained)"
                    " VALUES (?,?,?,?,?,?,?)",
                    (made.id, mark, made.facts.get("payload_sha256", ""), made.call.pipeline, created)
                    + (digest, trained),
                )
        kept = self.artifact(made.session, made.id)
        assert kept is not None
        return kept

    def _artifact(self, row: sqlite3.Row) -> Artifact:
        call = Call.from_dict(json.loads(row["call"])) if row["call"] else None
        path = self._folder(row["session"]) / row["file"]
        return Artifact(
            row["id"], row["session"], row["kind"], row["media_type"], path, row["title"], call,
            json.loads(row["facts"]), row["created"], bool(row["favourite"]), row["bytes"],
        )  # fmt: skip

    def artifact(self, session: str, id: str) -> Artifact | None:
        """One thing of a session's shelf, deleted ones not; None for anybody else's."""
        found = self.rows("SELECT * FROM artifacts WHERE session = ? AND id = ? AND deleted IS NULL", session, id)
        return self._artifact(found[0]) if found else None

    def shelf(
        self,
        session: str,
        *,
        words: str = "",
        kind: str = "",
        favourites: bool = False,
        limit: int = 200,
        offset: int = 0,
    ) -> list[Artifact]:
        """A session's things, newest first; `words` are looked for in titles, pipeline names and settings."""
        sql = "SELECT * FROM artifacts WHERE session = ? AND deleted IS NULL"
        sql += f" AND (call IS NULL OR json_extract(call, '$.pipeline') NOT IN ({','.join('?' * len(INNER))}))"
        values: list[Any] = [session, *INNER]
        for word in words.split()[:10]:
            sql += " AND (title LIKE ? ESCAPE '\\' OR call LIKE ? ESCAPE '\\' OR kind LIKE ? ESCAPE '\\')"
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            values += [pattern] * 3
        if kind:
            kinds = [kind, *(one for one, is_a in IS_A.items() if is_a == kind)]
            sql, values = sql + f" AND kind IN ({','.join('?' * len(kinds))})", [*values, *kinds]
        if favourites:
            sql += " AND favourite = 1"
        return [
            self._artifact(row)
            for row in self.rows(sql + " ORDER BY created DESC, id LIMIT ? OFFSET ?", *values, limit, offset)
        ]

    def set_favourite(self, session: str, id: str, favourite: bool) -> None:
        self.rows("UPDATE artifacts SET favourite = ? WHERE session = ? AND id = ?", int(favourite), session, id)

    def delete(self, session: str, id: str) -> None:
        """Off the shelf at once, gone from the disk after an hour: until then `undelete` brings it back."""
        self.rows("UPDATE artifacts SET deleted = ? WHERE session = ? AND id = ?", time.time(), session, id)

    def undelete(self, session: str, id: str) -> None:
        self.rows("UPDATE artifacts SET deleted = NULL WHERE session = ? AND id = ?", session, id)

    def add_fact(self, artifact: Artifact, name: str, value: Any) -> None:
        with self.transaction():
            facts = {**artifact.facts, name: value}
            self._db.execute(
                "UPDATE artifacts SET facts = ? WHERE session = ? AND id = ?",
                (json.dumps(facts), artifact.session, artifact.id),
            )

    def used_bytes(self, session: str) -> int:
        return self.rows("SELECT COALESCE(SUM(bytes), 0) FROM artifacts WHERE session = ?", session)[0][0]

    def check_room(self, session: str) -> None:
        """Raises Refusal when the session's quota or the disk has no room for another result."""
        if self.used_bytes(session) >= self.quota_bytes:
            self.tidy(undo_seconds=0, session=session)
            if self.used_bytes(session) >= self.quota_bytes:
                raise Refusal(f"Your shelf is full ({self.quota_bytes / 1e9:.1f} GB); delete something to make room.")
        if shutil.disk_usage(self.home).free < SPARE_BYTES:
            raise Refusal(
                "The disk is nearly full; delete something from the shelf or free some space, then try again."
            )

    def made_with_mark(self, mark: int) -> list[sqlite3.Row]:
        """Registry rows of the results that carry this invisible mark."""
        return self.rows("SELECT * FROM registry WHERE mark = ?", mark)

    # sessions

    def preferences(self, session: str) -> dict[str, Any]:
        found = self.rows("SELECT preferences FROM sessions WHERE id = ?", session)
        return json.loads(found[0][0]) if found else {}

    def set_preference(self, session: str, name: str, value: Any) -> None:
        chosen = {**self.preferences(session), name: value}
        self.rows(
            "INSERT INTO sessions VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET preferences = excluded.preferences",
            session, time.time(), json.dumps(chosen),
        )  # fmt: skip

    def seen(self, session: str) -> None:
        """Remember that a session is in use; at most one write an hour."""
        now = time.time()
        self.rows(
            "INSERT INTO sessions VALUES (?,?,'{}') ON CONFLICT (id) DO UPDATE SET seen = excluded.seen WHERE seen < ?",
            session, now, now - 3600.0,
        )  # fmt: skip

    # clean-up

    def tidy(self, *, undo_seconds: float = UNDO_SECONDS, session: str | None = None) -> int:
        """Remove what was deleted longer ago than the undo time, and shelves nobody has opened for STUDIO_KEEP_DAYS."""
        now, removed = time.time(), 0
        days = float(os.environ.get("STUDIO_KEEP_DAYS", "0"))
        if days and session is None:
            for row in self.rows("SELECT id FROM sessions WHERE seen < ?", now - days * 86400):
                self.rows("UPDATE artifacts SET deleted = 1 WHERE session = ?", row["id"])
                self.rows("DELETE FROM sessions WHERE id = ?", row["id"])
        for row in self.rows("SELECT * FROM artifacts WHERE deleted IS NOT NULL AND deleted <= ?", now - undo_seconds):
            if session is not None and row["session"] != session:
                continue
            artifact = self._artifact(row)
            artifact.path.unlink(missing_ok=True)
            self.thumbnail_path(artifact).unlink(missing_ok=True)
            shutil.rmtree(beside(artifact.path), ignore_errors=True)
            self.rows("DELETE FROM artifacts WHERE session = ? AND id = ?", row["session"], row["id"])
            removed += 1
        return removed

    def sweep(self) -> None:
        """At start: what dead processes left half-made goes, and files that no row knows (young ones may get theirs yet)."""
        from psutil import pid_exists

        for file in (self.home / "work" / "new").iterdir():
            maker = file.name.split("-")[0]
            if not (maker.isdigit() and pid_exists(int(maker)) and int(maker) != os.getpid()):
                _remove(file)
        known = {(row["session"], row["id"]) for row in self.rows("SELECT session, id FROM artifacts")}
        for file in (self.home / "media").glob("*/*"):
            young = time.time() - file.stat().st_mtime < UNDO_SECONDS
            if not young and (file.parent.name, file.name.split(".")[0]) not in known:
                _remove(file)
        self.tidy()


def _put_beside(folder: Path, files: Mapping[str, bytes | Path]) -> int:
    """The files beside a result in a folder under work/new, ready to be moved into place (a path is moved into it); their bytes."""
    folder.mkdir()
    for name, data in files.items():
        if Path(name).name != name or name.startswith("."):
            raise ValueError(f"{name!r} is not a plain file name")
        if isinstance(data, Path):
            data.replace(folder / name)
        else:
            (folder / name).write_bytes(data)
    return sum((folder / name).stat().st_size for name in files)


def _remove(path: Path) -> None:
    """A file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def session_key(token: str) -> str:
    """How a visitor's secret is known inside: its hash, so neither the database nor a folder name gives a session away."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]
