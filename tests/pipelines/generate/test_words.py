"""How a prompt is read for one drawing; a made-up vocabulary, so no weights are needed."""

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.drawing import words

MADE = {
    "nouns": ["fox", "house", "red heart", "rose", "t-rex dinosaur", "wolf"],
    "styles": {"soft 3d": "a", "flat": "b", "cartoon": "c"},
    "style_words": {"soft 3d": ["soft 3d", "glossy 3d"], "flat": ["flat", "flat design"], "cartoon": ["cartoon"]},
    "words": {"t-rex dinosaur": ["dinosaur"], "house": ["cottage"]},
}
KNOWN = words.Vocabulary(MADE)


@pytest.mark.parametrize(
    "prompt,caption",
    [
        ("a fox", "a fox, soft 3d"),
        ("A small red fox, flat", "a small red fox, flat"),
        ("foxes in cartoon style", "a fox, cartoon"),
        ("wolves", "a wolf, soft 3d"),
        ("a flat design picture of a cottage", "a house, flat"),
        ("a red heart", "a red heart, soft 3d"),
        ("a huge golden dinosaur tilted left, glossy 3d", "a big yellow t-rex dinosaur tilted left, soft 3d"),
        ("crimson rose", "a red rose, soft 3d"),
    ],
)
def test_prompts_become_captions(prompt, caption):
    reading = KNOWN.read(prompt)
    assert (
        reading.wish.caption == caption and reading.likeness == 1 and not reading.left_out and reading.explanation == ""
    )


def test_controls_go_before_the_prompt():
    assert KNOWN.read("a red fox, flat", style="cartoon").wish.caption == "a red fox, cartoon"


def test_what_is_not_drawn_is_said():
    reading = KNOWN.read("a fox wearing glasses")
    assert (
        reading.wish.noun == "fox" and reading.left_out == ("wearing", "glasses") and "glasses" in reading.explanation
    )


class Near(words.Vocabulary):
    """A vocabulary whose meanings are set by hand."""

    likeness = 0.8

    def nearest(self, phrase, count=3):
        return [("wolf", self.likeness), ("fox", 0.4), ("rose", 0.1)][:count]


def test_unknown_words_are_matched_and_the_match_is_said():
    reading = Near(MADE).read("a blue jackal, flat")
    assert reading.wish.caption == "a blue wolf, flat" and reading.word == "jackal"
    assert "“jackal”" in reading.explanation and "wolf" in reading.explanation and "80%" in reading.explanation
    assert reading.as_dict()["nearest"][0] == ["wolf", 0.8]


def test_words_too_far_away_are_refused_with_the_nearest():
    far = Near(MADE)
    far.likeness = 0.3
    with pytest.raises(
        Refusal,
        match="“inflation” is not in the studio's vocabulary; the nearest words are wolf, fox, rose",
    ):
        far.read("inflation")


@pytest.mark.parametrize("prompt", ["", "a red", "   ", "flat"])
def test_a_prompt_without_a_thing_is_refused(prompt):
    with pytest.raises(Refusal, match="Say what to draw"):
        KNOWN.read(prompt)


@pytest.mark.weights
def test_landed_vocabulary_knows_its_words_and_finds_neighbours():
    landed = words.vocabulary()
    assert len(landed.nouns) >= 250 and len(landed.styles) >= 3 and landed.vectors().shape == (len(landed.words), 384)
    assert np.allclose(np.linalg.norm(landed.vectors(), axis=1), 1, atol=1e-2)
    assert landed.nearest("puppy")[0][0] == "dog"
    with pytest.raises(Refusal, match="not in the studio's vocabulary"):
        landed.read("macroeconomics")
