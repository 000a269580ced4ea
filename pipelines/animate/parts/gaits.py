"""How a drawn thing moves as it walks, hops, flies and so on: an affine pose for every moment, with squash and stretch.

After the principles of drawn animation (Lasseter 1987): squash and stretch keep the area, motion sets off and arrives slowly, hops
follow parabolas. Lengths are in parts of the thing's own height; time in seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from pipelines.language.lexicon import Table, Words

GAITS = Words("verbs", "gaits")
TRAVELS = Words("verbs", "gaits travelling")
HERTZ = Table("verbs", "gait hertz")
LENGTHS = Table("verbs", "gait lengths")  # of a way, in parts of the width


@dataclass(frozen=True)
class GaitPose:
    """How a thing stands: moved by (x, y) and lifted off the ground, turned by `angle` (radians), leaning sideways, stretched."""

    x: float = 0.0
    y: float = 0.0
    lift: float = 0.0
    angle: float = 0.0
    lean: float = 0.0
    wide: float = 1.0
    tall: float = 1.0
    about_middle: bool = False


def cycles(hertz: float, seconds: float, loop: bool) -> float:
    """A rate that fits a whole number of times into a loop."""
    return max(1, round(hertz * seconds)) / seconds if loop else hertz


def pose(gait: str, time: float, seconds: float, loop: bool, phase: float, moving: float) -> GaitPose:
    """The pose at `time`; `phase` (0..1) sets apart things of one kind; `moving` (0..1) is how fast it goes, so feet rest where it stands."""
    turns = cycles(HERTZ.get(gait, 0.4), seconds, loop) * time + phase
    wave = math.sin(2 * math.pi * turns)
    if gait == "breathe":
        return _stretch_pose(GaitPose(), 1 + 0.014 * wave)
    if gait in ("walk", "run"):
        high, swing = (0.035, 0.05) if gait == "walk" else (0.085, 0.085)
        step = abs(math.sin(math.pi * turns * 2))
        bounce = GaitPose(lift=high * step * moving, angle=swing * 0.6 * wave * moving)
        return _stretch_pose(bounce, 1 + (0.05 if gait == "walk" else 0.10) * (step - 0.45) * moving)
    if gait == "hop":
        return _hop(turns % 1.0, 0.38 * moving)
    if gait == "fly":
        flap = math.sin(2 * math.pi * cycles(3.2, seconds, loop) * time + phase)
        return replace(
            GaitPose(lift=0.10 * wave, angle=0.07 * math.cos(2 * math.pi * turns), about_middle=True),
            tall=1 + 0.035 * flap,
            wide=1 - 0.015 * flap,
        )
    if gait in ("float", "sail"):
        return GaitPose(
            lift=0.05 * wave if gait == "float" else 0.018 * wave,
            angle=0.05 * math.sin(2 * math.pi * turns + 1.1),
            about_middle=gait == "float",
        )
    if gait == "swim":
        return GaitPose(
            lift=0.05 * wave,
            angle=0.06 * math.cos(2 * math.pi * turns),
            lean=0.05 * math.sin(2 * math.pi * turns * 2),
            about_middle=True,
        )
    if gait == "drive":
        return _stretch_pose(GaitPose(lift=0.006 * (1 + wave) * moving), 1 + 0.008 * wave * moving)
    if gait == "sway":
        return GaitPose(lean=0.09 * wave)
    if gait == "dance":
        beat = abs(math.sin(2 * math.pi * turns))
        return _stretch_pose(GaitPose(lift=0.08 * beat, lean=0.12 * wave, angle=0.05 * wave), 1 + 0.09 * (beat - 0.5))
    if gait == "turn":
        width = math.cos(2 * math.pi * (turns - phase))
        return GaitPose(wide=math.copysign(max(abs(width), 0.04), width))  # never quite gone at its edge
    if gait == "shake":
        return GaitPose(x=0.015 * wave, angle=0.03 * math.sin(2 * math.pi * turns * 1.5) if not loop else 0.03 * wave)
    return GaitPose()


def _stretch_pose(gait_pose: GaitPose, tall: float) -> GaitPose:
    return replace(gait_pose, tall=tall, wide=1 / tall)


def _hop(turn: float, high: float) -> GaitPose:
    """A crouch on the ground (a quarter of the time), a parabola, a landing that is squashed and springs back."""
    ground = 0.28
    if turn < ground:
        press = math.sin(math.pi * turn / ground)
        return _stretch_pose(GaitPose(), 1 - 0.5 * high * press)
    air = (turn - ground) / (1 - ground)
    edge = min(1.0, 6 * air, 6 * (1 - air))  # no jump of shape between ground and air
    return _stretch_pose(GaitPose(lift=high * 4 * air * (1 - air)), 1 + 0.30 * high * abs(1 - 2 * air) * edge)


def fallen(time: float, seconds: float) -> float:
    """How far up something still is (1 to 0) that falls and bounces twice, in the first two thirds of `seconds`."""
    t = time / max(1e-6, seconds * 0.66)
    for start, length, high in ((-0.5, 1.0, 1.0), (0.5, 0.35, 0.18), (0.85, 0.15, 0.04)):
        if t < start + length:
            u = (t - start) / length
            return high * 4 * u * (1 - u)
    return 0.0


def grown(time: float, seconds: float) -> float:
    """Size of something that appears: from nothing, over its size, back to it, in the first second or third of the clip."""
    t = min(1.0, time / min(1.0, seconds / 3))
    return max(1e-3, 1 + 2.2 * (t - 1) ** 3 + 1.2 * (t - 1) ** 2)
