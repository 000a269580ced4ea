"""Pictures of figures that are shown for more than one frame, as long as nothing in them would have moved by as much as is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from pipelines.figures import Character, Drawn

HELD_SECONDS = 0.125  # that one picture of a figure is shown at most,
STILL_PX = 0.4  # and how far a part of it may have moved meanwhile


@dataclass
class Sprite:
    """A figure at the beginning of a moment, painted when it is first shown; `how` are its height, yaw and side, and what it wears."""

    begun: float
    how: tuple[float, float, int, Character]
    pose: Any
    marks: np.ndarray | None = None
    drawn: Drawn | None = None

    def like(self, pose: Any, figure: Any) -> bool:
        """Whether no part of the figure has moved by more than STILL_PX in another pose."""
        if pose.action != self.pose.action:
            return False
        if self.marks is None:
            self.marks = marks_of(figure, self.pose, self.how[0])
        marks = marks_of(figure, pose, self.how[0])
        return marks.shape == self.marks.shape and bool((np.abs(marks - self.marks) <= STILL_PX).all())


def marks_of(figure: Any, pose: Any, height: float) -> np.ndarray:
    """Numbers in pixels, of which one changes by about as much as any part of a figure moves between two poses of one action."""
    _, where, turned = figure.solved(pose)
    face = [value for field in fields(pose.face) for value in np.atleast_1d(getattr(pose.face, field.name))]
    turn, swing = 2 * math.pi * pose.wave, 0.03 if figure.family == "two" else 0.12  # of hair; of tails and fins
    hands = [0.05 * closed for closed in pose.hands.values()]
    waves = swing * math.sin(turn), swing * math.cos(turn)
    rest = np.array([*waves, 0.01 * pose.breath, 0.3 * pose.squash, pose.flap, *hands])
    tips = 0.12 * turned  # of a head, a foot, a hand
    parts = where.ravel() / figure.height, tips.ravel(), 0.05 * np.array(face), rest
    return height * np.concatenate(parts)
