"""`python -m studio thing add`: the drawing of CONTRIBUTING.md is checked, previewed and kept; what is wrong is said, and nothing is kept then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio.__main__ import main
from studio.commands import things
from tests.test_contributing import blocks

NAME = "snow-globe.svg"


@pytest.fixture
def things_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all things, empty for this test."""
    folder = tmp_path / "things"
    folder.mkdir()
    monkeypatch.setattr(things, "file_of", lambda noun: folder / f"{noun.replace(' ', '-')}.svg")
    return folder


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    file = tmp_path / NAME
    file.write_text(blocks()[f"thing: {NAME}"], "utf-8")
    return file


def test_the_example_is_kept_and_previewed(
    drawing: Path, things_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["thing", "add", str(drawing)]) == 0
    assert (
        things_folder / NAME
    ).read_bytes() == drawing.read_bytes() and "snow globe is a thing now" in capsys.readouterr().out
    page = Image.open(drawing.with_suffix(".png"))
    side = page.width // 3
    by_day, recoloured, at_night = (page.crop((n * side, 0, (n + 1) * side, page.height)) for n in range(3))
    assert len({one.tobytes() for one in (by_day, recoloured, at_night)}) == 3


def test_what_is_wrong_is_said_and_nothing_is_kept(
    drawing: Path, things_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing.write_text(drawing.read_text("utf-8").replace('"household"', '"toys"').replace('id="globe"', ""), "utf-8")
    assert main(["thing", "add", str(drawing)]) == 1
    said = capsys.readouterr().err
    assert "no group 'toys'" in said and "#globe, which is not there" in said and "was not added" in said
    assert not list(things_folder.iterdir()) and not drawing.with_suffix(".png").exists()


def test_the_sheet_shows_every_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(things, "NOUNS", ["apple", "kitchen range", "sofa"])
    assert main(["thing", "sheet", str(tmp_path / "things.png")]) == 0
    page = Image.open(tmp_path / "things.png")
    cells = [page.crop((n * things.CELL_PX, 0, (n + 1) * things.CELL_PX, things.CELL_PX)) for n in range(4)]
    assert [len(cell.getcolors(20_000)) > 50 for cell in cells] == [True, True, True, False]
    assert main(["thing", "sheet", str(tmp_path / "things.txt")]) == 1
