"""Finding 8: whatever the disk refuses, a job's row does not say `running` for ever, and no film waits for it."""

from __future__ import annotations

import json
import sqlite3
import time

import pytest

from pipelines.core.settings import Refusal
from studio.storage.artifacts import Call
from tests.fixtures import wait_for
from tests.security.shelf import placed
from tests.studio import film_stubs

pytestmark = pytest.mark.slow

ME = "a" * 32


def look(jobs):
    from studio.engine.reconcile import put_right

    put_right(jobs)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("studio.engine.reconcile.GRACE_SECONDS", 0.0)
    monkeypatch.setattr("studio.engine.jobs.RECONCILED_SECONDS", 0.1)


def submit(studio, steps=1, mode="calm"):
    photo = placed(studio, ME)
    return studio.jobs.submit(ME, "", Call("stylize.slow", {"content": photo.id}, {"steps": steps, "mode": mode}))


class Broken:
    """A database that refuses to write the ends of jobs."""

    def __init__(self, database, problem, sign="UPDATE jobs SET state = ?"):
        self.database, self.problem, self.sign, self.refused = database, problem, sign, 0

    def execute(self, sql, *values):
        if sql.startswith(self.sign):
            self.refused += 1
            raise self.problem
        return self.database.execute(sql, *values)

    def __getattr__(self, name):
        return getattr(self.database, name)


@pytest.mark.parametrize(
    "problem",
    [
        "database or disk is full",
        "disk I/O error",
        "attempt to write a readonly database",
        "unable to open database file",
    ],
)
def test_an_end_that_the_disk_refused_is_written_when_it_takes_rows_again(studio, quick, problem):
    studio.jobs.start()
    database = studio.store.database.connection
    broken = studio.store.database.connection = Broken(database, sqlite3.OperationalError(problem))
    job = submit(studio, mode="refuse")
    end = time.monotonic() + 120
    while not studio.jobs.owed and time.monotonic() < end:
        time.sleep(0.05)
    assert broken.refused and studio.jobs.job(ME, job.id).state == "running"
    studio.store.database.connection = database
    ended = wait_for(studio, ME, job.id)
    assert ended.state == "failed" and ended.problem == "This photo is too shy." and not studio.jobs.owed


def test_a_row_that_nobody_holds_goes_back_in_the_queue_and_is_done(studio, quick):
    job = submit(studio)
    studio.store.rows("UPDATE jobs SET state = 'running', started = 1 WHERE id = ?", job.id)
    look(studio.jobs)
    assert studio.jobs.job(ME, job.id).state == "queued"
    studio.store.rows("UPDATE jobs SET state = 'running', started = 1 WHERE id = ?", job.id)
    studio.jobs.start()
    assert wait_for(studio, ME, job.id).state == "done"


def test_one_that_stops_the_studio_again_and_again_is_ended(studio, quick):
    job = submit(studio)
    studio.store.rows("UPDATE jobs SET state = 'running', started = 1, attempts = 3 WHERE id = ?", job.id)
    look(studio.jobs)
    ended = studio.jobs.job(ME, job.id)
    assert ended.state == "failed" and "smaller settings" in ended.problem and ended.ended


def test_one_whose_result_is_there_is_done(studio, quick):
    job = submit(studio)
    studio.store.rows(
        "UPDATE jobs SET state = 'running', started = 1, artifact = ? WHERE id = ?", placed(studio, ME).id, job.id
    )
    look(studio.jobs)
    assert studio.jobs.job(ME, job.id).state == "done"


def test_what_is_being_made_is_left_alone(studio, quick):
    studio.jobs.start()
    job = submit(studio, steps=900)
    wait_for(studio, ME, job.id, ("running",))
    for _ in range(5):
        look(studio.jobs)
        assert studio.jobs.job(ME, job.id).state == "running"
        time.sleep(0.1)
    studio.jobs.cancel(ME, job.id)
    ended = wait_for(studio, ME, job.id)
    assert ended.state == "cancelled" and ended.attempts == 1


