"""Workers as Ray actors on a cluster of several nodes, one of which is lost."""

from __future__ import annotations

import time

import pytest

from studio.cluster.ray_actors import Cluster, Size
from studio.engine.runners import InProcess
from studio.studio import open_studio
from tests.cluster.test_leases import HIM, ME, YOU, ask

pytestmark = pytest.mark.long

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-cluster.txt")


def test_size_follows_the_queue():
    size = Size(least=1, most=4)
    wanted = {(0, 0): 1, (1, 0): 1, (4, 1): 3, (50, 3): 4, (0, 2): 2}
    assert {asked: size.wanted(*asked) for asked in wanted} == wanted


def test_jobs_go_on_when_a_node_is_lost(tmp_path, board, cluster, monkeypatch):
    from ray.cluster_utils import Cluster as Nodes

    monkeypatch.setenv("RAY_worker_niceness", "0")  # with Ray's own 15 they would not get a processor for minutes
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    last = [nodes.add_node(num_cpus=1, num_gpus=0) for _ in range(2)][-1]
    studio = open_studio(tmp_path / "page", InProcess(), spares=0)
    home, preload = str(tmp_path / "actors"), ["tests.installed_stubs"]
    actors = Cluster(studio, Size(least=2, most=2), ["quick", "heavy"], home=home, preload=preload)
    try:
        actors.connect(nodes.address)
        jobs = [(session, ask(studio, session, steps=15, seed=n).id) for n in range(2) for session in (ME, YOU, HIM)]
        end, lost, states = time.monotonic() + 420, False, []
        while set(states) != {"done"} and time.monotonic() < end:
            actors.look()
            states = [studio.jobs.job(session, id).state for session, id in jobs]
            if not lost and "done" in states:
                nodes.remove_node(last, allow_graceful=False)
                nodes.add_node(num_cpus=1)
                lost = True
            studio.jobs.reconcile()
            time.sleep(0.3)
        assert lost and states == ["done"] * len(jobs)
        for session, id in jobs:
            made = studio.store.artifact(session, studio.jobs.job(session, id).artifact_id)
            assert made is not None and made.path.is_file()
        assert studio.store.rows("SELECT COUNT(*) AS n FROM registry")[0]["n"] == len(jobs)
    finally:
        ray.shutdown()
        nodes.shutdown()
        studio.close()
