"""Session cookies that only this studio can have made, and how many new ones one address may have.

A cookie is 18 random bytes and 14 bytes of their HMAC under a key in STUDIO_HOME/identity; nothing is kept for a session that has
done nothing. A cookie of before (random only) is still good as long as the studio knows its session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from studio.access.pace import Pace
from studio.storage.store import Store, plain_words, session_key

RANDOM_CHARACTERS = 24  # 18 bytes
MARK_CHARACTERS = 19  # 114 bits
REMEMBERED = 4096
HOUR_SECONDS = 3600.0
KEY_FILE = "visitors.key"


class SessionCookies:
    """Makes session cookies and tells those of this studio from invented ones."""

    def __init__(self, key: bytes | None = None, known: Callable[[str], bool] | None = None) -> None:
        self._key, self._known = key or secrets.token_bytes(32), known
        self._older: OrderedDict[str, float] = OrderedDict()

    def make(self) -> str:
        """A fresh cookie of 43 characters."""
        body = secrets.token_urlsafe(18)
        return body + self._mark(body)

    def signed(self, token: str) -> bool:
        """Whether this studio made the cookie with its present key."""
        body, mark = token[:RANDOM_CHARACTERS], token[RANDOM_CHARACTERS:]
        return len(mark) == MARK_CHARACTERS and hmac.compare_digest(mark.encode(), self._mark(body).encode())

    def known(self, token: str) -> bool:
        """Whether it is a cookie of an earlier studio whose session is in the store. Reads the store, so call it from a thread."""
        if self._known is None:
            return False
        session, now = session_key("visitor:" + token), time.monotonic()
        if now - self._older.get(session, -1e9) < 60.0:
            return True
        if not self._known(session):
            return False
        self._older[session] = now
        while len(self._older) > REMEMBERED:
            self._older.popitem(last=False)
        return True

    def _mark(self, body: str) -> str:
        digest = hmac.digest(self._key, b"session:" + body.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode()[:MARK_CHARACTERS]


def tokens_of(store: Store) -> SessionCookies:
    """The tokens of the studio on this store; its key is made at first."""

    def knows_session(session: str) -> bool:
        sql = (
            "SELECT 1 FROM sessions WHERE id = ? UNION ALL SELECT 1 FROM artifacts WHERE session = ?"
            " UNION ALL SELECT 1 FROM jobs WHERE session = ? LIMIT 1"
        )
        return bool(store.rows(sql, session, session, session))

    return SessionCookies(key_in(store.home / "identity"), knows_session)


def key_in(folder: Path) -> bytes:
    """The secret with which cookies are signed, readable for the studio's own account only. Raises Refusal."""
    path = folder / KEY_FILE
    with plain_words():
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(50):
            try:
                key = path.read_bytes()
            except FileNotFoundError:
                key = b""
            if len(key) == 32:
                return key
            draft = folder / f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                if key:  # half of a key, from a full disk: nothing was signed with it
                    draft.replace(path)
                else:
                    os.link(draft, path)  # fails when another process was first
            except FileExistsError:
                pass
            except OSError:
                draft.replace(path)  # a file system without links
            finally:
                draft.unlink(missing_ok=True)
    raise OSError(f"{path} cannot be read")


def pace_of_newcomers() -> Pace:
    """How many sessions may begin from one address within an hour (STUDIO_NEW_SESSIONS)."""
    return Pace(int(os.environ.get("STUDIO_NEW_SESSIONS", "300")), HOUR_SECONDS)
