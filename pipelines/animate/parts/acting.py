"""Where a figure is at a moment of its act: an affine matrix over the canvas for it, another for the shadow at its feet."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.framing import line_of
from pipelines.animate.parts.gaits import LENGTHS, TRAVELS, fallen, grown, pose
from pipelines.language.lexicon import Words
from pipelines.language.verbs import Act
from pipelines.media.curves import catmull_rom, ease_time, minimum_jerk

STEEPEST = (0.35, 2.0)  # how much smaller or larger walking into the depth makes a thing
SHORE = 0.1  # of the width, from the picture's edge to where somebody is across
NEAR, COMES_FROM = 0.2, 0.36  # of the width: what is no way to go, and from how far somebody comes then
AWAY, BESIDE = "away:", "beside:"  # from somebody or something; to a thing from where the picture shows somebody
INTO, OUT_OF = "into:", "outof:"  # ways to and from the inside of a thing
HIGHEST = 0.06  # of the height: room above what rises
AT, BY = "at:", "by:"  # a place; from a step to the side to another step to it; in parts of the canvas
TOP, CLIMBED = "top:", 0.62  # a way up a thing, and how much of its height
OPENINGS = {  # of things that one can go into: where, from the left and from the ground, in parts of their size
    "window": (0.5, 0.36),
    "open window": (0.5, 0.36),
    "house": (0.28, 0.0),
    "cottage": (0.28, 0.0),
    "cave": (0.5, 0.0),
}
HINTS = {"bob": "float", "jump": "hop"}  # Storybook's words for a move that go by another name here
PLANTS = Words("nouns", "plants")


@dataclass(frozen=True)
class FootPath:
    """The way of a figure's feet over the canvas, [n,2] in pixels at `times` (0..1), and how large it is at each."""

    times: np.ndarray
    places: np.ndarray
    scales: np.ndarray

    def at(self, gone: float) -> tuple[float, float, float]:
        """Return x, y and scale where a share 0..1 of the way is gone."""
        values = np.concatenate([self.places, self.scales[:, None]], axis=1)
        x, y, scale = catmull_rom(self.times, values, gone)
        return float(x), float(y), float(scale)

    @property
    def length(self) -> float:
        """Length of the way in pixels of the canvas."""
        return float(np.hypot(*np.diff(self.places, axis=0).T).sum())


@dataclass(frozen=True)
class Stand:
    """A figure at one moment: matrices [3,3] for itself and its shadow, the shadow's strength, and the row of its feet."""

    matrix: np.ndarray
    shadow: np.ndarray
    strength: float
    feet: float


