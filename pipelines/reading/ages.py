"""Whether somebody of whom only a given name is known is a child: the story has their parents, their teacher or their toys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.language.lexicon import Table, Words
from pipelines.reading import given
from pipelines.reading.cast import Cast
from pipelines.reading.naming import NARRATOR
from pipelines.reading.quotes import Piece
from pipelines.reading.told import Sentence

GROWN = Words("nouns", "grown")
AGES = Table("nouns", "ages")
SPORTS = frozenset(["game", "match", "goal", "team", "ball"])
YOUNGER = frozenset(["little", "baby", "big", "small", "younger", "twin"])


def grown_or_young(cast: Cast, pieces: Sequence[Piece], sentences: Sequence[Sentence] = ()) -> None:
    """Mark children as young, in place: "Mum" and "our teacher" tell that a child is meant by "I", and by names without more."""
    words = {word for piece in pieces for word in re.findall(r"[a-z]+", piece.masked.lower())}
    parents = [
        entity
        for entity in cast.entities.values()
        if entity.noun in given.ELDERS and (entity.owner or entity.name == entity.said)
    ]
    raised = {parent.owner for parent in parents if parent.owner} | (
        {NARRATOR + "-1"} if any(not parent.owner for parent in parents) else set()
    )
    young_kin = [
        entity
        for entity in cast.entities.values()
        if entity.noun in ("brother", "sister") and (set(entity.said.lower().split()) & YOUNGER or not words & GROWN)
    ]
    raised |= {person.owner for person in young_kin if person.owner}
    siblings = {
        entity.id
        for entity in cast.entities.values()
        if entity.noun in ("brother", "sister") and entity.owner in raised
    }
    loose = any(entity.noun in ("kid", "child", "pupil") and not entity.owner for entity in cast.entities.values())
    playing = {id for sentence in sentences for event in sentence.events if event.verb == "play" for id in event.who}
    played = any(cast.entities[id].noun == cast.entities[id].name.lower() for id in playing if cast.entities[id].name)
    loose |= (played or bool(words & SPORTS)) and any(
        entity.noun in ("boy", "girl") and not entity.owner for entity in cast.entities.values()
    )
    children = bool(raised or words & given.CHILDISH or (loose and not words & GROWN))
    me = cast.entities.get(NARRATOR + "-1")
    if me is not None and not words & GROWN and "young" not in me.adjectives:
        cast.change(me.id, adjectives=(*me.adjectives, "young"))  # who tells such a story is mostly a child
    for person in list(cast.entities.values()):
        if (
            person.kind == "person"
            and person.name
            and _years(person.name, pieces) in range(1, 15)
            and "young" not in person.adjectives
        ):
            cast.change(person.id, adjectives=(*person.adjectives, "young"))
    if children or me is not None:
        for person in [
            entity for entity in cast.entities.values() if entity.noun in ("team", "group", "gang", "choir")
        ]:
            cast.change(person.id, adjectives=(*person.adjectives, "young"))
    if not children:
        _friends_of_children(cast)
        return
    grown = {entity.owner for entity in cast.entities.values() if entity.noun in GROWN and entity.owner}
    for person in list(cast.entities.values()):
        name = person.noun == person.name.lower() and person.noun not in given.ELDERS  # "Anna", but not "Mother"
        bare = person.kind == "person" and not person.being and (person.noun == NARRATOR or name)
        if person.said in ("he", "she") and not person.name:
            cast.change(person.id, noun="girl" if person.gender == "f" else "boy")
        old = set(person.adjectives) & {"old", "elderly", "grown"}
        if person.id in grown or old or (not bare and person.id not in raised | siblings):
            continue
        if "young" not in person.adjectives and (bare or person.noun in ("brother", "sister")):
            cast.change(person.id, adjectives=(*person.adjectives, "young"))
    _friends_of_children(cast)


def _friends_of_children(cast: Cast) -> None:
    """A child's friends are children too."""
    for entity in list(cast.entities.values()):
        owner = cast.entities.get(entity.owner)
        small = owner is not None and (owner.noun in ("boy", "girl", "child", "kid") or "young" in owner.adjectives)
        if entity.noun in ("friend", "classmate") and small and "old" not in entity.adjectives:
            cast.change(entity.id, adjectives=(*entity.adjectives, "young"))


def _years(name: str, pieces: Sequence[Piece]) -> int:
    """How old somebody is by "Anna is seven" or "Ben was 9 years old"; 0 where it is not said."""
    said = re.compile(
        rf"\b{re.escape(name)} (?:is|was) (?:only |just )?([a-z]+|[0-9]{{1,3}})(?: years old)?[.,;!]", re.IGNORECASE
    )
    found = next((match[1].lower() for piece in pieces if (match := said.search(piece.masked))), "")
    return int(found) if found.isdigit() else AGES.get(found, 0)
