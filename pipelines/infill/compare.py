"""The same blanks by a model that reads both sides and by one that writes from left to right, with what each cost."""

from __future__ import annotations

import math
import time
from typing import Annotated, Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed, Text
from pipelines.infill.parts import presets
from pipelines.infill.parts.autoregressive import SMOLLM2, Account, LeftToRight, filled
from pipelines.infill.parts.blanks import Template
from pipelines.infill.parts.english import foreign_notes
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.work import Work
from pipelines.media import Words

__all__ = ["OWN", "SMOLLM2", "compare"]


@pipeline(models=(SMOLLM2, OWN))
def compare(
    *,
    text: Annotated[
        str,
        Text(
            label="Text with blanks",
            lines=6,
            max_characters=2000,
            required=True,
            receives=True,
            help="____, [3 words] or […].",
        ),
    ],
    tries: Annotated[
        int,
        Range(
            1,
            8,
            1,
            label="Drafts",
            scales_time=True,
            help="How many versions each model makes. It keeps the one that it finds most likely.",
        ),
    ] = 4,
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """The same blanks filled by masked diffusion and by SmolLM2 from left to right, side by side.

    SmolLM2 (Allal et al. 2025, 135 million parameters) writes each blank from what stands before it; what follows only helps to
    choose among finished drafts. A blank of any length gets the length that masked diffusion found. Both texts are then judged by
    SmolLM2's exact log-probability, which favours its own; network calls, pieces read and seconds are counted for each, drafts
    included, judging not. Raises Refusal for a text without blanks, MissingModel.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    with load(OWN) as loaded, load(SMOLLM2) as causal:
        network = loaded.again(_teller(part(report, 0, 0.4), "Masked diffusion"))
        start = presets.start("write", text, network, generator, amount=0)
        manner = Manner(drafts=tries)
        work, account = _by_diffusion(network, start.template, manner, generator)
        whole, blanks, _ = work.result()
        fillings = [blank["words"] for blank in blanks]
        left = causal.again(_teller(part(report, 0.4, 1), "Left to right"))
        foreign = foreign_notes(start.template.parts, network.vocabulary)
        counts = [blank.words or max(1, len(said.split())) for blank, said in zip(start.template.blanks, fillings)]
        numbers = iter(counts)
        parts = [piece if isinstance(piece, str) else next(numbers) for piece in start.template.parts]
        other, its_fillings, its_account = filled(
            left, parts, generator, tries=tries, temperature=manner.temperature, top_p=manner.top_p
        )
        columns = [
            _column("Masked diffusion, both sides seen", whole, fillings, account, left),
            _column("SmolLM2, from left to right", other, its_fillings, its_account, left),
        ]
    return Words(whole, {"kind": "compare", "columns": columns, "asked": counts, **_noted(foreign)})


def _noted(notes: list[str]) -> dict[str, Any]:
    """The notes, where there are any; the page has a sentence of its own where there is none."""
    return {"notes": notes} if notes else {}


def _teller(report: Report, label: str) -> Any:
    count = [0]

    def told() -> None:
        count[0] += 1
        report(Progress(1 - 0.97 ** count[0], 1.0, f"{label}: {count[0]} network calls"))

    return told


def _by_diffusion(network: Masked, template: Template, manner: Manner, generator: Any) -> tuple[Work, Account]:
    """Filled, without looking for alternatives, so that only the filling is counted."""
    started = time.monotonic()
    work = Work(network, template, manner, generator, seek_alternatives=False)
    work.run()
    return work, Account(network.calls, network.pieces, time.monotonic() - started)


def _column(name: str, text: str, fillings: list[str], account: Account, judge: LeftToRight) -> dict[str, Any]:
    spans, at = [], 0
    for said in fillings:
        at = text.index(said, at)
        spans.append({"start": at, "end": at + len(said)})
        at += len(said)
    bits = judge.nats(text) / math.log(2) / max(1, len(text))
    return {"name": name, "text": text, "blanks": spans, "bits_a_character": round(bits, 4), "cost": account.shown()}
