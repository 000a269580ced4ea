"""The database beside a storage bucket: SQLite on the machine's own disk, copied whole into STUDIO_HOME every minute and read back at a new start.

SQLite in WAL mode needs locks, shared memory and an fsync that keeps its word (sqlite.org/wal.html, sqlite.org/howtocorrupt.html, section 2). A
bucket that is mounted as a folder promises none of the three. A snapshot needs only that a file can be written from its beginning to its end: two names take turns, and
a small file beside each, written last, says the copy's number, length and SHA-256. One that does not fit is not used; the other is.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.settings import Refusal

log = logging.getLogger(__name__)
FOLDER = "STUDIO_DATABASE_FOLDER"  # of the machine's own disk, where the database lies instead of in STUDIO_HOME
EVERY = "STUDIO_SNAPSHOT_SECONDS"
USUAL_SECONDS = 60.0
NAMES = ("snapshot-a", "snapshot-b")
MOST_WORDS = 4_000  # bytes of the small file
BLOCK = 1 << 20


def local_path(home: Path) -> Path | None:
    """Where the database of a home lies on the machine's own disk; None where it lies in the home itself. Raises Refusal."""
    given = os.environ.get(FOLDER, "").strip()
    if not given and os.environ.get("SPACE_ID") and is_mounted(home):
        given = str(Path(tempfile.gettempdir()) / "afternoon-studio-database")
        log.info("STUDIO_HOME is a mounted bucket, so the database lies in %s and is copied there", given)
    if not given:
        return None
    folder = Path(given)
    if not folder.is_absolute() or folder.resolve().is_relative_to(home.resolve()):
        raise Refusal(f"{FOLDER} must be a folder of this machine's own disk, written in full, outside STUDIO_HOME.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "studio.sqlite"


def is_mounted(home: Path) -> bool:
    """Whether a folder, or one above it, is mounted from elsewhere."""
    return any(os.path.ismount(parent) for parent in (home, *home.parents) if parent != Path(parent.anchor))


@dataclass(frozen=True)
class Copy:
    """A snapshot whose bytes fit what is said of it."""

    number: int
    path: Path


def copies(home: Path) -> list[Copy]:
    """The whole snapshots of a home, the newest first."""
    snapshots = []
    for name in NAMES:
        path = _place(home, name)
        try:
            with path.with_suffix(".json").open("rb") as file:
                told = json.loads(file.read(MOST_WORDS))
            number, length, digest = int(told["number"]), int(told["bytes"]), str(told["sha256"])
            if path.stat().st_size == length and _sha256(path) == digest:
                snapshots.append(Copy(number, path))
            else:
                log.warning("%s is not whole and is not used", path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("%s cannot be read and is not used", path)
    return sorted(snapshots, key=lambda one: -one.number)


def restore(home: Path, database: Path) -> Copy | None:
    """Put the newest whole snapshot in the place of a database that is not there; None where the database is, or no snapshot. Raises OSError."""
    if database.exists():
        return None
    newest = next(iter(copies(home)), None)
    if newest is None:
        return None
    draft = database.with_name(f"{database.name}.{os.getpid()}.part")
    try:
        _copy_whole(newest.path, draft)
        with suppress(FileExistsError):  # another process was first
            os.link(draft, database)
    finally:
        draft.unlink(missing_ok=True)
    log.info("the database was read back from snapshot %d", newest.number)
    return newest


class Snapshots:
    """Copies a database into a home whenever it has changed; a thread of the one process that serves the page."""

    def __init__(self, home: Path, database: Path, every: float | None = None) -> None:
        self.home, self.database = home, database
        self.every = every if every is not None else _seconds()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._seen, self._again = -1, False
        self._watch = sqlite3.connect(database, check_same_thread=False, timeout=15)
        self._number = max((copy.number for copy in copies(home)), default=0)
        (home / "snapshots").mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Begin to make snapshots."""
        self._thread = threading.Thread(target=self._work, name="snapshots", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End with a last copy."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.take()
        self._watch.close()

    def take(self) -> bool:
        """Copy the database if another connection has changed it since the last copy, and once more after that; whether it did.

        Twice, so that neither name keeps what was deleted for longer than two turns. A copy that fails is logged and tried again.
        """
        with self._lock:
            version = int(self._watch.execute("PRAGMA data_version").fetchone()[0])
            changed = version != self._seen
            if not changed and not self._again:
                return False
            try:
                self._copy()
            except (OSError, sqlite3.Error):
                log.exception("the database could not be copied; the copies of before stay")
                return False
            self._seen, self._again = version, changed
            return True

    def _copy(self) -> None:
        number = self._number + 1
        path = _place(self.home, NAMES[number % len(NAMES)])
        with tempfile.TemporaryDirectory(dir=self.database.parent) as folder:
            whole = Path(folder) / "copy.sqlite"
            with closing(sqlite3.connect(whole)) as target:
                self._watch.backup(target)
            about = path.with_suffix(".json")
            about.write_text("{}")  # what is said of the copy before holds no longer
            _copy_whole(whole, path)
            told = {"number": number, "bytes": whole.stat().st_size, "sha256": _sha256(whole), "time": time.time()}
            about.write_text(json.dumps(told))
        self._number = number

    def _work(self) -> None:
        while not self._ending.wait(self.every):
            self.take()


def of(home: Path) -> Snapshots | None:
    """The snapshots of a home whose database lies elsewhere, begun; None where it does not. Raises Refusal."""
    from studio.storage.database import shared_url

    path = None if shared_url() else local_path(home)
    if path is None:
        return None
    snapshots = Snapshots(home, path)
    snapshots.start()
    return snapshots


def _place(home: Path, name: str) -> Path:
    return home / "snapshots" / f"{name}.sqlite"


def _seconds() -> float:
    try:
        seconds = float(os.environ.get(EVERY, USUAL_SECONDS))
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86_400:
        raise Refusal(f"{EVERY} is a number of seconds from 1 to 86400.")
    return seconds


def _copy_whole(source: Path, target: Path) -> None:
    """Written from its beginning to its end: no rename, no lock, no seek."""
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK):
            writing.write(block)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
