"""A causal model that weighs many ways to go on from one text: the text is read once, and the ways side by side in one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.infill.parts.autoregressive import SPECIAL, LeftToRight

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.nets.both_ways import Deltas

LONGEST_PREFIX = 192  # pieces of the text before a blank that are read
CUT = 64  # a longer text is cut in steps of so many, so that its beginning stays while somebody writes


@dataclass
class Branch:
    """One way to go on: its pieces, how many were read and weighed, where those lie in the memory, and log p of what was weighed."""

    pieces: list[int]
    read: int = 0
    weighed: int = 0
    at: list[int] = field(default_factory=list)
    log_p: float = 0.0


@dataclass
class Reader:
    """Reads a text once and keeps its keys and values; a text that begins in the same way has only its new pieces read.

    All branches are read in one row of pieces whose attention mask lets each see the text and itself only (tree attention: Miao et
    al. 2024, "SpecInfer", section 4.2), so the text's keys and values are never copied. `calls` and `pieces` count the work.
    """

    network: Any  # pipelines.nets.causal_text.CausalText
    tokenizer: Any
    start: int
    told: Callable[[], None] = field(default=lambda: None)
    calls: int = 0
    pieces: int = 0
    ids: list[int] = field(default_factory=list)
    memory: Any = None
    after: Tensor | None = None  # log p [vocabulary] of what follows the text
    beside: Reader | None = None  # see `other`
    special: int = SPECIAL  # how many pieces at the vocabulary's beginning are signs
    changes: Deltas | None = None  # what makes the network read both ways, where there is such a thing

    def other(self) -> Reader:
        """A second reader by the same network, with a text of its own; its work is counted here."""
        if self.beside is None:
            self.beside = Reader(self.network, self.tokenizer, self.start, self._counted, special=self.special)
        return self.beside

    def _counted(self) -> None:
        self.calls += 1
        self.told()

    def open(self, text: str, blank: tuple[str, str] | None = None) -> Tensor | None:
        """Read a text, or what of it is new since the last call. Of a long one only the end is read.

        With `blank`, the texts before and after one piece that is masked, these are read both ways in the same call, and log p
        [vocabulary] of the piece is given back: what stands before a place says what stands in it (Gong et al. 2024, the shift).
        """
        import torch

        from pipelines.nets.both_ways import MASK
        from pipelines.nets.causal_text import Memory

        ids = [self.start, *self.encode(text)]
        before = [self.start, *self.encode(blank[0])] if blank else []
        around = [*before, MASK, *self.encode(blank[1])] if blank else []
        if len(ids) > LONGEST_PREFIX:
            over = len(ids) - LONGEST_PREFIX
            ids = [self.start, *ids[1 + over + -over % CUT :]]
        same = next((k for k, (a, b) in enumerate(zip(ids, self.ids)) if a != b), min(len(ids), len(self.ids)))
        if self.memory is None:
            self.memory = Memory()
        known = self.after is not None and ids == self.ids and len(self.memory) >= len(ids)
        if known and blank is None:
            self.memory.keep(len(ids))
            return None
        same = len(ids) if known else min(same, len(ids) - 1, len(self.memory))
        self.memory.keep(same)
        new, wide = len(ids) - same, len(around)
        seen = torch.zeros(new + wide, len(ids) + wide, dtype=torch.bool)
        seen[:new, : len(ids)] = torch.ones(new, len(ids), dtype=torch.bool).tril(same)
        seen[new:, len(ids) :] = True
        places = [*range(same, len(ids)), *range(wide)]
        features = self._read_pieces([*ids[same:], *around], places, seen, new if blank else None)
        rows = [*([new - 1] if new else []), *([new + len(before) - 1] if blank else [])]
        log_p = self.network.log_p(features[rows], self.special)
        if new:
            self.after = log_p[0]
        self.ids = ids
        self.memory.keep(len(ids))
        return log_p[-1] if blank else None

    def encode(self, text: str) -> list[int]:
        """Pieces of a stretch of text."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def weigh(self, branches: Sequence[Branch], upto: Sequence[int]) -> None:
        """Weigh the first `upto` pieces of each branch, in one call.

        Piece k is weighed by reading those up to k - 1; the first costs nothing, because the text was read.
        """
        import torch

        jobs = [(b, list(range(b.read, min(most, len(b.pieces)) - 1))) for b, most in zip(branches, upto)]
        features = self._branches(jobs)
        nexts = torch.tensor([b.pieces[k + 1] for b, new in jobs for k in new], dtype=torch.long)
        own = self.network.log_p_of(features, nexts, self.special).tolist() if len(nexts) else []
        at = 0
        for branch, new in jobs:
            branch.log_p += sum(own[at : at + len(new)])
            branch.weighed += len(new)
            at += len(new)

    def follow(self, branches: Sequence[Branch]) -> Tensor:
        """Read each branch to its end: log p [b,vocabulary] of what follows it. Branches without pieces follow the text itself."""
        import torch

        assert self.after is not None
        jobs = [(b, list(range(b.read, len(b.pieces)))) for b in branches if b.read < len(b.pieces)]
        features = self._branches(jobs)
        inner: list[int] = []
        nexts: list[int] = []
        ends: list[int] = []
        at = 0
        for branch, new in jobs:
            inner += range(at, at + len(new) - 1)
            nexts += [branch.pieces[k + 1] for k in new[:-1]]
            at += len(new)
            ends.append(at - 1)
        own = self.network.log_p_of(features[inner], torch.tensor(nexts), self.special).tolist() if inner else []
        rows = iter(self.network.log_p(features[ends], self.special)) if ends else iter(())
        for branch, new in jobs:
            branch.log_p += sum(own[: len(new) - 1])
            branch.weighed += len(new) - 1
            own = own[len(new) - 1 :]
        return torch.stack([next(rows) if branch.pieces else self.after for branch in branches])

    def _branches(self, jobs: Sequence[tuple[Branch, list[int]]]) -> Tensor:
        """Features of the pieces with these numbers, in the jobs' order."""
        import torch

        assert self.after is not None
        known, count = len(self.memory), sum(len(new) for _, new in jobs)
        seen = torch.zeros(count, known + count, dtype=torch.bool)
        seen[:, : len(self.ids)] = True
        ids: list[int] = []
        places: list[int] = []
        for branch, new in jobs:
            if branch.weighed == 0 and branch.pieces:
                branch.log_p, branch.weighed = float(self.after[branch.pieces[0]]), 1
            for k in new:
                branch.at.append(known + len(ids))
                seen[len(ids), branch.at] = True
                ids.append(branch.pieces[k])
                places.append(len(self.ids) + k)
            branch.read += len(new)
        return self._read_pieces(ids, places, seen) if ids else torch.zeros(0, 1)

    def _read_pieces(self, ids: list[int], places: list[int], seen: Tensor, since: int | None = None) -> Tensor:
        import torch

        self.told()
        self.calls += 1
        self.pieces += len(ids)
        if self.beside is not None:
            self.pieces, self.beside.pieces = self.pieces + self.beside.pieces, 0
        changed = None if since is None else self.changes
        return self.network.read(torch.tensor(ids), torch.tensor(places), seen, self.memory, changed, since or 0)


def reader_of(model: LeftToRight, told: Callable[[], None] = lambda: None, changes: Deltas | None = None) -> Reader:
    """A reader over a loaded causal model; its joined matrices are made once for each model."""
    from pipelines.nets.causal_text import CausalText

    network = getattr(model.network, "read_quickly", None)
    if network is None:
        network = CausalText(model.network.cpu())
        model.network.read_quickly = network
    start = model.network.config.bos_token_id
    return Reader(network, model.tokenizer, 0 if start is None else start, told, changes=changes)
