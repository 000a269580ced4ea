"""Which picture stands for a word. What is drawn for another word is said, with why and what else is near; what has no picture is said too.

A word is drawn as itself when the picture vocabulary has it or a synonym of the same WordNet synset; else as what it is a kind of, at most
FAR steps up; a person as a man, a woman, a boy or a girl. Nothing is ever drawn for another word without a Substitution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.told import Entity

GENERAL = 4  # kinds with no more than so many above them ("artifact") make two words no neighbours
FAR = 4  # steps up the chain that are still honest
VAGUE = frozenset(
    [
        "entity",
        "object",
        "whole",
        "artifact",
        "thing",
        "structure",
        "matter",
        "animal",
        "person",
        "plant",
        "food",
        "device",
        "instrumentality",
        "organism",
        "creature",
        "mountain",
    ]
) - {"mountain"}
OLD = frozenset(["old", "grandmother", "grandma", "granny", "grandfather", "grandpa", "elderly", "aged"])
YOUNG = frozenset(
    [
        "boy",
        "girl",
        "child",
        "kid",
        "son",
        "daughter",
        "baby",
        "brother",
        "sister",
        "young",
        "schoolboy",
        "schoolgirl",
        "maid",
        "pupil",
        "prince_child",
    ]
)


@dataclass(frozen=True)
class Substitution:
    """A word that is drawn as another (`drawn`), or not at all (`drawn` is ""): why, and the nearest words that have a picture."""

    word: str
    drawn: str
    why: str
    nearest: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What the visitor reads."""
        if self.drawn:
            return f"“{self.word}” is drawn as “{self.drawn}”: {self.why}."
        near = f"; the nearest words that have one are {', '.join(self.nearest)}" if self.nearest else ""
        return f"“{self.word}” has no picture here and is left out{near}."


@dataclass(frozen=True)
class Pictures:
    """The words that can be drawn: nouns, and other names of them."""

    nouns: tuple[str, ...]
    names: Mapping[str, str]

    def drawn_for(self, one: Entity, whole: str = "") -> tuple[str, Substitution | None]:
        """The noun that is drawn for an entity ("" for none), and what has to be said about it (None when it is the word itself)."""
        for word in (whole, one.said, one.noun):
            if word in self.nouns:
                return word, None
        word = one.noun
        if one.name and one.kind == "person" and not one.being:
            drawn = self._person(one)
            return drawn, Substitution(
                one.name, drawn, "a name, and nothing else is said of who bears it"
            ) if drawn else None
        same = self._same(word, one.kind)
        if same:
            return same, None
        above = self._above(word, one.kind)
        if above:
            return above, Substitution(one.said, above, f"{_article(word)} is a kind of {above}")
        if narrow := self._narrower(word):
            return narrow, Substitution(one.said, narrow, f"the picture that there is of {_article(word)}")
        if one.kind == "person" and not one.being and (drawn := self._person(one)):
            return drawn, Substitution(
                one.said, drawn, f"{_article(word)} is a person, and there is no picture of this one"
            )
        return "", Substitution(one.said, "", "", self.nearest(word))

    def _same(self, word: str, kind: str) -> str:
        """A noun of the vocabulary in the same synset as one of the word's two commonest senses, or its plural ("grapes")."""
        plurals = (f"{word}s", f"{word}es", f"{word[:-1]}ies" if word.endswith("y") else word)
        if found := next((many for many in plurals if many in self.nouns), ""):
            return found
        for sense in W.senses(word)[:2]:
            if kind in N.FIGURES and sense.file != kind:
                continue
            for other in sense.words:
                if (other := other.replace("_", " ").lower()) in self.nouns:
                    return other
        return ""

    def _above(self, word: str, kind: str) -> str:
        for sense in W.senses(word)[:4]:
            if sense.proper or (kind in N.FIGURES and sense.file != kind):
                continue
            for up, steps in W.chain(sense.number):
                if 0 < steps <= FAR:
                    for other in W.sense(up).words:
                        other = other.replace("_", " ").lower()
                        if other in self.nouns and other not in VAGUE:
                            return other
        return ""

    def _narrower(self, word: str) -> str:
        """A noun of the vocabulary that is a special kind of the word: "sailboat" for a boat, "cheese wedge" for cheese."""
        for noun in self.nouns:
            if (
                " " in noun
                and word in (noun.split()[0], noun.split()[-1])
                and noun.split()[0] not in ("desert", "police", "fire", "race", "light")
            ):
                return noun
        return _kind_of_it(word, self.nouns)

    def _person(self, one: Entity) -> str:
        words = {one.noun, *one.adjectives, one.noun.split()[-1]}
        gender = one.gender or "m"
        if words & OLD:
            first = "old woman" if gender == "f" else "old man"
        elif words & YOUNG or (words & {"little", "small", "young", "tiny"}):
            first = "girl" if gender == "f" else "boy"
        else:
            first = "woman" if gender == "f" else "man"
        plain = "woman" if gender == "f" else "man"
        return next((drawn for drawn in (first, plain) if drawn in self.nouns), "")

    def nearest(self, word: str, most: int = 3) -> tuple[str, ...]:
        """The nouns of the vocabulary that share the nearest common kind with a word, by steps to it."""
        return _nearest(word, self.nouns)[:most]


@lru_cache(maxsize=4000)
def _kind_of_it(word: str, nouns: tuple[str, ...]) -> str:
    """The noun that is nearest below the word's commonest sense: a canoe is a boat; "" when none is near."""
    sense = next((one for one in W.senses(word) if not one.proper), None)
    found: list[tuple[int, int, str]] = []
    for at, noun in enumerate(nouns):
        mine = W.main_sense(noun)
        steps = dict(W.chain(mine.number)).get(sense.number, 99) if mine and sense else 99
        if steps <= 3 and sense is not None and len(W.chain(sense.number)) > GENERAL + 1:
            found.append((steps, at, noun))
    return min(found)[2] if found else ""


@lru_cache(maxsize=4000)
def _nearest(word: str, nouns: tuple[str, ...]) -> tuple[str, ...]:
    senses = [one for one in W.senses(word)[:2] if not one.proper]
    mine = [dict(W.chain(one.number)) for one in senses]
    found: list[tuple[int, str]] = []
    for noun in nouns:
        sense = W.main_sense(noun) or (W.main_sense(noun.split()[-1]) if noun.count(" ") == 1 else None)
        if sense is None:
            continue
        theirs = dict(W.chain(sense.number))
        shared = [(up, one) for up in mine for one in up.keys() & theirs.keys() if len(W.chain(one)) > GENERAL]
        steps = min((up[one] + theirs[one] for up, one in shared), default=99)
        if steps <= 6:
            found.append((steps, noun))
    return tuple(noun for _, noun in sorted(found)[:6])


def _article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def pictures(nouns: Iterable[str]) -> Pictures:
    """A picture vocabulary of these nouns."""
    kept = tuple(dict.fromkeys(one.lower() for one in nouns))
    return Pictures(kept, {noun: noun for noun in kept})
