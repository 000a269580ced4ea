"""The store: atomic, isolated, undoable, within its quota, and swept after a crash."""

from __future__ import annotations

import os

import pytest

from pipelines.core.settings import Refusal
from studio.storage.store import Store
from tests.cluster.servers import core
from tests.fixtures import put_picture

ME, OTHER = "a" * 32, "b" * 32


def test_uploads_are_known_by_their_bytes(studio):
    first, again = put_picture(studio, ME, seed=1), put_picture(studio, ME, seed=1)
    assert first.id == again.id and len(studio.store.shelf(ME)) == 1
    assert first.facts["width"] == 64 and first.facts["credential"]["state"] == "none"


@core
def test_nobody_sees_another_session(studio):
    mine = put_picture(studio, ME)
    assert studio.store.artifact(OTHER, mine.id) is None and studio.store.shelf(OTHER) == []
    studio.store.delete(OTHER, mine.id)
    studio.store.set_favourite(OTHER, mine.id, True)
    still = studio.store.artifact(ME, mine.id)
    assert still is not None and not still.favourite and put_picture(studio, OTHER).path != mine.path


def test_search_kinds_favourites_and_order(studio):
    a, b = put_picture(studio, ME, seed=1), put_picture(studio, ME, seed=2)
    assert [one.id for one in studio.store.shelf(ME)] == [b.id, a.id]
    assert [one.id for one in studio.store.shelf(ME, words="PHOTO 1")] == [a.id]
    assert studio.store.shelf(ME, words="100%_") == [] and studio.store.shelf(ME, kind="video") == []
    studio.store.set_favourite(ME, a.id, True)
    assert [one.id for one in studio.store.shelf(ME, favourites=True)] == [a.id]


@core
def test_delete_can_be_undone_until_it_is_tidied(studio):
    upload = put_picture(studio, ME)
    studio.store.delete(ME, upload.id)
    assert studio.store.artifact(ME, upload.id) is None and studio.store.tidy() == 0
    studio.store.undelete(ME, upload.id)
    assert studio.store.artifact(ME, upload.id).path.exists()
    studio.store.delete(ME, upload.id)
    assert studio.store.tidy(undo_seconds=0) == 1
    assert not upload.path.exists() and not studio.store.thumbnail_path(upload).exists()


@core
def test_quota(studio):
    put_picture(studio, ME)
    studio.store.quota_bytes = 10
    with pytest.raises(Refusal, match="shelf is full"):
        put_picture(studio, ME, seed=2)
    assert len(studio.store.shelf(ME)) == 1
    put_picture(studio, OTHER)  # another visitor has room
    studio.store.delete(ME, studio.store.shelf(ME)[0].id)
    put_picture(studio, ME, seed=2)  # what was deleted makes room at once when it is needed


def test_sweep_removes_only_what_nobody_knows(studio):
    upload = put_picture(studio, ME)
    orphan = upload.path.with_name("f" * 32 + ".png")
    orphan.write_bytes(b"half")
    os.utime(orphan, (0, 0))
    dead = studio.store.home / "work" / "new" / "999999999-aa.png"
    dead.write_bytes(b"half")
    studio.store.sweep()
    assert upload.path.exists() and not orphan.exists() and not dead.exists()


@core
def test_two_stores_share_a_folder(studio):
    other = Store(studio.store.home)
    one = put_picture(studio, ME)
    assert other.artifact(ME, one.id).path == one.path
    other.close()
