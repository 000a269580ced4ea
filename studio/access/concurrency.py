"""How many of one kind of work may go on at once, in all, for one address and for one session. Past that, the one who asks is told to wait.

Costly work of a request runs in the threads of its limit (`AtOnce.run`), with a deadline; it is told to end when the one who asked has gone.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from functools import cached_property
from typing import Any

from pipelines.core.settings import Refusal
from studio.access.address import is_loopback

IS_OVER: ContextVar[Callable[[], bool]] = ContextVar("IS_OVER", default=lambda: False)


def is_over() -> Callable[[], bool]:
    """What tells, also in another thread, whether nobody waits any more for the work that this thread does."""
    return IS_OVER.get()


class Busy(Refusal):
    """There is no place for this work at the moment."""

    status = 429


class Late(Refusal):
    """Work that was ended at its deadline."""

    status = 503


class AtOnce:
    """`with limit.of(session, address):` takes a place or raises Refusal at once; nobody waits, so no thread is held.

    An address has half of the places at most (or `near`), so that nobody keeps all others out by asking from many sessions.
    Of the work that holds a place `threads` run at a time (all, where it is 0), each for `seconds` with its waiting.
    """

    def __init__(
        self, what: str, *, total: int, each: int, near: int = 0, threads: int = 0, seconds: float = 60.0
    ) -> None:
        self.what, self.total, self.each = what, total, each
        self.near, self.threads, self.seconds = near or max(1, total // 2), threads or total, seconds
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._near: Counter[str] = Counter()

    @contextmanager
    def of(self, session: str, address: str = "") -> Iterator[None]:
        """Count a piece of work of a session and an address for a block. Raises Refusal beyond the limit."""
        near = "" if is_loopback(address) else address
        with self._lock:
            if self._held[session] >= self.each:
                raise Busy(f"Another {self.what} of yours is under way; wait until it is done.")
            if near and self._near[near] >= self.near:
                raise Busy(f"Another {self.what} of your network is under way; try again in a minute.")
            if self._held.total() >= self.total:
                raise Busy("The studio is very busy; try again in a minute.")
            self._held[session] += 1
            self._near[near] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[session] -= 1
                self._near[near] -= 1
                if not self._held[session]:
                    del self._held[session]
                if not self._near[near]:
                    del self._near[near]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix=self.what)

    async def run(
        self,
        session: str,
        address: str,
        work: Callable[[], Any],
        left: Callable[[], Coroutine[Any, Any, object]] | None = None,
    ) -> Any:
        """What work gives back, done in a thread of this limit. Its place is free when the work has ended, also where nobody waits for it.

        `left` ends when the one who asked has gone. Raises Refusal.
        """
        over, place = threading.Event(), ExitStack()
        place.enter_context(self.of(session, address))
        context = copy_context()
        context.run(IS_OVER.set, over.is_set)
        job: Future[Any] = self._pool.submit(context.run, work)
        job.add_done_callback(lambda _: place.close())
        answer, gone = asyncio.wrap_future(job), asyncio.ensure_future((left or asyncio.Event().wait)())
        try:
            await asyncio.wait((answer, gone), timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            raise Late(f"This {self.what} took too long; try again with less.")
        finally:
            over.set()
            answer.cancel()
            gone.cancel()


FORGETTING = AtOnce("deletion", total=8, each=1)
READING = AtOnce("file", total=12, each=3)  # examined while a request waits
CALLS = AtOnce("call", total=32, each=8)
BOOKS = AtOnce("book", total=8, each=1, near=1)  # read beside all other files
EXPORTS = AtOnce("export", total=2, each=1, seconds=600.0)
TELLING = AtOnce("story task", total=4, each=1, seconds=400.0)  # by a language model, which may be asked twice
SUGGESTIONS = AtOnce("suggestion", total=4, each=1, threads=2, seconds=120.0)
READINGS = AtOnce("reading", total=64, each=6, threads=2, seconds=120.0)  # by our rules; also small pictures of words
STAGES = AtOnce("stage change", total=6, each=2, threads=2, seconds=120.0)
COSTLY_WORKERS = READINGS.threads + STAGES.threads + SUGGESTIONS.threads + TELLING.threads
