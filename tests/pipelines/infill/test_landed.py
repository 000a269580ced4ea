"""The landed weights: what their card says is what they are, and they know some English."""

from __future__ import annotations

import pytest

from pipelines.core.models import sha256_of, where
from pipelines.infill.parts.autoregressive import BOTH_WAYS
from pipelines.infill.parts.free_length import FREE_LENGTH
from pipelines.infill.parts.networks import OWN, own_record
from pipelines.infill.parts.records import record_of
from pipelines.infill.score import score

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(where(OWN) is None, reason="the infill network has not been landed"),
]


def test_the_card_is_of_these_weights():
    path = where(OWN)
    assert path is not None and path.stat().st_size == OWN.size_bytes < 60e6
    assert sha256_of(path) == OWN.sha256
    for card in (BOTH_WAYS, FREE_LENGTH):
        changes = where(card)
        assert changes is not None and changes.stat().st_size == card.size_bytes < 60e6
        assert sha256_of(changes) == card.sha256
    assert record_of("infill-free-length")["base_sha256"] == OWN.sha256
    record = own_record()
    assert record["measured"]["test"]["narrative"]["bits_a_character"] < 2.5
    assert all(row["licence"] and row["package"] for rows in record["sources"].values() for row in rows)


def test_order_matters_to_it():
    said = "The old man opened the door of the house and went out into the night."
    jumbled = "The of night and old house out the opened man the door into went the."
    assert score(text=said).detail["bits_a_character"] + 0.3 < score(text=jumbled).detail["bits_a_character"]
