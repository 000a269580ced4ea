"""A visitor's own data, under /studio/mine: what is kept, everything as one ZIP, and Forget me."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from pipelines.core.settings import Refusal
from studio.access.concurrency import FORGETTING
from studio.access.cookies import CookieAttributes, is_secure
from studio.access.route_guard import guard_route
from studio.access.visitors import COOKIE, token_in
from studio.storage import takeout
from studio.storage.forget import forget
from studio.storage.retention import keep_days
from studio.storage.store import session_key
from studio.studio import Studio

WORDS = "forget me"
STALLED_SECONDS = 120.0  # a download that moved nothing for so long has been left
MOST_DOWNLOADS = 16  # at a time, of all visitors


class Downloads:
    """Which sessions are downloading everything: one at a time each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moved: dict[str, tuple[object, float]] = {}

    def begin(self, session: str) -> object:
        """A ticket for one download. Raises Refusal while another of this session goes on, or too many do."""
        now, ticket = time.monotonic(), object()
        with self._lock:
            self._moved = {one: held for one, held in self._moved.items() if now - held[1] < STALLED_SECONDS}
            if session in self._moved:
                raise Busy("Your data is being downloaded already.")
            if len(self._moved) >= MOST_DOWNLOADS:
                raise Busy("The studio is very busy; try again in a minute.")
            self._moved[session] = (ticket, now)
        return ticket

    def busy(self, session: str) -> bool:
        """Whether a download of the session is moving."""
        with self._lock:
            held = self._moved.get(session)
        return held is not None and time.monotonic() - held[1] < STALLED_SECONDS

    def blocks(self, session: str, ticket: object, blocks: Iterator[bytes]) -> Generator[bytes, None, None]:
        """The blocks of a download, until another takes its place because it had stalled."""
        for block in blocks:
            with self._lock:
                if self._moved.get(session, (None, 0.0))[0] is not ticket:
                    return
                self._moved[session] = (ticket, time.monotonic())
            if block:
                yield block

    def end(self, session: str, ticket: object) -> None:
        """Forget a download, unless a newer one of the session has begun."""
        with self._lock:
            if self._moved.get(session, (None, 0.0))[0] is ticket:
                del self._moved[session]


class Busy(Refusal):
    """Not now."""

    status = 429


class Sent(StreamingResponse):
    """A stream whose end is told, however it comes: at its end, by an error, or because the visitor left."""

    def __init__(self, blocks: Generator[bytes, None, None], done: Callable[[], None], **more: Any) -> None:
        super().__init__(blocks, **more)
        self._blocks, self._done = blocks, done

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._blocks.close()
            self._done()


def add(routes: APIRouter, studio: Studio) -> None:
    """Add all of them to the studio's router."""
    downloads = Downloads()

    def summary(session: str, request: Request) -> Any:
        store = studio.store
        counted = store.rows("SELECT COUNT(*) AS n FROM artifacts WHERE session = ? AND deleted IS NULL", session)[0][
            "n"
        ]
        return {
            "files": counted,
            "films": studio.films.store.rows(
                "SELECT COUNT(*) AS n FROM films WHERE session = ? AND deleted IS NULL", session
            )[0]["n"],
            "bytes": store.used_bytes(session),
            "quota": store.quota_bytes,
            "keep_days": keep_days(),
            "busy": downloads.busy(session),
            "words": WORDS,
        }

    def download(session: str, request: Request) -> Response:
        ticket = downloads.begin(session)
        blocks = downloads.blocks(session, ticket, takeout.stream_session(studio, session))
        headers = {
            "content-disposition": f'attachment; filename="afternoon-studio-{time.strftime("%Y-%m-%d")}.zip"',
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Sent(blocks, lambda: downloads.end(session, ticket), media_type="application/zip", headers=headers)

    async def forget_me(session: str, request: Request) -> Response:
        said = request.state.asked.get("confirm")
        if not isinstance(said, str) or " ".join(said.lower().split()) != WORDS:
            raise Refusal(f"Type “{WORDS}” to confirm.")
        token = token_in(request.headers.get("cookie", ""))
        anonymous = token is not None and session_key("visitor:" + token) == session
        with FORGETTING.of(session):
            count = await asyncio.to_thread(forget, studio, session, comes_back=not anonymous)
        answer = JSONResponse({"done": True, "files": count})
        if anonymous:
            answer.headers["set-cookie"] = ended_cookie(request)
        return answer

    routes.add_api_route("/mine", guard_route(summary), methods=["GET"])
    routes.add_api_route("/mine/download", guard_route(download), methods=["GET"])
    routes.add_api_route("/mine/forget", guard_route(forget_me), methods=["POST"])


def ended_cookie(request: Request) -> str:
    """Takes the session's cookie away; the next page load begins a new session."""
    return CookieAttributes.from_environment().cookie(COOKIE, "", 0, is_secure(request.scope))
