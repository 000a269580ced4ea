"""Rigged figures on the stage of a layered picture: they act by their joints, walk without sliding feet, hold things, look and speak."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import Actor, Stand
from pipelines.animate.parts.cast import Cast, Figure
from pipelines.figures import Character, Drawn, act, between, draw, speed
from pipelines.language.doings import CARRYING, STAYS, Doing
from pipelines.language.verbs import Act
from pipelines.scenes.light import lit
from pipelines.scenes.performers import placed
from pipelines.scenes.things import height_of

STEPPED = ("walk", "run", "sneak")  # whose feet stand still on the ground while the figure goes on
GAITS = ("walk", "run", "sneak", "hop", "swim", "fly", "climb")
GOING_YAW = 26.0  # degrees from the side while it goes somewhere
STANDING_YAW = 48.0
HELD_SHARES = (
    (0.56, 0.15),
    (0.8, 0.22),
    (99.0, 0.42),
)  # storybook height of a thing -> its size in hands, of the holder's height
MOMENTS = np.linspace(0.0, 1.0, 400)
PEDAL_TURNS = 1.1  # a second


@dataclass(frozen=True)
class Shown:
    """A figure of one moment: premultiplied float RGBA [h,w,4], the frame's place of its upper left corner, and places of hands and head in the frame."""

    pixels: np.ndarray
    left: float
    top: float
    places: dict[str, tuple[float, float]]


class Performer(Actor):
    """A rigged figure: where it is follows its way, how it stands follows what it does."""

    def __init__(
        self, cast: Cast, number: int, doing: Doing, seconds: float, loop: bool, energy: float, path: np.ndarray | None
    ) -> None:
        super().__init__(cast, number, doing.way, seconds, loop, energy, path)
        self.cast, self.number, self.doing = cast, number, doing
        self.character = Character.from_json(self.figure.character)
        still = placed(self.character, self.figure.doing, self.figure.take)
        away = 1 - still.ground_x if self.figure.mirrored else still.ground_x
        self.height = self.figure.tall * still.height
        self.ground = (
            self.figure.feet[0] + (away - 0.5) * self.figure.wide,
            self.figure.feet[1] - (1 - still.ground_y) * self.figure.tall,
        )
        self.goes = self.track is not None and self.figure.carrier is None
        self.ways = self._ways()
        other = doing.to if doing.to is not None else doing.object
        there = cast.figures[other].feet[0] - self.figure.feet[0] if other is not None else 0.0
        self.faces = 0 if self.goes or abs(there) < 1 else 1 if there > 0 else -1  # 0: as the picture has it

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
        gone, _, facing = self._progress(time)
        x, feet, scale = self.track.at(gone) if self.track else (*self.figure.feet, 1.0)
        side = 1.0 if facing >= 0 else -1.0
        matrix = np.array([[side * scale, 0.0, 0.0], [0.0, scale, 0.0], [0.0, 0.0, 1.0]])
        matrix[0, 2] = x - side * scale * self.figure.feet[0]
        matrix[1, 2] = feet - scale * self.figure.feet[1]
        return replace(plain, matrix=matrix, shadow=matrix, strength=plain.strength)

    def _seconds(self, time: float) -> float:
        """How long it has been acting; in a loop there and back, so that the end is the beginning. Without energy it stands still."""
        lively = min(1.0, self.energy)
        if self.loop:
            return lively * self.seconds * (1 - math.cos(2 * math.pi * time)) / (2 * math.pi)
        return lively * time * self.seconds

    def pose(self, time: float, look: tuple[float, float] | None) -> Any:
        """The pose at `time` 0..1."""
        doing, figure, seconds = self.doing, self.character.figure, self._seconds(time)
        how: dict[str, Any] = {"expression": doing.expression, "look": look, "seed": self.character.seed}
        if self.figure.doing == "ride" or (doing.action == "ride" and self.figure.carrier is not None):
            return act(figure, "ride", seconds, also=doing.also, pedal=PEDAL_TURNS, **how)
        if not self.goes or self.track is None:
            return act(figure, self._in_place(), seconds, also="" if doing.also == doing.action else doing.also, **how)
        gait = doing.action if doing.action in GAITS else "walk"
        if gait not in STEPPED or not any(limb.leg for limb in figure.limbs.values()):
            return act(figure, gait, seconds, also=doing.also, **how)
        gone, fast, _ = self._progress(time)
        went = float(np.interp(gone, MOMENTS, self.ways)) / math.cos(math.radians(GOING_YAW))  # seen at a slant
        at = went / max(1e-6, speed(figure, gait))
        walking = act(figure, gait, at, also=doing.also, **how)
        return between(act(figure, "stand", seconds, also=doing.also, **how), walking, min(1.0, fast / 0.25))

    def _in_place(self) -> str:
        """What it does without going anywhere: gaits need a way, except in the air and in water."""
        if self.doing.action in GAITS and self.figure.habitat == "ground" and self.doing.action not in ("hop", "climb"):
            return self._by_itself()
        return self._by_itself() if self.doing.action == "stand" else self.doing.action

    def _by_itself(self) -> str:
        """What it does in its place when nothing is said: fliers fly, swimmers swim, sleepers sleep, the others stand and breathe."""
        if self.figure.doing in ("sleep", "sit", "dance"):
            return self.figure.doing
        return {"air": "fly", "depth": "swim"}.get(self.figure.habitat, "stand")

    def shown(self, to_frame: np.ndarray, time: float, look: tuple[float, float] | None, light: Any) -> Shown | None:
        """The figure for a frame; `to_frame` is canvas to frame with its own matrix. None when it is too small to be seen."""
        scale = float(np.sqrt(abs(np.linalg.det(to_frame[:2, :2]))))
        height = self.height * scale
        if not 4 <= height <= 4000:
            return None
        side = (1 if self.figure.mirrored else -1) * (1 if to_frame[0, 0] >= 0 else -1)
        if self.faces and self.figure.carrier is None:
            side = self.faces
        pose = self.pose(time, look)
        moving = self.goes and self._progress(time)[1] > 0.05
        yaw = GOING_YAW if moving or self.figure.doing == "ride" else STANDING_YAW
        drawn = draw(self.character, pose, height, yaw, None, side)
        x, y = (to_frame @ (*self.ground, 1.0))[:2]
        return _on_frame(
            drawn,
            float(x),
            float(y),
            lambda pixels: (
                lit(pixels, light, self._depth(), self.figure.names[0], self.figure.habitat) if light else pixels
            ),
        )

    def _depth(self) -> float:
        return self.figure.depth


