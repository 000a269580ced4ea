"""How figures hold things: which pose suits an instrument or a tool, at which hand, by which end, how it is turned and how large it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.props import Grip, record
from pipelines.scenes.things import height_of

LARGE_IN_HANDS = 0.2  # of the holder's height: from there on a thing is held between both hands
MOUTHS = ("quadruped", "wave")  # families that hold things with the mouth
# storybook height of a thing -> its size in hands, of the holder's height
HELD_SHARES = ((0.56, 0.19), (0.8, 0.25), (1.0, 0.42), (99.0, 0.62))

SAME = {"fiddle": "violin", "shovel": "spade", "spyglass": "telescope", "parasol": "umbrella"}
PLAIN = Grip()


def grip_of(noun: str) -> Grip:
    """How a thing is held; PLAIN for what nothing is known of but its handle."""
    noun = SAME.get(noun, noun)
    return record(noun).use or PLAIN


def handle_of(noun: str) -> tuple[float, float] | None:
    """Where a painted thing is taken by a hand, as shares of its picture."""
    return record(noun).grip


def used_as(noun: str, action: str) -> Grip:
    """The grip of a thing while somebody does something: its own in the pose that suits it."""
    grip = grip_of(noun)
    return grip if grip.pose and (action == grip.pose or grip.pose in ("hold", "ring")) else PLAIN


def length_in_hands(noun: str, grip: Grip, holder_px: float, thing_px: float) -> float:
    """How long a thing is in somebody's hands, in pixels."""
    return grip.tall * holder_px if grip.tall else held_size(noun, holder_px, thing_px) * thing_px


def held_size(noun: str, holder_px: float, thing_px: float) -> float:
    """By how much a thing is scaled in somebody's hands; never larger than it stands in the picture."""
    share = next(share for most, share in HELD_SHARES if height_of(noun) <= most)
    return min(1.0, share * holder_px / max(1e-6, thing_px))


def hand_for(
    noun: str, grip: Grip, places: Mapping[str, tuple[float, float]], family: str, large: bool
) -> tuple[np.ndarray, tuple[float, float], float]:
    """The place of a thing among a figure's `places` (in any pixels), the point of the thing's picture that is there, and how it is turned."""
    mouth = np.array(places["mouth"])
    if family in MOUTHS:
        return mouth, (0.5, 0.2), 0.0
    right = np.array(places.get("hand_r", mouth))
    left = np.array(places.get("hand_l", right))
    if grip.pose:
        place = {"right": right, "left": left, "hands": (right + left) / 2, "mouth": mouth}.get(grip.place, right)
        if grip.place == "chin":
            place = 0.55 * mouth + 0.45 * left + (0.0, 0.16 * np.hypot(*(mouth - left)))
        return place, grip.at, grip.turn
    if record(noun).hangs:
        return right, handle_of(noun) or (0.5, 0.05), 0.0
    return ((right + left) / 2 if large else right), (0.5, 0.5), 0.0
