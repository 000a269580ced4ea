"""Figures are painted whole, the same every time, at every size and hour, with places for props."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.animate.parts.mouths import SHAPES, Mouth
from pipelines.core.settings import Refusal
from pipelines.figures import ACTIONS, EXPRESSIONS, Character, Pose, act, draw, everything
from pipelines.figures.kinds import roles
from pipelines.painting.palette import HOURS, light_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", sorted({*everything()} - {*roles()} | {"mermaid", "samurai"}))
def test_every_kind_is_drawn_from_both_sides(kind):
    who = Character(kind)
    pose = act(who.figure, "stand", 1.0)
    for view in ("three_quarters", "back"):
        drawn = draw(who, pose, 90, view)
        alpha = drawn.rgba[..., 3]
        assert alpha.max() == 255
        assert not alpha[0].any() and not alpha[-1].any() and not alpha[:, 0].any() and not alpha[:, -1].any()
        assert {"hand_r", "hand_l", "mouth", "eyes", "head", "seat", "back", "chest"} <= set(drawn.anchors)
        height = int(np.ptp(np.flatnonzero(alpha.any(1))))
        assert 55 < height < 260, (kind, view, height)


@pytest.mark.parametrize("kind", ["king", "fox", "snail"])
def test_every_action_is_drawn(kind):
    who = Character(kind)
    for action in ACTIONS:
        assert draw(who, act(who.figure, action, 0.7), 60).rgba[..., 3].any(), action


def test_turned_round_it_is_a_mirror_image_but_the_light_stays():
    who, pose = Character("fox"), Pose()
    right, left = draw(who, pose, 200, facing=1), draw(who, pose, 200, facing=-1)
    assert np.array_equal(right.rgba[..., 3], left.rgba[:, ::-1, 3])
    assert left.anchors["mouth"][0] < left.anchor[0] < right.anchors["mouth"][0] + 1
    assert not np.array_equal(right.rgba, left.rgba[:, ::-1])


def test_every_hour_has_its_light():
    who = Character("farmer")
    means = {
        hour: draw(who, Pose(), 120, light=light_of(hour))
        .rgba[..., :3][draw(who, Pose(), 120).rgba[..., 3] == 255]
        .mean(0)
        for hour in HOURS
    }
    assert means["night"].mean() < 0.75 * means["day"].mean()
    assert means["sunset"][0] / means["sunset"][2] > means["day"][0] / means["day"][2]


@pytest.mark.parametrize("kind", ["girl", "fox", "robot", "penguin"])
def test_expressions_and_visemes_are_seen(kind):
    who = Character(kind)
    plain = draw(who, Pose(), 200, "front").rgba
    for name in set(EXPRESSIONS) - {"neutral"}:
        assert np.abs(draw(who, Pose(face=EXPRESSIONS[name]), 200, "front").rgba.astype(int) - plain).sum() > 500, (
            name if plain.shape else ""
        )
    mouths = Mouth(*SHAPES["aa"]), Mouth()
    spoken, silent = (draw(who, act(who.figure, "stand", 0.0, mouth=mouth), 200, "front").rgba for mouth in mouths)
    assert np.abs(spoken.astype(int) - silent).sum() > 500


def test_eyes_lead_and_the_head_follows():
    figure = Character("boy").figure
    early, late = act(figure, "look_at", 0.15, look=(60, 10)), act(figure, "look_at", 1.5, look=(60, 10))
    assert abs(early.face.gaze[0]) > abs(late.face.gaze[0])
    assert abs(early.angles["head"][2]) < abs(late.angles["head"][2])


def test_hands_carry_while_feet_walk():
    figure = Character("baker").figure
    plain, carrying = act(figure, "walk", 0.4), act(figure, "walk", 0.4, also="carry")
    assert carrying.travel == plain.travel and carrying.reach["foot_r"] == plain.reach["foot_r"]
    assert "hand_r" in carrying.reach and "hand_r" not in plain.reach


@pytest.mark.parametrize(
    ("action", "expression", "said"), [("levitate_pianos", "", "no action"), ("walk", "bored", "no expression")]
)
def test_what_there_is_not_is_said(action, expression, said):
    with pytest.raises(Refusal, match=said):
        act(Character("fox").figure, action, 0.0, expression=expression)
