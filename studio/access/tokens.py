"""Access tokens: how a program acts for a session through REST and MCP, without a browser's cookie.

A token is `studio_` and 256 random bits. It is shown once, when it is made; the database holds its SHA-256 only. One that somebody with
an account made ends as their sign-ins do: at once when the account is removed or its password changes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.accounts import Identity, admins, secret_of
from studio.access.passwords import as_bytes
from studio.storage.store import Store

PREFIX = "studio_"
FORM = re.compile(r"studio_[A-Za-z0-9_-]{43}")
MOST_A_SESSION = 20
MOST_NAME_CHARACTERS = 60
DAY_SECONDS = 86400.0
MOST_DAYS = 366
DEFAULT_DAYS = 90
TOUCH_SECONDS = 60.0
BROWSER, MACHINE, ADMINISTRATOR = "browser", "machine", "administrator"  # by whom a token was made, and for what
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS api_tokens (hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, session TEXT NOT NULL, account TEXT,"
    " kind TEXT NOT NULL, name TEXT NOT NULL, made REAL NOT NULL, used REAL, expires REAL NOT NULL)",
    "CREATE INDEX IF NOT EXISTS api_tokens_session ON api_tokens (session)",
)
ADDED = (
    ("api_tokens", "proof", "TEXT"),
)  # ties a token to the password of its account; none: made by an earlier studio


@dataclass(frozen=True)
class AccessToken:
    """What is known of a token after it was shown: times are seconds since 1970."""

    id: str
    name: str
    kind: str
    made: float
    used: float | None
    expires: float


class AccessTokens:
    """Makes, recognises and revokes access tokens."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock
        for statement in SCHEMA:
            store.rows(statement)
        store.widen(ADDED)

    def make(
        self, session: str, name: str, *, days: Any = DEFAULT_DAYS, account: str | None = None, kind: str = BROWSER
    ) -> tuple[AccessToken, str]:
        """A new token of a session and its text, which is never to be had again. Raises Refusal for a 21st, or an odd name or time."""
        name = " ".join(str(name).split())
        if not name or len(name) > MOST_NAME_CHARACTERS or not name.isprintable():
            raise Refusal(f"Give the token a name of at most {MOST_NAME_CHARACTERS} characters.")
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
            raise Refusal(f"A token is good for 1 to {MOST_DAYS} days.")
        text, now = PREFIX + secrets.token_urlsafe(32), self.clock()
        token = AccessToken(secrets.token_hex(6), name, kind, now, None, now + days * DAY_SECONDS)
        proof = None
        if account is not None:
            if (secret := secret_of(account)) is None:
                raise Refusal("There is no such account.")
            proof = _proof(text, secret)
        with self.store.transaction():
            self.store.rows("DELETE FROM api_tokens WHERE expires <= ?", now)
            if len(self.of(session)) >= MOST_A_SESSION:
                raise Refusal(f"You have {MOST_A_SESSION} access tokens already; revoke one.")
            self.store.rows(
                "INSERT INTO api_tokens (hash, id, session, account, kind, name, made, expires, proof) VALUES (?,?,?,?,?,?,?,?,?)",
                _hash(text),
                token.id,
                session,
                account,
                kind,
                name,
                now,
                token.expires,
                proof,
            )
        return token, text

    def of(self, session: str) -> list[AccessToken]:
        """A session's tokens that are still good, newest first."""
        rows = self.store.rows(
            "SELECT id, name, kind, made, used, expires FROM api_tokens WHERE session = ? AND expires > ? ORDER BY made DESC, id",
            session,
            self.clock(),
        )
        return [AccessToken(*row) for row in rows]

    def revoke(self, session: str, id: str) -> None:
        """From now on this token of the session is refused. Raises Refusal when the session has no such token."""
        found = self.store.rows("DELETE FROM api_tokens WHERE session = ? AND id = ? RETURNING id", session, id)
        if not found:
            raise Refusal("You have no such access token.")

    def identity(self, text: str, *, accounts_on: bool) -> Identity | None:
        """For whom a token acts; None when it is unknown, expired or revoked, or when its account is no more or has another password.

        With accounts on, a token of a browser without account is not good any more; one that was made on the machine is.
        """
        if not FORM.fullmatch(text):
            return None
        found = self.store.rows("SELECT * FROM api_tokens WHERE hash = ? AND expires > ?", _hash(text), self.clock())
        if not found:
            return None
        row, account = found[0], found[0]["account"]
        tied = row["kind"] == BROWSER and (account is not None or accounts_on)
        if tied and not (account and self._still_holds(text, row, secret_of(account), accounts_on)):
            return None
        if row["used"] is None or row["used"] < self.clock() - TOUCH_SECONDS:
            with suppress(Refusal):  # a full disk refuses no token
                self.store.rows("UPDATE api_tokens SET used = ? WHERE hash = ?", self.clock(), row["hash"])
        administrator = row["kind"] == ADMINISTRATOR or (account is not None and account in admins())
        return Identity(row["session"], account, administrator, by_token=True)

    def _still_holds(self, text: str, row: Any, secret: str | None, accounts_on: bool) -> bool:
        """Whether the account of a token is there, with the password that it had when the token was made.

        Where it is not, the token goes for good, so that an account of the same name does not bring it back; not where all accounts are
        turned off. A token of an earlier studio is tied to the password of its first use.
        """
        if secret is not None and row["proof"] is None:
            with suppress(Refusal):
                self.store.rows("UPDATE api_tokens SET proof = ? WHERE hash = ?", _proof(text, secret), row["hash"])
            return True
        if secret is not None and hmac.compare_digest(row["proof"], _proof(text, secret)):
            return True
        if accounts_on:
            with suppress(Refusal):
                self.store.rows("DELETE FROM api_tokens WHERE hash = ?", row["hash"])
        return False


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _proof(text: str, secret: str) -> str:
    """Ties a token to a password; without the token, which is kept nowhere, it says nothing about the password."""
    return hmac.new(text.encode(), b"access token " + as_bytes(secret), hashlib.sha256).hexdigest()
