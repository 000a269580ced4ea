"""Compounds and set phrases that mean something else than their words: a hot dog is no dog (`assets/words/compounds/KIND.json`).

The table says what is drawn, which nouns are not meant, and the place, hour and weather. Several and one are alike, verbs bend, "her" is anybody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.language.doings import VERB_FORMS, verb_of
from pipelines.language.lexicon import Table, Words
from pipelines.language.plurals import IRREGULAR, singular

FOLDER = ASSETS / "words" / "compounds"
ENDINGS = Table("small", "wordnet endings")
ANYBODY = Words("small", "anybody")
READ_AS = Table(
    "small", "compounds read as"
)  # kind -> the sure words that a parser reads: one, several; of a verb its forms
FIGURES = Table("small", "compounds of figures")
PLAIN = Words("nouns", "drawn plain")  # people of no profession
ANIMALS = frozenset(path.stem.replace("-", " ") for path in (ASSETS / "animals").glob("*.json"))
DEFINITE, BEFORE_ONE = Words("small", "definite"), ("a", "an", "and")
DEED, ANYBODYS, HERE = "deeds", "*", ""  # HERE: in the tree, where a compound ends


@dataclass(frozen=True)
class Compound:
    """What a compound means: `draw` is empty where nothing is drawn; `unmeant` are nouns that are not; `place` is the name of a place."""

    words: str
    kind: str
    draw: tuple[str, ...] = ()
    unmeant: tuple[str, ...] = ()
    place: str = ""
    hour: str = ""
    weather: str = ""
    verb: str = ""  # what a deed means

    @property
    def noun(self) -> str:
        """The plainest noun or verb for it: the place, what is drawn, the verb of a deed that is meant; else itself."""
        if self.kind == DEED:
            verb = self.words.split()[0]
            return self.verb or (self.words if verb in self.unmeant else verb)
        if self.kind == "people" and set(self.draw) <= set(PLAIN):
            return self.words  # a class clown is a boy only where nothing else is known
        return self.place if self.kind == "places" and self.place else next(iter(self.draw), self.words)

    @property
    def seen_as(self) -> str:
        """person, animal, place or thing; "" for what cannot be seen."""
        return FIGURES.get(self.kind, "thing" if self.draw else "")


@dataclass(frozen=True)
class Found:
    """A compound in a sentence: the numbers of its first word and of the word behind it, and whether there are several."""

    start: int
    end: int
    compound: Compound
    several: bool = False


def find_compounds(words: Sequence[str]) -> list[Found]:
    """The compounds in the words of a sentence, the longest where several begin at a word; none overlaps another."""
    parts = [(part, number) for number, word in enumerate(words) for part in _parts(word)]
    result: list[Found] = []
    at = 0
    while at < len(parts):
        end, compound, several = _longest(parts, at)
        titles = sum(words[number].istitle() for _, number in parts[at:end])
        cut = all(parts[edge][1] != parts[edge - 1][1] for edge in (at, end) if 0 < edge < len(parts))
        named = at and titles not in (0, max(2, end - at))  # a cow may be called Bluebell; "their dog Biscuit"
        if compound is not None and cut and not (named and compound.words.islower()) and not _is_clause(parts, at, end):
            several = compound.kind == "groups" or (several and singular(compound.noun) == compound.noun)
            result.append(Found(parts[at][1], parts[end - 1][1] + 1, compound, several))
        at = max(end, at + 1)
    return result


@lru_cache(maxsize=20_000)
def compound_of(text: str) -> Compound | None:
    """The compound that a text is from its first word to its last; None for any other text."""
    found = find_compounds([text])
    return found[0].compound if found else None


@lru_cache(maxsize=1)
def compounds() -> tuple[Compound, ...]:
    """All compounds of the table."""
    tables = ((file.stem, json.loads(file.read_text("utf-8"))) for file in sorted(FOLDER.glob("*.json")))
    rows = ((kind, words, dict(row)) for kind, table in tables for words, row in table.items())
    return tuple(
        Compound(words, kind, tuple(row.pop("draw", ())), tuple(row.pop("not", ())), **row) for kind, words, row in rows
    )


@lru_cache(maxsize=1)
def _tree() -> dict[str, Any]:
    """The first words of all compounds, each with the words that may follow it, and so on; a verb that bends is marked."""
    tree: dict[str, Any] = {}
    for compound in compounds():
        parts = [ANYBODYS if part in ANYBODY else part for part in _parts(compound.words)]
        node = tree.setdefault(f"{parts[0]} {DEED}" if compound.kind == DEED else parts[0], {})
        for part in parts[1:]:
            node = node.setdefault(part, {})
        node.setdefault(HERE, compound)
    return tree


def _is_clause(parts: Sequence[tuple[str, int]], at: int, end: int) -> bool:
    """Whether an animal's name and a verb of two parts make a clause: "the swan dives", "lions dance" are neither a dive nor a dance."""
    first, last = parts[at][0], parts[end - 1][0]
    who = singular(first)
    alone = who == first and last.endswith("s") and (at == 0 or parts[at - 1][0] in {*DEFINITE, *BEFORE_ONE})
    several = who != first and not last.endswith("s")
    return end - at == 2 and who in ANIMALS and (alone or several) and bool(verb_of(last))