def _on_frame(drawn: Drawn, x: float, y: float, lighten: Any) -> Shown:
    """The picture with its anchor at a place between pixels of the frame."""
    import cv2

    pixels = drawn.rgba.astype(np.float32) / 255
    pixels[..., :3] *= pixels[..., 3:]
    left, top = x - drawn.anchor[0], y - drawn.anchor[1]
    whole = int(np.floor(left)), int(np.floor(top))
    part = left - whole[0], top - whole[1]
    height, width = pixels.shape[:2]
    moved = cv2.warpAffine(
        pixels,
        np.array([[1, 0, part[0]], [0, 1, part[1]]], np.float32),
        (width + 1, height + 1),
        flags=cv2.INTER_LINEAR,
    )
    places = {name: (left + px, top + py) for name, (px, py) in drawn.anchors.items()}
    return Shown(lighten(moved), float(whole[0]), float(whole[1]), places)


def actor_of(
    cast: Cast,
    number: int,
    said: Act,
    doing: Doing | None,
    seconds: float,
    loop: bool,
    energy: float,
    path: np.ndarray | None,
) -> Actor:
    """A rigged figure acts by its joints, every other thing as a whole."""
    if cast.figures[number].character:
        return Performer(cast, number, doing or Doing(), seconds, loop, energy, path)
    return Actor(cast, number, said, seconds, loop, energy, path)


def rides_of(cast: Cast, doings: list[Doing | None], acts: list[Act]) -> tuple[list[Doing | None], list[Act]]:
    """Who rides goes where what it rides goes: the way of a rider on something is the way of that."""
    doings, acts = list(doings), list(acts)
    for number, doing in enumerate(doings):
        carrier = cast.figures[number].carrier
        if doing is None or doing.action != "ride" or carrier is None:
            continue
        acts[carrier] = replace(doing.way, gait="drive")
        if cast.figures[carrier].character:
            doings[carrier] = Doing("walk", way=replace(doing.way, gait="walk"))
        doings[number] = replace(doing, way=STAYS)
    return doings, acts


def held_size(noun: str, holder_px: float, thing_px: float) -> float:
    """By how much a thing is scaled in somebody's hands; never larger than it stands in the picture."""
    metres = height_of(noun)
    share = next(share for most, share in HELD_SHARES if metres <= most)
    return min(1.0, share * holder_px / max(1e-6, thing_px))


def held_by(actors: list[Actor], figures: tuple[Figure, ...]) -> dict[int, int]:
    """Things that somebody carries, gives, throws, eats or drinks: number of the thing -> number of who holds it."""
    found: dict[int, int] = {}
    for number, actor in enumerate(actors):
        if not isinstance(actor, Performer) or actor.doing.object is None:
            continue
        thing = actor.doing.object
        if {actor.doing.action, actor.doing.also} & CARRYING and not figures[thing].character and thing not in found:
            found[thing] = number
    return found
