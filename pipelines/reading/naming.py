"""Names in a sentence: given names with and without titles, names said of somebody known ("a boy called Sam"), kin as names, "I" and "we"."""

from __future__ import annotations

from typing import Any

from pipelines.language.lexicon import Words
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.cast import GENDERS, TELLING, Cast
from pipelines.reading.parse import DAYS, OBJECT, SUBJECT, colour_in, first_of, is_listed, lemma_of, verb_above
from pipelines.reading.told import Entity
from pipelines.scenes.words import HOUR_OF, WEATHER_OF

TO_PLACE = ("in", "to", "from", "towards", "toward", "near", "at", "through")
CALLING = ("name", "call", "christen", "nickname")
ME, US = frozenset(["i", "me", "my", "mine", "myself"]), frozenset(["we", "us", "our", "ours", "ourselves"])
CALLINGS = Words("nouns", "callings")
ALSO_CALLINGS = Words("nouns", "also callings")
FRIENDS = Words("nouns", "friends")
COMMON = frozenset(["ADJ", "ADV", "INTJ", "NOUN", "VERB", "X"])  # what the tagger may take a name for
NARRATOR = "i"  # the noun of who tells the story


class Names:
    """What Mentions knows of names."""

    cast: Cast
    number: int
    doc: Any
    ids: dict[int, tuple[str, ...]]
    only_owner: set[int]
    members: dict[str, tuple[str, ...]]  # of a group whose members were named

    def role(self, token: Any) -> str:
        raise NotImplementedError

    def _known_or_new(self, token: Any, noun: str, kind: str) -> None:
        raise NotImplementedError

    def _set(self, token: Any, ids: tuple[str, ...]) -> None:
        self.ids[token.i] = ids
        self.cast.mention(ids, self.number, token.i, verb_above(token).i, self.role(token))

    # who tells the story

    def _first_person(self, token: Any) -> bool:
        """ "I" and "we" outside quotation marks are who tells the story, and those who are with them."""
        word = token.lower_
        if word not in ME | US or (word == "i" and token.text != "I"):
            return False
        known = f"{NARRATOR}-1" if f"{NARRATOR}-1" in self.cast.entities else ""  # also where "I am a sailor" said more
        me = known or self.cast.named(NARRATOR, kind="person", said="I", name="I", first=self.number)
        role = "owner" if token.dep_ == "poss" or token.tag_ == "PRP$" else self.role(token)
        doing = {id for c in verb_above(token).children if c.dep_ in SUBJECT for id in self.ids.get(c.i, ())}
        others = [
            id for id in (self._with(me) if word in US else ()) if role in ("subject", "owner") or id not in doing
        ]
        ids = (me, *others)
        self.ids[token.i] = ids
        self.cast.mention(ids, self.number, token.i, verb_above(token).i, role)
        if role == "owner":
            self.only_owner.add(token.i)
        return True

    def _with(self, me: str) -> tuple[str, ...]:
        """Who is meant by "we" besides the one who tells: those who were named together with them, else whom they belong with, else who was named last."""
        known = self.cast.entities
        near = [mention for mention in reversed(self.cast.mentions) if self.number - mention.sentence <= 3]
        joined = next((one.ids for one in near if me in one.ids and len(one.ids) > 1), ())
        if others := tuple(id for id in joined if id != me and known[id].figure):
            return others
        acted = {id for mention in self.cast.mentions if mention.role == "subject" for id in mention.ids}
        singles = [
            id
            for one in near
            for id in one.ids
            if id != me and known[id].figure and (id in acted or known[id].noun not in N.MADE)
        ]  # who builds a snowman is not "we" with it
        met = {GENDERS[one.lower_] for one in self.doc if one.lower_ in ("him", "her") and one.dep_ in OBJECT}
        singles = [id for id in singles if known[id].gender not in met]  # "we visited him": he is none of us
        now = [one for one in near if one.sentence == self.number and one.role == "subject" and not one.pronoun]
        if now and all(known[id].kind == "person" and id in singles for id in now[0].ids):
            return now[0].ids  # "when the children come home we play"
        own = [id for id in dict.fromkeys(singles) if known[id].owner == me]
        return tuple(own) or tuple(singles[:1])

    # names

    def _is_name(self, token: Any) -> bool:
        if not token.text[:1].isupper() or (token.text.isupper() and len(token.text) > 1):  # "TV", "DVD"
            return False
        roles = self.doc.user_data.get("role", {})  # "Pia the cat"
        if token.pos_ != "PROPN" and not (token.i in roles or self._name_by_list(token) or self._borne(token)):
            return False
        by_day = any(child.lower_ in DAYS for child in token.lefts)  # "every Sunday Martin came"
        snowing = token.is_sent_start and token.lower_ in WEATHER_OF | HOUR_OF  # "Snow falls"
        return by_day or not (snowing or any(c.dep_ in ("det", "poss") and c.i < token.i for c in token.children))

    def _name_by_list(self, token: Any) -> bool:
        """A capital word of the lists of names that the tagger took for something else."""
        if not token.text.istitle():
            return False
        by_title = token.lower_ in given.KIN and (
            not token.is_sent_start or token.pos_ in ("NOUN", "PROPN") or token.dep_ == "nsubj"
        )
        if by_title and not any(child.dep_ in ("det", "poss") for child in token.children):
            return True
        return (
            token.pos_ in COMMON
            and W.count_of(token.lower_, "n" if token.pos_ == "NOUN" else "r") <= (token.pos_ == "NOUN")
            and bool(N.gender_of_name(token.text))
        )

    def _borne(self, token: Any) -> bool:
        """Whether somebody of the story is called so, though it is a word too: Biscuit, Rose."""
        return token.pos_ in COMMON and bool(self.cast.by_name(token.text))

    def _named(self, token: Any) -> None:
        """A name: who is known by it, else somebody new, of the noun that its title says ("Captain Morgan" is a captain)."""
        words = [
            *(c.text for c in token.lefts if c.dep_ == "compound" or given.plain(c.text) in given.TITLES),
            token.text,
        ]
        adjectives = tuple(word.lower() for word in words[:-1] if word.lower() in TELLING | {"poor", "dear", "tiny"})
        words = [
            word for word in words if word.lower() not in DAYS | set(adjectives)
        ] or words  # "on Friday Oskar came"
        adjectives += tuple(c.lower_ for c in token.lefts if c.dep_ == "amod" and c.text.islower())  # "little Omar"
        name = " ".join(words)
        if self._kin_name(token, name):
            return
        low = name.lower()
        title = next((given.TITLES[plain] for word in words[:-1] if (plain := given.plain(word)) in given.TITLES), None)
        gender = title[1] if title else N.gender_of_name(words[0]) or ""  # behind a title stands a surname
        known = N.gender_of_name(words[0]) is not None or title is not None
        place = token.dep_ == "pobj" and token.head.lower_ in TO_PLACE and not known
        place = place or self._is_place(token, name)
        role = self.doc.user_data.get("role", {}).get(token.i, ())
        id = self.cast.by_name(name) or (self._by_role(name, role) if role else "")
        if role and not id:
            noun, kind = role[-1], N.kind_of(role[-1], True)
            gender = gender or N.gender_of(noun)
            being = noun if kind == "person" and noun in N.BEINGS else ""
            id = self.cast.named(
                noun,
                kind=kind,
                said=" ".join(role),
                name=name,
                gender=gender,
                adjectives=(*adjectives, *role[:-1]),
                colour=colour_in(role[:-1]),
                first=self.number,
                being=being,
            )
        elif not id:
            noun, kind = self._bearer(words, title, place)
            gender = gender or N.gender_of(low) or ("f" if not known and low.endswith("a") and kind == "person" else "")
            id = self.cast.named(
                noun, kind=kind, said=name, name=name, gender=gender, adjectives=adjectives, first=self.number
            )
        self._set(token, (id,))

    def _is_place(self, token: Any, name: str) -> bool:
        """ "On Mars", "in Paris", "to Africa": a name of a place, by WordNet, behind a word for where."""
        if token.dep_ != "pobj" or token.head.lower_ not in (*TO_PLACE, "on", "over", "across", "into", "around"):
            return False
        given_name = N.gender_of_name(name) is not None and token.head.lower_ not in ("in", "into")
        return not given_name and W.place_named(name)

    def _by_role(self, name: str, role: tuple[str, ...]) -> str:
        """Who "the baker" of "Marta the baker" is, if a baker without a name is known; "" for nobody."""
        id = self.cast.same(role[-1], N.kind_of(role[-1], True), role[:-1], False)
        if not id or self.cast.entities[id].name or self.cast.entities[id].noun != role[-1]:
            return ""
        entity = self.cast.entities[id]
        self.cast.change(id, name=name, gender=entity.gender or N.gender_of_name(name.split()[0]) or "")
        return id

    def _takes_name(self, token: Any, ids: tuple[str, ...]) -> tuple[str, ...]:
        """ "The old wizard Merlin": the wizard is Merlin from now on."""
        name = self.doc.user_data.get("called", {}).get(token.i, "")
        if not name or len(ids) != 1:
            return ids
        entity = self.cast.entities[ids[0]]
        self.cast.change(entity.id, name=name, gender=entity.gender or N.gender_of_name(name.split()[0]) or "")
        return ids

    def _bearer(self, words: list[str], title: tuple[str, str] | None, place: bool) -> tuple[str, str]:
        """The noun and the kind of who bears a name: a title's, an animal's ("Mr Fox", "Reddy Fox"; "Anna Wolf" is a woman), else the name."""
        last = words[-1].lower()
        strange = len(words) > 1 and N.gender_of_name(words[-2]) is None
        if (title or strange) and N.kind_of(last, True) == "animal":
            return last, "animal"
        if title:
            return title[0], "person"
        return " ".join(words).lower(), "place" if place else "person"

    def _kin_name(self, token: Any, name: str) -> bool:
        """ "Mum", "Grandpa": kin without an article is the storyteller's own, or of the one whom the story follows."""
        noun = given.KIN.get(name.lower())
        if noun is None:
            return False
        id = self.cast.same(noun, "person", (), False) or self.cast.named(
            noun, kind="person", said=name, name=name, gender=N.gender_of(noun), first=self.number
        )
        if not self.cast.entities[id].name:
            self.cast.change(id, name=name)
        self._set(token, (id,))
        return True

    # names said of somebody

    def _says_name(self, token: Any) -> bool:
        """ "A boy named Sam", "my brother Tom", "his dog Biscuit": the capital word is the other's name, not somebody new."""
        if not token.text[:1].isupper() or token.is_sent_start:
            return False
        head = token.head
        if head.lower_ in ("named", "called") and head.dep_ in ("acl", "conj", "amod") and head.head.i in self.ids:
            return self._gives_name(token, self.ids[head.head.i])
        if lemma_of(head) in CALLING and token.dep_ in ("oprd", "attr", "dobj", "xcomp"):
            who = next((self.ids[c.i] for c in head.children if c.dep_ == "nsubjpass" and c.i in self.ids), ())
            who = who or next(
                (self.ids[c.i] for c in head.children if c.dep_ in OBJECT and c is not token and c.i in self.ids), ()
            )
            return self._gives_name(token, who)
        if token.dep_ == "appos" and head.i in self.ids and token.pos_ == "PROPN":
            ids = self.ids[head.i]
            several = len(ids) == 1 and self.cast.entities[ids[0]].count > 1
            if (several or not is_listed(token)) and self._gives_name(token, ids):
                return True
        if token.dep_ == "conj" and head.i in self.ids and self._listed_names(token):
            return self._member(token, self.ids[head.i][0])
        if token.dep_ == "conj" and head.i in self.ids and token.pos_ == "PROPN":
            group = self.cast.entities[self.ids[head.i][0]].group if self.ids[head.i] else ""
            if group in self.members:
                return self._member(token, group)
        before = token.nbor(-1)
        beside = (
            token.pos_ == "PROPN" and before.pos_ == "NOUN" and before.text.islower() and self.ids.get(before.i, ())
        )
        if beside and N.kind_of(lemma_of(before)) in N.FIGURES and self._gives_name(token, beside):
            return True  # "my brother Tom"
        role = next((c for c in token.lefts if c.dep_ in ("compound", "nmod") and c.text.islower()), None)
        if role is None or token.pos_ not in ("PROPN", "NOUN") or N.kind_of(lemma_of(role)) not in N.FIGURES:
            return False
        noun = given.KIN.get(role.lower_, role.lower_)
        self._known_or_new(token, noun, N.kind_of(noun))
        return self._gives_name(token, self.ids.get(token.i, ()))

    def _listed_names(self, token: Any) -> bool:
        """ "Two sisters, Mia and Lena,": as many names behind a comma as there are of them."""
        head, names = token.head, [token]
        ids = self.ids[head.i]
        while names[-1].pos_ == "PROPN" and (more := next((c for c in names[-1].children if c.dep_ == "conj"), None)):
            names.append(more)
        count = self.cast.entities[ids[0]].count if len(ids) == 1 else 0
        return (
            head.tag_ == "NNS"
            and count == len(names) > 1
            and all(name.pos_ == "PROPN" for name in names)
            and token.nbor(-1).text == ","
        )

    def _gives_name(self, token: Any, ids: tuple[str, ...]) -> bool:
        """Somebody known is called so from now on; False where nobody is. Names of several ("two astronauts, Kim and Lee") are theirs one by one."""
        if len(ids) == 1 and self.cast.entities[ids[0]].count > 1 and self.cast.entities[ids[0]].figure:
            return self._member(token, ids[0])
        if len(ids) != 1 or not self.cast.entities[ids[0]].figure:
            return False
        entity = self.cast.entities[ids[0]]
        words = [*(c.text for c in token.lefts if c.dep_ == "compound" and c.text[:1].isupper()), token.text]
        name = " ".join(words)
        title = next((given.TITLES[plain] for word in words if (plain := given.plain(word)) in given.TITLES), None)
        gender = entity.gender or (title[1] if title else N.gender_of_name(words[0]) or "")
        self.cast.change(entity.id, name=name, gender=gender)
        self.ids[token.i] = ids
        return True

    def _member(self, token: Any, group: str) -> bool:
        """One of a group, by name; the group's word means its members from now on."""
        entity = self.cast.entities[group]
        id = self.cast.named(
            entity.noun,
            kind=entity.kind,
            said=f"{entity.noun} {token.text}",
            name=token.text,
            gender=N.gender_of_name(token.text) or "",
            being=entity.being,
            group=group,
            owner=entity.owner,
            first=self.number,
        )
        head = token.head if token.dep_ == "appos" else first_of(token).head
        at = head if head.i in self.ids else token.head
        while at.dep_ == "conj" and at.tag_ in ("NNP", "NNPS"):
            at = at.head
        members = tuple(m for m in self.ids.get(at.i, ()) if m != group)
        self.members[group] = (*members, id)
        self.ids[at.i] = self.members[group]
        self._set(token, (id,))
        self.cast.mention(self.members[group], self.number, at.i, verb_above(at).i, self.role(at))
        return True

    def _is_what(self, token: Any, verb: Any) -> None:
        """ "Pip is a penguin", "Anna was a baker": what somebody is of whom only the name was known."""
        if first_of(token) is not token or lemma_of(verb) != "be":
            return
        who = tuple(id for c in verb.children if c.dep_ == "nsubj" for id in self.ids.get(c.i, ()))
        noun = lemma_of(token)
        kind = N.kind_of(noun) or N.kind_of(noun, True)
        if len(who) != 1 or kind not in N.FIGURES:
            return
        entity = self.cast.entities[who[0]]
        adjectives = tuple(c.lower_ for c in token.children if c.dep_ == "amod")
        if entity.name and entity.noun == entity.name.lower():
            gender = entity.gender or N.gender_of(noun)
            colour = colour_in(adjectives) or entity.colour
            self.cast.change(
                entity.id,
                noun=noun,
                kind=kind,
                gender=gender,
                adjectives=(*entity.adjectives, *adjectives),
                colour=colour,
            )
        else:
            self._is_besides(entity, noun)

    def _is_besides(self, entity: Entity, noun: str) -> None:
        """ "My uncle is a fireman", "my best friend is a robot": what somebody is who is called by another word."""
        gender, kind = N.gender_of(noun), N.kind_of(noun) or N.kind_of(noun, True)
        if not entity.figure or (gender and entity.gender and gender != entity.gender and kind != "person"):
            return
        worker = (
            entity.kind == "person"
            and not entity.being
            and entity.noun not in given.KIN.values()
            and not N.gender_of(entity.noun)
        )
        if (entity.noun in FRIENDS or worker) and (kind == "animal" or noun in N.BEINGS) and entity.noun != NARRATOR:
            being = noun if kind == "person" else ""
            self.cast.change(entity.id, noun=noun, kind=kind, being=being, gender=entity.gender or gender)
            return
        if (
            kind == "person"
            and entity.kind == "person"
            and not entity.being
            and (noun in ALSO_CALLINGS or any(W.is_a(noun, what, 2) for what in CALLINGS))
            and noun not in given.KIN.values()
        ):
            self.cast.change(entity.id, works_as=noun)

    def _works_as(self, token: Any) -> bool:
        """ "Works as a nurse", "her job as a cook": what she is, and nobody new."""
        if token.dep_ != "pobj" or token.head.lower_ != "as" or lemma_of(token.head.head) not in ("work", "serve"):
            return False
        who = [id for c in token.head.head.children if c.dep_ == "nsubj" for id in self.ids.get(c.i, ())]
        if len(who) != 1:
            return False
        one, noun = self.cast.entities[who[0]], lemma_of(token)
        self._is_besides(one, noun)
        return True
