"""Finding 6: a visitor can download everything, and can be forgotten: files, rows, running jobs, and what arrives late."""

from __future__ import annotations

import io
import json
import threading
import time
import tracemalloc
import zipfile

import pytest
from starlette.testclient import TestClient

from pipelines.core.settings import Refusal
from studio.storage import takeout
from studio.storage.artifacts import Call
from studio.storage.forget import forget, tables_of_sessions
from studio.storage.store import session_key
from studio.web.mine_routes import Busy, Downloads
from tests.fixtures import wait_for
from tests.security.shelf import TOKEN, place_picture
from tests.security.test_06_disk import furnish_session

pytestmark = pytest.mark.slow

ME, OTHER = session_key("visitor:" + TOKEN), "b" * 32
OURS = {"x-studio": "1"}


def rows_of(studio, session):
    return {
        table: len(studio.store.rows(f"SELECT 1 FROM {table} WHERE session = ?", session))
        for table in tables_of_sessions(studio.store)
    }


def test_everything_can_be_downloaded(studio, client):
    artifact, _, _ = furnish_session(studio, ME)
    theirs, _, _ = furnish_session(studio, OTHER, 2)
    answer = client.get("/studio/mine/download")
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    media = next(name for name in names if name.endswith(".png"))
    assert archive.read(media) == artifact.path.read_bytes() and f"{media[:-4]}.notes.json" in names
    sidecar = json.loads(archive.read(media[:-4] + ".json"))
    assert sidecar["title"] == "photo 1.png" and sidecar["id"] == artifact.id
    kept = json.loads(archive.read(next(name for name in names if name.startswith("films/"))))
    assert kept["storyboard"]["title"] == "My other secret film" and len(kept["versions"]) == 2
    assert "my secret words" in archive.read("jobs.json").decode() and json.loads(archive.read("preferences.json")) == {
        "private": True
    }
    assert theirs.id.encode() not in answer.content
    for name in names:
        assert not name.startswith("/") and ".." not in name


def test_the_download_is_not_held_in_memory(studio):
    for seed in range(3):
        place_picture(studio, ME, seed, b"x" * 20_000_000)
    tracemalloc.start()
    size = sum(len(block) for block in takeout.stream_session(studio, ME))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 60_000_000 and peak < 12_000_000


def test_what_goes_while_it_is_packed_is_named(studio):
    one = place_picture(studio, ME)
    one.path.unlink()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(takeout.stream_session(studio, ME))))
    assert archive.testzip() is None and "Deleted while this was packed: shelf/" in archive.read("README.txt").decode()


@pytest.mark.parametrize("title", ["../../etc/passwd", "a/b\\c", "", "🦊", "…" * 300, "con", "a\u202eb"])
def test_titles_cannot_lead_out_of_the_folder(title):
    made = takeout.stem(title)
    assert made and len(made) <= 60 and not set(made) & set("/\\.:\u202e")


def test_one_download_at_a_time_and_the_next_when_it_ends_however_it_ends(studio, client):
    downloads = Downloads()
    ticket = downloads.begin(ME)
    with pytest.raises(Busy, match="already"):
        downloads.begin(ME)
    downloads.begin(OTHER)
    downloads.end(ME, ticket)
    again = downloads.begin(ME)
    with downloads._lock:
        downloads._moved[ME] = (again, time.monotonic() - 1000)  # it has stalled
    newer = downloads.begin(ME)
    assert list(downloads.blocks(ME, again, iter([b"a", b"b"]))) == []
    assert list(downloads.blocks(ME, newer, iter([b"a", b"b"]))) == [b"a", b"b"]
    downloads.end(ME, again)
    assert downloads.busy(ME)


def test_a_broken_download_makes_way(studio, client, monkeypatch):
    def breaks(*values):
        yield b"PK"
        raise OSError("the file is gone")

    monkeypatch.setattr("studio.storage.takeout.stream_session", breaks)
    with pytest.raises(OSError):
        TestClient(client.app, cookies={"studio_session": TOKEN}).get("/studio/mine/download")
    monkeypatch.undo()
    assert client.get("/studio/mine/download").status_code == 200


@pytest.mark.parametrize(
    "said", [{}, {"confirm": ""}, {"confirm": True}, {"confirm": ["forget me"]}, {"confirm": "forget"}]
)
def test_nothing_is_forgotten_without_the_words(studio, client, said):
    artifact, _, _ = furnish_session(studio, ME)
    answer = client.post("/studio/mine/forget", json=said, headers=OURS)
    assert answer.status_code == 400 and "forget me" in answer.json()["problem"]
    assert client.post("/studio/mine/forget", json={"confirm": "forget me"}).status_code == 403  # not from our page
    assert client.get("/studio/mine/forget").status_code == 405
    assert studio.store.artifact(ME, artifact.id).path.exists()


