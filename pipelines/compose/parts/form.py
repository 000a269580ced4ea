"""How long and in what order: bars that fill a time exactly, phrases of four bars that return, cadences at their ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

PHRASE = 4


@dataclass(frozen=True)
class Phrase:
    """Four bars (or fewer), of which the first `copied` are heard before at bar `copy`."""

    label: str
    bars: int
    ending: str  # "open", "closed" or "around"
    copy: int | None = None
    copied: int = 0


@dataclass(frozen=True)
class PieceForm:
    """Bars of introduction (accompaniment alone), phrases, and bars of the last chord."""

    intro: int
    phrases: tuple[Phrase, ...]
    outro: int

    @property
    def written(self) -> int:
        """Bars with a written tune, without intro and outro."""
        return sum(p.bars for p in self.phrases)

    @property
    def bars(self) -> int:
        """All bars, with intro and outro."""
        return self.intro + self.written + self.outro

    @property
    def sections(self) -> tuple[int, ...]:
        """Lengths in bars as the model knows them: pairs of phrases."""
        lengths = [p.bars for p in self.phrases]
        paired = [sum(lengths[i : i + 2]) for i in range(0, len(lengths), 2)]
        if len(paired) > 1 and paired[-1] < 8:
            paired[-2:] = [paired[-2] + paired[-1]]
        return tuple(paired)

    def endings(self) -> dict[int, str]:
        """The written bar at which each phrase ends, and how."""
        found, at = {}, 0
        for phrase in self.phrases:
            at += phrase.bars
            found[at - 1] = phrase.ending
        return found

    def label_at(self, bar: int) -> str:
        """The phrase that a bar (of the whole) belongs to; "intro" and "outro" besides."""
        bar -= self.intro
        if bar < 0:
            return "intro"
        for phrase in self.phrases:
            if bar < phrase.bars:
                return phrase.label
            bar -= phrase.bars
        return "outro"


def _letters(count: int) -> list[str]:
    """Labels such as A a' B a': small and primed is a return with a close."""
    short = {
        1: "A",
        2: "A a",
        3: "A B a",
        4: "A a B a",
        5: "A a B b a",
        6: "A a B b A a",
        7: "A a B a C B a",
        8: "A a B a C c B a",
    }
    if count in short:
        return short[count].split()
    blocks = ["A", "a", "B", "a"]
    for i in range(2, 2 + (count - 4) // 4):
        new = "CDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 2) % 6]
        blocks += [new, new.lower(), "B", "a"]
    return blocks + ["B", "b", "a"][: (count % 4)] if count % 4 else blocks


def form_of(bars: int, *, around: bool = False) -> PieceForm:
    """A form of exactly so many bars: phrases of four; one bar over is an introduction, two an echo of the last cadence."""
    rest = bars % PHRASE if bars > PHRASE else 0
    lead, echo = rest % 2, rest // 2 * 2
    count = max(1, (bars - lead - echo) // PHRASE)
    phrases: list[Phrase] = []
    at: dict[str, int] = {}
    place = 0
    for index, letter in enumerate(_letters(count)):
        last = index == count - 1 and not (echo and around)
        length = PHRASE if bars >= PHRASE else bars
        ending = "around" if last and around else "closed" if last or letter.islower() else "open"
        copy, copied = None, 0
        if letter in at:  # heard before: whole, save for a last cadence that may differ
            copy, copied = at[letter], length if not (last and around) else length - 1
        elif letter.upper() in at:
            copy, copied = at[letter.upper()], length // 2
        at.setdefault(letter, place)
        phrases.append(Phrase(letter, length, ending, copy, copied))
        place += length
    if echo and around:
        phrases.append(Phrase("z", echo, "around"))
    elif echo:
        phrases.append(Phrase(phrases[-1].label, echo, "closed", place - echo, echo))
    return PieceForm(lead, tuple(phrases), 0)


def bars_for(seconds: float, bar_seconds: float, *, strict: bool) -> int:
    """How many bars fill `seconds` with a tempo near the one wished for (nearer if `strict`), whole phrases preferred."""
    middle = seconds / bar_seconds
    best, best_cost = 1, math.inf
    for n in range(max(1, int(middle * 0.75)), int(middle * 1.3) + 3):
        off = abs(math.log(n / middle))
        cost = (
            off * (3 if strict else 1)
            + {0: 0.0, 2: 0.05, 1: 0.07, 3: 0.1}[n % 4 if n > 4 else 0]
            + (0.03 if n % 8 else 0)
        )
        if n < 4:
            cost += 0.15
        if cost < best_cost:
            best, best_cost = n, cost
    return best
