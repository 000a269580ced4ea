"""Finding 9: with no space left deleting works, and a visitor gets one sentence; on a real small disk where the test may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.engine.runners import InProcess
from studio.storage.store import Store, session_key
from studio.studio import open_studio
from tests import stubs
from tests.asgi import client_of
from tests.security.shelf import GUARD, TOKEN, place_picture

pytestmark = pytest.mark.slow

ME = session_key("visitor:" + TOKEN)
OURS = {"x-studio": "1"}
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def mount_disk(folder: Path, options: str = "size=24m"):
    """A disk of its own in memory; the test is skipped where it may not be mounted."""
    folder.mkdir()
    if os.name != "posix" or os.geteuid() or not shutil.which("mount"):
        pytest.skip("only an administrator can mount a small disk")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Not one byte more fits."""
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    assert shutil.disk_usage(folder).free == 0


@pytest.fixture
def small(tmp_path, board, monkeypatch):
    monkeypatch.setenv("STUDIO_SPARE_MB", "0")
    monkeypatch.setenv("STUDIO_TOTAL_MB", "1000")
    stubs.RUNS.clear()
    with mount_disk(tmp_path / "disk") as disk:
        opened = open_studio(disk / "home", InProcess(), spares=0)
        try:
            yield opened
        finally:
            opened.close()


def test_deleting_works_when_not_one_byte_is_left(small, board):
    things = [place_picture(small, ME, seed, b"x" * 300_000) for seed in range(4)]
    film = small.films.create(ME, {"title": "A film"})
    client = client_of(small, board)
    fill(small.store.home.parent)
    for one in things[:3]:
        assert client.post(f"/studio/artifacts/{one.id}/delete", json={}, headers=OURS).json() == {"done": True}
        assert not one.path.exists()
    assert client.post(f"/studio/films/{film.id}/delete", json={}, headers=OURS).json() == {"done": True}
    assert [card["id"] for card in client.get("/studio/shelf").json()["cards"]] == [things[3].id]
    assert (
        "gone for good"
        in client.post(f"/studio/artifacts/{things[0].id}/undelete", json={}, headers=OURS).json()["problem"]
    )


def test_a_thing_of_no_size_can_be_deleted_thanks_to_the_reserve(small, board):
    """Its own bytes make no room for the row's change."""
    artifact = place_picture(small, ME)
    small.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    fill(small.store.home.parent)
    artifact.path.unlink()
    small.store.thumbnail_path(artifact).unlink()
    fill_again = small.store.home.parent / "more"
    with fill_again.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass
    client = client_of(small, board)
    assert client.post(f"/studio/artifacts/{artifact.id}/delete", json={}, headers=OURS).json() == {"done": True}
    assert small.store.artifact(ME, artifact.id) is None and not small.store.reserve_file.path.exists()
    fill_again.unlink()
    (small.store.home.parent / "filler").unlink()
    small.store.tidy()
    assert small.store.reserve_file.path.exists()  # made anew for the next time


def test_a_new_visitor_gets_the_page_or_one_sentence(small, board):
    place_picture(small, ME)
    client = client_of(small, board)
    fill(small.store.home.parent)
    client.cookies.clear()
    client.cookies.set("studio_session", GUARD.tokens.make())  # as the load of the page gives it
    for address in ("state", "shelf", "films", "mine", "health", "models"):
        answer = client.get(f"/studio/{address}")
        assert answer.status_code == 200, (address, answer.text)
    for address, body in (("preference", b'{"private": true}'), ("films", b"{}"), ("upload?name=a.png", b"x" * 5000)):
        answer = client.post(f"/studio/{address}", content=body, headers=OURS)
        assert answer.status_code == 400 and "disk is" in answer.json()["problem"], address


