"""Whether four bars of a melody were in the training pieces: hashes of intervals and durations, so a transposition is the same."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from pipelines.nets import music_tokens as mt

BARS = 4
Notes = Sequence[tuple[int, int]]


def phrases(bars: Sequence[Notes]) -> Iterator[int]:
    """A 32-bit hash for each run of four bars that has at least six notes."""
    for start in range(len(bars) - BARS + 1):
        if (found := phrase(bars[start : start + BARS])) is not None:
            yield found


def phrase(bars: Sequence[Notes]) -> int | None:
    """The hash of four bars; None where there is too little to tell."""
    before, steps, count = None, [], 0
    for bar in bars:
        for token, ticks in bar:
            if token < mt.PITCH:
                steps.append((token, ticks))
                continue
            steps.append((0 if before is None else token - before + 1000, ticks))
            before, count = token, count + 1
    return zlib.crc32(repr(steps).encode()) if count >= 6 else None
