"""What a fetched model says of itself: its licence by its own card, the bytes and numbers of its weights, the commit that is on the disk.

Everything is read as plain text and as the headers of safetensors files; nothing is loaded. `compared` says where the studio's table differs.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from pipelines.core.models import ModelCard, where

MOST_CARD_BYTES = 400_000
MOST_HEADER_BYTES = 100_000_000
MOST_WEIGHT_FILES = 2_000
WEIGHTS = ("*.safetensors",)
LICENCES = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "openrail": "OpenRAIL",
    "creativeml-openrail-m": "CreativeML Open RAIL-M",
    "openrail++": "CreativeML Open RAIL++-M",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-4.0": "CC-BY-4.0",
}
BYTES_ON_GPU = 2  # bfloat16 or float16, as pipelines.hub.opening opens them there
COMMIT = re.compile(r"[0-9a-f]{40}")
SIZE_SLACK = 0.1  # of the table's size, before it is called different


@dataclass(frozen=True)
class Facts:
    """Of one model on the disk; `licence` and `commit` are "" where it does not say them."""

    licence: str
    weight_bytes: int
    numbers: int
    commit: str

    @property
    def memory_gb(self) -> float:
        """GB on a GPU for the weights alone in half precision."""
        return self.numbers * BYTES_ON_GPU / 1e9


def facts_of(card: ModelCard) -> Facts | None:
    """What the model on this machine says of itself; None where it is not here."""
    path = where(card)
    return None if path is None else read(path)


def read(path: Path) -> Facts:
    """Of a folder, or of one safetensors file."""
    if path.is_file():
        return Facts("", path.stat().st_size, numbers_in(path), "")
    files = sorted(one for name in WEIGHTS for one in path.rglob(name))[:MOST_WEIGHT_FILES]
    held = [(one.stat().st_size, numbers_in(one)) for one in files]
    commit = path.name if COMMIT.fullmatch(path.name) else ""
    return Facts(licence_in(path / "README.md"), sum(size for size, _ in held), sum(n for _, n in held), commit)


def licence_in(readme: Path) -> str:
    """The licence that the block at the top of a model's card names (`license`, or `license_name` where that says "other")."""
    try:
        with readme.open("rb") as file:
            text = file.read(MOST_CARD_BYTES).decode("utf8", "replace")
    except OSError:
        return ""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return ""
    found: dict[str, str] = {}
    for line in lines[1:]:
        if line.strip() == "---":
            break
        name, colon, value = line.partition(":")
        if colon and name in ("license", "license_name"):
            found[name] = value.strip().strip("\"'")[:80]
    licence = found.get("license", "")
    if licence in ("", "other"):
        return found.get("license_name", licence)
    return LICENCES.get(licence, licence)


def numbers_in(path: Path) -> int:
    """How many numbers a safetensors file holds, by its header; 0 for a file that is none."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > MOST_HEADER_BYTES:
                return 0
            header = json.loads(file.read(length))
        total = 0
        for name, entry in header.items():
            if name != "__metadata__":
                count = 1
                for side in entry["shape"]:
                    count *= int(side)
                total += count
        return total
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error):
        return 0


def compared(card: ModelCard, found: Facts, memory_gb: float = 0.0) -> list[str]:
    """Where the table and the disk differ, in sentences."""
    said = []
    if found.licence and _plain(found.licence) not in _plain(card.licence):
        said.append(f"The table says the licence is {card.licence}; the model's own card says {found.licence}.")
    if card.size_bytes and abs(found.weight_bytes - card.size_bytes) > SIZE_SLACK * card.size_bytes:
        said.append(
            f"The table says {card.size_bytes / 1e9:.1f} GB; the weights here have {found.weight_bytes / 1e9:.1f} GB."
        )
    if memory_gb and found.memory_gb > memory_gb:
        said.append(
            f"The table says {memory_gb:.0f} GB of GPU memory; the weights alone take {found.memory_gb:.1f} GB."
        )
    if card.revision and found.commit and card.revision != found.commit:
        said.append(f"The table pins {card.revision[:12]}; {found.commit[:12]} is here.")
    return said


def _plain(words: str) -> str:
    """Letters and digits only, so that apache-2.0 and Apache 2.0 are one."""
    return "".join(c for c in words.lower() if c.isalnum())
