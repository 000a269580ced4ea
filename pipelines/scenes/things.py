"""How large things are beside each other in a story, where they live, and which place suits them when the prompt names none."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words
from pipelines.props import NOUNS, record
from pipelines.scenes.painted_things import is_large
from pipelines.scenes.performers import facts_of, is_figure, is_person, story_metres
from pipelines.scenes.places import everything, stage_of
from pipelines.scenes.settings import INSIDE, family

# Of what has no record (assets/words/unrecorded.json). Storybook heights: real sizes drawn together, so that a mouse can still be seen beside a house.
HEIGHTS = Table("unrecorded", "heights", turned=True)
SUITS = Table("unrecorded", "suits", turned=True)
TALL_BEHIND = Words("unrecorded", "tall behind")  # though they are not large
HELD_OVER = frozenset(("umbrella", "parachute", "kite", "balloon"))

WATERY = tuple(place for place, record in everything().items() if stage_of(record).water)  # before the viewer
BRIDGES = frozenset(["bridge", "wooden bridge", "broken bridge"])  # stand in the water where there is some


def height_of(noun: str) -> float:
    """Storybook height in metres; what is not listed is as tall as a cat."""
    if noun in HEIGHTS:
        return float(HEIGHTS[noun])
    if noun in NOUNS:
        return record(noun).metres
    return story_metres(noun) if is_figure(noun) else 0.95


def tall_behind(noun: str) -> bool:
    """Whether others stand before it, not behind it: houses, trees, mountains."""
    return noun in TALL_BEHIND or is_large(noun)


def is_fixed(noun: str) -> bool:
    """Whether it stands where it is: houses and trees, but not ships and carriages."""
    known = record(noun)
    return tall_behind(noun) and not known.turned and known.where not in ("air", "water")


def suited_place(nouns: list[str]) -> str:
    """The place that suits the first thing that has one; else a meadow."""
    outdoors = any(tall_behind(noun) for noun in nouns)  # no tower stands in a room
    rooms = [record(noun).room or "room" for noun in nouns if record(noun).indoors]
    if rooms and not outdoors:
        return rooms[0]
    suited = [record(noun).suits or SUITS.get(noun, "") or facts_of(noun).get("suits", "") for noun in nouns]
    afloat = any(map(is_person, nouns)) and "water" in {record(noun).vehicle for noun in nouns}  # somebody and a boat
    wrong = (*(INSIDE if outdoors else ()), "underwater" if afloat else "")
    return next((place for place in suited if place and place not in wrong), "meadow")


def habitat(noun: str, act: str, spot: str, place: str, in_water: bool) -> str:
    """Where a thing is put: sky (heavenly bodies), air, water, depth (under water) or ground."""
    usual = record(noun).where or facts_of(noun).get("where", "")
    if usual == "sky":
        return "sky"
    if family(place) == "underwater":
        return "depth" if {usual, act} & {"swim", "float"} else "ground"
    if spot == "sky" or act == "fly" or (usual == "air" and act not in ("sit", "stand")):
        return "air"
    if place in WATERY and noun in BRIDGES:
        return "water"
    if place in WATERY and (
        usual in ("swim", "float", "water") or spot == "water" or in_water or act in ("swim", "sail")
    ):
        return "water"
    if family(place) == "space" and noun in ("rocket", "ufo", "earth globe"):
        return "air"
    return "ground"
