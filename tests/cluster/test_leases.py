"""Jobs of several processes on one PostgreSQL: claims, leases, fencing, cancelling, turns."""

from __future__ import annotations

import threading
import time

import pytest

from pipelines.core.progress import Cancelled
from studio.engine.cluster_queue import ENDED, MOST_LOST, ClusterQueue
from studio.engine.runners import InProcess
from studio.storage.artifacts import Call
from studio.storage.faults import Fenced
from studio.studio import open_studio
from tests import stubs
from tests.fixtures import wait_for
from tests.security.shelf import place_picture

pytestmark = pytest.mark.slow

ME, YOU, HIM = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def two(tmp_path, board, cluster):
    """Two servers on folders of their own, with one database and one bucket."""
    stubs.RUNS.clear()
    opened = [open_studio(tmp_path / name, InProcess(), spares=0) for name in ("one", "two")]
    yield opened
    for one in opened:
        one.close()


def slow(studio, session=ME, *, steps=1, seed=0):
    return Call(
        "stylize.slow",
        {"content": place_picture(studio, session, seed, size=(64, 48)).id},
        {"steps": steps, "mode": "calm"},
    )


def ask(studio, session=ME, *, lane="quick", steps=1, seed=0):
    return studio.jobs.submit(session, "Stylize", slow(studio, session, steps=steps, seed=seed), lane=lane)


@pytest.mark.long
def test_a_job_of_one_server_is_made_by_another_and_seen_by_both(two):
    page, worker = two
    job = ask(page, lane="heavy", steps=3)
    worker.jobs.start(["heavy"])
    assert wait_for(page, ME, job.id).state == "done"
    made = page.store.artifact(ME, job.artifact_id)
    assert not made.where.exists() and made.path.is_file() and page.store.thumbnail_path(made).is_file()
    assert made.path.read_bytes() == worker.store.artifact(ME, job.artifact_id).path.read_bytes()


