"""Where the studio of a test keeps its rows and files: SQLite and a folder, or PostgreSQL and S3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cluster.servers import S3, Cluster, Postgres

EVERYWHERE = bool(os.environ.get("STUDIO_TESTS_EVERYWHERE"))  # as `make cluster` says
# Suites that run on SQLite and a folder, and on PostgreSQL and S3; the films' take minutes, so `make cluster` runs them there.
ON_BOTH = ("tests/studio/test_store.py", "tests/studio/test_jobs.py", "tests/studio/test_batches.py")
ON_BOTH += ("tests/studio/test_film.py",) if EVERYWHERE else ()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the suites in ON_BOTH on each backend."""
    path = metafunc.definition.nodeid.partition("::")[0]
    if "backend" not in metafunc.fixturenames or path not in ON_BOTH:
        return
    metafunc.parametrize("backend", ["sqlite", pytest.param("cluster", marks=pytest.mark.slow)], indirect=True)


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
    return str(chosen)
