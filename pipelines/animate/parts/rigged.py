"""Rigged figures on the stage of a layered picture: they act by their joints, walk without sliding feet, hold things, look and speak."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import INTO, OUT_OF, Actor, Stand
from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.deeds import IDLE, LOOKS_ABOUT, POSTURES, QUIET, SETTLED, Deed
from pipelines.animate.parts.speaking import BEHIND_DEGREES, Speaking, blend_looks
from pipelines.figures import ACTIONS, Character, Drawn, act, between, draw, speed
from pipelines.figures.actions import add_look
from pipelines.figures.acts import arguments, record
from pipelines.figures.gaits import gait_of, period
from pipelines.language.doings import STAYS, TRAVEL, Doing
from pipelines.language.verbs import Act
from pipelines.media.curves import minimum_jerk
from pipelines.scenes.light import SWIMMING, above_water, lit
from pipelines.scenes.parties import Body
from pipelines.scenes.performers import Placed, place_character

STEPPED = ("walk", "run", "sneak")  # whose feet stand still on the ground while the figure goes on
GAITS = ("walk", "run", "sneak", "hop", "swim", "fly", "climb", "crawl")
GOING_YAW = 26.0  # degrees from the side while it goes somewhere
STANDING_YAW = 48.0
MOMENTS = np.linspace(0.0, 1.0, 400)
WAY_OF = {
    "sneak": "walk",
    "climb": "walk",
    "ride": "walk",
    "pull": "walk",
    "push": "walk",
    "crawl": "walk",
}  # how far they go is that of a walk
RISING = frozenset(["rocket"])  # go up; the others in the air go ahead
AIRBORNE = frozenset(["airplane", "hot air balloon", "helicopter", "ufo"])
PEDAL_TURNS = 1.1  # a second
TURN_SECONDS = 0.4  # from one side to the other
AT_DOOR = 0.12  # of its way, in which somebody goes behind a door
OVER_SECONDS, GATHERED = 0.35, 0.03  # from one deed to the next, and how far the body sinks before it, in its heights
GLANCE_SECONDS, GLANCE_DEGREES = 4.6, 58.0  # how often who has nothing to do looks somewhere, and how far to the side
TOGETHER_SECONDS = 0.3  # by which those who do the same begin one after the other, at most


@dataclass(frozen=True)
class Shown:
    """A figure of one moment: premultiplied uint8 RGBA [h,w,4], the frame's place of its upper left corner, and places of hands and head in the frame."""

    pixels: np.ndarray
    left: float
    top: float
    places: dict[str, tuple[float, float]]
    side: int = 1  # which way it looks: 1 right, -1 left
    behind: np.ndarray | None = None  # the far leg of a rider, which goes behind what is ridden
    joints: dict[str, tuple[float, float]] = field(default_factory=dict)  # in the frame, of a body like a person's


Look = Callable[[float], "tuple[float, float] | None"]  # where somebody looks at a time of the clip


