"""What kinds of backdrops there are, and which words each of them shows as they are said."""

from __future__ import annotations

from pipelines.language.lexicon import Table
from pipelines.scenes.places import everything

INSIDE = tuple(place for place, record in everything().items() if record.indoors)
CAVES, AIRLESS = ("cave",), ("space", "underwater")
# a wall and a floor: no rain falls there, a lamp shines when it is dark, and who is there is inside
ROOMS = tuple(place for place in INSIDE if everything()[place].like not in CAVES)
# no rain falls there; through a room's window it is seen
SHELTERED = tuple(place for place, record in everything().items() if record.indoors or record.like in AIRLESS)
HOME = ("room", "kitchen", "bedroom")  # "room" is any of them: it is not said which
GREEN = ("meadow", "garden", "park", "farm", "hill")  # "meadow" is any of them where no place is said
# A part of the random numbers of a place: it keeps its own, so that its pictures stay the same.
SEEDS = {place: record.number for place, record in everything().items()}

# where a picture of it is, in words
PHRASES = {
    place: Table("places", "places").get(place, place if place.startswith("inside") else f"in the {place}")
    for place in SEEDS
}
# The words for which a backdrop is no stand-in: it shows what they say. Anything else that leads to it is said to be drawn as it.
SHOWS = Table("places", "shows")


def shows(place: str, noun: str) -> bool:
    """Whether a backdrop shows what a word says, so that nothing has to be said about it."""
    record = everything().get(place)
    return noun == place or noun in SHOWS.get(place, ()) or (record is not None and noun in record.also)


def same_place(text: str, other: str) -> bool:
    """Whether two backdrops can be one place of a story: an open place that is not named may be any meadow, a room at home any of its rooms."""
    return text == other or any(
        b in (HOME if a == "room" else () if a else GREEN) for a, b in ((text, other), (other, text))
    )


def family(place: str) -> str:
    """The place whose stories are told as those of this one."""
    return everything()[place].like if place in everything() else place
