"""The energy at work on a passage: the blanks of the best draft are filled again, one after the other, by what the causal model says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.infill.parts import samplers, suggest
from pipelines.infill.parts.fill import Alternative, Draft, Event, Manner, likelihood, slots
from pipelines.infill.parts.lexicon import FLOOR, WORDS, Lexicon
from pipelines.infill.parts.networks import Masked
from pipelines.infill.parts.passage import ALONE, FIRST, FIXED, SECOND, Layout, Passage, batch
from pipelines.infill.parts.reader import Branch, Reader
from pipelines.infill.parts.rules import Rules

if TYPE_CHECKING:
    from torch import Generator, Tensor

WIDTH, AHEAD = 6, 0.3  # phrases that are written side by side; the masked network's share in their order
LONGEST = 8  # words of a blank that is as long as it needs
A_WORD = 1.0  # nats given back for each word where phrases of several found lengths are weighed: about what a word more costs the best phrase
SWEEPS = 2  # how often each blank is looked at where there are several

Fillings = Mapping[int, Sequence[int]]
Row = tuple[
    Branch, tuple[int, ...], str
]  # a phrase so far: for the causal model, in the masked network's pieces, as text


def by_mask(
    network: Masked,
    passage: Passage,
    fillings: Fillings,
    blank: int,
    lexicon: Lexicon,
    manner: Manner,
    begun: Sequence[Sequence[int]] = ((),),
    more: int = 0,
) -> Tensor:
    """log q [b,n] of the lexicon's words in a blank, after each beginning of it in pieces and with `more` words still to come."""
    import torch

    v = network.vocabulary

    def laid(pieces: Sequence[int], two: bool) -> Layout:
        own = [*((FIXED, i) for i in pieces), *slots([two], v.mask), *slots([False] * more, v.mask)]
        return {b: own if b == blank else [(FIXED, i) for i in fillings[b]] for b in passage.blanks}

    rows = batch(passage, v, [laid(pieces, two) for pieces in begun for two in (False, True)])
    at = torch.zeros_like(rows.open)
    for k in range(len(rows.tokens)):
        first = int(rows.open[k].nonzero()[0])
        at[k, first : first + 1 + k % 2] = True
    scores = Rules(network, v, rows, manner.taste, manner.topic, manner.strength)(rows.tokens, at)
    assert rows.roles[at].tolist()[:3] == [ALONE, FIRST, SECOND]
    return torch.stack([lexicon.by_mask(*scores[3 * k : 3 * k + 3]) for k in range(len(begun))])


def by_length(drafts: Sequence[str]) -> dict[int, float]:
    """Nats for each number of words that drafts have: the log of its share among them, and A_WORD for each word."""
    counts = Counter(len(text.split()) for text in drafts)
    return {size: math.log(count / len(drafts)) + A_WORD * size for size, count in counts.items()}


