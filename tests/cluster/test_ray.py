"""Workers as Ray actors on a cluster of several nodes, one of which is lost."""

from __future__ import annotations

import time

import pytest

from studio.cluster.ray_actors import Cluster, Size
from studio.engine.runners import InProcess
from studio.film.executors import render_here
from studio.studio import open_studio
from tests.cluster.chaos import Plan, story
from tests.cluster.process import install
from tests.cluster.test_leases import HIM, ME, YOU, ask

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


def test_jobs_go_on_when_a_node_is_lost(tmp_path, board, cluster):
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    several = [nodes.add_node(num_cpus=1, num_gpus=0) for _ in range(2)]
    studio = open_studio(tmp_path / "page", InProcess(), spares=0)
    actors = Cluster(
        studio,
        Size(least=2, most=2),
        ["quick", "heavy"],
        home=str(tmp_path / "actors"),
        preload=["tests.installed_stubs"],
    )
    try:
        actors.connect(nodes.address)
        jobs = [(session, ask(studio, session, steps=15, seed=n).id) for n in range(2) for session in (ME, YOU, HIM)]
        end, lost = time.monotonic() + 420, False
        while time.monotonic() < end:
            actors.look()
            states = [studio.jobs.job(session, id).state for session, id in jobs]
            if not lost and "done" in states:
                nodes.remove_node(several[1], allow_graceful=False)
                lost = True
                several.append(nodes.add_node(num_cpus=1))
            if set(states) == {"done"}:
                break
            studio.jobs.put_right()
            time.sleep(0.3)
        assert lost and states == ["done"] * len(jobs)
        for session, id in jobs:
            made = studio.store.artifact(session, studio.jobs.job(session, id).artifact_id)
            assert made is not None and made.path.is_file()
        kept = studio.store.rows("SELECT COUNT(*) AS n FROM registry")[0]["n"]
        assert kept == len(jobs)
    finally:
        ray.shutdown()
        nodes.shutdown()
        studio.close()


def test_films_go_on_when_a_node_is_lost(tmp_path, board, cluster, monkeypatch):
    """Each film has the bytes that an undisturbed studio makes before it signs."""
    from ray.cluster_utils import Cluster as Nodes

    install()
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    several = [nodes.add_node(num_cpus=1, num_gpus=0) for _ in range(2)]
    studio = open_studio(tmp_path / "page", InProcess(), spares=0)
    actors = Cluster(
        studio,
        Size(least=2, most=2),
        ["quick", "heavy", "film"],
        home=str(tmp_path / "actors"),
        preload=["tests.cluster.installed"],
    )
    try:
        actors.connect(nodes.address)
        studio.jobs.start([])
        plan = Plan(scenes=2, scene_seconds=1.0)
        films = [(session, studio.films.create(session, story(n, plan))) for n, session in enumerate((ME, YOU))]
        for _, film in films:
            studio.films.renders.begin(film, "draft")
        studio.films.renders.start()
        end, lost = time.monotonic() + 420, False
        while time.monotonic() < end:
            actors.look()
            states = [studio.films.renders.newest(session, film.id).state for session, film in films]
            made = studio.store.rows("SELECT COUNT(*) AS n FROM jobs WHERE state = 'done'")[0]["n"]
            if not lost and made >= 2:
                nodes.remove_node(several[1], allow_graceful=False)
                lost = True
                several.append(nodes.add_node(num_cpus=1))
            if set(states) == {"done"}:
                break
            studio.jobs.put_right()
            time.sleep(0.3)
        assert lost and states == ["done"] * len(films)
        cuts = [
            studio.store.artifact(session, studio.films.renders.newest(session, film.id).artifact)
            for session, film in films
        ]
        for name in ("STUDIO_DATABASE", "STUDIO_FILES"):
            monkeypatch.delenv(name)
        alone = open_studio(tmp_path / "alone", InProcess(), spares=0)
        for (session, film), cut in zip(films, cuts, strict=True):
            again = render_here(alone.films, alone.films.create(session, film.board), "draft")
            assert again.facts["payload_sha256"] == cut.facts["payload_sha256"]
        alone.close()
    finally:
        ray.shutdown()
        nodes.shutdown()
        studio.close()
