"""The pronouns of a sentence: whom each means, by role, gender, number, and who does the same deed."""

from __future__ import annotations

from typing import Any

from pipelines.language.lexicon import Words
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading.actions import SAYING
from pipelines.reading.cast import GENDERS
from pipelines.reading.naming import Names
from pipelines.reading.parse import OBJECT, SUBJECT, before_verb, first_of, lemma_of, verb_above

HITTING = Words("verbs", "hitting")
SUFFERED = Words("verbs", "suffered")  # "he pushed him and he fell": who was pushed


def says_behind_quote(token: Any) -> bool:
    """`"…" asked Zara`: who stands right behind a verb of saying that follows a quotation says it, whatever the parser took it for."""
    verb = token.head
    at = verb.i - 1
    return (
        at >= 0
        and verb.pos_ == "VERB"
        and token.i == verb.i + 1
        and token.pos_ == "PROPN"
        and lemma_of(verb) in SAYING
        and token.doc[at].text in ('"', "”", "’", "'")
    )


class Pronouns(Names):
    """What Mentions knows of pronouns."""

    parts: set[int]  # words for parts of a body; they mean whose it is

    def role(self, token: Any) -> str:
        token = first_of(token)
        if token.dep_ in SUBJECT or before_verb(token) or says_behind_quote(token):
            return "subject"
        if token.dep_ == "attr" and any(c.dep_ == "expl" for c in token.head.children):
            return "subject"  # "there was a box"
        if token.dep_ in OBJECT:
            return "object"
        if token.dep_ == "dative" or (token.dep_ == "pobj" and token.head.dep_ == "dative"):
            return "dative"
        return "owner" if token.dep_ == "poss" else "other"

    def _relative(self, token: Any) -> Any:
        """The noun that "who", "which" or "that" stands for."""
        verb = token.head if token.dep_ in (*SUBJECT, *OBJECT, "attr", "dative") else verb_above(token)
        if verb.dep_ != "relcl":
            return None
        noun = verb.head  # "a mole with glasses who reads": who is the mole
        while token.lower_ == "who" and noun.dep_ == "pobj" and noun.head.head.pos_ in ("NOUN", "PROPN"):
            noun = noun.head.head
        return noun

    def _pronoun(self, token: Any) -> None:
        word, verb = token.lower_, verb_above(token)
        role = self.role(token)
        if word.endswith(("self", "selves")):
            self.ids[token.i] = self._subjects(verb)
            return
        blocked = (
            self._same_deed(token, verb)
            if role != "owner"
            else self._kin_of(token)
            if lemma_of(token.head) in given.KIN
            else frozenset(self._subjects(verb))
            if self._of_another(token)
            else frozenset()
        )
        if word in GENDERS and role == "subject" and lemma_of(verb) in SUFFERED and verb.dep_ == "conj":
            blocked |= frozenset(self._subjects(verb.head)) if lemma_of(verb.head) in HITTING else frozenset()
        near = (*token.children, *token.doc[token.i + 1 : token.i + 2])
        all_of_them = word == "they" and any(one.lower_ == "all" for one in near)
        ids = self.cast.everybody(self.number) if all_of_them else ()
        ids = self.cast.members(ids or self.cast.meant(word, self.number, verb.i, role, blocked, lemma_of(verb)))
        if word == "they" and not all_of_them and (texts := self._one_of_them(verb, ids)):
            ids = self.cast.members(self.cast.others(self.number, verb.i, blocked | texts, lemma_of(verb)))
        if not ids and word in ("he", "she") and role == "subject":
            ids = (self.cast.unnamed(GENDERS[word], self.number),)
        if ids:
            self.ids[token.i] = ids
            self.cast.mention(ids, self.number, token.i, verb.i, role, pronoun=True)

    def _one_of_them(self, verb: Any, they: tuple[str, ...]) -> frozenset[str]:
        """ "They gave him a medal", "they thanked the dolphin": who of "they" is meant by the object too; nobody is both. Empty for nobody."""
        heads = [verb, *(c for c in verb.children if c.dep_ in ("prep", "dative") and c.lower_ in ("to", "at", "for"))]
        objects = [c for head in heads for c in head.children if c.dep_ in (*OBJECT, "dative", "pobj")]
        texts: set[str] = set()
        for one in objects if len(they) > 1 else ():
            if one.lower_ in ("him", "her"):
                texts |= self._single(one.lower_, verb, self.role(one), they)
        return frozenset(texts & set(they)) if texts & set(they) < set(they) else frozenset()

    def _single(self, word: str, verb: Any, role: str, they: tuple[str, ...]) -> set[str]:
        """Whom "him" or "her" means, where nobody but one of "they" can be meant."""
        if self.cast.meant(word, self.number, verb.i, role, frozenset(they), lemma_of(verb), learn=False):
            return set()
        return set(self.cast.meant(word, self.number, verb.i, role, frozenset(), lemma_of(verb), learn=False))

    def _kin_of(self, token: Any) -> frozenset[str]:
        """ "Her mother" is not the mother's own."""
        noun = given.KIN[lemma_of(token.head)]
        return frozenset(entity.id for entity in self.cast.entities.values() if entity.noun == noun)

    def _of_another(self, token: Any) -> bool:
        """ "Sniffed at his face": it is not the sniffer's."""
        part = token.head
        return part.dep_ == "pobj" and part.head.lower_ in ("at", "over") and N.kind_of(lemma_of(part)) == "body"

    def _same_deed(self, token: Any, verb: Any) -> frozenset[str]:
        """Who does or suffers the same deed in another role, and so is not meant."""
        own = self.role(token)
        texts: set[str] = set()
        for at, ids in self.ids.items():
            other = self.doc[at]
            if at in self.parts or self.role(other) in ("owner", own):
                continue
            if verb_above(first_of(other)) == verb and first_of(other).head in (
                verb,
                *(c for c in verb.children if c.dep_ in ("prep", "dative")),
            ):
                texts |= set(ids)
        return frozenset(texts | (set(self._subjects(verb)) if own != "subject" else set()))

    def _subjects(self, verb: Any) -> tuple[str, ...]:
        while True:
            found = tuple(id for child in verb.children if child.dep_ in SUBJECT for id in self.ids.get(child.i, ()))
            if found or verb.dep_ not in ("conj", "xcomp", "advcl") or verb.head == verb:
                return found
            verb = verb.head
