"""Staged acts in a clip: who plays which act with whom and with what, where all of them are in a frame, and what is drawn of things in their hands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import Actor
from pipelines.animate.parts.cast import PAD, ActingFigure, CanvasLayer, Cast
from pipelines.animate.parts.deeds import QUIET, Deed, Hold
from pipelines.animate.parts.opening import drawn_anew
from pipelines.animate.parts.rigged import STANDING_YAW, Performer, ground_of, stature
from pipelines.animate.parts.together import going_to
from pipelines.figures import Character, speed
from pipelines.figures.acts import ACTOR, Stage, record
from pipelines.language.doings import STAYS, Doing
from pipelines.media.curves import minimum_jerk
from pipelines.props import record as facts
from pipelines.scenes.acted import Candidate, parties_of, rests, stage_of
from pipelines.scenes.parties import Body, Placed, arrange_cast, beside, waters
from pipelines.scenes.staging import Play

NEAR_ENOUGH = 0.12  # of the height: so small a step nobody makes
GATHERS = 0.35  # seconds in which those who stand a little elsewhere come to their places
ROOM = 0.06  # of the width, that who walks leaves free
Parties = Mapping[str, int]


@dataclass(frozen=True)
class Playing:
    """An act of the clip from `start` to `end` (0..1), with the numbers of those who take part."""

    act: str
    deed: Deed
    parties: Parties
    end: float

    @property
    def stage(self) -> Stage:
        """How the act is staged."""
        return record(self.act).stage or Stage()

    def phase(self, elapsed: float, seconds: float) -> float:
        """The phase `elapsed` seconds after it began; what has too little time goes faster, what is over stays."""
        if self.stage.repeats:
            return elapsed / self.stage.seconds % 1.0
        return min(1.0, elapsed / min(self.stage.seconds, max(0.2, (self.end - self.deed.start) * seconds)))


def parties_in(
    figures: Sequence[ActingFigure], number: int, doing: Doing, alike: Sequence[int] = (), water: bool = False
) -> Parties | None:
    """Who and what of a picture takes part in a deed: what it names, else who does the same (`alike`), else who is nearest."""
    if (
        stage_of(doing.action) is None
        or not figures[number].character
        or figures[number].habitat not in ("ground", "air")
    ):
        return None
    candidates = [Candidate(figure.names[0], bool(figure.character), "", figure.feet[0]) for figure in figures]
    named = [n for n in (doing.object, doing.to) if n is not None] or list(alike)
    if len(named) > 1 and all(figures[n].character for n in named):
        named = named[1:]  # to whom somebody is given
    return parties_of(doing.action, number, named, candidates, water=water)


def gather_deeds(cast: Cast, told: Sequence[Sequence[Doing]]) -> list[list[Doing]]:
    """The deeds of every figure, with the steps to whom or to what an act is done; who plays along and does nothing else waits for it."""
    doings = [list(own) for own in told]
    for number, own in enumerate(told):
        for doing in own:
            alike = [
                n
                for n, other in enumerate(told)
                if n != number and any((one.action, one.turn) == (doing.action, doing.turn) for one in other)
            ]
            parties = parties_in(cast.figures, number, doing, alike, bool(cast.stage.get("water")))
            if parties is None:
                continue
            if doing not in doings[number]:
                continue  # the other of the two has begun it
            for other in {*parties.values()} - {number}:
                doings[other] = [one for one in doings[other] if (one.action, one.turn) != (doing.action, doing.turn)]
            place = doings[number].index(doing)
            doings[number][place] = replace(doing, way=STAYS, to=parties.get("other", doing.to))
            step = _step(cast, number, doing, parties)
            if step is not None and not any(one.way.way != "stay" for one in doings[number]):
                doings[number].insert(place, step)
    return doings


def _step(cast: Cast, number: int, doing: Doing, parties: Parties) -> Doing | None:
    """The walk to where the record has somebody stand: beside what does not move, else beside the other."""
    stage, one = record(doing.action).stage or Stage(), cast.figures[number]
    carried = {name for name, keys in stage.ways.items() if keys[0].at != "rest"}
    near = {name for name, about in stage.parties.items() if not about.stays}  # what stays is only pointed at
    fixed = [name for name in parties if name in near - carried]
    if (
        not fixed
        or one.carrier is not None
        or number in {n for n in parties.values() if cast.figures[n].carrier is not None}
    ):
        return None
    about, other = stage.parties[fixed[0]], cast.figures[parties[fixed[0]]]
    ground, tall = ground_of(one), stature(one)
    there = ground_of(other) if other.character else other.feet
    side = 1 if there[0] >= ground[0] else -1
    step = beside(about, there, other.wide, side, tall)[0] - ground[0]
    rise = there[1] - ground[1] if about.kind == "person" and other.habitat == "ground" else 0.0
    if math.hypot(step, rise) < NEAR_ENOUGH * tall:
        return None
    return Doing("walk", way=going_to(cast, "walk", one.feet[0] + step, one.feet[1] + rise), turn=doing.turn)


def plays_of(cast: Cast, deeds: Sequence[tuple[Deed, ...]]) -> list[Playing]:
    """All staged acts of a clip; each lasts until somebody who takes part does something else."""
    plays = list[Playing]()
    for number, own in enumerate(deeds):
        for deed in own:
            parties = parties_in(cast.figures, number, deed.doing, water=bool(cast.stage.get("water")))
            busy = {n for play in plays if play.end > deed.start for name, n in play.parties.items() if name != ACTOR}
            if parties is None or busy & set(parties.values()) - {number}:
                continue
            later = [
                one.start
                for n in parties.values()
                for one in deeds[n]
                if one.start > deed.start and one.doing.action not in QUIET
            ]
            plays.append(Playing(deed.doing.action, deed, parties, min([deed.end, *later])))
    return plays


def left_by(plays: Sequence[Playing]) -> list[Hold]:
    """What acts that end before the clip leave in somebody's hands."""
    return [
        Hold(play.parties[one.what], play.parties[one.of], play.end, 1.0)
        for play in plays
        for one in play.stage.after
        if play.end < 1 and one.is_ == "held by" and {one.what, one.of} <= set(play.parties)
    ]