class Performer(Actor):
    """A rigged figure: where it is follows its way, how it stands follows what it does."""

    def __init__(
        self,
        cast: Cast,
        number: int,
        deeds: Sequence[Deed],
        seconds: float,
        loop: bool,
        energy: float,
        path: np.ndarray | None,
    ) -> None:
        self.deeds = tuple(deeds) or (IDLE,)
        ways = [deed for deed in self.deeds if deed.doing.way.way != "stay"]
        self.going = ways[-1] if ways else self.deeds[-1]  # the deed in which it goes somewhere
        super().__init__(cast, number, self.going.doing.way, seconds, loop, energy, path)
        self.cast, self.number, self.doing = cast, number, self.deeds[-1].doing
        self.character = self.clad = Character.from_json(self.figure.character)
        self.height = stature(self.figure)
        self.ground = ground_of(self.figure)
        self.goes = self.track is not None and self.figure.carrier is None
        self.ridden = any(one.carrier == number and one.doing == "ride" for one in cast.figures)
        self.ways = self._ways()
        self.faces = 0  # the side of whom it talks with; 0: as the picture has it
        self.speaking: Speaking | None = None
        self.clip = (0.0, 0.0)  # seconds from the first frame to the last, and the middle of a frame

    def speaks(self, speaking: Speaking, count: int, rate_hz: float) -> None:
        """Take part in a conversation of a clip of `count` frames: who stays in its place faces whom it talks with most."""
        self.speaking = speaking
        self.clip = ((count if self.loop else max(1, count - 1)) / rate_hz, 0.5 / rate_hz)
        spent: dict[int, float] = {}
        for turn in speaking.turns:
            if turn.figure != self.number:
                spent[turn.figure] = spent.get(turn.figure, 0.0) + turn.end - turn.start
        partner = max(spent, key=lambda other: spent[other], default=None)
        if partner is None and self.number in speaking.mouths:
            partner = self._nearest_figure()
        if partner is None or self.goes:
            return
        there = self.cast.figures[partner].feet[0] - self.figure.feet[0]
        self.faces = 0 if abs(there) < 1 else 1 if there > 0 else -1

    def deed_at(self, time: float) -> Deed:
        """What it does at a moment."""
        return next((deed for deed in reversed(self.deeds) if time >= deed.start), self.deeds[0])

    @property
    def upper(self) -> bool:
        """Whether all that it does is done by face, head and arms, with nothing."""
        doings = [deed.doing for deed in self.deeds]
        return all(doing.object is None and (doing.action in QUIET or record(doing.action).upper) for doing in doings)

    def seen(self, time: float) -> float:
        """How much of it is seen, 0..1: who goes into a house is gone behind its door, who comes out was."""
        if self.track is None or not self.act.to.startswith((INTO, OUT_OF)):
            return 1.0
        gone = self.progress(time)[0]
        if self.act.to.startswith(OUT_OF):
            return minimum_jerk(gone / AT_DOOR)
        return 1 - minimum_jerk((gone - 1 + AT_DOOR) / AT_DOOR)

    def _facing(self, deed: Deed) -> int:
        """1 right, -1 left: towards what the deed is about, else whom it talks with; 0 as the picture has it."""
        if self.goes and deed is self.going:
            return 0
        other = deed.doing.to if deed.doing.to is not None else deed.doing.object
        there = self.cast.figures[other].feet[0] - self.figure.feet[0] if other is not None else 0.0
        return (1 if there > 0 else -1) if abs(there) >= 1 and not self.goes else self.faces

    def progress(self, time: float) -> tuple[float, float, float]:
        """As of any actor, within the deed in which it goes somewhere."""
        if self.loop or len(self.deeds) == 1:
            return super().progress(time)
        share = (time - self.going.start) / max(1e-6, self.going.end - self.going.start)
        gone, fast, facing = super().progress(min(1.0, max(0.0, share)))
        return gone, fast if 0 <= share <= 1 else 0.0, facing

    def _nearest_figure(self) -> int | None:
        """To whom somebody speaks who gets no answer: who stands nearest."""
        others = [n for n, one in enumerate(self.cast.figures) if one.character and n != self.number]
        return min(others, key=lambda n: abs(self.cast.figures[n].feet[0] - self.figure.feet[0]), default=None)

    def look_at(self, other: int, time: float = 1.0) -> tuple[float, float]:
        """The direction of another figure: how far to the side of where this one faces, and how far up; degrees."""
        one, seen = self.figure, self.cast.figures[other]
        rise = (one.feet[1] - 0.85 * one.tall) - (seen.feet[1] - 0.8 * seen.tall)
        across = seen.feet[0] - one.feet[0]
        up = float(np.clip(math.degrees(math.atan2(rise, abs(across) + 1.0)), -35, 35))
        faces = self._facing(self.deed_at(time)) or (1 if one.mirrored else -1)
        return (0.0 if across * faces >= 0 or self.goes else BEHIND_DEGREES), up

    def looks_about(self, time: float) -> tuple[float, float]:
        """Where it looks when nothing moves: now and then at who is nearest, and where nobody is, to one side and the other."""
        turn, near = self.since(time) / GLANCE_SECONDS + self.phase, self._nearest_figure()
        away = self.look_at(near, time) if near is not None else (GLANCE_DEGREES * (-1) ** math.floor(turn), 0.0)
        share = minimum_jerk(4.5 * math.sin(math.pi * (turn % 1.0)) - 2.4)
        return share * away[0], share * away[1]

    def listens(self, time: float) -> tuple[float, float] | None:
        """Where it looks in a conversation; None where it takes part in none."""
        if self.speaking is None:
            return None
        before, now, gone = self.speaking.heard(self._clip_seconds(time), self.number)
        if now is None and self.number in self.speaking.mouths:
            before = now = self._nearest_figure()
        if before is None or now is None:
            return None
        return blend_looks([(self.look_at(before, time), 1 - gone), (self.look_at(now, time), gone)])

    def _clip_seconds(self, time: float) -> float:
        """The middle of the frame at `time` 0..1, in seconds of the clip."""
        return time * self.clip[0] + self.clip[1]

    def _ways(self) -> np.ndarray:
        """How far it has come at MOMENTS of its way, in its own heights there: the curve is not gone along evenly."""
        if self.track is None:
            return np.zeros(len(MOMENTS))
        places = np.array([self.track.at(float(moment)) for moment in MOMENTS])
        steps = np.hypot(*np.diff(places[:, :2], axis=0).T) / np.maximum(1e-6, self.height * places[1:, 2])
        return np.concatenate([[0.0], np.cumsum(steps)])

    def stand(self, time: float) -> Stand:
        """Where it is: moved and grown along its way; joints do the rest."""
        plain = super().stand(time)
        gone, _, facing = self.progress(time)
        x, feet, scale = self.track.at(gone) if self.track else (*self.figure.feet, 1.0)
        side = 1.0 if facing >= 0 else -1.0
        matrix = np.array([[side * scale, 0.0, 0.0], [0.0, scale, 0.0], [0.0, 0.0, 1.0]])
        matrix[0, 2] = x - side * scale * self.figure.feet[0]
        matrix[1, 2] = feet - scale * self.figure.feet[1]
        return replace(plain, matrix=matrix, shadow=matrix, strength=plain.strength * self.seen(time))

    def since(self, time: float) -> float:
        """How long it has been acting; in a loop there and back, so that the end is the beginning. Without energy it stands still."""
        lively = min(1.0, self.energy)
        if self.loop:
            return lively * self.seconds * (1 - math.cos(2 * math.pi * time)) / (2 * math.pi)
        return lively * time * self.seconds

    def pose(self, time: float, look: tuple[float, float] | None) -> Any:
        """The pose at `time` 0..1."""
        if self.speaking is None or self.number not in self.speaking.mouths:
            return self._in_turn(time, look, speaks=False)
        now = self._clip_seconds(time)
        pose, strength = self._in_turn(time, look, speaks=True), self.speaking.speaks(self.number, now)
        doing = _silent(self.deed_at(time).doing)
        if strength > 0 and doing.action in ("stand", "look_at") and not doing.also:
            talking = self._pose_action(replace(doing, action="talk"), self.since(time), time, look)
            pose = between(pose, talking, strength)
        mouth = self.speaking.mouth(self.number, now)
        if mouth is None or strength <= 0:
            return pose
        shape = {"open": mouth.open, "wide": mouth.wide, "teeth": mouth.teeth, "tongue": mouth.tongue}
        return pose.with_face(**{k: v * strength + getattr(pose.face, k) * (1 - strength) for k, v in shape.items()})

    def _in_turn(self, time: float, look: tuple[float, float] | None, speaks: bool) -> Any:
        """The pose of the deed of a moment; one deed goes over into the next, for which the body gathers itself."""
        deed = self.deed_at(time)
        doing = _silent(deed.doing) if speaks else deed.doing
        since = self.since(time) - self.since(deed.start)
        pose = self._pose_action(doing, since, time, look, deed)
        place = self.deeds.index(deed)
        if place == 0 or since >= OVER_SECONDS:
            return pose
        last = self.deeds[place - 1]
        length = self.since(deed.start) - self.since(last.start)
        before = self._pose_action(
            _silent(last.doing) if speaks else last.doing, length + since, deed.start, look, last
        )
        pose = between(before, pose, minimum_jerk(since / OVER_SECONDS))
        gathers = 0.0 if deed.doing.action in SETTLED else GATHERED * math.sin(math.pi * since / OVER_SECONDS) ** 2
        return replace(pose, sink=pose.sink + gathers)

    def _pose_action(
        self, doing: Doing, seconds: float, time: float, look: tuple[float, float] | None, deed: Deed | None = None
    ) -> Any:
        """The pose of an action `seconds` after it began, at `time` of the clip."""
        figure = self.character.figure
        how: dict[str, Any] = {
            "expression": doing.expression or self.figure.face,
            "look": look,
            "seed": self.character.seed,
        }
        if self.figure.doing == "ride":
            carrier = self.figure.carrier
            turns = (
                PEDAL_TURNS if carrier is not None and not self.cast.figures[carrier].character else 0.0
            )  # no animal
            return act(figure, "ride", seconds, also=doing.also, pedal=turns, **how)
        if doing.action == "ride" and self.figure.carrier is not None:
            return act(figure, "stand", seconds, also=doing.also, **how)  # in a boat or a cart
        if not self.goes or self.track is None or (deed is not None and deed is not self.going):
            action = self._in_place(doing)
            seconds = max(0.0, seconds - TOGETHER_SECONDS * self.phase)  # nobody does it at the same instant
            return act(figure, action, seconds, also="" if doing.also == doing.action else doing.also, **how)
        gait = doing.action if doing.action in GAITS else "walk"
        if gait not in STEPPED or not any(limb.leg for limb in figure.limbs.values()):
            moved = act(figure, gait, seconds, also=doing.also, **how)
            return replace(moved, lift=0.0) if gait == "climb" else moved  # its way leads up already
        at, fast = self._measure_steps(gait, time)
        walking = act(figure, gait, at, also=doing.also, **how)
        return between(act(figure, "stand", seconds, also=doing.also, **how), walking, min(1.0, fast / 0.25))

    def _measure_steps(self, gait: str, time: float) -> tuple[float, float]:
        """How long it has gone in a gait of steps, in the gait's own seconds, and how fast it goes (0..1)."""
        gone, fast, _ = self.progress(time)
        went = float(np.interp(gone, MOMENTS, self.ways)) / math.cos(math.radians(GOING_YAW))  # seen at a slant
        return self.phase + went / max(1e-6, speed(self.character.figure, gait)), fast  # no two are in step

    def feet_at(self, time: float) -> tuple[dict[str, float], float]:
        """For each foot the turns that it has begun, at a whole number of which it is set down; and how fast the figure goes (0..1). Nothing where it makes no steps."""
        figure, deed = self.character.figure, self.deed_at(time)
        gait = deed.doing.action if deed.doing.action in GAITS else "walk"
        if not self.goes or deed is not self.going or gait not in STEPPED or not period(figure, gait):
            return {}, 0.0
        at, fast = self._measure_steps(gait, time)
        own = gait_of(figure, gait)
        return {foot: at / own.seconds + offset for foot, offset in own.phases.items()}, fast

    def _in_place(self, doing: Doing) -> str:
        """What it does without going anywhere: gaits need a way, except in the air and in water, where one swims."""
        if self.figure.habitat == "water" and self.figure.carrier is None:
            return "swim"
        if doing.action in GAITS and self.figure.habitat == "ground" and doing.action not in ("hop", "climb"):
            return self._by_itself()
        return self._by_itself() if doing.action == "stand" else doing.action

    def _by_itself(self) -> str:
        """What it does in its place when nothing is said: fliers fly, swimmers swim, sleepers sleep, the others stand and breathe."""
        kept = self.figure.doing not in {deed.doing.action for deed in self.deeds}  # else it comes to that
        if (kept and self.figure.doing in ("sleep", "sit", "dance")) or (
            self.figure.play and self.figure.play not in TRAVEL
        ):
            return self.figure.doing
        return {"air": "fly", "depth": "swim", "water": "swim"}.get(self.figure.habitat, "stand")

    def moving(self, time: float) -> float:
        """How much others look at it, 0..1: it goes somewhere, or does something that is seen from afar."""
        if self.goes:
            return min(1.0, self.progress(time)[1] / 0.25)
        deed = self.deed_at(time)
        if deed.doing.action in POSTURES or deed.doing.action not in ACTIONS:
            return 0.0
        begun, left = self.since(time) - self.since(deed.start), self.since(deed.end) - self.since(time)
        return minimum_jerk(begun / TURN_SECONDS) * (minimum_jerk(left / TURN_SECONDS) if deed.end < 1 else 1.0)

    def _side_in(self, to_frame: np.ndarray, time: float) -> int:
        side = (1 if self.figure.mirrored else -1) * (1 if to_frame[0, 0] >= 0 else -1)
        facing = self._facing(self.deed_at(time))
        return facing if facing and self.figure.carrier is None else side

    def standing(self, to_frame: np.ndarray, time: float) -> Body:
        """Where it stands in a frame, for an act that it takes part in."""
        scale = float(np.sqrt(abs(np.linalg.det(to_frame[:2, :2]))))
        x, y = (to_frame @ (*self.ground, 1.0))[:2]
        mood = self.deed_at(time).doing.expression or self.figure.face
        return Body(
            self.character,
            (float(x), float(y)),
            self.height * scale,
            self._side_in(to_frame, time),
            STANDING_YAW,
            mood=mood,
        )

    def _show_act(self, body: Body, time: float, look: Look, light: Any) -> Shown:
        """As an act has it, with its own voice."""
        pose, seen = body.pose, look(time)
        if (
            seen is not None and pose.action in LOOKS_ABOUT and body.who.figure.family == "two"
        ):  # what it has to do is done by others
            pose = add_look(pose, seen, OVER_SECONDS + self.since(time))
        if self.speaking is not None and self.number in self.speaking.mouths:
            spoken = self.pose(time, seen).face
            pose = pose.with_face(**{name: getattr(spoken, name) for name in ("open", "wide", "teeth", "tongue")})
        drawn = draw(body.who, pose, round(body.height, 3), body.yaw, None, body.side, straight=False, joints=True)
        shown = _on_frame(drawn, *body.ground, lambda pixels: self._lit(pixels, light))
        if body.cut is not None:
            shown = replace(shown, pixels=above_water(shown.pixels, body.cut - shown.top))
        pixels = shown.pixels if body.seen >= 1 else (shown.pixels * body.seen).astype(np.uint8)
        return replace(shown, side=body.side, pixels=pixels)

    def shown(
        self, to_frame: np.ndarray, time: float, look: Look, light: Any, played: Body | None = None
    ) -> Shown | None:
        """The figure for a frame; `to_frame` is canvas to frame with its own matrix. None when it is too small to be seen.

        `played` is where and how an act has it.
        """
        scale = float(np.sqrt(abs(np.linalg.det(to_frame[:2, :2]))))
        height = self.height * scale
        if not 4 <= height <= 4000:
            return None
        if played is not None:
            return self._show_act(played, time, look, light)
        side = self._side_in(to_frame, time)
        moving = self.goes and self.progress(time)[1] > 0.05
        yaw = GOING_YAW if moving or self.ridden or self.figure.doing == "ride" else STANDING_YAW
        side, yaw = self._turning(time, side, yaw)
        astride = self.figure.doing == "ride" and self.figure.carrier is not None
        x, y = (to_frame @ (*self.ground, 1.0))[:2]
        swims = self.figure.habitat == "water" and self.figure.carrier is None
        line = y + (self.figure.feet[1] - self.ground[1] - SWIMMING * self.figure.tall) * scale
        pose = self.pose(time, look(time))

        def on_frame(leg: str) -> Shown:
            drawn = draw(self.clad, pose, round(height, 3), yaw, None, side, leg, straight=False, joints=True)
            shown = _on_frame(drawn, float(x), float(y), lambda pixels: self._lit(pixels, light))
            return replace(shown, pixels=above_water(shown.pixels, line - shown.top)) if swims else shown

        made = on_frame("near" if astride else "")
        if astride:
            made = replace(made, behind=on_frame("far").pixels)
        part = self.seen(time)
        return replace(made, side=side, pixels=made.pixels if part >= 1 else (made.pixels * part).astype(np.uint8))

    def _lit(self, pixels: np.ndarray, light: Any) -> np.ndarray:
        """In the light of the picture, where there is one."""
        return lit(pixels, light, self.figure.depth, self.figure.names[0], self.figure.habitat) if light else pixels

    def _turning(self, time: float, side: int, yaw: float) -> tuple[int, float]:
        """Who looks the other way from one deed to the next turns through the front, and does not flip."""
        deed = self.deed_at(time)
        place, since = self.deeds.index(deed), self.since(time) - self.since(deed.start)
        before = self._facing(self.deeds[place - 1]) if place else 0
        if not before or self.figure.carrier is not None or before == side or since >= TURN_SECONDS:
            return side, yaw
        gone = since / TURN_SECONDS
        away = 2 * min(gone, 1 - gone)  # 0 at both ends, 1 in the middle
        return (before if gone < 0.5 else side), yaw + (90.0 - yaw) * away


