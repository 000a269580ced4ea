"""One method over many files: fed a few at a time, told file by file, stopped, kept from others."""

from __future__ import annotations

import time

import pytest

from studio.engine.batches import AHEAD
from studio.storage.store import session_key
from tests.cluster.servers import core
from tests.fixtures import put_picture
from tests.security.shelf import GUARD, TOKEN

ME, OTHER = session_key("visitor:" + TOKEN), GUARD.tokens.make()
OURS = {"x-studio": "1"}


def ask(client, **more):
    return client.post("/studio/batches", headers=OURS, json={"pipeline": "stylize.wash", "slot": "content", **more})


def until(client, id, what):
    for _ in range(2400):
        told = client.get(f"/studio/batches/{id}").json()
        if what(told):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


@core
def test_every_file_is_worked_with_one_seed_and_others_see_nothing(studio, client):
    studio.jobs.start()
    photos = [put_picture(studio, ME, n).id for n in range(4)]
    id = ask(client, ids=photos, settings={"words": "soft"}).json()["id"]
    told = until(client, id, lambda said: all(item["state"] == "done" for item in said["items"]))
    made = [studio.store.artifact(ME, item["artifact"]) for item in told["items"]]
    assert [one.call.inputs["content"] for one in made] == photos
    assert len({one.call.settings["seed"] for one in made}) == 1 and made[0].call.settings["words"] == "soft"
    client.cookies.set("studio_session", OTHER)
    assert client.get(f"/studio/batches/{id}").status_code == 403
    assert client.post(f"/studio/batches/{id}/stop", headers=OURS).status_code == 403


def test_it_waits_its_turn_and_can_be_stopped(studio, client):
    photos = [put_picture(studio, ME, n).id for n in range(AHEAD + 3)]  # nothing works: the queue was not started
    id = ask(client, ids=photos).json()["id"]
    until(client, id, lambda said: said["asked"] == AHEAD)
    time.sleep(1.2)
    assert client.get(f"/studio/batches/{id}").json()["asked"] == AHEAD
    assert "under way" in ask(client, ids=photos[:1]).json()["problem"]
    assert client.post(f"/studio/batches/{id}/stop", headers=OURS).status_code == 200
    assert not studio.store.rows("SELECT 1 FROM jobs WHERE state = 'queued'")


@pytest.mark.parametrize(
    "more",
    [
        {"ids": ["f" * 32]},
        {"ids": [1]},
        {"slot": "mask", "ids": ["a"]},
        {"pipeline": "os.system", "ids": ["a"]},
        {"ids": ["a"] * 401},
    ],
)
def test_what_cannot_be_worked_is_refused(client, more):
    assert ask(client, **more).status_code == 400
