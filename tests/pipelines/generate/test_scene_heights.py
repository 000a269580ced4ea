"""How tall the things of a picture are beside each other."""

from __future__ import annotations

from pipelines.scenes import things
from pipelines.scenes.prompt import Reading, Relation, Thing
from pipelines.scenes.scaling import story_height


def heights(*nouns: str, sizes: tuple[str, ...] = (), relations: tuple[Relation, ...] = ()) -> list[float]:
    shown = tuple(
        Thing(said=noun, noun=noun, size=size) for noun, size in zip(nouns, sizes or ("",) * len(nouns), strict=True)
    )
    reading = Reading("", things=shown, relations=relations)
    return [story_height(reading, at) for at in range(len(nouns))]


def test_animals_are_smaller_beside_people_and_as_the_storybook_has_them_alone():
    girl, gull, mouse, horse = heights("girl", "seagull", "mouse", "horse")
    assert gull < 0.62 * girl and 0.4 < mouse < gull < horse
    assert heights("seagull", "mouse") == [things.height_of("seagull"), things.height_of("mouse")]


def test_a_little_girl_is_no_dwarf_and_a_tiny_one_is():
    plain, small, tiny = heights("girl", "girl", "girl", sizes=("", "small", "tiny"))
    assert 0.8 * plain < small < plain and tiny < 0.6 * plain


def test_who_carries_a_person_keeps_its_size():
    assert heights("girl", "wolf", relations=(Relation("on", 0, 1),))[1] == things.height_of("wolf")
