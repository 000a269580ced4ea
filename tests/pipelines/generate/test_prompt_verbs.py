"""A prompt with verbs: what somebody does becomes a pose, and no verb becomes a thing."""

from __future__ import annotations

import pytest

from pipelines.generate.parts.prompt_verbs import Dictionary, _before, with_acts
from pipelines.scenes import drawings
from pipelines.scenes.things import suited_place

pytestmark = pytest.mark.weights


def test_a_prompt_without_verbs_stays_as_it_is():
    for prompt in (
        "a red fox beside a house by the sea at sunset",
        "three balloons over a castle",
        "two cats and a watch",
    ):
        assert with_acts(prompt) == (prompt, ())


def test_strange_words_are_what_they_are_a_kind_of():
    match = Dictionary(drawings.vocabulary().nouns)
    found = match(["trombonist", "bus stop", "zorblax"])
    assert found == {"trombonist": ("man", 1.0), "bus stop": None, "zorblax": None}
    assert "a trombonist is a person" in match.reasons["trombonist"]


def test_only_words_before_a_phrase_are_said_of_it():
    assert _before("clockmaker", "a fox and an old clockmaker") == ("old",)
    assert _before("violinist", "a fox in a small house") == ()  # the phrase was written otherwise


def test_what_stands_in_rooms_opens_a_room_and_a_tower_none():
    assert suited_place(["fridge", "bee"]) == "kitchen" and suited_place(["bathtub"]) == "room"
    assert suited_place(["book"]) == "room" and suited_place(["book", "tower"]) == "meadow"
