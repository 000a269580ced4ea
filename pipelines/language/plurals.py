"""One of several and several of one: "wolves" and "wolf". The irregular ones stand in the lexicon."""

from __future__ import annotations

from functools import lru_cache

from pipelines.language.lexicon import Table

IRREGULAR = Table("scene", "irregular")


def singular(phrase: str) -> str:
    """The last word in the singular: "two red foxes" -> "two red fox"; "bouquets of roses" -> "bouquet of roses"."""
    if " of " in phrase:
        head, _, rest = phrase.partition(" of ")
        return f"{singular(head)} of {rest}"
    *before, last = phrase.split() or [""]
    return " ".join([*before, _one(last)])


def _one(word: str) -> str:
    if word in IRREGULAR:
        return str(IRREGULAR[word])
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1)
def _several() -> dict[str, str]:
    """The irregular plurals, the usual one of each word."""
    found: dict[str, str] = {}
    for many, one in IRREGULAR.items():
        found.setdefault(one, many)
    return found


def plural(phrase: str) -> str:
    """The last word in the plural; what is a plural already ("stairs") stays."""
    head, _, last = phrase.rpartition(" ")
    if last in _several():
        many = _several()[last]
    elif last.endswith("s") and not last.endswith(("ss", "us")):
        many = last
    elif last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        many = f"{last[:-1]}ies"
    else:
        many = f"{last}{'es' if last.endswith(('x', 'ch', 'sh', 's')) else 's'}"
    return f"{head} {many}".strip()
