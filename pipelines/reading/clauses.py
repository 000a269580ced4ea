"""The events of one parsed sentence: each verb with who, what, whom, with what, where and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.reading import actions as A
from pipelines.reading.english import offset, written
from pipelines.reading.mentions import Mentions
from pipelines.reading.naming import NARRATOR
from pipelines.reading.parse import OBJECT, SUBJECT, before_verb, lemma_of, listed
from pipelines.reading.quotes import Piece
from pipelines.reading.told import Event, Where

SPATIAL = frozenset(
    [
        "in",
        "into",
        "on",
        "onto",
        "at",
        "to",
        "from",
        "under",
        "over",
        "across",
        "through",
        "behind",
        "beside",
        "by",
        "near",
        "against",
        "along",
        "around",
        "round",
        "up",
        "down",
        "off",
        "out",
        "outside",
        "inside",
        "below",
        "above",
        "past",
        "towards",
        "toward",
        "between",
        "among",
        "amid",
        "before",
        "upon",
        "beneath",
        "within",
        "after",
    ]
)
WANTED = frozenset(
    ["want", "need", "wish", "lack", "dream", "ask", "beg", "search", "look", "long", "hope", "hunt", "wait", "call"]
)
MODALS = frozenset(["can", "could", "may", "might", "must", "shall", "should", "will", "would", "'ll", "'d"])
GIVING = frozenset(
    [
        "give",
        "tell",
        "show",
        "bring",
        "offer",
        "hand",
        "send",
        "say",
        "speak",
        "sell",
        "read",
        "lend",
        "pay",
        "serve",
        "feed",
        "throw",
        "pass",
        "teach",
        "answer",
        "reply",
        "explain",
        "return",
        "promise",
        "whisper",
    ]
)
PARTICLES = frozenset(
    [
        "away",
        "off",
        "out",
        "up",
        "down",
        "back",
        "home",
        "in",
        "inside",
        "outside",
        "indoors",
        "outdoors",
        "upstairs",
        "downstairs",
    ]
)
PARTS_OF_PLACES = frozenset(["middle", "edge", "heart", "centre", "center", "end", "bottom"])
FAREWELLS = frozenset(["goodbye", "good-bye", "farewell", "bye", "hello", "goodnight"])
WORN = frozenset(["glasses", "spectacles", "crown", "hat", "backpack", "scarf", "cap", "apron"])
NEGATIVE = frozenset(["nobody", "nothing", "none", "no-one", "neither"])


class Clauses:
    """Reads the verbs of a sentence whose nouns are known."""

    def __init__(self, mentions: Mentions, piece: Piece) -> None:
        self.mentions, self.piece, self.doc, self.cast = mentions, piece, mentions.doc, mentions.cast
        self.about: set[str] = set()  # what is only wanted or spoken about
        self.sought: set[str] = set()  # what is looked for, waited for or asked for
        self.gone_before: set[str] = set()  # who "had vanished" by then
        self.told_of: set[int] = set()  # verbs of what is only spoken about: "an octopus that lived in the harbour"

    def events(self) -> list[tuple[Any, Event]]:
        found = []
        for token in self.doc:
            if token.dep_ in ("acl", "amod") and token.lower_ in ("named", "called"):
                continue  # "a boy called Sam" does nothing yet
            if token.pos_ == "VERB" and token.dep_ not in ("amod", "aux", "auxpass", "compound", "prep"):
                found.append((token, self._event(token)))
            elif token.pos_ == "AUX" and token.dep_ not in ("aux", "auxpass"):
                found.append((token, self._state(token)))
        return found

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
        complement = next(
            (
                c.lower_
                for c in verb.children
                if c.dep_ in ("acomp", "oprd", "advmod") and c.lower_ in ("asleep", "awake")
            ),
            "",
        )
        if complement == "asleep":
            lemma = "sleep"
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
        if len(what) > 1 and not whom and lemma in GIVING and self.cast.entities[what[0]].figure:
            whom, what = what[:1], what[1:]  # "brought the mouse a mushroom"
        if not whom and lemma in GIVING:
            whom = self._given_her(verb, who)
        if verb.dep_ == "relcl" and set(self.mentions.ids.get(verb.head.i, ())) & self.about:
            self.told_of.add(verb.i)
        event = Event(
            lemma, A.action_of(lemma), " ".join(word for word in (written(verb), particle) if word), self.piece.place(offset(verb)), who, what, whom,
            how=self._how(verb), negated=self._negated(verb), real=self._real(verb) and verb.i not in self.told_of,
        )  # fmt: skip
        if lemma == "say" and any(c.lower_ in FAREWELLS for c in verb.children):
            event = replace(event, action="wave")
        if own_part and lemma in A.OF_PARTS:
            event = replace(event, action=A.OF_PARTS[lemma].get(own_part, event.action))
        event = self._prepositions(verb, event)
        expression = A.expression_of(self._feelings(verb)) or A.expression_of(
            (lemma, *event.how, *(self._complements(verb)))
        )
        event = replace(event, expression=expression)
        return replace(event, leaves=self._leaves(verb, event, particle))

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

    def _given_her(self, verb: Any, who: tuple[str, ...]) -> tuple[str, ...]:
        """ "Gave her soup", where the parser takes her for whose soup it is: it is given to her."""
        if any(c.lower_ in ("to", "for") for c in verb.children):
            return ()
        for child in verb.children:
            owner = (
                next((c for c in child.children if c.lower_ == "her" and c.i == verb.i + 1), None)
                if child.dep_ in OBJECT
                else None
            )
            ids = self.mentions.ids.get(owner.i, ()) if owner is not None else ()
            if ids and not set(ids) & set(who):
                return tuple(ids)
        return ()

    def _state(self, verb: Any) -> Event:
        """ "He was bored": no deed, but a face."""
        how = self._complements(verb)
        event = Event(
            "be",
            "",
            verb.text,
            self.piece.place(offset(verb)),
            self.subjects(verb),
            how=how,
            expression=A.expression_of(how),
            negated=self._negated(verb),
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

    def _refs(self, verb: Any, deps: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        for child in verb.children:
            if child.dep_ in deps and child.pos_ != "ADP":
                found += self._with_joined(child)
            elif child.dep_ in deps or (child.dep_ == "prt" and "dobj" in deps):  # "puts on an apron"
                found += [id for p in child.children if p.dep_ == "pobj" for id in self._with_joined(p)]
        return tuple(dict.fromkeys(found))

    def _given(self, verb: Any, dep: str) -> tuple[str, ...]:
        return self._refs(verb, (dep,))

    def _with_joined(self, token: Any) -> list[str]:
        found = list(self.mentions.ids.get(token.i, ()))
        for child in token.children:
            if (child.dep_ == "conj" or listed(child)) and child.pos_ in ("NOUN", "PROPN", "PRON"):
                found += self._with_joined(child)
        return found

    def subjects(self, verb: Any) -> tuple[str, ...]:
        """Who does it: its own subject, that of the verb it is joined to, or the noun that it describes."""
        own = [c for c in verb.children if c.dep_ in SUBJECT]
        before = self.doc[verb.i - 1] if verb.i else None
        if not own and before is not None and before.i in self.mentions.ids and before_verb(before):
            return tuple(self._with_joined(before))
        if own:
            heads = [self._held_by(c, verb) or c for c in own]
            return tuple(dict.fromkeys(id for c in heads for id in self._with_joined(c)))
        if (behind := self._behind_quote(verb)) is not None:
            return tuple(self._with_joined(behind))
        if (
            verb.dep_ in ("conj", "advcl", "xcomp", "ccomp", "parataxis", "dep")
            and verb.head != verb
            and verb.head.pos_ in ("VERB", "AUX")
        ):
            if (
                verb.dep_ == "xcomp"
                and (raised := self._refs(verb.head, OBJECT))
                and lemma_of(verb.head) in A.UNREAL | A.CAUSES
            ):
                return raised
            above = verb.head.head
            if (  # "hears it sing and takes a picture": who hears takes
                verb.dep_ == "conj"
                and verb.head.dep_ in ("ccomp", "xcomp")
                and verb.tag_ != verb.head.tag_
                and verb.tag_ == above.tag_
            ):
                return self.subjects(above)
            if self._passive(verb.head) and verb.dep_ == "conj":
                return self._given(verb.head, "nsubjpass") or self.subjects(verb.head)
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
        if lemma_of(verb) not in A.SAYING or not verb.i or verb.nbor(-1).text not in ('"', "”", "’", "'"):
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

    # what is said of it

    def _how(self, verb: Any) -> tuple[str, ...]:
        return tuple(
            c.lower_
            for c in verb.children
            if c.dep_ == "advmod"
            and (c.lower_.endswith("ly") or c.lower_ in ("fast", "hard", "alone", "together", "well", "badly"))
        )

    def _negated(self, verb: Any) -> bool:
        if any(c.dep_ == "neg" for c in verb.children) or any(
            c.lower_ in NEGATIVE and c.dep_ in (*SUBJECT, *OBJECT) for c in verb.children
        ):
            return True
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ in SUBJECT for c in verb.children):
            return not any(c.lower_ == "but" for c in verb.head.children) and any(
                c.dep_ == "neg" for c in verb.head.children
            )
        return verb.dep_ == "xcomp" and self._negated(verb.head)

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
            if verb.head.pos_ == "ADJ":
                return False
            return self._real(verb.head)
        if verb.dep_ == "advcl" and any(c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in verb.children):
            return False
        if verb.dep_ == "advcl" and any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
            return lemma_of(verb.head) in ("come", "go")
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ in SUBJECT for c in verb.children):
            return self._real(verb.head)
        return True

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
                if token.lower_ in ("with", "in") and self._wears(token.head, ids):
                    continue
                figures = [id for id in ids if self.cast.entities[id].figure]
                part = noun.i in self.mentions.parts
                last = relation.split()[0]
                if last in PARTS_OF_PLACES:
                    relation = last = "in"
                if last == "with" and direct:
                    if figures and not part:
                        who += figures
                    elif not part:
                        tools += ids
                elif last in ("about", "of", "like", "than") or (
                    last == "for" and (event.verb in WANTED or not figures)
                ):
                    self.about |= {id for id in ids if direct or self.cast.entities[id].figure}
                    self.sought |= set(ids) if last == "for" and event.verb in WANTED and direct else set()
                elif last == "for" or (last == "to" and figures and event.verb in GIVING):
                    whom += figures
                elif last in SPATIAL and figures:
                    whom += figures if direct else []
                    where += [Where(relation, id) for id in figures if last not in ("at", "to", "after") and not part]
                elif last in SPATIAL:
                    where += [Where(relation, id) for id in ids]
        if event.action in A.MOTION:
            who += self._host_of(who, where)
        home = [c for c in verb.children if c.lower_ == "home" and c.dep_ in ("advmod", "npadvmod", *OBJECT)]
        if home:
            where.append(Where("to", self._home(home[0])))
        kept = tuple(dict.fromkeys(id for id in whom if id not in event.who))
        return replace(
            event,
            who=tuple(dict.fromkeys(who)),
            whom=kept,
            tools=tuple(dict.fromkeys(tools)),
            where=tuple(one for one in dict.fromkeys(where) if one.entity not in event.who),
        )

    def _wears(self, holder: Any, ids: Sequence[str]) -> bool:
        """ "A mole with glasses", "a girl in a red coat": worn from now on."""
        from pipelines.reading import wordnet as W

        bearers = self.mentions.ids.get(holder.i, ()) if holder.pos_ in ("NOUN", "PROPN") else ()
        clothes = [
            id for id in ids if W.is_a(self.cast.entities[id].noun, "clothing") or self.cast.entities[id].noun in WORN
        ]
        if len(bearers) != 1 or not clothes or not self.cast.entities[bearers[0]].figure:
            return False
        self.cast.change(bearers[0], wears=clothes[0])
        return True

    def _host_of(self, who: Sequence[str], where: Sequence[Where]) -> list[str]:
        """ "We rode on his sled": whose it is rides too, where he is there."""
        if not any(self.cast.entities[id].noun == NARRATOR for id in who) or len(who) < 2:
            return []
        owners = [self.cast.entities[w.entity].owner for w in where if w.relation in ("on", "in", "by", "aboard")]
        return [id for id in owners if id and id not in who and id in self.cast.here and self.cast.entities[id].figure]

    def _home(self, token: Any) -> str:
        known = self.mentions.ids.get(token.i) if token.i not in self.mentions.brought else ()
        id = (
            known[0]
            if known
            else self.cast.same("home", "place", (), False)
            or self.cast.named("home", kind="place", said="home", first=self.mentions.number)
        )
        if token.i not in self.mentions.brought:
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
            before = token.head if parts and token.lower_ == "of" else None
            return (f"{before.lower_} of" if before is not None else token.lower_), inside
        return token.lower_, []

    def _leaves(self, verb: Any, event: Event, particle: str) -> tuple[str, ...]:
        if event.negated or not event.real:
            return ()
        figures = [id for id in event.what if self.cast.entities[id].figure]
        if event.verb in A.ENDING:
            return tuple(figures)
        if event.verb in A.LEAVING and not event.what:
            if any(c.dep_ == "aux" and c.lower_ in ("had", "'d", "has", "have") for c in verb.children):
                self.gone_before |= set(event.who)
            return event.who
        if particle in ("away", "off") and (event.action in A.MOTION or event.verb in ("chase", "drive", "send")):
            return tuple(figures) if event.verb in ("chase", "drive", "send") else event.who
        out = any(
            w.relation == "out of" and self.cast.entities[w.entity].noun in ("window", "door", "gate")
            for w in event.where
        )
        return event.who if out and event.action in A.MOTION else ()
