"""Reading a text with blanks: `____` is a word, `[3 words]` is three, `[…]` is as long as it needs, `{braces}` lock words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.core.settings import Refusal

SIGN = re.compile(
    r"(?P<one>_{2,})|\[\s*(?P<count>\d{1,3})\s*words?\s*\]|\[\s*(?P<any>…|\.{3})\s*\]|\{(?P<locked>[^{}\n]*)\}",
    re.IGNORECASE,
)
LONGEST_BLANK = 20
MOST_BLANKS = 60


@dataclass(frozen=True)
class Blank:
    """An open stretch: how many words it wants (None: as many as it needs), and where its sign stands in what was written."""

    words: int | None
    start: int
    end: int


@dataclass
class Template:
    """Fixed text and blanks in turn. `locked` are the stretches, as (part, start, end), that were in braces."""

    parts: list[str | Blank] = field(default_factory=list)
    locked: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def blanks(self) -> list[Blank]:
        """The parts that are to be filled."""
        return [part for part in self.parts if isinstance(part, Blank)]

    def fixed(self) -> str:
        """The text without its blanks."""
        return " ".join(part for part in self.parts if isinstance(part, str))

    def filled(self, fillings: list[str]) -> tuple[str, list[tuple[int, int]]]:
        """The text with a filling in each blank, and where each then stands."""
        text, spans, rest = "", [], iter(fillings)
        for part in self.parts:
            if isinstance(part, str):
                text += part
            else:
                filling = next(rest)
                spans.append((len(text), len(text) + len(filling)))
                text += filling
        return text, spans


def read_template(text: str) -> Template:
    """A written text as a template. Raises Refusal for blanks that are too many or too long; none at all is no error here."""
    template = Template()
    last = 0
    for sign in SIGN.finditer(text):
        _add(template, text[last : sign.start()])
        last = sign.end()
        if sign["locked"] is not None:
            _add(template, sign["locked"], locked=True)
        elif sign["count"] is not None:
            template.parts.append(Blank(_check_count(int(sign["count"])), sign.start(), sign.end()))
        else:
            template.parts.append(Blank(1 if sign["one"] else None, sign.start(), sign.end()))
    _add(template, text[last:])
    if len(template.blanks) > MOST_BLANKS:
        raise Refusal(f"This text has {len(template.blanks)} blanks; fill at most {MOST_BLANKS}.")
    return template


def _check_count(words: int) -> int:
    if not 1 <= words <= LONGEST_BLANK:
        raise Refusal(f"A blank has 1 to {LONGEST_BLANK} words; change [{words} words].")
    return words


def _add(template: Template, text: str, locked: bool = False) -> None:
    """Fixed text goes to the part before it, if that is fixed too."""
    if not text:
        return
    if not template.parts or isinstance(template.parts[-1], Blank):
        template.parts.append("")
    start = len(template.parts[-1])  # type: ignore[arg-type]
    template.parts[-1] += text  # type: ignore[operator]
    if locked:
        template.locked.append((len(template.parts) - 1, start, start + len(text)))
