"""A film rendered by threads of this process, without the queue's workers: the command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from studio.film.library import Film, Films
from studio.film.scheduler import Stopped, Work, advance, forget_lost, remember
from studio.film.steps import Step
from studio.storage.artifacts import Artifact

Heard = Callable[[Step, float | None], None]


class InThreads:
    """Makes the steps of a film in a pool of threads. `heard` is called with each step that is made and its seconds."""

    def __init__(self, films: Films, film: Film, pool: ThreadPoolExecutor, heard: Heard) -> None:
        self.films, self.film, self.pool, self.heard = films, film, pool, heard
        self.flying: dict[Future[float], Step] = {}
        self.failed: dict[str, str] = {}  # by artifact

    def work(self, step: Step) -> Work:
        """Say whether a step runs here, has failed, or was never begun."""
        if step.artifact in self.failed:
            return Work("failed", self.failed[step.artifact])
        return Work("running" if any(one.artifact == step.artifact for one in self.flying.values()) else "")

    def busy(self) -> int:
        """How many steps run."""
        return len(self.flying)

    def room(self) -> int:
        """How many steps may run side by side."""
        return self.films.studio.jobs.runner.parallel_jobs()

    def submit(self, step: Step) -> None:
        """Begin a step."""
        remember(self.films, self.film.session, self.film.id, step)
        self.flying[self.pool.submit(self._make, step)] = step

    def _make(self, step: Step) -> float:
        assert step.call is not None
        started = time.monotonic()
        forget_lost(self.films, self.film.session, step.call.id)
        self.films.studio.jobs.run_now(self.film.session, step.call)
        return time.monotonic() - started

    def wait(self) -> None:
        """Until one more step is made or has failed."""
        done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
        for future in done:
            step = self.flying.pop(future)
            try:
                self.heard(step, future.result())
            except Refusal as problem:
                self.failed[step.artifact] = str(problem)


def render_here(films: Films, film: Film, size: str, *, heard: Heard = lambda step, seconds: None) -> Artifact:
    """Render in this process. `heard` is called with each step and its seconds, None for what was made before.

    Raises Refusal. What is finished stays: another call goes on from there."""
    jobs, first = films.studio.jobs, films.plan(film, size)
    for step in first.steps.values() if not first.problems else ():
        if step.made and not step.given:
            heard(step, None)
    with ThreadPoolExecutor(jobs.runner.parallel_jobs(), thread_name_prefix="film") as pool:
        executor = InThreads(films, film, pool, heard)
        try:
            while (artifact := advance(films.plan(film, size), executor)) is None:
                executor.wait()
        except Refusal:  # a step failed: those that run beside it are finished and kept, no other is begun
            pool.shutdown(cancel_futures=True)
            raise
        except (Cancelled, KeyboardInterrupt, Stopped):
            for live in list(jobs.live.values()):
                live.cancel.set()
            raise
    file = films.store.artifact(film.session, artifact)
    assert file is not None
    return file
