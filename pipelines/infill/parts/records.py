"""What training wrote down beside landed weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.core.models import ASSETS, ModelCard


def landed_card(
    file: str, name: str, otherwise_bytes: int, build: Callable[[Path], Any], about: str, caveat: str
) -> ModelCard:
    """The card of a network of the studio's own in assets/weights, with what its record says of the file."""
    record = record_of(file)
    return ModelCard(
        name=name,
        source=f"builtin:weights/{file}.safetensors",
        sha256=record.get("sha256", ""),
        licence="Apache-2.0",
        size_bytes=record.get("bytes", otherwise_bytes),
        build=build,
        about=about,
        caveat=caveat,
    )


@cache
def record_of(name: str) -> dict[str, Any]:
    """The card of the weights of this name; empty where nothing was landed."""
    path = ASSETS / "weights" / f"{name}.json"
    return json.loads(path.read_text("utf8")) if path.exists() else {}
