"""The database behind the store: SQLite in the studio's folder, or PostgreSQL for several machines (`studio.storage.postgres`).

The studio's SQL is written for SQLite with `?` for values. What PostgreSQL says differently is translated in one place
(`studio.storage.dialect`), so each statement stands in the code once and is tested on both.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pipelines.core.settings import Refusal
from studio.storage.faults import NO_VALUE, plain_words

URL = "STUDIO_DATABASE"
Columns = tuple[tuple[str, str, str], ...]


class Row(Protocol):
    """A row: by name, by place, or as a sequence of values."""

    def __getitem__(self, name: Any) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Sequence[str]:
        """Return the names of the columns."""


class Database(Protocol):
    """What the store asks of a database. Safe to use from several threads."""

    shared: bool  # whether other machines use it too

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """Run one statement and give back its rows. Raises Refusal."""

    def transaction(self, alone: str = "transactions") -> AbstractContextManager[None]:
        """All or nothing; no other transaction of the same word `alone` runs meanwhile (of SQLite's: none at all)."""

    def lay_out(self, script: str) -> None:
        """Create the tables, indexes and triggers of a script that are not there yet."""

    def lay_out_whole(self, statement: str) -> None:
        """One statement of the database's own language, such as a function with semicolons in it."""

    def widen(self, added: Columns) -> None:
        """Add columns that are not there yet: table, column, type."""

    def tables(self) -> list[str]:
        """The names of all tables, sorted."""

    def columns(self, table: str) -> set[str]:
        """The names of a table's columns; empty when there is no such table."""

    def settle(self) -> None:
        """What was deleted is not left in the log of changes either, where the database lets a client say so."""

    def leads(self, duty: str) -> bool:
        """Whether this process is the one that does a duty which only one process may do at a time."""

    def resign(self, duty: str) -> None:
        """Leave a duty to whoever asks next."""

    def notify(self, channel: str, text: str) -> None:
        """Tell every process that listens. Where nobody else can, nothing happens."""

    def listen(self, channels: Sequence[str], heard: Callable[[str, str], None]) -> Callable[[], None]:
        """Call `heard(channel, text)` for each message, from a thread of its own; gives back what ends it."""

    def close(self) -> None:
        """End all connections."""


class SQLite:
    """One file in the studio's folder, for the processes of one machine."""

    shared = False

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self.connection = sqlite3.connect(path, check_same_thread=False, timeout=15, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute("PRAGMA secure_delete=ON")  # what is deleted is not left in the file
        self.connection.execute("PRAGMA temp_store=MEMORY")

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        with self._lock, plain_words():
            try:
                return self.connection.execute(sql, values).fetchall()
            except (OverflowError, UnicodeEncodeError):
                raise Refusal(NO_VALUE) from None

    @contextmanager
    def transaction(self, alone: str = "transactions") -> Iterator[None]:
        with self._lock, plain_words():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have ended it already
                    self.connection.execute("ROLLBACK")
                raise

    def lay_out(self, script: str) -> None:
        with self._lock, plain_words():
            self.connection.executescript(script)

    def lay_out_whole(self, statement: str) -> None:
        self.rows(statement, ())

    def widen(self, added: Columns) -> None:
        for table, column, kind in added:
            if column not in self.columns(table):
                with suppress(sqlite3.OperationalError):  # another process was first
                    self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def tables(self) -> list[str]:
        return [
            row["name"]
            for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", ())
            if not row["name"].startswith("sqlite_")
        ]

    def columns(self, table: str) -> set[str]:
        return {row["name"] for row in self.rows(f'PRAGMA table_info("{table}")', ())}

    def settle(self) -> None:
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)", ())

    def leads(self, duty: str) -> bool:
        return True  # one server a folder

    def resign(self, duty: str) -> None:
        """Nobody else waits for it."""

    def notify(self, channel: str, text: str) -> None:
        """Nobody else listens."""

    def listen(self, channels: Sequence[str], heard: Callable[[str, str], None]) -> Callable[[], None]:
        return lambda: None

    def close(self) -> None:
        with self._lock:
            self.connection.close()


def shared_url() -> str:
    """STUDIO_DATABASE where it names a PostgreSQL server, else nothing. Raises Refusal for another kind of address."""
    url = os.environ.get(URL, "").strip()
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise Refusal(f"{URL} must begin with postgresql:// (or be left out: SQLite in the studio's folder).")
    return url


def open_database(path: Path) -> Database:
    """The database of a studio whose folder would hold SQLite's file at `path`."""
    if url := shared_url():
        try:
            from studio.storage.postgres import PostgreSQL
        except ImportError:
            raise Refusal(f"{URL} needs the packages of requirements-cluster.txt; install them.") from None
        return PostgreSQL(url)
    return SQLite(path)
