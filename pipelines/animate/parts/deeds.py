"""One deed after the other: when each of a figure's deeds begins and ends in a clip, and who holds what meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.animate.parts.cast import ActingFigure
from pipelines.language.doings import CARRYING, STAYS, Doing

MOST_DEEDS = 3
TAKEN_SECONDS = 0.75  # after which a hand that takes has closed
POSTURES = ("stand", "sit", "lie", "sleep", "fly", "swim", "ride", "dance", "play", "talk", "look_at", "read")
QUIET = ("stand", "talk", "look_at")  # deeds that give way to others of the same figure: voices and eyes go on anyway
SETTLED = ("sit", "lie", "sleep")
LOOKS_ABOUT = (*QUIET, "sit", "lie", "ride")  # in which eyes and head are free


@dataclass(frozen=True)
class Deed:
    """What a figure does from `start` to `end` of the clip, 0..1."""

    start: float
    end: float
    doing: Doing


@dataclass(frozen=True)
class Hold:
    """Somebody (a number of the cast) has a thing in their hands from `start` to `end`."""

    thing: int
    holder: int
    start: float
    end: float


def turns_of(doings: Sequence[Sequence[Doing]]) -> list[int]:
    """The sentences in which something is done, in their order: each gets an equal part of the clip."""
    return sorted({one.turn for own in doings for one in own if not _quiet(one)})


def _quiet(doing: Doing) -> bool:
    return doing.action in QUIET and doing.object is None


def schedule_deeds(doings: Sequence[Doing], loop: bool, turns: Sequence[int] = ()) -> tuple[Deed, ...]:
    """When a figure does what: each deed begins in its turn and lasts to the figure's next; of a loop only the last. Nothing said gives nothing.

    Who sits, sleeps or flies does so from the beginning.
    """
    told = [doing for doing in doings if not _quiet(doing)] or list(doings[-1:])
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


def holds_of(
    deeds: Sequence[tuple[Deed, ...]], figures: Sequence[ActingFigure], seconds: float, left: Sequence[Hold] = ()
) -> list[Hold]:
    """Who has which thing in their hands, and when: what is carried, read or eaten at once, what is taken once it is reached.

    `left` is what staged acts leave in somebody's hands.
    """
    claims: list[Hold] = list(left)
    for number, own in enumerate(deeds):
        for deed in own:
            thing, action = deed.doing.object, deed.doing.action
            if thing is None or figures[thing].character or not {action, deed.doing.also} & (CARRYING | {"take"}):
                continue
            length = deed.end - deed.start
            if action == "take":
                claims.append(Hold(thing, number, deed.start + min(0.5 * length, TAKEN_SECONDS / seconds), 1.0))
            else:
                claims.append(Hold(thing, number, deed.start, 1.0))
    return _one_by_one(claims, deeds, left)


def _one_by_one(claims: Sequence[Hold], deeds: Sequence[tuple[Deed, ...]], left: Sequence[Hold]) -> list[Hold]:
    """A thing is in one pair of hands at a time; who has it first has it from the beginning, unless they take it."""
    holds: list[Hold] = []
    for thing in dict.fromkeys(claim.thing for claim in claims):
        own = sorted((claim for claim in claims if claim.thing == thing), key=lambda one: one.start)
        first = own[0]
        if first not in left and not any(
            deed.doing.action in ("take", "pick_up") and deed.doing.object == thing for deed in deeds[first.holder]
        ):
            own[0] = replace(first, start=0.0)
        for number, one in enumerate(own):
            after = own[number + 1].start if number + 1 < len(own) else 1.0
            holds.append(replace(one, end=min(one.end, after)) if after < 1.0 else one)
    return holds


def held_at(holds: Sequence[Hold], time: float) -> dict[int, int]:
    """Things in somebody's hands at a moment: number of the thing -> number of who holds it."""
    return {hold.thing: hold.holder for hold in holds if hold.start <= time and (time < hold.end or hold.end >= 1.0)}


IDLE = Deed(0.0, 1.0, Doing("stand", way=STAYS))
