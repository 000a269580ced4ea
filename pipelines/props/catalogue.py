"""What each thing is: the facts that stand in its drawing, read when they are first asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from types import MappingProxyType

from pipelines.core.settings import Refusal
from pipelines.props.drawings import FOLDER, noun_of

LAST = 10_000
BEGIN, END = "<metadata>", "</metadata>"


@dataclass(frozen=True)
class Prop:
    """One thing that stories name.

    `group` is the kind of thing; `metres` its storybook height; `colour` the tone of its main colour; `also` its other names; `seat` the share of
    its height from the top where one sits or stands on it; `holds` whether things can be in it; `grip` where a hand holds it, as shares of the
    picture from the left and from the top. Only what is `held` has a grip. Of things that fit a word equally well, the first by `order` is taken.
    """

    group: str
    metres: float
    colour: str
    also: tuple[str, ...] = ()
    seat: float | None = None
    holds: bool = False
    grip: tuple[float, float] | None = None
    order: int = LAST

    @property
    def held(self) -> bool:
        """Whether a person can hold it."""
        return self.grip is not None


def facts(svg: str) -> Prop:
    """The facts in the text of a drawing. Raises Refusal."""
    _, begin, rest = svg.partition(BEGIN)
    told, end, _ = rest.partition(END)
    if not (begin and end):
        raise Refusal("This drawing has no <metadata> with the facts of the thing.")
    try:
        found = json.loads(unescape(told))
        return Prop(
            **{**found, "also": tuple(found.get("also", ())), "grip": tuple(found["grip"]) if "grip" in found else None}
        )
    except (ValueError, TypeError) as problem:
        raise Refusal(f"The facts of this drawing cannot be read: {problem}.") from None


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Prop]:
    """All things by their noun, in their order."""
    found = {noun_of(path): facts(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.svg"))}
    return MappingProxyType(dict(sorted(found.items(), key=lambda one: one[1].order)))


class Nouns(Mapping[str, Prop]):
    """All things by their noun; the drawings' facts are read at the first look."""

    def __getitem__(self, noun: str) -> Prop:
        return everything()[noun]

    def __iter__(self) -> Iterator[str]:
        return iter(everything())

    def __len__(self) -> int:
        return len(everything())


NOUNS: Mapping[str, Prop] = Nouns()
