"""What creatures without legs to speak of do: fish, snakes, snails, insects. They swim, crawl or fly in waves, and speak with the whole body."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pipelines.figures.figure import Figure
from pipelines.figures.gaits import eased, keyed
from pipelines.figures.pose import Face, Pose

TURN = 2 * math.pi
How = Mapping[str, float]
_PLAIN = Face()


def _hover(f: Figure, t: float) -> float:
    return float(f.params.get("hover", 0.0)) * (1 + 0.1 * math.sin(TURN * t / 1.7))


def still(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure without legs to stand still at time t."""
    return Pose(
        lift=_hover(f, t),
        wave=t * 0.5,
        flap=math.sin(TURN * t / 0.25),
        angles={"head": (2 * math.sin(TURN * t / 3), 0, 4 * math.sin(TURN * t / 5))},
    )


def moves(pace: float, beat: float) -> Callable[[Figure, float, How], Pose]:
    """Return a function for the poses of a figure without legs that moves at a pace and a beat."""

    def go(f: Figure, t: float, how: How) -> Pose:
        return Pose(
            travel=pace * float(f.params.get("pace", 0.5)) * t,
            lift=_hover(f, t),
            wave=beat * t,
            flap=math.sin(TURN * t / 0.18),
            angles={"head": (3 * math.sin(TURN * beat * t), 0, 0)},
        )

    return go


def leap(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure without legs to leap at time t."""
    u = (t / 1.3) % 1.0
    return Pose(
        travel=0.8 * (t / 1.3),
        lift=_hover(f, t) + 0.7 * math.sin(math.pi * u),
        pitch=42 * math.cos(math.pi * u),
        wave=1.5 * t,
        flap=math.sin(TURN * t / 0.2),
    )


def gesture(
    pitch: float, face: Face = _PLAIN, turns: float = 0.0, rate: float = 1.4
) -> Callable[[Figure, float, How], Pose]:
    """A move of the head: nods by `pitch`, turns by `turns` degrees."""

    def go(f: Figure, t: float, how: How) -> Pose:
        beat = math.sin(TURN * rate * t)
        return Pose(
            lift=_hover(f, t),
            wave=t,
            flap=math.sin(TURN * t / 0.25),
            angles={"head": (pitch * beat, 0, turns * beat)},
            face=face,
            pitch=0.25 * pitch * beat,
        )

    return go


def offer(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure without legs to offer something at time t."""
    out = keyed(t, [(0, 0), (0.3, -0.2), (0.9, 1.0)])
    return Pose(
        lift=_hover(f, t),
        wave=t,
        flap=math.sin(TURN * t / 0.25),
        angles={"head": (-8 * out, 0, 0)},
        pitch=-8 * out,
        face=Face(open=0.2),
    )


def rest(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure without legs to rest at time t."""
    return Pose(
        lift=_hover(f, t) * (1 - eased(t + 1, 1.0)),
        wave=0.12 * t,
        face=Face(lid=1.0, smile=0.4),
        angles={"head": (-10, 0, 0)},
    )


def tumble(f: Figure, t: float, how: How) -> Pose:
    """Pose a figure without legs to tumble at time t."""
    down = eased(t, 0.8)
    return Pose(lift=_hover(f, t) * (1 - down), wave=2 * t * (1 - down), pitch=-24 * down, face=Face(open=0.5))


_LAUGH = Face(open=0.8, tongue=0.5, under=0.7, lid=0.75, smile=1.0)
_CRY = Face(tears=0.9, lid=0.4, tilt=-1.0, smile=-0.9, open=0.2)
WAVES: Mapping[str, Callable[..., Pose]] = {
    "stand": still, "walk": moves(0.6, 0.8), "run": moves(1.6, 1.8), "sneak": moves(0.3, 0.4), "hop": leap, "jump": leap, "dance": gesture(16, rate=0.9, turns=14), "sit": still, "lie": rest, "sleep": rest,
    "swim": moves(0.8, 1.0), "fly": moves(1.2, 1.0), "climb": moves(0.3, 0.7), "wave": gesture(10, turns=12, rate=1.6), "point": offer, "nod": gesture(14), "shake_head": gesture(0, Face(smile=-0.1), 28),
    "look_at": still, "give": offer, "take": offer, "carry": still, "push": moves(0.3, 0.8), "pull": moves(-0.3, 0.8), "throw": gesture(22, rate=0.8), "eat": gesture(12, Face(open=0.35), rate=1.2),
    "drink": gesture(12, Face(open=0.2), rate=0.8), "read": gesture(3, Face(gaze=(0, -0.5), lid=0.1), rate=0.4), "write": gesture(4, Face(gaze=(0, -0.5)), rate=2.0), "cry": gesture(5, _CRY, rate=2.0),
    "laugh": gesture(8, _LAUGH, rate=3.0), "hug": offer, "fall": tumble, "ride": still, "talk": gesture(4, Face(open=0.4, teeth=0.4), 5, 0.8), "open": offer, "close": offer,
    "hold": still, "bow": gesture(4), "strum": gesture(4), "blow": gesture(3), "drum": gesture(12, rate=2.0), "sweep": gesture(4, turns=14), "dig": gesture(16, rate=0.6), "stir": gesture(4, turns=10), "ring": gesture(8, rate=1.8),
    "knock": gesture(10, rate=1.8),
}  # fmt: skip
