"""Everything the studio remembers, in one folder: SQLite (WAL) for rows, files beside it; nothing half-written is ever visible.

STUDIO_HOME/studio.sqlite   sessions, artifacts, jobs
STUDIO_HOME/media/<session>/<artifact>.png, .thumb.webp, .beside/ (timings, stems, layers), .shared.png (for links without texts)
STUDIO_HOME/work/           files being made, and checkpoints of long jobs; whatever is in `work/new` is removed at start
STUDIO_HOME/identity/       the signing certificate
STUDIO_HOME/reserve         a few megabytes that are given up when the disk is full, so that deleting works
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.core.kinds import kinds_fitting
from pipelines.core.models import sha256_of
from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.storage import job_totals, snapshots
from studio.storage.artifacts import Artifact, Call
from studio.storage.database import Row, open_database
from studio.storage.faults import FULL as FULL
from studio.storage.faults import READ_ONLY as READ_ONLY
from studio.storage.faults import DiskFull as DiskFull
from studio.storage.faults import Fenced
from studio.storage.faults import plain_words as plain_words
from studio.storage.migrations import migrate
from studio.storage.reservations import Reservations, megabytes
from studio.storage.retention import remove
from studio.storage.s3 import Distant, open_files
from studio.storage.spare_file import SpareFile
from studio.storage.store_base import ALL_FULL as ALL_FULL
from studio.storage.store_base import ROW_BYTES as ROW_BYTES
from studio.storage.store_base import StoreBase

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
CREATE INDEX IF NOT EXISTS jobs_of_session ON jobs (session, state);
CREATE TABLE IF NOT EXISTS forgotten (session TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, seen REAL NOT NULL, preferences TEXT NOT NULL DEFAULT '{}');
"""
ADDED = (  # to tables of an older studio: table, column, type
    ("registry", "file_sha256", "TEXT"),
    ("registry", "trained", "INTEGER"),
    ("registry", "session", "TEXT"),
    ("jobs", "address", "TEXT NOT NULL DEFAULT ''"),
    ("jobs", "measure", "TEXT NOT NULL DEFAULT ''"),
    ("jobs", "token", "TEXT NOT NULL DEFAULT ''"),  # the visitor's pass to a lent GPU, until the job ends
    ("jobs", "not_before", "REAL NOT NULL DEFAULT 0"),  # a job that waits for GPU time is not started earlier
    ("jobs", "gpu_seconds", "REAL NOT NULL DEFAULT 0"),
)
PASS_GONE = """CREATE TRIGGER IF NOT EXISTS jobs_pass_gone AFTER UPDATE OF state ON jobs
    WHEN NEW.token != '' AND NEW.state NOT IN ('queued', 'running') BEGIN UPDATE jobs SET token = '' WHERE id = NEW.id; END"""
INNER = (
    "film.dress",
    "film.card",
    "film.voice",
    "film.bed",
    "film.ambience",
    "animate.effects",
)  # parts of films that nobody looks for on the shelf
UNDO_SECONDS = 3600.0
SPARE_BYTES = 200_000_000  # a job is not started with less free disk than this (STUDIO_SPARE_MB)
FULL_BYTES = 16_000_000  # with less free disk than this, what is deleted goes at once
NO_ATTEMPT = (0, 0, "")  # made by no job
MOST_WORD = 60  # characters of a word that is looked for


