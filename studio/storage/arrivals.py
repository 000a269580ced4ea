"""Files that are still arriving: how many may arrive at once, and who gives up a place when all are taken.

Their bytes are counted by `studio.storage.reservations`, once. Nobody can hold all places by sending slowly: when they are taken, the one
who holds the most gives up the slowest, and where all hold alike, one that comes at less than SLOW_BYTES_A_SECOND.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from pipelines.core.settings import Refusal
from studio.storage import kiosk
from studio.storage.reservations import Reservation
from studio.storage.store import Store

AT_ONCE = 6  # uploads of one session
AT_ONCE_ADDRESS = 24
AT_ONCE_TOTAL = 96
YOUNG_SECONDS = 10.0  # so long every upload keeps its place
SLOW_BYTES_A_SECOND = 50_000.0
INLINE_BYTES_AN_HOUR = 200_000_000  # of one session, in the messages of MCP
MOST_SESSIONS = 20_000
TOO_MANY = "The studio is very busy; try again in a minute."
GAVE_WAY = "This file came too slowly; try again."


class GaveWay(Refusal):
    """An upload that had to give up its place."""

    status = 503


class Arrival:
    """One file on its way: whose it is, since when, and how much of it has come."""

    def __init__(self, session: str, address: str, clock: Callable[[], float]) -> None:
        self.session, self.address, self._clock = session, address, clock
        self.begun, self.size, self.whole = clock(), 0, False
        self.stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def seconds(self) -> float:
        """How long the upload has been under way."""
        return self._clock() - self.begun

    @property
    def rate(self) -> float:
        """Bytes a second so far."""
        return self.size / max(self.seconds, 1e-3)

    async def next(self, receive: Any) -> Any:
        """The next message of its source. Raises GaveWay when it lost its place meanwhile."""
        reading = asyncio.ensure_future(receive())
        try:
            await asyncio.wait((reading, self.stopped), return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                raise GaveWay(GAVE_WAY)
            message = reading.result()
        finally:
            reading.cancel()
        self.size += len(message.get("body", b""))
        self.whole = not message.get("more_body")
        return message

    def give_way(self) -> None:
        """End this upload in favour of another."""
        if not self.stopped.done():
            self.stopped.set_result(None)


class Arrivals:
    """Asks the questions of the shelf before and while a file arrives. `lying` counts a session's files that no call has taken yet."""

    def __init__(
        self, store: Store, lying: Callable[[str], int] = lambda session: 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store, self.clock = store, clock
        store.count_lying(lying)
        self.open: set[Arrival] = set()
        self._inline: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()
        self.limits = int(os.environ.get("STUDIO_UPLOADS", str(AT_ONCE)))

    @asynccontextmanager
    async def arriving(
        self, session: str, address: str, announced: int, receive: Any, *, lies: bool = False
    ) -> AsyncIterator[Any]:
        """A source of the message that counts it; raises Refusal at once, or from the source, when there is no room for it.

        `lies`: what has arrived is among the files that `lying` counts.
        """
        arrival = self._take_place(session, address)
        with ExitStack() as stack:
            stack.callback(self.open.discard, arrival)
            stack.callback(arrival.stopped.cancel)
            await asyncio.to_thread(self.store.check_room, session)
            reservation = self.store.reserve(session, announced, lies=lies)
            room: Reservation = await asyncio.to_thread(stack.enter_context, reservation)

            async def take() -> Any:
                message = await arrival.next(receive)
                count = len(message.get("body", b""))
                if room.due(count):
                    await asyncio.to_thread(room.grow, count)
                else:
                    room.grow(count)
                return message

            yield take

    def _take_place(self, session: str, address: str) -> Arrival:
        """Take a place for one more file. Raises Refusal when there is none and no other upload has to give way."""
        if sum(other.session == session for other in self.open) >= self.limits:
            raise Refusal(f"{self.limits} files of yours are arriving; wait for one of them.")
        neighbours = [other for other in self.open if other.address == address]
        if len(neighbours) >= AT_ONCE_ADDRESS:
            self._make_way(neighbours, lambda other: other.session, session)
        if len(self.open) >= AT_ONCE_TOTAL:
            self._make_way(self.open, lambda other: other.address, address)
        arrival = Arrival(session, address, self.clock)
        self.open.add(arrival)
        return arrival

    def _make_way(self, arrivals: Iterable[Arrival], owner: Callable[[Arrival], str], newcomer: str) -> None:
        """Stop the slowest upload of the visitor with the most, if the newcomer has fewer; else a slow one. Raises Refusal."""
        counts = Counter(owner(arrival) for arrival in arrivals)
        old = [arrival for arrival in arrivals if not arrival.whole and arrival.seconds >= YOUNG_SECONDS]
        most = max(counts.values())
        greedy = [arrival for arrival in old if counts[owner(arrival)] == most > counts[newcomer] + 1]
        slow = [arrival for arrival in old if arrival.rate < SLOW_BYTES_A_SECOND]
        chosen = min(greedy or slow, key=lambda arrival: arrival.rate, default=None)
        if chosen is None:
            raise Refusal(TOO_MANY)
        self.open.discard(chosen)
        chosen.give_way()

    async def charge(self, session: str, size: int) -> None:
        """Count a file that came inside a message; raises Refusal when a session sends too much that way within an hour."""
        await asyncio.to_thread(kiosk.check_may, self.store, session, kiosk.NO_UPLOADS)
        await asyncio.to_thread(self.store.check_room, session)
        now = time.monotonic()
        spent = self._inline.setdefault(session, deque())
        self._inline.move_to_end(session)
        while spent and now - spent[0][0] > 3600.0:
            spent.popleft()
        if sum(one for _, one in spent) + size > INLINE_BYTES_AN_HOUR:
            raise Refusal("You have sent many files inside messages; upload them instead.")
        spent.append((now, size))
        while len(self._inline) > MOST_SESSIONS:
            self._inline.popitem(last=False)
