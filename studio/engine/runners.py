"""Where results are made: in worker processes (`studio.engine.workers`), in this process (the command line), or on a GPU that is lent (`studio.engine.zerogpu`)."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.progress import Progress, Report
from pipelines.core.run import Done, stream
from studio.engine import making
from studio.engine.making import Order, Update
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import Store

if TYPE_CHECKING:
    from studio.engine.zerogpu import ZeroGPU


class Runner(ABC):
    """Makes results. `make` blocks until the result is on the shelf and raises what went wrong."""

    @abstractmethod
    def device(self, pipeline: str = "") -> str:
        """Where torch runs, or would run for that pipeline, as far as is known without importing it."""

    def parallel_jobs(self) -> int:
        """How many steps of a film may run side by side."""
        return max(1, min(4, os.cpu_count() or 1))

    def max_attempts(self) -> int:
        """How often the studio may stop under a job before the job is blamed."""
        return 3  # a crash of the pipeline is one of this process

    @abstractmethod
    def make(
        self,
        store: Store,
        order: Order,
        *,
        cancelled: Callable[[], bool],
        tell: Callable[[Update], None],
        listen: Report | None = None,
    ) -> Artifact:
        """Make one result and keep it. Raises Refusal, Cancelled, MemoryError, or what the pipeline raised."""

    @abstractmethod
    def run_in_worker(self, store: Store, task: str, **words: Any) -> Any:
        """Do one of `studio.engine.making.TASKS` and give back what it returns. Raises Refusal."""

    def quota(self, store: Store, session: str, call: Call, size: float, measure: str) -> str:
        """What a visitor is told of lent GPU time before a call; empty where none is lent."""
        return ""

    def start(self) -> None:  # noqa: B027 - most need nothing
        """Make ready, so that the first result does not wait."""

    def stop(self) -> None:  # noqa: B027
        """End what was started."""


class InProcess(Runner):
    """Runs pipelines in a thread of this process."""

    def device(self, pipeline: str = "") -> str:
        """Known without importing torch: pipelines that never need it run on the CPU."""
        if chosen := os.environ.get("STUDIO_DEVICE"):
            return chosen
        if "torch" in sys.modules:
            from pipelines.core.models import found_device

            return found_device()
        return "cpu"

    def make(self, store: Store, order: Order, **how: Any) -> Artifact:
        return making.make(self, store, order, **how)

    def run_in_worker(self, store: Store, task: str, **words: Any) -> Any:
        return making.task(task)(store, **words)

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]:
        """Run a pipeline here: its Progress, then Done."""
        yield from stream(pipeline, arguments, cancelled=cancelled, workspace=workspace, finish=finish)


def runner_from_environment() -> Runner:
    """For one command: ZeroGPU on a Space that has it, else this process."""
    return _lending(InProcess()) if on_zerogpu() else InProcess()


def server_runner(home: Path) -> Runner:
    """For the page: worker processes, so that a crash or a lack of memory ends one job and not the server.

    On a Space with ZeroGPU, `spaces` takes the pipelines that declare a network for a GPU; the workers do the rest.
    """
    from studio.engine.workers import Workers

    if not on_zerogpu():
        return Workers(home)
    os.environ["STUDIO_DEVICE"] = "cpu"  # of the workers, which are never lent a GPU
    runner = _lending(Workers(home))
    runner.hold()
    return runner


def on_zerogpu() -> bool:
    """Whether this is a Space that lends GPUs by the second."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def _lending(local: Runner) -> ZeroGPU:
    from studio.engine.zerogpu import ZeroGPU

    return ZeroGPU(local)
