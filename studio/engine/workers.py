"""Worker processes: each result is made in one of them, so that a crash or a lack of memory ends one job and not the page.

Workers are kept warm: a job goes to the free worker that ran its pipeline last, whose models are in memory already. One is started when no
free one is left. A watcher ends a worker that takes more memory than one job may, and lets idle workers give up their models, and then their
process, when the studio as a whole keeps more than it should (`studio.engine.footprint.Budget`).

On Linux workers are forked from a small server process that has imported what all of them need (`multiprocessing`'s fork server), which
takes some hundredths of a second; elsewhere they are started anew.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.core.progress import Cancelled, Progress, Report
from pipelines.core.settings import Refusal
from studio.access.concurrency import COSTLY_WORKERS, is_over
from studio.engine import footprint, worker
from studio.engine.footprint import Budget
from studio.engine.making import Order, Update
from studio.engine.runners import Runner
from studio.engine.worker_handle import CRASHED, KILLED, WorkerHandle
from studio.storage.artifacts import Artifact
from studio.storage.faults import Unreachable
from studio.storage.retention import remove
from studio.storage.store import Store

log = logging.getLogger(__name__)
TASK_CANCEL_SECONDS = 30.0  # the same for short work, which is rather finished than its worker loaded anew
CANCEL_SECONDS = 2.0  # how long a worker may take to stop; then its process is ended
LOOK_SECONDS = 0.5  # between two looks at the memory of those that work
IDLE_SECONDS = 600.0  # after which all idle workers but one end
LEAST_SHED_BYTES = 150_000_000  # an idle worker smaller than this is not worth resting
SPARE_MACHINE = 0.03  # of the machine's memory: with less left the largest busy worker ends before the system picks one
MACHINE_FULL = "There was not enough memory for this; try a smaller size."
PRELOADED: tuple[str, ...] = ()  # modules that every worker imports first (the tests' stub pipelines)
PATIENT_SECONDS = 30.0  # that an order waits for memory within the budget
NOT_YET_SEEN_SECONDS = 3.0  # until what an order takes shows in the measurements
DATA_SLACK_BYTES = 1_500_000_000  # address space that libraries reserve and never touch


class Lost(Refusal):
    """The worker that made something ended before it was done; the text says why, and what to do."""


class Workers(Runner):
    """The Runner of the page: a pool of worker processes for one folder."""

    def __init__(self, home: Path, budget: Budget | None = None, most: int | None = None) -> None:
        self.home, self.budget = home, budget or Budget.from_environment()
        self.most = (
            most or 3 + self.parallel_jobs() + COSTLY_WORKERS
        )  # quick, heavy, exports, the steps of films, and what visitors wait for
        self._context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
        if sys.platform == "linux":
            self._context.set_forkserver_preload(["studio.engine.worker"])
        self._free = threading.Condition()
        self._starting = threading.Lock()  # the fork server takes one request at a time
        self._handles: list[WorkerHandle] = []
        self._peaks: dict[str, int] = {}  # pipeline -> how much memory its runs took at most, lately
        self._device = os.environ.get("STUDIO_DEVICE") or "cpu"
        self._total = 0
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        atexit.register(self.stop)  # before multiprocessing's own, which would wait for workers that nobody told to end

    # what the rest of the studio asks

    def device(self, pipeline: str = "") -> str:
        return self._device

    def max_attempts(self) -> int:
        return 30  # a pipeline's crash ends its worker, and the job with it; only what takes the whole machine along is left

    def start(self) -> None:
        """One worker, ready for the first job."""
        self._stopping.clear()
        self._watch()
        threading.Thread(target=self._first, name="first-worker", daemon=True).start()

    def stop(self) -> None:
        """End all workers; what they were making stays unmade."""
        self._stopping.set()
        with self._free:
            handles, self._handles = self._handles, []
            self._free.notify_all()
        for handle in handles:
            handle.end()

    def make(
        self,
        store: Store,
        order: Order,
        *,
        cancelled: Callable[[], bool],
        tell: Callable[[Update], None],
        listen: Report | None = None,
    ) -> Artifact:
        def hear_update(update: Update) -> None:
            if listen is not None:
                listen(Progress(update.fraction, 1.0, update.label, numbers=update.numbers))
            tell(update)

        message = {"do": "make", "order": order.as_dict()}
        id = self._ask(order.call.pipeline, message, cancelled, hear_update, lambda result: result)
        file = store.artifact(order.session, str(id))
        if file is None:
            raise Refusal("The result was deleted before it arrived.")
        return file

    def run_in_worker(self, store: Store, task: str, **words: Any) -> Any:
        def ours(result: Any) -> Any:
            """A file that the worker made bears the number of its process, with which it would go; it gets that of this one."""
            path = Path(result) if isinstance(result, str) else None
            if path is None or path.parent != self.home / "work" / "new":
                return result
            return str(path.rename(store.new_file(path.suffix)))

        message, over = {"do": "task", "task": task, "words": words}, is_over()
        return self._ask(f"task {task}", message, lambda: over() or self._stopping.is_set(), lambda update: None, ours)

    def pids(self) -> list[int]:
        """The process numbers of the workers that run."""
        with self._free:
            return [handle.pid for handle in self._handles]

    # one order

    def _ask(
        self,
        name: str,
        message: dict[str, Any],
        cancelled: Callable[[], bool],
        tell: Callable[[Update], None],
        take: Callable[[Any], Any],
    ) -> Any:
        """Hand an order to a worker and wait for its end. One that was gone before it began is replaced once."""
        for last in (False, True):
            handle = self._borrow(name, cancelled)
            whole = False
            try:
                handle.send(message)
                end = self._follow(handle, cancelled, tell, name)
                whole = end["end"] in ("done", "refused", "missing", "cancelled", "unreachable") and not end.get(
                    "stuck"
                )
                self._learn(name, end)
                return take(self._result(end))
            except EOFError:
                code = handle.end()
                if last or handle.heard or handle.over:
                    raise Lost(self._why(handle, code)) from None
            finally:
                self._give_back(handle, name, whole)
        raise AssertionError("unreachable")

    def _follow(
        self, handle: WorkerHandle, cancelled: Callable[[], bool], tell: Callable[[Update], None], name: str
    ) -> dict[str, Any]:
        """Listen to a worker until it says that it is done. Raises Cancelled, and EOFError when it is gone."""
        deadline = 0.0
        while True:
            if not deadline and cancelled():
                deadline = time.monotonic() + (TASK_CANCEL_SECONDS if name.startswith("task ") else CANCEL_SECONDS)
                handle.send({"do": "cancel"})
            if deadline and time.monotonic() > deadline:
                raise Cancelled
            message = handle.receive(0.05)
            if message is None:
                continue
            handle.heard = True
            if "end" in message:
                return message
            if "update" in message and not deadline:
                said = message["update"]
                with suppress(Cancelled):  # the next turn of the loop tells the worker
                    tell(Update(said["fraction"], said["label"], said["numbers"], message["data"]))

    def _result(self, end: dict[str, Any]) -> Any:
        if end["end"] == "done":
            return end["result"]
        if end["end"] == "cancelled":
            raise Cancelled
        if end["end"] == "memory":
            raise Lost(self._too_much())
        if end["end"] == "unreachable":
            raise Unreachable(end["problem"])
        if end["end"] in ("refused", "missing"):
            raise Refusal(end["problem"])
        raise RuntimeError("a worker failed; its own lines in the log say why")

    def _too_much(self) -> str:
        return f"This needs more than {self.budget.worker_bytes / 1e9:.1f} GB of memory; try a smaller size or fewer steps."

    def _why(self, handle: WorkerHandle, code: int | None) -> str:
        if handle.over:
            return handle.over
        log.error("worker %d ended with %s in the middle of a job", handle.pid, code)
        if code == -9:
            return KILLED
        return CRASHED

    def _learn(self, name: str, end: dict[str, Any]) -> None:
        self._device = os.environ.get("STUDIO_DEVICE") or str(end.get("device") or self._device)
        peak = int(end.get("peak") or 0)
        self._peaks[name] = max(peak, int(0.8 * self._peaks.get(name, 0)))

    # the pool

    def _borrow(self, name: str, cancelled: Callable[[], bool]) -> WorkerHandle:
        """A worker for this pipeline: one that ran it before, else any that is free, else a new one. Raises Cancelled."""
        self._watch()
        began = time.monotonic()
        while True:
            if cancelled() or self._stopping.is_set():
                raise Cancelled
            with self._free:
                free = [handle for handle in self._handles if not handle.busy]
                if name.startswith("task ") and len(self._handles) < self.most:  # warm painters are left to jobs
                    free = [
                        handle
                        for handle in free
                        if not handle.ran or any(candidate.startswith("task ") for candidate in handle.ran)
                    ]
                busy, peak = len(self._handles) - len(free), self._peaks.get(name, 0)
                if not busy or self._fits(name, peak, time.monotonic() - began):
                    if free:
                        handle = max(
                            free,
                            key=lambda candidate: (
                                candidate.ran.get(name, 0.0),
                                len(candidate.ran),
                                candidate.free_since,
                            ),
                        )
                        if handle.process.is_alive():
                            return handle.begin(peak)
                        self._handles.remove(handle)
                        continue
                    if len(self._handles) < self.most:
                        break
                self._free.wait(0.25)  # the watcher makes room
        return self._begin(busy=True).begin(self._peaks.get(name, 0))

    def _fits(self, name: str, peak: int, waited_seconds: float) -> bool:
        """Whether there is memory for one more order beside those at work. Called with the pool's lock held.

        Quick work and exports do not wait for it, and nobody for ever: after half a minute what the machine has left decides.
        """
        if name.startswith("task ") or (name in self._peaks and peak < LEAST_SHED_BYTES):
            return True
        fresh = time.monotonic() - NOT_YET_SEEN_SECONDS
        coming = sum(handle.expects for handle in self._handles if handle.busy and handle.began > fresh)
        if self._total + coming + peak <= self.budget.studio_bytes:
            return True
        if waited_seconds < PATIENT_SECONDS:
            return False
        from psutil import virtual_memory

        memory = virtual_memory()
        return bool(memory.available - coming - peak > 0.15 * memory.total)

    def _begin(self, *, busy: bool) -> WorkerHandle:
        ours, theirs = self._context.Pipe()
        data = 0 if self._has_gpu() else self.budget.worker_bytes + DATA_SLACK_BYTES
        kept = {"models_bytes": self.budget.models_bytes, "kept_bytes": self.budget.kept_bytes}
        limits = kept | {"data_bytes": data}
        process = self._context.Process(
            target=worker.serve, args=(theirs, str(self.home), limits, PRELOADED), name=worker.NAME, daemon=True
        )
        with self._starting:
            process.start()
        theirs.close()
        handle = WorkerHandle(process, ours, busy=busy)
        with self._free:
            stopped = self._stopping.is_set()
            if not stopped:
                self._handles.append(handle)
        if stopped:  # in the very moment in which it was started
            handle.end()
            raise Cancelled
        return handle

    @staticmethod
    def _has_gpu() -> bool:
        """Drivers map far more address space than they use, so the ceiling by address space is left out beside a GPU."""
        return Path("/dev/nvidia0").exists() or Path("/dev/kfd").exists()

    def _give_back(self, handle: WorkerHandle, name: str, whole: bool) -> None:
        """Return a worker to the pool; one that cannot be trusted any more ends, and so do the files that it was writing."""
        if whole and handle.process.is_alive() and not self._stopping.is_set():
            with self._free:
                handle.busy, handle.rested, handle.free_since = False, False, time.monotonic()
                handle.ran[name] = time.monotonic()
                self._free.notify()
            return
        handle.end()
        self._forget(handle)

    def _forget(self, handle: WorkerHandle) -> None:
        with self._free:
            if handle in self._handles:
                self._handles.remove(handle)
            self._free.notify()
        if handle.pid:
            for left in (self.home / "work" / "new").glob(f"{handle.pid}-*"):
                remove(left)

    # memory

    def _first(self) -> None:
        with self._free:
            if self._handles or self._stopping.is_set():
                return
        try:
            self._begin(busy=False)
        except Cancelled:
            return
        except OSError:
            log.exception("no worker could be started yet")

    def _watch(self) -> None:
        with self._free:
            if self._watcher is None or not self._watcher.is_alive():
                self._watcher = threading.Thread(target=self._look, name="workers-watcher", daemon=True)
                self._watcher.start()

    def _look(self) -> None:
        measured = 0.0
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                with self._free:
                    working = any(handle.busy for handle in self._handles)
                if working:
                    self._hold_ceilings()
                if time.monotonic() - measured >= self._interval(working):
                    self._total, measured = footprint.studio_bytes(), time.monotonic()
                    self._hold_budget()
            except Exception:
                log.exception("the watcher of the workers met a surprise")

    def _interval(self, working: bool) -> float:
        """Seconds between two measurements of the whole studio, which ask the system about every page of every process: seldom while nothing happens."""
        return 2.0 if working or self._total > self.budget.rest_bytes else 10.0

    def _hold_ceilings(self) -> None:
        """End the worker whose job takes more than one job may, and the largest when the machine has nothing left."""
        from psutil import virtual_memory

        with self._free:
            busy = [handle for handle in self._handles if handle.busy]
        sizes = [(footprint.resident_bytes(handle.pid), handle) for handle in busy]
        over, reason = [handle for size, handle in sizes if size > self.budget.worker_bytes], self._too_much()
        memory = virtual_memory()
        if sizes and not over and memory.available < SPARE_MACHINE * memory.total:
            over, reason = [max(sizes, key=lambda pair: pair[0])[1]], MACHINE_FULL
        for handle in over:
            handle.over = reason
            handle.process.kill()

    def _hold_budget(self) -> None:
        """Let idle workers give up memory, one a look: at rest down to what leaves room for a job, beside a job down to the budget."""
        with self._free:
            free = [handle for handle in self._handles if not handle.busy]
            for handle in [handle for handle in free if not handle.process.is_alive()]:
                self._let_go(handle)
            idle = [handle for handle in free if time.monotonic() - handle.free_since > IDLE_SECONDS]
            for handle in idle[: len(idle) - (len(self._handles) == len(idle))]:  # one stays for the next job
                self._let_go(handle)
            working = any(handle.busy for handle in self._handles)
            most = int(0.85 * self.budget.studio_bytes) if working else self.budget.rest_bytes
            largest = self._largest() if self._total > most else None
            if largest is None:
                return
            handle = largest
            if handle.rested:
                self._let_go(handle)
                return
            handle.busy = True
        try:
            handle.send({"do": "rest"})
            rested = handle.receive(10.0) is not None
        except EOFError:
            rested = False
        with self._free:
            handle.busy, handle.rested = False, True
            if not rested:
                self._let_go(handle)
            self._free.notify()

    def _largest(self) -> WorkerHandle | None:
        """The idle worker that takes most memory, if it is worth resting. Called with the pool's lock held."""
        sizes = [(footprint.resident_bytes(handle.pid), handle) for handle in self._handles if not handle.busy]
        size, handle = max(sizes, key=lambda pair: pair[0], default=(0, None))
        return handle if size >= LEAST_SHED_BYTES else None

    def _let_go(self, handle: WorkerHandle) -> None:
        """End an idle worker. Called with the pool's lock held."""
        if handle in self._handles:
            self._handles.remove(handle)
            handle.end()
