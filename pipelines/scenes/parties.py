"""Who and what takes part in an act: bodies and things in the pixels of one picture, and where the act's record has them stand at rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pipelines.figures import Character
from pipelines.figures.actions import act
from pipelines.figures.acts import ACTOR, Party, Stage, record
from pipelines.figures.pose import Pose
from pipelines.figures.reaching import Goal, points_of
from pipelines.figures.reading import dress
from pipelines.props import box_of, shape_of
from pipelines.props import record as facts
from pipelines.scenes.grips import MOUTHS

GROWN = 1.8  # storybook metres, of who handles what keeps its own size
NEAR_SHORE = 0.4  # of the way to a thing's middle, to where the place's own water begins
LAYERS = ("behind", "person", "between", ACTOR, "before")
USUAL = {
    "middle": (0.5, 0.5),
    "foot": (0.5, 1.0),
    "top": (0.5, 0.0),
    "rim": (0.5, 0.08),
    "near": (0.95, 0.5),
    "far": (0.05, 0.5),
}
Px = tuple[float, float]


@dataclass(frozen=True)
class Body:
    """Somebody on the stage: the pixel of the ground point, the standing height, which way they look (1 right, -1 left) and from where they are seen."""

    who: Character
    ground: Px
    height: float
    side: int = 1
    yaw: float = 44.0
    pose: Pose = field(default_factory=Pose)
    mood: str = ""
    own: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # its points, in its own units
    seen: float = 1.0
    cut: float | None = None  # the row below which it is covered

    @property
    def scale(self) -> float:
        """Pixels of one of the figure's units."""
        return self.height / self.who.figure.height

    def point(self, name: str) -> Px:
        """Where a named point of the body is; animals have a mouth for a hand."""
        name = "mouth" if name.startswith("hand") and self.who.figure.family in MOUTHS else name
        x, y = self.own.get(name) or self.own["chest" if "chest" in self.own else "head"]
        return self.ground[0] + self.side * x * self.scale, self.ground[1] - y * self.scale

    def posed(self, pose: Pose) -> Body:
        """The body in a pose."""
        return replace(self, pose=pose, own=points_of(self.who.figure, pose, self.yaw))

    def goal(self, place: Px, firm: float, toward: bool) -> Goal:
        """A pixel as a goal of a limb."""
        x, y = self.side * (place[0] - self.ground[0]) / self.scale, (self.ground[1] - place[1]) / self.scale
        return Goal(x, y, firm, toward)


@dataclass(frozen=True)
class Placed:
    """A thing on the stage: the point `by` of its picture (shares from left and top) lies at the pixel `at`; turned clockwise in degrees."""

    noun: str
    at: Px
    wide: float
    tall: float
    mirrored: bool = False
    by: tuple[float, float] = (0.5, 1.0)
    turn: float = 0.0
    state: str = ""
    colour: str = ""
    seen: float = 1.0
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def share(self, name: str) -> tuple[float, float]:
        """A named point as shares of the thing's picture."""
        known = facts(self.noun)
        if name == "grip" and "grip" not in known.points:
            return known.grip or USUAL["middle"]
        if name == "seat" and known.seat is not None and "seat" not in known.points:
            return known.saddle, known.seat
        return known.points.get(name) or USUAL.get(name, USUAL["middle"])

    def on(self, who: Character) -> Character:
        """Somebody who wears it, where figures can."""
        worn = facts(self.noun).worn
        return dress(who, f"{self.colour or facts(self.noun).colour} {worn}") if worn else who

    def point(self, name: str) -> Px:
        """Where a named point of the thing is."""
        x, y = self.matrix @ (*self.share(name), 1.0)
        return float(x), float(y)

    @property
    def shown(self) -> Placed:
        """What is drawn of it in its state: another noun in its place, or what that state has of its drawing."""
        noun = facts(self.noun).states.get(self.state, self.noun)
        if noun == self.noun:
            return self
        left, top, wide, tall = box_of(noun)
        x, y = self.matrix @ (left, top, 1.0)
        return replace(
            self,
            noun=noun,
            state="",
            at=(float(x), float(y)),
            by=(0.0, 0.0),
            wide=self.wide * wide,
            tall=self.tall * tall,
        )

    @property
    def matrix(self) -> np.ndarray:
        """From shares of its picture to pixels [2,3]."""
        turned = math.radians(self.turn)
        cosine, sine = math.cos(turned), math.sin(turned)
        linear = np.array([[cosine, -sine], [sine, cosine]]) @ np.diag(
            [self.wide * (-1 if self.mirrored else 1), self.tall]
        )
        return np.column_stack([linear, np.array(self.at) - linear @ self.by])


