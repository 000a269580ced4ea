"""One deed after the other: when each of a figure's deeds begins and ends in a clip, and who holds what meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.animate.parts.cast import ActingFigure
from pipelines.language.doings import CARRYING, STAYS, Doing

MOST_DEEDS = 3
TAKEN_SECONDS = 0.75  # after which a hand that takes has closed
GIVEN_SECONDS = 1.5  # after which what is given changes hands
THROWN_SECONDS = 0.86
FLIGHT_SECONDS = 1.1  # of what is thrown
REACHING_SECONDS = 0.6  # before that, who gets it reaches out
POSTURES = ("stand", "sit", "lie", "sleep", "fly", "swim", "ride", "dance", "talk", "look_at", "read")
QUIET = ("stand", "talk", "look_at")  # deeds that give way to others of the same figure: voices and eyes go on anyway


@dataclass(frozen=True)
class Deed:
    """What a figure does from `start` to `end` of the clip, 0..1."""

    start: float
    end: float
    doing: Doing


@dataclass(frozen=True)
class Hold:
    """Somebody (a number of the cast) has a thing in their hands from `start` to `end`; `thrown` says that it flies afterwards."""

    thing: int
    holder: int
    start: float
    end: float
    thrown: bool = False
    to: int | None = None  # who catches it


def turns_of(told: Sequence[Sequence[Doing]]) -> list[int]:
    """The sentences in which something is done, in their order: each gets an equal part of the clip."""
    return sorted({one.turn for own in told for one in own if not _quiet(one)})


def _quiet(one: Doing) -> bool:
    return one.action in QUIET and one.object is None


def scheduled(doings: Sequence[Doing], loop: bool, turns: Sequence[int] = ()) -> tuple[Deed, ...]:
    """When a figure does what: each deed begins in its turn and lasts to the figure's next; of a loop only the last. Nothing said gives nothing.

    Who sits, sleeps or flies does so from the beginning.
    """
    told = [one for one in doings if not _quiet(one)] or list(doings[-1:])
    kept = [one for number, one in enumerate(told) if number + 1 == len(told) or one.action != told[number + 1].action]
    kept = kept[-1:] if loop else kept[-MOST_DEEDS:]
    if not kept:
        return ()
    order = list(turns) if all(one.turn in turns for one in kept) else sorted({one.turn for one in kept})
    alike = [sum(other.turn == one.turn for other in kept) for one in kept]
    place = [sum(other.turn == one.turn for other in kept[:number]) for number, one in enumerate(kept)]
    starts = [
        0.0 if loop else (order.index(one.turn) + place[number] / alike[number]) / len(order)
        for number, one in enumerate(kept)
    ]
    if kept[0].action in POSTURES:
        starts[0] = 0.0
    if starts[0] > 0:
        kept.insert(0, Doing("stand", expression=kept[0].expression))
        starts.insert(0, 0.0)
    ends = [*starts[1:], 1.0]
    return tuple(Deed(start, end, one) for start, end, one in zip(starts, ends, kept) if end > start)


def with_receivers(
    deeds: Sequence[tuple[Deed, ...]], figures: Sequence[ActingFigure], seconds: float
) -> list[tuple[Deed, ...]]:
    """Who is given or thrown something and does nothing else reaches out for it."""
    found = list(deeds)
    for giver, own in enumerate(deeds):
        for deed in own:
            to = deed.doing.to
            if (
                deed.doing.action not in ("give", "throw")
                or to is None
                or to == giver
                or not figures[to].character
                or found[to]
            ):
                continue
            over = handed_over(deed, seconds)
            if deed.doing.action == "throw":
                over = deed.start + (THROWN_SECONDS + FLIGHT_SECONDS) / seconds
            begins = min(0.95, max(deed.start, over - REACHING_SECONDS / seconds))
            face = deed.doing.expression
            takes = Deed(
                begins, 1.0, Doing("take", expression="" if face in ("sad", "angry", "afraid") else face, to=giver)
            )
            found[to] = (Deed(0.0, begins, Doing("stand", to=giver)), takes) if begins > 0.02 else (takes,)
    return found


def handed_over(deed: Deed, seconds: float) -> float:
    """When what is given changes hands."""
    return deed.start + min(0.6 * (deed.end - deed.start), GIVEN_SECONDS / seconds)


def holds_of(deeds: Sequence[tuple[Deed, ...]], figures: Sequence[ActingFigure], seconds: float) -> list[Hold]:
    """Who has which thing in their hands, and when: what is carried, read or eaten at once, what is taken once it is reached."""
    claims: list[Hold] = []
    for number, own in enumerate(deeds):
        for deed in own:
            thing, action = deed.doing.object, deed.doing.action
            if thing is None or figures[thing].character or not {action, deed.doing.also} & (CARRYING | {"take"}):
                continue
            length = deed.end - deed.start
            if action == "take":
                claims.append(Hold(thing, number, deed.start + min(0.5 * length, TAKEN_SECONDS / seconds), 1.0))
            elif action == "give":
                over = handed_over(deed, seconds)
                claims.append(Hold(thing, number, deed.start, over if _can_hold(deed.doing.to, figures) else 1.0))
                if _can_hold(deed.doing.to, figures) and deed.doing.to is not None:
                    claims.append(Hold(thing, deed.doing.to, over, 1.0))
            elif action == "throw":
                released = deed.start + min(0.5 * length, THROWN_SECONDS / seconds)
                caught = deed.doing.to if _can_hold(deed.doing.to, figures) else None
                claims.append(Hold(thing, number, deed.start, released, thrown=True, to=caught))
                if caught is not None:
                    claims.append(Hold(thing, caught, min(0.98, released + FLIGHT_SECONDS / seconds), 1.0))
            else:
                claims.append(Hold(thing, number, deed.start, 1.0))
    return _one_by_one(claims, deeds)


def _can_hold(number: int | None, figures: Sequence[ActingFigure]) -> bool:
    return number is not None and bool(figures[number].character)


def _one_by_one(claims: Sequence[Hold], deeds: Sequence[tuple[Deed, ...]]) -> list[Hold]:
    """A thing is in one pair of hands at a time; who has it first has it from the beginning, unless they take it."""
    found: list[Hold] = []
    for thing in dict.fromkeys(one.thing for one in claims):
        own = sorted((one for one in claims if one.thing == thing), key=lambda one: one.start)
        first = own[0]
        if not any(deed.doing.action == "take" and deed.doing.object == thing for deed in deeds[first.holder]):
            own[0] = replace(first, start=0.0)
        for number, one in enumerate(own):
            after = own[number + 1].start if number + 1 < len(own) else 1.0
            found.append(replace(one, end=min(one.end, after)) if after < 1.0 else one)
    return found


def held_at(holds: Sequence[Hold], time: float) -> dict[int, int]:
    """Things in somebody's hands at a moment: number of the thing -> number of who holds it."""
    return {one.thing: one.holder for one in holds if one.start <= time and (time < one.end or one.end >= 1.0)}


def thrown_at(holds: Sequence[Hold], time: float) -> Mapping[int, Hold]:
    """Things that fly or lie where they fell."""
    return {one.thing: one for one in holds if one.thrown and time >= one.end}


IDLE = Deed(0.0, 1.0, Doing("stand", way=STAYS))
