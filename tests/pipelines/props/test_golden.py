"""Every thing is painted as it was: the pixels' hashes stand in tests/golden/pictures.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from measure.goldens import prop
from pipelines.props import NOUNS

pytestmark = pytest.mark.long
GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "pictures.json").read_text("utf-8"))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_thing_is_painted_as_it_was(noun: str) -> None:
    assert prop(noun) == GOLDEN[f"props: {noun}"]
