"""The events of one parsed sentence: each verb with who, what, whom, with what, where and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.language.doings import phrase_of, verb_of
from pipelines.language.lexicon import Words
from pipelines.language.likely_act import likely_act, words_of_deed
from pipelines.reading import actions as A
from pipelines.reading.english import offset
from pipelines.reading.mentions import Mentions
from pipelines.reading.parse import OBJECT, SUBJECT, lemma_of
from pipelines.reading.prepositions import Prepositions
from pipelines.reading.quotes import Piece
from pipelines.reading.told import Event, Where

MODALS = frozenset(["can", "could", "may", "might", "must", "shall", "should", "will", "would", "'ll", "'d"])
PARTICLES = Words("small", "particles")
NEGATIVE = frozenset(["nobody", "nothing", "none", "no-one", "neither"])


class Clauses(Prepositions):
    """Reads the verbs of a sentence whose nouns are known."""

    def __init__(self, mentions: Mentions, piece: Piece) -> None:
        self.mentions, self.piece, self.doc, self.cast = mentions, piece, mentions.doc, mentions.cast
        self.about: set[str] = set()  # what is only wanted or spoken about
        self.sought: set[str] = set()  # what is looked for, waited for or asked for
        self.told_of: set[int] = set()  # verbs of what is only spoken about: "an octopus that lived in the harbour"

    def events(self) -> list[tuple[Any, Event]]:
        pairs = []
        for token in self.doc:
            if token.pos_ == "VERB" and self._is_away(token):
                pairs.append((token, self._state(token)))
            elif token.pos_ == "VERB" and token.dep_ not in ("amod", "aux", "auxpass", "compound", "prep"):
                pairs.append((token, self._event(token)))
            elif token.pos_ == "AUX" and token.dep_ not in ("aux", "auxpass"):
                pairs.append((token, self._state(token)))
        return pairs

    # one verb

    def _event(self, verb: Any) -> Event:
        lemma = lemma_of(verb)
        particle = next(
            (
                c.lower_
                for c in verb.children
                if c.dep_ == "prt"
                or (c.dep_ in ("advmod", "npadvmod") and c.lower_ in PARTICLES)
                or (c.dep_ == "prep" and c.lower_ in ("in", "inside", "outside", "out") and not [*c.children])
            ),
            "",
        )
        who, what = self.subjects(verb), self._refs(verb, OBJECT)
        if inverted := self._behind_verb(verb):
            who, what = inverted, ()
        own_part, what = self._part_meant(verb, who, what)
        if not any(c.dep_ in SUBJECT for c in verb.children) and self._behind_quote(verb) is not None:
            what = ()
        if self._passive(verb):
            who, what = self._agents(verb), (*self._given(verb, "nsubjpass"), *what)
        elif verb.dep_ == "acl" and verb.tag_ == "VBN" and verb.head.dep_ != "ROOT":
            who, what = self._agents(verb), self.mentions.ids.get(verb.head.i, ())
        elif verb.dep_ == "relcl" and not what and not self._relative_subject(verb):
            what = self.mentions.ids.get(verb.head.i, ())
        whom = self._refs(verb, ("dative",))
        if len(what) > 1 and not whom and lemma in A.ADDRESSED and self.cast.entities[what[0]].figure:
            whom, what = what[:1], what[1:]  # "brought the mouse a mushroom"
        if verb.dep_ == "relcl" and set(self.mentions.ids.get(verb.head.i, ())) & self.about:
            self.told_of.add(verb.i)
        event = Event(
            lemma,
            A.action_of(lemma),
            " ".join(word for word in (verb.lower_, particle) if word),
            self.piece.place(offset(verb)),
            who,
            what,
            whom,
            how=self._how(verb),
            negated=self._has_negation(verb),
            real=self._real(verb) and verb.i not in self.told_of,
        )
        if own_part:
            event = replace(
                event,
                action=A.OF_PARTS.get(lemma, {}).get(own_part) or phrase_of(lemma, (own_part,)) or event.action,
            )
        event = self._prepositions(verb, self._over_a_place(verb, replace(event, likely=self._likely(verb, event))))
        expression = A.expression_of(self._feelings(verb)) or A.expression_of(
            (lemma if lemma != "hide" or not event.what else "", *event.how, *(self._complements(verb)))
        )
        event = replace(event, expression=expression)
        return replace(event, leaves=self._leaves(verb, event, particle))

    def _likely(self, verb: Any, event: Event) -> str:
        """The act that is likely to show what a figure does, where its verb has no movement of its own."""
        doers = [self.cast.entities[id] for id in event.who if self.cast.entities[id].figure]
        if not doers or verb_of(event.verb) or phrase_of(event.verb, event.said.split()[1:]):
            return ""
        return likely_act(doers[0].noun, words_of_deed(verb, event.verb), self.piece.text)

    def _over_a_place(self, verb: Any, event: Event) -> Event:
        """ "Flew over the village", where the parser takes the village for what is flown."""
        changed = event
        for noun in verb.children if event.action in A.MOTION else ():
            first = noun.left_edge.i
            before = self.doc[first - 1] if noun.dep_ in OBJECT and first else None
            if before is None or before.dep_ != "prep" or before.head != verb or any(before.children):
                continue
            ids = [id for id in self.mentions.ids.get(noun.i, ()) if self.cast.entities[id].kind in ("place", "thing")]
            where = (*changed.where, *(Where(before.lower_, id) for id in ids))
            changed = replace(changed, what=tuple(id for id in changed.what if id not in ids), where=where)
        return changed

    def _is_away(self, verb: Any) -> bool:
        """ "The bus was already gone", where the parser takes "gone" for a deed."""
        return verb.lower_ in A.AWAY_STATES and any(
            c.dep_ in ("auxpass", "aux") and lemma_of(c) == "be" for c in verb.children
        )

    def _state(self, verb: Any) -> Event:
        """ "He was bored": no deed, but a face."""
        how = (verb.lower_,) if verb.pos_ == "VERB" else self._complements(verb)
        event = Event(
            "be",
            "",
            verb.text,
            self.piece.place(offset(verb)),
            self.subjects(verb),
            how=how,
            expression=A.expression_of(how),
            negated=self._has_negation(verb),
            real=self._real(verb),
        )
        placed = any(c.dep_ == "prep" for c in verb.children) or any(
            c.dep_ == "prep" for a in verb.children if a.dep_ in ("acomp", "attr", "advmod", "oprd") for c in a.children
        )
        gone = set(how) & A.AWAY_STATES and not placed and event.real and not event.negated
        return self._prepositions(verb, replace(event, leaves=event.who if gone else ()))

    def _feelings(self, verb: Any) -> tuple[str, ...]:
        """ "Cries with joy", "trembles in fear"."""
        return tuple(
            p.lower_ for c in verb.children if c.lower_ in ("with", "in", "for") for p in c.children if p.dep_ == "pobj"
        )

    def _complements(self, verb: Any) -> tuple[str, ...]:
        first = [c for c in verb.children if c.dep_ in ("acomp", "oprd")]
        return tuple(one.lower_ for c in first for one in (c, *(d for d in c.children if d.dep_ == "conj")))

    # what is said of it

    def _how(self, verb: Any) -> tuple[str, ...]:
        return tuple(
            c.lower_
            for c in verb.children
            if c.dep_ == "advmod"
            and (c.lower_.endswith("ly") or c.lower_ in ("fast", "hard", "alone", "together", "well", "badly"))
        )

    def _has_negation(self, verb: Any) -> bool:
        if any(c.dep_ == "neg" for c in verb.children) or any(
            c.lower_ in NEGATIVE and c.dep_ in (*SUBJECT, *OBJECT) for c in verb.children
        ):
            return True
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ in SUBJECT for c in verb.children):
            return not any(c.lower_ == "but" for c in verb.head.children) and any(
                c.dep_ == "neg" for c in verb.head.children
            )
        return verb.dep_ == "xcomp" and self._has_negation(verb.head)

    def _real(self, verb: Any) -> bool:
        able = lemma_of(verb) in A.SENSING  # "he could see the sea": he saw it
        if any(
            c.dep_ == "aux" and c.lower_ in MODALS and not (able and c.lower_ in ("can", "could"))
            for c in verb.children
        ):
            return False
        if verb.dep_ in ("xcomp", "ccomp") and verb.head.pos_ in ("VERB", "ADJ", "AUX"):
            head = lemma_of(verb.head)
            if head in A.UNREAL and (verb.dep_ == "xcomp" or head not in A.SAYING) and head not in A.CAUSES:
                return False
            return self._real(verb.head)
        if verb.dep_ == "advcl" and any(c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in verb.children):
            return False
        if verb.dep_ == "advcl" and any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
            return lemma_of(verb.head) in ("come", "go")
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ in SUBJECT for c in verb.children):
            return self._real(verb.head)
        return True

    def _leaves(self, verb: Any, event: Event, particle: str) -> tuple[str, ...]:
        if event.negated or not event.real:
            return ()
        figures = [id for id in event.what if self.cast.entities[id].figure]
        if event.verb in A.ENDING:
            return tuple(figures)
        if event.verb in A.LEAVING and not event.what:
            return event.who
        if particle in ("away", "off") and (event.action in A.MOTION or event.verb in ("chase", "drive", "send")):
            return tuple(figures) if event.verb in ("chase", "drive", "send") else event.who
        out = any(
            w.relation == "out of" and self.cast.entities[w.entity].noun in ("window", "door", "gate")
            for w in event.where
        )
        return event.who if out and event.action in A.MOTION else ()