def home_folder() -> Path:
    """STUDIO_HOME, else the user's data folder."""
    if chosen := os.environ.get("STUDIO_HOME"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("afternoon-studio")


class Store(StoreBase):
    """Rows and files of all sessions. Safe to use from several threads, and from several processes on one folder."""

    def __init__(self, home: Path | None = None, *, quota_bytes: int | None = None) -> None:
        self.home = home or home_folder()
        self.quota_bytes = quota_bytes or int(megabytes("STUDIO_QUOTA_MB", 4000))
        self.spare_bytes = int(megabytes("STUDIO_SPARE_MB", SPARE_BYTES / 1e6))
        self.reserve_file, self._arriving = SpareFile(self.home), Reservations(self)
        self._counted: dict[str, tuple[float, int]] = {}
        try:
            self.urgently(self._open)
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise
            raise Refusal(
                f"{self.home / 'studio.sqlite'} is damaged and cannot be opened; put a copy of it in its place."
            ) from None
        self.reserve_file.make()

    def _open(self) -> None:
        with plain_words():
            if not self.home.exists():  # a folder that is there already keeps what its owner chose for it
                self.home.mkdir(mode=0o700, parents=True)
            for folder in ("media", "work/new", "work/checkpoints", "identity"):
                (self.home / folder).mkdir(parents=True, exist_ok=True)
            path = snapshots.local_path(self.home)
            if path is not None:
                snapshots.restore(self.home, path)
            self.database = open_database(path or self.home / "studio.sqlite")
            self.database.lay_out(SCHEMA + job_totals.SCHEMA)
            self.widen(ADDED)
            self.database.lay_out("CREATE INDEX IF NOT EXISTS registry_file ON registry (file_sha256)")
            self.database.lay_out(PASS_GONE)
            migrate(self.database)
            self.files = open_files(self)

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
        """Delete the checkpoints of a run, here and in the object store."""
        shutil.rmtree(self.home / "work" / "checkpoints" / session / artifact_id, ignore_errors=True)
        if self.files is not None:
            self.files.drop_checkpoint(session, artifact_id)

    def _folder(self, session: str) -> Path:
        return self.home / "media" / session

    def thumbnail_path(self, artifact: Artifact) -> Path:
        """Return where the thumbnail lies, brought to this machine."""
        path = artifact.where.with_name(artifact.where.stem + ".thumb.webp")
        if self.files is not None:
            self.files.bring_thumbnail(artifact.session, artifact.id, path)
        return path

    def has_file(self, artifact: Artifact) -> bool:
        """Whether an artifact's file is where it belongs."""
        if self.files is not None and not artifact.where.is_file():
            return bool(self.files.rows_of(artifact.session, artifact.id))
        return artifact.where.is_file()

    # artifacts

    def keep(
        self,
        artifact: Artifact,
        thumbnail: bytes,
        *,
        mark: int | None = None,
        files: Mapping[str, bytes | Path] | None = None,
        attempt: tuple[int, int, str] = NO_ATTEMPT,
    ) -> Artifact:
        """Move a finished file (`made.path`), its thumbnail and the files beside it onto the shelf, then write its row: all or none.

        `attempt`: which job, which attempt at it, and which process made the file. Raises Fenced when another worker has that job by now.
        """
        self.check_remembered(artifact.session)
        folder, ending = self._folder(artifact.session), artifact.path.suffix
        small, company = self.new_file(".webp"), self.new_file(".beside") if files else None
        stem = (
            artifact.id if self.files is None else f"{artifact.id}.{sha256_of(artifact.path)[:12]}"
        )  # a cache knows makings apart
        final, thumb = folder / f"{stem}{ending}", folder / f"{stem}.thumb.webp"
        try:
            with plain_words():
                folder.mkdir(parents=True, exist_ok=True)
                small.write_bytes(thumbnail)
                size = artifact.path.stat().st_size
                if company is not None:
                    size += _put_beside(company, files or {})
                with artifact.path.open("rb") as file:
                    os.fsync(file.fileno())
                artifact.path.replace(final)
                shutil.rmtree(beside(final), ignore_errors=True)
                if company is not None:
                    company.replace(beside(final))
                small.replace(thumb)
            kept = self._row_of(artifact, final, size, mark, attempt)
            kept.shared_copy.unlink(missing_ok=True)  # of an earlier making
            if self.files is not None:
                self.files.only(artifact.session, artifact.id)  # of an earlier making
            return kept
        except BaseException:  # a full or read-only disk leaves nothing behind
            with suppress(OSError, Refusal):
                remove(small)
                if company is not None:
                    remove(company)
                if not self.rows("SELECT 1 FROM artifacts WHERE session = ? AND id = ?", artifact.session, artifact.id):
                    for left in (final, thumb, beside(final)):
                        remove(left)
            raise

    def _row_of(
        self, file: Artifact, final: Path, size: int, mark: int | None, attempt: tuple[int, int, str]
    ) -> Artifact:
        """The row of a file that is in its place, and the registry's where it carries a mark."""
        created = file.created or time.time()
        digest = sha256_of(final) if mark is not None else ""
        call = json.dumps(file.call.as_dict()) if file.call else None
        thumb, files = final.with_name(final.stem + ".thumb.webp"), self.files
        stored = files.upload(file.session, file.id, final, thumb) if files is not None else []
        with self.transaction():
            self.check_remembered(file.session)
            self._check_attempt(attempt)
            if files is not None:
                files.write_rows(file.session, file.id, stored)
            self.rows(
                "INSERT INTO artifacts (session, id, kind, media_type, file, title, call, facts, bytes, created)"
                " VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (session, id) DO UPDATE SET deleted = NULL, file = excluded.file,"
                " created = excluded.created, facts = excluded.facts, bytes = excluded.bytes",
                file.session,
                file.id,
                file.kind,
                file.media_type,
                final.name,
                file.title,
                call,
                json.dumps(file.facts),
                size,
                created,
            )
            if mark is not None and file.call is not None:
                trained = int(bool(file.facts["models"])) if "models" in file.facts else None
                self.rows(
                    "INSERT INTO registry (artifact, mark, payload_sha256, pipeline, created, file_sha256, trained, session)"
                    " VALUES (?,?,?,?,?,?,?,?)",
                    file.id,
                    mark,
                    file.facts.get("payload_sha256", ""),
                    file.call.pipeline,
                    created,
                    digest,
                    trained,
                    file.session,
                )
        kept = self.artifact(file.session, file.id)
        assert kept is not None
        return kept

    def _check_attempt(self, attempt: tuple[int, int, str]) -> None:
        """Inside a transaction: raises Fenced when the job was given to another worker, which alone may write now."""
        job, fence, holder = attempt
        if job and self.database.shared:
            sql = "SELECT 1 FROM jobs WHERE id = ? AND fence = ? AND holder = ? AND state = 'running' FOR UPDATE"
            if not self.rows(sql, job, fence, holder):
                raise Fenced("Another worker makes this by now.")

    def as_artifact(self, row: Row) -> Artifact:
        """The artifact of a row of `artifacts`."""
        call = Call.from_dict(json.loads(row["call"])) if row["call"] else None
        path = self._folder(row["session"]) / row["file"]
        artifact = (Artifact if self.files is None else Distant)(
            row["id"],
            row["session"],
            row["kind"],
            row["media_type"],
            path,
            row["title"],
            call,
            json.loads(row["facts"]),
            row["created"],
            bool(row["favourite"]),
            row["bytes"],
        )
        if self.files is not None:
            artifact.__dict__["files"] = self.files
        return artifact

    def artifact(self, session: str, id: str) -> Artifact | None:
        """One thing of a session's shelf, deleted ones not; None for anybody else's."""
        records = self.rows("SELECT * FROM artifacts WHERE session = ? AND id = ? AND deleted IS NULL", session, id)
        return self.as_artifact(records[0]) if records else None

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
            sql += " AND (instr(lower(title), ?1) > 0 OR instr(lower(call), ?1) > 0 OR instr(kind, ?1) > 0)".replace(
                "?1", "lower(?)"
            )
            values += [word[:MOST_WORD]] * 3
        if kind:
            kinds = kinds_fitting(kind)
            sql, values = sql + f" AND kind IN ({','.join('?' * len(kinds))})", [*values, *kinds]
        if favourites:
            sql += " AND favourite = 1"
        return [
            self.as_artifact(row)
            for row in self.rows(sql + " ORDER BY created DESC, id LIMIT ? OFFSET ?", *values, limit, offset)
        ]

    def rename(self, session: str, id: str, title: str) -> bool:
        """Another title for one thing of a session's shelf; whether it is there."""
        sql = "UPDATE artifacts SET title = ? WHERE session = ? AND id = ? AND deleted IS NULL RETURNING id"
        return bool(self.rows(sql, title, session, id))

    def set_favourite(self, session: str, id: str, favourite: bool) -> None:
        """Mark an artifact as a favourite, or no longer."""
        self.rows("UPDATE artifacts SET favourite = ? WHERE session = ? AND id = ?", int(favourite), session, id)

    def delete(self, session: str, id: str) -> None:
        """Off the shelf at once, gone from the disk after an hour: until then `undelete` brings it back."""
        file = self.artifact(session, id)
        if file is not None and shutil.disk_usage(self.home).free < FULL_BYTES:
            self.remove_files(file)  # first, so that there is room for the row's change
            self.change("DELETE FROM artifacts WHERE session = ? AND id = ?", session, id)
            return
        self.change("UPDATE artifacts SET deleted = ? WHERE session = ? AND id = ?", time.time(), session, id)

    def undelete(self, session: str, id: str) -> None:
        """Raises Refusal when it is gone from the disk already."""
        if not self.rows("UPDATE artifacts SET deleted = NULL WHERE session = ? AND id = ? RETURNING id", session, id):
            raise Refusal("This is gone for good.")

    def remove_files(self, artifact: Artifact) -> None:
        """The file of an artifact, its thumbnail, its copy for links, and what lies beside it."""
        artifact.where.unlink(missing_ok=True)
        artifact.where.with_name(artifact.where.stem + ".thumb.webp").unlink(missing_ok=True)
        artifact.shared_copy.unlink(missing_ok=True)
        shutil.rmtree(beside(artifact.where), ignore_errors=True)
        if self.files is not None:
            self.files.drop(artifact.session, artifact.id)

    def add_fact(
        self, artifact: Artifact, name: str, value: Any, *, attempt: tuple[int, int, str] = NO_ATTEMPT
    ) -> None:
        """One more fact of an artifact. Raises Fenced as `keep` does."""
        with self.transaction():
            self._check_attempt(attempt)
            facts = {**artifact.facts, name: value}
            self.rows(
                "UPDATE artifacts SET facts = ? WHERE session = ? AND id = ?",
                json.dumps(facts),
                artifact.session,
                artifact.id,
            )

    def made_with_mark(self, mark: int) -> list[Any]:
        """Registry rows of the results that carry this invisible mark."""
        return self.rows("SELECT * FROM registry WHERE mark = ?", mark)

    # clean-up

    def tidy(self, *, undo_seconds: float = UNDO_SECONDS, session: str | None = None) -> int:
        """Remove what was deleted longer ago than the undo time; of all sessions, also what is old (see studio/storage/retention.py)."""
        from studio.storage.retention import tidy

        return tidy(self, undo_seconds, session)

    def sweep(self, returning: Collection[str] = ()) -> None:
        """At start: remove what dead processes left half-made and old files that no row knows. `returning`: sessions of accounts."""
        from studio.storage.retention import sweep

        sweep(self, returning)


@contextmanager
def two_files(new_file: Callable[[str], Path], ending: str) -> Iterator[tuple[Path, Path]]:
    """Two new files, for a result and for its signed form: the first goes in any case, the second if something fails."""
    plain, signed = new_file(ending), new_file(ending)
    try:
        yield plain, signed
    except BaseException:
        signed.unlink(missing_ok=True)
        raise
    finally:
        plain.unlink(missing_ok=True)


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


def session_key(token: str) -> str:
    """How a visitor's secret is known inside: its hash, so neither the database nor a folder name gives a session away."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def parcels_tag(session: str) -> str:
    """The name of the folder for a session's files on their way (studio.access.api_uploads); it gives the session not away."""
    return session_key("parcels:" + session)
