"""Text with blanks, filled in any order by masked diffusion while the rest stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text, Toggle
from pipelines.infill.parts import presets
from pipelines.infill.parts.autoregressive import BOTH_WAYS, SMOLLM2
from pipelines.infill.parts.blanks import SIGN
from pipelines.infill.parts.english import foreign_notes
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.free_length import FREE_LENGTH
from pipelines.infill.parts.lexicon import lexicon_of
from pipelines.infill.parts.networks import HUB, OWN, Masked, hub_card, needs_code
from pipelines.infill.parts.reader import Reader, reader_of
from pipelines.infill.parts.rules import Taste, list_words, topic_pieces
from pipelines.infill.parts.weighing import Weigher
from pipelines.infill.parts.work import Work
from pipelines.media import Words

if TYPE_CHECKING:
    from torch import Generator


LARGER = tuple(hub_card(repository) for repository in HUB)
NETWORKS = {
    "own": "The studio's own",
    **{name: about + (" (needs its own code)" if needs_code(name) else "") for name, (about, *_) in HUB.items()},
    "other": "Another from the hub",
}
PULL = 1.5  # how strongly the topic counts
DRAFTS = 8  # versions that are made; the best one is kept
Blanks = Annotated[
    str,
    Text(
        label="Text with blanks",
        lines=6,
        max_characters=40_000,
        required=True,
        receives=True,
        editor="blanks",
        placeholder="Snow covered the ____ of the houses.",
        help="English only. ____ is one word, [3 words] three, […] any length.",
    ),
]
Preset = Annotated[str, Choice(presets.PRESETS, label="Do", help="Fill your own blanks, or let the studio set them.")]
Amount = Annotated[
    float,
    Range(
        0.1,
        1,
        0.05,
        label="How much to change",
        help="For “Vary” and “Tidy”: share of the words.",
        more=True,
    ),
]
Topic = Annotated[
    str,
    Text(
        label="Towards",
        max_characters=200,
        placeholder="winter, sea",
        help="Words that the text should be close to.",
        more=True,
    ),
]
Forbidden = Annotated[
    str, Text(label="Must not have", max_characters=1000, help="Words that must not appear.", more=True)
]
Names = Annotated[bool, Toggle(more=True, label="Allow names", help="Names of people and places may be filled in.")]
Network = Annotated[str, Choice(NETWORKS, more=True, help="Larger ones are fetched on the Models tab.")]
Repository = Annotated[
    str,
    Text(
        label="Hub repository",
        help="For “Another from the hub”, such as owner/name.",
        max_characters=1000,
        more=True,
        placeholder="owner/name",
        check=hub_id.check_id,
    ),
]


def _gpu_gb(settings: Mapping[str, Any]) -> float:
    """A GPU is for the networks of the hub: twice their file in memory at most; the studio's own is small."""
    chosen = str(settings.get("network"))
    return 0.0 if chosen == "own" else 2e-3 * HUB[chosen][1] if chosen in HUB else 20.0


