"""Show the progress of a download: one line that is updated in a terminal, or a line every few seconds in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TextIO

from pipelines.core.models import ModelCard, models_folder, where
from pipelines.core.progress import Progress, Report

LINE_SECONDS = 5.0


def announce_models(cards: Sequence[ModelCard], out: TextIO | None = None) -> Report:
    """Say what will be fetched, and give back the listener that tells how far it is."""
    out = out or sys.stderr
    missing = [card for card in cards if where(card) is None]
    if missing:
        size = sum(card.size_bytes for card in missing) / 1e6
        print(
            f"Fetching {len(missing)} of {len(cards)} models, {size:.0f} MB, to {models_folder()}", file=out, flush=True
        )
        for card in missing:
            print(f"  {card.size_bytes / 1e6:7.1f} MB  {card.name}", file=out, flush=True)
    moving, last = out.isatty(), 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        if moving:
            print(f"\r{progress.fraction:6.1%} {progress.label[:60]:60}", end="", file=out, flush=True)
        elif time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            print(f"{progress.fraction:6.1%} {progress.label}", file=out, flush=True)

    return tell
