"""Whose turn it is: limits on what may wait, and turns between addresses and their sessions inside a lane.

The next job is one of the address, and there of the session, that has the fewest running in the lane and was served longest ago; one
that has just come counts as served when its oldest waiting job was asked for, so new sessions do not push in before those that wait.
Inside a session the order is that of `place`. Where accounts are on, a session is a person, and addresses do not count.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import secrets
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.settings import Refusal
from studio.access.address import is_loopback

ADDRESSES_FILE = "addresses.key"
SESSION_LIMIT = 50  # waiting jobs of one session
TOTAL_LIMIT = 500  # of all sessions (STUDIO_WAITING_JOBS)
KEPT_SECONDS = 3600.0  # how long it is remembered who was served


class Full(Refusal):
    """The queue takes no more now; later it may."""


@dataclass(frozen=True)
class Waiting:
    """A waiting job: its number, session, address, and when it was asked for (seconds since 1970)."""

    id: int
    session: str
    address: str
    created: float


def address_limit() -> int:
    """STUDIO_ADDRESS_JOBS: how many jobs of one address may wait (100). Raises Refusal when it is no number."""
    given = os.environ.get("STUDIO_ADDRESS_JOBS") or "100"
    if not given.isdigit() or len(given) > 9:
        raise Refusal("STUDIO_ADDRESS_JOBS must be a whole number, such as 100.")
    return int(given)


def total_limit() -> int:
    """STUDIO_WAITING_JOBS: how many jobs of all visitors may wait (500). Raises Refusal when it is no number."""
    given = os.environ.get("STUDIO_WAITING_JOBS") or str(TOTAL_LIMIT)
    if not given.isdigit() or len(given) > 9:
        raise Refusal("STUDIO_WAITING_JOBS must be a whole number, such as 500.")
    return int(given)


def check_waiting(own: int, near: int, all: int, most: int = SESSION_LIMIT) -> None:
    """Raises Full when one more job may not wait beside so many of this session, of this address and of all visitors."""
    if own >= most:
        raise Full(f"You have {most} jobs waiting already; let some finish.")
    if near and near >= address_limit():
        raise Full("Too many jobs from your network are waiting; try again later.")
    if all >= total_limit():
        raise Full("The studio is very busy; try again in a minute.")


class Addresses:
    """Addresses as the database knows them: hashed with a secret of this installation, so that nobody can read them there."""

    def __init__(self, home: Path) -> None:
        self._file = home / "identity" / ADDRESSES_FILE
        self._secret = b""

    def key(self, address: str) -> str:
        """Empty where addresses do not count: with accounts, and for this machine itself, be it a laptop's owner or a proxy nobody told of."""
        from studio.access.visitors import accounts

        if not address or accounts() or is_loopback(address):
            return ""
        return self.hashed(address)

    def hashed(self, address: str) -> str:
        """An address as it may be kept."""
        return hashlib.blake2b(address.encode("utf-8", "replace"), key=self._key(), digest_size=12).hexdigest()

    def _key(self) -> bytes:
        if not self._secret:
            with suppress(OSError):
                self._secret = self._file.read_bytes()[:64]
        if len(self._secret) < 16:
            self._secret = secrets.token_bytes(32)
            with suppress(OSError):  # a full disk: the secret then lasts as long as the process
                self._file.touch(0o600)
                self._file.write_bytes(self._secret)
        return self._secret


def addresses_key(folder: Path) -> bytes:
    """The secret in `folder`, made when there is none yet."""
    return Addresses(folder.parent)._key()


class Turns:
    """Who was served when in one lane."""

    def __init__(self) -> None:
        self._served: dict[str, float] = {}

    def served(self, waiting: Waiting | tuple[str, str], now: float) -> None:
        """Remember that a job of (session, address) was started."""
        session, address = waiting if isinstance(waiting, tuple) else (waiting.session, waiting.address)
        for name in ("s" + session, "a" + address):
            self._served[name] = now
        if len(self._served) > 5000:
            self._served = {name: when for name, when in self._served.items() if when > now - KEPT_SECONDS}

    def order(
        self, waiting: Sequence[Waiting], running: Sequence[tuple[str, str]], workers: int = 1, most: int | None = None
    ) -> list[int]:
        """The numbers of waiting jobs (given by `place`) in the order in which they will be started; `running`: (session, address), oldest first.

        It is assumed that what was started first ends first.
        """
        line = _Line(waiting, dict(self._served))
        numbers: list[int] = []
        busy = deque(running)
        now = max([*self._served.values(), *(waiting_job.created for waiting_job in waiting), 0.0])
        while line.left and (most is None or len(numbers) < most):
            while len(busy) >= max(1, workers):
                busy.popleft()
            waiting_job = line.take(
                Counter(session for session, _ in busy), Counter(address for _, address in busy), now := now + 1
            )
            busy.append((waiting_job.session, waiting_job.address))
            numbers.append(waiting_job.id)
        return numbers


class _Line:
    """Waiting jobs by address and session, taken one after the other."""

    def __init__(self, waiting: Sequence[Waiting], served: dict[str, float]) -> None:
        self._served, self.left = served, len(waiting)
        self._jobs: dict[str, dict[str, deque[Waiting]]] = {}
        for waiting_job in waiting:
            self._jobs.setdefault(waiting_job.address, {}).setdefault(waiting_job.session, deque()).append(waiting_job)
        self._since: dict[str, float] = {}  # when the oldest waiting job was asked for
        for waiting_job in waiting:
            for name in ("s" + waiting_job.session, "a" + waiting_job.address):
                self._since[name] = min(waiting_job.created, self._since.get(name, waiting_job.created))
        self._addresses = [(self._rank("a" + address), n, address) for n, address in enumerate(self._jobs)]
        self._sessions = {
            address: [(self._rank("s" + session), n, session) for n, session in enumerate(sessions)]
            for address, sessions in self._jobs.items()
        }
        for heap in (self._addresses, *self._sessions.values()):
            heapq.heapify(heap)

    def _rank(self, name: str) -> float:
        return max(self._served.get(name, 0.0), self._since[name])

    def take(self, sessions: Counter[str], addresses: Counter[str], now: float) -> Waiting:
        """The next job, when so many of each run already."""
        address = _best(self._addresses, addresses)
        session = _best(self._sessions[address], sessions)
        jobs = self._jobs[address][session]
        waiting = jobs.popleft()
        self.left -= 1
        self._served["s" + session] = self._served["a" + address] = now
        if jobs:
            heapq.heappush(self._sessions[address], (now, waiting.id, session))
        if self._sessions[address]:
            heapq.heappush(self._addresses, (now, waiting.id, address))
        return waiting


def _best(heap: list[tuple[float, int, str]], busy: Counter[str]) -> str:
    """The name with the fewest running, then the lowest rank; it is taken off the heap. At most as many are looked at as run, and one."""
    seen = [heapq.heappop(heap)]
    while heap and busy[seen[-1][2]]:
        seen.append(heapq.heappop(heap))
    best = min(seen, key=lambda entry: (busy[entry[2]], *entry))
    for entry in seen:
        if entry is not best:
            heapq.heappush(heap, entry)
    return best[2]
