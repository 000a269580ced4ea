"""Which backdrop a noun that means a place asks for, indoors and in the open."""

from __future__ import annotations

from pipelines.language.lexicon import Table
from pipelines.props import NOUNS, record
from pipelines.reading import wordnet as W
from pipelines.scenes import words as SCENE
from pipelines.scenes.places import everything, names
from pipelines.scenes.settings import HOME, INSIDE, family
from pipelines.scenes.things import BRIDGES

OUTDOORS = {word: place for word, place in names().items() if place not in INSIDE and word not in BRIDGES}
HOUSED = {word: place for word, place in names().items() if place in INSIDE}
# rooms that are rooms by their name, whoever is said to be there
INDOORS = {word: place for word, place in HOUSED.items() if family(place) in (*HOME, "classroom") and word not in NOUNS}
# houses that one goes into
BUILDINGS = {word: place for word, place in HOUSED.items() if word not in INDOORS and not record(word).vehicle}
VEHICLES = Table("places", "kinds", turned=True)  # words without a record
ENTERED = (
    ("on", "onto"),
    ("on", "onto", "to"),
    ("in", "into", "through", "above", "over", "among", "on", "onto", "to"),
)  # relations of who is where a drawn thing is, one off the ground, and one in the sky
WITHIN = ("in", "into", "inside", "within", "through")
# words without a record for things that stand in rooms
INDOOR_THINGS = Table("places", "indoor things")


def room_with(noun: str) -> str:
    """The room in which a thing stands; "" for what may be elsewhere."""
    return NOUNS[noun].room if noun in NOUNS else INDOOR_THINGS.get(noun, "")


def room_of(noun: str) -> str:
    """The backdrop inside a building or a room of that name."""
    return HOUSED.get(noun) or next((place for what, place in ROOM_KINDS.items() if W.is_a(noun, what)), "room")


# kinds of buildings and rooms, by their hypernyms
ROOM_KINDS = Table("places", "room kinds")
LAND_KINDS = Table("places", "land kinds")


def vehicle_kind(noun: str) -> str:
    """air, space, water, road or rail for a vehicle that one can be in; "" for anything else."""
    return NOUNS[noun].vehicle if noun in NOUNS else VEHICLES.get(noun, "")


def around(building: str) -> str:
    """What is around a building; "" where that can be anything."""
    if building in BUILDINGS and (outside := everything()[BUILDINGS[building]].outside) not in INSIDE:
        return outside
    return "street" if building in (*BUILDINGS, "market stall", "stall") else ""


def backdrop_of(noun: str, relation: str, verb: str = "") -> str:
    """The backdrop of a place that somebody is in, at or goes to; "" where it is shown as a thing or not at all."""
    inside = (relation in WITHIN or (noun, relation) == ("home", "at")) and verb != "live"
    noun = {"home": "house", "finish": "meadow"}.get(noun, noun)
    if noun == "bank" and relation in ("on", "along", "up", "down"):
        return "river"
    if noun in NOUNS and NOUNS[noun].where == "sky":  # who is under the moon is not on it
        return OUTDOORS.get(noun) or OUTDOORS.get(f"{noun}s", "") if relation in ENTERED[2] else ""
    if OUTDOORS.get(noun) == "sea" and relation in ("under", "beneath", "below", "underneath"):
        return "underwater"
    if noun in OUTDOORS and (noun not in NOUNS or relation in ENTERED[bool(NOUNS[noun].where)]):
        return OUTDOORS[noun]
    if vehicle_kind(noun):
        return names().get(noun, "") if relation == "inside" else ""
    if noun in BUILDINGS:
        return BUILDINGS[noun] if inside or relation == "at" else ""
    if noun in INDOORS or any(W.is_a(noun, what) for what in ("building", "room", "dwelling")):
        return room_of(noun) if inside or noun in INDOORS else ""
    if noun in SCENE.PLACE_OF and noun not in ("picnic", "nature"):
        return str(SCENE.PLACE_OF[noun])
    for what, place in LAND_KINDS.items():
        if W.is_a(noun, what) and record(noun).read_as != "thing":
            return place
    return ""


def housing(noun: str) -> bool:
    """Whether a noun names a building or a dwelling."""

    return noun in BUILDINGS or any(W.is_a(noun, what) for what in ("building", "dwelling"))
