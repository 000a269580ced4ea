"""A script as it is written: who says which line and how, sentences, and what stands between signs.

Anna (slowly): It was *not* the wind. [pause 0.5s] Say {Hugo|ˈhjuːɡoʊ} instead.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.narrate.parts.kokoro import Delivery
from pipelines.narrate.parts.written_forms import NEVER_ENDS

LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Style:
    """How a line is spoken: its delivery, loudness in decibels and pauses against the others."""

    delivery: Delivery = field(default_factory=Delivery)
    gain_db: float = 0.0
    pause: float = 1.0
    moods: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def styles() -> Mapping[str, Style]:
    """The ways of speaking by name, as assets/voices/styles.json has them."""
    table = json.loads((ASSETS / "voices" / "styles.json").read_text("utf-8"))
    return {
        name: Style(
            gain_db=style.pop("gain_db", 0.0),
            pause=style.pop("pause", 1.0),
            moods=tuple(style.pop("moods", ())),
            delivery=Delivery(**style),
        )
        for name, style in table.items()
    }


def style_of_mood(mood: str) -> str:
    """How somebody of this mood speaks; "" for a mood that changes nothing."""
    return next((name for name, style in styles().items() if mood in style.moods), "")


_LINE = re.compile(
    r"^\s*([A-ZÀ-ÖØ-Þ\u0904-\u0939\u3040-\u9fff][\w’'.-]*(?: [A-ZÀ-ÖØ-Þ0-9][\w’'.-]*){0,2})\s*(?:\(([a-z]+)\))?\s*(?::\s+|：\s*)(\S.*)$"
)
_INLINE = re.compile(
    r"\[pause(?:\s+([\d.]+)\s*(ms|s)?)?\]|\{([^{}|]+)\|([^{}|]+)\}|(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])",
    re.I,
)
_NO_SIGNS = str.maketrans({"*": None, "{": "(", "}": ")", "[": "(", "]": ")", "|": ","})
NEAR = 400  # characters around a full stop that say whether a sentence ends there
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]*»]*(?=\s|$)|[。！？।]+[”」』）]*\s*")


@dataclass(frozen=True)
class TextSpan:
    """A stretch of a sentence: plain text, a word with its phonemes given, emphasised text, or words in a style of their own."""

    text: str
    phonemes: str = ""
    emphasis: bool = False
    style: str = ""


@dataclass(frozen=True)
class Sentence:
    """What is said in one breath, by whom and how. `pause_seconds` is silence asked for after it; None leaves it to the settings."""

    pieces: tuple[TextSpan, ...]
    speaker: str = ""
    style: str = ""
    pause_seconds: float | None = None
    ends_paragraph: bool = False

    @property
    def text(self) -> str:
        """The words of all pieces of the sentence."""
        return "".join(piece.text for piece in self.pieces).strip()


@dataclass
class Script:
    """A script is a list of sentences with their speakers."""

    sentences: list[Sentence] = field(default_factory=list)

    @property
    def speakers(self) -> list[str]:
        """Names in the order in which they first speak; "" is the narrator of a text without names."""
        return list(dict.fromkeys(sentence.speaker for sentence in self.sentences))


def parse(text: str, cast: frozenset[str] = frozenset(), plain: bool = False) -> Script:
    """Read a script. Raises Refusal where there is nothing to say, or a style or pause that there is not.

    Lines `Name: words` are a dialogue when the cast names them, when the first line and one more are of that form, or when the first says
    how it is spoken: `Name (softly): words`. With `plain` all is one narrator's, and signs of a script are words like others.
    """
    if plain:
        text = text.translate(_NO_SIGNS)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\u00a0", " ")
    lines = text.split("\n")
    named = [match for line in lines if (match := _LINE.match(line))]
    first = next((line for line in lines if line.strip()), "")
    opening = _LINE.match(first)
    dialogue = not plain and opening is not None and (len(named) > 1 or opening[2] in styles())
    script = Script()
    for (speaker, style), paragraph in _paragraphs(lines, dialogue, cast):
        made = list(_sentences(paragraph, speaker, style))
        if made:
            last = made[-1]
            made[-1] = Sentence(last.pieces, speaker, style, last.pause_seconds, ends_paragraph=True)
        script.sentences += made
    if not any(any(sign.isalnum() for sign in sentence.text) for sentence in script.sentences):
        raise Refusal("There are no words in this text; write a sentence.")
    return script


def _paragraphs(lines: list[str], dialogue: bool, cast: frozenset[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Lines of one speaker that belong together, joined; a blank line or a new speaker ends a paragraph."""
    who, paragraph = ("", ""), ""
    for line in [*lines, ""]:
        match = _LINE.match(line)
        if match and (dialogue or match[1].lower() in cast):
            if paragraph:
                yield who, paragraph
            if (style := match[2] or "") and style not in styles():
                raise Refusal(f"A line cannot be spoken “{style}”; it can be {', '.join(styles())}.")
            who, paragraph = (match[1], style), match[3]
        elif not line.strip():
            if paragraph:
                yield who, paragraph
            paragraph = ""
        else:
            paragraph = f"{paragraph} {line.strip()}".strip()
            if dialogue and not match and who == ("", ""):
                who = ("Narrator", "")


