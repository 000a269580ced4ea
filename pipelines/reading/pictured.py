"""Which picture stands for a word. What is drawn for another word is said, with why and what else is near; what has no picture is said too.

A word is drawn as itself when the picture vocabulary has it or a synonym of the same WordNet synset; else as what it is a kind of, at most
FAR steps up; a person as a man, a woman, a boy or a girl. Nothing is ever drawn for another word without a Substitution.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.language.compounds import PLAIN, compound_of
from pipelines.language.lexicon import Table, Words
from pipelines.props import record
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import senses as S
from pipelines.reading import wordnet as W
from pipelines.reading.told import Entity
from pipelines.scenes.performers import BEASTS
from pipelines.scenes.words import HELD_IN

GENERAL = 4  # kinds with no more than so many above them ("artifact") make two words no neighbours
ALIKE = 0.86  # words that are less alike are no choice for one another
FAR = 4  # steps up the chain that are still honest
VAGUE = Words("nouns", "drawn vague")
OLD = Words("nouns", "drawn old")
SAME_ROLE = Table("nouns", "drawn same role")  # one calling in two words
STRANGE = Words("nouns", "drawn strange")
COMMONEST = Table("nouns", "drawn commonest")
YOUNG = Words("nouns", "drawn young")


SEEN = frozenset(["artifact", "food", "object", "plant", "animal", "person", "substance", "body"])
KEPT_IN = "what it is kept in"


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
        if self.why:
            return f"“{self.word}” is left out: {self.why}."
        near = f"; the nearest words that have one are {', '.join(self.nearest)}" if self.nearest else ""
        return f"“{self.word}” has no picture here and is left out{near}."


@dataclass(frozen=True)
class Pictures:
    """The words that can be drawn: nouns, and other names of them."""

    nouns: tuple[str, ...]
    names: Mapping[str, str]

    def drawn_for(self, entity: Entity) -> tuple[str, Substitution | None]:
        """The noun that is drawn for an entity ("" for none), and what has to be said about it (None when it is the word itself)."""
        if (by_role := self._by_role(entity)) is not None:
            return by_role
        for word in () if _is_given_name(entity) else (entity.said, entity.noun):
            if word in self.nouns:
                other = compound_of(entity.said) and word not in entity.said
                return word, Substitution(entity.said, word, _picture_of(entity.said)) if other else None
        own = entity.noun == entity.name.lower() and entity.noun not in given.KIN  # "Anna", but not "Mother"
        if entity.noun == "i" or (entity.name and entity.kind == "person" and not entity.being and own):
            drawn = self._person(entity)
            why = "who tells the story" if entity.noun == "i" else "the story does not say who this is"
            return drawn, Substitution(entity.name, drawn, why) if drawn else None
        word = entity.noun
        if same := self._same(word, entity.kind):
            return same, None
        if entity.kind == "animal" and word in BEASTS and (beast := self._animal(entity)) is not None:
            return beast
        for drawn, why in self._stand_ins(word, entity.kind):
            if drawn in self.nouns:
                return drawn, Substitution(entity.said, drawn, why, () if why == KEPT_IN else self.nearest(word))
        if entity.kind == "animal" and (beast := self._animal(entity)) is not None:
            return beast
        if entity.kind == "person" and not entity.being and (drawn := self._person(entity)):
            shown = _article(drawn) if N.gender_of(entity.noun) else "a person, and there is no picture of this one"
            return drawn, Substitution(entity.name or entity.said, drawn, f"{_article(word)} is {shown}")
        near = () if N.kind_of(entity.noun) == "body" else self.nearest(entity.noun)
        return "", Substitution(entity.said, "", "", near)

    def _stand_ins(self, word: str, kind: str) -> Iterator[tuple[str, str]]:
        """What can be drawn for a word that has no picture of its own, the nearest first, and why; "" where there is nothing of a sort."""
        picture, thing = _picture_of(word), kind not in N.FIGURES
        if thing:
            yield "" if word in COMMONEST else self.names.get(word, ""), picture
            yield COMMONEST.get(word, ""), picture
        narrow = "" if word in PLAIN else self._narrower(word)  # no child is a birthday child
        # no cleaner is a vacuum cleaner, and no tea is a tea master
        yield narrow if narrow and (N.kind_of(narrow) in N.FIGURES) is not thing else "", picture
        if kind == "animal":
            if N.YOUNG_OF.get(word, "") in self.nouns:
                return  # a calf is shown as what it grows into
            yield _kind_of_it(word, self.nouns, "animal"), picture
        above = self._above(word, kind)
        yield above, f"{_article(word)} is a kind of {above}"
        if thing:
            yield _kind_of_it(word, self.nouns), picture
        yield HELD_IN.get(word, ""), KEPT_IN

    def _by_role(self, entity: Entity) -> tuple[str, Substitution | None] | None:
        """What somebody works as, a toy that is called by an animal's name, a name or a calling of two words; None for anything else."""
        if entity.works_as:
            drawn, about = self.drawn_for(
                replace(entity, noun=entity.works_as, said=entity.works_as, works_as="", name="")
            )
            if drawn and drawn not in PLAIN:
                key = entity.name or entity.said
                return drawn, about or Substitution(key, drawn, "the work that the story names")
        if entity.noun in ("man", "woman", "lady", "gentleman") and set(entity.adjectives) & OLD:
            drawn = self._person(entity)
            return drawn, Substitution(entity.name or entity.said, drawn, f"an old {entity.noun}") if drawn else None
        if (role := SAME_ROLE.get(entity.noun, "")) in self.nouns and entity.kind == "person":
            about = Substitution(
                entity.name or entity.said, role, f"the picture that there is of {_article(entity.noun)}"
            )
            return role, about if role in ("king", "queen") else None
        return None

    def _animal(self, entity: Entity) -> tuple[str, Substitution | None] | None:
        """The nearest animal, or a monster for a strange one; None where none is near."""
        strange = entity.noun == "creature" or (entity.noun in ("animal", "beast") and set(entity.adjectives) & STRANGE)
        if strange and "monster" in self.nouns:
            return "monster", Substitution(
                entity.said, "monster", f"the picture that there is of {_article(entity.noun)}"
            )
        parent = N.YOUNG_OF.get(entity.noun, "")
        drawn = parent if parent in self.nouns else BEASTS.get(entity.noun, ("",))[0]
        if drawn not in self.nouns:
            return None
        return drawn, Substitution(
            entity.name or entity.said, drawn, "the nearest animal that has a picture", self.nearest(entity.noun)
        )

    def _same(self, word: str, kind: str) -> str:
        """The noun whose picture shows one of the meanings of the word, or its plural ("grapes")."""
        plurals = (f"{word}s", f"{word}es", f"{word[:-1]}ies" if word.endswith("y") else word)
        if plural := next((many for many in plurals if many in self.nouns), ""):
            return plural
        shown = S.pictures_of(self.nouns)
        return next((shown[one.number] for one in S.meant_by(word, kind) if one.number in shown), "")

    def _above(self, word: str, kind: str) -> str:
        """The noun whose picture shows what the word is a kind of, by meanings only."""
        shown = S.pictures_of(self.nouns)
        for sense in S.meant_by(word, kind):
            for up, steps in W.chain(sense.number):
                noun = shown.get(up, "")
                if 0 < steps <= FAR and noun and noun not in VAGUE:
                    return noun
        return ""

    def _narrower(self, word: str) -> str:
        """A noun of the vocabulary that is the word with more said of it: "delivery truck" for a truck, "cheese wedge" for cheese."""
        ends = [noun for noun in self.nouns if noun.count(" ") == 1 and compound_of(noun) is None]
        ends = [noun for noun in ends if not record(noun).whole]
        end = next((noun for noun in ends if noun.split()[-1] == word), "")
        return end or next(
            (
                noun
                for noun in ends
                if noun.split()[0] == word and not W.senses(noun) and not W.senses(" ".join(noun.split()[:2]))
            ),
            "",
        )

    def _person(self, entity: Entity) -> str:
        compound = compound_of(entity.noun)
        words = {
            entity.noun,
            *entity.adjectives,
            entity.noun.split()[-1],
            *entity.said.lower().split(),
            *(compound.draw if compound else ()),
        }
        gender = entity.gender or ("f" if entity.noun == "i" else "m")
        if words & OLD or W.is_a(entity.noun, "old person"):
            pair = ("grandmother", "grandfather")
        elif "baby" in words:
            pair = ("baby", "baby")
        elif words & YOUNG or words & {"little", "small", "young", "tiny"} or W.is_a(entity.noun, "juvenile"):
            pair = ("girl", "boy")
        else:
            pair = ("woman", "man")
        return next(
            (drawn[gender != "f"] for drawn in (pair, ("woman", "man")) if drawn[gender != "f"] in self.nouns), ""
        )

    def nearest(self, word: str, most: int = 3) -> tuple[str, ...]:
        """The nouns of the vocabulary that are most like a word; none where none is near."""
        return _nearest(word, self.nouns)[:most]


