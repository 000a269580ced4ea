"""One worker process as the page's process sees it, and the connection to it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

KILLED = "The system stopped this, most likely for lack of memory; try a smaller size."
CRASHED = "This crashed, and only this job was lost; try again, or try other settings."


@contextmanager
def _gone() -> Iterator[None]:
    """A connection that breaks off, also in the middle of a message, is one that has ended."""
    try:
        yield
    except OSError as problem:
        raise EOFError(str(problem)) from None


@dataclass
class WorkerHandle:
    """One worker process as the page's process sees it."""

    process: Any
    connection: Connection
    ran: dict[str, float] = field(default_factory=dict)  # pipeline -> when it ran here last
    busy: bool = False
    free_since: float = field(default_factory=time.monotonic)
    rested: bool = True
    expects: int = 0  # how much memory its present order is known to take
    began: float = 0.0
    heard: bool = False  # whether it has said anything of its present order
    over: str = ""  # why the watcher ended it, as its visitor reads it

    @property
    def pid(self) -> int:
        """The number of the worker's process, 0 before it runs."""
        return int(self.process.pid or 0)

    def send(self, message: dict[str, Any]) -> None:
        """Raises EOFError when the worker is gone."""
        with _gone():
            self.connection.send_bytes(json.dumps(message).encode())

    def receive(self, timeout_seconds: float) -> dict[str, Any] | None:
        """The next message, with a preview's bytes under `data`; None when there is none yet. Raises EOFError when the worker is gone."""
        with _gone():
            if not self.connection.poll(timeout_seconds):
                return None
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
            message["data"] = self.connection.recv_bytes() if message.get("bytes") else b""
            return message

    def begin(self, expects: int) -> WorkerHandle:
        """Take an order that is known to need so much memory. Called with the pool's lock held, or before anybody else knows it."""
        self.busy, self.heard, self.over = True, False, ""
        self.expects, self.began = expects, time.monotonic()
        return self

    def end(self) -> int | None:
        """Kill it, whatever it is doing; gives back its exit code."""
        with suppress(Exception):
            self.process.kill()
        self.process.join(2.0)
        self.connection.close()
        code = self.process.exitcode
        return int(code) if code is not None else None
