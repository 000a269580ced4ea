"""Who is in a bed or a vehicle, whose hand holds a thing, which window is meant; and where that puts them in the picture."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest

from pipelines.generate import storybook as pictures
from pipelines.scenes.grips import grip_of
from pipelines.scenes.painted_things import panes
from pipelines.scenes.prompt import Reading, Relation, Thing, without
from pipelines.scenes.sense import made_sense


def reading(*things, relations=(), place=""):
    made = tuple(Thing(noun, noun, act=act) for noun, _, act in (one.partition(":") for one in things))
    return Reading("", made, tuple(Relation(*one) for one in relations), place)


@pytest.mark.parametrize(
    ("things", "relations", "expected"),
    [
        (("girl:read", "book", "bed"), [("in", 1, 2)], {("in", 0, 2), ("held by", 1, 0)}),
        (("bus", "girl", "boy"), [("with", 0, 1)], {("in", 1, 0), ("in", 2, 0)}),
        (("boy", "balloon"), [("with", 0, 1)], {("held by", 1, 0)}),
        (
            ("girl", "flower", "man", "sack"),
            [("with", 0, 1), ("with", 0, 3), ("with", 2, 3)],
            {("held by", 1, 0), ("held by", 3, 2)},
        ),
        (("dog", "ball"), [("with", 0, 1)], {("held by", 1, 0)}),  # in its muzzle
        (("snake", "ball"), [("with", 0, 1)], {("with", 0, 1)}),
        (("girl", "house"), [("with", 0, 1)], {("with", 0, 1)}),
        (("boy", "violin"), [("with", 0, 1)], {("held by", 1, 0)}),
        (("violinist",), [], {("held by", 1, 0)}),  # the tool of a role
        (("violinist", "violin"), [], set()),
    ],
)
def test_relations_are_of_whom_they_are_about(things, relations, expected):
    found = made_sense(reading(*things, relations=relations), True)
    assert {(r.kind, r.subject, r.object) for r in found.relations} == expected


def test_a_balloon_that_somebody_is_in_is_a_hot_air_balloon():
    found = made_sense(reading("fox:fly", "balloon", relations=[("in", 0, 1)]), True)
    assert [(one.noun, one.act) for one in found.things] == [("fox", ""), ("hot air balloon", "")]
    assert made_sense(reading("fox", "balloon", relations=[("beside", 0, 1)]), True).things[1].noun == "balloon"


@pytest.mark.parametrize(("from_left", "side"), [(True, "left"), (False, "right")])
def test_a_rooms_own_window_is_meant(from_left, side):
    found = made_sense(
        reading("cat", "chair", "window", relations=[("on", 0, 1), ("beside", 1, 2)], place="room"), from_left
    )
    assert [(one.noun, one.spot) for one in found.things] == [("cat", ""), ("chair", side)]
    outside = reading("cat", "window", relations=[("beside", 0, 1)], place="meadow")
    assert len(made_sense(outside, True).things) == 2


def test_things_are_left_out_with_what_relates_to_them():
    one = reading("cat", "chair", "dog", relations=[("on", 0, 1), ("beside", 2, 0)])
    assert without(one, {1}).relations == (Relation("beside", 1, 0),)


def figures_of(prompt):
    import io

    archive = ZipFile(io.BytesIO(pictures.storybook(prompt=prompt, seed=4).main.archive))
    return {one["noun"]: one for one in json.loads(archive.read("studio.json"))["figures"]}


def test_what_is_held_is_at_its_holder(small):
    found = figures_of("a girl holding an umbrella in a meadow")
    girl, umbrella = found["girl"], found["umbrella"]
    assert umbrella["holder"] == girl["id"] and girl["act"] == "hold_umbrella"
    assert abs(umbrella["x"] - girl["x"]) < 0.6 * girl["wide"]
    assert girl["feet"] - girl["tall"] < umbrella["feet"] < girl["feet"]
    assert max(umbrella["tall"], umbrella["wide"]) == pytest.approx(grip_of("umbrella").tall * girl["tall"], rel=0.15)


@pytest.mark.parametrize("prompt", ["a girl and a boy in a bus in a street", "a bus with a girl and a boy in a street"])
def test_heads_are_behind_the_glass(small, prompt):
    found = figures_of(prompt)
    bus = found["bus"]
    for who in (found["girl"], found["boy"]):
        assert who["z"] < bus["z"] and who["mirrored"] == bus["mirrored"]
        y = (who["feet"] - 0.8 * who["tall"] - (bus["feet"] - bus["tall"])) / bus["tall"]
        assert min(top for _, top, *_ in panes("bus")) < y < max(bottom for _, _, _, bottom, _ in panes("bus"))
        assert who["feet"] < bus["feet"] - 0.05 * bus["tall"]


def test_who_is_in_bed_lies_at_the_pillow(small):
    found = figures_of("a girl in a bed in a room")
    girl, bed = found["girl"], found["bed"]
    assert girl["act"] == "lie" and girl["mirrored"] != bed["mirrored"] and girl["z"] < bed["z"]
    assert (
        bed["x"] - bed["wide"] / 2 < girl["x"] - girl["wide"] / 2
        and girl["x"] + girl["wide"] / 2 < bed["x"] + bed["wide"] / 2
    )


def test_two_who_hug_stand_close_and_face_each_other(small):
    found = figures_of("a girl and a boy hugging in a meadow")
    left, right = sorted((found["girl"], found["boy"]), key=lambda one: one["x"])
    assert left["mirrored"] and not right["mirrored"]
    assert right["x"] - left["x"] < 0.45 * max(left["tall"], right["tall"])
