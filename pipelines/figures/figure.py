"""What all figures share: a skeleton that stands, limbs that reach, and shapes from any side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.figures.hats import dress_parameters
from pipelines.figures.parts import Builder, Names, plan_of
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Sculptor, Shape
from pipelines.figures.skeleton import FREE, Joint, Skeleton, two_bone
from pipelines.painting.brush import mix, rgb

VIEWS: Mapping[str, float] = {"side": 14.0, "three_quarters": 46.0, "front": 90.0, "back": 246.0}
HEAD_CHEAT = 26.0  # in a side view the head turns to the viewer by this, as storybooks draw it


@dataclass(frozen=True)
class Limb:
    """Two bones and what ends them. `pole` is where the middle joint points."""

    upper: str
    lower: str
    end: str
    lengths: tuple[float, float]
    bend: tuple[float, float]
    pole: tuple[float, float, float]
    leg: bool


def tone(params: Mapping[str, Any], name: str) -> np.ndarray:
    """A colour of the parameters."""
    return rgb(str(params[name]))


def darker(colour: np.ndarray, share: float = 0.3) -> np.ndarray:
    """Return a darker shade of a colour."""
    return mix(colour, rgb("#2a2030"), share)


def lighter(colour: np.ndarray, share: float = 0.3) -> np.ndarray:
    """Return a lighter shade of a colour."""
    return mix(colour, rgb("#fff8ea"), share)


class Figure:
    """A body made from a table of parameters, by the record of its plan. Units are its own; `height` is how tall it stands."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params, self.garments = dress_parameters(params)
        self.plan = str(params["plan"])
        self.record = plan_of(self.plan)
        self.family: str = self.record["family"]  # whose actions it has: two, quadruped, wave
        self.measures: dict[str, Any] = {}
        names = Names(self.params)
        for name, spec in self.record["measures"].items():
            self.measures[name] = names[name] = names.number(spec)
        self.height = float(self.measures["height"])
        self.skeleton = Skeleton(tuple(self._find_joints(names)))
        self.limbs = {
            end: _limb(names, *spec) for key, spec in self.record.get("limbs", {}).items() for end in names.sided(key)
        }
        self.colours: dict[tuple[int, str], np.ndarray] = {}  # of records, that no pose changes
        self.stand = self._places(names, "stand")
        self._ground = self._places(names, "ground")
        self._rest_where, _ = self.skeleton.forward(self._angles(Pose()))

    def _find_joints(self, names: Names) -> Iterator[Joint]:
        """The joints of the record, those with two sides twice."""
        for name, parent, *offset in self.record["joints"]:
            for joint in names.sided(name):
                limits: Any = tuple(map(tuple, offset[3:])) or FREE
                yield Joint(joint, names.text(parent) or None, tuple(map(names.number, offset[:3])), limits)

    def _places(self, names: Names, key: str) -> dict[str, Any]:
        return {
            name: names.numbers(spec) for many, spec in self.record.get(key, {}).items() for name in names.sided(many)
        }

    def ground(self, name: str) -> np.ndarray:
        """Where the end of a leg rests when the figure stands."""
        return np.array(self._ground[name])

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        """Return where things can be put: hands, mouth, eyes, head, seat, back, chest, feet."""
        return self._points(s, "places")

    def joints(self, s: Sculptor) -> dict[str, np.ndarray]:
        """Return the points of a person's skeleton that are seen, by their names in `keypoints`; none unless a body is like a person's."""
        points = self._points(s, "keypoints")
        if points:
            points["neck"] = (points["shoulder_r"] + points["shoulder_l"]) / 2
        return points

    def _points(self, s: Sculptor, key: str) -> dict[str, np.ndarray]:
        builder = Builder(self, s, Pose(), self.record, self.params)
        points = {}
        for many, spec in self.record.get(key, {}).items():
            for name in builder.names.sided(many):
                place = builder.ball(spec).centre
                if (
                    not (isinstance(spec, dict) and spec.get("seen"))
                    or s.near(place) > builder.names["near"][spec["on"]]
                ):
                    points[name] = place
        return points

    def _angles(self, pose: Pose) -> np.ndarray:
        angles = np.zeros((len(self.skeleton.joints), 3))
        for source in (self.stand, pose.angles):
            for name, turn in source.items():
                if name in self.skeleton.index:
                    angles[self.skeleton.index[name]] += turn
        return self.skeleton.clamped(angles)

    def solved(self, pose: Pose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Angles, positions and rotations of the joints in a pose; reaches solved, limits kept. `travel` is left out."""
        if waves := self.record.get("waves"):
            names = Names({**self.params, **self.measures, "wave": 2 * np.pi * pose.wave})
            turns = {joint: names.numbers(angles) for joint, angles in waves.items()}
            pose = replace(pose, angles={**pose.angles, **turns})
        angles = self._angles(pose)
        index = self.skeleton.index
        root = np.array([0.0, (pose.lift - pose.sink) * self.height, pose.sway * self.height])
        angles[0] += (pose.pitch, 0.0, pose.turn)
        where, turned = self.skeleton.forward(angles, root)
        if not self.limbs:
            return self.skeleton.clamped(angles), where, turned
        for name, limb in self.limbs.items():
            target = self._target(name, limb, pose, where)
            if target is None:
                continue
            upper, lower = index[limb.upper], index[limb.lower]
            over = turned[self.skeleton.parents[upper]]
            local = over.T @ (target - where[upper])
            angles[upper], bend = two_bone(local, *limb.lengths, limb.bend, np.asarray(limb.pole))
            if (
                angles[upper, 0] < self.skeleton.low[upper, 0]
                and angles[upper, 0] + 360 <= self.skeleton.high[upper, 0]
            ):
                angles[upper, 0] += 360  # an arm that goes up and back turns over the front
            angles[lower] = (bend, 0.0, 0.0)
        angles = self.skeleton.clamped(angles)
        where, turned = self.skeleton.forward(angles, root)
        for limb in self.limbs.values():
            if limb.leg and limb.upper not in pose.angles:
                end = index[limb.end]
                level = turned[self.skeleton.parents[end]].T
                lean = np.degrees(np.arctan2(level[1, 0], level[0, 0]))
                angles[end, 0] = (
                    lean + pose.angles.get(limb.end, (0.0, 0.0, 0.0))[0] + self.stand.get(limb.end, (0.0,))[0]
                )
        angles = self.skeleton.clamped(angles)
        where, turned = self.skeleton.forward(angles, root)
        return angles, where, turned

    def _target(self, name: str, limb: Limb, pose: Pose, where: np.ndarray) -> np.ndarray | None:
        if limb.leg:
            if limb.upper in pose.angles:
                return None
            move = np.asarray(pose.reach.get(name, (0.0, 0.0, 0.0)))
            return self.ground(name) + (move + (0.0, pose.lift, 0.0)) * self.height
        if name not in pose.reach:
            return None
        return where[self.skeleton.index[limb.upper]] + np.asarray(pose.reach[name]) * sum(limb.lengths)

    def seen_from(self, pose: Pose, yaw: float) -> Pose:
        """The pose as it is drawn: from the side, the head turns a little to the viewer."""
        if np.cos(np.radians(yaw)) <= 0.5 or "head" not in self.skeleton.index:
            return pose
        share = HEAD_CHEAT * (np.cos(np.radians(yaw)) - 0.5) * 2
        pitch, roll, twist = pose.angles.get("head", (0.0, 0.0, 0.0))
        return replace(pose, angles={**pose.angles, "head": (pitch, roll, twist - share)})

    def sculpted(self, pose: Pose, yaw: float) -> Sculptor:
        """The figure in a pose, seen from one side; its shapes are in order, far to near."""
        pose = self.seen_from(pose, yaw)
        _, where, turned = self.solved(pose)
        sculptor = Sculptor(self.skeleton, where, turned, yaw)
        Builder(self, sculptor, pose, self.record, self.params).play(self.record["parts"])
        sculptor.shapes = _order_shapes(sculptor.shapes)
        return sculptor


def _limb(names: Names, upper: str, lower: str, end: str, lengths: Any, bend: Any, pole: Any, leg: bool) -> Limb:
    bones = names.text(upper), names.text(lower), names.text(end)
    return Limb(*bones, names.numbers(lengths), names.numbers(bend), names.numbers(pole), leg)


def _order_shapes(shapes: list[Shape]) -> list[Shape]:
    """Far to near; what is clipped stays behind the shape that it is clipped to."""
    groups: list[list[Shape]] = []
    for shape in shapes:
        if shape.clip and groups:
            groups[-1].append(shape)
        else:
            groups.append([shape])
    groups.sort(key=lambda group: group[0].depth)
    return [shape for group in groups for shape in group]