def _on_frame(drawn: Drawn, x: float, y: float, lighten: Callable[[np.ndarray], np.ndarray]) -> Shown:
    """The picture with its anchor at a place of the frame."""
    left, top = x - drawn.anchor[0], y - drawn.anchor[1]
    places, joints = (
        {name: (left + px, top + py) for name, (px, py) in found.items()} for found in (drawn.anchors, drawn.joints)
    )
    return Shown(lighten(drawn.rgba), left, top, places, joints=joints)


def still_of(acting_figure: ActingFigure) -> Placed:
    """The picture of a figure in the pose in which its layer shows it."""
    return place_character(
        Character.from_json(acting_figure.character),
        acting_figure.doing,
        acting_figure.take,
        face=acting_figure.face,
        posed=acting_figure.posed,
    )


def stature(acting_figure: ActingFigure) -> float:
    """How tall a figure stands, in pixels of the canvas."""
    return acting_figure.tall * still_of(acting_figure).height


def ground_of(acting_figure: ActingFigure) -> tuple[float, float]:
    """The ground point of a figure on the canvas."""
    still = still_of(acting_figure)
    away = 1 - still.ground_x if acting_figure.mirrored else still.ground_x
    return acting_figure.feet[0] + (away - 0.5) * acting_figure.wide, acting_figure.feet[1] - (
        1 - still.ground_y
    ) * acting_figure.tall


