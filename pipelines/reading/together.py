"""Words for several in a sentence: "both of them", "the children", and those who are joined by "and"."""

from __future__ import annotations

from typing import Any

from pipelines.reading import nouns as N
from pipelines.reading.cast import is_paired
from pipelines.reading.parse import (
    OBJECT,
    PART_OF,
    PLURAL,
    SUBJECT,
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

    def _measured(self, token: Any) -> int:
        """How many "a bunch of grapes" are."""
        if (
            token.dep_ == "pobj"
            and token.head.lower_ == "of"
            and lemma_of(token.head.head) in N.COLLECTIVE
            and token.tag_ in ("NNS", "NNPS")
        ):
            if is_paired(lemma_of(token)):
                return 1  # a pair of trousers
            return 2 if lemma_of(token.head.head) in ("pair", "couple") else PLURAL
        return 0

    def _out_of_many(self, token: Any) -> bool:
        """ "A lot of people" are others than those who were named together before."""
        if token.dep_ != "pobj" or token.head.lower_ != "of" or lemma_of(token.head.head) not in N.MEASURES:
            return False
        return any(c.lower_ in ("a", "an") for c in token.head.head.children)

    def _part_words(self) -> None:
        """ "Both of them", "none of the boys", and "a bunch of grapes" mean what stands after "of"."""
        for token in self.doc:
            if token.i in self.ids or not (token.lower_ in PART_OF or lemma_of(token) in N.MEASURES):
                continue
            inside = [p for c in token.children if c.lower_ == "of" for p in c.children if p.dep_ == "pobj"]
            ids = tuple(id for p in inside for id in self.ids.get(p.i, ()))
            if ids:
                self.ids[token.i] = self._one_of(ids) if token.lower_ == "one" else ids
            elif token.lower_ in ("all", "both", "none") and token.dep_ in SUBJECT:
                meant = self.cast.meant("they", self.number, token.head.i, "subject")
                self.ids[token.i] = self._chief(meant, 2) if token.lower_ == "both" else meant

    def _one_of(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The first of several: "one of them" is not all of them."""
        group = self.cast.entities[ids[0]]
        return tuple(
            self.cast.parted(group.id, self.number)[:1]
            if len(ids) == 1 and group.figure and group.count > 1
            else ids[:1]
        )

    def _chief(self, ids: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Those of several who acted most often: "both" are the girl and her dog, not the duck that it saw."""
        acted = [id for mention in self.cast.mentions if mention.role == "subject" for id in mention.ids]
        chief = sorted(ids, key=lambda id: -acted.count(id))[:most]
        return tuple(id for id in ids if id in chief)

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
