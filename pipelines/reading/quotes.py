"""A story cut into sentences, with the words in quotation marks set aside.

A parser that reads `"Where are you going?" asked the wolf.` loses its way in the question. So each quotation is kept apart, and a single
"Yes" stands in its place while the sentence around it is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.reading.spelling import corrections

STAND_IN = "Yes"
QUOTED = re.compile(
    r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|(?<![\w’'])‘([^’]{1,2000}(?:’[a-z][^’]{0,2000}){0,20})’(?!\w)"
    r"|(?<![\w’'])'(?=[A-Z])((?:[^'\n]|'(?=[a-z])){1,2000}?)'(?:(?=[,.!?])|(?<=[,.!?…]'))(?!\w)"  # 'Run!' cried Ben
)
ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|No|Capt)\.$")


@dataclass
class Piece:
    """One sentence of the story: `masked` is what is parsed; `marks` says how far its offsets lie behind those of the story."""

    text: str
    at: int
    masked: str
    quotes: list[tuple[int, int, str]] = field(default_factory=list)  # offset in masked, offset in the story, text
    shifts: list[tuple[int, int]] = field(default_factory=list)  # from this offset in masked on, add this

    def place(self, offset: int) -> int:
        """An offset in `masked` as one in the story."""
        return self.at + offset + next((by for start, by in reversed(self.shifts) if offset >= start), 0)


def pieces_of(story: str) -> list[Piece]:
    """The sentences of a story, in order."""
    text, spans = _set_aside(story)
    pieces: list[Piece] = []
    start = 0
    for end in _ends(text, spans):
        raw = text[start:end]
        begin = start + len(raw) - len(raw.lstrip())
        raw = raw.strip()
        if raw:
            pieces.append(_piece(story, begin, raw, spans))
        start = end
    return pieces


def _set_aside(story: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The story with quotations blanked out letter by letter, and where they are."""
    spans, text = [], list(story)
    for match in QUOTED.finditer(story):
        inside = next(part for part in match.groups() if part is not None)
        spans.append((match.start(), match.end(), inside.strip()))
        for at in range(match.start() + 1, match.end() - 1):
            text[at] = "_"
    return "".join(text), spans


def _ends(text: str, spans: list[tuple[int, int, str]]) -> list[int]:
    """Where sentences end: after . ! ? and before a capital, at a line's end, and after a quotation that ends like a sentence."""
    closing = {end: said[-1:] in ".!?…" for _, end, said in spans}
    ends = []
    for match in re.finditer(r"[.!?…]{1,8}[)’”\"']{0,4}(?=\s|$)|\n\s*|(?<=[\"”’'])(?=\s)", text):
        at = match.end()
        after = text[at:].lstrip()
        if match[0] == "" and not closing.get(at):
            continue
        if not match[0].startswith("\n"):
            if after[:1].islower() or ABBREVIATED.search(text[:at]):
                continue
            if match[0] == "" and _is_reported(after):
                continue
        ends.append(at)
    return [*ends, len(text)]


SAID = (
    "said|says|asked|asks|cried|cries|answered|answers|shouted|shouts|called|calls|whispered|whispers|replied|replies|laughed|laughs|explained|explains|yelled|yells|"
    "screamed|screams|sighed|sighs|growled|roared|sang|sings|added|adds|begged|begs|muttered|mutters|exclaimed|wondered|wonders|thought|thinks|told|tells"
)
REPORTED = re.compile(
    rf"(?:(?:[A-Z][\w’'-]{{0,30}}\.?|the|my|our|his|her|their|a|an|old|little|and) ){{1,4}}(?:[a-z]{{1,20}} ){{0,2}}(?:{SAID})\b"
)


def _is_reported(after: str) -> bool:
    """Whether `"Come!" Jack said.` goes on after the quotation: a name or pronoun and a verb of saying."""
    return bool(REPORTED.match(after))


def _piece(story: str, begin: int, raw: str, spans: list[tuple[int, int, str]]) -> Piece:
    end = begin + len(raw)
    piece = Piece(story[begin:end], begin, "")
    out, at = "", begin
    for start, stop, words in spans:
        if not begin <= start < end:
            continue
        out += story[at:start]
        mark = words[-1:] if words[-1:] in ",.!?" else ""
        more = story[stop:end].strip()
        mark = "." if not more else ("," if mark in ("!", "?", ".") or mark == "," else "")
        piece.quotes.append((len(out), start, words))
        out += f'"{STAND_IN}{mark}"'
        at = stop
        piece.shifts.append((len(out), at - begin - len(out)))
    piece.masked = out + story[at:end]
    return _correct_spelling(piece)


def _correct_spelling(piece: Piece) -> Piece:
    """The piece with misspelt words put right in what is parsed; where its words stand in the story stays known."""
    for at, word, meant in reversed(list(corrections(piece.masked))):
        more = len(meant) - len(word)
        piece.masked = piece.masked[:at] + meant + piece.masked[at + len(word) :]
        piece.quotes = [(spot + more if spot > at else spot, where, said) for spot, where, said in piece.quotes]
        before = next((by for start, by in reversed(piece.shifts) if at + len(word) >= start), 0)
        later = [(start + more, by - more) for start, by in piece.shifts if start > at]
        piece.shifts = (
            [shift for shift in piece.shifts if shift[0] <= at]
            + [(at + len(meant), before - more)] * bool(more)
            + later
        )
    return piece
