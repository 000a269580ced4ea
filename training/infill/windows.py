"""The packed text of `training.infill.both_ways`, and the windows that are drawn from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from training.infill.data import replace, sentences
from training.infill.modern import for_both_ways
from training.infill.sources import Source


class Shaped(Protocol):
    """What of a recipe decides a batch."""

    @property
    def seed(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def length(self) -> int: ...


class Windows:
    """Packed text: windows [start of a document, pieces …] that begin at a sentence."""

    def __init__(self, folder: Path, start: int):
        self.start = start
        self.rows = json.loads((folder / "both_ways.json").read_text())
        self.pieces = np.memmap(folder / "both_ways.pieces", np.uint16, "r")
        self.starts = np.memmap(folder / "both_ways.starts", np.int64, "r")
        weight = np.array([row["share"] * row["pieces"] for row in self.rows])
        self.chance = weight / weight.sum()

    def batch(self, recipe: Shaped, step: int) -> tuple[Tensor, torch.Generator]:
        """The windows [rows,length] of a step and its noise, from seed and step alone."""
        rng = np.random.default_rng((recipe.seed, step))
        out = np.full((recipe.rows, recipe.length), self.start, np.int64)
        for i, which in enumerate(rng.choice(len(self.rows), recipe.rows, p=self.chance)):
            row = self.rows[which]
            at = int(self.starts[row["starts_begin"] + rng.integers(row["starts"])])
            at = min(at, len(self.pieces) - recipe.length + 1)
            out[i, 1:] = self.pieces[at : at + recipe.length - 1]
        return torch.from_numpy(out), torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)


def pack(folder: Path, tokenizer: Any, sources: list[tuple[Source, float]] | None = None) -> None:
    """Write `both_ways.pieces`, `.starts` and `.json`: every source as pieces, paragraphs parted by a line break."""
    line = tokenizer.encode("\n", add_special_tokens=False).ids
    rows: list[dict[str, Any]] = []
    all_pieces: list[int] = []
    all_starts: list[int] = []
    for source, share in sources if sources is not None else for_both_ways():
        begin, starts_begin, characters = len(all_pieces), len(all_starts), 0
        for paragraph in source.read(folder / "downloads"):
            parts = sentences(paragraph)
            characters += len(paragraph)
            for number, part in enumerate(parts):
                all_starts.append(len(all_pieces))
                all_pieces += tokenizer.encode(" " * (number > 0) + part, add_special_tokens=False).ids
            all_pieces += line
        rows.append(
            {
                "name": source.name,
                "package": source.package,
                "licence": source.licence,
                "share": round(share, 3),
                "characters": characters,
                "pieces": len(all_pieces) - begin,
                "starts_begin": starts_begin,
                "starts": len(all_starts) - starts_begin,
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    replace(folder / "both_ways.pieces", np.array(all_pieces, np.uint16).tobytes())
    replace(folder / "both_ways.starts", np.array(all_starts, np.int64).tobytes())
    replace(folder / "both_ways.json", json.dumps(rows, indent=1, ensure_ascii=False).encode())
