"""A blank that finds its own length: a network says of a stretch whether another piece stands there (expand) or none is left (delete).

After DreamOn (Wu et al. 2026), where any mask may become two or go. Here only one place of a blank may, it is written as a stretch of any
number of pieces, and it is asked before any piece of the blank is decided. So the answers are p(length | the rest) in factors, and
exact where the network is; the masks that are left are filled by any sampler of `samplers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.infill.parts.passage import Passage
from pipelines.infill.parts.records import landed_card

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Generator

    from pipelines.infill.parts.networks import Masked
    from pipelines.infill.parts.samplers import Scores

MOST = 12  # pieces of a blank at most, unless told otherwise


@dataclass(frozen=True)
class Signs:
    """Numbers of the pieces that are no text: a mask, a stretch and `expand` (one number), `delete`, and padding."""

    mask: int
    expand: int
    delete: int
    pad: int


def find_lengths(
    scores: Scores, rows: Sequence[Sequence[int]], signs: Signs, *, generator: Generator, most: int = MOST
) -> tuple[list[list[int]], list[list[int]]]:
    """Rows in which each stretch has become 1 to `most` masks, and how many, from left to right; no other place is written.

    Each row's first stretch is asked until it goes, all rows in one call. One that expands puts a mask before itself or behind, by a coin.
    """
    import torch

    pieces, sizes = [list(row) for row in rows], [[0] for _ in rows]
    while live := [k for k, row in enumerate(pieces) if signs.expand in row]:
        width = max(len(pieces[k]) for k in live)
        tokens = torch.tensor([pieces[k] + [signs.pad] * (width - len(pieces[k])) for k in live])
        where = [pieces[k].index(signs.expand) for k in live]
        at = torch.zeros_like(tokens, dtype=torch.bool)
        at[torch.arange(len(live)), where] = True
        more = scores(tokens, at)[:, [signs.expand, signs.delete]].softmax(-1)[:, 0].tolist()
        lots = torch.rand(len(live), 2, generator=generator).tolist()
        for k, place, chance, (lot, coin) in zip(live, where, more, lots):
            size = sizes[k][-1]
            if size < most and (size == 0 or lot < chance):
                pieces[k].insert(place + (coin < 0.5), signs.mask)
                sizes[k][-1] += 1
            else:
                del pieces[k][place]
                sizes[k].append(0)
    return pieces, [found[:-1] for found in sizes]


def found_sizes(
    free: Masked, passage: Passage, words: Mapping[int, int | None], count: int, generator: Generator
) -> list[dict[int, int]]:
    """For each of some drafts, how many pieces each blank of any length gets; those of a number of words stand as so many masks."""
    v, signs, row = free.vocabulary, own_signs(), list(free.vocabulary.begin)
    for item in passage.items:
        asked = words[item.blank] if item.blank >= 0 else 0
        row += [item.id] if item.blank < 0 else [signs.expand] if asked is None else [v.mask] * asked
    row += v.paragraph
    open_ones = [blank for blank in passage.blanks if words[blank] is None]
    _, sizes = find_lengths(free, [row] * count, signs, generator=generator)
    return [dict(zip(open_ones, found)) for found in sizes]


def split_places(size: int, share: float, lot: Callable[[], float]) -> list[bool]:
    """Some places as words: True for one of two pieces, as often as `share` says."""
    split: list[bool] = []
    while (left := size - len(split) - sum(split)) > 0:
        split.append(left > 1 and lot() < share)
    return split


def off_the_middle(sizes: Sequence[Mapping[int, int]]) -> list[int]:
    """How many pieces each draft is off the median draft's lengths."""
    middle = {blank: sorted(one[blank] for one in sizes)[(len(sizes) - 1) // 2] for blank in sizes[0]}
    return [sum(abs(one[blank] - size) for blank, size in middle.items()) for one in sizes]


# the studio's own


def own_signs() -> Signs:
    """Of the studio's own network."""
    from pipelines.nets.free_length import DELETE, EXPAND
    from pipelines.nets.masked_text import MASK, PAD

    return Signs(MASK, EXPAND, DELETE, PAD)


def _build(path: Path) -> Masked:
    """The changes worked into copies of the own network's layers; its tables are shared."""
    from safetensors.torch import load_file

    from pipelines.core.models import device, load
    from pipelines.infill.parts.networks import OWN, Masked, own_vocabulary, reads
    from pipelines.nets.free_length import FreeLength

    with load(OWN) as own:
        network = FreeLength(own.body, load_file(path)).to(device()).eval()
    return Masked("infill, free length", own_vocabulary(), reads(network))


FREE_LENGTH = landed_card(
    "infill-free-length",
    "Lengths of blanks",
    1_400_000,
    _build,
    about="Lets a blank find its own length.",
    caveat="It was trained for a short time, on English only.",
)
