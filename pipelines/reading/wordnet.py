"""WordNet 3.1 (Miller 1995): the senses of a word, how common each is, and what it is a kind of.

The packed file is one sorted text, searched by halves, so that nothing has to be built before the first word: 8 MB in memory. A line of a word is
`n dog<tab>10823:42 54622:0`: senses with how often they were counted; a line of a sense is `#10823<tab>n<tab>5<tab>dog …<tab>numbers above it`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.core.models import load
from pipelines.language.lexicon import Table
from pipelines.reading.cards import WORDNET

# the lexicographer's files of nouns and verbs
FILES = Table("small", "wordnet files")
# endings that are taken off a word that is not found as it is (Morphy, the WordNet manual)
ENDINGS = Table("small", "wordnet endings")

UNSEEN = frozenset(
    ["act", "attribute", "cognition", "event", "feeling", "motive", "process", "quantity", "relation", "state", "time"]
)


@dataclass(frozen=True)
class Sense:
    """One meaning: its number, how often it was counted for the word, its file (`animal`, `artifact`, …), its words, what it is a kind of."""

    number: int
    count: int
    file: str
    words: tuple[str, ...]
    above: tuple[int, ...]

    @property
    def proper(self) -> bool:
        """Whether it is somebody's or a place's own name."""
        return self.words[0][:1].isupper()


@lru_cache(maxsize=1)
def _text() -> str:
    with load(WORDNET) as text:
        return str(text)


def _line(key: str) -> str:
    """The line that begins with a key, without it; "" when there is none. By halves (binary search)."""
    text = _text()
    low, high = text.index("\n\n") + 2, len(text)
    while low < high:
        middle = (low + high) // 2
        start = text.rfind("\n", low - 1, middle) + 1 or low
        end = text.index("\n", start)
        found, _, rest = text[start:end].partition("\t")
        if found == key:
            return rest
        if found < key:
            low = end + 1
        else:
            high = start
    return ""


@lru_cache(maxsize=20_000)
def sense(number: int, count: int = 0) -> Sense:
    """The sense of that number."""
    _, file, words, above = _line(f"#{number:06d}").split("\t")
    return Sense(
        number, count, FILES.get(str(int(file)), file), tuple(words.split(" ")), tuple(int(n) for n in above.split())
    )


@lru_cache(maxsize=20_000)
def senses(word: str, kind: str = "n") -> tuple[Sense, ...]:
    """The meanings of a word as a noun (n) or verb (v), the commonest first; empty when it is unknown."""
    line = _line(f"{kind} {word.lower().replace(' ', '_')}")
    return tuple(sense(int(at), int(count)) for at, count in (one.split(":") for one in line.split()))


@lru_cache(maxsize=20_000)
def count_of(word: str, kind: str) -> int:
    """How often a word was counted with this kind, and one more; 0 for a word that is none of the kind."""
    line = _line(f"{kind} {word.lower().replace(' ', '_')}")
    return 1 + sum(int(one.split(":")[1]) for one in line.split()) if line else 0


def base(word: str, kind: str) -> str:
    """The dictionary's form of a regular word, the commonest where there are several ("rides" is of ride, not of rid); "" if unknown."""
    word = word.lower()
    forms = (
        {word: 4 * count_of(word, kind)} if not (kind == "n" and word.endswith("s")) else {word: count_of(word, kind)}
    )
    for ending, instead in ENDINGS[kind]:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            form = word[: len(word) - len(ending)] + instead
            forms[form] = max(forms.get(form, 0), count_of(form, kind))
            if len(form) > 3 and form[-1] == form[-2] and ending in ("ed", "ing"):
                forms[form[:-1]] = count_of(form[:-1], kind)
    best = max(forms, key=lambda form: forms[form])
    return best if forms[best] else ""


@lru_cache(maxsize=20_000)
def chain(number: int) -> tuple[tuple[int, int], ...]:
    """All that a sense is a kind of: (number, steps up), itself first, nearest first."""
    steps_to, edge, steps = {number: 0}, [number], 0
    while edge:
        steps += 1
        edge = [up for one in edge for up in sense(one).above if up not in steps_to]
        steps_to.update({up: steps for up in edge if up not in steps_to})
    return tuple(steps_to.items())


@lru_cache(maxsize=20_000)
def is_a(word: str, what: str, most: int = 1) -> bool:
    """Whether one of the word's `most` commonest noun senses is a kind of `what` (any sense of it)."""
    wanted = {one.number for one in senses(what)}
    return any(up in wanted for one in senses(word)[:most] for up, _ in chain(one.number))


def unseen(word: str) -> bool:
    """Whether what a word means cannot be seen: its two commonest senses are feelings, states, thoughts and the like."""
    found = senses(base(word, "n") or word)[:2]
    return bool(found) and all(one.file in UNSEEN for one in found)


@lru_cache(maxsize=2000)
def place_named(name: str) -> bool:
    """Whether the commonest meaning of a name is a place's own name: a city, a country, a planet, a river."""
    first = next(iter(senses(name)), None)
    return first is not None and first.proper and first.file in ("location", "object")


@lru_cache(maxsize=2000)
def time_named(name: str) -> bool:
    """Whether the commonest meaning of a name is a day, a feast or another time."""
    first = next(iter(senses(name)), None)
    return first is not None and first.file == "time"


@lru_cache(maxsize=20_000)
def names_nothing(word: str) -> bool:
    """Whether a word is known and never a noun: an adverb ("sometimes") or an adjective."""
    return not base(word, "n") and bool(count_of(word, "r") or count_of(word, "a"))
