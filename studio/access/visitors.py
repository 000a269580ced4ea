"""Who is asking: an unguessable session per visitor, and the headers that keep one visitor's page to itself.

The session is a random cookie, or the signed-in user's name when the studio runs with accounts. Inside, only its hash is known.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal
from studio.access import bodies, gradio_routes
from studio.access.accounts import accounts, at_the_door, visitor_of
from studio.access.address import address_of
from studio.access.bodies import FILES_COME_TO, MOST_BODY_BYTES, TooLong, TooSlow, limit_length, too_long
from studio.access.cookies import CookieAttributes, is_secure, pairs_of, plain_header
from studio.access.origins import EMBED, PAGES, Hosts, Refused, refusal
from studio.access.owners import HEARTBEAT, NOT_YOURS, Owners
from studio.access.pace import Pace, Pages
from studio.access.scripts import policy
from studio.access.sessions import SessionCookies, pace_of_newcomers

if TYPE_CHECKING:
    from studio.engine.pending_calls import PendingCalls
    from studio.storage.arrivals import Arrivals

__all__ = ["MOST_BODY_BYTES", "Perimeter", "Visitors", "accounts", "token_in", "visitor_of"]
COOKIE = "studio_session"
SESSION_KEY = "studio.session"  # a key in an ASGI scope: whose request this is
COUNTED = "studio.arrival counted"  # a key in an ASGI scope: the bytes of this message are counted as they come
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
YEAR_SECONDS = 365 * 86400
TOO_LONG = "This message is too long; make it shorter."
NO_SESSION = (
    "This request has no session; make an access token on the Help tab and send it as “Authorization: Bearer studio_…”."
)
MANY_NEW = "Too many new visitors came from your network; try again later."
TWO_LENGTHS = "This message says its length in two ways."
MANY_PAGES = "There are too many requests from your network; try again in a minute."
MANY_CALLS = "You send calls too fast; try again in a minute."
MANY_REQUESTS = "There are too many requests from your network; try again in a minute."


@dataclass
class Perimeter:
    """What the middleware asks: under which names it answers, whose cookies it knows, what may arrive."""

    hosts: Hosts | None = None
    tokens: SessionCookies = field(default_factory=SessionCookies)
    newcomers: Pace = field(default_factory=pace_of_newcomers)
    gated: bool = False  # Gradio's routes go through studio/access/gradio_routes.py
    arrivals: Arrivals | None = None
    waiting: PendingCalls | None = None
    slots: frozenset[str] = frozenset()
    pages: Pages = field(default_factory=Pages)
    owners: Owners = field(default_factory=Owners)
    requests_of_address: int = field(default_factory=lambda: int(os.environ.get("STUDIO_REQUESTS_EACH", "200")))


class Visitors:
    """ASGI middleware, the outermost: refuses foreign hosts and pages, knows the session, gives every answer the security headers.

    A session begins only with a load of the page; how its cookie is set says `studio.access.cookies`. No message that is no file is
    longer than 4 MB, and none may stop in the middle.
    """

    def __init__(
        self, app: Any, frame_ancestors: Iterable[str] = (), framed: bool = False, perimeter: Perimeter | None = None
    ) -> None:
        ancestors = tuple(frame_ancestors)
        self.app, self.policy, self.manner = app, policy(ancestors).encode(), CookieAttributes.of(ancestors, framed)
        self.ancestors, self.perimeter = ancestors, perimeter or Perimeter()
        self._busy: dict[str, int] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            address = address_of(scope)
            if self._busy.get(address, 0) >= self.perimeter.requests_of_address:
                await self._say(Refused(429, MANY_REQUESTS), scope, send)
                return
            self._busy[address] = self._busy.get(address, 0) + 1
            try:
                await self._http(scope, receive, send, address)
            finally:
                self._busy[address] -= 1
                if self._busy[address] <= 0:
                    del self._busy[address]

    async def _websocket(self, scope: Any, receive: Any, send: Any) -> None:
        """The studio has no websockets; a foreign one is not even told so."""
        hosts = self.perimeter.hosts
        if hosts is not None and refusal(hosts, {**scope, "method": "GET"}, False) is not None:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any, address: str) -> None:
        asked, path, method = self.perimeter, scope.get("path", "/"), scope.get("method", "GET")
        scope = {**scope, "headers": plain_header(scope["headers"])}
        headers = dict(scope["headers"])
        foreign = refusal(asked.hosts, scope, bool(self.ancestors)) if asked.hosts is not None else None
        if foreign is None and asked.gated and not asked.pages.allowed(path, address):
            foreign = Refused(429, MANY_PAGES)
        kind = gradio_routes.kind_of(method, path) if asked.gated else gradio_routes.OPEN
        if foreign is None and kind == gradio_routes.CLOSED:
            foreign = Refused(404, "The studio has no such address.")
        if foreign is None and b"content-length" in headers and b"transfer-encoding" in headers:
            foreign = Refused(400, TWO_LENGTHS)
        if foreign is not None:
            await self._say(foreign, scope, send)
            return
        scope, fresh = await self._with_session(scope, headers, address, method, path)
        if isinstance(fresh, Refused):
            await self._say(fresh, scope, send)
            return
        answer = self._answering(scope, headers, fresh, send)
        receive = bodies.timely(receive)
        try:
            if not path.endswith(FILES_COME_TO):
                receive = limit_length(receive)
                if too_long(headers):
                    raise TooLong
            receive = answer.listening(receive)
            async with AsyncExitStack() as stack:
                if kind == gradio_routes.SESSION or path.endswith(FILES_COME_TO):
                    receive = await self._admit(scope, receive, headers, path, address, kind, stack)
                if method == "POST" and gradio_routes.QUEUED.fullmatch(path):
                    answer.send = asked.owners.learning(answer.send, scope[SESSION_KEY])
                await self._passed_on(scope, receive, answer, path)
        except (TooLong, TooSlow) as broken:
            await answer.refuse(BROKEN[type(broken)])
        except bodies.Gone:
            return
        except Refusal as problem:
            await answer.refuse(Refused(400, str(problem)))
        except _Denied as problem:
            await answer.refuse(problem.refused)

    async def _with_session(
        self, scope: Any, headers: dict[bytes, bytes], address: str, method: str, path: str
    ) -> tuple[Any, str | Refused | None]:
        """The scope with a session cookie of this studio or with none; and the cookie to set, if the page's load begins a session."""
        asked, sent = self.perimeter, headers.get(b"cookie", b"")
        token = token_in(sent.decode("latin-1"))
        if token is not None and not asked.tokens.signed(token):
            token = token if await at_the_door(asked.tokens.known, token) else None
        if token is not None:
            return scope, None
        dest = headers.get(b"sec-fetch-dest", b"document")
        begins = method == "GET" and path in PAGES and dest in (b"document", b"iframe")
        if begins and not asked.newcomers.take(address):
            return scope, Refused(429, MANY_NEW)
        fresh = asked.tokens.make() if begins else None
        cookies = [part.strip() for part in sent.split(b";") if part.strip()]
        cookies = [one for one in cookies if one.partition(b"=")[0].strip() != COOKIE.encode()]
        if fresh:
            cookies.append(f"{COOKIE}={fresh}".encode())
        kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if cookies:
            kept.append((b"cookie", b"; ".join(cookies)))
        return {**scope, "headers": kept}, fresh

    async def _admit(
        self, scope: Any, receive: Any, headers: dict[bytes, bytes], path: str, address: str, kind: str, stack: Any
    ) -> Any:
        """The source of the message of a request that needs a session. Raises _Denied, Refusal, TooLong or TooSlow."""
        from starlette.requests import Request

        asked = self.perimeter
        if kind != gradio_routes.SESSION and asked.arrivals is None:
            return receive
        try:
            session = visitor_of(Request(scope))
        except Refusal as problem:
            said = str(problem) if accounts() else NO_SESSION
            raise _Denied(Refused(401 if accounts() else 403, said)) from None
        scope[SESSION_KEY] = session
        streamed = _stream_of(scope, path) or (HEARTBEAT.fullmatch(path) or {"name": ""})["name"]
        if streamed and asked.owners.is_others(streamed, session):
            raise _Denied(Refused(404, NOT_YOURS))
        if path.endswith(FILES_COME_TO):
            if asked.arrivals is None:
                return receive
            length = bodies.announced_length(headers)
            if length is None:
                raise TooLong
            lies = path.startswith("/gradio_api")
            scope[COUNTED] = True
            return await stack.enter_async_context(
                asked.arrivals.arriving(session, address, length, receive, lies=lies)
            )
        if scope["method"] == "POST" and gradio_routes.CALLS.fullmatch(path):
            if not asked.pages.calls.take(session):
                raise _Denied(Refused(429, MANY_CALLS))
            body, tools = await bodies.read_whole(receive), path.startswith("/gradio_api/mcp")
            if why := bodies.checked_call(body, asked.slots, tools=tools):
                raise Refusal(why)
            if not asked.owners.may_send(body, session):
                raise _Denied(Refused(404, NOT_YOURS))
            if (
                tools and asked.arrivals is not None and (b"data:" in body or b"\\u" in body)
            ):  # a letter may be written as its number
                await asked.arrivals.charge(session, len(body))
            if gradio_routes.DIRECT.fullmatch(path):
                body = bodies.with_state(body, session)
                scope["headers"] = _with_length(scope["headers"], len(body))
            gone = asyncio.Event()
            scope["studio.gone"] = (gone, receive)
            return bodies.replay_message(body, gone)
        return receive

    async def _passed_on(self, scope: Any, receive: Any, answer: Any, path: str) -> None:
        """The application's turn; a call that is answered on this connection ends when the visitor goes away."""
        stream = _stream_of(scope, path) if self.perimeter.waiting is not None else ""
        if stream and self.perimeter.waiting is not None:
            self.perimeter.waiting.opened(stream)
            try:
                await self.app(scope, receive, answer)
            finally:
                self.perimeter.waiting.closed(stream)
        elif held := scope.pop("studio.gone", None):
            await _while_present(
                self.app(scope, receive, answer), *held, cut=bool(gradio_routes.DIRECT.fullmatch(path))
            )
        else:
            await self.app(scope, receive, answer)

    def _answering(self, scope: Any, headers: dict[bytes, bytes], fresh: str | None, send: Any) -> _Answer:
        secure = is_secure(scope, headers)
        added = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(self), geolocation=()"),
        ]
        host = headers.get(b"host", b"").decode("latin-1").rpartition(":")[0] or headers.get(b"host", b"").decode(
            "latin-1"
        )
        if secure or host in ("localhost", "127.0.0.1", "[::1]"):  # elsewhere browsers ignore it, and say so
            added.append((b"cross-origin-opener-policy", b"same-origin"))
        if not self.ancestors and not EMBED.fullmatch(str(scope.get("path"))):
            added.append((b"x-frame-options", b"SAMEORIGIN"))
        cookie = self.manner.cookie(COOKIE, fresh, YEAR_SECONDS, secure).encode() if fresh else None
        return _Answer(send, added, self.policy, cookie)

    async def _say(self, refused: Refused, scope: Any, send: Any) -> None:
        await self._answering(scope, dict(scope["headers"]), None, send).refuse(refused)


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]


