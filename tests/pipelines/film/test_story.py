"""A story becomes scenes: what is drawn, what is not, and what stays from scene to scene."""

from __future__ import annotations

import contextlib
import json

import pytest

from pipelines.core.models import load, where
from pipelines.core.settings import Refusal
from pipelines.figures.acts import record
from pipelines.film.parts.cutting import LONG, MOST_SCENES, one_line, parts_of
from pipelines.film.parts.story import told
from pipelines.language.likely_act import LIKELY_ACTS
from pipelines.language.likely_place import LIKELY_PLACES
from pipelines.reading.cards import CARDS
from pipelines.scenes.places import everything
from studio.film.storyboard import as_json, storyboard_of
from tests.pipelines.reading.test_reader import PLACEHOLDER

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]


def test_a_storyboard_keeps_what_was_read_until_the_line_is_another():
    board = storyboard_of({"scenes": told(PLACEHOLDER)["scenes"]})
    written = as_json(board)
    assert all(scene["told"]["line"] == scene["line"] for scene in written["scenes"])
    assert storyboard_of(json.loads(json.dumps(written))) == board
    changed = {**written["scenes"][0], "line": "A wolf lives there."}
    assert storyboard_of({"scenes": [changed]}).scenes[0].reading is None


@pytest.mark.parametrize(
    "wrong",
    [1, "x", [], {"line": "A fox."}, {"line": "Hello there.", "x": "y" * 30_000}, {"line": "Hello there.", 3: {1, 2}}],
)
def test_what_nobody_read_is_not_kept(wrong):
    assert storyboard_of({"scenes": [{"line": "Hello there.", "told": wrong}]}).scenes[0].reading is None


def test_parts_hold_every_word():
    story = one_line(
        "The Fox\n\n"
        + "He ran over the hill, and then he slept under the old tree, " * 12
        + "and woke. "
        + "Yes. " * 30
        + "“Go!” he said."
    )
    parts = parts_of(story)
    assert len(parts) <= MOST_SCENES and " ".join(story[a:b] for a, b in parts) == story
    assert all(b - a <= LONG or n > 3 for n, (a, b) in enumerate(parts))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a story"),
        ("  \n", "Write a story"),
        ("a " * 4000, "the most"),
        ("Der Hund läuft in den Wald und er ist froh.", "not in English"),
    ],
)
def test_what_cannot_be_read_is_said(text, says):
    with pytest.raises(Refusal, match=says):
        told(text)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "“",
        "The. The. The.",
        "Run run run run run.",
        "a\x00fox\x00runs to the sea.",
        "I am the the of of.",
        "🦊 runs to the sea. 🦊",
        "Paula falls in the mud. The wolf showed her his teeth. They",
    ],
)
def test_strange_texts_are_read_or_refused(text):
    with contextlib.suppress(Refusal):
        assert told(text)["scenes"]


def test_what_an_act_leaves_behind_is_seen_in_the_next_scenes():
    story = "A boy picked up a lantern. He walked into the forest. He put the lantern on the ground. He ran home."
    scenes = [scene["record"]["scene"] for scene in told(story)["scenes"]]
    held = [{(r["kind"], r["subject"], r["object"]) for r in scene.get("relations", [])} for scene in scenes]
    assert ("held by", "lantern-1", "boy-1") in held[1] and not any(
        kind == "held by" for one in held[2:] for kind, *_ in one
    )
    story = "A man put on his coat in the kitchen. He walked to the table and blew out the candle. A girl looked at the candle and the man."
    scenes = [scene["record"]["scene"] for scene in told(story)["scenes"]]
    assert [one["look"] for scene in scenes for one in scene["actors"] if one["id"] == "man-1"] == [
        "man",
        "man in a coat",
        "man in a coat",
    ]
    assert scenes[-1]["things"][0]["noun"] == "unlit candle"
    bare = told(
        "A man put on his coat in the kitchen. He took off his coat at the table in the evening. Then he walked to the door and smiled."
    )["scenes"]
    assert [scene["record"]["scene"]["actors"][0]["look"] for scene in bare][-1] == "man"


def test_a_story_that_names_no_place_is_set_where_it_is_likely_and_that_is_said() -> None:
    scene, note = told("The judge banged her gavel and the lawyer stood up.")["scenes"][0], "it is set where that is"
    assert scene["record"]["scene"]["place"] == "courtroom"
    assert any(note in sentence for sentence in told("The judge banged her gavel and the lawyer stood up.")["notes"])
    assert told("A fox ran.")["scenes"][0]["record"]["scene"].get("place", "") == ""  # nothing tells


def test_likely_places_are_places_and_likely_acts_are_acts() -> None:
    with load(LIKELY_PLACES) as learned:
        assert set(learned["names"]) <= set(everything())
    with load(LIKELY_ACTS) as learned:
        assert all(record(act).label for act in learned["names"])


def test_a_verb_without_a_movement_of_its_own_is_shown_by_the_act_that_is_likely() -> None:
    acts = {
        "A climber scaled the rock face with a rope.": "climb",
        "A man perused the newspaper.": "read",
        "A girl forgives a dragon.": "",
    }
    shown = {line: told(line)["scenes"][0]["record"]["scene"]["actors"][0].get("act", "") for line in acts}
    assert shown == acts
