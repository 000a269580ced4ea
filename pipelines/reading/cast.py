"""Everybody and everything of a story, and whom a noun or a pronoun means.

The rule for pronouns, in the manner of Lappin and Leass (1994): every mention of the last four sentences that agrees in number, gender and
kind is weighed by how near it is, by its role (subject before object before the rest), and by whether it had the same role; who does the
same deed is left out, unless the pronoun is reflexive or says whose something is. The heaviest is meant. Who has no gender yet takes the
pronoun's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipelines.language.lexicon import Words
from pipelines.props import NOUNS, record
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.told import Entity

PAIRED = Words("nouns", "paired")
ORDER = ("first", "second", "third", "fourth")
REACH = 4  # sentences that a pronoun looks back
GENDERS = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
THINGS = frozenset(["it", "its", "itself"])
MANY = frozenset(["they", "them", "their", "theirs", "themselves"])
YOUNG_KIN = Words("nouns", "young kin")
ROLES = {"subject": 2.5, "object": 1.0, "dative": 1.0, "other": 0.0, "owner": -0.5}


def is_paired(noun: str) -> bool:
    """Whether one of it is "they", as trousers are."""
    return NOUNS[noun].pair if noun in NOUNS else noun in PAIRED


@dataclass(frozen=True)
class Mention:
    """Somebody named: in which sentence, at which word, of which verb, in which role."""

    ids: tuple[str, ...]
    sentence: int
    word: int
    clause: int
    role: str
    pronoun: bool = False


@dataclass
class Cast:
    """The entities so far, by id, and their mentions, the latest last."""

    entities: dict[str, Entity] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    called_it: set[str] = field(default_factory=set)  # animals that the story called "it"
    imagined: set[str] = field(default_factory=set)  # who and what is only wanted, sought, dreamt of or missing so far
    flown: set[str] = field(default_factory=set)  # things that left in the last sentence, as a balloon that flies away
    tailed: set[str] = field(default_factory=set)  # who has a tail, paws or another part that only animals have
    here: tuple[str, ...] = ()  # the figures on stage before this sentence
    away: set[str] = field(default_factory=set)  # figures who left and did not come back so far

    # nouns

    def named(self, noun: str, **facts: object) -> str:
        """A new entity."""
        stem = re.sub(r"[^a-z0-9]+", "-", noun.lower()).strip("-")[:24] or "thing"
        number = 1 + sum(
            entity.startswith(stem + "-") and entity[len(stem) + 1 :].isdigit() for entity in self.entities
        )
        id = f"{stem}-{number}"
        self.entities[id] = Entity(id=id, noun=noun, **facts)  # type: ignore[arg-type]
        return id

    def change(self, id: str, **facts: object) -> None:
        self.entities[id] = replace(self.entities[id], **facts)  # type: ignore[arg-type]

    def mention(
        self, ids: tuple[str, ...], sentence: int, word: int, clause: int, role: str, pronoun: bool = False
    ) -> None:
        if ids:
            self.mentions.append(Mention(ids, sentence, word, clause, role, pronoun))

    def by_name(self, name: str) -> str:
        """Who bears a name, also where only a part of it or its title is said; "" for nobody."""
        latest = self._latest()
        exact = next((id for id in latest if self.entities[id].name == name), "")
        return exact or next(
            (
                id
                for id in latest
                if (entity := self.entities[id]).name and entity.figure and given.same_name(entity.name, name)
            ),
            "",
        )

    def same(self, noun: str, kind: str, adjectives: tuple[str, ...], many: bool, owner: str = "") -> str:
        """Who is meant by "the" and a noun: the same noun, lately; a word for what it is ("the bird" is the crow); else ""."""
        latest = self._latest()
        for id in latest:
            entity = self.entities[id]
            alike = (entity.count > 1) == many or noun in ("sheep", "fish", "deer", "moose")
            if noun in (entity.noun, entity.works_as) and alike and not self._differs(entity, adjectives):
                return id
        if kind in N.FIGURES:
            for id in latest:
                entity = self.entities[id]
                if entity.kind != kind or (entity.count > 1) != many or noun == entity.noun:
                    continue
                plain = noun in ("man", "woman") or (entity.noun in ("man", "woman") and not owner)
                old = plain and all(
                    {"old", "elderly", "grandfather", "grandmother"} & {*words}
                    for words in ((noun, *adjectives), (entity.noun, *entity.adjectives))
                )
                if self._is(entity, noun) or (old and entity.gender == N.gender_of(noun)):
                    return id
        craft = next((words for words in SAME_CRAFT if noun in words and kind not in N.FIGURES), frozenset[str]())
        known = [
            entity
            for entity in map(self.entities.__getitem__, latest)
            if entity.kind not in N.FIGURES and (entity.count > 1) == many and not self._differs(entity, adjectives)
        ]
        longer = [entity for entity in known if entity.noun.endswith(f" {noun}")]  # "the bear" is the teddy bear
        longer = [entity for entity in longer if entity.kind == kind or W.is_a(entity.noun, "toy")]
        return next((entity.id for entity in (*(entity for entity in known if entity.noun in craft), *longer)), "")

    def parted(self, group: str, sentence: int) -> list[str]:
        """A group as its members, when one of them is named by their order: who is not named yet is there too."""
        entity = self.entities[group]
        known = [other.id for other in self.entities.values() if other.group == group]
        more = [
            self.named(
                entity.noun,
                kind=entity.kind,
                said=f"{word} {entity.noun}",
                gender=entity.gender,
                adjectives=(word, *entity.adjectives),
                colour=entity.colour,
                owner=entity.owner,
                group=group,
                first=sentence,
                being=entity.being,
            )
            for word in ORDER[len(known) : entity.count]
        ]
        return [*known, *more]

    def members(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The members in place of a group whose members are all known: both goats are the first and the second."""
        texts: list[str] = []
        for id in ids:
            known = [entity.id for entity in self.entities.values() if entity.group == id]
            texts += known if 1 < len(known) == self.entities[id].count else [id]
        return tuple(dict.fromkeys(texts))

    def _latest(self) -> list[str]:
        order = [id for mention in reversed(self.mentions) for id in reversed(mention.ids)]
        return list(dict.fromkeys([*order, *reversed(self.entities)]))

    def _differs(self, entity: Entity, adjectives: tuple[str, ...]) -> bool:
        """Whether "the white goat" is another than the goat known: both are described, and not alike in anything that tells apart; "the other goat" is."""
        telling, known = set(adjectives) & TELLING, set(entity.adjectives) & TELLING
        return not known & OTHERS if telling & OTHERS else bool(telling and known and not telling & known)

    def _is(self, entity: Entity, noun: str) -> bool:
        gender = N.gender_of(noun)
        if gender and entity.gender and gender != entity.gender:
            return False
        if N.YOUNG_OF.get(entity.noun, "") == noun:
            return True  # the kitten is "the cat"
        if noun in ("boy", "girl"):
            young = bool(entity.name) or entity.noun in YOUNG_KIN
            return young and entity.kind == "person" and entity.gender in ("", gender)
        if noun in ("man", "woman"):
            own = N.gender_of(entity.noun)
            return (
                entity.kind == "person"
                and not own
                and entity.gender in ("", gender)
                and not entity.being
                and entity.noun not in N.BOTH
            )
        return bool(entity.noun) and W.is_a(entity.noun, noun, 2)

    # pronouns

    def unnamed(self, gender: str, sentence: int) -> str:
        """Somebody new of whom only "he" or "she" is said."""
        noun = "woman" if gender == "f" else "man"
        return self.named(noun, kind="person", said="she" if gender == "f" else "he", gender=gender, first=sentence)

    def others(self, sentence: int, clause: int, blocked: frozenset[str], verb: str = "") -> tuple[str, ...]:
        """Whom "they" means besides those who are blocked: those who were named together, else all who are there."""
        texts = self.meant("they", sentence, clause, "subject", blocked, verb)
        return texts or tuple(id for id in self.here if id not in blocked | self.imagined and self.entities[id].figure)

    def meant(
        self,
        word: str,
        sentence: int,
        clause: int,
        role: str,
        blocked: frozenset[str] = frozenset(),
        verb: str = "",
        learn: bool = True,
    ) -> tuple[str, ...]:
        """Whom a pronoun means, where `verb` is what is done; empty when nobody fits. Its gender is learnt unless `learn` is false."""
        weighed: list[tuple[float, int, tuple[str, ...]]] = []
        for at, mention in enumerate(self.mentions):
            away = sentence - mention.sentence
            ids = tuple(id for id in mention.ids if id not in blocked)
            if len(mention.ids) > 1 or word in MANY:
                ids = self._still_there(ids)
            if away > REACH or not ids or not self._agrees(word, ids):
                continue
            weight = -2.0 * away + ROLES[mention.role] + (1.0 if mention.role == role and role != "owner" else 0.0)
            if word in THINGS and role == "object":
                weight += 1.5 if self.entities[ids[0]].kind == "thing" else 0.0
            if word in THINGS and self.entities[ids[0]].kind == "place":
                weight -= 1.0
            if word in THINGS and self.entities[ids[0]].gender and self.entities[ids[0]].kind == "animal":
                weight -= 2.5  # the story calls it he or she
            if len(ids) == 1 and word in GENDERS:
                weight += 1.5 if self.entities[ids[0]].gender == GENDERS[word] else 0.0
                weight -= 1.5 if self.entities[ids[0]].being == self.entities[ids[0]].noun not in N.BEINGS else 0.0
                weight += (1.0 if mention.pronoun else 0.0) + 0.25 * min(
                    4, sum(ids[0] in one.ids for one in self.mentions)
                )
            own = self.entities[ids[0]]
            if word in GENDERS and role == "owner" and own.kind == "person" and not own.gender and not own.being:
                weight -= 1.0 if self._somebody(GENDERS[word], sentence, "person") else 0.0
            if word in GENDERS and own.being == own.noun and not own.gender:  # a robot is rather "it"
                weight -= 2.5 if self._somebody(GENDERS[word], sentence, "person") else 0.0
            if word in GENDERS and ids[0] in self.called_it:
                weight -= 3.0  # "let it go": the fish is no "he" in the next sentence
            if word in GENDERS and self.entities[ids[0]].kind == "animal" and not self.entities[ids[0]].gender:
                weight -= 0.5 if self._somebody(GENDERS[word], sentence) else 0.0
                new = role == "owner" and self.entities[ids[0]].first == sentence
                weight -= 2.0 if new and self._somebody(GENDERS[word], sentence, "person") else 0.0
            weight += self._suits(ids[0], word, verb, role)
            if word in MANY and role == "subject":
                weight -= 3.0 if self._elders_of_main(ids) else 0.0
            if word in MANY and mention.pronoun:
                weight += 1.0
            if word in MANY and role == "subject":
                weight += 1.5 if self.entities[ids[0]].figure else -1.5
            weighed.append((weight, at, ids))
        if not weighed:
            there = tuple(id for id in self.here if id not in blocked and id not in self.imagined)
            return (self._together(sentence, blocked) or (there if len(there) > 1 else ())) if word in MANY else ()
        ids, at = max(weighed)[2], max(weighed)[1]
        if word in MANY and role == "subject" and sentence - self.mentions[at].sentence >= 2:
            ids = self._together(sentence, blocked, 1) or ids  # two who met just now, not the group of long ago
        if word in MANY and role == "subject" and not self.entities[ids[0]].figure:
            ids = self._together(sentence, blocked) or ids
        if learn and word in GENDERS and not self.entities[ids[0]].gender:
            self.change(ids[0], gender=GENDERS[word])
        if learn and word == "it" and self.entities[ids[0]].kind == "animal":
            self.called_it.add(ids[0])
        return ids

    def _elders_of_main(self, ids: tuple[str, ...]) -> bool:
        """Whether they are only somebody's parents or teachers: "they" means those whom the story follows."""
        elders = [entity for id in ids if (entity := self.entities[id]).owner and entity.noun in given.ELDERS]
        owners = {elder.owner for elder in elders}
        acted = sum(mention.role == "subject" and bool(owners & set(mention.ids)) for mention in self.mentions)
        return len(elders) == len(ids) and acted > 0

    def _still_there(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Of several, those who are not gone while others stayed; who is only wanted or missing is none of them."""
        ids = tuple(id for id in ids if id not in self.imagined) or ids
        return tuple(id for id in ids if id not in self.away) or ids

    def _suits(self, id: str, word: str, verb: str, role: str) -> float:
        """What is sold, sewn or worn is a thing, whatever was named later; what somebody rides on is no dress, and who is chased is alive."""
        entity = self.entities[id]
        thing = word in THINGS and role == "object" and not entity.figure
        large = verb in OF_HANDS and record(entity.noun).metres >= TOO_LARGE  # nobody wraps the stairs in a scarf
        return -4.0 if thing and (large or verb in AHEAD) else 0.0

    def _somebody(self, gender: str, sentence: int, kind: str = "") -> bool:
        """Whether somebody who is known to be of a gender was there lately: an animal that nobody called he or she is "it" then."""
        return any(
            self.entities[id].gender == gender and self.entities[id].figure and kind in ("", self.entities[id].kind)
            for mention in self.mentions
            if sentence - mention.sentence <= REACH
            for id in mention.ids
        )

    def _agrees(self, word: str, ids: tuple[str, ...]) -> bool:
        pair = is_paired(self.entities[ids[0]].noun)
        many = len(ids) > 1 or self.entities[ids[0]].count > 1
        if word in MANY:
            return (many or pair) and "i-1" not in ids
        if many or "i-1" in ids:
            return False  # who tells the story is no "he"
        entity = self.entities[ids[0]]
        if word in THINGS:
            return (
                entity.kind in ("thing", "place", "animal")
                or bool(entity.being)
                or (entity.noun in ("child", "baby", "kid") and entity.kind == "person")
            )
        return entity.figure and entity.gender in ("", GENDERS.get(word, ""))

    def everybody(self, sentence: int, people: bool = False) -> tuple[str, ...]:
        """All figures who are there, one by one: "they all"; `people` for "everybody", which means no animal where there are people."""
        now = [
            id
            for mention in self.mentions
            if mention.sentence == sentence and mention.role != "owner"
            for id in mention.ids
        ]
        there = [id for id in (*self.here, *now) if self.entities[id].figure and id not in self.imagined]
        return self.members(tuple(dict.fromkeys(there))) or self.members(
            self._together(sentence, frozenset(), REACH + 1)
        )

    def _together(self, sentence: int, blocked: frozenset[str], reach: int = 2) -> tuple[str, ...]:
        """All figures of the last sentences, for a "they" that no group was named for."""
        texts: list[str] = []
        for mention in reversed(self.mentions):
            if sentence - mention.sentence > reach:
                break
            if mention.role == "owner":
                continue
            texts += [
                id
                for id in mention.ids
                if self.entities[id].figure and id != "i-1" and id not in texts and id not in blocked
            ]
        texts = list(self._still_there(tuple(texts)))
        return tuple(reversed(texts)) if len(texts) > 1 else ()


# words for one vehicle: "the ship" is the spaceship that was named
SAME_CRAFT = (
    frozenset(["spaceship", "spacecraft", "rocket", "starship", "shuttle", "ship"]),
    frozenset(["ship", "boat", "sailboat", "vessel"]),
    frozenset(["plane", "airplane", "aeroplane", "jet", "aircraft"]),
    frozenset(["car", "automobile", "vehicle", "van"]),
    frozenset(["bike", "bicycle"]),
)
TOO_LARGE = 2.0  # storybook metres, for hands
OF_HANDS = Words("verbs", "of hands")
AHEAD = Words("verbs", "going ahead")  # what is done to somebody
TELLING = Words("nouns", "telling")
OTHERS = Words("nouns", "others")  # of which each alone tells apart
