"""Acts on a stage: from a record and those who take part to who stands how, where each thing is and what its state is, at any phase of the act."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.figures.actions import act
from pipelines.figures.acts import ACTOR, Stage, Turn, Way, point_of, record
from pipelines.figures.bodies import worth
from pipelines.figures.gaits import ease, speed
from pipelines.figures.pose import Pose, between
from pipelines.figures.reaching import reach_goals
from pipelines.props import record as facts
from pipelines.scenes.grips import grip_of, hand_for, length_in_hands
from pipelines.scenes.parties import Body, Cast, Placed, Px

OVER = 0.12  # of an act, in which a body goes over into what it does next
HANDS = ("hand_r", "hand_l")
WINDS, WOUND = 0.5, 0.3  # of a hand's way to what it does: for how long it goes back, and how far
ROUNDS = 6  # in which hands and what they hold settle
SETTLED_PX = 0.05


@dataclass(frozen=True)
class Touch:
    """A limb that is at a spot at a moment, as the record says: where its end is, and where it should be."""

    limb: str
    spot: str
    end: Px
    place: Px


class Play:
    """An act and its cast at rest; `at(phase)` is the cast as it is then."""

    def __init__(self, name: str, cast: Cast, mood: str = "") -> None:
        # who acts alone is alone on the stage
        self.name, self.stage, self.cast, self.mood = name, record(name).stage or Stage(), dict(cast), mood
        self.actor = self._body(self.cast, ACTOR)

    def at(self, phase: float, seconds: float | None = None) -> dict[str, Body | Placed]:
        """Everybody and everything at a phase, 0..1; `seconds` since the act began where it repeats."""
        phase = min(1.0, max(0.0, phase))
        second = phase * self.stage.seconds if seconds is None else seconds
        now: dict[str, Body | Placed] = dict(self.cast)
        bare: dict[str, Body] = {}
        for name in sorted(self._people(), key=lambda one: one != ACTOR):  # who goes along goes as the actor does
            now[name] = bare[name] = self._standing(name, phase, second, now)
        for name in self._things():
            now[name] = self._thing(name, phase, second, now)
        standing = dict(bare)
        for name in [*(name for name in bare if name != ACTOR), *bare]:  # who is carried goes where the actor has gone
            now[name] = bare[name] = self._gone(standing[name], name, phase, second, now)
        for _ in range(ROUNDS):
            before = dict(now)
            for name in self._things():
                now[name] = self._thing(name, phase, second, now)
            for name in bare.keys() & self.stage.ways.keys() - {ACTOR}:  # who is carried goes along as the actor bends
                bare[name] = self._gone(standing[name], name, phase, second, now)
            for name in sorted(bare, key=lambda one: one == ACTOR):
                now[name] = self._reaching(bare[name], name, phase, second, now)
            if all(_still(before[name], now[name]) for name in now):
                break
        for name in self._things():
            now[name] = self._thing(name, phase, second, now)
        return now

    def touches(self, phase: float, now: Cast, seconds: float | None = None) -> list[Touch]:
        """Which hands and feet the record has at a named point at a phase, and how near they are."""
        second = phase * self.stage.seconds if seconds is None else seconds
        touches = []
        for limb, keys in self.stage.reaches.items():
            first, after, _ = _between(keys, phase)
            if first.at != after.at or first.toward or first.at == "rest":
                continue
            name, end = limb.split(".")
            place = self._spot(first.at, phase, second, now)
            if name in now and place is not None and end in self._body(now, name).own:
                touches.append(Touch(limb, str(first.at), self._body(now, name).point(end), place))
        for name in self._people():
            first, after, _ = _between(self.stage.ways.get(name, REST), phase)
            place = self._spot(first.at, phase, second, now)
            if first.at == after.at and first.by != "ground" and place is not None:
                own = self._body(now, name).point(first.by)
                touches.append(
                    Touch(f"{name}.{first.by}", str(first.at), own, (place[0], own[1]) if first.level else place)
                )
        for name in self._things():
            first, after, _ = _between(self.stage.ways.get(name, REST), phase)
            if first.at == after.at and point_of(first.at).partition(".")[2].startswith(("hand", "foot")):
                thing, place = now[name], self._spot(first.at, phase, second, now)
                if isinstance(thing, Placed) and place is not None:
                    touches.append(Touch(point_of(first.at), f"{name}.{first.by}", place, thing.point(first.by)))
        return touches

    def _people(self) -> list[str]:
        return [name for name, one in self.cast.items() if isinstance(one, Body)]

    def _things(self) -> list[str]:
        return [name for name, one in self.cast.items() if isinstance(one, Placed)]

    @staticmethod
    def _body(cast: Cast, name: str) -> Body:
        one = cast[name]
        if not isinstance(one, Body):
            raise ValueError(f"{name} has no body")
        return one

    def _standing(self, name: str, phase: float, second: float, now: Cast) -> Body:
        body = self._dress_body(self._body(self.cast, name), name, phase)
        told = self.stage.bodies.get(name) or (Turn(phase=0, act=(self.name if name == ACTOR else "stand")),)
        keys = list({key.phase: key for key in told if not key.needs or key.needs in self.cast}.values())
        place = max(number for number, key in enumerate(keys) if key.phase <= phase)
        pose = self._act(body, keys[place], second, now)
        gone = (phase - keys[place].phase) / OVER
        if place and gone < 1:
            pose = between(self._act(body, keys[place - 1], second, now), pose, ease(gone, 1.0))
        return body.posed(pose)

    def _dress_body(self, body: Body, name: str, phase: float) -> Body:
        when, what = self.stage.wears.get(name, (2.0, ""))
        thing = self.cast.get(what)
        return body if phase < when or not isinstance(thing, Placed) else replace(body, who=thing.on(body.who))

    def _act(self, body: Body, key: Turn, second: float, now: Cast) -> Pose:
        since = second - key.phase * self.stage.seconds if not self.stage.repeats else second
        if (
            body.who != self.actor.who
            and body.side == self.actor.side
            and key.act in ("walk", "run")
            and self.stage.going
        ):
            since = abs(self._come(now)) / max(
                1e-6, speed(body.who.figure, key.act) * body.height * math.cos(math.radians(body.yaw))
            )
        how: dict[str, Any] = {**key.how, "expression": key.face or body.mood, "seed": body.who.seed}
        return act(body.who.figure, key.act, max(0.0, since), **how)

    def _gone(self, body: Body, name: str, phase: float, second: float, now: Cast) -> Body:
        keys = self.stage.ways.get(name, ())
        if name in self.stage.going:
            body = replace(body, ground=(body.ground[0] + self._come(now), body.ground[1]))
        if not keys:
            return body
        first, after, share = _between(keys, phase)
        ends = [self._ground(body, key, phase, second, now) for key in (first, after)]
        names = {"u": phase, "t": second}
        seen = _mix(worth(first.seen, names), worth(after.seen, names), share)
        rise = worth(first.high, names) * 4 * share * (1 - share) * self.actor.height
        x, y = (_mix(a, b, share) for a, b in zip(*ends))
        when, line = self.stage.covered.get(name, (2.0, ""))
        under = self._spot(line, phase, second, now) if phase >= when else None
        return replace(body, ground=(x, y - rise), seen=seen, cut=under[1] if under else None)

    def _come(self, now: Cast) -> float:
        """How far the actor has walked, in pixels to the right; who and what goes along has come as far."""
        actor = self._body(now, ACTOR)
        return actor.pose.travel * actor.height * math.cos(math.radians(actor.yaw)) * actor.side

    def _ground(self, body: Body, key: Way, phase: float, second: float, now: Cast) -> Px:
        place = self._spot(key.at, phase, second, now)
        if key.at == "rest" or place is None:
            return body.ground
        own = body.point(key.by)
        return body.ground[0] + place[0] - own[0], body.ground[1] + (0.0 if key.level else place[1] - own[1])

    def _thing(self, name: str, phase: float, second: float, now: Cast) -> Placed:
        rest, about = self.cast[name], self.stage.parties[name]
        assert isinstance(rest, Placed)
        if about.of:
            whole = now[about.of]
            assert isinstance(whole, Placed)
            return replace(whole, state=rest.state)
        if name in self.stage.going:
            rest = replace(rest, at=(rest.at[0] + self._come(now), rest.at[1]))
        first, after, share = _between(self.stage.ways.get(name, REST), phase)
        if first.in_use:
            return self._hold_in_use(rest, now)
        state = next((state for when, state in reversed(self.stage.states.get(name, ())) if phase >= when), "")
        ends = [
            (rest.by, rest.at)
            if key.at == "rest"
            else (
                rest.share(key.by),
                self._spot(key.at, phase, second, now) or self._spot(key.otherwise, phase, second, now),
            )
            for key in (first, after)
        ]
        if any(place is None for _, place in ends):
            return replace(rest, state=state)
        names = {"u": phase, "t": second, "other": float(state in facts(rest.noun).states)}
        turn, wide, seen = (
            _mix(float(worth(getattr(first, part), names)), float(worth(getattr(after, part), names)), share)
            for part in ("turn", "wide", "seen")
        )
        rise = float(worth(first.high, names)) * 4 * share * (1 - share) * self.actor.height
        by = tuple(_mix(a, b, share) for a, b in zip(ends[0][0], ends[1][0]))
        x, y = (_mix(a, b, share) for a, b in zip(ends[0][1], ends[1][1]))  # type: ignore[arg-type]
        moved = replace(
            rest,
            at=(x, y - rise),
            by=by,  # type: ignore[arg-type]
            turn=turn * self.actor.side,
            wide=rest.wide * wide,
            state=state,
            seen=seen * rest.seen,
        )
        end = self._spot(first.to, phase, second, now) if first.to else None
        if end is None:
            return replace(moved, seen=0.0) if first.to else moved
        return replace(
            moved, tall=math.dist(moved.at, end), turn=math.degrees(math.atan2(x - end[0], end[1] - moved.at[1]))
        )

    def _hold_in_use(self, rest: Placed, now: Cast) -> Placed:
        """A thing as its own record has it in use: at the chin, at the mouth, between both hands."""
        body, grip = self._body(now, ACTOR), grip_of(rest.noun)
        places = {name: body.point(name) for name in ("mouth", "hand_r", "hand_l")}
        place, by, turn = hand_for(rest.noun, grip, places, body.who.figure.family, large=True)
        longest = max(rest.wide, rest.tall)
        size = length_in_hands(rest.noun, grip, body.height, longest) / longest
        at, left = (float(place[0]), float(place[1])), body.side < 0
        return replace(
            rest, at=at, by=by, turn=turn * body.side, wide=size * rest.wide, tall=size * rest.tall, mirrored=left
        )

    def _reaching(self, bare: Body, name: str, phase: float, second: float, now: Cast) -> Body:
        goals = {}
        for limb, keys in self.stage.reaches.items():
            who, end = limb.split(".")
            if who != name or end not in bare.own:
                continue
            first, after, share = _between(keys, phase, end in HANDS and not self.stage.repeats)
            places = [self._spot(key.at, phase, second, now) or bare.point(end) for key in (first, after)]
            firm = [
                float(key.at != "rest" and self._spot(key.at, phase, second, now) is not None) for key in (first, after)
            ]
            if not any(firm):
                continue
            place = tuple(_mix(a, b, share) for a, b in zip(*places))
            goals[end] = bare.goal(place, _mix(firm[0], firm[1], share), first.toward or after.toward)  # type: ignore[arg-type]
        return bare.posed(reach_goals(bare.who.figure, bare.pose, bare.yaw, goals)) if goals else bare

    def _spot(self, spot: Any, phase: float, second: float, now: Cast) -> Px | None:
        """The pixel of a spot; None for rest, and where who or what it belongs to does not take part."""
        if spot == "rest":
            return None
        names = {"u": phase, "t": second}
        side, tall = self.actor.side, self.actor.height
        if isinstance(spot, tuple) and spot[0] == "between":
            if "other" not in now:
                return None
            one, other = self._body(now, ACTOR).ground, self._body(now, "other").ground
            share, up = float(worth(spot[1], names)), float(worth(spot[2], names))
            height = min(tall, self._body(now, "other").height)
            return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]) - up * height
        name, _, point = point_of(spot).partition(".")
        if name not in now:
            return None
        x, y = now[name].point(point)
        if not isinstance(spot, tuple):
            return x, y
        return x + side * float(worth(spot[1], names)) * tall, y - float(worth(spot[2], names)) * tall


REST = (Way(phase=0, at="rest", by="foot"),)


def _between(keys: Sequence[Any], phase: float, winds: bool = False) -> tuple[Any, Any, float]:
    """The keys before and after a phase, and the smooth share of the way between them; what `winds` up first goes a little back."""
    number = max(place for place, key in enumerate(keys) if key.phase <= phase)
    first, after = keys[number], keys[min(number + 1, len(keys) - 1)]
    if after is first or after.phase <= first.phase:
        return first, first, 0.0
    gone = (phase - first.phase) / (after.phase - first.phase)
    back = WOUND * math.sin(math.pi * min(1.0, gone / WINDS)) ** 2
    return first, after, ease(gone, 1.0) - back * (winds and "rest" not in (first.at, after.at))


def _mix(a: float, b: float, share: float) -> float:
    return a if a == b else a + (b - a) * share


def _still(a: Body | Placed, b: Body | Placed) -> bool:
    if isinstance(a, Placed) or isinstance(b, Placed):
        return isinstance(a, Placed) and isinstance(b, Placed) and math.dist(a.at, b.at) < SETTLED_PX
    return all(
        math.dist(a.point(name), b.point(name)) < SETTLED_PX for name in ("hand_r", "hand_l", "head") if name in a.own
    )
