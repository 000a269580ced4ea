"""Whole sentences that SmolLM2, which was tuned to follow instructions, offers for a tone: proposals only, since it often fails at its size."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.infill.parts.frames import NEGATIONS

if TYPE_CHECKING:
    from torch import Generator

    from pipelines.infill.parts.autoregressive import LeftToRight

ASKED = {
    "same": "Say this in other words, with the same meaning. Answer with one sentence only.",
    "shorter": "Make this sentence shorter. Keep the meaning. Answer with one short sentence only.",
    "plainer": "Say this in simple, common words. Answer with one sentence only.",
    "children": "Say this in very simple words for a small child. Answer with one sentence only.",
    "warmer": "Say this in a kind and friendly way. Answer with one sentence only.",
}
TEMPERATURE, TOP_P = 0.8, 0.92
NUMBER = re.compile(r"\d+")
NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+")
ABOUT = re.compile(
    r"(?i)(?:this|the sentence|it) (?:can|could|may|is|means)\b.*\b(?:expressed|rewritten|said|sentence|means)|please (?:make|specify|provide)|here (?:is|are)|sure\b|in other words|in summary|in short|overall\b"
)
END = re.compile(r"(?<=[.!?])[\"”’']?\s")


def offers(
    model: LeftToRight,
    sentence: str,
    tone: str,
    count: int,
    generator: Generator,
    keep: Collection[str],
    told: Callable[[], None] = lambda: None,
) -> list[str]:
    """Up to `count` different sentences for a tone (chat template of SmolLM2, Allal et al. 2025), those that could mean the same."""
    prompt = f"<|im_start|>user\n{ASKED[tone]}\n{sentence}<|im_end|>\n<|im_start|>assistant\n"
    ids = model.tokenizer.encode(prompt, add_special_tokens=False).ids
    most = 8 + round(1.4 * len(model.tokenizer.encode(sentence, add_special_tokens=False).ids))
    rows = _written(model, ids, count, most, generator, told)
    made = [first_sentence(model.tokenizer.decode(row)) for row in rows]
    return [text for text in dict.fromkeys(made) if may_stand(text, sentence, keep)]


def first_sentence(text: str) -> str:
    """The first sentence of what was written, without quotation marks around it; "" where none ends."""
    line = text.strip().split("\n")[0].strip().strip('"“”')
    found = END.split(line)[0].strip()
    return found if found[-1:] in ".!?" else ""


def may_stand(text: str, sentence: str, keep: Collection[str]) -> bool:
    """Whether a proposal has the original's numbers, its names and no others, its negations, and all words that are locked."""
    if not text or text == sentence:
        return False
    if ABOUT.match(text) or (text.count('"') + text.count("“") != sentence.count('"') + sentence.count("“")):
        return False
    words, own = (set(re.findall(r"[\w’'-]+", one.lower())) for one in (text, sentence))
    same_numbers = sorted(NUMBER.findall(text)) == sorted(NUMBER.findall(sentence))
    same_names = set(NAME.findall(text)) == set(NAME.findall(sentence))
    denies = {word for word in words if word in NEGATIONS or word.endswith("n't")}
    denied = {word for word in own if word in NEGATIONS or word.endswith("n't")}
    return (
        same_numbers
        and same_names
        and bool(denies) == bool(denied)
        and all(one.lower() in text.lower() for one in keep)
    )


def _written(
    model: LeftToRight, ids: Sequence[int], count: int, most: int, generator: Generator, told: Callable[[], None]
) -> list[list[int]]:
    """`count` continuations by the model, each up to its end or `most` pieces, drawn side by side."""
    import torch

    from pipelines.infill.parts.autoregressive import SPECIAL
    from pipelines.infill.parts.samplers import draw

    end = model.tokenizer.token_to_id("<|im_end|>")
    rows: list[list[int]] = [[] for _ in range(count)]
    live: list[Any] = list(range(count))
    new, past = torch.tensor([list(ids)] * count), None
    for _ in range(most):
        told()
        logits, past = model.ask(new, past)
        log_p = logits[:, -1].log_softmax(-1)
        kept = log_p[:, end].clone()
        log_p[:, :SPECIAL] = -torch.inf
        log_p[:, end] = kept
        drawn = draw(log_p, generator, TEMPERATURE, TOP_P)
        for k in live:
            if int(drawn[k]) != end:
                rows[k].append(int(drawn[k]))
        live = [k for k in live if int(drawn[k]) != end]
        if not live:
            break
        new = drawn[:, None]
    return rows
