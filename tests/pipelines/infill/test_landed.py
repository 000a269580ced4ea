"""The landed weights: what their card says is what they are, and they know some English."""

from __future__ import annotations

import pytest

from pipelines.core.models import sha256_of, where
from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts.both_ways import BOTH_WAYS
from pipelines.infill.parts.networks import OWN, own_record
from pipelines.infill.score import score

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(where(OWN) is None, reason="the infill network has not been landed"),
]


def test_the_card_is_of_these_weights():
    path = where(OWN)
    assert path is not None and path.stat().st_size == OWN.size_bytes < 60e6
    assert sha256_of(path) == OWN.sha256
    changes = where(BOTH_WAYS)
    assert changes is not None and changes.stat().st_size == BOTH_WAYS.size_bytes < 60e6
    assert sha256_of(changes) == BOTH_WAYS.sha256
    record = own_record()
    assert record["measured"]["test"]["narrative"]["bits_a_character"] < 2.5
    assert all(row["licence"] and row["package"] for rows in record["sources"].values() for row in rows)


def test_order_matters_to_it():
    said = "The old man opened the door of the house and went out into the night."
    jumbled = "The of night and old house out the opened man the door into went the."
    assert score(text=said).detail["bits_a_character"] + 0.3 < score(text=jumbled).detail["bits_a_character"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("He was the king ____ the whole country.", "of"),
        ("They did ____ know what to say.", "not"),
        ("She looked at him ____ said nothing.", "and"),
    ],
)
def test_words_that_hold_a_sentence_together_are_found(text, word):
    alternatives = diffuse(text=text, seed=1).detail["blanks"][0]["alternatives"]
    assert word in [other["words"] for other in alternatives[:3]]
