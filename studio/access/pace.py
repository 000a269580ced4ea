"""How many requests of one sort an address may send in a minute; counted in memory."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from studio.access.address import is_loopback

MOST_ADDRESSES = 20_000


class Pace:
    """So many requests of an address within a window of `seconds`. Safe to use from several threads."""

    def __init__(self, most: int, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
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
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return count <= self.most

    def _window(self) -> int:
        return int(self.clock() // self.seconds) + 1


class Pages:
    """How often an address may ask for what is large and made anew each time: the page, and Gradio's descriptions of it.

    STUDIO_PAGE_LOADS is how many pages a minute (60; Gradio's descriptions: half as many). This machine itself is not counted."""

    LARGE = re.compile(r"/config/?|/gradio_api/(info/?|openapi\.json)")

    def __init__(self, most: int | None = None) -> None:
        most = most if most is not None else int(os.environ.get("STUDIO_PAGE_LOADS", "60"))
        self.page, self.large = Pace(most), Pace(max(1, most // 2))

    def allowed(self, path: str, address: str) -> bool:
        """Whether this request is within the pace; counts it."""
        if is_loopback(address):
            return True
        if path in ("", "/"):
            return self.page.take(address)
        return self.large.take(address) if self.LARGE.fullmatch(path) else True
