"""Storybook: how tall things are beside each other, what several of one kind wear, who does what."""

from __future__ import annotations

from pipelines.scenes import drawings, performers, things
from pipelines.scenes.prompt import Reading, Relation, Thing, read
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


def test_several_wear_one_each():
    for prompt, word in (("six monkeys in red caps in a tree", "monkey"), ("three boys in a red hat", "boy")):
        told = performers.describe_figures(prompt)
        assert "cap" not in told.prompt and "hat" not in told.prompt
        assert told.said_of((word,), 2) == told.said_of((word,), 0) and "red" in told.said_of((word,), 2)
    assert performers.describe_figures("three cats and a dog with a red scarf").said_of(("cat",), 0) == ""


def test_each_does_its_own_and_a_strange_word_before_a_place_is_read():
    vocabulary = drawings.vocabulary()
    told = {t.noun: t.act for t in read("a girl standing on a cliff and a seagull flying", vocabulary).things}
    assert told == {"girl": "stand", "seagull": "fly"}
    told = {t.noun: t.act for t in read("a dog and a cat sleeping", vocabulary).things}
    assert told == {"dog": "sleep", "cat": "sleep"}
    assert read("a woman and her zorgle in the bedroom", vocabulary).unknown == ("zorgle",)
    assert read("a woman in a zorgly forest", vocabulary).unknown == ()