def test_a_command_line_that_runs_beside_the_server_is_left_alone(studio, quick):
    photo = placed(studio, ME)
    job = studio.jobs.submit(
        ME, "", Call("stylize.slow", {"content": photo.id}, {"steps": 1, "mode": "calm"}), lane="inline"
    )
    look(studio.jobs)
    assert studio.jobs.job(ME, job.id).state == "running"


def test_a_stuck_row_can_be_cancelled_by_its_visitor(studio):
    job = submit(studio)
    studio.store.rows("UPDATE jobs SET state = 'running', started = ? WHERE id = ?", time.time(), job.id)
    studio.jobs.cancel(ME, job.id)
    assert studio.jobs.job(ME, job.id).state == "cancelled"


def test_a_disk_that_stays_full_stops_neither_the_worker_nor_the_look(studio, quick, monkeypatch):
    job = submit(studio)
    studio.store.rows("UPDATE jobs SET state = 'running', started = 1 WHERE id = ?", job.id)

    from studio.storage.store import DiskFull

    def full(*values):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(studio.store, "change", full)
    look(studio.jobs)
    monkeypatch.undo()
    monkeypatch.setattr("studio.engine.reconcile.GRACE_SECONDS", 0.0)
    look(studio.jobs)
    assert studio.jobs.job(ME, job.id).state == "queued"


@pytest.fixture
def films(tmp_path, monkeypatch):
    from pipelines.core.run import find
    from studio.engine.runners import InProcess
    from studio.studio import open_studio

    film_stubs.install(monkeypatch)
    opened = open_studio(tmp_path / "home", InProcess(), spares=0)
    yield opened
    opened.close()
    monkeypatch.undo()
    find.cache_clear()


def test_a_film_goes_on_past_a_stuck_step(films, monkeypatch):
    """A step's row said `running` with nobody at it: the film waited for ever."""
    monkeypatch.setattr("studio.engine.reconcile.GRACE_SECONDS", 0.0)
    film = films.films.create(ME, film_stubs.story())
    films.films.renders.begin(film, "draft")
    row = films.films.renders.newest(ME, film.id)
    films.films.renders._look_at(row)
    films.store.rows("UPDATE jobs SET state = 'running', started = 1, attempts = 3")
    look(films.jobs)
    films.films.renders._look_at(row)
    ended = films.films.renders.newest(ME, film.id)
    assert ended.state == "failed" and ended.problem.endswith("please try smaller settings.")


def test_a_render_whose_end_the_disk_refused_is_ended_later(films):
    film = films.films.create(ME, film_stubs.story())
    films.films.renders.begin(film, "draft")
    id = films.films.renders.newest(ME, film.id).id
    films.store.rows("UPDATE film_renders SET storyboard = ? WHERE id = ?", json.dumps({"scenes": 7}), id)
    database = films.store.database.connection
    films.store.database.connection = Broken(
        database, sqlite3.OperationalError("database or disk is full"), "UPDATE film_renders"
    )
    films.films.renders.start()
    end = time.monotonic() + 120
    while not films.films.renders._owed and time.monotonic() < end:
        time.sleep(0.05)
    assert films.films.renders.newest(ME, film.id).state == "running"
    films.store.database.connection = database
    end = time.monotonic() + 120
    while films.films.renders.newest(ME, film.id).state == "running" and time.monotonic() < end:
        time.sleep(0.05)
    row = films.films.renders.newest(ME, film.id)
    assert row.state == "failed" and row.problem and not films.films.renders._owed


def test_a_render_that_the_disk_has_no_room_for_ends_with_a_sentence(films, monkeypatch):
    film = films.films.create(ME, film_stubs.story())
    films.films.renders.begin(film, "draft")
    row = films.films.renders.newest(ME, film.id)

    def low(session):
        raise Refusal("The disk is nearly full; delete something from the shelf or free some space, then try again.")

    monkeypatch.setattr(films.store, "check_room", low)
    films.films.renders._look_at(row)
    ended = films.films.renders.newest(ME, film.id)
    assert ended.state == "failed" and "disk is nearly full" in ended.problem
