"""Sign-ins that failed, and how long the next one has to wait.

Failures of the last 15 minutes count, by address and by account. After a few of them every further failure doubles the wait. Nobody is
locked out for ever by somebody else's guessing: an account's wait is never longer than a minute, and a browser that has signed in to
this account before (it carries a cookie that says so) has a count of its own. Attempts that are refused for the wait do not count, so
trying again early makes nothing longer. Failures are kept in the database as well, since a restart must not give new guesses.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pipelines.core.settings import Refusal
from studio.storage.store import Store

WINDOW_SECONDS = 900.0
MOST_KEYS = 20_000
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS failed_sign_ins (key TEXT NOT NULL, account TEXT NOT NULL, at REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS failed_sign_ins_at ON failed_sign_ins (at)",
)


@dataclass(frozen=True)
class Rule:
    """So many failures are free; then the wait doubles from a second up to a longest one (seconds)."""

    free: int
    longest: float

    def wait_seconds(self, failures: int) -> float:
        """Return how long the next attempt must wait: nothing at first, then twice as long each time."""
        return 0.0 if failures < self.free else min(2.0 ** (failures - self.free), self.longest)


BY_ADDRESS, BY_ACCOUNT, BY_BROWSER = Rule(5, WINDOW_SECONDS), Rule(10, 60.0), Rule(5, 300.0)


class Throttle:
    """Counts failed sign-ins. Safe to use from several threads."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()
        for statement in SCHEMA:
            store.rows(statement)
        for row in store.rows("SELECT * FROM failed_sign_ins WHERE at > ? ORDER BY at", clock() - WINDOW_SECONDS):
            self._of(row["key"]).append((row["at"], row["account"]))

    def attempt(self, address: str, account: str, browser: str | None = None) -> float:
        """Seconds to wait before another try; 0 lets this one through and counts it as failed until `passed` takes it back.

        `browser` is the hash of a cookie that proves an earlier sign-in to this account.
        """
        now, mark = self.clock(), _digest(account)
        keys = _keys(address, mark, browser)
        self._learn([key for key, _ in keys], now)
        with self._lock:
            wait = max(self._wait(key, rule, now) for key, rule in keys)
            if wait > 0:
                return wait
            for key, _ in keys:
                self._of(key).append((now, mark))
        with suppress(Refusal):  # a full disk must not hinder signing in; the count in memory stands
            self.store.rows("DELETE FROM failed_sign_ins WHERE at <= ?", now - WINDOW_SECONDS)
            for key, _ in keys:
                self.store.rows("INSERT INTO failed_sign_ins VALUES (?,?,?)", key, mark, now)
        return 0.0

    def passed(self, address: str, account: str, browser: str | None = None) -> None:
        """A right password: what this address (or browser) failed on this account is forgotten, and nothing else.

        The account's own count stays without the last one: else a guesser's failures would be forgotten with every visit of the user.
        """
        mark = _digest(account)
        with self._lock:
            for key, rule in _keys(address, mark, browser):
                failures = self._of(key)
                if rule is BY_ACCOUNT:
                    if failures:
                        failures.pop()
                else:
                    kept = [one for one in failures if one[1] != mark]
                    failures.clear()
                    failures.extend(kept)
        with suppress(Refusal):
            for key, rule in _keys(address, mark, browser):
                if rule is BY_ACCOUNT:
                    self.store.rows(
                        "DELETE FROM failed_sign_ins WHERE rowid = (SELECT MAX(rowid) FROM failed_sign_ins WHERE key = ?)",
                        key,
                    )
                else:
                    self.store.rows("DELETE FROM failed_sign_ins WHERE key = ? AND account = ?", key, mark)

    def _learn(self, keys: list[str], now: float) -> None:
        """Failures that other servers counted, where several share a database. Raises Refusal when it does not answer, so that nobody can go on guessing."""
        if not self.store.database.shared:
            return
        for key in keys:
            rows = self.store.rows(
                "SELECT at, account FROM failed_sign_ins WHERE key = ? AND at > ? ORDER BY at",
                key,
                now - WINDOW_SECONDS,
            )
            with self._lock:
                known = self._of(key)
                known.clear()
                known.extend((row["at"], row["account"]) for row in rows)

    def _wait(self, key: str, rule: Rule, now: float) -> float:
        failures = self._failures.get(key)
        if not failures:
            return 0.0
        while failures and failures[0][0] <= now - WINDOW_SECONDS:
            failures.popleft()
        if not failures:
            return 0.0
        return max(0.0, failures[-1][0] + rule.wait_seconds(len(failures)) - now)

    def _of(self, key: str) -> deque[tuple[float, str]]:
        failures = self._failures.get(key)
        if failures is None:
            failures = self._failures[key] = deque(maxlen=64)
            while len(self._failures) > MOST_KEYS:
                self._failures.popitem(last=False)
        self._failures.move_to_end(key)
        return failures


def _keys(address: str, mark: str, browser: str | None) -> list[tuple[str, Rule]]:
    if browser is not None:
        return [("browser " + browser, BY_BROWSER)]
    return [("address " + address, BY_ADDRESS), ("account " + mark, BY_ACCOUNT)]


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()[:32]
