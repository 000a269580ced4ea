"""What figures do with things in their hands: which tool or instrument a deed takes, and in which pose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.animate.parts.cast import ActingFigure
from pipelines.language.doings import CARRYING, STAYS, Doing
from pipelines.scenes.acted import stage_of
from pipelines.scenes.grips import SAME, grip_of

TOOLS = {  # what a deed is done with, where the picture has one of them
    "sweep": ("broom", "rake"),
    "dig": ("spade", "pitchfork"),
    "stir": ("spoon", "pan", "pot", "cauldron"),
    "write": ("pencil", "feather", "paintbrush", "pen"),
    "ring": ("bell",),
    "drum": ("drum",),
    "blow": ("trumpet", "flute", "horn"),
    "play": (
        "violin",
        "guitar",
        "flute",
        "trumpet",
        "saxophone",
        "drum",
        "toy car",
        "teddy bear",
        "doll",
        "ball",
        "toy",
    ),
}
HELD_UP = {"fly": ("kite", "balloon"), "wave": ("flag", "torch", "lantern", "umbrella", "balloon")}
PLAYED = frozenset(["play_violin", "strum", "blow", "drum", "ring"])
HELD = frozenset(["play", "hold", "sweep", "dig", "stir", "ring", "blow", "drum", "write"])


def kept_in_hands(told: Sequence[Sequence[Doing]], figures: Sequence[ActingFigure]) -> list[list[Doing]]:
    """The deeds of every figure, with what the picture shows in their hands still in them, unless the sentences say what becomes of it."""
    doings = [list(own) for own in told]
    named = {doing.object for own in told for doing in own}
    for thing, figure in enumerate(figures):
        holder = figure.holder
        if holder is None or thing in named or not figures[holder].character or figure.character:
            continue
        if stage_of(figures[holder].doing) is not None and not doings[holder]:
            doings[holder] = [Doing(figures[holder].doing, object=thing)]
            continue
        pose = figures[holder].doing if figures[holder].doing in CARRYING | {"carry"} else "carry"
        if not doings[holder]:
            still = pose in ("read", "eat", "drink", "write", "hold")
            doings[holder] = [Doing(pose if still else "stand", also="" if still else pose, object=thing)]
            continue
        doings[holder] = [
            replace(one, also=pose, object=thing) if not one.also and one.object is None else one
            for one in doings[holder]
        ]
    return doings


def with_tool(doing: Doing, number: int, figures: Sequence[ActingFigure]) -> Doing:
    """A deed with what it is done with in the hands, in the pose that suits it; "plays" without an instrument is dancing."""
    for thing in (doing.object, doing.to):  # "flies a kite", "waves a flag": they are held
        if thing is not None and _noun(thing, figures) in HELD_UP.get(doing.action, ()):
            return replace(doing, action="hold", object=thing, to=None, way=STAYS)
    if doing.action not in HELD and doing.also != "carry":
        return doing
    ends = (doing.object, doing.to if doing.action in TOOLS else None)  # "digs with the spade"
    thing = next((n for n in ends if n is not None and not figures[n].character), None)
    tools = TOOLS.get(doing.action, ())
    if tools and (thing is None or _noun(thing, figures) not in tools):
        near = [n for n, figure in enumerate(figures) if n != number and _noun(n, figures) in tools]
        thing = near[0] if near else thing
    pose = grip_of(_noun(thing, figures)).pose if thing is not None else ""
    to = None if doing.to == thing else doing.to
    if doing.also == "carry":
        text = pose if pose in PLAYED | {"hold"} else "carry"
        quiet = doing.action == "stand" and text == "hold"
        return replace(doing, action="hold", also="", object=thing) if quiet else replace(doing, also=text)
    if doing.action == "play":
        return replace(doing, action=pose if pose in PLAYED else "play", object=thing)
    if doing.action in ("blow", "drum", "ring") and thing is None:
        return replace(doing, action="stand")
    return replace(
        doing, action=pose if doing.action == "hold" and pose == "hold" else doing.action, object=thing, to=to
    )


def _noun(number: int, figures: Sequence[ActingFigure]) -> str:
    noun = figures[number].names[0]
    return SAME.get(noun, noun)
