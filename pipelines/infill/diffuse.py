"""Text with blanks, filled in any order by masked diffusion while the rest stays as it is."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Annotated, Any

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text, Toggle
from pipelines.infill.parts import presets
from pipelines.infill.parts.autoregressive import SMOLLM2, causal_card
from pipelines.infill.parts.blanks import SIGN
from pipelines.infill.parts.both_ways import BOTH_WAYS
from pipelines.infill.parts.english import foreign_notes
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.free_length import FREE_LENGTH
from pipelines.infill.parts.lexicon import lexicon_of
from pipelines.infill.parts.networks import HUB, OWN, hub_card, needs_code
from pipelines.infill.parts.reader import reader_of
from pipelines.infill.parts.rules import Taste, listed, topic_pieces
from pipelines.infill.parts.weighing import Weigher
from pipelines.infill.parts.work import Work
from pipelines.media import Words

LARGER = tuple(hub_card(repository) for repository in HUB)
NETWORKS = {
    "own": "The studio's own",
    **{name: about + (" (needs its own code)" if needs_code(name) else "") for name, (about, *_) in HUB.items()},
    "other": "Another from the hub",
}
LENGTHS = {"found": "Found by a network trained for it", "side_by_side": "1 to 8 words are tried side by side"}
PROPOSALS = {"both_ways": "SmolLM2, read both ways", "small": "The studio's small network"}
SAMPLERS = {
    "confidence": "Surest first",
    "entropy": "Lowest entropy first",
    "margin": "Widest margin first",
    "ancestral": "Ancestral, as trained",
    "first_hitting": "First hitting, one at a time in random order",
    "remasking": "Remasking: may take words back",
}


def _gpu_gb(settings: Mapping[str, Any]) -> float:
    """A GPU is for the networks of the hub: twice their file in memory at most; the studio's own is small."""
    chosen = str(settings.get("network"))
    return 0.0 if chosen == "own" else 2e-3 * HUB[chosen][1] if chosen in HUB else 20.0


