"""How long and in what order: bars that fill a time exactly, phrases of four bars that return, cadences at their ends."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from pipelines.core.settings import Refusal

PHRASE = 4
SECTIONS = {  # of a plan: how many bars each has if none are named, and how full its setting is
    "intro": (2, 0),
    "verse": (8, 1),
    "chorus": (8, 2),
    "bridge": (4, 0),
    "solo": (8, 1),
    "ending": (4, 2),
}
MOST_SECTIONS = 16


@dataclass(frozen=True)
class Phrase:
    """Four bars (or fewer), of which the first `copied` are heard before at bar `copy`."""

    label: str
    bars: int
    ending: str  # "open", "closed" or "around"
    copy: int | None = None
    copied: int = 0
    level: int | None = None  # how full its setting is, where a plan says so


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


def read_plan(text: str) -> tuple[tuple[str, int], ...]:
    """Sections with their bars out of “intro 2, verse 8, chorus 8”; bars may be left out. Raises Refusal."""
    sections = []
    for part in re.split(r"[,;\n]+", text.lower()):
        part = " ".join(part.split())
        if not part:
            continue
        match = re.fullmatch(r"([a-z]+) ?(\d{1,2})? ?(?:bars?)?", part)
        if not match or match[1] not in SECTIONS or match[2] == "0":
            raise Refusal(
                f"“{part[:40]}” is not a section; write “intro 2, verse 8, chorus 8” with: {', '.join(SECTIONS)}."
            )
        sections.append((match[1], int(match[2] or SECTIONS[match[1]][0])))
    if len(sections) > MOST_SECTIONS:
        raise Refusal(f"A plan has at most {MOST_SECTIONS} sections.")
    if sections and all(name == "intro" for name, _ in sections):
        raise Refusal("A plan needs a verse or a chorus.")
    return tuple(sections)


def form_of_plan(plan: tuple[tuple[str, int], ...], bars: int, *, around: bool = False) -> PieceForm:
    """A form with the sections of a plan, their bars in the plan's proportions and an even number each. Raises Refusal where the time is too short."""
    shares = _share_bars(plan, bars)
    lead = shares[0] if plan[0][0] == "intro" else 0
    phrases: list[Phrase] = []
    first: dict[str, tuple[int, int]] = {}
    place = 0
    for index, ((name, _), count) in enumerate(zip(plan, shares, strict=True)):
        if index == 0 and lead:
            continue
        last = index == len(plan) - 1
        begin, known = first.setdefault(name, (place, count))
        for start in range(0, count, PHRASE):
            length = min(PHRASE, count - start)
            closes = start + length == count
            ending = (
                "around"
                if closes and last and around
                else "closed"
                if closes and (last or name != "bridge")
                else "open"
            )
            same = begin != place and start + length <= known and (closes == (start + length == known))
            copied = length - (ending == "around") if same else 0
            phrases.append(Phrase(name, length, ending, begin + start if copied else None, copied, SECTIONS[name][1]))
        place += count
    return PieceForm(lead, tuple(phrases), 0)


def _share_bars(plan: tuple[tuple[str, int], ...], bars: int) -> list[int]:
    """So many bars (an even number) in the proportions of a plan, at least two to each; what is over goes to sections that do not return. Raises Refusal."""
    if bars < 2 * len(plan):
        raise Refusal(
            f"{len(plan)} sections need at least {2 * len(plan)} bars, and there are {bars}; ask for more seconds or fewer sections."
        )
    names = [name for name, _ in plan]
    exact = [count * bars / sum(count for _, count in plan) for _, count in plan]
    shares = [max(2, 2 * round(count / 2)) for count in exact]
    while sum(shares) != bars:
        step = 2 if sum(shares) < bars else -2
        able = [i for i, share in enumerate(shares) if share + step >= 2]
        shares[max(able, key=lambda i: (names.count(names[i]) == 1, (exact[i] - shares[i]) * step))] += step
    return shares