class Actor:
    """One figure, its act and its way; `stand(time)` for time 0..1 of the clip."""

    def __init__(
        self, cast: Cast, number: int, act: Act, seconds: float, loop: bool, energy: float, path: np.ndarray | None
    ) -> None:
        self.figure, self.act, self.seconds, self.loop, self.energy = cast.figures[number], act, seconds, loop, energy
        self.phase = (number * 0.618034) % 1.0
        self.track = _track(cast, number, act, path, seconds)
        going = self.track.places[-1, 0] - self.track.places[0, 0] if self.track else 0.0
        faces = 1 if self.figure.mirrored else -1  # drawings look to the left
        self.turned = abs(going) > 0.2 * self.figure.wide and np.sign(going) != faces

    def stand(self, time: float) -> Stand:
        """Return where and how the figure stands at time 0..1."""
        figure, act = self.figure, self.act
        gone, speed, facing = self.progress(time)
        x, feet, scale = self.track.at(gone) if self.track else (*figure.feet, 1.0)
        now = pose(act.gait, time * self.seconds, self.seconds, self.loop, self.phase, speed)
        lift, size = now.lift * self.energy, scale
        if act.gait == "fall" and not self.loop:
            lift = fallen(time * self.seconds, self.seconds) * (figure.feet[1] + figure.tall) / figure.tall
        if act.gait == "appear" and not self.loop:
            size *= grown(time * self.seconds, self.seconds)
        wide = size * facing * (now.wide**self.energy if now.wide > 0 else now.wide)
        angle = now.angle * self.energy
        if act.gait == "roll" and self.track:
            angle = (
                -np.sign(self.track.places[-1, 0] - self.track.places[0, 0])
                * -gone
                * self.track.length
                / (figure.tall / 2)
            )
        about = now.about_middle or act.gait == "roll"
        matrix = _place_matrix(
            figure,
            x + now.x * figure.tall,
            feet - lift * figure.tall * scale,
            wide,
            size * now.tall**self.energy,
            angle,
            now.lean * self.energy,
            about,
        )
        smaller = 1 / (1 + 0.9 * max(0.0, lift))
        shadow = _place_matrix(
            figure, x, feet, abs(size) * smaller * (1 if facing >= 0 else -1), size * smaller, 0.0, 0.0, False
        )
        return Stand(matrix, shadow, 1 / (1 + 1.6 * max(0.0, lift)), feet)

    def progress(self, time: float) -> tuple[float, float, float]:
        """How much of the way is gone, how fast it goes (0..1), and which way it faces (1: as drawn; in a turn in between)."""
        drawn = -1.0 if self.turned else 1.0
        if self.track is None:
            return 0.0, 1.0, 1.0
        if not self.loop:
            rest = _rest(self.act)
            share = (time - rest[0]) / (1 - rest[0] - rest[1])
            speed = (_ease_act(self.act, share + 0.01) - _ease_act(self.act, share - 0.01)) / 0.02
            return _ease_act(self.act, share), min(1.0, speed), drawn
        if time < 0.5:
            share = (time - 0.03) / 0.41
            turn = _flip((time - 0.45) / 0.08)
        else:
            share = 1 - (time - 0.53) / 0.41
            turn = -_flip((time - 0.93) / 0.07)
        return minimum_jerk(share), math.sin(math.pi * min(1.0, max(0.0, share))) ** 0.5, drawn * turn


def _rest(act: Act) -> tuple[float, float]:
    """Parts of the time in which it stands before and after its way."""
    return (0.0, 0.12) if act.way == "enter" else (0.06, 0.0) if act.way == "leave" else (0.05, 0.08)


def _ease_act(act: Act, share: float) -> float:
    return ease_time(share, {"enter": "out", "leave": "in"}.get(act.way, "soft"))  # on its way when it comes into view


def _flip(share: float) -> float:
    """1 to -1 as a drawing turns round, never quite flat."""
    value = math.cos(math.pi * minimum_jerk(share))
    return math.copysign(max(abs(value), 0.05), value)


def _place_matrix(
    acting_figure: ActingFigure,
    x: float,
    feet: float,
    wide: float,
    tall: float,
    angle: float,
    lean: float,
    about_middle: bool,
) -> np.ndarray:
    """Canvas to canvas: about the feet (or the middle) stretched, leaned, turned, and moved to (x, feet)."""
    away = acting_figure.tall / 2 if about_middle else 0.0
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[1, -lean], [0, 1]]) @ np.diag([wide, tall])
    pivot, target = (
        np.array([acting_figure.feet[0], acting_figure.feet[1] - away]),
        np.array([x, feet - away * abs(tall)]),
    )
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    matrix[:2, 2] = target - turn @ pivot
    return matrix


def gait_by_itself(figure: ActingFigure) -> str:
    """What a figure does when nothing is said of it: what Storybook knows of it, without leaving its place; trees sway, houses stand."""
    from pipelines.scenes.things import tall_behind

    noun = figure.names[0]
    if "tree" in noun or noun in PLANTS:
        return "sway"
    if tall_behind(noun):
        return "still"
    gait = HINTS.get(figure.move, figure.move)
    return {"walk": "breathe", "run": "breathe", "drive": "breathe", "fall": "breathe"}.get(gait, gait)


