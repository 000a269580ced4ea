"""What kinds of backdrops there are, and which words each of them shows as they are said."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words

# a wall, a window and a floor: no rain falls there, a lamp shines when it is dark, and who is there is inside
ROOMS = ("room", "kitchen", "bedroom", "classroom", "hospital", "shop", "hall")
INSIDE = (*ROOMS, "cave")
HOME = ("room", "kitchen", "bedroom")  # "room" is any of them: it is not said which
GREEN = ("meadow", "garden", "park", "farm", "hill")  # "meadow" is any of them where no place is said
# A part of the random numbers of a place. A new place gets a new number; the others keep theirs, so that their pictures stay the same.
SEEDS = {place: number for number, place in enumerate(Words("places", "backdrops"))}

# The words for which a backdrop is no stand-in: it shows what they say. Anything else that leads to it is said to be drawn as it.
SHOWS = Table("places", "shows")


def shows(place: str, noun: str) -> bool:
    """Whether a backdrop shows what a word says, so that nothing has to be said about it."""
    return noun == place or noun in SHOWS.get(place, ())


def same_place(text: str, other: str) -> bool:
    """Whether two backdrops can be one place of a story: an open place that is not named may be any meadow, a room at home any of its rooms."""
    if text == other:
        return True
    for first, second in ((text, other), (other, text)):
        if (not first and second in GREEN) or (first == "room" and second in HOME):
            return True
    return False
