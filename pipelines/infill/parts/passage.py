"""From a template to what a network reads: pieces in a row, some of them open, cut into passages that it can see at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.infill.parts.blanks import Blank, Template
from pipelines.infill.parts.vocabulary import Vocabulary

if TYPE_CHECKING:
    from torch import Tensor

FIXED, ALONE, FIRST, SECOND, ANY = range(
    5
)  # what a place holds: given; a whole word; a two-piece word's halves; a word or a mark


@dataclass(frozen=True)
class Item:
    """A fixed piece (`blank` is -1), or a blank by its number."""

    id: int
    blank: int = -1
    sentence: bool = False  # a sentence begins here


@dataclass(frozen=True)
class Passage:
    """Items that are seen together, and the blanks among them in order."""

    items: tuple[Item, ...]

    @property
    def blanks(self) -> list[int]:
        """Return the numbers of the blanks of all pieces that belong to one."""
        return [item.blank for item in self.items if item.blank >= 0]


@dataclass
class Batch:
    """Passages laid out for a network: tokens, roles and blank numbers (-1 where fixed), each [b,n]."""

    tokens: Tensor
    roles: Tensor
    blank: Tensor

    @property
    def open(self) -> Tensor:
        """Which places are still to be filled, as a mask."""
        return self.roles > FIXED

    def take(self, rows: Sequence[int]) -> Batch:
        """Some of the rows."""
        return Batch(self.tokens[rows], self.roles[rows], self.blank[rows])


Slot = tuple[int, int]  # role, and the piece that is given where the role is FIXED
Layout = Mapping[int, Sequence[Slot]]  # blank number -> its places


def items_of(template: Template, vocabulary: Vocabulary) -> list[Item]:
    """All items of a text, an end of paragraph where a line breaks."""
    out: list[Item] = []
    number, fresh = 0, True
    for part in template.parts:
        if isinstance(part, Blank):
            out.append(Item(vocabulary.mask, number, sentence=fresh))
            number, fresh = number + 1, False
            continue
        lines = re.split(r"(\n\s*)", part)
        for place, line in enumerate(lines):
            if "\n" in line:
                out += [Item(i) for i in vocabulary.paragraph]
                fresh = True
                continue
            for piece in vocabulary.encode(line.rstrip() if place + 1 < len(lines) else line):
                out.append(Item(piece.id, sentence=fresh))
                fresh = vocabulary.texts[piece.id] in (".", "!", "?")
    return out


def passages(items: Sequence[Item], limit: int, room: dict[int, int]) -> list[Passage]:
    """Stretches of at most about `limit` pieces, each around blanks that stand near each other; `room` is what each blank may take.

    The context is shared out to both sides and begins with a sentence where one begins within it.
    """
    size = [room[item.blank] if item.blank >= 0 else 1 for item in items]
    at = [i for i, item in enumerate(items) if item.blank >= 0]
    groups: list[list[int]] = []
    for i in at:
        if groups and sum(size[groups[-1][0] : i + 1]) <= limit - 32:
            groups[-1].append(i)
        else:
            groups.append([i])
    return [Passage(tuple(items[slice(*_around(items, size, group[0], group[-1] + 1, limit))])) for group in groups]


def _around(items: Sequence[Item], size: list[int], begin: int, end: int, limit: int) -> tuple[int, int]:
    used = sum(size[begin:end])
    while used < limit and (begin > 0 or end < len(items)):
        if begin > 0:
            begin, used = begin - 1, used + size[begin - 1]
        if end < len(items) and used < limit:
            end, used = end + 1, used + size[end]
    first = next(i for i in range(begin, end) if items[i].blank >= 0)
    if begin > 0:
        begin = next((i for i in range(begin, first) if items[i].sentence), begin)
    return begin, end


def batch(passage: Passage, vocabulary: Vocabulary, layouts: Sequence[Layout], prefix: Sequence[int] = ()) -> Batch:
    """One row for each layout, padded on the right."""
    import torch

    rows = [_row(passage, vocabulary, layout, prefix) for layout in layouts]
    length = max(len(row) for row in rows)
    padded = [row + [(vocabulary.pad, FIXED, -1)] * (length - len(row)) for row in rows]
    tokens, roles, blank = torch.tensor(padded, dtype=torch.long).unbind(-1)
    return Batch(tokens.contiguous(), roles.contiguous(), blank.contiguous())


def _row(passage: Passage, vocabulary: Vocabulary, layout: Layout, prefix: Sequence[int]) -> list[tuple[int, int, int]]:
    row = [(i, FIXED, -1) for i in (*vocabulary.begin, *prefix)]
    for item in passage.items:
        if item.blank < 0:
            row.append((item.id, FIXED, -1))
        else:
            row += [(vocabulary.mask if role else given, role, item.blank) for role, given in layout[item.blank]]
    return row + [(i, FIXED, -1) for i in vocabulary.paragraph]


def with_fillings(items: Sequence[Item], fillings: Mapping[int, Sequence[int]]) -> list[Item]:
    """Items in which some blanks have been filled with pieces."""
    out: list[Item] = []
    for item in items:
        if item.blank in fillings:
            out += [Item(i) for i in fillings[item.blank]]
        else:
            out.append(item)
    return out
