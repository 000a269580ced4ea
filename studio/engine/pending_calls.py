"""Waiting for a job or a film without a thread: REST and MCP calls stand in one list, and one look at the store answers all of them.

A call stops waiting when its client has gone; the job itself goes on, as it does when a page is closed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipelines.core.settings import Refusal

WAIT_SECONDS = 3600.0
LOOK_SECONDS = 0.1
MOST_OF_SESSION = 8
MOST_OF_ADDRESS = 16
MOST = 32  # below the 40 calls that Gradio's queue runs side by side, so that short calls always find a place
GAVE_WAY = "Many calls are waiting; the result will be on your shelf."
COLLECT_SECONDS = 300.0  # within which the client of a call must come for its result


@dataclass(eq=False)
class _Waiter:
    look: Callable[[], Any]
    found: asyncio.Future[Any]
    session: str
    address: str
    stream: str
    begun: float = field(default_factory=time.monotonic)


class PendingCalls:
    """All calls that wait on this server's event loop."""

    def __init__(self, most: int = MOST, of_session: int = MOST_OF_SESSION, of_address: int = MOST_OF_ADDRESS) -> None:
        self.most, self.of_session, self.of_address = most, of_session, of_address
        self.waiters: list[_Waiter] = []
        self._open: Counter[str] = Counter()
        self._looking: asyncio.Task[None] | None = None

    async def until(
        self,
        look: Callable[[], Any],
        *,
        session: str,
        address: str = "",
        stream: str = "",
        seconds: float = WAIT_SECONDS,
    ) -> Any:
        """What `look` gives when it first gives anything but None, or what it raises. `look` is called in a thread, beside all others.

        `stream` names the connection on which the client waits. Raises Refusal when too many wait, TimeoutError after `seconds`.
        """
        self.check(session, address)
        if len(self.waiters) >= self.most and (other := self._must_give_way(address)) is not None:
            self.waiters.remove(other)
            _give_up(other, GAVE_WAY)
        waiter = _Waiter(look, asyncio.get_running_loop().create_future(), session, address, stream)
        self.waiters.append(waiter)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            return await asyncio.wait_for(waiter.found, seconds)
        finally:
            if waiter in self.waiters:
                self.waiters.remove(waiter)

    def check(self, session: str, address: str = "") -> None:
        """Raises Refusal when this session, its address or everybody together has as many calls waiting as there may be."""
        own = sum(waiter.session == session for waiter in self.waiters)
        near = sum(waiter.address == address for waiter in self.waiters) if address else 0
        if own >= self.of_session or near >= self.of_address:
            raise Refusal(f"{max(own, near)} calls of yours are waiting; let one of them finish.")
        if len(self.waiters) >= self.most and self._must_give_way(address) is None:
            raise Refusal("The studio is very busy; try again in a minute.")

    def _must_give_way(self, address: str) -> _Waiter | None:
        """Whose call stops waiting when all places are taken: the first one of the address that has the most, if the newcomer's has less."""
        counts = Counter(waiter.address for waiter in self.waiters)
        most = max(counts.values(), default=0)
        if most <= counts[address] + 1:
            return None
        return next(
            (waiter for waiter in self.waiters if counts[waiter.address] == most and not waiter.found.done()), None
        )

    def opened(self, stream: str) -> None:
        """A client has come to wait on this connection."""
        self._open[stream] += 1

    def closed(self, stream: str) -> None:
        """That client has gone: its calls stop waiting."""
        self._open[stream] -= 1
        if self._open[stream] > 0:
            return
        del self._open[stream]
        for waiter in self.waiters:
            if waiter.stream == stream:
                _give_up(waiter)

    async def _keep_looking(self) -> None:
        while self.waiters:
            present = [waiter for waiter in self.waiters if not waiter.found.done()]
            for one, result, problem in await asyncio.to_thread(_look, present):
                if one.found.done():
                    continue
                if problem is not None:
                    one.found.set_exception(problem)
                elif result is not None:
                    one.found.set_result(result)
            now = time.monotonic()
            for one in present:
                if one.stream and not self._open[one.stream] and now - one.begun > COLLECT_SECONDS:
                    _give_up(one)
            await asyncio.sleep(LOOK_SECONDS)


def _look(waiters: list[_Waiter]) -> list[tuple[_Waiter, Any, Exception | None]]:
    seen: list[tuple[_Waiter, Any, Exception | None]] = []
    for waiter in waiters:
        try:
            seen.append((waiter, waiter.look(), None))
        except Exception as problem:  # noqa: BLE001 (it is raised again to the caller who waits)
            seen.append((waiter, None, problem))
    return seen


def _give_up(waiter: _Waiter, why: str = "The client has gone; the result will be on your shelf.") -> None:
    if not waiter.found.done():
        waiter.found.set_exception(Refusal(why))
