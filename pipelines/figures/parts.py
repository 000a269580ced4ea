"""Bodies as data: a file of `assets/bodies` says the joints of a plan, its limbs, its named places, and the parts that it is painted from.

Numbers may be formulas (`formulas.py`) of the figure's parameters, the `measures` of its plan, what `let` and loops set, and of tables:
`near.NAME` (how far a bone, a ball or the middle of rows is towards the viewer), `front.BONE` (whether its front is seen), `facing.BALL`, `up.BONE`, `right.BONE`, `hands.END`.
`{"top": {"coat": 1, "": 0}}` chooses by a parameter or a measure. A name with `{n}` stands for both sides; `s` is 1 on the right and -1 on the left.

`girth.BALL` is the first half axis of a ball. A ball is `[bone, forward, up, right, radius or three radii, pitch]`, the name of one, or an object: `on` another ball (`from` the middle of a third), `at` (azimuth, elevation, distance), `grow`,
`move` (in its half axes; `moves` for all rounds of a loop at once), `along` (in a bone's frame), `shift` (in space), `size` (of a sphere) or `axes` (a share of the other's), or `between` two others.
A part is a chain, card, decal, stroke, band, box or panel (`draw`) `of` balls; `for` and `not` choose by parameters, `if` by a formula, `shown` by how squarely a place on a ball is seen; `sides`, `each`, `times` and
`through` repeat; `rows` and `ball` keep balls for later parts; `call` asks a function marked `@painter` for what no list of balls can be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.core.models import ASSETS
from pipelines.figures.face import share_facing_viewer
from pipelines.figures.formulas import formula, formula_of_row
from pipelines.figures.kinds import FOLDER
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.painting.brush import mix, rgb

if TYPE_CHECKING:
    from pipelines.figures.figure import Figure

SIDES = (("r", 1), ("l", -1))
LOOPS = frozenset(["each", "times", "through", "sides", "shown", "if", "let"])
PAINT = ("smooth", "round", "contact", "opacity", "feather", "glow", "clip")
PAINTERS: dict[str, Callable[[Builder, Mapping[str, Any]], None]] = {}  # what `call` names


@cache
def plan_of(name: str) -> Mapping[str, Any]:
    """The record of a plan; what it does not say itself, it has from the plan that it is like."""
    record = with_rows(json.loads((ASSETS / "bodies" / f"{name}.json").read_text("utf-8")))
    return {**plan_of(record["like"]), **record} if "like" in record else record


@cache
def _groups_of_shapes() -> Mapping[str, Mapping[str, Any]]:
    files = [json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("shapes", "hats", "garments")]
    return {name: with_rows(group) for groups in files for name, group in groups.items()}


def shapes(group: str) -> Mapping[str, Any]:
    """Ears, horns, beaks, tails, hats, garments or hair by name, in the order of their file in `assets/figures`."""
    return _groups_of_shapes()[group]


def read_all_records() -> None:
    """Read what any figure is built from, where no file can be read later."""
    shapes("hair")
    for path in (ASSETS / "bodies").glob("*.json"):
        plan_of(path.stem)


tone_of = lru_cache(maxsize=512)(rgb)


class Row(list[Any]):
    """A list of a record, with the function that works its numbers out once it was asked for."""

    numbers: Callable[[Any], Any] | None = None


def with_rows(record: Any) -> Any:
    """A record whose lists are rows."""
    if isinstance(record, dict):
        return {name: with_rows(value) for name, value in record.items()}
    return Row(map(with_rows, record)) if isinstance(record, list) else record


class Names(dict[str, Any]):
    """What formulas can name: the figure's parameters, measures, and what parts let stand for a formula."""

    def text(self, text: str) -> str:
        """A text with the names in braces filled in."""
        return text.format_map(self) if "{" in text else text

    def choice(self, spec: Any) -> Any:
        """What an object chooses by a parameter or a measure; anything else is itself."""
        while isinstance(spec, dict):
            ((name, options),) = spec.items()
            spec = options.get(str(self[name]), options.get(""))
        return spec

    def number(self, spec: Any) -> Any:
        """A number, what a formula comes to, or a parameter by its name."""
        if type(spec) is dict:
            spec = self.choice(spec)
        return formula(self.text(spec))(self) if type(spec) is str else spec

    def numbers(self, specs: Any, start: int = 0) -> Any:
        """As many numbers, from a place of a list; a number by itself."""
        if not isinstance(specs, Row):
            return self.number(specs)
        if specs.numbers is None:
            row, plain = (
                specs[start:],
                all(isinstance(spec, (int, float, str)) and "{" not in str(spec) for spec in specs),
            )
            specs.numbers = formula_of_row(row) if plain else lambda names: tuple(map(names.number, row))
        return specs.numbers(self)

    def sided(self, name: str) -> Iterator[str]:
        """A name for each side that it stands for; `s` and `n` say which."""
        for n, s in SIDES if "{n}" in name else (("", 0),):
            self.update(n=n, s=s)
            yield self.text(name)


