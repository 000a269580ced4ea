"""A group of people as its members: three children are girls and a boy who look different, parents a mother and a father, and so in every scene.

A group of one picture word would be drawn as the same figure several times. Groups of a profession or of animals stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.language.lexicon import Table
from pipelines.reading import nouns as N

if TYPE_CHECKING:
    from pipelines.reading.told import Entity, Event, Sentence, Speech, Story

MOST_MEMBERS = 4  # of more, two halves are shown: four girls and three boys
PLAIN = frozenset(["man", "woman", "boy", "girl", "grandmother", "grandfather"])  # pictures of people of no profession
MEMBERS = Table("nouns", "members")


def by_members(read: Story, drawn_as: Callable[[Entity], str]) -> Story:
    """The story with each group of people in place of one entity; `drawn_as` is the picture of an entity."""
    known = {entity.group for entity in read.entities}
    members = {
        entity.id: _members(read, entity)
        for entity in read.entities
        if entity.kind == "person" and not entity.being and entity.count > 1 and entity.id not in known
        if entity.noun in MEMBERS or drawn_as(entity) in PLAIN
    }
    members |= _one_each(read, set(members))
    if not members:
        return read
    return exchange_entities(read, members)


def _one_each(read: Story, known: set[str]) -> dict[str, list[Entity]]:
    """ "Aisha and Ben ride their bikes": as many as there are riders, one by one."""
    from pipelines.scenes.performers import RIDDEN

    entities: dict[str, list[Entity]] = {}
    for event in (event for sentence in read.sentences for event in sentence.events if event.action == "ride"):
        for one in (read.entity(id) for id in event.what if id not in known):
            ridden = one.noun in RIDDEN or one.noun == "bike"
            if ridden and one.count > 1 and 1 < len(event.who) <= MOST_MEMBERS and one.id not in entities:
                entities[one.id] = [
                    replace(one, id=f"{one.id}-{n}", count=1, group=one.id) for n in range(1, len(event.who) + 1)
                ]
    return entities


def exchange_entities(read: Story, members: Mapping[str, Sequence[Entity]]) -> Story:
    """The story with other entities in place of some, everywhere."""
    ids = {id: tuple(one.id for one in member) for id, member in members.items()}
    entities = list({new.id: new for entity in read.entities for new in members.get(entity.id, (entity,))}.values())
    kept = tuple(replace(entity, owner=ids[entity.owner][0]) if entity.owner in ids else entity for entity in entities)
    return replace(read, entities=kept, sentences=tuple(_sentence(sentence, ids) for sentence in read.sentences))


def _members(read: Story, group: Entity) -> list[Entity]:
    nouns = MEMBERS.get(group.noun, ())
    if nouns:
        return [
            _find_member(read, group, noun)
            or replace(
                group, id=f"{group.id}-{n}", noun=noun, said=noun, gender=N.gender_of(noun), count=1, group=group.id
            )
            for n, noun in enumerate(nouns, 1)
        ]
    genders = [group.gender] * 2 if group.gender else ["f", "m"]
    if group.count <= MOST_MEMBERS:
        counts = [(genders[n % 2], 1) for n in range(group.count)]
    else:
        half = group.count // 2
        counts = [(group.gender, group.count)] if group.gender else [("f", group.count - half), ("m", half)]
    return [
        replace(group, id=f"{group.id}-{n}", gender=gender, count=count, group=group.id, colour="")  # no blue people
        for n, (gender, count) in enumerate(counts, 1)
    ]


def _find_member(read: Story, group: Entity, noun: str) -> Entity | None:
    """Who of the story is that member: the mother of "our family" is "Mum", and its child is who tells the story."""
    if noun == "child":
        return next((entity for entity in read.entities if entity.id == group.owner and entity.count == 1), None)
    same = [
        entity for entity in read.entities if entity.noun == noun and entity.count == 1 and noun in N.FEMALE | N.MALE
    ]
    return next((one for one in same if one.owner == group.owner or not one.owner), None)


def _all(texts: Iterable[str], ids: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new for id in texts for new in ids.get(id, (id,))))


def _sentence(sentence: Sentence, ids: dict[str, tuple[str, ...]]) -> Sentence:
    faces = {new: face for id, face in (sentence.expressions or {}).items() for new in ids.get(id, (id,))}
    return replace(
        sentence,
        events=tuple(_event(event, ids) for event in sentence.events),
        speeches=tuple(_speech(speech, ids) for speech in sentence.speeches),
        takes_part=_all(sentence.takes_part, ids),
        present=_all(sentence.present, ids),
        things=_all(sentence.things, ids),
        missing=_all(sentence.missing, ids),
        expressions=faces,
    )


def _speech(speech: Speech, ids: dict[str, tuple[str, ...]]) -> Speech:
    return replace(speech, who=_all(speech.who, ids), to=_all(speech.to, ids))


def _event(event: Event, ids: dict[str, tuple[str, ...]]) -> Event:
    where = tuple(replace(place, entity=ids.get(place.entity, (place.entity,))[0]) for place in event.where)
    return replace(
        event,
        who=_all(event.who, ids),
        what=_all(event.what, ids),
        whom=_all(event.whom, ids),
        tools=_all(event.tools, ids),
        leaves=_all(event.leaves, ids),
        where=where,
    )
