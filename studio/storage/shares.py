"""Links that show one result or one film to whoever has them: rows that their owner makes and revokes.

A token is 32 random bytes. A row goes with Forget me, as every row of a session does; what it shows is looked up at every request, so a
deleted result is not shown any more either.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from studio.storage.store import Store

SCHEMA = """CREATE TABLE IF NOT EXISTS shares (
    token TEXT PRIMARY KEY, session TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, recipe INTEGER NOT NULL, credential TEXT NOT NULL,
    created REAL NOT NULL) WITHOUT ROWID"""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_SHARES = 100  # of one session
KINDS = ("result", "film")


@dataclass(frozen=True)
class Share:
    """One link. `recipe`: its texts and settings are shown; `credential`: what the file's credential said when the link was made."""

    token: str
    session: str
    kind: str
    target: str
    recipe: bool
    credential: str
    created: float


class Shares:
    """All links of one studio."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.urgently(lambda: store.rows(SCHEMA))

    def make(self, session: str, kind: str, target: str, *, recipe: bool, credential: str) -> Share:
        """A new link, or the one that this target has already with the new choice of what is shown. Raises Refusal."""
        self.store.check_remembered(session)
        existing = next((one for one in self.of(session) if (one.kind, one.target) == (kind, target)), None)
        if existing is not None:
            self.store.rows(
                "UPDATE shares SET recipe = ?, credential = ? WHERE token = ?", int(recipe), credential, existing.token
            )
            return Share(existing.token, session, kind, target, recipe, credential, existing.created)
        if len(self.of(session)) >= MOST_SHARES:
            raise Refusal(f"You share {MOST_SHARES} links already; revoke one.")
        share = Share(secrets.token_urlsafe(32), session, kind, target, recipe, credential, time.time())
        self.store.rows(
            "INSERT INTO shares (token, session, kind, target, recipe, credential, created) VALUES (?,?,?,?,?,?,?)",
            share.token,
            session,
            kind,
            target,
            int(recipe),
            credential,
            share.created,
        )
        return share

    def of(self, session: str) -> list[Share]:
        """A session's links, newest first."""
        rows = self.store.rows("SELECT * FROM shares WHERE session = ? ORDER BY created DESC", session)
        return [_share(row) for row in rows]

    def revoke(self, session: str, token: str) -> bool:
        """Whether the link was this session's; it shows nothing any more from now on."""
        sql = "DELETE FROM shares WHERE session = ? AND token = ? RETURNING token"
        return bool(self.store.change(sql, session, token))

    def find(self, token: str) -> Share | None:
        """The link of a token, for whoever has it."""
        if not TOKEN.fullmatch(token):
            return None
        rows = self.store.rows("SELECT * FROM shares WHERE token = ?", token)
        return _share(rows[0]) if rows else None


def _share(row: object) -> Share:
    held = dict(row)  # type: ignore[call-overload]
    return Share(**{**held, "recipe": bool(held["recipe"])})
