"""A crash or a lack of memory ends one job with a sentence; the server and every other job go on (worker processes)."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pipelines.core.settings import Refusal
from studio.engine import workers
from studio.engine.footprint import Budget
from studio.engine.making import Order, Update
from studio.engine.workers import Workers
from studio.provenance.credential import read_credential
from studio.storage.artifacts import Call, checked_call
from studio.studio import Studio, open_studio
from tests import stubs
from tests.fixtures import put_picture, until, wait_for

pytestmark = pytest.mark.slow

ME, OTHER = "a" * 32, "b" * 32
ROOT = Path(__file__).resolve().parents[2]
CEILING = 900_000_000
linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="the ceiling and the names of processes are read as Linux shows them"
)


NEW = itertools.count(60)  # seeds and steps of calls that were not made before


@contextmanager
def open_with_workers(home: Path) -> Iterator[Studio]:
    """A studio whose jobs run in worker processes, with the stub pipelines in them."""
    stubs.install()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "PRELOADED", ("tests.installed_stubs",))
        studio = open_studio(home, Workers(home, Budget(3_000_000_000, CEILING)), spares=0)
        studio.jobs.start()
        yield studio
        studio.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_with_workers(tmp_path_factory.mktemp("workers") / "home") as studio:
        yield studio


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Studio]:
    """One of its own, for a test that changes what its workers may do."""
    with open_with_workers(tmp_path / "home") as studio:
        yield studio


def call(studio: Studio, pipeline: str, session: str = ME, **settings) -> Call:
    return checked_call(
        f"stylize.{pipeline}", {"content": put_picture(studio, session).id}, settings, lambda id: "image"
    )


def submit_job(studio: Studio, pipeline: str, session: str = ME, **settings):
    lane = "heavy" if pipeline == "slow" else "quick"
    return studio.jobs.submit(session, "Stylize", call(studio, pipeline, session, **settings), lane=lane)


def wait_for_end(studio: Studio, job, session: str = ME):
    return wait_for(studio, session, job.id, seconds=90)


@pytest.mark.parametrize(
    ("how", "says"),
    [("crash", "crashed"), ("leave", "crashed"), ("memory", "GB of memory"), ("slowly", "GB of memory")],
)
def test_what_goes_wrong_in_native_code_ends_that_job_only(running, how, says):
    other = submit_job(running, "slow", OTHER, steps=next(NEW))
    wait_for(running, OTHER, other.id, ("running",))
    hurt = submit_job(running, "hurt", how=how)  # in a lane beside the other's
    ended = wait_for_end(running, hurt)
    assert ended.state == "failed" and says in ended.problem and ended.problem.endswith((".", "!"))
    assert wait_for_end(running, other, OTHER).state == "done"
    assert wait_for_end(running, submit_job(running, "wash", seed=next(NEW))).state == "done"
    assert list((running.store.home / "work" / "new").iterdir()) == []


def test_a_result_is_the_same_in_a_worker_and_in_this_process(running, tmp_path):
    one = call(running, "wash", seed=5, words="gold")
    result = running.jobs.run_now(ME, one)
    here = open_studio(tmp_path / "other", spares=0)
    try:
        same = checked_call(
            "stylize.wash", {"content": put_picture(here, ME).id}, {"seed": 5, "words": "gold"}, lambda id: "image"
        )
        assert here.jobs.run_now(ME, same).facts["payload_sha256"] == result.facts["payload_sha256"]
    finally:
        here.close()


@pytest.mark.parametrize("mode", ["calm", "stuck"])
def test_a_cancelled_worker_is_free_again_or_replaced(running, mode):
    job = submit_job(running, "slow", steps=900, mode=mode)
    until(lambda: running.jobs.job(ME, job.id).label[:4] == "Step")
    before = running.jobs.runner.pids()
    running.jobs.cancel(ME, job.id)
    assert wait_for_end(running, job).state == "cancelled"
    assert wait_for_end(running, submit_job(running, "wash", seed=next(NEW))).state == "done"
    assert (before == running.jobs.runner.pids()) == (mode == "calm")  # a process that cannot stop is ended


def test_an_idle_worker_that_was_killed_is_replaced_without_a_word(running):
    assert wait_for_end(running, submit_job(running, "wash", seed=next(NEW))).state == "done"
    for pid in running.jobs.runner.pids():
        os.kill(pid, signal.SIGKILL)
    assert wait_for_end(running, submit_job(running, "wash", seed=next(NEW))).state == "done"


def test_a_worker_killed_in_the_middle_ends_its_job_with_a_sentence(running):
    job = submit_job(running, "slow", steps=900)
    wait_for(running, ME, job.id, ("running",))
    until(lambda: (running.jobs.job(ME, job.id).label or "").startswith("Step"))
    for pid in running.jobs.runner.pids():
        os.kill(pid, signal.SIGKILL)
    ended = wait_for_end(running, job)
    assert ended.state == "failed" and "system stopped this" in ended.problem


def test_refusals_cross_and_surprises_do_not_show_their_insides(running):
    refused = wait_for_end(running, submit_job(running, "slow", mode="refuse"))
    assert refused.problem == "This photo is too shy."
    failed = wait_for_end(running, submit_job(running, "slow", mode="fail"))
    assert failed.problem.startswith("Something went wrong") and "/etc" not in failed.problem


def test_workers_end_when_the_studio_closes_and_are_kept_warm_until_then(alone):
    assert wait_for_end(alone, submit_job(alone, "wash", seed=1)).state == "done"
    first = alone.jobs.runner.pids()
    assert wait_for_end(alone, submit_job(alone, "wash", seed=2)).state == "done"
    assert alone.jobs.runner.pids() == first  # the same process served both
    processes = [psutil.Process(pid) for pid in first]
    alone.jobs.stop()
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert not alive


@linux_only
def test_workers_bear_their_name_and_go_first_when_the_machine_is_full(running):
    assert wait_for_end(running, submit_job(running, "wash", seed=next(NEW))).state == "done"
    for pid in running.jobs.runner.pids():
        assert Path(f"/proc/{pid}/comm").read_text().strip() == "studio-worker"
        assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) >= int(Path("/proc/self/oom_score_adj").read_text())


def test_memory_that_idle_workers_keep_is_given_back(alone, monkeypatch):
    """With a budget that is passed at once, the idle worker first lets go of its models and then ends."""
    assert wait_for_end(alone, submit_job(alone, "wash", seed=1)).state == "done"
    pool = alone.jobs.runner
    monkeypatch.setattr(workers, "LEAST_SHED_BYTES", 1)
    pool.budget = Budget(1, CEILING)
    until(lambda: not pool.pids())
    assert wait_for_end(alone, submit_job(alone, "wash", seed=2)).state == "done"


def test_a_job_waits_for_memory_while_another_runs_and_then_goes_on(alone):
    pool = alone.jobs.runner
    assert wait_for_end(alone, submit_job(alone, "wash", seed=1)).state == "done"
    pool._peaks["stylize.wash"] = (
        3_100_000_000  # as if it had been learned: more than the studio may take beside others
    )
    slow = submit_job(alone, "slow", steps=40)
    wait_for(alone, ME, slow.id, ("running",))
    until(lambda: alone.jobs.job(ME, slow.id).fraction)  # its row says that it runs before it has a worker
    heard: list[Update] = []
    waiting = threading.Thread(
        target=lambda: pool.make(
            alone.store, Order(ME, call(alone, "wash", seed=2)), cancelled=lambda: False, tell=heard.append
        )
    )
    waiting.start()
    time.sleep(0.5)
    assert not heard and alone.jobs.job(ME, slow.id).state == "running"
    assert wait_for_end(alone, slow).state == "done"
    waiting.join(60)
    assert heard


def test_exports_are_made_in_a_worker(running):
    result = running.jobs.run_now(ME, call(running, "wash", seed=next(NEW)))
    path = Path(running.jobs.runner.run_in_worker(running.store, "export", session=ME, id=result.id, ending=".jpg"))
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"
    path.unlink()
    with pytest.raises(Refusal, match="not on your shelf"):
        running.jobs.runner.run_in_worker(running.store, "export", session=OTHER, id=result.id, ending=".jpg")
    copy = Path(running.jobs.runner.run_in_worker(running.store, "unsaid", session=ME, id=result.id))
    assert (
        read_credential(copy, running.certificate).record == {}
        and read_credential(result.path, running.certificate).record
    )
    with pytest.raises(Refusal, match="not on your shelf"):
        running.jobs.runner.run_in_worker(running.store, "unsaid", session=OTHER, id=result.id)


@linux_only
def test_workers_end_with_a_server_that_is_killed(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from studio.engine.workers import Workers
        if __name__ == "__main__":
            pool = Workers(Path(sys.argv[1]))
            pool.start()
            while not pool.pids():
                time.sleep(0.05)
            print(*pool.pids(), flush=True)
            time.sleep(60)
    """)
    (tmp_path / "serve.py").write_text(script)
    server = subprocess.Popen(
        [sys.executable, str(tmp_path / "serve.py"), str(tmp_path / "home")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    workers_of_it = [psutil.Process(int(word)) for word in server.stdout.readline().split()]
    assert workers_of_it
    server.kill()
    server.wait()
    _, alive = psutil.wait_procs(workers_of_it, timeout=20)
    assert not alive