def _is_given_name(entity: Entity) -> bool:
    """Whether nothing is known of a person but a given name: Robin is no bird, and Rose no flower."""
    bare = bool(entity.name) and entity.kind == "person" and not entity.being and entity.noun == entity.name.lower()
    return bare and N.gender_of_name(entity.name) is not None


@lru_cache(maxsize=4000)
def _kind_of_it(word: str, nouns: tuple[str, ...], kind: str = "") -> str:
    """The noun that is nearest below the word's commonest sense: a canoe is a boat; "" when none is near."""
    sense = next(iter(S.meant_by(word, kind)), None)
    candidates: list[tuple[int, int, str]] = []
    for at, noun in enumerate(nouns):
        mine = S.shown_by(noun)
        steps = dict(W.chain(mine.number)).get(sense.number, 99) if mine and sense else 99
        if steps <= 2 and sense is not None and len(W.chain(sense.number)) > GENERAL + 1:
            candidates.append((steps, at, noun))
    return min(candidates)[2] if candidates else ""


@lru_cache(maxsize=4000)
def _nearest(word: str, nouns: tuple[str, ...]) -> tuple[str, ...]:
    """The nouns that are most alike by Wu and Palmer 1994 (eq. 1), none below ALIKE: who has no towel is not offered a bridge."""
    seen = [sense for sense in W.senses(word)[:4] if not sense.proper and sense.file in S.SEEN]
    kind = N.kind_of(word)
    fitting = [one for one in seen if (one.file if one.file in ("person", "animal") else "thing") == kind]
    senses = (fitting or seen)[:2] or [sense for sense in W.senses(word)[:2] if not sense.proper]
    candidates: list[tuple[float, int, str]] = []
    for at, noun in enumerate(nouns):
        other = S.shown_by(noun) or (S.shown_by(noun.split()[-1]) if noun.count(" ") == 1 else None)
        alike = max((_alike(sense, other) for sense in senses), default=0.0) if other is not None else 0.0
        if alike >= ALIKE:
            candidates.append((-alike, at, noun))
    return tuple(noun for _, _, noun in sorted(candidates)[:6])


def _alike(sense: W.Sense, other: W.Sense) -> float:
    """How alike two senses are, from 0 to 1 (Wu and Palmer 1994, eq. 1); 0 for a person beside a thing and where they share no narrow kind."""
    living = ("person", "animal")
    if (sense.file in living or other.file in living) and sense.file != other.file:
        return 0.0
    mine, theirs = dict(W.chain(sense.number)), dict(W.chain(other.number))
    shared = ((len(W.chain(up)), mine[up] + theirs[up]) for up in mine.keys() & theirs.keys())
    return max((2 * depth / (2 * depth + steps) for depth, steps in shared if depth > GENERAL), default=0.0)


def _picture_of(word: str) -> str:
    return f"the picture that there is of {_article(word)}"


def _article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def pictures(nouns: Iterable[str], names: Mapping[str, Sequence[str]] | None = None) -> Pictures:
    """A picture vocabulary of these nouns; `names` has other words for some of them."""
    kept = tuple(dict.fromkeys(one.lower() for one in nouns))
    others = {word: noun for noun, words in (names or {}).items() for word in words}
    return Pictures(kept, others | {noun: noun for noun in kept})
