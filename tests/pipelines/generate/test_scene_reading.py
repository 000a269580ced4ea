"""How the rules read a prompt: plurals, strange words, refusals. What prompts mean is in tests/cases."""

from __future__ import annotations

import pytest

from pipelines.core.settings import Refusal
from pipelines.scenes.prompt import read, sentence_of_unknown
from pipelines.scenes.tokens import Vocabulary, singular
from tests.pipelines.generate.conftest import match, vocabulary


def test_plurals():
    many = ["foxes", "mice", "wolves", "cherries", "buses", "cactus", "dresses"]
    assert [singular(word) for word in many] == ["fox", "mouse", "wolf", "cherry", "bus", "cactus", "dress"]
    assert [singular(words) for words in ("glasses of wine", "red fishes")] == ["glass of wine", "red fish"]


def test_a_strange_word_is_matched_and_says_so():
    reading = read("a lorry beside a house", vocabulary(), match)
    assert [thing.noun for thing in reading.things] == ["car", "house"] and reading.matched == (("lorry", "car", 0.71),)
    assert reading.relations[0].kind == "beside"


def test_a_word_near_to_nothing_is_said_and_the_rest_is_drawn():
    reading = read("a wug, two blickets and a fox in front of a florp", vocabulary(), match)
    assert [thing.noun for thing in reading.things] == ["fox"] and reading.unknown == ("wug", "blickets", "florp")
    said = sentence_of_unknown(reading.unknown, vocabulary())
    assert said.startswith("“wug”, “blickets” and “florp” are not in the studio's vocabulary") and said.count(".") == 1


def test_a_compound_is_one_strange_word():
    assert read("a fire hydrant next to a dog", vocabulary(), match).unknown == ("fire hydrant",)


def test_adjectives_and_verbs_are_no_things():
    reading = read("a mischievous fox winks at a quizzical owl and laughs loudly", vocabulary(), match)
    assert [thing.noun for thing in reading.things] == ["fox", "owl"] and reading.unknown == ()


def test_more_than_six_of_a_kind_are_refused_in_words():
    reading = read("twelve bees, ten ducks", vocabulary(), match)
    assert all(thing.count <= 6 for thing in reading.things) and "10 of “ducks”" in reading.notes[-1]


def test_the_same_thing_spoken_of_again_is_not_a_second_one():
    reading = read("a fox and a house. The fox is left of the house.", vocabulary(), match)
    assert len(reading.things) == 2 and reading.relations[0].kind == "left of"


def test_a_plain_colour_is_a_place():
    reading = read("a crown on a plain yellow background", vocabulary(), match)
    assert (reading.place, reading.plain_colour) == ("plain", "yellow")


@pytest.mark.parametrize("prompt", ["", "   ", "\n"])
def test_an_empty_prompt_is_refused(prompt):
    with pytest.raises(Refusal, match="empty"):
        read(prompt, vocabulary(), match)


@pytest.mark.parametrize(
    "prompt",
    [
        "?!",
        "42",
        "of of of",
        "a a a a",
        "and, and; and.",
        "🦊",
        "x" * 500,
        "between between and",
        "on on the the",
        "a fox " * 60,
        "called_foo__Bar",
        "doing-nonsense",
    ],
)
def test_nonsense_is_read_without_complaint(prompt):
    assert all(thing.noun in vocabulary().names and not thing.act for thing in read(prompt, vocabulary(), match).things)
    read(prompt, Vocabulary([]), None)
