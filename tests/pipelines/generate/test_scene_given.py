"""A scene is read once: what is painted from words is painted again from its data, and moves by it without a word."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest

from pipelines.animate.parts.cast import cast_of
from pipelines.animate.parts.recorded import deeds_in
from pipelines.core.registry import find
from pipelines.core.settings import Refusal, check_settings, settings_of
from pipelines.figures import Character
from pipelines.generate import storybook as pictures
from pipelines.scenes.record import from_json

SCENE = {
    "place": "meadow",
    "actors": [
        {"id": "anna", "noun": "girl", "look": "girl with black hair", "mood": "happy", "act": "sit"},
        {"id": "rex", "noun": "dog"},
    ],
    "things": [{"id": "shade", "noun": "tree"}, {"id": "odd", "noun": "zzyzx"}],
    "relations": [{"kind": "left of", "subject": "anna", "object": "shade"}],
    "deeds": [
        {"who": ["rex"], "act": "run", "gait": "run", "way": "", "toward": "thing", "goal": "anna"},
        {"who": ["anna"], "act": "wave", "to": "rex"},
    ],
}


def facts_of(made) -> dict:
    return json.loads(ZipFile(io.BytesIO(made.main.archive)).read("studio.json"))


@pytest.mark.parametrize(
    "prompt",
    [
        "a girl with a red scarf reads a book in bed",
        "a house with a fox beside it by the sea at sunset",
        "two children and a dog between two trees in the rain",
        "a boy on a horse and a second boy in a green hat, in autumn",
    ],
)
def test_the_data_of_a_scene_paints_the_same_picture_as_its_words(small, prompt):
    from_words = pictures.storybook(prompt=prompt, seed=3)
    given = pictures.storybook(scene=from_words.files["scene.json"].decode(), seed=3)
    assert given.main.picture.tobytes() == from_words.main.picture.tobytes()
    assert given.files["scene.json"] == from_words.files["scene.json"]
    assert facts_of(from_words)["about"]["scene"] == json.loads(from_words.files["scene.json"])
    assert from_json(from_words.files["scene.json"].decode()).sentence == prompt


def test_a_scene_is_painted_as_it_says_and_what_has_no_picture_is_said(small):
    made = pictures.storybook(scene=json.dumps(SCENE), seed=1)
    figures = {one["part"]: one for one in facts_of(made)["figures"]}
    assert (
        set(figures) == {"anna", "rex", "shade"}
        and figures["anna"]["act"] == "sit"
        and figures["anna"]["face"] == "happy"
    )
    record = from_json(made.files["scene.json"].decode())
    assert [one.words for one in record.left_out] == ["zzyzx"]
    assert any("zzyzx" in note for note in json.loads(made.files["reading.json"])["notes"])


def test_what_a_hand_placed_stands_there_in_whatever_company_and_looks_where_it_is_told(small):
    dog = {"id": "rex", "noun": "dog", "placed": [[0.25, 0.9, 0.3]], "facing": "anna", "seeds": [7]}
    anna = {"id": "anna", "noun": "girl", "placed": [[0.7, 0.8, 0.3]], "facing": "right"}
    alone = {
        one["part"]: one
        for one in facts_of(pictures.storybook(scene=json.dumps({"place": "meadow", "actors": [anna, dog]}), seed=1))[
            "figures"
        ]
    }
    more = {
        "place": "meadow",
        "actors": [anna, dog],
        "things": [{"id": "hut", "noun": "house"}, {"id": "tome", "noun": "book"}],
        "relations": [{"kind": "held by", "subject": "tome", "object": "anna"}],
    }
    crowded = {one["part"]: one for one in facts_of(pictures.storybook(scene=json.dumps(more), seed=1))["figures"]}
    for figures in (alone, crowded):
        assert (figures["rex"]["x"], figures["rex"]["feet"]) == (120.0, 243.0) and figures["rex"]["seed"] == 7
        assert figures["rex"]["mirrored"] and figures["anna"]["mirrored"]  # both look to the right
    assert crowded["rex"]["tall"] == alone["rex"]["tall"] and crowded["tome"]["holder"] == crowded["anna"]["id"]


def test_a_member_of_the_cast_plays_whom_the_scene_names(small):
    scene = {
        "actors": [{"id": "hero", "noun": "boy", "cast": "Bolt"}, {"id": "friend", "noun": "girl"}],
        "place": "meadow",
    }
    bolt = json.loads(Character("robot", name="Bolt").to_json())
    made = facts_of(pictures.storybook(scene=json.dumps(scene), cast=json.dumps({"bolt": bolt}), seed=1))
    assert [(one["part"], one["noun"]) for one in made["figures"]] == [("hero", "robot"), ("friend", "girl")]


@pytest.mark.parametrize(
    ("scene", "says"),
    [("{}", "scene is empty"), ('{"things": [{"id": "odd", "noun": "zzyzx"}]}', "nothing that can be drawn")],
)
def test_a_scene_without_anything_to_draw_is_refused(small, scene, says):
    with pytest.raises(Refusal, match=says):
        pictures.storybook(scene=scene)


def test_words_or_a_scene_are_needed_and_what_is_no_scene_is_refused_at_once():
    form = settings_of(find("generate.storybook"))
    assert check_settings(form, {"scene": json.dumps(SCENE)})["prompt"] == ""
    with pytest.raises(Refusal, match="is empty"):
        check_settings(form, {"scene": " "})
    with pytest.raises(Refusal, match="Scene as data: This is no scene"):
        check_settings(form, {"scene": '{"place": "no such place"}'})


def test_layers_move_by_their_own_scene(small):
    cast = cast_of(pictures.storybook(scene=json.dumps(SCENE), seed=1).main.archive)
    anna, rex = (next(n for n, one in enumerate(cast.figures) if one.part == id) for id in ("anna", "rex"))
    told, acts = deeds_in(cast)
    assert [(one.action, one.way.to, one.way.gait) for one in told[rex]] == [("run", f"thing:{anna}", "run")]
    assert [(one.action, one.to, one.turn) for one in told[anna]] == [("wave", rex, 1)] and acts[rex] == told[rex][
        0
    ].way
