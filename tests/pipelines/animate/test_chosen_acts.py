"""What is chosen in the layer editor: a pose and a face in the picture, the action in Animate; a character of the shelf plays who has its kind or name."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipelines.animate.layers import layers
from pipelines.animate.parts.cast import cast_of, recast
from pipelines.animate.parts.rigged import played
from pipelines.core.settings import Refusal
from pipelines.figures import Character
from pipelines.generate.rearrange import rearrange
from pipelines.generate.storybook import storybook
from pipelines.media import Character as Kept
from pipelines.scenes.scene import taken_apart

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def made():
    return storybook(prompt="a grandmother beside a fox in a meadow", seed=5).main


def edited(picture, **edit):
    return rearrange(picture, edits=json.dumps([edit])).main


def grandmother(picture):
    return taken_apart(picture.archive).figure("grandmother-1")


def test_a_pose_and_a_face_are_painted_where_the_figure_stands(made):
    after = edited(made, act="perform", layer="grandmother-1", action="sit", expression="happy")
    one, was = grandmother(after), grandmother(made)
    assert (one.play, one.face) == ("sit", "happy") and one.tall < was.tall
    assert abs(one.feet - was.feet) < 0.15 * was.tall
    assert not np.array_equal(np.asarray(after.picture), np.asarray(made.picture))
    back = grandmother(edited(after, act="perform", layer="grandmother-1", action="", expression=""))
    assert (back.x, back.feet, back.tall) == pytest.approx((was.x, was.feet, was.tall), abs=0.05)


def test_the_chosen_action_is_played_unless_a_sentence_says_another(made):
    waving = cast_of(edited(made, act="perform", layer="grandmother-1", action="wave", expression="sad").archive)
    number = next(n for n, one in enumerate(waving.figures) if one.names[0] == "grandmother")
    doings, _ = played(waving, [None, None], [None, None])
    assert doings[number].action == "wave" and doings[number].expression == "sad"
    assert waving.figures[doings[number].to].names[0] == "fox"
    assert played(waving, ["said", "said"], [None, None])[0] == ["said", "said"]
    running = cast_of(edited(made, act="perform", layer="grandmother-1", action="run").archive)
    assert played(running, [None, None], [None, None])[1][number].gait == "run"


def test_a_frame_of_it_is_another_one(made):
    waving = edited(made, act="perform", layer="grandmother-1", action="wave")
    still, moved = (
        next(iter(layers(one, longest_side=320, seconds=1, camera="still").frames())) for one in (made, waving)
    )
    assert (still != moved).any()


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"action": "juggle"}, "no action"),
        ({"expression": "bored"}, "no expression"),
        ({"action": ["sit"]}, "no action"),
    ],
)
def test_what_there_is_not_is_refused(made, edit, says):
    with pytest.raises(Refusal, match=says):
        edited(made, act="perform", layer="grandmother-1", **edit)


def test_a_character_of_the_shelf_plays_who_has_its_kind_or_its_name(made):
    ada = Character("grandmother", {"glasses_colour": "#3f9a3c"}, name="Ada")
    kept = Kept(made.picture, ada.to_json())
    again = recast(cast_of(made.archive), (None, kept))
    assert [one.character for one in again.figures if one.names[0] == "grandmother"] == [ada.to_json()]
    with pytest.raises(Refusal, match="could play; it has"):
        recast(cast_of(made.archive), (Kept(made.picture, Character("robot", name="Bolt").to_json()),))
    named = storybook(kept, prompt="Ada in a meadow", seed=5).main
    assert Character.from_json(grandmother(named).character) == ada
