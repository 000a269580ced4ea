"""Connections: how many there may be, how long one may take to say what it wants, and how many files the process may have open.

Gradio starts uvicorn with its defaults, which wait for ever for the rest of a request's headers. `guard` gives that server a
protocol class of its own, through uvicorn's `Config.http`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from dataclasses import dataclass

from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from studio.access.address import network_of, proxies

log = logging.getLogger(__name__)
RESERVED_FILES = 256  # for the store, the models and the child processes
MOST_FILES = 65_536
LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\n"
TOO_LATE = "The request came too late; send it again."
FULL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nconnection: close\r\nretry-after: 10\r\n"


@dataclass(frozen=True)
class Limits:
    """Seconds and numbers of connections; from the environment."""

    header_seconds: float = 15.0
    idle_seconds: float = 5.0
    unread_seconds: float = 60.0
    total: int = 1000
    of_address: int = 200

    @classmethod
    def from_environment(cls) -> Limits:
        """Read the limits from the environment, with defaults."""
        total = int(os.environ.get("STUDIO_CONNECTIONS", "1000"))
        return cls(
            header_seconds=float(os.environ.get("STUDIO_HEADER_SECONDS", "15")),
            unread_seconds=float(os.environ.get("STUDIO_UNREAD_SECONDS", "60")),
            total=max(16, min(total, open_files() - RESERVED_FILES)) if open_files() else total,
            of_address=int(os.environ.get("STUDIO_CONNECTIONS_EACH", "200")),
        )


def open_files() -> int:
    """How many files this process may have open now; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft


def raise_open_files() -> int:
    """Let the process open as many files as the system lets it; gives back how many that are (0: unknown)."""
    try:
        import resource
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as problem:
            log.warning("the limit of open files stays at %d: %s", soft, problem)
    return open_files()


def guard(server: Server, limits: Limits | None = None) -> type[H11Protocol]:
    """Have a server that is not started yet treat every connection by these limits; gives back the protocol class."""
    chosen = limits or Limits.from_environment()
    here = type("Guarded", (Guarded,), {"limits": chosen, "present": set(), "addresses": Counter()})
    server.config.http = here
    server.config.ws = "none"  # an upgraded connection would not be counted any more
    server.config.timeout_keep_alive = int(chosen.idle_seconds)
    return here


def answer(head: bytes, sentence: str) -> bytes:
    """A whole small HTTP answer."""
    said = b'{"problem": "' + sentence.encode() + b'"}'
    return head + f"content-length: {len(said)}\r\n\r\n".encode() + said


class Guarded(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with deadlines for headers and unread answers, and a limit on connections."""

    limits: Limits
    present: set[Guarded]
    addresses: Counter[str]
    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _address: str | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let a connection in, or turn it away where there are too many."""
        super().connection_made(transport)
        address = network_of(str(self.client[0])) if self.client else "unknown"
        each = proxies() == 0  # behind a proxy every connection has the proxy's address
        if each and self.addresses[address] >= self.limits.of_address:
            self._turn_away("There are too many connections from your network; close some.")
            return
        if (
            len(self.present) >= self.limits.total
            and not self._close_an_idle_one()
            and not (each and self._take_a_share(address))
        ):
            self._turn_away("The studio is very busy; try again in a minute.")
            return
        self._address, self._since = address, self.loop.time()
        self.addresses[address] += 1
        self.present.add(self)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection that has ended."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrives, and expect the rest of a request in time."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._expect()

    def on_response_complete(self) -> None:
        """Expect the next request in time."""
        super().on_response_complete()
        self._expect()

    def pause_writing(self) -> None:
        """Wait for a visitor who does not read, for a limited time."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the clock once the visitor reads again."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        """While no request is being answered, its headers must be complete in time; bodies have a deadline of their own."""
        if self._busy() or self.transport.is_closing():
            if self._late is not None:
                self._late.cancel()
                self._late = None
        elif self._late is None and self.timeout_keep_alive_task is None:
            self._late = self.loop.call_later(self.limits.header_seconds, self._was_late)

    def _was_late(self) -> None:
        self._late = None
        if not self._busy() and not self.transport.is_closing():
            self.transport.write(answer(LATE, TOO_LATE))
            self.transport.close()

    def _close_an_idle_one(self) -> bool:
        for other in self.present:
            if not other._busy():
                other._forget()
                other.transport.abort()
                return True
        return False

    def _take_a_share(self, address: str) -> bool:
        """When all places are busy: end a connection of the network that holds the most, if the newcomer's holds less.

        One whose answer waits for its reader goes first, then the one that was there first.
        """
        most = max(self.addresses.values(), default=0)
        if most <= self.addresses[address] + 1:
            return False
        theirs = [one for one in self.present if one._address is not None and self.addresses[one._address] == most]
        chosen = min(theirs, key=lambda one: (one._unread is None, one._since))
        chosen._forget()
        chosen.transport.abort()
        return True

    def _turn_away(self, sentence: str) -> None:
        self.transport.write(answer(FULL, sentence))
        self.transport.close()

    def _forget(self) -> None:
        for timer in (self._late, self._unread):
            if timer is not None:
                timer.cancel()
        self._late = self._unread = None
        if self._address is not None:
            self.present.discard(self)
            self.addresses[self._address] -= 1
            if self.addresses[self._address] <= 0:
                del self.addresses[self._address]
            self._address = None
