"""Titles, words for kin that stand as names, and given names that the card of names does not hold."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.language.lexicon import Table, Words

# a title -> the noun that it makes of who bears it, and the gender that it tells
TITLES = Table("nouns", "given titles")
KIN = Table("nouns", "given kin", turned=True)
ELDERS = Words("nouns", "given elders")
CHILDISH = Words("nouns", "given childish")
NAMES = Table("nouns", "given names")  # gender -> names of our own list


@lru_cache(maxsize=1)
def _genders() -> dict[str, str]:
    return {name: gender for gender, names in NAMES.items() for name in names.split()}


def gender_of(name: str) -> str | None:
    """f or m for a name of our own list, None for any other."""
    return _genders().get(name.lower())


def plain(word: str) -> str:
    """A title without its stop, in small letters."""
    return word.lower().rstrip(".")


def core(name: str) -> frozenset[str]:
    """The words of a name without titles: "Queen Ada" and "Ada" share one."""
    words = frozenset(plain(word) for word in re.findall(r"[\w’'-]+", name))
    return frozenset(word for word in words if word not in TITLES) or words


def title_gender(name: str) -> str:
    """f or m where a title of the name says so."""
    return next((TITLES[word][1] for part in name.split() if (word := plain(part)) in TITLES and TITLES[word][1]), "")


def same_name(text: str, other: str) -> bool:
    """Whether two names can be one person's: "Mrs Green" is not "Mr Green", and "Ada" is "Queen Ada"."""
    mine, theirs = core(text), core(other)
    if not mine or not theirs or not (mine <= theirs or theirs <= mine):
        return False
    first, second = title_gender(text), title_gender(other)
    return not (first and second and first != second)
