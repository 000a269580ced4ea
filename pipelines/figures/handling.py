"""What two-legged figures do with things in their hands: instruments, brooms, spades, spoons, bells, and a knock at a door."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased
from pipelines.figures.pose import Face, Pose
from pipelines.figures.twos import TURN, How, _hands, _idle, _reach


def to_mouth(f: Figure) -> tuple[float, float, float]:
    """From the right shoulder to the mouth, in lengths of the arm, z away from the body."""
    index = f.skeleton.index
    head = f._rest_where[index["head"]]
    shoulder = f._rest_where[index["arm_r"]]
    half = getattr(f, "head_half", 0.5 * f.params["head"])
    way = head + (half * 1.12, half * 0.44, 0.0) - shoulder
    return tuple(float(v) / sum(f.limbs["hand_r"].lengths) for v in way)  # type: ignore[return-value]


def hold(f: Figure, t: float, how: How) -> Pose:
    """A thing held up before the body in the right hand."""
    up = eased(t, 0.35)
    sway = 0.015 * math.sin(TURN * t / 2.7)
    return Pose(
        reach=_reach((0.30 + 0.28 * up, -0.75 + 0.55 * up + sway, 0.04), None),
        angles=_idle(t),
        hands={"hand_r": 0.9},
        wave=t / 3,
    )


def bow(f: Figure, t: float, how: How) -> Pose:
    """A violin under the chin: the left hand at its neck, the right one bows to and fro."""
    stroke = math.sin(TURN * t / 1.1)
    return Pose(
        reach=_reach((0.50 + 0.10 * stroke, -0.10 - 0.08 * stroke, -0.22 + 0.12 * stroke), (0.74, 0.02, -0.10)),
        angles={"spine": (1.5 * stroke, 0, 2 * stroke), "head": (-8, 7, -8), "chest": (0, 1.5 * stroke, 0)},
        hands={"hand_r": 0.7, "hand_l": 0.7},
        face=Face(lid=0.45, smile=0.4),
        wave=t / 2,
    )


def strum(f: Figure, t: float, how: How) -> Pose:
    """A guitar before the belly: the left hand at its neck, the right one strums."""
    stroke = math.sin(TURN * t / 0.6)
    return Pose(
        reach=_reach((0.42, -0.56 + 0.07 * stroke, -0.30), (0.66, -0.22, 0.06)),
        angles={"spine": (0, 1.5 * math.sin(TURN * t / 1.2), 0), "head": (-8 + 3 * stroke, 0, 0)},
        hands={"hand_r": 0.3, "hand_l": 0.8},
        sink=0.004 * (1 + stroke),
        face=Face(smile=0.6),
        wave=t,
    )


def blow(f: Figure, t: float, how: How) -> Pose:
    """A flute, a horn or a telescope at the face, in both hands."""
    mouth = to_mouth(f) if f.plan != "bird" else (0.5, 0.2, -0.2)
    finger = 0.02 * math.sin(TURN * t / 0.4)
    near = (mouth[0] + 0.16, mouth[1] - 0.04 + finger, mouth[2])
    far = (mouth[0] + 0.30, mouth[1] - 0.08 - finger, mouth[2])
    return Pose(
        reach=_reach(near, far),
        angles={"spine": (2 * math.sin(TURN * t / 1.6), 0, 0), "head": (-3, 0, 0)},
        hands=_hands(0.6),
        face=Face(open=0.1, wide=-0.8),
        wave=t / 2,
    )


def drum(f: Figure, t: float, how: How) -> Pose:
    """Both hands beat a drum in turns."""
    beat = math.sin(TURN * t / 0.5)
    right, left = max(0.0, beat), max(0.0, -beat)
    return Pose(
        reach=_reach((0.58, -0.46 + 0.26 * right, -0.12), (0.58, -0.46 + 0.26 * left, -0.12)),
        angles={"spine": (-3, 2 * beat, 0), "head": (-6 + 4 * abs(beat), 0, 0)},
        hands=_hands(0.8),
        face=Face(smile=0.6),
        wave=t,
    )


def sweep(f: Figure, t: float, how: How) -> Pose:
    """A long handle in both hands, drawn over the ground to and fro."""
    stroke = math.sin(TURN * t / 1.2)
    return Pose(
        reach=_reach((0.52 + 0.14 * stroke, -0.62, -0.20), (0.40 + 0.08 * stroke, -0.26, -0.20)),
        angles={"spine": (-10 + 3 * stroke, 0, 10 * stroke), "head": (-8, 0, -4 * stroke)},
        hands=_hands(0.9),
        wave=t / 2,
    )


def dig(f: Figure, t: float, how: How) -> Pose:
    """A spade goes down into the ground and comes up again."""
    u = (t / 1.8) % 1.0
    down = 0.5 - 0.5 * math.cos(TURN * u)
    return Pose(
        reach=_reach((0.56, -0.78 + 0.34 * (1 - down), -0.16), (0.44, -0.46 + 0.36 * (1 - down), -0.16)),
        angles={"spine": (-24 * down, 0, 5), "chest": (-7 * down, 0, 0), "head": (6 * down, 0, 0)},
        hands=_hands(0.9),
        sink=0.03 * down,
        face=Face(brow=-0.2, lid=0.15),
        wave=t / 2,
    )


def stir(f: Figure, t: float, how: How) -> Pose:
    """The right hand turns round and round before the belly; the left one holds what is stirred in."""
    a = TURN * t / 1.0
    return Pose(
        reach=_reach((0.56 + 0.08 * math.cos(a), -0.40 + 0.05 * math.sin(a), -0.18), (0.52, -0.58, -0.12)),
        angles={"spine": (-5, 0, 2 * math.sin(a)), "head": (-15, 0, 0)},
        hands=_hands(0.9),
        face=Face(gaze=(0.0, -0.5), smile=0.3),
        wave=t / 3,
    )


def ring(f: Figure, t: float, how: How) -> Pose:
    """The right hand, high, swings a bell."""
    swing = math.sin(TURN * t / 0.55)
    return Pose(
        reach=_reach((0.56 + 0.10 * swing, 0.22 + 0.04 * swing, 0.16), None),
        angles=_idle(t) | {"spine": (0, -2, 0)},
        hands={"hand_r": 0.9},
        face=Face(smile=0.4),
        wave=t,
    )


def knock(f: Figure, t: float, how: How) -> Pose:
    """Three knocks with the right hand, and a pause to listen."""
    u = (t / 2.2) % 1.0
    hit = max(0.0, math.sin(TURN * 3 * u / 0.55)) if u < 0.55 else 0.0
    out = eased(t, 0.4)
    return Pose(
        reach=_reach((0.30 + (0.34 + 0.20 * hit) * out, -0.60 + 0.72 * out, 0.06), None),
        angles=_idle(t) | {"spine": (-4 * out, 0, 3 * out), "head": (2, 0, 6 if u > 0.6 else 0)},
        hands={"hand_r": 1.0},
        wave=t / 3,
    )


HANDLING: Mapping[str, Callable[..., Pose]] = {
    "hold": hold, "bow": bow, "strum": strum, "blow": blow, "drum": drum, "sweep": sweep, "dig": dig, "stir": stir,
    "ring": ring, "knock": knock,
}  # fmt: skip
