"""What of a sentence may change: words that have others in their place, stretches that may go, and one that may stand first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.infill.parts.gibbs import State
from pipelines.infill.parts.lexicon import VOWEL, Lexicon

CONTENT = ("NOUN", "VERB", "ADJ", "ADV")
NEGATIONS = frozenset(
    "no not never none nobody nothing neither nor without hardly scarcely barely cannot n't nowhere only if unless few little".split()  # noqa: SIM905
)
POINTING = frozenset(
    "next last first second third only same other own such former previous following many much more most few less enough several all both half "  # noqa: SIM905
    "ago late early too so back away out up off down over together along".split()
)  # words that say which, how many or where to: without them the sentence says something else
OPTIONAL = ("advmod", "amod", "prep", "npadvmod", "advcl", "relcl", "appos", "intj", "acl", "quantmod", "nmod")
MOVABLE = ("prep", "advcl", "npadvmod", "advmod")
NEEDED_BY = (
    "of",
    "to",
    "by",
    "than",
    "as",
    "at",
    "with",
)  # prepositions that their word often cannot do without, as long as it is a verb or adjective
MOST_SLOTS, MOST_DROPS = 12, 8


@dataclass(frozen=True)
class Token:
    """A word or mark, and whether a space follows it."""

    text: str
    spaced: bool
    name: bool = False  # keeps its capital wherever it stands


@dataclass(frozen=True)
class Slot:
    """A place with what may stand there, the original first; or a gap before a place, whose first option is nothing."""

    at: int
    options: tuple[str, ...]
    gap: bool = False


@dataclass
class Frame:
    """A sentence and its choices, in this order: each slot's word, each stretch's going (0 or 1), and which stretch stands first (0: none)."""

    tokens: tuple[Token, ...]
    slots: list[Slot] = field(default_factory=list)
    drops: list[tuple[int, int]] = field(default_factory=list)
    fronts: list[tuple[int, int, bool]] = field(default_factory=list)  # a stretch, and whether a comma follows it

    @property
    def options(self) -> tuple[int, ...]:
        """How many options each choice has."""
        return (*(len(slot.options) for slot in self.slots), *(2 for _ in self.drops), 1 + len(self.fronts))

    @property
    def unchanged(self) -> State:
        """Return the state in which every place keeps its first option."""
        return (0,) * len(self.options)

    def gone(self, state: State) -> set[int]:
        """Numbers of the tokens that are left out."""
        went = state[len(self.slots) : -1]
        return {k for (a, b), off in zip(self.drops, went) if off for k in range(a, b)}

    def text(self, state: State) -> str:
        """The sentence with these choices, its spaces, capitals, commas and a or an put right."""
        words = {slot.at: slot.options[k] for slot, k in zip(self.slots, state) if not slot.gap}
        added = {slot.at: slot.options[k] for slot, k in zip(self.slots, state) if slot.gap and k}
        gone = self.gone(state)
        order = list(range(len(self.tokens)))
        comma = -1
        if state[-1]:
            a, b, marked = self.fronts[state[-1] - 1]
            order = [*range(a, b), *range(a), *range(b, len(self.tokens))]
            comma = b - 1 if marked else -1
        parts: list[tuple[str, bool, bool]] = []
        for k in order:
            if k in gone:
                continue
            token = self.tokens[k]
            if k in added:
                parts.append((added[k], True, False))
            closing = k == len(self.tokens) - 1 and not token.text[:1].isalnum()
            parts.append(
                (
                    words.get(k, token.text) + ("," if k == comma else ""),
                    token.spaced or k == comma or (state[-1] > 0 and not closing),
                    token.name,
                )
            )
        return tidied(parts)


def tidied(parts: Sequence[tuple[str, bool, bool]]) -> str:
    """Words with (text, a space follows, is a name) as a sentence."""
    shown: list[str] = []
    for k, (text, spaced, name) in enumerate(parts):
        low = text.lower()
        if k == 0:
            text = text[:1].upper() + text[1:]
        elif not name and text[:1].isupper() and text != "I" and not text.startswith("I'"):
            text = text[:1].lower() + text[1:]
        if low in ("a", "an") and k + 1 < len(parts):
            fits = "an" if VOWEL.match(parts[k + 1][0].lower()) else "a"
            text = fits.capitalize() if text[:1].isupper() else fits
        shown.append(text + (" " if spaced else ""))
    made = "".join(shown).strip()
    made = " ".join(made.split())
    made = re.sub(r" ([,;:.!?])", r"\1", made)
    made = re.sub(r"(?:, ?){1,4}([.!?;:])", r"\1", made)
    made = re.sub(r"(?:, ?){2,4}", ", ", made)
    return re.sub(r"^\W{0,3}, ?", "", made)


def frame_of(
    doc: Any,
    locked: Callable[[int, int], bool],
    candidates: Callable[[int], Sequence[str]],
    additions: Callable[[int], Sequence[str]],
    lexicon: Lexicon,
    *,
    dropping: bool,
    adding: bool,
    small: bool = False,
) -> Frame:
    """The frame of a parsed sentence. `locked(start, end)` tells whether characters may not change; `candidates(i)` and `additions(i)` give
    words for a place and for the gap before it. `dropping` lets stretches go (`small`: only those without a noun or verb), `adding` lets words in."""
    tokens = tuple(Token(t.text, bool(t.whitespace_), _is_name(t)) for t in doc)
    held = {
        t.i for t in doc if locked(t.idx, t.idx + len(t.text)) or _is_name(t) or t.lower_ in NEGATIONS or t.like_num
    }
    frame = Frame(tokens)
    places = [
        t.i
        for t in doc
        if t.pos_ in CONTENT
        and t.i not in held
        and t.lower_ in lexicon.index
        and len(t) > 1
        and t.lower_ not in LIGHT
        and t.dep_ not in ("aux", "auxpass", "prt", "mark")
    ]
    for place in places[:MOST_SLOTS]:
        own = tokens[place].text.lower()
        others = [word for word in candidates(place) if word != own]
        if others:
            frame.slots.append(Slot(place, (tokens[place].text, *others)))
    if adding:
        for t in doc:
            plain = t.pos_ == "NOUN" and not any(c.dep_ in ("amod", "compound", "nummod") for c in t.children)
            if (
                plain
                and t.i not in held
                and t.i
                and doc[t.i - 1].pos_ in ("DET", "PRON")
                and len(frame.slots) < MOST_SLOTS + 3
            ):
                words = additions(t.i)
                if words:
                    frame.slots.append(Slot(t.i, ("", *words), gap=True))
    if dropping:
        drops = _droppable(doc, held)
        frame.drops = [(a, b) for a, b in drops if not small or not any(t.pos_ in ("NOUN", "VERB") for t in doc[a:b])][
            :MOST_DROPS
        ]
    frame.fronts = _movable(doc, held)
    return frame


LIGHT = frozenset(
    [
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "am",
        "have",
        "has",
        "had",
        "do",
        "does",
        "did",
        "done",
        "doing",
        "go",
        "goes",
        "went",
        "get",
        "gets",
        "got",
        "very",
        "so",
        "too",
        "then",
        "there",
        "here",
        "when",
        "how",
        "why",
        "where",
    ]
)


def _is_name(token: Any) -> bool:
    return token.pos_ == "PROPN" or (
        token.i > 0 and token.text[:1].isupper() and token.text != "I" and not token.is_sent_start
    )


def _span(token: Any) -> tuple[int, int] | None:
    """The stretch of a word and all that hangs on it, where it is in one piece; with a comma before it, if one closes it off."""
    numbers = sorted(t.i for t in token.subtree)
    a, b = numbers[0], numbers[-1] + 1
    return (a, b) if b - a == len(numbers) else None


def _droppable(doc: Any, held: set[int]) -> list[tuple[int, int]]:
    found = []
    for t in doc:
        if t.dep_ == "cc" and t.head.dep_ != "ROOT":
            continue
        if t.dep_ not in OPTIONAL or (
            t.dep_ == "prep" and t.lower_ in NEEDED_BY and t.head.pos_ in ("VERB", "ADJ", "AUX")
        ):
            continue
        if t.dep_ in ("amod", "advmod", "quantmod", "nmod") and (
            t.lower_ in POINTING or t.tag_ in ("JJR", "JJS", "RBR", "RBS")
        ):
            continue
        if t.dep_ == "advmod" and (t.tag_ in ("WRB", "RP") or t.head.dep_ == "neg"):
            continue
        if (t.dep_ == "prep" and t.lower_ == "of") or (
            t.dep_ == "advmod" and t.head.pos_ == "AUX" and t.lower_ in ("there", "here")
        ):
            continue
        span = _span(t)
        if span is None or any(k in held for k in range(*span)):
            continue
        a, b = span
        if a and doc[a - 1].text == "," and (b == len(doc) or doc[b].is_punct):
            a -= 1
        if b - a < len(doc) - 3:
            found.append((a, b))
    return sorted(set(found), key=lambda span: (span[0] - span[1], span))


def _movable(doc: Any, held: set[int]) -> list[tuple[int, int, bool]]:
    """Stretches at the end of the main clause that may stand first: "because …", "after dinner", "slowly"."""
    root = next((t for t in doc if t.dep_ == "ROOT"), None)
    if (
        root is None
        or not any(c.dep_ in ("nsubj", "nsubjpass") and c.i < root.i for c in root.children)
        or doc[-1].text == "?"
    ):
        return []
    if doc[0].dep_ in MOVABLE or any(
        c.dep_ in MOVABLE and c.i < min(k.i for k in root.children) for c in root.children
    ):
        return []
    found = []
    for t in root.children:
        if (
            t.dep_ not in MOVABLE
            or t.i < root.i
            or (t.dep_ == "advmod" and t.tag_ != "RB")
            or t.lower_ in ("of", "to", "by", "not", "too", "so")
        ):
            continue
        span = _span(t)
        if span is None or (t.dep_ == "advmod" and span[1] - span[0] > 2):
            continue
        a, b = span
        rest = [k for k in range(b, len(doc)) if not doc[k].is_punct]
        if rest or (t.dep_ == "prep" and b - a < 3):
            continue
        found.append((a, b, True))
    return found[:2]
