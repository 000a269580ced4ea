"""The nouns and pronouns of one parsed sentence, each with whom or what it means."""

from __future__ import annotations

from typing import Any

from pipelines.language.compounds import compound_of
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.cast import ORDER, OTHERS, Cast, is_paired
from pipelines.reading.parse import (
    DAYS,
    DEFINITE,
    FEELINGLESS,
    NUMBERS,
    OBJECT,
    PLURAL,
    PRONOUNS,
    SUBJECT,
    TOGETHER,
    UNCHANGED,
    before_verb,
    colour_in,
    first_of,
    is_inverted,
    is_listed,
    lemma_of,
)
from pipelines.reading.quotes import STAND_IN
from pipelines.reading.together import Together

BODIES = frozenset(["class", "team", "choir", "band", "orchestra", "gang", "group"])  # of people who belong together
EVERYBODY = frozenset(["everyone", "everybody"])


class Mentions(Together):
    """Reads the nouns and pronouns of a sentence from left to right; `ids` has what each word means."""

    def __init__(self, cast: Cast, number: int, doc: Any) -> None:
        self.cast, self.number, self.doc = cast, number, doc
        self.ids: dict[int, tuple[str, ...]] = {}
        self.parts: set[int] = set()  # words for parts of a body; they mean whose it is
        self.members: dict[str, tuple[str, ...]] = {}
        self.only_owner: set[int] = set()  # words that say whose something is, or what is spoken about

    def read(self) -> Mentions:
        for token in self.doc:
            if token.text == STAND_IN and token.i and token.nbor(-1).text in ('"', "“", "‘"):
                continue
            if self._first_person(token):
                continue
            if token.lower_ in PRONOUNS and token.pos_ in ("PRON", "DET"):
                self._pronoun(token)
            elif token.tag_ in ("WP", "WDT", "WP$") and self._relative(token) is not None:
                self.ids[token.i] = self.ids.get(self._relative(token).i, ())
            elif token.lower_ in ("one", "ones") and self._another_one(token):
                continue
            elif token.lower_ in EVERYBODY and not any(c.dep_ in ("prep", "relcl") for c in token.children):
                self._set(token, self.cast.everybody(self.number, True))
            elif token.pos_ in ("NOUN", "PROPN") or self._noun_by_place(token) or self._name_by_list(token):
                self._noun(token)
        self._part_words()
        self._groups()
        return self

    def _noun_by_place(self, token: Any) -> bool:
        """A word that the tagger took for something else, though it stands as the head of a noun's phrase: "the old", "the kids"."""
        return (
            token.pos_ in ("ADJ", "VERB", "ADV")
            and token.dep_ in (*SUBJECT, *OBJECT, "pobj", "dative", "attr")
            and any(child.dep_ in ("det", "poss") and child.i < token.i for child in token.children)
            and W.count_of(lemma_of(token), "n") > 0
        )

    # nouns

    def _noun(self, token: Any) -> None:
        if (
            (
                token.i + 1 < len(self.doc) and self.doc[token.i + 1].text == "-" and not token.whitespace_
            )  # "red-haired"
            or (token.dep_ == "compound" and (token.head.pos_ in ("NOUN", "PROPN") or self._is_name(token.head)))
            or token.lower_ in FEELINGLESS | DAYS
            or self._time(token)
            or self._works_as(token)
            or self._says_name(token)
            or self._described(token)
        ):
            return
        if token.dep_ == "appos" and self.ids.get(token.head.i) and not is_listed(token):
            self.ids[token.i] = self.ids[token.head.i]
            self._explains(token, self.ids[token.i])
            self._takes_name(token, self.ids[token.i])
            return
        if self._is_name(token):
            self._named(token)
            return
        noun = given.KIN.get(lemma_of(token), lemma_of(token))
        if noun in N.MEASURES and any(c.text == "of" for c in token.children):
            return
        acts = self.role(token) == "subject" and first_of(token).dep_ != "nsubjpass"
        kind = N.kind_of(noun, acts)
        if noun in N.TRUNKS and any(c.dep_ == "poss" for c in token.children):
            owners = [id for c in token.children if c.dep_ == "poss" for id in self.ids.get(c.i, ())]
            kind = "body" if any(self.cast.entities[id].kind == "animal" for id in owners) else kind
        if kind == "body" and self._body_part(token, noun):
            return
        if kind == "":
            return
        self._known_or_new(token, noun, "thing" if kind == "body" else kind)

    def _time(self, token: Any) -> bool:
        """ "One day", "every morning", "home" as where somebody goes: told elsewhere."""
        return (
            token.dep_ == "npadvmod"
            and not before_verb(token)
            and token.lower_ != "home"
            and N.kind_of(lemma_of(token)) not in ("person", "animal", "place")
        )

    def _described(self, token: Any) -> bool:
        """ "He was a swan too" names nobody new; "there was a storm" does."""
        head = first_of(token)
        there = any(c.dep_ == "expl" for c in head.head.children) or is_inverted(head.head)  # "in the box is a kitten"
        if head.dep_ not in ("attr", "oprd") or there:
            return False
        it = any(c.dep_ in SUBJECT and c.lower_ == "it" for c in head.head.children)
        friend = any(c.dep_ == "poss" for c in token.children) and N.kind_of(lemma_of(token), True) in N.FIGURES
        animal = it and N.kind_of(lemma_of(token)) == "animal" and not self._it_is_animal(head.head)
        if it and (friend or animal):
            return False  # "it was my friend", "it was only a hedgehog"
        self._is_what(token, head.head)
        return True

    def _it_is_animal(self, verb: Any) -> bool:
        """Whether "it" means an animal that is known already."""
        ids = [id for c in verb.children if c.dep_ in SUBJECT for id in self.ids.get(c.i, ())]
        return any(self.cast.entities[id].kind == "animal" for id in ids)

    def _explains(self, token: Any, ids: tuple[str, ...]) -> None:
        """ "The cook, a clever woman", "Pip, a small penguin": more is known of somebody."""
        if len(ids) != 1:
            return
        entity, noun = self.cast.entities[ids[0]], lemma_of(token)
        bare = entity.noun in (
            "friend",
            "neighbour",
            "neighbor",
            "companion",
            "stranger",
            "visitor",
            "pet",
            "owner",
            "member",
        )
        if (bare or (entity.name and entity.noun == entity.name.lower())) and N.kind_of(noun) in N.FIGURES:
            self.cast.change(entity.id, noun=noun, kind=N.kind_of(noun), gender=entity.gender or N.gender_of(noun))
        elif entity.figure and not entity.gender and N.gender_of(noun):
            self.cast.change(entity.id, gender=N.gender_of(noun))

    def _body_part(self, token: Any, noun: str) -> bool:
        """Whose nose it is: a part of a body is not a thing of its own, unless it is "a bone"."""
        owners = tuple(id for c in token.children if c.dep_ == "poss" for id in self.ids.get(c.i, ()))
        if noun == "hair" and token.dep_ == "pobj" and token.head.lower_ == "with":
            owners = owners or self.ids.get(token.head.head.i, ())
            if text := " ".join(c.lower_ for c in token.lefts if c.dep_ == "amod"):
                for id in owners[:1]:
                    self.cast.change(id, hair=f"{text} hair")
        self.ids[token.i] = owners
        self.parts.add(token.i)
        return True

    def _known_or_new(self, token: Any, noun: str, kind: str) -> None:
        lefts = list(token.lefts)
        adjectives = tuple(
            c.lower_
            for c in token.children
            if (c.dep_ in ("amod", "nummod", "advmod") and c.i < token.i and c.pos_ in ("ADJ", "VERB", "NOUN", "PROPN"))
            or c.lower_ in OTHERS
        )
        compound = " ".join(c.lower_ for c in lefts if c.dep_ == "compound")
        determiner = next((c.lower_ for c in lefts if c.dep_ in ("det", "poss") or c.tag_ == "PRP$"), "")
        possessed = [c for c in lefts if c.dep_ == "poss"]
        for owner in possessed:
            self.only_owner.add(owner.i)
        singular = (
            token.lower_ == noun and W.count_of(noun, "n") > 0 and not noun.endswith("s") and noun not in UNCHANGED
        )
        many = token.tag_ in ("NNS", "NNPS") and not is_paired(noun) and not singular
        number = next(
            (NUMBERS[c.lower_] for c in token.children if c.lower_ in NUMBERS and c.dep_ in ("nummod", "det", "amod")),
            0,
        )
        number = number if many or number < 2 else 1  # "some honey" is no number
        count = number if number > 1 else N.GATHERED.get(noun) or (N.PAIRS.get(noun, PLURAL) if many else 1)
        many = count > 1
        if determiner in ("no", "neither") or self._without(token):
            return
        own_kin = (
            token.lower_ in given.KIN and token.lower_ != noun and not determiner and not many
        )  # "when grandpa comes"
        definite = determiner in DEFINITE or bool(possessed) or own_kin
        texts: tuple[str, ...] = ()
        if (
            definite
            or (kind in N.FIGURES and determiner in ("each", "every", "all", "both"))
            or (many and not number and not adjectives)
        ):
            texts = self._find_known(noun, kind, adjectives, many, self._owner(possessed))
            texts = texts or (self._of_gathered(noun) if many and kind == "person" and determiner == "the" else ())
        if not texts:
            texts = (self._new(token, noun, kind, adjectives, compound, count, possessed, definite),)
        else:
            self._learn(texts, adjectives)
        texts = self._takes_name(token, texts)
        if (
            token.dep_ == "pobj"
            and token.head.lower_ == "of"
            and token.head.head.pos_ in ("NOUN", "PROPN")
            and lemma_of(token.head.head) not in N.MEASURES
            and kind in N.FIGURES
        ):
            self.only_owner.add(token.i)
        self._set(token, texts)

    def _owner(self, possessed: list[Any]) -> str:
        return next((id for c in possessed for id in self.ids.get(c.i, ())), "")

    def _find_known(
        self, noun: str, kind: str, adjectives: tuple[str, ...], many: bool, owner: str = ""
    ) -> tuple[str, ...]:
        id = self.cast.same(noun, kind, adjectives, many, owner if kind in N.FIGURES else "")
        if id:
            named = tuple(entity.id for entity in self.cast.entities.values() if entity.group == id and entity.name)
            return named if len(named) > 1 else self.cast.members((id,))
        if many:
            singles = tuple(
                entity.id
                for entity in self.cast.entities.values()
                if entity.count == 1
                and (entity.noun == noun or (kind in N.FIGURES and entity.kind == kind and self.cast._is(entity, noun)))
            )
            joined = singles if len(singles) > 1 else self._joined(noun, kind)
            return joined if not owner or owner not in joined else ()  # nobody is among "their parents" themselves
        return ()

    def _of_gathered(self, noun: str) -> tuple[str, ...]:
        """ "The children", "the players" of a story with a class or a team are the class or the team; empty where there is none."""
        if noun not in TOGETHER and noun not in ("player", "pupil", "student"):
            return ()
        return tuple(entity.id for entity in self.cast.entities.values() if entity.noun in BODIES)[-1:]

    def _new(
        self,
        token: Any,
        noun: str,
        kind: str,
        adjectives: tuple[str, ...],
        compound: str,
        count: int,
        possessed: list[Any],
        definite: bool,
    ) -> str:
        colour = colour_in([*adjectives, *compound.split()])
        owner = self._owner(possessed)
        group = ""
        if count == 1 and (definite or any(c.tag_ == "CD" for c in token.lefts)):  # "one duck"
            group = next(
                (
                    entity.id
                    for entity in reversed(self.cast.entities.values())
                    if entity.noun == noun and entity.count > 1
                ),
                "",
            )
        order = next((word for word in adjectives if word in ORDER), "")
        if group and order and ORDER.index(order) < self.cast.entities[group].count <= len(ORDER):
            return self.cast.parted(group, self.number)[ORDER.index(order)]
        whole = compound_of(token.text)
        text = " ".join([*adjectives, *([compound] if compound else []), whole.words.lower() if whole else noun])
        being = noun if kind == "person" and noun in N.BEINGS else ""
        robot = compound if kind == "person" and compound in N.BEINGS else ""  # "the robot cook"
        being = robot or being
        return self.cast.named(
            noun,
            kind=kind,
            said=text,
            works_as=robot,
            gender=N.gender_of(noun),
            count=count,
            adjectives=adjectives,
            colour=colour,
            owner=owner,
            group=group,
            first=self.number,
            being=being,
        )

    def _learn(self, texts: tuple[str, ...], adjectives: tuple[str, ...]) -> None:
        """Who is described again is described further."""
        if len(texts) == 1 and adjectives:
            entity = self.cast.entities[texts[0]]
            more = tuple(dict.fromkeys((*entity.adjectives, *adjectives)))
            colour = entity.colour or colour_in(adjectives)
            self.cast.change(entity.id, adjectives=more, colour=colour)

    def _without(self, token: Any) -> bool:
        return first_of(token).dep_ == "pobj" and first_of(token).head.lower_ == "without"
