"""The ground of the store: statements, transactions, what sessions like, and how much room there is."""

from __future__ import annotations

import json
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from pipelines.core.settings import Refusal
from studio.storage.database import Columns, Database
from studio.storage.faults import DiskFull
from studio.storage.reservations import DISK_LOW, Reservation, Reservations, megabytes
from studio.storage.s3 import S3Files
from studio.storage.spare_file import SpareFile
from studio.storage.usage import other_bytes, total_bytes

ROW_BYTES = 4096  # what a row and a thumbnail take, about
ALL_FULL = "The studio is full; try again later."
FORGOTTEN = "Everything of this session was deleted; reload the page."
T = TypeVar("T")


class StoreBase(ABC):
    """What the store of artifacts stands on."""

    home: Path
    database: Database
    files: S3Files | None
    reserve_file: SpareFile
    quota_bytes: int
    spare_bytes: int
    _arriving: Reservations
    _counted: dict[str, tuple[float, int]]

    @abstractmethod
    def tidy(self, *, undo_seconds: float = 0.0, session: str | None = None) -> int:
        """Remove what was deleted longer ago than the undo time."""

    def widen(self, added: Columns) -> None:
        """Columns that came after the first release: table, column, type."""
        self.database.widen(added)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement and give back its rows."""
        return self.database.rows(sql, values)

    def urgently(self, work: Callable[[], T]) -> T:
        """Do what ends or deletes something; on a full disk the reserve is given up for it. Raises Refusal."""
        try:
            return work()
        except DiskFull:
            if not self.reserve_file.give_up():
                raise
            return work()

    def change(self, sql: str, *values: Any) -> list[Any]:
        """`rows` for what ends or deletes something: it works on a full disk too."""
        return self.urgently(lambda: self.rows(sql, *values))

    @contextmanager
    def transaction(self, alone: str = "transactions") -> Iterator[None]:
        """All or nothing; transactions of the same word `alone` follow one another."""
        with self.database.transaction(alone):
            yield

    # sessions

    def preferences(self, session: str) -> dict[str, Any]:
        """Return what a session has chosen."""
        records = self.rows("SELECT preferences FROM sessions WHERE id = ?", session)
        return json.loads(records[0][0]) if records else {}

    def set_preference(self, session: str, name: str, value: Any) -> None:
        """Keep a choice of a session. Raises Refusal for one that is not remembered."""
        self.check_remembered(session)
        chosen = {**self.preferences(session), name: value}
        self.rows(
            "INSERT INTO sessions VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET preferences = excluded.preferences",
            session,
            time.time(),
            json.dumps(chosen),
        )

    def seen(self, session: str) -> None:
        """Remember that a session is in use; at most one write an hour. A disk that takes no row keeps nobody from looking."""
        now = time.time()
        if self.is_forgotten(session) or self.rows(
            "SELECT 1 FROM sessions WHERE id = ? AND seen >= ?", session, now - 3600.0
        ):
            return
        with suppress(Refusal):
            self.rows(
                "INSERT INTO sessions VALUES (?,?,'{}') ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
                session,
                now,
            )

    def is_forgotten(self, session: str) -> bool:
        """Whether everything of this session was or is being deleted at its visitor's wish: nothing of it is kept any more."""
        return bool(self.rows("SELECT 1 FROM forgotten WHERE session = ?", session))

    def check_remembered(self, session: str) -> None:
        """Raises Refusal when nothing of this session is kept any more."""
        if self.is_forgotten(session):
            raise Refusal(FORGOTTEN)

    # room

    def reserve(self, session: str, bytes: int = 0, *, lies: bool = False) -> AbstractContextManager[Reservation]:
        """Room for a file that is arriving, of so many bytes (0: unknown), for as long as the block lasts. Raises Refusal.

        `lies`: it is written where `count_lying` counts it.
        """
        return self._arriving.reserve(session, bytes, lies)

    def count_lying(self, lying: Callable[[str], int]) -> None:
        """From now on a session's quota counts these bytes too: files that have arrived and that no call has taken yet."""
        self._arriving.lying = lying

    def used_bytes(self, session: str) -> int:
        """Everything that is kept of a session: files and what lies beside them, checkpoints, films, jobs."""
        kept = self.rows(
            "SELECT COALESCE(SUM(bytes), 0) + COUNT(*) * ? FROM artifacts WHERE session = ?", ROW_BYTES, session
        )[0][0]
        return int(kept) + self._lately(session, lambda: other_bytes(self, session))

    def total_bytes(self) -> int:
        """The same of all sessions."""
        return self._lately("", lambda: total_bytes(self))

    def _lately(self, name: str, count: Callable[[], int]) -> int:
        """What was counted in the last seconds is not counted again."""
        when, number = self._counted.get(name, (0.0, 0))
        if time.monotonic() - when > 5.0 or not when:
            if len(self._counted) > 1000:
                self._counted.clear()
            number = count()
            self._counted[name] = (time.monotonic(), number)
        return number

    def recount(self) -> None:
        """Forget what was counted lately: much has just gone."""
        self._counted.clear()

    def check_total(self, more: int) -> None:
        """Raises Refusal when all sessions together have no room for so many bytes more.

        STUDIO_TOTAL_MB is the most; without it they may take 90 % of what they hold and what is free.
        """
        held, limit = self.total_bytes(), megabytes("STUDIO_TOTAL_MB", 0)
        if self.files is not None and not limit:
            return  # the disk here is a cache
        if held + more > (limit or 0.9 * (held + shutil.disk_usage(self.home).free)):
            raise Refusal(ALL_FULL if limit else DISK_LOW)

    def check_room(self, session: str) -> None:
        """Raises Refusal when the session's quota, that of all, or the disk has no room for another result."""
        if self.used_bytes(session) + self._arriving.held(session) >= self.quota_bytes:
            self.tidy(undo_seconds=0, session=session)
            if self.used_bytes(session) + self._arriving.held(session) >= self.quota_bytes:
                raise Refusal(f"Your shelf is full ({self.quota_bytes / 1e9:.1f} GB); delete something.")
        if self.files is not None:
            self.files.trim()
        if shutil.disk_usage(self.home).free < self.spare_bytes:
            self.tidy(undo_seconds=0)
            if shutil.disk_usage(self.home).free < self.spare_bytes:
                raise Refusal(DISK_LOW)
        self.check_total(self._arriving.held() + 1)
