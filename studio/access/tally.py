"""What is counted about requests, and the sampled lines about refusals in the audit log.

A refusal becomes a line with the address, the status and the area of the studio that was asked for; of one address at most ten a minute,
then one line that says how many more there were. Paths are not written: they may hold the names of files.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from studio.access.address import address_of
from studio.access.audit import AuditLog

LINES_A_MINUTE = 10  # of one address and event
ADDRESSES_A_MINUTE = 500  # further ones are counted together
OTHERS = "others"
MOST_ADDRESSES = 5000
UPLOADS = ("/studio/upload", "/gradio_api/upload")
REFUSED = frozenset((401, 403, 413, 429))
AREAS = frozenset(
    [
        "admin",
        "adopt",
        "artifacts",
        "assets",
        "call",
        "cancel",
        "config",
        "federate",
        "file",
        "films",
        "health",
        "heartbeat",
        "info",
        "jobs",
        "login",
        "logout",
        "make",
        "mcp",
        "media",
        "metrics",
        "models",
        "newsroom",
        "painters",
        "preference",
        "queue",
        "quiz",
        "run",
        "shared",
        "shares",
        "shelf",
        "sign-out",
        "specimens",
        "state",
        "static",
        "thumbnail",
        "tokens",
        "upload",
    ]
)


class Tally:
    """Counts since the start of this process. Safe to use from several threads."""

    def __init__(self, audit: AuditLog, clock: Callable[[], float] = time.time) -> None:
        self.audit, self.clock, self.started = audit, clock, time.time()
        self.answers: Counter[int] = Counter()
        self.refusals: Counter[tuple[int, str]] = Counter()
        self.events: Counter[str] = Counter()
        self.uploads: Counter[str] = Counter()
        self.open_requests = 0
        self._lock = threading.Lock()
        self._minute = 0
        self._seen: Counter[tuple[str, str]] = Counter()
        self._addresses: OrderedDict[str, str] = OrderedDict()

    def note(self, event: str, *, address: str, **facts: str | int | float | None) -> None:
        """An event that an attacker can repeat: counted always, written at most ten times a minute for each address."""
        self.roll()
        with self._lock:
            self.events[event] += 1
            key = (event, address)
            if key not in self._seen and len(self._seen) >= ADDRESSES_A_MINUTE:
                key = (event, OTHERS)
            self._seen[key] += 1
            written = self._seen[key] <= LINES_A_MINUTE
        if written:
            self.audit.write(event, address=address, **facts)

    def roll(self) -> None:
        """When a minute is over: one line for each address whose lines were left out."""
        minute = int(self.clock() // 60)
        with self._lock:
            if minute == self._minute:
                return
            self._minute, over = minute, self._seen
            self._seen = Counter()
        for (event, address), count in over.items():
            if count > LINES_A_MINUTE:
                self.audit.write(
                    event, address=address, reason="further ones in one minute", count=count - LINES_A_MINUTE
                )

    def came_from(self, session: str, address: str) -> None:
        """Remember, in memory only, from which address a session asked last: an administrator must find out who fills the queue."""
        with self._lock:
            self._addresses[session] = address
            self._addresses.move_to_end(session)
            if len(self._addresses) > MOST_ADDRESSES:
                self._addresses.popitem(last=False)

    def addresses(self) -> dict[str, str]:
        """The last address of each session that was seen since the start."""
        with self._lock:
            return dict(self._addresses)

    def answered(self, scope: Any, status: int) -> None:
        """One answer on its way out."""
        area = area_of(scope["path"])
        with self._lock:
            self.answers[status] += 1
            if scope["method"] == "POST" and scope["path"].rstrip("/") in UPLOADS:
                self.uploads["taken" if status < 300 else "refused"] += 1
            if status in REFUSED:
                self.refusals[(status, area)] += 1
        if status in REFUSED and not (area == "login" and status == 429):  # which has a line of its own
            self.note("refused", address=address_of(scope), status=status, area=area)


class TallyMiddleware:
    """ASGI middleware that sees every answer of the studio; it stands before all others and changes nothing."""

    def __init__(self, app: Any, tally: Tally) -> None:
        self.app, self.tally = app, tally

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def watch_send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.tally.answered(scope, message["status"])
            await send(message)

        self.tally.open_requests += 1
        try:
            await self.app(scope, receive, watch_send)
        finally:
            self.tally.open_requests -= 1


def area_of(path: str) -> str:
    """Which part of the studio a path belongs to, in a word of AREAS; never anything that the asker wrote."""
    words = path.split("/")[1:3]
    if words and words[0] in ("studio", "gradio_api"):
        words = words[1:]
    first = words[0].partition("=")[0] if words else ""
    return first if first in AREAS else "page" if path == "/" else "other"