def test_cancelling_and_forgetting_work_when_not_one_byte_is_left(small):
    from studio.storage.artifacts import Call
    from studio.storage.forget import forget

    photo = place_picture(small, ME)
    job = small.jobs.submit(ME, "", Call("stylize.slow", {"content": photo.id}, {"steps": 5, "mode": "calm"}))
    fill(small.store.home.parent)
    small.jobs.cancel(ME, job.id)
    assert small.jobs.job(ME, job.id).state == "cancelled"
    assert forget(small, ME, comes_back=False) == 1
    assert not small.store.rows("SELECT 1 FROM jobs") and not photo.path.exists()


def test_the_studio_opens_on_a_full_disk_so_that_something_can_be_deleted(tmp_path, board, monkeypatch):
    monkeypatch.setenv("STUDIO_TOTAL_MB", "1000")
    with mount_disk(tmp_path / "disk") as disk:
        first = open_studio(disk / "home", InProcess(), spares=0)
        artifact = place_picture(first, ME, 1, b"x" * 300_000)
        assert first.films.listed(ME) == []
        first.close()
        fill(disk)
        second = open_studio(disk / "home", InProcess(), spares=0)
        try:
            second.store.sweep()
            second.jobs.start()
            assert second.films.listed(ME) == []
            second.store.delete(ME, artifact.id)
            assert second.store.artifact(ME, artifact.id) is None
        finally:
            second.close()


START = "import sys; from tests import stubs; stubs.install(); import app; app.main()"


def start_refused(home: Path, **environment: str) -> str:
    """The last line of a studio that cannot start there."""
    known = {**os.environ, "STUDIO_HOME": str(home), "PORT": "1", **environment}
    command = [sys.executable, "-c", START]
    ended = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr, ended.stderr[-2000:]
    return ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("filled", ["read-only", pytest.param("full", marks=pytest.mark.long)])
def test_a_folder_that_cannot_be_written_is_one_sentence_and_an_exit(tmp_path, filled):
    with mount_disk(tmp_path / "disk") as disk:
        if filled == "full":
            fill(disk)
        else:
            Store(disk / "home").close()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        last = start_refused(disk / "home")
        assert last.endswith(".") and ("cannot be written" in last or "disk is full" in last)


def test_a_wrong_setting_is_one_sentence_and_an_exit(tmp_path):
    assert "STUDIO_QUOTA_MB" in start_refused(tmp_path / "home", STUDIO_QUOTA_MB="lots")


def test_a_folder_that_becomes_read_only_at_work_is_one_sentence(studio, board):
    """A disk with open files cannot be mounted anew: the database refuses rows, and the folder of uploads is a read-only disk."""
    artifact = place_picture(studio, ME)
    client = client_of(studio, board)
    studio.store.rows("PRAGMA query_only=ON")
    for address in (
        f"/studio/artifacts/{artifact.id}/favourite",
        f"/studio/artifacts/{artifact.id}/delete",
        "/studio/films",
        "/studio/mine/forget",
    ):
        answer = client.post(address, json={"confirm": "forget me"}, headers=OURS)
        assert answer.status_code == 400 and "cannot be written" in answer.json()["problem"], (address, answer.text)
    assert (
        client.get("/studio/state").status_code == 200 and client.get(f"/studio/media/{artifact.id}").status_code == 200
    )
    studio.store.rows("PRAGMA query_only=OFF")
    work = studio.store.home / "work" / "new"
    work.rmdir()
    with mount_disk(work, "size=1m,ro"):
        answer = client.post("/studio/upload?name=a.png", content=b"x" * 5000, headers=OURS)
        assert answer.status_code == 400 and "cannot be written" in answer.json()["problem"]
    assert client.post(f"/studio/artifacts/{artifact.id}/favourite", json={}, headers=OURS).status_code == 200


def test_a_damaged_database_is_one_sentence(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "studio.sqlite").write_bytes(b"this is no database " * 500)
    with pytest.raises(Refusal, match="damaged"):
        Store(tmp_path / "home")
