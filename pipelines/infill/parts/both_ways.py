"""SmolLM2 read both ways: the low-rank changes that make a masked diffusion network of it (training/infill/both_ways.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.infill.parts.records import landed_card

if TYPE_CHECKING:
    from pipelines.nets.both_ways import Deltas


def _build(path: Path) -> Deltas:
    """The changes, in the precision in which SmolLM2 is held; its own matrices are not copied."""
    import torch
    from safetensors.torch import load_file

    from pipelines.core.models import has_fast_bfloat16
    from pipelines.nets.both_ways import Deltas

    return Deltas(load_file(path), torch.bfloat16 if has_fast_bfloat16() else torch.float32)


BOTH_WAYS = landed_card(
    "infill-both-ways",
    "SmolLM2 read both ways",
    8_200_000,
    _build,
    about="Low-rank changes of SmolLM2 135M, learned here, with which it proposes words for a blank from both sides of it.",
    caveat="It was trained for a short time, on English only.",
)
