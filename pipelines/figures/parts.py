"""Bodies as data: a file of `assets/bodies` says the joints of a plan, its limbs, its named places, and the parts that it is painted from.

Numbers may be formulas (`formulas.py`) of the figure's parameters, the `measures` of its plan, what `let` and loops set, and of tables:
`near.NAME` (how far a bone, a ball or the middle of rows is towards the viewer), `front.BONE` (whether its front is seen), `facing.BALL`, `up.BONE`, `right.BONE`, `hands.END`.
`{"top": {"coat": 1, "": 0}}` chooses by a parameter or a measure. A name with `{n}` stands for both sides; `s` is 1 on the right and -1 on the left.

`girth.BALL` is the first half axis of a ball. A ball is `[bone, forward, up, right, radius or three radii, pitch]`, the name of one, or an object: `on` another ball (`from` the middle of a third), `at` (azimuth, elevation, distance), `grow`,
`move` (in its half axes), `along` (in a bone's frame), `shift` (in space), `size` (of a sphere) or `axes` (a share of the other's), or `between` two others.
A part is a chain, card, decal, stroke, band, box or panel (`draw`) `of` balls; `for` and `not` choose by parameters, `if` by a formula, `shown` by how squarely a place on a ball is seen; `sides`, `each`, `times` and
`through` repeat; `rows` and `ball` keep balls for later parts; `call` asks a function of `painters.py` for what no list of balls can be.
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
from pipelines.figures.formulas import formula
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.painting.brush import mix, rgb

if TYPE_CHECKING:
    from pipelines.figures.figure import Figure

SIDES = (("r", 1), ("l", -1))
PAINT = ("smooth", "round", "contact", "opacity", "feather", "glow", "clip")
PAINTERS: dict[str, Callable[[Builder, Mapping[str, Any]], None]] = {}  # what `call` names


@cache
def plan_of(name: str) -> Mapping[str, Any]:
    """The record of a plan; what it does not say itself, it has from the plan that it is like."""
    record = json.loads((ASSETS / "bodies" / f"{name}.json").read_text("utf-8"))
    return {**plan_of(record["like"]), **record} if "like" in record else record


tone_of = lru_cache(maxsize=512)(rgb)


class Names(dict[str, Any]):
    """What formulas can name: measures and what parts let stand for a formula, then the figure's parameters."""

    def __init__(self, params: Mapping[str, Any], measures: Mapping[str, Any]) -> None:
        super().__init__(measures)
        self.params = params

    def __missing__(self, name: str) -> Any:
        return self.params[name]

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
        if isinstance(spec, dict):
            spec = self.choice(spec)
        if not isinstance(spec, str):
            return spec
        text = self.text(spec)
        return self[text] if text.isidentifier() else formula(text)(self)

    def numbers(self, specs: Sequence[Any]) -> Any:
        """As many numbers."""
        return tuple(map(self.number, specs))

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
        self.names = Names(params, figure.measures if record is figure.record else {})
        self.names.update(
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
        if name in self.s.skeleton.index:
            return float(self.s.near(self.s.where[self.s.skeleton.index[name]]))
        if name in self.rows and name not in self.balls:
            return float(self.s.near(np.array([ball.centre for ball in self.rows[name]])).mean())
        return float(self.s.near(self.ball(name).centre))

    def number(self, spec: Any) -> Any:
        """A number of the record; see `Names`."""
        return self.names.number(spec)

    def numbers(self, specs: Any) -> Any:
        """A number, or a list of numbers."""
        return self.names.numbers(specs) if isinstance(specs, list) else self.names.number(specs)

    def colour(self, spec: Any) -> np.ndarray:
        """A colour: a code, the name of one in the record or of a parameter, or a mix of others."""
        spec = self.names.choice(spec)
        if isinstance(spec, str):
            name = self.names.text(spec)
            if name in self.plan.get("colours", ()):
                return self.colour(self.plan["colours"][name])
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
            forward, up, right, *radii = (self.number(number) for number in spec[1:])
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
            bone, *way = spec["along"]
            centre = centre + self.s.frame(self.names.text(bone)) @ np.array(self.numbers(way), float)
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
            value = self.names[name] if name in self.names or name in self.p else ""
            return bool(value) and value != "none" if wanted is True else value in wanted

        return all(fits(*item) for item in spec.get("for", {}).items()) and not any(
            fits(*item) for item in spec.get("not", {}).items()
        )

    def _rounds(self, spec: Mapping[str, Any]) -> Iterator[None]:
        """Once for each round of a part's loops in which it is wanted."""
        rounds: list[dict[str, Any]] = [{}]
        for names, rows in spec.get("each", {}).items():
            rounds = [{**values, **dict(zip(names.split(), row))} for values in rounds for row in rows]
        for name, count in spec.get("times", {}).items():
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
            self.names.update(values)
            if "shown" in spec:
                name, azimuth, elevation, least = spec["shown"]
                if share_facing_viewer(self.s, self.ball(name), self.number(azimuth), self.number(elevation)) < least:
                    continue
            if "if" not in spec or self.number(spec["if"]):
                for name, value in spec.get("let", {}).items():
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
            bone, where, half = self.names.text(part["of"][0]), self.numbers(part["of"][1:]), self.numbers(part["half"])
            if kind == "box":
                s.box(name, bone, where, half, self.number(part["corner"]), colour, depth, **paint)
            else:
                s.panel(name, bone, where, half, colour, depth, part.get("corner", 0.4), **paint)
            return
        balls = self.sections(part["of"])
        points = np.array([ball.centre for ball in balls])
        if kind == "chain":
            made = s.chain(name, balls, colour, depth=depth, **paint)
            if "keep" in part:
                self.rows[part["keep"]] = made
        elif kind == "card":
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
