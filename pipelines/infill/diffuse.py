"""Text with blanks, filled in any order by masked diffusion while the rest stays as it is."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core import hub_ids as hub_id
from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text, Toggle
from pipelines.infill.parts import presets
from pipelines.infill.parts.autoregressive import SMOLLM2, causal_card
from pipelines.infill.parts.blanks import Template
from pipelines.infill.parts.fill import Alternative, Draft, Manner, alternatives, drafts
from pipelines.infill.parts.lexicon import lexicon_of
from pipelines.infill.parts.networks import HUB, OWN, Masked, hub_card, needs_code
from pipelines.infill.parts.passage import Item, Passage, items_of, passages, with_fillings
from pipelines.infill.parts.reader import reader_of
from pipelines.infill.parts.rules import Taste, listed, topic_pieces
from pipelines.infill.parts.vocabulary import laid_out
from pipelines.infill.parts.weighing import Weigher
from pipelines.infill.score import notes_on
from pipelines.media import Words

if TYPE_CHECKING:
    from torch import Generator

LARGER = tuple(hub_card(repository) for repository in HUB)
NETWORKS = {
    "own": "The studio's own",
    **{name: about + (" (needs its own code)" if needs_code(name) else "") for name, (about, *_) in HUB.items()},
    "other": "Another from the hub",
}
SAMPLERS = {
    "confidence": "Surest first",
    "entropy": "Lowest entropy first",
    "margin": "Widest margin first",
    "ancestral": "Ancestral, as trained",
    "first_hitting": "First hitting, one at a time in random order",
    "remasking": "Remasking: may take words back",
}
ROOM = 12  # pieces that a blank of any length is reckoned with


def _gpu_gb(settings: Mapping[str, Any]) -> float:
    """A GPU is for the networks of the hub: twice their file in memory at most; the studio's own is small."""
    chosen = str(settings.get("network"))
    return 0.0 if chosen == "own" else 2e-3 * HUB[chosen][1] if chosen in HUB else 20.0


