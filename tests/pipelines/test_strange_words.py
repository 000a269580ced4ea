"""Words without a picture are said before anything is drawn, by the reader that will read them."""

from __future__ import annotations

import pytest

from pipelines.core.settings import Refusal
from pipelines.scenes.strange_words import strange_words

pytestmark = pytest.mark.weights


def test_known_words_need_no_question():
    assert strange_words("a red fox beside a house") == {"substitutions": [], "unpictured": []}
    assert strange_words("   ") == {"substitutions": [], "unpictured": []}


def test_a_word_that_is_drawn_as_another_is_said_with_what_is_near():
    found = strange_words("a limousine beside a house")["substitutions"]
    assert [one["word"] for one in found] == ["limousine"] and found[0]["drawn"] in found[0]["nearest"]


def test_a_word_that_nothing_is_near_to_is_said():
    assert [one["word"] for one in strange_words("a fox beside a zorblax")["unpictured"]] == ["zorblax"]


def test_one_drawing_says_it_too():
    assert strange_words("a zorblax", "objects")["unpictured"][0]["nearest"]
    assert strange_words("a limousine", "codes")["substitutions"]
    with pytest.raises(Refusal, match="no reader"):
        strange_words("a fox", "oil")
