"""Files that are still arriving: what they may take of a visitor's quota and of the disk, and how many may arrive at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pipelines.core.settings import Refusal
from studio.storage.store import Store

AT_ONCE = 6  # uploads of one session
AT_ONCE_ADDRESS = 24
AT_ONCE_TOTAL = 96
INLINE_BYTES_AN_HOUR = 200_000_000  # of one session, in the messages of MCP
LOOK_BYTES = 16_000_000  # the disk is asked again after so much
MOST_SESSIONS = 20_000


class Arrivals:
    """Asks the questions of the shelf before and while a file arrives. `lying` counts a session's files that no call has taken yet."""

    def __init__(self, store: Store, lying: Callable[[str], int] = lambda session: 0) -> None:
        self.store, self.lying = store, lying
        self.bytes: Counter[str] = Counter()
        self.sessions: Counter[str] = Counter()
        self.addresses: Counter[str] = Counter()
        self._inline: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()
        self.limits = int(os.environ.get("STUDIO_UPLOADS", str(AT_ONCE)))

    @asynccontextmanager
    async def arriving(self, session: str, address: str, announced: int, receive: Any) -> AsyncIterator[Any]:
        """A source of the message that counts it; raises Refusal at once, or from the source, when there is no room for it."""
        if self.sessions[session] >= self.limits or self.addresses[address] >= AT_ONCE_ADDRESS:
            raise Refusal(f"{self.limits} files of yours are arriving already; wait for one of them, then try again.")
        if self.sessions.total() >= AT_ONCE_TOTAL:
            raise Refusal("Too many files are arriving at the moment; please try again in a minute.")
        self.sessions[session] += 1
        self.addresses[address] += 1
        held = announced
        self.bytes[session] += held
        try:
            left = await asyncio.to_thread(self._room, session)
            size, looked = 0, 0

            async def take() -> Any:
                nonlocal size, looked, held
                message = await receive()
                size += len(message.get("body", b""))
                if size > held:
                    self.bytes[session] += size - held
                    held = size
                    if self.bytes[session] > left:
                        raise Refusal(self._full())
                if size - looked >= LOOK_BYTES:
                    looked = size
                    await asyncio.to_thread(self._room, session)
                return message

            yield take
        finally:
            _less(self.bytes, session, held)
            _less(self.sessions, session, 1)
            _less(self.addresses, address, 1)

    def _room(self, session: str) -> int:
        """How many bytes may arrive for a session, all its files together. Raises Refusal when these are too many, or the disk is full."""
        self.store.check_room(session)
        left = self.store.quota_bytes - self.store.used_bytes(session) - self.lying(session)
        if self.bytes[session] > left:
            raise Refusal(self._full())
        return left

    def _full(self) -> str:
        return (
            f"This does not fit on your shelf ({self.store.quota_bytes / 1e9:.1f} GB with what is arriving);"
            " delete something to make room."
        )

    async def charge(self, session: str, size: int) -> None:
        """Count a file that came inside a message; raises Refusal when a session sends too much that way within an hour."""
        await asyncio.to_thread(self.store.check_room, session)
        now = time.monotonic()
        spent = self._inline.setdefault(session, deque())
        self._inline.move_to_end(session)
        while spent and now - spent[0][0] > 3600.0:
            spent.popleft()
        if sum(one for _, one in spent) + size > INLINE_BYTES_AN_HOUR:
            raise Refusal("You have sent many files inside messages within this hour; please upload them instead.")
        spent.append((now, size))
        while len(self._inline) > MOST_SESSIONS:
            self._inline.popitem(last=False)


def _less(counter: Counter[str], key: str, amount: int) -> None:
    counter[key] -= amount
    if counter[key] <= 0:
        del counter[key]
