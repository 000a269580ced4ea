"""Small questions about one parsed word: its dictionary form, the verb above it, the first of those that it is joined to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipelines.language.colours import COLOUR_WORDS, OTHER_COLOURS
from pipelines.language.compounds import compound_of
from pipelines.language.lexicon import Words
from pipelines.reading import wordnet as W
from pipelines.reading.cast import GENDERS, MANY, THINGS
from pipelines.reading.english import irregular

NUMBERS = {
    word: number
    for number, word in enumerate(
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {
    "a": 1,
    "an": 1,
    "both": 2,
    "dozen": 12,
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
    "several": 4,
    "many": 5,
    "few": 3,
    "some": 3,
}
PLURAL = 3  # "foxes", with no number said
DEFINITE = Words("small", "definite")
PRONOUNS = frozenset(GENDERS) | THINGS | MANY
PART_OF = Words("small", "part of")
WHERE = Words("small", "where")
SUBJECT, OBJECT = ("nsubj", "nsubjpass", "csubj"), ("dobj", "obj")
TOGETHER = Words("nouns", "together")
FEELINGLESS = Words("small", "feelingless")
DAYS = Words("small", "days")
UNCHANGED = Words("small", "unchanged")  # one and many are alike


def before_verb(token: Any) -> bool:
    """A name right before a verb that has no subject is its subject, whatever the parser took it for: "On Friday Anna sits"."""
    if token.pos_ != "PROPN" or token.i + 1 >= len(token.doc):
        return False
    verb = token.nbor(1)
    return (
        verb.pos_ == "VERB"
        and verb.tag_ in ("VBZ", "VBD")
        and not any(c.dep_ in SUBJECT for c in verb.children)
        and verb.dep_ in ("ROOT", "ccomp", "advcl")
    )


def lemma_of(token: Any) -> str:
    """The dictionary's form: of irregular words from a table, of regular ones by WordNet, the commonest where there are several."""
    if (compound := compound_of(token.text)) is not None:
        return compound.noun
    word = token.lower_
    if token.pos_ in ("VERB", "AUX"):
        if word == "lay":
            own = any(c.dep_ in SUBJECT and c.pos_ not in ("ADV", "ADP") for c in token.children)
            opened = any(c.dep_ in ("prep", "advmod") and c.i < token.i for c in token.children)
            lies = opened and not own  # "on the table lay a key"
            return "lay" if any(c.dep_ in OBJECT for c in token.children) and not lies else "lie"
        forms = [
            *irregular()["verb"].get(word, ()),
            W.base(word, "v") if word.endswith(("s", "ed", "ing")) else "",
            token.lemma_.lower(),
        ]
        return next((form for form in forms if form and W.count_of(form, "v")), forms[-1])
    if token.tag_ in ("NNS", "NNPS"):
        forms = [*irregular()["noun"].get(word, ()), W.base(word, "n"), token.lemma_.lower()]
        return max((form for form in forms if form), key=lambda form: W.count_of(form, "n"))
    return word


def is_inverted(verb: Any) -> bool:
    """Whether "is" stands between where something is and what it is: "in the box is a kitten", "inside was a letter"."""
    return (
        verb.pos_ == "AUX"
        and not any(c.dep_ in (*SUBJECT, "expl") for c in verb.children)
        and any(c.i < verb.i and (c.dep_ == "prep" or c.lower_ in WHERE) for c in verb.children)
    )


def verb_above(token: Any) -> Any:
    """The verb on which a word depends, itself not counted; the root where there is none."""
    known: dict[int, int] = token.doc.user_data.setdefault("verb above", {})  # for each word on a way that was gone
    at, way = token.head, list[int]()
    while at.i not in known and at.pos_ not in ("VERB", "AUX"):
        way.append(at.i)
        if (above := at.head).i == at.i:
            break
        at = above
    verb = known.get(at.i, at.i)
    known.update(dict.fromkeys(way, verb))
    return token.doc[verb]


def first_of(token: Any) -> Any:
    """The first of words joined by "and"."""
    while token.dep_ in ("conj", "appos") and token.head.pos_ in ("NOUN", "PROPN", "PRON"):
        token = token.head
    return token


def is_listed(token: Any) -> bool:
    """Whether what was read as another name ("a lion, a fox and a donkey") is one of a list: it has "and" and an article of its own."""
    names = [c for c in token.children if c.dep_ == "conj" and c.pos_ in ("NOUN", "PROPN")]
    return (
        token.dep_ == "appos"
        and bool(names)
        and any(c.dep_ == "det" and c.lower_ in ("a", "an") for c in token.children)
    )


def colour_in(words: Iterable[str]) -> str:
    """The first of some words that is a colour, else ""."""
    return next((word for word in words if word in COLOUR_WORDS or word in OTHER_COLOURS), "")
