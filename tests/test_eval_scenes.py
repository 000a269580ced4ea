"""Annotated scenes and how they are judged, positions and colours from layers, and switching rules off."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from measure import ablate
from measure.eval import eval_counting, eval_scenes, scene_judge
from measure.eval.scene_judge import ASPECTS, Annotation, judge
from measure.eval.scene_reading import Shown
from pipelines.scenes.record import SceneRecord


def scene(**parts):
    return SceneRecord.model_validate_json(json.dumps({"sentence": "a test", **parts}))


def girl(**more):
    return {"id": "girl", "noun": "girl", **more}


def ball(**more):
    return {"id": "ball", "noun": "ball", **more}


def asked(several=(), also=None, **parts):
    return Annotation("parti/Test", scene(**parts), also or {}, frozenset(several))


def test_both_halves_are_records_of_sentences_that_no_other_line_has():
    seen, unseen = scene_judge.annotations("seen"), scene_judge.annotations("unseen")
    assert len(seen) + len(unseen) >= 400 and abs(len(seen) - len(unseen)) <= 1
    sentences = [one.scene.sentence for one in (*seen, *unseen)]
    assert len(set(sentences)) == len(sentences)
    for one in (*seen, *unseen):
        ids = {part.id for part in (*one.scene.actors, *one.scene.things)}
        assert set(one.also) - {"place"} <= ids and one.several <= ids


def test_a_scene_as_annotated_is_right():
    parts = {
        "place": "park",
        "actors": [girl(act="run", object="ball")],
        "things": [ball(colour="red", count=2)],
        "relations": [{"kind": "left of", "subject": "girl", "object": "ball"}],
    }
    found = judge(asked(**parts), Shown(scene(**parts), "park"))
    assert found.whole and found.right == found.asked == {"who": 1, "what": 1, "where": 1, "act": 1, "relation": 1}
    assert set(found.asked) == set(ASPECTS)


@pytest.mark.parametrize(
    ("drawn", "aspect", "silent"),
    [
        ({"things": [ball(colour="blue")]}, "what", "colour of ball"),
        ({"things": [ball(colour="red", count=3)]}, "what", "number of ball"),
        ({"things": []}, "what", "no ball"),
        ({"things": [ball(colour="red"), {"id": "tree", "noun": "tree"}]}, "what", "tree is added"),
    ],
)
def test_a_wrong_colour_number_or_thing_counts_and_is_silent_unless_a_note_names_it(drawn, aspect, silent):
    wanted = asked(things=[ball(colour="red")])
    found = judge(wanted, Shown(scene(**drawn), "park"))
    assert found.right[aspect] < found.asked[aspect] and found.silent == [silent]
    told = judge(wanted, Shown(scene(**drawn), "park", said="Of one red ball and a tree something is not blue."))
    assert not told.silent and not told.whole


def test_several_is_any_number_above_one_and_a_kind_of_the_noun_will_do():
    wanted = asked(several=["bird"], actors=[{"id": "bird", "noun": "bird", "count": 3}])
    assert judge(wanted, Shown(scene(actors=[{"id": "owl", "noun": "owl", "count": 5}]), "park")).whole
    assert not judge(wanted, Shown(scene(actors=[{"id": "owl", "noun": "owl"}]), "park")).whole


def test_children_may_be_a_girl_and_a_boy():
    wanted = asked(actors=[{"id": "child", "noun": "child", "count": 2}])
    assert judge(wanted, Shown(scene(actors=[girl(), {"id": "boy", "noun": "boy"}]), "park")).whole


def test_a_relation_may_be_said_the_other_way_round_but_not_broken_by_the_layout():
    parts = {"actors": [girl()], "things": [ball()]}
    wanted = asked(**parts, relations=[{"kind": "left of", "subject": "girl", "object": "ball"}])
    drawn = scene(**parts, relations=[{"kind": "right of", "subject": "ball", "object": "girl"}])
    assert judge(wanted, Shown(drawn, "park")).whole
    assert judge(wanted, Shown(drawn, "park", broken=drawn.relations)).right["relation"] == 0
    other = scene(**parts, relations=[{"kind": "right of", "subject": "girl", "object": "ball"}])
    assert judge(wanted, Shown(other, "park")).right["relation"] == 0


def test_clothes_in_how_somebody_looks_are_worn():
    wanted = asked(
        actors=[girl()],
        things=[{"id": "hat", "noun": "hat", "colour": "red"}],
        relations=[{"kind": "wearing", "subject": "girl", "object": "hat"}],
    )
    assert judge(wanted, Shown(scene(actors=[girl(look="girl with a red hat")]), "park")).whole
    assert not judge(wanted, Shown(scene(actors=[girl(look="girl with a blue hat")]), "park")).whole


def test_what_cannot_be_there_is_impossible_unless_the_sentence_says_the_place():
    parts = {"actors": [{"id": "horse", "noun": "horse"}]}
    found = judge(asked(**parts), Shown(scene(**parts), "room"))
    assert found.impossible == ["horse in a room"] and found.right["where"] == 0
    assert judge(asked(**parts, place="room"), Shown(scene(**parts), "room")).whole
    assert judge(asked(**parts), Shown(scene(**parts), "meadow")).whole


def test_details_that_are_left_out_have_to_be_said_but_not_what_no_picture_shows():
    out = [
        {"words": "golden stripes", "because": "A drawing has no such detail."},
        {"words": "joy", "because": scene_judge.INVISIBLE},
    ]
    wanted = asked(actors=[girl()], left_out=out)
    assert judge(wanted, Shown(scene(actors=[girl()]), "park")).silent == ["golden stripes is left out"]
    assert judge(wanted, Shown(scene(actors=[girl()]), "park", said="The stripes are not drawn.")).whole


def test_the_table_counts_sentences_and_parts():
    wanted = asked(actors=[girl()])
    found = [judge(wanted, Shown(scene(actors=[girl()]), "park")), judge(wanted, Shown(scene(), "park"))]
    rows = {name: (right, tries) for name, right, tries, _ in eval_scenes.rows(found)}
    assert rows["who"] == (1, 2) and rows["whole scene right"] == (1, 2) and rows["with something silent"] == (1, 2)
    assert eval_scenes.table("seen", found) == eval_scenes.table("seen", found)
    low, high = eval_scenes.wilson(1, 2)
    assert 0 < low < 0.5 < high < 1


@dataclass(frozen=True)
class Box:
    box: tuple[float, float, float, float]


def test_positions_need_a_tenth_of_both_sizes():
    one, other = Box((0, 0, 10, 10)), Box((20, 0, 30, 10))
    assert eval_counting.stands("left of", one, other) and eval_counting.stands("right of", other, one)
    assert not eval_counting.stands("left of", Box((19, 0, 29, 10)), other)
    assert eval_counting.stands("above", one, Box((0, 20, 10, 30))) and not eval_counting.stands(
        "below", one, Box((0, 20, 10, 30))
    )


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [("red", (190, 50, 40)), ("blue", (60, 110, 190)), ("black", (40, 40, 46)), ("white", (240, 238, 230))],
)
def test_the_commonest_colour_of_a_drawing(colour, rgb):
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[5:35, 5:35] = (*rgb, 255)
    pixels[5:12, 5:35] = (90, 160, 80, 255)
    assert eval_counting.commonest(Image.fromarray(pixels)) == colour


def test_prompts_are_the_same_each_time_and_of_each_task():
    made = eval_counting.prompts(4)
    assert made == eval_counting.prompts(4) and [one.task for one in made[:3]] == ["counting", "position", "colour"]
    assert eval_counting.plural("mouse") == "mice" and eval_counting.plural("berry") == "berries"


def test_a_rule_is_off_everywhere_it_was_imported_and_on_again_afterwards():
    from pipelines.scenes import layout, performers

    [rule] = [one for one in ablate.rules(["scenes.performers.is_figure"]) if one.name == "is_figure"]
    with ablate.replaced(rule, lambda _: rule.off):
        assert not performers.is_figure("girl") and not layout.is_figure("girl")
    assert performers.is_figure("girl") and layout.is_figure("girl")


def test_what_a_switched_off_rule_gives():
    assert ablate.Rule("m", "f", True).off("in", 2) == "in"
    assert ablate.Rule("m", "Kind.f", True).off("self", "in") == "in"
    assert ablate.Rule("m", "f", False, list).off("in") == [] and ablate.Rule("m", "f", False).off() is None
