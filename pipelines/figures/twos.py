"""What figures on two legs do: people, robots, birds, and what floats or hops instead of walking."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures import gaits
from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased
from pipelines.figures.pose import Angles, Face, Pose

How = Mapping[str, float]
TURN = 2 * math.pi


def _idle(t: float) -> dict[str, Angles]:
    sway = math.sin(TURN * t / 4.3)
    return {
        "spine": (0, 0.8 * sway, 1.2 * sway),
        "head": (1.0 * math.sin(TURN * t / 3.7), -0.8 * sway, 2 * math.sin(TURN * t / 6.1)),
    }


def stand(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to stand at time t."""
    return Pose(angles=_idle(t), wave=t / 4.3)


def gait(name: str) -> Callable[[Figure, float, How], Pose]:
    """Return a function for the poses of a figure on two legs in a named gait."""

    def go(f: Figure, t: float, how: How) -> Pose:
        if f.plan in ("ghost", "snowman"):
            return _floats(f, t, name) if f.plan == "ghost" else hop(f, t, how)
        travel, reach, sink, phase = gaits.steps(f, name, t)
        duty = gaits.gait_of(f, name).duty
        swing = math.sin(TURN * (phase + duty / 2 - 0.25))
        run, sneak = name == "run", name == "sneak"
        size = 46 if run else 24
        angles: dict[str, Angles] = {
            "spine": (-12.0 if run else -16.0 if sneak else -2.5, 2.5 * math.cos(TURN * phase), 5 * swing),
            "chest": (-4.0 if run else -8.0 if sneak else 0.0, 0.0, -9 * swing),
            "head": (8.0 if run else 16.0 if sneak else 1.5 + 1.5 * math.sin(2 * TURN * phase), 0.0, 3 * swing),
        }
        for foot, offset in gaits.TWO.items():
            u = gaits.swing_of(phase + offset, duty)
            angles[foot] = (
                -(70 if run else 38) * math.sin(math.pi * u) * (1 - u) + 18 * math.sin(math.pi * u) * u,
                0.0,
                0.0,
            )
        if f.plan == "bird":
            angles = {k: v for k, v in angles.items() if k.startswith("foot")}
            nod = math.sin(2 * TURN * phase)
            angles |= {"neck": (-9 * nod, 0, 0), "head": (9 * nod, 0, 0)}
        elif sneak:
            for side, s in (("r", 1), ("l", -1)):
                angles[f"arm_{side}"] = (42 + 10 * swing * s, -6.0 * s, 0)
                angles[f"fore_{side}"] = (62, 0, 0)
        else:
            for side, s in (("r", 1), ("l", -1)):
                angles[f"arm_{side}"] = (-size * swing * s + (4 if run else 0), -2.0 * s, 0)
                angles[f"fore_{side}"] = ((72 if run else 12) - 10 * swing * s, 0, 0)
        return Pose(
            travel=travel,
            reach=reach,
            sink=sink,
            angles=angles,
            wave=phase,
            sway=0.008 * math.sin(TURN * phase),
            hands={"hand_r": 0.7, "hand_l": 0.7} if run else {},
        )

    return go


def _floats(f: Figure, t: float, name: str) -> Pose:
    pace = {"walk": 0.5, "run": 1.2, "sneak": 0.25}[name]
    return Pose(
        travel=pace * t,
        lift=0.06 + 0.025 * math.sin(TURN * t / 1.6),
        angles={"spine": (-10 * pace, 0, 0)},
        wave=t * 0.8,
    )


def _leap(u: float) -> tuple[float, float]:
    """How far the hips sink and how high the figure is, for a share 0..1 of one leap: crouch, flight, landing."""
    if u < 0.3:
        return 0.10 * math.sin(math.pi * u / 0.3) ** 1.2, 0.0
    if u < 0.75:
        v = (u - 0.3) / 0.45
        return -0.0, 4 * v * (1 - v)
    return 0.08 * math.sin(math.pi * (u - 0.75) / 0.25), 0.0


