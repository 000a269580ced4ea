"""Names, titles, kin, "I" and "we", children, professions by gender, what is only spoken about: stories of today, not fables."""

from __future__ import annotations

import pytest

from pipelines.film.parts.story import told
from pipelines.reading.given import same_name
from pipelines.reading.reader import read


def named(story: str) -> dict[str, str]:
    return {one.name: one.noun for one in read(story).entities if one.name}


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("Captain Morgan knocks. The captain waits.", {"Captain Morgan": "captain"}),
        ("Queen Ada hates carrots. Ada smiles.", {"Queen Ada": "queen"}),
        ("A boy named Sam comes. Sam falls.", {"Sam": "boy"}),
        ("My brother Tom sleeps. Tom snores.", {"Tom": "brother", "I": "i"}),
        ("An old man walks with his dog Biscuit. Biscuit barks.", {"Biscuit": "dog"}),
        ("Pip is a penguin. Pip swims.", {"Pip": "penguin"}),
        ("Two astronauts, Kim and Lee, land on the moon.", {"Kim": "astronaut", "Lee": "astronaut"}),
        ("Buster Bear met Anna Wolf.", {"Buster Bear": "bear", "Anna Wolf": "anna wolf"}),
        ("Our teacher, Mrs. Green, lost her glasses. Mrs. Green laughed.", {"Mrs. Green": "teacher"}),
    ],
)
def test_a_name_and_what_is_said_of_it_are_one_person(story, expected):
    found = named(story)
    assert {name: found.get(name) for name in expected} == expected
    assert set(found) <= set(expected) | {"I"}


def test_mister_is_not_missis():
    assert same_name("Ada", "Queen Ada") and not same_name("Mr Brown", "Mrs Brown") and not same_name("Ada", "Bo")


def test_i_and_we_are_who_tells_the_story_and_who_is_with_them():
    story = read("I live with my brother Tom. We found a phone.")
    found = next(event for event in story.sentences[1].events if event.verb == "find")
    assert found.who == ("i-1", "brother-1")


def test_children_are_told_by_their_parents():
    prompts = [
        scene["picture"]["prompt"] for scene in told("Nora and her father bake. Nora smells the bread.")["scenes"]
    ]
    assert "girl" in prompts[0] and "man" in prompts[0]
    assert "woman" in told("Emma ordered a pizza. She was hungry and waited.")["scenes"][0]["picture"]["prompt"]


def test_a_profession_has_the_gender_of_its_pronoun():
    found = told("The doctor opens her bag and looks for a bandage.")["scenes"][0]["picture"]["prompt"]
    assert "female doctor" in found


def test_who_is_only_hoped_for_or_told_of_is_not_drawn():
    found = told(
        "Mia dreams of a tiger. Zoe wants to see the penguins. Grandpa tells her about an octopus that lived there."
    )
    drawn = " ".join(scene["picture"]["prompt"] for scene in found["scenes"])
    assert not any(word in drawn for word in ("tiger", "penguin", "octopus"))


def test_what_is_put_somewhere_stands_there():
    found = told("A robot puts a pizza on the table and waits there quietly.")["scenes"][0]["picture"]["prompt"]
    assert "pizza on a table" in found and "robot on" not in found


def test_people_of_one_word_look_different_and_the_same_in_every_scene():
    found = told("Mia and her little sister Zoe took a bus. Zoe waved at the driver and laughed. Mia slept on the bus.")
    looks = [{part for part in scene["picture"]["prompt"].split(", ") if "girl" in part} for scene in found["scenes"]]
    first, second = sorted(looks[0])
    assert "hair" in first and "hair" in second and all(look <= {first, second} or len(look) == 2 for look in looks)


def test_who_goes_on_speaking_is_the_same_and_a_new_line_is_the_others():
    story = '"I am Bolt," said the robot. "I keep the light."'
    assert [s.who for one in read(f"Ada met a robot. {story}").sentences for s in one.speeches] == [("robot-1",)] * 2
    scenes = told('Ada met a robot. "Hello," said Ada.\n"I am Bolt," said the robot.\n"Good."')["scenes"]
    assert [s["who"] for scene in scenes for s in scene["told"]["speeches"]] == [["ada-1"], ["robot-1"], ["ada-1"]]


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Luna slept all day. Her owner gave her a mouse made of wool. She purred.", "cat"),
        ("Max ran to the gate. He wagged his tail.", "dog"),
        ("Milo jumped up. His paws were dirty. He fetched a stick.", "dog"),
        ("Max ran to the gate. He waved his hand.", "max"),
    ],
)
def test_a_name_with_an_owner_or_a_tail_is_an_animal(text, noun):
    assert read(text).entities[0].noun == noun


@pytest.mark.parametrize("text", ["The king was alone on New Year's Eve.", "The king sang at Easter."])
def test_a_feast_is_nobody(text):
    assert [entity.noun for entity in read(text).entities if entity.kind == "person"] == ["king"]
