"""Words for several in a sentence: "both of them", "the children", and those who are joined by "and"."""

from __future__ import annotations

from typing import Any

from pipelines.reading import nouns as N
from pipelines.reading.parse import (
    OBJECT,
    PART_OF,
    TOGETHER,
    colour_in,
    is_listed,
    lemma_of,
    verb_above,
)
from pipelines.reading.pronouns import Pronouns


class Together(Pronouns):
    """What Mentions knows of words for several."""

    def _joined(self, noun: str, kind: str) -> tuple[str, ...]:
        """Those that were named together last, where a word fits all of them: "the children" are Hansel and Gretel."""
        for mention in reversed(self.cast.mentions):
            known = [self.cast.entities[id] for id in mention.ids]
            if (
                len(known) > 1
                and noun in TOGETHER
                and all(entity.figure and (kind != "animal" or entity.kind == "animal") for entity in known)
            ):
                young = [
                    entity.id
                    for entity in known
                    if noun != "child"
                    or entity.name
                    or entity.noun in ("boy", "girl", "son", "daughter", "brother", "sister", "child")
                ]
                if len(young) > 1:
                    return tuple(young)
        return ()

    def _part_words(self) -> None:
        """ "Both of them", "none of the boys", and "a bunch of grapes" mean what stands after "of"."""
        for token in self.doc:
            if token.i in self.ids or not (token.lower_ in PART_OF or lemma_of(token) in N.MEASURES):
                continue
            inside = [p for c in token.children if c.lower_ == "of" for p in c.children if p.dep_ == "pobj"]
            ids = tuple(id for p in inside for id in self.ids.get(p.i, ()))
            if ids:
                self.ids[token.i] = self._one_of(ids) if token.lower_ == "one" else ids

    def _one_of(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The first of several: "one of them" is not all of them."""
        group = self.cast.entities[ids[0]]
        return tuple(
            self.cast.parted(group.id, self.number)[:1]
            if len(ids) == 1 and group.figure and group.count > 1
            else ids[:1]
        )

    def _groups(self) -> None:
        """Those joined by "and" can be meant together by "they"."""
        for token in self.doc:
            if token.dep_ == "conj" or is_listed(token) or token.i not in self.ids:
                continue
            joined, at = list(self.ids[token.i]), [token]
            while at:
                at = [c for one in at for c in one.children if (c.dep_ == "conj" or is_listed(c)) and c.i in self.ids]
                joined += [id for one in at for id in self.ids[one.i]]
            if len(set(joined)) > 1:
                self.cast.mention(
                    tuple(dict.fromkeys(joined)), self.number, token.i, verb_above(token).i, self.role(token)
                )

    def _another_one(self, token: Any) -> bool:
        """ "Built a new one": another of what was named last as a thing."""
        if token.dep_ not in (*OBJECT, "attr", "pobj") or not any(
            c.dep_ == "amod" and c.i < token.i for c in token.children
        ):
            return False
        mentions = [(mention.role, id) for mention in reversed(self.cast.mentions) for id in mention.ids]
        latest = [
            self.cast.entities[id]
            for role, id in mentions
            if role == "object" or self.cast.entities[id].kind == "thing"
        ]
        if any(c.lower_ == "the" for c in token.lefts):
            return False
        entity = next((entity for entity in latest if not entity.figure and entity.count == 1), None)
        if entity is None:
            return False
        words = tuple(c.lower_ for c in token.children if c.dep_ == "amod")
        colour = colour_in(words)
        said = entity.said if entity.said == entity.noun else entity.noun
        id = self.cast.named(entity.noun, kind="thing", said=said, adjectives=words, colour=colour, first=self.number)
        self._set(token, (id,))
        return True