def hop(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to hop at time t."""
    seconds, way = 0.75, 0.55
    cycle, u = int(t / seconds), (t / seconds) % 1.0
    sink, high = _leap(u)
    gone = 0.0 if u < 0.3 else min(1.0, (u - 0.3) / 0.45)
    reach = {"foot_r": (0.0, 0.05 * high, 0.0), "foot_l": (0.0, 0.05 * high, 0.0)}
    arms = _both(-30 * sink * 10 + 30 * high, 30 * high, 20)
    return Pose(
        travel=way * (cycle + gone),
        lift=0.12 * high,
        sink=sink + 0.01,
        reach=reach,
        angles=arms,
        wave=t,
        squash=-1.2 * sink + 0.06 * high,
    )


def jump(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to jump at time t."""
    seconds = 1.3
    u = (t / seconds) % 1.0
    sink, high = _leap(u)
    arms = _both(-55 * min(1, sink * 10) + 120 * high, 14 + 18 * high, 20)
    arms["spine"] = (-160 * max(0.0, sink), 0, 0)
    reach = {"foot_r": (0.02 * high, 0.07 * high, 0.0), "foot_l": (-0.03 * high, 0.04 * high, 0.0)}
    return Pose(
        lift=0.26 * high,
        sink=1.3 * sink,
        angles=arms,
        reach=reach,
        wave=t,
        face=Face(open=0.55 * high, smile=0.9),
        hands=_hands(0.1),
    )


def _both(pitch: float, out: float, bend: float) -> dict[str, Angles]:
    return {"arm_r": (pitch, -out, 0), "arm_l": (pitch, out, 0), "fore_r": (bend, 0, 0), "fore_l": (bend, 0, 0)}


def _hands(close: float) -> dict[str, float]:
    return {"hand_r": close, "hand_l": close}


def _reach(right: tuple[float, float, float] | None, left: tuple[float, float, float] | None) -> dict[str, Angles]:
    """Places of the hands, z away from the body on both sides."""
    made = {}
    if right is not None:
        made["hand_r"] = right
    if left is not None:
        made["hand_l"] = (left[0], left[1], -left[2])
    return made


def dance(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to dance at time t."""
    beat = t / 0.55
    swing, bounce = math.sin(math.pi * beat), abs(math.sin(math.pi * beat))
    up = 0.35 + 0.3 * math.sin(TURN * beat / 4)
    reach = _reach((0.25, up + 0.3 * swing, 0.62), (0.25, up - 0.3 * swing, 0.62))
    reach["foot_r"] = (0.0, 0.07 * max(0.0, swing), 0.03)
    reach["foot_l"] = (0.0, 0.07 * max(0.0, -swing), -0.03)
    angles: dict[str, Angles] = {
        "spine": (0, 9 * swing, 8 * swing),
        "chest": (0, -5 * swing, 6 * swing),
        "head": (4 * bounce, -8 * swing, 0),
    }
    return Pose(
        sink=0.03 + 0.025 * bounce, sway=0.035 * swing, reach=reach, angles=angles, wave=beat / 2, hands=_hands(0.2)
    )


def sit(f: Figure, t: float, how: How) -> Pose:
    """On something of the height `seat`, or on the floor."""
    seat = float(how.get("seat", 0.0))
    down = eased(t + 0.6, 0.6)
    if f.plan == "bird":
        return Pose(sink=0.8 * f.params["leg"] / f.height * down, angles=_idle(t), wave=t / 4)
    hips = float(f.skeleton.offsets[0, 1])
    low = max(0.075 + 0.02 * float(f.params["build"]), seat + 0.06)
    angles: dict[str, Angles] = _idle(t)
    bend = min(88.0, 80.0 + 80 * seat)
    knee = 8.0 if seat < 0.10 else bend
    for side, s in (("r", 1), ("l", -1)):
        angles[f"thigh_{side}"] = ((84 if seat < 0.1 else bend) * down - 5, -9.0 * s, 0)
        angles[f"shin_{side}"] = (-knee * down + 9, 0, 0)
        angles[f"foot_{side}"] = (10.0 if seat < 0.1 else 0.0, 0, 0)
        angles[f"arm_{side}"] = (14 * down, -2.0 * s, 0)
        angles[f"fore_{side}"] = (34 * down, 0, 0)
    angles["spine"] = (4 * down, 0, 0)
    return Pose(sink=(hips - low) * down, angles=angles, wave=t / 4.3, seat=1.0)


def lie(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to lie down at time t."""
    down = eased(t + 0.9, 0.9)
    angles: dict[str, Angles] = _both(-8, 6, 12)
    for side, s in (("r", 1), ("l", -1)):
        angles[f"thigh_{side}"] = (4.0 + (18 if s > 0 else 0), -4.0 * s, 0)
        angles[f"shin_{side}"] = (-6.0 - (30 if s > 0 else 0), 0, 0)
    angles["neck"] = (-14, 0, 0)
    hips = float(f.skeleton.offsets[0, 1]) / f.height
    return Pose(pitch=84 * down, sink=(hips - 0.10) * down, angles=angles, wave=t / 5)


def sleep(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to sleep at time t."""
    if f.plan == "bird":
        base = sit(f, t, how)
        return Pose(
            sink=base.sink, angles={"neck": (-18, 0, 0), "head": (-22, 0, 0)}, face=Face(lid=1.0, smile=0.4), wave=t / 6
        )
    base = lie(f, t, how)
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        angles=base.angles,
        wave=t / 6,
        face=Face(lid=1.0, open=0.10 + 0.06 * math.sin(TURN * t / 4.8), smile=0.2),
    )


def swim(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to swim at time t."""
    beat = t / 1.3
    angles: dict[str, Angles] = {"head": (42.0, 0, 0), "neck": (18.0, 0, 0)}
    if f.plan == "bird":
        paddle = math.sin(TURN * t / 0.8)
        return Pose(
            travel=0.3 * t,
            sink=0.95 * f.params["leg"] / f.height,
            angles={"thigh_r": (22 * paddle, 0, 0), "thigh_l": (-22 * paddle, 0, 0), "neck": (3 * paddle, 0, 0)},
            wave=t,
        )
    for side, s, lag in (("r", 1, 0.0), ("l", -1, 0.5)):
        u = (beat + lag) % 1.0
        angles[f"arm_{side}"] = (178 - 250 * u if u < 0.7 else 3 + 175 * (u - 0.7) / 0.3, -22.0 * s, 0)
        angles[f"fore_{side}"] = (14 + 40 * math.sin(math.pi * u), 0, 0)
        angles[f"thigh_{side}"] = (13 * math.sin(TURN * 2.2 * t + math.pi * lag * 2), 0, 0)
        angles[f"shin_{side}"] = (-14.0, 0, 0)
        angles[f"foot_{side}"] = (-45.0, 0, 0)
    return Pose(travel=0.55 * t, pitch=-74, sink=0.06 + 0.012 * math.sin(TURN * beat), angles=angles, wave=beat)


def fly(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to fly at time t."""
    if f.plan == "bird":
        flap = math.sin(TURN * t / 0.42)
        tilt = math.degrees(f.tilt)  # type: ignore[attr-defined]
        angles: dict[str, Angles] = {
            "neck": (-10, 0, 0),
            "thigh_r": (-62, 0, 0),
            "thigh_l": (-62, 0, 0),
            "shin_r": (10, 0, 0),
            "shin_l": (10, 0, 0),
            "foot_r": (-60, 0, 0),
            "foot_l": (-60, 0, 0),
        }
        for side, s in (("r", 1), ("l", -1)):
            angles[f"arm_{side}"] = (78 - tilt * 0.6, -(86 + 44 * flap) * s, 0)
            angles[f"fore_{side}"] = (10 + 8 * math.cos(TURN * t / 0.42), 0, 0)
        return Pose(
            travel=1.1 * t,
            lift=0.55 - 0.05 * flap,
            pitch=-max(0.0, tilt - 16) * 0.8,
            angles=angles,
            wave=t / 0.84,
            flap=flap,
        )
    rise = 0.35 + 0.03 * math.sin(TURN * t / 1.8)
    angles = {
        "arm_r": (165, -8, 0),
        "arm_l": (20, 12, 0),
        "fore_r": (4, 0, 0),
        "head": (46, 0, 0),
        "neck": (12, 0, 0),
        "thigh_r": (-4, 0, 0),
        "thigh_l": (12, 0, 0),
        "shin_l": (-42, 0, 0),
        "foot_r": (-40, 0, 0),
        "foot_l": (-40, 0, 0),
    }
    if f.plan == "ghost":
        return Pose(travel=0.7 * t, lift=rise, angles={"spine": (-18, 0, 0)}, wave=t)
    return Pose(
        travel=1.2 * t,
        lift=rise,
        pitch=-68,
        angles=angles,
        wave=t,
        hands={"hand_r": 1.0},
        flap=math.sin(TURN * t / 0.3),
    )


def climb(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on two legs to climb at time t."""
    beat = math.sin(TURN * t / 1.2)
    reach = _reach((0.46, 0.62 + 0.26 * beat, 0.1), (0.46, 0.62 - 0.26 * beat, 0.1))
    angles: dict[str, Angles] = {"spine": (-4, 3 * beat, 0), "head": (22, 0, 0)}
    for side, s in (("r", 1), ("l", -1)):
        lift = 0.5 + 0.5 * beat * s
        angles[f"thigh_{side}"] = (28 + 52 * lift, -12.0 * s, 0)
        angles[f"shin_{side}"] = (-30 - 66 * lift, 0, 0)
        angles[f"foot_{side}"] = (8, 0, 0)
    return Pose(lift=0.28 * t, reach=reach, angles=angles, wave=t, hands=_hands(0.9))