def test_each_job_is_claimed_once_however_many_ask(two):
    jobs = [ask(two[0], session, seed=n) for n, session in enumerate((ME, YOU, HIM) * 4)]
    taken: list[int] = []

    def claim(studio):
        for _ in range(12):
            if job := studio.jobs._take("quick"):
                taken.append(job.id)

    threads = [threading.Thread(target=claim, args=(studio,)) for studio in two * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(job.id for job in jobs)


def test_visitors_take_turns(two):
    greedy = [ask(two[0], ME, seed=n) for n in range(4)]
    you, him = ask(two[0], YOU), ask(two[0], HIM)
    first = two[1].jobs._take("quick")
    assert first.id == greedy[0].id and two[0].jobs.ahead_of(you) == 1 and two[0].jobs.ahead_of(greedy[3]) == 5
    assert [two[n % 2].jobs._take("quick").id for n in range(3)] == [you.id, him.id, greedy[1].id]


def test_the_same_result_is_not_made_twice_at_a_time(two):
    call = slow(two[0])
    one, other = (two[0].jobs.submit(ME, "Stylize", call, lane="quick", private=private) for private in (False, True))
    assert two[0].jobs._take("quick").id == one.id and two[1].jobs._take("quick") is None
    two[0].jobs._end(two[0].jobs.job(ME, one.id), "failed", problem="It failed.")
    assert two[1].jobs._take("quick").id == other.id


def expire(studio, id, fraction=0.0):
    studio.store.rows("UPDATE jobs SET lease = 1, fraction = ? WHERE id = ?", fraction, id)
    studio.jobs.reconcile()
    studio.store.rows("UPDATE jobs SET not_before = 0 WHERE id = ?", id)  # no pause


def test_a_worker_that_was_thought_dead_cannot_write(two):
    dead, alive = two
    job = ask(dead)
    old = dead.jobs._take("quick")
    expire(alive, job.id)
    new = alive.jobs._take("quick")
    assert new.id == old.id and new.fence == old.fence + 2
    dead.jobs._end(old, "failed", problem="I am late.")
    dead.store.rows("UPDATE jobs SET fraction = 0.9 WHERE id = ? AND fence = ?", old.id, old.fence)
    now = alive.jobs.job(ME, job.id)
    assert now.state == "running" and now.problem is None and now.fraction == 0
    with pytest.raises(Fenced):
        dead.jobs._run(old, None)
    assert dead.store.artifact(ME, job.artifact_id) is None
    alive.jobs._run(new, None)
    kept = alive.store.artifact(ME, job.artifact_id)
    assert alive.jobs.job(ME, job.id).state == "done" and kept.path.is_file()
    late = dead.store.new_file(".png")
    late.write_bytes(kept.path.read_bytes() + b"late")
    from dataclasses import replace

    with pytest.raises(Fenced):
        dead.store.keep(replace(kept, path=late), b"", attempt=(job.id, old.fence, old.holder))
    dead.store.files.only(ME, job.artifact_id)
    assert alive.store.artifact(ME, job.artifact_id).path.read_bytes() == kept.path.read_bytes()
    assert not dead.store.files.orphans(0)


@pytest.mark.long
def test_a_claim_that_the_database_lost_in_a_crash_writes_nothing(two):
    """With synchronous_commit = off the newest transactions may be lost, so two workers can be given the same fence number."""
    first, second = two
    job = ask(first)
    before = first.store.rows("SELECT fence FROM jobs WHERE id = ?", job.id)[0]["fence"]
    old = first.jobs._take("quick")
    first.store.rows("UPDATE jobs SET state = 'queued', holder = '', lease = 0, fence = ? WHERE id = ?", before, job.id)
    new = second.jobs._take("quick")
    assert (new.id, new.fence) == (old.id, old.fence)
    with pytest.raises(Fenced):
        first.jobs._run(old, None)
    assert first.store.artifact(ME, job.artifact_id) is None and second.jobs.job(ME, job.id).state == "running"
    second.jobs._run(new, None)
    made = second.store.rows("SELECT COUNT(*) AS n FROM registry WHERE artifact = ?", job.artifact_id)
    assert made[0]["n"] == 1 and second.jobs.job(ME, job.id).state == "done"


@pytest.mark.long
def test_a_worker_without_the_database_stops_by_itself(two, cluster):
    worker: ClusterQueue = two[0].jobs
    job = ask(two[0], lane="heavy", steps=900)
    worker.start(["heavy"])
    wait_for(two[0], ME, job.id, ("running",))
    cluster.postgres.stop()
    end = time.monotonic() + 120
    try:
        while worker.held and time.monotonic() < end and not worker.live[job.id].cancel.is_set():
            time.sleep(0.1)
        stopped = job.id not in worker.live or worker.live[job.id].cancel.is_set()
    finally:
        cluster.postgres.start()
    assert stopped
    worker.stop()
    end = time.monotonic() + 120
    while two[1].jobs.job(ME, job.id).state == "running" and time.monotonic() < end:
        two[1].jobs.reconcile()  # as every worker does; a worker that was just stopped may not have come to it
        time.sleep(0.1)
    ended = two[1].jobs.job(ME, job.id)
    assert ended.state == "queued" and ended.problem is None


@pytest.mark.long
def test_a_job_under_which_worker_after_worker_dies_fails(two):
    job = ask(two[0])
    for n in range(MOST_LOST):
        assert two[n % 2].jobs._take("quick").id == job.id
        expire(two[0], job.id, 0.5)
    ended = two[1].jobs.job(ME, job.id)
    assert ended.state == "failed" and "several times" in ended.problem and two[0].jobs._take("quick") is None


@pytest.mark.long
def test_lost_workers_do_not_count_while_a_job_gets_further_or_the_worker_lives(two):
    job = ask(two[0])
    for n in range(2 * MOST_LOST):
        assert two[n % 2].jobs._take("quick").id == job.id
        expire(two[0], job.id, 0.05 * n)
    for _ in range(2 * MOST_LOST):  # slow or cut off, and found alive
        taken = two[0].jobs._take("quick")
        expire(two[1], job.id)
        two[0].jobs._give_up(taken.id, lost=True)
        two[0].jobs._run = lambda job, listen: None
        two[0].jobs._attempt(taken)
    assert two[1].jobs.job(ME, job.id).state == "queued"


@pytest.mark.long
def test_previews_and_ends_reach_other_servers(two):
    heard = threading.Event()
    stop = two[1].store.database.listen([ENDED], lambda channel, text: heard.set())
    job = ask(two[0], lane="heavy", steps=60)
    two[0].jobs.start(["heavy"])
    seen, end = None, time.monotonic() + 120
    while time.monotonic() < end and not (seen and seen.preview):
        seen = two[1].jobs.live_of(two[1].jobs.job(ME, job.id))
        time.sleep(0.05)
    assert seen is not None and seen.preview[:4] == b"RIFF"
    two[1].jobs.cancel(ME, job.id)
    assert wait_for(two[1], ME, job.id).state == "cancelled" and heard.wait(120)
    stop()
    assert not two[1].store.rows("SELECT 1 FROM job_live")


def test_cancelled_is_raised_where_a_lease_was_lost(two):
    job = ask(two[0], lane="heavy", steps=500)
    taken = two[0].jobs._take("heavy")
    thread_ended: list[BaseException] = []

    def run():
        try:
            two[0].jobs._run(taken, None)
        except Cancelled as problem:
            thread_ended.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(two[0], ME, job.id, ("running",))
    expire(two[1], job.id)
    two[0].jobs._prolong()
    thread.join(20)
    assert len(thread_ended) == 1 and isinstance(thread_ended[0], Cancelled)
    assert two[1].jobs.job(ME, job.id).state == "queued"