@pipeline(models=(OWN, BOTH_WAYS, FREE_LENGTH), optional=(SMOLLM2, *LARGER), hub=True, gpu=_gpu_gb)
def diffuse(
    *,
    text: Blanks,
    preset: Preset = "write",
    amount: Amount = 0.4,
    topic: Topic = "",
    forbidden: Forbidden = "",
    names: Names = False,
    network: Network = "own",
    repository: Repository = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Fills the blanks of a text in any order while the rest stays as it is.

    Masked diffusion (Sahoo et al. 2024, MDLM, sections 3-4): several drafts, the surest place first; a blank that may have any length
    finds it by expanding and deleting (after DreamOn, Wu et al. 2026), or several lengths are drafted; the one with the best bound on the blanks and what stands near them is kept. `Words.detail` lists each blank's
    alternatives with probabilities, every decision with its confidence and runner-up, and the cost: docs/infill.md has its form.
    Then (Xu et al. 2024, EDLM) the draft's blanks are filled again from candidates of both models, by the causal model's
    log-probability of the sentence; single words are proposed by SmolLM2 read both ways (Gong et al. 2024). Raises Refusal for a text without blanks or rules that leave no word, MissingModel.
    """
    import torch

    started = time.monotonic()
    generator = torch.Generator().manual_seed(seed)
    teller = Teller(report)
    finds_length = network == "own" and any(sign["any"] for sign in SIGN.finditer(text))
    with models_of(network, repository, finds_length, teller) as models:
        start = presets.start(preset, text, models.network, generator, amount=amount)
        taste = taste_of(preset, start, forbidden, names)
        towards = list_words(topic) or (presets.subject(text) if start.title else [])
        manner = Manner(
            drafts=DRAFTS,
            taste=taste,
            topic=topic_pieces(towards, models.network.vocabulary),
            strength=PULL if towards else 0.0,
        )
        work = prepare_work(models, start, manner, generator)
        teller.expected = work.expected_calls()
        work.run()
    lengths = "found" if models.free else "side_by_side" if any(sign["any"] for sign in SIGN.finditer(text)) else None
    return result_of(work, start, models, lengths, time.monotonic() - started)


@dataclass
class Teller:
    """Reports each call of a network, out of those that are expected."""

    report: Report
    expected: int = 1
    calls: int = 0

    def __call__(self) -> None:
        self.calls += 1
        done = min(self.calls, self.expected)
        self.report(Progress(done, self.expected, f"Reading and writing: read {self.calls} times"))


@dataclass(frozen=True)
class Models:
    """The masked network, the second reader, and where one is used the network that finds lengths."""

    network: Masked
    reader: Reader
    free: Masked | None


@contextmanager
def models_of(network: str, repository: str, finds_length: bool, told: Callable[[], None]) -> Iterator[Models]:
    """The models that the settings name, loaded; SmolLM2 reads both ways only beside the studio's own network. Raises Refusal, MissingModel."""
    with (
        load(card_of(network, repository)) as masked,
        load(SMOLLM2) as causal,
        load(BOTH_WAYS) if network == "own" else nullcontext() as changes,
        load(FREE_LENGTH) if finds_length else nullcontext() as free,
    ):
        reads = reader_of(causal, told, changes)
        yield Models(masked.again(told), reads, free.again(told) if free is not None else None)


def taste_of(preset: str, start: presets.Start, forbidden: str, names: bool) -> Taste:
    """What the words must be like."""
    unwanted = frozenset(list_words(forbidden)) | start.instead_of
    if preset in presets.CONTENT_ONLY:
        unwanted |= presets.FUNCTION_WORDS
    return Taste(unwanted, names)


def prepare_work(models: Models, start: presets.Start, manner: Manner, generator: Generator) -> Work:
    """The passages of a text, with the networks that fill them."""
    work = Work(models.network, start.template, manner, generator, start.context, start.title, free=models.free)
    lexicon = lexicon_of(models.network.vocabulary, models.reader.tokenizer)
    as_drafted = models.free is not None
    work.weigher = Weigher(models.network, models.reader, lexicon, manner, generator, as_drafted)
    return work


def result_of(work: Work, start: presets.Start, models: Models, lengths: str | None, seconds: float) -> Words:
    """The filled text, and what the page is told of it."""
    filled, blanks, steps = work.result()
    name, vocabulary = models.network.name, models.network.vocabulary
    detail = {
        "kind": "fill",
        "written": start.template.filled([_sign(b.words) for b in start.template.blanks])[0],
        "blanks": blanks,
        "steps": steps,
        "drafts": work.other_drafts(),
        "cost": {**work.cost(), "seconds": round(seconds, 3)},
        "network": name,
        "proposed_by": "SmolLM2, read both ways" if models.reader.changes else name,
        "lengths": lengths,
        "sampler": work.manner.sampler,
        "notes": foreign_notes(start.template.parts, vocabulary),
    }
    return Words(filled, detail)


def one_draft(text: str, sampler: str, seed: int, report: Report) -> tuple[str, list[Any], list[Any], dict[str, float]]:
    """One draft by the studio's own network alone, a place a step: the text, its blanks, its steps and its cost."""
    import torch

    started, generator = time.monotonic(), torch.Generator().manual_seed(seed)
    with load(OWN) as loaded:
        network = loaded.again(teller := Teller(report))
        start = presets.start("write", text, network, generator, amount=0)
        work = Work(network, start.template, Manner(sampler, steps=64, drafts=1), generator)
        teller.expected = work.expected_calls()
        work.run()
    return *work.result(), {**work.cost(), "seconds": round(time.monotonic() - started, 3)}


def card_of(network: str, repository: str) -> ModelCard:
    """The chosen network's card. Raises Refusal where another was chosen and not named."""
    if network == "own":
        return OWN
    if network == "other" and not repository.strip():
        raise Refusal("Name the network, as owner/name.")
    card = hub_card(repository.strip() if network == "other" else network)
    if needs_code(network) and not hub_id.code_commit(hub_id.parse(network)):
        raise Refusal(f"{card.about} needs code of its own, which the administrator must allow; choose another.")
    return card


def _sign(words: int | None) -> str:
    return "[…]" if words is None else "____" if words == 1 else f"[{words} words]"
