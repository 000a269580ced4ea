"""An attack on the text model of Infill: harmless words before a blank that make it write a chosen word."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Refusal, Text
from pipelines.infill.score import OWN
from pipelines.language.minilm import tokenizer
from pipelines.media import Words

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["OWN", "text"]
BLANK, CANDIDATES, POOL, MOST_PIECES = "____", 48, 2000, 100


def one_blank(given: str) -> None:
    """Raises Refusal unless there is exactly one blank."""
    if given.count(BLANK) != 1:
        raise Refusal("Write exactly one blank: ____.")


@pipeline(models=(OWN,))
def text(
    *,
    text: Annotated[
        str,
        Text(
            label="Text with one blank",
            lines=3,
            max_characters=300,
            required=True,
            check=one_blank,
            placeholder="He went into the house and saw a ____ there.",
            help="Write the blank as four underscores: ____.",
        ),
    ],
    word: Annotated[
        str,
        Text(
            label="Word that must not come",
            placeholder="knife",
            max_characters=30,
            required=True,
            help="One English word.",
        ),
    ],
    inserted: Annotated[
        int,
        Range(
            0,
            8,
            1,
            label="Words that may be added",
            help="They stand before the text; 0 changes nothing.",
            scales_time=True,
        ),
    ] = 4,
    report: Report = silent,
) -> Words:
    """Adds common words before a text, so that the infill model writes a chosen word into the blank.

    Greedy search: each added word is the best of 48 drawn from the 2000 commonest words of the training text, by the probability that the
    masked network (Sahoo et al. 2024) gives the chosen word. Words that share its first four letters may not be added. Raises Refusal, MissingModel.
    """
    from pipelines.redteam.parts import report as paper

    one_blank(text)
    wanted = piece_of(word)
    with load(OWN) as network:
        pool = common(network.vocabulary.known, word)
        added, curve, ranks, queries = search_words(network, text, wanted, pool, inserted, report)
    succeeded = int(ranks[-1] == 1)
    sentence = (
        f"The probability of “{word}” went from {curve[0]:.2%} to {curve[-1]:.2%}, and its rank from {ranks[0]} to {ranks[-1]}, "
        f"with {len(added)} words added."
    )
    finding = paper.Finding(
        "context",
        "infill.diffuse",
        "text",
        {"text": text, "word": word, "inserted": inserted},
        succeeded,
        1,
        sentence,
        {"added": added, "ranks": ranks},
        curve,
        "Probability of the word",
        queries,
        (OWN,),
    )
    changed = " ".join([*added, text])
    return Words(f"{paper.LABEL}\n\n{changed}\n\n{sentence}", json.loads(json.dumps(paper.report_as_json(finding))))


def piece_of(word: str) -> int:
    """The word piece of one word. Raises Refusal where the network needs several."""
    ids = tokenizer().encode(word.strip().lower()).ids[1:-1]
    if len(ids) != 1 or not re.fullmatch(r"[a-z]+", word.strip().lower()):
        raise Refusal("Choose a common English word.")
    return int(ids[0])


def common(known: Any, word: str) -> list[str]:
    """The commonest words of at least four letters that do not share their beginning with the chosen word."""
    stem = word.strip().lower()[:4]
    fit = [w for w in known if re.fullmatch(r"[a-z]{4,}", w) and not w.startswith(stem) and stem not in w]
    return sorted(fit, key=lambda w: (-known[w], w))[:POOL]


def search_words(
    network: Any, text: str, wanted: int, pool: list[str], most: int, report: Report = silent
) -> tuple[list[str], list[float], list[int], int]:
    """The words that were added, the probability of the wanted piece and its rank after each, and how many texts were read."""
    import torch

    draw = torch.Generator().manual_seed(0)
    added: list[str] = []
    chance, rank = score_texts(network, [text], wanted)
    curve, ranks, queries = [float(chance[0])], [int(rank[0])], 1
    for step in range(most):
        chosen = [pool[i] for i in torch.randperm(len(pool), generator=draw)[:CANDIDATES].tolist()]
        chance, rank = score_texts(network, [" ".join([*added, one, text]) for one in chosen], wanted)
        queries += len(chosen)
        best = int(chance.argmax())
        if float(chance[best]) > curve[-1]:
            added.append(chosen[best])
            curve.append(float(chance[best]))
            ranks.append(int(rank[best]))
        report(Progress(step + 1, most, "Looking for a word to add", numbers={"probability": curve[-1]}))
    return added, curve, ranks, queries


def score_texts(network: Any, texts: list[str], wanted: int) -> tuple[Tensor, Tensor]:
    """Probability [n] of the wanted piece in the blank of each text, and its rank [n], 1 the first. Raises Refusal for a long text."""
    import torch

    from pipelines.nets.masked_text import MASK, PAD

    rows = []
    for one in texts:
        left, right = one.split(BLANK)
        ids = [tokenizer(MOST_PIECES).encode(half).ids for half in (left, right)]
        rows.append([*ids[0][:-1], MASK, *ids[1][1:]])
    longest = max(map(len, rows))
    if longest > MOST_PIECES:
        raise Refusal("This text is too long; shorten it to about 60 words.")
    tokens = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
    logs = network(tokens, tokens == MASK)
    return logs[:, wanted].exp(), (logs > logs[:, wanted : wanted + 1]).sum(1) + 1
