"""Who is in or on a vehicle: where they are seen over its edge, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


CABINS = {
    "train": Cabin(0.62, 0.96, 0.50), "locomotive": Cabin(0.66, 0.96, 0.40), "bus": Cabin(0.16, 0.90, 0.05), "car": Cabin(0.36, 0.72, 0.10),
    "carriage": Cabin(0.36, 0.78, 0.22), "covered wagon": Cabin(0.05, 0.35, 0.45, 0.4), "submarine": Cabin(0.36, 0.58, 0.20), "steamship": Cabin(0.70, 0.95, 0.68, 0.35),
    "hot air balloon": Cabin(0.42, 0.58, 0.84), "airplane": Cabin(0.20, 0.66, 0.37), "helicopter": Cabin(0.10, 0.50, 0.28), "taxi": Cabin(0.26, 0.80, 0.18),
    "police car": Cabin(0.28, 0.82, 0.16), "race car": Cabin(0.40, 0.60, 0.35), "ambulance": Cabin(0.08, 0.42, 0.22), "fire truck": Cabin(0.05, 0.42, 0.14),
    "delivery truck": Cabin(0.06, 0.42, 0.24), "tractor": Cabin(0.46, 0.80, 0.08), "ufo": Cabin(0.34, 0.72, 0.10), "tub": Cabin(0.25, 0.75, 0.22, 0.55),
    "bathtub": Cabin(0.30, 0.70, 0.40, 0.55),
}  # fmt: skip
# open boats and the like, in which people stand: only where they are from left to right
DECKS = {
    "rowing boat": (0.22, 0.74), "boat": (0.18, 0.82), "sailboat": (0.18, 0.82), "canoe": (0.22, 0.76), "raft": (0.20, 0.80), "ship": (0.24, 0.74),
    "sledge": (0.30, 0.80), "cart": (0.30, 0.70), "wagon": (0.25, 0.75), "hay cart": (0.30, 0.70), "speedboat": (0.25, 0.75),
}  # fmt: skip
ROOM = 1.55  # how much taller than who is in it a vehicle with a cabin is at least
LEAST = 0.62  # who has to share a narrow cabin is drawn no smaller than so much of the size


def seat_in(noun: str, tall: float, host_tall: float) -> float | None:
    """How far down a vehicle the feet of somebody in it are, as a share of its height; None for what has no cabin."""
    cabin = CABINS.get(noun)
    return min(0.97, cabin.edge + cabin.hidden * tall / max(1.0, host_tall)) if cabin is not None else None


def side_by_side(items: Sequence[Item], aboard: Sequence[tuple[int, int]]) -> list[Item]:
    """The items with everybody who is `aboard` (thing, vehicle) moved to a place of their own, the same way round as the vehicle."""
    made = list(items)
    for vehicle in dict.fromkeys(host for _, host in aboard):
        hosts = [item for item in items if item.thing == vehicle]
        riders = [item for item in items if (item.thing, vehicle) in aboard]
        if len(hosts) != 1 or not riders or hosts[0].noun not in (*CABINS, *DECKS):
            continue
        if hosts[0].noun in DECKS and len(riders) == 1:
            continue
        moved = _moved(hosts[0], sorted(riders, key=lambda one: one.x))
        made = [moved.get((item.thing, item.member), item) for item in made]
    return made


def _moved(host: Item, riders: Sequence[Item]) -> dict[tuple[int, int], Item]:
    """Where each rider of a vehicle is."""
    cabin = CABINS.get(host.noun)
    left, right = (cabin.left, cabin.right) if cabin is not None else DECKS[host.noun]
    left, right = (1 - right, 1 - left) if host.mirrored else (left, right)
    step = (right - left) * host.wide / len(riders)
    found = {}
    for number, one in enumerate(riders):
        size = min(1.0, max(LEAST, 1.5 * step / max(1.0, one.wide)))
        x = host.x + (left - 0.5) * host.wide + (number + 0.5) * step
        feet, z = one.feet, one.z + number * 1e-4
        if cabin is not None:
            seat = seat_in(host.noun, size * one.tall, host.tall) or 0.0
            feet, z = host.feet - (1 - seat) * host.tall, host.z - 0.001 + number * 1e-5
        found[one.thing, one.member] = replace(
            one, x=x, feet=feet, z=z, wide=size * one.wide, tall=size * one.tall, mirrored=host.mirrored
        )
    return found
