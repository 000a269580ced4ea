"""The lexicon: tables of words in `assets/words/*.json`, each read when it is first asked for.

`verbs.json` has one record a verb (its action, its pose, its gait, its other forms) and kinds of verbs by what they take; `nouns.json`, `places.json`
and `scene.json` have lists and tables of nouns, of places, and of the words of a scene (colours, numbers, sizes, plurals, hours, weathers, relations).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property, lru_cache
from typing import Any

from pipelines.core.models import ASSETS


@lru_cache(maxsize=8)
def lexicon(file: str) -> Mapping[str, Any]:
    """All tables of a file; those of verbs have the words that lead to acts from the records of the acts."""
    tables: dict[str, Any] = json.loads((ASSETS / "words" / f"{file}.json").read_text("utf-8"))
    for act in sorted((ASSETS / "acts").glob("*.json")) if file == "verbs" else ():
        for words in json.loads(act.read_text("utf-8")).get("words", ()):
            verb, _, clause = words.partition(" ")
            table, key, value = ("phrases", clause, act.stem) if clause else ("verbs", "pose", [act.stem])
            tables[table].setdefault(verb, {})[key] = value
    return tables


class Table(Mapping[str, Any]):
    """A table of a file by its name. `turned`: the file has words by what is said of them.

    `of` is one field of its records; with `by`, that field has words, and they lead to the field `by` of their record ("" to its word).
    """

    def __init__(self, file: str, name: str, turned: bool = False, of: str = "", by: str | None = None) -> None:
        self.file, self.name, self.turned, self.of, self.by = file, name, turned, of, by

    @cached_property
    def _values(self) -> dict[str, Any]:
        table = lexicon(self.file)[self.name]
        if self.turned:
            return {word: key for key, words in table.items() for word in words}
        if self.by is not None:
            return {form: one.get(self.by, word) for word, one in table.items() for form in one.get(self.of, ())}
        if self.of:
            return {word: _frozen(one[self.of]) for word, one in table.items() if self.of in one}
        return {word: _frozen(value) for word, value in table.items()}

    def __getitem__(self, word: str) -> Any:
        return self._values[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**other, **self}


class Words(Set[str]):
    """A list of words of a file by its name, in its order."""

    def __init__(self, file: str, name: str) -> None:
        self.file, self.name = file, name

    @classmethod
    def _from_iterable(cls, words: Iterable[str]) -> frozenset[str]:  # type: ignore[override]
        return frozenset(words)

    @cached_property
    def _words(self) -> dict[str, None]:
        return dict.fromkeys(lexicon(self.file)[self.name])

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
