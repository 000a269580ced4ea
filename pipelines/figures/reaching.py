"""Hands and feet that go to places of a picture: where the points of a body are seen, and the pose in which limbs meet their goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figures.figure import Figure, Limb
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Sculptor

FULL = 0.985  # of an arm's length: farther than that nothing is taken
AHEAD = 0.4  # how much rather an arm goes straight ahead than along the picture
LEAN, BEND, SINK, LOOK_UP = 46.0, 18.0, 0.25, 30.0  # of who bends down as far as they can: degrees, and heights
LEVEL, LEAST_LEAN = 0.2, 0.6  # heights below the shoulders, and how far one leans who need not go down
STEPS, HALVINGS, ROUNDS = 6, 7, 4
MISSED = 0.004  # of the height, from where on another place before or behind the shoulder is tried
DEPTHS = (-0.95, -0.6, 0.6, 0.95)


@dataclass(frozen=True)
class Goal:
    """Where a limb's end is to be seen, in the figure's units from its ground point: ahead and up; `firm` 0..1 is how far it has left its rest."""

    x: float
    y: float
    firm: float = 1.0
    toward: bool = False  # it only points there


def sculptor_of(figure: Figure, pose: Pose, yaw: float) -> Sculptor:
    """The joints of a figure in a pose as they are drawn, without shapes."""
    _, where, turned = figure.solved(figure.seen_from(pose, yaw))
    return Sculptor(figure.skeleton, where, turned, yaw)


def points_of(figure: Figure, pose: Pose, yaw: float) -> dict[str, tuple[float, float]]:
    """Where the named points of a body are seen, in its own units: ahead of its ground point, and up."""
    sculptor = sculptor_of(figure, pose, yaw)
    found = figure.places(sculptor)
    for name, limb in figure.limbs.items():
        if not limb.leg:
            found[f"shoulder_{name[-1]}"] = sculptor.where[figure.skeleton.index[limb.upper]]
    seen = {name: sculptor.seen(place) for name, place in found.items()}
    return {"ground": (0.0, 0.0), **{name: (float(x), float(y)) for name, (x, y) in seen.items()}}


def reach_goals(figure: Figure, pose: Pose, yaw: float, goals: Mapping[str, Goal]) -> Pose:
    """The pose in which each limb's end is seen at its goal. Who stands bends down for what is low; what is too far is pointed at."""
    limbs = {name: figure.limbs[name] for name in goals if name in figure.limbs}
    if not limbs:
        return pose
    sculptor = sculptor_of(figure, pose, yaw)
    rest = {name: figure.places(sculptor)[name] for name in limbs}
    free = {joint: turn for joint, turn in pose.angles.items() if not _moved_by(joint, limbs)}
    pose = replace(pose, angles=free)
    arms = {name: limb for name, limb in limbs.items() if not limb.leg}
    pose = _bent(figure, pose, sculptor, arms, goals)
    pose, missed = _meet_goals(figure, pose, yaw, goals, limbs, rest, {})
    worst = sorted((name for name in arms if missed[name] > MISSED), key=missed.__getitem__)
    for name in worst if worst and not any(goals[name].toward for name in worst) else ():  # a joint is at its limit
        tried = [_meet_goals(figure, pose, yaw, goals, limbs, rest, {name: depth}) for depth in DEPTHS]
        pose, missed = min([(pose, missed), *tried], key=lambda made: made[1][name])
    return pose


def _meet_goals(
    figure: Figure,
    pose: Pose,
    yaw: float,
    goals: Mapping[str, Goal],
    limbs: Mapping[str, Limb],
    rest: Mapping[str, np.ndarray],
    depths: Mapping[str, float],
) -> tuple[Pose, dict[str, float]]:
    """The pose in which limbs come as near to their goals as they can, and by how much each misses its own."""
    missed: dict[str, float] = {}
    for _ in range(ROUNDS):
        now = sculptor_of(figure, pose, yaw)
        line = _Line(now)
        places = figure.places(now)
        reach = dict(pose.reach)
        for name, limb in limbs.items():
            upper = now.where[figure.skeleton.index[limb.upper]]
            goal = _point_at_goal(goals[name], now, upper, limb) if goals[name].toward else goals[name]
            target = line.place(goal, limb, upper, rest[name], depths.get(name))
            end = target - (places[name] - now.where[figure.skeleton.index[limb.end]])
            if limb.leg:
                reach[name] = tuple((end - figure.ground(name)) / figure.height - (0.0, pose.lift, 0.0))
            else:
                reach[name] = tuple((end - upper) / sum(limb.lengths))
        pose = replace(pose, reach=reach)
    now = sculptor_of(figure, pose, yaw)
    for name in limbs:
        x, y = now.seen(figure.places(now)[name])
        missed[name] = float(np.hypot(x - goals[name].x, y - goals[name].y)) / figure.height
    return pose, missed


def _moved_by(joint: str, limbs: Mapping[str, Limb]) -> bool:
    return any(joint in (limb.upper, limb.lower) for limb in limbs.values())


