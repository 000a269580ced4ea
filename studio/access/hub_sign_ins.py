"""Signing in with the model hub on a Space whose front matter says `hf_oauth`: OpenID Connect, authorization code with PKCE (RFC 7636).

The hub sets OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_SCOPES and OPENID_PROVIDER_URL. Whoever signs in has one shelf on every browser; nothing of
the hub's tokens is kept. Where the studio has accounts of its own, this stays off.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipelines.core.settings import Refusal
from studio.storage.store import Store, session_key

COOKIE, STATE_COOKIE = "studio_hub", "studio_hub_state"
BACK = "/studio/hub-sign-in/back"  # where the hub sends the browser, which a link of the hub's site may open
LASTS_SECONDS = 30 * 86400.0
STATE_SECONDS, MOST_STATES = 600.0, 1000
REACH_SECONDS = 10.0
MOST_BYTES = 100_000
SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCHEMA = "CREATE TABLE IF NOT EXISTS hub_sign_ins (hash TEXT PRIMARY KEY, subject TEXT NOT NULL, name TEXT NOT NULL, ends REAL NOT NULL)"
AGAIN = "This sign-in has expired or was not begun here; please sign in again."
UNREACHED = "The model hub does not answer; please try again."


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


@dataclass(frozen=True)
class Begun:
    """A sign-in that was sent to the hub: the proof that only this server knows, the address to come back to, until when."""

    verifier: str
    back: str
    ends: float


class HubSignIns:
    """Begins sign-ins with the hub, finishes them, recognises and ends them."""

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.time, client: Callable[[], Any] | None = None
    ) -> None:
        self.store, self.clock, self._client = store, clock, client or _client
        store.rows(SCHEMA)
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, given: Provider, back: str) -> tuple[str, str]:
        """The state for a cookie, and the hub's address to send the browser to. Raises Refusal."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._lock:
            now = self.clock()
            self._begun[state] = Begun(verifier, back, now + STATE_SECONDS)
            while len(self._begun) > MOST_STATES or next(iter(self._begun.values())).ends < now:
                self._begun.popitem(last=False)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": given.client, "redirect_uri": back, "response_type": "code", "scope": given.scopes, "state": state,
            "code_challenge": digest, "code_challenge_method": "S256",
        }  # fmt: skip
        return state, f"{self._said_by(given)['authorization_endpoint']}?{urlencode(asked)}"

    def finish(self, given: Provider, state: str, cookie: str, code: str) -> str:
        """The token for a cookie of whoever comes back from the hub. Raises Refusal."""
        with self._lock:
            begun = self._begun.pop(state, None)
        known = begun is not None and secrets.compare_digest(state.encode(), cookie.encode())
        if begun is None or not known or begun.ends < self.clock() or not code:
            raise Refusal(AGAIN)
        about = self._said_by(given)
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun.back, "code_verifier": begun.verifier}  # fmt: skip
        passed = self._ask("POST", about["token_endpoint"], data=asked, auth=(given.client, given.secret))
        who = self._ask(
            "GET", about["userinfo_endpoint"], headers={"authorization": f"Bearer {passed.get('access_token')}"}
        )
        subject, name = str(who.get("sub", "")), str(who.get("preferred_username") or who.get("name") or "")
        if not SUBJECT.fullmatch(subject):
            raise Refusal(AGAIN)
        token, now = secrets.token_urlsafe(32), self.clock()
        self.store.rows("DELETE FROM hub_sign_ins WHERE ends < ?", now)
        shown = "".join(one for one in name if one.isprintable())[:64] or subject
        self.store.rows("INSERT INTO hub_sign_ins VALUES (?,?,?,?)", _hash(token), subject, shown, now + LASTS_SECONDS)
        return token

    def who(self, token: str) -> tuple[str, str] | None:
        """The session and the name of a sign-in, or None when it is none or has ended."""
        found = self.store.rows("SELECT * FROM hub_sign_ins WHERE hash = ? AND ends > ?", _hash(token), self.clock())
        return (session_key("hub:" + found[0]["subject"]), found[0]["name"]) if found else None

    def end(self, token: str) -> None:
        """Delete a sign-in."""
        self.store.rows("DELETE FROM hub_sign_ins WHERE hash = ?", _hash(token))

    def _said_by(self, given: Provider) -> dict[str, str]:
        """The hub's endpoints, which must be its own. Raises Refusal."""
        told = self._ask("GET", f"{given.address}/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
        found = {name: str(told.get(name, "")) for name in names}
        if not all(one.startswith(given.address + "/") for one in found.values()):
            raise Refusal(UNREACHED)
        return found

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        import httpx

        try:
            with self._client() as client, client.stream(method, address, **more) as answer:
                body = b""
                for block in answer.iter_bytes():
                    body += block
                    if len(body) > MOST_BYTES:
                        raise Refusal(UNREACHED)
                told = json.loads(body)
                if answer.status_code != 200 or not isinstance(told, dict):
                    raise Refusal(AGAIN if method == "POST" else UNREACHED)
                return told
        except (httpx.HTTPError, ValueError, RecursionError) as problem:
            if isinstance(problem, Refusal):
                raise
            raise Refusal(UNREACHED) from None


def _client() -> Any:
    import httpx

    return httpx.Client(timeout=REACH_SECONDS, follow_redirects=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
