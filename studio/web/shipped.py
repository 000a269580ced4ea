"""The files that the page loads from the studio, found once at start: a name that is not among them is looked up nowhere else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pipelines.core.models import ASSETS

STATIC = Path(__file__).resolve().parent / "static"
IMPORTED = re.compile(r'^(?:import|export) [^"\n]*"(\.\.?/[\w./]+\.js)"', re.MULTILINE)
SHOWN_ASSETS = ("styles", "samples", "fonts", "films", "examples", "looks", "methods", "specimens", "lab")
PICTURES = (".jpg", ".png", ".webp")
SHOWN_ENDINGS = (*PICTURES, ".mp4", ".mp3", ".wav", ".woff2")


@cache
def static_files() -> dict[str, Path]:
    """The page's own scripts, style sheets and pictures, by name; those of the Lab as lab/name."""
    found = [*STATIC.iterdir(), *(STATIC / "lab").iterdir()]
    return {
        path.relative_to(STATIC).as_posix(): path for path in found if path.is_file() and not path.name.startswith(".")
    }


@cache
def asset_files() -> dict[str, Path]:
    """What is shown of assets/, by folder and name (`styles/wave.jpg`)."""
    found = (path for folder in SHOWN_ASSETS if (ASSETS / folder).is_dir() for path in (ASSETS / folder).iterdir())
    return {
        f"{path.parent.name}/{path.name}": path
        for path in found
        if path.is_file() and path.suffix in SHOWN_ENDINGS and not path.name.startswith(".")
    }


@cache
def modules(names: tuple[str, ...]) -> tuple[str, ...]:
    """These modules under static/ and all that they import, each once."""
    ordered: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        path = STATIC / name
        if name in ordered or not path.is_file():
            continue
        ordered[name] = None
        for other in IMPORTED.findall(path.read_text("utf-8")):
            waiting.append((path.parent / other).resolve().relative_to(STATIC).as_posix())
    return tuple(ordered)
