"""A sentence said in other ways, while the text around it stays."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text
from pipelines.hub.chat import named
from pipelines.infill.parts import asked
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.blanks import SIGN
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.tones import TONES, Tone
from pipelines.infill.score import notes_on
from pipelines.language.minilm import MINILM
from pipelines.media import Words
from pipelines.reading.cards import ENGLISH, WORDNET

if TYPE_CHECKING:
    from pipelines.infill.parts.rewriting import Rewriting

MARKED = re.compile(r"\[\[([^\[\]]{0,2000})\]\]")
SENTENCE = re.compile(r"[^.!?]+[.!?]+[\"”’']*|[^.!?]+$")
LONGEST = 40  # words of a sentence
OFFERS = 6  # whole sentences that the causal model is asked for
SWEEPS = 3


@dataclass(frozen=True)
class Marked:
    """A text in three parts, and the stretches of the sentence, in characters of it, that are locked."""

    before: str
    sentence: str
    after: str
    locked: tuple[tuple[int, int], ...]


@pipeline(models=(OWN, SMOLLM2, MINILM, ENGLISH, WORDNET), hub=True)
def rewrite(
    *,
    text: Annotated[
        str,
        Text(
            label="Text",
            lines=6,
            max_characters=40_000,
            required=True,
            receives=True,
            editor="sentence",
            placeholder="The children used numerous boxes to construct a castle.",
            help="Our models read English only. Mark the sentence to rewrite with [[ ]] if there are several; {braces} lock words.",
        ),
    ],
    tone: Annotated[str, Choice(TONES, help="How the sentence should sound.")] = "same",
    by: Annotated[
        str,
        Choice(
            asked.writers,
            label="Written by",
            help="A language model that the administrator named gets the sentence and the text around it, on the host after its name.",
        ),
    ] = "studio",
    language: Annotated[
        str,
        Choice(asked.LANGUAGES, label="Language", help="Of the wordings.", given="by", offered={"studio": ("same",)}),
    ] = "same",
    words: Annotated[
        int, Range(0, 40, 1, label="At most", more=True, help="Number of words to aim at; 0 leaves it to the tone.")
    ] = 0,
    ways: Annotated[int, Range(1, 5, 1, label="Ways", more=True, help="How many wordings to offer.")] = 3,
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Offers other wordings of one sentence; the text before and after it stays as it is.

    Proposals: synonyms of WordNet in the parser's form, stretches of the parse that may go, a clause that may stand first, searched by
    Gibbs sampling with a falling temperature; and whole sentences by SmolLM2. All are put in order by one log-density: SmolLM2's of the
    sentence in its place, MiniLM's cosine with the original, and the tone (after Liu et al. 2020, UPSA, section 3.1). `Words.detail` has
    the ways and what differs word by word: docs/infill.md. Raises Refusal where no sentence is marked or no wording keeps the meaning.
    """
    import torch

    from pipelines.infill.parts.fill import Manner
    from pipelines.infill.parts.instructed import offers
    from pipelines.infill.parts.lexicon import lexicon_of
    from pipelines.infill.parts.reader import reader_of
    from pipelines.infill.parts.rewriting import Rewriting

    started = time.monotonic()
    marked = read_marked(text)
    if by == "director":
        return _asked(marked, tone, words, language, ways, seed, report)
    if language != "same":
        raise Refusal("Only a language model writes in another language; please choose it under “Written by”.")
    generator = torch.Generator().manual_seed(seed)
    with load(OWN) as network, load(SMOLLM2) as causal, load(MINILM) as encoder:
        if notes_on(marked.sentence, network.vocabulary):
            raise Refusal("Rewriting works for English sentences only.")
        model = causal.again(lambda: report(Progress(0.1, 1, "Collecting wordings")))
        held = [marked.sentence[a:b] for a, b in marked.locked]
        offered = offers(model, marked.sentence, tone, OFFERS, generator, held)
        reader = reader_of(causal, lambda: report(Progress(0.2, 1, "Looking for other words")))
        lexicon = lexicon_of(network.vocabulary, causal.tokenizer)
        work = Rewriting(
            network.again(lambda: None),
            reader,
            encoder,
            lexicon,
            Manner(),
            marked.before,
            marked.sentence,
            marked.after,
            Tone(tone, words),
            marked.locked,
            offered,
        )
        reader.told = lambda: None

        def told(done: int, total: int) -> None:
            report(Progress(0.25 + 0.75 * done / max(1, total), 1, "Trying wordings"))

        found = work.search(ways, SWEEPS, generator, told)
        if not found:
            raise Refusal(
                "No other wording keeps the meaning of this sentence well enough; please try another tone, or unlock words."
            )
        detail = _detail(marked, work, found, network, tone)
    detail["cost"] = {
        "network_calls": model.calls + reader.calls,
        "pieces_read": model.pieces + reader.pieces,
        "seconds": round(time.monotonic() - started, 3),
    }
    return Words(marked.before + found[0][0] + marked.after, detail)