def _track(cast: Cast, number: int, act: Act, path: np.ndarray | None, seconds: float) -> FootPath | None:
    """The way an act takes: along a drawn path, to where the sentence says, or ahead as far as suits the gait."""
    figure = cast.figures[number]
    if path is not None:
        places = path * (cast.width, cast.height)
        return _through(cast, figure, places)
    if act.way == "stay" or (act.gait not in TRAVELS and not act.way):
        return None
    start = np.array(figure.feet)
    end = goal_of(cast, number, act, seconds)
    if end is None:
        return None
    if figure.habitat == "ground" and end[1] > feet_row(cast, figure):
        end = np.array([end[0], feet_row(cast, figure)])
    if act.to.startswith(OUT_OF):
        start, end = _opening(cast, figure, int(act.to.removeprefix(OUT_OF))), _before(cast, figure, act)
    if act.to.startswith(BY):
        start = start + (float(act.to.split(":")[1]) * cast.width, 0.0)
    if act.way == "enter":
        start, end = _beyond(cast, figure, start, act), start
    elif act.to.startswith("thing:") and figure.habitat == "ground":
        start = _farther(cast, figure, start, end, int(act.to[6:]))
    if act.to.startswith(TOP) or (
        act.to.startswith(INTO) and end[1] < figure.feet[1] - 0.3 * figure.tall
    ):  # up a thing nobody gets smaller
        return FootPath(np.array([0.0, 1.0]), np.array([start, end]), np.ones(2))
    return _through(cast, figure, np.array([start, end]))


def feet_row(cast: Cast, acting_figure: ActingFigure) -> float:
    """The lowest row that its feet may go to: above subtitles, unless it stands lower already."""
    return max(acting_figure.feet[1], line_of(cast) * cast.height)


def _farther(cast: Cast, acting_figure: ActingFigure, start: np.ndarray, end: np.ndarray, other: int) -> np.ndarray:
    """Who goes to something beside which the picture shows them comes from farther away, as far as there is room."""
    if abs(end[0] - start[0]) >= NEAR * cast.width:
        return start
    side, margin = (-1 if start[0] <= cast.figures[other].feet[0] else 1), 0.5 * acting_figure.wide
    return np.array([np.clip(end[0] + side * COMES_FROM * cast.width, margin, cast.width - margin), start[1]])


def _through(cast: Cast, acting_figure: ActingFigure, places: np.ndarray) -> FootPath:
    steps = np.concatenate([[0], np.cumsum(np.maximum(np.hypot(*np.diff(places, axis=0).T), 1e-3))])
    scales = np.array([_perspective(cast, acting_figure, feet) for feet in places[:, 1]])
    return FootPath(steps / steps[-1], places, scales)


def _perspective(cast: Cast, acting_figure: ActingFigure, feet: float) -> float:
    """How much larger a thing on the ground is with its feet at another row."""
    horizon = cast.stage.get("horizon")
    if horizon is None or acting_figure.habitat != "ground":
        return 1.0
    line = float(horizon) * cast.height
    own = max(acting_figure.feet[1] - line, 0.03 * cast.height)
    return float(np.clip((max(feet - line, 0.03 * cast.height) / own), *STEEPEST))


def _beyond(cast: Cast, acting_figure: ActingFigure, start: np.ndarray, act: Act) -> np.ndarray:
    """Just outside the picture: on the side that is named, else behind the figure as it is drawn."""
    from_right = act.to == "right" or (act.to != "left" and not acting_figure.mirrored)
    margin = 0.6 * acting_figure.wide + 0.06 * cast.width
    return np.array([cast.width + margin if from_right else -margin, start[1]])


def _opening(cast: Cast, acting_figure: ActingFigure, other: int) -> np.ndarray:
    """Where somebody goes into a thing: at its door, a window's at its sill, with the feet just before it."""
    there = cast.figures[other]
    x, y = OPENINGS.get(there.names[0], (0.5, 0.0))
    x = 1 - x if there.mirrored else x
    return np.array([there.feet[0] + (x - 0.5) * there.wide, there.feet[1] + 2 - y * there.tall])


def _before(cast: Cast, acting_figure: ActingFigure, act: Act) -> np.ndarray:
    """Where somebody stands who came out: where the picture shows them, unless that is in the door."""
    door = _opening(cast, acting_figure, int(act.to.removeprefix(OUT_OF)))
    away = acting_figure.feet[0] - door[0]
    if abs(away) >= 0.6 * acting_figure.wide:
        return np.array(acting_figure.feet)
    side = 1 if door[0] < 0.5 * cast.width else -1
    return np.array([door[0] + side * (0.9 * acting_figure.wide + 0.12 * cast.width), feet_row(cast, acting_figure)])


