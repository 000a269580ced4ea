"""Room for files that are still arriving: it counts against the session's quota, the quota of all, and the free disk, before a byte is written.

What a visitor announces is held against the visitor's own quota only; against what everybody shares, a few megabytes ahead of what has
arrived, so that nobody can hold the disk by announcing.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal
from studio.storage import kiosk

if TYPE_CHECKING:
    from studio.storage.store import Store

AHEAD_BYTES = 8_000_000
MOST_AT_ONCE = 16  # files of one session on their way, in or out
DISK_LOW = "The disk is nearly full; delete something from the shelf, then try again."


def megabytes(name: str, usual: float) -> float:
    """A setting in megabytes, in bytes. Raises Refusal when it is no number."""
    given = os.environ.get(name) or str(usual)
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e12:
        raise Refusal(f"{name} must be a number of megabytes, such as {usual:g}.")
    return value * 1e6


class Reservation:
    """One file on its way: `announced` and `arrived` bytes; `lies` says that the arrived ones are among those of `Reservations.lying`."""

    def __init__(self, all: Reservations, session: str, announced: int, lies: bool) -> None:
        self._all, self.session, self.announced, self.lies = all, session, announced, lies
        self.arrived = self.checked = 0

    @property
    def held(self) -> int:
        """Bytes that count against the session."""
        return max(self.announced, self.arrived)

    @property
    def ahead(self) -> int:
        """Bytes that are not written yet and count against the disk."""
        return AHEAD_BYTES if self.arrived >= self.announced else min(AHEAD_BYTES, self.announced - self.arrived)

    def due(self, count: int) -> bool:
        """Whether the room must be looked at again when so many more bytes come."""
        arrived = self.arrived + count
        return arrived > self.announced or arrived - self.checked >= AHEAD_BYTES // 2

    def grow(self, count: int) -> None:
        """So many more bytes are about to be written. Raises Refusal when there is no room for them."""
        due = self.due(count)
        self.arrived += count
        if due:
            self.checked = self.arrived
            self._all.check(self)


class Reservations:
    """All files of one store that are on their way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._open: set[Reservation] = set()
        self.lying: Callable[[str], int] = lambda session: (
            0
        )  # files of a session that have arrived and no call has taken yet

    @contextmanager
    def reserve(self, session: str, bytes: int = 0, lies: bool = False) -> Iterator[Reservation]:
        """Room for a file of so many bytes (0: nobody knows yet) until the block ends. Raises Refusal when there is none."""
        kiosk.check_may(self._store, session, kiosk.NO_UPLOADS)
        reservation = Reservation(self, session, max(0, bytes), lies)
        with self._lock:
            if sum(one.session == session for one in self._open) >= MOST_AT_ONCE:
                raise Refusal(f"{MOST_AT_ONCE} files of yours are on their way; wait until one is done.")
            self.check(reservation)
            self._open.add(reservation)
        try:
            yield reservation
        finally:
            with self._lock:
                self._open.discard(reservation)

    def held(self, session: str | None = None) -> int:
        """Bytes on their way: of one session as announced, of all as far as they have arrived."""
        with self._lock:
            return sum(one.held if session else one.arrived for one in self._open if session in (None, one.session))

    def _lying(self, session: str) -> int:
        """Bytes of a session that lie where they arrived, without those that are held as arriving."""
        here = sum(one.arrived for one in self._open if one.session == session and one.lies)
        return max(0, self.lying(session) - here)

    def check(self, reservation: Reservation) -> None:
        """Raises Refusal when the file does not fit beside what is kept and what else is on its way."""
        store = self._store
        with self._lock:
            others = [other for other in self._open if other is not reservation]
            mine = sum(other.held for other in others if other.session == reservation.session) + self._lying(
                reservation.session
            )
            if store.used_bytes(reservation.session) + mine + reservation.held > store.quota_bytes:
                store.tidy(undo_seconds=0, session=reservation.session)
                left = store.quota_bytes - store.used_bytes(reservation.session) - mine
                if reservation.held > left:
                    text = f"only {left / 1e6:.0f} MB are left" if left > 1e6 else "your shelf is full"
                    raise Refusal(
                        f"This file does not fit: {text} ({store.quota_bytes / 1e9:.1f} GB in all); delete something."
                    )
            free = shutil.disk_usage(store.home).free
            unwritten = max(reservation.announced - reservation.arrived, reservation.ahead)
            if free - store.spare_bytes - sum(other.ahead for other in others) < unwritten:
                raise Refusal(DISK_LOW)
            store.check_total(reservation.held + sum(other.arrived for other in others))