@dataclass(frozen=True)
class Playback:
    """A frame of all acts that are played: bodies and things by their numbers, in pixels of the frame, and what was at rest before."""

    bodies: Mapping[int, Body]
    things: Mapping[int, Placed]
    before: Mapping[int, int]  # things that are drawn just after somebody, in whose front they are
    brought: Mapping[
        tuple[int, bool], Sequence[tuple[int, Placed]]
    ]  # by whom, and before them: the figure in whose manner, and what an act brings
    dressed: Mapping[int, Character]  # who wears what they have put on


NOTHING = Playback({}, {}, {}, {}, {})


class Stagehand:
    """Plays the acts of a clip."""

    def __init__(
        self, cast: Cast, plays: Sequence[Playing], actors: Sequence[Actor], seconds: float, light: Any, wide: int
    ) -> None:
        self.cast, self.plays, self.actors = cast, list(plays), actors
        self.seconds, self.light, self.wide = seconds, light, wide
        self.layers: dict[tuple[int, str, str], CanvasLayer] = {}
        self.shapes = {
            n: self._shape(n) for play in plays for n in play.parties.values() if not cast.figures[n].character
        }

    def at(self, time: float, standing: Mapping[int, Body], resting: Mapping[int, Placed]) -> Playback:
        """The frame at `time` 0..1; `standing` are all bodies as they would stand without an act, `resting` the things."""
        bodies, things, before = dict[int, Body](), dict[int, Placed](), dict[int, int]()
        brought: dict[tuple[int, bool], list[tuple[int, Placed]]] = {}
        dressed: dict[int, Character] = {}
        for play in self.plays:
            actor = self.actors[play.parties[ACTOR]]
            for name, (_, what) in play.stage.wears.items() if time > play.end else ():
                garment, wearer = play.parties.get(what), self.actors[play.parties[name]]
                if garment is not None and garment in resting and isinstance(wearer, Performer):
                    things[garment] = replace(resting[garment], seen=0.0, colour=self.cast.figures[garment].colour)
                    dressed[play.parties[name]] = things[garment].on(wearer.character)
            if not play.deed.start <= time <= play.end or not isinstance(actor, Performer):
                continue
            if any(n not in standing for n in play.parties.values() if self.cast.figures[n].character):
                continue
            now = self._play_deed(play, actor, time, standing, resting)
            for name, one in now.items():
                about = play.stage.parties.get(name)
                after = self._after(play, about.layer if about else "")
                if about is not None and name not in play.parties and isinstance(one, Placed):
                    manner = play.parties.get(about.of, play.parties[ACTOR])
                    brought.setdefault((after, about.layer != "behind"), []).append((manner, one))
                    continue
                number = play.parties[name]
                if isinstance(one, Body):
                    bodies[number] = one
                    if about is not None and about.layer == "before":
                        before[number] = after
                    continue
                if play.stage.parties[name].stays:
                    continue
                things[number] = one
                if about is not None and about.layer != "behind":
                    before[number] = after
        return Playback(bodies, things, before, brought, dressed)

    @staticmethod
    def _after(play: Playing, layer: str) -> int:
        """After whom a layer is drawn: what is between two comes before the actor."""
        return play.parties["other" if layer == "between" and "other" in play.parties else ACTOR]

    def _play_deed(
        self, play: Playing, actor: Performer, time: float, standing: Mapping[int, Body], resting: Mapping[int, Placed]
    ) -> dict[str, Body | Placed]:
        elapsed = actor.since(time) - actor.since(play.deed.start)
        gathers = minimum_jerk(elapsed / GATHERS) if play.deed.start > 0 else 1.0
        lead = standing[play.parties[ACTOR]]
        yaw = STANDING_YAW + (play.stage.view - STANDING_YAW) * gathers
        others = {name: n for name, n in play.parties.items() if name != ACTOR}
        people = {name: replace(standing[n], yaw=yaw) for name, n in others.items() if n in standing}
        things = {
            name: (self.cast.figures[n].names[0], self.shapes[n], self.cast.figures[n].colour)
            for name, n in others.items()
            if n not in standing
        }
        side = self._side(play, lead, standing)
        there = replace(lead, side=side, yaw=yaw, ground=self._beside(play, lead, side, resting))
        cast = arrange_cast(play.act, there, people, things)
        cast[ACTOR] = replace(there, ground=_on_the_way(lead.ground, there.ground, gathers)).posed(there.pose)
        cast |= waters(play.stage, cast, self._water(play, lead))
        cast |= {name: resting[n] for name, n in others.items() if n in resting and play.stage.parties[name].stays}
        for name, person in people.items():  # who stands a little elsewhere comes to their place
            body = cast[name]
            assert isinstance(body, Body)
            cast[name] = replace(body, ground=_on_the_way(person.ground, body.ground, gathers))
        whole = Play(play.act, cast, play.deed.doing.expression)
        elapsed *= self._pace(play, lead, side)
        return whole.at(play.phase(elapsed, self.seconds), elapsed if play.stage.repeats else None)

    def _beside(self, play: Playing, lead: Body, side: int, resting: Mapping[int, Placed]) -> tuple[float, float]:
        """Where the actor is beside a thing that rests; who acts with none stays."""
        name = next((name for name, n in play.parties.items() if n in resting and rests(play.stage, name)), "")
        if not name:
            return lead.ground
        rest = resting[play.parties[name]]
        return beside(play.stage.parties[name], rest.at, rest.wide, side, lead.height)

    def _water(self, play: Playing, lead: Body) -> float | None:
        """The row of the frame where the place's own water is, from where the actor stands."""
        rows, one = self.cast.stage.get("water"), self.actors[play.parties[ACTOR]]
        if not rows or not isinstance(one, Performer):
            return None
        away = self.cast.height * (0.3 * rows[0] + 0.7 * rows[1]) - one.ground[1]
        return lead.ground[1] + away * lead.height / one.height

    def _side(self, play: Playing, lead: Body, standing: Mapping[int, Body]) -> int:
        """Towards the first of the others, as the picture has them; where nobody stands apart, as the actor looks."""
        for name, number in play.parties.items():
            if name == ACTOR or abs(play.stage.parties[name].x) < 0.05:
                continue
            there = self.cast.figures[number].feet[0] - self.cast.figures[play.parties[ACTOR]].feet[0]
            if number in standing:
                there = standing[number].ground[0] - lead.ground[0]
            if abs(there) >= 1:
                return int(math.copysign(1, there * play.stage.parties[name].x))
        return lead.side

    def _pace(self, play: Playing, lead: Body, side: int) -> float:
        """How fast who goes somewhere goes, so that they stay in the picture."""
        if not play.stage.going:
            return 1.0
        way = speed(lead.who.figure, "walk") * lead.height * (play.end - play.deed.start) * self.seconds
        edge = self.wide * (1 - ROOM) - lead.ground[0] if side > 0 else lead.ground[0] - self.wide * ROOM
        return float(np.clip((edge - lead.height) / max(1.0, way), 0.25, 1.0))

    def _shape(self, number: int) -> float:
        wide, tall = self.layer(number, self.cast.figures[number].names[0]).plate.size
        return (wide - 2 * PAD) / max(1, tall - 2 * PAD)

    def layer(self, number: int, noun: str, colour: str | None = None) -> CanvasLayer:
        """A noun drawn upright in the light and the size of a figure, and in its colour where none is given."""
        one = self.cast.figures[number]
        key = (number, noun, one.colour if colour is None else colour)
        if key not in self.layers:
            part = next(part for part in self.cast.parts if part.figure == number and part.kind == "figure")
            self.layers[key] = drawn_anew(replace(one, mirrored=False, colour=key[2]), part, noun, self.light)
        return self.layers[key]

    def to_frame(self, number: int, thing: Placed) -> tuple[CanvasLayer, np.ndarray]:
        """The layer that shows a thing, and its matrix from the canvas to the frame."""
        thing = thing.shown
        layer = self.layer(number, thing.noun, thing.colour)
        wide, tall = (side - 2 * PAD for side in layer.plate.size)
        turned = facts(thing.noun).turned  # scenes draw such things the other way round
        shares = np.array([[(-1 if turned else 1) / wide, 0, float(turned)], [0, 1 / tall, 0], [0, 0, 1]])
        shares = shares @ np.array([[1, 0, -layer.x - PAD], [0, 1, -layer.y - PAD], [0, 0, 1.0]])
        return layer, np.vstack([thing.matrix, [0, 0, 1]]) @ shares


def _on_the_way(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
