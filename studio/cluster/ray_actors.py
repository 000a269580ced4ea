"""Workers as Ray actors: Ray places them on nodes, starts them again when a node is lost, and asks for more nodes; the database owns the jobs.

Each actor runs the loop of `studio.cluster.work` with the CPUs and GPUs that Ray reserved for it, so a lane has a GPU to itself and its models
stay loaded. No job, progress or file travels through Ray: an actor claims, reports and stores by the database and S3, and is fenced there like
any other worker. This is the division that Ray's own guide to fault tolerance recommends for work that must not be lost.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio.cluster.work import NO_DATABASE, Work, count_waiting_jobs
from studio.studio import Studio

log = logging.getLogger(__name__)
NAMESPACE = "afternoon-studio"
LOOK_SECONDS = 2.0
IDLE_SECONDS = 60.0  # an actor beyond the least number ends after so long without a job
WAITING_EACH = 2  # jobs that may wait for each actor before another is started
PASSED = ("STUDIO_", "AWS_", "OMP_NUM_THREADS")  # environment that actors get


@dataclass(frozen=True)
class Size:
    """How many actors there may be, and what Ray reserves for each."""

    least: int = 1
    most: int = 4
    cpus: float = 1.0
    gpus: float = 0.0

    def wanted(self, waiting: int, busy: int) -> int:
        """Actors for so many jobs that wait and run."""
        return max(self.least, min(self.most, busy + math.ceil(waiting / WAITING_EACH)))


class Actor:
    """One actor: a worker in a process that Ray started."""

    def __init__(self, lanes: Sequence[str], home: str, preload: Sequence[str] = ()) -> None:
        import importlib

        from studio.engine import workers

        workers.PRELOADED = tuple(preload)
        for name in preload:
            importlib.import_module(name)
        self.work = Work(list(lanes), Path(home) if home else None)
        self.work.start()

    def state(self) -> dict[str, Any]:
        """How many jobs it makes, and where it runs."""
        import ray

        context = ray.get_runtime_context()
        return {"busy": self.work.busy(), "node": context.get_node_id(), "pid": os.getpid()}

    def leave(self) -> None:
        """Put back what runs, then end."""
        self.work.stop()


def address_from_environment() -> str:
    """STUDIO_CLUSTER, else RAY_ADDRESS: where Ray is; `local` starts it on this machine. Raises Refusal."""
    found = os.environ.get("STUDIO_CLUSTER") or os.environ.get("RAY_ADDRESS") or ""
    if not found:
        raise Refusal("Set STUDIO_CLUSTER to the address of Ray, such as auto, 10.0.0.1:6379 or local.")
    return found


class Cluster:
    """Keeps as many actors as the queue wants. One process of a studio does this at a time."""

    def __init__(
        self, studio: Studio, size: Size, lanes: Sequence[str], *, home: str = "", preload: Sequence[str] = ()
    ) -> None:
        if not studio.store.database.shared:
            raise Refusal(NO_DATABASE)
        self.studio, self.size, self.lanes, self.home, self.preload = studio, size, list(lanes), home, list(preload)
        self.actors: list[Any] = []
        self._idle_since: dict[Any, float] = {}
        self._asked: dict[Any, tuple[Any, float]] = {}  # actor -> its answer that is awaited, since when
        self._stop = threading.Event()

    def connect(self, address: str) -> None:
        """Join Ray with the studio's own environment. Raises Refusal where Ray is not installed or not there."""
        try:
            import ray
        except ImportError:
            raise Refusal("Ray is not installed; install requirements-cluster.txt.") from None
        passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
        passed["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
        try:
            ray.init(
                address=None if address == "local" else address,
                namespace=NAMESPACE,
                log_to_driver=False,
                runtime_env={"env_vars": passed},
                ignore_reinit_error=True,
            )
        except (ConnectionError, OSError, RuntimeError) as problem:
            raise Refusal(f"Ray does not answer at {address}: {problem}") from None

    def look(self) -> int:
        """One look: drop actors that ended, start or end some; how many there are."""
        import ray

        states = self._states()
        busy = sum(state["busy"] for state in states.values() if state)
        waiting = sum(count for lane, count in count_waiting_jobs(self.studio).items() if lane in self.lanes)
        wanted = self.size.wanted(waiting, busy)
        while len(self.actors) < wanted:
            options = {
                "num_cpus": self.size.cpus,
                "num_gpus": self.size.gpus,
                "max_restarts": -1,
                "scheduling_strategy": "SPREAD",
                "max_concurrency": 4,
            }
            self.actors.append(ray.remote(Actor).options(**options).remote(self.lanes, self.home, self.preload))
        now = time.monotonic()
        for actor, state in states.items():
            if state is None or state["busy"]:
                self._idle_since[actor] = now
            elif len(self.actors) > wanted and now - self._idle_since.setdefault(actor, now) > IDLE_SECONDS:
                self._end(actor)
        return len(self.actors)

    def _states(self) -> dict[Any, dict[str, Any] | None]:
        """What each actor last said; None: it has not answered yet, or is being started again."""
        import ray
        from ray.exceptions import RayActorError

        states: dict[Any, dict[str, Any] | None] = {}
        for actor in list(self.actors):
            reference, _ = self._asked.setdefault(actor, (actor.state.remote(), time.monotonic()))
            states[actor] = None
            ready, _ = ray.wait([reference], timeout=0.2)
            if not ready:
                continue
            self._asked.pop(actor)
            try:
                states[actor] = ray.get(reference)
            except RayActorError as problem:
                log.warning("an actor does not answer: %s", type(problem).__name__)
                if "max_restarts" in str(problem):
                    self.actors.remove(actor)
        return states

    def _end(self, actor: Any) -> None:
        import ray
        from ray.exceptions import RayError

        self.actors.remove(actor)
        try:
            ray.get(actor.leave.remote(), timeout=15)
        except RayError:
            log.info("an actor ended before it was told to")
        ray.kill(actor)

    def serve(self) -> None:
        """Look until told to stop."""
        while not self._stop.wait(LOOK_SECONDS):
            try:
                if self.studio.store.database.leads("cluster"):
                    self.look()
            except Exception:
                log.exception("the actors are looked at again in a moment")
        self.close()

    def stop(self) -> None:
        """Ask the thread that tends the actors to end."""
        self._stop.set()

    def close(self) -> None:
        """End all actors."""
        for actor in list(self.actors):
            self._end(actor)
