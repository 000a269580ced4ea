"""Where measurements are kept: whole results in bench/NAME.json, rows that are dear a line each in a file from which a stopped run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def file_of(name: str) -> Path:
    """Where the result of that name is."""
    return ROOT / "bench" / f"{name}.json"


def kept(name: str) -> Any:
    """What was measured before; an empty dict if nothing was."""
    path = file_of(name)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def keep(name: str, found: Any) -> None:
    """Write a result to bench/NAME.json."""
    path = file_of(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def tell(name: str, found: Mapping[str, Any]) -> None:
    """Print a result and keep it."""
    print(json.dumps(found, indent=1))
    keep(name, found)


def in_parts(name: str, parts: Mapping[str, Callable[[], Any]], asked: Sequence[str]) -> None:
    """Measure the parts that are asked for, else all; each is kept as soon as it is there, beside those of earlier runs."""
    found = kept(name)
    for part in asked or parts:
        found[part] = parts[part]()
        keep(name, found)


class Lines:
    """The rows of a file, one as JSON a line; without a file they are only held."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        there = path is not None and path.exists()
        self.rows: list[Any] = (
            [json.loads(line) for line in path.read_text("utf-8").splitlines()] if there and path else []
        )

    def add(self, row: Any) -> None:
        """Hold one more row and write it down."""
        self.rows.append(row)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def cache(name: str) -> Path:
    """The folder in the user's cache in which downloads and rows of that kind are kept."""
    return Path(platformdirs.user_cache_dir("afternoon-studio")) / name
