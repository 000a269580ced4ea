"""Figures with bodies, painted by code: people, animals, robots and wonders that act, speak and stay themselves.

How to use it::

    from pipelines.figures import Character, act, draw, from_words, speed

    understood = from_words("an old grandmother with round glasses and a red scarf")
    grandmother = understood.character            # frozen; .to_json() / Character.from_json(); .kind .name .voice .seed .metres
    understood.unknown, understood.notes          # words that were left out, sentences to show
    fox = Character("fox", {"scarf": "#c8483f"})  # by the table: parameters(kind) lists what can be changed

    pose = act(grandmother.figure, "walk", t, expression="happy", also="carry", look=(40, 0), mouth=Mouth(...), seed=grandmother.seed)
    drawn = draw(grandmother, pose, height_px=300, view="three_quarters", light=light_of("sunset"), facing=-1)
    drawn.rgba                                    # uint8 [h,w,4], straight alpha
    drawn.anchor                                  # (x, y): the pixel of the ground point between the feet
    drawn.anchors["hand_r"]                       # (x, y) for props: hand_r hand_l mouth eyes head seat back chest (and foot_r foot_l ... for legs)

**Where it goes.** Put `drawn.rgba` so that `drawn.anchor` lies on the figure's place in the scene. In a gait the place itself moves by
`pose.travel * height_px` (times `facing`, times the cosine of the view: `travel_px`); feet then stand still. `speed(figure, "walk")` is in heights a second; to walk another
pace, scale the time that is given to `act`. `height_px` is the standing height without hat; `character.metres` says how tall that is beside others.

**Time.** `act(figure, action, t)` is a function of the time since the action began: the same arguments give the same pose. Gestures (wave, give, point, ...) begin with anticipation and
stay at their end; `between(a, b, share)` blends poses when one action follows another (0.3 s looks right). `also` lays an upper body over a gait.

**Speech.** `mouth` is a `pipelines.animate.parts.mouths.Mouth`, for example `spoken(visemes_of(words), seconds, rate).at(t)`.

**Light.** `light=None` paints a plain day which `scenes.light.lit` may tint; a `Light` paints the hour. With `facing=-1` the light still comes from its own side.
"""

from __future__ import annotations

import math

from pipelines.figures.actions import ACTIONS, act
from pipelines.figures.cast import parameters
from pipelines.figures.character import Character
from pipelines.figures.drawing import Drawn, draw, yaw_of
from pipelines.figures.figure import VIEWS, Figure
from pipelines.figures.gaits import speed
from pipelines.figures.kinds import everything
from pipelines.figures.pose import EXPRESSIONS, Face, Pose, between
from pipelines.figures.reading import Understood, from_words

__all__ = [
    "ACTIONS",
    "EXPRESSIONS",
    "VIEWS",
    "Character",
    "Drawn",
    "Face",
    "Figure",
    "Pose",
    "Understood",
    "act",
    "between",
    "draw",
    "everything",
    "from_words",
    "parameters",
    "speed",
    "travel_px",
    "yaw_of",
]


def travel_px(pose: Pose, height_px: float, view: str | float = "three_quarters", facing: int = 1) -> float:
    """How far to the right a figure has come on the picture, in pixels."""
    return pose.travel * height_px * math.cos(math.radians(yaw_of(view))) * (1 if facing >= 0 else -1)
