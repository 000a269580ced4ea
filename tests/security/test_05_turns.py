"""Finding 5: nobody can fill the queue or hold a lane: limits per session and address, and turns between them."""

from __future__ import annotations

import itertools

import pytest

from pipelines.core.settings import Refusal
from studio.engine import fairness
from studio.engine.fairness import Full
from studio.storage.artifacts import Call
from studio.storage.store import session_key
from tests.asgi import client_of
from tests.fixtures import wait_for
from tests.security.shelf import TOKEN, place_picture
from tests.studio import film_stubs

pytestmark = pytest.mark.slow

A, B, C = "a" * 32, "b" * 32, "c" * 32
NUMBERS = itertools.count()
MANY, OTHER = "203.0.113.7", "198.51.100.20"


def submit(studio, session, count=1, address="", lane="heavy") -> list:
    """So many jobs of a session, each of another call."""
    photo, queue = place_picture(studio, session), studio.jobs
    calls = (Call("stylize.slow", {"content": photo.id}, {"steps": 1, "mode": "calm", "n": n}) for n in NUMBERS)
    return [queue.submit(session, "Stylize", next(calls), lane=lane, address=address) for _ in range(count)]


def ids(jobs) -> list[int]:
    return [job.id for job in jobs]


def take_job(studio, lane="heavy", end=True):
    job = studio.jobs._take(lane)
    if job and end:
        studio.jobs._end(job, "done")
        studio.jobs.held.discard(job.id)
    return job


def test_sessions_take_turns_and_each_keeps_its_order(studio):
    first, second, third = (ids(submit(studio, one, count)) for one, count in ((A, 6), (B, 2), (C, 1)))
    order = [take_job(studio).id for _ in range(9)]
    assert order == [first[0], second[0], *third, first[1], second[1], *first[2:]]
    assert take_job(studio) is None


def test_the_place_that_is_said_is_what_happens(studio):
    jobs = [job for one, count in ((A, 5), (B, 3), (C, 1)) for job in submit(studio, one, count)]
    studio.jobs.move(A, jobs[4].id, -3)
    places = {job.id: studio.jobs.ahead_of(job) for job in jobs}
    order = [take_job(studio).id for _ in jobs]
    assert sorted(places, key=lambda id: places[id]) == order and sorted(places.values()) == list(range(9))


def test_fresh_sessions_from_one_address_do_not_push_others_aside(studio):
    """A cookie costs nothing: thirty sessions of one address are one when turns are taken."""
    for n in range(30):
        submit(studio, f"{n:032x}", address=MANY)
    mine = ids(submit(studio, B, 3, OTHER))
    order = [take_job(studio).id for _ in range(8)]
    assert [order.index(id) for id in mine] == [1, 3, 5]


def test_a_session_that_never_asked_before_does_not_overtake_who_waits(studio):
    mine = ids(submit(studio, A, 3))
    take_job(studio)
    order = []
    for n in range(4):  # each time a new one comes
        submit(studio, f"{n:032x}")
        order.append(take_job(studio).id)
    assert mine[1] in order[:2] and mine[2] in order


def test_one_session_does_not_hold_all_workers_of_a_lane_while_others_wait(studio):
    submit(studio, A, 8, MANY, "film")
    running = [take_job(studio, "film", end=False) for _ in range(3)]  # alone, it may use them all
    submit(studio, B, 4, OTHER, "film")
    assert [take_job(studio, "film", end=False).session for _ in range(3)] == [B, B, B]
    assert {job.session for job in running} == {A}


def test_limits_of_a_session_of_an_address_and_of_all(studio, monkeypatch):
    submit(studio, A, 50, MANY)
    with pytest.raises(Full, match="50 jobs waiting"):
        submit(studio, A, address=MANY)
    submit(studio, B, 50, MANY)
    with pytest.raises(Full, match="your network"):
        submit(studio, C, address=MANY)
    submit(studio, C, address=OTHER)
    monkeypatch.setattr(fairness, "TOTAL_LIMIT", 101)
    with pytest.raises(Full, match="studio is very busy"):
        submit(studio, C, address=OTHER)


