"""What a picture shows for a word where the story decides it: a relative of an animal, the light of a lighthouse, a storm, a part of a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.film.parts.groups import exchange_entities
from pipelines.language.lexicon import Table, Words
from pipelines.reading.pictured import KEPT_IN, Substitution

if TYPE_CHECKING:
    from pipelines.reading.pictured import Pictures
    from pipelines.reading.told import Entity, Story

PART_OF = Table("nouns", "story part of", turned=True)
# the wholes that a part can be of, where one of them was named before
OF_WHOLES = Table("nouns", "story of wholes")
KIN = Words("nouns", "story kin")


def noun_of(read: Story, drawn: Pictures, entity: Entity) -> tuple[str, Substitution | None]:
    """The noun that is drawn for somebody or something, and what has to be said about it."""
    return (
        _kin(read, drawn, entity)
        or storm_of(drawn, entity)
        or _light(read, drawn, entity)
        or _part(read, drawn, entity)
        or drawn.drawn_for(entity)
    )


def in_its_sentence(
    read: Story, drawn: Pictures, entity: Entity, noun: str, about: Substitution | None
) -> tuple[str, Substitution | None]:
    """The noun for a thing, or for what its word means beside the words around it: a board at a game of chess is a chessboard."""
    from pipelines.reading.in_context import gloss_of, meant_instead, picture_of

    if entity.kind != "thing" or entity.being or not noun or (about is not None and about.why == KEPT_IN):
        return noun, about
    context = " ".join(sentence.text for sentence in read.sentences[entity.first : entity.first + 2])
    meant = meant_instead(entity.noun, noun, context)
    if meant is None:
        return noun, about
    other = picture_of(meant, drawn)
    why = f"here it means “{gloss_of(meant)}”"
    return other, Substitution(entity.said, other, why if other else f"{why}, which has no picture")


def _part(read: Story, drawn: Pictures, entity: Entity) -> tuple[str, Substitution | None] | None:
    """A part is shown by the whole, unless it lies by itself and has a picture: who climbs onto the roof is on the house."""
    whole = PART_OF.get(entity.noun, "")
    if whole not in drawn.nouns or _apart(read, drawn, entity):
        return None
    return whole, Substitution(entity.said, whole, f"it is a part of a {whole}")


def _apart(read: Story, drawn: Pictures, one: Entity) -> bool:
    """Whether a part has a picture and is taken or used by itself: a branch that is picked up, not one that somebody sits on or climbs."""
    if one.noun not in drawn.nouns and drawn.names.get(one.noun, "") not in drawn.nouns:
        return False
    return any(
        one.id in (*event.what, *event.tools, *event.who)
        for sentence in read.sentences
        for event in sentence.events
        if event.action != "climb"
    )


def with_wholes(read: Story, drawn: Pictures) -> Story:
    """The story with the whole in place of its part, where the whole was named before: the mast of her ship is no second ship."""
    wholes: dict[str, tuple[Entity, ...]] = {}
    for at, entity in enumerate(read.entities):
        if (
            entity.kind not in ("thing", "place")
            or entity.noun not in OF_WHOLES
            or entity.said != entity.noun
            or _apart(read, drawn, entity)
        ):
            continue
        known = [one for one in read.entities[:at] if one.count == 1 and one.noun in OF_WHOLES[entity.noun]]
        if known:
            wholes[entity.id] = (known[-1],)
    return exchange_entities(read, wholes) if wholes else read


def storm_of(drawn: Pictures, entity: Entity) -> tuple[str, Substitution | None] | None:
    """What is seen of a storm besides the rain."""
    if (
        entity.noun not in ("storm", "thunderstorm", "thunder", "lightning", "tempest")
        or "lightning bolt" not in drawn.nouns
    ):
        return None
    return "lightning bolt", Substitution(entity.said, "lightning bolt", "what is seen of it")


def _light(read: Story, drawn: Pictures, entity: Entity) -> tuple[str, Substitution | None] | None:
    """The light of a story with a lighthouse is the lighthouse's, else a lantern's."""
    if entity.noun != "light" or entity.said != "light":
        return None
    if any(other.noun == "lighthouse" for other in read.entities) and "lighthouse" in drawn.nouns:
        return "lighthouse", None
    return ("lantern", Substitution("light", "lantern", "what gives light")) if "lantern" in drawn.nouns else None


def _kin(read: Story, drawn: Pictures, one: Entity) -> tuple[str, Substitution | None] | None:
    """A relative of an animal or a dragon is one too: "its mother"; None for everybody else."""
    owner = read.entity(one.owner) if one.owner else None
    if owner is None or one.noun not in KIN or (owner.kind != "animal" and not owner.being):
        return None
    noun = drawn.drawn_for(owner)[0]
    return (noun, Substitution(one.said, noun, f"the {one.noun} of the {owner.noun}")) if noun else None
