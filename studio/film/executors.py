"""A film rendered by threads of this process, without the queue's workers: the command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from studio.film.library import Film, Films
from studio.film.scheduler import CANNOT_GO_ON, forget_lost, remember, result_of
from studio.film.steps import Step
from studio.storage.artifacts import Artifact

Heard = Callable[[Step, float | None], None]


def render_here(films: Films, film: Film, size: str, *, heard: Heard = lambda step, seconds: None) -> Artifact:
    """Render in this process. `heard` is called with each step and its seconds, None for what was made before.

    Raises Refusal. What is finished stays: another call goes on from there.
    """
    jobs, room, flying = films.studio.jobs, films.studio.jobs.runner.parallel_jobs(), dict[Future[float], Step]()

    def make(step: Step) -> float:
        assert step.call is not None
        started = time.monotonic()
        forget_lost(films, film.session, step.call.id)
        jobs.run_now(film.session, step.call)
        return time.monotonic() - started

    plan = films.plan(film, size)
    for step in plan.steps.values() if not plan.problems else ():
        if step.made and not step.given:
            heard(step, None)
    with ThreadPoolExecutor(room, thread_name_prefix="film") as pool:
        try:
            while (artifact := result_of(plan)) is None:
                running = {step.artifact for step in flying.values()}
                for step in [step for step in plan.ready() if step.artifact not in running][: room - len(flying)]:
                    remember(films, film.session, film.id, step)
                    flying[pool.submit(make, step)] = step
                if not flying:
                    raise Refusal(CANNOT_GO_ON)
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    step = flying.pop(future)
                    try:
                        heard(step, future.result())
                    except Refusal as problem:
                        raise Refusal(f"{step.label}: {problem}") from None
                plan = films.plan(film, size)
        except Refusal:  # those that run beside the step that failed are finished and kept, no other is begun
            pool.shutdown(cancel_futures=True)
            raise
        except (Cancelled, KeyboardInterrupt):
            for live in list(jobs.live.values()):
                live.cancel.set()
            raise
    file = films.store.artifact(film.session, artifact)
    assert file is not None
    return file