def _asked(marked: Marked, tone: str, words: int, language: str, ways: int, seed: int, report: Report) -> Words:
    """A rewriting by the administrator's language model. Raises Refusal, MissingModel."""
    started = time.monotonic()
    kept, notes, compared = asked.wordings(marked, tone, words, language, seed, report)
    kept = kept[:ways]
    alike: list[float | None] = [None] * len(kept)
    if compared:
        with load(MINILM) as encoder:
            vectors = encoder.sentences([marked.sentence, *kept], pieces=96)
        alike = [round(float(vector @ vectors[0]), 3) for vector in vectors[1:]]
    start = len(marked.before)
    return Words(
        marked.before + kept[0] + marked.after,
        {
            "kind": "rewrite",
            "tone": tone,
            "original": marked.sentence,
            "start": start,
            "end": start + len(kept[0]),
            "ways": [
                {
                    "text": text,
                    "alike": near,
                    "nats": None,
                    "words": len(text.split()),
                    "diff": difference(marked.sentence, text),
                }
                for text, near in zip(kept, alike)
            ],
            "network": (named() or {}).get("name", ""),
            "notes": notes,
            "cost": {"network_calls": 1, "pieces_read": 0, "seconds": round(time.monotonic() - started, 3)},
        },
    )


def read_marked(text: str) -> Marked:
    """The sentence to rewrite and what stands around it. Raises Refusal."""
    found = MARKED.findall(text)
    if len(found) > 1:
        raise Refusal("Please mark one sentence at a time.")
    if not found and "[[" in text:
        raise Refusal("A mark [[ ]] must hold one sentence and end; please mark the sentence again.")
    if found:
        before, sentence, after = MARKED.split(text, maxsplit=1)
    else:
        before, sentence, after = "", text, ""
    lead, tail = len(sentence) - len(sentence.lstrip()), len(sentence.rstrip())
    before, after, sentence = before + sentence[:lead], sentence[tail:] + after, sentence[lead:tail]
    if any(SIGN.search(part) and SIGN.search(part)["locked"] is None for part in (before, sentence, after)):  # type: ignore[index]
        raise Refusal("This text has blanks; please fill them first, with “Fill”.")
    plain, locked = _unlocked(sentence)
    parts = [part for part in SENTENCE.findall(plain) if re.search(r"\w", part)]
    if not parts:
        raise Refusal("There is no sentence here; please write one.")
    if len(parts) > 1 or "\n" in plain:
        raise Refusal("This text has several sentences; please select one and press “Mark the sentence”.")
    if len(plain.split()) > LONGEST:
        raise Refusal(f"This sentence has more than {LONGEST} words; please mark a shorter one.")
    if len(plain.split()) < 3:
        raise Refusal("A sentence of fewer than three words leaves no choice; please mark a longer one.")
    return Marked(_unlocked(before)[0], plain, _unlocked(after)[0], tuple(locked))


def _unlocked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its braces, and where what stood in them is."""
    made, locked, last = "", [], 0
    for found in re.finditer(r"\{([^{}\n]*)\}", text):
        made += text[last : found.start()]
        locked.append((len(made), len(made) + len(found[1])))
        made += found[1]
        last = found.end()
    return made + text[last:], locked


def _detail(
    marked: Marked, work: Rewriting, found: list[tuple[str, float]], network: Masked, tone: str
) -> dict[str, Any]:
    start = len(marked.before)
    notes = notes_on(marked.sentence, network.vocabulary)
    if work.tone.words and len(found[0][0].split()) > work.tone.words:
        notes = [*notes, f"No wording of at most {work.tone.words} words keeps the meaning; these are the shortest."]
    return {
        "kind": "rewrite",
        "tone": tone,
        "original": marked.sentence,
        "start": start,
        "end": start + len(found[0][0]),
        "ways": [
            {
                "text": text,
                "alike": round(work.alike(text), 3),
                "nats": round(value, 2),
                "words": len(text.split()),
                "diff": difference(marked.sentence, text),
            }
            for text, value in found
        ],
        "network": "SmolLM2",
        "notes": notes,
    }


def difference(old: str, new: str) -> list[list[str]]:
    """What became of the words: rows of [sign, words], sign "=" for kept, "-" for taken out, "+" for put in."""
    a, b = old.split(), new.split()
    rows: list[list[str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            rows.append(["=", " ".join(a[a1:a2])])
            continue
        if a1 < a2:
            rows.append(["-", " ".join(a[a1:a2])])
        if b1 < b2:
            rows.append(["+", " ".join(b[b1:b2])])
    return rows
