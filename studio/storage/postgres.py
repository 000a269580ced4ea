"""PostgreSQL as the studio's database: for several page servers and workers on many machines.

Statements outside a transaction take a connection of a small pool. A connection that broke (the server was started again, the network was cut) is
replaced; what had not been sent, and what only reads, is tried again for some seconds. Transactions of the studio check first and write then, as
they may under SQLite's one writer; an advisory lock gives them the same guarantee here.
"""

from __future__ import annotations

import hashlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

from pipelines.core.settings import Refusal
from studio.storage.dialect import FUNCTIONS, statements, to_postgres
from studio.storage.faults import BUSY, FULL, NO_VALUE, READ_ONLY, UNREACHABLE, DiskFull, Unreachable

log = logging.getLogger(__name__)
Connection = psycopg.Connection[Any]
PATIENT_SECONDS = 10.0  # for which what can be tried again is tried again
CONNECT_SECONDS = 5
BUSY_SECONDS = 15.0  # that a statement waits for a connection
COMPLAINT_SECONDS = 10.0
LOOK_SECONDS = 1.0  # between two looks whether a duty is still held
KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class Record:
    """A row of PostgreSQL, read as a row of SQLite is: by name or by place."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: dict[str, int], values: Sequence[Any]) -> None:
        self._names, self._values = names, tuple(values)

    def __getitem__(self, name: Any) -> Any:
        return self._values[self._names[name] if isinstance(name, str) else name]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        return list(self._names)


class _Number(Loader):
    """A NUMERIC, which sums of whole numbers are, as int or float."""

    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


def _records(cursor: Any) -> Callable[[Sequence[Any]], Record]:
    names = {column.name: n for n, column in enumerate(cursor.description or ())}
    return lambda values: Record(names, values)


# The lock of a duty: studios in other schemas of the same database have duties of their own.
DUTY = "hashtextextended(current_schema() || ' duty ' || %s, 0)"


def key_of(name: str) -> int:
    """The number of an advisory lock."""
    return int.from_bytes(
        hashlib.blake2b(b"afternoon studio " + name.encode(), digest_size=8).digest(), "big", signed=True
    )


class PostgreSQL:
    """A pool of connections to one database."""

    shared = True

    def __init__(self, url: str, most: int | None = None) -> None:
        self.url = url
        self._places = threading.BoundedSemaphore(most or int(os.environ.get("STUDIO_DATABASE_CONNECTIONS", "8")))
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._own = threading.local()
        self._closed, self._complained = False, 0.0
        self._duties = _Duties(self)
        with self._laying_out() as cursor:
            cursor.execute(FUNCTIONS)

    def connect(self) -> Connection:
        """A new connection. Raises psycopg.OperationalError."""
        connection = psycopg.connect(
            self.url,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            row_factory=_records,
            prepare_threshold=None,
            application_name="afternoon-studio",
            **KEEPALIVE,
        )
        connection.adapters.register_loader("numeric", _Number)
        return connection

    # statements

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        if sql.lstrip()[:6].upper() == "CREATE":
            self.lay_out(sql)
            return []
        if (mine := getattr(self._own, "connection", None)) is not None:
            return self._run(mine, sql, values)
        deadline, reads = time.monotonic() + PATIENT_SECONDS, sql.lstrip()[:6].upper() == "SELECT"
        while True:
            sent = False
            try:
                with self._borrow_connection() as connection:
                    sent = True
                    return self._run(connection, sql, values)
            except errors.DeadlockDetected:  # it was rolled back whole
                again = True
            except (psycopg.OperationalError, psycopg.InterfaceError) as problem:
                again = reads or not sent
                self._complain(problem)
            if not again or time.monotonic() > deadline or self._closed:
                raise Unreachable(UNREACHABLE)
            time.sleep(0.2)

    def _complain(self, problem: Exception) -> None:
        """One line every few seconds, however many threads ask."""
        if time.monotonic() - self._complained > COMPLAINT_SECONDS:
            self._complained = time.monotonic()
            log.warning("the database did not answer: %s", (str(problem).splitlines() or ["?"])[0])

    def _run(self, connection: Connection, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            given = [int(value) if isinstance(value, bool) else value for value in values]
            cursor = connection.execute(to_postgres(sql), given)
            return cursor.fetchall() if cursor.description else []
        except (psycopg.DataError, UnicodeEncodeError):
            raise Refusal(NO_VALUE) from None
        except errors.DiskFull:
            raise DiskFull(FULL) from None
        except errors.ReadOnlySqlTransaction:
            raise Refusal(READ_ONLY) from None

    @contextmanager
    def transaction(self, alone: str = "transactions") -> Iterator[None]:
        """`alone`: transactions of the same word follow one another; empty: this one waits only for rows."""
        if getattr(self._own, "connection", None) is not None:
            raise RuntimeError("a transaction inside a transaction")
        with self._begun(alone) as connection:
            self._own.connection = connection
            try:
                yield
                connection.execute("COMMIT")
            except (psycopg.OperationalError, psycopg.InterfaceError):
                raise Unreachable(UNREACHABLE) from None
            finally:
                self._own.connection = None

    @contextmanager
    def _begun(self, alone: str) -> Iterator[Connection]:
        with ExitStack() as held:
            yield self._begin(held, alone)

    def _begin(self, exit_stack: ExitStack, alone: str) -> Connection:
        """A connection on which a transaction has begun; nothing was written yet, so it can be tried again."""
        deadline = time.monotonic() + PATIENT_SECONDS
        while True:
            with ExitStack() as trial:
                try:
                    connection = trial.enter_context(self._borrow_connection())
                    connection.execute("BEGIN")
                    if alone:
                        connection.execute("SELECT pg_advisory_xact_lock(%s)", (key_of(alone),))
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if time.monotonic() > deadline or self._closed:
                        raise Unreachable(UNREACHABLE) from None
                else:
                    exit_stack.push(trial.pop_all())
                    return connection
            time.sleep(0.2)

    @contextmanager
    def _borrow_connection(self) -> Iterator[Connection]:
        """A connection of the pool that is not known to be broken; it goes back when it is whole and outside a transaction."""
        if not self._places.acquire(timeout=BUSY_SECONDS):
            raise Unreachable(BUSY)
        connection: Connection | None = None
        try:
            with self._lock:
                while self._idle and connection is None:
                    connection = self._idle.pop()
                    if not _whole(connection):
                        connection.close()
                        connection = None
            connection = connection or self.connect()
            yield connection
        finally:
            self._put_back(connection)
            self._places.release()

    def _put_back(self, connection: Connection | None) -> None:
        if connection is None:
            return
        with suppress(psycopg.Error):
            if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        with self._lock:
            whole = not connection.closed and connection.info.transaction_status == TransactionStatus.IDLE
            if whole and not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    # tables

    @contextmanager
    def _laying_out(self) -> Iterator[Any]:
        """A transaction in which nobody else creates anything. Raises Unreachable."""
        try:
            with self._begun("tables") as connection, connection.cursor() as cursor:
                yield cursor
                connection.execute("COMMIT")
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise Unreachable(UNREACHABLE) from None

    def lay_out(self, script: str) -> None:
        """Create what is not there yet, while nobody else does."""
        if (mine := getattr(self._own, "connection", None)) is not None:
            mine.execute("SELECT pg_advisory_xact_lock(%s)", (key_of("tables"),))
            for statement in statements(script):
                mine.execute(to_postgres(statement))
            return
        with self._laying_out() as cursor:
            for statement in statements(script):
                cursor.execute(to_postgres(statement))

    def lay_out_whole(self, statement: str) -> None:
        with self._laying_out() as cursor:
            cursor.execute(statement)

    def widen(self, added: tuple[tuple[str, str, str], ...]) -> None:
        missing = [one for one in added if one[1] not in self.columns(one[0])]
        if missing:
            with self._laying_out() as cursor:
                for table, column, kind in missing:
                    cursor.execute(to_postgres(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {kind}"))

    def tables(self) -> list[str]:
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        return [row["name"] for row in self.rows(sql, ())]

    def columns(self, table: str) -> set[str]:
        sql = "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
        return {row["name"] for row in self.rows(sql, (table,))}

    def settle(self) -> None:
        """Nothing: PostgreSQL writes over what was deleted by itself (autovacuum), and its log is the operator's (docs/operations.md)."""

    # other processes

    def leads(self, duty: str) -> bool:
        return self._duties.holds(duty)

    def resign(self, duty: str) -> None:
        self._duties.resign(duty)

    def notify(self, channel: str, text: str) -> None:
        self.rows("SELECT pg_notify(?, ?)", (channel, text))

    def listen(self, channels: Sequence[str], heard: Callable[[str, str], None]) -> Callable[[], None]:
        stop = threading.Event()
        thread = threading.Thread(
            target=self._hear, args=(channels, heard, stop), name="database-listener", daemon=True
        )
        thread.start()
        return stop.set

    def _hear(self, channels: Sequence[str], heard: Callable[[str, str], None], stop: threading.Event) -> None:
        """Listen until told to stop; after a lost connection, listen anew (what was said meanwhile is found by the regular looks)."""
        while not stop.is_set() and not self._closed:
            try:
                with self.connect() as connection:
                    for one in channels:
                        connection.execute(f'LISTEN "{one}"')
                    while not stop.is_set() and not self._closed:
                        for notify in connection.notifies(timeout=0.5):
                            heard(notify.channel, notify.payload)
                            if stop.is_set():
                                break
            except psycopg.Error:
                stop.wait(0.5)
            except Exception:
                log.exception("what another process said was not understood")

    def close(self) -> None:
        self._closed = True
        self._duties.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for one in idle:
            one.close()


