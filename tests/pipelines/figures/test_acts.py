"""Acts as data: every record is checked, hands and feet meet their points in every frame, and two who act together face and reach each other."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest
from pydantic import ValidationError

from measure.eval.sheets import example
from pipelines.core.settings import Refusal
from pipelines.figures import ACTIONS, Character, act, everything
from pipelines.figures.acts import ACTOR, FOLDER, Act, Stage, acts, body_of, names, record
from pipelines.figures.bodies import pose_of
from pipelines.figures.formulas import formula
from pipelines.figures.pose import Pose, from_json, to_json
from pipelines.language.lexicon import lexicon
from pipelines.props import NOUNS, box_of
from pipelines.scenes.acted import Candidate, after, in_hands, parties_of
from pipelines.scenes.parties import Placed, order_cast
from pipelines.scenes.record import from_json as scene_of_json
from pipelines.scenes.staging import Play

TALL_PX, NEAR_PX = 320.0, 2.0  # of a figure in a picture of 1280 x 720, and how near a hand must be
GROUND = (500.0, 660.0)
FORTY = tuple(name for name in names() if record(name).stage and name != "carry_pet")  # a pet is held at any point


def off_by(name: str, phases: np.ndarray, side: int = 1) -> tuple[float, int]:
    """How far the worst hand or foot of an act is from its point, and how many were looked at."""
    play, found = example(name, TALL_PX, GROUND, side), []
    for phase in phases:
        now = play.at(float(phase))
        found += [float(np.hypot(*np.subtract(touch.end, touch.place))) for touch in play.touches(float(phase), now)]
    return max(found, default=0.0), len(found)


def test_every_record_is_read_and_named():
    assert len(FORTY) >= 40 and set(FORTY) <= set(names())
    assert [one["name"] for one in acts()] == list(ACTIONS)
    for one in acts():
        stage = record(one["name"]).stage or Stage()
        assert not {*record(one["name"]).words} & {*everything()} - {"cook", "fly"}, "a duck does not duck"
        assert one["label"] and set(one["arguments"]) <= {"thing", "person", "place"}
        things = {
            noun for about in stage.parties.values() if about.kind == "thing" for noun in (about.example, *about.fits)
        }
        assert all(noun in NOUNS for noun in things), (one["name"], things)
        assert {key.act for keys in stage.bodies.values() for key in keys} <= {*ACTIONS}, one["name"]


@pytest.mark.parametrize("name", [*FORTY, "carry_pet"])
def test_hands_meet_their_points(name):
    (off, count), stage = off_by(name, np.linspace(0, 1, 5)), record(name).stage
    in_use = any(key.in_use for keys in stage.ways.values() for key in keys)
    assert off <= NEAR_PX and (count or in_use or not stage.reaches or name in ("point", "go_through")), (name, off)


@pytest.mark.long
@pytest.mark.parametrize("name", FORTY)
@pytest.mark.parametrize("side", [1, -1])
def test_hands_meet_their_points_in_every_frame(name, side):
    assert off_by(name, np.linspace(0, 1, round(24 * record(name).stage.seconds)), side)[0] <= NEAR_PX


@pytest.mark.parametrize(
    "name", [n for n in FORTY if any(p.kind == "person" for p in record(n).stage.parties.values())]
)
def test_two_who_act_together_face_and_reach_each_other(name):
    play = example(name, TALL_PX, GROUND)
    stage, reach = play.stage, 0
    for phase in np.linspace(0, 1, 7):
        now = play.at(float(phase))
        actor, other = now[ACTOR], now["other"]
        ahead = (other.ground[0] - actor.ground[0]) * actor.side
        if stage.faces.get("other", "actor") == "actor":
            assert ahead > 0 and other.side == -actor.side
        reach += sum(
            "other" in touch.spot or "between" in touch.spot or "other" in touch.limb
            for touch in play.touches(float(phase), now)
        )
    assert reach or name == "whisper"  # who whispers has a hand at the own mouth


def test_nothing_large_is_held():
    for name in FORTY:
        held = [record(name).stage.parties[party] for party in in_hands(name)]
        assert all(NOUNS[one.example].held and one.size < 0.9 for one in held if one.kind == "thing"), name


def test_who_points_points_at_it():
    now = example("point", TALL_PX, GROUND).at(1.0)
    actor, thing = now[ACTOR], now["thing"]
    start, hand, goal = (
        np.array(place) for place in (actor.point("shoulder_r"), actor.point("hand_r"), thing.point("middle"))
    )
    way, arm = (goal - start) / np.linalg.norm(goal - start), hand - start
    assert abs(way[0] * arm[1] - way[1] * arm[0]) <= NEAR_PX


def test_what_nobody_catches_falls_to_the_ground():
    play = example("throw", TALL_PX, GROUND)
    alone = Play("throw", {name: one for name, one in play.cast.items() if name != "other"})
    thing = alone.at(1.0)["thing"]
    assert (
        isinstance(thing, Placed) and thing.at[0] > GROUND[0] + TALL_PX and abs(thing.at[1] - GROUND[1]) < 0.1 * TALL_PX
    )


def test_what_an_act_changes_is_in_the_scene_after_it():
    scene = scene_of_json(
        json.dumps(
            {
                "actors": [{"id": "girl-1", "noun": "girl"}, {"id": "boy-1", "noun": "boy"}],
                "things": [{"id": "apple-1", "noun": "apple"}, {"id": "candle-1", "noun": "candle"}],
                "relations": [{"kind": "held by", "subject": "apple-1", "object": "girl-1"}],
            }
        )
    )
    given = after(scene, "give", {"actor": "girl-1", "other": "boy-1", "thing": "apple-1"})
    assert [(one.subject, one.object) for one in given.relations] == [("apple-1", "boy-1")]
    assert after(scene, "blow_out", {"actor": "girl-1", "thing": "candle-1"}).part("candle-1").state == "out"
    fed = after(scene, "feed", {"actor": "girl-1", "other": "boy-1", "thing": "apple-1"})
    assert [one.id for one in fed.things] == ["candle-1"] and not fed.relations


def test_who_puts_a_garment_on_wears_it():
    play = example("put_on", TALL_PX, GROUND)
    worn = [(now[ACTOR].who.params["top"], now["thing"].seen) for now in (play.at(0.3), play.at(1.0))]
    assert worn == [("dress", 1), ("coat", 0)]
    scene = scene_of_json(
        '{"actors": [{"id": "girl-1", "noun": "girl"}], "things": [{"id": "coat-1", "noun": "coat", "colour": "green"}]}'
    )
    dressed = after(scene, "put_on", {"actor": "girl-1", "thing": "coat-1"})
    assert [(one.kind, one.subject, one.object) for one in dressed.relations] == [("wearing", "girl-1", "coat-1")]


def test_an_act_brings_what_the_scene_lacks_and_takes_what_it_has():
    alone = [Candidate("woman", True)]
    assert parties_of("look_out", 0, [], alone) == {ACTOR: 0}
    assert parties_of("look_out", 0, [], [*alone, Candidate("window", False)]) == {ACTOR: 0, "thing": 1}
    assert parties_of("fall_in", 0, [], alone) is None and parties_of("fall_in", 0, [], alone, water=True) == {ACTOR: 0}
    assert parties_of("carry_pet", 0, [1], [*alone, Candidate("horse", True)]) is None


def test_the_blanket_lies_over_who_sleeps_and_water_covers_who_fell_in():
    play = example("sleep", TALL_PX, GROUND)
    assert order_cast(play.stage, play.at(0.5)) == ["thing", ACTOR, "cover"]
    play = example("fall_in", TALL_PX, GROUND)
    assert play.at(0.2)[ACTOR].cut is None and play.at(0.9)[ACTOR].cut == pytest.approx(
        play.at(0.9)["thing"].point("middle")[1]
    )


def test_a_stream_reaches_from_the_spout_to_the_cup():
    now = example("pour", TALL_PX, GROUND).at(0.6)
    stream, cup, jug = (now[name] for name in ("stream", "into", "thing"))
    assert stream.seen == 1 and np.allclose(
        (stream.point("foot"), stream.point("top")), (cup.point("rim"), jug.point("spout")), atol=1.0
    )


def test_a_state_lies_where_its_own_drawing_has_it():
    left, top, wide, tall = box_of("bed:front")
    assert 0.2 < left < 0.4 and wide < 0.8 and top > 0 and top + tall < 1 and box_of("open door") == (0, 0, 1, 1)
    assert NOUNS["bed:front"] is NOUNS["bed"] and "bed:front" not in list(NOUNS) and "bed:back" not in NOUNS
    drawn = Placed("vase", (100.0, 100.0), 50.0, 70.0, state="broken").shown
    assert drawn.noun == "vase:broken" and drawn.wide > 50 and drawn.tall < 40


def test_a_pose_goes_to_json_and_back():
    pose = act(Character("girl").figure, "wave", 0.8, expression="happy")
    again, yaw = from_json(to_json(pose, 44.0))
    assert yaw == 44.0 and again.face == pose.face
    assert again.angles["head"] == pytest.approx(pose.angles["head"], abs=1e-5)
    for wrong in (
        "[]",
        '{"yaw": 1}',
        '{"yaw": 1, "pose": {"angles": 3}}',
        '{"yaw": 1, "pose": {"teeth": 2}}',
        '{"yaw": 1, "pose": {"sink": 1e9}}',
    ):
        with pytest.raises(ValueError):
            from_json(wrong)


def test_formulas_are_arithmetic_and_nothing_else():
    assert formula("2 * sin(TURN * t) if t > 0.1 else -1")({"t": 0.25}) == pytest.approx(2.0)
    for text in ("__import__('os')", "t.__class__", "[1]", "open(t)", "t = 1", "a" * 500, "sin(x=1)", "'a'"):
        with pytest.raises(ValueError):
            formula(text)({"t": 0.0})


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "x"},
        {"label": "x", "like": "stand", "mood": "bored"},
        {"label": "x", "like": "stand", "bodies": {"two": {"angles": {"head": ["os.system", 0, 0, 1]}}}},
        {"label": "x", "like": "stand", "stage": {"reaches": {"actor.hand_r": [{"phase": 0, "at": "thing.grip"}]}}},
        {"label": "x", "like": "stand", "stage": {"ways": {"actor": [{"phase": 0.5, "at": "rest"}]}}},
    ],
)
def test_a_wrong_record_is_refused(wrong):
    with pytest.raises(ValidationError):
        Act.model_validate(wrong)


def test_an_act_that_there_is_not_is_refused():
    with pytest.raises(Refusal):
        record("fold_a_crane")
    assert isinstance(act(Character("bee").figure, "pour", 0.5), Pose)


def test_an_act_is_added_by_one_file(tmp_path, monkeypatch):
    page = FOLDER.parents[1].joinpath("CONTRIBUTING.md").read_text("utf-8")
    [(name, text)] = re.findall(r"<!-- act: (\w+)\.json -->\n```json\n(.*?)```", page, re.DOTALL)
    assert name not in names()
    shutil.copytree(FOLDER, tmp_path / "acts")
    (tmp_path / "acts" / f"{name}.json").write_text(text, "utf-8")
    (tmp_path / "words").symlink_to(FOLDER.parent / "words")
    monkeypatch.setattr("pipelines.language.lexicon.ASSETS", tmp_path)
    assert lexicon.__wrapped__("verbs")["verbs"][name] == {"pose": [name]}
    monkeypatch.setattr("pipelines.figures.acts.FOLDER", tmp_path / "acts")
    for read in (names, record):
        monkeypatch.setattr(f"pipelines.figures.acts.{read.__name__}", read.__wrapped__)
    monkeypatch.setattr("pipelines.figures.bodies.body_of", body_of.__wrapped__)
    assert pose_of(Character("girl").figure, name, 1.2, {}).reach["hand_r"][1] > 0.8