def _sentences(paragraph: str, speaker: str, style: str) -> Iterator[Sentence]:
    for stretch, pause in _between_pauses(paragraph):
        parts = list(_split(stretch))
        for number, part in enumerate(parts):
            pieces = tuple(_pieces(part))
            if any(sign.isalnum() for piece in pieces for sign in piece.text):
                yield Sentence(pieces, speaker, style, pause if number == len(parts) - 1 else None)


def _between_pauses(paragraph: str) -> Iterator[tuple[str, float | None]]:
    place = 0
    for match in _INLINE.finditer(paragraph):
        if match[0].lower().startswith("[pause"):
            yield paragraph[place : match.start()], _seconds(match)
            place = match.end()
    yield paragraph[place:], None


def _seconds(match: re.Match[str]) -> float:
    try:
        seconds = float(match[1] or 0.5) * (0.001 if match[2] == "ms" else 1.0)
    except ValueError:
        raise Refusal(f"“{match[0]}” is not a pause; write [pause 0.5s].") from None
    if seconds > LONGEST_PAUSE_SECONDS:
        raise Refusal(f"A pause lasts {LONGEST_PAUSE_SECONDS:g} seconds at most; “{match[0]}” asks for more.")
    return seconds


def _split(stretch: str) -> Iterator[str]:
    """Sentences by their ends; an abbreviation or an initial does not end one."""
    start = 0
    for match in _END.finditer(stretch):
        before = stretch[max(start, match.start() - NEAR) : match.start()].rsplit(None, 1)
        last = before[-1].lstrip("“\"'(*") if before else ""
        rest = stretch[match.end() : match.end() + NEAR].lstrip()
        only_stop = match[0].startswith(".") and not match[0].startswith("..")
        goes_on = last in NEVER_ENDS or re.fullmatch(r"[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]", last) or rest[:1].islower()
        if rest and only_stop and goes_on and not (rest[:1].isupper() and re.fullmatch(r"[ap]\.m", last)):
            continue
        if rest[:1].islower() and match[0][-1] in "\"'”’":  # “Stop!” he said.
            continue
        yield stretch[start : match.end()].strip()
        start = match.end()
    if stretch[start:].strip():
        yield stretch[start:].strip()


def _pieces(sentence: str) -> Iterator[TextSpan]:
    place = 0
    for match in _INLINE.finditer(sentence):
        if match.start() > place:
            yield TextSpan(sentence[place : match.start()])
        if match[3]:
            said = match[4].strip()
            yield (
                TextSpan(match[3].strip(), style=said)
                if said in styles()
                else TextSpan(match[3].strip(), phonemes=said)
            )
        elif match[5]:
            yield TextSpan(match[5], emphasis=True)
        place = match.end()
    if place < len(sentence):
        yield TextSpan(sentence[place:])
