"""Acts as data: one record an act in `assets/acts/NAME.json`, read and checked when it is first asked for. docs/acts.md explains the format.

`bodies` say how a body of each plan moves, by formulas of the time; `stage` says who and what take part, where they stand, which hand or foot goes
to which named point of a thing or a person, when, and what is different afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.figures.formulas import formula
from pipelines.figures.pose import EXPRESSIONS

FOLDER = ASSETS / "acts"
ACTOR = "actor"
OF_HANDS = ("hand_r", "hand_l", "foot_r", "foot_l")


def _check_value(value: float | str) -> float | str:
    if isinstance(value, str):
        formula(value)
    return value


Value = Annotated[float | int | str, AfterValidator(_check_value)]
Triple = tuple[Value, Value, Value]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Point = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Limb = Annotated[str, StringConstraints(pattern=rf"^[a-z][a-z0-9_]*\.({'|'.join(OF_HANDS)})$")]
Phase = Annotated[float, Field(ge=0, le=1)]
Spot = Literal["rest"] | Point | tuple[Point, Value, Value] | tuple[Literal["between"], Value, Value]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Body(_Record):
    """How one plan of body moves: numbers of a `Pose` by formulas; it may begin with another act, at another time, and keep only some of it."""

    begins: str = Field("", alias="from")
    at: Value = "t"
    given: Mapping[str, Value] = Field(default={}, alias="with")
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    how: Mapping[str, float] = {}
    let: Mapping[str, Value] = {}
    gait: Literal["", "walk", "run", "sneak"] = ""
    angles: Mapping[str, Triple] = {}
    reach: Mapping[str, Triple] = {}
    close: Mapping[str, Value] = {}
    face: Mapping[str, Value | tuple[Value, Value]] = {}
    travel: Value | None = None
    lift: Value | None = None
    sink: Value | None = None
    sway: Value | None = None
    pitch: Value | None = None
    turn: Value | None = None
    squash: Value | None = None
    wave: Value | None = None
    flap: Value | None = None
    seat: Value | None = None


class Still(_Record):
    """The second of an act that a still picture shows, and from which side."""

    second: float = 1.2
    view: float | str = "three_quarters"


class Party(_Record):
    """Who or what takes part beside the actor: what it is on a contact sheet, where it is (in heights of the actor, ahead of them), how large.

    `on` names a point that it stands on; `beside` is whether it may be missing; `named`: only if the scene names it
    for this act; `stays`: it keeps the place and size that the scene gives it;
    `looks` is where its front is; `seat` is how high one sits on it, which makes its size. What is `brought` comes with the act where the
    scene has none, and always where nothing `fits`; a `size` of 0 is its own, and `x` then from its edge; the `place` may have it too: its own water; `of` another party it is that one's drawing in the state of the example ("bed:front"), and missing where it has none.
    """

    kind: Literal["person", "thing"] = "thing"
    example: str
    fits: tuple[str, ...] = ()
    beside: bool = False
    stays: bool = False
    named: bool = False
    x: float = 0.5
    y: float = 0.0
    size: float = 0.4
    seat: float = 0.0
    brought: bool = False
    place: Literal["", "water"] = ""
    of: Name | Literal[""] = ""
    on: Point | Literal[""] = ""
    looks: Literal["actor", "along"] = "along"
    layer: Literal["behind", "person", "between", "before"] = "before"

    @model_validator(mode="before")
    @classmethod
    def _people_are_among_themselves(cls, told: Any) -> Any:
        return {"layer": "person", **told} if isinstance(told, dict) and told.get("kind") == "person" else told

    @property
    def sought(self) -> bool:
        """Whether it is looked for in a scene."""
        return not (self.of or (self.brought and not self.fits))


class Way(_Record):
    """One key of a path: from this phase on it goes to the next; `at` is a spot (`otherwise` another, where that
    party is missing), `by` the own point that lies there; `to` is where its other end reaches.
    """

    phase: Phase
    at: Spot
    otherwise: Spot = "rest"
    by: Name = "ground"
    to: Point | Literal[""] = ""
    turn: Value = 0
    wide: Value = 1
    high: Value = 0
    seen: Value = 1
    level: bool = False  # it goes along the ground only
    in_use: bool = False  # it is held as its own record says


class Reach(_Record):
    """One key of a hand or foot: at this phase it is at a spot; between two keys of the same point it stays there."""

    phase: Phase
    at: Spot
    toward: bool = False  # it only points there


class Turn(_Record):
    """One key of what a body does: from this phase on it is in that act, if there is the party that it `needs`."""

    phase: Phase
    act: str
    needs: Name | Literal[""] = ""
    how: Mapping[str, float] = {}
    face: str = ""


class After(_Record):
    """What is different when an act is over."""

    what: Name
    is_: Literal["held by", "worn by", "inside", "on", "open", "shut", "lit", "out", "gone", "broken"] = Field(
        alias="is"
    )
    of: Name | Literal[""] = ""


class Stage(_Record):
    """How an act plays between those who take part, in phases from 0 to 1 of `seconds`; `shown` is the phase of a still picture.

    From a phase on somebody `wears` a thing, or is `covered` below a point: water hides the legs.
    """

    seconds: float = Field(default=2.4, gt=0.2, le=12)
    repeats: bool = False
    shown: Phase = 0.6
    view: float = 44.0
    going: tuple[Name, ...] = ()
    parties: Mapping[Name, Party] = {}
    bodies: Mapping[Name, tuple[Turn, ...]] = {}
    ways: Mapping[Name, tuple[Way, ...]] = {}
    reaches: Mapping[Limb, tuple[Reach, ...]] = {}
    states: Mapping[Name, tuple[tuple[Phase, Name], ...]] = {}
    wears: Mapping[Name, tuple[Phase, Name]] = {}
    covered: Mapping[Name, tuple[Phase, Point]] = {}
    faces: Mapping[Name, Literal["actor", "away", "along"]] = {}
    after: tuple[After, ...] = ()

    @model_validator(mode="after")
    def _names_parties(self) -> Stage:
        known = {ACTOR, *self.parties}
        ways: list[tuple[Any, ...]] = [*self.ways.values(), *self.reaches.values()]
        spots = [key.at for keys in ways for key in keys]
        named = (
            {reach.partition(".")[0] for reach in self.reaches} | set(self.bodies) | set(self.ways) | set(self.states)
        )
        named |= {point.partition(".")[0] for spot in spots if (point := point_of(spot))} | set(self.going)
        named |= {party.on.partition(".")[0] for party in self.parties.values() if party.on} | set(self.faces)
        named |= {name for one in self.after for name in (one.what, one.of) if name}
        named |= {about.of for about in self.parties.values() if about.of} | {
            *self.wears,
            *self.covered,
            *(what for _, what in self.wears.values()),
        }
        named |= {line.partition(".")[0] for _, line in self.covered.values()}
        named |= {key.to.partition(".")[0] for keys in self.ways.values() for key in keys if key.to}
        if named - known:
            raise ValueError(f"{sorted(named - known)[0]!r} acts, but is no party")
        for keys in [*ways, *self.bodies.values()]:
            phases = [key.phase for key in keys]
            if not phases or phases[0] != 0 or phases != sorted(phases):
                raise ValueError("the keys of a path begin at 0 and go on in their order")
        return self


class Act(_Record):
    """One act. `words` lead to it: verbs, and verbs with a word of their clause ("shake hands"). `onlookers`: the expression of others who do nothing; `upper`: it can be laid over a gait; `suits`: the place of its picture where none is said; `like` is the act whose body stands for those that `bodies` does not name; `takes`
    what may be its object and whom it may be done to; `tool`: what is in the hands where nothing is named.
    """

    label: str
    words: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z ]{1,40}$")], ...] = ()
    upper: bool = False
    mood: str = ""
    onlookers: str = ""
    suits: str = ""
    like: str = ""
    tool: str = ""
    takes: tuple[Literal["thing", "person", "place"], ...] = ()
    still: Still = Still()
    bodies: Mapping[str, Body | str] = {}
    stage: Stage | None = None

    @model_validator(mode="after")
    def _has_a_body(self) -> Act:
        if not self.bodies and not self.like:
            raise ValueError("an act needs bodies, or an act that it is like")
        if strange := {self.mood, self.onlookers} - {"", *EXPRESSIONS}:
            raise ValueError(f"there is no expression {min(strange)!r}")
        return self


def point_of(spot: Any) -> str:
    """The named point of a spot; "" for rest and for what is between two."""
    name = spot[0] if isinstance(spot, tuple) else spot
    return name if "." in name else ""


@cache
def names() -> tuple[str, ...]:
    """All acts, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def record(name: str) -> Act:
    """The record of an act. Raises Refusal."""
    if name not in names():
        raise Refusal(f"There is no action called {name[:40]!r}.")
    try:
        return Act.model_validate_json((FOLDER / f"{name}.json").read_text("utf-8"))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise Refusal(f"The act {name!r} cannot be read: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None


def tool_of(name: str) -> str:
    """What is in the hands in an act where nothing is named; "" for nothing, and for what is no act."""
    return record(name).tool if name in names() else ""


def acts() -> list[dict[str, Any]]:
    """Every act for an editor: its name, its label, and whether it takes a thing and somebody."""
    return [{"name": name, "label": record(name).label, "arguments": list(arguments(record(name)))} for name in names()]


def arguments(act: Act) -> tuple[str, ...]:
    """What an act is done with and to: "thing", "person"."""
    kinds = (
        [party.kind for party in act.stage.parties.values() if party.sought and not party.beside] if act.stage else []
    )
    return tuple(dict.fromkeys([*act.takes, *kinds]))


@cache
def body_of(name: str, plan: str, family: str) -> tuple[str, Body]:
    """The body of an act for a plan, and the act that it comes from."""
    act = record(name)
    keys = (plan, {"two": "two", "quadruped": "four", "wave": "none"}[family])
    body = next((act.bodies[key] for key in keys if key in act.bodies), act.like)
    while isinstance(body, str) and body in act.bodies:
        body = act.bodies[body]
    return body_of(body, plan, family) if isinstance(body, str) else (name, body)
