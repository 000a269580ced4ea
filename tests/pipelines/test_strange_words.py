"""Words without a picture are said before anything is drawn, by the reader that will read them."""

from __future__ import annotations

import json

import pytest

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.generate.parts.strange_words import strange_words
from pipelines.reading.wordnet import unseen
from pipelines.scenes import drawings
from pipelines.scenes.prompt import read
from studio.engine.suggesting import strange_in_worker

pytestmark = pytest.mark.weights


def test_known_words_need_no_question():
    assert strange_words("a red fox beside a house") == {"substitutions": [], "unpictured": []}
    assert strange_words("   ") == {"substitutions": [], "unpictured": []}


def test_a_word_that_is_drawn_as_another_is_said_with_what_is_near():
    found = strange_in_worker(None, "a limousine beside a house", "scene")["substitutions"]  # type: ignore[arg-type]
    assert [one["word"] for one in found] == ["limousine"] and found[0]["drawn"] in found[0]["nearest"]


def test_a_word_that_nothing_is_near_to_is_said():
    assert [one["word"] for one in strange_words("a fox beside a zorblax")["unpictured"]] == ["zorblax"]


def test_one_drawing_says_it_too():
    assert strange_words("a zorblax", "objects")["unpictured"][0]["nearest"]
    assert strange_words("a limousine", "codes")["substitutions"]
    with pytest.raises(Refusal, match="no reader"):
        strange_words("a fox", "oil")


def test_a_style_is_a_style_and_no_fountain():
    for prompt in ("a fox in watercolour", "Watercolour of a fox", "a fox beside a house, watercolour style"):
        (asked,) = strange_words(prompt)["unpictured"]
        assert asked["sort"] == "style" and asked["nearest"] == [] and asked["instead"] == [], prompt
    assert strange_words("a red apple in watercolour", "objects")["unpictured"][0]["sort"] == "style"
    reading = read("a pencil sketch of a dog", drawings.vocabulary())
    assert [thing.noun for thing in reading.things] == ["dog"] and "is a style" in reading.notes[0]


def test_an_abstract_word_is_met_with_prompts_that_can_be_drawn():
    (asked,) = strange_words("the feeling of loneliness")["unpictured"]
    assert asked["word"] == "loneliness" and asked["sort"] == "abstract" and asked["instead"]
    assert unseen("justice") and not unseen("limousine")  # by WordNet, not by the list
    assert "sort" not in strange_words("a zorblax")["unpictured"][0]


def test_every_prompt_that_shows_something_abstract_has_pictures_for_all_its_words():
    known = json.loads((ASSETS / "words" / "unpictured.json").read_text("utf-8"))
    for prompt in (*(prompt for group in known["shown"] for prompt in group["by"]), *known["otherwise"]):
        assert strange_in_worker(None, prompt, "scene") == {"substitutions": [], "unpictured": []}, prompt  # type: ignore[arg-type]
