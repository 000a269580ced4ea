"""SmolLM2 read both ways: the low-rank changes that make a masked diffusion network of it (training/infill/both_ways.py)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS, ModelCard

if TYPE_CHECKING:
    from pipelines.nets.both_ways import Deltas


def _build(path: Path) -> Deltas:
    """The changes, in the precision in which SmolLM2 is held; its own matrices are not copied."""
    import torch
    from safetensors.torch import load_file

    from pipelines.core.models import has_fast_bfloat16
    from pipelines.nets.both_ways import Deltas

    return Deltas(load_file(path), torch.bfloat16 if has_fast_bfloat16() else torch.float32)


@lru_cache(maxsize=1)
def record() -> dict[str, Any]:
    """What training wrote down beside the weights."""
    path = ASSETS / "weights" / "infill-both-ways.json"
    return json.loads(path.read_text("utf8")) if path.exists() else {}


BOTH_WAYS = ModelCard(
    name="SmolLM2 read both ways",
    source="builtin:weights/infill-both-ways.safetensors",
    sha256=record().get("sha256", ""),
    licence="Apache-2.0",
    size_bytes=record().get("bytes", 8_200_000),
    build=_build,
    about="Low-rank changes of SmolLM2 135M, learned here, with which it proposes words for a blank from both sides of it.",
    caveat="It was trained for a short time, on English only.",
)
