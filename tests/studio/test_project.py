"""A film as one signed file: round trip byte for byte, and a hostile one changes nothing."""

from __future__ import annotations

import io
import json
import struct
import zipfile

import pytest

from pipelines.core.settings import Refusal
from pipelines.media import zips
from studio.engine.runners import InProcess
from studio.film.project import FORMAT, pack_project
from studio.film.project_import import bring_project
from studio.film.storyboard import Picture
from studio.intake.pictures import Unfit
from studio.intake.projects import read_project
from studio.provenance.credential import read_credential
from studio.provenance.signing import Statement, sign
from studio.studio import open_studio
from studio.web.project_routes import table, zip_files
from studio.web.tabs import board
from tests.fixtures import put_picture
from tests.studio import film_stubs as stubs
from tests.studio.film_stubs import RUNS


@pytest.fixture
def studio(tmp_path):
    with stubs.open_studio_of_stubs(tmp_path / "home") as one:
        yield one


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("META-INF")}


@pytest.mark.slow
def test_a_project_comes_back_byte_for_byte_and_nothing_is_made_again(rich):
    studio, film = rich
    path = pack_project(studio.films, film)
    assert read_credential(path, studio.certificate, "application/zip").state == "this studio"
    before, runs = contents(path), len(RUNS)
    assert {"project.json", "seal.txt"} < set(before) and any(name.startswith("beside/") for name in before)
    found = bring_project(studio.films, studio.intake, "ben", path)
    assert found.exact and found.film.board == film.board and not found.problems
    plan = studio.films.plan(found.film, "draft")
    assert not plan.stale and studio.films.last(found.film)["draft"] == plan.cut.artifact and len(RUNS) == runs
    again = contents(pack_project(studio.films, found.film))
    assert again == before and studio.store.artifact("ben", plan.cut.artifact).call is not None
    bring_project(studio.films, studio.intake, "ben", path)  # a second time: another film, the same files
    assert len(studio.films.listed("ben")) == 2


@pytest.mark.slow
def test_elsewhere_only_what_the_storyboard_uses_is_taken_and_examined(rich, tmp_path):
    studio, film = rich
    path = pack_project(studio.films, film)
    other = open_studio(tmp_path / "other", InProcess(), spares=0)
    try:
        result = bring_project(other.films, other.intake, "eve", path)
        assert not result.exact and result.files == 1 and not result.problems
        [only] = other.store.shelf("eve")
        assert only.call is None and only.facts["uploaded"]
        assert (
            only.path.read_bytes()
            == studio.store.artifact("ada", film.board.scenes[1].picture.artifact).path.read_bytes()
        )
        assert [scene.line for scene in result.film.board.scenes] == [scene.line for scene in film.board.scenes]
    finally:
        other.close()


def sign_entries(studio, entries):
    plain, path = studio.store.new_file(".zip"), studio.store.new_file(".zip")
    zips.write_archive(plain, entries.items())
    sign(plain, path, Statement("A project", "application/zip", True, {}, (), "1"), studio.certificate)
    return path


@pytest.mark.slow
def test_a_changed_file_is_refused_and_leaves_nothing(rich):
    studio, film = rich
    path = pack_project(studio.films, film)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Refusal, match="changed after it was signed"):
        bring_project(studio.films, studio.intake, "ben", path)
    assert studio.films.listed("ben") == [] and studio.store.shelf("ben") == []


def test_a_plain_zip_and_a_picture_are_no_projects(studio, tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps({"format": FORMAT, "files": []}))
    with pytest.raises(Refusal, match="not a project"):
        bring_project(studio.films, studio.intake, "ben", path)
    path.write_bytes(put_picture(studio, "ben").path.read_bytes())
    with pytest.raises(Refusal, match="not a project"):
        bring_project(studio.films, studio.intake, "ben", path)