class Table:
    """A table of formulas, whose entries are worked out when they are asked for."""

    def __init__(self, entry: Callable[[str], Any]) -> None:
        self.entry = entry

    def __getitem__(self, name: str) -> float:
        return float(self.entry(name))


class Builder:
    """Adds the parts of one figure in one pose to a sculptor."""

    def __init__(
        self, figure: Figure, s: Sculptor, pose: Pose, record: Mapping[str, Any], params: Mapping[str, Any]
    ) -> None:
        self.figure, self.s, self.pose, self.plan, self.p = figure, s, pose, record, params
        self.balls: dict[str, Ball] = {}
        self.rows: dict[str, list[Ball]] = {}
        bones = s.skeleton.index
        self.names = Names(params)
        self.number, self.numbers = self.names.number, self.names.numbers
        self.names.update(
            figure.measures if record is figure.record else {},
            near=Table(self._near),
            front=Table(lambda bone: s.turned[bones[bone]][:, 0] @ s.toward),
            facing=Table(lambda name: s.facing(self.ball(name))),
            girth=Table(lambda name: self.ball(name).axes[0, 0]),
            upright=Table(lambda bone: s.turned[bones[bone]][1, 1]),
            up=Table(lambda bone: s.where[bones[bone], 1]),
            right=Table(lambda bone: s.where[bones[bone], 2]),
            hands=Table(lambda end: pose.hands.get(end, self.plan["hand_at_rest"])),
            wave=2 * math.pi * pose.wave,
            breath=1 + 0.02 * pose.breath,
            flap=pose.flap,
            squash=pose.squash,
            travel=pose.travel,
            lift=pose.lift,
            open=pose.face.open,
            yaw=s.yaw,
        )

    def _near(self, name: str) -> float:
        """How far a bone, a ball or the middle of rows is towards the viewer."""
        if name in self.s.bone_near:
            return self.s.bone_near[name]
        if name in self.rows and name not in self.balls:
            return float(self.s.near(np.array([ball.centre for ball in self.rows[name]])).mean())
        return float(self.s.near(self.ball(name).centre))

    def colour(self, spec: Any) -> np.ndarray:
        """A colour: a code, the name of one in the record or of a parameter, or a mix of others."""
        spec = self.names.choice(spec)
        if isinstance(spec, str):
            name = self.names.text(spec)
            if name in self.plan.get("colours", ()):
                if (id(self.plan), name) not in self.figure.colours:
                    self.figure.colours[id(self.plan), name] = self.colour(self.plan["colours"][name])
                return self.figure.colours[id(self.plan), name]
            return tone_of(name if name.startswith("#") else str(self.p[name]))
        if isinstance(spec[0], float):
            return np.array(spec, np.float32)
        kind, first, *others = spec
        if kind == "or":  # of a parameter that may be empty
            return self.colour(first if self.p.get(first) else others[0])
        other = {"darker": "#2a2030", "lighter": "#fff8ea"}.get(kind) or others.pop(0)
        return mix(self.colour(first), self.colour(other), self.number(others[0] if others else 0.3))

    def ball(self, spec: Any) -> Ball:
        """The ball that a record describes."""
        if isinstance(spec, str):
            name = self.names.text(spec)
            return self.balls[name] if name in self.balls else self.ball(self.plan["balls"][name])
        if isinstance(spec, list):
            forward, up, right, *radii = self.numbers(spec, 1)
            pitch = radii.pop() if len(radii) == 4 else 0.0
            size = radii[0] if len(radii) == 1 else radii or 0.0
            return self.s.ball(self.names.text(spec[0]), (forward, up, right), size, pitch)
        if "between" in spec:
            (first, second), share = map(self.ball, spec["between"][:2]), self.number(spec["between"][2])
            base = Ball(first.centre * (1 - share) + second.centre * share, first.axes)
        else:
            base = self.ball(spec["on"])
        return self._change_ball(base, spec)

    def _change_ball(self, base: Ball, spec: Mapping[str, Any]) -> Ball:
        """A ball placed on another one, moved and grown."""
        centre, axes = self.ball(spec["from"]).centre if "from" in spec else base.centre, base.axes
        if "at" in spec:
            centre = base.at(*self.numbers(spec["at"]))
        if "move" in spec:
            centre = centre + base.axes @ np.array(self.numbers(spec["move"]), float)
        if "shift" in spec:
            centre = centre + np.array(self.numbers(spec["shift"]), float)
        if "along" in spec:
            way = self.numbers(spec["along"], 1)
            centre = centre + self.s.frame(self.names.text(spec["along"][0])) @ np.array(way, float)
        if "size" in spec:
            axes = np.eye(3) * self.numbers(spec["size"])
        elif grown := spec.get("grow", spec.get("axes")):
            axes = axes * np.asarray(self.numbers(grown), float)
        return Ball(centre, axes)

    def sections(self, specs: Sequence[Any]) -> list[Ball]:
        """The balls that a list of the record describes."""
        balls: list[Ball] = []
        for spec in specs:
            if not isinstance(spec, dict):
                balls.append(self.ball(spec))
            elif "moves" in spec:
                base, moves = self.ball(spec["on"]), [self.numbers(spec["moves"]) for _ in self._rounds(spec)]
                balls += [Ball(centre, base.axes) for centre in base.centre + np.array(moves) @ base.axes.T]
            elif self._suits(spec):
                for _ in self._rounds(spec):
                    if "of" in spec:
                        balls += self.sections(spec["of"])
                    elif "rows" in spec:
                        rows = self.rows[self.names.text(spec["rows"])][slice(*spec.get("cut", (None,)))]
                        balls += [self._change_ball(ball, spec) for ball in rows]
                    else:
                        balls.append(self.ball(spec))
        return balls

    def _suits(self, spec: Mapping[str, Any]) -> bool:
        """Whether a part is for a figure with these parameters: `true` stands for any value but none."""

        def fits(name: str, wanted: Any) -> bool:
            value = self.names.get(name, "")
            return bool(value) and value != "none" if wanted is True else value in wanted

        return ("for" not in spec or all(fits(*item) for item in spec["for"].items())) and not (
            "not" in spec and any(fits(*item) for item in spec["not"].items())
        )

    def _rounds(self, spec: Mapping[str, Any]) -> Iterator[None]:
        """Once for each round of a part's loops in which it is wanted."""
        if LOOPS.isdisjoint(spec):
            yield
            return
        rounds: list[dict[str, Any]] = [{}]
        if "each" in spec:
            for names, rows in spec["each"].items():
                rounds = [{**values, **dict(zip(names.split(), row))} for values in rounds for row in rows]
        if "times" in spec:
            for name, count in spec["times"].items():
                rounds = [{**values, name: number} for values in rounds for number in range(int(self.number(count)))]
        if "through" in spec:
            name, *cut = spec["through"]
            rows = self.rows[name][slice(*cut or (None,))]
            rounds = [{**values, "number": i, "one": ball} for values in rounds for i, ball in enumerate(rows)]
        if "sides" in spec:
            rounds = [{**values, "n": n, "s": s} for values in rounds for n, s in SIDES]
        for values in rounds:
            if "one" in values:
                self.balls["one"] = values.pop("one")
            if values:
                self.names.update(values)
            if "shown" in spec:
                name, azimuth, elevation, least = spec["shown"]
                if share_facing_viewer(self.s, self.ball(name), self.number(azimuth), self.number(elevation)) < least:
                    continue
            if "if" not in spec or self.number(spec["if"]):
                if "let" in spec:
                    for name, value in spec["let"].items():
                        self.names[name] = self.number(value)
                yield

    def play(self, parts: Sequence[Mapping[str, Any]]) -> None:
        """Add parts in their order."""
        for part in parts:
            if self._suits(part):
                for _ in self._rounds(part):
                    self._add(part)

    def _add(self, part: Mapping[str, Any]) -> None:
        if "parts" in part:
            self.play(part["parts"])
        elif "call" in part:
            PAINTERS[part["call"]](self, part)
        elif "rows" in part:
            self.rows[self.names.text(part["rows"])] = self.sections(part["of"])
        elif "ball" in part:
            self.balls[self.names.text(part["ball"])] = self.ball(part["of"])
        elif "name" in part:
            self._draw(part)

    def paint(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """How a part is painted, as far as the record says it."""
        return {key: self.number(part[key]) for key in PAINT if key in part}

    def _draw(self, part: Mapping[str, Any]) -> None:
        s, name, kind, paint = self.s, self.names.text(part["name"]), part.get("draw", "chain"), self.paint(part)
        colour = self.colour(part["colour"])
        depth: Any = self.number(part["depth"]) if "depth" in part else None  # of a chain alone it may be missing
        if kind in ("box", "panel"):
            bone, where, half = (
                self.names.text(part["of"][0]),
                self.numbers(part["of"], 1),
                self.numbers(part["half"]),
            )
            if kind == "box":
                s.box(name, bone, where, half, self.number(part["corner"]), colour, depth, **paint)
            else:
                s.panel(name, bone, where, half, colour, depth, part.get("corner", 0.4), **paint)
            return
        balls = self.sections(part["of"])
        if kind == "chain":
            made = s.chain(name, balls, colour, depth=depth, **paint)
            if "keep" in part:
                self.rows[part["keep"]] = made
            return
        points = np.array([ball.centre for ball in balls])
        if kind == "card":
            s.card(name, points, colour, depth=depth, **paint)
        elif kind == "decal":
            s.decal(name, points, colour, depth, **paint)
        elif kind == "stroke":
            s.stroke(name, points, self.numbers(part["width"]), colour, depth, **paint)
        else:
            s.band(name, balls[0], part["half"], colour, depth)


def painter(function: Callable[[Builder, Mapping[str, Any]], None]) -> Callable[[Builder, Mapping[str, Any]], None]:
    """Let records call a function by its name."""
    PAINTERS[function.__name__] = function
    return function
