"""`python -m studio thing add`: the drawing of CONTRIBUTING.md is checked, previewed and kept; what is wrong is said, and nothing is kept then."""

from __future__ import annotations

import io
import json
import sys
from functools import reduce
from pathlib import Path

import pytest
from PIL import Image

from measure.eval import sheets
from pipelines.scenes import pages
from studio.__main__ import main
from tests.test_contributing import blocks

EXAMPLES = {
    "thing": ("snow-globe.svg", "globe belongs to the things now", ("no group 'toys'", "#globe, which is not there")),
    "animal": ("vixen.json", "vixen belongs to the animals now", ("no family and no animal",)),
    "person": ("beachcomber.json", "beachcomber belongs to the people now", ("Hat cannot be 'hay'",)),
    "place": (
        "tool-shed.json",
        "tool shed belongs to the places now",
        ("there is no place 'Nowhereville'", "was not added"),
    ),
}
MISTAKES = {
    '"household"': '"toys"',
    'id="globe"': "",
    '"fox"': '"foxx"',
    '"street"': '"Nowhereville"',
    '"straw"': '"hay"',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all things and places, empty for this test."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setattr(pages, "file_of", lambda noun: folder / f"{noun.replace(' ', '-')}.svg")
    for name in ("FOLDER", "ANIMALS", "PEOPLE"):
        monkeypatch.setattr(pages, name, folder)
    return folder


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_example_is_kept_and_previewed_and_what_is_wrong_is_said(
    kind: str, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, kept, wrong = EXAMPLES[kind]
    file, text = tmp_path / name, blocks()[f"{kind}: {name}"]
    file.write_text(reduce(lambda part, pair: part.replace(*pair), MISTAKES.items(), text), "utf-8")
    assert main([kind, "add", str(file)]) == 1 and not list(folder.iterdir()) and not file.with_suffix(".png").exists()
    said = capsys.readouterr().err
    assert [words for words in wrong if words not in said] == []
    file.write_text(text, "utf-8")
    assert main([kind, "add", str(file)]) == 0 and kept in capsys.readouterr().out
    page, same = Image.open(file.with_suffix(".png")), (folder / name).read_bytes() == file.read_bytes()
    parts = {page.crop((n * page.width // 3, 0, (n + 1) * page.width // 3, page.height)).tobytes() for n in range(3)}
    assert len(parts) == 3 and same


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Write a story of a few sentences first."),
        (b"A dog. " * 10_000, "larger than 24 kB"),
        (b"\x89PNG\r\n", "no text in UTF-8"),
        (b"MThd\0\0\0\6", "no text in UTF-8"),
    ],
)
def test_what_is_no_story_is_not_read(content: bytes, why: str, tmp_path: Path, capsys) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(content)
    assert main(["read", str(file)]) == 1 and why in capsys.readouterr().err


def test_the_scene_records_of_a_story_are_printed(tmp_path: Path, capsys, monkeypatch) -> None:
    text = b"A red fox runs in the forest.\nThe fox sleeps under a tree."
    (tmp_path / "story.txt").write_bytes(text)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["read", str(tmp_path / "story.txt")]) == 0 == main(["read", "-"])
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[:2] == records[2:] and [record["sentence"] for record in records[:2]] == text.decode().split("\n")
    assert [(record["place"], *(actor["act"] for actor in record["actors"])) for record in records[:2]] == [
        ("forest", "run"),
        ("forest", "sleep"),
    ]


def test_a_sheet_shows_every_thing_over_its_name(tmp_path: Path) -> None:
    assert sheets.main(["large-things", str(tmp_path / "things.png"), "apple", "kitchen range", "sofa"]) == 0
    cells = [*sheets.SHEETS["large-things"](["apple", "kitchen range", "sofa"])]
    page, high = Image.open(tmp_path / "things.png"), max(picture.height for picture, _ in cells)
    assert [name for _, name in cells] == ["kitchen range", "sofa"] and page.height > high
    assert len(page.getcolors(200_000)) > 300
