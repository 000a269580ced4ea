"""What four-legged animals do. They give, take and carry with their mouths; they wave and point with a paw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures import gaits
from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased, keyed
from pipelines.figures.pose import Angles, Face, Pose

How = Mapping[str, float]
TURN = 2 * math.pi


def _leg(f: Figure) -> float:
    return gaits.leg_length(f) / f.height


def _idle(t: float) -> dict[str, Angles]:
    return {
        "head": (1.4 * math.sin(TURN * t / 3.7), 1.5 * math.sin(TURN * t / 5.3), 4 * math.sin(TURN * t / 6.1)),
        "neck": (1.2 * math.sin(TURN * t / 3.4), 0, 0),
        "tail": (3 * math.sin(TURN * t / 2.1), 0, 8 * math.sin(TURN * t / 1.9)),
    }


def stand(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to stand at time t."""
    return Pose(angles=_idle(t), wave=t / 2.4, sink=0.01)


def gait(name: str) -> Callable[[Figure, float, How], Pose]:
    """Return a function for the poses of a figure on four legs in a named gait."""

    def go(f: Figure, t: float, how: How) -> Pose:
        travel, reach, sink, phase = gaits.steps(f, name, t)
        beat = math.sin(2 * TURN * phase)
        run = name == "run"
        flex = math.sin(TURN * phase) * min(1.0, 2.0 * _leg(f))
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
    leg = _leg(f)
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
    leg = _leg(f)
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
    leg, long = _leg(f), float(f.params["long"]) / f.height
    hips = float(f.skeleton.offsets[0, 1]) / f.height
    low = 0.62 * float(f.params["deep"]) / f.height
    rise = math.degrees(math.asin(min(0.75, max(0.1, (hips - low) * 0.94 / (0.8 * long)))))
    reach = {
        "foot_br": (0.30 * long * down, 0, 0.02),
        "foot_bl": (0.30 * long * down, 0, -0.02),
        "foot_fr": (-0.12 * long * down, 0, 0),
        "foot_fl": (-0.12 * long * down, 0, 0),
    }
    angles = {**_idle(t), "neck": (-0.55 * rise * down, 0, 0), "head": (-0.30 * rise * down, 0, 0)}
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
    return Pose(sink=drop * down, reach=reach, angles={**_idle(t), **hind, "neck": (-10 * down, 0, 0)}, wave=t / 3)


