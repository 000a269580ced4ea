"""Tables of figures in Markdown, and into a page of the documentation, each between its two marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def into(page: Path, tables: Mapping[str, str]) -> None:
    """Put each table between `<!-- NAME -->` and `<!-- /NAME -->`. Raises ValueError for those that have no such place."""
    text, lost = page.read_text("utf-8"), []
    for name, made in tables.items():
        place = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
        text, count = place.subn(lambda found, made=made: f"{found[1]}\n{made.strip()}\n\n{found[2]}", text)
        if not count:
            lost.append(name)
    page.write_text(text, "utf-8")
    if lost:
        raise ValueError(f"{page} has no place for: {', '.join(lost)}")
