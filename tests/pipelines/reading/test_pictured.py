"""Which animal stands for one that has no picture."""

from __future__ import annotations

from pipelines.reading.pictured import _nearest_animal
from pipelines.scenes import drawings


def test_the_nearest_animal_is_of_a_close_kind():
    nouns = tuple(drawings.vocabulary().nouns)
    found = {word: _nearest_animal(word, nouns) for word in ("mole", "ferret", "hyena", "sloth", "walrus")}
    assert found["mole"] in ("hedgehog", "mouse") and found["hyena"] in ("dog", "wolf") and found["ferret"] == "badger"
    assert "bat" not in found.values() and all(found.values())
