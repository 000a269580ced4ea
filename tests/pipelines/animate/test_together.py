"""Several who do the same: one way for all, places of their own at a thing, and two who meet to hug."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from pipelines.animate.parts.acting import goal_of
from pipelines.animate.parts.opening import names_in
from pipelines.animate.parts.playing import gather_deeds, parties_in
from pipelines.animate.parts.together import going_together
from pipelines.language.doings import STAYS, Doing, deeds_of
from tests.pipelines.animate.test_stage import cast_with, somebody, thing


def tell_text(cast, text):
    return going_together(cast, gather_deeds(cast, deeds_of(text, names_in(cast.figures))), 5.0)


def ends(cast, deeds):
    """Where everybody is after the last way, by number."""
    return {
        number: goal_of(cast, number, doing.way, 5.0)
        for number, own in enumerate(deeds)
        for doing in own
        if doing.way.way != "stay"
    }


@pytest.mark.parametrize("verb", ["run", "walk", "hop"])
@pytest.mark.parametrize("look", [(True, False, False), (True, True, False), (False, True, True)])
def test_who_go_together_keep_their_places_beside_each_other(verb, look):
    figures = [
        replace(somebody(noun, x), mirrored=m) for noun, x, m in zip(("girl", "boy", "robot"), (120, 250, 380), look)
    ]
    cast = cast_with(*figures)
    after = ends(cast, tell_text(cast, f"The girl, the boy and the robot {verb} along the beach."))
    steps = [after[n][0] - figures[n].feet[0] for n in range(3)]
    assert max(steps) - min(steps) < 1
    assert abs(steps[0]) > 20
    assert all(0 < after[n][0] < cast.width for n in range(3))


@pytest.mark.parametrize(("goal", "robot"), [("", 100), (" from the robot", 100), (" from the robot", 560)])
def test_who_leave_together_leave_on_the_same_side_and_away_from_whom_they_flee(goal, robot):
    figures = [replace(somebody("girl", 200), mirrored=True), somebody("boy", 400), somebody("robot", robot)]
    cast = cast_with(*figures)
    after = ends(cast, tell_text(cast, f"The girl and the boy run away{goal}."))
    sides = {int(after[n][0] > cast.width) - int(after[n][0] < 0) for n in (0, 1)}
    assert sides == {1 if robot < 200 else -1} if goal else sides in ({1}, {-1})


@pytest.mark.parametrize("side", [-1, 1])
def test_who_is_chased_runs_ahead_in_the_same_direction(side):
    cast = cast_with(somebody("girl", 320), somebody("boy", 320 + 90 * side))
    chase = Doing("run", way=replace(STAYS, gait="run", to="thing:1", way=""))
    after = ends(cast, going_together(cast, [[chase], [chase]], 5.0))
    assert side * after[1][0] - 40 > side * after[0][0] > side * 320 + 60


def test_who_go_to_the_same_thing_do_not_stand_in_one_another():
    cast = cast_with(somebody("girl", 350), somebody("boy", 450), somebody("robot", 550), thing("well", 120, tall=110))
    after = ends(cast, tell_text(cast, "The girl, the boy and the robot walk to the well."))
    places = sorted(float(after[n][0]) for n in range(3))
    assert all(b - a > 30 for a, b in itertools.pairwise(places))
    assert after[0][0] < after[1][0] < after[2][0]  # in the order in which they came


@pytest.mark.parametrize("text", ["The girl hugs the boy.", "The girl and the boy hug.", "The girl and the boy kiss."])
def test_two_who_hug_meet_and_face_each_other(text):
    cast = cast_with(somebody("girl", 120), somebody("boy", 500), somebody("robot", 310))
    deeds = tell_text(cast, text)
    assert [doing.action for doing in deeds[0]] == ["walk", "hug"] and not deeds[1]
    assert parties_in(cast.figures, 0, deeds[0][-1]) == {"actor": 0, "other": 1}
    after = ends(cast, deeds)
    places = [float(after[n][0]) if n in after else cast.figures[n].feet[0] for n in range(2)]
    assert 10 < places[1] - places[0] < 60
    assert abs(sum(places) / 2 - 310) > 50  # not in the robot
    assert not deeds[2]


def test_who_hugs_a_thing_stays():
    cast = cast_with(somebody("girl", 120), thing("tree", 500, tall=200))
    assert [doing.action for doing in tell_text(cast, "The girl hugs the tree.")[0]] == ["hug"]
    assert parties_in(cast.figures, 0, tell_text(cast, "The girl hugs the tree.")[0][0]) is None


def test_home_is_the_only_house():
    cast = cast_with(somebody("girl", 500), thing("house", 150, tall=200))
    after = ends(cast, tell_text(cast, "The girl walks home."))
    assert after[0][0] < 350
    two = cast_with(somebody("girl", 500), thing("house", 150, tall=200), thing("hut", 300, tall=200))
    assert names_in(two.figures)[1] == two.figures[1].names
