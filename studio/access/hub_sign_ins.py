"""Signing in with the model hub on a Space whose front matter says `hf_oauth`: OpenID Connect, authorization code with PKCE (RFC 7636).

The hub sets OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_SCOPES and OPENID_PROVIDER_URL. Whoever signs in has one shelf on every browser; nothing of
the hub's tokens is kept. Where the studio has accounts of its own, this stays off.

A sign-in that is under way is kept by the browser alone, as a signed state in a cookie: no stranger can push out another's.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipelines.core.settings import Refusal
from studio.access.sessions import key_in
from studio.storage.store import Store, session_key

COOKIE, STATE_COOKIE = "studio_hub", "studio_hub_state"
BACK = "/studio/hub-sign-in/back"  # where the hub sends the browser, which a link of the hub's site may open
LASTS_SECONDS = 30 * 86400.0
STATE_SECONDS = 600.0
NONCE_BYTES, MARK_BYTES = 12, 16
REACH_SECONDS = 10.0
MOST_BYTES = 100_000
SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCHEMA = "CREATE TABLE IF NOT EXISTS hub_sign_ins (hash TEXT PRIMARY KEY, subject TEXT NOT NULL, name TEXT NOT NULL, ends REAL NOT NULL)"
AGAIN = "This sign-in has expired; sign in again."
UNREACHED = "The model hub does not answer; try again."


@dataclass(frozen=True)
class Provider:
    """What the hub tells the Space of itself: the application's id and secret, what it may ask for, the hub's address."""

    client: str
    secret: str
    scopes: str
    address: str


def provider() -> Provider | None:
    """From the environment; None where the hub offers no sign-in, or the studio has accounts of its own."""
    from studio.access.accounts import accounts

    names = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OPENID_PROVIDER_URL")
    client, secret, address = (os.environ.get(name, "").strip() for name in names)
    if not (client and secret and address.startswith("https://")) or accounts():
        return None
    return Provider(client, secret, os.environ.get("OAUTH_SCOPES", "").strip() or "openid profile", address.rstrip("/"))


class HubSignIns:
    """Begins sign-ins with the hub, finishes them, recognises and ends them."""

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.time, client: Callable[[], Any] | None = None
    ) -> None:
        self.store, self.clock, self._client = store, clock, client or _client
        self._key = key_in(store.home / "identity")
        store.rows(SCHEMA)

    async def begin(self, given: Provider, back: str) -> tuple[str, str]:
        """The state for a cookie, and the hub's address to send the browser to. Raises Refusal."""
        state = self._new_state()
        digest = _text(hashlib.sha256(self._verifier(state).encode()).digest())
        asked = {
            "client_id": given.client,
            "redirect_uri": back,
            "response_type": "code",
            "scope": given.scopes,
            "state": state,
            "code_challenge": digest,
            "code_challenge_method": "S256",
        }
        endpoints = await self._endpoints(given)
        return state, f"{endpoints['authorization_endpoint']}?{urlencode(asked)}"

    async def finish(self, given: Provider, state: str, cookie: str, code: str, back: str) -> str:
        """The token for a cookie of whoever comes back from the hub to `back`. Raises Refusal."""
        if not (code and hmac.compare_digest(state.encode(), cookie.encode()) and self._is_good(state)):
            raise Refusal(AGAIN)
        endpoints = await self._endpoints(given)
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": self._verifier(state),
        }
        passed = await self._ask("POST", endpoints["token_endpoint"], data=asked, auth=(given.client, given.secret))
        bearer = {"authorization": f"Bearer {passed.get('access_token')}"}
        person = await self._ask("GET", endpoints["userinfo_endpoint"], headers=bearer)
        subject = str(person.get("sub", ""))
        if not SUBJECT.fullmatch(subject):
            raise Refusal(AGAIN)
        name = str(person.get("preferred_username") or person.get("name") or "")
        return await asyncio.to_thread(self._remember, subject, name)

    def _remember(self, subject: str, name: str) -> str:
        token, now = secrets.token_urlsafe(32), self.clock()
        self.store.rows("DELETE FROM hub_sign_ins WHERE ends < ?", now)
        shown = "".join(letter for letter in name if letter.isprintable())[:64] or subject
        self.store.rows("INSERT INTO hub_sign_ins VALUES (?,?,?,?)", _hash(token), subject, shown, now + LASTS_SECONDS)
        return token

    def _new_state(self) -> str:
        """43 characters: a nonce, the second at which it ends, and the mark of both under the studio's key."""
        body = secrets.token_bytes(NONCE_BYTES) + int(self.clock() + STATE_SECONDS).to_bytes(4, "big")
        return _text(body + self._mark(b"hub state:" + body)[:MARK_BYTES])

    def _is_good(self, state: str) -> bool:
        try:
            data = base64.urlsafe_b64decode(state + "=")
        except ValueError:
            return False
        body, mark = data[: NONCE_BYTES + 4], data[NONCE_BYTES + 4 :]
        right = hmac.compare_digest(mark, self._mark(b"hub state:" + body)[:MARK_BYTES])
        return right and int.from_bytes(body[NONCE_BYTES:], "big") >= self.clock()

    def _verifier(self, state: str) -> str:
        """PKCE's secret of a sign-in (RFC 7636, 4.1), which only a studio with this key can tell from the state."""
        return _text(self._mark(b"hub verifier:" + state.encode()))

    def _mark(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, hashlib.sha256)

    def who(self, token: str) -> tuple[str, str] | None:
        """The session and the name of a sign-in, or None when it is none or has ended."""
        found = self.store.rows("SELECT * FROM hub_sign_ins WHERE hash = ? AND ends > ?", _hash(token), self.clock())
        return (session_key("hub:" + found[0]["subject"]), found[0]["name"]) if found else None

    def end(self, token: str) -> None:
        """Delete a sign-in."""
        self.store.rows("DELETE FROM hub_sign_ins WHERE hash = ?", _hash(token))

    async def _endpoints(self, given: Provider) -> dict[str, str]:
        """The hub's endpoints, which must be its own. Raises Refusal."""
        told = await self._ask("GET", f"{given.address}/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
        endpoints = {name: str(told.get(name, "")) for name in names}
        if not all(address.startswith(given.address + "/") for address in endpoints.values()):
            raise Refusal(UNREACHED)
        return endpoints

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """The hub's answer, read on the event loop: a slow hub holds no thread. Raises Refusal."""
        import httpx

        try:
            status, body = await asyncio.wait_for(self._fetch(method, address, **more), REACH_SECONDS)
            answer = json.loads(body)
        except Refusal:
            raise
        except (httpx.HTTPError, asyncio.TimeoutError, ValueError, RecursionError):
            raise Refusal(UNREACHED) from None
        if status != 200 or not isinstance(answer, dict):
            raise Refusal(AGAIN if method == "POST" else UNREACHED)
        return answer

    async def _fetch(self, method: str, address: str, **more: Any) -> tuple[int, bytes]:
        body = b""
        async with self._client() as client, client.stream(method, address, **more) as answer:
            async for block in answer.aiter_bytes():
                body += block
                if len(body) > MOST_BYTES:
                    raise Refusal(UNREACHED)
            return answer.status_code, body


def _client() -> Any:
    import httpx

    return httpx.AsyncClient(timeout=REACH_SECONDS, follow_redirects=False)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
