"""Rigged figures in layered pictures: what sentences make them do, how they walk, what they hold, what they wear."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import cos, radians

import pytest

from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.deeds import Deed, held_at, holds_of, schedule_deeds
from pipelines.animate.parts.playing import left_by, plays_of
from pipelines.animate.parts.rigged import GOING_YAW, Performer, rides_of
from pipelines.language.doings import Doing, deeds_of
from pipelines.language.verbs import Act
from pipelines.scenes.grips import held_size
from pipelines.scenes.performers import character_of, describe_figures, is_figure, place_character

NAMES = [("robot",), ("grandmother",), ("apple",), ("bicycle",)]


@pytest.mark.parametrize(
    ("text", "who", "action", "also", "thing", "to", "face"),
    [
        ("The grandmother gives the robot the apple.", 1, "give", "", 2, 0, ""),
        ("The grandmother gives the apple to the robot.", 1, "give", "", 2, 0, ""),
        ("The robot sadly carries the bicycle over the river.", 0, "walk", "carry", 3, None, "sad"),
        ("The robot waved happily.", 0, "wave", "", None, None, "happy"),
        ("The robot was crying.", 0, "cry", "", None, None, "sad"),
    ],
)
def test_a_sentence_says_what_somebody_does(text, who, action, also, thing, to, face):
    found = deeds_of(text, NAMES)[who][-1]
    assert found is not None
    assert (found.action, found.also, found.object, found.to, found.expression) == (action, also, thing, to, face)


def test_what_a_figure_wears_is_not_drawn_as_a_thing():
    found = describe_figures("my grandmother with round glasses and a red scarf beside a red bicycle")
    assert "scarf" not in found.prompt and "glasses" not in found.prompt and "bicycle" in found.prompt
    worn = character_of("grandmother", found.phrases["grandmother"])
    assert worn.changes["scarf"] != character_of("grandmother").params["scarf"]
    assert is_figure("fox") and not is_figure("bicycle")


def cast_with(carrier: int | None = None) -> Cast:
    still = place_character(character_of("robot"))
    wide = 200 * still.picture.width / still.picture.height
    robot = ActingFigure(
        ("robot",), (200, 300), wide, 200, "ground", "walk", False, 1.0, carrier, character_of("robot").to_json()
    )
    apple = ActingFigure(("apple",), (420, 300), 60, 60, "ground", "still", False, 2.0)
    return Cast(640, 360, (), (robot, apple))


def test_a_standing_foot_does_not_slide():
    doing = Doing("walk", way=Act("walk", "right"))
    walker = Performer(cast_with(), 0, schedule_deeds([doing], False), 4.0, False, 1.0, None)
    assert walker.goes and walker.track is not None
    times = [0.4 + n / 200 for n in range(20)]
    places = [walker.track.at(walker.progress(time)[0])[0] for time in times]
    poses = [walker.pose(time, None) for time in times]
    ways = [pose.travel * walker.height * cos(radians(GOING_YAW)) for pose in poses]
    moved = [b - a for a, b in itertools.pairwise(places)]
    walked = [b - a for a, b in itertools.pairwise(ways)]
    assert min(moved) > 0 and all(abs(a - b) < 1 for a, b in zip(moved, walked))


def test_things_go_into_the_hands_and_no_larger_than_suits_them():
    cast = cast_with()
    assert held_at(holds_of([schedule_deeds([Doing("give", object=1)], False), ()], cast.figures, 4.0), 0.5) == {1: 0}
    assert held_size("apple", 200, 60) == pytest.approx(0.19 * 200 / 60)
    assert held_size("apple", 2000, 60) == 1.0


def test_who_rides_goes_where_the_ridden_goes():
    cast = cast_with(carrier=1)
    doings, acts = rides_of(cast, [Doing("ride", way=Act("walk", "right")), None], [Act("still"), Act("still")])
    assert acts[1] == Act("drive", "right") and doings[0] is not None and doings[0].way.way == "stay"


def test_one_deed_comes_after_the_other_and_a_gift_changes_hands():
    cast = cast_with()
    told = deeds_of("The robot takes the apple. The robot gives the fox the apple.", [("robot",), ("apple",), ("fox",)])
    figures = (*cast.figures, replace(cast.figures[0], names=("fox",), feet=(560, 300)))
    deeds = [schedule_deeds(one, False) for one in told]
    taken, play = plays_of(replace(cast, figures=figures), deeds)
    assert (play.act, play.parties) == ("give", {"actor": 0, "other": 2, "thing": 1})
    holds = holds_of(deeds, figures, 6.0, left_by([taken, replace(play, end=0.8)]))
    late = schedule_deeds([Doing("wave", turn=1)], False, [0, 1])
    assert [(one.start, one.doing.action) for one in late] == [(0.0, "stand"), (0.5, "wave")]
    assert [held_at(holds, time).get(1) for time in (0.05, 0.6, 0.95)] == [None, 0, 2]
    assert Performer(replace(cast, figures=figures), 0, deeds[0], 6.0, False, 1.0, None).deed_at(0.7) == Deed(
        0.5, 1.0, told[0][1]
    )
