"""Which backdrop a noun that means a place asks for, indoors and in the open."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words
from pipelines.props import NOUNS

OUTDOORS = Table("places", "outdoors", turned=True)
# rooms that are rooms by their name, whoever is said to be there
INDOORS = Table("places", "indoors", turned=True)
# houses that one goes into: outside them is a street
BUILDINGS = Table("places", "buildings", turned=True)
# whose place of work one goes to: "at the vet's", "to the dentist"
PRACTICES = Table("places", "practices")
CAVES = Words("places", "caves")
# words without a record for things that stand in rooms
INDOOR_THINGS = Table("places", "indoor things")
# things that stand in rooms and nowhere else
FURNITURE = Words("places", "furniture")


def room_with(noun: str) -> str:
    """The room in which a thing stands; "" for what may be elsewhere."""
    return NOUNS[noun].room if noun in NOUNS else INDOOR_THINGS.get(noun, "")


def room_of(noun: str) -> str:
    """The backdrop inside a building or a room of that name."""
    from pipelines.reading import wordnet as W

    if noun in CAVES:
        return "cave"
    if place := BUILDINGS.get(noun, "") or INDOORS.get(noun, ""):
        return place
    return next((place for what, place in ROOM_KINDS if W.is_a(noun, what)), "room")


# kinds of buildings and rooms, by their hypernyms
ROOM_KINDS = (
    ("kitchen", "kitchen"), ("bedroom", "bedroom"), ("school", "classroom"), ("hospital", "hospital"), ("medical building", "hospital"), ("shop", "shop"),
    ("mercantile establishment", "shop"), ("castle", "hall"), ("palace", "hall"), ("fortress", "hall"), ("hall", "hall"), ("place of worship", "hall"),
)  # fmt: skip