def test_a_laptop_and_people_with_accounts_are_not_counted_by_address(studio, monkeypatch):
    monkeypatch.setenv("STUDIO_ADDRESS_JOBS", "2")
    for address in ("127.0.0.1", "::1/128", "127.0.0.1", "127.0.0.1"):
        submit(studio, A, address=address)
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:secret")
    submit(studio, B, 4, MANY)
    monkeypatch.delenv("STUDIO_ACCOUNTS")
    submit(studio, B, 2, MANY)
    with pytest.raises(Refusal, match="your network"):
        submit(studio, A, address=MANY)
    monkeypatch.setenv("STUDIO_ADDRESS_JOBS", "many")
    with pytest.raises(Refusal, match="STUDIO_ADDRESS_JOBS"):
        submit(studio, A, address=MANY)


def test_no_address_stands_in_the_folder(studio):
    submit(studio, A, address=MANY)
    studio.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in studio.store.home.rglob("*"):
        assert not file.is_file() or MANY.encode() not in file.read_bytes(), file
    key = studio.jobs.addresses.key(MANY)
    assert len(key) == 24 and key == fairness.Addresses(studio.store.home).key(MANY)  # also after a restart
    assert key != fairness.Addresses(studio.store.home / "elsewhere").key(MANY)


def test_every_door_says_where_a_request_came_from(studio, board):
    client = client_of(studio, board, client=(MANY, 4000))
    session = session_key("visitor:" + TOKEN)
    photo = place_picture(studio, session)
    asked = {"pipeline": "stylize.slow", "inputs": {"content": photo.id}, "settings": {"steps": 3}}
    job = client.post("/studio/make", json=asked, headers={"x-studio": "1"}).json()["job"]
    studio.jobs.cancel(session, job)
    assert client.post(f"/studio/jobs/{job}/retry", json={}, headers={"x-studio": "1"}).status_code == 200
    made = studio.jobs.run_now(
        session, Call("stylize.wash", {"content": photo.id}, {"seed": 1, "strength": 0.5, "words": "", "flip": False})
    )
    assert client.post(f"/studio/artifacts/{made.id}/replay", json={}, headers={"x-studio": "1"}).status_code == 200
    rows = studio.store.rows("SELECT address FROM jobs WHERE lane != 'inline'")
    assert {row["address"] for row in rows} == {studio.jobs.addresses.key(MANY)} and len(rows) == 3


def test_a_film_waits_for_room_in_the_queue_instead_of_failing(tmp_path, monkeypatch):
    with film_stubs.open_studio_of_stubs(tmp_path / "home") as studio:
        films = studio.films
        film = films.create(A, film_stubs.story())
        monkeypatch.setattr(fairness, "SESSION_LIMIT", 0)
        films.renders.begin(film, "draft", address=MANY)
        row = films.renders.newest(A, film.id)
        films.renders._look_at(row)
        assert films.renders.newest(A, film.id).state == "running"
        monkeypatch.setattr(fairness, "SESSION_LIMIT", 50)
        films.renders._look_at(row)
        queued = studio.store.rows("SELECT address FROM jobs WHERE lane = 'film'")
        assert queued and {row["address"] for row in queued} == {studio.jobs.addresses.key(MANY)}
        for n in range(5):
            films.renders.begin(films.create(A, film_stubs.story(title=f"{n}")), "draft")
        with pytest.raises(Refusal, match="being rendered"):
            films.renders.begin(films.create(A, film_stubs.story(title="one more")), "draft")


def test_workers_keep_to_the_turns(studio, monkeypatch):
    jobs = [job for one in (A, B) for job in submit(studio, one, 3)]
    studio.jobs.start()
    for job in jobs:
        wait_for(studio, job.session, job.id)
    ended = studio.store.rows("SELECT session FROM jobs ORDER BY started")
    assert [row["session"] for row in ended] == [A, B, A, B, A, B]
