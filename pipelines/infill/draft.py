"""One draft of a text with blanks by the studio's own network, and the order in which its places were decided."""

from __future__ import annotations

import time
from typing import Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report
from pipelines.infill.parts import presets
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.networks import OWN
from pipelines.infill.parts.work import Work

__all__ = ["OWN", "draft"]


def draft(text: str, sampler: str, seed: int, report: Report) -> tuple[str, list[Any], list[Any], dict[str, float]]:
    """One draft, a place a step: the text, its blanks, its steps and its cost."""
    import torch

    started, generator = time.monotonic(), torch.Generator().manual_seed(seed)
    with load(OWN) as loaded:
        network = loaded.again(lambda: report(Progress(0.5, 1, "Reading and writing")))
        start = presets.start("write", text, network, generator, amount=0)
        work = Work(network, start.template, Manner(sampler, steps=64, drafts=1), generator)
        work.run()
    return *work.result(), {**work.cost(), "seconds": round(time.monotonic() - started, 3)}
