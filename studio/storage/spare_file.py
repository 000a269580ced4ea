"""A file that keeps some of the disk free: it is given up when the disk is full, so that deleting, which writes rows too, still works."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

SIZE_BYTES = 8_000_000


class SpareFile:
    """STUDIO_HOME/reserve. Several processes may hold one on the same folder."""

    def __init__(self, home: Path, size_bytes: int = SIZE_BYTES) -> None:
        self.path, self.size_bytes = home / "reserve", size_bytes

    def give_up(self) -> bool:
        """Free its space; False when there was none to free."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True

    def make(self) -> None:
        """Make it again once there is room for three times as much; what fails now is tried again later."""
        with suppress(OSError):
            if self.path.exists() or shutil.disk_usage(self.path.parent).free < 3 * self.size_bytes:
                return
            new = self.path.with_name(f"reserve.{os.getpid()}")
            try:
                with new.open("wb") as file:
                    for _ in range(0, self.size_bytes, 1_000_000):
                        file.write(os.urandom(1000) * 1000)  # no hole, and nothing that a file system would pack
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(self.path)
            finally:
                new.unlink(missing_ok=True)
