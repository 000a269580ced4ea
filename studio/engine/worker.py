"""A worker process: it takes one order at a time from the page's process, makes it, and says how far it is (`studio.engine.workers` is the other side).

Messages are JSON. From the page: `{"do": "make" | "task" | "cancel" | "rest" | "stop", …}`. To the page: `{"update": …}`, followed by the bytes
of a preview when it has one; then one `{"end": …}`. When the page's process ends, the connection breaks and the worker ends too.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipelines.core.models import MissingModel, memory
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from studio import process
from studio.engine import footprint, making
from studio.engine.making import Order, Update
from studio.engine.runners import InProcess
from studio.storage.faults import Unreachable
from studio.storage.store import Store, plain_words

log = logging.getLogger(__name__)
NAME = "studio-worker"
QUIET_SECONDS = 1.0  # without an order, after which memory is handed back
STUCK_SECONDS = 1.5  # how long a cancelled pipeline may take to reach its next report; then the process ends
NO_MEMORY = (  # how libraries say that they got no memory, besides MemoryError
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "out of memory",
    "bad_alloc",
    "bad allocation",
    "failed to allocate",
    "insufficient memory",
    "unable to allocate",
)
NATIVE = ("cv2", "onnxruntime", "av.", "torch")
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def serve(connection: Connection, home: str, limits: dict[str, int], preload: tuple[str, ...] = ()) -> None:
    """Work until the other side says stop or is gone."""
    prepare(limits)
    for module in preload:
        importlib.import_module(module)
    with suppress(EOFError, OSError):
        Worker(connection, Path(home), limits["kept_bytes"]).listen()
    os._exit(0)  # a pipeline's thread may still be in the middle of a step


def prepare(limits: dict[str, int]) -> None:
    """What makes this a worker: its name, its ceiling, and that it is the first to go when the machine has no memory left."""
    process.when_told_to_end(None)  # a signal goes to the whole group: the page's process decides when to stop
    process.write_log()
    memory().limit_bytes = limits["models_bytes"]
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NAME, NAME.encode(), 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    if limits["data_bytes"]:
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (limits["data_bytes"], limits["data_bytes"]))


def lacks_memory(problem: BaseException) -> bool:
    """Whether an exception says that there was no memory, in the words of the library that raised it."""
    if isinstance(problem, MemoryError):
        return True
    if not isinstance(problem, (RuntimeError, OSError)) and not type(problem).__module__.startswith(NATIVE):
        return False
    return any(words in str(problem).lower() for words in NO_MEMORY)


class Worker:
    """One order at a time; the main thread listens, so that a cancel is heard in the middle of a step."""

    def __init__(self, connection: Connection, home: Path, kept_bytes: int) -> None:
        self.kept_bytes = kept_bytes
        self.connection, self.store, self.runner = connection, Store(home), InProcess()
        self._sending = threading.Lock()
        self._cancel = threading.Event()
        self._working: threading.Thread | None = None
        self._used = False

    def listen(self) -> None:
        """Do what is asked over the connection until it closes."""
        while True:
            if not self.connection.poll(QUIET_SECONDS):
                self._tidy()
                continue
            message = json.loads(self.connection.recv_bytes())
            if message["do"] == "stop":
                return
            if message["do"] == "cancel":
                self._cancel.set()
            elif message["do"] == "rest":
                self._rest()
            else:
                self._cancel.clear()
                self._working = threading.Thread(target=self._work, args=(message,), name="order", daemon=True)
                self._working.start()

    def _tidy(self) -> None:
        """After work, when nothing more has come for a moment: hand the memory back."""
        if self._used and (self._working is None or not self._working.is_alive()):
            self._used = False
            footprint.give_back()

    def _say(self, message: dict[str, Any], data: bytes = b"") -> None:
        with self._sending:
            self.connection.send_bytes(json.dumps({**message, "bytes": len(data)}).encode())
            if data:
                self.connection.send_bytes(data)

    def _update(self, update: Update) -> None:
        self._say(
            {"update": {"fraction": update.fraction, "label": update.label, "numbers": dict(update.numbers)}},
            update.preview,
        )

    def _rest(self) -> None:
        """Let go of the models and give the memory back."""
        if self._working is None or not self._working.is_alive():
            memory().clear()
            footprint.give_back()
        self._say({"rested": footprint.resident_bytes()})

    def _work(self, message: dict[str, Any]) -> None:
        before = footprint.resident_bytes()
        footprint.forget_peak()
        try:
            end = self._done(message)
        except Cancelled:
            end = {"end": "cancelled", "stuck": self._stuck(message)}
        except Unreachable as problem:
            end = {"end": "unreachable", "problem": str(problem)}
        except MissingModel as problem:
            end = {"end": "missing", "problem": str(problem)}
        except Refusal as problem:
            end = {"end": "refused", "problem": str(problem)}
        except BaseException as problem:  # one order's failure, whatever it is, is told to the page
            short = lacks_memory(problem)
            log.exception("%s failed", message.get("task") or message["order"]["call"]["pipeline"])
            end = {"end": "memory" if short else "failed"}
        end |= {"peak": max(0, footprint.peak_bytes() - before), "device": self.runner.device()}
        with suppress(OSError):
            self._say(end)
        if end["end"] == "memory" or end.get("stuck"):
            os._exit(0)  # its memory is not to be trusted, or a thread of it still works: a fresh process takes over
        self._used = True
        memory().shed(self._slim)

    def _slim(self) -> bool:
        """Whether this process holds no more than it may between two orders; what nobody uses goes first."""
        if footprint.resident_bytes() > self.kept_bytes:
            footprint.give_back()
        return footprint.resident_bytes() <= self.kept_bytes

    def _done(self, message: dict[str, Any]) -> dict[str, Any]:
        with plain_words():
            if message["do"] == "task":
                return {"end": "done", "result": making.task(message["task"])(self.store, **message["words"])}
            order = Order.from_dict(message["order"])
            made = making.make(self.runner, self.store, order, cancelled=self._cancel.is_set, tell=self._update)
            return {"end": "done", "result": made.id}

    def _stuck(self, message: dict[str, Any]) -> bool:
        """Whether the pipeline's thread goes on after a cancel, since it has not come to a report."""
        end = time.monotonic() + STUCK_SECONDS
        pipeline = message["order"]["call"]["pipeline"] if message["do"] == "make" else ""
        while any(one.name == pipeline for one in threading.enumerate()):
            if time.monotonic() > end:
                return True
            time.sleep(0.01)
        return False
