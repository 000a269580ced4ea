"""Would a coarser mark survive regeneration? `python -m measure.bench.bench_mark_coarse [--inputs 12]`.

The studio's own mark lies between 20 and 80 cycles over a picture; the autoencoder of `generate.codes` sees 64 pixels a side, which hold 32 cycles at most.
Here the same code is laid between 6 and 28 cycles over the whole picture instead (one tile, no repetition), at one, two and four times the strength, and
read after scaling to 64 pixels and back alone, and after the autoencoder. One line each: how many marks were read, and the middle PSNR of the marked pictures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np

from measure import pages, results
from measure.eval.eval_redteam import nouns
from pipelines.drawing.words import vocabulary
from pipelines.redteam import mark
from pipelines.watermark import picture as marks

COARSE = {"TILE_PX": 256, "BAND_CYCLES": (6, 28), "GRID_PX": 512}
STRENGTHS = (1, 2, 4)


@contextmanager
def laid(changes: dict[str, object]) -> Iterator[None]:
    """The mark's layout changed for a block."""
    before = {name: getattr(marks, name) for name in changes}
    for name, value in changes.items():
        setattr(marks, name, value)
    marks._code.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(marks, name, value)
        marks._code.cache_clear()


def scaled(x: np.ndarray) -> np.ndarray:
    """To 64 pixels a side and back."""
    small = cv2.resize(x, (64, 64), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, x.shape[1::-1], interpolation=cv2.INTER_CUBIC))


def read(x: np.ndarray) -> bool:
    """Whether the payload is found without looking for crops."""
    found = marks.read(x, crops=False)
    return found is not None and found.payload == mark.PAYLOAD


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=12)
    count = parser.parse_args().inputs
    pictures = [mark.drawn(vocabulary().read(noun).wish.caption, i) for i, noun in enumerate(nouns(count))]
    rows = []
    for name, changes in {"20 to 80 cycles": {}, "6 to 28 cycles": COARSE}.items():
        for strength in STRENGTHS:
            with laid(changes):
                made = [marks.apply(x, strength * marks.residual(x, mark.PAYLOAD)) for x in pictures]
                decibels = float(np.median([mark.psnr(x, y) for x, y in zip(pictures, made, strict=True)]))
                found = [sum(read(way(y)) for y in made) for way in (lambda y: y, scaled, lambda y: mark.through_autoencoder(y, 1.0))]  # fmt: skip
            rows.append((name, f"{strength}", f"{decibels:.1f} dB", *(f"{n} of {count}" for n in found)))
            print(*rows[-1], flush=True)
    head = ("Layout", "Strength", "PSNR", "Untouched", "64 pixels and back", "Our autoencoder")
    pages.into(results.DOCS / "notes/redteam.md", {"mark-coarse": pages.table(head, rows)})


if __name__ == "__main__":
    main()
