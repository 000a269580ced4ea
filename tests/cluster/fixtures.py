"""Where the studio of a test keeps its rows and files: SQLite and a folder, PostgreSQL and S3, or these with a Ray actor for a worker."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from studio.studio import Studio
    from tests.cluster.servers import S3, Cluster, Postgres

EVERYWHERE = bool(os.environ.get("STUDIO_TESTS_EVERYWHERE"))  # as `make cluster` says
# Suites that run on SQLite and a folder, and on PostgreSQL and S3; the films' take minutes, so `make cluster` runs them there.
ON_BOTH = ("tests/studio/test_store.py", "tests/studio/test_jobs.py", "tests/studio/test_batches.py")
ON_BOTH += ("tests/studio/test_film.py",) if EVERYWHERE else ()
# And with a Ray actor for a worker, where `make cluster` finds Ray: the tests of these suites that start the queue.
ON_RAY = ("tests/studio/test_jobs.py", "tests/studio/test_batches.py", "tests/studio/test_film.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the suites in ON_BOTH on each backend."""
    path = metafunc.definition.nodeid.partition("::")[0]
    if "backend" not in metafunc.fixturenames or path not in ON_BOTH:
        return
    queue = path in ON_RAY and "jobs.start(" in inspect.getsource(metafunc.function)
    backends = ["sqlite", pytest.param("cluster", marks=pytest.mark.slow)]
    if queue and EVERYWHERE and find_spec("ray"):
        backends.append("ray")
    metafunc.parametrize("backend", backends, indirect=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL server of this process's tests; each test has a schema of its own."""
    from tests.cluster.servers import WITHOUT, Postgres, postgres_folder

    if postgres_folder() is None:
        pytest.skip(WITHOUT)
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    from tests.cluster.servers import S3

    server = S3()
    yield server
    server.stop()


@pytest.fixture
def cluster(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """PostgreSQL and S3 for one test: a schema and a prefix that no other test uses."""
    from tests.cluster.servers import Cluster

    return Cluster.begin(request.getfixturevalue("postgres_server"), request.getfixturevalue("s3_server"), monkeypatch)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The name of the backend that the test's studio uses."""
    chosen = getattr(request, "param", "sqlite")
    if chosen != "sqlite":
        request.getfixturevalue("cluster")
    if chosen == "ray" and (marked := request.node.get_closest_marker("not_on_ray")):
        pytest.skip(marked.args[0])
    return str(chosen)


@pytest.fixture(scope="session")
def ray_nodes() -> Iterator[Any]:
    """Ray on this machine, started by the first test that needs it."""
    from tests.cluster.on_ray import ray_nodes

    with ray_nodes() as nodes:
        yield nodes


def worker_of(
    request: pytest.FixtureRequest, opened: Studio, backend: str, folder: Path
) -> AbstractContextManager[None]:
    """Who works a studio's queue once it is started: its own threads, or on Ray an actor."""
    if backend != "ray":
        return nullcontext()
    from tests.cluster.on_ray import worked_by_an_actor

    return worked_by_an_actor(opened, folder, lambda: request.getfixturevalue("ray_nodes"))
