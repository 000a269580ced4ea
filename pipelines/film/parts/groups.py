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
    known = {one.group for one in read.entities}
    members = {
        one.id: _members(read, one)
        for one in read.entities
        if one.kind == "person" and not one.being and one.count > 1 and one.id not in known
        if one.noun in MEMBERS or drawn_as(one) in PLAIN
    }
    members |= _one_each(read, set(members))
    if not members:
        return read
    return exchanged(read, members)


def _one_each(read: Story, known: set[str]) -> dict[str, list[Entity]]:
    """ "Aisha and Ben ride their bikes": as many as there are riders, one by one."""
    from pipelines.scenes.performers import RIDDEN

    found: dict[str, list[Entity]] = {}
    for event in (event for one in read.sentences for event in one.events if event.action == "ride"):
        for one in (read.entity(id) for id in event.what if id not in known):
            ridden = one.noun in RIDDEN or one.noun == "bike"
            if ridden and one.count > 1 and 1 < len(event.who) <= MOST_MEMBERS and one.id not in found:
                found[one.id] = [
                    replace(one, id=f"{one.id}-{n}", count=1, group=one.id) for n in range(1, len(event.who) + 1)
                ]
    return found


def exchanged(read: Story, members: Mapping[str, Sequence[Entity]]) -> Story:
    """The story with other entities in place of some, everywhere."""
    ids = {id: tuple(one.id for one in found) for id, found in members.items()}
    entities = list({new.id: new for one in read.entities for new in members.get(one.id, (one,))}.values())
    kept = tuple(replace(one, owner=ids[one.owner][0]) if one.owner in ids else one for one in entities)
    return replace(read, entities=kept, sentences=tuple(_sentence(one, ids) for one in read.sentences))


def _members(read: Story, group: Entity) -> list[Entity]:
    nouns = MEMBERS.get(group.noun, ())
    if nouns:
        return [
            _known(read, group, noun)
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


def _known(read: Story, group: Entity, noun: str) -> Entity | None:
    """Who of the story is that member: the mother of "our family" is "Mum", and its child is who tells the story."""
    if noun == "child":
        return next((one for one in read.entities if one.id == group.owner and one.count == 1), None)
    same = [one for one in read.entities if one.noun == noun and one.count == 1 and noun in N.FEMALE | N.MALE]
    return next((one for one in same if one.owner == group.owner or not one.owner), None)


def _all(found: Iterable[str], ids: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new for id in found for new in ids.get(id, (id,))))


def _sentence(one: Sentence, ids: dict[str, tuple[str, ...]]) -> Sentence:
    faces = {new: face for id, face in (one.expressions or {}).items() for new in ids.get(id, (id,))}
    return replace(
        one,
        events=tuple(_event(event, ids) for event in one.events),
        speeches=tuple(_speech(said, ids) for said in one.speeches),
        takes_part=_all(one.takes_part, ids),
        present=_all(one.present, ids),
        things=_all(one.things, ids),
        missing=_all(one.missing, ids),
        expressions=faces,
    )


def _speech(one: Speech, ids: dict[str, tuple[str, ...]]) -> Speech:
    return replace(one, who=_all(one.who, ids), to=_all(one.to, ids))


def _event(one: Event, ids: dict[str, tuple[str, ...]]) -> Event:
    where = tuple(replace(place, entity=ids.get(place.entity, (place.entity,))[0]) for place in one.where)
    return replace(
        one,
        who=_all(one.who, ids),
        what=_all(one.what, ids),
        whom=_all(one.whom, ids),
        tools=_all(one.tools, ids),
        leaves=_all(one.leaves, ids),
        where=where,
    )
