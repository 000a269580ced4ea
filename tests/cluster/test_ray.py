"""Workers as Ray actors on a cluster of several nodes, one of which is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studio.cluster.ray_actors import Cluster, Size
from studio.engine.runners import InProcess
from studio.film.executors import render_here
from studio.studio import Studio, open_studio
from tests.cluster.chaos import Plan, story
from tests.cluster.process import install
from tests.cluster.test_leases import HIM, ME, YOU, ask

pytestmark = pytest.mark.long

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-cluster.txt")


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray gives its workers nice 15, so beside other tests they would not get a processor for minutes."""
    monkeypatch.setenv("RAY_worker_niceness", "0")


def test_size_follows_the_queue():
    size = Size(least=1, most=4)
    assert [size.wanted(waiting, busy) for waiting, busy in ((0, 0), (1, 0), (4, 1), (50, 3), (0, 2))] == [
        1,
        1,
        3,
        4,
        2,
    ]


@contextmanager
def on_two_nodes(folder: Path, lanes: list[str], preload: str) -> Iterator[tuple[Studio, Callable[..., list[str]]]]:
    """A studio with an actor on each of two nodes, and what looks on until all is done: one node is lost once `made()` is true."""
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    last = [nodes.add_node(num_cpus=1, num_gpus=0) for _ in range(2)][-1]
    studio = open_studio(folder / "page", InProcess(), spares=0)
    actors = Cluster(studio, Size(least=2, most=2), lanes, home=str(folder / "actors"), preload=[preload])

    def looked_on(states: Callable[[], list[str]], made: Callable[[], bool]) -> list[str]:
        end, lost = time.monotonic() + 420, False
        while time.monotonic() < end:
            actors.look()
            found = states()
            if not lost and made():
                nodes.remove_node(last, allow_graceful=False)
                lost = True
                nodes.add_node(num_cpus=1)
            if set(found) == {"done"}:
                break
            studio.jobs.reconcile()
            time.sleep(0.3)
        assert lost
        return found

    try:
        actors.connect(nodes.address)
        yield studio, looked_on
    finally:
        ray.shutdown()
        nodes.shutdown()
        studio.close()


def done(studio: Studio) -> int:
    """How many jobs have ended well."""
    return int(studio.store.rows("SELECT COUNT(*) AS n FROM jobs WHERE state = 'done'")[0]["n"])


def test_jobs_go_on_when_a_node_is_lost(tmp_path, board, cluster):
    with on_two_nodes(tmp_path, ["quick", "heavy"], "tests.installed_stubs") as (studio, looked_on):
        jobs = [(session, ask(studio, session, steps=15, seed=n).id) for n in range(2) for session in (ME, YOU, HIM)]
        states = looked_on(
            lambda: [studio.jobs.job(session, id).state for session, id in jobs], lambda: done(studio) >= 1
        )
        assert states == ["done"] * len(jobs)
        for session, id in jobs:
            made = studio.store.artifact(session, studio.jobs.job(session, id).artifact_id)
            assert made is not None and made.path.is_file()
        assert studio.store.rows("SELECT COUNT(*) AS n FROM registry")[0]["n"] == len(jobs)


def test_films_go_on_when_a_node_is_lost(tmp_path, board, cluster, monkeypatch):
    """Each film has the bytes that an undisturbed studio makes before it signs."""
    install()
    with on_two_nodes(tmp_path, ["quick", "heavy", "film"], "tests.cluster.installed") as (studio, looked_on):
        studio.jobs.start([])
        renders, plan = studio.films.renders, Plan(scenes=2, scene_seconds=1.0)
        films = [(session, studio.films.create(session, story(n, plan))) for n, session in enumerate((ME, YOU))]
        for _, film in films:
            renders.begin(film, "draft")
        renders.start()
        states = looked_on(
            lambda: [renders.newest(session, film.id).state for session, film in films], lambda: done(studio) >= 2
        )
        assert states == ["done"] * len(films)
        cuts = [studio.store.artifact(session, renders.newest(session, film.id).artifact) for session, film in films]
        for name in ("STUDIO_DATABASE", "STUDIO_FILES"):
            monkeypatch.delenv(name)
        alone = open_studio(tmp_path / "alone", InProcess(), spares=0)
        for (session, film), cut in zip(films, cuts, strict=True):
            again = render_here(alone.films, alone.films.create(session, film.board), "draft")
            assert again.facts["payload_sha256"] == cut.facts["payload_sha256"]
        alone.close()
