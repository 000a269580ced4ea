"""Joints keep their limits, limbs reach what is in reach, feet do not slide."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.figures import ACTIONS, Pose, act, between, speed
from pipelines.figures.cast import figure_with, parameters
from pipelines.figures.gaits import gait_of
from pipelines.figures.skeleton import Joint, Skeleton, rotations, two_bone

pytestmark = pytest.mark.slow

PLANS = ("grandmother", "boy", "robot", "fox", "mouse", "penguin", "stork", "fish", "octopus", "snake", "bee", "ghost")
WALKERS = ("grandmother", "king", "boy", "robot", "fox", "horse", "elephant", "mouse", "giraffe", "hen", "stork")
HEIGHT_PX = 432  # a figure of 60 % of 720 pixels


def test_a_parent_comes_first():
    with pytest.raises(ValueError, match="before its parent"):
        Skeleton((Joint("hand", "arm", (0, 0, 0)), Joint("arm", None, (0, 0, 0))))


def test_rotations_are_rotations():
    made = rotations(np.random.default_rng(0).uniform(-180, 180, (50, 3)))
    assert np.allclose(made @ np.swapaxes(made, -1, -2), np.eye(3), atol=1e-12)
    assert np.allclose(np.linalg.det(made), 1)


@pytest.mark.parametrize("bend", [(2, 148), (-148, -2)])
def test_two_bones_reach(bend):
    rng = np.random.default_rng(2)
    target = rng.normal(size=(400, 3))
    target *= (rng.uniform(0.45, 0.98, 400) / np.linalg.norm(target, axis=1))[:, None]
    upper, lower = map(np.array, zip(*(two_bone(to, 0.5, 0.5, bend, np.array([0.3, -0.1, 0.2])) for to in target)))
    first = rotations(upper)
    second = first @ rotations(np.stack([lower, 0 * lower, 0 * lower], -1))
    assert np.abs(first @ np.array([0, -0.5, 0]) + second @ np.array([0, -0.5, 0]) - target).max() < 1e-6
    assert (lower >= min(bend) - 1e-9).all() and (lower <= max(bend) + 1e-9).all()


def test_what_is_out_of_reach_is_pointed_at():
    upper, lower = two_bone(np.array([3.0, 0.0, 0.0]), 0.5, 0.5, (0.0, 150.0), np.array([0.0, -1.0, 0.0]))
    end = rotations(upper) @ np.array([0, -0.5, 0]) + rotations(upper) @ rotations(np.array([lower, 0, 0])) @ np.array(
        [0, -0.5, 0]
    )
    assert np.allclose(end / np.linalg.norm(end), [1, 0, 0], atol=1e-3)


@pytest.mark.parametrize("kind", PLANS)
def test_limits_are_never_exceeded(kind):
    figure = figure_with(parameters(kind))
    for action in ACTIONS:
        for t in (0.0, 0.31, 0.8, 1.7):
            angles, where, _ = figure.solved(act(figure, action, t))
            assert (angles >= figure.skeleton.low - 1e-9).all(), action
            assert (angles <= figure.skeleton.high + 1e-9).all(), action
            assert np.isfinite(where).all()


@pytest.mark.parametrize("kind", WALKERS)
@pytest.mark.parametrize("gait", ["walk", "run", "sneak"])
def test_feet_do_not_slide(kind, gait):
    """A foot that stands moves less than a pixel over its whole stance."""
    figure = figure_with(parameters(kind))
    about = gait_of(figure, gait)
    for foot, offset in about.phases.items():
        end = figure.skeleton.index[figure.limbs[foot].end]
        begin = (1 - offset) % 1.0
        places = []
        for share in np.linspace(0.001, about.duty - 0.001, 12):
            pose = act(figure, gait, (begin + share) * about.seconds)
            _, where, _ = figure.solved(pose)
            places.append(where[end] / figure.height + (pose.travel, 0, 0))
        assert (np.ptp(np.array(places), axis=0) * HEIGHT_PX).max() < 1.0, (kind, gait, foot)


@pytest.mark.parametrize("gait", ["walk", "run", "sneak"])
def test_a_gait_closes(gait):
    figure = figure_with(parameters("fox"))
    seconds = gait_of(figure, gait).seconds
    first, again = act(figure, gait, 0.2), act(figure, gait, 0.2 + 3 * seconds)
    assert again.travel - first.travel == pytest.approx(3 * seconds * speed(figure, gait))
    for foot in first.reach:
        assert first.reach[foot] == pytest.approx(again.reach[foot], abs=1e-9)
    assert first.sink == pytest.approx(again.sink)


def test_poses_blend_from_end_to_end():
    figure = figure_with(parameters("girl"))
    a, b = act(figure, "stand", 1.0), act(figure, "wave", 1.0)
    assert between(a, b, 0.0) is a and between(a, b, 1.0) is b
    half = between(a, b, 0.5)
    assert isinstance(half, Pose)
    assert half.face.smile == pytest.approx((a.face.smile + b.face.smile) / 2)