def _silent(doing: Doing) -> Doing:
    """A deed without its talking: the voice moves the mouth."""
    return replace(doing, action="stand", also="") if doing.action == "talk" else doing


def actor_of(
    cast: Cast,
    number: int,
    said: Act,
    deeds: Sequence[Deed],
    seconds: float,
    loop: bool,
    energy: float,
    path: np.ndarray | None,
) -> Actor:
    """A rigged figure acts by its joints, every other thing as a whole."""
    if cast.figures[number].character:
        return Performer(cast, number, deeds, seconds, loop, energy, path)
    return Actor(cast, number, said, seconds, loop, energy, path)


def rides_of(cast: Cast, doings: list[Doing | None], acts: list[Act]) -> tuple[list[Doing | None], list[Act]]:
    """Who rides goes where what it rides goes: the way of a rider on something is the way of that."""
    doings, acts = list(doings), list(acts)
    for number, doing in enumerate(doings):
        carrier = cast.figures[number].carrier
        if doing is None or doing.action != "ride" or carrier is None:
            continue
        host = cast.figures[carrier].names[0]
        gait = "fly" if host in RISING | AIRBORNE else "drive"
        acts[carrier] = replace(doing.way, gait=gait, to="up" if host in RISING else doing.way.to)
        if cast.figures[carrier].character:
            doings[carrier] = Doing("walk", way=replace(doing.way, gait="walk"), turn=doing.turn)
        doings[number] = replace(doing, way=STAYS)
    return doings, acts


def played(cast: Cast, doings: list[Doing | None], acts: list[Act]) -> tuple[list[Doing | None], list[Act]]:
    """What was chosen for figures in the layer editor, where the sentences do not say what they do; who gives or looks does it to the nearest other."""
    doings, acts = list(doings), list(acts)
    for number, figure in enumerate(cast.figures):
        if not figure.character or not figure.play or doings[number] is not None:
            continue
        others = [n for n, other in enumerate(cast.figures) if n != number and other.character]
        nearest = min(others, key=lambda n: abs(cast.figures[n].feet[0] - figure.feet[0]), default=None)
        way = Act(WAY_OF.get(figure.play, figure.play)) if figure.play in TRAVEL and figure.carrier is None else STAYS
        doings[number] = Doing(
            figure.play,
            expression=figure.face,
            way=way,
            to=nearest if "person" in arguments(record(figure.play)) else None,
        )
        acts[number] = way
    return doings, acts
