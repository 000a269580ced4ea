"""The audit log: who signed in, what was refused, what an administrator cancelled, what was deleted. It never holds a visitor's words.

STUDIO_HOME/audit.log: one JSON object a line, with the time, the event, and a few short facts. When the file reaches 5 MB it becomes
audit.log.1, and so on up to audit.log.4.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)
MOST_BYTES = 5_000_000
KEPT_FILES = 4


class AuditLog:
    """Appends events to one file; a full disk loses the event, never the request."""

    def __init__(self, home: Path) -> None:
        self.path = home / "audit.log"
        self._lock = threading.Lock()

    def write(self, event: str, **facts: str | int | float | None) -> None:
        """One event with short facts (session, address, job, count, reason); texts are cut at 120 characters."""
        kept = {
            name: value[:120] if isinstance(value, str) else value for name, value in facts.items() if value is not None
        }
        line = json.dumps({"time": round(time.time(), 3), "event": event, **kept}) + "\n"
        with self._lock:
            try:
                if self.path.exists() and self.path.stat().st_size + len(line) > MOST_BYTES:
                    self._turn()
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(line)
            except OSError as problem:
                log.warning("the audit log takes no line: %s", problem)

    def _turn(self) -> None:
        for number in range(KEPT_FILES - 1, 0, -1):
            older = self.path.with_name(f"audit.log.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"audit.log.{number + 1}"))
        self.path.replace(self.path.with_name("audit.log.1"))
