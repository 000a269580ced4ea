"""What a prompt names and does not ask for: what is said not to be there, what is only in a picture or a statue, what something is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pipelines.language.doings import phrase_of
from pipelines.language.lexicon import Words
from pipelines.reading import wordnet as W
from pipelines.reading.parse import lemma_of

ABSENT = Words("small", "absent")  # "without", "no", "missing"
MADE_OF = ("of", "from", "out")
PICTURES = ("picture", "drawing", "visual communication")  # words of WordNet above pictures
DEPICTED = (*PICTURES, "art", "representation")  # and above statues, maps and toys
MARKED = ("det", "amod", "compound", "nummod", "poss", "quantmod", "predet", "nmod")
NOT_THERE = "The sentence denies it."
BODY = ("body part", "body covering")
ONLY_SHOWN = "It is only in the {picture}, which is drawn without it."
MATERIAL = "The drawing does not show what something is made of."


def unmeant(doc: Any) -> dict[int, str]:
    """The numbers of the words that are not to be drawn, each with the reason; "" for words that only say that this is a picture, and for a part of a body ("combs her hair")."""
    reasons_by_word: dict[int, str] = {}
    for token in doc:
        if absent := {word.i: NOT_THERE for noun in _absent(token) for word in _phrase(noun)}:
            reasons_by_word |= {token.i: ""} | absent
        if token.lower_ == "made" and token.pos_ == "VERB":
            reasons_by_word |= {
                word.i: MATERIAL
                for prep in token.children
                if prep.dep_ in ("prep", "agent") and prep.lower_ in MADE_OF
                for noun in _objects(prep)
                for word in _phrase(noun)
            }
        if any(child.dep_ == "poss" for child in token.children) and _is_a(token, BODY):
            reasons_by_word[token.i] = ""
        if token.pos_ in ("NOUN", "PROPN") and _is_a(token, DEPICTED):
            reasons_by_word |= _of_picture(token)
    return reasons_by_word


def reasons(doc: Any, found: dict[int, str]) -> tuple[tuple[str, str], ...]:
    """The phrases that are not drawn, with their reasons, in the order of the sentence."""
    entries = enumerate((number, because) for number, because in sorted(found.items()) if because)
    runs = groupby(entries, lambda entry: (entry[1][0] - entry[0], entry[1][1]))  # words side by side, of one reason
    return tuple(
        (re.sub(r"^(?:an?|the|its|no|their) ", "", " ".join(doc[number].text for _, (number, _) in run)), because)
        for (_, because), run in runs
    )


def _absent(token: Any) -> Iterator[Any]:
    """The nouns that a word says are not there, or the verb that it denies."""
    if token.dep_ == "neg" and token.head.pos_ == "VERB":
        return iter((token.head,))
    return _objects(token) if token.lower_ in ABSENT and token.pos_ in ("ADP", "VERB", "ADJ", "SCONJ") else iter(())


def _objects(token: Any) -> Iterator[Any]:
    """The first noun under a preposition or a verb, and those that "and" joins to it; "out of bread" has one word between."""
    first = next((child for child in token.children if child.dep_ in ("pobj", "dobj", "obj")), None)
    if first is not None:
        yield first
        yield from (word for word in first.subtree if word.dep_ == "conj" and word.head in (first, *first.conjuncts))
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ == "of" and first is None:
            yield from _objects(child)


def _phrase(noun: Any) -> Iterator[Any]:
    """A noun with the words before it that belong to it."""
    yield noun
    for child in noun.children:
        if child.dep_ in MARKED and child.i < noun.i and child.tag_ != "VBG":
            yield from child.subtree
        if child.dep_ == "prep" and child.lower_ == "of":
            for inner in _objects(child):
                yield from _phrase(inner)


def _is_a(token: Any, kinds: Sequence[str]) -> bool:
    return any(W.is_a(lemma_of(token), above, 2) for above in kinds)


def _of_picture(token: Any) -> dict[int, str]:
    """ "A photo of a dog" asks for a dog; "a girl beside a statue of a dog" asks for a girl and a statue."""
    shown = [child for child in token.children if child.dep_ == "prep" and child.lower_ == "of"]
    if not shown or not list(_objects(shown[0])):
        return {}
    own = [word for word in _phrase(token) if word.i <= token.i]
    deed = phrase_of(lemma_of(token.head), (lemma_of(token),))  # "takes a picture of a dog" asks for a dog
    if deed or (min(word.i for word in own) == 0 and _is_a(token, PICTURES)):
        return {word.i: "" for word in (*own, shown[0])}
    return {
        word.i: ONLY_SHOWN.format(picture=token.text.lower()) for noun in _objects(shown[0]) for word in _phrase(noun)
    }
