"""How many of one kind of work may go on at once, in all, for one address and for one session. Past that, the one who asks is told to wait."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.core.settings import Refusal
from studio.access.address import is_loopback


class AtOnce:
    """`with limit.of(session, address):` takes a place or raises Refusal at once; nobody waits, so no thread is held.

    An address has half of the places at most, so that nobody keeps all others out by asking from many sessions."""

    def __init__(self, what: str, *, total: int, each: int) -> None:
        self.what, self.total, self.each = what, total, each
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._near: Counter[str] = Counter()

    @contextmanager
    def of(self, session: str, address: str = "") -> Iterator[None]:
        """Count a piece of work of a session and an address for a block. Raises Refusal beyond the limit."""
        near = "" if is_loopback(address) else address
        with self._lock:
            if self._held[session] >= self.each:
                raise Refusal(f"Another {self.what} of yours is under way; please wait until it is done.")
            if near and self._near[near] >= max(1, self.total // 2):
                raise Refusal(f"Another {self.what} of your network is under way; please try again in a minute.")
            if self._held.total() >= self.total:
                raise Refusal(f"The studio is busy with other visitors' {self.what}s; please try again in a minute.")
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


FORGETTING = AtOnce("deletion", total=8, each=1)
READING = AtOnce("file", total=12, each=3)  # examined while a request waits
CALLS = AtOnce("call", total=32, each=8)
EXPORTS = AtOnce("export", total=2, each=1)
TELLING = AtOnce("story", total=4, each=1)  # read or written by a language model
SUGGESTIONS = AtOnce("suggestion", total=4, each=1)
