"""What landing weights shares: half precision, files beside each other, and the facts of every card."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor


def halves(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights in float16. Raises ValueError if one does not fit."""
    made = {name: value.detach().half().contiguous() for name, value in tensors.items()}
    if not all(value.isfinite().all() for value in made.values()):
        raise ValueError("a weight does not fit float16")
    return made


def write_tensors(path: Path, tensors: Mapping[str, Tensor], **metadata: Any) -> None:
    """A safetensors file that everybody may read, with its metadata as JSON or as the words that they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in metadata.items()}
    save_file(dict(tensors), path, metadata=said)
    path.chmod(0o644)


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """The card beside landed weights."""
    path.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def compute(seconds: float) -> dict[str, Any]:
    """What a card says of the work."""
    return {
        "seconds": round(seconds),
        "hours": round(seconds / 3600, 2),
        "threads": 1,
        "machine": platform.machine(),
        "device": "cpu",
    }
