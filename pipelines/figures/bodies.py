"""What a body does in an act at a time: the formulas of its record, worked out for one figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from pipelines.figures import gaits
from pipelines.figures.acts import Body, Value, body_of
from pipelines.figures.figure import Figure
from pipelines.figures.formulas import formula
from pipelines.figures.gaits import Place
from pipelines.figures.pose import Angles, Pose

SIDES = (("r", 1.0), ("l", -1.0))
NUMBERS = tuple(field.name for field in fields(Pose) if field.type == "float" and field.name in Body.model_fields)


class Names(dict[str, Any]):
    """What formulas can name: time and phase, the figure's measures, and what the record lets stand for a formula."""

    def __init__(self, figure: Figure, t: float, how: Mapping[str, float], said: Mapping[str, Value]) -> None:
        super().__init__(t=t, p=figure.params, how=how, height=figure.height)
        self.figure, self.said = figure, said

    def __missing__(self, name: str) -> Any:
        found = worth(self.said[name], self) if name in self.said else MEASURES[name](self.figure)
        self[name] = found
        return found


def to_mouth(figure: Figure, axis: int) -> float:
    """How far the mouth is from the right shoulder along an axis, in lengths of the arm."""
    where, index = figure._rest_where, figure.skeleton.index
    half = 0.5 * figure.params["head"]
    way = where[index["head"]] + (half * 1.12, half * 0.44, 0.0) - where[index["arm_r"]]
    return float(way[axis]) / sum(figure.limbs["hand_r"].lengths)


MEASURES: Mapping[str, Callable[[Any], float]] = {
    "root": lambda figure: figure.skeleton.joints[0].offset[1],
    "leg": lambda figure: gaits.leg_length(figure) / figure.height,
    "hover": lambda figure: float(figure.params.get("hover", 0.0)),
    "tilt": lambda figure: float(figure.params["tilt"]),
    "cycle": lambda figure: gaits.gait_of(figure, "walk").seconds,
    "stride": lambda figure: gaits.stride(figure, gaits.gait_of(figure, "walk")),
    "mouth_x": lambda figure: to_mouth(figure, 0),
    "mouth_y": lambda figure: to_mouth(figure, 1),
    "mouth_z": lambda figure: to_mouth(figure, 2),
}


def worth(value: Value, names: Mapping[str, Any]) -> Any:
    """What a number or a formula of a record comes to."""
    return formula(value)(names) if isinstance(value, str) else value


def pose_of(
    figure: Figure, act: str, t: float, how: Mapping[str, float], said: Mapping[str, Value] | None = None
) -> Pose:
    """The pose of a figure in an act, `t` seconds after it began; `said` overrides what the record lets names stand for."""
    name, body = body_of(act, figure.plan, figure.family)
    how = {**body.how, **how}
    names = Names(figure, t, how, {**body.let, **(said or {})})
    pose = Pose()
    if body.gait:
        pose = _stepping(figure, body.gait, t, names)
    if body.begins:
        pose = _begun(pose_of(figure, body.begins, worth(body.at, names), how, body.given), body, names)
    changes = {number: worth(getattr(body, number), names) for number in NUMBERS if getattr(body, number) is not None}
    angles = dict(_ends(body.angles, names))
    reach = dict(pose.reach) | {end: _away(end, place) for end, place in _ends(body.reach, names)}
    close = {end: worth(value, names) for many, value in body.close.items() for end, _ in _names_by_side(many)}
    face = {part: _face_value(value, names) for part, value in body.face.items()}
    return replace(
        pose,
        action=name,
        **changes,
        angles={**pose.angles, **angles},
        reach={end: at for end, at in reach.items() if not (figure.params.get("seated") and end.startswith("foot"))},
        hands=close or pose.hands,
        face=replace(pose.face, **face),
    )


def _begun(base: Pose, body: Body, names: Names) -> Pose:
    """What is kept of the act that this one begins with; formulas can name its numbers and the pitch of its joints."""
    names |= {f"base_{number}": getattr(base, number) for number in NUMBERS}
    names |= {f"base_{joint}": turn[0] for joint, turn in base.angles.items()}
    if body.keep:
        base = Pose(**{field: getattr(base, field) for field in body.keep})
    if not body.drop:
        return base
    away = tuple(body.drop)
    angles = {joint: turn for joint, turn in base.angles.items() if not joint.startswith(away)}
    reach = {end: place for end, place in base.reach.items() if not end.startswith(away)}
    return replace(base, angles=angles, reach=reach)


def _stepping(figure: Figure, gait: str, t: float, names: Names) -> Pose:
    travel, reach, sink, phase = gaits.steps(figure, gait, t)
    duty = gaits.gait_of(figure, gait).duty
    names |= {"phase": phase, "duty": duty}
    names |= {f"step_{foot[-1]}": gaits.swing_of(phase + offset, duty) for foot, offset in gaits.TWO.items()}
    return Pose(travel=travel, reach=reach, sink=sink)


def _ends(said: Mapping[str, tuple[Value, Value, Value]], names: Names) -> list[tuple[str, Angles]]:
    ends = []
    for many, values in said.items():
        for one, sign in _names_by_side(many):
            names["s"] = sign
            if f"step_{one[-1]}" in names:
                names["step"] = names[f"step_{one[-1]}"]
            ends.append((one, (worth(values[0], names), worth(values[1], names), worth(values[2], names))))
    return ends


def _names_by_side(name: str) -> list[tuple[str, float]]:
    """ "arm_*" means the right one and the left one."""
    return [(name.replace("*", side), sign) for side, sign in SIDES] if "*" in name else [(name, 1.0)]


def _away(end: str, place: Place) -> Place:
    """A place of a hand in a record has its third number away from the body, on both sides."""
    return (place[0], place[1], -place[2]) if end == "hand_l" else place


def _face_value(value: Value | tuple[Value, Value], names: Names) -> Any:
    return tuple(worth(one, names) for one in value) if isinstance(value, tuple) else worth(value, names)
