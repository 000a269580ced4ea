"""`python -m studio thing|place|animal|person`: `add FILE` looks at a drawing (SVG) or a record (JSON), previews it and puts it among those that stories name; `sheet FILE.png` shows all."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from pipelines.core.settings import Refusal
from pipelines.language.plurals import plural
from pipelines.scenes import pages

MOST_BYTES, ENDINGS = 200_000, {"thing": ".svg", "place": ".json", "animal": ".json", "person": ".json"}
COLUMNS, CELL_PX, NAME_PX, WRITING = 20, 96, 14, (70, 66, 60)


def add(asked: Any) -> int:
    """Check a drawing or a record, paint a preview beside it, and copy it to the others when nothing is wrong. Raises Refusal."""
    text, shown = read_file(asked.file, ENDINGS[asked.command]), asked.file.with_suffix(".png")
    name, found, target, page = pages.EXAMINE[asked.command](asked.file, text)
    for problem in found:
        print(f"- {problem}", file=sys.stderr)
    if found:
        raise Refusal(f"{asked.file.name} was not added; please mend what stands above.")
    page().save(shown)
    if asked.file.resolve() != target.resolve():
        shutil.copyfile(asked.file, target)
    print(
        f"{name} belongs to the {plural(asked.command)} now ({target}). Please look at {shown}: by day, otherwise, at night."
    )
    return 0


def sheet(asked: Any) -> int:
    """Paint a page of all things, places or animals, each over its name, to look for those that nobody would recognise. Raises Refusal."""
    if asked.file.suffix != ".png":
        raise Refusal(f"{asked.file} is no name of a PNG.")
    names, paint = pages.SHEETS[asked.command]
    page = Image.new("RGB", (COLUMNS * CELL_PX, -(-len(names) // COLUMNS) * (CELL_PX + NAME_PX)), pages.PAPER)
    writing = ImageDraw.Draw(page)
    for number, name in enumerate(sorted(names)):
        left, top = number % COLUMNS * CELL_PX, number // COLUMNS * (CELL_PX + NAME_PX)
        picture = paint(name, CELL_PX - 8)
        page.paste(picture, (left + (CELL_PX - picture.width) // 2, top + CELL_PX - 4 - picture.height), picture)
        writing.text((left + 4, top + CELL_PX), name, fill=WRITING)
    page.save(asked.file)
    print(f"{len(names)} {plural(asked.command)} are on {asked.file}.")
    return 0


def read_file(file: Path, ending: str) -> str:
    """The text of a drawing or a record. Raises Refusal."""
    if file.suffix != ending or not file.is_file():
        raise Refusal(f"There is no {ending[1:].upper()} file {file}.")
    if file.stat().st_size > MOST_BYTES:
        raise Refusal(f"{file.name} is larger than {MOST_BYTES // 1000} kB; please simplify it.")
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file.name} is no text in UTF-8; please save it as such.") from None
