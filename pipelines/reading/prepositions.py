"""The prepositions below a verb: to whom, with what, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.language.lexicon import Words
from pipelines.reading import actions as A
from pipelines.reading import wordnet as W
from pipelines.reading.nouns import MEASURES
from pipelines.reading.parse import OBJECT, lemma_of
from pipelines.reading.roles import Roles
from pipelines.reading.told import Event, Where

SPATIAL = Words("small", "read spatial")
WANTED = Words("verbs", "read wanted")
ON_THE_WAY = "on the way to"
MAKING = Words("verbs", "read making")
BANDS = frozenset(["team", "club", "band", "choir", "orchestra", "crew", "army"])
TIMED = Words("verbs", "read timed")
PARTS_OF_PLACES = Words("places", "parts")
WORN = frozenset(["glasses", "spectacles", "crown", "hat", "backpack", "scarf", "cap", "apron"])


class Prepositions(Roles):
    """What Clauses knows of prepositions."""

    about: set[str]  # what is only wanted or spoken about
    sought: set[str]  # what is looked for, waited for or asked for

    def _prepositions(self, verb: Any, event: Event) -> Event:
        """Each preposition below the verb, also below its nouns: to whom, with what, where."""
        who, whom, tools, where = list(event.who), list(event.whom), list(event.tools), list(event.where)
        for token in verb.subtree:
            if (
                token.dep_ not in ("prep", "dative", "agent")
                or token.pos_ not in ("ADP", "SCONJ", "ADV")
                or self._verb_of(token) != verb
            ):
                continue
            relation, inside = self._relation(token)
            direct = token.head == verb
            for noun in inside:
                ids = self._with_joined(noun)
                if self._only_compared(verb, token, ids):
                    self.about |= set(ids)
                    continue
                before = self.doc[token.i - 1] if token.i and token.lower_ == "with" else token.head
                if token.lower_ in ("with", "in") and (self._wears(token.head, ids) or self._wears(before, ids)):
                    continue
                figures = [id for id in ids if self.cast.entities[id].figure]
                part = noun.i in self.mentions.parts
                if token.lower_ == "to" and token.head.lower_ in ("next", "close"):
                    relation = "beside"  # "next to him"
                last = relation.split()[0]
                if event.verb in MAKING and relation in ("out of", "from", "of") and not figures:
                    continue  # "a raft out of old wood": what it is made of
                if last in PARTS_OF_PLACES:
                    relation = last = "under" if last == "bottom" and lemma_of(noun) in ("sea", "ocean") else "in"
                if last == "with" and direct:
                    if figures and not part:
                        who += figures
                    elif not part:
                        tools += ids
                elif last == "of" and lemma_of(token.head) in MEASURES:
                    continue  # "a lot of people" are there
                elif last in ("about", "of", "like", "than") or (
                    last == "for" and (event.verb in WANTED or not figures)
                ):
                    self.about |= {id for id in ids if direct or self.cast.entities[id].figure}
                    self.sought |= set(ids) if last == "for" and event.verb in WANTED and direct else set()
                elif last == "for" or (last == "to" and figures and event.verb in A.ADDRESSED):
                    whom += figures
                elif last in SPATIAL and figures:
                    whom += figures if direct else []
                    where += [Where(relation, id) for id in figures if last not in ("at", "to") and not part]
                elif last in SPATIAL:
                    where += [Where(relation, id) for id in ids]
        where += self._homeward(verb)
        kept = tuple(dict.fromkeys(id for id in whom if id not in event.who))
        return replace(
            event,
            who=tuple(dict.fromkeys(who)),
            whom=kept,
            tools=tuple(dict.fromkeys(tools)),
            where=tuple(one for one in dict.fromkeys(where) if one.entity not in event.who),
        )

    def _homeward(self, verb: Any) -> list[Where]:
        """“Walks home” and “on the way home”."""
        near = [c for a in (verb, *verb.children) if a is verb or a.dep_ == "acomp" for c in a.children]
        home = [c for c in near if c.lower_ == "home" and c.dep_ in ("advmod", "npadvmod", *OBJECT)]
        wheres = [Where("to", self._home(home[0]))] if home else []
        ways = [t for t in verb.subtree if t.dep_ in ("pobj", *OBJECT) and self._verb_of(t) == verb]
        for way in ways:  # "on the way home", "on the bus home"
            wheres += [Where(ON_THE_WAY, self._home(c)) for c in way.children if c.lower_ == "home"]
        return wheres

    def _only_compared(self, verb: Any, preposition: Any, ids: Sequence[str]) -> bool:
        """ "Was there before the teacher", "plays in the red team": who is named need not be there."""
        if not ids or preposition.head != verb:
            return False
        if preposition.lower_ == "before" and self.cast.entities[ids[0]].noun == "sun":
            return True  # "woke up before the sun"
        if not self.cast.entities[ids[0]].figure:
            return False
        if preposition.lower_ in ("in", "for", "on") and self.cast.entities[ids[0]].noun in BANDS:
            return True
        return preposition.lower_ in ("before", "after") and lemma_of(verb) in TIMED

    def _wears(self, holder: Any, ids: Sequence[str]) -> bool:
        """ "A mole with glasses", "a girl in a red coat": worn from now on."""
        bearers = self.mentions.ids.get(holder.i, ()) if holder.pos_ in ("NOUN", "PROPN") else ()
        clothes = [
            id for id in ids if W.is_a(self.cast.entities[id].noun, "clothing") or self.cast.entities[id].noun in WORN
        ]
        if len(bearers) != 1 or not clothes or not self.cast.entities[bearers[0]].figure:
            return False
        self.cast.change(bearers[0], wears=clothes[0])
        return True

    def _home(self, token: Any) -> str:
        known = self.mentions.ids.get(token.i)
        id = (
            known[0]
            if known
            else self.cast.same("home", "place", (), False)
            or self.cast.named("home", kind="place", said="home", first=self.mentions.number)
        )
        self.mentions.ids[token.i] = (id,)
        return id

    def _verb_of(self, token: Any) -> Any:
        at = token.head
        while at.pos_ not in ("VERB", "AUX") and at.head != at:
            at = at.head
        return at

    def _relation(self, token: Any) -> tuple[str, list[Any]]:
        """The whole preposition, "out of" too, and the nouns behind it."""
        inside = [c for c in token.children if c.dep_ in ("pobj", "pcomp") and c.pos_ != "VERB"]
        if inside:
            parts = token.head.dep_ in ("prep", "advmod") or token.head.lower_ in PARTS_OF_PLACES
            if token.lower_ == "of" and token.head.lower_ == "front":
                return "in front of", inside
            before = token.head if parts and token.lower_ == "of" else None
            return (f"{before.lower_} of" if before is not None else token.lower_), inside
        return token.lower_, []