@pipeline(models=(OWN, BOTH_WAYS, FREE_LENGTH), optional=(SMOLLM2, *LARGER), hub=True, gpu=_gpu_gb)
def diffuse(
    *,
    text: Annotated[
        str,
        Text(
            label="Text with blanks",
            lines=6,
            max_characters=40_000,
            required=True,
            receives=True,
            editor="blanks",
            placeholder="Snow covered the ____ of the houses.",
            help="English only. ____ is one word, [3 words] is three, […] is as long as it needs, {braces} lock words.",
        ),
    ],
    preset: Annotated[
        str, Choice(presets.PRESETS, label="Do", help="Fill your own blanks, or let the studio set them.")
    ] = "write",
    words: Annotated[int, Range(2, 20, 1, label="Words to add", help="For “Finish the line”.")] = 6,
    amount: Annotated[
        float,
        Range(
            0.1,
            1,
            0.05,
            label="How much to change",
            help="For “Vary the scene” and “Tidy the sentence”: share of its words.",
        ),
    ] = 0.4,
    topic: Annotated[
        str,
        Text(
            label="Towards",
            max_characters=200,
            placeholder="winter, sea",
            help="Words that the filled text should be close to.",
        ),
    ] = "",
    pull: Annotated[
        float, Range(0, 4, 0.1, label="Pull", help="How strongly these words count; 0 turns this off.")
    ] = 1.5,
    required: Annotated[
        str, Text(label="Must have", max_characters=200, help="Words that must appear in the blanks.")
    ] = "",
    forbidden: Annotated[
        str, Text(label="Must not have", max_characters=1000, help="Words that must not appear.")
    ] = "",
    picture_words: Annotated[
        bool, Toggle(label="Picture words only", help="Only words that the studio's picture model knows.")
    ] = False,
    names: Annotated[
        bool, Toggle(more=True, label="Allow names", help="Names of people and places may be filled in.")
    ] = False,
    sampler: Annotated[
        str, Choice(SAMPLERS, label="Order", more=True, help="Which blank places are decided first.")
    ] = "confidence",
    steps: Annotated[
        int,
        Range(
            1,
            64,
            1,
            more=True,
            help="With as many steps as places, one place is decided at a time. Fewer steps are faster and rougher.",
        ),
    ] = 32,
    block: Annotated[
        int,
        Range(
            0,
            16,
            1,
            label="Block",
            more=True,
            help="Places in a block, filled from left to right; 0 fills in any order.",
        ),
    ] = 0,
    temperature: Annotated[float, Range(0, 2, 0.05, more=True, help="0 always takes the likeliest word.")] = 0.8,
    top_p: Annotated[
        float, Range(0.1, 1, 0.05, label="Nucleus", more=True, help="Only the likeliest words that make up this share.")
    ] = 0.9,
    repetition: Annotated[
        float,
        Range(
            0,
            5,
            0.1,
            label="Against repetition",
            more=True,
            help="How strongly words that the text already contains are avoided (in nats).",
        ),
    ] = 1.0,
    tries: Annotated[
        int,
        Range(
            1,
            24,
            1,
            label="Drafts",
            more=True,
            scales_time=True,
            help="How many versions are made; the best one is kept.",
        ),
    ] = 8,
    choices: Annotated[
        int, Range(1, 12, 1, label="Alternatives", more=True, help="How many to list for each blank.")
    ] = 6,
    energy: Annotated[
        bool,
        Toggle(
            label="Second reader",
            more=True,
            help="SmolLM2 proposes words too, reads each candidate's whole sentence and puts them in order.",
        ),
    ] = True,
    proposals: Annotated[
        str,
        Choice(
            PROPOSALS,
            label="Single words proposed by",
            more=True,
            help="A network or a second reader of your choice proposes its own words.",
        ),
    ] = "both_ways",
    lengths: Annotated[
        str,
        Choice(
            LENGTHS,
            label="Length of […]",
            more=True,
            help="The trained network writes longer ones. Required words and other networks are always tried side by side.",
        ),
    ] = "found",
    at_most: Annotated[
        float,
        Range(
            0,
            600,
            1,
            label="At most, in seconds",
            more=True,
            help="The search ends after this time, at the next blank; 0 is no limit. With a limit, results depend on the machine.",
        ),
    ] = 0,
    network: Annotated[str, Choice(NETWORKS, more=True, help="Larger ones are fetched on the Models tab.")] = "own",
    repository: Annotated[
        str,
        Text(
            label="Hub repository",
            help="For “Another from the hub”; a model that needs code of its own is refused.",
            max_characters=1000,
            more=True,
            placeholder="owner/name",
            check=hub_id.checked,
        ),
    ] = "",
    reader: Annotated[
        str,
        Text(
            label="Second reader's repository",
            help="A causal model of a hub with Llama's or Mistral's layers, read on the processor; empty is SmolLM2 135M.",
            max_characters=1000,
            more=True,
            placeholder="HuggingFaceTB/SmolLM2-1.7B",
            check=hub_id.checked,
        ),
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Fills the blanks of a text in any order while the rest stays as it is.

    Masked diffusion (Sahoo et al. 2024, MDLM, sections 3-4): several drafts by the chosen sampler; a blank that may have any length
    finds it by expanding and deleting (after DreamOn, Wu et al. 2026), or several lengths are drafted; the one with the best bound on the blanks and what stands near them is kept. `Words.detail` lists each blank's
    alternatives with probabilities, every decision with its confidence and runner-up, and the cost: docs/infill.md has its form.
    With `energy` (Xu et al. 2024, EDLM) the draft's blanks are then filled again from candidates of both models, by the causal model's
    log-probability of the sentence; single words are proposed by SmolLM2 read both ways (Gong et al. 2024). Raises Refusal for a text without blanks or rules that leave no word, MissingModel.
    """
    import torch

    started = time.monotonic()
    generator = torch.Generator().manual_seed(seed)
    second = causal_card(reader)
    both = proposals == "both_ways" and energy and network == "own" and second is SMOLLM2
    open_length = any(sign["any"] for sign in SIGN.finditer(text))
    found = lengths == "found" and network == "own" and not listed(required) and open_length
    with (
        load(card_of(network, repository)) as loaded,
        load(second) if energy else nullcontext() as causal,
        load(BOTH_WAYS) if both else nullcontext() as changes,
        load(FREE_LENGTH) if found else nullcontext() as free,
    ):
        calls = [0, 1]

        def told() -> None:
            calls[0] += 1
            report(Progress(min(calls[0], calls[1]), calls[1], f"Reading and writing: read {calls[0]} times"))

        asked = loaded.again(told)
        start = presets.start(preset, text, asked, generator, words=words, amount=amount)
        v = asked.vocabulary
        unwanted = frozenset(listed(forbidden)) | start.instead_of
        if preset in presets.CONTENT_ONLY:
            unwanted |= presets.FUNCTION_WORDS
        taste = Taste(unwanted, presets.picture_words() if picture_words else None, names, repetition)
        towards = listed(topic) or (presets.subject(text) if start.title else [])
        manner = Manner(
            sampler, steps, temperature, top_p, block, tries, choices, taste=taste,
            topic=topic_pieces(towards, v), strength=pull if towards else 0.0, required=tuple(listed(required)),
        )  # fmt: skip
        work = Work(asked, start.template, manner, generator, start.context, start.title)
        work.until = started + at_most if at_most else math.inf
        work.free = free.again(told) if free is not None else None
        if causal is not None:
            lexicon = lexicon_of(asked.vocabulary, causal.tokenizer)
            work.weigher = Weigher(asked, reader_of(causal, told, changes), lexicon, manner, generator, found)
        calls[1] = work.expected_calls()
        work.run()
    filled, blanks, steps_shown = work.result()
    detail = {
        "kind": "fill",
        "written": start.template.filled([_sign(b.words) for b in start.template.blanks])[0],
        "blanks": blanks,
        "steps": steps_shown,
        "drafts": work.other_drafts(),
        "cost": {
            **work.cost(),
            "seconds": round(time.monotonic() - started, 3),
        },
        "network": asked.name,
        "proposed_by": PROPOSALS["both_ways"] if both else asked.name,
        "lengths": ("found" if found else "side_by_side") if open_length else None,
        "sampler": sampler,
        "notes": foreign_notes(start.template.parts, asked.vocabulary) + work.notes(),
    }
    return Words(filled, detail)


def card_of(network: str, repository: str) -> ModelCard:
    """The chosen network's card. Raises Refusal where another was chosen and not named."""
    if network == "own":
        return OWN
    if network == "other" and not repository.strip():
        raise Refusal("Please name the hub repository of the network, as owner/name.")
    card = hub_card(repository.strip() if network == "other" else network)
    if needs_code(network) and not hub_id.code_commit(hub_id.parse(network)):
        raise Refusal(
            f"{card.about} needs Python code of its own, which runs here only when this studio's administrator allows it; please choose another network."
        )
    return card


def _sign(words: int | None) -> str:
    return "[…]" if words is None else "____" if words == 1 else f"[{words} words]"
