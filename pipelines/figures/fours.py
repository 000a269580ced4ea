"""What four-legged animals do. They give, take and carry with their mouths; they wave and point with a paw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures import gaits
from pipelines.figures.figure import Figure
from pipelines.figures.four_gaits import (
    TURN,
    How,
    climb,
    dance,
    fly,
    gait,
    hop,
    idle,
    jump,
    leg_share,
    lie,
    sit,
    sleep,
    stand,
    swim,
)
from pipelines.figures.gaits import eased, keyed
from pipelines.figures.pose import Angles, Face, Pose


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
        angles={**idle(t), "head": (-6 + 13 * beat, 0, 0), "neck": (-3 + 4 * beat, 0, 0)}, wave=t / 2, sink=0.01
    )


def shake_head(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure on four legs to shake its head at time t."""
    return Pose(
        angles={
            **idle(t),
            "head": (0, 0, 28 * math.sin(TURN * 1.2 * t)),
            "neck": (0, 0, 10 * math.sin(TURN * 1.2 * t - 0.5)),
        },
        wave=t / 2,
        sink=0.01,
        face=Face(smile=-0.1),
    )


def _forward(f: Figure, t: float, out: float, open_: float = 0.0) -> Pose:
    """The head is stretched forward and a little down, as when something is given with the mouth."""
    leg = leg_share(f)
    return Pose(
        sink=0.01 + 0.04 * leg * out,
        angles={
            **idle(t),
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
            **idle(t),
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
        sink=0.02 + 0.10 * leg_share(f) * down,
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
        angles={**idle(t), "head": (3 * math.sin(TURN * t / 0.8), 4 * beat, 5 * math.sin(TURN * t / 2.1))},
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
