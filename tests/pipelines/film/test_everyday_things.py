"""Everyday things of stories are drawn as themselves; a part of a thing lies by itself only where somebody uses it."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.film.parts.story import told
from pipelines.reading.cards import CARDS

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]


@pytest.mark.parametrize(
    "noun",
    [
        "mug",
        "towel",
        "television",
        "postcard",
        "hole",
        "laptop",
        "fridge",
        "iron",
        "pen",
        "sheet",
        "tart",
        "hot dog",
        "popcorn",
    ],
)
def test_a_thing_is_drawn_as_itself(noun: str) -> None:
    found = told(f"A girl found a {noun}. She looked at it.")
    assert noun in str(found["scenes"][0]["picture"]["prompt"])
    assert not [note for note in found["notes"] if f"“{noun}”" in note]


@pytest.mark.parametrize(
    ("story", "drawn", "not_drawn"),
    [
        ("A bird sat on a branch. It sang.", "tree", "branch"),
        ("A monkey climbed a branch.", "tree", "branch"),
        ("A boy picked up a branch. He threw it.", "branch", "tree"),
        ("A girl found a twig.", "stick", "tree"),
    ],
)
def test_a_branch_is_apart_from_its_tree_only_where_it_is_used(story: str, drawn: str, not_drawn: str) -> None:
    prompt = str(told(story)["scenes"][0]["picture"]["prompt"])
    assert drawn in prompt and not_drawn not in prompt
