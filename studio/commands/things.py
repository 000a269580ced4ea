"""`python -m studio thing|place|animal|person add FILE` looks at a drawing (SVG) or a record (JSON), previews it and puts it among those that stories name."""

from __future__ import annotations

import shutil
import sys
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.language.plurals import plural
from pipelines.scenes import pages
from studio.commands.making import read_text

MOST_BYTES, ENDINGS = 200_000, {"thing": ".svg", "place": ".json", "animal": ".json", "person": ".json"}


def add(asked: Any) -> int:
    """Check a drawing or a record, paint a preview beside it, and copy it to the others when nothing is wrong. Raises Refusal."""
    if asked.file.suffix != (ending := ENDINGS[asked.command]):
        raise Refusal(f"There is no {ending[1:].upper()} file {asked.file}.")
    text, shown = read_text(asked.file, MOST_BYTES), asked.file.with_suffix(".png")
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
