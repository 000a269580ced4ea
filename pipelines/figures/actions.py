"""What figures can do: a name and a time become a pose. See `act`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.figures.acts import names, record
from pipelines.figures.bodies import pose_of
from pipelines.figures.figure import Figure
from pipelines.figures.gaits import ease
from pipelines.figures.pose import EXPRESSIONS, Face, Pose

BREATH_SECONDS = 3.4


class Actions(Mapping[str, str]):
    """Every act with its label; the records are read when one is asked for."""

    def __getitem__(self, name: str) -> str:
        if name not in names():
            raise KeyError(name)
        return record(name).label

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())


ACTIONS: Mapping[str, str] = Actions()


def act(
    figure: Figure,
    action: str,
    t: float,
    *,
    expression: str = "",
    also: str = "",
    look: tuple[float, float] | None = None,
    mouth: Any = None,
    seed: int = 0,
    **how: float,
) -> Pose:
    """The pose of a figure `t` seconds after an action began.

    `also` adds what the upper body does meanwhile (walk, also carry). `look` is a direction: how far to the side of where the figure faces (degrees,
    positive to the viewer's side) and how far up; the eyes lead, the head follows. `mouth` is a Mouth of pipelines/animate/parts/mouths.py. `how` are an action's own
    numbers: seat (height of what is sat on, in heights of the figure), pedal (turns a second, for ride). Raises Refusal for an action or an expression that there is not.
    """
    if also and not record(also).upper:
        raise Refusal(f"There is no action called {also[:40]!r}.")
    chosen = expression or record(action).mood or "neutral"
    if chosen not in EXPRESSIONS:
        raise Refusal(f"There is no expression called {chosen[:40]!r}.")
    t = max(0.0, float(t))
    face = EXPRESSIONS[chosen]
    pose = replace(pose_of(figure, action, t, how), action=action)
    pose = replace(pose, face=_mix_expression(pose, face, chosen))
    if also:
        pose = _add_upper_body(pose, pose_of(figure, also, t, how))
    pose = _alive(pose, t, seed, asleep=action == "sleep")
    if look is not None:
        pose = add_look(pose, look, t)
    if mouth is not None:
        pose = pose.with_face(open=mouth.open, wide=mouth.wide, teeth=mouth.teeth, tongue=mouth.tongue)
    return pose


def _mix_expression(pose: Pose, face: Face, chosen: str) -> Face:
    """The expression, with what the action itself does to the face."""
    plain, own = Face(), pose.face
    changed = {
        name: getattr(own, name) for name in Face.__dataclass_fields__ if getattr(own, name) != getattr(plain, name)
    }
    if chosen != "neutral":
        changed = {k: v for k, v in changed.items() if k not in ("smile", "brow", "tilt")}
    return replace(face, **changed)


def _add_upper_body(pose: Pose, upper: Pose) -> Pose:
    """The legs of one pose with the arms and the head of another."""
    arms = {
        k: v
        for k, v in upper.angles.items()
        if not k.startswith(("thigh", "shin", "foot", "upper_b", "lower_b", "hips", "pelvis"))
    }
    reach = {k: v for k, v in upper.reach.items() if not k.startswith("foot")}
    dropped = [f"{part}_{name[-1]}" for name in reach for part in ("arm", "fore")]
    angles = {k: v for k, v in pose.angles.items() if k not in dropped} | arms
    return replace(pose, angles=angles, reach={**pose.reach, **reach}, hands={**pose.hands, **upper.hands})


def _alive(pose: Pose, t: float, seed: int, asleep: bool) -> Pose:
    """Breath and blinks."""
    breath = math.sin(2 * math.pi * t / (BREATH_SECONDS * (1.4 if asleep else 1.0))) * (2.0 if asleep else 1.0)
    lid = pose.face.lid if asleep else max(pose.face.lid, blink(t, seed))
    return replace(pose, breath=pose.breath + breath, face=replace(pose.face, lid=lid))


def blink(t: float, seed: int) -> float:
    """How far the eyes are shut by blinking: shut within 90 ms, open again in 170 (Evinger et al. 1991); about every three seconds."""
    slot = int(t // 3.0)
    start = 3.0 * slot + 0.4 + 1.9 * float(np.random.default_rng([seed, slot, 5]).random())
    gone = t - start
    if not 0 <= gone < 0.30:
        return 0.0
    shut = gone / 0.09 if gone < 0.09 else 1.0 if gone < 0.13 else 1 - (gone - 0.13) / 0.17
    return max(0.0, min(1.0, shut))


def add_look(pose: Pose, look: tuple[float, float], t: float) -> Pose:
    """Eyes go at once, the head follows a fifth of a second later and takes most of the way."""
    side, up = max(-110.0, min(110.0, look[0])), max(-50.0, min(50.0, look[1]))
    head = ease(t - 0.18, 0.4)
    eyes = ease(t, 0.12)
    pitch, roll, twist = pose.angles.get("head", (0.0, 0.0, 0.0))
    turned = (pitch + 0.6 * up * head, roll, twist - 0.68 * side * head)
    rest = eyes * (1 - 0.62 * head)
    gaze = (max(-1.0, min(1.0, -side / 38 * rest)), max(-1.0, min(1.0, up / 30 * rest)))
    return replace(pose, angles={**pose.angles, "head": turned}, face=replace(pose.face, gaze=gaze))
