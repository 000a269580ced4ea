"""What a prompt names and does not ask for: absent things, the content of pictures, materials, words that only say a kind."""

from __future__ import annotations

import pytest

from pipelines.generate.storybook import understood
from pipelines.scenes import drawings


def read(prompt: str):
    return understood(prompt, drawings.vocabulary())


def nouns(prompt: str) -> list[str]:
    return [thing.noun for thing in read(prompt).things]


@pytest.mark.parametrize(
    ("prompt", "drawn", "left"),
    [
        ("a rowing boat without oars on a lake", ["rowing boat"], "oars"),
        ("a truck missing its wheels", ["truck"], "wheels"),
        ("two dogs and a man with no hat", ["dog", "man"], "hat"),
        ("a castle made of ice", ["castle"], "ice"),
        ("a girl beside a statue of a horse", ["girl", "statue"], "horse"),
        ("a giant pumpkin and a space rocket", ["pumpkin", "rocket"], ""),
        ("a dragon hat on a table", ["hat", "table"], "dragon"),
    ],
)
def test_what_is_not_asked_for_is_left_out_and_said(prompt, drawn, left):
    reading = read(prompt)
    assert [thing.noun for thing in reading.things] == drawn
    assert left in [words for words, _ in reading.left] or not left
    assert all(any(words in note for note in reading.notes) for words, _ in reading.left)


@pytest.mark.parametrize("prompt", ["a photo of a fox", "a portrait of a fox", "an illustration of a fox", "a fox"])
def test_a_picture_of_something_asks_for_it_alone(prompt):
    assert nouns(prompt) == ["fox"] and read(prompt).left == ()


def test_a_picture_that_does_not_open_the_prompt_is_a_thing():
    assert nouns("a girl holding a photo of a fox") == ["girl", "photograph"]


def test_verbs_that_no_pose_shows_do_not_join_what_stands_around_them():
    assert nouns("a child is blowing bubbles") == ["girl", "bubble"]


def test_a_strange_word_for_a_place_is_its_backdrop_and_said():
    reading = read("a small bathroom with a toilet")
    assert reading.place == "room" and not reading.unknown and any("bathroom" in note for note in reading.notes)


def test_a_colour_within_a_name_is_its_colour():
    first = read("a red apple and a green apple").things[0]
    assert (first.noun, first.colour) == ("apple", "red")


def test_what_stands_in_rooms_opens_a_room():
    from pipelines.scenes.things import suited_place

    assert suited_place(["fridge", "bee"]) == "kitchen" and suited_place(["bathtub"]) == "room"
    assert suited_place(["fridge", "pine tree"]) == "meadow" or suited_place(["pine tree"]) != "kitchen"
