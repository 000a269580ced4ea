"""Which picture stands for a word that has none, and which words are offered in its place."""

from __future__ import annotations

import pytest

from pipelines.film.parts.story import told
from pipelines.reading.pictured import _nearest_animal, pictures
from pipelines.scenes import drawings, painted_things


def test_the_nearest_animal_is_of_a_close_kind():
    nouns = tuple(drawings.vocabulary().nouns)
    found = {word: _nearest_animal(word, nouns) for word in ("mole", "ferret", "hyena", "sloth", "walrus")}
    assert found["mole"] in ("hedgehog", "mouse") and found["hyena"] in ("dog", "wolf") and found["ferret"] == "badger"
    assert "bat" not in found.values() and all(found.values())


def test_the_nearest_words_are_near_or_there_are_none():
    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    assert {"hat", "cap"} <= set(drawn.nearest("helmet", 6)) and "clock" in drawn.nearest("watch")
    assert not {"bridge", "doll", "beetle", "cook"} & {
        near for word in ("moat", "soldier", "gutter") for near in drawn.nearest(word)
    }


def test_a_thing_whose_name_is_also_a_game_or_a_programme_is_seen():
    made = told("A girl found a football. Her brother watched the television.")
    shown = " ".join(scene["picture"]["prompt"] for scene in made["scenes"])
    assert "football" in shown and "television" in shown


@pytest.mark.parametrize("story", ["A toddler chased a ball.", "An orphan cried."])
def test_who_is_a_child_by_the_dictionary_is_drawn_as_one(story):
    [scene] = told(story)["scenes"]
    assert scene["record"]["scene"]["actors"][0]["noun"] == "boy"
