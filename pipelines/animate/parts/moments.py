"""When what is heard in a scene, and where: feet that are set down, acts that make a sound, animals that call. Which sounds stands in `scenery.json`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import INTO, OUT_OF, Actor
from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.deeds import Deed
from pipelines.animate.parts.gaits import HERTZ
from pipelines.animate.parts.rigged import AT_DOOR, Performer
from pipelines.animate.parts.told import Told
from pipelines.audio.scenery import scenery
from pipelines.figures.acts import ACTOR
from pipelines.language.doings import Doing
from pipelines.scenes.settings import SHELTERED, family

LOOKS_HZ = 100  # how often feet are looked at; between two looks the moment is interpolated
SLOWEST = 0.15  # of its full speed, at which a figure's steps are heard
NEAR = 0.4  # of the height: how tall somebody is whose steps have their whole level
QUIETEST, LOUDEST = 0.25, 1.3
MOST_CALLERS = 2  # of a kind
HARD = ("step on a floor", "step on stone", "step on gravel")
WEIGHT_DB = {"run": 3.0, "sneak": -8.0}


@dataclass(frozen=True)
class Moment:
    """A sound at a second of the scene; `pan` is 0 on the left and 1 on the right."""

    at_s: float
    sound: str
    gain_db: float
    pan: float


def find_moments(cast: Cast, told: Told, seconds: float, speaking: Set[str] = frozenset()) -> list[Moment]:
    """Everything in a scene of `seconds` that makes a sound, in the order of time; who is among `speaking` has words and no call."""
    step, found = step_of(cast.about), list[Moment]()
    for number, actor in enumerate(told.actors):
        figure = actor.figure
        if step and figure.habitat == "ground" and figure.carrier is None:
            own = "hoof" if step in HARD and set(figure.names) & set(scenery()["hooves"]) else step
            found += [_at(actor, cast, time, own, gain) for time, gain in _set_down(actor, seconds)]
        found += [_at(actor, cast, time, sound) for time, sound in _acts(cast, told, number, seconds, step)]
        found += [_at(actor, cast, time, sound) for time, sound in _doors(cast, actor)]
    found += [_at(told.actors[number], cast, time, sound) for number, time, sound in _calls(told, seconds, speaking)]
    return sorted((one for one in found if 0 <= one.at_s < seconds), key=lambda one: (one.at_s, one.sound))


def step_of(about: Mapping[str, Any]) -> str:
    """The sound of a step in a place, "" where there is no ground."""
    known, place = scenery(), str(about.get("place", ""))
    if family(place) in known["silent ground"]:
        return ""
    snow = about.get("weather") == "snow" and place not in SHELTERED
    return str(known["steps"]["snow" if snow else known["ground"].get(family(place), "grass")])


def _at(actor: Actor, cast: Cast, time: float, sound: str, gain_db: float = 0.0) -> Moment:
    """A sound where its maker is at `time` 0..1, the quieter the smaller they are there."""
    gone = actor.progress(min(1.0, time))[0]
    x, _, scale = actor.track.at(gone) if actor.track else (*actor.figure.feet, 1.0)
    near = float(np.clip(actor.figure.tall * scale / (NEAR * cast.height), QUIETEST, LOUDEST))
    pan = float(np.clip(x / cast.width, 0.1, 0.9))
    return Moment(time * actor.seconds, sound, gain_db + 20 * math.log10(near), pan)


def _set_down(actor: Actor, seconds: float) -> Iterator[tuple[float, float]]:
    """Times 0..1 at which a foot is set down, and how loud that is."""
    if actor.track is None:
        return
    if not isinstance(actor, Performer):
        yield from _bounces_of(actor, seconds)
        return
    times = np.linspace(0, 1, max(2, round(seconds * LOOKS_HZ)))
    before = actor.feet_at(0.0)[0]
    for earlier, time in itertools.pairwise(times):
        feet, fast = actor.feet_at(float(time))
        for foot, turns in feet.items():
            last = before.get(foot, turns)
            if math.floor(turns) > math.floor(last) and fast > SLOWEST and actor.seen(float(time)) > 0.5:
                share = (math.floor(turns) - last) / (turns - last)
                weight = WEIGHT_DB.get(actor.deed_at(float(time)).doing.action, 0.0) - (3.0 if len(feet) > 2 else 0.0)
                yield float(earlier + share * (time - earlier)), weight + 20 * math.log10(max(0.3, min(1.0, fast)))
        before = feet


def _bounces_of(actor: Actor, seconds: float) -> Iterator[tuple[float, float]]:
    """The same of a drawing without joints, which hops or rocks from foot to foot."""
    each = {"hop": 1.0, "walk": 0.5, "run": 0.5}.get(actor.act.gait)
    if each is None:
        return
    hertz = HERTZ.get(actor.act.gait, 0.4)
    for turn in np.arange(math.ceil(actor.phase / each) * each, hertz * seconds + actor.phase, each):
        time = float((turn - actor.phase) / hertz / seconds)
        if actor.progress(time)[1] > SLOWEST:
            yield time, 0.0


def _acts(cast: Cast, told: Told, number: int, seconds: float, step: str) -> Iterator[tuple[float, str]]:
    """Times 0..1 at which what somebody does makes a sound, again and again where the act does."""
    actor, figure = told.actors[number], told.actors[number].figure
    pace = seconds * min(1.0, actor.energy)
    if pace <= 0:
        return
    deeds = told.deeds[number] or (
        (Deed(0.0, 1.0, Doing("swim")),)
        if figure.habitat == "water" and figure.character and figure.carrier is None
        else ()
    )
    for deed in deeds:
        played = next((play for play in told.plays if play.deed is deed and play.parties[ACTOR] == number), None)
        end, speed = deed.end, 1.0
        if played is not None:
            end, whole = played.end, played.stage.seconds
            speed = 1.0 if played.stage.repeats else min(whole, max(0.2, (end - deed.start) * seconds)) / whole
        for action in dict.fromkeys((deed.doing.action, deed.doing.also)):
            act = scenery()["acts"].get(action)
            if act is None or (action == "swim" and figure.habitat != "water"):
                continue
            door = any(n is not None and _door(cast.figures[n]) for n in (deed.doing.object, deed.doing.to))
            sound = step if act["sound"] == "step" else act["doors"] if door and "doors" in act else act["sound"]
            for turn in range(1 + int(seconds / act["every"]) if "every" in act else 1):
                for at in act["at"]:
                    time = deed.start + (at + turn * act.get("every", 0.0)) * speed / pace
                    if time < end and sound:
                        yield time, sound


def _door(figure: ActingFigure) -> bool:
    return bool(set(figure.names) & set(scenery()["doors"]))


def _doors(cast: Cast, actor: Actor) -> Iterator[tuple[float, str]]:
    """A door through which somebody comes or goes."""
    to = actor.act.to
    if actor.track is None or not to.startswith((INTO, OUT_OF)) or not _door(cast.figures[int(to.partition(":")[2])]):
        return
    times = np.linspace(0, 1, 200)
    gone = np.array([actor.progress(float(time))[0] for time in times])
    if to.startswith(OUT_OF):
        yield float(times[np.argmax(gone > 0)]), "door opens"
    elif gone[-1] > 1 - AT_DOOR:
        at = float(times[np.argmax(gone > 1 - AT_DOOR)])
        yield at, "door opens"
        yield at + 0.9 / actor.seconds, "door shuts"


def _calls(told: Told, seconds: float, speaking: Set[str]) -> Iterator[tuple[int, float, str]]:
    """Who calls, when (0..1) and how: animals now and then, what drives while it goes."""
    met: dict[str, int] = {}
    for number, actor in enumerate(told.actors):
        names = actor.figure.names
        call = next((one for name in names if (one := scenery()["calls"].get(name))), None)
        asleep = actor.figure.doing == "sleep" or any(deed.doing.action == "sleep" for deed in told.deeds[number])
        if call is None or asleep or speaking & set(names) or (call.get("goes") and actor.track is None):
            continue
        turn = met[names[0]] = met.get(names[0], -1) + 1
        if turn >= MOST_CALLERS:
            continue
        first = call["first"] + 0.37 * turn * call["every"]
        for time in np.arange(first, seconds - 0.3, call["every"]):
            if not call.get("goes") or actor.progress(float(time / seconds))[1] > SLOWEST:
                yield number, float(time / seconds), str(call["sound"])