def test_forgetting_takes_everything_of_this_session_and_nothing_of_another(studio, client):
    mine, _, _ = furnish_session(studio, ME)
    theirs, film, _ = furnish_session(studio, OTHER, 2)
    shared = "0" * 24 + "12345678"
    for session in (ME, OTHER):  # the same call by two visitors has one id
        studio.store.rows(
            "INSERT INTO registry (artifact, mark, payload_sha256, pipeline, created, session) VALUES (?,9,'','x',1,?)",
            shared,
            session,
        )
    studio.store.rows(
        "INSERT INTO registry (artifact, mark, payload_sha256, pipeline, created) VALUES (?,7,'','x',1)", mine.id
    )  # of an older studio
    studio.store.rows("CREATE TABLE api_tokens (hash TEXT, session TEXT)")
    studio.store.rows("INSERT INTO api_tokens VALUES ('x', ?)", ME)
    copy = studio.store.home / "work" / "gradio" / mine.id
    copy.mkdir(parents=True)
    before = rows_of(studio, OTHER)
    answer = client.post("/studio/mine/forget", json={"confirm": " Forget  ME "}, headers=OURS)
    assert answer.json() == {"done": True, "files": 1}
    assert "studio_session=" in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
    assert not any(rows_of(studio, ME).values()) and not studio.store.rows("SELECT 1 FROM sessions WHERE id = ?", ME)
    assert (
        not studio.store.rows("SELECT 1 FROM registry WHERE mark = 7")
        and len(studio.store.rows("SELECT 1 FROM registry WHERE mark = 9")) == 1
    )
    assert (
        not (studio.store.home / "media" / ME).exists()
        and not (studio.store.home / "work" / "checkpoints" / ME).exists()
    )
    assert not copy.exists()
    assert rows_of(studio, OTHER) == before and theirs.path.exists() and studio.films.film(OTHER, film.id)
    written = b"".join(file.read_bytes() for file in studio.store.home.glob("studio.sqlite*"))
    assert mine.id.encode() not in written
    assert '"event": "forgotten"' in (studio.store.home / "audit.log").read_text()


def test_what_runs_is_stopped_and_leaves_nothing(studio, client):
    studio.jobs.start()
    photo = place_picture(studio, ME)
    job = studio.jobs.submit(ME, "", Call("stylize.slow", {"content": photo.id}, {"steps": 900, "mode": "calm"}))
    waiting = studio.jobs.submit(ME, "", Call("stylize.slow", {"content": photo.id}, {"steps": 800, "mode": "calm"}))
    wait_for(studio, ME, job.id, ("running",))
    client.post("/studio/mine/forget", json={"confirm": "forget me"}, headers=OURS)
    assert job.id not in studio.jobs.held and not studio.store.rows(
        "SELECT 1 FROM jobs WHERE id IN (?, ?)", job.id, waiting.id
    )
    assert not any(rows_of(studio, ME).values())


def test_what_arrives_late_is_not_kept(studio, client):
    """A result, an upload, a film, a job and a preference that were under way while everything was deleted."""
    artifact = place_picture(studio, ME)
    client.post("/studio/mine/forget", json={"confirm": "forget me"}, headers=OURS)
    for late in (
        lambda: place_picture(studio, ME),
        lambda: studio.films.create(ME, {}),
        lambda: studio.store.set_preference(ME, "private", True),
        lambda: studio.jobs.submit(ME, "", Call("stylize.slow", {}, {})),
    ):
        with pytest.raises(Refusal, match="deleted"):
            late()
    studio.store.seen(ME)
    assert client.get("/studio/state", cookies={"studio_session": TOKEN}).status_code == 200
    assert not any(rows_of(studio, ME).values()) and not studio.store.rows("SELECT 1 FROM sessions WHERE id = ?", ME)
    assert not artifact.path.parent.exists()


def test_an_account_begins_anew_at_once(studio):
    one = place_picture(studio, ME)
    assert forget(studio, ME, comes_back=True) == 1
    assert studio.store.artifact(ME, one.id) is None
    again = place_picture(studio, ME)
    assert studio.store.artifact(ME, again.id) is not None


def test_a_job_that_does_not_listen_leaves_nothing_either(studio, monkeypatch):
    monkeypatch.setattr("studio.storage.forget.STOP_SECONDS", 0.1)
    studio.jobs.held.add(77)
    studio.store.rows(
        "INSERT INTO jobs (id, session, tab, call, artifact, pipeline, lane, place, state, options, size, created) VALUES"
        " (77,?,'','{\"pipeline\": \"x\"}','','x','heavy',1,'running','{}',1,1)",
        ME,
    )
    forget(studio, ME, comes_back=True)
    with pytest.raises(Refusal):
        place_picture(studio, ME)
    left = studio.store.home / "work" / "checkpoints" / ME
    left.mkdir(parents=True)
    studio.jobs.live.pop(77)
    studio.jobs.held.discard(77)
    for thread in threading.enumerate():
        if thread.name == "forget":
            thread.join(20)
    assert not left.exists() and not studio.store.is_forgotten(ME)
    place_picture(studio, ME)
