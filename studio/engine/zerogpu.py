"""The runner of a Space with ZeroGPU: pipelines that declare a network for a GPU run inside `spaces.GPU`, all others in worker processes.

`spaces` forks a process of its own for the GPU from this one, and knows the visitor by a header of the request in whose context it is
called. A job runs long after its request, so its row carries that header's value (the pass), which is erased when the job ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from pipelines.core.progress import Cancelled, Progress, Report, silent
from pipelines.core.run import Done, stream
from pipelines.core.settings import Refusal
from pipelines.media import Accompanied, Video, load_video, save_video
from studio.engine import gpu_quota, making, preload
from studio.engine.making import Order, Update
from studio.engine.runners import Runner
from studio.storage.artifacts import Artifact, Call
from studio.storage.store import Store


@dataclass(frozen=True)
class Problem:
    """A Refusal or a lack of memory of the other process: `spaces` itself would bring back only the name of its class."""

    sentence: str
    memory: bool = False


class ZeroGPU(Runner):
    """Lends a GPU to what needs one; everything else goes to `local`."""

    def __init__(self, local: Runner) -> None:
        import spaces

        self.local, self.held = local, ExitStack()
        asked = lambda *words: words[-1]  # noqa: E731 - the seconds are the last argument of a lent call
        self._half = spaces.GPU(duration=asked)(_lent)
        self._whole = spaces.GPU(duration=asked, size="xlarge")(_lent_whole)

    def hold(self) -> None:
        """Read what lent runs need before the first of them (`studio.engine.preload`). Raises Refusal."""
        self.held = preload.hold()

    def device(self, pipeline: str = "") -> str:
        from pipelines.core.registry import declaration, find

        return "cuda" if pipeline and declaration(find(pipeline)).gpu else self.local.device(pipeline)

    def parallel_jobs(self) -> int:
        return self.local.parallel_jobs()

    def max_attempts(self) -> int:
        return self.local.max_attempts()

    def quota(self, store: Store, session: str, call: Call, size: float, measure: str) -> str:
        return gpu_quota.quota_words(store, session, call, size, measure)

    def make(
        self,
        store: Store,
        order: Order,
        *,
        cancelled: Callable[[], bool],
        tell: Callable[[Update], None],
        listen: Report | None = None,
    ) -> Artifact:
        wanted = gpu_quota.gpu_gb(order.call)
        if not wanted:
            return self.local.make(store, order, cancelled=cancelled, tell=tell, listen=listen)
        rows = store.rows("SELECT token, size, measure FROM jobs WHERE id = ?", order.job)
        token, size, measure = (rows[0]["token"], rows[0]["size"] or 1.0, rows[0]["measure"]) if rows else ("", 1.0, "")
        seconds = gpu_quota.seconds_for(store, order.call, size, measure)
        loan = Loan(self._whole if wanted > gpu_quota.HALF_GB else self._half, token, seconds)
        try:
            return making.make(loan, store, order, cancelled=cancelled, tell=tell, listen=listen)
        finally:
            if loan.used:
                store.change("UPDATE jobs SET gpu_seconds = gpu_seconds + ? WHERE id = ?", loan.used, order.job)

    def run_in_worker(self, store: Store, task: str, **words: Any) -> Any:
        return self.local.run_in_worker(store, task, **words)

    def start(self) -> None:
        """The workers; and the page's port, whose connections the process on the GPU must not keep open."""
        from spaces.reloading import reload_server_ports

        reload_server_ports.add(int(os.environ.get("PORT", os.environ.get("GRADIO_SERVER_PORT", "7860"))))
        self.local.start()

    def stop(self) -> None:
        """End the local runner."""
        self.local.stop()


