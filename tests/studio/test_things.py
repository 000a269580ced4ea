"""`python -m studio thing add`: the drawing of CONTRIBUTING.md is checked, previewed and kept; what is wrong is said, and nothing is kept then."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest
from PIL import Image

from pipelines.scenes import pages
from studio.__main__ import main
from studio.commands import things
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


def test_the_sheet_shows_every_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.SHEETS, "thing", (["apple", "kitchen range", "sofa"], pages.draw_thing))
    assert main(["thing", "sheet", str(tmp_path / "things.png")]) == 0
    page = Image.open(tmp_path / "things.png")
    cells = [page.crop((n * things.CELL_PX, 0, (n + 1) * things.CELL_PX, things.CELL_PX)) for n in range(4)]
    assert [len(cell.getcolors(20_000)) > 50 for cell in cells] == [True, True, True, False]
    assert main(["thing", "sheet", str(tmp_path / "things.txt")]) == 1
