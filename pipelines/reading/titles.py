"""A title of three to six words from who and what the story is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.language import plurals
from pipelines.reading.told import Entity, Sentence

MOST, LEAST = 6, 3
SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"])
THEIR = {"f": "her", "m": "his"}


def title_of(entities: Sequence[Entity], sentences: Sequence[Sentence]) -> str:
    """ "The Hare and the Tortoise": the two figures that are there most; of one figure, with what it meets; else the first words."""
    known = {entity.id: entity for entity in entities}
    often = Counter(id for sentence in sentences for id in sentence.takes_part)
    order = sorted(often, key=lambda id: (-often[id], known[id].first))
    if [known[id].noun for id in order[:1]] == ["i"] and len(order) > 1:
        order[:2] = order[1::-1]  # "Tom and I"
    things = Counter(id for sentence in sentences for id in sentence.things)
    others = sorted((id for id in things if known[id].kind == "thing"), key=lambda id: (-things[id], known[id].first))
    places = [id for id in things if known[id].kind == "place"]
    if order:
        hero = known[order[0]]
        other = next((known[id] for id in order[1:] if known[id].noun != hero.noun), None)
        first, second = _name_of(hero), _name_of(other) if other is not None else ""
        if other is not None and not other.name and other.owner == hero.id:
            second = f"{THEIR.get(hero.gender, 'their')} {_name_of(other, plain=True).removeprefix('the ')}"
        second = second or next((_name_of(known[id]) for id in (*others, *places)), "")
        words = f"{first} and {second}".split() if second else first.split()
        if len(words) > MOST and len(order) > 1:
            words = f"{_name_of(hero, plain=True)} and {_name_of(known[order[1]], plain=True)}".split()
        if LEAST <= len(words) <= MOST:
            return _capitals(words)
    return _capitals(_shorten(sentences[0].text.replace('"', "").split()) if sentences else [])


def _name_of(entity: Entity, plain: bool = False) -> str:
    if entity.name:
        return entity.name
    noun = _whole(entity)
    plural = plurals.plural(noun) if entity.count > 1 and not entity.noun.endswith("s") else noun
    adjective = (
        next((word for word in entity.adjectives if word not in noun.split() and word.isalpha() and len(word) > 2), "")
        if not plain and entity.count == 1
        else ""
    )
    return " ".join(word for word in ("the", adjective, plural) if word)


def _whole(entity: Entity) -> str:
    """ "police officer" for an officer who was called so."""
    from pipelines.reading import wordnet as W

    two = " ".join(entity.said.lower().split()[-2:])
    return two if two.endswith(entity.noun) and W.senses(two) else entity.noun


def _shorten(words: list[str]) -> list[str]:
    """The first words, six at most, not ending on a small one."""
    kept = words[:MOST]
    while len(kept) > LEAST and kept[-1].lower().strip(",;:") in SMALL | {"his", "her", "my", "their", "its"}:
        kept.pop()
    return [word.strip(".,;:!?…") for word in kept]


def _capitals(words: Sequence[str]) -> str:
    return " ".join(w if n and w.lower() in SMALL else w[:1].upper() + w[1:] for n, w in enumerate(words))