def _point_at_goal(goal: Goal, sculptor: Sculptor, upper: np.ndarray, limb: Limb) -> Goal:
    """A place on the way from the shoulder to a goal that is as far as the arm is long."""
    from_x, from_y = sculptor.seen(upper)
    away = np.hypot(goal.x - from_x, goal.y - from_y)
    share = min(1.0, 0.9 * sum(limb.lengths) / max(1e-6, away))
    return replace(goal, x=from_x + share * (goal.x - from_x), y=from_y + share * (goal.y - from_y))


def _bent(figure: Figure, pose: Pose, sculptor: Sculptor, limbs: Mapping[str, Limb], goals: Mapping[str, Goal]) -> Pose:
    """The pose bent down by as little as brings all goals within reach of the arms."""
    line = _Line(sculptor)
    wanted = {name: limb for name, limb in limbs.items() if not goals[name].toward}
    if not wanted or "spine" not in figure.skeleton.index or abs(pose.pitch) > 30:
        return pose

    uppers = [figure.skeleton.index[limb.upper] for limb in wanted.values()]
    high = float(np.mean(sculptor.where[uppers, 1])) / figure.height
    below = high - min(goals[name].y for name in wanted) / figure.height
    down = float(np.clip((below - LEVEL) / LEVEL, 0.0, 1.0))  # what is level with the shoulders needs no knees

    def lacks(share: float) -> float:
        where = _torso(figure, bent(pose, share, down))
        return max(
            line.off(goals[name], where[upper]) - FULL * sum(limb.lengths)
            for upper, (name, limb) in zip(uppers, wanted.items())
        )

    if lacks(0.0) <= 0:
        return pose
    shares = np.linspace(0.0, 1.0, STEPS)
    found = [lacks(float(share)) for share in shares]
    first = next((place for place, lack in enumerate(found) if lack <= 0), None)
    if first is None:  # nothing brings it within reach
        return bent(pose, float(shares[int(np.argmin(found))]), down)
    low, high = float(shares[first - 1]), float(shares[first])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if lacks(middle) <= 0 else (middle, high)
    return bent(pose, high, down)


def bent(pose: Pose, share: float, down: float = 1.0) -> Pose:
    """A pose bent forward; who does not sit also goes `down` on the knees."""
    lean = share * (LEAST_LEAN + (1 - LEAST_LEAN) * down)
    turned = dict(pose.angles)
    for joint, degrees in (("spine", -LEAN), ("chest", -BEND), ("head", LOOK_UP)):
        pitch, roll, twist = turned.get(joint, (0.0, 0.0, 0.0))
        turned[joint] = (pitch + lean * degrees, roll, twist)
    return replace(pose, angles=turned, sink=pose.sink + (0.0 if pose.seat else SINK * share * down))


def _torso(figure: Figure, pose: Pose) -> np.ndarray:
    """Where joints are before any limb reaches."""
    angles = figure._angles(pose)
    angles[0] += (pose.pitch, 0.0, pose.turn)
    root = np.array([0.0, (pose.lift - pose.sink) * figure.height, pose.sway * figure.height])
    return figure.skeleton.forward(angles, root)[0]


class _Line:
    """All places in space that are seen at one place of the picture."""

    def __init__(self, sculptor: Sculptor) -> None:
        along = np.cross(sculptor.plane[0], sculptor.plane[1])
        self.plane, self.along = sculptor.plane, along / np.linalg.norm(along)
        self.back = np.linalg.pinv(sculptor.plane)

    def off(self, goal: Goal, upper: np.ndarray) -> float:
        """How far the line passes by a shoulder."""
        start = self.back @ (goal.x, goal.y)
        return float(np.linalg.norm(np.cross(self.along, upper - start)))

    def place(
        self, goal: Goal, limb: Limb, upper: np.ndarray, rest: np.ndarray, depth_share: float | None = None
    ) -> np.ndarray:
        """The place on the line that suits a limb: rather straight ahead, within its length, near its rest as long as it is not `firm`.

        `depth_share`, -1 to 1, says how far before or behind the shoulder instead.
        """
        start = self.back @ (goal.x, goal.y)
        nearest = float(self.along @ (upper - start))
        off = float(np.linalg.norm(start + nearest * self.along - upper))
        ahead = (upper[2] - start[2]) / self.along[2] if abs(self.along[2]) > 0.3 else nearest
        if limb.leg:
            return start + (float(self.along @ (rest - start)) if abs(self.along[2]) <= 0.3 else ahead) * self.along
        wished = nearest + AHEAD * (ahead - nearest)
        wished += (1 - goal.firm) * (float(self.along @ (rest - start)) - wished)
        length = sum(limb.lengths)
        room = np.sqrt(max(0.0, (FULL * length) ** 2 - off**2))
        least = np.sqrt(max(0.0, (0.42 * length) ** 2 - off**2))
        depth = float(np.clip(wished - nearest, -room, room))
        if abs(depth) < least:
            depth = least if self.along[0] > 0 else -least
        if depth_share is not None:
            depth = depth_share * room
        return start + (nearest + depth) * self.along