def _parts(word: str) -> list[str]:
    return re.findall(r"'s\b|[^\W_]+|[^\w\s'-]", word.lower().replace("’", "'"))


def _longest(parts: Sequence[tuple[str, int]], at: int) -> tuple[int, Compound | None, bool]:
    """Where the longest compound ends that begins at a part, that compound, and whether its noun stands for several."""
    best: tuple[int, Compound | None, bool] = (at, None, False)
    ways = [(_tree(), at, False)]
    while ways:
        node, place, several = ways.pop()
        if place > best[0] and HERE in node:
            best = (place, node[HERE], several)
        if place < len(parts):
            bent = ((form, form != parts[place][0]) for form in _forms(parts[place][0], place == at) if form in node)
            ways += [(node[form], place + 1, changed or several) for form, changed in bent]
    return best


@lru_cache(maxsize=20_000)
def _forms(word: str, first: bool) -> tuple[str, ...]:
    """A word and what it may be a form of; a first word also as a verb."""
    cut = {
        kind: [word.removesuffix(end) + instead for end, instead in ENDINGS[kind] if word.endswith(end) and word != end]
        for kind in ("n", "v")
    }
    nouns = [word, *([ANYBODYS] if word in ANYBODY else []), IRREGULAR.get(word, word), *cut["n"]]
    verbs = [f"{verb} {DEED}" for verb in (word, VERB_FORMS.get(word, word), *cut["v"]) if first]
    return tuple(dict.fromkeys([*nouns, *verbs]))


def parse_compounds(pipeline: Any, sentence: Any) -> Any:
    """A sentence parsed with each compound as one word; what was written stays its text. In a Doc each is one word already: a word that stands in makes none."""
    doc = pipeline.make_doc(sentence) if isinstance(sentence, str) else sentence
    all_found = [
        one for one in find_compounds([token.text for token in doc]) if doc is not sentence or one.end == one.start + 1
    ]
    found = {doc[one.start : one.end]: one for one in all_found if one.compound.kind in READ_AS}
    return parse_sure(pipeline, doc, {span: _sure_word(one, span) for span, one in found.items()})


def parse_sure(pipeline: Any, doc: Any, sure: Mapping[Any, str]) -> Any:
    """A Doc parsed with one word that cannot be mistaken for each of some spans; what was written stays its text."""
    from spacy.tokens import Doc

    if not sure:
        return doc if doc.has_annotation("DEP") else pipeline(doc)
    within = {token.i for span in sure for token in span}
    spans = sorted(
        [*sure, *(doc[at : at + 1] for at in range(len(doc)) if at not in within)], key=lambda span: span.start
    )
    spaces = [bool(span[-1].whitespace_) for span in spans]
    known = doc.user_data.get("sure", {}) | {at: sure[span] for at, span in enumerate(spans) if span in sure}
    words = [known.get(at, span.text) for at, span in enumerate(spans)]
    again = pipeline(Doc(doc.vocab, words=words, spaces=spaces))
    result = Doc(
        doc.vocab,
        words=[span.text for span in spans],
        spaces=spaces,
        tags=[token.tag_ for token in again],
        pos=[token.pos_ for token in again],
        lemmas=[span.text.lower() if at in known else again[at].lemma_ for at, span in enumerate(spans)],
        deps=[token.dep_ for token in again],
        heads=[token.head.i for token in again],
    )
    result.user_data.update(doc.user_data | {"sure": known})
    return result


def _sure_word(match: Found, span: Any) -> str:
    """A word of the compound's kind that no parser mistakes, in its number or form."""
    sure, verb, plain = READ_AS[match.compound.kind], _parts(span.text)[0], _parts(match.compound.words)[0]
    if match.compound.kind == DEED:
        return str(sure[0 if verb == plain else 1 if verb.endswith("ing") else 2 if verb.endswith("s") else 3])
    word = str(sure[min(match.several, len(sure) - 1)])
    return word.title() if not span.start and span.text[:1].isupper() else word