class Loan:
    """One lent run, as `studio.engine.making` streams it. `used`: seconds for which the GPU was held."""

    def __init__(self, lent: Callable[..., Iterator[Any]], token: str, seconds: int) -> None:
        self._lent, self._token, self._seconds = lent, token, seconds
        self.used = 0.0

    def device(self, pipeline: str = "") -> str:
        return "cuda"

    def run(
        self,
        pipeline: str,
        arguments: Mapping[str, Any],
        *,
        cancelled: Callable[[], bool],
        workspace: Path | None,
        finish: Callable[..., Any],
    ) -> Iterator[Progress | Done]:
        """What crosses back is plain: previews are drawn over there, a video comes as a file; marking and signing happen here."""
        given = gpu_quota.plain(arguments)
        yield Progress(0, 1, "Asking for a GPU")
        with (
            TemporaryDirectory() as folder,
            closing(self._stream_words(pipeline, given, workspace, Path(folder))) as items,
        ):
            for item in items:
                if cancelled():
                    raise Cancelled
                if isinstance(item, Problem):
                    raise MemoryError if item.memory else Refusal(item.sentence)
                if isinstance(item, Done):
                    item.facts.device = self.device()  # the GPU was lent for it
                    yield Done(finish(_with_main(item.result, _open_video), silent, item.facts), item.facts)
                else:
                    yield item

    def _stream_words(self, *words: Any) -> Any:
        """The lent generator, called in the context of a request that has the visitor's pass."""
        import gradio
        from gradio.context import LocalContext
        from starlette.datastructures import Headers

        headers = {"x-gradio-user": "app"} | ({gpu_quota.PASS_HEADER: self._token} if self._token else {})
        before = LocalContext.request.set(SimpleNamespace(headers=Headers(headers)))  # type: ignore[arg-type]
        started = 0.0
        try:
            for item in self._lent(*words, self._seconds):
                started = started or time.monotonic()
                yield item
        except gradio.Error as problem:
            title = str(getattr(problem, "title", ""))
            if "aborted" in str(problem):
                self.used = 1.5 * self._seconds  # so that the next run asks for more
            raise gpu_quota.explain_refusal(title, str(problem), has_pass=bool(self._token)) from None
        finally:
            LocalContext.request.reset(before)
            if started:
                self.used = max(self.used, time.monotonic() - started)


def _lent(
    pipeline: str, arguments: Mapping[str, Any], workspace: Path | None, folder: Path, seconds: int
) -> Iterator[Progress | Done | Problem]:
    """`stream` in the process that has the GPU, with results and previews that can cross back."""
    from pipelines.core.models import found_device

    os.environ.pop("STUDIO_DEVICE", None)  # the page's process says "cpu", for its workers
    found_device.cache_clear()
    yield Progress(0, 1, "A GPU is lent")

    def as_file(result: Any, report: Report, facts: Any) -> Any:
        def write_video(main: Any) -> Any:
            if not isinstance(main, Video):
                return main
            save_video(main, folder / "result.mp4", crf=4, report=report)
            return folder / "result.mp4"

        return _with_main(result, write_video)

    drawn = 0.0
    try:
        for item in stream(pipeline, arguments, workspace=workspace, finish=as_file):
            if isinstance(item, Progress) and item.preview is not None:
                picture = item.preview() if time.monotonic() - drawn > 1.0 else None
                drawn = time.monotonic() if picture else drawn
                item = replace(item, preview=picture.copy if picture else None)
            yield item
    except Refusal as problem:
        yield Problem(str(problem))
    except MemoryError:
        yield Problem("", memory=True)


def _lent_whole(*words: Any) -> Iterator[Progress | Done | Problem]:
    """The same for a whole card: `spaces` keeps one size for each function."""
    yield from _lent(*words)


def _with_main(result: Any, change: Callable[[Any], Any]) -> Any:
    """The result with its main part changed, whether files stand beside it or not."""
    return replace(result, main=change(result.main)) if isinstance(result, Accompanied) else change(result)


def _open_video(main: Any) -> Any:
    return load_video(main) if isinstance(main, Path) else main