@dataclass
class Weigher:
    """A causal model that puts in order what the masked network and itself propose for the blanks of a text."""

    network: Masked
    reader: Reader
    lexicon: Lexicon
    manner: Manner
    generator: Generator
    as_drafted: bool = (
        False  # a blank of any length gets one of the lengths of its drafts, each as likely as it was drafted
    )

    def refilled(
        self,
        passage: Passage,
        drafts: list[Draft],
        words: Mapping[int, int | None],
        sides: Callable[[int, Fillings], tuple[str, str]],
    ) -> tuple[Draft, dict[int, list[Alternative]]]:
        """The first draft with each blank filled again, and what else each could hold. `sides` gives the text around a blank.

        One blank after the other, the rest as it is: a Gibbs sampler of the causal model's distribution, begun at the masked
        network's draft, with SWEEPS rounds where there are several blanks.
        """
        fillings, options = dict(drafts[0].fillings), {}
        for _ in range(SWEEPS if len(passage.blanks) > 1 else 1):
            for blank in passage.blanks:
                before, after = sides(blank, fillings)
                others = [draft.fillings[blank] for draft in drafts]
                pieces, log_p = self._candidates(passage, fillings, blank, words[blank], before, after, others)
                pick = self._pick(log_p)
                fillings[blank] = pieces[pick]
                options[blank] = self._list_alternatives(pieces, log_p, pick)
        return self._draft(passage, drafts[0], fillings, options), options

    def _candidates(
        self,
        passage: Passage,
        fillings: Fillings,
        blank: int,
        words: int | None,
        before: str,
        after: str,
        others: Sequence[tuple[int, ...]],
    ) -> tuple[list[tuple[int, ...]], list[float]]:
        """Fillings of one blank in pieces, likeliest first, and log p of each up to a constant."""
        if words == 1:
            log_q = None
            if self.reader.changes is None or self.manner.strength:
                log_q = by_mask(self.network, passage, fillings, blank, self.lexicon, self.manner)[0]
            ruled = self.lexicon.ruled(before, after, _words_near(before, after), self.manner.taste)
            if log_q is not None and self.manner.strength:  # p(x) (q(x | topic) / q(x))^strength, in place of p
                plain = replace(self.manner, topic=(), strength=0.0)
                untold = by_mask(self.network, passage, fillings, blank, self.lexicon, plain)[0]
                ruled = ruled + (log_q.clamp(min=FLOOR) - untold.clamp(min=FLOOR))
            if self.reader.changes is not None:
                log_q = None
            picks, log_p = suggest.one_word(
                self.reader,
                self.lexicon,
                before,
                after,
                log_q,
                ruled,
                pooled=suggest.POOLED,
            )
            return [self.lexicon.pieces[i] for i in picks], log_p
        lead, spaced, capital = suggest.open_blank(before)
        shown = {tuple(pieces): self._write_filling(pieces, spaced, capital) for pieces in others}
        drafted = by_length(list(shown.values())) if words is None and self.as_drafted else {}
        texts = dict(self._phrases(passage, fillings, blank, words, before, after, drafted))
        for pieces, text in shown.items():
            if self._ends_well(before, text, after):
                texts.setdefault(pieces, text)
        self.reader.open(lead)
        listed = list(texts)
        sizes = [len(text.split()) for text in texts.values()]
        prior = [drafted[size] if drafted else 0.0 for size in sizes]
        order, log_p = suggest.weigh_texts(self.reader, list(texts.values()), suggest.following(after), prior)
        return [listed[k] for k in order], log_p

    def _write_filling(self, pieces: Sequence[int], spaced: bool, capital: bool) -> str:
        """A draft's filling as text."""
        text = " ".join(self.network.vocabulary.words(pieces)).replace(" ,", ",").replace(" ;", ";")
        return " " * spaced + (text[:1].upper() + text[1:] if capital else text)

    def _phrases(
        self,
        passage: Passage,
        fillings: Fillings,
        blank: int,
        words: int | None,
        before: str,
        after: str,
        sizes: Collection[int] = (),
    ) -> list[tuple[tuple[int, ...], str]]:
        """Phrases of some words, in pieces and as text, by a beam search that looks at both sides.

        A word's worth is log p of the phrase so far by the causal model, which has read what follows before what precedes
        (suggest.turned), plus AHEAD times the masked network's log q of the word. A blank of any length gets the phrases of all `sizes`,
        or of 1 to LONGEST words.
        """
        import torch

        lead, spaced, capital = suggest.open_blank(before)
        ahead = self.reader.other()
        ahead.open(suggest.turn_text(lead, after))
        rows: list[Row] = [(Branch([]), (), "")]
        done: list[tuple[tuple[int, ...], str]] = []
        ends = {words} if words else set(sizes) or set(range(1, LONGEST + 1))
        for step in range(max(ends)):
            apart, big = (spaced, capital) if step == 0 else (True, False)
            first, share = self.lexicon.begun(apart, big)
            log_a = ahead.follow([branch for branch, _, _ in rows])[:, first] + share
            more = words - step - 1 if words else max(0, min(3, max(ends) - 1) - step)
            begun = [pieces for _, pieces, _ in rows]
            log_q = by_mask(self.network, passage, fillings, blank, self.lexicon, self.manner, begun, more)
            sofar = torch.tensor([branch.log_p for branch, _, _ in rows])[:, None]
            worth = sofar + log_a + AHEAD * log_q.clamp(min=FLOOR)
            noise = torch.rand(worth.shape, generator=self.generator).clamp_(1e-20, 1 - 1e-7)
            worth -= self.manner.temperature * 0.5 * (-noise.log()).log()  # so that other seeds write other phrases
            leads = [
                f"{before if spaced or not text else lead}{text.lstrip()} " if text else before for _, _, text in rows
            ]
            if step + 1 in ends:
                ended = self._best(rows, worth + self._apply_rules(leads, before, after, after), apart, big)
                done += [(pieces, text) for _, pieces, text in ended]
            rows = self._best(rows, worth + self._apply_rules(leads, before, after, ""), apart, big)
        return done

    def _apply_rules(self, leads: Sequence[str], before: str, after: str, end: str) -> Tensor:
        """What the rules add to each word [b,n] after each of some beginnings, where `end` stands next ("" while a phrase goes on)."""
        import torch

        rows = [self.lexicon.ruled(lead, end, _words_near(lead or before, after), self.manner.taste) for lead in leads]
        return torch.stack(rows)

    def _best(self, rows: Sequence[Row], worth: Tensor, apart: bool, big: bool) -> list[Row]:
        """The WIDTH best of all rows with one word more."""
        best = worth.flatten().topk(WIDTH).indices.tolist()
        return [self._longer(rows[k // worth.shape[1]], k % worth.shape[1], apart, big) for k in best]

    def _ends_well(self, before: str, shown: str, after: str) -> bool:
        """Whether the rules let the last word of a phrase stand before what follows."""
        said = WORDS.findall(shown.lower())
        at = self.lexicon.index.get(said[-1]) if said else None
        if at is None:
            return True
        lead = before + shown[: shown.lower().rindex(said[-1])].lstrip()
        return math.isfinite(float(self.lexicon.ruled(lead, after, set(), self.manner.taste)[at]))

    def _longer(self, row: Row, word: int, apart: bool, big: bool) -> Row:
        branch, pieces, text = row
        shown = " " * apart + self.lexicon.surface(self.lexicon.words[word], big)
        grown = Branch(
            [*branch.pieces, *self.reader.encode(shown)], branch.read, branch.weighed, list(branch.at), branch.log_p
        )
        return grown, (*pieces, *self.lexicon.pieces[word]), text + shown

    def _pick(self, log_p: Sequence[float]) -> int:
        """The likeliest of as many as there are drafts, drawn at the manner's temperature."""
        import torch

        rows = torch.tensor(list(log_p)).log_softmax(0)[None].expand(self.manner.drafts, -1)
        lots = samplers.draw(rows, self.generator, self.manner.temperature, self.manner.top_p).tolist()
        return max(lots, key=lambda k: log_p[k])

    def _list_alternatives(
        self, pieces: Sequence[tuple[int, ...]], log_p: Sequence[float], pick: int
    ) -> list[Alternative]:
        order = sorted(range(len(pieces)), key=lambda k: -log_p[k])
        kept = [k for place, k in enumerate(order) if place < self.manner.alternatives]
        if pick not in kept:
            kept[-1] = pick
        whole = suggest.shares(log_p)
        total = sum(whole[k] for k in kept)
        return [Alternative(pieces[k], math.log(max(whole[k], 1e-12)), whole[k] / total) for k in kept]

    def _draft(
        self, passage: Passage, first: Draft, fillings: dict[int, tuple[int, ...]], found: dict[int, list[Alternative]]
    ) -> Draft:
        """The draft as filled, each blank decided in its turn."""
        v = self.network.vocabulary
        laid = batch(passage, v, [{b: [(FIXED, i) for i in pieces] for b, pieces in fillings.items()}])
        nats = likelihood(self.network, laid, laid.tokens, self.manner, self.generator, free=False)
        read = [blank for blank in passage.blanks if blank in found]
        events = dict(first.events)
        events |= {blank: _events(step, fillings[blank], found[blank]) for step, blank in enumerate(read, start=1)}
        return replace(first, fillings=fillings, nats_a_piece=float(nats[0]), events=events)


def _events(step: int, pieces: tuple[int, ...], found: Sequence[Alternative]) -> list[tuple[int, Event]]:
    """A blank's pieces, decided together, with the share of the filling and the runner-up's word at the same place."""
    own = next(one for one in found if one.pieces == pieces)
    other = next((one for one in found if one.pieces != pieces), None)
    bits = -sum(one.share * math.log2(one.share) for one in found if one.share > 0)
    out = []
    for slot, piece in enumerate(pieces):
        differs = other is not None and slot < len(other.pieces) and other.pieces[slot] != piece
        runner = (other.pieces[slot], other.share) if other is not None and differs else (-1, 0.0)
        out.append((slot, Event(step, slot, piece, max(own.share, 1e-4), runner[0], runner[1], bits)))
    return out


def _words_near(before: str, after: str) -> set[str]:
    """The words near a blank."""
    return set(WORDS.findall(before[-600:].lower())) | set(WORDS.findall(after[:600].lower()))
