"""How many requests of one sort an address may send in a minute; counted in memory.

Where several servers share a database, each adds what it counted to the common counts once a second and learns them (`Shared`), so an address
has one pace for all servers, and no request waits for the database.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal
from studio.access.address import is_loopback

if TYPE_CHECKING:
    from studio.storage.store import Store

MOST_ADDRESSES = 20_000
EXCHANGE_SECONDS = 1.0


class Pace:
    """So many requests of an address within a window of `seconds`. Safe to use from several threads."""

    def __init__(self, most: int, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self._new: Counter[str] | None = None  # counted since the last exchange with other servers
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()  # address -> window, count

    def full(self, address: str) -> bool:
        """Whether the address has used up its window; counts nothing."""
        with self._lock:
            window, count = self._seen.get(address, (0, 0))
            return window == self._window() and count >= self.most

    def take(self, address: str) -> bool:
        """Count one request; whether it still is within the pace."""
        now = self._window()
        with self._lock:
            window, count = self._seen.get(address, (0, 0))
            count = count + 1 if window == now else 1
            self._seen[address] = (now, count)
            self._seen.move_to_end(address)
            if self._new is not None:
                self._new[address] += 1
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return count <= self.most

    def _window(self) -> int:
        return int(self.clock() // self.seconds) + 1

    def exchange(self, add: Callable[[str, int, int], int]) -> None:
        """Add what is new to the common counts: `add(address, window, count)` gives back the count of all servers in that window."""
        with self._lock:
            window, new, self._new = self._window(), self._new or Counter(), Counter()
        for address, count in new.items():
            total = add(address, window, count)
            with self._lock:
                here = self._seen.get(address, (window, 0))
                if here[0] == window:
                    self._seen[address] = (window, max(here[1], total))

    def share(self) -> None:
        """From now on count for an exchange, by the time of day, which all servers know."""
        with self._lock:
            self.clock, self._new = time.time, Counter()
            self._seen.clear()


class Shared:
    """The common counts of several servers. Addresses are kept as hashes."""

    def __init__(self, store: Store, hashed: Callable[[str], str], paces: Mapping[str, Pace]) -> None:
        self.store, self.hashed, self.paces = store, hashed, dict(paces)
        for pace in self.paces.values():
            pace.share()
        self._stop = threading.Event()
        threading.Thread(target=self._work, name="paces", daemon=True).start()

    def exchange(self) -> None:
        """One exchange of all paces. Raises Refusal when the database does not answer; what was counted then stays this server's own."""
        for name, pace in self.paces.items():
            pace.exchange(lambda address, window, count, name=name: self._add(name, address, window, count))  # type: ignore[misc]

    def _add(self, name: str, address: str, window: int, count: int) -> int:
        rows = self.store.rows(
            "INSERT INTO paces (name, since, count) VALUES (?,?,?) ON CONFLICT (name) DO UPDATE SET since = excluded.since,"
            " count = CASE WHEN paces.since = excluded.since THEN paces.count + excluded.count ELSE excluded.count END RETURNING count",
            f"{name} {self.hashed(address)}",
            window * self.paces[name].seconds,
            count,
        )
        return int(rows[0]["count"])

    def _work(self) -> None:
        turns = 0
        while not self._stop.wait(EXCHANGE_SECONDS):
            turns += 1
            with suppress(Refusal):
                self.exchange()
                if turns % 600 == 0:
                    self.store.rows("DELETE FROM paces WHERE since < ?", time.time() - 2 * 3600.0)

    def stop(self) -> None:
        """End the thread that shares the counts."""
        self._stop.set()


class Pages:
    """How often an address may ask for what is large and made anew each time: the page, and Gradio's descriptions of it.

    STUDIO_PAGE_LOADS is how many pages a minute (60; Gradio's descriptions: half as many). This machine itself is not counted.
    STUDIO_CALLS is how many calls of Gradio's functions a session may send a minute (300), wherever it is.
    """

    LARGE = re.compile(r"/config/?|/gradio_api/(info/?|openapi\.json)")

    def __init__(self, most: int | None = None) -> None:
        most = most if most is not None else int(os.environ.get("STUDIO_PAGE_LOADS", "60"))
        self.page, self.large = Pace(most), Pace(max(1, most // 2))
        self.calls = Pace(int(os.environ.get("STUDIO_CALLS", "300")))

    def allowed(self, path: str, address: str) -> bool:
        """Whether this request is within the pace; counts it."""
        if is_loopback(address):
            return True
        if path in ("", "/"):
            return self.page.take(address)
        return self.large.take(address) if self.LARGE.fullmatch(path) else True
