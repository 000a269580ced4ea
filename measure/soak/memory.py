"""How much memory a studio takes: the server and all processes below it, once a second.

On Linux a page that several processes share counts for each of them in part (PSS), so that the sum is what the machine really gives;
elsewhere psutil's resident size is taken, which counts shared pages several times.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from measure.soak.harness import described
from measure.soak.walk import Made


@dataclass(frozen=True)
class Sample:
    """Bytes at one moment: of each role, of all together (PSS), and resident sizes of the page and of all."""

    seconds: float
    pss: int
    rss: int
    page_rss: int
    roles: dict[str, int] = field(default_factory=dict)


def pss_of(pid: int) -> int | None:
    """The proportional size of a process in bytes; None where the system does not tell."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    return None


def role_of(process: psutil.Process, page: int) -> str:
    """What a process of the studio is for, in one word."""
    if process.pid == page:
        return "page"
    said = described(process)
    if "studio-worker" in said:
        words = said[said.index("studio-worker") :].split()
        lane = words[0].partition(":")[2] or (words[1] if len(words) > 1 and words[1].isalpha() else "")
        return f"worker {lane}".strip()
    return "intake" if "studio.intake" in said else "other"


def sample(page: int, begun: float) -> Sample | None:
    """One look at the tree below `page`; None when it is gone."""
    try:
        tree = [psutil.Process(page), *psutil.Process(page).children(recursive=True)]
    except psutil.NoSuchProcess:
        return None
    roles: dict[str, int] = {}
    pss = rss = page_rss = 0
    for process in tree:
        try:
            resident = process.memory_info().rss
            role = role_of(process, page)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        known = pss_of(process.pid)
        size = resident if known is None else known
        pss, rss = pss + size, rss + resident
        page_rss = resident if process.pid == page else page_rss
        roles[role] = roles.get(role, 0) + size
    return Sample(time.monotonic() - begun, pss, rss, page_rss, roles)


class Sampler:
    """Looks once a second until it is stopped; `page` says which process the server is now, since it may be started anew."""

    def __init__(self, page: Callable[[], int], every: float = 1.0) -> None:
        self.page, self.every, self.begun = page, every, time.monotonic()
        self.samples: list[Sample] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(self.every):
            found = sample(self.page(), self.begun)
            if found is not None:
                self.samples.append(found)

    def peak(self) -> Sample:
        return max(self.samples, key=lambda one: one.pss)

    def median_pss(self) -> float:
        return statistics.median(one.pss for one in self.samples)

    def largest(self) -> dict[str, int]:
        """The most that each role had at any moment, in bytes."""
        found: dict[str, int] = {}
        for one in self.samples:
            for role, size in one.roles.items():
                found[role] = max(found.get(role, 0), size)
        return found


def largest_during(sampler: Sampler, made: Sequence[Made], most: int = 8) -> dict[str, int]:
    """The steps of a walk during which all processes together were largest, each with that size in bytes."""
    found: dict[str, int] = {}
    for one in made:
        begun = one.begun - sampler.begun
        sizes = [look.pss for look in sampler.samples if begun <= look.seconds <= begun + one.seconds]
        found[one.what] = max([found.get(one.what, 0), *sizes])
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:most])


def rest(page: int, seconds: float = 10.0) -> int:
    """The least PSS in a few looks while nothing runs, in bytes."""
    begun, least = time.monotonic(), sys.maxsize
    while time.monotonic() - begun < seconds:
        found = sample(page, begun)
        least = min(least, found.pss) if found else least
        time.sleep(1.0)
    return least


def has_torch(pid: int) -> bool | None:
    """Whether torch's library is mapped into a process; None where the system does not tell."""
    try:
        return "libtorch" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return None
