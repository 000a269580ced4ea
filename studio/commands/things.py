"""`python -m studio thing|place|animal|person add FILE` looks at a drawing (SVG) or a record (JSON), previews it and puts it among those that stories name."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.language.plurals import plural
from pipelines.scenes import pages

MOST_BYTES, ENDINGS = 200_000, {"thing": ".svg", "place": ".json", "animal": ".json", "person": ".json"}


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
