"""Which WordNet sense each picture shows, so that words are compared by meaning: the plate that is drawn is a dish, not a plate of armour.

A picture shows the commonest sense that can be seen as a figure, an artifact, food, a plant or a thing of nature. Where that is another than the
one that is drawn, the record of the thing says which, or SHOWN of what has none.
"""

from __future__ import annotations

from functools import lru_cache

from pipelines.language.lexicon import Table, Words
from pipelines.props import NOUNS
from pipelines.reading import wordnet as W

SEEN = Words("nouns", "drawn senses")
# a noun without a record -> a word of the sense that is drawn, or its number from 1
SHOWN = Table("unrecorded", "senses")


@lru_cache(maxsize=2000)
def shown_by(noun: str) -> W.Sense | None:
    """The sense that the picture of a noun shows; None where WordNet does not know the noun.

    A noun of two words that WordNet lacks ("cheese wedge", "town house") shows no sense.
    """
    senses = W.senses(noun)
    said = _said_of(noun)
    if isinstance(said, str):
        return next((sense for sense in senses if said in sense.words), None)
    if said:
        return senses[said - 1] if said <= len(senses) else None
    return next(
        (sense for files in (("animal",), SEEN) for sense in senses if not sense.proper and sense.file in files), None
    )


def _said_of(noun: str) -> str | int | None:
    """A word of the sense that is drawn, or its number; None where it is the first that can be seen."""
    return NOUNS[noun].sense if noun in NOUNS else SHOWN.get(noun)


@lru_cache(maxsize=4)
def pictures_of(nouns: tuple[str, ...]) -> dict[int, str]:
    """Sense -> the noun whose picture shows it, the first where several do."""
    pictures: dict[int, str] = {}
    for noun in nouns:
        if (sense := shown_by(noun)) is not None:
            pictures.setdefault(sense.number, noun)
    return pictures


@lru_cache(maxsize=4000)
def meant_by(word: str, kind: str = "") -> tuple[W.Sense, ...]:
    """The senses that a word of a story can have there: those that can be seen, of the right kind, the commonest and what is hardly rarer."""
    if (
        _said_of(word) is not None
        and (sense := shown_by(word)) is not None
        and (sense.file == kind or kind not in ("person", "animal"))
    ):
        return (sense,)
    senses = [
        candidate
        for candidate in W.senses(word)[:4]
        if not candidate.proper
        and candidate.file in SEEN
        and (candidate.file == kind or kind not in ("person", "animal"))
    ]
    if kind not in ("person", "animal"):
        senses = [candidate for candidate in senses if candidate.file not in ("person", "animal")] or senses
    eaten = any(candidate.file == "food" for candidate in senses)
    senses = [
        candidate for candidate in senses if not (eaten and f"{word}_tree" in candidate.words)
    ]  # a mango is no tree
    most = max((candidate.count for candidate in senses), default=0)
    return tuple(candidate for candidate in senses[:2] if 3 * candidate.count >= most)


BODIES = frozenset(["girl", "boy", "man", "woman", "grandmother", "grandfather"])  # stand for people of every sort


@lru_cache(maxsize=4000)
def stands_for(text: str, noun: str) -> bool:
    """Whether a picture shows something else than a word means, though the word leads to it: "kale" is drawn as lettuce. A kind of it is itself."""
    shown, senses = shown_by(noun), W.senses(text)
    if text == noun or shown is None or not senses or noun in BODIES:
        return False
    above = dict(W.chain(shown.number))
    return not any(sense.number in above or shown.number in dict(W.chain(sense.number)) for sense in senses)
