"""Who has which role of a verb: its subjects, its objects, its agents, and where the small parser took one for another."""

from __future__ import annotations

from typing import Any

from pipelines.reading import actions as A
from pipelines.reading.cast import Cast
from pipelines.reading.mentions import Mentions
from pipelines.reading.parse import OBJECT, SUBJECT, is_inverted, is_listed, lemma_of


class Roles:
    """What Clauses knows of the roles of a verb."""

    mentions: Mentions
    doc: Any
    cast: Cast

    def subjects(self, verb: Any) -> tuple[str, ...]:
        """Who does it: its own subject, that of the verb it is joined to, or the noun that it describes."""
        own = [c for c in verb.children if c.dep_ in SUBJECT]
        own = own or [c for a in verb.children if a.dep_ == "auxpass" for c in a.children if c.dep_ in SUBJECT]
        if own:
            heads = [self._held_by(c, verb) or c for c in own]
            return tuple(dict.fromkeys(id for c in heads for id in self._with_joined(c)))
        if (behind := self._behind_quote(verb)) is not None:
            return tuple(self._with_joined(behind))
        if is_inverted(verb) or (lemma_of(verb) == "be" and any(c.dep_ == "expl" for c in verb.children)):
            return tuple(id for c in verb.rights if c.dep_ == "attr" for id in self._with_joined(c))
        if (
            verb.dep_ in ("conj", "advcl", "xcomp", "ccomp", "parataxis", "dep")
            and verb.head != verb
            and verb.head.pos_ in ("VERB", "AUX")
        ):
            return self.subjects(verb.head)
        if verb.dep_ in ("relcl", "acl"):
            return self.mentions.ids.get(verb.head.i, ())
        return ()

    def _held_by(self, noun: Any, verb: Any) -> Any:
        """ "A wolf with a suitcase sits down", where the parser takes the suitcase for who sits: the wolf does. None elsewhere."""
        edge = noun.left_edge.i
        before = self.doc[edge - 1] if edge > 1 else None
        if before is None or before.lower_ not in ("with", "in"):
            return None
        holder = self.doc[edge - 2]
        return holder if holder.dep_ == "npadvmod" and holder.head == verb and holder.i in self.mentions.ids else None

    def _behind_quote(self, verb: Any) -> Any:
        """`"…" roared the troll`: what follows the verb of saying is who says it, whatever the parser took it for."""
        at = verb.i - 1
        at -= at > 0 and self.doc[at].text == ","
        if lemma_of(verb) not in A.SAYING or at < 0 or self.doc[at].text not in ('"', "”", "’", "'"):
            return None
        return next(
            (
                c
                for c in verb.rights
                if c.i in self.mentions.ids and c.dep_ in (*OBJECT, "npadvmod", "attr", "dative", "oprd")
            ),
            None,
        )

    def _passive(self, verb: Any) -> bool:
        return any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)

    def _agents(self, verb: Any) -> tuple[str, ...]:
        return tuple(
            id
            for c in verb.children
            if c.dep_ == "agent"
            for p in c.children
            if p.dep_ == "pobj"
            for id in self._with_joined(p)
        )

    def _relative_subject(self, verb: Any) -> bool:
        return any(c.dep_ in SUBJECT and c.tag_ in ("WP", "WDT") for c in verb.children)

    def _refs(self, verb: Any, deps: tuple[str, ...]) -> tuple[str, ...]:
        texts: list[str] = []
        for child in verb.children:
            if child.lower_ == "home" and not any(c.dep_ in ("det", "poss") for c in child.children):
                continue  # "flew home": where, not what
            if child.dep_ in deps and child.pos_ != "ADP":
                texts += self._with_joined(child)
            elif child.dep_ in deps or (child.dep_ == "prt" and "dobj" in deps):  # "puts on an apron"
                texts += [id for p in child.children if p.dep_ == "pobj" for id in self._with_joined(p)]
        return tuple(dict.fromkeys(texts))

    def _given(self, verb: Any, dep: str) -> tuple[str, ...]:
        return self._refs(verb, (dep,))

    def _with_joined(self, token: Any) -> list[str]:
        found = list(self.mentions.ids.get(token.i, ()))
        for child in token.children:
            if (child.dep_ == "conj" or is_listed(child)) and child.pos_ in ("NOUN", "PROPN", "PRON"):
                found += self._with_joined(child)
        return found

    def _behind_verb(self, verb: Any) -> tuple[str, ...]:
        """ "Inside sits a mole", "in the oak lives an owl", where the parser takes the figure for an object: it is who sits."""
        if lemma_of(verb) not in A.STANDING_VERBS or verb.tag_ not in ("VBZ", "VBD", "VBP"):
            return ()
        own = [c for c in verb.children if c.dep_ in SUBJECT]
        opened = any(c.i < verb.i and c.dep_ in ("prep", "advmod") for c in verb.children) or bool(own)
        if not opened or any(c.pos_ not in ("ADV", "ADP") for c in own):
            return ()
        return next((tuple(self._with_joined(c)) for c in verb.rights if c.dep_ in (*OBJECT, "attr", "npadvmod")), ())

    def _part_meant(self, verb: Any, who: tuple[str, ...], what: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The part of a body that is the verb's object, and what the verb has as objects: nobody "closes himself" by closing his eyes."""
        part = next((c for c in verb.children if c.dep_ in OBJECT and c.i in self.mentions.parts), None)
        if part is None:
            return "", what
        owners = self.mentions.ids.get(part.i, ())
        kept = tuple(id for id in what if id not in owners or (id not in who and lemma_of(verb) in A.TOUCHING))
        return lemma_of(part), kept
