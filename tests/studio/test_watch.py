"""`python -m studio watch`: which files of a folder are taken and when, what is printed, and the table at the end."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio import __main__ as command
from studio.commands import watch
from studio.provenance.signing import read
from tests.fixtures import picture


def test_a_file_is_taken_once_it_is_whole_and_again_when_it_changes(tmp_path):
    before, done = {}, {}

    def look() -> list[str]:
        found = watch.ready(tmp_path, before, done)
        done.update({path: before[path] for path in found})
        return [path.name for path in found]

    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"1")
    assert look() == []  # it may still be growing
    photo.write_bytes(b"12")
    assert look() == []
    assert look() == ["a.jpg"] and look() == []
    os.utime(photo, (1, 1))
    assert look() == [] and look() == ["a.jpg"]
    photo.unlink()
    assert look() == [] and not done


def test_links_hidden_files_folders_and_other_kinds_are_passed_over(tmp_path):
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"x")
    folder = tmp_path / "in"
    (folder / "b.png").mkdir(parents=True)
    for name in (".c.png", "d.txt", "E.PNG"):
        (folder / name).write_bytes(b"x")
    (folder / "f.png").symlink_to(outside)
    assert [path.name for path in watch.candidates(folder)] == ["E.PNG"]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.mark.slow
def test_a_folder_is_examined_once_and_leaves_a_signed_table(folder, tmp_path, capsys):
    for seed in range(2):
        picture(80, 60, seed=seed).save(folder / f"{seed}.png")
    (folder / "bad.png").write_bytes(b"no picture")
    for ending in (".csv", ".pdf"):
        target = tmp_path / f"table{ending}"
        assert command.main(["watch", str(folder), "--once", "--origin", "--table", str(target)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("cannot tell. Cannot tell: ") == 4 and printed.count("bad.png: ") == 2
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text("utf-8-sig").splitlines()))
    assert [row["file"] for row in rows] == ["0", "1"]
    from studio.provenance.certificate import certificate

    assert read(tmp_path / "table.pdf", certificate(tmp_path / "home" / "identity")).state == "this studio"
    assert sum(path.is_file() for path in folder.iterdir()) == 3  # the folder is left as it was


def test_a_folder_that_is_none_and_a_table_of_another_kind_are_refused(folder, tmp_path):
    asked = command.argparse.Namespace(folder=tmp_path / "none", table=None)
    with pytest.raises(Refusal, match="no folder"):
        watch.watch(asked, command.take_in, command.SESSION)
    asked = command.argparse.Namespace(folder=folder, table=tmp_path / "table.exe")
    with pytest.raises(Refusal, match=r"\.csv"):
        watch.watch(asked, command.take_in, command.SESSION)


def test_a_file_whose_name_would_steer_the_terminal_is_printed_plainly():
    assert watch.shown(Path("a\x1b[31m\nb é.png")) == "a?[31m?b é.png"
