"""Words for a blank: proposed from both sides, put in order by a causal model's log-probability of the sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal
from pipelines.infill.parts.lexicon import FLOOR, WORDS, Lexicon
from pipelines.infill.parts.reader import Branch, Reader
from pipelines.infill.parts.vocabulary import begins_sentence

if TYPE_CHECKING:
    from torch import Tensor

CANDIDATES, OF_EACH = 32, 6  # words weighed by what both say; and by what one of them says alone
BY_MASK = 0.3  # the masked network's share in the order of the proposals, to the causal model's 1
LONGEST_BEFORE = 240  # characters before the blank that are read again after the end
NEAR = 180  # characters before the blank that are read both ways
SENTENCE = re.compile(r"[.!?]['\"”’]? ")
POOLED, WIDEST = 0.75, 8.0  # weight of the second opinion (docs/infill.md), and its limit in nats
STAGES = ((2, 44), (5, 14), (14, 6))  # pieces after the word that are weighed, of how many words: successive halving
BOTH, OF_LEFT, BY_LEFT = (
    22,
    4,
    0.3,
)  # the same where the reader proposes: words by both readings, by the causal one; its share
FEWER = ((2, 26), (5, 9), (14, 4))


def one_word(
    reader: Reader,
    lexicon: Lexicon,
    before: str,
    after: str,
    log_q: Tensor | None,
    ruled: Tensor,
    *,
    seconds: float = 0.0,
    pooled: float = 0.0,
) -> tuple[list[int], list[float]]:
    """Words of the lexicon for a blank between two texts, likeliest first, with the causal model's log p(word after | before) + rules.

    `pooled` > 0 adds so many times log p(word | after, before) - log p(word | before), both after one reading: how much likelier a word is once
    the end was read, a second opinion on log p(after | word, before) by the same model (a log-linear pool; Genest & Zidek 1986).

    `log_q` [n] are the masked network's log-probabilities of the lexicon's words, `ruled` [n] what the rules add. Without `log_q`
    the reader itself reads both sides (`Reader.changes`), and that is the second opinion too. The proposals are
    the likeliest words by both, each once; so p among them is the self-normalised importance-sampling estimate with the mixture of
    both as its proposal, without repeats, and exact where the whole lexicon is weighed. `seconds`: see `weighed`.
    """
    import torch

    started = time.monotonic()
    lead, spaced, capital = open_blank(before)
    sided: Tensor | None
    if log_q is None:
        sided = reader.open(lead, (near(lead), following(after)))
    else:
        reader.open(lead)
        ahead = reader.other()
        ahead.open(turn_text(lead, after))
        sided = ahead.after
    assert sided is not None and reader.after is not None  # both were opened with what follows
    first, share = lexicon.begun(spaced, capital)
    left_only, both = reader.after[first], sided[first]
    picks = proposals(left_only + share, both + share, log_q, ruled)
    own = [" " * spaced + lexicon.surface(lexicon.words[i], capital) for i in picks]
    left = max(0.001, seconds - (time.monotonic() - started)) if seconds else 0.0
    prior = ruled[picks]
    if pooled:
        more = (both - left_only)[picks].clamp(-WIDEST, WIDEST)
        if (
            log_q is None
        ):  # a network that was trained for a short time copies words of the text: those gain nothing by it
            said = set(WORDS.findall(f"{near(lead)} {following(after)}".lower()))
            more = more.clamp(max=torch.tensor([0.0 if lexicon.words[i] in said else WIDEST for i in picks]))
        prior = prior + pooled * more
    stages = FEWER if log_q is None else STAGES
    order, log_p = weigh_texts(reader, own, following(after), prior.tolist(), seconds=left, stages=stages)
    return [picks[k] for k in order], log_p


def weigh_texts(
    reader: Reader,
    texts: Sequence[str],
    after: str,
    prior: Sequence[float],
    *,
    seconds: float = 0.0,
    stages: Sequence[tuple[int, int]] = STAGES,
) -> tuple[list[int], list[float]]:
    """Texts that follow what the reader has open, by number, likeliest first, and log p(text after | before) + prior of each, up to a constant.

    What stands after is weighed further for fewer and fewer of them (successive halving: Jamieson & Talwalkar 2016); those that
    were dropped come after the rest, and are taken to go on as the rest did. `seconds`, where given, ends this after a stage.
    """
    started = time.monotonic()
    branches = [Branch(reader.encode(text + after)) for text in texts]
    lengths = [len(reader.encode(text)) for text in texts]
    live, value, stage_of = list(range(len(texts))), list(prior), [0] * len(texts)
    for stage, (reach, most) in enumerate(stages):
        if stage:
            live = sorted(live, key=lambda k: -value[k])[:most]
            if seconds and time.monotonic() - started > seconds:
                break
        earlier = {k: value[k] for k in live}
        reader.weigh([branches[k] for k in live], [lengths[k] + reach for k in live])
        for k in live:
            value[k], stage_of[k] = branches[k].log_p + prior[k], stage
        cost = sum(value[k] - earlier[k] for k in live) / len(live)
        if stage:
            dropped = set(range(len(texts))) - set(live)
            for k in dropped:
                value[k] += cost
    order = sorted(range(len(texts)), key=lambda k: (-stage_of[k], -value[k]))
    return order, [value[k] for k in order]


def open_blank(before: str) -> tuple[str, bool, bool]:
    """The text to read, whether the word's space belongs to the word's first piece, and whether the word has a capital."""
    lead = before.rstrip(" ")
    return lead, len(lead) < len(before), begins_sentence(lead)


def following(after: str, characters: int = 100) -> str:
    """What stands after a blank, as far as it is weighed: to the end of its paragraph, cut at a word. No more blanks are in it."""
    line = after.split("\n")[0]
    return line if len(line) <= characters else line[:characters].rsplit(" ", 1)[0]


def turn_text(lead: str, after: str) -> str:
    """What stands after a blank, and then what stands before it: so a causal model proposes words that lead on to the end.

    It was taught no such order, but it leads on to what it has read: the missing word is among its 32 likeliest in 87 of 100
    cases, in place of 77 after what stands before alone (docs/notes/infill.md).
    """
    last = lead if len(lead) <= LONGEST_BEFORE else lead[-LONGEST_BEFORE:].split(" ", 1)[-1]
    end = following(after).strip()
    return f"...{end}\n{last}" if end else last


def near(lead: str) -> str:
    """What stands before a blank, as far as it is read both ways: whole sentences, where one begins in the last NEAR characters.

    The network was trained on windows of 64 pieces that begin with a sentence (training/infill/both_ways.py).
    """
    if len(lead) <= NEAR:
        return lead
    last = lead[-NEAR:]
    begins = SENTENCE.search(last)
    return last[begins.end() :] if begins and begins.end() < len(last) else last.split(" ", 1)[-1]


def proposals(log_a: Tensor, log_b: Tensor, log_q: Tensor | None, ruled: Tensor) -> list[int]:
    """The words that are weighed: the likeliest by what reads both sides, and by each model from its own, none twice.

    log_a [n] is of the words after what stands before, log_b [n] with the end known too, log_q [n] of the masked network.
    """
    import torch

    if log_q is None:
        rows = [(log_b + BY_LEFT * log_a, BOTH), (log_a, OF_LEFT)]
    else:
        rows = [(log_b + BY_MASK * log_q.clamp(min=FLOOR), CANDIDATES), (log_a, OF_EACH), (log_q, OF_EACH)]
    chosen = [i for row, most in rows for i in (row + ruled).topk(min(most, len(row))).indices.tolist()]
    picks = [i for i in dict.fromkeys(chosen) if not torch.isneginf(ruled[i])]
    if not picks:
        raise Refusal("The rules leave no word for a blank; forbid fewer words.")
    return picks


def shares(log_p: Sequence[float]) -> list[float]:
    """Probabilities among those listed."""
    import torch

    return torch.tensor(list(log_p)).softmax(0).tolist()
