"""A small disk of its own for a studio's folder (tmpfs, which takes the rights of root), filled and freed at will."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from measure.soak.harness import ENDED, Options, Refused, Server, Visitor
from measure.soak.rows import Row

DISK_MB = 700
WHY_NOT = "skipped: a small disk can be mounted on Linux as root only"


class Disk:
    """A mounted tmpfs and the file that fills it."""

    def __init__(self, place: Path) -> None:
        self.place, self.filler = place, place / "filler"

    def fill(self, leave_bytes: int = 0) -> None:
        """Take all room but `leave_bytes`."""
        with self.filler.open("ab") as file:
            for _ in range(4):  # what is being written meanwhile may be first
                free = os.statvfs(self.place)
                room = free.f_bavail * free.f_frsize - leave_bytes
                if room <= 0:
                    return
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), room)
                except OSError:
                    continue

    def free(self) -> None:
        self.filler.unlink(missing_ok=True)

    def remount(self, how: str) -> bool:
        return (
            subprocess.run(
                ["mount", "-o", f"remount,{how}", str(self.place)], capture_output=True, check=False
            ).returncode
            == 0
        )


def can_mount() -> bool:
    """Whether a tmpfs can be mounted here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "soak", folder], capture_output=True, check=False
        ).returncode:
            return False
        return subprocess.run(["umount", folder], check=False).returncode == 0


@contextmanager
def server_on_small_disk(options: Options) -> Iterator[tuple[Server, Disk]]:
    """A studio (not started yet) whose folder is a disk of 700 MB."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), options.root)
        server.home.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "soak", str(server.home)], check=True)
        try:
            yield server, Disk(server.home)
        finally:
            server.stop()
            subprocess.run(["umount", "-l", str(server.home)], check=False)


def skipped(goal: str) -> list[Row]:
    return [Row(goal, WHY_NOT, None)]


def ends(visitor: Visitor, number: int, wrong: list[str], seconds: float = 120.0) -> dict[str, Any] | None:
    """The job when it has ended, though the studio may say meanwhile that the disk is full; None when it does not end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            job = visitor.job(number)
            if job is not None and job["state"] in ENDED:
                return job
        except Refused as problem:
            if not problem.honest:
                wrong.append(f"state: {problem}")
        except httpx.HTTPError as problem:
            wrong.append(f"state: {type(problem).__name__}")
        time.sleep(0.3)
    return None
