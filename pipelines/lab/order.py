"""In which order a model that may write anywhere fills a text: several drafts, and when each place was decided."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Seed, Text
from pipelines.infill.diffuse import OWN, one_draft
from pipelines.media import Words

ORDERS = {
    "confidence": "the surest place first",
    "margin": "the clearest choice first",
    "entropy": "the least doubt first",
    "ancestral": "by chance (ancestral)",
}
DRAFTS = 6


@pipeline(models=(OWN,))
def order(
    *,
    text: Annotated[
        str,
        Text(
            label="Text with blanks",
            lines=3,
            max_characters=400,
            required=True,
            editor="blanks",
            placeholder="The old man walked [4 words] and sat down by the [2 words].",
            help="____ is one word, [3 words] is three.",
        ),
    ],
    sampler: Annotated[str, Choice(ORDERS, label="Order")] = "confidence",
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Fills the same text several times and says when each place was decided, from first to last.

    Masked diffusion (Sahoo et al. 2024, MDLM; D3PM, Austin et al. 2021, absorbing noise) with the network of Infill, one draft a time
    and one place a step, without its second reader. `detail.places` has the mean rank of each place between 0 (first) and 1 (last).
    Raises Refusal for a text without blanks, MissingModel.
    """
    ranks: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    drafts: list[dict[str, Any]] = []
    for number in range(DRAFTS):
        listen = part(report, number / DRAFTS, (number + 1) / DRAFTS, f"Draft {number + 1} of {DRAFTS}")
        written, blanks, steps, cost = one_draft(text, sampler, seed + number, listen)
        last = max((row["step"] for row in steps), default=1)
        for row in steps:
            ranks[row["blank"], row["place"]].append((row["step"] - 1) / max(1, last - 1))
        drafts.append({"text": written, "steps": steps, "blanks": blanks, "cost": cost})
        report(Progress(number + 1, DRAFTS, f"Draft {number + 1} of {DRAFTS}"))
    places = [
        {"blank": blank, "place": place, "rank": round(sum(found) / len(found), 4), "seen": len(found)}
        for (blank, place), found in sorted(ranks.items())
    ]
    detail = {"kind": "lab-order", "drafts": drafts, "places": places, "sampler": sampler}
    return Words(drafts[0]["text"], detail)
