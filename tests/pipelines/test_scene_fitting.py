"""Nothing is where it cannot be: what does not fit a place is left out or takes the scene to a place that fits, and the notes say so."""

from __future__ import annotations

import pytest

from pipelines.scenes.fitting import fit_to_place, in_open_air
from pipelines.scenes.record import Actor, Deed, Relation, SceneRecord, Thing, Why

GIRL = Actor(id="girl", noun="girl")


@pytest.mark.parametrize(
    "noun", ["tree", "house", "boat", "car", "lighthouse", "rowing boat", "cloud", "mountain", "train"]
)
def test_what_stands_in_the_open_is_left_out_of_a_room_and_that_is_said(noun):
    scene = fit_to_place(SceneRecord(place="classroom", actors=(GIRL,), things=(Thing(id="odd", noun=noun),)))
    assert scene.place == "classroom" and not scene.things
    assert [one.words for one in scene.left_out] == [noun] and noun in scene.notes[0]


@pytest.mark.parametrize(
    "noun", ["table", "window", "bicycle", "ladder", "stairs", "christmas tree", "balloon", "flower"]
)
def test_what_can_be_in_a_room_stays(noun):
    scene = SceneRecord(place="room", actors=(GIRL,), things=(Thing(id="one", noun=noun),))
    assert fit_to_place(scene) == scene


def test_a_toy_car_and_every_animal_may_be_in_a_room():
    animals = tuple(Actor(id=noun, noun=noun) for noun in ("cat", "giant", "horse"))
    scene = SceneRecord(place="kitchen", actors=animals, things=(Thing(id="car", noun="car", said="toy car"),))
    assert [part.noun for part in scene.parts if in_open_air(part)] == ["horse"]
    assert fit_to_place(scene) == scene  # a story puts the horse there


def test_a_scene_about_it_goes_to_a_place_that_fits():
    tree = Thing(id="tree", noun="tree")
    climbs = Deed(who=("girl",), act="climb", object="tree", gait="walk", way="", toward="top", goal="tree")
    scene = fit_to_place(SceneRecord(place="classroom", actors=(GIRL,), things=(tree,), deeds=(climbs,)))
    assert scene.place == "meadow" and scene.things == (tree,) and "cannot be in a classroom" in scene.notes[0]
    assert fit_to_place(SceneRecord(place="classroom", things=(tree,))).place == "meadow"


def test_the_visitors_own_place_stays():
    with_tree = SceneRecord(actors=(GIRL,), things=(Thing(id="tree", noun="tree"),))
    assert [one.words for one in fit_to_place(with_tree, "kitchen").left_out] == ["tree"]


def test_a_bed_is_in_its_room_unless_the_words_put_it_in_the_open():
    bed = Thing(id="bed", noun="bed")
    moved = fit_to_place(SceneRecord(place="meadow", things=(bed,), setting_why=Why(sure=0.5)))
    assert moved.place == "bedroom" and moved.notes
    assert fit_to_place(SceneRecord(place="meadow", things=(bed,))).place == "meadow"


@pytest.mark.parametrize("noun", ["stairs", "tower", "pond", "house"])
def test_what_no_hand_can_hold_is_not_held(noun):
    held = Relation(kind="held by", subject="thing", object="girl")
    carried = Deed(who=("girl",), act="walk", also="carry", object="thing", gait="walk", way="")
    scene = fit_to_place(
        SceneRecord(actors=(GIRL,), things=(Thing(id="thing", noun=noun),), relations=(held,), deeds=(carried,))
    )
    assert [one.kind for one in scene.relations] == ["beside"] and scene.notes
    assert noun == "pond" or (scene.deeds[0].also, scene.deeds[0].object) == ("", "")
