"""From a word of a story to the noun of a prop: nouns, other names, plurals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipelines.language.plurals import singular
from pipelines.props.catalogue import NOUNS


@lru_cache(maxsize=1)
def names() -> Mapping[str, str]:
    """The noun of every name."""
    made = {other: noun for noun, prop in NOUNS.items() for other in prop.also}
    made.update({noun: noun for noun in NOUNS})
    return made


def find(word: str) -> str | None:
    """The noun that a word or phrase names, or None."""
    text = " ".join(word.lower().replace("-", " ").replace("'", "").replace("’", "").split())
    for form in (text, *_singulars(text)):
        if form in names():
            return names()[form]
    return None


def _singulars(text: str) -> list[str]:
    """What the phrase could be in the singular, likelier forms first."""
    forms = [singular(text)]
    if len(text) > 3 and text.endswith("s") and not text.endswith("ss"):
        forms += [text[:-1], *([text[:-2]] if text.endswith("es") else [])]
    return forms