BROKEN: dict[type[Exception], Refused] = {TooLong: Refused(413, TOO_LONG), TooSlow: Refused(408, bodies.SLOW)}


class _Denied(Exception):
    """A request without the session it needs."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence)
        self.refused = refused


class _Answer:
    """Sends an answer on with the security headers, without what Gradio says to other origins."""

    def __init__(self, send: Any, added: list[tuple[bytes, bytes]], csp: bytes, cookie: bytes | None) -> None:
        self.send, self.added, self.csp, self.cookie = send, added, csp, cookie
        self.started, self.muted = False, False
        self.problem: Refused | None = None

    def listening(self, receive: Any) -> Any:
        """The same source; when it breaks off, that is the answer, whatever the application makes of the exception."""

        async def take() -> Any:
            try:
                return await receive()
            except (TooLong, TooSlow) as broken:
                self.problem = BROKEN[type(broken)]
                raise

        return take

    async def __call__(self, message: Any) -> None:
        if self.problem is not None and not self.started:
            problem, self.problem = self.problem, None
            await self.refuse(problem)
            self.muted = True
        if self.muted:
            return
        if message["type"] == "http.response.start":
            self.started = True
            ours = {name for name, _ in self.added}
            kept = [
                (name, value)
                for name, value in message["headers"]
                if not name.lower().startswith(b"access-control-") and name.lower() not in ours
            ]
            if not any(name.lower() == b"content-security-policy" for name, _ in kept):
                kept.append((b"content-security-policy", self.csp))
            if self.cookie is not None:
                kept += [(b"set-cookie", self.cookie), (b"cache-control", b"no-store")]
            message = {**message, "headers": [*kept, *self.added]}
        await self.send(message)

    async def refuse(self, refused: Refused) -> None:
        """One sentence as JSON, unless an answer has begun already."""
        if self.started or self.muted:
            return
        self.problem = None
        body = json.dumps({"problem": refused.sentence, "detail": refused.sentence}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if refused.status in (408, 413) or refused.sentence == TWO_LENGTHS:  # RFC 9112, 6.3
            headers.append((b"connection", b"close"))
        if refused.status == 429:
            headers.append((b"retry-after", b"60"))
        await self({"type": "http.response.start", "status": refused.status, "headers": headers})
        await self({"type": "http.response.body", "body": body})


def _stream_of(scope: Any, path: str) -> str:
    """The name of the connection on which a client waits for the end of a call: Gradio's session hash or the call's id."""
    from urllib.parse import parse_qs

    found = gradio_routes.STREAMS.fullmatch(path)
    if found is None or scope.get("method") != "GET":
        return ""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return found["event"] or query.get("session_hash", [""])[0]


async def _while_present(work: Any, gone: asyncio.Event, receive: Any, *, cut: bool) -> None:
    """Run the application while somebody listens: tells it when the visitor has gone, and with `cut` ends it then."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    working, watching = asyncio.ensure_future(work), asyncio.ensure_future(watch())
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done() and cut:
            working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            if not gone.is_set():
                raise
    finally:
        watching.cancel()
        working.cancel()


def token_in(cookie_text: str) -> str | None:
    """The session token in a Cookie header, if it is one that this studio could have made."""
    found = pairs_of(cookie_text).get(COOKIE, "")
    return found if TOKEN.fullmatch(found) else None
