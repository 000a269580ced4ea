"""How four-legged animals stand, go, leap, sit and lie."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures import gaits
from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased
from pipelines.figures.pose import Angles, Face, Pose

How = Mapping[str, float]
TURN = 2 * math.pi


def leg_share(f: Figure) -> float:
    """Return the length of a leg as a share of the standing height."""
    return gaits.leg_length(f) / f.height


def idle(t: float) -> dict[str, Angles]:
    """Return the small movements of head, neck and tail of an animal that only stands."""
    return {
        "head": (1.4 * math.sin(TURN * t / 3.7), 1.5 * math.sin(TURN * t / 5.3), 4 * math.sin(TURN * t / 6.1)),
        "neck": (1.2 * math.sin(TURN * t / 3.4), 0, 0),
        "tail": (3 * math.sin(TURN * t / 2.1), 0, 8 * math.sin(TURN * t / 1.9)),
    }


def stand(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to stand at time t."""
    return Pose(angles=idle(t), wave=t / 2.4, sink=0.01)


def gait(name: str) -> Callable[[Figure, float, How], Pose]:
    """Return a function for the poses of a figure on four legs in a named gait."""

    def go(f: Figure, t: float, how: How) -> Pose:
        travel, reach, sink, phase = gaits.steps(f, name, t)
        beat = math.sin(2 * TURN * phase)
        run = name == "run"
        flex = math.sin(TURN * phase) * min(1.0, 2.0 * leg_share(f))
        angles: dict[str, Angles] = {
            "neck": (3.0 * beat, 0, 0),
            "head": (-3.0 * beat, 0, 0),
            "tail": (8.0 * beat, 0, 10 * flex),
            "spine": (0.0, 1.5 * flex, 0.0),
        }
        if run:
            angles |= {
                "spine": (6 * flex, 0, 0),
                "chest": (-6 * flex, 0, 0),
                "neck": (-10 + 7 * flex, 0, 0),
                "head": (6 - 4 * flex, 0, 0),
                "tail": (14 + 10 * flex, 0, 0),
            }
        elif name == "sneak":
            angles |= {"neck": (-34, 0, 0), "head": (26, 0, 0), "tail": (12, 0, 6 * flex)}
        pitch = 4.0 * flex if run else 0.0
        return Pose(travel=travel, reach=reach, sink=sink, angles=angles, wave=phase, pitch=pitch * 0.0)

    return go


def _leap(f: Figure, t: float, seconds: float, way: float, high: float) -> Pose:
    cycle, u = int(t / seconds), (t / seconds) % 1.0
    leg = leg_share(f)
    air = 0.0 if u < 0.3 or u > 0.75 else 4 * (u - 0.3) / 0.45 * (1 - (u - 0.3) / 0.45)
    crouch = (
        math.sin(math.pi * u / 0.3) if u < 0.3 else math.sin(math.pi * (u - 0.75) / 0.25) * 0.7 if u > 0.75 else 0.0
    )
    gone = 0.0 if u < 0.3 else min(1.0, (u - 0.3) / 0.45)
    stretch = math.sin(math.pi * gone) * leg * 0.35
    reach = {
        "foot_fr": (stretch, 0.16 * leg * air, 0),
        "foot_fl": (stretch * 1.1, 0.2 * leg * air, 0),
        "foot_br": (-stretch, 0.05 * leg * air, 0),
        "foot_bl": (-stretch * 1.1, 0.05 * leg * air, 0),
    }
    return Pose(
        travel=way * (cycle + gone),
        lift=high * air,
        sink=0.02 + 0.26 * leg * crouch,
        reach=reach,
        angles={"neck": (-8 * crouch + 8 * air, 0, 0), "tail": (-16 * air, 0, 0)},
        wave=t,
    )


