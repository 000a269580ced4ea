"""A sentence made shorter, or said in other ways by a language model that is named, while the text around it stays."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated, Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text
from pipelines.hub.chat import name_model
from pipelines.infill.parts import asked
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.blanks import SIGN
from pipelines.infill.parts.english import is_foreign
from pipelines.infill.parts.networks import own_vocabulary
from pipelines.language.minilm import MINILM
from pipelines.media import Words
from pipelines.reading.cards import ENGLISH, WORDNET

MARKED = re.compile(r"\[\[([^\[\]]{0,2000})\]\]")
SENTENCE = re.compile(r"[^.!?]+[.!?]+[\"”’']*|[^.!?]+$")
LONGEST = 40  # words of a sentence
WAYS = 3  # wordings that are offered


@dataclass(frozen=True)
class Marked:
    """A text in three parts, and the stretches of the sentence, in characters of it, that are locked."""

    before: str
    sentence: str
    after: str
    locked: tuple[tuple[int, int], ...]


@pipeline(models=(SMOLLM2, MINILM, ENGLISH, WORDNET), hub=True)
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
            help="English only. Mark one of several sentences with [[ ]].",
        ),
    ],
    by: Annotated[
        str,
        Choice(
            asked.writers,
            label="Written by",
            help="Another host may receive the text.",
        ),
    ] = "studio",
    tone: Annotated[
        str,
        Choice(asked.TONES, help="How the sentence should sound.", given="by", offered={"studio": ("shorter",)}),
    ] = "shorter",
    language: Annotated[
        str,
        Choice(asked.LANGUAGES, label="Language", help="Of the wordings.", given="by", offered={"studio": ("same",)}),
    ] = "same",
    words: Annotated[
        int, Range(0, 40, 1, label="At most", more=True, help="Number of words; 0 leaves it to the tone.")
    ] = 0,
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """Offers shorter wordings of one sentence, or others by a language model; the text before and after it stays as it is.

    Stretches of the parse that may go are left out in all combinations, and what is left is put in order by SmolLM2's log-probability of the
    sentence in its place and MiniLM's cosine with the original (after Liu et al. 2020, UPSA, section 3.1). `Words.detail` has the ways and
    what differs word by word: docs/infill.md. Raises Refusal where no sentence is marked or no wording keeps the meaning, MissingModel.
    """
    started = time.monotonic()
    marked = read_marked(text)
    if by == "director":
        texts, notes = asked.wordings(marked, tone, words, language, seed, report)
        ways = [_way(marked, text) for text in texts[:WAYS]]
        return _result(marked, tone, ways, str((name_model() or {}).get("name", "")), notes, started)
    if language != "same":
        raise Refusal("Only a language model writes in another language; choose it under “Written by”.")
    if tone != "shorter":
        raise Refusal("Another tone needs a language model under “Written by”.")
    return _shorter(marked, words, started, report)


def _shorter(marked: Marked, words: int, started: float, report: Report) -> Words:
    """Shorter wordings by our own models. Raises Refusal, MissingModel."""
    from pipelines.infill.parts.reader import reader_of
    from pipelines.infill.parts.shorter import shorten_sentence

    if is_foreign(marked.sentence, own_vocabulary().known or {}):
        raise Refusal("Rewriting works for English sentences only.")
    with load(SMOLLM2) as causal, load(MINILM) as encoder:
        reader = reader_of(causal, lambda: report(Progress(0.5, 1, "Trying wordings")))
        before, sentence, after = marked.before, marked.sentence, marked.after
        wordings = shorten_sentence(sentence, before, after, marked.locked, words, reader, encoder, WAYS)
        reader.told = lambda: None
    if not wordings:
        raise Refusal("No shorter wording keeps the meaning; unlock words, or write it again.")
    ways = [_way(marked, w.text, round(w.alike, 3), round(w.nats, 2)) for w in wordings]
    notes = []
    if words and ways[0]["words"] > words:
        notes = [f"No wording of at most {words} words keeps the meaning; these are the shortest."]
    return _result(marked, "shorter", ways, "SmolLM2", notes, started, reader.calls, reader.pieces)


def _way(marked: Marked, text: str, alike: float | None = None, nats: float | None = None) -> dict[str, Any]:
    """A wording as the page draws it."""
    return {
        "text": text,
        "alike": alike,
        "nats": nats,
        "words": len(text.split()),
        "diff": difference(marked.sentence, text),
    }


def _result(
    marked: Marked,
    tone: str,
    ways: list[dict[str, Any]],
    network: str,
    notes: list[str],
    started: float,
    calls: int = 1,
    pieces: int = 0,
) -> Words:
    """The text with the first wording in the sentence's place, and what the page is told of it."""
    start, first = len(marked.before), ways[0]["text"]
    detail = {
        "kind": "rewrite",
        "tone": tone,
        "original": marked.sentence,
        "start": start,
        "end": start + len(first),
        "ways": ways,
        "network": network,
        "notes": notes,
        "cost": {"network_calls": calls, "pieces_read": pieces, "seconds": round(time.monotonic() - started, 3)},
    }
    return Words(marked.before + first + marked.after, detail)


def read_marked(text: str) -> Marked:
    """The sentence to rewrite and what stands around it. Raises Refusal."""
    marks = MARKED.findall(text)
    if len(marks) > 1:
        raise Refusal("Mark one sentence at a time.")
    if not marks and "[[" in text:
        raise Refusal("A mark [[ ]] must hold one sentence; mark it again.")
    if marks:
        before, sentence, after = MARKED.split(text, maxsplit=1)
    else:
        before, sentence, after = "", text, ""
    lead, tail = len(sentence) - len(sentence.lstrip()), len(sentence.rstrip())
    before, after, sentence = before + sentence[:lead], sentence[tail:] + after, sentence[lead:tail]
    if any(SIGN.search(part) and SIGN.search(part)["locked"] is None for part in (before, sentence, after)):  # type: ignore[index]
        raise Refusal("Fill the blanks first, with “Fill”.")
    plain, locked = _without_braces(sentence)
    parts = [part for part in SENTENCE.findall(plain) if re.search(r"\w", part)]
    if not parts:
        raise Refusal("There is no sentence here; write one.")
    if len(parts) > 1 or "\n" in plain:
        raise Refusal("This text has several sentences; select one and press “Mark the sentence”.")
    if len(plain.split()) > LONGEST:
        raise Refusal(f"This sentence has more than {LONGEST} words.")
    if len(plain.split()) < 3:
        raise Refusal("A sentence needs three words; mark a longer one.")
    return Marked(_without_braces(before)[0], plain, _without_braces(after)[0], tuple(locked))


def _without_braces(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its braces, and where what stood in them is."""
    plain, locked, last = "", [], 0
    for found in re.finditer(r"\{([^{}\n]*)\}", text):
        plain += text[last : found.start()]
        locked.append((len(plain), len(plain) + len(found[1])))
        plain += found[1]
        last = found.end()
    return plain + text[last:], locked


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
