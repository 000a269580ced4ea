"""Who is signed in: one row for each signed-in browser, known only by the hash of its cookie.

A sign-in ends when it was not used for 14 days, 90 days after it began, when its user signs out, and at once when the account is
removed or its password changes. A second cookie stays: it proves that this browser has signed in to this account before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from pipelines.core.settings import Refusal
from studio.access.accounts import secret_of
from studio.access.passwords import as_bytes, matches
from studio.access.throttle import Throttle
from studio.storage.store import Store

COOKIE = "studio_signed_in"
BROWSER_COOKIE = "studio_known_browser"
DAY_SECONDS = 86400.0
IDLE_SECONDS = 14 * DAY_SECONDS
LONGEST_SECONDS = 90 * DAY_SECONDS
BROWSER_SECONDS = 365 * DAY_SECONDS
MOST_AN_ACCOUNT = 20
TOUCH_SECONDS = 3600.0
CHECKS_AT_ONCE = 2  # a check takes 32 MB and a tenth of a second
MOST_WAITING = 32
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS sign_ins (hash TEXT PRIMARY KEY, account TEXT NOT NULL, proof TEXT NOT NULL,"
    " made REAL NOT NULL, used REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS known_browsers (hash TEXT PRIMARY KEY, account TEXT NOT NULL, made REAL NOT NULL)",
)


class Wait(Refusal):
    """Too many sign-ins failed; the next try has to wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, int(seconds + 0.999))
        unit = "a second" if self.seconds == 1 else f"{self.seconds} seconds"
        super().__init__(f"Too many sign-ins failed; wait {unit} and try again.")


class SignIns:
    """Begins, recognises and ends sign-ins."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock
        for statement in SCHEMA:
            store.rows(statement)
        self.throttle = Throttle(store, clock)
        self._checks, self._waiting = threading.BoundedSemaphore(CHECKS_AT_ONCE), 0
        self._lock = threading.Lock()

    def check(self, account: str, password: str, address: str, browser: str = "") -> bool:
        """Whether the password is right. Raises Wait when the address or the account has too many failures behind it.

        `browser` is the value of the cookie that says that this browser has signed in before.
        """
        known = _hash(browser) if browser and self.knows_browser(browser, account) else None
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise Wait(5)
            self._waiting += 1
        try:
            if wait := self.throttle.attempt(address, account, known):
                raise Wait(wait)
            with self._checks:
                right = matches(secret_of(account), password)
        finally:
            with self._lock:
                self._waiting -= 1
        if right:
            self.throttle.passed(address, account, known)
        return right

    def begin(self, account: str) -> str:
        """A new sign-in; its token goes into a cookie and is kept nowhere else. The oldest goes when an account has more than 20."""
        token, now = secrets.token_urlsafe(32), self.clock()
        secret = secret_of(account)
        if secret is None:
            raise Refusal("There is no such account.")
        with self.store.transaction():
            self.store.rows(
                "DELETE FROM sign_ins WHERE used < ? OR made < ?", now - IDLE_SECONDS, now - LONGEST_SECONDS
            )
            self.store.rows(
                "INSERT INTO sign_ins VALUES (?,?,?,?,?)", _hash(token), account, _proof(token, secret), now, now
            )
            self._keep_newest("sign_ins", account)
        return token

    def account_of(self, token: str) -> str | None:
        """Whose sign-in this is, or None when it is none or has ended."""
        found = self.store.rows("SELECT * FROM sign_ins WHERE hash = ?", _hash(token))
        if not found:
            return None
        row, now = found[0], self.clock()
        secret = secret_of(row["account"])
        fresh = row["used"] > now - IDLE_SECONDS and row["made"] > now - LONGEST_SECONDS
        if secret is None or not fresh or not hmac.compare_digest(row["proof"], _proof(token, secret)):
            with suppress(Refusal):
                self.store.rows("DELETE FROM sign_ins WHERE hash = ?", row["hash"])
            return None
        if row["used"] < now - TOUCH_SECONDS:
            with suppress(Refusal):  # a full disk ends no sign-in
                self.store.rows("UPDATE sign_ins SET used = ? WHERE hash = ?", now, row["hash"])
        return row["account"]

    def end(self, token: str) -> None:
        """Sign out this browser."""
        self.store.rows("DELETE FROM sign_ins WHERE hash = ?", _hash(token))

    def end_all(self, account: str) -> None:
        """Sign out every browser of an account."""
        self.store.rows("DELETE FROM sign_ins WHERE account = ?", account)

    def remember_browser(self, account: str) -> str:
        """A token for the cookie that says that this browser has signed in to this account."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.store.transaction():
            self.store.rows("DELETE FROM known_browsers WHERE made < ?", now - BROWSER_SECONDS)
            self.store.rows("INSERT INTO known_browsers VALUES (?,?,?)", _hash(token), account, now)
            self._keep_newest("known_browsers", account)
        return token

    def knows_browser(self, token: str, account: str) -> bool:
        """Whether this browser has signed in to this account before."""
        after = self.clock() - BROWSER_SECONDS
        return bool(
            self.store.rows(
                "SELECT 1 FROM known_browsers WHERE hash = ? AND account = ? AND made > ?", _hash(token), account, after
            )
        )

    def _keep_newest(self, table: str, account: str) -> None:
        self.store.rows(
            f"DELETE FROM {table} WHERE account = ? AND hash NOT IN"
            f" (SELECT hash FROM {table} WHERE account = ? ORDER BY made DESC, rowid DESC LIMIT ?)",
            account,
            account,
            MOST_AN_ACCOUNT,
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _proof(token: str, secret: str) -> str:
    """Ties a sign-in to the password it was made with; without the token, which is kept nowhere, it says nothing about the password."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"sign-in " + as_bytes(secret), hashlib.sha256).hexdigest()
