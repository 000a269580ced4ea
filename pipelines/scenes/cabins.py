"""Who is in or on a vehicle: seen through its windows where it has glass, else over its edge, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.props import record
from pipelines.scenes.painted_things import panes
from pipelines.scenes.relations import Item


@dataclass(frozen=True)
class Cabin:
    """Where people are seen in a vehicle that looks to the left, in shares of its picture: from `left` to `right`, over the edge at `edge` from its top.

    `hidden` is the share of a figure that is behind the edge.
    """

    left: float
    right: float
    edge: float
    hidden: float = 0.5


ROOM = 1.55  # how much taller than who is in it a vehicle with a cabin is at least
FACE = 0.26  # of a height: how far down a head is at most; longer ears may be behind the roof
HEAD, FILLED = 0.38, 1.08  # of a height: the head of a person; and how much of a pane's height a head fills
PANED = (1.3, 2.8)  # least and most of the room that panes ask for
SLIDES = frozenset(["sledge"])  # as long as all who sit on it need
LENGTH_OF_BED = 1.35  # heights of who lies in it
LEAST = 0.62  # who has to share a narrow cabin is drawn no smaller than so much of the size
USUAL = (0.5, 0.19)  # where a head is, in shares of a picture from the left and from the top


def has_cabin(noun: str) -> bool:
    """Whether people are seen inside it."""
    return cabin_of(noun) is not None or bool(panes(noun))


def cabin_of(noun: str) -> Cabin | None:
    """Where people are seen in it, over an edge."""
    return Cabin(*record(noun).cabin) if record(noun).cabin else None


def heights_of(noun: str, riders: int) -> float:
    """How large a thing is at least, in heights of who is in or on it; 0 for what may be of any size."""
    if least := record(noun).least:
        return least
    if has_cabin(noun):
        high = max((bottom - top for _, top, _, bottom, _ in panes(noun)), default=0.0)  # a head fits its windows
        return min(PANED[1], max(PANED[0], HEAD / (FILLED * high))) if high else ROOM
    if noun in SLIDES:
        return 0.35 + 0.5 * riders
    return LENGTH_OF_BED if record(noun).posture == "lie" else 0.0


def seat_in(noun: str, tall: float, host_tall: float) -> float | None:
    """How far down a vehicle the feet of somebody in it are, as a share of its height; None for what has no cabin."""
    share = tall / max(1.0, host_tall)
    if found := panes(noun):
        return min(0.97, found[0][1] + share)
    cabin = cabin_of(noun)
    return min(0.97, cabin.edge + cabin.hidden * share) if cabin is not None else None


def side_by_side(
    items: Sequence[Item], aboard: Sequence[tuple[int, int]], heads: Mapping[int, tuple[float, float]]
) -> list[Item]:
    """The items with everybody who is `aboard` (thing, vehicle) moved to a place of their own, the same way round as the vehicle.

    `heads`: where the head is in the picture of each thing, in shares of a picture that looks to the left.
    """
    seated = list(items)
    for vehicle in dict.fromkeys(host for _, host in aboard):
        hosts = [item for item in items if item.thing == vehicle]
        riders = sorted((item for item in items if (item.thing, vehicle) in aboard), key=lambda one: one.x)
        if len(hosts) != 1 or not riders:
            continue
        host = hosts[0]
        if panes(host.noun):
            moved = _at_windows(host, riders, heads)
        elif cabin_of(host.noun) or (record(host.noun).deck and len(riders) > 1):
            moved = _seat_riders(host, riders)
        else:
            continue
        seated = [moved.get((item.thing, item.member), item) for item in seated]
    return seated


def _at_windows(
    host: Item, riders: Sequence[Item], heads: Mapping[int, tuple[float, float]]
) -> dict[tuple[int, int], Item]:
    """Each rider with the head behind a pane of glass and all else behind the vehicle; the best places first, two at a pane where there are too few."""
    glass = panes(host.noun)
    chosen = [glass[number % len(glass)] for number in range(len(riders))]
    chosen = sorted(chosen, key=lambda pane: 1 - pane[0] if host.mirrored else pane[0])
    at_windows = {}
    for number, (rider, pane) in enumerate(zip(riders, chosen)):
        shared = [place for place, other in enumerate(chosen) if other == pane]
        left, top, right, bottom, floor = pane
        across = left + (right - left) * (shared.index(number) + 0.5) / len(shared)
        across = 1 - across if host.mirrored else across
        head_x, head_y = heads.get(rider.thing, USUAL)
        head_x = 1 - head_x if host.mirrored else head_x
        middle = host.feet - (1 - (top + bottom) / 2) * host.tall
        fits = FILLED * (bottom - top) * host.tall / (2 * min(FACE, head_y) * rider.tall)
        # and so that the feet stay behind it
        size = min(1.0, fits, 0.97 * (floor - (top + bottom) / 2) * host.tall / ((1 - head_y) * rider.tall))
        x = host.x + (across - 0.5) * host.wide - (head_x - 0.5) * size * rider.wide
        feet, z = middle + (1 - head_y) * size * rider.tall, host.z - 0.001 + number * 1e-5
        at_windows[rider.thing, rider.member] = replace(
            rider, x=x, feet=feet, z=z, wide=size * rider.wide, tall=size * rider.tall, mirrored=host.mirrored
        )
    return at_windows


def _seat_riders(host: Item, riders: Sequence[Item]) -> dict[tuple[int, int], Item]:
    cabin = cabin_of(host.noun)
    left, right = (cabin.left, cabin.right) if cabin is not None else record(host.noun).deck
    left, right = (1 - right, 1 - left) if host.mirrored else (left, right)
    step = (right - left) * host.wide / len(riders)
    items = {}
    for number, rider in enumerate(riders):
        size = min(1.0, max(LEAST, 1.5 * step / max(1.0, rider.wide)))
        x = host.x + (left - 0.5) * host.wide + (number + 0.5) * step
        feet, z = rider.feet, rider.z + number * 1e-4
        if cabin is not None:
            seat = seat_in(host.noun, size * rider.tall, host.tall) or 0.0
            feet, z = host.feet - (1 - seat) * host.tall, host.z - 0.001 + number * 1e-5
        items[rider.thing, rider.member] = replace(
            rider, x=x, feet=feet, z=z, wide=size * rider.wide, tall=size * rider.tall, mirrored=host.mirrored
        )
    return items
