"""ASGI middlewares that find out who asks, and with accounts on lets in only who is signed in or shows an access token.

Gradio's own sign-in is not used: it writes the list of all endpoints into the page that asks for the password, guards neither its MCP
server nor its cancel route, and keeps sign-ins in memory for ever. Here everything but a short list of paths is closed, whatever
routes Gradio adds.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.accounts import IDENTITY, PLEASE_SIGN_IN, Identity, accounts, admins, at_the_door, session_of
from studio.access.address import address_of
from studio.access.cookies import pairs_of, plain_header
from studio.access.hub_sign_ins import COOKIE as HUB_COOKIE
from studio.access.hub_sign_ins import HubSignIns, provider
from studio.access.sign_in_page import page
from studio.access.sign_ins import COOKIE, SignIns
from studio.access.tally import Tally
from studio.access.tokens import PREFIX, AccessTokens
from studio.access.visitors import COOKIE as VISITOR
from studio.storage.store import session_key

COOKIE_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
OPEN = frozenset(("/login", "/login/", "/logout", "/studio/health", "/gradio_api/startup-events", "/favicon.ico"))
OPEN_FILES = re.compile(r"/studio/static/[\w.-]+|/studio/assets/fonts/[\w.-]+")
# each asks for its link itself
OPEN_SHARED = re.compile(r"/studio/shared/[A-Za-z0-9_-]{43}(/(embed|media|picture|captions))?")
# where a person who is not signed in gets the form instead of a sentence
PAGES = ("/", "/studio/admin", "/studio/newsroom")
SHOWN = "studio.token shown"  # a key in an ASGI scope
UNKNOWN_TOKEN = "This access token is unknown, expired or revoked; make a new one on the Help tab."


class Identify:
    """Find out who sends a request, and put the answer into the ASGI scope for the middleware and routes behind."""

    def __init__(
        self, app: Any, sign_ins: SignIns, tokens: AccessTokens, tally: Tally, hub: HubSignIns | None = None
    ) -> None:
        self.app, self.sign_ins, self.tokens, self.tally, self.hub = app, sign_ins, tokens, tally, hub

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": plain_header(scope["headers"])}
            scope.pop(IDENTITY, None)
            try:
                identity, shown = await at_the_door(self._identity, scope["headers"], bool(accounts()))
            except Refusal:  # accounts or database cannot be read: nobody is anybody, and the filter behind says so
                identity, shown = None, False
            if shown:  # a token acts for its own session only, whatever cookies come along
                scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
                scope[SHOWN] = True
            if identity is not None:
                scope[IDENTITY] = identity
            self._remember(scope, identity)
        await self.app(scope, receive, send)

    def _identity(self, headers: list[tuple[bytes, bytes]], closed: bool) -> tuple[Identity | None, bool]:
        """Who asks, and whether an access token was shown. One that is wrong is never made good by a cookie."""
        given = [value.decode("latin-1") for name, value in headers if name == b"authorization"]
        texts = [words[1] for one in given if len(words := one.split()) == 2 and words[0].lower() == "bearer"]
        # another service before the studio may have tokens of its own
        ours = [text for text in texts if text.startswith(PREFIX)]
        if ours:
            return (self.tokens.identity(ours[0], accounts_on=closed) if len(ours) == 1 else None), True
        if closed and (token := cookie_of(headers, COOKIE)):
            account = self.sign_ins.account_of(token)
            if account is not None:
                return Identity(session_of(account), account, account in admins()), False
        if self.hub is not None and provider() is not None and (token := cookie_of(headers, HUB_COOKIE)):
            who = self.hub.who(token)
            if who is not None:
                return Identity(who[0], hub_name=who[1]), False
        return None, False

    def _remember(self, scope: Any, identity: Identity | None) -> None:
        if scope["method"] == "POST" and identity is not None:
            self.tally.came_from(identity.session, address_of(scope))
        elif scope["method"] == "POST" and (token := cookie_of(scope["headers"], VISITOR)):
            self.tally.came_from(session_key("visitor:" + token), address_of(scope))


class SignInFilter:
    """Behind the middleware of sessions and headers, and before everything that answers: who may come in."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":  # the studio has none
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            closed = bool(accounts())
        except Refusal as problem:
            await _say(send, 503, str(problem))
            return
        path, known = scope["path"], IDENTITY in scope
        if scope.get(SHOWN) and not known:
            await _say(send, 401, UNKNOWN_TOKEN)
            return
        shared = scope["method"] in ("GET", "HEAD") and OPEN_SHARED.fullmatch(path)
        if closed and not known and not shared and path not in OPEN and not OPEN_FILES.fullmatch(path):
            await self._turn_away(scope, send)
            return
        await self.app(scope, receive, send)

    async def _turn_away(self, scope: Any, send: Any) -> None:
        if scope["path"] in PAGES and scope["method"] in ("GET", "HEAD"):
            # the start page says 200, since whatever watches over a server looks there
            await answer(send, 200 if scope["path"] == "/" else 401, page(scope["path"]), b"text/html; charset=utf-8")
            return
        await _say(send, 401, PLEASE_SIGN_IN)


async def _say(send: Any, status: int, sentence: str) -> None:
    extra = [(b"www-authenticate", b'Bearer realm="Afternoon Studio"')] if status == 401 else []
    await answer(send, status, json.dumps({"problem": sentence, "detail": sentence}), b"application/json", extra)


async def answer(
    send: Any, status: int, text: str, kind: bytes, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    """One whole answer that no cache keeps."""
    body = text.encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *(extra or ())]})
    await send({"type": "http.response.body", "body": body})


def cookie_of(headers: list[tuple[bytes, bytes]], name: str) -> str | None:
    """The value of one of our cookies, if it has the form that the studio gives them."""
    sent = "; ".join(value.decode("latin-1") for key, value in headers if key == b"cookie")
    found = pairs_of(sent).get(name, "")
    return found if COOKIE_FORM.fullmatch(found) else None
