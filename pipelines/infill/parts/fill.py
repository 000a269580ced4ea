"""Filling a passage: several drafts at once by a sampler, ranked by the bound, and what else each blank could hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.infill.parts import samplers
from pipelines.infill.parts.free_length import off_the_middle, split_places
from pipelines.infill.parts.networks import Masked
from pipelines.infill.parts.passage import ALONE, ANY, FIRST, SECOND, Batch, Layout, Passage, batch
from pipelines.infill.parts.rules import Rules, Taste
from pipelines.infill.parts.scoring import ordered_bound

if TYPE_CHECKING:
    from torch import Generator, Tensor

LENGTHS = (1, 2, 3, 4, 5, 6, 8)  # words, for a blank that is as long as it needs
REACH = (
    4  # fixed pieces to each side of a blank that are scored with it, so that what does not lead on counts against it
)


@dataclass(frozen=True)
class Manner:
    """How to fill: see `pipelines/infill/diffuse.py` for what each setting does."""

    sampler: str = "confidence"
    steps: int = 32
    temperature: float = 0.8
    top_p: float = 0.9
    drafts: int = 8
    alternatives: int = 6
    orders: int = 2
    lengths: tuple[int, ...] = LENGTHS
    taste: Taste = field(default_factory=Taste)
    topic: tuple[int, ...] = ()
    strength: float = 0.0


@dataclass(frozen=True)
class Event:
    """A place was decided: the piece, its chance, the runner-up and its chance, and the entropy in bits."""

    step: int
    place: int
    piece: int
    confidence: float = 0.0
    runner_up: int = -1
    runner_up_confidence: float = 0.0
    entropy_bits: float = 0.0


@dataclass
class Draft:
    """One filled row: the pieces of each blank, the bound in nats a piece, and how it came about."""

    fillings: dict[int, tuple[int, ...]]
    nats_a_piece: float
    events: dict[int, list[tuple[int, Event]]]  # blank -> (slot in it, event)


@dataclass(frozen=True)
class Alternative:
    """What else a blank could hold, the rest as it is: log-probability (for several pieces a lower bound), and its share of those listed."""

    pieces: tuple[int, ...]
    log_p: float
    share: float


# drafts


def drafts(
    network: Masked,
    passage: Passage,
    words: dict[int, int | None],
    manner: Manner,
    generator: Generator,
    sizes: Sequence[Mapping[int, int]] = (),
) -> list[Draft]:
    """Distinct drafts of a passage, best first. `words` says how many words each blank wants. Raises Refusal.

    `sizes` are the pieces of blanks of any length, where a network found them (`free_length`): then drafts of the middle length are first.
    """
    v = network.vocabulary
    given = list(sizes) or [{}] * manner.drafts
    layouts = [_layout(passage, words, manner, v, generator, i == 0, given[i]) for i in range(manner.drafts)]
    laid = batch(passage, v, layouts)
    rules = Rules(network, v, laid, manner.taste, manner.topic, manner.strength)
    kept = Events(laid)
    tokens = sample_batch(rules, laid, manner, v.mask, generator, kept)
    drafted = [_draft(passage, laid, tokens, row, kept) for row in range(len(tokens))]
    rows = list({tuple(sorted(drafted[row].fillings.items())): row for row in reversed(range(len(drafted)))}.values())
    free = any(words[blank] is None for blank in passage.blanks)
    nats = likelihood(network, laid.take(rows), tokens[rows], manner, generator, free)
    for row, cost in zip(rows, nats.tolist()):
        drafted[row].nats_a_piece = cost
    off = off_the_middle(given) if sizes else [0] * len(drafted)
    return [drafted[row] for row in sorted(rows, key=lambda row: (off[row], drafted[row].nats_a_piece))]


def sample_batch(
    scores: Any,
    laid: Batch,
    manner: Manner,
    mask: int,
    generator: Generator,
    watch: samplers.Watch = samplers.watch_nothing,
) -> Tensor:
    """The batch's tokens, filled by the sampler that the manner names."""
    choose = partial(samplers.draw, temperature=manner.temperature, top_p=manner.top_p)
    more: dict[str, Any] = {"mask": mask, "generator": generator, "watch": watch, "choose": choose}
    if manner.sampler == "ancestral":
        return samplers.ancestral(scores, laid.tokens, laid.open, steps=manner.steps, **more)
    steps = min(manner.steps, int(laid.open.sum(1).max()))
    return samplers.sample_in_order(scores, laid.tokens, laid.open, steps=steps, by=manner.sampler, **more)


