"""A database beside a bucket: a stand-in for its folder has no locks, no renames and no links, and forgets what was written last."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.storage import snapshots
from studio.storage.snapshots import Snapshots, copies, restore
from studio.storage.store import Store


@pytest.fixture
def bucket(tmp_path, monkeypatch) -> Path:
    """A folder in which SQLite opens nothing and nothing is renamed or linked."""
    home = tmp_path / "bucket"
    home.mkdir()

    def within(path: object) -> bool:
        return Path(str(path)).is_relative_to(home)

    for name in ("rename", "replace", "link"):
        real = getattr(os, name)

        def refusing(source, target, *more, real=real, **words):
            if within(source) or within(target):
                raise OSError(95, "Operation not supported")
            return real(source, target, *more, **words)

        monkeypatch.setattr(os, name, refusing)
    connect = sqlite3.connect

    def connecting(path, *more, **words):
        if within(path):
            raise sqlite3.OperationalError("disk I/O error")  # as without locks and shared memory
        return connect(path, *more, **words)

    monkeypatch.setattr(sqlite3, "connect", connecting)
    return home


def put_word(database: Path, word: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS said (word TEXT)")
        connection.execute("INSERT INTO said VALUES (?)", (word,))


def words_of_database(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM said ORDER BY rowid")]


def test_a_database_comes_back_from_a_bucket_that_has_no_locks(bucket, tmp_path):
    database = tmp_path / "studio.sqlite"
    put_word(database, "one")
    kept = Snapshots(bucket, database, 3600)
    assert kept.take() and kept.take() and not kept.take()  # once for each name, then nothing has changed
    put_word(database, "two")
    assert kept.take()
    put_word(database, "three")
    kept.close()  # with a last copy
    assert [one.number for one in copies(bucket)] == [4, 3]
    elsewhere = tmp_path / "new" / "studio.sqlite"
    elsewhere.parent.mkdir()
    assert restore(bucket, elsewhere).number == 4 and words_of_database(elsewhere) == ["one", "two", "three"]
    assert restore(bucket, elsewhere) is None  # what is there is never replaced


@pytest.mark.parametrize("lost", ["half", "words", "other bytes"])
def test_what_the_bucket_forgot_is_not_used(bucket, tmp_path, lost):
    database = tmp_path / "studio.sqlite"
    put_word(database, "one")
    kept = Snapshots(bucket, database, 3600)
    kept.take()
    put_word(database, "two")
    kept.close()
    newest = copies(bucket)[0].path
    if lost == "half":  # an fsync that lied
        newest.write_bytes(newest.read_bytes()[: newest.stat().st_size // 2])
    elif lost == "words":
        newest.with_suffix(".json").write_text("{}")
    else:
        newest.write_bytes(bytes(newest.stat().st_size))
    elsewhere = tmp_path / "again.sqlite"
    assert restore(bucket, elsewhere).number == 1 and words_of_database(elsewhere) == ["one"]


def test_the_store_reads_its_database_from_the_bucket(tmp_path, monkeypatch):
    home, first, second = tmp_path / "home", tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv(snapshots.FOLDER, str(first))
    store = Store(home)
    assert (first / "studio.sqlite").exists() and not (home / "studio.sqlite").exists()
    kept = Snapshots(home, first / "studio.sqlite", 3600)
    store.change("INSERT INTO sessions (id, seen) VALUES ('ab', 1)")
    store.close()
    kept.close()
    monkeypatch.setenv(snapshots.FOLDER, str(second))
    again = Store(home)
    assert [row["id"] for row in again.rows("SELECT id FROM sessions")] == ["ab"]
    again.close()
    monkeypatch.setenv(snapshots.FOLDER, str(home / "inside"))
    with pytest.raises(Refusal, match="outside STUDIO_HOME"):
        Store(home)
