"""Changes of a scene by hand: each gives another scene, changes nothing else, and refuses what cannot be in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.generate.storybook import compose_scene
from pipelines.scenes import seating
from pipelines.scenes.accounted import word_coverage
from pipelines.scenes.edited import edit_scene, felt, kept_in_place, support
from pipelines.scenes.record import from_json, to_json
from pipelines.scenes.recorded import reading_of
from pipelines.scenes.relations import Item, seen_to_hold
from pipelines.scenes.scene import Figure, Scene

SCENE = {
    "sentence": "A sad girl holds a wet umbrella under the moon in the kitchen. “Oh,” she said.",
    "place": "kitchen",
    "actors": [
        {
            "id": "girl-1",
            "noun": "girl",
            "said": "girl",
            "mood": "sad",
            "act": "hold",
            "object": "umbrella-1",
            "placed": [[0.3, 0.85, 0.3]],
        },
        {"id": "dog-1", "noun": "dog", "placed": [[0.7, 0.9, 0.3]], "facing": "girl-1"},
    ],
    "things": [
        {"id": "umbrella-1", "noun": "umbrella", "said": "umbrella"},
        {"id": "table-1", "noun": "table", "placed": [[0.5, 0.85, 0.3]]},
        {"id": "cup-1", "noun": "cup", "placed": [[0.9, 0.9, 0.3]]},
    ],
    "relations": [
        {"kind": "held by", "subject": "umbrella-1", "object": "girl-1"},
        {"kind": "beside", "subject": "cup-1", "object": "dog-1"},
    ],
    "deeds": [
        {"who": ["girl-1"], "act": "hold", "object": "umbrella-1"},
        {"who": ["dog-1", "girl-1"], "act": "walk", "gait": "walk", "toward": "left", "way": ""},
    ],
    "left_out": [{"words": "moon", "because": "It cannot be in a kitchen."}],
}
FOX = """{"sentence": "A fox waves behind a tree.", "actors": [{"id": "fox-1", "noun": "fox", "act": "wave"}],
    "things": [{"id": "tree-1", "noun": "tree"}], "relations": [{"kind": "behind", "subject": "fox-1", "object": "tree-1"}]}"""
MOUSE = """{"actors": [{"id": "a", "noun": "mouse"}], "things": [{"id": "b", "noun": "barrel"}],
    "relations": [{"kind": "in", "subject": "a", "object": "b"}]}"""
PAIRS = json.loads((Path(__file__).parents[1] / "cases" / "stage_pairs.json").read_text("utf-8"))
SETTINGS = dict.fromkeys(("prompt", "thing_name", "place", "hour", "weather", "cast"), "")
SETTINGS |= {"format": "landscape", "free_below": 0.0, "backdrop_seed": 5, "seed": 3}
BOXES = {"table-1": [0.4, 0.6, 0.6, 0.85], "cup-1": [0.87, 0.85, 0.93, 0.9], "dog-1": [0.6, 0.7, 0.8, 0.9]}


@pytest.fixture
def scene():
    return from_json(json.dumps(SCENE))


def relations(scene, id):
    return [(one.kind, one.object) for one in scene.relations if one.subject == id]


def test_an_attribute_changes_and_nothing_else(scene):
    after = edit_scene(scene, {"do": "set", "id": "girl-1", "field": "mood", "value": "happy"})
    assert after.part("girl-1").mood == "happy" and after.deeds[0].mood == "happy"
    assert {**after.model_dump(), "actors": 0, "deeds": 0} == {**scene.model_dump(), "actors": 0, "deeds": 0}
    assert scene.part("girl-1").mood == "sad"  # the one that was given is as it was


def test_an_act_is_done_from_then_on_with_its_object_and_others_go_on(scene):
    after = edit_scene(scene, {"do": "set", "id": "girl-1", "field": "act", "value": "wave", "to": "dog-1"})
    assert [(deed.who, deed.act, deed.to) for deed in after.deeds] == [
        (("dog-1",), "walk", ""),
        (("girl-1",), "wave", "dog-1"),
    ]
    after = edit_scene(after, {"do": "set", "id": "dog-1", "field": "act", "value": "sneak", "to": ""})
    assert [deed.act for deed in after.deeds] == ["wave", "sneak"]  # no verb means it


def test_hands_are_emptied_and_filled(scene):
    empty = edit_scene(scene, {"do": "hold", "id": "girl-1", "what": ""})
    assert relations(empty, "umbrella-1") == [] and empty.part("girl-1").object == ""
    cup = edit_scene(scene, {"do": "hold", "id": "girl-1", "what": "cup-1"})
    assert relations(cup, "cup-1") == [("held by", "girl-1")] and relations(cup, "umbrella-1") == []
    assert cup.part("cup-1").placed == () and cup.deeds[0].object == "cup-1"


def test_what_is_let_go_over_a_table_stands_on_it_and_what_is_let_go_on_the_floor_does_not(scene):
    on = edit_scene(scene, {"do": "move", "id": "cup-1", "x": 0.5, "y": 0.62, "boxes": BOXES, "spread": 0.3})
    assert relations(on, "cup-1") == [("on", "table-1")]
    off = edit_scene(on, {"do": "move", "id": "cup-1", "x": 0.9, "y": 0.92, "boxes": BOXES, "spread": 0.3})
    assert relations(off, "cup-1") == [] and off.part("cup-1").placed == ((0.9, 0.92, 0.3759),)  # nearer than the table
    large = {**BOXES, "girl-1": [0.25, 0.4, 0.35, 0.85]}
    taken = edit_scene(on, {"do": "move", "id": "cup-1", "x": 0.3, "y": 0.66, "boxes": large, "spread": 0.3})
    assert relations(taken, "cup-1") == [("held by", "girl-1")]  # let go at somebody's hands it is taken
    beside = edit_scene(on, {"do": "move", "id": "table-1", "x": 0.3, "y": 0.66, "boxes": large, "spread": 0.3})
    assert relations(beside, "table-1") == []  # a table is not
    assert felt(scene, "table-1", (0.9, 0.86), {id: tuple(box) for id, box in BOXES.items()}) == ("", "")  # on no cup


def test_what_is_dragged_is_as_large_as_it_is_near_and_keeps_the_relations_that_are_still_true(scene):
    behind = edit_scene(scene, {"do": "stand", "id": "dog-1", "kind": "behind", "to": "table-1"})
    behind = behind.model_copy(update={"actors": scene.actors})
    kept = edit_scene(behind, {"do": "move", "id": "dog-1", "x": 0.55, "y": 0.74, "boxes": BOXES})
    assert relations(kept, "dog-1") == [("behind", "table-1")] and kept.part("dog-1").placed[0][2] < 0.2
    near = edit_scene(kept, {"do": "move", "id": "dog-1", "x": 0.55, "y": 0.9, "boxes": BOXES})
    assert relations(near, "dog-1") == [] and near.part("dog-1").placed == ((0.55, 0.9, 0.3),)
    inside = edit_scene(near, {"do": "stand", "id": "cup-1", "kind": "on", "to": "table-1"})
    inside = edit_scene(inside, {"do": "swap", "id": "table-1", "noun": "basket"})
    assert relations(inside, "cup-1") == [("in", "table-1")]


def stage_of(scene):
    """A scene as the stage has it after a change, where all stands, and the relations that are seen."""
    made, record, items = compose_scene((None, None, None), None, scene=to_json(scene), **SETTINGS)
    record = kept_in_place(record, items, (1280, 720), {name: made.about[name] for name in ("place", "hour")}, {})
    pairs = zip(record.relations, reading_of(record).relations)
    return record, items, [(tie.kind, tie.subject, tie.object) for tie, read in pairs if seen_to_hold(read, items)]


@pytest.mark.weights
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair["swaps"]))
def test_a_relation_outlives_other_nouns_and_is_seen(pair):
    first, _, seen = stage_of(from_json(json.dumps(pair["scene"])))
    assert seen == [tuple(pair["scene"]["relations"][0].values())]
    for id, noun in pair["swaps"]:
        assert stage_of(edit_scene(first, {"do": "swap", "id": id, "noun": noun}))[2] == seen, noun


def boxes_of(scene, items):
    return {scene.parts[one.thing].id: [value / (1280, 720)[n % 2] for n, value in enumerate(one.box)] for one in items}


@pytest.mark.weights
@pytest.mark.parametrize("down", [-0.03, 0.06])
@pytest.mark.parametrize("pair", PAIRS[5:9], ids=lambda pair: str(pair["swaps"]))  # behind, in front of
def test_what_is_let_go_behind_or_before_something_stays_there(pair, down):
    first = stage_of(from_json(json.dumps(pair["scene"])))[0]
    for id, noun in pair["swaps"][::2]:
        scene, items, _ = stage_of(edit_scene(first, {"do": "swap", "id": id, "noun": noun}))
        boxes = boxes_of(scene, items)
        x, y = boxes["b"][2] + 0.42 * (boxes["a"][2] - boxes["a"][0]), boxes["b"][3] + down  # they hardly overlap
        change = {"do": "move", "id": "a", "x": x, "y": y, "boxes": boxes, "spread": scene.part("a").placed[0][2]}
        scene, items, seen = stage_of(edit_scene(scene, change))
        mine, other = (next(one for one in items if scene.parts[one.thing].id == id) for id in "ab")
        assert (mine.x / 1280, mine.feet / 720) == pytest.approx((x, y), abs=0.01), noun
        assert boxes_of(scene, [other])["b"] == pytest.approx(boxes["b"], abs=0.01), noun
        assert (mine.z > other.z) == (down > 0), noun
        assert seen == [(tie.kind, tie.subject, tie.object) for tie in scene.relations], noun


@pytest.mark.weights
@pytest.mark.parametrize("host", ["box", "basket", "barrel", "crate", "bucket"])
def test_what_is_let_go_on_the_edge_is_on_it_and_lower_down_in_it(host):
    things = [{"id": "a", "noun": "ball"}, {"id": "b", "noun": host}]
    scene, items, _ = stage_of(from_json(json.dumps({"place": "garden", "things": things})))
    boxes, spread = boxes_of(scene, items), scene.part("a").placed[0][2]
    x0, y0, x1, y1 = boxes["b"]
    for down, ties in ((0.05, [(support(host), "a", "b")]), (0.5, [("in", "a", "b")]), (1.05, [])):
        x, y = (x0 + x1) / 2, y0 + down * (y1 - y0)
        change = {"do": "move", "id": "a", "x": x, "y": y, "boxes": boxes, "spread": spread}
        _, items, seen = stage_of(edit_scene(scene, change))
        ball = next(item for item in items if item.thing == 0)
        assert seen == ties and ball.x / 1280 == pytest.approx(x, abs=0.01)  # it stays where it was let go
        assert ties or ball.feet / 720 == pytest.approx(y, abs=0.01)


def test_who_is_hidden_in_something_peeps_out_and_is_seen():
    reading = reading_of(from_json(MOUSE))
    both, pictures = (
        [Item(0, 0, "mouse", "ground", 50, 80, 20, 20, 0.5, 1), Item(1, 0, "barrel", "ground", 50, 90, 40, 60, 0.5, 2)],
        [[Image.new("RGBA", (8, 8), "red")]] * 2,
    )
    out = seating.peep_out(both, pictures, reading)
    assert out[0].box[1] < 30 < out[0].feet
    assert seating.share_seen(both[0], both, pictures) == 0.0 and seating.share_seen(out[0], out, pictures) > 0.3


def test_a_part_is_put_in_swapped_and_taken_out(scene):
    more = edit_scene(scene, {"do": "add", "noun": "lamp", "words": "moon"})
    assert more.part("lamp-1").said == "moon" and more.left_out == () and more.parts[-1].id == "lamp-1"
    other = edit_scene(more, {"do": "swap", "id": "girl-1", "noun": "boy"})
    assert (other.part("girl-1").noun, other.part("girl-1").act) == ("boy", "hold")
    assert relations(other, "umbrella-1") == [("held by", "girl-1")]
    gone = edit_scene(other, {"do": "remove", "id": "girl-1"})
    assert [one.id for one in gone.actors] == ["dog-1"] and relations(gone, "umbrella-1") == []
    assert gone.part("dog-1").facing == "" and [one.who for one in gone.deeds] == [("dog-1",)]


def test_somebody_of_the_scene_before_comes_as_they_were(scene):
    after = edit_scene(scene, {"do": "add", "actor": {"noun": "woman", "cast": "Mara", "look": "woman with a red hat"}})
    assert (after.part("woman-1").cast, after.part("woman-1").look) == ("Mara", "woman with a red hat")


def test_an_arrow_becomes_a_deed_and_another_one_takes_its_place(scene):
    after = edit_scene(scene, {"do": "go", "id": "dog-1", "toward": "thing", "goal": "table-1"})
    after = edit_scene(after, {"do": "go", "id": "dog-1", "toward": "right", "goal": ""})
    assert [(one.toward, one.goal) for one in after.deeds if one.who == ("dog-1",)] == [("right", "")]


def test_another_place_keeps_near_and_far(scene):
    after = edit_scene(scene, {"do": "setting", "field": "place", "value": "meadow"})
    far, near = after.part("girl-1").placed[0], after.part("dog-1").placed[0]
    assert after.place == "meadow" and far[0] == 0.3 and 0.59 <= far[1] < near[1] <= 0.93


def test_everything_is_held_where_the_picture_shows_it(scene):
    items = [
        Item(n, 0, part.noun, "ground", 100.0 * n, 500.0, 50, 90, 0.5, 2.0, scale=90.0)
        for n, part in enumerate(scene.parts)
    ]
    bare = scene.model_copy(update={"actors": tuple(one.model_copy(update={"placed": ()}) for one in scene.actors)})
    kept = kept_in_place(bare, items, (1000, 600), {"place": "kitchen", "hour": "day"}, {"dog-1": (7,)})
    assert kept.part("dog-1").placed == ((0.1, 0.8333, 0.15),) and kept.part("dog-1").seeds == (7,)
    assert kept.part("umbrella-1").placed == () and kept.part("table-1").placed == scene.part("table-1").placed
    assert from_json(to_json(kept)) == kept


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"do": "burn"},
        {"do": "set", "id": "nobody", "field": "mood", "value": "sad"},
        {"do": "set", "id": "cup-1", "field": "mood", "value": "sad"},
        {"do": "set", "id": "girl-1", "field": "id", "value": "x"},
        {"do": "set", "id": "girl-1", "field": "size", "value": "endless"},
        {"do": "set", "id": "girl-1", "field": "count", "value": 10**9},
        {"do": "set", "id": "girl-1", "field": "look", "value": "x" * 400},
        {"do": "set", "id": "girl-1", "field": "act", "value": ["wave"]},
        {"do": "swap", "id": "girl-1", "noun": ""},
        {"do": "move", "id": "cup-1", "x": float("nan"), "y": 0.5},
        {"do": "move", "id": "cup-1", "x": 1e9, "y": 0.5},
        {"do": "move", "id": "cup-1"},
        {"do": "move", "id": "umbrella-1", "x": 0.5, "y": 0.5, "spread": 1e9},
        {"do": "move", "id": "umbrella-1", "x": 0.5, "y": 0.5},
        {"do": "stand", "id": "cup-1", "kind": "married to", "to": "dog-1"},
        {"do": "stand", "id": "cup-1", "kind": "on", "to": "cup-1"},
        {"do": "stand", "id": "girl-1", "kind": "on", "to": "umbrella-1"},
        {"do": "setting", "field": "place", "value": "moon base"},
        {"do": "setting", "field": "sentence", "value": "x"},
        {"do": "add", "noun": ""},
        {"do": "add", "noun": "x" * 10_000},
        {"do": "add", "actor": {"noun": "man", "cast": ["x"]}},
        {"do": "go", "id": "cup-1", "toward": "left"},
        {"do": "go", "id": "dog-1", "toward": "hell"},
        {"do": "face", "id": "girl-1", "to": "../../etc"},
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(scene, change):
    with pytest.raises(Refusal):
        edit_scene(scene, change)


def test_no_more_parts_than_a_scene_holds(scene):
    with pytest.raises(Refusal):
        for _ in range(30):
            scene = edit_scene(scene, {"do": "add", "noun": "cup"})


@pytest.mark.parametrize(
    ("tree_x", "act", "states"),
    [
        (50.0, "wave", "shown shown shown shown"),
        (30.0, "wave", "unseen unseen unseen shown"),  # the tree hides the fox
        (50.0, "sit", "shown unseen shown shown"),
        (95.0, "wave", "shown shown unseen shown"),
    ],
)
def test_a_word_is_shown_only_when_the_picture_has_it(tree_x, act, states):
    figures = tuple(
        Figure(
            id, id[:-2], "", "", "", "", does, 0, "ground", x, 80 + 10 * z, 15 + 15 * z, 15 + 15 * z, 0.5, z, part=id
        )
        for id, does, x, z in (("fox-1", act, 30.0, 0.0), ("tree-1", "", tree_x, 1.0))
    )
    picture = Scene(100, 100, {}, figures, dict.fromkeys(("fox-1-t0", "tree-1-t0"), Image.new("RGBA", (8, 8), "red")))
    assert " ".join(word.state for word in word_coverage(from_json(FOX), picture=picture)) == states


def test_every_word_is_accounted_for(scene):
    told = {account.word: (account.state, account.part) for account in word_coverage(scene)}
    assert told["girl"] == told["sad"] == ("shown", "girl-1") and told["umbrella"] == ("shown", "umbrella-1")
    assert [told[word][0] for word in ("kitchen", "moon", "wet", "Oh")] == ["shown", "left", "unseen", "spoken"]
    assert not {"A", "the", "a", "in"} & set(told)
    assert {account.field for account in word_coverage(scene) if account.word == "kitchen"} == {"place"}
    swapped = edit_scene(scene, {"do": "swap", "id": "umbrella-1", "noun": "hat"})
    assert {account.word: account.state for account in word_coverage(swapped)}["umbrella"] == "replaced"
    words = word_coverage(scene, "The happy girl sleeps.")
    other = {account.word: (account.state, account.field, account.value) for account in words}
    assert other == {
        "happy": ("unseen", "mood", "happy"),
        "girl": ("shown", "", ""),
        "sleeps": ("unseen", "act", "sleep"),
    }


@pytest.mark.parametrize(
    ("line", "was", "text", "after"),
    [
        ("A girl waits.", "", "I am cold", "A girl waits. “I am cold”"),
        ("", "", "Hello!", "“Hello!”"),
        ("“I am cold,” said the girl.", "I am cold,", "It's warm.", "“It's warm,” said the girl."),
        ('The fox said: "Come." They ran.', "Come.", "Stay here.", "The fox said: “Stay here.” They ran."),
        ("She ran. “I am cold,” said the girl. She sat.", "I am cold,", "", "She ran. She sat."),
        ("The fox said: “Come.” They ran.", "Come.", "", "They ran."),
        (
            "“Come,” said the fox and they ran home, over the hill.",
            "Come,",
            "",
            "said the fox and they ran home, over the hill.",
        ),
        ("The words were changed.", "Come.", "Stay.", "The words were changed. “Stay.”"),
        ("He said “Stay.”", "", "Stay.", "He said “Stay.”"),  # it stands there already, now it has a speaker
    ],
)
def test_what_somebody_says_stands_in_the_line_word_for_word(line, was, text, after):
    speeches = [{"who": "girl-1", "text": was}] if was else []
    scene = from_json(
        json.dumps({"sentence": line, "actors": [{"id": "girl-1", "noun": "girl"}], "speeches": speeches})
    )
    changed = edit_scene(scene, {"do": "say", "id": "girl-1", "was": was, "text": text})
    assert changed.sentence == after
    said = [one.text for one in changed.speeches]
    assert said == ([text.removesuffix(".") + "," if was.endswith(",") else text] if text else [])
    assert all(f"“{one}”" in changed.sentence for one in said)
    assert scene.sentence == line


@pytest.mark.parametrize(
    "change",
    [{"text": "a “b”"}, {"text": 5}, {"text": "x" * 401}, {"text": "a", "was": "never said"}, {"text": "a\x07"}],
)
def test_what_cannot_be_said_is_refused_with_a_sentence(change):
    scene = from_json('{"actors": [{"id": "girl-1", "noun": "girl"}], "things": [{"id": "cup-1", "noun": "cup"}]}')
    with pytest.raises(Refusal, match=r"\.$"):
        edit_scene(scene, {"do": "say", "id": "girl-1", **change})
    with pytest.raises(Refusal):
        edit_scene(scene, {"do": "say", "id": "cup-1", "text": "Hello"})
