"""Steps that do not slide: a foot on the ground goes back exactly as fast as the body goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.figures.figure import Figure

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Gait:
    """How legs take turns. `stride` is the way of one cycle in lengths of a leg, `duty` the share of it that a foot stands."""

    stride: float
    seconds: float
    duty: float
    height: float  # how far a foot is lifted, in lengths of a leg
    phases: Mapping[str, float]
    bob: float = 0.02
    crouch: float = 0.0


TWO = {"foot_r": 0.0, "foot_l": 0.5}
WALK4 = {"foot_bl": 0.0, "foot_fl": 0.25, "foot_br": 0.5, "foot_fr": 0.75}
GALLOP = {"foot_bl": 0.0, "foot_br": 0.10, "foot_fl": 0.45, "foot_fr": 0.57}
GAITS: Mapping[tuple[str, bool], Gait] = {
    ("walk", False): Gait(1.15, 0.95, 0.60, 0.20, TWO),
    ("run", False): Gait(2.30, 0.58, 0.36, 0.42, TWO, bob=0.06, crouch=0.02),
    ("sneak", False): Gait(0.85, 1.5, 0.64, 0.30, TWO, bob=0.015, crouch=0.16),
    ("walk", True): Gait(1.10, 1.05, 0.68, 0.20, WALK4),
    ("run", True): Gait(2.60, 0.56, 0.34, 0.36, GALLOP, bob=0.07, crouch=0.02),
    ("sneak", True): Gait(0.70, 1.6, 0.72, 0.22, WALK4, bob=0.01, crouch=0.24),
}


def leg_length(figure: Figure) -> float:
    """The height of the shortest leg's upper joint over its end, in the figure's own units."""
    legs = [(limb, figure.ground(name)) for name, limb in figure.limbs.items() if limb.leg]
    return min(sum(limb.lengths) for limb, _ in legs)


def needed_sink(figure: Figure, reach: float) -> float:
    """How far the body must be lowered so that feet reach `reach` (own units) ahead and behind; in own units."""
    most = 0.0
    for name, limb in figure.limbs.items():
        if not limb.leg:
            continue
        offset = figure._rest_where[figure.skeleton.index[limb.upper]] - figure.ground(name)
        ahead = abs(float(offset[0])) + reach
        room = (0.972 * sum(limb.lengths)) ** 2 - ahead**2 - float(offset[2]) ** 2
        most = max(most, float(offset[1]) - math.sqrt(max(room, 0.01 * sum(limb.lengths) ** 2)))
    return most


def gait_of(figure: Figure, name: str) -> Gait:
    """Return a gait of a figure by its name."""
    return GAITS[(name, "foot_fr" in figure.limbs)]


def stride(figure: Figure, gait: Gait) -> float:
    """The way of one cycle in heights of the figure."""
    return gait.stride * leg_length(figure) / figure.height


def speed(figure: Figure, name: str) -> float:
    """How fast a gait goes, in heights of the figure a second."""
    gait = gait_of(figure, name)
    return stride(figure, gait) / gait.seconds


def steps(figure: Figure, name: str, t: float) -> tuple[float, dict[str, Place], float, float]:
    """Travel in heights, where the feet go, how far the hips sink, and the phase in cycles, at a time in seconds."""
    gait = gait_of(figure, name)
    phase = t / gait.seconds
    way = stride(figure, gait)
    leg = leg_length(figure)
    reach: dict[str, Place] = {}
    for foot, offset in gait.phases.items():
        reach[foot] = _foot((phase + offset) % 1.0, gait, way, leg / figure.height)
    sink = needed_sink(figure, way * gait.duty / 2 * figure.height) / figure.height
    sink += gait.crouch * leg / figure.height
    count = 2 if len(gait.phases) == 2 else 1
    lift = 0.5 - 0.5 * math.cos(2 * math.pi * count * (phase - 0.5 * gait.duty))
    bob = gait.bob * leg / figure.height * lift
    if gait.duty < 0.5:  # while no foot stands, the body may rise higher than the legs reach
        return way * phase, reach, sink - bob * _flight(phase, gait), phase
    return way * phase, reach, sink + bob * 0.6, phase


def _flight(phase: float, gait: Gait) -> float:
    """1 in the middle of the time when no foot stands, 0 while one does."""
    gap, best = 0.5 - gait.duty, 0.0
    if len(gait.phases) > 2:
        ends = max((-o + gait.duty) % 1.0 for o in gait.phases.values())
        u = (phase - ends) % 1.0
        free = 1 - gait.duty - 0.57
        return math.sin(math.pi * u / free) if free > 0 and u < free else 0.0
    for offset in gait.phases.values():
        u = (phase + offset - gait.duty) % 1.0
        if u < gap:
            best = max(best, math.sin(math.pi * u / gap))
    return best


def _foot(phase: float, gait: Gait, way: float, leg: float) -> Place:
    front = way * gait.duty / 2
    if phase < gait.duty:
        return (front - way * phase, 0.0, 0.0)
    u = (phase - gait.duty) / (1 - gait.duty)
    slope = -way * (1 - gait.duty)
    h00, h10, h01, h11 = 2 * u**3 - 3 * u**2 + 1, u**3 - 2 * u**2 + u, -2 * u**3 + 3 * u**2, u**3 - u**2
    x = h00 * -front + h10 * slope + h01 * front + h11 * slope
    return (x, gait.height * leg * math.sin(math.pi * u) ** 1.2, 0.0)


def swing_of(phase: float, duty: float) -> float:
    """How far a foot is through its swing, 0 while it stands."""
    p = phase % 1.0
    return 0.0 if p < duty else (p - duty) / (1 - duty)


def ease(t: float, seconds: float) -> float:
    """0 .. 1 in so many seconds, smooth."""
    u = min(1.0, max(0.0, t / seconds))
    return u * u * (3 - 2 * u)


def value_at_keys(t: float, keys: list[tuple[float, float]]) -> float:
    """A value through keys (seconds, value), smooth between, held at the ends."""
    times, values = zip(*keys)
    i = int(np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(keys) - 2))
    u = min(1.0, max(0.0, (t - times[i]) / (times[i + 1] - times[i])))
    return values[i] + (values[i + 1] - values[i]) * u * u * (3 - 2 * u)


def period(figure: Figure, name: str) -> float | None:
    """Seconds of one cycle; None for what is no gait of this body."""
    if figure.family == "wave":
        return None
    gait = GAITS.get((name, "foot_fr" in figure.limbs))
    return gait.seconds if gait else None
