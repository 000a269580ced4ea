"""What everybody in a layered picture does in a clip: from sentences or the picture's own record to deeds in their turns, ways and staged acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.animate.parts.acting import Actor, gait_by_itself
from pipelines.animate.parts.cast import Cast
from pipelines.animate.parts.deeds import IDLE, QUIET, SETTLED, Deed, schedule_deeds, turns_of
from pipelines.animate.parts.holding import kept_in_hands, with_tool
from pipelines.animate.parts.opening import add_approaches, enterable, names_in
from pipelines.animate.parts.playing import Playing, gather_deeds, parties_in, plays_of
from pipelines.animate.parts.recorded import deeds_in
from pipelines.animate.parts.rigged import actor_of, played, rides_of
from pipelines.animate.parts.together import going_together
from pipelines.language.doings import Doing, deeds_of
from pipelines.language.verbs import Act, acts_of

STANDS_SECONDS, REACTS_SECONDS = 0.8, 0.7  # before it sits or lies down; until the face of who looks on shows it


@dataclass(frozen=True)
class Told:
    """By the numbers of figures: what each does last, its deeds in their turns, and it as an actor; and all staged acts."""

    doings: Sequence[Doing | None]
    deeds: Sequence[tuple[Deed, ...]]
    actors: list[Actor]
    plays: Sequence[Playing]


def told_of(
    cast: Cast, motions: str, seconds: float, loop: bool, energy: float, drawn: Mapping[int, np.ndarray] | None = None
) -> Told:
    """What happens in a clip of `seconds`, as `motions` say, else as the picture's record does; `drawn` are ways that were drawn by hand."""
    if motions.strip():
        said = deeds_of(motions, names_in(cast.figures))
        plain = acts_of(motions, [figure.names for figure in cast.figures])
    else:
        said, plain = deeds_in(cast)
    acts = [
        act or Act("still" if figure.carrier is not None else gait_by_itself(figure), way="stay")
        for act, figure in zip(plain, cast.figures)
    ]  # of every thing: what is said of it, else what it does by itself
    kept = kept_in_hands(said, cast.figures)
    handled = [[with_tool(one, number, cast.figures) for one in own] for number, own in enumerate(kept)]
    entered = [[enterable(one, cast.figures) for one in own] for own in handled]
    near = [add_approaches(own, number, cast.figures) for number, own in enumerate(entered)]
    told = going_together(cast, gather_deeds(cast, near), seconds)
    doings, acts = rides_of(cast, *played(cast, [one[-1] if one else None for one in told], acts))
    turns = turns_of([[*own[:-1], last] for own, last in zip(told, doings) if last])
    deeds = [schedule_deeds([*own[:-1], last], loop, turns) if last else () for own, last in zip(told, doings)]
    if not loop:
        deeds = [_settling(cast, number, _reacting(own, deeds, seconds), seconds) for number, own in enumerate(deeds)]
    actors = [
        actor_of(cast, number, acts[number], deeds[number], seconds, loop, energy, (drawn or {}).get(number))
        for number in range(len(cast.figures))
    ]
    return Told(doings, deeds, actors, plays_of(cast, deeds))


def _reacting(own: tuple[Deed, ...], all_deeds: Sequence[tuple[Deed, ...]], seconds: float) -> tuple[Deed, ...]:
    """The deeds of who only looks on: their face changes after they have seen what somebody does."""
    seen = [deed.start for deeds in all_deeds for deed in deeds if deed.doing.action not in QUIET]
    start = min(seen, default=1.0) + REACTS_SECONDS / seconds
    if len(own) != 1 or own[0].doing != Doing(expression=own[0].doing.expression or "neutral") or start > 0.7:
        return own
    return Deed(0.0, start, IDLE.doing), replace(own[0], start=start)


def _settling(cast: Cast, number: int, deeds: tuple[Deed, ...], seconds: float) -> tuple[Deed, ...]:
    """The deeds of a figure, of which sitting or lying down on the ground is seen: it stands before."""
    settles, figure = deeds and deeds[0].doing.action in SETTLED, cast.figures[number]
    if not settles or figure.carrier is not None or figure.posed or parties_in(cast.figures, number, deeds[0].doing):
        return deeds
    start = min(0.3 * deeds[0].end, STANDS_SECONDS / seconds)
    return Deed(0.0, start, IDLE.doing), replace(deeds[0], start=start), *deeds[1:]