@pipeline(models=(OWN,), optional=(SMOLLM2, *LARGER), hub=True, gpu=_gpu_gb)
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

    Masked diffusion (Sahoo et al. 2024, MDLM, sections 3-4): several drafts by the chosen sampler, of several lengths where a blank
    may have any; the one with the best bound on the blanks and what stands near them is kept. `Words.detail` lists each blank's
    alternatives with probabilities, every decision with its confidence and runner-up, and the cost: docs/infill.md has its form.
    With `energy` (Xu et al. 2024, EDLM) the draft's blanks are then filled again from candidates of both models, by the causal model's
    log-probability of the sentence. Raises Refusal for a text without blanks or rules that leave no word, MissingModel.
    """
    import torch

    started = time.monotonic()
    generator = torch.Generator().manual_seed(seed)
    with load(card_of(network, repository)) as loaded, load(causal_card(reader)) if energy else nullcontext() as causal:
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
        if causal is not None:
            lexicon = lexicon_of(asked.vocabulary, causal.tokenizer)
            work.weigher = Weigher(asked, reader_of(causal, told), lexicon, manner, generator)
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
            "network_calls": asked.calls + (work.weigher.reader.calls if work.weigher else 0),
            "pieces_read": asked.pieces + (work.weigher.reader.pieces if work.weigher else 0),
            "seconds": round(time.monotonic() - started, 3),
        },
        "network": asked.name,
        "sampler": sampler,
        "notes": notes_on(start.template.fixed(), asked.vocabulary),
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


@dataclass
class Work:
    """All passages of a text, filled one after the other; what is filled is context for what follows."""

    network: Masked
    template: Template
    manner: Manner
    generator: Generator
    context: str = ""  # text that is read before it and not shown
    title: bool = False  # words of the first line have capitals
    seek_alternatives: bool = True
    weigher: Weigher | None = None  # fills again what the network drafted
    fillings: dict[int, tuple[int, ...]] = field(default_factory=dict)
    found: dict[int, list[Alternative]] = field(default_factory=dict)
    kept: list[tuple[Passage, list[Draft]]] = field(default_factory=list)

    def run(self) -> None:
        """Fill everything."""
        words = {i: blank.words for i, blank in enumerate(self.template.blanks)}
        room = {i: ROOM if count is None else count + 1 + count // 4 for i, count in words.items()}
        items = items_of(self.template, self.network.vocabulary)
        if self.context:
            items = [*self._context(sum(room.values()) + len(items)), *items]
        for passage in passages(items, self.network.limit - 2, room):
            now = Passage(tuple(with_fillings(passage.items, self.fillings)))
            manner = self.manner
            if self.weigher and [words[b] for b in now.blanks] == [1]:
                manner = replace(manner, drafts=1)  # one word does not depend on the draft
            made = drafts(self.network, now, words, manner, self.generator)
            weigher = None if self.manner.required else self.weigher  # required words stay where they were put
            if weigher:
                best, found = weigher.refilled(now, made, words, self.sides)
                self.found.update(found)
                made = [best, *(other for other in made if other.fillings != best.fillings)]
                if len(now.blanks) == 1 and words[now.blanks[0]] == 1:
                    made = [best]
            for blank in now.blanks if self.seek_alternatives and not weigher else ():
                self.found[blank] = alternatives(
                    self.network, now, made[0], blank, words[blank], self.manner, self.generator, made[1:]
                )
            self.fillings.update(made[0].fillings)
            self.kept.append((now, made))

    def sides(self, blank: int, fillings: Mapping[int, Sequence[int]]) -> tuple[str, str]:
        """The text before a blank and after it, with these fillings and those of earlier passages; up to a blank that has none."""
        filled = {**self.fillings, **fillings}
        text, number, before = "", 0, ""
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
                continue
            if number == blank:
                before, text = text, ""
            elif number in filled:
                text += self.shown(filled[number], text or before)[0]
            elif number > blank:
                break
            number += 1
        lead = self.context + "\n" if self.context else ""
        return lead + before, text

    def _context(self, used: int) -> list[Item]:
        v = self.network.vocabulary
        pieces = [Item(piece.id) for piece in v.encode(self.context)][: max(0, self.network.limit - 4 - used)]
        return [*pieces, *(Item(i) for i in v.paragraph)]

    def shown(self, pieces: Sequence[int], before: str) -> tuple[str, list[tuple[int, int]]]:
        """A filling as it reads after `before`, and where each piece stands in it."""
        text, spans = laid_out(pieces, self.network.vocabulary, before)
        if self.title and "\n" not in before:
            text = re.sub(r"\b[a-z]", lambda found: found[0].upper(), text)
        return text, spans

    def expected_calls(self) -> int:
        """About how many network calls a run takes, for progress."""
        blanks = self.template.blanks
        places = sum(blank.words or 6 for blank in blanks)
        rows = places * 2 * self.manner.drafts * self.manner.orders // 64
        return max(4, min(places, self.manner.steps) + rows + sum(3 if b.words == 1 else 12 for b in blanks))

    def result(self) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
        """The filled text, its blanks and its steps as JSON."""
        text, blanks, places = "", [], {}
        number = 0
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
                continue
            shown, spans = self.shown(self.fillings[number], text)
            blanks.append({
                "blank": number, "start": len(text), "end": len(text) + len(shown), "asked": part.words, "words": shown,
                "alternatives": [self._alternative(other, text) for other in self.found.get(number, ())],
            })  # fmt: skip
            places[number] = [(len(text) + a, len(text) + b) for a, b in spans]
            text, number = text + shown, number + 1
        return text, blanks, self._steps(places)

    def _alternative(self, other: Alternative, before: str) -> dict[str, Any]:
        import math

        shown = self.shown(other.pieces, before)[0]
        return {
            "words": shown,
            "probability": _rounded(math.exp(other.log_p)),
            "share": round(other.share, 4),
            "pieces": len(other.pieces),
        }

    def _steps(self, places: dict[int, list[tuple[int, int]]]) -> list[dict[str, Any]]:
        """Every decision in its order; passages follow each other."""
        texts = self.network.vocabulary.texts
        out, base = [], 0
        for _, made in self.kept:
            events = [
                (event.step, blank, slot, event) for blank, found in made[0].events.items() for slot, event in found
            ]
            number = {step: base + 1 + k for k, step in enumerate(sorted({step for step, *_ in events}))}
            for step, blank, slot, event in sorted(events, key=lambda item: item[:3]):
                a, b = places[blank][slot]
                row: dict[str, Any] = {"step": number[step], "blank": blank, "place": slot, "start": a, "end": b}
                if event.piece < 0:
                    out.append({**row, "masked_again": True})
                else:
                    runner = texts[event.runner_up] if event.runner_up_confidence > 0 else ""
                    out.append({
                        **row, "piece": texts[event.piece], "confidence": round(event.confidence, 4), "runner_up": runner,
                        "runner_up_confidence": round(event.runner_up_confidence, 4), "entropy_bits": round(event.entropy_bits, 2),
                    })  # fmt: skip
            base += len(number)
        return out

    def other_drafts(self) -> list[dict[str, Any]]:
        """Whole fillings that were drawn, best first; only where the text is one passage, and the first is the result itself."""
        if len(self.kept) != 1:
            return []
        out = []
        for draft in self.kept[0][1]:
            shown = self._text_of(draft.fillings)
            out.append({"text": shown, "nats_a_piece": round(draft.nats_a_piece, 3)})
        return out

    def _text_of(self, fillings: Mapping[int, Sequence[int]]) -> str:
        text, number = "", 0
        for part in self.template.parts:
            if isinstance(part, str):
                text += part
            else:
                text, number = text + self.shown(fillings[number], text)[0], number + 1
        return text


def _sign(words: int | None) -> str:
    return "[…]" if words is None else "____" if words == 1 else f"[{words} words]"


def _rounded(chance: float) -> float:
    return float(f"{chance:.3g}")
