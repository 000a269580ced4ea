"""Whatever the disk refuses, a job's row does not say `running` for ever, and no film waits for it."""

from __future__ import annotations

import json
import time

import pytest

from pipelines.core.settings import Refusal
from studio.engine import reconcile
from studio.storage.artifacts import Call
from studio.storage.store import DiskFull
from tests.fixtures import until, wait_for
from tests.security.shelf import Broken, place_picture
from tests.studio import film_stubs

pytestmark = pytest.mark.slow

ME = "a" * 32
END_OF_JOB = "UPDATE jobs SET state = ?"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(reconcile, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr("studio.engine.local_queue.RECONCILED_SECONDS", 0.1)


def submit(studio, steps=1, mode="calm", **more):
    photo = place_picture(studio, ME)
    call = Call("stylize.slow", {"content": photo.id}, {"steps": steps, "mode": mode})
    return studio.jobs.submit(ME, "", call, **more)


def stick(studio, job, more: str = "", *values) -> None:
    """The row says that the job runs, and nobody is at it."""
    studio.store.rows(f"UPDATE jobs SET state = 'running', started = 1{more} WHERE id = ?", *values, job.id)


@pytest.mark.parametrize(
    "problem", ["database or disk is full", "disk I/O error", "attempt to write a readonly database"]
)
def test_an_end_that_the_disk_refused_is_written_when_it_takes_rows_again(studio, problem):
    studio.jobs.start()
    database = studio.store.database.connection
    broken = studio.store.database.connection = Broken(database, END_OF_JOB, problem=problem)
    job = submit(studio, mode="refuse")
    until(lambda: studio.jobs.unwritten_ends)
    assert broken.refused and studio.jobs.job(ME, job.id).state == "running"
    studio.store.database.connection = database
    ended = wait_for(studio, ME, job.id)
    assert ended.state == "failed" and ended.problem == "This photo is too shy." and not studio.jobs.unwritten_ends


def test_a_row_that_nobody_holds_goes_on_ends_or_is_done(studio):
    waiting, broken, done = (submit(studio, steps) for steps in (1, 2, 3))
    stick(studio, waiting)
    stick(studio, broken, ", attempts = 3")  # it stops the studio again and again
    stick(studio, done, ", artifact = ?", place_picture(studio, ME).id)
    inline = submit(studio, 4, lane="inline")  # a command line that runs beside the server
    reconcile.reconcile(studio.jobs)
    states = [studio.jobs.job(ME, job.id).state for job in (waiting, broken, done, inline)]
    assert states == ["queued", "failed", "done", "running"]
    ended = studio.jobs.job(ME, broken.id)
    assert "smaller settings" in ended.problem and ended.ended
    studio.jobs.start()
    assert wait_for(studio, ME, waiting.id).state == "done"


def test_what_is_being_made_is_left_alone(studio):
    studio.jobs.start()
    job = submit(studio, steps=900)
    wait_for(studio, ME, job.id, ("running",))
    for _ in range(5):
        reconcile.reconcile(studio.jobs)
        assert studio.jobs.job(ME, job.id).state == "running"
        time.sleep(0.1)
    studio.jobs.cancel(ME, job.id)
    ended = wait_for(studio, ME, job.id)
    assert ended.state == "cancelled" and ended.attempts == 1


def test_a_stuck_row_can_be_cancelled_by_its_visitor(studio):
    job = submit(studio)
    stick(studio, job)
    studio.jobs.cancel(ME, job.id)
    assert studio.jobs.job(ME, job.id).state == "cancelled"


def test_a_disk_that_stays_full_does_not_stop_the_look(studio, monkeypatch):
    job = submit(studio)
    stick(studio, job)

    def full(*values):
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(studio.store, "change", full)
        reconcile.reconcile(studio.jobs)
    reconcile.reconcile(studio.jobs)
    assert studio.jobs.job(ME, job.id).state == "queued"


@pytest.fixture
def film(tmp_path):
    """A film that was begun, and the studio in which nobody works."""
    with film_stubs.open_studio_of_stubs(tmp_path / "home") as opened:
        begun = opened.films.create(ME, film_stubs.story())
        opened.films.renders.begin(begun, "draft")
        yield opened, lambda: opened.films.renders.newest(ME, begun.id)


def test_a_film_goes_on_past_a_stuck_step(film):
    """A step's row said `running` with nobody at it: the film waited for ever."""
    studio, render = film
    row = render()
    studio.films.renders._look_at(row)
    studio.store.rows("UPDATE jobs SET state = 'running', started = 1, attempts = 3")
    reconcile.reconcile(studio.jobs)
    studio.films.renders._look_at(row)
    assert render().state == "failed" and render().problem.endswith("try smaller settings.")


def test_a_render_whose_end_the_disk_refused_is_ended_later(film):
    studio, render = film
    studio.store.rows("UPDATE film_renders SET storyboard = ?", json.dumps({"scenes": 7}))
    database = studio.store.database.connection
    studio.store.database.connection = Broken(database, "UPDATE film_renders")
    studio.films.renders.start()
    until(lambda: studio.films.renders._owed)
    assert render().state == "running"
    studio.store.database.connection = database
    until(lambda: render().state != "running")
    assert render().state == "failed" and render().problem and not studio.films.renders._owed


def test_a_render_that_the_disk_has_no_room_for_ends_with_a_sentence(film, monkeypatch):
    studio, render = film

    def low(session):
        raise Refusal("The disk is nearly full; delete something from the shelf, then try again.")

    monkeypatch.setattr(studio.store, "check_room", low)
    studio.films.renders._look_at(render())
    assert render().state == "failed" and "disk is nearly full" in render().problem
