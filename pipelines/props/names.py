"""From a word of a story to the noun of a prop: nouns, other names, plurals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pipelines.props.catalogue import NOUNS

IRREGULAR = {"loaves": "loaf", "leaves": "leaf", "shelves": "shelf", "knives": "knife", "scarves": "scarf", "axes": "axe", "boots": "boots", "glasses": "glasses"}  # fmt: skip


@lru_cache(maxsize=1)
def names() -> Mapping[str, str]:
    """The noun of every name."""
    made = {other: noun for noun, prop in NOUNS.items() for other in prop.also}
    made.update({noun: noun for noun in NOUNS})
    return made


def find(word: str) -> str | None:
    """The noun that a word or phrase names, or None."""
    said = " ".join(word.lower().replace("-", " ").split())
    for form in (said, *_singulars(said)):
        if form in names():
            return names()[form]
    return None


def _singulars(said: str) -> list[str]:
    """What the phrase could be in the singular, likelier forms first."""
    before, _, last = said.rpartition(" ")
    forms = []
    if last in IRREGULAR:
        forms.append(IRREGULAR[last])
    if len(last) > 3 and last.endswith("s") and not last.endswith("ss"):
        if last.endswith("ies"):
            forms.append(last[:-3] + "y")
        forms.append(last[:-1])
        if last.endswith("es"):
            forms.append(last[:-2])
        if last.endswith("ves"):
            forms.append(last[:-3] + "f")
    return [f"{before} {form}".strip() for form in forms]
