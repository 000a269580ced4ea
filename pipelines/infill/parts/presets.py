"""What a writer may ask for without setting blanks by hand: each turns plain text into a template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.core.settings import Refusal
from pipelines.infill.parts.blanks import SIGN, Template, read_template
from pipelines.infill.parts.networks import Masked
from pipelines.infill.parts.rules import list_words
from pipelines.language.lexicon import Words

if TYPE_CHECKING:
    from torch import Generator

PRESETS = {
    "write": "As written, with its blanks",
    "finish": "Finish the line",
    "vary": "Vary the scene",
    "title": "Title and tagline",
    "tidy": "Tidy the sentence",
}

ADDED = 6  # words that “Finish the line” adds
CONTENT_ONLY = ("vary", "title")  # no "the" or "of" in place of a thing

TITLES = Words("writing", "titles")  # blanks are one word each, so that a title keeps its shape
TAGLINES = Words("writing", "taglines")

FUNCTION_WORDS = Words("writing", "function words")


@dataclass(frozen=True)
class Start:
    """A template, and what stands before it for the network to read only."""

    template: Template
    context: str = ""
    instead_of: frozenset[str] = frozenset()  # words that were taken out and should not come back
    title: bool = False  # the first line is one: all its words have capitals


def start(preset: str, text: str, network: Masked, generator: Generator, *, amount: float) -> Start:
    """The template that a preset makes of a text. Raises Refusal where it does not fit."""
    if preset == "title":
        return title(text, generator)
    template = read_template(text)
    if preset == "finish":
        return Start(finish(text)) if not template.blanks else Start(template)
    if preset in ("vary", "tidy"):
        if template.blanks:
            raise Refusal("This text has blanks already; choose “As written”, or take them out.")
        chosen = (
            doubtful(template, network, amount)
            if preset == "tidy"
            else choose_varied_words(template, generator, amount)
        )
        if not chosen:
            raise Refusal("No word here could be changed; write a longer sentence or lock fewer words.")
        gone = frozenset(word.text.lower() for word in chosen) if preset == "vary" else frozenset()
        return Start(blank_words(template, chosen), instead_of=gone)
    if not template.blanks:
        raise Refusal("There is no blank yet: write ____ for a word, [3 words] for three, or […].")
    return Start(template)


def finish(text: str) -> Template:
    """The line, six words more, and a full stop."""
    line = text.rstrip()
    joined = line if not line or line[-1] in ",;:—-" or line[-1].isalnum() else line + " "
    return read_template(f"{joined.rstrip()} [{ADDED} words].")


def title(text: str, generator: Generator) -> Start:
    """A title and a line under it, in one of a few shapes; what was written is read as the story's beginning."""
    import torch

    def pick(shapes: Words) -> str:
        return list(shapes)[int(torch.randint(len(shapes), (), generator=generator))]

    about = SIGN.sub("", text).strip()
    return Start(read_template(f"{pick(TITLES)}\n{pick(TAGLINES)}"), context=about, title=True)


@dataclass(frozen=True)
class Word:
    """A word of the fixed text: its part, its characters, and what it says."""

    part: int
    start: int
    end: int
    text: str


def words_of(template: Template) -> list[Word]:
    """The words that are not locked."""
    words = []
    for number, part in enumerate(template.parts):
        if isinstance(part, str):
            for match in re.finditer(r"[^\W\d_]+(?:['’][^\W\d_]+)?", part):
                if not any(n == number and match.start() < e and match.end() > s for n, s, e in template.locked):
                    words.append(Word(number, match.start(), match.end(), match[0]))
    return words


def choose_varied_words(template: Template, generator: Generator, amount: float) -> list[Word]:
    """A share of the content words, drawn by the seed; at least one."""
    import torch

    content = [word for word in words_of(template) if word.text.lower() not in FUNCTION_WORDS]
    count = min(len(content), max(1, round(amount * len(content))))
    chosen = torch.randperm(len(content), generator=generator)[:count].tolist()
    return [content[i] for i in sorted(chosen)]


def doubtful(template: Template, network: Masked, amount: float) -> list[Word]:
    """The words that surprise the network most, none of them the first or the last; the more `amount`, the more of them."""
    from pipelines.infill.score import surprise_of

    text = template.fixed()
    words = words_of(template)
    surprise = {(s.start, s.end): s for s in surprise_of(text, network)}
    inner = [word for word in words if word.start > 0 and word.end < len(text.rstrip(' .!?"”’'))]

    def doubt(word: Word) -> float:
        own = [s for (a, b), s in surprise.items() if a < word.end and b > word.start]
        return sum(s.nats - s.best_nats for s in own)

    ranked = sorted(inner, key=doubt, reverse=True)
    count = max(1, round(amount * len(ranked))) if ranked else 0
    return sorted((word for word in ranked[:count] if doubt(word) > 1.0), key=lambda word: (word.part, word.start))


def blank_words(template: Template, chosen: list[Word]) -> Template:
    """The template with a one-word blank in place of each chosen word."""
    out = []
    for number, part in enumerate(template.parts):
        assert isinstance(part, str)
        text = part
        for word in sorted((w for w in chosen if w.part == number), key=lambda w: -w.start):
            text = text[: word.start] + "____" + text[word.end :]
        out.append(text)
    return read_template("".join(out))


def subject(text: str) -> list[str]:
    """The content words of a text, the first eight of them."""
    return list(dict.fromkeys(word for word in list_words(text) if word not in FUNCTION_WORDS))[:8]