@pytest.mark.slow
def test_a_false_seal_brings_no_calls(rich):
    """Whoever signs a project of their own cannot make the studio believe that it made the files in it."""
    studio, film = rich
    entries = contents(pack_project(studio.films, film))
    told = json.loads(entries["project.json"])
    told["files"][0]["title"] = "forged"
    entries["project.json"] = json.dumps(told).encode()
    found = bring_project(studio.films, studio.intake, "ben", sign_entries(studio, entries))
    assert not found.exact and all(one.call is None for one in studio.store.shelf("ben"))
    assert studio.store.rows("SELECT 1 FROM film_takes WHERE session = 'ben'") == []


@pytest.mark.parametrize("words", ["[]", '{"format": "afternoon-studio/project-1"}', '{"format": NaN}', "[" * 99])
def test_a_description_that_is_none_is_refused(studio, words):
    with pytest.raises(Refusal):
        bring_project(
            studio.films, studio.intake, "ben", sign_entries(studio, {"project.json": words.encode(), "seal.txt": b"x"})
        )


def test_hostile_names_and_files_of_a_foreign_project_are_left_out(studio):
    bomb = {"id": "a" * 32, "suffix": ".png", "title": "../../etc/passwd"}
    project = {
        "format": FORMAT,
        "storyboard": {"title": "T", "scenes": [{"picture": {"artifact": "a" * 32}, "line": "Hello."}]},
        "files": [bomb, {"id": "../x", "suffix": ".png"}, 7, {"id": "b" * 32, "suffix": "/../../x"}],
    }
    entries = {
        "project.json": json.dumps(project).encode(),
        "seal.txt": b"",
        f"files/{'a' * 32}.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    }
    found = bring_project(studio.films, studio.intake, "ben", sign_entries(studio, entries))
    assert found.files == 0 and len(found.problems) == 1 and "damaged" in found.problems[0]
    assert found.film.board.scenes[0].picture == Picture() and studio.store.shelf("ben") == []


def zip_of(names, **more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **more) as archive:
        for name in names:
            archive.writestr(name, b"x" * 50)
    return file


@pytest.mark.parametrize("name", ["../up", "/root", "a\\b", "C:x", "a/./b"])
def test_entries_with_names_of_other_places_are_refused(name):
    with pytest.raises(Unfit):
        read_project(zip_of([name]))


def test_packed_overlapping_and_endless_archives_are_refused_before_they_are_read():
    with pytest.raises(Unfit) as packed_again:
        read_project(zip_of(["a"], compression=zipfile.ZIP_DEFLATED))
    assert packed_again.value.reason == "project_packed"
    data = bytearray(zip_of(["a", "b"]).getvalue())
    second = data.rindex(b"PK\1\2")
    struct.pack_into("<I", data, second + 42, 0)  # both entries at the first one's place
    with pytest.raises(Unfit):
        read_project(io.BytesIO(bytes(data)))
    data = bytearray(zip_of(["a"]).getvalue())
    struct.pack_into("<HH", data, data.rindex(b"PK\5\6") + 8, 60_000, 60_000)
    with pytest.raises(Unfit) as many:
        read_project(io.BytesIO(bytes(data)))
    assert many.value.reason == "project_much"
    for cut in (0, 10, 40):
        with pytest.raises(Unfit):
            read_project(io.BytesIO(zip_of(["a"]).getvalue()[:cut]))


def test_chosen_files_come_as_a_zip_with_a_table_that_holds_no_formula(studio):
    file, two = put_picture(studio, "ada", 1), put_picture(studio, "ada", 2)
    studio.store.rename("ada", two.id, "=HYPERLINK(1)")
    chosen = [file, studio.store.artifact("ada", two.id)]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_files(studio, board(), chosen))))
    names = archive.namelist()
    assert archive.testzip() is None and len(names) == 3 and archive.read(names[1]) == file.path.read_bytes()
    lines = table(studio, board(), chosen, ["a", "b"]).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("File,Title") and "'=HYPERLINK" in lines[2]
