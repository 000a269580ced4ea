"""Where results are made: in worker processes (`studio.engine.workers`), in this process (the command line), or on a ZeroGPU slice of a Space."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from pipelines.core.progress import Cancelled, Progress, Report, silent
from pipelines.core.run import Done, stream
from pipelines.media import Accompanied, Video, load_video, save_video
from studio.engine import making
from studio.engine.making import Order, Update
from studio.storage.artifacts import Artifact
from studio.storage.store import Store


class Runner(Protocol):
    """Makes results. `make` blocks until the result is on the shelf and raises what went wrong."""

    def device(self) -> str:
        """Where torch runs, as far as is known without importing it."""

    def abreast(self) -> int:
        """How many steps of a film may run side by side."""

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

    def apart(self, store: Store, task: str, **words: Any) -> Any:
        """Do one of `studio.engine.making.TASKS` and give back what it returns. Raises Refusal."""

    def start(self) -> None:
        """Make ready, so that the first result does not wait."""

    def stop(self) -> None:
        """End what was started."""


class InProcess:
    """Runs pipelines in a thread of this process."""

    def device(self) -> str:
        """Known without importing torch: pipelines that never need it run on the CPU."""
        if chosen := os.environ.get("STUDIO_DEVICE"):
            return chosen
        if "torch" in sys.modules:
            from pipelines.core.models import device

            return device()
        return "cpu"

    def abreast(self) -> int:
        return max(1, min(4, os.cpu_count() or 1))

    def make(
        self,
        store: Store,
        order: Order,
        *,
        cancelled: Callable[[], bool],
        tell: Callable[[Update], None],
        listen: Report | None = None,
    ) -> Artifact:
        return making.make(self, store, order, cancelled=cancelled, tell=tell, listen=listen)

    def apart(self, store: Store, task: str, **words: Any) -> Any:
        return making.task(task)(store, **words)

    def start(self) -> None:
        """Nothing: this process is running already."""

    def stop(self) -> None:
        """Nothing: a pipeline's thread ends at its next report."""

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]:
        yield from stream(pipeline, arguments, cancelled=cancelled, workspace=workspace, finish=finish)


class ZeroGPU(InProcess):
    """Runs each pipeline inside `spaces.GPU`, which lends a GPU for at most `seconds` to a process of its own (a Hugging Face Space).

    What crosses back must be plain values: previews are drawn over there, a video comes back as a file; marking and signing happen here.
    """

    def __init__(self, seconds: int = 120) -> None:
        import spaces

        self._lent = spaces.GPU(duration=seconds)(_plain_stream)

    def device(self) -> str:
        return "cuda"

    def abreast(self) -> int:
        return 1

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]:
        if pipeline.startswith("film."):  # joined and mixed without a network, and a cut copies packets: both stay here
            yield from super().run(pipeline, arguments, cancelled=cancelled, workspace=workspace, finish=finish)
            return
        with TemporaryDirectory() as folder:
            items = self._lent(pipeline, arguments, workspace, Path(folder))
            for item in items:
                if cancelled():
                    items.close()
                    raise Cancelled
                if isinstance(item, Done):
                    yield Done(finish(_with_main(item.result, _opened), silent, item.models), item.models)
                else:
                    yield item


def _plain_stream(
    pipeline: str, arguments: Mapping[str, Any], workspace: Path | None, folder: Path
) -> Iterator[Progress | Done]:
    """`stream` with results and previews that can cross to another process."""

    def as_file(result: Any, report: Report, cards: Any) -> Any:
        def written(main: Any) -> Any:
            if not isinstance(main, Video):
                return main
            save_video(main, folder / "result.mp4", crf=4, report=report)
            return folder / "result.mp4"

        return _with_main(result, written)

    drawn = 0.0
    for item in stream(pipeline, arguments, workspace=workspace, finish=as_file):
        if isinstance(item, Progress) and item.preview is not None:
            picture = item.preview() if time.monotonic() - drawn > 1.0 else None
            drawn = time.monotonic() if picture else drawn
            item = replace(item, preview=picture.copy if picture else None)
        yield item


def _with_main(result: Any, change: Callable[[Any], Any]) -> Any:
    """The result with its main part changed, whether files stand beside it or not."""
    return replace(result, main=change(result.main)) if isinstance(result, Accompanied) else change(result)


def _opened(main: Any) -> Any:
    return load_video(main) if isinstance(main, Path) else main


def runner_from_environment() -> Runner:
    """For one command: ZeroGPU on a Space that has it, else this process."""
    return ZeroGPU() if os.environ.get("SPACES_ZERO_GPU") else InProcess()


def server_runner(home: Path) -> Runner:
    """For the page: worker processes, so that a crash or a lack of memory ends one job and not the server.

    On a Space with ZeroGPU `spaces` runs each pipeline in a process of its own already."""
    if os.environ.get("SPACES_ZERO_GPU"):
        return ZeroGPU()
    from studio.engine.workers import Workers

    return Workers(home)