class _Duties:
    """Duties of which each is held by one process at a time, for as long as its connection lasts."""

    def __init__(self, database: PostgreSQL) -> None:
        self._database, self._lock = database, threading.Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._looked = 0.0

    def holds(self, duty: str) -> bool:
        with self._lock:
            try:
                return self._looked_at(duty)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop()
                return False

    def _looked_at(self, duty: str) -> bool:
        now = time.monotonic()
        if self._connection is None or self._connection.closed:
            self._drop()
            self._connection = self._database.connect()
        if now - self._looked > LOOK_SECONDS:
            self._connection.execute("SELECT 1")
            self._looked = now
        if duty not in self._held:
            row = self._connection.execute(f"SELECT pg_try_advisory_lock({DUTY}) AS got", (duty,)).fetchone()
            if row is not None and row["got"]:
                self._held.add(duty)
        return duty in self._held

    def resign(self, duty: str) -> None:
        with self._lock:
            if duty in self._held and self._connection is not None:
                self._held.discard(duty)
                try:
                    self._connection.execute(f"SELECT pg_advisory_unlock({DUTY})", (duty,))
                except (psycopg.OperationalError, psycopg.InterfaceError):  # it ended with its connection
                    self._drop()

    def _drop(self) -> None:
        self._held.clear()
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def close(self) -> None:
        with self._lock:
            self._drop()


def _whole(connection: Connection) -> bool:
    """Whether an idle connection can be used: the server has not said good-bye on it."""
    if connection.closed:
        return False
    try:
        readable, _, _ = select.select([connection.fileno()], [], [], 0)
    except (OSError, ValueError):
        return False
    return not readable  # an idle connection has nothing to say but that it ends
