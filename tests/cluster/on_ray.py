"""The queue of a test's studio worked by a Ray actor: the page hands jobs out and makes none of those that wait in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.cluster.ray_actors import Cluster, Size
from studio.studio import Studio

LANES = ("quick", "heavy", "film", "film")


@contextmanager
def ray_nodes() -> Iterator[Any]:
    """Ray on this machine, for all tests of a process."""
    # Ray gives its workers nice 15: beside other tests they would wait for minutes
    os.environ.update(RAY_worker_niceness="0")
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    try:
        yield nodes
    finally:
        nodes.shutdown()


@contextmanager
def worked_by_an_actor(studio: Studio, folder: Path, nodes: Callable[[], Any]) -> Iterator[None]:
    """`studio.jobs.start` begins an actor in place of threads of this process; `stop` lets it put back what it makes."""
    import ray

    actors = Cluster(
        studio, Size(least=1, most=1), LANES, home=str(folder / "actor"), preload=["tests.cluster.installed"]
    )
    begin, end = studio.jobs.start, studio.jobs.stop

    def start(lanes: Sequence[str] | None = None) -> None:
        begin([])
        if not actors.actors:
            actors.connect(nodes().address)
            actors.look()

    def stop(timeout_seconds: float = 10.0) -> None:
        actors.close()
        end(timeout_seconds)

    studio.jobs.start, studio.jobs.stop = start, stop  # type: ignore[method-assign]
    try:
        yield
    finally:
        studio.jobs.start, studio.jobs.stop = begin, end  # type: ignore[method-assign]
        if actors.actors:
            actors.close()
        if ray.is_initialized():
            ray.shutdown()
