"""Finding 6: the disk cannot be filled, everything counts, and what is old or deleted goes from the disk and from the database."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace

import pytest

from pipelines.core.settings import Refusal
from studio.storage import retention
from studio.storage.artifacts import Call
from studio.storage.retention import tidy
from studio.storage.store import UNDO_SECONDS, Store, session_key
from tests.security.shelf import TOKEN, place_picture

pytestmark = pytest.mark.slow

A, B = "a" * 32, "b" * 32
ME = session_key("visitor:" + TOKEN)
OURS = {"x-studio": "1"}


def free(monkeypatch, bytes):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=bytes))


def age(folder, seconds):
    old = time.time() - seconds
    for one in [folder, *folder.rglob("*")]:
        os.utime(one, (old, old))


# room for what is arriving


def test_files_that_are_arriving_count_against_the_quota(studio):
    studio.store.quota_bytes = 10_000_000
    with studio.store.reserve(A, 6_000_000):
        with pytest.raises(Refusal, match="does not fit"), studio.store.reserve(A, 6_000_000):
            pass
        with studio.store.reserve(B, 6_000_000):
            pass
        with pytest.raises(Refusal, match="shelf is full"):
            studio.store.quota_bytes = 6_000_000
            studio.store.check_room(A)
        studio.store.quota_bytes = 10_000_000
    with studio.store.reserve(A, 6_000_000):
        pass  # the first is released


def test_a_file_of_unknown_length_is_stopped_where_the_quota_ends(studio):
    studio.store.quota_bytes = 1_000_000
    with studio.store.reserve(A) as room, pytest.raises(Refusal, match="does not fit"):
        for _ in range(100):
            room.grow(64_000)
    assert 900_000 < room.arrived < 1_100_000


def test_arriving_files_leave_the_disk_its_spare_room(studio, monkeypatch):
    free(monkeypatch, studio.store.spare_bytes + 20_000_000)
    nearly_full = pytest.raises(Refusal, match="disk is nearly full")
    with (
        studio.store.reserve(A, 15_000_000),
        studio.store.reserve(B, 3_000_000),
        nearly_full,
        studio.store.reserve("c" * 32, 15_000_000),
    ):
        pass
    with pytest.raises(Refusal, match="disk is nearly full"), studio.store.reserve(A, 30_000_000):
        pass


def test_nobody_holds_the_disk_by_announcing(studio, monkeypatch):
    free(monkeypatch, studio.store.spare_bytes + 600_000_000)
    with studio.store.reserve(A, 500_000_000), studio.store.reserve(B, 500_000_000):
        pass


def test_a_session_has_so_many_files_on_their_way_and_no_more(studio):
    from contextlib import ExitStack

    with ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(studio.store.reserve(A))
        with pytest.raises(Refusal, match="16 files"):
            stack.enter_context(studio.store.reserve(A))
        stack.enter_context(studio.store.reserve(B))


def test_many_sessions_together_stay_under_the_limit_of_all(studio, monkeypatch):
    monkeypatch.setenv("STUDIO_TOTAL_MB", "1")
    place_picture(studio, A, 1, b"x" * 500_000)
    place_picture(studio, B, 2, b"x" * 450_000)
    studio.store.recount()
    with pytest.raises(Refusal, match="The studio is full"), studio.store.reserve("c" * 32, 200_000):
        pass
    place_picture(studio, "c" * 32, 3, b"x" * 100_000)
    studio.store.recount()
    with pytest.raises(Refusal, match="The studio is full"):
        studio.store.check_room("d" * 32)
    monkeypatch.setenv("STUDIO_TOTAL_MB", "some")
    with pytest.raises(Refusal, match="STUDIO_TOTAL_MB"):
        studio.store.check_room("d" * 32)


def test_without_a_limit_a_tenth_of_the_room_stays_free(studio, monkeypatch):
    place_picture(studio, A, 1, b"x" * 5_000_000)
    studio.store.recount()
    studio.store.spare_bytes = 0
    free(monkeypatch, 100_000_000)
    studio.store.check_room(B)
    free(monkeypatch, 400_000)
    with pytest.raises(Refusal, match="disk is nearly full"):
        studio.store.check_room(B)


def test_the_upload_route_reserves_and_releases(studio, client, monkeypatch):
    studio.store.quota_bytes = 100_000
    answer = client.post("/studio/upload?name=a.png", content=b"x" * 200_000, headers=OURS)
    assert answer.status_code == 400 and "does not fit" in answer.json()["problem"]

    def endless():
        for _ in range(50):
            yield b"x" * 10_000

    answer = client.post("/studio/upload?name=a.png", content=endless(), headers=OURS)
    assert answer.status_code == 400 and "does not fit" in answer.json()["problem"]
    assert studio.store._arriving.held() == 0 and not list((studio.store.home / "work" / "new").iterdir())
    free(monkeypatch, 1000)
    answer = client.post("/studio/upload?name=a.png", content=b"x" * 2000, headers=OURS)
    assert answer.status_code == 400 and "disk is nearly full" in answer.json()["problem"]


# everything counts


def test_everything_of_a_session_counts(studio):
    before = studio.store.used_bytes(A)
    artifact = place_picture(studio, A, 1, b"x" * 100_000)
    assert studio.store.used_bytes(A) - before >= 100_000
    for part in ("checkpoint", "film", "job"):
        studio.store.recount()
        before = studio.store.used_bytes(A)
        if part == "checkpoint":
            (studio.store.checkpoints(A, artifact.id) / "state.bin").write_bytes(b"x" * 50_000)
        elif part == "film":
            film = studio.films.create(A, {"title": "x" * 100, "scenes": [{"line": "y" * 700} for _ in range(40)]})
            studio.films.edit(A, film.id, replace(film.board, title="z"))
        else:
            studio.jobs.submit(A, "", Call("stylize.wash", {"content": artifact.id}, {"words": "w" * 50_000}))
        studio.store.recount()
        assert studio.store.used_bytes(A) - before > 40_000, part
        assert studio.store.total_bytes() >= studio.store.used_bytes(A), part
    assert studio.store.used_bytes(B) == 0


def test_storyboards_cannot_fill_the_disk(studio, monkeypatch):
    monkeypatch.setattr("studio.film.library.WORDS_BYTES", 300_000)
    film = studio.films.create(A, {})
    studio.store.quota_bytes = 1000
    with pytest.raises(Refusal, match="shelf is full"):
        for n in range(30):
            studio.store.recount()
            studio.films.edit(A, film.id, {"title": f"{n}", "scenes": [{"line": "y" * 700} for _ in range(40)]})
    assert studio.films.film(A, film.id).version > 3  # some are always taken


# what goes


def tables(studio):
    return {
        row["name"]: studio.store.rows(f"SELECT COUNT(*) AS n FROM {row['name']}")[0]["n"]
        for row in studio.store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    }


def furnish_session(studio, session, seed=1):
    """A session with something of everything."""
    artifact = place_picture(studio, session, seed)
    film = studio.films.create(session, {"title": "My secret film", "scenes": [{"line": "once"}]})
    studio.films.edit(session, film.id, replace(film.board, title="My other secret film"))
    studio.films.take(session, film.id, "s1.picture", artifact.id)
    studio.store.rows(
        "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES (?,?,'draft','{}','done',?)",
        session,
        film.id,
        time.time(),
    )
    job = studio.jobs.submit(session, "", Call("stylize.wash", {"content": artifact.id}, {"words": "my secret words"}))
    studio.store.set_preference(session, "private", True)
    studio.store.rows(
        "INSERT INTO registry (artifact, mark, payload_sha256, pipeline, created, session) VALUES (?,5,'','stylize.wash',1,?)",
        artifact.id,
        session,
    )
    (studio.store.checkpoints(session, artifact.id) / "half.bin").write_bytes(b"half")
    return artifact, film, job


def test_a_deleted_film_goes_with_all_that_belongs_to_it(studio):
    artifact, film, _ = furnish_session(studio, A)
    other = studio.films.create(A, {"title": "Stays"})
    studio.films.delete(A, film.id)
    studio.store.tidy()
    # it can be brought back for an hour
    assert studio.store.rows("SELECT 1 FROM film_versions WHERE film = ?", film.id)
    studio.store.rows("UPDATE films SET deleted = ? WHERE id = ?", time.time() - UNDO_SECONDS - 5, film.id)
    studio.store.tidy()
    for table in ("films", "film_versions", "film_places", "film_takes", "film_renders"):
        column = "id" if table == "films" else "film"
        assert not studio.store.rows(f"SELECT 1 FROM {table} WHERE {column} = ?", film.id), table
    assert studio.films.film(A, other.id).title == "Stays" and studio.store.artifact(A, artifact.id)


def test_old_rows_go_and_the_times_that_were_learned_stay(studio):
    from studio.storage.timing import estimate

    _, film, job = furnish_session(studio, A)
    long_ago = time.time() - 40 * 86400
    studio.store.rows(
        "UPDATE jobs SET state = 'done', ended = ?, seconds = 4, device = 'cpu', size = 2 WHERE id = ?",
        long_ago,
        job.id,
    )
    for n in range(300):
        studio.store.rows(
            "INSERT INTO jobs (session, tab, call, artifact, pipeline, lane, place, state, options, size, created, ended) VALUES"
            " (?,'','{}','','stylize.wash','heavy',1,'failed','{}',1,?,?)",
            A,
            time.time(),
            long_ago if n < 50 else time.time(),
        )
    for _ in range(40):
        studio.store.rows(
            "INSERT INTO film_renders (session, film, size, storyboard, state, started) VALUES (?,?,'draft','{}','failed',1)",
            A,
            film.id,
        )
    studio.store.rows("UPDATE film_versions SET place = -200 WHERE film = ? AND place = 0", film.id)
    studio.store.tidy()
    assert "my secret words" not in str([tuple(row) for row in studio.store.rows("SELECT * FROM jobs")])
    assert len(studio.store.rows("SELECT 1 FROM jobs WHERE session = ?", A)) == retention.JOBS_OF_SESSION
    assert estimate(studio.store, "stylize.wash", "cpu", 2).seconds == pytest.approx(4)
    assert len(studio.store.rows("SELECT 1 FROM film_renders WHERE film = ?", film.id)) == retention.RENDERS_OF_FILM
    assert not studio.store.rows("SELECT 1 FROM film_versions WHERE place = -200")


def test_what_nobody_opened_for_long_goes_altogether(studio, monkeypatch):
    mine, _, _ = furnish_session(studio, A)
    theirs, _, _ = furnish_session(studio, B, 2)
    never_on_the_page = place_picture(studio, "c" * 32, 3)
    command = place_picture(studio, session_key("command line"), 4)
    studio.store.seen(B)
    studio.store.rows("UPDATE sessions SET seen = ? WHERE id = ?", time.time() - 10 * 86400, A)
    studio.store.rows("UPDATE artifacts SET created = ? WHERE session NOT IN (?, ?)", time.time() - 10 * 86400, A, B)
    studio.store.tidy()
    assert mine.path.exists()
    monkeypatch.setenv("STUDIO_KEEP_DAYS", "9")
    studio.store.tidy()
    for row in studio.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = {one["name"] for one in studio.store.rows(f"PRAGMA table_info({row['name']})")}
        for session in (A, "c" * 32):
            if "session" in columns:
                assert not studio.store.rows(f"SELECT 1 FROM {row['name']} WHERE session = ?", session), row["name"]
    assert not studio.store.rows("SELECT 1 FROM sessions WHERE id = ?", A)
    assert not mine.path.parent.exists() and not never_on_the_page.path.exists()
    assert not (studio.store.home / "work" / "checkpoints" / A).exists()
    assert theirs.path.exists() and command.path.exists()
    assert all(tables(studio)[name] for name in ("films", "film_versions", "jobs", "registry", "sessions"))


def test_visitors_who_left_nothing_leave_no_row(studio):
    place_picture(studio, A)
    studio.store.set_preference("c" * 32, "private", True)
    for session in (A, B, "c" * 32, "d" * 32):
        studio.store.seen(session)
    studio.store.rows("UPDATE sessions SET seen = ? WHERE id != ?", time.time() - 3 * 86400, "d" * 32)
    studio.store.tidy()
    assert {row["id"] for row in studio.store.rows("SELECT id FROM sessions")} == {A, "c" * 32, "d" * 32}


def test_a_space_forgets_after_a_week_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("STUDIO_KEEP_DAYS", raising=False)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert retention.keep_days() == 0
    monkeypatch.setenv("SPACE_ID", "owner/name")
    assert retention.keep_days() == 7
    monkeypatch.setenv("STUDIO_KEEP_DAYS", "0")
    assert retention.keep_days() == 0
    for wrong in ("week", "-1", "nan", "inf"):
        monkeypatch.setenv("STUDIO_KEEP_DAYS", wrong)
        with pytest.raises(Refusal, match="STUDIO_KEEP_DAYS"):
            retention.keep_days()


def test_leftovers_go_while_the_studio_runs(studio, monkeypatch):
    work, gradio = studio.store.home / "work" / "new", studio.store.home / "work" / "gradio"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(gradio))
    left, busy, dead = work / f"{os.getpid()}-aa.zip", work / f"{os.getpid()}-bb.mp4", work / "999999999-cc.png"
    for file in (left, busy, dead):
        file.write_bytes(b"half")
    (gradio / "old").mkdir(parents=True)
    (gradio / "old" / "copy.png").write_bytes(b"copy")
    (gradio / "young").mkdir()
    for file in (left, dead, gradio / "old"):
        age(file, 7 * 3600)
    studio.store.tidy()
    assert not left.exists() and not dead.exists() and busy.exists()
    assert not (gradio / "old").exists() and (gradio / "young").exists()
    monkeypatch.setenv("GRADIO_TEMP_DIR", "/tmp/gradio")  # another program's folder is not ours to sweep
    age(gradio / "young", 7 * 3600)
    studio.store.tidy()
    assert (gradio / "young").exists()


def test_checkpoints_that_nobody_goes_on_with_go(studio):
    one, _, job = furnish_session(studio, A)
    waiting, left = studio.store.checkpoints(A, job.artifact_id), studio.store.checkpoints(A, one.id)
    for folder in (waiting, left):
        (folder / "state").write_bytes(b"x")
        age(folder, 8 * 86400)
    studio.store.tidy()
    assert waiting.exists() and not left.exists()


def test_one_thing_that_cannot_be_removed_does_not_keep_the_rest(studio, monkeypatch):
    def broken(store):
        raise Refusal("The disk is full.")

    monkeypatch.setattr(retention, "idle_sessions", broken)
    left = studio.store.home / "work" / "new" / "999999999-cc.png"
    left.write_bytes(b"half")
    age(left, 7 * 3600)
    tidy(studio.store, 0, None)
    assert not left.exists()


def test_what_was_deleted_cannot_be_read_from_the_database_file(tmp_path):
    store = Store(tmp_path / "home")
    store.set_preference(A, "note", "SECRET-" * 200)
    store.rows("DELETE FROM sessions")
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert not [file for file in (tmp_path / "home").glob("studio.sqlite*") if b"SECRET-" in file.read_bytes()]