def sleep(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to sleep at time t."""
    base = lie(f, t, how)
    return Pose(
        sink=base.sink,
        reach=base.reach,
        angles={**base.angles, "neck": (-52, 0, -20), "head": (24, 0, -16)},
        face=Face(lid=1.0, smile=0.45),
        wave=t / 6,
    )


def swim(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to swim at time t."""
    base = gait("walk")(f, t * 1.4, how)
    return Pose(
        travel=0.4 * t,
        sink=0.55 * _leg(f),
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


def _paw(f: Figure, t: float, up: float, shake: float, pitch: float) -> Pose:
    base = sit(f, t, {})
    angles = {
        **base.angles,
        "upper_fr": (pitch * up - base.pitch * 0.4, -6 - 12 * shake, 0),
        "lower_fr": (46 * up + 18 * shake, 0, 0),
        "foot_fr": (-28 * up, 0, 0),
    }
    reach = {k: v for k, v in base.reach.items() if k != "foot_fr"}
    return Pose(pitch=base.pitch, sink=base.sink, reach=reach, angles=angles, wave=base.wave, seat=1.0)


def wave(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to wave at time t."""
    up = keyed(t, [(0, 0.1), (0.5, 1.0)])
    return _paw(f, t, up, math.sin(TURN * 1.8 * t) * up, 82)


def point(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to point at time t."""
    up = keyed(t, [(0, 0.1), (0.5, 1.0)])
    base = stand(f, t, how)
    return Pose(
        angles={
            **base.angles,
            "upper_fr": (78 * up, 0, 0),
            "lower_fr": (14, 0, 0),
            "foot_fr": (-10, 0, 0),
            "neck": (-8 * up, 0, 0),
            "tail": (-18 * up, 0, 0),
        },
        wave=base.wave,
        sink=0.01,
    )


def nod(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to nod at time t."""
    beat = math.sin(TURN * 1.4 * t)
    return Pose(
        angles={**_idle(t), "head": (-6 + 13 * beat, 0, 0), "neck": (-3 + 4 * beat, 0, 0)}, wave=t / 2, sink=0.01
    )


def shake_head(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to shake its head at time t."""
    return Pose(
        angles={
            **_idle(t),
            "head": (0, 0, 28 * math.sin(TURN * 1.2 * t)),
            "neck": (0, 0, 10 * math.sin(TURN * 1.2 * t - 0.5)),
        },
        wave=t / 2,
        sink=0.01,
        face=Face(smile=-0.1),
    )


def _forward(f: Figure, t: float, out: float, open_: float = 0.0) -> Pose:
    """The head is stretched forward and a little down, as when something is given with the mouth."""
    leg = _leg(f)
    return Pose(
        sink=0.01 + 0.04 * leg * out,
        angles={
            **_idle(t),
            "neck": (-24 * out, 0, 0),
            "head": (20 * out, 0, 0),
            "tail": (-10 * out, 0, 12 * math.sin(TURN * t * 1.6)),
        },
        wave=t / 1.4,
        face=Face(open=open_),
    )


def give(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to give at time t."""
    return _forward(f, t, keyed(t, [(0, 0), (0.3, -0.2), (0.95, 1.05), (1.15, 1.0)]), 0.12)


def take(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to take at time t."""
    return _forward(
        f, t, keyed(t, [(0, 0), (0.6, 1.0), (0.9, 1.0), (1.6, 0.0)]), keyed(t, [(0, 0.0), (0.5, 0.5), (0.9, 0.1)])
    )


def carry(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to carry at time t."""
    return Pose(
        angles={"neck": (6, 0, 0), "head": (4, 0, 0), "tail": (-8, 0, 8 * math.sin(TURN * t))},
        wave=t,
        sink=0.01,
        face=Face(open=0.12),
    )


def push(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to push at time t."""
    base = gait("walk")(f, 0.6 * t, how)
    return Pose(
        travel=base.travel,
        reach=base.reach,
        sink=base.sink + 0.02,
        angles={"neck": (-40, 0, 0), "head": (14, 0, 0)},
        wave=base.wave,
        face=Face(brow=-0.4, tilt=0.4, lid=0.12, smile=-0.1),
    )


def pull(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to pull at time t."""
    seconds = 1000 * gaits.gait_of(f, "walk").seconds
    base = gait("walk")(f, seconds - 0.6 * t, how)
    start = 1000 * gaits.stride(f, gaits.gait_of(f, "walk"))
    return Pose(
        travel=base.travel - start,
        reach=base.reach,
        sink=base.sink + 0.03,
        angles={"neck": (-20, 0, 0), "head": (22 + 4 * math.sin(TURN * t), 0, 0)},
        wave=t,
        face=Face(teeth=1.0, open=0.15, tilt=0.3),
    )


def throw(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to throw at time t."""
    u = keyed(t, [(0, 0.0), (0.5, -1.0), (0.7, 1.0), (1.3, 0.0)])
    return Pose(
        angles={
            **_idle(t),
            "neck": (-30 * max(0, -u) + 16 * max(0, u), 0, 0),
            "head": (-16 * max(0, -u) + 24 * max(0, u), 0, 0),
        },
        wave=t,
        sink=0.01,
        face=Face(open=0.12 if t < 0.65 else 0.5),
    )


def eat(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to eat at time t."""
    down = eased(t, 0.7)
    chew = abs(math.sin(TURN * 1.6 * t))
    reach = float(f.params["neck"]) / f.height
    return Pose(
        sink=0.02 + 0.10 * _leg(f) * down,
        angles={
            "neck": (-(62 + 20 * (reach > 0.2)) * down, 0, 0),
            "head": (-6 * down + 3 * chew, 0, 0),
            "chest": (-12 * down, 0, 0),
            "tail": (0, 0, 8 * math.sin(TURN * t)),
        },
        wave=t / 2,
        face=Face(open=0.25 * chew, gaze=(0, -0.4)),
    )


def drink(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to drink at time t."""
    return eat(f, t, how)


def read(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to read at time t."""
    base = sit(f, t, how)
    scan = ((t / 2.2) % 1.0) * 2 - 1
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        reach=base.reach,
        angles={**base.angles, "head": (base.angles["head"][0] - 18, 0, 0)},
        face=Face(gaze=(0.35 * scan, -0.6), lid=0.12),
        wave=t / 3,
    )


def write(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to write at time t."""
    base = _paw(f, t, 0.4, 0.25 * math.sin(TURN * 3 * t), 60)
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        reach=base.reach,
        angles={**base.angles, "head": (base.angles["head"][0] - 18, 0, 0)},
        face=Face(gaze=(0, -0.6), lid=0.12),
        wave=t / 3,
    )


def cry(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to cry at time t."""
    base = sit(f, t, how)
    sob = math.sin(TURN * 2 * t)
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        reach=base.reach,
        angles={
            **base.angles,
            "neck": (base.angles["neck"][0] - 14, 0, 0),
            "head": (base.angles["head"][0] - 14 + 2 * sob, 0, 0),
        },
        face=Face(tears=0.6 + 0.4 * ((t * 0.9) % 1.0), lid=0.4, tilt=-1.0, smile=-0.9, open=0.2 + 0.1 * sob, brow=0.2),
        wave=t / 3,
    )


def laugh(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to laugh at time t."""
    base = sit(f, t, how)
    ha = math.sin(TURN * 3.2 * t)
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        reach=base.reach,
        angles={**base.angles, "head": (base.angles["head"][0] + 18 + 3 * ha, 0, 0)},
        face=Face(open=0.8 + 0.2 * ha, tongue=0.5, under=0.7, lid=0.75, smile=1.0, blush=1.0),
        wave=t,
    )


def hug(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to hug at time t."""
    base = sit(f, t, how)
    up = keyed(t, [(0, 0.0), (0.7, 1.0)])
    arms: dict[str, Angles] = {}
    for name, s in (("fr", 1), ("fl", -1)):
        arms |= {
            f"upper_{name}": (64 * up, -10.0 * s, 0),
            f"lower_{name}": (26 * up, 0, 0),
            f"foot_{name}": (-20 * up, 0, 0),
        }
    reach = {k: v for k, v in base.reach.items() if not k.startswith("foot_f")}
    return Pose(
        pitch=base.pitch + 10 * up,
        sink=base.sink,
        reach=reach,
        angles={**base.angles, **arms},
        face=Face(lid=0.9 * up, under=0.4 * up),
        wave=t / 2,
        seat=1.0,
    )


def fall(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to fall at time t."""
    down = keyed(t, [(0, 0.0), (0.25, 0.1), (0.75, 1.04), (0.95, 0.98), (1.1, 1.0)])
    base = lie(f, 9.0, how)
    return Pose(
        sink=base.sink * down,
        reach={k: (v[0] * down * (1.6 if "f" in k[5] else -1.2), 0, v[2] * 3 * down) for k, v in base.reach.items()},
        angles={"neck": (-46 * down, 0, 0), "head": (18 * down, 0, 0)},
        face=Face(open=0.6 * (1 - eased(t - 1, 0.4))),
        wave=t,
    )


def ride(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to ride at time t."""
    base = sit(f, t + 2, how)
    seat = float(how.get("seat", 0.3))
    return Pose(
        pitch=base.pitch,
        sink=base.sink,
        lift=seat + 0.01 * math.sin(TURN * t / 0.5),
        reach=base.reach,
        angles=base.angles,
        wave=t,
        seat=1.0,
    )


def talk(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to talk at time t."""
    beat = math.sin(TURN * t / 1.3)
    return Pose(
        angles={**_idle(t), "head": (3 * math.sin(TURN * t / 0.8), 4 * beat, 5 * math.sin(TURN * t / 2.1))},
        wave=t / 2,
        sink=0.01,
        face=Face(open=0.4 * abs(math.sin(TURN * t * 2.1)), teeth=0.4),
    )


FOURS: Mapping[str, Callable[..., Pose]] = {
    "stand": stand, "walk": gait("walk"), "run": gait("run"), "sneak": gait("sneak"), "hop": hop, "jump": jump, "dance": dance, "sit": sit, "lie": lie, "sleep": sleep, "swim": swim, "fly": fly,
    "climb": climb, "wave": wave, "point": point, "nod": nod, "shake_head": shake_head, "look_at": stand, "give": give, "take": take, "carry": carry, "push": push, "pull": pull,
    "throw": throw, "eat": eat, "drink": drink, "read": read, "write": write, "cry": cry, "laugh": laugh, "hug": hug, "fall": fall, "ride": ride, "talk": talk, "open": push, "close": push,
    "hold": carry, "bow": carry, "strum": carry, "blow": carry, "drum": wave, "sweep": carry, "dig": push, "stir": carry, "ring": carry, "knock": wave,
}  # fmt: skip
