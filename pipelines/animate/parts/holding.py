"""How figures hold things: which pose suits an instrument or a tool, at which hand, by which end and how it is turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.animate.parts.cast import ActingFigure
from pipelines.language.doings import Doing


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
    "balloon": Grip("hold", "right", (0.5, 0.97), 0, 0.50),
    "kite": Grip("hold", "right", (0.45, 0.97), 0, 0.55),
    "lantern": Grip("hold", "right", (0.5, 0.06), 0, 0.28),
    "bow": Grip("hold", "right", (0.55, 0.5), 0, 0.55),
    "telephone": Grip("hold", "mouth", (0.5, 0.5), 0, 0.16),
    "microphone": Grip("hold", "mouth", (0.4, 0.15), 0, 0.20),
    "paintbrush": Grip("write", "right", (0.5, 0.8), 20, 0.24),
    "pencil": Grip("write", "right", (0.5, 0.2), 20, 0.20),
    "feather": Grip("write", "right", (0.1, 0.9), 10, 0.22),
}
SAME = {"fiddle": "violin", "shovel": "spade", "spyglass": "telescope", "parasol": "umbrella", "magic wand": "dagger"}
TOOLS = {  # what a deed is done with, where the picture has one of them
    "sweep": ("broom", "rake"), "dig": ("spade", "pitchfork"), "stir": ("spoon", "pan", "pot", "cauldron"),
    "write": ("pencil", "feather", "paintbrush", "pen"), "ring": ("bell",), "drum": ("drum",),
    "blow": ("trumpet", "flute", "horn"), "play": ("violin", "guitar", "flute", "trumpet", "saxophone", "drum"),
}  # fmt: skip
PLAYED = frozenset(["bow", "strum", "blow", "drum", "ring"])
HELD = frozenset(["play", "hold", "sweep", "dig", "stir", "ring", "blow", "drum", "write"])
PLAIN = Grip()


def grip_of(noun: str) -> Grip:
    """How a thing is held; PLAIN for what nothing is known of but its handle."""
    return GRIPS.get(SAME.get(noun, noun), PLAIN)


def handle_of(noun: str) -> tuple[float, float] | None:
    """Where a painted thing is taken by a hand, as shares of its picture."""
    from pipelines.props import NOUNS

    return NOUNS[noun].grip if noun in NOUNS else None


def with_tools(doings: Sequence[Doing], number: int, figures: Sequence[ActingFigure]) -> list[Doing]:
    """A figure's deeds with what they are done with in the hands, in the pose that suits it; "plays" without an instrument is dancing."""
    return [_with_tool(one, number, figures) for one in doings]


def _with_tool(doing: Doing, number: int, figures: Sequence[ActingFigure]) -> Doing:
    if doing.action not in HELD and doing.also != "carry":
        return doing
    thing = doing.object if _held(doing.object, figures) else None
    if thing is None and _held(doing.to, figures) and doing.action in TOOLS:
        thing = doing.to  # "digs with the spade"
    tools = TOOLS.get(doing.action, ())
    if tools and (thing is None or _noun(thing, figures) not in tools):
        near = [n for n, one in enumerate(figures) if n != number and _noun(n, figures) in tools]
        thing = near[0] if near else thing
    pose = grip_of(_noun(thing, figures)).pose if thing is not None else ""
    to = None if doing.to == thing else doing.to
    if doing.also == "carry":
        held = pose if pose in ("hold", "bow", "strum", "blow", "drum", "ring") else "carry"
        quiet = doing.action == "stand" and held == "hold"
        return replace(doing, action="hold", also="", object=thing) if quiet else replace(doing, also=held)
    if doing.action == "play":
        return replace(
            doing, action=pose if pose in PLAYED else "dance", object=thing if pose in PLAYED else doing.object
        )
    if doing.action in ("blow", "drum", "ring") and thing is None:
        return replace(doing, action="stand")
    return replace(
        doing, action=pose if doing.action == "hold" and pose == "hold" else doing.action, object=thing, to=to
    )


def _noun(number: int, figures: Sequence[ActingFigure]) -> str:
    noun = figures[number].names[0]
    return SAME.get(noun, noun)


def _held(number: int | None, figures: Sequence[ActingFigure]) -> bool:
    return number is not None and not figures[number].character