def likelihood(
    network: Masked, laid: Batch, tokens: Tensor, manner: Manner, generator: Generator, free: bool
) -> Tensor:
    """Nats a piece [b] of the blanks, under the network without any rules.

    Where a blank was free to take any length, fixed pieces near it are scored with it: what does not lead on to them costs more.
    """
    scored = nearby(laid, network.vocabulary) if free else laid.blank >= 0
    nats = ordered_bound(
        network, tokens, scored, mask=network.vocabulary.mask, generator=generator, orders=manner.orders
    )
    return (nats + manner.taste.repetition * count_repeated(tokens, laid, network)) / scored.sum(1)


def nearby(laid: Batch, vocabulary: Any, reach: int = REACH) -> Tensor:
    """Places [b,n] of blanks, and ordinary ones within `reach` of one."""
    import torch

    own = laid.blank >= 0
    wide = torch.nn.functional.max_pool1d(own.float()[:, None], 2 * reach + 1, 1, reach)[:, 0] > 0
    signs = torch.tensor([*vocabulary.begin, *vocabulary.paragraph, vocabulary.pad])
    return own | (wide & ~torch.isin(laid.tokens, signs))


def count_repeated(tokens: Tensor, laid: Batch, network: Masked) -> Tensor:
    """How many filled content words [b] stand elsewhere in the passage too."""
    import torch

    from pipelines.infill.parts.vocabulary import WORD

    v = network.vocabulary
    counts = []
    for row, own in zip(tokens.tolist(), (laid.blank >= 0).tolist()):
        said = [i for i, mine in zip(row, own) if mine and v.kinds[i] == WORD and len(v.texts[i]) > 3]
        counts.append(sum(row.count(i) > 1 for i in said))
    return torch.tensor(counts, dtype=torch.float32)


def _draft(passage: Passage, laid: Batch, tokens: Tensor, row: int, kept: Events) -> Draft:
    own = laid.blank[row].tolist()
    fillings = {b: tuple(i for i, blank in zip(tokens[row].tolist(), own) if blank == b) for b in passage.blanks}
    events: dict[int, list[tuple[int, Event]]] = {b: [] for b in passage.blanks}
    begins = {b: own.index(b) for b in passage.blanks}
    for event in kept.rows[row]:
        events[own[event.place]].append((event.place - begins[own[event.place]], event))
    return Draft(fillings, 0.0, events)


@dataclass
class Events:
    """A Watch that keeps what was decided in each row."""

    laid: Batch
    step: int = 0
    rows: list[list[Event]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = [[] for _ in range(len(self.laid.tokens))]

    def __call__(self, tokens: Tensor, at: Tensor, log_p: Tensor | None) -> None:
        self.step += 1
        where = at.nonzero().tolist()
        assert log_p is not None  # these samplers take nothing back
        top = log_p.topk(2, 1)
        p = log_p.exp()
        entropy = -(p * log_p.clamp(min=-1e4)).sum(1) / math.log(2)
        for k, (row, place) in enumerate(where):
            piece = int(tokens[row, place])
            other = 1 if int(top.indices[k, 0]) == piece else 0
            self.rows[row].append(
                Event(
                    self.step,
                    place,
                    piece,
                    float(p[k, piece]),
                    int(top.indices[k, other]),
                    float(top.values[k, other].exp()),
                    float(entropy[k]),
                )
            )


# how the places of a blank are laid out


def _layout(
    passage: Passage,
    words: dict[int, int | None],
    manner: Manner,
    v: Any,
    generator: Generator,
    first: bool,
    sizes: Mapping[int, int] | None = None,
) -> Layout:
    import torch

    def lot() -> float:
        return float(torch.rand((), generator=generator))

    layout = {}
    for blank in passage.blanks:
        count = words[blank]
        free = count is None
        if sizes and blank in sizes:
            split = split_places(sizes[blank], 0.0 if first else v.two_piece_share, lot)
        else:
            count = manner.lengths[int(lot() * len(manner.lengths))] if count is None else count
            split = [not first and lot() < v.two_piece_share for _ in range(count)]
        layout[blank] = slots(split, v.mask, marks=free and len(split) > 3)
    return layout


def slots(split: Sequence[bool], mask: int, marks: bool = False) -> list[tuple[int, int]]:
    """Places for words of one piece or two; with `marks` a place inside may hold a comma."""
    made: list[tuple[int, int]] = []
    for k, two in enumerate(split):
        inside = marks and 1 < k < len(split) - 2
        made += [(FIRST, mask), (SECOND, mask)] if two else [(ANY if inside else ALONE, mask)]
    return made
