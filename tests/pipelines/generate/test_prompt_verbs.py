"""A prompt with verbs: what somebody does becomes a pose, and no verb becomes a thing."""

from __future__ import annotations

import pytest

from pipelines.generate.parts.prompt_verbs import Dictionary, _before, with_acts
from pipelines.generate.storybook import understood
from pipelines.scenes import drawings, performers

pytestmark = pytest.mark.weights


def read(prompt: str):
    return understood(performers.described(prompt).prompt, drawings.vocabulary())


def acts(prompt: str) -> dict[str, str]:
    return {thing.noun: thing.act for thing in read(prompt).things}


def test_a_prompt_without_verbs_stays_as_it_is():
    for prompt in (
        "a red fox beside a house by the sea at sunset",
        "three balloons over a castle",
        "two cats and a watch",
    ):
        assert with_acts(prompt) == (prompt, ())


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a bear drinks from a stream", {"bear": "drink"}),  # no glass
        ("a boy kicks a football in a park", {"boy": "run", "football": ""}),
        ("a girl flies a kite on a hill", {"girl": "", "kite": ""}),  # neither a fly nor an airplane
        ("an old man was reading a book", {"grandfather": "read", "book": ""}),
        ("a dog sleeps on a bed and a cat jumps over it", {"dog": "sleep", "bed": "", "cat": "jump"}),
        ("a house in the forest with bats flying over it", {"house": "", "bat": "fly"}),
    ],
)
def test_what_somebody_does_becomes_a_pose(prompt, expected):
    assert acts(prompt) == expected


def test_a_verb_that_no_pose_shows_is_said():
    assert read("a knight fights a dragon").notes == ("“fights” is not drawn: No pose shows it.",)


def test_who_drives_is_in_and_what_crosses_is_on():
    driven, crossing = read("a farmer drives a tractor"), read("a train crosses a bridge over a river")
    assert [(r.kind, r.subject, r.object) for r in driven.relations] == [("in", 0, 1)]
    assert [(r.kind, r.subject, r.object) for r in crossing.relations] == [("on", 0, 1)]
    assert crossing.place == "river" and crossing.things[1].spot == "water"


def test_her_mother_is_somebody_else():
    assert [thing.noun for thing in read("a girl and her mother").things] == ["girl", "woman"]
    assert [thing.noun for thing in read("a fox and a house; the fox is red").things] == ["fox", "house"]


def test_strange_words_are_what_they_are_a_kind_of():
    match = Dictionary(drawings.vocabulary().nouns, lambda phrases: dict.fromkeys(phrases, ("fox", 0.5)))
    found = match(["violinist", "bus stop", "zorblax"])
    assert found == {"violinist": ("man", 1.0), "bus stop": None, "zorblax": None}  # 0.5 is not alike enough
    assert "a violinist is a person" in match.reasons["violinist"]


@pytest.mark.parametrize(
    ("prompt", "place", "nouns"),
    [
        ("three ducks on a pond", "lake", ["duck"]),
        ("a frog beside a pond", "lake", ["frog"]),
        ("a boy swims in a river", "river", ["boy"]),
        ("a pond in the desert", "desert", ["pond"]),
        ("a pond", "", ["pond"]),
    ],
)
def test_a_river_or_a_pond_is_where_the_picture_is_set(prompt, place, nouns):
    found = read(prompt)
    assert (found.place, [thing.noun for thing in found.things]) == (place, nouns)


def test_autumn_is_read_and_a_fall_is_none():
    assert [read(prompt).season for prompt in ("a fox in autumn", "trees in the fall", "a boy falls off a horse")] == [
        "autumn",
        "autumn",
        "",
    ]


def test_children_are_girls_and_boys_and_parents_are_two():
    def counted(prompt: str) -> list[tuple[str, int]]:
        return [(thing.noun, thing.count) for thing in read(prompt).things]

    assert counted("three children in a meadow") == [("girl", 2), ("boy", 1)]
    assert counted("a girl and her parents in a boat") == [("girl", 1), ("woman", 1), ("man", 1), ("boat", 1)]
    assert counted("a child in a meadow") == [("girl", 1)]


def test_a_tower_stands_in_no_room():
    from pipelines.scenes.things import suited_place

    assert suited_place(["book"]) == "room" and suited_place(["book", "tower"]) == "meadow"


def test_a_noun_that_was_read_as_a_verb_stays_a_noun():
    found = read("my dad cooks pancakes in the kitchen")
    assert (found.things[0].noun, found.things[0].act) == ("man", "cook") and found.place == "kitchen"
    drawn = any("pancake" in thing.noun for thing in found.things)
    assert found.notes == () and (
        drawn or "pancakes" in found.unknown or "pancakes" in [one[0] for one in found.matched]
    )


@pytest.mark.parametrize(
    ("prompt", "act"),
    [
        ("a girl feeds a rabbit", "feed"),
        ("a boy strokes a cat", "stroke"),
        ("a woman pours tea", "pour"),
        ("a man types", "type"),
        ("a girl runs", "run"),
    ],
)
def test_a_verb_with_an_act_of_its_own_is_that_act(prompt, act):
    assert read(prompt).things[0].act == act


def test_who_runs_after_somebody_runs():
    found = read("a dog runs after a cat")
    assert found.things[0].act == "run" and [one.kind for one in found.relations] == ["beside"]


def test_a_word_that_names_nothing_is_no_missing_word():
    assert read("sometimes a fox sleeps").unknown == ()


@pytest.mark.parametrize(
    ("prompt", "place", "nouns"),
    [
        ("an old clockmaker repairs a clock in his workshop", "room", ["grandfather", "clock"]),
        ("a woman sings in the cathedral", "hall", ["woman"]),
        ("a cow in a barn", "", ["cow", "barn"]),
        ("a cat in a dollhouse", "", ["cat", "dollhouse"]),
    ],
)
def test_who_is_in_a_building_is_in_a_room(prompt, place, nouns):
    found = read(prompt)
    assert (found.place, [thing.noun for thing in found.things]) == (place, nouns)


def test_only_words_before_a_phrase_are_said_of_it():
    assert _before("clockmaker", "a fox and an old clockmaker") == ("old",)
    assert _before("violinist", "a fox in a small house") == ()  # the phrase was written otherwise
