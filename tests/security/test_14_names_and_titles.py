"""Finding 14, files: hostile names and titles, and a disk that is full or cannot be written to during an upload."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.engine.uploads import receive
from studio.storage.artifacts import Call, title_of
from studio.storage.titles import clean_file_name, clean_lines, clean_text, clean_title
from studio.web import describe
from tests.fixtures import picture, put
from tests.studio import fuzz

pytestmark = pytest.mark.slow

ME = "a" * 32
NAMES = (
    "../../etc/passwd.png",
    "..\\..\\windows\\a.png",
    "/etc/passwd",
    "C:\\a\\b.png",
    "x" * 10_000 + ".png",
    "a\0b.png",
    "a\ud800b.png",
    "\udcff.png",
    "photo\u202egnp.exe",
    "\u2066\u2069.png",
    "a\r\nx-header: 1.png",
    "CON.png",
    "nul",
    "com1.txt.png",
    "😀👩‍👩‍👧.png",
    "漢字.png",
    " .png",
    ".",
    "..",
    "",
    ".png",
    "a.png/",
    "a.txt\\",
    "\ufeff\ufeff.png",
    "a\u2028b.png",
    "<img src=x onerror=alert(1)>.png",
    'a";filename="b.exe',
    "%00%0d%0a.png",
    "e\u0301" * 900 + ".png",
)


def bring(studio, name, data, **options):
    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, name, **options)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_becomes_a_plain_title(name, studio, board):
    if name.lower().endswith(("txt\\", ".txt")):
        one = bring(studio, name, b"A text.")
    else:
        one = bring(studio, name, fuzz.accepted_files()["png"])
    title = one.title
    assert 0 < len(title) <= 80 and title.encode("utf-8") and "/" not in title and "\\" not in title
    assert not any(ord(letter) < 32 or letter in "\u202e\u2066\u2069\u2028\ufeff" for letter in title)
    assert one.path.is_relative_to(studio.store.home / "media" / ME) and one.path.name == one.id + one.path.suffix
    json.dumps(describe.card(board, one), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_file_has_a_header_that_every_browser_reads(name, studio, client, monkeypatch):
    monkeypatch.setattr("studio.access.guard.visitor_of", lambda request: ME)
    one = put(studio, ME)
    asked = name.encode("utf-8", "replace").decode()
    answer = client.get(f"/studio/media/{one.id}", params={"download": asked})
    assert answer.status_code == 200
    said = answer.headers["content-disposition"]
    assert said.isascii() and len(said) < 1500 and "\n" not in said and said.startswith("attachment")


def test_cleaning_keeps_what_people_write():
    assert clean_title("Été à la mer (2).jpeg") == "Été à la mer (2)"
    assert clean_title("archive.tar.gz") == "archive.tar"
    assert clean_title(".hidden") == "hidden"
    assert clean_title("漢字 😀.png") == "漢字 😀"
    assert clean_text("a\n\tb  c", 99) == "a b c" and clean_text(5, 9) == "" and clean_text("abc", 2) == "ab"
    assert clean_lines("a\r\nb\tc\0\u202e") == "a\nb\tc"
    assert clean_file_name("con.png", "a.png") == "a.png" == clean_file_name("..", "a.png")
    assert clean_file_name("My photo-12ab34.png", "x") == "My photo-12ab34.png"


def test_a_visitors_words_make_a_clean_title():
    written = "a \u202efox\0 \ud800" + "x" * 500
    title = title_of(Call("infill.diffuse", {}, {"text": written}), {})
    assert len(title) <= 80 and title.startswith("a fox") and title.encode("utf-8")


def test_a_network_names_itself_in_one_clean_line(studio):
    header = json.dumps(
        {
            "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "__metadata__": {"architecture": "t", "style": "Night\n\u202ecafé\ud800 " + "x" * 5000},
        }
    ).encode()
    one = bring(studio, "a.safetensors", len(header).to_bytes(8, "little") + header + bytes(8))
    assert one.title.startswith("Night café x") and len(one.title) <= 80
    assert len(one.facts["about"]["style"]) <= 1000


# a disk that takes no more


def left_over(studio) -> list[str]:
    folders = (studio.store.home / "work" / "new", studio.store.home / "media" / ME)
    return [path.name for folder in folders if folder.exists() for path in folder.iterdir()]


FILES = {"a.png": "png", "a.mp3": "mp3", "a.ora": "ora", "a.mid": "mid", "a.txt": "txt", "a.safetensors": "safetensors"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written"), (errno.EDQUOT, "disk is full")],
)
@pytest.mark.parametrize("step", ["thumbnail", "move", "row"])
def test_a_full_or_read_only_disk_is_one_sentence_and_leaves_nothing(name, code, says, step, studio, monkeypatch):
    import sqlite3

    data = fuzz.accepted_files()[FILES[name]]

    def fails(*_: object, **__: object) -> None:
        raise OSError(code, "no")

    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    with monkeypatch.context() as patched:
        if step == "thumbnail":
            patched.setattr(Path, "write_bytes", fails)
        elif step == "move":
            patched.setattr(Path, "replace", fails)
        else:
            said = "attempt to write a readonly database" if code == errno.EROFS else "database or disk is full"

            def no_transaction() -> None:
                raise sqlite3.OperationalError(said)

            patched.setattr(studio.store, "transaction", no_transaction)
        with pytest.raises(Refusal, match=says):
            receive(studio.store, studio.intake, studio.certificate, ME, path, name)
    assert left_over(studio) == [] and studio.store.shelf(ME) == []


def test_a_layered_picture_that_fills_the_disk_leaves_nothing(studio, monkeypatch):
    """The flattened picture is written while the child hands it over."""
    from studio.intake import examiner as intake

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr(intake, "_kept_part", full)
    with pytest.raises(Refusal, match="disk is full"):
        bring(studio, "a.ora", fuzz.accepted_files()["ora"])
    assert left_over(studio) == []


def test_a_result_with_the_same_bytes_survives_a_failed_second_upload(studio, monkeypatch):
    first = put(studio, ME)
    copy = studio.store.new_file(".png")
    picture(seed=0).save(copy)
    with monkeypatch.context() as patched, pytest.raises(Refusal):
        patched.setattr(studio.store, "transaction", lambda: (_ for _ in ()).throw(Refusal("no")))
        receive(studio.store, studio.intake, studio.certificate, ME, copy, "again.png")
    assert studio.store.artifact(ME, first.id).path.exists()
