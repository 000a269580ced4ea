"""How figures hold things: which pose suits an instrument or a tool, at which hand, by which end, how it is turned and how large it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.scenes.things import height_of

LARGE_IN_HANDS = 0.2  # of the holder's height: from there on a thing is held between both hands
MOUTHS = ("quadruped", "wave")  # families that hold things with the mouth
CARRIED_DOWN = frozenset(["basket", "bucket", "suitcase", "sack", "cage", "purse", "kettle"])
HELD_SHARES = (
    (0.56, 0.15),
    (0.8, 0.22),
    (1.0, 0.42),
    (99.0, 0.62),
)  # storybook height of a thing -> its size in hands, of the holder's height


@dataclass(frozen=True)
class Grip:
    """`place` is right (hand), left, hands (between both), chin or mouth; `at` the point of the picture that is there, from left and top.

    `turn` is in degrees to the side where the figure looks, `tall` how long the thing is in heights of who holds it.
    """

    pose: str = ""
    place: str = "right"
    at: tuple[float, float] = (0.5, 0.5)
    turn: float = 0.0
    tall: float = 0.0  # 0: by its own size


GRIPS: dict[str, Grip] = {
    "violin": Grip("bow", "chin", (0.35, 0.62), 76, 0.46),
    "guitar": Grip("strum", "hands", (0.5, 0.55), 58, 0.62),
    "flute": Grip("blow", "mouth", (0.0, 0.95), 32, 0.34),
    "trumpet": Grip("blow", "mouth", (0.0, 0.5), 0, 0.40),
    "saxophone": Grip("blow", "hands", (0.5, 0.4), 0, 0.45),
    "telescope": Grip("blow", "mouth", (0.0, 0.45), 0, 0.42),
    "drum": Grip("drum", "hands", (0.5, 0.25), 0, 0.36),
    "bell": Grip("ring", "right", (0.5, 0.05), 0, 0.22),
    "broom": Grip("sweep", "hands", (0.5, 0.3), -18, 0.80),
    "rake": Grip("sweep", "hands", (0.5, 0.3), -24, 0.80),
    "spade": Grip("dig", "hands", (0.5, 0.3), -14, 0.70),
    "pitchfork": Grip("dig", "hands", (0.5, 0.6), 190, 0.75),
    "spoon": Grip("stir", "right", (0.5, 0.85), 165, 0.26),
    "pan": Grip("stir", "hands", (0.9, 0.4), 0, 0.34),
    "pot": Grip("stir", "hands", (0.5, 0.3), 0, 0.30),
    "umbrella": Grip("hold", "right", (0.45, 0.97), 0, 0.66),
    "fishing rod": Grip("hold", "right", (0.15, 0.85), 0, 0.85),
    "sword": Grip("hold", "right", (0.5, 0.85), 28, 0.55),
    "dagger": Grip("hold", "right", (0.5, 0.8), 28, 0.30),
    "axe": Grip("hold", "right", (0.3, 0.7), 15, 0.45),
    "hammer": Grip("hold", "right", (0.46, 0.8), 15, 0.30),
    "torch": Grip("hold", "right", (0.5, 0.8), 8, 0.38),
    "flag": Grip("hold", "right", (0.07, 0.7), 6, 0.80),
    "balloon": Grip("hold", "right", (0.02, 0.99), 0, 1.05),
    "kite": Grip("hold", "right", (0.01, 0.99), 0, 1.0),
    "lantern": Grip("hold", "right", (0.5, 0.06), 0, 0.28),
    "bow": Grip("hold", "right", (0.55, 0.5), 0, 0.55),
    "telephone": Grip("hold", "mouth", (0.5, 0.5), 0, 0.16),
    "microphone": Grip("hold", "mouth", (0.4, 0.15), 0, 0.20),
    "paintbrush": Grip("write", "right", (0.5, 0.8), 20, 0.24),
    "pencil": Grip("write", "right", (0.5, 0.2), 20, 0.20),
    "feather": Grip("write", "right", (0.1, 0.9), 10, 0.22),
}
SAME = {"fiddle": "violin", "shovel": "spade", "spyglass": "telescope", "parasol": "umbrella", "magic wand": "dagger"}
PLAIN = Grip()


def grip_of(noun: str) -> Grip:
    """How a thing is held; PLAIN for what nothing is known of but its handle."""
    return GRIPS.get(SAME.get(noun, noun), PLAIN)


def handle_of(noun: str) -> tuple[float, float] | None:
    """Where a painted thing is taken by a hand, as shares of its picture."""
    from pipelines.props import NOUNS

    return NOUNS[noun].grip if noun in NOUNS else None


def used_as(noun: str, action: str) -> Grip:
    """The grip of a thing while somebody does something: its own in the pose that suits it."""
    grip = grip_of(noun)
    return grip if grip.pose and (action == grip.pose or grip.pose in ("hold", "ring")) else PLAIN


def length_in_hands(noun: str, grip: Grip, holder_px: float, thing_px: float) -> float:
    """How long a thing is in somebody's hands, in pixels."""
    return grip.tall * holder_px if grip.tall else held_size(noun, holder_px, thing_px) * thing_px


def held_size(noun: str, holder_px: float, thing_px: float) -> float:
    """By how much a thing is scaled in somebody's hands; never larger than it stands in the picture."""
    metres = height_of(noun)
    share = next(share for most, share in HELD_SHARES if metres <= most)
    return min(1.0, share * holder_px / max(1e-6, thing_px))


def hand_for(
    noun: str, grip: Grip, places: Mapping[str, tuple[float, float]], family: str, large: bool
) -> tuple[np.ndarray, tuple[float, float], float]:
    """The place of a thing among a figure's `places` (in any pixels), the point of the thing's picture that is there, and how it is turned."""
    mouth = np.array(places["mouth"])
    if family in MOUTHS:
        return mouth, (0.5, 0.5), 0.0
    right = np.array(places.get("hand_r", mouth))
    left = np.array(places.get("hand_l", right))
    if grip.pose:
        place = {"right": right, "left": left, "hands": (right + left) / 2, "mouth": mouth}.get(grip.place, right)
        if grip.place == "chin":
            place = 0.55 * mouth + 0.45 * left + (0.0, 0.16 * np.hypot(*(mouth - left)))
        return place, grip.at, grip.turn
    if noun in CARRIED_DOWN:
        return right, handle_of(noun) or (0.5, 0.05), 0.0
    return ((right + left) / 2 if large else right), (0.5, 0.5), 0.0
