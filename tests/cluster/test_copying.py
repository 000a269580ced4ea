"""A studio moves from SQLite to PostgreSQL and S3, and back; the two speak the same SQL."""

from __future__ import annotations

import os

import pytest

from pipelines.core.settings import Refusal
from studio.__main__ import main
from studio.engine.runners import InProcess
from studio.storage.migrations import CHANGES, migrate, version
from studio.storage.store import Store
from studio.studio import open_studio
from tests.cluster.servers import Cluster
from tests.fixtures import put_picture, wait_for
from tests.studio.test_jobs import wash

pytestmark = pytest.mark.slow

ME = "a" * 32


def fill_studio(home):
    """A studio with a film, a job, an upload that was deleted, a share and a token."""
    studio = open_studio(home, InProcess(), spares=0)
    studio.jobs.start()
    job = studio.jobs.submit(ME, "Stylize", wash(studio, words="näher, 50 % – „ja?“"))
    assert wait_for(studio, ME, job.id).state == "done"
    studio.films.create(ME, {"title": "A film"})
    studio.store.delete(ME, put_picture(studio, ME, 7).id)
    studio.shares.make(ME, "result", job.artifact_id, recipe=True, credential="this studio")
    studio.close()
    return job


def rows(store):
    tables = ("artifacts", "jobs", "films", "film_versions", "shares", "registry", "sessions")
    return {
        name: sorted(
            map(str, map(list, store.rows(f"SELECT {', '.join(sorted(store.database.columns(name)))} FROM {name}")))
        )
        for name in tables
    }


def test_there_and_back(tmp_path, board, postgres_server, s3_server, monkeypatch, capsys):
    job = fill_studio(tmp_path / "small")
    before = rows(Store(tmp_path / "small"))
    cluster = Cluster.begin(postgres_server, s3_server)
    for name, value in cluster.environment.items():
        if name != "STUDIO_DATABASE":
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "cache"))
    url = cluster.environment["STUDIO_DATABASE"]
    assert main(["database", "copy", str(tmp_path / "small"), url]) == 0, capsys.readouterr()
    monkeypatch.setenv("STUDIO_DATABASE", url)
    monkeypatch.setenv("STUDIO_FILES", cluster.environment["STUDIO_FILES"])
    large = open_studio(tmp_path / "other", InProcess(), spares=0)
    kept = large.store.artifact(ME, job.artifact_id)
    small = tmp_path / "small" / "media" / ME / f"{job.artifact_id}.png"
    assert not kept.where.exists() and kept.path.read_bytes() == small.read_bytes()
    later = large.jobs.submit(ME, "Stylize", wash(large))
    assert later.id > job.id
    large.store.rows("DELETE FROM jobs WHERE id = ?", later.id)
    large.close()
    monkeypatch.delenv("STUDIO_DATABASE")
    monkeypatch.delenv("STUDIO_FILES")
    (tmp_path / "back").mkdir()
    assert main(["database", "copy", url, str(tmp_path / "back")]) == 0
    after = rows(Store(tmp_path / "back"))
    assert {name: after[name] for name in ("jobs", "films", "film_versions", "shares", "registry")} == {
        name: before[name] for name in ("jobs", "films", "film_versions", "shares", "registry")
    }
    assert main(["database", "copy", url, str(tmp_path / "back")]) == 1
    assert "empty one" in capsys.readouterr().err and "STUDIO_DATABASE" not in os.environ


def test_changes_are_made_once_on_both(tmp_path, cluster, monkeypatch):
    shared = Store(tmp_path / "shared")
    assert version(shared.database) == len(CHANGES) and migrate(shared.database) == 0
    monkeypatch.delenv("STUDIO_DATABASE")
    monkeypatch.delenv("STUDIO_FILES")
    own = Store(tmp_path / "own")
    assert version(own.database) == len(CHANGES) and migrate(own.database) == 0
    assert own.database.columns("jobs") == shared.database.columns("jobs")
    assert set(shared.database.tables()) == set(own.database.tables())


@pytest.mark.parametrize("url", ("mysql://x", "s3://x", "http://x"))
def test_other_databases_are_refused_in_a_sentence(tmp_path, monkeypatch, url):
    monkeypatch.setenv("STUDIO_DATABASE", url)
    with pytest.raises(Refusal, match="postgresql://"):
        Store(tmp_path)


def test_files_in_s3_need_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIO_FILES", "s3://studio")
    with pytest.raises(Refusal, match="STUDIO_DATABASE"):
        Store(tmp_path)
