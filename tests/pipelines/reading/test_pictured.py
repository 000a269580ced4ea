"""Which picture stands for a word that has none, and which words are offered in its place."""

from __future__ import annotations

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
