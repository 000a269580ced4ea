"""Gestures of figures on two legs, and the table of all that they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures import gaits
from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased, keyed
from pipelines.figures.handling import HANDLING, to_mouth
from pipelines.figures.pose import Angles, Face, Pose
from pipelines.figures.twos import (
    TURN,
    How,
    _both,
    _hands,
    _idle,
    _reach,
    climb,
    dance,
    fly,
    gait,
    hop,
    jump,
    lie,
    sit,
    sleep,
    stand,
    swim,
)


def wave(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to wave at time t."""
    up = keyed(t, [(0, 0), (0.18, -0.12), (0.55, 1.0), (0.7, 0.95)])
    shake = math.sin(TURN * 1.7 * max(0.0, t - 0.4)) * eased(t - 0.4, 0.2)
    place = (0.16 - 0.22 * up, -0.75 + 1.38 * up, 0.34 + 0.34 * up + 0.22 * shake)
    angles: dict[str, Angles] = _idle(t) | {"spine": (1.5 * up, -2.5 * up, 0), "head": (0, 5 * up + 1.5 * shake, 0)}
    return Pose(reach=_reach(place, None), angles=angles, hands={"hand_r": 0.0}, wave=t / 2)


def point(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to point at time t."""
    out = keyed(t, [(0, 0), (0.15, -0.15), (0.5, 1.06), (0.65, 1.0)])
    return Pose(
        reach=_reach((0.2 + 0.76 * out, -0.7 + 0.82 * out, 0.12), None),
        angles=_idle(t) | {"spine": (-3 * out, 0, 4 * out)},
        hands={"hand_r": -1.0 if out > 0.3 else 0.4},
        wave=t / 4,
    )


def nod(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to nod at time t."""
    beat = math.sin(TURN * 1.5 * t)
    return Pose(
        angles=_idle(t) | {"head": (-7 + 12 * beat, 0, 0), "neck": (3 * math.sin(TURN * 1.5 * t - 0.5), 0, 0)}, wave=t
    )


def shake_head(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to shake its head at time t."""
    return Pose(
        angles=_idle(t)
        | {"head": (-2, 0, 26 * math.sin(TURN * 1.2 * t)), "neck": (0, 0, 7 * math.sin(TURN * 1.2 * t - 0.5))},
        wave=t,
        face=Face(smile=-0.15),
    )


def look_at(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to look at something at time t."""
    return stand(f, t, how)


def give(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to give at time t."""
    out = keyed(t, [(0, 0.0), (0.3, -0.18), (0.95, 1.05), (1.15, 1.0)])
    place = (0.42 + 0.46 * out, -0.42 + 0.40 * out, -0.10 + 0.1 * out)
    angles: dict[str, Angles] = _idle(t) | {"spine": (-9 * out, 0, 6 * out), "head": (4 * out, 0, 0)}
    return Pose(reach=_reach(place, None), angles=angles, hands={"hand_r": 0.35 - 0.25 * out}, wave=t / 3)


def take(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to take at time t."""
    out = keyed(t, [(0, 0.0), (0.6, 1.0), (0.9, 1.0), (1.6, 0.0)])
    hold = keyed(t, [(0.0, 0.0), (0.9, 0.0), (1.6, 1.0)])
    place = (0.20 + 0.66 * out + 0.24 * hold, -0.68 + 0.66 * out + 0.26 * hold, 0.1 - 0.22 * hold)
    return Pose(
        reach=_reach(place, None),
        angles=_idle(t) | {"spine": (-8 * out, 0, 5 * out)},
        hands={"hand_r": 0.1 + 0.6 * eased(t - 0.6, 0.3)},
        wave=t / 3,
    )


def carry(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to carry at time t."""
    bounce = 0.02 * math.sin(TURN * t / 0.5)
    return Pose(
        reach=_reach((0.56, -0.38 + bounce, -0.24), (0.56, -0.38 + bounce, -0.24)),
        angles=_idle(t) | {"spine": (5, 0, 0)},
        hands=_hands(0.55),
        wave=t / 2,
    )


def push(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to push at time t."""
    base = gait("walk")(f, t * 0.6, how)
    angles: dict[str, Angles] = {**base.angles, "spine": (-18, 0, 0), "chest": (-8, 0, 0), "head": (16, 0, 0)}
    angles = {k: v for k, v in angles.items() if not k.startswith(("arm", "fore"))}
    return Pose(
        travel=base.travel,
        reach={**base.reach, **_reach((0.84, 0.02, -0.05), (0.84, 0.02, -0.05))},
        sink=base.sink + 0.015,
        angles=angles,
        wave=base.wave,
        hands=_hands(0.0),
        face=Face(brow=-0.4, tilt=0.4, lid=0.1, smile=-0.1),
    )


def pull(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to pull at time t."""
    base = (
        gait("walk")(f, 1000 * gaits.gait_of(f, "walk").seconds - t * 0.6, how)
        if f.plan not in ("ghost", "snowman")
        else stand(f, t, how)
    )
    start = 1000 * gaits.stride(f, gaits.gait_of(f, "walk")) if f.plan not in ("ghost", "snowman") else 0.0
    tug = 0.06 * math.sin(TURN * t / 0.9)
    angles: dict[str, Angles] = {k: v for k, v in base.angles.items() if not k.startswith(("arm", "fore"))} | {
        "spine": (15, 0, 0),
        "chest": (6, 0, 0),
        "head": (-8, 0, 0),
    }
    return Pose(
        travel=base.travel - start,
        reach={**base.reach, **_reach((0.76 + tug, -0.14, -0.16), (0.72 - tug, -0.20, -0.16))},
        sink=base.sink + 0.02,
        angles=angles,
        wave=t,
        hands=_hands(1.0),
        face=Face(brow=-0.4, tilt=0.35, teeth=1.0, open=0.12, wide=0.5),
    )


def throw(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to throw at time t."""
    u = keyed(t, [(0, 0.0), (0.55, -1.0), (0.72, -1.0), (0.9, 1.0), (1.5, 0.75), (2.0, 0.3)])
    back, out = max(0.0, -u), max(0.0, u)
    place = (0.1 - 0.52 * back + 0.78 * out, -0.6 + 1.1 * back + 0.5 * out, 0.22 + 0.1 * back)
    angles: dict[str, Angles] = _idle(t) | {
        "spine": (10 * back - 18 * out, 0, -16 * back + 16 * out),
        "chest": (0, 0, -10 * back + 12 * out),
        "head": (2 * back, 0, 10 * back),
    }
    return Pose(
        reach=_reach(place, (0.40 * back + 0.1, -0.2 * back - 0.6, 0.3)),
        angles=angles,
        hands={"hand_r": 0.9 if t < 0.86 else 0.0},
        wave=t / 2,
        sink=0.012 * back,
    )


def eat(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to eat at time t."""
    u = (t / 2.0) % 1.0
    up = keyed(u, [(0, 0.0), (0.28, 1.0), (0.42, 1.0), (0.62, 0.0), (1.0, 0.0)])
    chew = max(0.0, math.sin(TURN * 3.2 * t)) if u > 0.40 else 0.0
    if f.plan == "bird":
        return Pose(
            angles={"spine": (0, 0, 0), "neck": (-62 * up, 0, 0), "head": (-26 * up, 0, 0)},
            pitch=-14 * up,
            face=Face(open=0.6 * (1 - up) * chew),
            wave=t,
        )
    mouth = to_mouth(f)
    place = (
        0.48 * (1 - up) + mouth[0] * up,
        -0.42 * (1 - up) + (mouth[1] - 0.06) * up,
        -0.05 * (1 - up) + mouth[2] * up,
    )
    return Pose(
        reach=_reach(place, None),
        angles=_idle(t) | {"head": (-5 * up, 0, 0)},
        hands={"hand_r": 0.75},
        face=Face(open=max(0.5 * up * (u < 0.4), 0.22 * chew), smile=0.5),
        wave=t / 3,
    )


def drink(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to drink at time t."""
    u = (t / 2.6) % 1.0
    up = keyed(u, [(0, 0.0), (0.3, 1.0), (0.7, 1.0), (0.95, 0.0), (1.0, 0.0)])
    if f.plan == "bird":
        return eat(f, t, how)
    mouth = to_mouth(f)
    place = (0.46 * (1 - up) + mouth[0] * 1.05 * up, -0.42 * (1 - up) + mouth[1] * up, mouth[2] * up)
    return Pose(
        reach=_reach(place, None),
        angles=_idle(t) | {"head": (15 * up, 0, 0), "spine": (3 * up, 0, 0)},
        hands={"hand_r": 0.8},
        face=Face(open=0.12 * up, wide=-0.8 * up, lid=0.35 * up),
        wave=t / 3,
    )


def read(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to read at time t."""
    scan = ((t / 2.2) % 1.0) * 2 - 1
    return Pose(
        reach=_reach((0.54, -0.22, -0.20), (0.54, -0.22, -0.20)),
        angles={"head": (-17, 0, 0), "neck": (-6, 0, 0), "spine": (1, 0, 0)},
        hands=_hands(0.5),
        face=Face(gaze=(0.35 * scan, -0.55), lid=0.12, smile=0.4),
        wave=t / 4,
    )


def write(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to write at time t."""
    line = (t / 2.5) % 1.0
    jot = 0.022 * math.sin(TURN * 5 * t)
    return Pose(
        reach=_reach((0.52 + jot, -0.34 + 0.5 * jot, -0.30 + 0.22 * line), (0.52, -0.38, -0.16)),
        angles={"head": (-20, 0, 4), "neck": (-7, 0, 0), "spine": (-6, 0, 0)},
        hands={"hand_r": 0.9, "hand_l": 0.2},
        face=Face(gaze=(0.0, -0.6), lid=0.12),
        wave=t / 4,
    )


def cry(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to cry at time t."""
    sob = math.sin(TURN * 2.1 * t) * (0.5 + 0.5 * math.sin(TURN * t / 1.7))
    mouth = to_mouth(f) if f.plan != "bird" else (0.3, 0.2, 0.0)
    place = (mouth[0] * 0.92, mouth[1] + 0.16 + 0.02 * sob, mouth[2] + 0.18)
    reach = _reach(place, None) if f.plan != "bird" else {}
    return Pose(
        reach=reach,
        angles={"spine": (-7 - 2 * sob, 0, 0), "head": (-15 + 2 * sob, 0, 0), "neck": (-6, 0, 0)},
        sink=0.004 * (1 + sob),
        hands={"hand_r": 0.85},
        face=Face(
            tears=0.6 + 0.4 * ((t * 0.9) % 1.0),
            lid=0.5,
            open=0.25 + 0.12 * sob,
            wide=0.3,
            tilt=-1.0,
            smile=-0.9,
            brow=0.2,
        ),
        wave=t / 2,
    )


def laugh(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to laugh at time t."""
    ha = math.sin(TURN * 3.4 * t)
    reach = _reach((0.42, -0.46, -0.34), (0.42, -0.5, -0.30)) if f.plan != "bird" else {}
    return Pose(
        reach=reach,
        angles={
            "spine": (5 + 2.5 * ha, 0, 0),
            "head": (13 + 3 * ha, 0, 3 * math.sin(TURN * t / 1.3)),
            "chest": (2 * ha, 0, 0),
        },
        sink=0.006 * (1 + ha),
        hands=_hands(0.3),
        face=Face(open=0.75 + 0.2 * ha, teeth=0.8, tongue=0.5, wide=0.4, under=0.75, lid=0.75, smile=1.0, blush=1.0),
        wave=t,
    )


def hug(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to hug at time t."""
    near = keyed(t, [(0, 0.0), (0.35, -0.25), (0.9, 1.0)])
    wide = 0.45 * (1 - max(0.0, near)) - 0.34 * max(0.0, near)
    return Pose(
        reach=_reach((0.35 + 0.32 * near, -0.30 + 0.36 * near, wide), (0.35 + 0.32 * near, -0.38 + 0.36 * near, wide)),
        angles=_idle(t) | {"spine": (-7 * near, 0, 0), "head": (-4 * near, 8 * near, 0)},
        hands=_hands(0.15),
        face=Face(lid=0.9 * max(0.0, near), under=0.4 * max(0.0, near)),
        wave=t / 3,
    )


def fall(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure with arms to fall at time t."""
    down = keyed(t, [(0, 0.0), (0.25, 0.08), (0.8, 1.04), (0.95, 0.97), (1.1, 1.0)])
    flail = math.sin(TURN * 3 * t) * (1 - eased(t - 0.7, 0.3))
    angles: dict[str, Angles] = _both(70 * (1 - down) + 40, 30 + 30 * flail, 20) if f.plan != "bird" else {}
    rest = float(f.skeleton.offsets[0, 1]) / f.height
    for side, s in (("r", 1), ("l", -1)):
        angles[f"thigh_{side}"] = (26.0 * down + 14 * flail * s, -8.0 * s, 0)
        angles[f"shin_{side}"] = ((-30.0 if f.plan != "bird" else 30) * down, 0, 0)
    return Pose(
        pitch=82 * down,
        sink=(rest - 0.10) * down,
        angles=angles,
        wave=t,
        face=Face(open=0.7 * (1 - eased(t - 1.0, 0.4))),
        hands=_hands(0.0),
    )


def ride(f: Figure, t: float, how: How) -> Pose:
    """Astride: on a horse (pedal 0), on a bicycle (pedal > 0 turns a second); hands at the reins or the bar."""
    turns = float(how.get("pedal", 0.0))
    phase = TURN * turns * t
    angles: dict[str, Angles] = {"spine": (-9, 0, 0), "chest": (-3, 0, 0), "head": (9, 0, 0)}
    for side, s in (("r", 1), ("l", -1)):
        a = phase + (0 if s > 0 else math.pi)
        if turns:
            angles[f"thigh_{side}"] = (52 + 21 * math.sin(a), -4.0 * s, 0)
            angles[f"shin_{side}"] = (-72 - 21 * math.cos(a), 0, 0)
        else:
            angles[f"thigh_{side}"] = (58, -20.0 * s, 0)
            angles[f"shin_{side}"] = (-66, 0, 0)
        angles[f"foot_{side}"] = (8, 0, 0)
    bounce = 0.0 if turns else 0.012 * math.sin(TURN * t / 0.5)
    seat = float(how.get("seat", 0.28))
    hips = float(f.skeleton.offsets[0, 1]) / f.height
    return Pose(
        sink=hips - seat - 0.05 - bounce,
        angles=angles,
        reach=_reach((0.66, -0.66, -0.04), (0.66, -0.66, -0.04))
        if turns
        else _reach((0.60, -0.56, 0), (0.60, -0.56, 0)),
        hands=_hands(0.9),
        wave=t,
        seat=1.0,
    )


def _door(f: Figure, t: float, way: float) -> Pose:
    out = keyed(t, [(0, 0.0), (0.5, 1.0)])
    moved = keyed(t, [(0.5, 0.0), (1.3, 1.0)])
    pulled = moved if way > 0 else 1 - moved
    place = (0.30 + 0.55 * out - 0.38 * pulled * out, -0.55 + 0.35 * out, 0.15 + 0.20 * pulled * out)
    return Pose(
        reach=_reach(place, None),
        angles=_idle(t) | {"spine": (-5 * out + 8 * pulled * out, 0, -10 * pulled * out)},
        hands={"hand_r": 0.85 * out},
        wave=t / 3,
    )


def talk(f: Figure, t: float, how: How) -> Pose:
    """Small gestures of someone who speaks; the mouth comes from the voice."""
    beat = math.sin(TURN * t / 1.5)
    other = math.sin(TURN * t / 2.3 + 1)
    reach = _reach((0.40 + 0.06 * other, -0.40 + 0.10 * beat, 0.16 + 0.08 * beat), None)
    return Pose(
        reach=reach,
        angles=_idle(t) | {"head": (2.5 * math.sin(TURN * t / 0.9), 3 * other, 4 * beat), "chest": (0, 0, 3 * other)},
        hands={"hand_r": 0.1},
        wave=t / 3,
        face=Face(open=0.35 * abs(math.sin(TURN * t * 2.1)), wide=0.2 * beat, teeth=0.5),
    )


TWOS: Mapping[str, Callable[..., Pose]] = {
    "stand": stand, "walk": gait("walk"), "run": gait("run"), "sneak": gait("sneak"), "hop": hop, "jump": jump, "dance": dance, "sit": sit, "lie": lie, "sleep": sleep, "swim": swim, "fly": fly,
    "climb": climb, "wave": wave, "point": point, "nod": nod, "shake_head": shake_head, "look_at": look_at, "give": give, "take": take, "carry": carry, "push": push, "pull": pull,
    "throw": throw, "eat": eat, "drink": drink, "read": read, "write": write, "cry": cry, "laugh": laugh, "hug": hug, "fall": fall, "ride": ride, "talk": talk,
    "open": lambda f, t, how: _door(f, t, 1.0), "close": lambda f, t, how: _door(f, t, -1.0),
    **HANDLING,
}  # fmt: skip