Cast = Mapping[str, "Body | Placed"]


def waters(stage: Stage, cast: Cast, row: float | None) -> dict[str, Placed]:
    """The place's own water, unseen, for parties that it may stand for and that the cast lacks; its middle is at a row of the picture."""
    actor = cast[ACTOR]
    if row is None or not isinstance(actor, Body):
        return {}
    surfaces = {}
    for name, about in stage.parties.items():
        if about.place and name not in cast:
            x, wide = actor.ground[0] + actor.side * NEAR_SHORE * about.x * actor.height, about.size * actor.height
            placed = Placed(about.example, (x, row), wide, wide / shape_of(about.example), seen=0.0)
            surfaces[name] = replace(placed, by=placed.share("middle"))
    return surfaces


def order_cast(stage: Stage, cast: Cast) -> list[str]:
    """Everybody and everything from the back to the front."""
    layers = {name: about.layer for name, about in stage.parties.items()} | {ACTOR: ACTOR}
    return sorted((name for name in layers if name in cast), key=lambda name: LAYERS.index(layers[name]))


def beside(about: Party, at: Px, wide: float, side: int, tall: float) -> Px:
    """Where an actor so tall stands beside a party at a place: so far from its middle, or from the edge of what keeps its own size."""
    away = about.x * tall + (0.0 if about.size else math.copysign(wide / 2, about.x))
    return at[0] - side * away, at[1] + about.y * tall


def arrange_cast(
    name: str, actor: Body, people: Mapping[str, Body], things: Mapping[str, tuple[str, float, str]]
) -> dict[str, Body | Placed]:
    """The cast of an act where its record has it stand, around the actor; `things` are nouns with the shape (width by height) of their pictures and their colours."""
    stage = record(name).stage or Stage()
    cast: dict[str, Body | Placed] = {ACTOR: actor.posed(act(actor.who.figure, "stand", 0.0))}
    for party, about in stage.parties.items():
        x, y = actor.ground[0] + actor.side * about.x * actor.height, actor.ground[1] - about.y * actor.height
        if party in people:
            toward = -1 if about.x > 0 else 1
            side = actor.side * {"actor": toward, "away": -toward, "along": 1}[stage.faces.get(party, "actor")]
            one = people[party].posed(act(people[party].who.figure, "stand", 0.0))
            if about.x > 0 and {actor.who.figure.family, one.who.figure.family} <= {*MOUTHS}:  # both are long
                mine, other = cast[ACTOR].point("mouth")[0] - actor.ground[0], one.point("mouth")[0] - one.ground[0]
                x = actor.ground[0] + actor.side * max(about.x * actor.height, abs(mine) + abs(other))
            cast[party] = replace(one, ground=(x, y), side=side)
        elif about.of:
            whole, state = cast.get(about.of), about.example.partition(":")[2]
            if isinstance(whole, Placed) and state in facts(whole.noun).states:
                cast[party] = replace(whole, state=state)
        elif party in things or about.brought:
            noun, shape, colour = things.get(party, (about.example, shape_of(about.example), ""))
            seat = facts(noun).seat
            wide = (about.size or facts(noun).metres * max(1.0, shape) / GROWN) * actor.height * min(1.0, shape)
            if about.seat and seat is not None:
                wide = about.seat / (1 - seat) * actor.height * shape
            mirrored = ((actor.side * (1 if about.looks == "along" else -1)) > 0) != facts(noun).turned
            x = beside(about, actor.ground, wide, -actor.side, actor.height)[0]
            placed = Placed(noun, (x, y), wide, wide / shape, mirrored, colour=colour)
            if about.on:
                under, point = about.on.split(".")
                placed = replace(placed, at=cast[under].point(point)) if under in cast else placed
            cast[party] = placed
    return cast