def hop(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to hop at time t."""
    return _leap(f, t, 0.7, 0.9, 0.16)


def jump(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to jump at time t."""
    return _leap(f, t, 1.2, 0.0, 0.42).with_face(smile=0.9)


def dance(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to dance at time t."""
    beat = math.sin(TURN * t / 1.1)
    leg = leg_share(f)
    reach = {
        "foot_fr": (0, 0.3 * leg * max(0, beat), 0),
        "foot_fl": (0, 0.3 * leg * max(0, -beat), 0),
        "foot_br": (0, 0.16 * leg * max(0, -beat), 0),
        "foot_bl": (0, 0.16 * leg * max(0, beat), 0),
    }
    return Pose(
        reach=reach,
        sink=0.03 + 0.03 * abs(beat),
        angles={"head": (4, 14 * beat, 10 * beat), "spine": (0, 5 * beat, 6 * beat), "tail": (0, 0, 25 * beat)},
        wave=t,
    )


def sit(f: Figure, t: float, how: How) -> Pose:
    """On the haunches, front legs straight."""
    down = eased(t + 0.8, 0.8)
    leg, long = leg_share(f), float(f.params["long"]) / f.height
    hips = float(f.skeleton.offsets[0, 1]) / f.height
    low = 0.62 * float(f.params["deep"]) / f.height
    rise = math.degrees(math.asin(min(0.75, max(0.1, (hips - low) * 0.94 / (0.8 * long)))))
    reach = {
        "foot_br": (0.30 * long * down, 0, 0.02),
        "foot_bl": (0.30 * long * down, 0, -0.02),
        "foot_fr": (-0.12 * long * down, 0, 0),
        "foot_fl": (-0.12 * long * down, 0, 0),
    }
    angles = {**idle(t), "neck": (-0.55 * rise * down, 0, 0), "head": (-0.30 * rise * down, 0, 0)}
    tail = angles["tail"]
    angles["tail"] = (tail[0] - 0.5 * rise * down, 0, tail[2])
    _ = leg
    return Pose(pitch=rise * down, sink=(hips - low) * down, reach=reach, angles=angles, wave=t / 2.4, seat=1.0)


def lie(f: Figure, t: float, how: How) -> Pose:
    """On the belly, legs folded."""
    down = eased(t + 0.9, 0.9)
    drop = (float(f.skeleton.offsets[0, 1]) - 0.52 * float(f.params["deep"])) / f.height
    long = float(f.params["long"]) / f.height
    reach = {
        "foot_fr": (0.22 * long * down, 0, 0.02),
        "foot_fl": (0.16 * long * down, 0, -0.02),
    }
    hind: dict[str, Angles] = {}
    for name, side in (("br", 1), ("bl", -1)):
        hind |= {
            f"upper_{name}": (82 * down, -8.0 * side, 0),
            f"lower_{name}": (-132 * down, 0, 0),
            f"foot_{name}": (84 * down, 0, 0),
        }
    return Pose(sink=drop * down, reach=reach, angles={**idle(t), **hind, "neck": (-10 * down, 0, 0)}, wave=t / 3)


def sleep(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to sleep at time t."""
    base = lie(f, t, how)
    return Pose(
        sink=base.sink,
        reach=base.reach,
        angles={**base.angles, "neck": (-52, 0, -20), "head": (24, 0, -16), "tail": (75, 0, 20)},
        face=Face(lid=1.0, smile=0.45),
        wave=t / 6,
    )


def swim(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to swim at time t."""
    base = gait("walk")(f, t * 1.4, how)
    return Pose(
        travel=0.4 * t,
        sink=0.55 * leg_share(f),
        angles={
            "neck": (6, 0, 0),
            **{
                f"upper_{n}": (30 * math.sin(TURN * t / 0.7 + k), 0, 0)
                for n, k in (("fr", 0), ("fl", 3.1), ("br", 3.1), ("bl", 0))
            },
            **{f"lower_{n}": (30, 0, 0) for n in ("fr", "fl")},
            **{f"lower_{n}": (-40, 0, 0) for n in ("br", "bl")},
        },
        wave=base.wave,
    )


def fly(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to fly at time t."""
    flap = math.sin(TURN * t / 0.8)
    angles: dict[str, Angles] = {
        "neck": (-14, 0, 0),
        "head": (8, 0, 0),
        "tail": (6 * flap, 0, 0),
        "spine": (3 * flap, 0, 0),
    }
    for name in ("fr", "fl"):
        angles |= {f"upper_{name}": (42, 0, 0), f"lower_{name}": (60, 0, 0), f"foot_{name}": (-70, 0, 0)}
    for name in ("br", "bl"):
        angles |= {f"upper_{name}": (-46, 0, 0), f"lower_{name}": (-26, 0, 0), f"foot_{name}": (20, 0, 0)}
    return Pose(travel=1.0 * t, lift=0.45 - 0.06 * flap, angles=angles, flap=flap, wave=t / 1.6, pitch=8)


def climb(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to climb at time t."""
    base = gait("walk")(f, t, how)
    return Pose(
        lift=0.2 * t,
        pitch=62,
        reach={},
        angles={
            **{f"upper_{n}": (40 + 24 * math.sin(TURN * t / 0.9 + k), 0, 0) for n, k in (("fr", 0), ("fl", 3.1))},
            **{f"lower_{n}": (24, 0, 0) for n in ("fr", "fl")},
            **{f"upper_{n}": (10 + 24 * math.sin(TURN * t / 0.9 + k), 0, 0) for n, k in (("br", 3.1), ("bl", 0))},
            **{f"lower_{n}": (-40, 0, 0) for n in ("br", "bl")},
            "neck": (-30, 0, 0),
        },
        wave=base.wave,
    )
