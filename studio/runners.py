"""Where pipelines run: in this process, or on a ZeroGPU slice of a Space. One small interface, one stream of Progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from pipelines.media import Accompanied, Video, load_video, save_video
from pipelines.progress import Cancelled, Progress, Report, silent
from pipelines.run import Done, stream


class Runner(Protocol):
    """Runs one call and streams Progress, then Done."""

    def device(self) -> str: ...

    def abreast(self) -> int:
        """How many steps of a film may run side by side."""

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]: ...


class InProcess:
    """Runs pipelines in a thread of this process."""

    def device(self) -> str:
        """Known without importing torch: pipelines that never need it run on the CPU."""
        if chosen := os.environ.get("STUDIO_DEVICE"):
            return chosen
        if "torch" in sys.modules:
            from pipelines.models import device

            return device()
        return "cpu"

    def abreast(self) -> int:
        return max(1, min(4, os.cpu_count() or 1))

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
    """ZeroGPU on a Space that has it, else this process."""
    return ZeroGPU() if os.environ.get("SPACES_ZERO_GPU") else InProcess()