def goal_of(cast: Cast, number: int, act: Act, seconds: float) -> np.ndarray | None:
    """Where the feet of a figure are after an act, in pixels of the canvas; None where it goes nowhere."""
    figure = cast.figures[number]
    x, feet = figure.feet
    ahead = 1 if figure.mirrored else -1
    wide, tall, margin = cast.width, cast.height, 0.5 * figure.wide + 0.02 * cast.width
    if act.to.startswith(AWAY):
        act = replace(act, to="left" if x < cast.figures[int(act.to.removeprefix(AWAY))].feet[0] else "right")
    if act.way == "leave":
        if act.to == "up":
            return np.array([x + 0.15 * ahead * wide, -0.2 * tall])
        right = act.to == "right" or (act.to != "left" and ahead > 0)
        rise = 0.25 * tall if act.gait == "fly" else 0.0
        return np.array([wide + margin + 0.08 * wide if right else -margin - 0.08 * wide, feet - rise])
    if act.to.startswith(AT):
        return np.array([float(part) for part in act.to.removeprefix(AT).split(":")]) * (wide, tall)
    if act.to.startswith(BY):
        return np.array([x + float(act.to.rpartition(":")[2]) * wide, feet])
    if act.to in ("left", "right"):
        return np.array([margin if act.to == "left" else wide - margin, feet])
    if act.to == "up":
        row = max(figure.tall * 1.05 + HIGHEST * tall, feet - 0.35 * tall)
        return np.array([x + 0.1 * ahead * wide, min(feet, row)])
    if act.to == "down":
        return np.array([x, max(feet, min(line_of(cast) * tall, feet + 0.3 * tall))])
    if act.to.startswith(TOP):
        other = cast.figures[int(act.to.removeprefix(TOP))]
        return np.array([other.feet[0], other.feet[1] - CLIMBED * other.tall])
    if act.to.startswith(INTO):
        return _opening(cast, figure, int(act.to.removeprefix(INTO)))
    if act.to == "across":
        shore = margin + SHORE * wide
        return np.array([wide - shore if x < 0.5 * wide else shore, feet])
    if act.to.startswith("under:"):
        other = cast.figures[int(act.to.removeprefix("under:"))]
        return np.array([other.feet[0], min(feet, other.feet[1])])
    if act.to.startswith(("thing:", BESIDE)):
        other = cast.figures[int(act.to.partition(":")[2])]
        side = -1 if x <= other.feet[0] else 1
        level = (
            other.feet[1]
            if other.habitat == figure.habitat == "ground" or figure.habitat == "air" or act.gait == "fly"
            else feet
        )
        room = 0.2 * figure.tall if figure.character else 0.0  # for arms
        return np.array([other.feet[0] + side * (0.5 * (other.wide + 0.9 * figure.wide) + room), level])
    if act.to in ("water", "afar"):
        water, ground = cast.stage.get("water"), cast.stage.get("ground")
        far = float(ground[0]) * tall if ground else feet - 0.15 * tall
        shore = far  # the far edge of the ground is where water begins, or the woods
        if act.gait in ("swim", "sail") and water:
            shore = float(np.mean(water)) * tall
        return np.array(
            [0.5 * wide + 0.35 * (x - 0.5 * wide), min(feet, shore) if figure.habitat == "ground" else shore]
        )
    if act.gait not in LENGTHS:
        return None
    # no goal is named: ahead as far as suits the gait; the other way where there is no room
    reach = LENGTHS[act.gait] * wide * min(1.6, 0.4 + seconds / 6)
    room = (wide - margin - x) if ahead > 0 else (x - margin)
    if room < 0.4 * reach:
        ahead, room = -ahead, (x - margin) if ahead > 0 else (wide - margin - x)
    return np.array([x + ahead * max(0.0, min(reach, room)), feet])
