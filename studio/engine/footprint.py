"""How much memory the studio takes, and how much it may: the page's process, its workers and the intake's children together.

On Linux a page that several processes share counts once (PSS, /proc/<pid>/smaps_rollup); elsewhere resident sizes are added up.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
DEFAULT_STUDIO_MB = 3000.0
LEAST_KEPT_BYTES = 800_000_000  # the libraries alone take most of it
CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def machine_bytes() -> int:
    """The memory of this machine, or of the container in which the studio runs."""
    from psutil import virtual_memory

    total = int(virtual_memory().total)
    for name in CGROUPS:
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total


@dataclass(frozen=True)
class Budget:
    """`studio_bytes`: what all processes together should stay under. `worker_bytes`: past this a job is ended.

    Settings: STUDIO_MEMORY_MB (3000), STUDIO_WORKER_MEMORY_MB (60 % of the machine's memory).
    """

    studio_bytes: int
    worker_bytes: int

    @classmethod
    def from_environment(cls) -> Budget:
        """Read how much memory the studio and a worker may use."""
        studio = float(os.environ.get("STUDIO_MEMORY_MB") or DEFAULT_STUDIO_MB) * MEGABYTE
        chosen = os.environ.get("STUDIO_WORKER_MEMORY_MB")
        worker = float(chosen) * MEGABYTE if chosen else 0.6 * machine_bytes()
        return cls(int(studio), int(worker))

    @property
    def rest_bytes(self) -> int:
        """What the studio may keep in memory while nothing runs, so that the next job finds room."""
        return int(0.6 * self.studio_bytes)

    @property
    def kept_bytes(self) -> int:
        """What one worker may hold between two orders, libraries and all, before the least recently used models leave."""
        return max(LEAST_KEPT_BYTES, int(0.4 * self.studio_bytes))

    @property
    def models_bytes(self) -> int:
        """What the models of one worker may take, in measured bytes, before the least recently used leaves."""
        return int(0.3 * self.studio_bytes)


def resident_bytes(pid: int | str = "self") -> int:
    """The resident memory of one process; 0 when it is gone."""
    if sys.platform == "linux":
        try:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            return 0
    from psutil import Error, Process

    try:
        return int(Process(None if pid == "self" else int(pid)).memory_info().rss)
    except Error:
        return 0


def proportional_bytes(pid: int) -> int:
    """The memory of one process in which a shared page counts for its share; the resident size where the system does not say."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return resident_bytes(pid)


def studio_bytes() -> int:
    """The memory of this process and of all its descendants."""
    from psutil import Error, Process

    here = Process()
    try:
        below = [child.pid for child in here.children(recursive=True)]
    except Error:
        below = []
    return sum(proportional_bytes(pid) for pid in (here.pid, *below))


def forget_peak() -> None:
    """Let the kernel count this process's peak anew from here."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # not Linux, or not allowed: the peak is then since the start of the process
        return


def peak_bytes() -> int:
    """The highest resident memory of this process since `forget_peak`, or since its start."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    if sys.platform == "win32":
        from psutil import Process

        return int(Process().memory_info().peak_wset)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most if sys.platform == "darwin" else most * 1024)


def give_back() -> None:
    """Collect what nobody holds any more and hand free pages back to the system (glibc keeps them otherwise)."""
    gc.collect()
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):  # musl has no malloc_trim
            return
