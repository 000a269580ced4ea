"""Who acts in layers that were edited before: the action that was chosen is played, and a character of the shelf plays who has its kind or name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.animate.parts.cast import cast_of, recast
from pipelines.animate.parts.rigged import played
from pipelines.core.settings import Refusal
from pipelines.figures import Character
from pipelines.generate.storybook import storybook
from pipelines.media import Character as Kept
from pipelines.scenes.scene import put_together, taken_apart

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def make_picture():
    return storybook(prompt="a grandmother beside a fox in a meadow", seed=5).main


def edit_figure(picture, action: str, expression: str = ""):
    scene = taken_apart(picture.archive)
    change = {"grandmother-1": {"play": action, "face": expression}}
    return put_together(replace(scene, figures=tuple(replace(f, **change.get(f.id, {})) for f in scene.figures)))


def test_the_chosen_action_is_played_unless_a_sentence_says_another(make_picture):
    waving = cast_of(edit_figure(make_picture, "wave", "sad").archive)
    number = next(n for n, one in enumerate(waving.figures) if one.names[0] == "grandmother")
    doings, _ = played(waving, [None, None], [None, None])
    assert doings[number].action == "wave" and doings[number].expression == "sad"
    assert waving.figures[doings[number].to].names[0] == "fox"
    assert played(waving, ["said", "said"], [None, None])[0] == ["said", "said"]
    running = cast_of(edit_figure(make_picture, "run").archive)
    assert played(running, [None, None], [None, None])[1][number].gait == "run"


def test_a_character_of_the_shelf_plays_who_has_its_kind_or_its_name(make_picture):
    ada = Character("grandmother", {"glasses_colour": "#3f9a3c"}, name="Ada")
    kept = Kept(make_picture.picture, ada.to_json())
    again = recast(cast_of(make_picture.archive), (None, kept))
    assert [one.character for one in again.figures if one.names[0] == "grandmother"] == [ada.to_json()]
    with pytest.raises(Refusal, match="to play here; the picture has"):
        recast(cast_of(make_picture.archive), (Kept(make_picture.picture, Character("robot", name="Bolt").to_json()),))
    named = storybook(kept, prompt="Ada in a meadow", seed=5).main
    assert Character.from_json(taken_apart(named.archive).figure("grandmother-1").character) == ada
