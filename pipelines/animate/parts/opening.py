"""Doors, windows, chests and boxes that somebody opens or shuts: a second drawing of the thing, which the first goes over into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import BESIDE
from pipelines.animate.parts.cast import ActingFigure, CanvasLayer, Cast, premultiply
from pipelines.animate.parts.deeds import Deed
from pipelines.core.settings import Refusal
from pipelines.language.doings import Doing
from pipelines.language.verbs import Act
from pipelines.media.curves import minimum_jerk
from pipelines.props import record
from pipelines.vision.plate import Plate

WIDER = {"open book": 1.5}  # than the shut thing
MOST_PX = 4096  # of the drawing of an open thing
OPENS_SECONDS, MOVES_SECONDS = 0.7, 0.5  # after a deed begins, until the thing moves; and how long it does
AT_THINGS = ("open", "close", "knock")
HOMES = frozenset(["house", "cottage", "hut", "castle", "house with garden"])
REACH = 0.12  # of a figure's height, between it and a thing that its hand reaches
INSIDE = ("into:", "outof:")


@dataclass(frozen=True)
class Opening:
    """A thing that opens at a time 0..1 of the clip, or shuts (`shuts`); `other` is its drawing as it is afterwards, or was before."""

    at: float
    shuts: bool
    other: CanvasLayer

    def opened(self, time: float, seconds: float) -> float:
        """How far open it is, 0..1."""
        gone = minimum_jerk((time - self.at) * seconds / MOVES_SECONDS)
        return 1 - gone if self.shuts else gone


def names_in(figures: Sequence[ActingFigure]) -> list[tuple[str, ...]]:
    """The words that every figure goes by in sentences; the only house of a picture is also "home"."""
    homes = [n for n, figure in enumerate(figures) if figure.names[0] in HOMES]
    return [(*figure.names, "home") if homes == [n] else figure.names for n, figure in enumerate(figures)]


def enterable(doing: Doing, figures: Sequence[ActingFigure]) -> Doing:
    """A way into something that is too small, or is somebody, leads beside it."""
    if not doing.way.to.startswith(INSIDE):
        return doing
    other = figures[int(doing.way.to.partition(":")[2])]
    large = other.tall > 0.4 * max((figure.tall for figure in figures if figure.character), default=0.0)
    if large and not other.character:
        return doing
    return replace(doing, way=replace(doing.way, to=f"thing:{doing.way.to.partition(':')[2]}"))


def add_approaches(doings: Sequence[Doing], number: int, figures: Sequence[ActingFigure]) -> list[Doing]:
    """A figure's deeds, with the steps to a door, a chest or a bell before it opens or knocks at it; who is near enough stays."""
    one, found = figures[number], list[Doing]()
    going = any(doing.way.way != "stay" for doing in doings)
    for doing in doings:
        thing = doing.object if doing.object is not None else doing.to
        if doing.action in AT_THINGS and thing is not None and not going and one.carrier is None:
            other = figures[thing]
            gap = abs(other.feet[0] - one.feet[0]) - 0.5 * (other.wide + one.wide)
            if not other.character and gap > REACH * one.tall:
                found.append(Doing("walk", way=Act("walk", f"{BESIDE}{thing}"), turn=doing.turn))
                going = True
        found.append(doing)
    return found


def openings_of(cast: Cast, deeds: Sequence[tuple[Deed, ...]], seconds: float, light: Any) -> dict[int, Opening]:
    """Things of the picture that are opened or shut, and when; what has no open drawing stays as it is."""
    openings: dict[int, Opening] = {}
    for own in deeds:
        for deed in own:
            thing = deed.doing.object if deed.doing.object is not None else deed.doing.to
            if deed.doing.action not in ("open", "close") or thing is None or thing in openings:
                continue
            part = next((one for one in cast.parts if one.figure == thing and one.kind == "figure"), None)
            noun = record(cast.figures[thing].names[0]).opened
            if part is None or not noun or light is None:
                continue
            at = min(deed.start + OPENS_SECONDS / seconds, 0.5 * (deed.start + deed.end))
            openings[thing] = Opening(
                at, deed.doing.action == "close", drawn_anew(cast.figures[thing], part, noun, light)
            )
    return openings


def drawn_anew(acting_figure: ActingFigure, part: CanvasLayer, noun: str, light: Any) -> CanvasLayer:
    """The other drawing of a thing, as wide as the first and on the same ground. Raises Refusal for one that is too large."""
    from pipelines.scenes import light as lights
    from pipelines.scenes import painted_things

    size_px = min(MOST_PX, max(64, round(2 * max(acting_figure.wide, acting_figure.tall))))
    picture = painted_things.picture(noun, size_px, acting_figure.colour, acting_figure.seed)
    wide = WIDER.get(noun, 1.0) * acting_figure.wide
    tall = wide * picture.height / picture.width
    if max(wide, tall) > MOST_PX:
        raise Refusal("A thing in this picture is too large to open or close.")
    x, feet = acting_figure.feet
    box = (x - wide / 2, feet - tall, x + wide / 2, feet)
    layer, _ = lights.figure(
        picture,
        box,
        light,
        noun=noun,
        habitat="ground",
        depth=acting_figure.depth,
        mirrored=acting_figure.mirrored,
        seated=True,
    )
    pixels = np.pad(premultiply(layer.picture), ((2, 2), (2, 2), (0, 0)))
    return replace(part, plate=Plate(pixels), x=layer.x - 2, y=layer.y - 2)
