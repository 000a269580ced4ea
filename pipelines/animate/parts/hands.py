"""Where things are that figures hold or throw: at a hand, at the chin, between both hands, on a curve through the air."""

from __future__ import annotations

import numpy as np

from pipelines.animate.parts.acting import Actor
from pipelines.animate.parts.cast import ActingFigure
from pipelines.animate.parts.rigged import Performer, Shown
from pipelines.scenes.grips import LARGE_IN_HANDS, hand_for, length_in_hands, used_as


def in_hands(acting_figure: ActingFigure, actor: Actor, holder: Shown, action: str, inverse: np.ndarray) -> np.ndarray:
    """The canvas-to-canvas matrix of a thing in somebody's hands; `inverse` is frame to canvas where the thing is drawn.

    Instruments and tools are held by their grip and turned as they are used; what else is large is held between both hands, the rest by its handle.
    """
    used = used_as(acting_figure.names[0], action)
    tall = actor.height if isinstance(actor, Performer) else acting_figure.tall
    longest = max(acting_figure.tall, acting_figure.wide)
    size = length_in_hands(acting_figure.names[0], used, tall, longest) / longest
    side = -1.0 if holder.side < 0 else 1.0
    family = actor.character.figure.family if isinstance(actor, Performer) else ""
    places = {"mouth": (holder.left, holder.top), **holder.places}
    place, at, turn = hand_for(acting_figure.names[0], used, places, family, longest * size > LARGE_IN_HANDS * tall)
    middle = (inverse @ (*place, 1.0))[:2]
    flip = side if used.pose else 1.0  # instruments are turned to the side where the figure looks
    if acting_figure.mirrored:  # its picture is turned round already
        flip, at = (-flip if used.pose else flip), (1 - at[0], at[1])
    angle = np.radians(turn) * side
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = size * np.array([[cosine, -sine], [sine, cosine]]) @ np.diag([flip, 1.0])
    drawn = (
        acting_figure.feet[0] + (at[0] - 0.5) * acting_figure.wide,
        acting_figure.feet[1] - (1 - at[1]) * acting_figure.tall,
    )
    return np.vstack([np.column_stack([turned, middle - turned @ np.array(drawn)]), (0.0, 0.0, 1.0)])
