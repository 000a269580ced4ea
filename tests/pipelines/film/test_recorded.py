"""A story's scenes as data: painters and animators read them; the words between are only shown, unless somebody changes them."""

from __future__ import annotations

import json

import pytest

from pipelines.core.models import where
from pipelines.film.parts.story import told
from pipelines.reading.cards import CARDS
from pipelines.scenes.record import from_json
from studio.film.storyboard import as_json, moved_by, pictured_by, shot_of, storyboard_of

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]


def records(story: str):
    return [from_json(json.dumps(scene["record"]["scene"])) for scene in told(story)["scenes"]]


def test_deeds_say_who_does_what_to_whom_and_where_that_leads():
    [scene] = records("The fox ran to the tree. The robot gave the girl a flower.")
    ran, given = scene.deeds
    assert (ran.who, ran.act, ran.toward, ran.goal) == (("fox-1",), "run", "thing", "tree-1")
    assert (given.who, given.act, given.object, given.to) == (("robot-1",), "give", "flower-1", "girl-1")
    assert all(one.why.words for one in (*scene.actors, *scene.things, *scene.deeds))


def test_a_thing_moves_by_the_record_too():
    [rolls] = records("The ball rolled to the cat.")[0].deeds
    assert (rolls.who, rolls.gait, rolls.goal) == (("ball-1",), "roll", "cat-1")


def test_nobody_wraps_or_feeds_the_stairs():
    scene = records("A kitten hid under the stairs. Mia wrapped it in her scarf and gave it some milk.")[1]
    wrapped, given = scene.deeds
    assert (wrapped.act, wrapped.object) == ("wrap", "kitten-1") and (given.object, given.to) == ("milk-1", "kitten-1")


def test_a_storyboard_keeps_a_record_with_its_words():
    board = storyboard_of({"scenes": told("The fox ran to the tree.")["scenes"]})
    [scene] = board.scenes
    assert scene.record is not None and moved_by(scene) == ""
    assert storyboard_of(json.loads(json.dumps(as_json(board)))) == board
    written = as_json(board)["scenes"][0]
    moved = storyboard_of({"scenes": [{**written, "motion": {"text": "The fox sleeps."}}]}).scenes[0]
    assert moved.record is not None and moved_by(moved) == "The fox sleeps."
    painted = storyboard_of({"scenes": [{**written, "picture": {"prompt": "a wolf"}}]}).scenes[0]
    assert painted.record is None and moved_by(painted) == "The fox runs to the tree."
    older = storyboard_of({"scenes": [{name: value for name, value in written.items() if name != "record"}]}).scenes[0]
    assert (
        older.record is None
        and "record" not in as_json(storyboard_of({"scenes": [written | {"record": None}]}))["scenes"][0]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        1,
        [],
        {},
        {"prompt": "a fox"},
        {"prompt": "a fox", "scene": {"place": "nowhere"}},
        {"prompt": "a fox", "motion": 3, "scene": {}},
    ],
)
def test_a_record_that_cannot_be_read_leaves_the_words(wrong):
    assert storyboard_of({"scenes": [{"picture": {"prompt": "a fox"}, "record": wrong}]}).scenes[0].record is None


def test_what_was_staged_by_hand_stays_when_words_change():
    written = as_json(storyboard_of({"scenes": told("The fox ran to the tree.")["scenes"]}))["scenes"][0]
    by_hand = {**written, "record": {**written["record"], "hand": True}}
    [scene] = storyboard_of({"scenes": [{**by_hand, "line": "It rained.", "picture": {"prompt": "a wolf"}}]}).scenes
    assert scene.record is not None and as_json(scene.record)["scene"] == written["record"]["scene"]
    assert pictured_by(scene) == written["picture"]["prompt"] and moved_by(scene) == "" and shot_of(scene) == "wide"
    board = storyboard_of({"scenes": [by_hand]})
    assert storyboard_of(json.loads(json.dumps(as_json(board)))) == board
    [own] = storyboard_of({"scenes": [{**by_hand, "motion": {"text": "The fox sleeps."}}]}).scenes
    assert moved_by(own) == "The fox sleeps."  # what somebody writes about the motion is done
