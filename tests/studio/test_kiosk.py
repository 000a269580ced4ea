"""A session at a stand: the server holds to it, whatever the page asks for; and a film that is erased leaves nothing."""

from __future__ import annotations

import pytest

from pipelines.core.settings import Refusal
from studio.engine.fairness import Full
from studio.film.erase import erase
from studio.storage.artifacts import Call
from studio.storage.kiosk import JOBS, become, is_kiosk
from studio.storage.store import session_key
from tests.fixtures import put_picture, run_async
from tests.security.shelf import TOKEN

ME = session_key("visitor:" + TOKEN)
OURS = {"x-studio": "1"}


def test_a_stand_takes_no_files_by_any_way(studio, client):
    assert client.post("/studio/kiosk", headers=OURS).status_code == 200 and is_kiosk(studio.store, ME)
    for path in ("upload?name=a.png", "projects"):
        answer = client.post(f"/studio/{path}", content=b"x" * 50, headers=OURS)
        assert answer.status_code == 400 and "takes no files" in answer.json()["problem"]

    async def arrives():
        async with studio.arrivals.arriving(ME, "1.2.3.4", 10, None):
            pass

    for work in (arrives(), studio.arrivals.charge(ME, 10)):  # Gradio's upload, and files inside MCP messages
        with pytest.raises(Refusal, match="takes no files"):
            run_async(work)
    assert client.post("/studio/adopt", headers=OURS, json={"asset": "samples/moose.jpg"}).status_code == 200
    answer = client.post("/studio/shares", headers=OURS, json={"kind": "result", "id": "0" * 32})
    assert "not possible at this stand" in answer.json()["problem"]
    client.post("/studio/preference", headers=OURS, json={"private": True})
    assert is_kiosk(studio.store, ME)


def test_few_jobs_of_a_stand_wait_but_its_film_goes_on(studio):
    assert studio.films.listed(ME) == []  # which lays out the tables of films
    become(studio.store, ME)
    studio.store.set_preference("b" * 32, "private", False)
    photo = put_picture(studio, ME).id
    assert put_picture(studio, "b" * 32).id == photo
    calls = [Call("stylize.wash", {"content": photo}, {"seed": n}) for n in range(JOBS + 2)]
    for call in calls[:JOBS]:
        studio.jobs.submit(ME, "Stylize", call, lane="heavy")
    with pytest.raises(Full, match=f"{JOBS} jobs waiting"):
        studio.jobs.submit(ME, "Stylize", calls[JOBS], lane="heavy")
    studio.jobs.submit(ME, "Film", calls[JOBS], lane="film")
    for call in calls:
        studio.jobs.submit("b" * 32, "Stylize", call, lane="heavy")


def test_a_browser_with_work_does_not_become_a_stand(studio, client, monkeypatch):
    put_picture(studio, ME)
    answer = client.post("/studio/kiosk", headers=OURS)
    assert (
        answer.status_code == 400 and "this one has work" in answer.json()["problem"] and not is_kiosk(studio.store, ME)
    )
    monkeypatch.setenv("STUDIO_KIOSK", "1")
    assert is_kiosk(studio.store, ME)


def test_an_erased_film_takes_what_came_since_and_nothing_older(studio, client):
    older = put_picture(studio, ME, 1)
    board = {"title": "T", "scenes": [{"id": "s1", "picture": {"artifact": older.id}}]}
    film = studio.films.create(ME, board)
    newer, other = put_picture(studio, ME, 2), put_picture(studio, ME, 3)
    studio.films.take(ME, film.id, "s1.picture", newer.id)
    studio.films.take(ME, "another", "s1.picture", other.id)
    assert erase(studio.films, film, [other.id, older.id]) == 2
    left = [one.id for one in studio.store.shelf(ME)]
    assert left == [older.id] and not newer.path.exists() and studio.films.listed(ME) == []
    assert client.post(f"/studio/films/{film.id}/erase", headers=OURS, json={}).status_code == 403
