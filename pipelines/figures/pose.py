"""What a figure does at one moment: turns of joints, reaches of limbs, a face."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from pydantic import BaseModel, ConfigDict

Angles = tuple[float, float, float]  # pitch, roll, twist in degrees
Place = tuple[float, float, float]  # forward, up, right in heights of the figure


MOST_BYTES, MOST_NUMBER = 8000, 1e5  # of a pose as JSON


@dataclass(frozen=True)
class Face:
    """A face: 0 is neutral unless said; the mouth's four numbers are those of pipelines/animate/parts/mouths.py."""

    brow: float = 0.0  # -1 low .. 1 raised
    tilt: float = 0.0  # -1 inner ends up (sad) .. 1 inner ends down (angry)
    lid: float = 0.0  # 0 open .. 1 shut
    under: float = 0.0  # lower lids pushed up by the cheeks, 0..1
    eyes: float = 1.0  # size of the opening, 1.25 in surprise
    pupil: float = 1.0
    smile: float = 0.35  # -1 corners down .. 1 up
    open: float = 0.0
    wide: float = 0.0
    teeth: float = 0.0
    tongue: float = 0.0
    blush: float = 0.5
    tears: float = 0.0
    hearts: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)  # -1..1: towards where the figure faces and beyond (x), up (y)


@dataclass(frozen=True)
class Pose:
    """One moment. `travel` is how far the figure has come since the action began, `lift` how high it is, both in its own heights; `sink`
    lowers the hips while the feet stay.

    `angles` are added to how the figure stands; a leg whose upper joint is named there does not look for the ground. `reach` names ends of limbs
    (hand_r, hand_l, foot_r, …) and where they go: a foot from where it stands (in heights), a hand from its shoulder (in lengths of the arm). `pitch`, `turn` tilt and turn the whole figure in degrees.
    """

    action: str = "stand"
    travel: float = 0.0
    lift: float = 0.0
    sink: float = 0.0
    sway: float = 0.0
    pitch: float = 0.0
    turn: float = 0.0
    squash: float = 0.0
    angles: Mapping[str, Angles] = field(default_factory=dict)
    reach: Mapping[str, Place] = field(default_factory=dict)
    face: Face = Face()
    hands: Mapping[str, float] = field(default_factory=dict)  # how far a hand is closed: 0 open .. 1 fist, -1 points
    breath: float = 0.0
    flap: float = 0.0  # wings: -1 down .. 1 up
    wave: float = 0.0  # phase of what undulates (tails, fins, snakes), in turns
    seat: float = 0.0  # 1: sits

    def with_face(self, **changes: object) -> Pose:
        """Return the same pose with some values of the face changed."""
        return replace(self, face=replace(self.face, **changes))  # type: ignore[arg-type]


class Posed(BaseModel):
    """A pose and the side from which it is seen, as a picture keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    pose: Pose
    yaw: float


def to_json(pose: Pose, yaw: float) -> str:
    """Write down a pose and the side from which it is seen."""
    return Posed(pose=pose, yaw=yaw).model_dump_json(exclude_defaults=True)


def from_json(text: str) -> tuple[Pose, float]:
    """Read a pose and its side. Raises ValueError for what is none."""
    if len(text) > MOST_BYTES:
        raise ValueError("a pose that is too long")
    found = Posed.model_validate_json(text)
    if any(abs(float(number)) > MOST_NUMBER for number in re.findall(r"-?\d[\d.]*(?:[eE][-+]?\d+)?", text)):
        raise ValueError("a number that no pose has")
    return found.pose, found.yaw


def between(a: Pose, b: Pose, share: float) -> Pose:
    """The pose a share of the way from `a` to `b`; limbs that only one of them reaches with fade in from their rest."""
    if share <= 0:
        return a
    if share >= 1:
        return b
    numbers = {
        f.name: getattr(a, f.name) * (1 - share) + getattr(b, f.name) * share
        for f in fields(Pose)
        if isinstance(getattr(a, f.name), (int, float))
    }
    zero = (0.0, 0.0, 0.0)
    angles = {k: _mix_angles(a.angles.get(k, zero), b.angles.get(k, zero), share) for k in {**a.angles, **b.angles}}
    nearer = b if share > 0.5 else a
    reach = {
        k: _mix_angles(a.reach[k], b.reach[k], share) if k in a.reach and k in b.reach else {**a.reach, **b.reach}[k]
        for k in nearer.reach
    }
    hands = {k: a.hands.get(k, 0.3) * (1 - share) + b.hands.get(k, 0.3) * share for k in {**a.hands, **b.hands}}
    return Pose(
        action=b.action, angles=angles, reach=reach, face=mixed_face(a.face, b.face, share), hands=hands, **numbers
    )


def mixed_face(a: Face, b: Face, share: float) -> Face:
    """A face a share of the way from `a` to `b`."""
    values = {
        f.name: getattr(a, f.name) * (1 - share) + getattr(b, f.name) * share for f in fields(Face) if f.name != "gaze"
    }
    gaze = (a.gaze[0] * (1 - share) + b.gaze[0] * share, a.gaze[1] * (1 - share) + b.gaze[1] * share)
    return Face(gaze=gaze, **values)


def _mix_angles(a: Angles, b: Angles, share: float) -> Angles:
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


EXPRESSIONS: Mapping[str, Face] = {
    "neutral": Face(),
    "happy": Face(brow=0.3, under=0.25, smile=1.0, blush=0.9),
    "sad": Face(brow=0.1, tilt=-0.9, lid=0.22, smile=-0.8, blush=0.3, gaze=(0.0, -0.45)),
    "angry": Face(brow=-0.7, tilt=1.0, lid=0.12, smile=-0.55, blush=0.7, wide=0.1),
    "afraid": Face(brow=0.9, tilt=-0.7, eyes=1.2, pupil=0.72, smile=-0.45, open=0.22, wide=0.5, teeth=0.8, blush=0.1),
    "surprised": Face(brow=1.0, eyes=1.25, pupil=0.85, smile=0.0, open=0.75, wide=-0.55, blush=0.5),
    "tired": Face(brow=-0.15, tilt=-0.35, lid=0.55, smile=-0.1, blush=0.25, gaze=(0.0, -0.2)),
    "in_love": Face(brow=0.5, under=0.15, smile=1.0, blush=1.0, hearts=1.0, eyes=1.1),
}
