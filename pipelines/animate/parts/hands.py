"""Where things are that figures hold or throw: at a hand, at the chin, between both hands, on a curve through the air."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.animate.parts.acting import Actor
from pipelines.animate.parts.cast import ActingFigure
from pipelines.animate.parts.deeds import FLIGHT_SECONDS, Hold
from pipelines.animate.parts.rigged import Performer, Shown
from pipelines.scenes.grips import LARGE_IN_HANDS, MOUTHS, hand_for, held_size, length_in_hands, used_as


def in_hands(one: ActingFigure, actor: Actor, holder: Shown, action: str, inverse: np.ndarray) -> np.ndarray:
    """The canvas-to-canvas matrix of a thing in somebody's hands; `inverse` is frame to canvas where the thing is drawn.

    Instruments and tools are held by their grip and turned as they are used; what else is large is held between both hands, the rest by its handle.
    """
    used = used_as(one.names[0], action)
    tall = actor.height if isinstance(actor, Performer) else one.tall
    longest = max(one.tall, one.wide)
    size = length_in_hands(one.names[0], used, tall, longest) / longest
    side = -1.0 if holder.side < 0 else 1.0
    family = actor.character.figure.family if isinstance(actor, Performer) else ""
    places = {"mouth": (holder.left, holder.top), **holder.places}
    place, at, turn = hand_for(one.names[0], used, places, family, longest * size > LARGE_IN_HANDS * tall)
    middle = (inverse @ (*place, 1.0))[:2]
    flip = side if used.pose else 1.0  # instruments are turned to the side where the figure looks
    if one.mirrored:  # its picture is turned round already
        flip, at = (-flip if used.pose else flip), (1 - at[0], at[1])
    angle = np.radians(turn) * side
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = size * np.array([[cosine, -sine], [sine, cosine]]) @ np.diag([flip, 1.0])
    drawn = one.feet[0] + (at[0] - 0.5) * one.wide, one.feet[1] - (1 - at[1]) * one.tall
    matrix = np.eye(3)
    matrix[:2, :2] = turned
    matrix[:2, 2] = middle - turned @ np.array(drawn)
    return matrix


def flown(
    hold: Hold, thing: ActingFigure, thrower: Actor, receiver: Actor | None, time: float, seconds: float
) -> np.ndarray:
    """How far a thrown thing has come from where it stands: out of the hand, up, and to who catches it, else to the ground before the thrower."""
    if not isinstance(thrower, Performer):
        return np.eye(3)
    one, side = thrower.figure, thrower.side_at(hold.end)
    start = np.array([one.feet[0] + 0.35 * side * thrower.height, one.feet[1] - 0.85 * thrower.height])
    end = np.array([one.feet[0] + 0.9 * side * thrower.height, one.feet[1]])
    high = 2.6 * thrower.height
    if isinstance(receiver, Performer):
        end, high = catching_place(receiver, one.feet[0]), 1.2 * thrower.height
    gone = min(1.0, (time - hold.end) * seconds / FLIGHT_SECONDS)
    place = start + (end - start) * gone - np.array([0.0, high * gone * (1 - gone)])
    size = held_size(thing.names[0], thrower.height, max(thing.tall, thing.wide))
    matrix = np.array([[size, 0, 0], [0, size, 0], [0, 0, 1.0]])
    lower = 0.5 * thing.tall if isinstance(receiver, Performer) else 0.0  # in the hands by its middle
    matrix[:2, 2] = place - size * np.array([thing.feet[0], thing.feet[1] - lower])
    return matrix


def catching_place(receiver: Performer, thrower_x: float) -> np.ndarray:
    """Where somebody catches what is thrown: the hands before the chest, an animal with its mouth."""
    one = receiver.figure
    side = 1 if thrower_x > one.feet[0] else -1
    if receiver.character.figure.family in MOUTHS:
        return np.array([one.feet[0] + 0.42 * side * one.wide, one.feet[1] - 0.74 * one.tall])
    return np.array([one.feet[0] + 0.26 * side * receiver.height, one.feet[1] - 0.52 * receiver.height])


def receiver_of(hold: Hold, actors: Sequence[Actor]) -> Actor | None:
    """Who catches what is thrown, None where nobody does."""
    return actors[hold.to] if hold.to is not None else None
