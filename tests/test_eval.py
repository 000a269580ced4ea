"""What the evaluations judge, and how: annotated scenes and stories, words that are heard, blanks and pieces."""

import json

import pytest

from measure.eval import scene_judge, scenes, short, story
from measure.eval.__main__ import EVALUATIONS, Evaluation, main
from measure.eval.scene_judge import ASPECTS, Annotation, judge
from measure.eval.scene_reading import Shown
from pipelines.scenes.record import SceneRecord


def scene(**parts):
    return SceneRecord.model_validate_json(json.dumps({"sentence": "a test", **parts}))


def girl(**more):
    return {"id": "girl", "noun": "girl", **more}


def ball(**more):
    return {"id": "ball", "noun": "ball", **more}


def make_annotation(several=(), also=None, **parts):
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
    found = judge(make_annotation(**parts), Shown(scene(**parts), "park"))
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
    wanted = make_annotation(things=[ball(colour="red")])
    found = judge(wanted, Shown(scene(**drawn), "park"))
    assert found.right[aspect] < found.asked[aspect] and found.silent == [silent]
    told = judge(wanted, Shown(scene(**drawn), "park", said="Of one red ball and a tree something is not blue."))
    assert not told.silent and not told.whole


def test_several_is_any_number_above_one_and_a_kind_of_the_noun_will_do():
    wanted = make_annotation(several=["bird"], actors=[{"id": "bird", "noun": "bird", "count": 3}])
    assert judge(wanted, Shown(scene(actors=[{"id": "owl", "noun": "owl", "count": 5}]), "park")).whole
    assert not judge(wanted, Shown(scene(actors=[{"id": "owl", "noun": "owl"}]), "park")).whole


def test_a_relation_may_be_said_the_other_way_round_but_not_broken_by_the_layout():
    parts = {"actors": [girl()], "things": [ball()]}
    wanted = make_annotation(**parts, relations=[{"kind": "left of", "subject": "girl", "object": "ball"}])
    drawn = scene(**parts, relations=[{"kind": "right of", "subject": "ball", "object": "girl"}])
    assert judge(wanted, Shown(drawn, "park")).whole
    assert judge(wanted, Shown(drawn, "park", broken=drawn.relations)).right["relation"] == 0
    other = scene(**parts, relations=[{"kind": "right of", "subject": "girl", "object": "ball"}])
    assert judge(wanted, Shown(other, "park")).right["relation"] == 0


def test_clothes_in_how_somebody_looks_are_worn():
    wanted = make_annotation(
        actors=[girl()],
        things=[{"id": "hat", "noun": "hat", "colour": "red"}],
        relations=[{"kind": "wearing", "subject": "girl", "object": "hat"}],
    )
    assert judge(wanted, Shown(scene(actors=[girl(look="girl with a red hat")]), "park")).whole
    assert not judge(wanted, Shown(scene(actors=[girl(look="girl with a blue hat")]), "park")).whole


def test_what_cannot_be_there_is_impossible_unless_the_sentence_says_the_place():
    parts = {"actors": [{"id": "horse", "noun": "horse"}]}
    found = judge(make_annotation(**parts), Shown(scene(**parts), "room"))
    assert found.impossible == ["horse in a room"] and found.right["where"] == 0
    assert judge(make_annotation(**parts, place="room"), Shown(scene(**parts), "room")).whole
    assert judge(make_annotation(**parts), Shown(scene(**parts), "meadow")).whole


def test_details_that_are_left_out_have_to_be_said_but_not_what_no_picture_shows():
    out = [
        {"words": "golden stripes", "because": "A drawing has no such detail."},
        {"words": "joy", "because": scene_judge.INVISIBLE},
    ]
    wanted = make_annotation(actors=[girl()], left_out=out)
    assert judge(wanted, Shown(scene(actors=[girl()]), "park")).silent == ["golden stripes is left out"]
    assert judge(wanted, Shown(scene(actors=[girl()]), "park", said="The stripes are not drawn.")).whole


def test_the_table_counts_sentences_and_parts():
    wanted = make_annotation(actors=[girl()])
    found = [judge(wanted, Shown(scene(actors=[girl()]), "park")), judge(wanted, Shown(scene(), "park"))]
    rows = {name: (right, tries) for name, right, tries, _ in scenes.count_rows(found)}
    assert rows["who"] == (1, 2) and rows["whole scene right"] == (1, 2) and rows["with something silent"] == (1, 2)
    assert scenes.tell_scenes(found) == scenes.tell_scenes(found)
    low, high = scenes.wilson(1, 2)
    assert 0 < low < 0.5 < high < 1


def test_every_evaluation_has_inputs_for_each_of_its_parts():
    assert [len(story.stories(part)) for part in ("strangers", "strangers kept back")] == [12, 12]
    for name, row in EVALUATIONS.items():
        for part, read in row.parts.items():
            assert len(read()) > 5, (name, part)
        assert row.sealed <= set(row.parts), name


def test_an_answer_of_a_sealed_part_is_not_shown(monkeypatch, capsys):
    row = Evaluation({"open": lambda: [1, 2], "sealed": lambda: [3]}, "answer {}".format, len, frozenset(["sealed"]), 1)
    monkeypatch.setitem(EVALUATIONS, "count", row)
    assert main(["count", "--list"]) == 0
    text = capsys.readouterr().out
    assert "answer 2" in text and "answer 3" not in text and "count, sealed\n\n1" in text
    with pytest.raises(SystemExit):
        main(["count", "--part", "none"])


def test_a_story_is_judged_by_what_is_annotated():
    sentence = {
        "text": "A fox ran to the sea.",
        "who": ["fox"],
        "do": ["fox run"],
        "props": ["kite"],
        "where": ["sea"],
        "speaker": "",
    }
    verdict = story.judge_story({"title": "Test", "sentences": [sentence]})
    assert verdict.counts["figures"] == [1, 1, 0] and verdict.counts["deeds"] == [1, 1, 0]
    assert verdict.counts["things"][:2] == [1, 0] and "kite" in str(verdict) and not verdict.lost
    assert "| all | 4 | 75.0% | 0.0% |" in story.tell_stories([verdict])


def test_word_errors_are_counted_after_numbers_and_marks_are_made_alike():
    assert short.count_errors(["the", "old", "fox", "ran"], ["the", "fox", "ran", "away"]) == 2
    assert short.split_words("At 9:30 it cost $5!", "en") == short.split_words("at 930 it cost $5", "en")
    assert short.split_words("Tiene 3 gatos.", "es") == ["tiene", "tres", "gatos"]
