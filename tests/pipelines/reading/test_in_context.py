"""A word is drawn as what it means in its sentence, or not at all."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.film.parts.story import told
from pipelines.language.minilm import MINILM
from pipelines.reading.cards import CARDS
from pipelines.reading.in_context import meant_instead

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in (*CARDS, MINILM)), reason="a model is not on this machine"),
]


@pytest.mark.parametrize(
    ("sentence", "word", "fits"),
    [
        ("She lit the candle with a match.", "match", True),
        ("Our team won the match on Saturday.", "match", False),
        ("She wore a golden ring on her finger.", "ring", True),
        ("He heard the ring of the bell.", "ring", False),
        ("The boy kicked the ball into the goal.", "ball", True),
        ("The captain stood at the bow of the ship.", "bow", False),
        ("The horse pulled the cart.", "cart", True),  # it has one meaning
    ],
)
def test_a_picture_fits_what_its_word_means_in_the_sentence(sentence, word, fits):
    assert (meant_instead(word, word, sentence) is None) == fits


def test_what_has_another_meaning_without_a_picture_is_left_out_and_said():
    made = told("The dentist put a crown on the tooth.")
    assert "crown" not in made["scenes"][0]["picture"]["prompt"]
    assert any("“crown” is left out: here it means" in note for note in made["notes"])
    assert [one["words"] for one in made["scenes"][0]["record"]["scene"]["left_out"]] == ["crown"]


def test_the_grass_of_a_meadow_is_the_meadows_own():
    [scene] = told("The children danced on the grass.")["scenes"]
    assert {one["noun"] for one in scene["record"]["scene"]["actors"]} == {"girl", "boy"} and "things" not in scene[
        "record"
    ]["scene"]
